//! Files that are not on the disk, of a commit or staged, read as a scan reads those that are.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use docket_core::config::Config;
use docket_core::facts::{FileFacts, MAX_FILE};
use docket_core::text::Hash;
use rustc_hash::FxHashMap;

use crate::scan::few::{enters, has};
use crate::scan::read::{Examiner, Found};
use crate::scan::rules::{Rules, Verdict};
use crate::scan::walk::join;

/// Gives the bytes of the file with that number; one for each thread.
pub type Bytes<'a> = Box<dyn FnMut(usize) -> Option<Vec<u8>> + 'a>;

/// The facts of the files at `paths`, by path, ascending. What is passed over, today's rules decide.
pub fn read_tree<'a>(
    root: &Path,
    config: &Config,
    paths: &[&str],
    known: &dyn Fn(usize) -> Known,
    bytes: &(dyn Fn() -> Bytes<'a> + Sync),
) -> Vec<(Arc<str>, Arc<FileFacts>)> {
    let examiner = Examiner::with_prefixes(config, super::read::prefixes_of(paths));
    let mut folders = Folders::new(root, config);
    let mut files: Vec<(Arc<str>, Arc<FileFacts>)> = Vec::new();
    let mut unread = Vec::new();
    for (idx, path) in paths.iter().enumerate() {
        if !examiner.is_wanted(path) || folders.pass_over(path) {
            continue;
        }
        match known(idx) {
            Known::Facts(facts) => files.push(((*path).into(), facts)),
            Known::Quiet => {}
            Known::No => unread.push(idx),
        }
    }
    let at = AtomicUsize::new(0);
    let work = || {
        let mut read = bytes();
        let mut found = Vec::new();
        while let Some(&idx) = unread.get(at.fetch_add(1, Ordering::Relaxed)) {
            let Some(bytes) = read(idx).filter(|it| it.len() as u64 <= MAX_FILE) else {
                continue;
            };
            let stored = None::<fn(Hash) -> Option<FileFacts>>;
            if let Found::Facts(_, facts) = examiner.examine(paths[idx], &bytes, stored) {
                found.push((Arc::from(paths[idx]), Arc::new(*facts)));
            }
        }
        found
    };
    let n_threads = super::n_threads().min(unread.len().div_ceil(64)).max(1);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(work)).collect();
        files.extend(work());
        for it in others {
            // What one thread lost to a panic is as if it could not be read.
            files.extend(it.join().unwrap_or_default());
        }
    });
    files.sort_unstable_by(|one, two| one.0.cmp(&two.0));
    files
}

/// What is known of a file before it is read.
pub enum Known {
    Facts(Arc<FileFacts>),
    /// Nothing that the index wants is in it.
    Quiet,
    No,
}

/// The rules of each folder, asked for many of its files.
struct Folders<'a> {
    root: &'a Path,
    config: &'a Config,
    rules: FxHashMap<String, Option<Arc<Rules>>>,
}

impl<'a> Folders<'a> {
    fn new(root: &'a Path, config: &'a Config) -> Self {
        let top = Rules::above(root).below(root, "", has(root));
        Self {
            root,
            config,
            rules: FxHashMap::from_iter([(String::new(), Some(top))]),
        }
    }

    fn pass_over(&mut self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |it| it.0);
        let config = self.config;
        let Some(rules) = self.rules(folder) else {
            return true;
        };
        rules.verdict(path, false) != Verdict::Keep
            || rules.skip(path).is_some()
            || config.exclude.matches(path)
    }

    /// `None` where a scan does not come to.
    fn rules(&mut self, folder: &str) -> Option<Arc<Rules>> {
        if let Some(known) = self.rules.get(folder) {
            return known.clone();
        }
        let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let path = join(parent, name);
        let rules = self
            .rules(parent)
            .filter(|it| enters(it, self.config, &path));
        let rules = rules.map(|it| it.below(self.root, &path, has(&self.root.join(&path))));
        self.rules.insert(path, rules.clone());
        rules
    }
}
