//! A project on disk: where its root is, what its configuration says, and all its facts.

mod declared;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use docket_core::anchors::{self, Anchors};
use docket_core::config::Config;
use docket_core::facts::FileFacts;
use docket_core::world::{FileChange, Snapshot, World};
use docket_store::{DeclaredChange, Store, TreeChange, Trouble};
use jiff::civil::Date;

use crate::branches;
use crate::env::Env;
use crate::location;
use crate::scan::{self, Progress, Request, Skipped, Stats};

pub use declared::{changes, declared, declared_in};

/// The facts of a project's files, as the store or the disk had them.
#[derive(Debug)]
pub struct Loaded {
    pub origin: Origin,
    pub config: Arc<Config>,
    /// By path relative to the root, ascending.
    pub files: Vec<(Arc<str>, Arc<FileFacts>)>,
    /// What the source files declare that something was made from, by path, as the disk has them.
    pub declared: Vec<declared::File>,
    pub skipped: Vec<Skipped>,
    pub stats: Stats,
    /// Where TODOs with a ticket were the last time; `None` where that means nothing here.
    pub anchors: Option<Remembered>,
    /// What went wrong with the store, in a sentence each. Nothing is missing for it.
    pub troubles: Vec<String>,
    /// One line for a progress message's end.
    pub summary: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// As the last scan left it; what has changed since comes with [`Origin::Disk`].
    Store,
    Disk,
}

/// The anchors of one branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    pub branch: String,
    pub anchors: Arc<Anchors>,
}

/// What a scan leaves to be remembered. A caller that has something to show shows it first.
#[derive(Debug)]
pub struct Memory {
    store: Option<Store>,
    change: TreeChange,
    declared: DeclaredChange,
    /// How many files have facts.
    n_facts: usize,
}

/// The root of the project that holds `path`: the nearest folder upwards with `.docs`, else with
/// `.git`; `None` where there is neither.
pub fn root_of(path: &Path) -> Option<PathBuf> {
    let with = |name: &str| path.ancestors().find(|it| it.join(name).exists());
    let docs = path.ancestors().find(|it| it.join(".docs").is_dir());
    docs.or_else(|| with(".git")).map(Path::to_owned)
}

/// Whether a root is so wide (`/`, a home folder) that it is read only where a person said so.
pub fn is_too_wide(root: &Path, env: &Env) -> bool {
    let same = |it: &Path| it == root || it.canonicalize().is_ok_and(|it| it == root);
    root.parent().is_none()
        || env.home().is_some_and(|it| same(&it))
        || matches!(root.to_str(), Some("/home" | "/Users" | "/root"))
}

/// The configuration of the project at `root`, every default filled in. What is wrong with it the
/// file's own facts tell.
pub fn config_of(root: &Path) -> Arc<Config> {
    parsed_config(root).0
}

/// The configuration, and how many problems it has.
fn parsed_config(root: &Path) -> (Arc<Config>, usize) {
    let text = fs::read(root.join(".docs/docket.toml")).unwrap_or_default();
    let (config, problems) = Config::parse(&String::from_utf8_lossy(&text));
    (Arc::new(config), problems.len())
}

/// What a long-lived reader of a project wants read.
#[derive(Clone, Copy)]
pub struct Loading<'a> {
    pub root: &'a Path,
    pub env: &'a Env,
    /// Set it and the scan ends soon, with what it has.
    pub stop: &'a AtomicBool,
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// The configuration in force, which stays where `docket.toml` has become unsound; `None` at
    /// the first reading, which is the only one that begins with what the store remembers.
    pub in_force: Option<&'a Arc<Config>>,
}

