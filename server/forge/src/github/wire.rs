//! What is read of GitHub's answers: the fields that are needed, and no others.
//!
//! Everything that may be absent or null somewhere is optional here, so that a server of another age
//! is understood as far as it goes.

pub(super) mod pulls;

use docket_core::sync::{CloseReason, Comment, Issue, IssueState};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Who has deleted the account is shown under this name, as GitHub does.
const GHOST: &str = "ghost";

#[derive(Deserialize)]
pub(super) struct User {
    pub login: String,
}

#[derive(Deserialize)]
pub(super) struct Repository {
    pub id: Option<u64>,
    #[serde(default)]
    pub node_id: String,
    pub full_name: String,
    pub default_branch: Option<String>,
    pub has_issues: Option<bool>,
    #[serde(default)]
    pub archived: bool,
    pub permissions: Option<Permissions>,
}

/// Any of these roles may change issues.
#[derive(Deserialize)]
pub(super) struct Permissions {
    #[serde(default)]
    admin: bool,
    #[serde(default)]
    maintain: bool,
    #[serde(default)]
    push: bool,
    #[serde(default)]
    triage: bool,
}

#[derive(Deserialize)]
pub(super) struct Milestone {
    pub number: u64,
    pub title: String,
}

/// A label is an object, or in old answers its name alone.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Label {
    Object { name: Option<String> },
    Name(String),
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct IssueAnswer {
    /// Of the database; sub-issues and dependencies are named by it.
    pub id: Option<u64>,
    pub number: u64,
    #[serde(default)]
    node_id: String,
    #[serde(default)]
    html_url: String,
    /// The API's address of the repository that it is in.
    pub repository_url: Option<String>,
    title: String,
    body: Option<String>,
    state: String,
    state_reason: Option<String>,
    #[serde(default)]
    labels: Vec<Label>,
    assignees: Option<Vec<User>>,
    milestone: Option<Milestone>,
    #[serde(rename = "type")]
    kind: Option<Named>,
    user: Option<User>,
    #[serde(default)]
    locked: bool,
    pull_request: Option<IgnoredAny>,
    comments: Option<u32>,
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct CommentAnswer {
    id: u64,
    user: Option<User>,
    body: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What GitHub says when it does not do what it was asked to.
#[derive(Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub errors: Vec<RefusalDetail>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum RefusalDetail {
    Object {
        field: Option<String>,
        code: Option<String>,
        message: Option<String>,
    },
    Text(String),
}

impl Repository {
    pub(super) fn can_write(&self) -> bool {
        // Tokens of apps come without permissions; there a write will tell.
        let may = self
            .permissions
            .as_ref()
            .is_none_or(|it| it.admin || it.maintain || it.push || it.triage);
        may && !self.archived
    }
}

impl Label {
    pub(super) fn name(self) -> Option<String> {
        match self {
            Self::Object { name } => name,
            Self::Name(name) => Some(name),
        }
    }
}

impl IssueAnswer {
    pub(super) fn into_issue(self) -> Issue {
        Issue {
            number: self.number,
            node_id: self.node_id,
            url: self.html_url,
            title: self.title,
            body: self.body.unwrap_or_default(),
            state: state(&self.state, self.state_reason.as_deref()),
            labels: self.labels.into_iter().filter_map(Label::name).collect(),
            assignees: self
                .assignees
                .unwrap_or_default()
                .into_iter()
                .map(|it| it.login)
                .collect(),
            milestone: self.milestone.map(|it| it.title),
            kind: self.kind.map(|it| it.name),
            relations: None,
            project: None,
            author: login(self.user),
            locked: self.locked,
            is_pull_request: self.pull_request.is_some(),
            n_comments: self.comments.unwrap_or(0),
            created_at: self.created_at,
            updated_at: self.updated_at,
            closed_at: self.closed_at,
        }
    }
}

impl From<CommentAnswer> for Comment {
    fn from(it: CommentAnswer) -> Self {
        Self {
            id: it.id,
            author: login(it.user),
            body: it.body.unwrap_or_default(),
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

impl RefusalDetail {
    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Self::Object { field, .. } => field.as_deref(),
            Self::Text(_) => None,
        }
    }

    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Object { code, .. } => code.as_deref(),
            Self::Text(_) => None,
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Object {
                message: Some(message),
                ..
            } => message.clone(),
            Self::Object { field, code, .. } => [field, code]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" is "),
            Self::Text(text) => text.clone(),
        }
    }
}

/// `state_reason` as it is written.
pub(super) fn reason_name(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Completed => "completed",
        CloseReason::NotPlanned => "not_planned",
        CloseReason::Duplicate => "duplicate",
    }
}

fn state(state: &str, reason: Option<&str>) -> IssueState {
    match (state, reason) {
        ("closed", Some("not_planned")) => IssueState::Closed(CloseReason::NotPlanned),
        ("closed", Some("duplicate")) => IssueState::Closed(CloseReason::Duplicate),
        ("closed", _) => IssueState::Closed(CloseReason::Completed),
        _ => IssueState::Open,
    }
}

fn login(user: Option<User>) -> String {
    user.map_or_else(|| GHOST.to_owned(), |it| it.login)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_that_a_server_may_say_is_an_issue() {
        let text = r#"{"number": 7, "title": "One", "state": "closed", "user": null, "body": null,
            "labels": ["old", {"name": "bug", "color": "f00"}, {"name": null}], "unknown": {"deep": []},
            "created_at": "2026-11-01T10:00:00Z", "updated_at": "2026-11-01T10:00:00.250Z"}"#;
        let issue = serde_json::from_str::<IssueAnswer>(text)
            .unwrap()
            .into_issue();
        assert_eq!(issue.author, "ghost");
        assert_eq!(issue.state, IssueState::Closed(CloseReason::Completed));
        assert_eq!(issue.labels.into_iter().collect::<Vec<_>>(), ["bug", "old"]);
        assert!(!issue.is_pull_request && issue.body.is_empty());
    }

    #[test]
    fn a_reason_that_is_new_to_us_is_completed_and_a_reopened_issue_is_open() {
        let closed = |reason| state("closed", Some(reason));
        assert_eq!(closed("eaten"), IssueState::Closed(CloseReason::Completed));
        for reason in [
            CloseReason::Completed,
            CloseReason::NotPlanned,
            CloseReason::Duplicate,
        ] {
            assert_eq!(closed(reason_name(reason)), IssueState::Closed(reason));
        }
        assert_eq!(state("open", Some("reopened")), IssueState::Open);
    }
}
