//! Who wrote the TODOs of files, and when. Git's blame takes its time, so it is asked on a thread
//! of its own, and what is shown meanwhile is what is known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use docket_core::rules::age::{Known, line_of};
use docket_core::text::Hash;
use docket_core::todo::Todo;
use jiff::civil::Date;

use crate::branches;
use crate::engine::View;
use crate::engine::pool::guarded;
use crate::env::Env;
use crate::past::ages::{Ages, Asked};

/// What is known of the files that were asked about so far.
#[derive(Debug, Default)]
pub struct Authors {
    state: Arc<Mutex<State>>,
    connected: OnceLock<Connected>,
}

#[derive(Clone)]
struct Connected {
    env: Env,
    redraw: Arc<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Connected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connected")
    }
}

#[derive(Debug, Default)]
struct State {
    known: BTreeMap<(PathBuf, String), Arc<FileAuthors>>,
    wanted: BTreeMap<(PathBuf, String), Wanted>,
    running: bool,
}

/// A file that is to be looked at.
#[derive(Clone, Debug)]
struct Wanted {
    content: Hash,
    /// The TODOs' lines, from 0, by fingerprint.
    lines: BTreeMap<String, u32>,
}

/// Who wrote the TODOs of a file.
#[derive(Debug)]
pub struct FileAuthors {
    /// What the file said when it was asked for.
    content: Hash,
    todos: BTreeMap<String, Written>,
}

#[derive(Clone, Copy, Debug)]
struct Written {
    day: Date,
    mine: bool,
}

impl FileAuthors {
    pub fn day(&self, todo: &Todo) -> Known {
        let written = self.todos.get(&todo.fingerprint);
        written.map_or(Known::New, |it| Known::Since(it.day))
    }

    /// What is not committed yet is of who has it here.
    pub fn is_mine(&self, todo: &Todo) -> bool {
        self.todos.get(&todo.fingerprint).is_none_or(|it| it.mine)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Authors {
    pub fn connect(&self, env: Env, redraw: Arc<dyn Fn() + Send + Sync>) {
        // Once a session.
        let _ = self.connected.set(Connected { env, redraw });
    }

    /// What is known of a file by now, maybe of an older text of it. What is not is found out, and
    /// then everything is shown again.
    pub fn of(&self, view: &View, path: &str) -> Option<Arc<FileAuthors>> {
        let facts = view.snapshot.file(path)?;
        let key = (view.root.clone(), path.to_owned());
        let mut state = lock(&self.state);
        let known = state.known.get(&key).cloned();
        if known.as_ref().is_some_and(|it| it.content == facts.hash) {
            return known;
        }
        let connected = self.connected.get()?;
        let lines = facts.todos.iter();
        let lines = lines.map(|it| (it.fingerprint.clone(), line_of(&view.snapshot, path, it)));
        let wanted = Wanted {
            content: facts.hash,
            lines: lines.collect(),
        };
        state.wanted.insert(key, wanted);
        if !state.running {
            let (of_thread, connected) = (self.state.clone(), connected.clone());
            let thread = std::thread::Builder::new().name("docket-authors".into());
            let spawned = thread.spawn(move || work(&of_thread, &connected));
            state.running = spawned.is_ok();
        }
        known
    }
}

/// Looks at what is wanted until nothing is.
fn work(state: &Mutex<State>, connected: &Connected) {
    loop {
        let wanted = {
            let mut state = lock(state);
            if state.wanted.is_empty() {
                state.running = false;
                return;
            }
            std::mem::take(&mut state.wanted)
        };
        let roots: BTreeSet<_> = wanted.keys().map(|it| it.0.clone()).collect();
        let mut news = false;
        for root in roots {
            let files = wanted.iter().filter(|it| it.0.0 == root);
            let files: Vec<_> = files.map(|it| (it.0.1.as_str(), it.1)).collect();
            let mut found = Vec::new();
            guarded("authors", || found = look(&root, &connected.env, &files));
            let mut state = lock(state);
            for (path, authors) in found {
                let key = (root.clone(), path);
                state.known.insert(key, Arc::new(authors));
                news = true;
            }
        }
        if news {
            (connected.redraw)();
        }
    }
}

/// The files whose text on the disk is the one that was asked for: of what is only in an editor,
/// git knows no line.
fn look(root: &Path, env: &Env, files: &[(&str, &Wanted)]) -> Vec<(String, FileAuthors)> {
    let is_same = |it: &&(&str, &Wanted)| {
        let bytes = std::fs::read(root.join(it.0));
        bytes.is_ok_and(|bytes| Hash::of(&bytes) == it.1.content)
    };
    let files: Vec<_> = files.iter().filter(is_same).collect();
    let asked: Vec<_> = files
        .iter()
        .map(|(path, wanted)| Asked {
            path: (*path).to_owned(),
            lines: wanted.lines.values().map(|it| it + 1).collect(),
        })
        .collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let ages = Ages::of(root, env, &asked).unwrap_or_default();
    let me = branches::email(root);
    let written = |path: &str, line: u32| {
        let author = ages.author(path, line + 1)?;
        let mine = me
            .as_ref()
            .is_some_and(|it| it.eq_ignore_ascii_case(&author.email));
        Some(Written {
            day: author.day,
            mine,
        })
    };
    let found = files.into_iter().map(|(path, wanted)| {
        let todos = wanted.lines.iter();
        let todos = todos.filter_map(|(todo, line)| Some((todo.clone(), written(path, *line)?)));
        let authors = FileAuthors {
            content: wanted.content,
            todos: todos.collect(),
        };
        ((*path).to_owned(), authors)
    });
    found.collect()
}
