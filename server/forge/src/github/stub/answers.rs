//! Answers of the GitHub for tests: JSON as GitHub writes it, and what is refused.

use docket_core::sync::{CloseReason, Comment, Issue, IssueState};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::Inner;
use crate::{Error, ErrorKind};

/// What is sent back.
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Value,
}

impl Answer {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Of a success, that something is there now that was not.
    pub(super) fn created(self) -> Self {
        match self.status {
            200 => Self {
                status: 201,
                ..self
            },
            _ => self,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, json!({ "message": "Not Found", "status": "404" }))
    }

    pub(super) fn invalid(field: &str, code: &str, message: &str) -> Self {
        Self::new(
            422,
            json!({
                "message": "Validation Failed",
                "errors": [{ "resource": "Issue", "field": field, "code": code, "message": message }],
            }),
        )
    }

    pub(super) fn into_template(self) -> ResponseTemplate {
        let template = match self.status {
            204 | 304 => ResponseTemplate::new(self.status),
            status => ResponseTemplate::new(status).set_body_json(self.body),
        };
        self.headers
            .into_iter()
            .fold(template, |it, (name, value)| it.insert_header(name, value))
    }
}

impl Inner {
    /// How GitHub says what the forge in memory says.
    pub(super) fn refusal(&self, base: &str, number: u64, error: &Error) -> Answer {
        match error.kind {
            ErrorKind::NotFound => Answer::not_found(),
            ErrorKind::Gone => Answer::new(410, json!({ "message": "This issue was deleted" })),
            ErrorKind::Moved => {
                let target = format!("{base}/repositories/2/issues/{}", number + 1);
                Answer::new(
                    301,
                    json!({ "message": "Moved Permanently", "url": target }),
                )
                .header("location", target)
            }
            ErrorKind::Invalid => Answer::invalid("title", "custom", &error.message),
            ErrorKind::Limited { until } => Answer::new(
                403,
                json!({ "message": "API rate limit exceeded for user ID 1." }),
            )
            .header("x-ratelimit-reset", until.as_second().to_string()),
            _ => Answer::new(403, json!({ "message": error.message })),
        }
    }

    pub(super) fn milestone_number(&self, title: &str) -> usize {
        let mut milestones = super::super::lock(&self.milestones);
        let found = milestones.iter().position(|it| it == title);
        let index = found.unwrap_or_else(|| {
            milestones.push(title.to_owned());
            milestones.len() - 1
        });
        index + 1
    }

    pub(super) fn issue_json(&self, base: &str, issue: &Issue) -> Value {
        let full_name = self.full_name();
        let repository = format!("{base}/repos/{full_name}");
        let (state, reason) = match issue.state {
            IssueState::Open => ("open", None),
            IssueState::Closed(CloseReason::Completed) => ("closed", Some("completed")),
            IssueState::Closed(CloseReason::NotPlanned) => ("closed", Some("not_planned")),
            IssueState::Closed(CloseReason::Duplicate) => ("closed", Some("duplicate")),
        };
        let mut value = json!({
            "id": id(issue.number),
            "node_id": issue.node_id,
            "url": format!("{repository}/issues/{}", issue.number),
            "repository_url": repository,
            "html_url": issue.url,
            "number": issue.number,
            "title": issue.title,
            "body": (!issue.body.is_empty()).then_some(&issue.body),
            "user": { "login": issue.author, "id": 1, "type": "User" },
            "labels": issue.labels.iter().map(|it| label_json(it)).collect::<Vec<_>>(),
            "state": state,
            "state_reason": reason,
            "locked": issue.locked,
            "active_lock_reason": null,
            "assignee": null,
            "assignees": issue.assignees.iter().map(|it| json!({ "login": it })).collect::<Vec<_>>(),
            "milestone": issue.milestone.as_deref().map(|it| self.milestone_json(it)),
            "type": issue.kind.as_ref().map(|it| json!({ "id": 1, "name": it })),
            "comments": issue.n_comments,
            "created_at": issue.created_at,
            "updated_at": issue.updated_at,
            "closed_at": issue.closed_at,
        });
        if issue.is_pull_request {
            value["pull_request"] = json!({ "merged_at": null });
        }
        value
    }

    pub(super) fn milestone_json(&self, title: &str) -> Value {
        json!({ "number": self.milestone_number(title), "title": title, "state": "open", "due_on": null })
    }
}

pub(super) fn label_json(name: &str) -> Value {
    json!({ "id": 1, "name": name, "color": "ededed", "default": false, "description": null })
}

pub(super) fn comment_json(comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "user": { "login": comment.author },
        "body": comment.body,
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
    })
}

/// Of the database, which is not the number.
pub(super) fn id(number: u64) -> u64 {
    number + 10_000
}
