//! Hovers: a ticket's card, a TODO's, and what a front-matter field is for.

pub(super) mod fields;
pub mod issue;
mod pull;
pub mod sanitize;
#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::descent;
use super::goto::{Target, link_places, target, ticket_at};
use crate::config::StatusKind;
use crate::ids::TicketId;
use crate::page::LinkKind;
use crate::score::{LEARNED, score};
use crate::span::Span;
use crate::ticket::Ticket;
use crate::todo::Todo;
use crate::world::Snapshot;
use crate::world::status::short;
use sanitize::escape;

/// Most tickets that a card lists as waited for.
const MAX_DEPENDENCIES: usize = 8;

/// Most changes that a card lists.
pub const MAX_CHANGES: usize = 5;

/// Most reasons for a ticket's score that a card lists.
const MAX_REASONS: usize = 3;

/// Longest title in a list of a card, in characters.
const MAX_TITLE: usize = 80;

/// Markdown to show beside a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    pub span: Span,
    pub markdown: String,
    /// The ticket that the card is of, by its id as its file writes it.
    pub ticket: Option<String>,
}

/// One thing that was done to a ticket, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub at: Timestamp,
    /// Empty where nobody can say.
    pub actor: String,
    pub what: String,
}

impl Hover {
    /// Adds what models have cost for the ticket, where they have.
    pub fn with_cost(mut self, cost: Option<&str>) -> Self {
        if let Some(cost) = cost {
            let _ = write!(self.markdown, "\n\nModels: {}", escape(cost));
        }
        self
    }

    /// Adds what was last done to the ticket, the newest first.
    pub fn with_history(mut self, snapshot: &Snapshot, changes: &[Change]) -> Self {
        if changes.is_empty() {
            return self;
        }
        self.markdown.push_str("\n\n---\n\nLast changes\n");
        for it in changes.iter().take(MAX_CHANGES) {
            let when = issue::since(snapshot, it.at);
            let _ = write!(self.markdown, "\n- {when}");
            if !it.actor.is_empty() {
                let _ = write!(self.markdown, " @{}", escape(&it.actor));
            }
            let _ = write!(self.markdown, ": {}", escape(&short(&it.what, MAX_TITLE)));
        }
        self
    }
}

