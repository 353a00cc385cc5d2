//! What the database alone knows: the mirror, which is what the forge is known to say, and what a
//! person has dismissed. A scan reads it, and so does who has changed it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use docket_core::lineage::Dismissals;
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

    pub(super) fn take_dismissed(&mut self, root: &Path, dismissed: Arc<Dismissals>, now: Instant) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        let delta = project.world.apply([FileChange::Dismissed(dismissed)]);
        self.changed(root, &delta, now);
    }
}
