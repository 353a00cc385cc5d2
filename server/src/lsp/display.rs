//! What this session shows of what docket finds. `docket.toml` says it, the editor's settings say it
//! over again, and a command of the person last; what is found none of them changes.

use std::sync::{Arc, PoisonError, RwLock};

use docket_core::finding::Finding;
use serde_json::Value;

use crate::engine::View;
use crate::past::PastError;
use crate::since::{Bases, Since};

/// What was said in this session, and by whom.
#[derive(Debug, Default)]
pub struct Display {
    by_editor: RwLock<Wanted>,
    by_command: RwLock<Wanted>,
    bases: Bases,
}

/// What somebody wants to be shown; `None` leaves it to who spoke before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub only_new: Option<bool>,
    pub base: Option<String>,
}

impl Wanted {
    /// What the section `docket` of the editor's settings says; a value of another kind says nothing.
    pub fn of_settings(section: &Value) -> Self {
        let text = |key: &str| section.get(key).and_then(Value::as_str);
        Self {
            only_new: section.get("onlyNew").and_then(Value::as_bool),
            base: text("base").map(str::to_owned).filter(|it| !it.is_empty()),
        }
    }
}

impl Display {
    /// Takes what the editor's settings say now; whether that is something else than before.
    pub fn set_by_editor(&self, wanted: Wanted) -> bool {
        let by_editor = self.by_editor.write();
        let mut by_editor = by_editor.unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *by_editor, wanted);
        before != *by_editor
    }

    /// Changes what commands have said so far.
    pub fn say(&self, change: impl FnOnce(&mut Wanted)) {
        let said = self.by_command.write();
        change(&mut said.unwrap_or_else(PoisonError::into_inner));
    }

    /// What commands have said so far.
    pub fn said(&self) -> Wanted {
        let said = self.by_command.read();
        said.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is in force, from the last who said anything.
    fn wanted<T>(&self, of: impl Fn(&Wanted) -> Option<T>) -> Option<T> {
        let by_command = self
            .by_command
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let by_editor = self
            .by_editor
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        of(&by_command).or_else(|| of(&by_editor))
    }

    /// Whether only what is new is shown of the project.
    pub fn only_new(&self, view: &View) -> bool {
        let configured = view.snapshot.config.display.only_new;
        self.wanted(|it| it.only_new).unwrap_or(configured)
    }

    /// The project at the commit that new things are new against.
    ///
    /// # Errors
    ///
    /// Where there is no git, or no such commit.
    pub fn since(&self, view: &View) -> Result<Arc<Since>, PastError> {
        let configured = || view.snapshot.config.display.base.clone();
        let revision = self.wanted(|it| it.base.clone()).unwrap_or_else(configured);
        self.bases.of(&view.root, &revision, &view.snapshot)
    }

    /// What is shown of one file's findings.
    pub fn of_file(&self, view: &View, found: Vec<Finding>) -> Vec<Finding> {
        match self.since_if_asked(view) {
            Some(since) => since.new_of_file(&view.snapshot, &view.path, found),
            None => found,
        }
    }

    /// What is shown of a project's findings.
    pub fn of_all(&self, view: &View, found: Vec<Finding>) -> Vec<Finding> {
        match self.since_if_asked(view) {
            Some(since) => since.new_of_all(found),
            None => found,
        }
    }

    /// Where there is nothing to compare with, all is shown: to hide what may be new would be worse.
    fn since_if_asked(&self, view: &View) -> Option<Arc<Since>> {
        if !self.only_new(view) {
            return None;
        }
        let since = self.since(view);
        since
            .inspect_err(|error| tracing::warn!(%error, "all findings are shown, not the new ones"))
            .ok()
    }
}
