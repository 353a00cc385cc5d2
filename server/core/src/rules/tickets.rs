//! Rules about ticket files.

use super::RuleId;
use super::report::{Found, Report};
use super::todos::{days, unknown};
use crate::config::StatusKind;
use crate::edit::{Change, Fix};
use crate::finding::Related;
use crate::ids::TicketId;
use crate::span::{Span, Spanned};
use crate::ticket::Ticket;
use crate::world::status::{named, short};
use crate::world::{Snapshot, moved, paths};

/// Most related places of one finding.
const MAX_RELATED: usize = 5;

/// Most tickets of a ring that a message names.
const MAX_RING: usize = 8;

/// Longest text of a TODO in a message, in characters.
const MAX_SAID: usize = 60;

pub(super) fn check(report: &mut Report<'_>) {
    let Some(ticket) = &report.facts.ticket else {
        return;
    };
    let Some(id) = &ticket.id else {
        return;
    };
    let key = TicketId::new(&id.value);
    duplicate(report, id, &key);
    misnamed(report, ticket, id);
    for it in ticket.parent.iter().chain(&ticket.depends_on) {
        unknown(report, &it.value, it.span);
    }
    ring(report, ticket, id, &key);
    blocked(report, ticket, id);
    overdue(report, ticket, id);
    unmet(report, ticket, id);
    orphaned(report, ticket, id, &key);
}

fn orphaned(report: &mut Report<'_>, ticket: &Ticket, id: &Spanned<String>, key: &TicketId) {
    let Some(anchor) = report.snapshot.lost().orphaned.get(key) else {
        return;
    };
    let message = format!(
        "No TODO names {} any more; {} had \"{}\".",
        id.value,
        anchor.path,
        short(&anchor.said, MAX_SAID)
    );
    let span = ticket.title.as_ref().map_or(id.span, |it| it.span);
    let found = Found::new(RuleId::UnanchoredTodo, span, key.as_str(), message);
    report.add(found.of(&id.value));
}

/// Where a ticket is, for "see there".
pub(super) fn related(snapshot: &Snapshot, path: &str, ticket: &Ticket) -> Option<Related> {
    let status = snapshot.status(ticket);
    Some(Related {
        path: path.to_owned(),
        span: ticket.title.as_ref().or(ticket.id.as_ref())?.span,
        message: format!("{} is {status}", named(ticket)),
    })
}

fn duplicate(report: &mut Report<'_>, id: &Spanned<String>, key: &TicketId) {
    let snapshot = report.snapshot;
    if !snapshot.index.is_duplicate(key) {
        return;
    }
    let mut others: Vec<_> = snapshot
        .index
        .ticket_files(key)
        .filter(|it| &***it != report.path)
        .collect();
    others.sort_unstable();
    let names: Vec<_> = others.iter().map(|it| paths::file_name(it)).collect();
    let message = format!(
        "{} is the id of {} as well; give one of them another.",
        id.value,
        names.join(" and ")
    );
    let mut found = Found::new(RuleId::DuplicateId, id.span, key.as_str(), message).of(&id.value);
    for path in others.into_iter().take(MAX_RELATED) {
        let facts = snapshot.file(path).and_then(|it| it.ticket.as_ref());
        if let Some(other) = facts
            && let Some(span) = other.id.as_ref().map(|it| it.span)
        {
            found.related.push(Related {
                path: path.to_string(),
                span,
                message: format!("{} is here too", named(other)),
            });
        }
    }
    report.add(found);
}

fn misnamed(report: &mut Report<'_>, ticket: &Ticket, id: &Spanned<String>) {
    let stem = paths::stem(report.path);
    let begins = stem.get(..id.value.len());
    let rest = stem.get(id.value.len()..).unwrap_or_default();
    let begins = begins.is_some_and(|it| it.eq_ignore_ascii_case(&id.value));
    if begins && (rest.is_empty() || rest.starts_with(['-', ' ', '_'])) {
        return;
    }
    let title = ticket.title.as_ref().map_or("", |it| it.value.as_str());
    let path = moved::ticket_path(report.path, &id.value, title);
    let message = format!(
        "The file of {} should begin with its id: {}.",
        named(ticket),
        paths::file_name(&path)
    );
    let mut found = Found::new(RuleId::MisnamedTicket, id.span, &id.value, message).of(&id.value);
    if report.snapshot.exists(&path) != Some(true) {
        found.fixes.push(Fix {
            title: format!("Rename the file to {}", paths::file_name(&path)),
            change: Change {
                edits: moved::link_edits(report.snapshot, report.path, &path),
                renames: vec![(report.path.to_owned(), path)],
                ..Change::default()
            },
            safe: false,
            preferred: true,
        });
    }
    report.add(found);
}

