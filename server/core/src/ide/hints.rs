//! Inlay hints: at a glance, what is known of the ticket that a TODO or reference names.

use std::sync::Arc;

use super::goto::{is_meant, issue_sites};
use super::hover::card;
use super::hover::issue::issue_card;
use crate::ids::TicketId;
use crate::index::{Role, sites};
use crate::span::Span;
use crate::sync::Issue;
use crate::ticket::Ticket;
use crate::world::Snapshot;
use crate::world::issues::state_of;
use crate::world::status::short;

/// A title shorter than this, in characters, tells nothing.
const MIN_TITLE: usize = 10;

/// A few words shown after a place, complete as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Offset after which it is shown.
    pub at: u32,
    /// `in-progress · @ana · due 2026-12-01`.
    pub label: String,
    /// The ticket's or issue's card, as Markdown.
    pub tooltip: String,
    /// For a click.
    pub target: HintTarget,
}

/// What a hint speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HintTarget {
    /// The ticket's file.
    Ticket(Arc<str>),
    /// An issue that is no ticket.
    Issue(u64),
}

/// The hints of a file that lie within `within`, in order. A TODO without a ticket has none; where
/// there is no text beside the id that tells what it is about, the title is part of the hint.
pub fn hints(snapshot: &Snapshot, path: &str, within: Span) -> Vec<Hint> {
    let Some(facts) = snapshot.file(path) else {
        return Vec::new();
    };
    let mut hints = Vec::new();
    let mut add = |at: u32, id: &TicketId, role: Role| {
        let inside = within.start <= at && at <= within.end;
        if let Some((file, ticket)) = snapshot.ticket(id).filter(|_| inside) {
            hints.push(Hint {
                at,
                label: label(snapshot, ticket, role),
                tooltip: card(snapshot, file, ticket),
                target: HintTarget::Ticket(file.clone()),
            });
        }
    };
    for site in sites::of_facts(facts) {
        if site.role != Role::Declaration && is_meant(snapshot, &site) {
            // After the whole of a link, not within its brackets.
            let mut links = facts.page.iter().flat_map(|it| &it.links);
            let link = links.find(|it| it.span.contains(site.span));
            let end = link.map_or(site.span.end, |it| it.span.end);
            add(end, &site.id, site.role);
        }
    }
    let mut issues = Vec::new();
    for site in issue_sites(facts) {
        let (repository, at) = (site.repository.as_deref(), site.span.end);
        match snapshot.ticket_mirroring(repository, site.number) {
            Some((_, ticket)) => {
                if let Some(id) = &ticket.id {
                    add(at, &TicketId::new(&id.value), Role::Todo);
                }
            }
            None => issues.extend(snapshot.issue(repository, site.number).map(|it| (at, it))),
        }
    }
    let inside = |at: u32| within.start <= at && at <= within.end;
    let issues = issues.into_iter().filter(|it| inside(it.0));
    hints.extend(issues.map(|(at, issue)| Hint {
        at,
        label: issue_label(snapshot, issue),
        tooltip: issue_card(snapshot, issue),
        target: HintTarget::Issue(issue.number),
    }));
    hints.sort_by_key(|it| it.at);
    hints
}

fn issue_label(snapshot: &Snapshot, issue: &Issue) -> String {
    let max = usize::from(snapshot.config.display.inlay_hint_length);
    let mut label = state_of(issue).to_owned();
    if let Some(first) = issue.assignees.first() {
        label.push_str(" · @");
        label.push_str(first);
        if issue.assignees.len() > 1 {
            label.push_str(&format!(" +{}", issue.assignees.len() - 1));
        }
    }
    short(&label, max)
}

fn label(snapshot: &Snapshot, ticket: &Ticket, role: Role) -> String {
    let max = usize::from(snapshot.config.display.inlay_hint_length);
    let mut label = snapshot.status(ticket).to_owned();
    if let Some(first) = ticket.assignees.first() {
        label.push_str(" · @");
        label.push_str(first.value.trim_start_matches('@'));
        if ticket.assignees.len() > 1 {
            label.push_str(&format!(" +{}", ticket.assignees.len() - 1));
        }
    }
    if let Some(due) = &ticket.due
        && !snapshot.is_closed(ticket)
    {
        label.push_str(&format!(" · due {}", due.value));
    }
    let room = max.saturating_sub(label.chars().count() + " · ".chars().count());
    if let Some(title) = &ticket.title
        && role != Role::Todo
        && role != Role::External
        && room >= MIN_TITLE
    {
        label = format!("{} · {label}", short(&title.value, room));
    }
    short(&label, max)
}