/// Reads a project: `taken` is given what the store has, if anything, and then what the disk has.
/// The answer is what went wrong with remembering it, in a sentence.
///
/// # Errors
///
/// Only where the root itself cannot be read.
pub fn load(loading: Loading<'_>, mut taken: impl FnMut(Loaded)) -> anyhow::Result<Option<String>> {
    let Loading { root, env, .. } = loading;
    let (config, problems) = parsed_config(root);
    let config = match loading.in_force {
        Some(in_force) if problems > 0 => in_force.clone(),
        _ => config,
    };
    let (store, troubles) = open_store(root, env);
    let anchors = store.as_ref().and_then(|it| remembered(root, it));
    if let (Some(store), None) = (&store, loading.in_force) {
        let files = scan::remembered(root, &config, store);
        if !files.is_empty() {
            // What is parsed for it is remembered with what the disk has.
            let declared = declared::of_files(root, &files, Some(store)).files;
            taken(Loaded {
                origin: Origin::Store,
                config: config.clone(),
                summary: format!("{} files with TODOs or tickets known", files.len()),
                files,
                declared,
                skipped: Vec::new(),
                stats: Stats::default(),
                anchors: anchors.clone(),
                troubles: Vec::new(),
            });
        }
    }
    let (mut loaded, mut memory) = read_with(root, config, store, loading.stop, loading.progress)?;
    loaded.troubles = troubles;
    loaded.anchors = anchors;
    taken(loaded);
    let told = memory.save();
    memory.merge_log();
    Ok(told)
}

/// Reads a project once, for a command: the facts, and what to remember when all is shown.
pub fn read(
    root: &Path,
    env: &Env,
    stop: &AtomicBool,
    progress: &(dyn Fn(Progress) + Sync),
) -> anyhow::Result<(Loaded, Memory)> {
    let (store, troubles) = open_store(root, env);
    let anchors = store.as_ref().and_then(|it| remembered(root, it));
    let (mut loaded, memory) = read_with(root, config_of(root), store, stop, progress)?;
    loaded.troubles = troubles;
    loaded.anchors = anchors;
    Ok((loaded, memory))
}

fn read_with(
    root: &Path,
    config: Arc<Config>,
    store: Option<Store>,
    stop: &AtomicBool,
    progress: &(dyn Fn(Progress) + Sync),
) -> anyhow::Result<(Loaded, Memory)> {
    let scan = scan::scan(&Request {
        root,
        config: &config,
        store: store.as_ref(),
        now: SystemTime::now(),
        n_threads: scan::n_threads(),
        progress,
        cancel: stop,
    })
    .map_err(|error| anyhow::anyhow!("{} cannot be read: {error}", root.display()))?;
    let summary = format!(
        "{} of {} files hold TODOs or tickets",
        scan.files.len(),
        scan.stats.n_files
    );
    let n_facts = scan.files.len();
    let mut declared = declared::of_files(root, &scan.files, store.as_ref());
    if scan.cancelled {
        // Pages that were not come to may need the rest.
        declared.change.removed.clear();
    }
    let loaded = Loaded {
        origin: Origin::Disk,
        config,
        files: scan.files,
        declared: declared.files,
        skipped: scan.skipped,
        stats: scan.stats,
        anchors: None,
        troubles: Vec::new(),
        summary,
    };
    let change = scan.change;
    let memory = Memory {
        store,
        change,
        declared: declared.change,
        n_facts,
    };
    Ok((loaded, memory))
}

impl Loaded {
    /// A world of these files alone, which also knows which of their links lead somewhere.
    pub fn into_world(self, root: &Path, today: Date) -> World {
        let mut world = World::new(Arc::unwrap_or_clone(self.config), today);
        if let Some(it) = self.anchors {
            world.apply([FileChange::Anchors(it.anchors)]);
        }
        let declared = changes(self.declared);
        let facts = self
            .files
            .into_iter()
            .map(|(path, facts)| FileChange::Facts {
                path,
                facts: Some(facts),
            });
        let delta = world.apply(declared.chain(facts));
        if delta.asks {
            let targets = world.snapshot().unseen_targets();
            let exist = targets.into_iter().map(|path| FileChange::Exists {
                exists: root.join(&*path).exists(),
                path,
            });
            world.apply(exist);
        }
        world
    }
}

impl Memory {
    /// Writes to the store what the scan saw. Gives what went wrong, if it did, in a sentence.
    pub fn save(&mut self) -> Option<String> {
        let store = self.store.as_mut()?;
        let mut saved = store.save(&self.change);
        if saved.is_ok() {
            // Only new facts make a store grow.
            if !self.change.facts.is_empty()
                && let Err(error) = scan::forget_unused(store, self.n_facts)
            {
                tracing::debug!(%error, "what is not used stays in the store for now");
            }
            saved = store.save_declared(&self.declared);
        }
        let Err(trouble) = saved else {
            return None;
        };
        tracing::warn!(%trouble, "the store was not brought up to date");
        // Another process that writes at the same time remembers the same things.
        (!trouble.is_retryable()).then(|| sentence(&trouble))
    }
}

