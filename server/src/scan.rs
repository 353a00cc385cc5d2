//! Reads a project: walks its folders on all cores, reads what changed since the last scan, and
//! gives the facts of every file that has some.

mod few;
mod folder;
mod forget;
pub mod listing;
mod queue;
mod read;
mod rules;
mod snapshot;
mod tree;
mod walk;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use docket_core::config::Config;
use docket_core::facts::{FileFacts, Skip};
use docket_core::text::Hash;
use docket_store::{Store, TreeChange};

pub use few::{folders, is_passed_over, remembered, reread};
use folder::TrustBefore;
pub use tree::{Bytes, Known, read_tree};

/// What to scan and how.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// An absolute path.
    pub root: &'a Path,
    pub config: &'a Config,
    /// What the last scan left; without one every file is read.
    pub store: Option<&'a Store>,
    /// The system's clock when the scan starts. Files that changed within two seconds before it,
    /// or later, are read again next time.
    pub now: SystemTime,
    pub n_threads: usize,
    /// Called now and then, from any thread.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Set it and the scan ends soon, with what it has.
    pub cancel: &'a AtomicBool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub n_folders: usize,
    pub n_files: usize,
}

/// What a scan found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files that have facts, by path relative to the root, ascending.
    pub files: Vec<(Arc<str>, Arc<FileFacts>)>,
    /// Ascending by path.
    pub skipped: Vec<Skipped>,
    pub stats: Stats,
    /// What the store has to learn; empty where nothing changed.
    pub change: TreeChange,
    /// The scan was cancelled: all the above is a part.
    pub cancelled: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub n_folders: usize,
    /// Files that were looked at, read or not.
    pub n_files: usize,
    /// Files that were opened and read.
    pub n_read: usize,
    pub n_bytes_read: u64,
}

/// A file, or a folder with all that is in it, that was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    pub path: String,
    pub reason: Skip,
}

/// Walks the project. The result is the same however many threads walk, and whatever the store held.
///
/// Fails only where the root itself cannot be opened; all else that cannot be read is skipped.
pub fn scan(request: &Request<'_>) -> io::Result<Scan> {
    walk::walk(request)
}

/// Makes room in a store that a scan has added to, of which `n_in_use` facts were asked for: drops
/// a bounded number of those that no project refers to, and projects whose folders are gone.
/// Most of the time there is nothing to do, which one count tells.
pub fn forget_unused(store: &mut Store, n_in_use: usize) -> docket_store::Result<usize> {
    forget::forget_unused(store, n_in_use, forget::Limits::USUAL)
}

/// What scans without a store and without an audience need: one thread a core, no progress.
pub fn n_threads() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8)
}

/// Has every core work on a part; what they give is in the order of the parts.
pub fn in_parts<'t, T: Sync, R: Send>(
    all: &'t [T],
    work: impl Fn(&'t [T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let work = &work;
    std::thread::scope(|scope| {
        let parts = all.chunks(all.len().div_ceil(n_threads()).max(1));
        let threads: Vec<_> = parts.map(|it| scope.spawn(move || work(it))).collect();
        let done = threads.into_iter().map(|it| {
            it.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.flatten().collect()
    })
}

/// Of all that a scan's memory of folders depends on, beside what is in them.
fn version(root: &Path, config: &Config, facts: Hash, trust: TrustBefore) -> Hash {
    let mut parts = facts.bytes().to_vec();
    parts.extend_from_slice(format!("{:?}", config.exclude).as_bytes());
    for file in rules::Rules::files_above(root) {
        let stamp = folder::stamp_of(&file, trust);
        parts.extend_from_slice(file.as_os_str().as_encoded_bytes());
        parts.extend_from_slice(stamp.bytes());
    }
    Hash::of(&parts)
}

/// Projects are told apart in the store by where they lie.
pub fn root_key(root: &Path) -> String {
    // Some editors name a folder with a slash at its end.
    let root: PathBuf = root.components().collect();
    root.to_string_lossy().into_owned()
}

/// Whether a file of that name changes what is passed over, below its folder.
pub fn is_rule_file(name: &str) -> bool {
    rules::RULE_FILES.contains(&name)
}
