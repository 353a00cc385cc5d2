//! Formatting of an open ticket; pages and source have formatters of their own.

use crate::edit::TextEdit;
use crate::facts::FileKind;
use crate::ticket::format;
use crate::world::Snapshot;

/// The edits that format a ticket's file, none where it is formatted; `None` where a file is no ticket.
pub fn formatting(snapshot: &Snapshot, path: &str) -> Option<Vec<TextEdit>> {
    let is_ticket = snapshot.file(path)?.kind == FileKind::Ticket;
    let document = snapshot.document(path).filter(|_| is_ticket)?;
    Some(format::format(&document.text()))
}
