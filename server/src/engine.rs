//! The engine: one thread that owns every project's world.
//!
//! What happens comes in as an [`Event`], one after the other; what is asked is answered from an
//! immutable [`View`] on a small pool. The engine reads no file and computes no facts itself: jobs
//! do, and what they find comes back as an event. It never waits for a door.

mod anchors;
mod apply;
pub mod event;
pub mod handle;
mod mirror;
mod open;
pub mod pool;
mod projects;
mod reading;
mod timers;
mod touched;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, unbounded};
use docket_core::facts::FileFacts;
use docket_core::world::Delta;
use rustc_hash::FxHashMap;

pub use self::event::{ApplyError, Event, Need, Notice, Read, Target};
pub use self::handle::{Handle, Lost, Reply, View};
use self::open::OpenFile;
pub use self::open::relative;
use self::pool::Pool;
use self::projects::Project;
use self::timers::{Timer, Timers};
use crate::env::Env;
use crate::watched;

/// Quiet time before doors are told that findings may be others, and the longest they wait.
const PUBLISH: (Duration, Duration) = (Duration::from_millis(150), Duration::from_secs(1));
/// The same for reading files that a watcher saw change; a burst (a branch switch) waits longer.
const REREAD: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
const REREAD_BURST: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(5));
const BURST: usize = 200;
/// A turn of the loop that takes longer is logged: everything else waits for it.
const LONG_TURN: Duration = Duration::from_millis(100);

/// Owns the worlds; see the module's page.
pub struct Engine {
    env: Env,
    handle: Handle,
    inbox: Receiver<Event>,
    pool: Pool,
    notify: Box<dyn Fn(Notice) + Send>,
    projects: BTreeMap<PathBuf, Project>,
    /// Folders that the editor has open; a file in one of them always has a project.
    folders: Vec<PathBuf>,
    open: FxHashMap<PathBuf, OpenFile>,
    /// Texts of open documents so far, which numbers them.
    n_editions: u64,
    timers: Timers,
    touched: BTreeSet<PathBuf>,
    /// Tasks that read touched files.
    n_rereading: usize,
    /// Open documents that may show other findings since the doors were last told.
    dirty: BTreeSet<PathBuf>,
    revision: u64,
    warned: BTreeSet<String>,
}

impl Engine {
    /// An engine without projects; what it has to tell goes to `notify`, which must not block.
    pub fn new(env: Env, notify: impl Fn(Notice) + Send + 'static) -> Self {
        let (sender, inbox) = unbounded();
        Self {
            env,
            handle: Handle::new(sender),
            inbox,
            pool: Pool::new(2),
            notify: Box::new(notify),
            projects: BTreeMap::new(),
            folders: Vec::new(),
            open: FxHashMap::default(),
            n_editions: 0,
            timers: Timers::default(),
            touched: BTreeSet::new(),
            n_rereading: 0,
            dirty: BTreeSet::new(),
            revision: 0,
            warned: BTreeSet::new(),
        }
    }

    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Starts the engine on its own thread, which ends at [`Event::Shutdown`].
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn spawn(self) -> std::io::Result<(Handle, std::thread::JoinHandle<()>)> {
        let handle = self.handle();
        let thread = std::thread::Builder::new()
            .name("docket-engine".into())
            .spawn(move || self.run())?;
        Ok((handle, thread))
    }

    fn run(mut self) {
        self.set_upkeep(Instant::now());
        loop {
            let event = match self.timers.next() {
                Some(due) => match self.inbox.recv_deadline(due) {
                    Ok(event) => Some(event),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return,
                },
                None => match self.inbox.recv() {
                    Ok(event) => Some(event),
                    Err(_) => return,
                },
            };
            let start = Instant::now();
            let name = event.as_ref().map_or("timer", Event::name);
            if matches!(event, Some(Event::Shutdown)) {
                return;
            }
            // A panic here would leave the editor with a deaf server. One bad turn is dropped
            // instead: the world is changed by whole batches only.
            let turn = std::panic::AssertUnwindSafe(|| self.turn(event, start));
            if std::panic::catch_unwind(turn).is_err() {
                tracing::error!(event = name, "the engine dropped an event after a panic");
            }
            let took = start.elapsed();
            if took > LONG_TURN {
                tracing::warn!(event = name, ?took, "a long turn of the engine");
            }
        }
    }

