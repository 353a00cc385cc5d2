//! The words of all files that a model may be shown, as they are on the disk, or were when a watched file
//! last changed.
//!
//! They are kept in the project's database once they were asked for, and in memory for the next
//! question of this process. A file whose stamp holds is not read again; what is gone, private or
//! excluded by now has no row any more. Without a database all is read each time, and what comes of
//! it is the same.

use std::iter::Peekable;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use docket_core::config::Config;
use docket_core::facts::{MAX_FILE, generated_path, vendored_path};
use docket_core::text::Hash;
use docket_store::{FileWords, Store, WordsChange, is_damage};

use super::words::{VERSION, Words};
use super::{Ground, worth};
use crate::ai::privacy::Privacy;
use crate::project;
use crate::scan::listing::{self, Listed, Listing, by_folder};
use crate::scan::{in_parts, n_threads, root_key};
use crate::watched::{self, Since};

/// docket's own configuration and prompts.
const OWN: &str = ".docs/docket.toml";
const PROMPTS: &str = ".docs/prompts/";
/// Most bytes of all files that are looked into.
const MAX_BYTES: u64 = 48 * 1024 * 1024;
/// Reading more than this is told: it takes a moment.
const MANY_FILES: usize = 2_000;
const MANY_BYTES: u64 = 8 * 1024 * 1024;
/// What no file's stamp is.
const NO_STAMP: [u8; 8] = [0; 8];

/// A file and its words.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: Arc<str>,
    pub(super) words: Words,
    /// What it is worth for what it is.
    pub(super) worth: f64,
    stamp: [u8; 8],
}

impl File {
    fn new(path: Arc<str>, words: Words, stamp: [u8; 8]) -> Self {
        Self {
            worth: worth(&path),
            path,
            words,
            stamp,
        }
    }
}

/// What was kept.
#[derive(Default)]
struct Kept {
    key: Option<Hash>,
    /// In the order of [`by_folder`]; none where the key is another.
    files: Vec<File>,
    damaged: bool,
}

/// What is known of the project that was asked about last.
#[derive(Default)]
struct Last {
    root: String,
    /// When it was listed.
    since: Since,
    listing: Listing,
    /// The rows that its database has, and their key; nothing where that is not sure.
    rows: Option<(Hash, Vec<File>)>,
}

static LAST: Mutex<Option<Last>> = Mutex::new(None);

/// The files, in the order of [`by_folder`]. What is learned is kept for the next question where that can be.
pub(super) fn files(ground: &Ground<'_>) -> Vec<File> {
    files_at(ground, SystemTime::now())
}

/// `now` is the system's clock: files that changed just before it are read again next time.
pub(super) fn files_at(ground: &Ground<'_>, now: SystemTime) -> Vec<File> {
    let mut store = project::store(ground.root, ground.env);
    let root = root_key(ground.root);
    let key = key(ground.config, ground.privacy);
    let known = last().take().filter(|it| it.root == root);
    let Last {
        mut listing,
        rows,
        since,
        ..
    } = known.unwrap_or_default();
    let (since, watched) = watched::take(ground.root, since);
    let (listed, kept) = std::thread::scope(|scope| {
        let walk = || {
            listing::files(
                ground.root,
                now,
                n_threads(),
                &mut listing,
                watched.as_ref(),
            )
        };
        let walk = scope.spawn(walk);
        let kept = store.as_ref().map(|it| kept(it, &root, key, rows));
        let listed = walk
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (listed, kept.unwrap_or_default())
    });
    let (files, change) = compared(ground, listed, kept, root.clone(), key);
    let is_kept = store.as_mut().is_some_and(|store| {
        change.is_empty()
            || store.save_words(&change).unwrap_or_else(|trouble| {
                tracing::debug!(%trouble, "the next question reads it again");
                false
            })
    });
    *last() = Some(Last {
        root,
        since,
        listing,
        rows: is_kept.then(|| (key, files.clone())),
    });
    files
}

fn last() -> MutexGuard<'static, Option<Last>> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What another process would know.
#[cfg(test)]
pub(super) fn forget() {
    *last() = None;
}

/// Of all that decides which files are looked into, and what is kept of them.
fn key(config: &Config, privacy: &Privacy) -> Hash {
    // Another docket may know other names of generated files.
    let docket = env!("CARGO_PKG_VERSION");
    let mut parts = format!("{VERSION} {docket} {}", privacy.key());
    for it in config.exclude.patterns() {
        parts.push('\0');
        parts.push_str(it);
    }
    Hash::of(parts.as_bytes())
}

