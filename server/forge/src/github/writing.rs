//! Writes: new issues and comments, and changes of an issue.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::sync::{Comment, Issue, IssueState, RemoteWrite};
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::transport::{Answer, Call};
use super::wire::{CommentAnswer, IssueAnswer, Label, Milestone, reason_name};
use super::{GitHub, lock};
use crate::steps::{Edit, Step, steps};
use crate::{ErrorKind, NewIssue, Result};

/// All but the unreserved characters of RFC 3986.
pub(super) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl GitHub {
    pub(super) async fn make(&self, new: &NewIssue) -> Result<Issue> {
        let mut payload = Map::new();
        payload.insert("title".to_owned(), json!(new.title));
        payload.insert("body".to_owned(), json!(new.body));
        if !new.labels.is_empty() {
            payload.insert("labels".to_owned(), json!(new.labels));
        }
        if !new.assignees.is_empty() {
            payload.insert("assignees".to_owned(), json!(new.assignees));
        }
        if let Some(title) = &new.milestone {
            match self.milestone(title).await {
                Ok(number) => _ = payload.insert("milestone".to_owned(), json!(number)),
                Err(error) if error.is_retryable() => return Err(error),
                Err(_) => {}
            }
        }
        if let Some(kind) = &new.kind {
            payload.insert("type".to_owned(), json!(kind));
        }
        let mut answer = self.post_issue(&payload).await?;
        if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
            // A refused request has made nothing, so that it can be made without what was refused.
            let refusal = answer.refusal();
            let refused = refusal.errors.iter().filter_map(|it| it.field());
            let n_fields = payload.len();
            for field in refused.filter(|it| !matches!(*it, "title" | "body")) {
                let field = if field == "assignee" {
                    "assignees"
                } else {
                    field
                };
                payload.remove(field);
            }
            if payload.len() < n_fields {
                answer = self.post_issue(&payload).await?;
            }
        }
        if !answer.status.is_success() {
            return Err(self.failure(&answer, None));
        }
        let made: IssueAnswer = answer.json()?;
        let number = made.number;
        let mut issue = self.checked(made, number)?;
        let missing = lacking(&issue.labels, &new.labels);
        if !missing.is_empty() {
            // The issue is made: what is wrong with a label is no reason to say that it is not.
            if let Ok(labels) = self.add_labels(number, &missing).await {
                issue.labels = labels;
            }
        }
        Ok(issue)
    }

    async fn post_issue(&self, payload: &Map<String, Value>) -> Result<Answer> {
        let call = Call::write(
            Method::POST,
            self.below("/issues"),
            Some(Value::Object(payload.clone())),
        );
        self.answer(call, None).await
    }

    pub(super) async fn make_comment(&self, number: u64, body: &str) -> Result<Comment> {
        let call = Call::write(
            Method::POST,
            self.below(&format!("/issues/{number}/comments")),
            Some(json!({ "body": body })),
        );
        let made: CommentAnswer = self.ask(call, Some(number)).await?.json()?;
        Ok(made.into())
    }

    pub(super) async fn carry_out(
        &self,
        number: u64,
        writes: &[RemoteWrite],
    ) -> Result<Option<Issue>> {
        let mut told: Option<Issue> = None;
        for step in steps(writes) {
            match step {
                Step::Edit(edit) => told = Some(self.edit(number, &edit).await?),
                Step::AddLabels(names) => {
                    let labels = self.add_labels(number, &names).await?;
                    if let Some(issue) = &mut told {
                        issue.labels = labels;
                    }
                }
                Step::RemoveLabel(name) => {
                    self.remove_label(number, &name).await?;
                    if let Some(issue) = &mut told {
                        issue.labels.retain(|it| !same(it, &name));
                    }
                }
                Step::AddAssignees(names) => {
                    told = Some(self.assignees(Method::POST, number, &names).await?);
                }
                Step::RemoveAssignees(names) => {
                    told = Some(self.assignees(Method::DELETE, number, &names).await?);
                }
                Step::Parent(Some(parent)) => self.set_parent(number, parent).await?,
                Step::Parent(None) => self.clear_parent(number).await?,
                Step::AddBlockedBy(blocker) => self.add_blocker(number, blocker).await?,
                Step::RemoveBlockedBy(blocker) => self.remove_blocker(number, blocker).await?,
                Step::Project(writes) => self.choose(&writes).await?,
            }
        }
        Ok(told)
    }

    async fn edit(&self, number: u64, edit: &Edit) -> Result<Issue> {
        let mut payload = Map::new();
        let mut put = |key: &str, value: Value| payload.insert(key.to_owned(), value);
        if let Some(title) = &edit.title {
            put("title", json!(title));
        }
        if let Some(body) = &edit.body {
            put("body", json!(body));
        }
        match edit.state {
            Some(IssueState::Open) => _ = put("state", json!("open")),
            Some(IssueState::Closed(reason)) => {
                put("state", json!("closed"));
                put("state_reason", json!(reason_name(reason)));
            }
            None => {}
        }
        match &edit.milestone {
            Some(Some(title)) => _ = put("milestone", json!(self.milestone(title).await?)),
            Some(None) => _ = put("milestone", Value::Null),
            None => {}
        }
        if let Some(kind) = &edit.kind {
            put("type", json!(kind));
        }
        let issue = self.patch(number, payload).await?;
        match edit.state {
            // "Ignored unless state is changed": another reason needs the issue to be open between.
            Some(IssueState::Closed(reason))
                if issue.state.is_closed() && issue.state != IssueState::Closed(reason) =>
            {
                let state = |it: Value| it.as_object().cloned().unwrap_or_default();
                self.patch(number, state(json!({ "state": "open" })))
                    .await?;
                let closed = json!({ "state": "closed", "state_reason": reason_name(reason) });
                self.patch(number, state(closed)).await
            }
            _ => Ok(issue),
        }
    }

    async fn patch(&self, number: u64, payload: Map<String, Value>) -> Result<Issue> {
        let call = Call::write(
            Method::PATCH,
            self.below(&format!("/issues/{number}")),
            Some(Value::Object(payload)),
        );
        let found: IssueAnswer = self.ask(call, Some(number)).await?.json()?;
        self.checked(found, number)
    }

    /// Gives all labels that the issue has then.
    async fn add_labels(&self, number: u64, names: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let labels = self.post_labels(number, names).await?;
        let missing = lacking(&labels, names);
        if missing.is_empty() {
            return Ok(labels);
        }
        // GitHub makes labels that are missing; a server that does not is helped.
        for name in &missing {
            self.make_label(name).await?;
        }
        self.post_labels(number, &missing).await
    }

    async fn post_labels(&self, number: u64, names: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let call = Call::write(
            Method::POST,
            self.below(&format!("/issues/{number}/labels")),
            Some(json!({ "labels": names })),
        );
        let labels: Vec<Label> = self.ask(call, Some(number)).await?.json()?;
        Ok(labels.into_iter().filter_map(Label::name).collect())
    }

    async fn make_label(&self, name: &str) -> Result<()> {
        let call = Call::write(
            Method::POST,
            self.below("/labels"),
            Some(json!({ "name": name })),
        );
        let answer = self.answer(call, None).await?;
        match answer.status.is_success() || is_there_already(&answer) {
            true => Ok(()),
            false => Err(self.failure(&answer, None)),
        }
    }

    async fn remove_label(&self, number: u64, name: &str) -> Result<()> {
        let name = utf8_percent_encode(name, SEGMENT);
        let call = Call::write(
            Method::DELETE,
            self.below(&format!("/issues/{number}/labels/{name}")),
            None,
        );
        match self.ask(call, Some(number)).await {
            // Either the issue does not have the label, or there is no issue.
            Err(error) if error.kind == ErrorKind::NotFound => {
                self.read_issue(number).await.map(drop)
            }
            answer => answer.map(drop),
        }
    }

    async fn assignees(
        &self,
        method: Method,
        number: u64,
        names: &BTreeSet<String>,
    ) -> Result<Issue> {
        let call = Call::write(
            method,
            self.below(&format!("/issues/{number}/assignees")),
            Some(json!({ "assignees": names })),
        );
        let found: IssueAnswer = self.ask(call, Some(number)).await?.json()?;
        self.checked(found, number)
    }

    /// A milestone's number; it is made where it is not there.
    async fn milestone(&self, title: &str) -> Result<u64> {
        let known = |this: &Self| lock(&this.milestones).as_ref()?.get(title).copied();
        if let Some(number) = known(self) {
            return Ok(number);
        }
        self.read_milestones().await?;
        if let Some(number) = known(self) {
            return Ok(number);
        }
        let call = Call::write(
            Method::POST,
            self.below("/milestones"),
            Some(json!({ "title": title })),
        );
        let answer = self.answer(call, None).await?;
        if answer.status.is_success() {
            let made: Milestone = answer.json()?;
            lock(&self.milestones)
                .get_or_insert_default()
                .insert(made.title, made.number);
            return Ok(made.number);
        }
        if is_there_already(&answer) {
            // Somebody made it in between.
            self.read_milestones().await?;
        }
        known(self).ok_or_else(|| self.failure(&answer, None))
    }

    async fn read_milestones(&self) -> Result<()> {
        let mut found = BTreeMap::new();
        let mut next = Some(self.below("/milestones?state=all&per_page=100"));
        while let Some(address) = next {
            let answer = self.ask(Call::get(address), None).await?;
            let some: Vec<Milestone> = answer.json()?;
            found.extend(some.into_iter().map(|it| (it.title, it.number)));
            next = answer.next();
        }
        *lock(&self.milestones) = Some(found);
        Ok(())
    }
}

fn is_there_already(answer: &Answer) -> bool {
    answer.status == StatusCode::UNPROCESSABLE_ENTITY
        && answer
            .refusal()
            .errors
            .iter()
            .any(|it| it.code() == Some("already_exists"))
}

/// The names of `wanted` that are not in `there`; case makes no difference to GitHub.
fn lacking(there: &BTreeSet<String>, wanted: &BTreeSet<String>) -> BTreeSet<String> {
    wanted
        .iter()
        .filter(|name| !there.iter().any(|it| same(it, name)))
        .cloned()
        .collect()
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
