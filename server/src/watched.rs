//! What the file watcher has seen since somebody last looked, so that who looked need not ask the system
//! for the stamps of thousands of files again.
//!
//! It is believed as far as the engine believes it: until events are lost, or everything is read again
//! for another reason. Folders that are not watched are not vouched for.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// Those that may have changed, in the same form.
    files: BTreeSet<String>,
}

impl Watched {
    /// Whether none of these files, which lie in `folder` and ascend, has changed in place.
    pub fn holds(&self, folder: &str, files: &[Arc<str>]) -> bool {
        let is_among = |it: &String| files.binary_search_by(|file| (**file).cmp(it)).is_ok();
        self.folders.contains(folder) && !self.files.iter().any(is_among)
    }
}

/// One project's watcher.
#[derive(Debug, Default)]
struct State {
    last: Since,
    is_lost: bool,
    seen: Watched,
}

static PROJECTS: Mutex<Option<FxHashMap<String, State>>> = Mutex::new(None);
static N_LOOKS: Mutex<u64> = Mutex::new(0);

/// A folder is watched from now on.
pub fn add(root: &Path, folder: &Path) {
    let Some(folder) = relative(root, folder) else {
        return;
    };
    let mut projects = projects();
    let state = projects.get_or_insert_default().entry(root_key(root));
    let seen = &mut state.or_default().seen;
    Arc::make_mut(&mut seen.folders).insert(folder);
}

/// Nothing below the root is watched any more.
pub fn end(root: &Path) {
    if let Some(it) = projects().as_mut() {
        it.remove(&root_key(root));
    }
}

/// A file may have changed.
pub fn note(root: &Path, path: &Path) {
    let mut projects = projects();
    let state = projects.as_mut().and_then(|it| it.get_mut(&root_key(root)));
    let (Some(state), Some(path)) = (state, relative(root, path)) else {
        return;
    };
    state.is_lost |= state.seen.files.len() >= MANY;
    if !state.is_lost {
        state.seen.files.insert(path);
    }
}

/// Anything may have changed.
pub fn lose(root: &Path) {
    let mut projects = projects();
    if let Some(it) = projects.as_mut().and_then(|it| it.get_mut(&root_key(root))) {
        it.is_lost = true;
    }
}

/// What has happened since `since`, and when this was asked; `None` where that is not known. What is
/// looked at after this call is looked at in time.
pub fn take(root: &Path, since: Since) -> (Since, Option<Watched>) {
    let mut projects = projects();
    let state = projects.as_mut().and_then(|it| it.get_mut(&root_key(root)));
    let Some(state) = state else {
        return (Since::default(), None);
    };
    let is_known = !state.is_lost && state.last == since && since != Since::default();
    let seen = Watched {
        folders: state.seen.folders.clone(),
        files: std::mem::take(&mut state.seen.files),
    };
    let mut n_looks = N_LOOKS.lock().unwrap_or_else(PoisonError::into_inner);
    *n_looks += 1;
    state.last = Since(*n_looks);
    state.is_lost = false;
    (state.last, is_known.then_some(seen))
}

fn projects() -> MutexGuard<'static, Option<FxHashMap<String, State>>> {
    PROJECTS.lock().unwrap_or_else(PoisonError::into_inner)
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
        let folders = ["", "src", "other"];
        let held = |it: &Watched| folders.into_iter().filter(|name| holds(it, name)).collect();
        seen.as_ref().map(held)
    }

    #[test]
    fn who_looked_last_is_told_what_changed_and_nobody_else_is() {
        let root = Path::new("/watched/project");
        assert_eq!(take(root, Since::default()), (Since::default(), None));
        add(root, root);
        add(root, &root.join("src"));
        let (first, seen) = take(root, Since::default());
        assert_eq!(held(seen), None, "nobody has looked before");
        let (second, seen) = take(root, first);
        assert_eq!(held(seen), Some(vec!["", "src"]));
        note(root, &root.join("src/b.rs"));
        note(root, &root.join("src/new.rs"));
        note(root, Path::new("/elsewhere/a.rs"));
        assert_eq!(held(take(root, first).1), None, "somebody looked since");
        let (third, seen) = take(root, second);
        assert_eq!(held(seen), None, "he was told, so this one is not");
        note(root, &root.join("src/b.rs"));
        let (fourth, seen) = take(root, third);
        assert_eq!(held(seen), Some(vec![""]));
        let (fifth, seen) = take(root, fourth);
        assert_eq!(held(seen), Some(vec!["", "src"]), "he has looked again");
        lose(root);
        let (sixth, seen) = take(root, fifth);
        assert_eq!(held(seen), None);
        (0..=MANY).for_each(|it| note(root, &root.join(format!("{it}.rs"))));
        let (seventh, seen) = take(root, sixth);
        assert_eq!(held(seen), None);
        end(root);
        add(root, root);
        assert_eq!(held(take(root, seventh).1), None, "another watcher");
    }
}
