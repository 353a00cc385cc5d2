//! The card of an issue that is no ticket, and what a ticket's card says of its issue.

use std::fmt::Write;

use jiff::Timestamp;

use super::sanitize::{escape, markdown};
use crate::rules::conflicts::conflicts_in;
use crate::sync::{Issue, fields};
use crate::ticket::{Ticket, excerpt};
use crate::world::Snapshot;
use crate::world::issues::state_of;
use crate::world::status::short;

/// Most labels and assignees that a card lists.
const MAX_ITEMS: usize = 8;

/// Most things to be sent that a card lists.
const MAX_PENDING: usize = 5;

/// Longest summary or refusal in a card, in characters.
const MAX_SAID: usize = 80;

/// An issue's card, with the age of what it says.
pub(crate) fn issue_card(snapshot: &Snapshot, issue: &Issue) -> String {
    let mut out = format!("**{}** {}", linked(issue), escape(&issue.title));
    let mut facts = vec![state_of(issue).to_owned()];
    if issue.is_pull_request {
        facts.push("pull request".to_owned());
    }
    if issue.locked {
        facts.push("locked".to_owned());
    }
    facts.extend(issue.kind.iter().map(|it| escape(it)));
    facts.extend(issue.labels.iter().take(MAX_ITEMS).map(|it| escape(it)));
    let users = issue.assignees.iter().take(MAX_ITEMS);
    facts.extend(users.map(|it| format!("@{}", escape(it))));
    facts.extend(issue.milestone.iter().map(|it| escape(it)));
    if !issue.author.is_empty() {
        facts.push(format!("by {}", escape(&issue.author)));
    }
    match issue.n_comments {
        0 => {}
        1 => facts.push("1 comment".to_owned()),
        n => facts.push(format!("{n} comments")),
    }
    let _ = write!(out, "\n\n{}", facts.join(" · "));
    let excerpt = excerpt(fields::without_marker(&issue.body));
    if !excerpt.is_empty() {
        let _ = write!(out, "\n\n---\n\n{}", markdown(&excerpt));
    }
    if let Some(age) = age(snapshot) {
        let _ = write!(out, "\n\n---\n\nas of {age}");
    }
    out
}

/// `ana/it#42 open, as of 12 minutes ago`, a link where the issue is known.
pub(super) fn of_ticket(snapshot: &Snapshot, number: u64) -> String {
    match snapshot.issue(None, number) {
        Some(issue) => {
            let repository = escape(&snapshot.mirror.repository);
            let age = age(snapshot).map_or(String::new(), |it| format!(", as of {it}"));
            format!("{} {}{age}", link(issue, &repository), state_of(issue))
        }
        None => format!("\\#{number}"),
    }
}

/// What keeps a ticket and its issue apart: a line each.
pub(super) fn apart(out: &mut String, snapshot: &Snapshot, path: &str, ticket: &Ticket) {
    if let Some(facts) = snapshot.file(path) {
        let conflicts = conflicts_in(snapshot, facts);
        let fields: Vec<_> = conflicts.iter().map(|it| it.0.field.name()).collect();
        if !fields.is_empty() {
            let _ = write!(out, "  \nin conflict: {}", fields.join(", "));
        }
    }
    let id = ticket.id.as_ref().map_or("", |it| it.value.as_str());
    let pending = snapshot.mirror.pending_of(id);
    for it in pending.iter().take(MAX_PENDING) {
        let summary = escape(&short(&it.summary, MAX_SAID));
        let _ = match &it.refused {
            Some(why) => write!(
                out,
                "  \nrefused: {summary} ({})",
                escape(&short(why, MAX_SAID))
            ),
            None => write!(out, "  \nwaits to be sent: {summary}"),
        };
    }
    if pending.len() > MAX_PENDING {
        let _ = write!(out, "  \nand {} more to send", pending.len() - MAX_PENDING);
    }
}

/// A link to an address of the web, as the forge gave it, else the number alone.
fn linked(issue: &Issue) -> String {
    link(issue, "")
}

fn link(issue: &Issue, repository: &str) -> String {
    linked_as(&format!("{repository}\\#{}", issue.number), &issue.url)
}

/// As [`linked`].
pub(super) fn linked_to(number: u64, url: &str) -> String {
    linked_as(&format!("\\#{number}"), url)
}

fn linked_as(number: &str, url: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~/:#?=&%".contains(&it);
    match url.starts_with("https://") && url.bytes().all(is_plain) {
        true => format!("[{number}]({url})"),
        false => number.to_owned(),
    }
}

/// How old what is known of the forge is: `12 minutes ago`.
fn age(snapshot: &Snapshot) -> Option<String> {
    Some(since(snapshot, snapshot.mirror.fetched_at?))
}

/// How long ago something was; where there is no clock, when.
pub(super) fn since(snapshot: &Snapshot, then: Timestamp) -> String {
    match snapshot.now {
        Some(now) => ago(then, now),
        None => then.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

fn ago(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(then).as_mins();
    let (n, unit) = match minutes {
        ..1 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {unit}{plural} ago")
}
