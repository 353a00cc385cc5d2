//! A ticket's title: in its front matter, in its file's name, and in the links to it.

use super::super::actions::{Refusal, Source};
use super::{FileMoves, Renaming, noted, text};
use crate::edit::{Change, FileEdit};
use crate::ids::TicketId;
use crate::ticket::edit;
use crate::ticket::field::Value;
use crate::world::{Snapshot, moved, paths};

pub(super) fn rename(
    snapshot: &Snapshot,
    id: &TicketId,
    title: &str,
    moves: FileMoves,
    source: &mut dyn Source,
) -> Result<Renaming, Refusal> {
    let no_ticket = || Refusal::NoTicket(id.to_string());
    let (path, ticket) = snapshot.ticket(id).ok_or_else(no_ticket)?;
    let facts = snapshot.file(path).ok_or_else(no_ticket)?;
    let written = ticket.id.as_ref().map_or(id.as_str(), |it| &it.value);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(Refusal::Edit("a ticket needs a title".to_owned()));
    }
    let old = text(snapshot, path, source)?;
    let edits = edit::set(&old, "title", &Value::Text(title.clone()))
        .map_err(|it| Refusal::Edit(it.to_string()))?;
    let mut change = Change::default();
    if !edits.is_empty() {
        change.edits.push(FileEdit {
            path: path.to_string(),
            expected: facts.hash,
            edits,
        });
    }
    let mut stays = Vec::new();
    if let Some(to) = file_after(path, written, &title) {
        match moves {
            FileMoves::With => {
                super::id::free(snapshot, path, &to)?;
                let links = moved::link_edits(snapshot, path, &to);
                change = change.merged(Change {
                    edits: links,
                    renames: vec![(path.to_string(), to)],
                    ..Change::default()
                });
            }
            FileMoves::Without => stays.push(format!(
                "The file is still called {}: this editor cannot rename files by an edit.",
                paths::file_name(path)
            )),
        }
    }
    let label = format!("{written} is called \"{title}\"");
    let change = noted(change, path, &label, &stays);
    Ok(Renaming { change, stays })
}

/// The path with the new title in it, where the name is of docket's own form, `<id>-<slug>.md`;
/// `None` where it is not, or stays as it is.
fn file_after(path: &str, id: &str, title: &str) -> Option<String> {
    let stem = paths::stem(path);
    let rest = stem.get(id.len()..)?;
    let is_ours = stem[..id.len()].eq_ignore_ascii_case(id)
        && (rest.is_empty() || rest.starts_with('-'))
        && path.ends_with(".md");
    let to = moved::ticket_path(path, &stem[..id.len()], title);
    (is_ours && to != path).then_some(to)
}
