//! A TODO as a row of the machine output.

use docket_core::ids::TicketId;
use docket_core::span::Encoding;
use docket_core::todo::{Condition, Reference, Todo};
use docket_core::world::Snapshot;

use super::super::open::position;
use super::super::rows::TodoRow;

/// `offset` is that of the file as it is on the disk.
pub(super) fn row(snapshot: &Snapshot, path: &str, todo: &Todo, offset: u64) -> TodoRow {
    let position = position(snapshot, path, todo.span.start, Encoding::Utf32);
    TodoRow {
        path: path.to_owned(),
        line: position.line,
        column: position.column,
        offset,
        cell: todo.cell,
        keyword: todo.keyword.clone(),
        text: todo.text.clone(),
        body: todo.body.clone(),
        references: todo
            .references
            .iter()
            .map(|it| reference(&it.value))
            .collect(),
        ticket: ticket_of(snapshot, todo),
        priority: priority(todo.urgency).map(str::to_owned),
        conditions: todo
            .conditions
            .iter()
            .map(|it| condition(&it.value))
            .collect(),
        due: todo.due.as_ref().map(|it| it.value.to_string()),
        documentation: todo.documentation,
        fingerprint: todo.fingerprint.clone(),
        change: None,
        before: None,
        author: None,
    }
}

/// The id of the ticket that it names, or whose issue it names, in the ticket's own spelling.
fn ticket_of(snapshot: &Snapshot, todo: &Todo) -> Option<String> {
    let direct = todo.references.iter().find_map(|it| match &it.value {
        Reference::Ticket(id) => Some(id),
        _ => None,
    });
    if let Some(id) = direct {
        let known = snapshot.ticket(&TicketId::new(id));
        let own = known.and_then(|(_, it)| Some(it.id.as_ref()?.value.clone()));
        return Some(own.unwrap_or_else(|| id.clone()));
    }
    todo.references.iter().find_map(|it| match &it.value {
        Reference::Issue {
            repository: None,
            number,
        } => {
            let (_, ticket) = snapshot.ticket_of_issue(*number)?;
            Some(ticket.id.as_ref()?.value.clone())
        }
        _ => None,
    })
}

fn reference(reference: &Reference) -> String {
    match reference {
        Reference::Ticket(id) => id.clone(),
        Reference::Issue { repository, number } => issue(repository.as_deref(), *number),
        Reference::User(name) => format!("@{name}"),
        Reference::Label(name) => format!("!{name}"),
        Reference::External(text) => text.clone(),
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Date(day) => day.to_string(),
        Condition::Version {
            package,
            requirement,
        } => format!("{}{requirement}", package.as_deref().unwrap_or_default()),
        Condition::Ticket(id) => id.clone(),
        Condition::Issue { repository, number } => issue(repository.as_deref(), *number),
    }
}

fn issue(repository: Option<&str>, number: u64) -> String {
    format!("{}#{number}", repository.unwrap_or_default())
}

/// As a ticket that is made from the TODO gets it.
fn priority(urgency: u8) -> Option<&'static str> {
    match urgency {
        0 => None,
        1 => Some("high"),
        _ => Some("critical"),
    }
}
