//! Rules about TODOs.

use std::sync::Arc;

use jiff::civil::Date;

use super::names::{nearest_ids, unknown_ticket};
use super::report::{Found, Report};
use super::{RuleId, tickets, versions};
use crate::config::Config;
use crate::config::sync::Direction;
use crate::edit::TextEdit;
use crate::finding::Related;
use crate::ids::TicketId;
use crate::span::{Span, Spanned};
use crate::sync::{Field, Issue};
use crate::ticket::Ticket;
use crate::todo::{Condition, Reference, Todo};
use crate::world::Snapshot;
use crate::world::issues::{issue_named, state_of};
use crate::world::status::named;

pub(super) fn check(report: &mut Report<'_>) {
    let facts = report.facts;
    for todo in &facts.todos {
        if !is_tracked(report.snapshot, todo) {
            report.add(Found::new(
                RuleId::UntrackedTodo,
                todo.span,
                &todo.fingerprint,
                format!("No ticket or issue tracks this {}.", todo.keyword),
            ));
        }
        for it in &todo.references {
            if let Reference::Ticket(id) = &it.value {
                unknown(report, id, it.span);
            }
        }
        for it in &todo.conditions {
            if let Condition::Ticket(id) = &it.value {
                unknown(report, id, it.span);
            }
            due(report, todo, it);
        }
        if let Some(date) = &todo.due
            && date.value < report.snapshot.today
        {
            let when = days(report.snapshot.today, date.value);
            let message = format!("This {} was due on {}, {when}.", todo.keyword, date.value);
            report.add(due_todo(todo, date.span, message));
        }
        stale(report, todo);
    }
    drifted(report);
}

/// TODOs that say what one with a ticket said.
fn drifted(report: &mut Report<'_>) {
    let snapshot = report.snapshot;
    let Some(found) = snapshot.lost().drifted.get(report.path) else {
        return;
    };
    let facts = report.facts;
    for it in found {
        let todo = facts
            .todos
            .iter()
            .find(|todo| todo.fingerprint == it.fingerprint);
        let (Some(todo), Some((_, ticket))) = (todo, snapshot.ticket(&it.ticket)) else {
            continue;
        };
        let (name, keyword) = (named(ticket), &todo.keyword);
        let message = match it.n_alike {
            1 => format!("This {keyword} named {name} before."),
            n => format!("One of {n} {keyword}s that say this named {name} before."),
        };
        let id = ticket
            .id
            .as_ref()
            .map_or(it.ticket.as_str(), |it| &it.value);
        let key = format!("{} {id}", todo.fingerprint);
        let mut found = Found::new(RuleId::UnanchoredTodo, todo.span, &key, message).of(id);
        // Where other references stand, the place for one more only the text can tell; the action that
        // links any TODO knows it.
        if todo.references.is_empty() {
            let at = todo.insert_at as usize;
            let edit = TextEdit {
                span: Span::new(at, at),
                text: format!("({id})"),
            };
            found
                .fixes
                .push(report.edit(format!("Link it to {id} again"), vec![edit]));
        }
        report.add(found);
    }
}

/// Whether the TODO names a ticket or an issue, another tracker's included: `crbug.com/1` and
/// `PROJ-7` have a number where `later` has none.
pub fn is_tracked(snapshot: &Snapshot, todo: &Todo) -> bool {
    todo.references.iter().any(|it| match &it.value {
        Reference::Ticket(_) | Reference::Issue { .. } => true,
        Reference::External(word) => {
            word.bytes().any(|it| it.is_ascii_digit()) || has_tracker(&snapshot.config, word)
        }
        Reference::User(_) | Reference::Label(_) => false,
    })
}

/// `5 days ago`, for a date before today.
pub(super) fn days(today: Date, date: Date) -> String {
    match date.until(today).map(|it| it.get_days()) {
        Ok(0) => "today".to_owned(),
        Ok(1) => "yesterday".to_owned(),
        Ok(days) => format!("{days} days ago"),
        Err(_) => "long ago".to_owned(),
    }
}

/// Reports a reference to a ticket that is not there.
pub(super) fn unknown(report: &mut Report<'_>, written: &str, span: Span) {
    let id = TicketId::new(written);
    if report.snapshot.index.has_ticket(&id) {
        return;
    }
    let near = nearest_ids(report.snapshot, &id);
    let message = unknown_ticket(report.snapshot, written, &near);
    let mut found = Found::new(RuleId::UnknownTicket, span, id.as_str(), message).of(written);
    found.fixes = report.replacements(span, &near);
    report.add(found);
}

fn has_tracker(config: &Config, word: &str) -> bool {
    config
        .trackers
        .keys()
        .any(|it| word.starts_with(it.as_str()))
}

/// What a reference or condition names, where its state is known here.
#[derive(Clone, Copy)]
enum Known<'a> {
    Ticket(&'a Arc<str>, &'a Ticket),
    Issue(&'a Issue),
}

impl<'a> Known<'a> {
    fn is_closed(self, snapshot: &Snapshot) -> bool {
        match self {
            Self::Ticket(_, ticket) => snapshot.is_closed(ticket),
            Self::Issue(issue) => issue.state.is_closed(),
        }
    }

    /// Its name, and what it is in a word or two.
    fn said(self, snapshot: &'a Snapshot) -> (String, &'a str) {
        match self {
            Self::Ticket(_, ticket) => (named(ticket), snapshot.status(ticket)),
            Self::Issue(issue) => (issue_named(issue), state_of(issue)),
        }
    }

    fn id(self) -> Option<String> {
        match self {
            Self::Ticket(_, ticket) => ticket.id.as_ref().map(|it| it.value.clone()),
            Self::Issue(_) => None,
        }
    }

