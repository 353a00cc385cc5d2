//! What an editor asks, answered from a snapshot in terms of paths, spans and strings.

pub mod actions;
pub mod completion;
pub mod fuzzy;
pub mod goto;
pub mod hints;
pub mod hover;
mod issue;
pub mod tickets;
mod written;

pub use actions::{
    Action, ActionContext, ActionData, ActionKind, Refusal, Source, actions, resolve,
};
pub use completion::{Completion, CompletionItem, CompletionKind, completion, documentation};
pub use goto::{Declarations, Place, definition, highlights, references};
pub use hints::{Hint, HintTarget, hints};
pub use hover::{Hover, hover};
pub use issue::{issue_named_at, issue_text};
pub use tickets::{Filter, TicketRow, board, ready, ticket, tickets};

#[cfg(test)]
mod tests;
