//! The mirror: what the forge is known to say, read outside the engine.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use docket_core::sync::Mirror;
use docket_core::world::FileChange;

use super::Engine;
use super::event::Event;
use crate::sync::mirror;

impl Engine {
    /// Reads the mirror, which another process may have brought up to date, outside the engine.
    pub(super) fn read_mirror(&self, root: &Path) {
        let Some(project) = self.projects.get(root) else {
            return;
        };
        let known = project.world.snapshot().mirror;
        let (config, env) = (project.config(), self.env.clone());
        let (root, handle) = (root.to_owned(), self.handle.clone());
        self.pool.spawn("mirror", move || {
            let mirror = mirror::load(&root, &env, &config).unwrap_or_default();
            // Compared here: of some thousand issues that takes its time.
            if mirror.fetched_at != known.fetched_at || !mirror.says_the_same(&known) {
                let mirror = Arc::new(mirror);
                handle.post(Event::Mirror { root, mirror });
            }
        });
    }

    pub(super) fn take_mirror(&mut self, root: &Path, mirror: Arc<Mirror>, now: Instant) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        let delta = project.world.apply([FileChange::Mirror(mirror)]);
        self.changed(root, &delta, now);
    }
}
