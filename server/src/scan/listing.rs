//! All files that a repository keeps, each with the stamp of its version; none is read.
//!
//! Unlike a scan this also gives hidden files and those of no known language, and a `.gitignore` holds
//! without a repository as well.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use docket_core::facts::is_vendored_folder;
use rustc_hash::FxHashMap;

use crate::location::git_common_dir;
use crate::scan::folder::{Folder, Kind, Stamp, TrustBefore, stamp_of};
use crate::scan::queue::Queue;
use crate::scan::rules::{Has, RULE_FILES, Rules, Verdict};
use crate::scan::walk::join;
use crate::watched::Watched;

/// More files than this in one folder are shared out.
const CHUNK: usize = 1024;

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// In bytes.
    pub size: u64,
    /// Another one where the file is another; `None` where it changed so lately that nobody can tell.
    pub stamp: Option<[u8; 8]>,
}

/// What a walk found in each folder, for the next walk of the same root: a folder whose stamp holds is
/// neither listed again nor matched, as long as the rule files above it are what they were.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Of the files above the root, and outside it, that have a say.
    above: Vec<Stamp>,
    folders: FxHashMap<Arc<str>, Arc<Known>>,
    /// What the files of a part were, where no clock's tick can hide a change since.
    parts: FxHashMap<Of, Arc<[Listed]>>,
}

/// A part of a folder's files: the folder, and the place of its first file.
type Of = (Arc<str>, usize);

/// A folder as it was.
#[derive(Debug)]
struct Known {
    stamp: Stamp,
    rules: Vec<(&'static str, Stamp)>,
    /// Relative to the root, as all paths are.
    folders: Vec<Arc<str>>,
    /// Ascending.
    files: Vec<Arc<str>>,
}

enum Job {
    Folder {
        path: Arc<str>,
        rules: Arc<Rules>,
        trust: Trust,
    },
    /// A part of a large folder's files.
    Files {
        folder: Arc<str>,
        known: Arc<Known>,
        start: usize,
    },
}

/// Whether what is remembered of a folder can hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    IfStamped,
    /// A rule file above it has changed.
    Never,
}

/// The files below `root` that no `.gitignore` or `.ignore` leaves out, in the order of [`by_folder`],
/// other people's code and links excepted. `now` is the system's clock. What cannot be listed is left out.
/// `before` is what the last walk of this root left, and what this one leaves is in its place after.
/// Files that `watched` vouches for since then are not asked for their stamps.
pub fn files(
    root: &Path,
    now: SystemTime,
    n_threads: usize,
    before: &mut Listing,
    watched: Option<&Watched>,
) -> Vec<Listed> {
    let Ok(folder) = Folder::open(root) else {
        return Vec::new();
    };
    let trust = TrustBefore::at(now);
    let above = Rules::files_above(root);
    let above: Vec<Stamp> = above
        .iter()
        .map(|it| stamp_of(&followed(it), TrustBefore::ANY))
        .collect();
    let holds = before.above == above;
    let queue = Queue::new(Job::Folder {
        path: "".into(),
        rules: Rules::above_any(root),
        trust: match holds {
            true => Trust::IfStamped,
            false => Trust::Never,
        },
    });
    let walk = Walk {
        root,
        folder,
        trust,
        before,
        watched,
    };
    let work = || {
        let mut found = Found::default();
        queue.work(|job, more| walk.run(job, more, &mut found));
        found
    };
    let mut found = std::thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(work)).collect();
        let mut found = work();
        for other in others {
            match other.join() {
                Ok(it) => {
                    found.parts.extend(it.parts);
                    found.folders.extend(it.folders);
                }
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        found
    });
    // Each part is in order: of thousands of paths only the folders are compared.
    found.parts.sort_unstable_by(|a, b| a.of.cmp(&b.of));
    let settled = found.parts.iter().filter(|it| it.is_settled);
    let parts = settled.map(|it| (it.of.clone(), it.files.clone()));
    *before = Listing {
        above,
        parts: parts.collect(),
        folders: found.folders.into_iter().collect(),
    };
    let files = found.parts.iter().flat_map(|it| it.files.iter().cloned());
    files.collect()
}

/// The order of a walk: by folder, then by name.
pub fn by_folder(one: &str, other: &str) -> Ordering {
    split(one).cmp(&split(other))
}

#[derive(Default)]
struct Found {
    parts: Vec<Part>,
    folders: Vec<(Arc<str>, Arc<Known>)>,
}

/// The files of a folder, or some of a large one.
struct Part {
    of: Of,
    files: Arc<[Listed]>,
    /// Each stamp is known.
    is_settled: bool,
}

struct Walk<'a> {
    root: &'a Path,
    folder: Folder,
    trust: TrustBefore,
    before: &'a Listing,
    watched: Option<&'a Watched>,
}

