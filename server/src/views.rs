//! Tickets and TODOs as rows for what is drawn elsewhere: an editor's views, the board in a browser.
//!
//! One set of types for every door that draws; `lsp/ext.rs` says by which requests they travel.

mod history;
mod tickets;
mod todos;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use docket_core::config::StatusKind;
use docket_core::finding::{Finding, Severity};
use docket_core::rules::{self, RuleId};
use docket_core::span::Encoding;
use docket_core::text::Hash;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::View;
use crate::env::Env;
use crate::source::ProjectSource;

pub use history::add_history;
use tickets::{ticket, tickets};
pub use todos::{condition, priority, reference, ticket_of, todos, todos_of_file};

/// What a row is drawn for: how its reader names files and counts columns.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    pub encoding: Encoding,
    /// An absolute path as the reader names it.
    pub name: fn(&std::path::Path) -> String,
}

/// What an answer was made of: as long as that is the same, so is the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground(Vec<(PathBuf, u64, bool, Date)>);

/// The last answer of a kind, by its name and what it was made of.
#[derive(Clone, Debug, Default)]
pub struct Last(Arc<Mutex<Option<(Ground, String)>>>);

/// Of each kind that a client asks for again and again.
#[derive(Clone, Debug, Default)]
pub struct LastAnswers {
    pub tickets: Last,
    pub todos: Last,
}

impl Ground {
    pub fn of(views: &[View]) -> Self {
        let of = |it: &View| {
            let snapshot = &it.snapshot;
            (
                it.root.clone(),
                snapshot.revision,
                it.complete,
                snapshot.today,
            )
        };
        Self(views.iter().map(of).collect())
    }
}

impl Last {
    /// Whether the answer that the reader knows as `previous` is what the one to come would be.
    pub fn still_is(&self, ground: &Ground, previous: &str) -> bool {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = last.as_ref().filter(|it| it.0 == *ground);
        same.is_some_and(|it| previous == it.1)
    }

    pub fn set(&self, ground: Ground, result_id: &str) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((ground, result_id.to_owned()));
    }
}

/// The tickets of every project, by the path of its folder.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketsAnswer {
    /// Equal answers have equal ones.
    pub result_id: String,
    /// Null where they are what `previousResultId` stands for.
    pub projects: Option<Vec<ProjectTickets>>,
}

/// The card of one ticket.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketAnswer {
    /// Null where no ticket has the id.
    pub card: Option<TicketCard>,
}

/// The TODOs that were asked for, by the path of their project's folder.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TodosAnswer {
    /// Equal answers have equal ones.
    pub result_id: String,
    /// The version of the document that was asked for, where it is open.
    pub version: Option<i32>,
    /// Null where they are what `previousResultId` stands for.
    pub projects: Option<Vec<ProjectTodos>>,
}

/// The tickets of one project.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectTickets {
    /// The project's folder: in LSP its URI, without a slash at the end.
    pub root: String,
    /// The folder's name.
    pub name: String,
    /// Whether the whole project has been read; while not, more may come.
    pub complete: bool,
    /// The user's own name, as assignees are written; null where nobody said.
    pub me: Option<String>,
    /// In the order of the configuration, which is that of a board's columns; then those that only tickets name.
    pub statuses: Vec<Status>,
    /// By path.
    pub tickets: Vec<TicketRow>,
}

/// One status that a ticket can have.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    pub name: String,
    pub kind: Kind,
    /// The configuration has it; a status that only tickets name cannot be set.
    pub known: bool,
}

/// What a status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Not begun.
    Open,
    /// Being worked on.
    Active,
    /// Finished.
    Done,
    /// Will not be done.
    Dropped,
}

/// One ticket, defaults filled in.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketRow {
    pub id: String,
    pub title: String,
    pub status: String,
    pub kind: Kind,
    /// `critical`, `high`, `medium` or `low`.
    pub priority: Option<String>,
    pub r#type: Option<String>,
    pub labels: Vec<String>,
    /// Without `@`.
    pub assignees: Vec<String>,
    pub milestone: Option<String>,
    /// An id.
    pub parent: Option<String>,
    /// Ids.
    pub depends_on: Vec<String>,
    /// Those of them that are neither done nor dropped.
    pub waits_for: Vec<String>,
    /// A day, ISO 8601.
    pub due: Option<String>,
    /// Past its day, and neither done nor dropped.
    pub overdue: bool,
    /// In points.
    pub estimate: Option<f64>,
    /// The number.
    pub github: Option<u64>,
    /// A day, ISO 8601.
    pub created: Option<String>,
    /// Relative to the project's folder, with `/`.
    pub path: String,
    pub criteria: Criteria,
    /// How many TODOs name it.
    pub todos: usize,
    /// Findings of its file that are warnings or errors.
    pub troubles: usize,
}

/// How far the acceptance criteria are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Criteria {
    pub done: usize,
    pub total: usize,
}

/// One ticket with all that a card or a preview shows.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketCard {
    /// The project's folder: in LSP its URI, without a slash at the end.
    pub root: String,
    pub ticket: TicketRow,
    /// The Markdown after the front matter.
    pub body: String,
    /// The line of the file on which the body begins, from 0.
    pub body_line: u32,
    pub criteria: Vec<Criterion>,
    /// The TODOs that name it, by path and place.
    pub todos: Vec<TodoRow>,
}

