//! What an action asks to be sent to the forge, beside what it changes here.

use jiff::Timestamp;

use super::excerpt::{Around, Seen};
use super::resolve::{text, todo_of};
use super::{ActionData, Refusal, Source};
use crate::edit::Change;
use crate::rules::closed_issues;
use crate::sync::Issue;
use crate::ticket;
use crate::todo::Todo;
use crate::world::Snapshot;
use crate::world::issues::state_of;

/// Something to be put into the outbox. Nothing is sent before the next round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToSend {
    /// An issue for a ticket whose file has this text.
    Issue { ticket: String, text: String },
    /// A closed issue opened again, and a comment on it that says why.
    Reopening {
        /// The ticket that the issue is of, by its id; else the issue itself: `#7`.
        ticket: String,
        issue: u64,
        /// When it was closed, as far as is known: closed again, it may be opened again.
        closed: Timestamp,
        /// The TODO's fingerprint: each speaks once.
        todo: String,
        /// Markdown.
        comment: String,
    },
}

/// What the action has sent; `None` for most. `change` is what [`super::resolve`] made of it.
///
/// # Errors
///
/// [`Refusal`] where the action's ground is gone.
pub fn to_send(
    snapshot: &Snapshot,
    data: &ActionData,
    change: &Change,
    source: &mut dyn Source,
) -> Result<Option<ToSend>, Refusal> {
    match data {
        ActionData::CreateIssue { path, .. } => {
            let stale = || Refusal::Stale(path.clone());
            let file = change.creates.first().ok_or_else(stale)?;
            let parsed = ticket::parse(file.text.as_bytes(), &snapshot.config);
            Ok(Some(ToSend::Issue {
                ticket: parsed.ticket.id.ok_or_else(stale)?.value,
                text: file.text.clone(),
            }))
        }
        ActionData::ReopenIssue { path, todo, issue } => {
            let (_, todo) = todo_of(snapshot, path, todo)?;
            let found = snapshot.issue(None, *issue).filter(|it| {
                let issues = closed_issues(snapshot, todo);
                issues.iter().any(|known| known.number == it.number)
            });
            let found = found.ok_or_else(|| Refusal::Stale(path.clone()))?;
            let text = text(snapshot, path, source)?;
            Ok(Some(reopening(snapshot, path, todo, found, &text, source)))
        }
        _ => Ok(None),
    }
}

fn reopening(
    snapshot: &Snapshot,
    path: &str,
    todo: &Todo,
    issue: &Issue,
    text: &str,
    source: &mut dyn Source,
) -> ToSend {
    let seen = Seen::new(path, todo, text, Around::NOTHING, source);
    let seen = seen.unwrap_or_else(|| Seen {
        path: path.to_owned(),
        text: format!("{}: {}", todo.keyword, todo.text),
        line: None,
        link: None,
    });
    let of = snapshot.ticket_mirroring(None, issue.number);
    let id = of.and_then(|(_, it)| it.id.as_ref());
    ToSend::Reopening {
        ticket: id.map_or_else(|| format!("#{}", issue.number), |it| it.value.clone()),
        issue: issue.number,
        closed: issue.closed_at.unwrap_or(issue.updated_at),
        todo: todo.fingerprint.clone(),
        comment: format!(
            "Reopened: it is {}, and a {} still names it.\n\n{}",
            state_of(issue),
            todo.keyword,
            seen.as_origin()
        ),
    }
}
