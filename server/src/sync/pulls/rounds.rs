//! What a round asks of pull requests: nothing, but where one of this checkout's branch is open.

use docket_core::sync::PullState;
use docket_forge::{ErrorKind, Forge};

use super::{Memory, PullError, refresh};
use crate::branches;
use crate::sync::Files;
use crate::sync::round::{Round, SyncError};

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Asks for the open pull request of the branch that is checked out and for its checks, and
    /// once for what became of one that the copy of the issues says is open no more.
    pub(in crate::sync) async fn refresh_pulls(&mut self) -> Result<(), SyncError> {
        let known = self.ledger.pulls(self.remote)?.into_iter();
        let mut open = known
            .filter(|it| it.pull.state == PullState::Open)
            .peekable();
        if open.peek().is_none() {
            return Ok(());
        }
        let here = branches::current_branch(self.root);
        for known in open {
            let has_ended = self
                .issues
                .get(&known.pull.number)
                .is_some_and(|it| it.state.is_closed());
            if !has_ended && here.as_deref() != Some(known.pull.local_branch()) {
                continue;
            }
            let now = self.now();
            let mut memory = Memory {
                ledger: self.ledger,
                remote: self.remote,
                now,
            };
            match refresh(self.forge, &mut memory, &known).await {
                Ok(_) => {}
                Err(PullError::Store(error)) => return Err(error.into()),
                Err(PullError::Forge(error)) => match error.kind {
                    ErrorKind::Limited { .. } | ErrorKind::Slow { .. } => {
                        self.failed(&error)?;
                        return Ok(());
                    }
                    // A token that may not see checks is no reason to stop syncing issues:
                    // `docket pr` says it.
                    _ => {
                        tracing::info!(%error, number = known.pull.number, "no news of a pull request")
                    }
                },
                Err(error) => tracing::info!(%error, "no news of a pull request"),
            }
        }
        Ok(())
    }
}
