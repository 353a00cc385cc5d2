//! Lists of tickets for the terminal and the board.

use std::sync::Arc;

use jiff::civil::Date;

use crate::config::StatusKind;
use crate::ids::TicketId;
use crate::score::{Score, score};
use crate::span::Spanned;
use crate::ticket::{Priority, Ticket};
use crate::world::Snapshot;

/// Most words of an id that a branch is looked through for.
const MAX_WORDS: usize = 6;

/// A ticket as lists show it, defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketRow {
    pub id: String,
    pub title: String,
    pub status: String,
    pub status_kind: StatusKind,
    pub priority: Option<Priority>,
    /// The ticket's type.
    pub kind: Option<String>,
    pub labels: Vec<String>,
    /// Without the `@` that some write.
    pub assignees: Vec<String>,
    pub milestone: Option<String>,
    pub parent: Option<String>,
    pub depends_on: Vec<String>,
    pub due: Option<Date>,
    pub estimate: Option<f64>,
    pub github: Option<u64>,
    pub created: Option<Date>,
    pub path: Arc<str>,
    pub criteria_done: usize,
    pub criteria_total: usize,
    /// TODOs that refer to it.
    pub n_todos: usize,
}

/// Which tickets; what is `None` or empty lets all through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub statuses: Vec<String>,
    pub status_kinds: Vec<StatusKind>,
    pub priorities: Vec<Priority>,
    pub kinds: Vec<String>,
    /// All of them.
    pub labels: Vec<String>,
    /// One of them.
    pub assignees: Vec<String>,
    pub milestones: Vec<String>,
    /// Words that all stand in the id or the title, in any case.
    pub words: Vec<String>,
}

/// The tickets that `filter` lets through, by path.
pub fn tickets(snapshot: &Snapshot, filter: &Filter) -> Vec<TicketRow> {
    let mut rows: Vec<_> = snapshot
        .tickets()
        // Most of what a filter leaves out is left out by this, and a row is not made for nothing.
        .filter(|(_, ticket)| {
            let kinds = &filter.status_kinds;
            kinds.is_empty() || kinds.contains(&snapshot.status_kind(ticket))
        })
        .map(|(path, ticket)| row(snapshot, path, ticket))
        .filter(|it| lets_through(filter, it))
        .collect();
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    rows
}

/// The ticket with `id`; of duplicates the first by path.
pub fn ticket(snapshot: &Snapshot, id: &str) -> Option<TicketRow> {
    let (path, ticket) = snapshot.ticket(&TicketId::new(id))?;
    Some(row(snapshot, path, ticket))
}

/// The tickets that can be begun, best first: open, waiting for nothing; by their score.
pub fn ready(snapshot: &Snapshot) -> Vec<TicketRow> {
    let filter = Filter {
        status_kinds: vec![StatusKind::Open],
        ..Filter::default()
    };
    let mut rows = tickets(snapshot, &filter);
    rows.retain(|it| blockers(snapshot, &it.depends_on).next().is_none());
    let mut scored: Vec<(f64, TicketRow)> = rows
        .into_iter()
        .map(|it| (score_of(snapshot, &it).total(), it))
        .collect();
    scored.sort_by(|a, b| {
        let created = |it: &TicketRow| it.created.unwrap_or(Date::MAX);
        b.0.total_cmp(&a.0)
            .then_with(|| created(&a.1).cmp(&created(&b.1)))
            .then_with(|| a.1.path.cmp(&b.1.path))
    });
    scored.into_iter().map(|it| it.1).collect()
}

/// How much the ticket of a row asks to be next.
pub fn score_of(snapshot: &Snapshot, row: &TicketRow) -> Score {
    let facts = snapshot.file(&row.path);
    let ticket = facts.and_then(|it| it.ticket.as_ref());
    ticket.map_or_else(Score::default, |it| score(snapshot, it))
}

/// The most urgent first: by priority, due date, age.
pub fn urgency(ticket: &Ticket) -> (std::cmp::Reverse<Priority>, Date, Date) {
    let day = |it: &Option<Spanned<Date>>| it.as_ref().map_or(Date::MAX, |it| it.value);
    let priority = ticket.priority.as_ref().map(|it| it.value);
    (
        std::cmp::Reverse(priority.unwrap_or(Priority::Medium)),
        day(&ticket.due),
        day(&ticket.created),
    )
}

/// Those of `ids` that are tickets neither done nor dropped.
pub fn blockers<'a>(
    snapshot: &'a Snapshot,
    ids: &'a [String],
) -> impl Iterator<Item = (&'a Arc<str>, &'a Ticket)> {
    ids.iter()
        .filter_map(|it| snapshot.ticket(&TicketId::new(it)))
        .filter(|(_, it)| !snapshot.status_kind(it).is_closed())
}

