//! How a round changes ticket files: through the writer, or through the engine where an editor is open.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;

use docket_core::edit::Change;

use crate::write;

/// What a round asks of whoever owns the files.
pub trait Files: Send + Sync {
    /// Paths of files that hold edits which are not saved: a round leaves their tickets alone.
    fn unsaved(&self) -> impl Future<Output = BTreeSet<String>> + Send;

    /// Carries out a change.
    ///
    /// # Errors
    ///
    /// Why nothing was changed; the next round plans it again.
    fn apply(&self, label: &str, change: Change)
    -> impl Future<Output = Result<(), String>> + Send;
}

/// Files that no editor has open.
#[derive(Clone, Debug)]
pub struct Closed {
    pub root: PathBuf,
}

impl Files for Closed {
    async fn unsaved(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    async fn apply(&self, _label: &str, change: Change) -> Result<(), String> {
        match write::apply(&self.root, &change) {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.hint() {
                Some(hint) => format!("{error}; {hint}"),
                None => error.to_string(),
            }),
        }
    }
}
