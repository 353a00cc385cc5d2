//! A ticket's id: where it is written, and another in its place.

use super::super::actions::{Refusal, Source};
use super::{FileMoves, Renaming, is_meant, noted, text};
use crate::edit::{Change, FileEdit, TextEdit};
use crate::ids::{self, TicketId};
use crate::index::{Site, sites};
use crate::page::LinkKind;
use crate::span::Span;
use crate::todo::Reference;
use crate::world::{Snapshot, moved, paths};

/// Which of the places that name an id are to have another.
pub(crate) type Choice<'a> = &'a dyn Fn(&str, &Site) -> bool;

pub(super) fn rename(
    snapshot: &Snapshot,
    id: &TicketId,
    new: &str,
    moves: FileMoves,
    source: &mut dyn Source,
) -> Result<Renaming, Refusal> {
    let (path, ticket) = snapshot
        .ticket(id)
        .ok_or_else(|| Refusal::NoTicket(id.to_string()))?;
    let old = ticket
        .id
        .as_ref()
        .map_or(id.as_str(), |it| it.value.as_str());
    checked(snapshot, id, new)?;
    if old == new {
        return Ok(Renaming::default());
    }
    let mut stays = Vec::new();
    let to = file_after(path, old, new);
    let mut change = Change::default();
    match (moves, &to) {
        (FileMoves::With, Some(to)) => {
            free(snapshot, path, to)?;
            change.edits = moved::link_edits(snapshot, path, to);
            change.renames.push((path.to_string(), to.clone()));
        }
        (FileMoves::Without, Some(_)) => {
            stays.push(format!(
                "The file is still called {}: this editor cannot rename files by an edit.",
                paths::file_name(path)
            ));
        }
        (_, None) => {}
    }
    let edits = id_edits(snapshot, id, new, &|_, _| true, source)?;
    let change = change.merged(Change {
        edits,
        ..Change::default()
    });
    if let Some(number) = &ticket.github {
        stays.push(format!(
            "Issue #{0} stays linked as it is; what was written about {old} there and in commits stays as well.",
            number.value
        ));
    }
    let label = format!("{old} becomes {new}");
    let change = noted(change, path, &label, &stays);
    Ok(Renaming { change, stays })
}

/// An id that a TODO and a sentence can name: what neither reads would lose every reference.
fn checked(snapshot: &Snapshot, old: &TicketId, new: &str) -> Result<(), Refusal> {
    let prefix = &snapshot.config.prefix;
    let id = TicketId::new(new);
    let whole = ids::mentions(new.as_bytes(), Span::new(0, new.len()));
    let is_word = whole.first().is_some_and(|it| it.value == new);
    let numbered = Reference::External(new.to_owned()).ticket_id().is_some();
    if !is_word || !(id.is_own(prefix) || numbered) {
        return Err(Refusal::Edit(format!(
            "`{new}` is no ticket id: write `{prefix}-` and 4 to 6 of {}, or a word and a number as in `TASK-12`",
            String::from_utf8_lossy(ids::SYMBOLS)
        )));
    }
    match snapshot.ticket(&id) {
        Some((path, _)) if id != *old => Err(Refusal::Edit(format!(
            "{} has the id {new} already: choose another",
            paths::file_name(path)
        ))),
        _ => Ok(()),
    }
}

/// Refuses a path that another file has.
pub(crate) fn free(snapshot: &Snapshot, from: &str, to: &str) -> Result<(), Refusal> {
    let same = from.eq_ignore_ascii_case(to);
    match !same && snapshot.exists(to) == Some(true) {
        true => Err(Refusal::Edit(format!("there is a file {to} already"))),
        false => Ok(()),
    }
}

/// The path with the id that its name begins with replaced, in the name's own case; `None` where the
/// name begins otherwise, which `misnamed-ticket` tells of.
pub(crate) fn file_after(path: &str, old: &str, new: &str) -> Option<String> {
    let name = paths::file_name(path);
    let head = name
        .get(..old.len())
        .filter(|it| it.eq_ignore_ascii_case(old))?;
    let rest = &name[old.len()..];
    let ends = !rest.starts_with(|it: char| it.is_alphanumeric());
    // Backlog.md writes `task-12 - Title.md` for `TASK-12`.
    let lowered = head != old && head == old.to_lowercase();
    let new = if lowered {
        new.to_lowercase()
    } else {
        new.to_owned()
    };
    ends.then(|| format!("{}{new}{rest}", paths::folder(path)))
}

/// The edits that put `new` where `id` is written and `choice` says so. Links to a ticket's own file
/// are left alone: they say a path, not an id.
///
/// # Errors
///
/// Where an id is not there as such: a YAML alias stands for it.
pub(crate) fn id_edits(
    snapshot: &Snapshot,
    id: &TicketId,
    new: &str,
    choice: Choice<'_>,
    source: &mut dyn Source,
) -> Result<Vec<FileEdit>, Refusal> {
    let index = &snapshot.index;
    let mut files: Vec<_> = index.ticket_files(id).chain(index.site_files(id)).collect();
    files.sort_unstable();
    files.dedup();
    let mut all = Vec::new();
    for path in files {
        let Some(facts) = snapshot.file(path) else {
            continue;
        };
        let links = facts.page.iter().flat_map(|it| &it.links);
        let ours: Vec<Span> = links
            .filter(|link| link.kind == LinkKind::Inline)
            .filter(|link| {
                let target = paths::link_target(path, link);
                target.is_some_and(|it| index.ticket_files(id).any(|file| **file == *it))
            })
            .map(|link| link.target_span)
            .collect();
        let sites = sites::of_facts(facts).into_iter();
        let sites: Vec<_> = sites
            .filter(|it| it.id == *id && is_meant(snapshot, it) && choice(path, it))
            .filter(|it| !ours.iter().any(|link| link.contains(it.span)))
            .collect();
        if sites.is_empty() {
            continue;
        }
        // Source in another charset is no string, but its ids stand where the facts say.
        let text = text(snapshot, path, source).ok();
        let mut edits = Vec::new();
        for site in sites {
            let span = match &text {
                Some(text) => written(text, site.span, id),
                None => (site.span.len() == id.as_str().len()).then_some(site.span),
            };
            let span = span.ok_or_else(|| {
                Refusal::Edit(format!(
                    "{path} names {id} in a way that cannot be changed alone: write it out there first"
                ))
            })?;
            edits.push(TextEdit {
                span,
                text: new.to_owned(),
            });
        }
        edits.sort_by_key(|it| it.span);
        edits.dedup();
        all.push(FileEdit {
            path: path.to_string(),
            expected: facts.hash,
            edits,
        });
    }
    Ok(all)
}

/// Where within `span` the id stands, quotes and path around it left out.
pub(super) fn written(text: &str, span: Span, id: &TicketId) -> Option<Span> {
    let around = text.get(span.range())?;
    let base = span.start as usize;
    let same = |it: &str| TicketId::new(it) == *id;
    if same(around) {
        return Some(span);
    }
    let inner = around.trim_matches(['"', '\'']);
    if same(inner) {
        let start = base + around.len() - around.trim_start_matches(['"', '\'']).len();
        return Some(Span::new(start, start + inner.len()));
    }
    let found = ids::mentions(around.as_bytes(), Span::new(0, around.len()));
    let found = found.into_iter().find(|it| same(&it.value))?;
    let (start, end) = (
        base + found.span.start as usize,
        base + found.span.end as usize,
    );
    Some(Span::new(start, end))
}
