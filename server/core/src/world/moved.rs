//! What a file's new name asks of the links to it, and of the links in it.

use super::{Snapshot, paths};
use crate::edit::{FileEdit, TextEdit};
use crate::ticket::draft::file_name;

/// The path of a ticket's file beside `beside`, named after its id and title.
pub fn ticket_path(beside: &str, id: &str, title: &str) -> String {
    format!("{}{}", paths::folder(beside), file_name(id, title))
}

/// The edits that keep links right when the file at `from` goes to `to`: those that point at it,
/// and its own where the folder changes. Wiki links to a ticket's id need none; those by its file
/// name get the new one.
pub fn link_edits(snapshot: &Snapshot, from: &str, to: &str) -> Vec<FileEdit> {
    let mut linkers: Vec<_> = snapshot.index.linkers(from).collect();
    let old_name = paths::stem(from).to_lowercase();
    linkers.extend(snapshot.index.wiki_linkers(&old_name));
    linkers.sort_unstable();
    linkers.dedup();
    let mut edits = Vec::new();
    for path in linkers {
        let Some(facts) = snapshot.file(path) else {
            continue;
        };
        let links = facts.page.iter().flat_map(|it| &it.links);
        let texts = links.filter_map(|link| {
            let text = if paths::link_target(path, link).as_deref() == Some(from) {
                let anchor = link.anchor.as_ref().map(|it| format!("#{it}"));
                // The page that links is the one that moves: it links from its new place.
                let base = if **path == *from { to } else { path };
                paths::relative(base, to) + &anchor.unwrap_or_default()
            } else if link.kind == crate::page::LinkKind::Wiki
                && paths::wiki_name(&link.target) == old_name
            {
                paths::stem(to).to_owned()
            } else {
                return None;
            };
            Some(TextEdit {
                span: link.target_span,
                text,
            })
        });
        let texts: Vec<_> = texts.collect();
        if !texts.is_empty() {
            edits.push(FileEdit {
                path: path.to_string(),
                expected: facts.hash,
                edits: texts,
            });
        }
    }
    edits
}