fn ring(report: &mut Report<'_>, ticket: &Ticket, id: &Spanned<String>, key: &TicketId) {
    let snapshot = report.snapshot;
    let dependencies = if ticket.depends_on.is_empty() {
        Vec::new()
    } else {
        snapshot.dependency_ring(key)
    };
    if !dependencies.is_empty() {
        let next = dependencies.get(1).unwrap_or(key);
        let at = ticket
            .depends_on
            .iter()
            .find(|it| TicketId::new(&it.value) == *next);
        let message = format!(
            "{} waits for itself: {}.",
            named(ticket),
            chain(snapshot, &dependencies)
        );
        let span = at.map_or(id.span, |it| it.span);
        add_ring(report, span, message, "depends-on", id, &dependencies);
    }
    let Some(parent) = &ticket.parent else {
        return;
    };
    let parents = snapshot.parent_ring(key);
    if !parents.is_empty() {
        let message = format!(
            "{} is its own ancestor: {}.",
            named(ticket),
            chain(snapshot, &parents)
        );
        add_ring(report, parent.span, message, "parent", id, &parents);
    }
}

fn add_ring(
    report: &mut Report<'_>,
    span: Span,
    message: String,
    field: &str,
    id: &Spanned<String>,
    ring: &[TicketId],
) {
    let key = format!("{field} {}", TicketId::new(&id.value));
    let mut found = Found::new(RuleId::DependencyCycle, span, &key, message).of(&id.value);
    for it in ring.iter().skip(1).take(MAX_RELATED) {
        let ticket = report.snapshot.ticket(it);
        found
            .related
            .extend(ticket.and_then(|(path, it)| related(report.snapshot, path, it)));
    }
    report.add(found);
}

/// `T-2222 → T-3333 → T-2222`
fn chain(snapshot: &Snapshot, ring: &[TicketId]) -> String {
    let spelled = |id: &TicketId| {
        let ticket = snapshot.ticket(id).and_then(|it| it.1.id.as_ref());
        ticket.map_or_else(|| id.to_string(), |it| it.value.clone())
    };
    let mut names: Vec<_> = ring.iter().take(MAX_RING).map(spelled).collect();
    if ring.len() > MAX_RING {
        names.push(format!("({} more)", ring.len() - MAX_RING));
    }
    names.push(spelled(&ring[0]));
    names.join(" → ")
}

fn blocked(report: &mut Report<'_>, ticket: &Ticket, id: &Spanned<String>) {
    let snapshot = report.snapshot;
    if snapshot.status_kind(ticket) != StatusKind::Active {
        return;
    }
    let blockers: Vec<_> = ticket
        .depends_on
        .iter()
        .filter_map(|it| snapshot.ticket(&TicketId::new(&it.value)))
        .filter(|it| !snapshot.is_closed(it.1))
        .collect();
    let Some((_, first)) = blockers.first() else {
        return;
    };
    let more = match blockers.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let message = format!(
        "{} is {}, but waits for {}{more}.",
        id.value,
        snapshot.status(ticket),
        named(first),
    );
    let span = ticket.status.as_ref().map_or(id.span, |it| it.span);
    let mut found = Found::new(RuleId::BlockedActive, span, &id.value, message).of(&id.value);
    for (path, ticket) in blockers.into_iter().take(MAX_RELATED) {
        found.related.extend(related(snapshot, path, ticket));
    }
    report.add(found);
}

fn overdue(report: &mut Report<'_>, ticket: &Ticket, id: &Spanned<String>) {
    let snapshot = report.snapshot;
    let Some(due) = &ticket.due else {
        return;
    };
    if due.value >= snapshot.today || snapshot.is_closed(ticket) {
        return;
    }
    let message = format!(
        "{} was due on {}, {}, and is {}.",
        id.value,
        due.value,
        days(snapshot.today, due.value),
        snapshot.status(ticket)
    );
    report.add(Found::new(RuleId::Overdue, due.span, &id.value, message).of(&id.value));
}

fn unmet(report: &mut Report<'_>, ticket: &Ticket, id: &Spanned<String>) {
    let snapshot = report.snapshot;
    let open: Vec<_> = ticket.criteria.iter().filter(|it| !it.done).collect();
    if snapshot.status_kind(ticket) != StatusKind::Done || open.is_empty() {
        return;
    }
    let message = format!(
        "{} is {}, but {} of its {} acceptance criteria {} not met.",
        id.value,
        snapshot.status(ticket),
        open.len(),
        ticket.criteria.len(),
        if open.len() == 1 { "is" } else { "are" },
    );
    let span = ticket.status.as_ref().map_or(id.span, |it| it.span);
    let mut found = Found::new(RuleId::UnmetCriteria, span, &id.value, message).of(&id.value);
    for it in open.into_iter().take(MAX_RELATED) {
        found.related.push(Related {
            path: report.path.to_owned(),
            span: it.span,
            message: format!("not met: {}", it.text),
        });
    }
    report.add(found);
}
