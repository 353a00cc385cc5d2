//! Fields that both sides of the sync have changed, told where they stand in the ticket's file.

use std::collections::BTreeSet;

use super::RuleId;
use super::report::{Found, Report};
use crate::facts::FileFacts;
use crate::span::{Span, Spanned};
use crate::sync::merge::first_difference;
use crate::sync::{Conflict, Field, Value};
use crate::ticket::Ticket;
use crate::world::Snapshot;
use crate::world::status::short;

/// Longest value of a side in a message, in characters.
const MAX_VALUE: usize = 60;

pub(super) fn check(report: &mut Report<'_>) {
    let Some(ticket) = &report.facts.ticket else {
        return;
    };
    let Some(id) = &ticket.id else {
        return;
    };
    for (conflict, span) in conflicts_in(report.snapshot, report.facts) {
        let key = format!("{} #{}", conflict.field, conflict.issue);
        let message = message(conflict);
        report.add(Found::new(RuleId::SyncConflict, span, &key, message).of(&id.value));
    }
}

/// The open conflicts at a place of a ticket's file, with the places that are marked for them.
pub fn conflicts_at<'a>(
    snapshot: &'a Snapshot,
    path: &str,
    span: Span,
) -> Vec<(&'a Conflict, Span)> {
    let Some(facts) = snapshot.file(path) else {
        return Vec::new();
    };
    let mut conflicts = conflicts_in(snapshot, facts);
    conflicts.retain(|(_, at)| at.start <= span.end && span.start <= at.end);
    conflicts
}

/// The conflicts of the ticket that a file is, as far as they still are some, and where each stands.
pub(crate) fn conflicts_in<'a>(
    snapshot: &'a Snapshot,
    facts: &FileFacts,
) -> Vec<(&'a Conflict, Span)> {
    let Some(ticket) = &facts.ticket else {
        return Vec::new();
    };
    let (Some(id), Some(issue)) = (&ticket.id, &ticket.github) else {
        return Vec::new();
    };
    let all = snapshot.mirror.conflicts_of(&id.value).iter();
    let open = all.filter(|it| it.issue == issue.value && !is_settled(ticket, it));
    open.map(|it| (it, place(facts, ticket, id, it))).collect()
}

/// Whether the file says by now what the issue says: the next round will find nothing to settle.
fn is_settled(ticket: &Ticket, conflict: &Conflict) -> bool {
    let Value::Text(theirs) = &conflict.theirs else {
        return false;
    };
    let written = match conflict.field {
        Field::Title => &ticket.title,
        Field::Status => &ticket.status,
        Field::Milestone => &ticket.milestone,
        Field::Priority => {
            let priority = ticket.priority.as_ref().map_or("", |it| it.value.name());
            return priority == theirs;
        }
        _ => return false,
    };
    written.as_ref().map_or("", |it| it.value.trim()) == theirs
}

/// A key's value, or the first block of the body that differs. What is not written stands for
/// itself at the id.
fn place(facts: &FileFacts, ticket: &Ticket, id: &Spanned<String>, conflict: &Conflict) -> Span {
    if conflict.field == Field::Body
        && let (Value::Text(mine), Value::Text(theirs)) = (&conflict.mine, &conflict.theirs)
        && let Some(content) = ticket.content
    {
        return block(facts, content, mine, theirs);
    }
    let name = conflict.field.name();
    let key = ticket.keys.iter().find(|it| it.key.value == name);
    match key {
        Some(key) if key.value.is_empty() => key.key.span,
        Some(key) => key.value,
        None => id.span,
    }
}

/// The lines that hold the first difference. A body is compared with line breaks of one kind, so
/// its lines are where it and its file agree.
fn block(facts: &FileFacts, content: Span, mine: &str, theirs: &str) -> Span {
    let different = first_difference(mine, theirs);
    let breaks = |to: usize| mine[..to].matches('\n').count() as u32;
    let last_line = mine[..different.end].rfind('\n').map_or(0, |it| it + 1);
    let first = facts.lines.line_of(content.start) + breaks(different.start);
    let last = facts.lines.line_of(content.start) + breaks(different.end);
    let start = facts.lines.start_of(first).unwrap_or(content.end);
    let end = match facts.lines.start_of(last) {
        Some(start) => start + (different.end - last_line) as u32,
        None => content.end,
    };
    // The file may have become shorter since.
    let start = start.min(content.end);
    Span {
        start,
        end: end.clamp(start, content.end),
    }
}

fn message(conflict: &Conflict) -> String {
    let (field, issue) = (conflict.field, conflict.issue);
    let (mine, theirs) = match (&conflict.mine, &conflict.theirs) {
        (Value::Text(mine), Value::Text(theirs)) if field == Field::Body => (
            said_text(&mine[first_difference(mine, theirs)]),
            said_text(&theirs[first_difference(theirs, mine)]),
        ),
        (mine, theirs) => (said(field, mine), said(field, theirs)),
    };
    let what = match conflict.base {
        Some(_) => format!("Both sides changed `{field}`"),
        None => format!("`{field}` was never agreed on"),
    };
    format!("{what}: {mine} here, {theirs} in #{issue}.")
}

fn said(field: Field, value: &Value) -> String {
    match (field, value) {
        (_, value) if value.is_empty() => "nothing".to_owned(),
        (Field::Parent, Value::Text(number)) => format!("#{number}"),
        (Field::DependsOn, Value::Set(numbers)) => joined(numbers, "#"),
        (_, Value::Set(items)) => joined(items, ""),
        (_, Value::Text(text)) => said_text(text),
    }
}

fn said_text(text: &str) -> String {
    match text.trim() {
        "" => "nothing".to_owned(),
        text => format!("\"{}\"", short(text, MAX_VALUE)),
    }
}

fn joined(items: &BTreeSet<String>, sigil: &str) -> String {
    let items: Vec<_> = items.iter().map(|it| format!("{sigil}{it}")).collect();
    short(&items.join(", "), MAX_VALUE)
}
