//! All files that a repository keeps, each with the stamp of its version; none is read.
//!
//! Unlike a scan this also gives hidden files and those of no known language, and a `.gitignore` holds
//! without a repository as well.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use docket_core::facts::is_vendored_folder;

use crate::scan::folder::{Folder, Kind, Stamp, TrustBefore};
use crate::scan::queue::Queue;
use crate::scan::rules::{Has, Rules, Verdict};
use crate::scan::walk::join;

/// More files than this in one folder are shared out.
const CHUNK: usize = 1024;

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Relative to the root, with `/`.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// Another one where the file is another; `None` where it changed so lately that nobody can tell.
    pub stamp: Option<[u8; 8]>,
}

enum Job {
    Folder {
        path: String,
        rules: Arc<Rules>,
    },
    Files {
        folder: Arc<str>,
        names: Vec<String>,
    },
}

/// The files below `root` that no `.gitignore` or `.ignore` leaves out, ascending by path, other
/// people's code and links excepted. `now` is the system's clock. What cannot be listed is left out.
pub fn files(root: &Path, now: SystemTime, n_threads: usize) -> Vec<Listed> {
    let Ok(folder) = Folder::open(root) else {
        return Vec::new();
    };
    let queue = Queue::new(Job::Folder {
        path: String::new(),
        rules: Rules::above_any(root),
    });
    let walk = Walk {
        root,
        folder,
        trust: TrustBefore::at(now),
    };
    let work = || {
        let mut found = Vec::new();
        queue.work(|job, more| walk.run(job, more, &mut found));
        found
    };
    let mut files = std::thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(work)).collect();
        let mut files = work();
        for other in others {
            match other.join() {
                Ok(found) => files.extend(found),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        files
    });
    files.sort_unstable_by(|one, two| one.path.cmp(&two.path));
    files
}

struct Walk<'a> {
    root: &'a Path,
    folder: Folder,
    trust: TrustBefore,
}

impl Walk<'_> {
    fn run(&self, job: Job, more: &mut Vec<Job>, found: &mut Vec<Listed>) {
        match job {
            Job::Folder { path, rules } => self.list(path, &rules, more, found),
            Job::Files { folder, names } => {
                if let Ok(open) = self.folder.enter(&folder) {
                    self.stat(&open, &folder, &names, found);
                }
            }
        }
    }

    fn list(&self, path: String, rules: &Arc<Rules>, more: &mut Vec<Job>, found: &mut Vec<Listed>) {
        let Ok(folder) = self.folder.enter(&path) else {
            return;
        };
        let Ok(listing) = folder.list() else {
            return;
        };
        let mut has = Has::default();
        listing.entries.iter().for_each(|it| has.note(&it.0));
        let rules = rules.below(self.root, &path, has);
        let mut names = Vec::new();
        for (name, kind) in listing.entries {
            let is_folder = kind == Kind::Folder;
            let is_kept = kind != Kind::Other
                && name != ".git"
                && !(is_folder && is_vendored_folder(&name))
                && rules.verdict(&join(&path, &name), is_folder) != Verdict::Ignored;
            match (is_kept, is_folder) {
                (false, _) => {}
                (true, true) => more.push(Job::Folder {
                    path: join(&path, &name),
                    rules: rules.clone(),
                }),
                (true, false) => names.push(name),
            }
        }
        if names.len() <= CHUNK {
            return self.stat(&folder, &path, &names, found);
        }
        let folder: Arc<str> = path.into();
        while !names.is_empty() {
            let rest = names.split_off(names.len().min(CHUNK));
            let names = std::mem::replace(&mut names, rest);
            let folder = folder.clone();
            more.push(Job::Files { folder, names });
        }
    }

    fn stat(&self, open: &Folder, folder: &str, names: &[String], found: &mut Vec<Listed>) {
        for name in names {
            // What has gone meanwhile, or is no file any more, is not there.
            let Ok(meta) = open.stat(name, self.trust) else {
                continue;
            };
            if meta.kind == Kind::File {
                found.push(Listed {
                    path: join(folder, name),
                    size: meta.size,
                    stamp: (meta.stamp != Stamp::NEVER).then(|| *meta.stamp.bytes()),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn listed(root: &Path, n_threads: usize) -> Vec<Listed> {
        // Later than any of the files that a test has just written.
        files(root, SystemTime::now() + Duration::from_secs(9), n_threads)
    }

    #[test]
    fn what_is_kept_is_what_ripgreps_walk_gives() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (path, text) in [
            (".gitignore", "/out\n*.log\n"),
            (".github/ci.yml", "x"),
            (".hidden/deep/a.rs", "x"),
            ("src/.ignore", "left.rs\n"),
            ("src/left.rs", "x"),
            ("src/main.rs", "x"),
            ("src/a.log", "x"),
            ("src/.gitignore", "!a.log\n"),
            ("out/a.rs", "x"),
            ("out.rs", "x"),
            (".git/config", "x"),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            #[expect(clippy::disallowed_methods, reason = "a test's own files")]
            std::fs::write(path, text).unwrap();
        }
        let compare = || {
            let mut theirs: Vec<String> = ignore::WalkBuilder::new(root)
                .hidden(false)
                .require_git(false)
                .filter_entry(|it| it.file_name() != ".git")
                .build()
                .flatten()
                .filter(|it| it.file_type().is_some_and(|it| it.is_file()))
                .map(|it| it.path().strip_prefix(root).unwrap().to_owned())
                .map(|it| it.to_str().unwrap().replace('\\', "/"))
                .collect();
            theirs.sort();
            let ours: Vec<String> = listed(root, 2).into_iter().map(|it| it.path).collect();
            assert_eq!(ours, theirs);
            ours
        };
        assert!(compare().contains(&"src/a.log".to_owned()));
        std::fs::remove_dir_all(root.join(".git")).unwrap();
        let without = compare();
        assert!(without.contains(&".hidden/deep/a.rs".to_owned()));
        assert!(!without.iter().any(|it| it.starts_with("out/")));
    }

    #[test]
    fn large_folders_are_shared_out_and_a_change_is_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
        (0..CHUNK * 2 + 5).for_each(|it| write(&format!("{it}.rs"), "x"));
        write("node_modules", "a file of that name is one");
        let one = listed(root, 1);
        assert_eq!(one.len(), CHUNK * 2 + 6);
        assert_eq!(one, listed(root, 4));
        assert!(one.iter().all(|it| it.stamp.is_some()));
        write("7.rs", "yy");
        let two = listed(root, 2);
        let changed: Vec<_> = one.iter().zip(&two).filter(|(a, b)| a != b).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!((&*changed[0].1.path, changed[0].1.size), ("7.rs", 2));
        // Just now: nobody can tell whether it changes once more within the tick.
        let young = files(root, SystemTime::now(), 2);
        let young = young.iter().find(|it| it.path == "7.rs").unwrap();
        assert_eq!(young.stamp, None);
    }
}