/// `rows` are those that this process remembers.
fn kept(store: &Store, root: &str, key: Hash, rows: Option<(Hash, Vec<File>)>) -> Kept {
    // Another key means other rules, which another process may have brought in.
    let holds =
        |of: &Hash| *of == key && matches!(store.words_key(root), Ok(Some(it)) if it == key);
    if let Some((_, files)) = rows.filter(|it| holds(&it.0)) {
        return Kept {
            key: Some(key),
            files,
            damaged: false,
        };
    }
    let (found, rows) = match store.words(root) {
        Ok(Some(it)) => it,
        Ok(None) => return Kept::default(),
        Err(error) => {
            tracing::warn!(%error, "what is known of words cannot be read");
            return Kept {
                damaged: is_damage(&error),
                ..Kept::default()
            };
        }
    };
    let rows = rows.into_iter().filter(|_| found == key);
    let file = |it: FileWords| {
        let words = Words::read(it.words)?;
        Some(File::new(it.path.into(), words, it.stamp))
    };
    let mut files: Vec<File> = rows.filter_map(file).collect();
    files.sort_unstable_by(|one, two| by_folder(&one.path, &two.path));
    Kept {
        key: Some(found),
        files,
        damaged: false,
    }
}

/// What there is now, and what of it is not kept yet.
fn compared(
    ground: &Ground<'_>,
    listed: Vec<Listed>,
    kept: Kept,
    root: String,
    key: Hash,
) -> (Vec<File>, WordsChange) {
    let mut n_bytes = 0;
    let (mut files, mut unread, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = kept.files.into_iter().peekable();
    for it in listed {
        // Nothing is left of those that are there.
        let before = row_of(&mut rows, &it.path, &mut removed);
        // What has a row may be shown: the key says that the rules are the same.
        let is_shown = before.is_some() || may_be_shown(ground, &it.path);
        if !is_shown || it.size > MAX_FILE || n_bytes + it.size > MAX_BYTES {
            removed.extend(before.map(|_| it.path.to_string()));
            continue;
        }
        n_bytes += it.size;
        match before {
            Some(row) if it.stamp == Some(row.stamp) => files.push(row),
            before => unread.push((it, before)),
        }
    }
    removed.extend(rows.map(|it| it.path.to_string()));
    let mut change = WordsChange {
        root,
        key,
        found: kept.key,
        files: Vec::new(),
        removed,
        damaged: kept.damaged,
    };
    if !unread.is_empty() {
        tell(ground, &unread);
        for (words, (it, before)) in read(ground.root, &unread).into_iter().zip(unread) {
            let stamp = it.stamp.unwrap_or(NO_STAMP);
            if before.is_none_or(|it| it.stamp != stamp || it.words != words) {
                change.files.push(FileWords {
                    path: it.path.to_string(),
                    stamp,
                    words: words.bytes().to_vec(),
                });
            }
            files.push(File::new(it.path, words, stamp));
        }
        files.sort_unstable_by(|one, two| by_folder(&one.path, &two.path));
    }
    (files, change)
}

/// The row of a path. Those before it are of files that are gone.
fn row_of(
    rows: &mut Peekable<impl Iterator<Item = File>>,
    path: &Arc<str>,
    removed: &mut Vec<String>,
) -> Option<File> {
    // Where nothing has changed both are one, which is told without looking at the text.
    let same = |it: &File| Arc::ptr_eq(&it.path, path) || it.path == *path;
    while let Some(gone) = rows.next_if(|it| !same(it) && by_folder(&it.path, path).is_lt()) {
        removed.push(gone.path.to_string());
    }
    let mut row = rows.next_if(same)?;
    row.path = path.clone();
    Some(row)
}

fn may_be_shown(ground: &Ground<'_>, path: &str) -> bool {
    // What docket itself is told is no part of what is built.
    let is_own = path == OWN || path.starts_with(PROMPTS);
    !(is_own
        || ground.privacy.is_private(path)
        || ground.config.exclude.matches(path)
        || vendored_path(path)
        || generated_path(path))
}

type Unread = (Listed, Option<File>);

fn tell(ground: &Ground<'_>, unread: &[Unread]) {
    let n_bytes: u64 = unread.iter().map(|it| it.0.size).sum();
    if unread.len() > MANY_FILES || n_bytes > MANY_BYTES {
        let what = format!("reading {} files for what has to do with it", unread.len());
        (ground.doing)(&what);
    }
}

/// Their words, in their order. What cannot be read, or is no text, has those of its path.
fn read(root: &Path, unread: &[Unread]) -> Vec<Words> {
    in_parts(unread, |part| {
        let read = |(it, _): &Unread| {
            let text = std::fs::read_to_string(root.join(&*it.path)).unwrap_or_default();
            Words::of(&it.path, &text)
        };
        part.iter().map(read).collect()
    })
}
