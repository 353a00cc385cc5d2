//! Single files that changed on disk: reading them again outside the engine, and taking what they hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use docket_core::world::{FileChange, Snapshot};
use rustc_hash::FxHashSet;

use super::event::Event;
use super::open::relative;
use super::pool::guarded;
use super::{Engine, Files};
use crate::project;

/// Paths at once beyond which a scan, which walks in parallel, beats reading them one by one.
const RESCAN_FROM: usize = 2_000;

impl Engine {
    /// Reads what watchers saw change, outside the engine. One reading after another: of two at once
    /// the one that saw the older text could come in last.
    pub(super) fn reread(&mut self) {
        if self.n_rereading > 0 {
            return;
        }
        let touched = std::mem::take(&mut self.touched);
        let mut by_root: BTreeMap<PathBuf, Vec<PathBuf>> = Default::default();
        for path in touched {
            let root = self.projects.keys().filter(|it| path.starts_with(it));
            if let Some(root) = root.max_by_key(|it| it.components().count()) {
                by_root.entry(root.clone()).or_default().push(path);
            }
        }
        for (root, paths) in by_root {
            let Some(project) = self.projects.get_mut(&root) else {
                continue;
            };
            if paths.len() > RESCAN_FROM || paths.iter().any(|it| project::decides_scan(&root, it))
            {
                self.scan(&root, "files changed");
                continue;
            }
            project.changed(&paths);
            let (config, handle) = (project.config(), self.handle.clone());
            let snapshot = project.world.snapshot();
            let (branch, env) = (project.branch.clone(), self.env.clone());
            self.n_rereading += 1;
            self.pool.spawn("reread", move || {
                guarded("reread", || {
                    // What another branch remembers comes before its files are missed.
                    if branch.is_some() && project::anchored_branch(&root) != branch {
                        let root = root.clone();
                        // Nothing on a detached head, until a branch is checked out again.
                        let remembered = project::anchors(&root, &env).unwrap_or_default();
                        handle.post(Event::Anchors { root, remembered });
                    }
                    let mut files = project::reread(&root, &config, &paths);
                    files.extend(gone_below(&root, &snapshot, &paths, &files));
                    // A picture that a page links has no facts; that it came or went matters all the same,
                    // and so does what a source file declares that a page was made from.
                    let seen = paths.iter().flat_map(|path| {
                        let relative: Arc<str> = relative(&root, path).into();
                        [
                            existing(&root, &snapshot, &relative),
                            declared(&root, &snapshot, &relative),
                        ]
                    });
                    let seen: Vec<_> = seen.flatten().collect();
                    if !seen.is_empty() {
                        let root = root.clone();
                        handle.post(Event::Targets { root, seen });
                    }
                    handle.post(Event::Reread { root, files });
                });
                handle.post(Event::RereadEnded);
            });
        }
    }

    pub(super) fn reread_ended(&mut self) {
        self.n_rereading -= 1;
        if self.n_rereading == 0 && !self.touched.is_empty() {
            self.reread();
        }
    }

    pub(super) fn take_files(&mut self, root: &Path, files: Files, now: Instant) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        // A scan that runs may have read them before, and ends after.
        let paths: Vec<_> = files.iter().map(|(path, _)| root.join(&**path)).collect();
        project.changed(&paths);
        let snapshot = project.world.snapshot();
        let open = &self.open;
        let batch: Vec<_> = files
            .into_iter()
            // The editor owns what it has open, and our own writes come back unchanged.
            .filter(|(path, _)| !open.contains_key(&root.join(&**path)))
            .filter(|(path, facts)| {
                snapshot.file(path).map(|it| it.hash) != facts.as_ref().map(|it| it.hash)
            })
            .map(|(path, facts)| FileChange::Facts { path, facts })
            .collect();
        drop(snapshot);
        if batch.is_empty() {
            return;
        }
        let delta = project.world.apply(batch);
        self.changed(root, &delta, now);
    }

    /// Looks at the files that links and records point at, outside the engine.
    pub(super) fn look_at_targets(&mut self, root: &Path) {
        let Some(project) = self.projects.get(root) else {
            return;
        };
        let (snapshot, handle, root) = (
            project.world.snapshot(),
            self.handle.clone(),
            root.to_owned(),
        );
        self.pool.spawn("targets", move || {
            let mut seen = Vec::new();
            guarded("targets", || {
                let look = |path: Arc<str>| {
                    let exists = root.join(&*path).exists();
                    (snapshot.exists(&path) != Some(exists))
                        .then_some(FileChange::Exists { path, exists })
                };
                seen.extend(snapshot.outside_targets().into_iter().filter_map(look));
                let code = snapshot.code_sources().map(Arc::from);
                seen.extend(code.filter_map(|path| declared(&root, &snapshot, &path)));
            });
            // Told in any case: a first reading is over only with this.
            handle.post(Event::Targets { root, seen });
        });
    }

    pub(super) fn take_targets(&mut self, root: &Path, seen: Vec<FileChange>, now: Instant) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        if !seen.is_empty() {
            let delta = project.world.apply(seen);
            self.changed(root, &delta, now);
        }
        self.targets_known(root);
    }
}

/// Whether a known target of a link came or went.
fn existing(root: &Path, known: &Snapshot, path: &Arc<str>) -> Option<FileChange> {
    let exists = root.join(&**path).exists();
    (known.exists(path)? != exists).then(|| FileChange::Exists {
        path: path.clone(),
        exists,
    })
}

/// What a source file declares that something was made from, where that is news.
fn declared(root: &Path, known: &Snapshot, path: &Arc<str>) -> Option<FileChange> {
    if !known.is_code_source(path) {
        return None;
    }
    let declared = project::declared(root, path, known.declared(path).flatten());
    (known.declared(path) != Some(declared.as_ref())).then(|| FileChange::Declared {
        path: path.clone(),
        declared,
    })
}

/// Known files below touched paths that were not found there again. A folder that moves away, or
/// makes room for another, takes its files along, and a watcher tells of the folder alone.
fn gone_below(root: &Path, known: &Snapshot, touched: &[PathBuf], found: &Files) -> Files {
    let touched: FxHashSet<_> = touched.iter().map(|it| relative(root, it)).collect();
    let found: FxHashSet<&str> = found.iter().map(|(path, _)| &**path).collect();
    let is_below = |path: &str| {
        let mut ends = path.match_indices('/');
        ends.any(|(end, _)| touched.contains(&path[..end]))
    };
    let gone = known
        .files()
        .filter(|(path, _)| is_below(path) && !found.contains(&***path));
    gone.map(|(path, _)| (path.clone(), None)).collect()
}
