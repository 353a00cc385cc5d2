//! Requirements and sources: where they are, what names them, and their card.

use std::fmt::Write;
use std::sync::Arc;

use super::goto::{Declarations, Place, ticket_references};
use super::hover::sanitize::escape;
use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::lineage::{Part, Source, Whole, requirement_of};
use crate::page::Heading;
use crate::span::Span;
use crate::world::Snapshot;
use crate::world::status::named;

/// Most criteria, and most tickets, that a card lists.
const MAX_LISTED: usize = 8;

/// Where a source stands: the heading that it is, the ticket's title, else the file's start.
pub(crate) fn place(snapshot: &Snapshot, source: &Source) -> Option<Place> {
    let (path, part) = snapshot.source(source)?;
    if source.whole.code().is_some() {
        return Some(Place {
            path: path.clone(),
            span: Span::new(part.span.start as usize, part.span.start as usize),
        });
    }
    let facts = snapshot.file(path)?;
    let title = facts.ticket.as_ref().and_then(super::goto::title_span);
    let span = match (heading(facts, part), title) {
        (Some(heading), _) => heading.span,
        (None, Some(title)) => title,
        (None, None) => Span::new(0, 0),
    };
    Some(Place {
        path: path.clone(),
        span,
    })
}

fn heading<'a>(facts: &'a FileFacts, part: &Part) -> Option<&'a Heading> {
    let mut headings = facts.page.iter().flat_map(|it| &it.headings);
    headings.find(|it| it.span.start == part.span.start)
}

/// Every place that names a source, or was derived from it or a part of it, by path and offset.
pub(crate) fn references(
    snapshot: &Snapshot,
    whole: &Whole,
    declarations: Declarations,
) -> Vec<Place> {
    let mut places = Vec::new();
    if let Whole::Id(id) = whole {
        // Mentions in comments and pages, the heading that it is among them.
        places = ticket_references(snapshot, id, declarations);
        let own = requirement_place(snapshot, id);
        places.retain(|it| match &own {
            Some(own) if declarations == Declarations::Exclude => {
                it.path != own.path || !own.span.contains(it.span)
            }
            _ => true,
        });
    }
    if matches!(whole, Whole::Id(_)) {
        return places;
    }
    for path in snapshot.index.derived(whole) {
        let origins = snapshot
            .file(path)
            .into_iter()
            .flat_map(|it| &it.lineage.origins);
        let named = origins.filter(|it| it.source.whole == *whole);
        places.extend(named.map(|it| Place {
            path: path.clone(),
            span: it.span,
        }));
    }
    places.sort();
    places.dedup();
    places
}

fn requirement_place(snapshot: &Snapshot, id: &TicketId) -> Option<Place> {
    let source = Source {
        whole: Whole::Id(id.clone()),
        part: "".into(),
    };
    place(snapshot, &source)
}

/// What a requirement or a section says of itself, and what was made of it.
pub(crate) fn card(snapshot: &Snapshot, source: &Source) -> Option<String> {
    let (path, part) = snapshot.source(source)?;
    let mut out = String::new();
    // What a source file declares has no heading.
    let facts = match source.whole.code() {
        None => Some(snapshot.file(path)?),
        Some(_) => None,
    };
    let heading = facts.and_then(|it| heading(it, part));
    // Writing to a string cannot fail.
    let _ = match heading {
        Some(it) => write!(out, "**{}**", escape(&it.text)),
        None if facts.is_none() && !source.part.is_empty() => {
            write!(out, "**{}** in {}", escape(&source.part), escape(path))
        }
        None => write!(out, "**{}**", escape(path)),
    };
    if heading.is_some_and(|it| requirement_of(&it.text).is_some()) {
        let pages = facts.into_iter().flat_map(|it| &it.page);
        let tasks = pages.flat_map(|it| &it.tasks);
        let criteria: Vec<_> = tasks.filter(|it| part.span.contains(it.span)).collect();
        if !criteria.is_empty() {
            out.push('\n');
        }
        for it in criteria.iter().take(MAX_LISTED) {
            let _ = write!(out, "\n- {}", escape(&it.text));
        }
    }
    let files: Vec<&Arc<str>> = snapshot.index.derived(&source.whole).collect();
    let tickets = files.iter().filter_map(|path| {
        let ticket = snapshot.file(path)?.ticket.as_ref()?;
        Some((named(ticket), snapshot.status(ticket).to_owned()))
    });
    let mut tickets: Vec<_> = tickets.collect();
    tickets.sort_unstable();
    if !tickets.is_empty() {
        out.push_str("\n\nDerived\n");
    }
    for (ticket, status) in tickets.iter().take(MAX_LISTED) {
        let _ = write!(out, "\n- {} · {}", escape(ticket), escape(status));
    }
    if tickets.len() > MAX_LISTED {
        let _ = write!(out, "\n- {} more", tickets.len() - MAX_LISTED);
    }
    let _ = write!(out, "\n\n{}", escape(path));
    Some(out)
}
