//! Anchors: what is remembered of the branch that is checked out, and when that is renewed.

use std::path::Path;
use std::time::Instant;

use docket_core::world::FileChange;

use super::Engine;
use super::event::Event;
use crate::project::{self, Remembered};

impl Engine {
    pub(super) fn take_anchors(&mut self, root: &Path, remembered: Remembered, now: Instant) {
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        project.branch = Some(remembered.branch);
        let delta = project
            .world
            .apply([FileChange::Anchors(remembered.anchors)]);
        self.changed(root, &delta, now);
    }

    /// Remembers where the TODOs are now, outside the engine. A scan leaves out what is open: as
    /// long as that was not read, its tickets look as if they were gone, and what they lost would be
    /// forgotten.
    pub(super) fn renew_anchors(&mut self, root: &Path) {
        let mut open = self.open.values();
        let awaits_open = open.any(|it| it.root.as_deref() == Some(root) && !it.is_known());
        let Some(project) = self.projects.get_mut(root) else {
            return;
        };
        project.awaits_open = awaits_open;
        if awaits_open {
            return;
        }
        let Some(branch) = project.branch.clone() else {
            return;
        };
        let (snapshot, env, handle) = (
            project.world.snapshot(),
            self.env.clone(),
            self.handle.clone(),
        );
        let root = root.to_owned();
        self.pool.spawn("anchors", move || {
            if let Some(anchors) = project::renew_anchors(&root, &env, &branch, &snapshot) {
                let remembered = Remembered { branch, anchors };
                handle.post(Event::Anchors { root, remembered });
            }
        });
    }
}
