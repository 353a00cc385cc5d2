//! What a plan is made of: a page, a ticket that stands for an issue, or TODOs.

use std::fmt;

use super::brief::{Brief, From, Item, Kind, Place, even};
use super::{PlanError, Question, text_of, todos};
use crate::adopt::Proposal;
use crate::ide::Source as World;
use crate::ids::TicketId;
use crate::lineage::{Digest, Source, Whole};
use crate::ticket::Ticket;
use crate::todo;
use crate::world::Snapshot;

/// What is planned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// A page, by its path.
    Page(String),
    /// A ticket, by its id: its title and body, as an issue has them.
    Ticket(String),
    /// TODOs that nothing tracks, in these files and folders; everywhere where none is named.
    Todos(Vec<String>),
}

impl Input {
    /// The ticket that a word names, by its id or by its issue (`#42`, `gh:42`, `GH-42`,
    /// `owner/repo#42`, an issue's address); `None` where it names neither.
    ///
    /// # Errors
    ///
    /// [`PlanError::NoIssue`] for an issue that no ticket here mirrors.
    pub fn of_word(snapshot: &Snapshot, word: &str) -> Result<Option<Self>, PlanError> {
        let id = TicketId::new(word);
        if snapshot.index.has_ticket(&id) {
            return Ok(Some(Self::Ticket(word.to_owned())));
        }
        let number = word.strip_prefix("gh:").or(word.strip_prefix("GH:"));
        let issue = match number.and_then(|it| it.parse().ok()) {
            Some(number) => Some((None, number)),
            None => todo::issue(word),
        };
        let Some((repository, number)) = issue else {
            return Ok(None);
        };
        let found = snapshot.ticket_mirroring(repository.as_deref(), number);
        let id = found.and_then(|it| it.1.id.as_ref());
        match id {
            Some(id) => Ok(Some(Self::Ticket(id.value.clone()))),
            None => Err(PlanError::NoIssue(word.to_owned())),
        }
    }
}

impl fmt::Display for Input {
    /// As a person names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(path) => f.write_str(path),
            Self::Ticket(id) => f.write_str(id),
            Self::Todos(within) if within.is_empty() => f.write_str("TODOs"),
            Self::Todos(within) => write!(f, "TODOs in {}", within.join(", ")),
        }
    }
}

/// An input that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// How a person names it: a path, an id in its own spelling, `TODOs in src`.
    pub name: String,
    /// What it is, in a word: `page`, `ticket`, `issue` for a ticket that mirrors one, or `TODOs`.
    pub what: &'static str,
    /// The file of a page or ticket: its open questions stand there.
    pub path: Option<String>,
    /// As a model is to read it.
    pub text: String,
    /// The files that the text is of.
    pub shown: Vec<String>,
    /// Tickets that TODOs would be worth beyond those of one plan.
    pub n_left: usize,
    pub(super) whole: Option<Whole>,
    /// What its own lists say, and every sentence with its place.
    pub(super) brief: Brief,
    /// Open tickets that say so already: their TODOs are linked, and nothing is planned.
    pub(super) known: Vec<Proposal>,
    /// The ticket, of which what is planned is a part.
    pub(super) parent: Option<Parent>,
}

/// What new tickets have of the one that is planned.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parent {
    pub(super) id: String,
    pub(super) kind: Option<String>,
}

impl Reading {
    /// Reads an input; `is_meant` says of which files TODOs are taken.
    ///
    /// # Errors
    ///
    /// Where there is no such page, ticket or TODO.
    pub fn of(
        snapshot: &Snapshot,
        input: &Input,
        is_meant: &dyn Fn(&str) -> bool,
        world: &mut dyn World,
    ) -> Result<Self, PlanError> {
        match input {
            Input::Page(path) => {
                // The file of a ticket is that ticket.
                let ticket = snapshot.file(path).and_then(|it| it.ticket.as_ref());
                match ticket.and_then(|it| it.id.as_ref()) {
                    Some(id) => Self::ticket(snapshot, &id.value, world),
                    None => Self::page(snapshot, path, world),
                }
            }
            Input::Ticket(id) => Self::ticket(snapshot, id, world),
            Input::Todos(within) => {
                let is_within = |path: &str| is_meant(path) && todos::is_within(path, within);
                let (clusters, known, n_left) = todos::clusters(snapshot, &is_within);
                if clusters.is_empty() && known.is_empty() {
                    return Err(PlanError::NoTodos(input.to_string()));
                }
                let (text, brief) = todos::brief(snapshot, clusters);
                let mut shown: Vec<String> =
                    brief.places.0.iter().map(|it| it.path.clone()).collect();
                shown.dedup();
                Ok(Self {
                    name: input.to_string(),
                    what: "TODOs",
                    path: None,
                    text,
                    shown,
                    n_left,
                    whole: None,
                    brief,
                    known,
                    parent: None,
                })
            }
        }
    }

