//! The words of all files that a model may be shown, as they are on the disk now.
//!
//! They are kept in the project's database from the first question on. A file whose stamp holds is
//! not read again; what is gone, private or excluded by now has no row any more. Without a database
//! all is read each time, and what comes of it is the same.

use std::path::Path;
use std::time::SystemTime;

use docket_core::config::Config;
use docket_core::facts::{MAX_FILE, generated_path, vendored_path};
use docket_core::text::Hash;
use docket_store::{FileWords, Store, WordsChange, is_damage};
use rustc_hash::FxHashMap;

use super::Ground;
use super::words::{VERSION, Words};
use crate::ai::privacy::Privacy;
use crate::project;
use crate::scan::listing::{self, Listed};
use crate::scan::{n_threads, root_key};

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
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) words: Words,
}

/// What was kept.
#[derive(Default)]
struct Kept {
    key: Option<Hash>,
    /// By path; none where the key is another.
    files: FxHashMap<String, ([u8; 8], Words)>,
    damaged: bool,
}

/// The files, ascending by path. What is learned is kept for the next question where that can be.
pub(super) fn files(ground: &Ground<'_>) -> Vec<File> {
    files_at(ground, SystemTime::now())
}

/// `now` is the system's clock: files that changed just before it are read again next time.
pub(super) fn files_at(ground: &Ground<'_>, now: SystemTime) -> Vec<File> {
    let mut store = project::store(ground.root, ground.env);
    let root = root_key(ground.root);
    let key = key(ground.config, ground.privacy);
    let (listed, kept) = std::thread::scope(|scope| {
        let walk = || listing::files(ground.root, now, n_threads());
        let walk = scope.spawn(walk);
        let kept = store.as_ref().map(|it| kept(it, &root, key));
        let listed = walk
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (listed, kept.unwrap_or_default())
    });
    let (files, change) = compared(ground, listed, kept, root, key);
    if let Some(store) = &mut store
        && !change.is_empty()
        && let Err(trouble) = store.save_words(&change)
    {
        tracing::debug!(%trouble, "the next question reads again what this one has read");
    }
    files
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

fn kept(store: &Store, root: &str, key: Hash) -> Kept {
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
    Kept {
        key: Some(found),
        files: rows
            .filter_map(|it| Some((it.path, (it.stamp, Words::read(it.words)?))))
            .collect(),
        damaged: false,
    }
}

/// What there is now, and what of it is not kept yet.
fn compared(
    ground: &Ground<'_>,
    listed: Vec<Listed>,
    mut kept: Kept,
    root: String,
    key: Hash,
) -> (Vec<File>, WordsChange) {
    let mut n_bytes = 0;
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    for it in listed {
        let before = kept.files.remove(&it.path);
        // What has a row may be shown: the key says that the rules are the same.
        let is_shown = before.is_some() || may_be_shown(ground, &it.path);
        if !is_shown || it.size > MAX_FILE || n_bytes + it.size > MAX_BYTES {
            kept.files.extend(before.map(|before| (it.path, before)));
            continue;
        }
        n_bytes += it.size;
        match before {
            Some((stamp, words)) if it.stamp == Some(stamp) => files.push(File {
                path: it.path,
                words,
            }),
            before => unread.push((it, before)),
        }
    }
    let mut change = WordsChange {
        root,
        key,
        found: kept.key,
        files: Vec::new(),
        // Nothing is left of those that are there.
        removed: kept.files.into_keys().collect(),
        damaged: kept.damaged,
    };
    if !unread.is_empty() {
        tell(ground, &unread);
        for (words, (it, before)) in read(ground.root, &unread).into_iter().zip(unread) {
            let stamp = it.stamp.unwrap_or(NO_STAMP);
            if before.is_none_or(|it| it != (stamp, words.clone())) {
                change.files.push(FileWords {
                    path: it.path.clone(),
                    stamp,
                    words: words.bytes().to_vec(),
                });
            }
            files.push(File {
                path: it.path,
                words,
            });
        }
        files.sort_unstable_by(|one, two| one.path.cmp(&two.path));
    }
    (files, change)
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

type Unread = (Listed, Option<([u8; 8], Words)>);

fn tell(ground: &Ground<'_>, unread: &[Unread]) {
    let n_bytes: u64 = unread.iter().map(|it| it.0.size).sum();
    if unread.len() > MANY_FILES || n_bytes > MANY_BYTES {
        let what = format!("reading {} files for what has to do with it", unread.len());
        (ground.doing)(&what);
    }
}

/// Their words, in their order. What cannot be read, or is no text, has those of its path.
fn read(root: &Path, unread: &[Unread]) -> Vec<Words> {
    let read = |(it, _): &Unread| {
        let text = std::fs::read_to_string(root.join(&it.path)).unwrap_or_default();
        Words::of(&it.path, &text)
    };
    std::thread::scope(|scope| {
        let parts = unread.chunks(unread.len().div_ceil(n_threads()).max(1));
        let threads: Vec<_> = parts
            .map(|some| scope.spawn(|| some.iter().map(read).collect::<Vec<Words>>()))
            .collect();
        let done = threads.into_iter().map(|it| {
            it.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.flatten().collect()
    })
}