impl Walk<'_> {
    fn run(&self, job: Job, more: &mut Vec<Job>, found: &mut Found) {
        match job {
            Job::Folder { path, rules, trust } => self.list(path, &rules, trust, more, found),
            Job::Files {
                folder,
                known,
                start,
            } => {
                let rest = &known.files[start..];
                if let Ok(open) = self.folder.enter(&folder) {
                    let part = &rest[..rest.len().min(CHUNK)];
                    self.stat(&open, (folder, start), &known, part, found);
                }
            }
        }
    }

    fn list(
        &self,
        path: Arc<str>,
        rules: &Arc<Rules>,
        trust: Trust,
        more: &mut Vec<Job>,
        found: &mut Found,
    ) {
        let Ok(folder) = self.folder.enter(&path) else {
            return;
        };
        let Ok(meta) = folder.meta(self.trust) else {
            return;
        };
        let before = self.before.folders.get(&path);
        let same = before.filter(|it| it.stamp.still(meta.stamp));
        let names = match same {
            Some(_) => None,
            None => match folder.list() {
                Ok(it) => Some(it.entries),
                Err(_) => return,
            },
        };
        // The rule files come first: they decide whether the rest of what is remembered holds.
        let is_there = |rule: &str| match (&names, same) {
            (Some(names), _) => names.iter().any(|it| it.0 == rule),
            (None, Some(known)) => known.rules.iter().any(|it| it.0 == rule),
            (None, None) => false,
        };
        let mut has = Has::default();
        let mut here = Vec::new();
        for rule in RULE_FILES.into_iter().filter(|it| is_there(it)) {
            has.note(rule);
            here.push((rule, self.rule_stamp(&folder, &path, rule)));
        }
        let holds = before.is_some_and(|it| {
            let pairs = it.rules.iter().zip(&here);
            it.rules.len() == here.len()
                && pairs.into_iter().all(|(a, b)| a.0 == b.0 && a.1.still(b.1))
        });
        let trust = match holds {
            true => trust,
            false => Trust::Never,
        };
        let rules = rules.below(self.root, &path, has);
        let known = match same.filter(|_| trust == Trust::IfStamped) {
            Some(it) => it.clone(),
            None => {
                let names = match names {
                    Some(it) => it,
                    None => match folder.list() {
                        Ok(it) => it.entries,
                        Err(_) => return,
                    },
                };
                Arc::new(matched(&path, names, &rules, meta.stamp, here))
            }
        };
        more.extend(known.folders.iter().map(|path| Job::Folder {
            path: path.clone(),
            rules: rules.clone(),
            trust,
        }));
        match known.files.len() {
            0..=CHUNK => self.stat(&folder, (path.clone(), 0), &known, &known.files, found),
            n => more.extend((0..n).step_by(CHUNK).map(|start| Job::Files {
                folder: path.clone(),
                known: known.clone(),
                start,
            })),
        }
        found.folders.push((path, known));
    }

    /// What decides whether a rule file says what it said. Through a link what it leads to does.
    fn rule_stamp(&self, open: &Folder, folder: &str, rule: &str) -> Stamp {
        let folder = || self.root.join(folder);
        if rule == ".git" {
            let exclude = git_common_dir(&folder()).map(|it| it.join("info/exclude"));
            // Without that file it only has to be there.
            return match exclude.filter(|it| it.exists()) {
                Some(it) => stamp_of(&followed(&it), self.trust),
                None => Stamp::THERE,
            };
        }
        match open.stat(rule, self.trust) {
            Ok(meta) if meta.kind == Kind::File => meta.stamp,
            _ => stamp_of(&followed(&folder().join(rule)), self.trust),
        }
    }

    fn stat(
        &self,
        open: &Folder,
        of: Of,
        known: &Arc<Known>,
        paths: &[Arc<str>],
        found: &mut Found,
    ) {
        if let Some(files) = self.remembered(&of, known, paths) {
            let files = files.clone();
            found.parts.push(Part {
                of,
                files,
                is_settled: true,
            });
            return;
        }
        let name_at = match of.0.len() {
            0 => 0,
            n => n + 1,
        };
        let mut files = Vec::with_capacity(paths.len());
        let mut is_settled = true;
        for path in paths {
            // What has gone meanwhile, or is no file any more, is not there.
            let meta = match open.stat(&path[name_at..], self.trust) {
                Ok(it) => it,
                Err(error) => {
                    is_settled &= error.kind() == ErrorKind::NotFound;
                    continue;
                }
            };
            is_settled &= meta.stamp != Stamp::NEVER;
            if meta.kind == Kind::File {
                files.push(Listed {
                    path: path.clone(),
                    size: meta.size,
                    stamp: (meta.stamp != Stamp::NEVER).then(|| *meta.stamp.bytes()),
                });
            }
        }
        found.parts.push(Part {
            of,
            files: files.into(),
            is_settled,
        });
    }

    /// What these files were, where somebody has seen to it that they still are.
    fn remembered(
        &self,
        of: &Of,
        known: &Arc<Known>,
        paths: &[Arc<str>],
    ) -> Option<&Arc<[Listed]>> {
        let before = self.before.folders.get(&of.0)?;
        let is_same = Arc::ptr_eq(before, known) && self.watched?.holds(&of.0, paths);
        is_same.then(|| self.before.parts.get(of)).flatten()
    }
}

/// What of a folder's names is kept.
fn matched(
    path: &str,
    names: Vec<(String, Kind)>,
    rules: &Rules,
    stamp: Stamp,
    here: Vec<(&'static str, Stamp)>,
) -> Known {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for (name, kind) in names {
        let is_folder = kind == Kind::Folder;
        if kind == Kind::Other || name == ".git" || is_folder && is_vendored_folder(&name) {
            continue;
        }
        let full = join(path, &name);
        if rules.verdict(&full, is_folder) != Verdict::Ignored {
            match is_folder {
                true => folders.push(full.into()),
                false => files.push(Arc::from(full)),
            }
        }
    }
    files.sort_unstable();
    Known {
        stamp,
        rules: here,
        folders,
        files,
    }
}

/// What a path leads to.
fn followed(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The folder of a path, and its name there.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
