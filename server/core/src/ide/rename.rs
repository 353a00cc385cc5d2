//! Rename: of a ticket's id, of its title, of a heading; and what a moved or deleted file asks for.
//!
//! Each gives one change of all files that it concerns, or a refusal and no change.

mod files;
mod heading;
mod id;
#[cfg(test)]
mod tests;
mod title;

pub use files::{after_deletes, after_moves};
pub(crate) use id::{file_after, free, id_edits};

use super::actions::{Refusal, Source};
use super::goto::{Target, is_meant, link_places, target};
use crate::edit::{Change, Note, Review};
use crate::facts::{FileFacts, FileKind};
use crate::ids::TicketId;
use crate::span::Span;
use crate::world::{Snapshot, paths};

/// Whether whoever carries the change out can give files other names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMoves {
    With,
    Without,
}

/// A change that gives something another name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renaming {
    pub change: Change,
    /// What is not changed though one may think so, in a sentence each.
    pub stays: Vec<String>,
}

/// What can be given another name at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamable {
    pub span: Span,
    /// What is there now, without quotes and marks.
    pub name: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Id(TicketId),
    Title(TicketId),
    Heading { path: String, anchor: String },
}

/// What is at `offset`, if it has a name to be changed.
///
/// # Errors
///
/// Where it has one that nobody could change rightly: an id that two files have.
pub fn prepare(
    snapshot: &Snapshot,
    path: &str,
    offset: usize,
    source: &mut dyn Source,
) -> Result<Option<Renamable>, Refusal> {
    let (Some(facts), Some(document)) = (snapshot.file(path), snapshot.document(path)) else {
        return Ok(None);
    };
    let renamable = match target(snapshot, path, offset) {
        Some(Target::Ticket { id, span }) if snapshot.index.has_ticket(&id) => {
            alone(snapshot, &id)?;
            let text = text(snapshot, path, source)?;
            let Some(span) = id::written(&text, span, &id) else {
                return Ok(None);
            };
            Some(Renamable {
                name: text[span.range()].to_owned(),
                span,
                what: What::Id(id),
            })
        }
        Some(Target::Ticket { .. } | Target::Issue { .. }) => None,
        Some(Target::Link(link)) if link.anchor.is_some() => {
            let place = link_places(snapshot, path, &link).into_iter().next();
            place.and_then(|place| {
                let page = snapshot.file(&place.path)?.page.as_ref()?;
                let heading = page.headings.iter().find(|it| it.span == place.span)?;
                let at = document.text().get(link.target_span.range())?.rfind('#')?;
                let start = link.target_span.start as usize + at + 1;
                Some(Renamable {
                    span: Span::new(start, link.target_span.end as usize),
                    name: heading.text.clone(),
                    what: What::Heading {
                        path: place.path.to_string(),
                        anchor: heading.anchor.clone(),
                    },
                })
            })
        }
        Some(Target::Link(_)) => None,
        Some(Target::Source { .. }) | None => own(snapshot, path, facts, offset, source)?,
    };
    // On a quote or a heading's marks there is nothing that an editor could begin at.
    Ok(renamable.filter(|it| it.span.touches(offset)))
}

/// The title of the ticket or the heading of the page that the cursor is in.
fn own(
    snapshot: &Snapshot,
    path: &str,
    facts: &FileFacts,
    offset: usize,
    source: &mut dyn Source,
) -> Result<Option<Renamable>, Refusal> {
    if !matches!(facts.kind, FileKind::Page | FileKind::Ticket) {
        return Ok(None);
    }
    if let Some(ticket) = &facts.ticket
        && let (Some(id), Some(title)) = (&ticket.id, &ticket.title)
        && title.span.touches(offset)
    {
        let id = TicketId::new(&id.value);
        alone(snapshot, &id)?;
        return Ok(Some(Renamable {
            span: title.span,
            name: title.value.clone(),
            what: What::Title(id),
        }));
    }
    let headings = facts.page.iter().flat_map(|it| &it.headings);
    let Some(heading) = headings.into_iter().find(|it| it.span.touches(offset)) else {
        return Ok(None);
    };
    let text = text(snapshot, path, source)?;
    let span = heading::words(&text, heading.span);
    Ok(Some(Renamable {
        span,
        name: text[span.range()].to_owned(),
        what: What::Heading {
            path: path.to_owned(),
            anchor: heading.anchor.clone(),
        },
    }))
}

