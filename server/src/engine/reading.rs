//! One scan of a project, on a thread of its own, told to the engine as events.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use docket_core::config::Config;

use super::event::Event;
use super::handle::Handle;
use super::pool::guarded;
use crate::env::Env;
use crate::project::{self, Loading};
use crate::scan;

/// One scan, on its own thread.
pub(super) struct Reading {
    pub(super) root: PathBuf,
    pub(super) env: Env,
    pub(super) stop: Arc<AtomicBool>,
    /// The configuration until now; see [`Loading::in_force`].
    pub(super) in_force: Option<Arc<Config>>,
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
            let (root, loaded) = (self.root.clone(), Box::new(loaded));
            self.handle.post(Event::Loaded { root, loaded });
        })
    }
}
