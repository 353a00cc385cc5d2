//! What a branch brings, against the commit where it left another: read once, and remembered while
//! that commit and the rules stay the same. What is told is what `--since` of the terminal tells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use docket_core::debt::{self, Baseline, Place, What};
use docket_core::finding::Finding;
use docket_core::ide::TodoRef;
use docket_core::rules;
use docket_core::world::Snapshot;

use crate::past::{Base, Past, PastError};

/// The past of each project that was asked for last.
#[derive(Debug, Default)]
pub struct Bases {
    by_root: Mutex<BTreeMap<PathBuf, Arc<Since>>>,
}

/// A project at a merge base.
#[derive(Debug)]
pub struct Since {
    pub base: Base,
    past: Snapshot,
    findings: Baseline,
}

impl Bases {
    /// The project at the merge base with `revision`, or with the branch that branches come from
    /// where that is empty; seen with the rules and on the day of `now`.
    ///
    /// # Errors
    ///
    /// Where there is no git, or not that commit.
    pub fn of(&self, root: &Path, revision: &str, now: &Snapshot) -> Result<Arc<Since>, PastError> {
        let base = Base::of(root, revision)?;
        let mut by_root = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_root.get(root)
            && known.base == base
            && known.holds_for(now)
        {
            return Ok(known.clone());
        }
        let past = Past::at(root, &base, now)?.snapshot;
        let since = Arc::new(Since {
            base,
            findings: Baseline::new(rules::all_findings(&past)),
            past,
        });
        by_root.insert(root.to_owned(), since.clone());
        Ok(since)
    }
}

impl Since {
    /// Whether the past would be found by the same rules on the same day.
    fn holds_for(&self, now: &Snapshot) -> bool {
        let past = &self.past;
        (Arc::ptr_eq(&past.config, &now.config) || past.config == now.config)
            && past.today == now.today
            && past.me == now.me
            && Arc::ptr_eq(&past.mirror, &now.mirror)
            && Arc::ptr_eq(&past.anchors, &now.anchors)
    }

    /// The new ones of a file's findings.
    pub fn new_of_file(&self, now: &Snapshot, path: &str, found: Vec<Finding>) -> Vec<Finding> {
        let all = || rules::all_findings(now);
        self.findings.new_of_file(found, path, all)
    }

    /// The new ones of the whole project's findings.
    pub fn new_of_all(&self, found: Vec<Finding>) -> Vec<Finding> {
        self.findings.new_of_all(found)
    }

    /// The new TODOs, by place.
    pub fn new_todos(&self, now: &Snapshot) -> impl Iterator<Item = Place> {
        let found = debt::difference(&self.past, now).changed.into_iter();
        let new = found.filter(|it| it.what == What::New);
        new.map(|it| it.at)
    }

    /// The new TODOs that have neither ticket nor issue, by place.
    pub fn new_untracked(&self, now: &Snapshot) -> Vec<TodoRef> {
        let untracked = self.new_todos(now).filter_map(|at| {
            let todo = debt::todo(now, &at).filter(|it| !rules::is_tracked(now, it))?;
            Some(TodoRef {
                path: at.path.to_string(),
                todo: todo.fingerprint.clone(),
            })
        });
        untracked.collect()
    }
}
