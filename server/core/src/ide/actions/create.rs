//! A new ticket's file.

use super::Source;
use super::excerpt::Seen;
use crate::edit::FileCreate;
use crate::ids::{self, TicketId};
use crate::ticket::draft::{Body, Draft};
use crate::ticket::field::Value;
use crate::todo::{Reference, Todo};
use crate::world::status::short;
use crate::world::{Snapshot, paths};

/// Longest title that a TODO gives a ticket, in characters.
const MAX_TITLE: usize = 100;

/// What a new ticket says; its id is drawn and its day is today.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewTicket {
    pub title: String,
    /// Field and value, but for `id`, `title` and `created`. A status is put in where there is none.
    pub fields: Vec<(String, Value)>,
    /// Markdown.
    pub body: String,
    /// The TODO that it is made from.
    pub origin: Option<Seen>,
}

/// A ticket that is ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub id: String,
    pub file: FileCreate,
}

impl NewTicket {
    /// The ticket that a TODO asks for, with the TODO's own words.
    pub fn of_todo(path: &str, todo: &Todo) -> Self {
        let text = match todo.text.trim() {
            "" => todo.body.lines().next().unwrap_or_default().trim(),
            text => text,
        };
        let title = match text {
            "" => format!("{} in {}", todo.keyword, paths::file_name(path)),
            text => short(text, MAX_TITLE),
        };
        let mut fields = Vec::new();
        let mut field = |name: &str, value| fields.push((name.to_owned(), value));
        match todo.urgency {
            0 => {}
            1 => field("priority", Value::Text("high".into())),
            _ => field("priority", Value::Text("critical".into())),
        }
        if !todo.labels.is_empty() {
            field("labels", Value::List(todo.labels.clone()));
        }
        let users: Vec<_> = todo
            .references
            .iter()
            .filter_map(|it| match &it.value {
                Reference::User(user) => Some(user.trim_start_matches('@').to_owned()),
                _ => None,
            })
            .collect();
        if !users.is_empty() {
            field("assignees", Value::List(users));
        }
        if let Some(due) = &todo.due {
            field("due", Value::Date(due.value));
        }
        let lines = [text, todo.body.trim_end()];
        let said = lines.into_iter().filter(|it| !it.is_empty());
        let mut said = said.collect::<Vec<_>>().join("\n");
        if said.is_empty() {
            said.clone_from(&todo.keyword);
        }
        Self {
            title,
            fields,
            body: String::new(),
            origin: Some(Seen {
                path: path.to_owned(),
                text: said,
                line: None,
                link: None,
            }),
        }
    }
}

/// Draws an id for a ticket and writes its file's text.
pub fn new_ticket(snapshot: &Snapshot, ticket: &NewTicket, source: &mut dyn Source) -> Created {
    let id = draw(snapshot, source);
    let mut fields: Vec<(&str, Value)> = Vec::new();
    if !ticket.fields.iter().any(|it| it.0 == "status") {
        let status = snapshot.config.default_status().name.clone();
        fields.push(("status", Value::Text(status)));
    }
    let given = ticket.fields.iter();
    fields.extend(given.map(|(name, value)| (name.as_str(), value.clone())));
    fields.push(("created", Value::Date(snapshot.today)));
    let origin = ticket.origin.as_ref();
    let draft = Draft {
        id: &id,
        title: &ticket.title,
        fields,
        body: Body::Template(&ticket.body),
        origin: origin.map(Seen::as_origin),
    };
    let file = FileCreate {
        path: format!("{}{}", paths::TICKETS, draft.file_name()),
        text: draft.text(),
    };
    Created { id, file }
}

/// An id that no ticket has, here or on another branch.
pub(crate) fn draw(snapshot: &Snapshot, source: &mut dyn Source) -> String {
    let n_tickets = snapshot.index.n_tickets();
    let prefix = &snapshot.config.prefix;
    // Both questions go to the one source, which is asked for chance and for taken ids in turn.
    let source = std::cell::RefCell::new(source);
    ids::draw(
        prefix,
        n_tickets,
        |n| source.borrow_mut().below(n),
        |id: &TicketId| snapshot.index.has_ticket(id) || source.borrow_mut().is_taken(id.as_str()),
    )
}
