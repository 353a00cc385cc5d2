//! A TODO as a row of the machine output.

use docket_core::span::Encoding;
use docket_core::todo::Todo;
use docket_core::world::Snapshot;

use super::super::open::position;
use super::super::rows::TodoRow;
use crate::views::{condition, priority, reference, ticket_of};

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
