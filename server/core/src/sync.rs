//! Sync as data: what both sides say of a ticket, and what has to happen so that they agree.
//!
//! A ticket and its issue are each read into [`Fields`], one vocabulary for both. The planner
//! compares them with the [`Base`], the last state on which both agreed, and gives sorted
//! operations. Nothing here reads a file, asks a server or remembers anything; planning again
//! after a plan was carried out gives nothing.

pub mod closing;
pub mod edit;
pub mod fields;
pub mod merge;
pub mod payload;
pub mod plan;
pub mod project;
pub mod pulls;
pub mod resolve;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::pulls::{Check, Checks, Outcome, PullRequest, PullState, TicketPull};
pub use project::{ProjectItem, ProjectPlace, ProjectWrite};

/// A field that a ticket and its issue share.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Title,
    /// What stands below the front matter, acceptance criteria included.
    Body,
    /// The name of a configured status; an issue's state, reason and status label.
    Status,
    Priority,
    /// The ticket's `type`; an issue's type.
    Type,
    Labels,
    Assignees,
    Milestone,
    /// An issue's number, as text.
    Parent,
    /// Numbers of issues, as texts.
    DependsOn,
    /// Who is to work on it, where that is an agent.
    Executor,
}

/// What one side says of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// One text; empty where there is none.
    Text(String),
    /// Merged as a set: what one side puts in or takes out is put in or taken out.
    Set(BTreeSet<String>),
}

/// What one side says. A field that is not in it is not known there (the forge lacks it, or the
/// configuration leaves it out), and is left alone on both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields(pub BTreeMap<Field, Value>);

/// The last state on which a ticket and its issue agreed, field by field. A field that is not in it
/// never was agreed on: equal values settle, others are a conflict.
pub type Base = BTreeMap<Field, Agreed>;

/// What both sides last said of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    pub value: Value,
    /// What the forge was asked to take and did not (an assignee who is no member, say): of a set
    /// the items, of a text the text. It is not sent again, and not taken out of the ticket.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub untaken: BTreeSet<String>,
    /// What the ticket says, where a person decided a conflict for it: it is sent though it is not
    /// new, and forgotten with the next agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Value>,
}

/// A forge's issue, in docket's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    pub number: u64,
    /// The forge's own identity, which a transfer or a rename of the repository does not change.
    pub node_id: String,
    pub url: String,
    pub title: String,
    /// As the forge has it, markers included.
    pub body: String,
    pub state: IssueState,
    pub labels: BTreeSet<String>,
    /// Logins, without `@`.
    pub assignees: BTreeSet<String>,
    /// Its title.
    pub milestone: Option<String>,
    /// The issue type's name.
    pub kind: Option<String>,
    /// `None` where the forge does not say.
    pub relations: Option<Relations>,
    /// What the configured project says; `None` where it was not asked.
    #[serde(default)]
    pub project: Option<ProjectItem>,
    pub author: String,
    /// Nobody but maintainers can comment; fields can still be changed.
    pub locked: bool,
    /// A pull request is never a ticket, but is known for hovers.
    pub is_pull_request: bool,
    pub n_comments: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// Whether there is something left to do, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum IssueState {
    Open,
    Closed(CloseReason),
}

/// GitHub's `state_reason`; an unknown or absent one is [`CloseReason::Completed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CloseReason {
    Completed,
    NotPlanned,
    Duplicate,
}

/// Links to other issues of the same repository, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relations {
    pub parent: Option<u64>,
    pub blocked_by: BTreeSet<u64>,
}

/// A comment on an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    pub id: u64,
    pub author: String,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One change of an issue, idempotent by its nature: carried out twice it is as carried out once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RemoteWrite {
    Title(String),
    Body(String),
    State(IssueState),
    /// By title; made where it does not exist.
    Milestone(Option<String>),
    Type(Option<String>),
    AddLabel(String),
    RemoveLabel(String),
    AddAssignee(String),
    RemoveAssignee(String),
    Parent(Option<u64>),
    AddBlockedBy(u64),
    RemoveBlockedBy(u64),
    Project(ProjectWrite),
}

impl Field {
    pub const ALL: [Self; 11] = [
        Self::Title,
        Self::Body,
        Self::Status,
        Self::Priority,
        Self::Type,
        Self::Labels,
        Self::Assignees,
        Self::Milestone,
        Self::Parent,
        Self::DependsOn,
        Self::Executor,
    ];

    /// As in front matter and configuration; `body` is no front-matter key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Type => "type",
            Self::Labels => "labels",
            Self::Assignees => "assignees",
            Self::Milestone => "milestone",
            Self::Parent => "parent",
            Self::DependsOn => "depends-on",
            Self::Executor => "executor",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl Agreed {
    pub fn on(value: Value) -> Self {
        Self {
            value,
            untaken: BTreeSet::new(),
            decided: None,
        }
    }
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Whether it says that there is nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Set(items) => items.is_empty(),
        }
    }
}

impl Fields {
    pub fn text(&self, field: Field) -> &str {
        match self.0.get(&field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    pub fn set(&self, field: Field) -> BTreeSet<String> {
        match self.0.get(&field) {
            Some(Value::Set(items)) => items.clone(),
            _ => BTreeSet::new(),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Mirror {
    /// Whether nothing looks different for it, but how old it is.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.repository == other.repository
            && self.outbox == other.outbox
            && self.pending == other.pending
            && self.conflicts == other.conflicts
            && self.issues == other.issues
            && self.pulls.len() == other.pulls.len()
            && (self.pulls.iter().zip(&other.pulls)).all(|(one, other)| one.says_the_same(other))
            && self.comments == other.comments
    }
}

impl IssueState {
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

/// Both sides have changed a field since they last agreed on it, and not to the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The ticket's id as its file writes it.
    pub ticket: String,
    pub issue: u64,
    pub field: Field,
    /// `None` where they never agreed: a first link, or a lost database.
    pub base: Option<Value>,
    pub mine: Value,
    pub theirs: Value,
}

/// What is known of the forge without asking it: a copy, and how old it is.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// `owner/name` of the project's own repository; empty where sync is off and nothing is known.
    pub repository: String,
    /// The project's own issues and pull requests, by number.
    pub issues: BTreeMap<u64, Arc<Issue>>,
    /// Of issues that are tickets, or will be, the newest comments, oldest first; an issue without
    /// any is not in it.
    pub comments: BTreeMap<u64, Arc<[Comment]>>,
    /// When the copy was last brought up to date.
    pub fetched_at: Option<Timestamp>,
    /// In order of ticket and field.
    pub conflicts: Vec<Conflict>,
    pub outbox: OutboxCounts,
    /// Pull requests of tickets' branches, by branch.
    pub pulls: Vec<TicketPull>,
    /// What has still to be sent, in order of ticket and row.
    pub pending: Vec<Pending>,
}

/// One thing that has still to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The ticket's id as its file writes it, or `#7` of an issue without one.
    pub ticket: String,
    pub row: i64,
    /// In a few words.
    pub summary: String,
    /// Why the forge does not take it: a person has to look.
    pub refused: Option<String>,
}

/// What has still to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    pub waiting: usize,
    /// The forge will not take it as it is: a person has to look.
    pub refused: usize,
}
