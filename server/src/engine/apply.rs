//! Carrying out a change: the editor edits what it has open, the writer the rest.

use std::path::{Path, PathBuf};

use docket_core::config::Config;
use docket_core::edit::{Change, FileEdit};
use docket_core::text::Hash;

use super::Engine;
use super::event::{ApplyError, Event, Notice};
use super::handle::{Handle, Reply};
use crate::{project, write};

impl Engine {
    /// Carries out a change: the editor edits what it has open, the writer the rest.
    pub(super) fn apply(
        &mut self,
        root: PathBuf,
        label: String,
        change: Change,
        reply: Reply<Result<(), ApplyError>>,
    ) {
        let is_open = |path: &String| self.open.contains_key(&root.join(path));
        let mut theirs = Change::default();
        let mut ours = Change {
            creates: change.creates,
            ..Change::default()
        };
        for edit in change.edits {
            let side = if is_open(&edit.path) {
                &mut theirs
            } else {
                &mut ours
            };
            side.edits.push(edit);
        }
        for rename in change.renames {
            let side = if is_open(&rename.0) {
                &mut theirs
            } else {
                &mut ours
            };
            side.renames.push(rename);
        }
        for path in change.deletes {
            let side = if is_open(&path) {
                &mut theirs
            } else {
                &mut ours
            };
            side.deletes.push(path);
        }
        if let Some(stale) = theirs.edits.iter().find(|it| !self.is_current(&root, it)) {
            let path = stale.path.clone();
            reply.send(Err(write::WriteError::Stale { path }.into()));
            return;
        }
        let handle = self.handle.clone();
        let config = self.projects.get(&root).map(|it| it.config());
        if theirs == Change::default() {
            self.pool.spawn("write", move || {
                reply.send(write_closed(&handle, &root, config.as_deref(), &ours));
            });
            return;
        }
        // The closed files come last: an editor may refuse, and a file that was written stays written.
        if let Err(error) = write::check(&root, &ours) {
            reply.send(Err(error.into()));
            return;
        }
        let (edited, answer) = Reply::channel();
        theirs.notes = change.notes;
        self.tell(Notice::EditOpen {
            root: root.clone(),
            label,
            change: theirs,
            reply: edited,
        });
        std::thread::spawn(move || match answer.blocking_recv() {
            Ok(Ok(())) => reply.send(write_closed(&handle, &root, config.as_deref(), &ours)),
            Ok(Err(error)) => reply.send(Err(error)),
            Err(_) => reply.send(Err(ApplyError::Refused("the editor is gone".into()))),
        });
    }

    fn is_current(&self, root: &Path, edit: &FileEdit) -> bool {
        self.open
            .get(&root.join(&edit.path))
            .is_some_and(|it| Hash::of(it.document.text().as_bytes()) == edit.expected)
    }
}

/// Writes, and posts what is written now before the answer goes out: the next command, which the
/// client may send at once, is planned on it.
fn write_closed(
    handle: &Handle,
    root: &Path,
    config: Option<&Config>,
    change: &Change,
) -> Result<(), ApplyError> {
    let written = write::apply(root, change);
    let paths: Vec<_> = match &written {
        Ok(written) => written.iter().map(|it| root.join(&it.path)).collect(),
        // Planned on what is no longer there: whoever plans again is to see what is.
        Err(_) => change.edits.iter().map(|it| root.join(&it.path)).collect(),
    };
    if let Some(config) = config {
        let files = project::reread(root, config, &paths);
        handle.post(Event::Reread {
            root: root.to_owned(),
            files,
        });
    }
    written?;
    handle.post(Event::Written { paths });
    Ok(())
}
