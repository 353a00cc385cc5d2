//! What an editor asks, answered from a snapshot in terms of paths, spans and strings.

pub mod actions;
pub mod board_text;
pub mod completion;
pub(crate) mod descent;
pub mod folding;
pub mod formatting;
pub mod fuzzy;
pub mod goto;
pub mod hierarchy;
pub mod hints;
pub mod hover;
mod issue;
pub mod lenses;
pub mod links;
pub mod rename;
pub mod renumber;
pub mod retire;
pub mod symbols;
pub mod tickets;
pub mod tokens;
mod written;

pub use actions::{
    Action, ActionContext, ActionData, ActionKind, Refusal, Source, Tick, TodoRef, actions, resolve,
};
pub use completion::{Completion, CompletionItem, CompletionKind, completion, documentation};
pub use folding::{Fold, FoldKind, folds, selections};
pub use formatting::formatting;
pub use goto::{Declarations, Place, definition, highlights, implementations, references};
pub use hints::{Hint, HintTarget, hints};
pub use hover::{Hover, hover};
pub use issue::{issue_named_at, issue_text};
pub use lenses::{Lens, lenses};
pub use links::{DocumentLink, LinkTarget, links};
pub use rename::{FileMoves, Renamable, Renaming};
pub use renumber::{Renumbering, renumber};
pub use symbols::{Symbol, SymbolKind, symbols};
pub use tickets::{Filter, TicketRow, ready, score_of, ticket, tickets};
pub use tokens::{Token, TokenKind, tokens};

#[cfg(test)]
mod tests;