    /// Takes one event, if there is one, and then whatever is due at `now`.
    pub fn turn(&mut self, event: Option<Event>, now: Instant) {
        if let Some(event) = event {
            self.take(event, now);
        }
        for timer in self.timers.due(now) {
            match timer {
                Timer::Publish => self.publish(),
                Timer::Reread => self.reread(),
                Timer::Upkeep => {
                    self.upkeep();
                    self.set_upkeep(now);
                }
            }
        }
    }

    fn take(&mut self, event: Event, now: Instant) {
        match event {
            Event::Open {
                path,
                language,
                version,
                text,
            } => {
                self.open_file(path, &language, version, &text, now);
            }
            Event::Edit {
                path,
                version,
                changes,
                encoding,
            } => {
                self.edit_file(&path, version, &changes, encoding, now);
            }
            Event::Save { path } => self.touch([path], now),
            Event::Close { path } => self.close_file(&path, now),
            Event::Folders { added, removed } => self.change_folders(added, &removed),
            Event::Consent { root, given } => self.consent(&root, given),
            Event::Touched { paths } | Event::Written { paths } => self.touch(paths, now),
            Event::Watching { root } => self.scan(&root, "watching began"),
            Event::Reread { root, files } => self.take_files(&root, files, now),
            Event::RereadEnded => self.reread_ended(),
            Event::Targets { root, seen } => self.take_targets(&root, seen, now),
            Event::Loaded { root, loaded } => self.take_loaded(&root, *loaded, now),
            Event::Anchors { root, remembered } => self.take_anchors(&root, remembered, now),
            Event::Mirror { root, mirror } => self.take_mirror(&root, mirror, now),
            Event::Dismissed { root, dismissed } => self.take_dismissed(&root, dismissed, now),
            Event::Progress { root, files } => self.progress(root, files, now),
            Event::Trouble { message } => self.warn(message),
            Event::StopScan { root } => self.stop_scan(&root),
            Event::ScanFailed { root, message } => self.scan_failed(&root, message),
            Event::Facts {
                path,
                edition,
                made,
            } => self.take_facts(&path, edition, made, now),
            Event::Places {
                path,
                edition,
                facts,
            } => self.take_places(&path, edition, facts),
            Event::Read(read) => self.read(read),
            Event::Apply {
                root,
                label,
                change,
                reply,
            } => self.apply(root, label, change, reply),
            Event::Rescan { cause } => self.rescan_all(cause),
            Event::Redraw => {
                self.dirty.extend(self.open.keys().cloned());
                self.announce();
            }
            Event::Shutdown => {}
        }
    }