/// The change that gives what is at `offset` the name `new`; `None` where nothing there has one.
///
/// # Errors
///
/// [`Refusal`]: the name is no good there, or taken, or a place cannot be changed rightly.
pub fn rename(
    snapshot: &Snapshot,
    path: &str,
    offset: usize,
    new: &str,
    moves: FileMoves,
    source: &mut dyn Source,
) -> Result<Option<Renaming>, Refusal> {
    let Some(renamable) = prepare(snapshot, path, offset, source)? else {
        return Ok(None);
    };
    match renamable.what {
        What::Id(id) => rename_id(snapshot, &id, new, moves, source),
        What::Title(id) => rename_title(snapshot, &id, new, moves, source),
        What::Heading { path, anchor } => heading::rename(snapshot, &path, &anchor, new, source),
    }
    .map(Some)
}

/// The change that gives a ticket another id: in its file, in the file's name, and everywhere that
/// it is named.
///
/// # Errors
///
/// See [`rename`].
pub fn rename_id(
    snapshot: &Snapshot,
    id: &TicketId,
    new: &str,
    moves: FileMoves,
    source: &mut dyn Source,
) -> Result<Renaming, Refusal> {
    alone(snapshot, id)?;
    id::rename(snapshot, id, new.trim(), moves, source)
}

/// The change that gives a ticket another title: in its file, in the file's name, and in links.
///
/// # Errors
///
/// See [`rename`].
pub fn rename_title(
    snapshot: &Snapshot,
    id: &TicketId,
    title: &str,
    moves: FileMoves,
    source: &mut dyn Source,
) -> Result<Renaming, Refusal> {
    alone(snapshot, id)?;
    title::rename(snapshot, id, title, moves, source)
}

/// Of two tickets with one id neither can be meant.
pub(crate) fn alone(snapshot: &Snapshot, id: &TicketId) -> Result<(), Refusal> {
    let spelled = || {
        let ticket = snapshot.ticket(id).and_then(|it| it.1.id.as_ref());
        ticket.map_or_else(|| id.to_string(), |it| it.value.clone())
    };
    match () {
        () if !snapshot.index.has_ticket(id) => Err(Refusal::NoTicket(spelled())),
        () if snapshot.index.is_duplicate(id) => Err(Refusal::Ambiguous(spelled())),
        () => Ok(()),
    }
}

/// The text that the facts were made of.
pub(crate) fn text(
    snapshot: &Snapshot,
    path: &str,
    source: &mut dyn Source,
) -> Result<String, Refusal> {
    match snapshot.document(path) {
        Some(document) => Ok(document.text()),
        None => source
            .text(path)
            .ok_or_else(|| Refusal::Unreadable(path.to_owned())),
    }
}

/// Names the parts of a change by where they are: in the ticket itself, in `.docs`, in the code.
pub(crate) fn noted(mut change: Change, own: &str, label: &str, stays: &[String]) -> Change {
    let mut groups: [Vec<String>; 3] = Default::default();
    let mut n_places = [0; 3];
    for edit in &change.edits {
        let group = match () {
            () if edit.path == own => 0,
            () if edit.path.starts_with(paths::DOCS) => 1,
            () => 2,
        };
        groups[group].push(edit.path.clone());
        n_places[group] += edit.edits.len();
    }
    for (from, _) in &change.renames {
        if !groups[0].contains(from) {
            groups[0].push(from.clone());
        }
    }
    let labels = [label, "In tickets and pages", "In code"];
    for ((idx, paths), label) in groups.into_iter().enumerate().zip(labels) {
        if paths.is_empty() {
            continue;
        }
        let description = match idx {
            0 => stays.join(" "),
            _ => counted(n_places[idx], paths.len()),
        };
        change.notes.push(Note {
            label: label.to_owned(),
            description,
            review: Review::Offered,
            paths,
        });
    }
    change
}

/// `3 places in 2 files`
fn counted(places: usize, files: usize) -> String {
    let of = |n: usize, what: &str| match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    format!("{} in {}", of(places, "place"), of(files, "file"))
}
