//! Completion: ids by fuzzy title, users, labels, field names and values, dates in words.

mod context;
mod dates;
mod items;
#[cfg(test)]
mod tests;

use crate::edit::TextEdit;
use crate::ids::TicketId;
use crate::world::Snapshot;

/// Most items of one answer.
const MAX_ITEMS: usize = 50;

/// What may be written at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Best first.
    pub items: Vec<CompletionItem>,
    /// Whether more typing may bring others.
    pub incomplete: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    pub label: String,
    /// Beside the label: a ticket's title and status.
    pub detail: String,
    pub kind: CompletionKind,
    /// What the client matches the typed text with.
    pub filter: String,
    pub edit: TextEdit,
    /// The ticket, or `#` and the issue, whose card [`documentation`] gives.
    pub card: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    Ticket,
    Issue,
    User,
    Label,
    Field,
    Value,
    Date,
    Page,
}

/// What may be written at `offset` of an open document; nothing where docket has no say.
pub fn completion(snapshot: &Snapshot, path: &str, offset: usize) -> Completion {
    let Some(place) = context::place(snapshot, path, offset) else {
        return Completion::default();
    };
    let mut items = items::items(snapshot, path, offset, &place);
    // With one more digit other days are meant.
    let is_date = place.want == context::Want::Date && !items.is_empty();
    let incomplete = items.len() > MAX_ITEMS || is_date;
    items.truncate(MAX_ITEMS);
    Completion { items, incomplete }
}

/// The Markdown beside a ticket or issue among the items, by its [`CompletionItem::card`].
pub fn documentation(snapshot: &Snapshot, card: &str) -> Option<String> {
    let (path, ticket) = match card.strip_prefix('#').map(str::parse) {
        None => snapshot.ticket(&TicketId::new(card))?,
        Some(number) => {
            let number = number.ok()?;
            match snapshot.ticket_of_issue(number) {
                Some(found) => found,
                None => {
                    let issue = snapshot.issue(None, number)?;
                    return Some(super::hover::issue::issue_card(snapshot, issue));
                }
            }
        }
    };
    Some(super::hover::card(snapshot, path, ticket))
}
