//! What people say on issues, taken into the copy: to be read, never written into tickets.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::sync::Comment;
use docket_forge::Forge;

use super::files::Files;
use super::round::{Round, SyncError};

/// Requests of a round after which comments are left to the next one: they are no haste, and a round
/// with ten changes is to stay at twelve.
const MAX_BEFORE: usize = 11;
/// Issues whose comments one round reads.
const MAX_ISSUES: usize = 100;

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Reads the comments of issues that are tickets, or will be, where they may have changed. Comes
    /// last; where there is no answer, the next round asks.
    pub(super) async fn read_comments(&mut self, n_before: usize) -> Result<(), SyncError> {
        let mut wanted = self.ledger.unread(self.remote)?;
        if wanted.is_empty() || self.forge.n_requests() - n_before > MAX_BEFORE {
            return Ok(());
        }
        let meant = self.meant()?;
        wanted.retain(|it| meant.contains(it));
        let wanted: BTreeSet<u64> = wanted.into_iter().take(MAX_ISSUES).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        self.renew_lease()?;
        (self.progress)("comments");
        let Ok(threads) = self.forge.threads(&wanted).await else {
            return Ok(());
        };
        (self.step)("comments are read")?;
        let threads: BTreeMap<u64, Vec<Comment>> = threads.into_iter().collect();
        for number in wanted {
            // One that is not told of has left; what became of it is asked elsewhere.
            let comments = threads.get(&number).map_or(&[][..], |it| it);
            self.ledger.put_comments(self.remote, number, comments)?;
        }
        Ok(())
    }
}
