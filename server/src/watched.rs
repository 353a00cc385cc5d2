//! What the file watcher has seen since somebody last looked, so that who looked need not ask the system
//! for the stamps of thousands of files again.
//!
//! It is believed as far as the engine believes it: until events are lost, or everything is read again
//! for another reason. Folders that are not watched are not vouched for.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::scan::root_key;

/// More changed files than this are not told apart.
const MANY: usize = 256;

/// When somebody looked. Nobody else has looked since then, or it is not believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Since(u64);

/// What has happened since then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Those that were watched all the time, relative to the root.
    folders: Arc<FxHashSet<String>>,
    /// What may have changed, files and folders, in the same form.
    changed: BTreeSet<String>,
}

impl Watched {
    /// Whether none of these files, which lie in `folder` and ascend, has changed in place.
    pub fn holds(&self, folder: &str, files: &[Arc<str>]) -> bool {
        let is_among = |it: &String| files.binary_search_by(|file| (**file).cmp(it)).is_ok();
        let concerns = |it: &String| is_below(folder, it) || is_among(it);
        self.folders.contains(folder) && !self.changed.iter().any(concerns)
    }
}

/// One project's watcher; another one of the same project is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watching(u64);

#[derive(Debug)]
struct State {
    watcher: Watching,
    last: Since,
    is_lost: bool,
    /// Watched since somebody looked last, and so not all the time.
    fresh: FxHashSet<String>,
    seen: Watched,
}

type Projects = FxHashMap<String, State>;

static PROJECTS: Mutex<Option<Projects>> = Mutex::new(None);
static N: AtomicU64 = AtomicU64::new(0);

/// A watcher of the project begins; what another one has seen is not believed any more.
pub fn begin(root: &Path) -> Watching {
    let watcher = Watching(next());
    let state = State {
        watcher,
        last: Since::default(),
        is_lost: false,
        fresh: FxHashSet::default(),
        seen: Watched::default(),
    };
    let mut projects = PROJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    let projects = projects.get_or_insert_default();
    projects.insert(root_key(root), state);
    watcher
}

/// A folder is watched from now on.
pub fn add(root: &Path, watcher: Watching, folder: &Path) {
    with(root, |state| {
        let folder = relative(root, folder).filter(|_| state.watcher == watcher);
        state.fresh.extend(folder);
    });
}

/// The watcher sees nothing any more.
pub fn end(root: &Path, watcher: Watching) {
    let mut projects = PROJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(projects) = projects.as_mut() {
        let key = root_key(root);
        if projects.get(&key).is_some_and(|it| it.watcher == watcher) {
            projects.remove(&key);
        }
    }
}

/// The watcher saw something of a file or folder. A folder, and all below it, may be another one by
/// now, which is not watched before [`add`] says so.
pub fn note(root: &Path, watcher: Watching, path: &Path) {
    with(root, |state| {
        let Some(path) = relative(root, path).filter(|_| state.watcher == watcher) else {
            return;
        };
        // Most are files, which neither has.
        if state.fresh.contains(&path) || state.seen.folders.contains(&path) {
            state.fresh.retain(|it| !is_below(it, &path));
            Arc::make_mut(&mut state.seen.folders).retain(|it| !is_below(it, &path));
        }
        state.change(path);
    });
}

/// Somebody else says that a file, or something in a folder, has changed.
pub fn changed(root: &Path, path: &Path) {
    with(root, |state| {
        if let Some(path) = relative(root, path) {
            state.change(path);
        }
    });
}

/// Anything may have changed.
pub fn lose(root: &Path) {
    with(root, |state| state.is_lost = true);
}

/// What has happened since `since`, and when this was asked; `None` where that is not known. What is
/// looked at after this call is looked at in time.
pub fn take(root: &Path, since: Since) -> (Since, Option<Watched>) {
    let taken = with(root, |state| {
        let is_known = !state.is_lost && state.last == since && since != Since::default();
        let seen = Watched {
            folders: state.seen.folders.clone(),
            changed: std::mem::take(&mut state.seen.changed),
        };
        if !state.fresh.is_empty() {
            let folders = Arc::make_mut(&mut state.seen.folders);
            folders.extend(state.fresh.drain());
        }
        state.last = Since(next());
        state.is_lost = false;
        (state.last, is_known.then_some(seen))
    });
    taken.unwrap_or_default()
}

