//! The one place that writes files of a project: changes of closed files, whole or not at all.
//!
//! A change is checked in full, then staged in temporary files that are synced to the disk, then
//! carried out by renames alone. A process that is killed leaves each file old or new, never half.
//! Staged files stand in git's own folder where there is one, so that what a kill leaves behind is
//! seen by nobody; the next write sweeps it away.

mod commit;
mod plan;
mod stage;

use std::path::{Path, PathBuf};

use docket_core::edit::Change;
use docket_core::text::Hash;

/// A file as a change left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Of the new content; `None` where the file is gone. A watcher drops its own echo by this.
    pub hash: Option<Hash>,
}

/// Why a change was not made. Nothing has changed then, save where `Undone` says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("`{path}` has changed since this change was planned")]
    Stale { path: String },
    #[error("`{path}` exists already")]
    Exists { path: String },
    #[error("`{path}` does not exist")]
    Missing { path: String },
    #[error("`{path}` is outside the project, or git's own")]
    Outside { path: String },
    #[error("`{path}` is read-only")]
    ReadOnly { path: String },
    /// The change itself makes no sense: edits that overlap, one file changed twice.
    #[error("the change of `{path}` cannot be made: {reason}")]
    Invalid { path: String, reason: &'static str },
    #[error("`{path}` could not be written: {source}")]
    Io {
        path: String,
        source: std::io::Error,
    },
    #[error("{cause}, and {} could not be put back: {source}", .path.display())]
    Undone {
        path: PathBuf,
        source: std::io::Error,
        cause: Box<WriteError>,
    },
}

impl WriteError {
    /// Planning the change again on what is there now can help.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Stale { .. })
    }

    /// What the user can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Stale { .. } => Some("run it again on what is there now"),
            Self::Exists { .. } => Some("choose another name, or move the file away"),
            Self::Outside { .. } => Some(
                "docket changes only what is in the project's folder; look for a symbolic link that leads out of it",
            ),
            Self::ReadOnly { .. } => Some("make the file writable first"),
            Self::Io { source, .. } => match source.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    Some("the folder must be writable for you")
                }
                std::io::ErrorKind::StorageFull
                | std::io::ErrorKind::QuotaExceeded
                | std::io::ErrorKind::FileTooLarge => {
                    Some("make room on the disk; nothing was changed")
                }
                _ => None,
            },
            Self::Missing { .. } | Self::Invalid { .. } | Self::Undone { .. } => None,
        }
    }
}

/// Carries out `change` under `root`, all or nothing, and tells each file that is different now.
///
/// Edits and renames speak of the paths before the change. Folders are made as needed; a create or
/// a rename never takes the place of a file; links are followed as long as they stay in the root.
pub fn apply(root: &Path, change: &Change) -> Result<Vec<Written>, WriteError> {
    apply_in_steps(root, change, &mut |_| ())
}

/// As [`apply`]; `step` is told before each step that touches the disk, for the kill tests.
fn apply_in_steps(
    root: &Path,
    change: &Change,
    step: &mut dyn FnMut(&'static str),
) -> Result<Vec<Written>, WriteError> {
    let plan = plan::plan(root, change)?;
    let staging = stage::Staging::of(root);
    let staged = stage::stage(&staging, plan, step)?;
    commit::commit(&staging, staged, step)
}

/// Whether `change` could be carried out as things are now.
///
/// # Errors
///
/// What [`apply`] would say before it touches anything.
pub fn check(root: &Path, change: &Change) -> Result<(), WriteError> {
    plan::plan(root, change).map(drop)
}

#[cfg(test)]
mod tests;
