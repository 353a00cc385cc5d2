//! Rows of tickets, and the card of one.

use docket_core::ide::actions::Source;
use docket_core::ide::tickets as ide;
use docket_core::ids::TicketId;
use docket_core::ticket::Ticket;

use super::{
    Criteria, Criterion, Kind, ProjectTickets, Reader, Status, TicketCard, TicketRow, findings,
    is_trouble, name, todos,
};
use crate::engine::View;

/// Every ticket of a project.
pub fn tickets(view: &View, reader: Reader) -> ProjectTickets {
    let snapshot = &view.snapshot;
    let rows = ide::tickets(snapshot, &ide::Filter::default());
    let tickets: Vec<_> = rows.into_iter().map(|it| row(view, it)).collect();
    let mut statuses: Vec<Status> = snapshot
        .config
        .statuses
        .iter()
        .map(|it| Status {
            name: it.name.clone(),
            kind: it.kind.into(),
            known: true,
        })
        .collect();
    for it in &tickets {
        if !statuses.iter().any(|had| had.name == it.status) {
            statuses.push(Status {
                name: it.status.clone(),
                kind: it.kind,
                known: false,
            });
        }
    }
    ProjectTickets {
        root: (reader.name)(&view.root),
        name: name(&view.root),
        complete: view.complete,
        me: snapshot.me.as_deref().map(str::to_owned),
        statuses,
        tickets,
    }
}

/// The card of the ticket that `id` names; `None` where there is none, or its file cannot be read.
pub fn ticket(
    view: &View,
    id: &str,
    reader: Reader,
    source: &mut dyn Source,
) -> Option<TicketCard> {
    let snapshot = &view.snapshot;
    let id = TicketId::new(id);
    let (path, ticket) = snapshot.ticket(&id)?;
    let facts = snapshot.file(path)?;
    let text = match snapshot.document(path) {
        Some(document) => document.text(),
        None => source.text(path)?,
    };
    let line = |offset: u32| facts.lines.position(offset as usize, reader.encoding).line;
    let body = ticket.body.map(|it| it.range()).unwrap_or(0..text.len());
    let criteria = ticket.criteria.iter().map(|it| Criterion {
        done: it.done,
        text: it.text.clone(),
        line: line(it.marker.start),
    });
    Some(TicketCard {
        root: (reader.name)(&view.root),
        ticket: row(view, ide::row(snapshot, path, ticket)),
        // A file written since its facts were made may be shorter; the next change brings both together.
        body: text.get(body.clone()).unwrap_or_default().to_owned(),
        body_line: line(body.start as u32),
        criteria: criteria.collect(),
        todos: todos::naming(view, &id, reader),
    })
}

fn row(view: &View, row: ide::TicketRow) -> TicketRow {
    let snapshot = &view.snapshot;
    let id = |ticket: &Ticket| Some(ticket.id.as_ref()?.value.clone());
    let findings = findings(view, &row.path);
    let day = |it: jiff::civil::Date| it.to_string();
    TicketRow {
        waits_for: ide::blockers(snapshot, &row.depends_on)
            .filter_map(|(_, ticket)| id(ticket))
            .collect(),
        overdue: !row.status_kind.is_closed() && row.due.is_some_and(|it| it < snapshot.today),
        troubles: findings.iter().filter(|it| is_trouble(it)).count(),
        id: row.id,
        title: row.title,
        status: row.status,
        kind: Kind::from(row.status_kind),
        priority: row.priority.map(|it| it.name().to_owned()),
        r#type: row.kind,
        labels: row.labels,
        assignees: row.assignees,
        milestone: row.milestone,
        parent: row.parent,
        depends_on: row.depends_on,
        due: row.due.map(day),
        estimate: row.estimate,
        github: row.github,
        created: row.created.map(day),
        path: row.path.to_string(),
        criteria: Criteria {
            done: row.criteria_done,
            total: row.criteria_total,
        },
        todos: row.n_todos,
    }
}