/// What is known of the place at `offset`; `None` where it is not docket's.
pub fn hover(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Hover> {
    let Some(target) = target(snapshot, path, offset) else {
        return title(snapshot, path, offset)
            .or_else(|| field(snapshot, path, offset))
            .or_else(|| todo(snapshot, path, offset));
    };
    let span = match &target {
        Target::Ticket { span, .. } => *span,
        Target::Issue(issue) => issue.span,
        Target::Source { span, .. } => *span,
        Target::Link(link) => link.span,
    };
    let mut of = None;
    let markdown = match (&target, ticket_at(snapshot, path, offset)) {
        (_, Some(id)) => {
            let (file, ticket) = snapshot.ticket(&id)?;
            of = written(ticket);
            card(snapshot, file, ticket)
        }
        (Target::Issue(it), None) => {
            let issue = snapshot.issue(it.repository.as_deref(), it.number)?;
            issue::issue_card(snapshot, issue)
        }
        (Target::Link(link), None) => {
            let place = link_places(snapshot, path, link).into_iter().next()?;
            let page = snapshot.file(&place.path)?.page.as_ref()?;
            // An inline link shows its own words; a wiki link's page may be called otherwise.
            let heading = page
                .headings
                .first()
                .filter(|_| link.kind == LinkKind::Wiki);
            let title = heading.map(|it| format!("**{}**\n\n", escape(&it.text)));
            format!("{}{}", title.unwrap_or_default(), escape(&place.path))
        }
        (Target::Source { source, .. }, None) => descent::card(snapshot, source)?,
        (Target::Ticket { .. }, None) => return None,
    };
    Some(Hover {
        span,
        markdown,
        ticket: of,
    })
}

/// In a ticket's own file its title shows the card.
fn title(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Hover> {
    let id = ticket_at(snapshot, path, offset)?;
    let (file, ticket) = snapshot.ticket(&id)?;
    Some(Hover {
        span: snapshot.file(path)?.ticket.as_ref()?.title.as_ref()?.span,
        markdown: card(snapshot, file, ticket),
        ticket: written(ticket),
    })
}

fn written(ticket: &Ticket) -> Option<String> {
    ticket.id.as_ref().map(|it| it.value.clone())
}

fn field(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Hover> {
    let ticket = snapshot.file(path)?.ticket.as_ref()?;
    let key = ticket.keys.iter().find(|it| it.key.span.touches(offset))?;
    Some(Hover {
        span: key.key.span,
        markdown: fields::help(&snapshot.config, &key.key.value)?,
        ticket: None,
    })
}

/// A TODO's keyword tells what is known of it, its ticket's card first.
fn todo(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Hover> {
    let facts = snapshot.file(path)?;
    let todo = facts
        .todos
        .iter()
        .find(|it| it.keyword_span.touches(offset))?;
    let mut out = todo_card(snapshot, todo);
    for id in todo.references.iter().filter_map(|it| it.value.ticket_id()) {
        if let Some((file, ticket)) = snapshot.ticket(&TicketId::new(id)) {
            let _ = write!(out, "\n\n---\n\n{}", card(snapshot, file, ticket));
        }
    }
    Some(Hover {
        span: todo.keyword_span,
        markdown: out,
        ticket: None,
    })
}

fn todo_card(snapshot: &Snapshot, todo: &Todo) -> String {
    let mut out = format!("**{}**", escape(&todo.keyword));
    let mut facts = Vec::new();
    if !crate::rules::is_tracked(snapshot, todo) {
        facts.push("no ticket".to_owned());
    }
    match todo.urgency {
        0 => {}
        n => facts.push(format!("urgent {}", "\\!".repeat(n.into()))),
    }
    for it in &todo.conditions {
        facts.push(format!("waits for {}", escape(&it.value.to_string())));
    }
    if let Some(due) = &todo.due {
        facts.push(due_on(snapshot, due.value));
    }
    facts.extend(todo.labels.iter().map(|it| format!("+{}", escape(it))));
    if let Some(scope) = todo.scope.last() {
        facts.push(format!("in {}", escape(scope)));
    }
    if !facts.is_empty() {
        let _ = write!(out, " · {}", facts.join(" · "));
    }
    out
}

/// A ticket's card.
pub(crate) fn card(snapshot: &Snapshot, path: &Arc<str>, ticket: &Ticket) -> String {
    let written = ticket.id.as_ref().map_or("", |it| it.value.as_str());
    let id = TicketId::new(written);
    let mut out = format!("**{}**", escape(written));
    if let Some(title) = &ticket.title {
        let _ = write!(out, " {}", escape(&title.value));
    }

    let mut facts = vec![escape(snapshot.status(ticket))];
    if let Some(priority) = &ticket.priority {
        facts.push(priority.value.name().to_owned());
    }
    if let Some(kind) = &ticket.kind {
        facts.push(escape(&kind.value));
    }
    let users = ticket.assignees.iter();
    facts.extend(users.map(|it| format!("@{}", escape(it.value.trim_start_matches('@')))));
    if let Some(due) = &ticket.due {
        match snapshot.is_closed(ticket) {
            true => facts.push(format!("due {}", due.value)),
            false => facts.push(due_on(snapshot, due.value)),
        }
    }
    if let Some(milestone) = &ticket.milestone {
        facts.push(escape(&milestone.value));
    }
    if let Some(number) = &ticket.github {
        facts.push(issue::of_ticket(snapshot, number.value));
    }
    let _ = write!(out, "\n\n{}", facts.join(" · "));

    let mut counts = Vec::new();
    if !ticket.criteria.is_empty() {
        let done = ticket.criteria.iter().filter(|it| it.done).count();
        counts.push(format!("{done} of {} criteria", ticket.criteria.len()));
    }
    match snapshot.index.n_todos(&id) {
        0 => {}
        1 => counts.push("1 TODO".to_owned()),
        n => counts.push(format!("{n} TODOs")),
    }
    match snapshot.index.children(&id).count() {
        0 => {}
        1 => counts.push("1 child".to_owned()),
        n => counts.push(format!("{n} children")),
    }
    match snapshot.index.dependents(&id).count() {
        0 => {}
        1 => counts.push("1 ticket waits for it".to_owned()),
        n => counts.push(format!("{n} tickets wait for it")),
    }
    if !counts.is_empty() {
        let _ = write!(out, "  \n{}", counts.join(" · "));
    }
    if snapshot.status_kind(ticket) == StatusKind::Open {
        let score = score(snapshot, ticket);
        // What was learned weighs little, and is told all the same: nobody set it.
        let (learned, set): (Vec<_>, Vec<_>) = score
            .parts_by_weight()
            .into_iter()
            .partition(|it| it.name == LEARNED);
        let parts = set.into_iter().take(MAX_REASONS).chain(learned);
        let reasons: Vec<_> = parts.map(|it| escape(&it.reason)).collect();
        let _ = write!(
            out,
            "  \nscore {:.0}: {}",
            score.total(),
            reasons.join(", ")
        );
    }
    issue::apart(&mut out, snapshot, path, ticket);
    pull::pulls(&mut out, snapshot, &id);
    dependencies(&mut out, snapshot, ticket);
    if !ticket.excerpt.is_empty() {
        let _ = write!(out, "\n\n---\n\n{}", sanitize::markdown(&ticket.excerpt));
    }
    if snapshot.index.is_duplicate(&id) {
        let _ = write!(
            out,
            "\n\n---\n\n{} has this id, and so has another file.",
            escape(path)
        );
    }
    out
}

fn dependencies(out: &mut String, snapshot: &Snapshot, ticket: &Ticket) {
    if ticket.depends_on.is_empty() {
        return;
    }
    out.push_str("\n\nWaits for\n");
    for it in ticket.depends_on.iter().take(MAX_DEPENDENCIES) {
        match snapshot.ticket(&TicketId::new(&it.value)) {
            Some((_, on)) => {
                let title = on.title.as_ref().map_or("", |it| it.value.as_str());
                let _ = write!(
                    out,
                    "\n- {} {} ({})",
                    escape(&it.value),
                    escape(&short(title, MAX_TITLE)),
                    escape(snapshot.status(on))
                );
            }
            None => {
                let _ = write!(out, "\n- {} (no such ticket)", escape(&it.value));
            }
        }
    }
    if ticket.depends_on.len() > MAX_DEPENDENCIES {
        let more = ticket.depends_on.len() - MAX_DEPENDENCIES;
        let _ = write!(out, "\n- and {more} more");
    }
}

/// `due 2026-12-01 (in 11 days)`
fn due_on(snapshot: &Snapshot, due: Date) -> String {
    let days = snapshot.today.until(due).map_or(0, |it| it.get_days());
    let when = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2.. => format!("in {days} days"),
        _ => format!("{} days ago", -days),
    };
    format!("due {due} ({when})")
}
