//! Symbols of the whole project: tickets, TODOs and pages' headings by a few letters.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{SymbolKind, named};
use crate::facts::{FileFacts, FileKind};
use crate::ide::fuzzy::Query;
use crate::ide::goto::title_span;
use crate::ids::TicketId;
use crate::page::Heading;
use crate::span::Span;
use crate::ticket::Ticket;
use crate::todo::{Reference, Todo};
use crate::world::Snapshot;

/// Most symbols of one answer.
pub const MAX_FOUND: usize = 128;

/// A symbol that fits, its place still to be looked up by [`place`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    pub kind: SymbolKind,
    /// What narrows a search for it, as it would be typed; of TODOs and headings their file.
    pub container: String,
    pub path: Arc<str>,
    pub key: SymbolKey,
    pub closed: bool,
    pub score: u32,
}

/// Finds a symbol again in its file, whatever was edited meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SymbolKey {
    Ticket,
    /// By its fingerprint.
    Todo(String),
    /// By its anchor.
    Heading(String),
}

/// What was typed: `#label`, `@user` and `status:` narrow, the rest is compared letter by letter.
#[derive(Debug)]
struct Search {
    query: Query,
    labels: Vec<String>,
    users: Vec<String>,
    statuses: Vec<String>,
}

impl Search {
    fn new(typed: &str) -> Self {
        let (mut labels, mut users, mut statuses) = (Vec::new(), Vec::new(), Vec::new());
        let mut words = Vec::new();
        for word in typed.split_whitespace() {
            let lower = || word.to_lowercase();
            if let Some(status) = lower().strip_prefix("status:") {
                statuses.push(status.to_owned());
            } else if word.starts_with('#') {
                labels.push(lower()[1..].to_owned());
            } else if word.starts_with('@') {
                users.push(lower()[1..].to_owned());
            } else {
                words.push(word);
            }
        }
        for narrowed in [&mut labels, &mut users, &mut statuses] {
            narrowed.retain(|it| !it.is_empty());
        }
        Self {
            query: Query::new(&words.join(" ")),
            labels,
            users,
            statuses,
        }
    }

    fn narrows(&self) -> bool {
        !(self.labels.is_empty() && self.users.is_empty() && self.statuses.is_empty())
    }

    /// Whether each word typed begins one that the symbol has.
    fn lets_through<'a>(
        &self,
        labels: impl Iterator<Item = &'a str> + Clone,
        users: impl Iterator<Item = &'a str> + Clone,
        statuses: impl Iterator<Item = &'a str> + Clone,
    ) -> bool {
        fn all<'a>(wanted: &[String], has: impl Iterator<Item = &'a str> + Clone) -> bool {
            wanted.iter().all(|it| {
                has.clone().any(|one| {
                    let mut letters = one
                        .trim_start_matches('@')
                        .chars()
                        .flat_map(char::to_lowercase);
                    it.chars().all(|it| letters.next() == Some(it))
                })
            })
        }
        all(&self.labels, labels) && all(&self.users, users) && all(&self.statuses, statuses)
    }
}

/// A symbol that fits, before anything is said of it: of 60,000 that fit a letter 128 are told.
struct Fit<'a> {
    closed: bool,
    score: u32,
    path: &'a Arc<str>,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Ticket(&'a Ticket),
    Heading(&'a Heading),
    Todo(&'a Todo),
}

/// The symbols that fit what was typed, best first; what is closed comes last.
pub fn search(snapshot: &Snapshot, typed: &str) -> Vec<Found> {
    let search = Search::new(typed);
    let mut fits = Vec::new();
    tickets(snapshot, &search, &mut fits);
    // With nothing typed every TODO of the project would fit as well as any other.
    if !search.query.is_empty() || search.narrows() {
        for (path, facts) in snapshot.files() {
            todos(snapshot, &search, path, facts, &mut fits);
            headings(&search, path, facts, &mut fits);
        }
    }
    let order = |it: &Fit<'_>| (it.closed, Reverse(it.score), it.what.kind());
    let compare = |a: &Fit<'_>, b: &Fit<'_>| {
        order(a)
            .cmp(&order(b))
            .then_with(|| a.path.cmp(b.path))
            .then_with(|| a.what.key().cmp(&b.what.key()))
    };
    if fits.len() > MAX_FOUND {
        fits.select_nth_unstable_by(MAX_FOUND, compare);
        fits.truncate(MAX_FOUND);
    }
    fits.sort_by(compare);
    fits.iter().map(|it| found(snapshot, it)).collect()
}

impl What<'_> {
    fn kind(&self) -> SymbolKind {
        match self {
            Self::Ticket(_) => SymbolKind::Ticket,
            Self::Heading(_) => SymbolKind::Heading,
            Self::Todo(_) => SymbolKind::Todo,
        }
    }

    /// In the order of [`SymbolKey`].
    fn key(&self) -> (u8, &str) {
        match self {
            Self::Ticket(_) => (0, ""),
            Self::Todo(it) => (1, &it.fingerprint),
            Self::Heading(it) => (2, &it.anchor),
        }
    }
}