impl State {
    fn change(&mut self, path: String) {
        self.is_lost |= self.seen.changed.len() >= MANY;
        if !self.is_lost {
            self.seen.changed.insert(path);
        }
    }
}

fn with<T>(root: &Path, work: impl FnOnce(&mut State) -> T) -> Option<T> {
    let mut projects = PROJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    projects.as_mut()?.get_mut(&root_key(root)).map(work)
}

fn next() -> u64 {
    N.fetch_add(1, Ordering::Relaxed) + 1
}

/// Whether a path is `folder` or lies below it.
fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?;
    Some(path.replace(std::path::MAIN_SEPARATOR, "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folders that it vouches for, of two files each.
    fn held(seen: Option<Watched>) -> Option<Vec<&'static str>> {
        let holds = |seen: &Watched, folder: &str| {
            let path = |it: &str| format!("{folder}/{it}").trim_start_matches('/').into();
            let files = ["a.rs", "b.rs"].map(path);
            seen.holds(folder, &files)
        };
        let folders = ["", "src", "src/in", "srcs"];
        let held = |it: &Watched| folders.into_iter().filter(|name| holds(it, name)).collect();
        seen.as_ref().map(held)
    }

    #[test]
    fn who_looked_last_is_told_what_changed_and_nobody_else_is() {
        let root = Path::new("/watched/project");
        assert_eq!(take(root, Since::default()), (Since::default(), None));
        let watcher = begin(root);
        let add_all = || {
            for it in ["", "src"] {
                add(root, watcher, &root.join(it));
            }
        };
        add_all();
        let mut since = Since::default();
        let mut look = || {
            let (now, seen) = take(root, since);
            since = now;
            held(seen)
        };
        assert_eq!(look(), None, "nobody has looked before");
        assert_eq!(look(), Some(vec!["", "src"]));
        note(root, watcher, &root.join("src/b.rs"));
        note(root, watcher, &root.join("src/new.rs"));
        note(root, watcher, Path::new("/elsewhere/a.rs"));
        assert_eq!(look(), Some(vec![""]));
        assert_eq!(look(), Some(vec!["", "src"]), "it was looked at since");
        changed(root, &root.join("a.rs"));
        assert_eq!(look(), Some(vec!["src"]));
        changed(root, &root.join("src"));
        assert_eq!(look(), Some(vec![""]), "anything in it");
        assert_eq!(look(), Some(vec!["", "src"]));
        lose(root);
        assert_eq!(look(), None);
        (0..=MANY).for_each(|it| changed(root, &root.join(format!("{it}.rs"))));
        assert_eq!(look(), None);
        assert_eq!(look(), Some(vec!["", "src"]));
        take(root, Since::default());
        assert_eq!(look(), None, "somebody else has looked");
        begin(root);
        assert_eq!(look(), None, "another watcher");
        add_all();
        look();
        assert_eq!(look(), Some(vec![]), "the old one adds nothing");
        end(root, watcher);
        assert_eq!(look(), Some(vec![]), "nor does it end the new one");
    }

    #[test]
    fn a_folder_is_vouched_for_from_when_it_is_watched() {
        let root = Path::new("/watched/folders");
        let watcher = begin(root);
        let add = |it: &str| add(root, watcher, &root.join(it));
        let mut since = Since::default();
        let mut look = || {
            let (now, seen) = take(root, since);
            since = now;
            held(seen)
        };
        ["", "src/in", "srcs"].into_iter().for_each(add);
        look();
        assert_eq!(look(), Some(vec!["", "src/in", "srcs"]));
        // It may have changed in between.
        add("src");
        assert_eq!(look(), Some(vec!["", "src/in", "srcs"]));
        assert_eq!(look(), Some(vec!["", "src", "src/in", "srcs"]));
        // Moved away and back: what is below it was not watched meanwhile.
        note(root, watcher, &root.join("src"));
        assert_eq!(look(), Some(vec!["", "srcs"]));
        ["src", "src/in"].into_iter().for_each(add);
        note(root, watcher, &root.join("src/in"));
        look();
        assert_eq!(look(), Some(vec!["", "src", "srcs"]));
        add("src/in");
        note(root, watcher, &root.join("src"));
        look();
        assert_eq!(look(), Some(vec!["", "srcs"]), "nor what was new in it");
    }
}
