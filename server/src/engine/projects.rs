//! Projects: which there are, how each is read, and how a change is carried out in one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use docket_core::config::Config;
use docket_core::world::{FileChange, World};
use rustc_hash::FxHashSet;

use super::Engine;
use super::event::{Notice, Read};
use super::handle::View;
use super::open::relative;
use super::reading::Reading;
use crate::ai::context;
use crate::branches;
use crate::env::Env;
use crate::project::{self, Loaded, Origin};
use crate::sync;
use crate::watch::Watch;
use crate::watched;

/// One root and what is known below it.
pub(super) struct Project {
    root: PathBuf,
    pub(super) world: World,
    state: State,
    scanning: bool,
    /// When the scan began, and when its progress was last told.
    since: Option<(Instant, Option<Instant>)>,
    /// A scan asked for while one runs, and why.
    again: Option<&'static str>,
    /// Paths that changed while a scan ran, which may have read them before that.
    touched: Vec<PathBuf>,
    stop: Arc<AtomicBool>,
    /// It is being looked up whether the files that links point at are there.
    awaits_targets: bool,
    /// Anchors are to be renewed once what is open was read.
    pub(super) awaits_open: bool,
    /// Questions that need the whole index.
    pub(super) waiting: Vec<Read>,
    watch: Option<Watch>,
    /// The words that questions to a model are packed by are read, or being read.
    knows_words: bool,
    /// The branch that the world's anchors are of; `None` where they mean nothing.
    pub(super) branch: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Too wide to be read unasked.
    AwaitsConsent,
    /// The first scan goes on.
    Reading,
    Complete,
    /// Not to be read: consent was refused, or the scan failed. What is open works.
    OpenFilesOnly,
}

impl Project {
    /// Whether there is nothing to wait for. Nobody knows when a person answers.
    pub(super) fn is_settled(&self) -> bool {
        self.state != State::Reading
    }

    /// Notes paths that changed: a scan that runs may have read them before that.
    pub(super) fn changed(&mut self, paths: &[PathBuf]) {
        if self.scanning {
            self.touched.extend_from_slice(paths);
        }
    }

    /// Reads the words that a question to a model is packed by, so that the first need not wait.
    fn read_words(&mut self, env: &Env) {
        let config = self.config();
        let asks =
            !config.ai.models.is_empty() || config.ai.tasks.values().any(|it| !it.is_empty());
        if !asks || std::mem::replace(&mut self.knows_words, true) {
            return;
        }
        let (root, env) = (self.root.clone(), env.clone());
        let thread = std::thread::Builder::new().name("docket-words".into());
        let read = move || context::prepare(&root, &env, &config);
        if let Err(error) = thread.spawn(read) {
            tracing::debug!(%error, "the first question reads the words");
        }
    }

    pub(super) fn revision(&self) -> u64 {
        self.world.snapshot().revision
    }

    pub(super) fn config(&self) -> Arc<Config> {
        self.world.snapshot().config
    }

    pub(super) fn has_todos(&self, path: &str) -> bool {
        let snapshot = self.world.snapshot();
        snapshot.file(path).is_some_and(|it| !it.todos.is_empty())
    }

    pub(super) fn view(&self, path: &Path, version: Option<i32>, asked_of: Option<i32>) -> View {
        let path = relative(&self.root, path);
        View {
            path,
            version,
            moved: asked_of != version,
            ..self.whole_view()
        }
    }

