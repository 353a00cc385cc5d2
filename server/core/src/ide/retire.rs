//! Taking a ticket out of the way: into the archive, or for good; and what names it.

use std::collections::BTreeMap;

use super::actions::{Refusal, Source, link};
use super::goto::{Declarations, is_meant, ticket_references};
use super::rename::{after_deletes, after_moves, alone, text};
use crate::edit::{Change, FileEdit, TextEdit};
use crate::ids::TicketId;
use crate::index::{Role, sites};
use crate::span::Span;
use crate::ticket::edit;
use crate::world::{Snapshot, paths};

/// Where archived tickets are. They are tickets as before, and keep their ids.
pub const ARCHIVE: &str = ".docs/tickets/archive/";

/// The change, and every place that names the ticket, by path and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retirement {
    pub change: Change,
    pub references: Vec<Named>,
}

/// A place that names the ticket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub path: String,
    pub span: Span,
    pub becomes: Becomes,
}

/// What the change makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Becomes {
    /// Stays, and leads to the ticket as before.
    Same,
    /// A link that leads to the file's new place.
    Moved,
    /// Goes: an item of a field, a TODO's reference.
    Gone,
    /// A link that becomes its text.
    Text,
    /// Stays, and names no ticket any more.
    Dangling,
}

/// Moves the ticket's file into [`ARCHIVE`]. What names the ticket goes on doing so.
///
/// # Errors
///
/// Where there is no such ticket, several have the id, it is not done, or it is there already.
pub fn archive(snapshot: &Snapshot, id: &TicketId) -> Result<Retirement, Refusal> {
    alone(snapshot, id)?;
    let (path, ticket) = found(snapshot, id)?;
    if !snapshot.is_closed(ticket) {
        let status = snapshot.status(ticket);
        return Err(Refusal::Edit(format!(
            "{} is {status}: only what is done or dropped goes into the archive",
            spelled(snapshot, id)
        )));
    }
    if path.starts_with(ARCHIVE) {
        return Err(Refusal::Edit(format!(
            "{} is in the archive already",
            spelled(snapshot, id)
        )));
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let to = format!("{ARCHIVE}{name}");
    let mut change = after_moves(snapshot, &[(path.to_owned(), to.clone())]);
    change.renames.push((path.to_owned(), to));
    let edited: BTreeMap<&str, Vec<Span>> = spans(&change);
    let becomes = |named: &Span, path: &str| match touches(&edited, path, *named) {
        true => Becomes::Moved,
        false => Becomes::Same,
    };
    let references = named(snapshot, id)
        .into_iter()
        .map(|(path, span, _)| Named {
            becomes: becomes(&span, &path),
            path,
            span,
        })
        .collect();
    Ok(Retirement { change, references })
}

/// Deletes the ticket's file, and takes its id out of the fields, TODOs and links that name it.
///
/// # Errors
///
/// Where there is no such ticket, several have the id, or a place cannot be changed rightly.
pub fn delete(
    snapshot: &Snapshot,
    id: &TicketId,
    source: &mut dyn Source,
) -> Result<Retirement, Refusal> {
    alone(snapshot, id)?;
    let (own, _) = found(snapshot, id)?;
    let own = own.to_owned();
    let links = after_deletes(snapshot, std::slice::from_ref(&own), source);
    let linked = spans(&links);
    let mut references = Vec::new();
    let mut texts: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for (path, span, role) in named(snapshot, id) {
        let becomes = match role {
            _ if path == own => continue,
            Role::Todo | Role::External | Role::Parent | Role::Dependency => Becomes::Gone,
            _ if touches(&linked, &path, span) => Becomes::Text,
            _ => Becomes::Dangling,
        };
        if becomes == Becomes::Gone && !texts.contains_key(&path) {
            let edits = without(snapshot, &path, id, source)?;
            texts.insert(path.clone(), edits);
        }
        references.push(Named {
            path,
            span,
            becomes,
        });
    }
    for edit in links.edits {
        texts.entry(edit.path).or_default().extend(edit.edits);
    }
    let mut change = Change::default();
    for (path, mut edits) in texts {
        edits.sort_by_key(|it| it.span);
        // Of a reference within a link's text the link takes care.
        edits.dedup_by(|later, kept| later.span.start < kept.span.end);
        let facts = snapshot
            .file(&path)
            .ok_or_else(|| Refusal::Stale(path.clone()))?;
        change.edits.push(FileEdit {
            expected: facts.hash,
            path,
            edits,
        });
    }
    change.deletes.push(own);
    Ok(Retirement { change, references })
}

/// The edits that take `id` out of a file's fields and TODOs.
fn without(
    snapshot: &Snapshot,
    path: &str,
    id: &TicketId,
    source: &mut dyn Source,
) -> Result<Vec<TextEdit>, Refusal> {
    let facts = snapshot
        .file(path)
        .ok_or_else(|| Refusal::Stale(path.to_owned()))?;
    let old = text(snapshot, path, source)?;
    let refused = |it: edit::Refusal| Refusal::Edit(format!("{path}: {it}"));
    let mut edits = Vec::new();
    if let Some(ticket) = &facts.ticket {
        let mut now = old.clone();
        let is_meant = |it: &str| TicketId::new(it) == *id;
        for it in ticket.depends_on.iter().filter(|it| is_meant(&it.value)) {
            let edits = edit::remove(&now, "depends-on", &it.value).map_err(refused)?;
            now = TextEdit::apply_all(&now, &edits);
        }
        if ticket.parent.as_ref().is_some_and(|it| is_meant(&it.value)) {
            let edits = edit::unset(&now, "parent").map_err(refused)?;
            now = TextEdit::apply_all(&now, &edits);
        }
        edits.extend(TextEdit::between(&old, &now));
    }
    for todo in &facts.todos {
        edits.extend(link::unlink(&old, todo, id));
    }
    Ok(edits)
}

/// The places that name the ticket, its own field excepted, each with what the id does there.
fn named(snapshot: &Snapshot, id: &TicketId) -> Vec<(String, Span, Role)> {
    let mut out = Vec::new();
    let mut files: Vec<_> = ticket_references(snapshot, id, Declarations::Exclude);
    files.dedup_by(|one, other| one.path == other.path);
    for place in files {
        let Some(facts) = snapshot.file(&place.path) else {
            continue;
        };
        let here = sites::of_facts(facts).into_iter();
        let here = here.filter(|it| it.id == *id && it.role != Role::Declaration);
        let here = here.filter(|it| is_meant(snapshot, it));
        out.extend(here.map(|it| (place.path.to_string(), it.span, it.role)));
    }
    // Links by the file's path do not name the id as far as the index knows.
    if let Ok((own, _)) = found(snapshot, id) {
        for (path, facts) in snapshot.files() {
            let links = facts.page.iter().flat_map(|it| &it.links);
            let leading = links.filter(|it| paths::link_target(path, it).as_deref() == Some(own));
            out.extend(leading.map(|it| (path.to_string(), it.target_span, Role::Mention)));
        }
    }
    out.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    out.dedup_by(|later, kept| {
        later.0 == kept.0 && later.1.start < kept.1.end && later.2 == kept.2
    });
    out
}

fn found<'a>(
    snapshot: &'a Snapshot,
    id: &TicketId,
) -> Result<(&'a str, &'a crate::ticket::Ticket), Refusal> {
    let (path, ticket) = snapshot
        .ticket(id)
        .ok_or_else(|| Refusal::NoTicket(id.to_string()))?;
    Ok((path, ticket))
}

fn spelled(snapshot: &Snapshot, id: &TicketId) -> String {
    let ticket = snapshot.ticket(id).and_then(|it| it.1.id.as_ref());
    ticket.map_or_else(|| id.to_string(), |it| it.value.clone())
}

fn spans(change: &Change) -> BTreeMap<&str, Vec<Span>> {
    let edits = change.edits.iter();
    edits
        .map(|it| {
            (
                it.path.as_str(),
                it.edits.iter().map(|it| it.span).collect(),
            )
        })
        .collect()
}

fn touches(edited: &BTreeMap<&str, Vec<Span>>, path: &str, span: Span) -> bool {
    let edits = edited.get(path).into_iter().flatten();
    edits
        .into_iter()
        .any(|it| it.start < span.end && span.start < it.end)
}

#[cfg(test)]
mod tests;