    /// Answers a question now, or keeps it until what it needs is there.
    fn read(&mut self, mut read: Read) {
        let mut views = match &read.target {
            Target::File(path) => {
                let path = path.clone();
                let version = self.open.get(&path).map(|it| it.document.version);
                let asked_of = *read.asked_of.get_or_insert(version.unwrap_or_default());
                let asked_of = version.map(|_| asked_of);
                if self.open.get(&path).is_some_and(|it| !it.is_known()) {
                    if let Some(open) = self.open.get_mut(&path) {
                        open.waiting.push(read);
                    }
                    self.start_facts(&path);
                    return;
                }
                let root = match self.open.get(&path) {
                    Some(open) => open.root.clone(),
                    None => self.project_of(&path),
                };
                match root {
                    Some(root) => {
                        let Some(project) = self.projects.get_mut(&root) else {
                            return;
                        };
                        if read.need == Need::Index && !project.is_settled() {
                            project.waiting.push(read);
                            return;
                        }
                        vec![project.view(&path, version, asked_of)]
                    }
                    None => Vec::new(),
                }
            }
            Target::All => {
                // Its views must hold what was typed before it was asked.
                let projects = &self.projects;
                let has_project =
                    |it: &OpenFile| it.root.as_ref().is_some_and(|it| projects.contains_key(it));
                let behind = self
                    .open
                    .iter()
                    .find(|(_, it)| !it.is_known() && has_project(it));
                if let Some(path) = behind.map(|(path, _)| path.clone()) {
                    if let Some(open) = self.open.get_mut(&path) {
                        open.waiting.push(read);
                    }
                    self.start_facts(&path);
                    return;
                }
                let incomplete = self.projects.values_mut().find(|it| !it.is_settled());
                if let (Need::Index, Some(project)) = (read.need, incomplete) {
                    project.waiting.push(read);
                    return;
                }
                self.projects.values().map(Project::whole_view).collect()
            }
        };
        let now = self.env.now().timestamp();
        for view in &mut views {
            view.snapshot.now = Some(now);
        }
        self.pool.spawn("read", move || (read.job)(&views));
    }

    fn read_again(&mut self, waiting: Vec<Read>) {
        for read in waiting {
            self.read(read);
        }
    }

    fn publish(&mut self) {
        let stale: Vec<_> = self
            .open
            .iter()
            .filter(|(_, it)| it.root.is_some() && !it.is_known())
            .map(|(path, _)| path.clone())
            .collect();
        for path in &stale {
            self.start_facts(path);
        }
        self.start_places();
        self.announce();
    }

    /// Tells the doors what may look different, unless nothing does.
    fn announce(&mut self) {
        let open: Vec<_> = std::mem::take(&mut self.dirty)
            .into_iter()
            .filter(|path| self.open.get(path).is_some_and(OpenFile::is_known))
            .collect();
        let revision = self.projects.values().map(Project::revision).sum();
        if self.revision != revision || !open.is_empty() {
            self.revision = revision;
            self.tell(Notice::Changed { revision, open });
        }
    }

    /// Notes that paths changed on disk; they are read once things are quiet.
    fn touch(&mut self, paths: impl IntoIterator<Item = PathBuf>, now: Instant) {
        for path in paths {
            let roots = self.projects.keys().filter(|it| path.starts_with(it));
            roots.for_each(|it| watched::changed(it, &path));
            self.touched.insert(path);
        }
        if self.touched.is_empty() {
            return;
        }
        let (quiet, ceiling) = match self.touched.len() {
            0..BURST => REREAD,
            _ => REREAD_BURST,
        };
        self.timers.push_back(Timer::Reread, now, quiet, ceiling);
    }

    /// Notes what a batch did: which open documents may show other findings, and what it asks.
    fn changed(&mut self, root: &Path, delta: &Delta, now: Instant) {
        let ours = self
            .open
            .iter()
            .filter(|(_, it)| it.root.as_deref() == Some(root));
        let dirty = ours.filter(|(_, it)| delta.dirty.contains(&it.relative));
        self.dirty.extend(dirty.map(|(path, _)| path.clone()));
        if delta.asks {
            self.look_at_targets(root);
        }
        self.timers
            .push_back(Timer::Publish, now, PUBLISH.0, PUBLISH.1);
    }

    fn set_upkeep(&mut self, now: Instant) {
        let period = Duration::from_secs(300);
        self.timers.push_back(Timer::Upkeep, now, period, period);
    }

    fn tell(&self, notice: Notice) {
        (self.notify)(notice);
    }

    /// Says something once, however often it happens.
    fn warn(&mut self, message: String) {
        tracing::warn!(message);
        if self.warned.insert(message.clone()) {
            self.tell(Notice::Warn(message));
        }
    }
}

/// Facts by their path in the project; `None` where the file is gone or no longer read.
pub type Files = Vec<(Arc<str>, Option<Arc<FileFacts>>)>;

#[cfg(test)]
mod tests;
