//! What moved and deleted files ask of the links to them.

use std::collections::BTreeMap;

use super::super::actions::Source;
use super::{noted, text};
use crate::edit::{Change, FileEdit, TextEdit};
use crate::page::LinkKind;
use crate::world::{Snapshot, moved, paths};

/// The edits of links for files or folders that are about to get other paths.
pub fn after_moves(snapshot: &Snapshot, moves: &[(String, String)]) -> Change {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (from, to) in moves {
        let folder = format!("{from}/");
        // Links lead to files without facts as well, such as pictures.
        let files = snapshot.files().map(|it| it.0);
        for path in files.chain(snapshot.index.link_targets()) {
            if let Some(rest) = path.strip_prefix(&folder) {
                all.insert(path.to_string(), format!("{to}/{rest}"));
            }
        }
        all.insert(from.clone(), to.clone());
    }
    let moves: BTreeMap<_, _> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let change = Change {
        edits: moved::links_after(snapshot, &moves),
        ..Change::default()
    };
    noted(change, "", "", &[])
}

/// The edits that make links to files which are about to be deleted what they show: their text.
pub fn after_deletes(snapshot: &Snapshot, paths: &[String], source: &mut dyn Source) -> Change {
    let gone = |it: &str| {
        let below = |path: &String| {
            it.strip_prefix(path.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        paths.iter().any(|path| path == it || below(path))
    };
    let mut linkers: Vec<_> = Vec::new();
    for (path, facts) in snapshot.files() {
        let links = facts.page.iter().flat_map(|it| &it.links);
        if !gone(path)
            && links
                .into_iter()
                .any(|link| leads_to(snapshot, path, link).is_some_and(|it| gone(&it)))
        {
            linkers.push((path, facts));
        }
    }
    linkers.sort_by_key(|it| it.0);
    let mut change = Change::default();
    for (path, facts) in linkers {
        // What cannot be read is left to `broken-link`.
        let Ok(text) = text(snapshot, path, source) else {
            continue;
        };
        let links = facts.page.iter().flat_map(|it| &it.links);
        let mut edits: Vec<TextEdit> = links
            .filter(|link| leads_to(snapshot, path, link).is_some_and(|it| gone(&it)))
            .filter_map(|link| {
                Some(TextEdit {
                    span: link.span,
                    text: shown(text.get(link.span.range())?)?,
                })
            })
            .collect();
        edits.sort_by_key(|it| it.span);
        // A picture within a link goes with it.
        edits.dedup_by(|later, kept| later.span.start < kept.span.end);
        if !edits.is_empty() {
            change.edits.push(FileEdit {
                path: path.to_string(),
                expected: facts.hash,
                edits,
            });
        }
    }
    noted(change, "", "", &[])
}

fn leads_to(snapshot: &Snapshot, from: &str, link: &crate::page::Link) -> Option<String> {
    match link.kind {
        LinkKind::Inline => paths::link_target(from, link),
        LinkKind::Wiki => {
            let name = paths::wiki_name(&link.target);
            let mut meant = snapshot.index.pages_named(&name);
            // Where another page has the name as well, the link still leads somewhere.
            match (meant.next(), meant.next()) {
                (Some(path), None) => Some(path.to_string()),
                _ => None,
            }
        }
    }
}

/// What a link shows: `[text](target)` its text, `[[target|text]]` its text, `[[target]]` the target.
/// A reference link, whose target stands elsewhere, stays; so does a picture.
fn shown(link: &str) -> Option<String> {
    if let Some(inner) = link.strip_prefix("[[") {
        let inner = inner.strip_suffix("]]")?;
        return Some(inner.rsplit('|').next().unwrap_or(inner).to_owned());
    }
    let inner = link.strip_prefix('[')?;
    let end = inner.rfind("](")?;
    Some(inner[..end].to_owned())
}
