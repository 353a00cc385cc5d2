//! Pays for each request out of a purse: the worst that it can cost is put aside before it leaves,
//! what it did cost is taken afterwards.

use std::sync::Arc;

use crate::{Answer, AskError, Cancel, Model, Progress, Request, Spent, Usage, tokens};

/// What pays. Its calls may wait for a disk.
pub trait Purse: Send + Sync {
    /// Puts aside what that many tokens cost.
    ///
    /// # Errors
    ///
    /// [`AskError::Budget`] where a cap is in the way, [`AskError::NoPrice`] where nobody knows
    /// what the model costs.
    fn reserve(&self, request: &Request, model: &str, most: Usage) -> Result<Ticket, AskError>;

    /// What became of it. Not called after a crash: what was put aside then counts as spent.
    fn settle(&self, ticket: Ticket, model: &str, spent: Spent);
}

/// What was put aside; of the purse that gave it.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket(pub i64);

/// A reservation that is settled whatever happens to the call.
struct Held {
    purse: Arc<dyn Purse>,
    model: String,
    ticket: Option<Ticket>,
    /// What a call costs that is dropped in the middle.
    most: Usage,
}

/// See the module's page.
pub struct Metered<M> {
    inner: M,
    purse: Arc<dyn Purse>,
}

impl<M: Model> Metered<M> {
    pub fn new(inner: M, purse: Arc<dyn Purse>) -> Self {
        Self { inner, purse }
    }

    pub fn inner(&self) -> &M {
        &self.inner
    }
}

/// The most that a request can use.
pub fn worst(request: &Request) -> Usage {
    Usage {
        input: tokens::most(request),
        output: u64::from(request.max_output),
        cached: 0,
    }
}

impl<M: Model> Model for Metered<M> {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn ask<'a>(
        &'a self,
        request: &'a Request,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Answer<'a> {
        Box::pin(async move {
            let most = worst(request);
            if cancel.is_cancelled() {
                return Err(AskError::Cancelled.into());
            }
            let model = self.name();
            let ticket = self.purse.reserve(request, &model, most)?;
            let held = Held {
                purse: Arc::clone(&self.purse),
                model,
                ticket: Some(ticket),
                most,
            };
            let answer = self.inner.ask(request, progress, cancel).await;
            held.settle(match &answer {
                Ok(reply) => reply.usage.map_or(Spent::Estimated(most), Spent::Counted),
                Err(failure) => failure.spent,
            });
            answer
        })
    }
}

impl Held {
    fn settle(mut self, spent: Spent) {
        if let Some(ticket) = self.ticket.take() {
            self.purse.settle(ticket, &self.model, spent);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.purse
                .settle(ticket, &self.model, Spent::Estimated(self.most));
        }
    }
}