    pub(super) fn whole_view(&self) -> View {
        View {
            root: self.root.clone(),
            path: String::new(),
            version: None,
            moved: false,
            snapshot: self.world.snapshot(),
            complete: self.state == State::Complete,
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Engine {
    /// The root of the project that `path` belongs to, which is opened if it is not yet.
    pub(super) fn project_of(&mut self, path: &Path) -> Option<PathBuf> {
        let root = project::root_of(path).or_else(|| {
            let mut around: Vec<_> = self
                .folders
                .iter()
                .filter(|it| path.starts_with(it))
                .collect();
            around.sort_by_key(|it| it.components().count());
            around.last().map(|it| (*it).clone())
        })?;
        self.open_project(&root);
        Some(root)
    }

    pub(super) fn change_folders(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        self.folders.retain(|it| !removed.contains(it));
        for folder in added {
            let root = project::root_of(&folder).unwrap_or_else(|| folder.clone());
            self.folders.push(folder);
            self.open_project(&root);
        }
        // A project stays while a folder or an open file needs it.
        let folders = &self.folders;
        let open = &self.open;
        self.projects.retain(|root, _| {
            folders
                .iter()
                .any(|it| it.starts_with(root) || root.starts_with(it))
                || open.values().any(|it| it.root.as_ref() == Some(root))
        });
        self.adopt_open();
    }

    fn open_project(&mut self, root: &Path) {
        if self.projects.contains_key(root) {
            return;
        }
        let mut world = World::new(Config::default(), self.env.today());
        let web = sync::side::origin(root).map(|it| it.web().into());
        world.apply([
            FileChange::Me(branches::identity(root, &self.env)),
            FileChange::Web(web),
        ]);
        let wide = project::is_too_wide(root, &self.env);
        let project = Project {
            root: root.to_owned(),
            world,
            state: if wide {
                State::AwaitsConsent
            } else {
                State::Reading
            },
            scanning: false,
            since: None,
            again: None,
            touched: Vec::new(),
            stop: Arc::default(),
            awaits_targets: false,
            awaits_open: false,
            waiting: Vec::new(),
            watch: None,
            knows_words: false,
            branch: None,
        };
        self.projects.insert(root.to_owned(), project);
        if wide {
            self.tell(Notice::Consent {
                root: root.to_owned(),
            });
        } else {
            self.scan(root, "project opened");
        }
    }

    pub(super) fn consent(&mut self, root: &Path, given: bool) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        if project.state != State::AwaitsConsent {
            return;
        }
        if given {
            project.state = State::Reading;
            self.scan(root, "consent given");
        } else {
            self.settle(root, State::OpenFilesOnly);
        }
    }

    /// Reads a project in the background; at most one scan of it runs and one waits.
    pub(super) fn scan(&mut self, root: &Path, cause: &'static str) {
        // Whatever the cause, what is known of files is not believed.
        watched::lose(root);
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        if matches!(project.state, State::AwaitsConsent | State::OpenFilesOnly) {
            return;
        }
        if project.scanning {
            project.again = Some(cause);
            return;
        }
        project.scanning = true;
        project.since = None;
        tracing::info!(root = %root.display(), cause, "scan");
        let reading = Reading {
            root: root.to_owned(),
            env: self.env.clone(),
            stop: project.stop.clone(),
            in_force: (project.state == State::Complete).then(|| project.config()),
            mirror: project.world.snapshot().mirror,
            dismissed: project.world.snapshot().dismissed,
            handle: self.handle.clone(),
        };
        let thread = std::thread::Builder::new().name("docket-scan".into());
        let spawned = thread.spawn(move || reading.run());
        if let Err(error) = spawned {
            self.scan_failed(root, error.to_string());
        }
    }

    /// Tells of a scan that takes long enough to be noticed.
    pub(super) fn progress(&mut self, root: PathBuf, files: u64, now: Instant) {
        let Some(project) = self.projects.get_mut(&root) else {
            return;
        };
        let (since, told) = project.since.get_or_insert((now, None));
        let is_long = now.duration_since(*since) > Duration::from_millis(500);
        let is_due = told.is_none_or(|it| now.duration_since(it) > Duration::from_millis(200));
        if is_long && is_due {
            *told = Some(now);
            self.tell(Notice::Progress { root, files });
        }
    }

    /// The user does not want to wait: what is open works, the rest stays unread.
    pub(super) fn stop_scan(&mut self, root: &Path) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        if !project.scanning {
            return;
        }
        project.stop.store(true, Ordering::Relaxed);
        project.stop = Arc::default();
        let summary = "stopped; only open files are looked at until the editor starts again".into();
        self.tell(Notice::ProgressEnd {
            root: root.to_owned(),
            summary,
        });
        self.settle(root, State::OpenFilesOnly);
    }

    pub(super) fn take_loaded(&mut self, root: &Path, loaded: Loaded, now: Instant) {
        let open: Vec<_> = self
            .open
            .values()
            .filter(|it| it.root.as_deref() == Some(root))
            .map(|it| it.relative.clone())
            .collect();
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        if project.state == State::OpenFilesOnly {
            project.scanning = false;
            return;
        }
        // What changed while the scan ran is known better than it can tell, or is read again after it.
        let touched = project.touched.iter().map(|it| relative(root, it).into());
        let touched: FxHashSet<Arc<str>> = touched.collect();
        let declared = loaded.declared.into_iter();
        // Of source files the disk counts, also where they are open.
        let declared = declared.filter(|(path, _)| !touched.contains(path));
        let mut batch: Vec<_> = project::changes(declared).collect();
        let kept: FxHashSet<Arc<str>> = open.iter().cloned().chain(touched).collect();
        let reconfigured = *project.config() != *loaded.config;
        if reconfigured {
            batch.push(FileChange::Config(loaded.config.clone()));
        }
        let snapshot = project.world.snapshot();
        if loaded.origin == Origin::Disk {
            let there: FxHashSet<&Arc<str>> = loaded.files.iter().map(|(path, _)| path).collect();
            let gone = snapshot.files().map(|(path, _)| path);
            let gone = gone.filter(|it| !there.contains(it) && !kept.contains(*it));
            batch.extend(gone.map(|path| FileChange::Facts {
                path: path.clone(),
                facts: None,
            }));
        }
        for (path, facts) in loaded.files {
            let same = snapshot.file(&path).is_some_and(|it| it.hash == facts.hash);
            if (!same || reconfigured) && !kept.contains(&path) {
                batch.push(FileChange::Facts {
                    path,
                    facts: Some(facts),
                });
            }
        }
        drop(snapshot);
        project.branch = loaded.anchors.as_ref().map(|it| it.branch.clone());
        let anchors = loaded.anchors.map(|it| it.anchors).unwrap_or_default();
        batch.push(FileChange::Anchors(anchors));
        let delta = project.world.apply(batch);
        for trouble in loaded.troubles {
            self.warn(trouble);
        }
        if reconfigured {
            self.forget_open_facts(root);
        }
        self.dirty.extend(open.iter().map(|it| root.join(&**it)));
        if let Some(project) = self.projects.get_mut(root) {
            project.awaits_targets = delta.asks && loaded.origin == Origin::Disk;
        }
        self.changed(root, &delta, now);
        if loaded.origin == Origin::Disk {
            if !delta.asks {
                // What links point at may have come or gone unseen, like any other file.
                self.look_at_targets(root);
            }
            self.scan_ended(root, now);
            self.renew_anchors(root);
            self.tell(Notice::ProgressEnd {
                root: root.to_owned(),
                summary: loaded.summary,
            });
        }
    }

    pub(super) fn scan_failed(&mut self, root: &Path, message: String) {
        self.tell(Notice::ProgressEnd {
            root: root.to_owned(),
            summary: message.clone(),
        });
        self.warn(format!(
            "docket could not read {}: {message}",
            root.display()
        ));
        if let Some(project) = self.projects.get_mut(root) {
            project.scanning = false;
        }
        self.settle(root, State::OpenFilesOnly);
    }

    fn scan_ended(&mut self, root: &Path, now: Instant) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        project.scanning = false;
        if project.watch.is_some() {
            project.read_words(&self.env);
        } else {
            match Watch::start(root, &project.config(), self.handle.clone()) {
                Ok(watch) => project.watch = Some(watch),
                // The editor's own watcher and the upkeep still see changes, only later.
                Err(error) => tracing::warn!(%error, "no file watcher"),
            }
        }
        let again = project.again.take();
        let touched = std::mem::take(&mut project.touched);
        self.touch(touched, now);
        let is_over = self.projects.get(root).is_some_and(|it| !it.awaits_targets);
        if is_over {
            self.settle(root, State::Complete);
        }
        if let Some(cause) = again {
            self.scan(root, cause);
        }
        // Documents that were opened before the configuration was known.
        self.timers.push_back(
            super::Timer::Publish,
            now,
            super::PUBLISH.0,
            super::PUBLISH.1,
        );
    }

    /// Whether what links point at is there was looked up: with that a first reading is over.
    pub(super) fn targets_known(&mut self, root: &Path) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        let awaited = std::mem::take(&mut project.awaits_targets);
        if awaited && project.state == State::Reading {
            self.settle(root, State::Complete);
        }
    }

    fn settle(&mut self, root: &Path, state: State) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        project.state = state;
        let waiting = std::mem::take(&mut project.waiting);
        self.read_again(waiting);
    }

    pub(super) fn rescan_all(&mut self, cause: &'static str) {
        let roots: Vec<_> = self.projects.keys().cloned().collect();
        for root in roots {
            self.scan(&root, cause);
        }
    }

    /// Looks again at everything now and then: watchers miss events, and days pass.
    pub(super) fn upkeep(&mut self) {
        let today = self.env.today();
        for project in self.projects.values_mut() {
            if project.world.snapshot().today != today {
                project.world.apply([FileChange::Today(today)]);
            }
        }
        self.rescan_all("upkeep");
        self.announce();
    }
}