fn found(snapshot: &Snapshot, fit: &Fit<'_>) -> Found {
    let (name, container, key) = match fit.what {
        What::Ticket(it) => {
            let words = [&it.id, &it.title].map(|it| it.as_ref().map_or("", |it| &it.value));
            let container = said_of(snapshot, it);
            (
                named(&words.join(" "), "ticket"),
                container,
                SymbolKey::Ticket,
            )
        }
        What::Todo(it) => {
            let line = said(it).lines().next().unwrap_or_default();
            let name = named(&format!("{} {line}", it.keyword), "TODO");
            let key = SymbolKey::Todo(it.fingerprint.clone());
            (name, fit.path.to_string(), key)
        }
        What::Heading(it) => {
            let key = SymbolKey::Heading(it.anchor.clone());
            (named(&it.text, "heading"), fit.path.to_string(), key)
        }
    };
    Found {
        name,
        kind: fit.what.kind(),
        container,
        path: fit.path.clone(),
        key,
        closed: fit.closed,
        score: fit.score,
    }
}

/// Where a symbol is now; `None` where its file no longer has it.
pub fn place(snapshot: &Snapshot, path: &str, key: &SymbolKey) -> Option<Span> {
    let facts = snapshot.file(path)?;
    match key {
        SymbolKey::Ticket => {
            let span = facts.ticket.as_ref().and_then(title_span);
            Some(span.unwrap_or(Span::new(0, 0)))
        }
        SymbolKey::Todo(fingerprint) => {
            let todo = facts.todos.iter().find(|it| it.fingerprint == *fingerprint);
            todo.map(|it| it.span)
        }
        SymbolKey::Heading(anchor) => {
            let mut headings = facts.page.as_ref()?.headings.iter();
            headings.find(|it| it.anchor == *anchor).map(|it| it.span)
        }
    }
}

fn tickets<'a>(snapshot: &'a Snapshot, search: &Search, fits: &mut Vec<Fit<'a>>) {
    for entry in snapshot.catalog() {
        if !search.query.may_fit(entry.folded) {
            continue;
        }
        let texts = [entry.title(), entry.id(), entry.named];
        let scores = texts.map(|it| search.query.score(it));
        let Some(score) = scores.into_iter().flatten().max() else {
            continue;
        };
        let facts = snapshot.file(entry.path);
        let Some(ticket) = facts.and_then(|it| it.ticket.as_ref()) else {
            continue;
        };
        if search.narrows() && !ticket_fits(snapshot, search, ticket) {
            continue;
        }
        fits.push(Fit {
            closed: snapshot.is_closed(ticket),
            score,
            path: entry.path,
            what: What::Ticket(ticket),
        });
    }
}

fn ticket_fits(snapshot: &Snapshot, search: &Search, ticket: &Ticket) -> bool {
    search.lets_through(
        ticket.labels.iter().map(|it| it.value.as_str()),
        ticket.assignees.iter().map(|it| it.value.as_str()),
        [snapshot.status(ticket), kind_name(snapshot, ticket)].into_iter(),
    )
}

fn kind_name(snapshot: &Snapshot, ticket: &Ticket) -> &'static str {
    snapshot.status_kind(ticket).name()
}

/// `status:todo @ana #lsp`
fn said_of(snapshot: &Snapshot, ticket: &Ticket) -> String {
    let mut said = format!("status:{}", snapshot.status(ticket));
    for it in &ticket.assignees {
        said.push_str(&format!(" @{}", it.value.trim_start_matches('@')));
    }
    for it in &ticket.labels {
        said.push_str(&format!(" #{}", it.value));
    }
    said
}

fn todos<'a>(
    snapshot: &Snapshot,
    search: &Search,
    path: &'a Arc<str>,
    facts: &'a FileFacts,
    fits: &mut Vec<Fit<'a>>,
) {
    for todo in &facts.todos {
        let Some(score) = search.query.score(said(todo)) else {
            continue;
        };
        if search.narrows() && !todo_fits(snapshot, search, todo) {
            continue;
        }
        fits.push(Fit {
            closed: false,
            score,
            path,
            what: What::Todo(todo),
        });
    }
}

fn said(todo: &Todo) -> &str {
    match todo.text.is_empty() {
        true => &todo.body,
        false => &todo.text,
    }
}

/// A TODO has its own labels and users, and the status of the tickets that it names.
fn todo_fits(snapshot: &Snapshot, search: &Search, todo: &Todo) -> bool {
    let ids = todo.references.iter().filter_map(|it| it.value.ticket_id());
    // Looked up where somebody asks for a status only: of 50,000 TODOs that takes its time.
    let ids = ids.filter(|_| !search.statuses.is_empty());
    let tickets: Vec<_> = ids
        .filter_map(|it| snapshot.ticket(&TicketId::new(it)))
        .collect();
    let statuses = tickets
        .iter()
        .flat_map(|(_, it)| [snapshot.status(it), kind_name(snapshot, it)]);
    let users = todo.references.iter().filter_map(|it| match &it.value {
        Reference::User(user) => Some(user.as_str()),
        _ => None,
    });
    search.lets_through(todo.labels.iter().map(String::as_str), users, statuses)
}

/// Of pages alone: a ticket's headings are much the same in each.
fn headings<'a>(
    search: &Search,
    path: &'a Arc<str>,
    facts: &'a FileFacts,
    fits: &mut Vec<Fit<'a>>,
) {
    if facts.kind != FileKind::Page || search.narrows() {
        return;
    }
    for heading in facts.page.iter().flat_map(|it| &it.headings) {
        if let Some(score) = search.query.score(&heading.text) {
            fits.push(Fit {
                closed: false,
                score,
                path,
                what: What::Heading(heading),
            });
        }
    }
}
