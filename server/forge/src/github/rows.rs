//! The parts of GitHub's answers that are read.

use docket_core::sync::{CloseReason, Comment, Issue, IssueState, Relations};
use jiff::Timestamp;
use serde::Deserialize;

use crate::Repository;

#[derive(Deserialize)]
pub(super) struct UserRow {
    pub(super) login: String,
}

#[derive(Deserialize)]
pub(super) struct RepositoryRow {
    pub(super) full_name: String,
    node_id: String,
    default_branch: String,
    #[serde(default = "yes")]
    has_issues: bool,
    permissions: Option<Permissions>,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default)]
    push: bool,
    #[serde(default)]
    triage: bool,
}

#[derive(Deserialize)]
pub(super) struct IssueRow {
    pub(super) id: u64,
    number: u64,
    node_id: String,
    html_url: String,
    title: String,
    body: Option<String>,
    state: String,
    state_reason: Option<String>,
    #[serde(default)]
    labels: Vec<LabelRow>,
    #[serde(default)]
    assignees: Vec<UserRow>,
    milestone: Option<MilestoneRow>,
    #[serde(rename = "type")]
    kind: Option<KindRow>,
    user: Option<UserRow>,
    #[serde(default)]
    locked: bool,
    pull_request: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    comments: u32,
    pub(super) created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
}

/// An older API gives names alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum LabelRow {
    Name(String),
    Label { name: Option<String> },
}

#[derive(Deserialize)]
pub(super) struct MilestoneRow {
    pub(super) number: u64,
    pub(super) title: String,
}

#[derive(Deserialize)]
struct KindRow {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct CommentRow {
    id: u64,
    user: Option<UserRow>,
    body: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// One issue of a GraphQL answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RelationsRow {
    number: u64,
    parent: Option<OtherRow>,
    blocked_by: Option<Nodes>,
}

#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<Option<OtherRow>>,
}

#[derive(Deserialize)]
struct OtherRow {
    number: u64,
    repository: NameRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NameRow {
    name_with_owner: String,
}

fn yes() -> bool {
    true
}

impl From<RepositoryRow> for Repository {
    fn from(row: RepositoryRow) -> Self {
        Self {
            full_name: row.full_name,
            node_id: row.node_id,
            default_branch: row.default_branch,
            has_issues: row.has_issues,
            can_write: row.permissions.is_none_or(|it| it.push || it.triage),
        }
    }
}

impl From<IssueRow> for Issue {
    fn from(row: IssueRow) -> Self {
        let labels = row.labels.into_iter().filter_map(|it| match it {
            LabelRow::Name(name) => Some(name),
            LabelRow::Label { name } => name,
        });
        let state = match (row.state.as_str(), row.state_reason.as_deref()) {
            ("open", _) => IssueState::Open,
            (_, Some("not_planned")) => IssueState::Closed(CloseReason::NotPlanned),
            (_, Some("duplicate")) => IssueState::Closed(CloseReason::Duplicate),
            _ => IssueState::Closed(CloseReason::Completed),
        };
        Self {
            number: row.number,
            node_id: row.node_id,
            url: row.html_url,
            title: row.title,
            body: row.body.unwrap_or_default(),
            state,
            labels: labels.collect(),
            assignees: row.assignees.into_iter().map(|it| it.login).collect(),
            milestone: row.milestone.map(|it| it.title),
            kind: row.kind.map(|it| it.name),
            relations: None,
            // An account that was deleted.
            author: row.user.map_or_else(|| "ghost".to_owned(), |it| it.login),
            locked: row.locked,
            is_pull_request: row.pull_request.is_some(),
            n_comments: row.comments,
            created_at: row.created_at,
            updated_at: row.updated_at,
            closed_at: row.closed_at,
        }
    }
}

impl From<CommentRow> for Comment {
    fn from(row: CommentRow) -> Self {
        Self {
            id: row.id,
            author: row.user.map_or_else(|| "ghost".to_owned(), |it| it.login),
            body: row.body.unwrap_or_default(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl RelationsRow {
    /// Those within the repository `own`; others cannot be tickets of it.
    pub(super) fn relations(self, own: &str) -> (u64, Relations) {
        let is_own = |it: &OtherRow| it.repository.name_with_owner.eq_ignore_ascii_case(own);
        let blockers = self
            .blocked_by
            .into_iter()
            .flat_map(|it| it.nodes)
            .flatten();
        let relations = Relations {
            parent: self.parent.filter(|it| is_own(it)).map(|it| it.number),
            blocked_by: blockers.filter(is_own).map(|it| it.number).collect(),
        };
        (self.number, relations)
    }
}
