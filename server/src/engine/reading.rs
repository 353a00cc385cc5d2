//! One scan of a project, on a thread of its own, told to the engine as events.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use docket_core::config::Config;
use docket_core::lineage::Dismissals;
use docket_core::sync::Mirror;

use super::event::Event;
use super::handle::Handle;
use super::pool::guarded;
use crate::dismissed;
use crate::env::Env;
use crate::project::{self, Loading, Origin};
use crate::scan;
use crate::sync::mirror;

/// One scan, on its own thread.
pub(super) struct Reading {
    pub(super) root: PathBuf,
    pub(super) env: Env,
    pub(super) stop: Arc<AtomicBool>,
    /// The configuration until now; see [`Loading::in_force`].
    pub(super) in_force: Option<Arc<Config>>,
    /// What was known of the forge until now.
    pub(super) mirror: Arc<Mirror>,
    pub(super) dismissed: Arc<Dismissals>,
    pub(super) handle: Handle,
}

impl Reading {
    pub(super) fn run(self) {
        let mut done = None;
        guarded("scan", || done = Some(self.read()));
        let root = self.root;
        match done {
            Some(Ok(None)) => {}
            Some(Ok(Some(message))) => self.handle.post(Event::Trouble { message }),
            Some(Err(error)) => {
                let message = format!("{error:#}");
                self.handle.post(Event::ScanFailed { root, message });
            }
            None => {
                let message = "reading it failed unexpectedly; the log says where".to_owned();
                self.handle.post(Event::ScanFailed { root, message });
            }
        }
    }

    fn read(&self) -> anyhow::Result<Option<String>> {
        let progress = |it: scan::Progress| {
            let (root, files) = (self.root.clone(), it.n_files as u64);
            self.handle.post(Event::Progress { root, files });
        };
        let loading = Loading {
            root: &self.root,
            env: &self.env,
            stop: &self.stop,
            progress: &progress,
            in_force: self.in_force.as_ref(),
        };
        project::load(loading, |loaded| {
            let (origin, config) = (loaded.origin, loaded.config.clone());
            // Findings wait for the disk, and then need all that they depend on; what the store
            // remembers is for hovers, which need it soon.
            if origin == Origin::Disk {
                self.read_mirror(&config);
                self.read_dismissed();
            }
            let (root, loaded) = (self.root.clone(), Box::new(loaded));
            self.handle.post(Event::Loaded { root, loaded });
            if origin == Origin::Store {
                self.read_mirror(&config);
            }
        })
    }

    /// What was dismissed, which another process may have done.
    fn read_dismissed(&self) {
        let dismissed = dismissed::load(&self.root, &self.env);
        if dismissed != self.dismissed {
            let root = self.root.clone();
            self.handle.post(Event::Dismissed { root, dismissed });
        }
    }

    /// What is known of the forge, which another process may have brought up to date.
    fn read_mirror(&self, config: &Config) {
        let mirror = mirror::load(&self.root, &self.env, config).unwrap_or_default();
        // Compared here: of some thousand issues that takes its time.
        if mirror.fetched_at != self.mirror.fetched_at || !mirror.says_the_same(&self.mirror) {
            let (root, mirror) = (self.root.clone(), Arc::new(mirror));
            self.handle.post(Event::Mirror { root, mirror });
        }
    }
}
