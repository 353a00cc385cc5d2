//! The mirror: what the forge is known to say. A scan reads it, and so does who has synced.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use docket_core::sync::Mirror;
use docket_core::world::FileChange;

use super::Engine;

impl Engine {
    pub(super) fn take_mirror(&mut self, root: &Path, mirror: Arc<Mirror>, now: Instant) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        // Read before a round that was over sooner.
        let known = project.world.snapshot().mirror;
        if mirror.repository == known.repository && mirror.fetched_at < known.fetched_at {
            return;
        }
        let delta = project.world.apply([FileChange::Mirror(mirror)]);
        self.changed(root, &delta, now);
    }
}
