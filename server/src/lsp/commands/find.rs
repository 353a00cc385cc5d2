//! What a command's argument names: a TODO at a place, the project of a ticket, its own spelling.

use docket_core::ide::ActionData;
use docket_core::ids::TicketId;
use tower_lsp::gen_lsp_types as lsp;

use super::super::capabilities::ClientCaps;
use super::super::convert::position;
use super::super::display::Display;
use super::super::uri;
use super::Place;
use super::arguments::LinkNewArguments;
use crate::engine::View;
use crate::start;

pub(super) fn todo_at(view: &View, place: &Place, caps: &ClientCaps) -> Result<String, String> {
    let document = view
        .snapshot
        .document(&view.path)
        .ok_or("Open the file first.")?;
    let offset = document.offset(position(place.position), caps.encoding);
    let facts = view
        .snapshot
        .file(&view.path)
        .ok_or("docket has not read the file yet.")?;
    let todo = facts.todos.iter().find(|it| it.whole.touches(offset));
    Ok(todo
        .ok_or("There is no TODO at this place.")?
        .fingerprint
        .clone())
}

/// The action that links what the branch brings.
pub(super) fn new_todos(
    view: &View,
    it: &LinkNewArguments,
    display: &Display,
) -> Result<ActionData, String> {
    let ticket = match &it.ticket {
        Some(ticket) => spelled(view, ticket)?,
        None => start::ticket_of_branch(&view.root, &view.snapshot).ok_or(
            "The branch that is checked out is named after no ticket: name the ticket, or begin with `docket start`.",
        )?,
    };
    let since = display.since(view);
    let since = since.map_err(|error| format!("{error}; {}.", error.hint()))?;
    let todos = since.new_untracked(&view.snapshot);
    match todos.is_empty() {
        true => Err(format!(
            "Since {} no TODO without a ticket is new.",
            since.base.revision
        )),
        false => Ok(ActionData::LinkAll { ticket, todos }),
    }
}

/// The project of a ticket: that of the folder `root`, or the first that has it.
pub(super) fn view_of<'a>(
    views: &'a [View],
    ticket: &str,
    root: Option<&lsp::Uri>,
) -> Result<&'a View, String> {
    let id = TicketId::new(ticket);
    let root = root.and_then(uri::to_path);
    let asked = |view: &&View| root.as_ref().is_none_or(|it| *it == view.root);
    let found = views
        .iter()
        .filter(asked)
        .find(|it| it.snapshot.ticket(&id).is_some());
    found.ok_or_else(|| format!("No ticket has the id {ticket}."))
}

/// Whether a project has a ticket or a requirement of this id.
pub fn has(view: &View, id: &TicketId) -> bool {
    let index = &view.snapshot.index;
    index.has_ticket(id) || index.requirement_files(id).next().is_some()
}

/// The id as the ticket itself writes it.
pub(super) fn spelled(view: &View, ticket: &str) -> Result<String, String> {
    let found = view.snapshot.ticket(&TicketId::new(ticket));
    let id = found
        .and_then(|(_, it)| it.id.as_ref())
        .map(|it| it.value.clone());
    id.ok_or_else(|| format!("No ticket has the id {ticket}."))
}
