//! Bringing records back in line without a model: what is still valid, and what nobody recorded.

use super::{Origin, Why};
use crate::edit::{Change, FileEdit, TextEdit};
use crate::world::Snapshot;

/// The change that goes by each changed source as it is now, of the records that are `meant`.
pub fn still_valid(
    snapshot: &Snapshot,
    paths: &[&str],
    meant: impl Fn(&str, &Origin) -> bool,
) -> Change {
    edited(snapshot, paths, |path| {
        let outdated = snapshot.outdated(path).into_iter();
        let outdated = outdated.filter(|it| meant(path, it.origin));
        let edits = outdated.filter_map(|it| match it.why {
            Why::Changed(now) => Some(TextEdit {
                span: it.origin.span,
                text: format!("{}@{}", it.origin.source, now.digest),
            }),
            Why::Gone | Why::Behind(_) => None,
        });
        edits.collect()
    })
}

/// The change that records each source whose digest nobody wrote down, of the records that are `meant`.
pub fn record(
    snapshot: &Snapshot,
    paths: &[&str],
    meant: impl Fn(&str, &Origin) -> bool,
) -> Change {
    edited(snapshot, paths, |path| {
        let origins = snapshot
            .file(path)
            .map_or(&[][..], |it| &it.lineage.origins);
        let edits = origins.iter().filter_map(|it| {
            let (_, part) = snapshot
                .source(&it.source)
                .filter(|_| it.recorded.is_none() && meant(path, it))?;
            Some(TextEdit {
                span: it.span,
                text: format!("{}@{}", it.source, part.digest),
            })
        });
        edits.collect()
    })
}

fn edited(snapshot: &Snapshot, paths: &[&str], edits: impl Fn(&str) -> Vec<TextEdit>) -> Change {
    let edits = paths.iter().filter_map(|path| {
        let edits = edits(path);
        (!edits.is_empty()).then_some(FileEdit {
            path: (*path).to_owned(),
            expected: snapshot.file(path)?.hash,
            edits,
        })
    });
    Change {
        edits: edits.collect(),
        ..Change::default()
    }
}