/// The ticket whose id stands in a branch's name as words of their own, in the ticket's spelling; of
/// several the longest.
pub fn ticket_named_in(snapshot: &Snapshot, branch: &str) -> Option<String> {
    // Each run of whole words is looked up: there are few of them, and may be many tickets.
    let is_word = |it: char| it.is_alphanumeric();
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, it) in branch.char_indices().filter(|it| is_word(it.1)) {
        let end = at + it.len_utf8();
        match words.last_mut() {
            Some(last) if last.1 == at => last.1 = end,
            _ => words.push((at, end)),
        }
    }
    let runs = words.iter().enumerate().flat_map(|(nth, first)| {
        let lasts = words[nth..].iter().take(MAX_WORDS);
        lasts.map(|last| &branch[first.0..last.1])
    });
    let written = runs.filter_map(|it| {
        let (_, ticket) = snapshot.ticket(&TicketId::new(it))?;
        Some(ticket.id.as_ref()?.value.clone())
    });
    written.max_by(|a, b| a.len().cmp(&b.len()).then_with(|| b.cmp(a)))
}

/// A ticket as lists show it.
pub fn row(snapshot: &Snapshot, path: &Arc<str>, ticket: &Ticket) -> TicketRow {
    fn values(of: &[crate::span::Spanned<String>]) -> Vec<String> {
        of.iter().map(|it| it.value.clone()).collect()
    }
    let id = ticket.id.as_ref().map_or("", |it| it.value.as_str());
    let people = ticket.assignees.iter();
    let people = people.map(|it| it.value.trim_start_matches('@').to_owned());
    TicketRow {
        id: id.to_owned(),
        title: ticket
            .title
            .as_ref()
            .map_or_else(String::new, |it| it.value.clone()),
        status: snapshot.status(ticket).to_owned(),
        status_kind: snapshot.status_kind(ticket),
        priority: ticket.priority.as_ref().map(|it| it.value),
        kind: ticket.kind.as_ref().map(|it| it.value.clone()),
        labels: values(&ticket.labels),
        assignees: people.collect(),
        milestone: ticket.milestone.as_ref().map(|it| it.value.clone()),
        parent: ticket.parent.as_ref().map(|it| it.value.clone()),
        depends_on: values(&ticket.depends_on),
        due: ticket.due.as_ref().map(|it| it.value),
        estimate: ticket.estimate.as_ref().map(|it| it.value),
        github: ticket.github.as_ref().map(|it| it.value),
        created: ticket.created.as_ref().map(|it| it.value),
        path: path.clone(),
        criteria_done: ticket.criteria.iter().filter(|it| it.done).count(),
        criteria_total: ticket.criteria.len(),
        n_todos: snapshot.index.n_todos(&TicketId::new(id)),
    }
}

fn lets_through(filter: &Filter, row: &TicketRow) -> bool {
    fn any(wanted: &[String], has: &str) -> bool {
        wanted.is_empty() || wanted.iter().any(|it| it.eq_ignore_ascii_case(has))
    }
    fn has(all: &[String], one: &str) -> bool {
        let one = one.trim_start_matches('@');
        all.iter()
            .any(|it| it.trim_start_matches('@').eq_ignore_ascii_case(one))
    }
    let searched = || format!("{} {}", row.id, row.title).to_lowercase();
    any(&filter.statuses, &row.status)
        && (filter.priorities.is_empty()
            || row
                .priority
                .is_some_and(|it| filter.priorities.contains(&it)))
        && any(&filter.kinds, row.kind.as_deref().unwrap_or_default())
        && any(
            &filter.milestones,
            row.milestone.as_deref().unwrap_or_default(),
        )
        && filter.labels.iter().all(|it| has(&row.labels, it))
        && (filter.assignees.is_empty()
            || filter.assignees.iter().any(|it| has(&row.assignees, it)))
        && (filter.words.is_empty() || {
            let searched = searched();
            let mut words = filter.words.iter();
            words.all(|it| searched.contains(&it.to_lowercase()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_branch_names_its_ticket_in_whole_words() {
        let file = |id: &str| format!("//- /.docs/tickets/{id}.md\n---\nid: {id}\ntitle: x\n---\n");
        let fixture = ["T-7k3f", "PROJ-7", "PROJ-70"].map(file).concat();
        let snapshot = Fixture::new(&fixture).snapshot();
        for (branch, expected) in [
            ("T-7k3f-parse-bodies", Some("T-7k3f")),
            ("feature/t-7K3F", Some("T-7k3f")),
            ("ana/proj-70-x", Some("PROJ-70")),
            ("ana/proj-701", None),
            ("xT-7k3f", None),
            ("main", None),
        ] {
            assert_eq!(
                ticket_named_in(&snapshot, branch).as_deref(),
                expected,
                "{branch}"
            );
        }
    }
}
