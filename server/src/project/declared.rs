//! What the source files declare that pages were made of, as the disk has it. A text that was parsed
//! once is not parsed again: the database keeps its parts.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use docket_core::facts::{FileFacts, MAX_FILE};
use docket_core::lineage::code::{self, Declared};
use docket_core::text::Hash;
use docket_core::world::FileChange;
use docket_store::declared::{pack, unpack};
use docket_store::{DeclaredChange, DeclaredRow, Store, is_damage};
use rustc_hash::FxHashMap;

use crate::scan;

/// A source file; `None` where there is none at that path.
pub type File = (Arc<str>, Option<Arc<Declared>>);

/// What was read, and what the database has to learn of it.
#[derive(Debug)]
pub(super) struct Sources {
    /// By path.
    pub(super) files: Vec<File>,
    pub(super) change: DeclaredChange,
}

type Rows = FxHashMap<Arc<str>, DeclaredRow>;

/// What the source file at `path` declares, as the disk has it; `None` where the project has none.
/// `known` is what it declared before: the same text is not parsed again.
pub fn declared(root: &Path, path: &str, known: Option<&Arc<Declared>>) -> Option<Arc<Declared>> {
    let root = fs::canonicalize(root).ok()?;
    Some(declared_in(path, &bytes(&root, path)?, known))
}

/// The same of a file with these bytes, wherever they are from.
pub fn declared_in(path: &str, bytes: &[u8], known: Option<&Arc<Declared>>) -> Arc<Declared> {
    let text = String::from_utf8_lossy(bytes);
    let known = known.filter(|it| it.hash == Hash::of(text.as_bytes()));
    match known {
        Some(known) => known.clone(),
        None => Arc::new(code::declared(path, &text)),
    }
}

/// What all declare that something in `pages` was made from, on all threads.
pub(super) fn of_files(
    root: &Path,
    pages: &[(Arc<str>, Arc<FileFacts>)],
    store: Option<&Store>,
) -> Sources {
    let origins = pages.iter().flat_map(|(_, facts)| &facts.lineage.origins);
    let paths: BTreeSet<&str> = origins.filter_map(|it| it.source.whole.code()).collect();
    let paths: Vec<Arc<str>> = paths.into_iter().map(Arc::from).collect();
    let root_key = scan::root_key(root);
    let (mut rows, damaged) = rows(store, &root_key);
    let read = read(root, &paths, &rows);
    let mut change = DeclaredChange {
        root: root_key,
        damaged,
        ..DeclaredChange::default()
    };
    let mut files = Vec::new();
    for (path, found) in paths.into_iter().zip(read) {
        if found.is_some() {
            rows.remove(&path);
        }
        let declared = found.map(|(declared, from)| {
            if from == From::Parser {
                change.files.push(DeclaredRow {
                    path: path.clone(),
                    key: code::key(declared.hash),
                    parts: pack(&declared.lineage),
                });
            }
            Arc::new(declared)
        });
        files.push((path, declared));
    }
    change.removed = rows.into_keys().collect();
    if !change.is_empty() {
        let (n_parsed, n_removed) = (change.files.len(), change.removed.len());
        tracing::debug!(n_parsed, n_removed, "source files of pages");
    }
    Sources { files, change }
}

/// As changes of a world. They come before the pages, which then ask for nothing.
pub fn changes(files: impl IntoIterator<Item = File>) -> impl Iterator<Item = FileChange> {
    let files = files.into_iter();
    files.map(|(path, declared)| FileChange::Declared { path, declared })
}

/// What is remembered, and whether reading it met damage.
fn rows(store: Option<&Store>, root_key: &str) -> (Rows, bool) {
    match store.map_or(Ok(Vec::new()), |it| it.declared(root_key)) {
        Ok(rows) => {
            let rows = rows.into_iter().map(|it| (it.path.clone(), it));
            (rows.collect(), false)
        }
        Err(error) => {
            tracing::warn!(%error, "what is known of source files cannot be read");
            (Rows::default(), is_damage(&error))
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Row,
    Parser,
}

/// What each declares, in their order.
fn read(root: &Path, paths: &[Arc<str>], rows: &Rows) -> Vec<Option<(Declared, From)>> {
    let Ok(root) = fs::canonicalize(root) else {
        return paths.iter().map(|_| None).collect();
    };
    let read = |path: &Arc<str>| {
        let bytes = bytes(&root, path)?;
        let text = String::from_utf8_lossy(&bytes);
        let recalled = rows.get(path).and_then(|it| recalled(&text, it));
        Some(match recalled {
            Some(it) => (it, From::Row),
            None => (code::declared(path, &text), From::Parser),
        })
    };
    scan::in_parts(paths, |part| part.iter().map(read).collect())
}

/// What the row says, where it is of this text.
fn recalled(text: &str, row: &DeclaredRow) -> Option<Declared> {
    let is_of_it = row.key == code::key(Hash::of(text.as_bytes()));
    code::recalled(text, is_of_it.then(|| unpack(&row.parts)).flatten()?)
}

/// The bytes of a file of the project, whose canonical root is given.
fn bytes(root: &Path, path: &str) -> Option<Vec<u8>> {
    // A link that leads out of the project is no file of it.
    let file = fs::canonicalize(root.join(path)).ok()?;
    let is_own = file.starts_with(root);
    let size = fs::metadata(&file).ok().filter(|_| is_own)?.len();
    fs::read(file).ok().filter(|_| size <= MAX_FILE)
}
