//! What a list of issues does not say of them: parents and blockers. Tickets are made meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use docket_core::config::sync::Which;
use docket_core::sync::plan::Op;
use docket_core::sync::{Issue, Relations};
use docket_forge::Forge;

use super::Files;
use super::making::Making;
use super::round::{Round, Side, SyncError, Wanted};

/// Issues whose relations are asked for at once: as many as a forge tells in one answer.
const AT_ONCE: usize = 100;

/// How long a question is given to leave before anything else is done.
const ON_ITS_WAY: Duration = Duration::from_millis(5);

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Issues that are tickets, or will be.
    pub(super) fn meant(&self) -> Result<BTreeSet<u64>, SyncError> {
        // A configuration with a bad query was told so, and means none.
        let which = Which::parse(&self.config.sync.issues).unwrap_or(Which::Linked);
        let mut tickets = self.linked();
        tickets.extend(self.ledger.bases(self.remote)?.into_keys().map(|it| it.1));
        let meant = self
            .issues
            .values()
            .filter(|it| !it.is_pull_request && (tickets.contains(&it.number) || which.holds(it)));
        Ok(meant.map(|it| it.number).collect())
    }

    /// Asks for the relations of issues that are tickets, or will be, where the copy does not have
    /// them as they are. Where there is no answer, the next round asks.
    ///
    /// Of many issues those that become tickets whatever else is learned are made tickets while the
    /// forge works on the relations of the next; says whether any was.
    pub(super) async fn relate(&mut self, side: &Side) -> Result<bool, SyncError> {
        let mut numbers = self.meant()?;
        numbers.retain(|it| {
            let issue = self.issues.get(it);
            issue.is_some_and(|it| it.relations.is_none())
        });
        let mut certain = match numbers.len() > AT_ONCE {
            true => self.certain(side)?,
            false => BTreeSet::new(),
        };
        let (forge, tickets) = (self.forge, self.checkout.clone());
        let mut making = Making::new(self.root, self.env, &tickets);
        let numbers: Vec<u64> = numbers.into_iter().collect();
        let mut rest = numbers.chunks(AT_ONCE);
        let mut ask = async || {
            let some: BTreeSet<u64> = rest.next()?.iter().copied().collect();
            Some((forge.relations(&some).await, some))
        };
        let mut answer = ask().await;
        let mut made = false;
        while let Some((Ok(Some(relations)), some)) = answer {
            let take = async {
                // Making tickets blocks the thread: the client's own tasks come first, which put the
                // question on the wire.
                tokio::time::sleep(ON_ITS_WAY).await;
                self.take_relations(relations)?;
                let now: Vec<u64> = some.intersection(&certain).copied().collect();
                if now.is_empty() {
                    return Ok(());
                }
                (self.progress)(&format!("{} tickets", self.report.imported.len()));
                self.renew_lease()?;
                match self.make(&mut making, &now).await? {
                    true => made = true,
                    // It was said why; the others are tried once, after this.
                    false => certain.clear(),
                }
                Ok::<(), SyncError>(())
            };
            let taken;
            (answer, taken) = tokio::join!(biased; ask(), take);
            taken?;
        }
        Ok(made)
    }

    /// Issues that become tickets, whatever their relations are. None where something is under way:
    /// an issue may then be one that a ticket has asked for.
    fn certain(&mut self, side: &Side) -> Result<BTreeSet<u64>, SyncError> {
        let is_quiet = self.wanted != Wanted::Plan
            && matches!(side, Side::Files)
            && self.config.sync.project_place().is_none()
            && self.ledger.outbox(self.remote)?.is_empty();
        if !is_quiet {
            return Ok(BTreeSet::new());
        }
        let tickets = self.checkout.clone();
        let ops = self.plan(&tickets, side)?.into_iter();
        let imports = ops.filter_map(|it| match it {
            Op::Import { issue } => Some(issue),
            _ => None,
        });
        Ok(imports.collect())
    }

    fn take_relations(&mut self, relations: Vec<(u64, Relations)>) -> Result<(), SyncError> {
        let related = relations.into_iter().filter_map(|(number, relations)| {
            let issue = self.issues.get(&number)?;
            Some(Issue {
                relations: Some(relations),
                ..(**issue).clone()
            })
        });
        let related = related.collect();
        self.take(related)
    }
}