    fn related(self, snapshot: &Snapshot) -> Option<Related> {
        match self {
            Self::Ticket(path, ticket) => tickets::related(snapshot, path, ticket),
            Self::Issue(_) => None,
        }
    }
}

fn known_ticket<'a>(snapshot: &'a Snapshot, id: &str) -> Option<Known<'a>> {
    let (path, ticket) = snapshot.ticket(&TicketId::new(id))?;
    Some(Known::Ticket(path, ticket))
}

/// The ticket that mirrors an issue, else the issue as it was last seen.
fn known_issue<'a>(
    snapshot: &'a Snapshot,
    repository: Option<&str>,
    number: u64,
) -> Option<Known<'a>> {
    let mirrored = snapshot.ticket_mirroring(repository, number);
    mirrored
        .map(|(path, ticket)| Known::Ticket(path, ticket))
        .or_else(|| {
            snapshot
                .issue(repository, number)
                .map(|it| Known::Issue(it))
        })
}

/// What a reference names; `Err` where nobody here knows its state.
fn known_of<'a>(snapshot: &'a Snapshot, reference: &Reference) -> Option<Result<Known<'a>, ()>> {
    let found = match reference {
        Reference::Ticket(id) => known_ticket(snapshot, id),
        Reference::Issue { repository, number } => {
            known_issue(snapshot, repository.as_deref(), *number)
        }
        Reference::External(word) => {
            // Not a ticket's id as a rule, and then no business of this rule.
            return Some(Ok(known_ticket(snapshot, word)?));
        }
        Reference::User(_) | Reference::Label(_) => return None,
    };
    Some(found.ok_or(()))
}

/// The closed issues of this repository that a TODO names, or whose tickets it does. Of a ticket,
/// those alone whose state its status follows: elsewhere it would close its issue again.
pub fn closed_issues<'a>(snapshot: &'a Snapshot, todo: &Todo) -> Vec<&'a Issue> {
    let follows = matches!(
        snapshot.config.sync.fields.of(Field::Status),
        Direction::Both | Direction::Pull
    );
    let mut found: Vec<&Issue> = Vec::new();
    for reference in &todo.references {
        let issue = match known_of(snapshot, &reference.value) {
            Some(Ok(Known::Issue(issue))) => Some(issue),
            Some(Ok(Known::Ticket(_, ticket))) if follows => {
                let number = ticket.github.as_ref().map(|it| it.value);
                number.and_then(|it| snapshot.issue(None, it).map(|it| &**it))
            }
            _ => None,
        };
        let is_new = |it: &&Issue| found.iter().all(|had| had.number != it.number);
        let can = |it: &&Issue| it.state.is_closed() && !it.is_pull_request;
        found.extend(issue.filter(can).filter(is_new));
    }
    found
}

/// A TODO is stale when everything it names is known to be closed: one open ticket keeps it.
fn stale(report: &mut Report<'_>, todo: &Todo) {
    let snapshot = report.snapshot;
    let mut closed: Vec<Known<'_>> = Vec::new();
    for reference in &todo.references {
        match known_of(snapshot, &reference.value) {
            Some(Ok(known)) if known.is_closed(snapshot) => closed.push(known),
            Some(_) => return,
            None => {}
        }
    }
    let Some(first) = closed.first() else {
        return;
    };
    let (name, status) = first.said(snapshot);
    let message = format!(
        "{name} is {status}: remove this {}, or link it to an open ticket.",
        todo.keyword
    );
    let mut found = Found::new(RuleId::StaleTodo, todo.whole, &todo.fingerprint, message);
    found.ticket = first.id();
    let related = closed.iter().filter_map(|it| it.related(snapshot));
    found.related = related.collect();
    report.add(found);
}

fn due(report: &mut Report<'_>, todo: &Todo, condition: &Spanned<Condition>) {
    let snapshot = report.snapshot;
    let keyword = &todo.keyword;
    let mut related: Vec<Related> = Vec::new();
    let mut id = None;
    let mut closed = |known: Option<Known<'_>>| {
        let known = known.filter(|it| it.is_closed(snapshot))?;
        related.extend(known.related(snapshot));
        id = known.id();
        let (name, status) = known.said(snapshot);
        Some(format!(
            "This {keyword} waited for {name}, which is {status}."
        ))
    };
    let message = match &condition.value {
        Condition::Date(date) if *date <= snapshot.today => match days(snapshot.today, *date) {
            when if *date == snapshot.today => format!("This {keyword} waited for {when}."),
            when => format!("This {keyword} waited for {date}, {when}."),
        },
        Condition::Date(_) => return,
        Condition::Ticket(id) => match closed(known_ticket(snapshot, id)) {
            Some(message) => message,
            None => return,
        },
        Condition::Issue { repository, number } => {
            match closed(known_issue(snapshot, repository.as_deref(), *number)) {
                Some(message) => message,
                None => return,
            }
        }
        Condition::Version {
            package,
            requirement,
        } => match versions::reached(snapshot, report.path, package.as_deref(), requirement) {
            Some(reason) => format!("This {keyword} waited for {}: {reason}.", condition.value),
            None => return,
        },
    };
    let mut found = due_todo(todo, condition.span, message);
    found.related = related;
    found.ticket = id.or(found.ticket);
    report.add(found);
}

fn due_todo(todo: &Todo, span: Span, message: String) -> Found {
    let mut found = Found::new(RuleId::DueTodo, span, &todo.fingerprint, message);
    found.ticket = todo.references.iter().find_map(|it| match &it.value {
        Reference::Ticket(id) => Some(id.clone()),
        _ => None,
    });
    found
}
