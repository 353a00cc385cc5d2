//! What an editor calls the change of an action once it is made.

use docket_core::ide::ActionData;

pub(super) fn label(action: &ActionData) -> &'static str {
    match action {
        ActionData::CreateTicket { .. } => "create a ticket",
        ActionData::Link { .. } => "link a TODO",
        ActionData::Unlink { .. } => "unlink a TODO",
        ActionData::SetStatus { .. } => "set a status",
        ActionData::Assign { .. } => "assign a ticket",
        ActionData::Start { .. } => "start work",
        ActionData::ShowTodos { .. } | ActionData::ShowCriteria { .. } => "show",
        ActionData::RemoveTodo { .. } => "remove a TODO",
        ActionData::Toggle { .. } => "tick an item",
        ActionData::Fix { .. } | ActionData::FixAll { .. } => "fix",
        ActionData::Renumber { .. } => "renumber a ticket",
    }
}
