//! What a ticket's status means, and how a ticket is called in a sentence.

use super::Snapshot;
use crate::config::StatusKind;
use crate::ticket::Ticket;

/// Longest title within a sentence, in characters.
const MAX_TITLE: usize = 60;

impl Snapshot {
    /// The name of the ticket's status, the configuration's default where it has none.
    pub fn status<'a>(&'a self, ticket: &'a Ticket) -> &'a str {
        match &ticket.status {
            Some(status) => &status.value,
            None => &self.config.default_status().name,
        }
    }

    /// What the ticket's status means; a status that is not in the configuration counts as open.
    pub fn status_kind(&self, ticket: &Ticket) -> StatusKind {
        let status = ticket.status.as_ref();
        self.config.kind_of(status.map(|it| it.value.as_str()))
    }

    /// Whether nothing is left to do.
    pub fn is_closed(&self, ticket: &Ticket) -> bool {
        self.status_kind(ticket).is_closed()
    }
}

/// `T-7k3f "Parse TODO bodies"`: nobody remembers an id.
pub fn named(ticket: &Ticket) -> String {
    let id = ticket.id.as_ref().map_or("", |it| it.value.as_str());
    match &ticket.title {
        Some(title) => format!("{id} \"{}\"", short(&title.value, MAX_TITLE)),
        None => id.to_owned(),
    }
}

/// One line of at most `max` characters, `…` where something is left out.
pub fn short(text: &str, max: usize) -> String {
    let text = text.lines().next().unwrap_or_default().trim();
    match text.char_indices().nth(max) {
        Some(_) => {
            let end = text.char_indices().nth(max.saturating_sub(1));
            let end = end.map_or(text.len(), |it| it.0);
            format!("{}…", text[..end].trim_end())
        }
        None => text.to_owned(),
    }
}