/// The anchors of the branch that is checked out. A project without tickets has none, and on a
/// detached head (a rebase, a bisection) the past tells nothing.
fn remembered(root: &Path, store: &Store) -> Option<Remembered> {
    let branch = anchored_branch(root)?;
    let anchors = store.anchors(&scan::root_key(root), &branch);
    let anchors = anchors.inspect_err(|error| tracing::warn!(%error, "no anchors"));
    Some(Remembered {
        branch,
        anchors: Arc::new(anchors.unwrap_or_default()),
    })
}

/// The branch that anchors are kept for; without git there is one without a name.
pub fn anchored_branch(root: &Path) -> Option<String> {
    if !root.join(".docs/tickets").is_dir() {
        return None;
    }
    match branches::git_common_dir(root) {
        Some(_) => branches::current_branch(root),
        None => Some(String::new()),
    }
}

/// The anchors of the branch that is checked out now, for who holds those of another.
pub fn anchors(root: &Path, env: &Env) -> Option<Remembered> {
    remembered(root, &open_store(root, env).0?)
}

/// Remembers where the TODOs are now, if that is not known yet. Gives what is remembered since.
pub fn renew_anchors(
    root: &Path,
    env: &Env,
    branch: &str,
    snapshot: &Snapshot,
) -> Option<Arc<Anchors>> {
    let renewed = anchors::renew(snapshot);
    // A branch that was switched to meanwhile has anchors of its own.
    if renewed == *snapshot.anchors || anchored_branch(root).as_deref() != Some(branch) {
        return None;
    }
    let mut store = open_store(root, env).0?;
    let saved = store.save_anchors(&scan::root_key(root), branch, &renewed);
    match saved {
        Ok(()) => Some(Arc::new(renewed)),
        Err(error) => {
            tracing::debug!(%error, "the anchors stay as they were");
            None
        }
    }
}

impl Memory {
    /// For who has time: see [`Store::merge_log`].
    pub fn merge_log(&self) {
        if let Some(store) = &self.store {
            store.merge_log();
        }
    }
}

/// The first of a project's databases that opens, and what was wrong with it.
fn open_store(root: &Path, env: &Env) -> (Option<Store>, Vec<String>) {
    let mut troubles = Vec::new();
    for path in location::databases(root, env.state_home().as_deref()) {
        match Store::open(&path) {
            Ok((store, told)) => {
                let told = told.iter().map(sentence).collect();
                return (Some(store), told);
            }
            // A repository that is read only: the user's own folder comes next.
            Err(trouble @ Trouble::Unwritable { .. }) => {
                // One of them says it all.
                if troubles.is_empty() {
                    troubles.push(sentence(&trouble));
                }
            }
            Err(trouble) => return (None, vec![sentence(&trouble)]),
        }
    }
    (None, troubles)
}

/// The project's store, where one opens.
pub fn store(root: &Path, env: &Env) -> Option<Store> {
    open_store(root, env).0
}

fn sentence(trouble: &Trouble) -> String {
    format!("{trouble}; {}", trouble.hint())
}

/// Whether a change of `path` can change which other files are read, or how.
pub fn decides_scan(root: &Path, path: &Path) -> bool {
    let name = path.file_name().and_then(|it| it.to_str()).unwrap_or("");
    scan::is_rule_file(name)
        || path == root.join(".docs/docket.toml")
        || (path.ends_with("info/exclude") && path.starts_with(root))
}

/// Whether a scan leaves a file out by its place or its name; then an editor shows nothing in it
/// either, so that the two agree.
pub fn is_passed_over(root: &Path, config: &Config, path: &str) -> bool {
    scan::is_passed_over(root, config, path)
}

/// Reads files, or all files of folders, again: `None` for those that are gone, or of which the
/// index wants nothing.
pub fn reread(
    root: &Path,
    config: &Config,
    paths: &[PathBuf],
) -> Vec<(Arc<str>, Option<Arc<FileFacts>>)> {
    scan::reread(root, config, paths)
}
