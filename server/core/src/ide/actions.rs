//! Code actions: listed cheaply, worked out when one is chosen.

pub(crate) mod create;
mod excerpt;
pub(crate) mod link;
mod list;
mod remove;
mod resolve;
mod send;
#[cfg(test)]
mod tests;
mod toggle;

use serde::{Deserialize, Serialize};

use crate::rules::RuleId;
use crate::span::Span;

pub use create::{Created, NewTicket, new_ticket};
pub use excerpt::Seen;
pub use list::actions;
pub(crate) use resolve::edits;
pub use resolve::{resolve, resolve_set, resolve_tick, text};
pub use send::{ToSend, to_send};

/// What an editor offers at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub title: String,
    pub kind: ActionKind,
    /// The one an editor applies by its "auto fix" key.
    pub preferred: bool,
    /// The finding that it mends: its rule and place in this file.
    pub mends: Option<(RuleId, Span)>,
    /// What [`resolve`] needs.
    pub data: ActionData,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    QuickFix,
    Refactor,
    /// Mends every finding of the file that can be mended safely.
    FixAll,
    /// Goes somewhere and changes nothing.
    Show,
}

/// An action as data: the same from the light bulb, a lens and a command. TODOs and findings go by
/// their fingerprints; [`resolve`] refuses where there is none of that name any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum ActionData {
    /// A ticket for the TODO with this fingerprint, linked to it.
    CreateTicket {
        path: String,
        todo: String,
    },
    /// The same with the code around the TODO, and an issue for the ticket: see [`to_send`].
    CreateIssue {
        path: String,
        todo: String,
    },
    /// Opens the closed issue that the TODO names again, and says why: see [`to_send`]. Changes
    /// nothing here.
    ReopenIssue {
        path: String,
        todo: String,
        issue: u64,
    },
    /// Writes the ticket's id into the TODO.
    Link {
        path: String,
        todo: String,
        ticket: String,
    },
    /// Writes the ticket's id into each of the TODOs.
    LinkAll {
        ticket: String,
        todos: Vec<TodoRef>,
    },
    /// Takes the ticket's id out of the TODO.
    Unlink {
        path: String,
        todo: String,
        ticket: String,
    },
    SetStatus {
        ticket: String,
        status: String,
    },
    Assign {
        ticket: String,
        user: String,
    },
    /// Makes the ticket active, and the user one of its assignees.
    Start {
        ticket: String,
    },
    /// Changes nothing: the editor goes to the ticket's TODOs.
    ShowTodos {
        ticket: String,
    },
    /// Changes nothing: the editor goes to the ticket's criteria.
    ShowCriteria {
        ticket: String,
    },
    /// Changes nothing: the editor goes to what changes of this file left behind.
    ShowOutdated {
        path: String,
        /// The changed source, as records name it.
        source: String,
    },
    /// Ticks a task item of a ticket or page, or takes the tick away: the one number `nth` (from 0) of
    /// those with this text.
    Toggle {
        path: String,
        item: String,
        nth: usize,
        tick: Tick,
    },
    /// Writes an answer below an open question of a plan's page; an empty one is a place for it.
    Answer {
        path: String,
        question: String,
        answer: String,
    },
    /// Nobody is told of what is outdated here until its source changes again: of the one with this
    /// [name](crate::world::Snapshot::dismissal). Changes nothing here.
    Dismiss {
        path: String,
        name: String,
    },
    /// Takes the TODO's comment lines out.
    RemoveTodo {
        path: String,
        todo: String,
    },
    /// The fix number `fix` of the finding with this fingerprint.
    Fix {
        path: String,
        finding: String,
        fix: usize,
    },
    /// Every safe fix of the file.
    FixAll {
        path: String,
    },
    /// Gives all but one of the tickets with this id new ones; `file` is the one that gives it up,
    /// where a person has chosen.
    Renumber {
        ticket: String,
        file: Option<String>,
    },
}

/// A TODO by its file and its fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TodoRef {
    pub path: String,
    pub todo: String,
}

/// What becomes of a criterion's check box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tick {
    Done,
    Open,
}

/// What the place is asked for with.
#[derive(Clone, Debug, Default)]
pub struct ActionContext {
    /// Only these kinds; empty means all.
    pub only: Vec<ActionKind>,
}

/// What working a change out may need from outside.
pub trait Source {
    /// The text of a file that is not open; `None` where it cannot be read.
    fn text(&mut self, path: &str) -> Option<String>;
    /// A random number from 0 to `n - 1`.
    fn below(&mut self, n: usize) -> usize;
    /// Whether an id is taken where the snapshot cannot see: another branch, another worktree.
    fn is_taken(&mut self, id: &str) -> bool;
    /// Which of several ticket files with one id each line of a file means, by what its history
    /// says: who wrote the line knew that file and none of the others. `None` where that says
    /// nothing, or there is none.
    fn meant(&mut self, question: &Meant<'_>) -> Vec<Option<usize>> {
        vec![None; question.lines.len()]
    }
    /// The address on the web of a line, as a commit has it that others can see; `None` where none
    /// does.
    fn permalink(&mut self, _line: &Line<'_>) -> Option<String> {
        None
    }
}

/// A line of a file as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub path: &'a str,
    /// From 0.
    pub number: u32,
    /// Without its end.
    pub text: &'a str,
}

impl ActionData {
    /// Whether something is done for it beside a change of files, which an edit alone cannot do.
    pub fn is_more_than_an_edit(&self) -> bool {
        matches!(
            self,
            Self::CreateIssue { .. } | Self::ReopenIssue { .. } | Self::Dismiss { .. }
        )
    }
}

/// A question to the history of a project.
#[derive(Clone, Copy, Debug)]
pub struct Meant<'a> {
    pub id: &'a str,
    /// The ticket files that have the id; answers are indices into them.
    pub files: &'a [String],
    pub path: &'a str,
    /// The file as it is now, where it is text.
    pub text: Option<&'a str>,
    /// From 0.
    pub lines: &'a [u32],
}

/// Why an action is not carried out, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0} has changed since; ask again")]
    Stale(String),
    #[error("{0} cannot be read")]
    Unreadable(String),
    #[error("no ticket has the id {0}")]
    NoTicket(String),
    #[error("several files have the id {0}; give one of them another id first")]
    Ambiguous(String),
    #[error("{0} has no such acceptance criterion any more; ask again")]
    NoCriterion(String),
    #[error("{0}")]
    Edit(String),
}