/// One acceptance criterion; its number is its place in the list.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Criterion {
    pub done: bool,
    pub text: String,
    /// Of the file, from 0.
    pub line: u32,
}

/// The TODOs of one project, or of one of its files.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectTodos {
    /// The project's folder: in LSP its URI, without a slash at the end.
    pub root: String,
    /// The folder's name.
    pub name: String,
    /// Whether the whole project has been read; while not, more may come.
    pub complete: bool,
    /// The canonical keywords, in the order of the configuration.
    pub keywords: Vec<String>,
    /// By path and place.
    pub todos: Vec<TodoRow>,
}

/// One TODO.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TodoRow {
    /// Relative to the project's folder, with `/`.
    pub path: String,
    /// The keyword alone, aliases included.
    pub keyword_range: Range,
    /// From the keyword to the end of the body.
    pub range: Range,
    /// The canonical keyword.
    pub keyword: String,
    /// The first line's text.
    pub text: String,
    /// `T-7k3f`, `#12`, `owner/repo#12`, `@ana`, `!label`, or another tracker's.
    pub references: Vec<String>,
    /// The id of the ticket that it belongs to.
    pub ticket: Option<String>,
    /// Of that ticket.
    pub title: Option<String>,
    /// Of that ticket.
    pub kind: Option<Kind>,
    /// Users that it names; without any, its ticket's assignees.
    pub people: Vec<String>,
    /// One of them is the user.
    pub mine: bool,
    /// `high` or `critical`, by its `!`.
    pub priority: Option<String>,
    /// `2026-12-31`, `>=2.0.0`, `serde>=2`, `T-7k3f`, `#12`.
    pub conditions: Vec<String>,
    /// A day, ISO 8601.
    pub due: Option<String>,
    /// Names of the rules that report it.
    pub rules: Vec<String>,
    /// One of those findings is a warning or an error.
    pub trouble: bool,
    /// The day on which its line was last written, ISO 8601; null where git was not asked, or has no commit of it.
    pub since: Option<String>,
    /// It was not there where this branch began; null where git was not asked, or cannot tell.
    pub new: Option<bool>,
    /// Stable identity.
    pub fingerprint: String,
}

/// A range as LSP has it, in the position encoding of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

/// A place as LSP has it; both count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Position {
    pub line: u32,
    pub character: u32,
}

impl TicketsAnswer {
    /// What the reader knows as `previous` stands.
    pub fn unchanged(previous: &str) -> Self {
        Self {
            result_id: previous.to_owned(),
            projects: None,
        }
    }

    /// The tickets of `views`, unless they are those that the reader knows as `previous`.
    pub fn new(views: &[View], reader: Reader, previous: Option<&str>) -> Self {
        let projects = views.iter().map(|it| tickets(it, reader)).collect();
        let (result_id, projects) = unless_known(projects, previous);
        Self {
            result_id,
            projects,
        }
    }
}

impl TicketAnswer {
    /// The card of a ticket of the project that the reader calls `root`, or of the first that has it.
    pub fn new(views: &[View], id: &str, root: Option<&str>, reader: Reader, env: &Env) -> Self {
        let asked = |view: &&View| root.is_none_or(|it| it == (reader.name)(&view.root));
        let card = views
            .iter()
            .filter(asked)
            .find_map(|view| ticket(view, id, reader, &mut ProjectSource::new(&view.root, env)));
        Self { card }
    }
}

impl TodosAnswer {
    /// What the reader knows as `previous` stands.
    pub fn unchanged(previous: &str) -> Self {
        Self {
            result_id: previous.to_owned(),
            version: None,
            projects: None,
        }
    }

    /// These TODOs, unless they are those that the reader knows as `previous`.
    pub fn new(projects: Vec<ProjectTodos>, version: Option<i32>, previous: Option<&str>) -> Self {
        let (result_id, projects) = unless_known(projects, previous);
        Self {
            result_id,
            version,
            projects,
        }
    }
}

impl From<StatusKind> for Kind {
    fn from(kind: StatusKind) -> Self {
        match kind {
            StatusKind::Open => Self::Open,
            StatusKind::Active => Self::Active,
            StatusKind::Done => Self::Done,
            StatusKind::Dropped => Self::Dropped,
        }
    }
}

/// The folder's name, for a heading.
pub fn name(root: &std::path::Path) -> String {
    let name = root.file_name().unwrap_or(root.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What the rules find in a file. Until the whole project has been read, a missing ticket or page is
/// one that nobody looked for.
fn findings(view: &View, path: &str) -> Vec<Finding> {
    let mut findings = rules::findings(&view.snapshot, path);
    findings.retain(|it| {
        view.complete || !matches!(it.rule, RuleId::UnknownTicket | RuleId::BrokenLink)
    });
    findings
}

fn is_trouble(finding: &Finding) -> bool {
    finding.severity >= Severity::Warning
}

/// A name for the rows, and the rows where that name is not the one known.
fn unless_known<T: Serialize>(rows: Vec<T>, known: Option<&str>) -> (String, Option<Vec<T>>) {
    let bytes = serde_json::to_vec(&rows).unwrap_or_default();
    let result_id = format!("{:?}", Hash::of(&bytes));
    let is_known = known == Some(&*result_id);
    (result_id, (!is_known).then_some(rows))
}
