//! What a round did, or would do, for people and for `--json`.

use docket_core::sync::plan::Leave;
use docket_core::sync::{Conflict, Field, OutboxCounts, Value};
use docket_forge::Quota;
use jiff::Timestamp;

/// What one round did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// `owner/name`.
    pub repository: String,
    /// Issues that were new or changed since the last round.
    pub fetched: usize,
    pub pulled: Vec<Moved>,
    /// Planned to be sent; what became of it the outbox says.
    pub pushed: Vec<Moved>,
    pub created: Vec<Created>,
    pub imported: Vec<Created>,
    pub conflicts: Vec<Conflict>,
    pub left: Vec<Left>,
    /// What could not be written or sent, a sentence each.
    pub troubles: Vec<String>,
    pub outbox: OutboxCounts,
    /// Requests to the forge, those that cost nothing included.
    pub sent: usize,
    /// What is left of the hour's requests.
    pub quota: Option<Quota>,
    /// Why files were left alone, in a sentence; `None` on the branch that is synced.
    pub cache_only: Option<String>,
    /// Why the forge was not asked.
    pub offline: Option<String>,
    /// The quota is used up until then.
    pub limited_until: Option<Timestamp>,
}

/// One field that went from one side to the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub ticket: String,
    pub issue: u64,
    pub field: Field,
    pub from: Value,
    pub to: Value,
}

/// A ticket and the issue that was made for it, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub ticket: String,
    /// `None` while it is waiting to be made.
    pub issue: Option<u64>,
    pub title: String,
}

/// A ticket that was left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    pub ticket: String,
    pub issue: u64,
    /// A sentence without its dot.
    pub why: String,
}

impl Report {
    /// Whether nothing had to happen.
    pub fn is_quiet(&self) -> bool {
        self.pulled.is_empty()
            && self.pushed.is_empty()
            && self.created.is_empty()
            && self.imported.is_empty()
    }
}

/// Why a ticket is left alone, and what to do about it.
pub(super) fn reason(why: Leave, known: Option<&String>) -> String {
    match (why, known) {
        (Leave::Absent, Some(known)) => known.clone(),
        (Leave::Absent, None) => "the repository has no such issue".to_owned(),
        (Leave::PullRequest, _) => {
            "that number is a pull request: take `github` out of the ticket".to_owned()
        }
        (Leave::Shared, _) => {
            "another ticket names the same issue: take `github` out of one of them".to_owned()
        }
        (Leave::Waits, _) => {
            "it is being edited or cannot be read; the next round takes it".to_owned()
        }
    }
}

/// A change in one line, as the log and a terminal show it: `status: todo -> done`.
pub fn line(field: Field, from: &Value, to: &Value) -> String {
    match (field, from, to) {
        (Field::Body, _, _) => "body".to_owned(),
        (_, Value::Set(from), Value::Set(to)) => {
            let added = to.difference(from).map(|it| format!("+{it}"));
            let removed = from.difference(to).map(|it| format!("-{it}"));
            let items: Vec<String> = added.chain(removed).collect();
            format!("{field}: {}", items.join(" "))
        }
        (_, from, to) => format!("{field}: {} -> {}", shown(from), shown(to)),
    }
}

/// A value in a few words.
pub fn shown(value: &Value) -> String {
    const MAX: usize = 60;
    let text = match value {
        Value::Text(text) => text.replace('\n', " "),
        Value::Set(items) => items.iter().cloned().collect::<Vec<_>>().join(", "),
    };
    match text.char_indices().nth(MAX) {
        _ if text.is_empty() => "(none)".to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
