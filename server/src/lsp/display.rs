//! What this session shows of what docket finds. `docket.toml` says it, the editor's settings say it
//! over again, and a command of the person last; what is found none of them changes.

mod authors;
mod filter;
mod wanted;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use docket_core::config::When;
use docket_core::rules::RuleId;

use crate::engine::View;
use crate::env::Env;
use crate::past::PastError;
use crate::since::{Bases, Since};

use authors::Authors;
pub use filter::Shown;
pub use wanted::{Surface, Wanted};

/// What was said in this session, and by whom.
#[derive(Debug, Default)]
pub struct Display {
    by_editor: RwLock<Wanted>,
    by_command: RwLock<Wanted>,
    bases: Bases,
    authors: Authors,
    /// Files of which all findings are shown, however many.
    whole: Mutex<BTreeSet<PathBuf>>,
    cursor: Mutex<Option<Cursor>>,
    /// The client tells where the cursor is.
    tells_cursor: AtomicBool,
    /// Something was shown, or not, for where the cursor is.
    uses_cursor: AtomicBool,
}

/// Where the person is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    path: PathBuf,
    /// From 0.
    line: u32,
}

impl Display {
    /// `redraw` has everything shown again: it is called where something has become known.
    pub fn connect(&self, env: Env, redraw: impl Fn() + Send + Sync + 'static) {
        self.authors.connect(env, Arc::new(redraw));
    }

    pub fn client_tells_cursor(&self) {
        self.tells_cursor.store(true, Ordering::Relaxed);
    }

    /// Takes where the cursor is; gives whether something is shown differently for it.
    pub fn set_cursor(&self, path: PathBuf, line: u32) -> bool {
        let now = Some(Cursor { path, line });
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = *cursor != now;
        *cursor = now;
        is_new && self.uses_cursor.load(Ordering::Relaxed)
    }

    /// The line of the cursor where it is in this file.
    fn line_in(&self, path: &Path) -> Option<u32> {
        let cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        cursor
            .as_ref()
            .filter(|it| it.path == path)
            .map(|it| it.line)
    }

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
        let by_command = self.by_command.read();
        let by_editor = self.by_editor.read();
        of(&by_command.unwrap_or_else(PoisonError::into_inner))
            .or_else(|| of(&by_editor.unwrap_or_else(PoisonError::into_inner)))
    }

    /// When a surface is shown. A client that does not tell where its cursor is sees all of what is
    /// for the cursor's line.
    pub fn surface(&self, view: &View, surface: Surface) -> When {
        let display = &view.snapshot.config.display;
        let configured = || match surface {
            Surface::Diagnostics => display.diagnostics,
            Surface::Hints if !display.inlay_hints => When::Off,
            Surface::Hints => display.hints,
            Surface::Lenses => display.lenses,
        };
        let said = self.wanted(|it| it.surfaces.get(&surface).copied());
        self.possible(said.unwrap_or_else(configured))
    }

    /// When a rule's findings are shown.
    pub fn rule(&self, view: &View, rule: RuleId) -> When {
        let configured = || {
            let rules = &view.snapshot.config.rules;
            rules.get(&rule).map_or(When::On, |it| it.show)
        };
        let said = self.wanted(|it| it.rules.get(&rule).copied());
        self.possible(said.unwrap_or_else(configured))
    }

    fn possible(&self, mode: When) -> When {
        if mode != When::Line {
            return mode;
        }
        if !self.tells_cursor.load(Ordering::Relaxed) {
            return When::On;
        }
        self.uses_cursor.store(true, Ordering::Relaxed);
        mode
    }

    /// How many findings of a file are shown at most; `None` where all are.
    pub fn most(&self, view: &View, path: &str) -> Option<usize> {
        let configured = view.snapshot.config.display.max_findings;
        let most = self.wanted(|it| it.max_findings).unwrap_or(configured);
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        let is_whole = || whole.contains(&view.root.join(path));
        (most > 0 && !is_whole()).then_some(usize::from(most))
    }

    /// Shows all findings of a file, or no more than of others again; gives whether all are now.
    pub fn toggle_whole(&self, path: &Path) -> bool {
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        !whole.remove(path) && whole.insert(path.to_owned())
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
