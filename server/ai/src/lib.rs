//! Language models, as docket asks them.
//!
//! [`Model`] is all that the rest of docket knows of one. What a call needs beside the provider is
//! a layer around it, each a `Model` itself, from the outside in: [`redacting::Redacting`] takes
//! secrets out, [`chain::Chain`] goes on to the next model of a list, [`retrying::Retrying`] asks
//! again after a passing failure, [`taped::Taped`] records and replays, [`metered::Metered`] pays
//! out of a budget, [`remote::Remote`] speaks to a provider. [`structured::ask`] asks for an answer
//! that fits a schema, [`prompts`] and [`pack`] make the question.
//! [`scripted::ScriptedModel`] stands in for all of it in tests.
//!
//! Nothing here reads a file, the environment or the clock: keys, addresses, patience, time and
//! randomness are handed in.

pub mod chain;
pub mod endpoint;
mod error;
pub mod metered;
pub mod pack;
pub mod prices;
pub mod prompts;
pub mod redacting;
pub mod remote;
mod request;
pub mod retrying;
pub mod scripted;
pub mod secrets;
pub mod structured;
pub mod taped;
#[cfg(test)]
mod tests;
pub mod tokens;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

pub use docket_core::secret::Secret;
pub use error::{AskError, Failure, Spent};
pub use request::{
    Message, PromptId, Reply, Request, Schema, Stop, Tool, ToolCall, ToolResult, Usage,
};
/// Cancels a call from elsewhere; clones cancel the same call.
pub type Cancel = CancellationToken;

/// A language model, or a layer around one.
pub trait Model: Send + Sync {
    /// How it is named where it is spoken of: `anthropic/claude-…`.
    fn name(&self) -> String;

    /// One question, one answer. What arrives meanwhile is told to `progress`.
    ///
    /// Dropping the future ends the call as `cancel` does: nothing more is received.
    fn ask<'a>(
        &'a self,
        request: &'a Request,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Answer<'a>;
}

/// What [`Model::ask`] gives.
pub type Answer<'a> = BoxFuture<'a, Result<Reply, Failure>>;

/// Where what happens during a call is told. Called from the task that asks; it must not block.
pub trait Progress: Send + Sync {
    fn on(&self, event: &Event<'_>);
}

/// What happens during a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// Work beside the model, in words.
    Doing { what: &'a str },
    /// A request goes out to this model.
    Asking { model: &'a str },
    /// The answer goes on.
    Text(&'a str),
    /// What was told of this answer is void: it is asked for again after `wait`.
    Again {
        why: &'a AskError,
        wait: std::time::Duration,
    },
    /// Something that looks like a secret is not sent; these rules found it.
    Redacted { rules: &'a [&'static str] },
    /// What was told of this answer is void: the next model of the list is asked.
    Next { why: &'a AskError },
}

/// For those who do not look.
impl Progress for () {
    fn on(&self, _: &Event<'_>) {}
}

impl<M: Model + ?Sized> Model for std::sync::Arc<M> {
    fn name(&self) -> String {
        (**self).name()
    }

    fn ask<'a>(
        &'a self,
        request: &'a Request,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Answer<'a> {
        (**self).ask(request, progress, cancel)
    }
}