    fn page(snapshot: &Snapshot, path: &str, world: &mut dyn World) -> Result<Self, PlanError> {
        let text =
            text_of(snapshot, path, world).ok_or_else(|| PlanError::NoBrief(path.to_owned()))?;
        Ok(Self {
            name: path.to_owned(),
            what: "page",
            path: Some(path.to_owned()),
            brief: Brief::read(path, &text),
            text,
            shown: vec![path.to_owned()],
            n_left: 0,
            whole: Some(Whole::Page(path.into())),
            known: Vec::new(),
            parent: None,
        })
    }

    fn ticket(snapshot: &Snapshot, id: &str, world: &mut dyn World) -> Result<Self, PlanError> {
        let key = TicketId::new(id);
        let none = || PlanError::NoTicket(id.to_owned());
        let (path, ticket) = snapshot.ticket(&key).ok_or_else(none)?;
        let text = text_of(snapshot, path, world).ok_or_else(none)?;
        let written = ticket.id.as_ref().map_or(id, |it| &it.value).to_owned();
        let title = ticket.title.as_ref().map_or("", |it| &it.value);
        let content = ticket.content.and_then(|it| text.get(it.range()));
        Ok(Self {
            name: written.clone(),
            what: match ticket.github {
                Some(_) => "issue",
                None => "ticket",
            },
            path: Some(path.to_string()),
            text: format!("# {written} {title}\n\n{}\n", content.unwrap_or_default()),
            shown: vec![path.to_string()],
            n_left: 0,
            brief: issue(key.clone(), path, ticket, &text),
            whole: Some(Whole::Id(key)),
            known: Vec::new(),
            parent: Some(Parent {
                id: written,
                kind: ticket.kind.as_ref().map(|it| it.value.clone()),
            }),
        })
    }

    /// Where open questions are asked.
    pub fn questions(&self) -> &str {
        self.path.as_deref().unwrap_or(super::REQUIREMENTS)
    }
}

/// A ticket's own title and body as a brief. What it lists under headings of what is wanted is that;
/// else it is one requirement itself, and its other lists are criteria of that.
fn issue(id: TicketId, path: &str, ticket: &Ticket, text: &str) -> Brief {
    let mut brief = Brief::of(Whole::Id(id.clone()), path, text);
    let Some(title) = &ticket.title else {
        return brief;
    };
    let from = (
        Source {
            whole: Whole::Id(id),
            part: "title".into(),
        },
        Digest::of(&title.value),
    );
    let place = Place {
        words: even(&title.value),
        from: From::Words(from.0.clone(), from.1),
        path: path.to_owned(),
        span: title.span,
    };
    brief.places.0.insert(0, place);
    if !brief.items.is_empty() && brief.own.criteria.is_empty() {
        return brief;
    }
    if title.value.trim().ends_with('?') && brief.own.criteria.is_empty() {
        brief.questions.insert(
            0,
            Question {
                text: title.value.trim().to_owned(),
                path: path.to_owned(),
                span: title.span,
            },
        );
        return brief;
    }
    let (text, text_from) = match brief.own.text.take() {
        Some((text, from)) => (text, Some(from)),
        None => (title.value.clone(), None),
    };
    let criteria = std::mem::take(&mut brief.own.criteria).into_iter();
    let own = Item {
        kind: Kind::Wanted,
        from: From::Words(from.0, from.1),
        title: Some(title.value.clone()),
        text,
        text_from,
        path: path.to_owned(),
        span: title.span,
        priority: ticket.priority.as_ref().map(|it| it.value),
        estimate: None,
        criteria: criteria.map(|it| (it.0, Some(it.1))).collect(),
        after: Vec::new(),
    };
    // Those in an order name each other by number, so it comes last.
    brief.items.push(own);
    brief
}
