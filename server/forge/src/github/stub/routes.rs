//! What the GitHub for tests does with a request.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use docket_core::sync::{CloseReason, Issue, IssueState, RemoteWrite};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use wiremock::Request;

use super::answers::{Answer, comment_json, id, label_json};
use super::{Counting, Inner, TOKEN};
use crate::github::lock;
use crate::{Forge, NewIssue, Result};

/// A request, taken apart.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    /// The API's address as the client knows it.
    pub(super) base: String,
    /// Below the repository.
    pub(super) path: Vec<String>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) body: Value,
    pub(super) etag: Option<String>,
}

impl Asked<'_> {
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.query.get("since")?.parse().ok()
    }

    /// Texts of a list in the body.
    fn texts(&self, key: &str) -> BTreeSet<String> {
        let list = self.body[key].as_array().into_iter().flatten();
        list.filter_map(|it| Some(it.as_str()?.to_owned()))
            .collect()
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.body[key].as_u64()
    }
}

impl Inner {
    pub(super) fn full_name(&self) -> String {
        self.world.full_name()
    }

    pub(super) fn answer(&self, request: &Request) -> Answer {
        let answer = self.route(request);
        let quota = self.world.quota().expect("the world has one");
        let date = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&self.world.now())
            .expect("a time of this age");
        let answer = answer
            .header("date", date)
            .header("x-ratelimit-limit", quota.limit.to_string())
            .header("x-ratelimit-remaining", quota.remaining.to_string())
            .header("x-ratelimit-resource", "core");
        match answer.headers.iter().any(|it| it.0 == "x-ratelimit-reset") {
            true => answer,
            false => answer.header("x-ratelimit-reset", quota.reset.as_second().to_string()),
        }
    }

    fn route(&self, request: &Request) -> Answer {
        if header(request, "user-agent").is_none_or(|it| !it.starts_with("docket/")) {
            let message = "Request forbidden by administrative rules.";
            return Answer::new(403, json!({ "message": message }));
        }
        if header(request, "authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Answer::new(401, json!({ "message": "Bad credentials" }));
        }
        let (prefix, path) = match request.url.path().strip_prefix("/api/v3") {
            Some(path) => ("/api/v3", path),
            None => ("", request.url.path()),
        };
        let segments: Vec<String> = path
            .trim_matches('/')
            .split('/')
            .map(|it| percent_decode_str(it).decode_utf8_lossy().into_owned())
            .collect();
        let mut asked = Asked {
            method: request.method.as_str(),
            base: format!(
                "http://{}{prefix}",
                header(request, "host").unwrap_or_default()
            ),
            path: Vec::new(),
            query: request.url.query_pairs().into_owned().collect(),
            body: request.body_json().unwrap_or_default(),
            etag: header(request, "if-none-match").map(str::to_owned),
        };
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (asked.method, words.as_slice()) {
            ("GET", ["user"]) => match ready(self.world.viewer()) {
                Ok(login) => Answer::new(200, json!({ "login": login, "id": 1 })),
                Err(error) => self.refusal(&asked.base, 0, &error),
            },
            ("POST", [.., "graphql"]) => self.graphql(&asked.body),
            (_, ["repositories", "1", rest @ ..]) => {
                asked.path = rest.iter().map(|it| (*it).to_owned()).collect();
                self.of_repository(&asked)
            }
            // Another repository, where what was transferred to is an issue as well.
            ("GET", ["repositories", "2", "issues", _]) => {
                let issue = self.world.all().into_iter().next();
                issue.map_or_else(Answer::not_found, |it| {
                    Answer::new(200, self.issue_json(&asked.base, &it))
                })
            }
            (method, ["repos", owner, name, rest @ ..]) => {
                let full_name = format!("{owner}/{name}");
                if full_name.eq_ignore_ascii_case(&self.full_name()) {
                    asked.path = rest.iter().map(|it| (*it).to_owned()).collect();
                    return self.of_repository(&asked);
                }
                if !lock(&self.former_names).contains(&full_name) {
                    return Answer::not_found();
                }
                let rest = path.splitn(5, '/').nth(4).map(|it| format!("/{it}"));
                let query = request.url.query().map(|it| format!("?{it}"));
                let target = format!(
                    "{}/repositories/1{}{}",
                    asked.base,
                    rest.unwrap_or_default(),
                    query.unwrap_or_default()
                );
                let status = if method == "GET" { 301 } else { 307 };
                Answer::new(
                    status,
                    json!({ "message": "Moved Permanently", "url": target }),
                )
                .header("location", target)
            }
            _ => Answer::not_found(),
        }
    }

    fn of_repository(&self, asked: &Asked<'_>) -> Answer {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        match (asked.method, path.as_slice()) {
            ("GET", []) => match ready(self.world.repository()) {
                Ok(it) => Answer::new(
                    200,
                    json!({
                        "id": 1, "node_id": it.node_id, "full_name": it.full_name,
                        "default_branch": it.default_branch, "has_issues": it.has_issues,
                        "archived": false,
                        "permissions": { "admin": false, "push": it.can_write, "pull": true },
                    }),
                ),
                Err(error) => self.refusal(&asked.base, 0, &error),
            },
            ("GET", ["issues"]) if asked.query.get("sort").is_some_and(|it| it == "created") => {
                self.by_creation(asked)
            }
            ("GET", ["issues"]) => match *lock(&self.counted_pages) {
                Counting::Cursors => self.by_cursor(asked),
                Counting::Pages => self.by_page(asked),
            },
            ("POST", ["issues"]) => self.create(asked),
            ("POST", ["labels"]) => Answer::new(
                201,
                label_json(asked.body["name"].as_str().unwrap_or_default()),
            ),
            ("GET", ["milestones"]) => {
                let titles = lock(&self.milestones).clone();
                let json: Vec<_> = titles.iter().map(|it| self.milestone_json(it)).collect();
                Answer::new(200, Value::Array(json))
            }
            ("POST", ["milestones"]) => {
                let title = asked.body["title"].as_str().unwrap_or_default();
                if lock(&self.milestones).iter().any(|it| it == title) {
                    return Answer::invalid("title", "already_exists", "");
                }
                Answer::new(201, self.milestone_json(title))
            }
            (_, ["pulls", ..] | ["commits", ..]) => self.of_pulls(asked, &path),
            (_, ["issues", number, rest @ ..]) => match number.parse() {
                Ok(number) => match self.world.look(number) {
                    Ok(issue) => self.of_issue(asked, &issue, rest),
                    Err(error) => self.refusal(&asked.base, number, &error),
                },
                Err(_) => Answer::not_found(),
            },
            _ => Answer::not_found(),
        }
    }

    fn of_issue(&self, asked: &Asked<'_>, issue: &Issue, path: &[&str]) -> Answer {
        let number = issue.number;
        let write = |writes: &[RemoteWrite]| self.write(asked, number, writes);
        match (asked.method, path) {
            ("GET", []) => Answer::new(200, self.issue_json(&asked.base, issue)),
            ("PATCH", []) => self.patch(asked, issue),
            ("POST", ["labels"]) => {
                let writes: Vec<_> = asked
                    .texts("labels")
                    .into_iter()
                    .map(RemoteWrite::AddLabel)
                    .collect();
                self.then_labels(number, write(&writes))
            }
            ("DELETE", ["labels", name]) => match issue.labels.contains(*name) {
                true => self.then_labels(
                    number,
                    write(&[RemoteWrite::RemoveLabel((*name).to_owned())]),
                ),
                false => Answer::new(404, json!({ "message": "Label does not exist" })),
            },
            ("POST", ["assignees"]) => {
                // Who cannot be assigned is left out in silence.
                for login in asked.texts("assignees") {
                    let _ = ready(self.world.write(number, &[RemoteWrite::AddAssignee(login)]));
                }
                write(&[]).created()
            }
            ("DELETE", ["assignees"]) => {
                let writes: Vec<_> = asked
                    .texts("assignees")
                    .into_iter()
                    .map(RemoteWrite::RemoveAssignee)
                    .collect();
                write(&writes)
            }
            ("GET", ["comments"]) => match ready(self.world.comments(number, asked.since())) {
                Ok(it) => Answer::new(200, it.iter().map(comment_json).collect()),
                Err(error) => self.refusal(&asked.base, number, &error),
            },
            ("POST", ["comments"]) => {
                match ready(
                    self.world
                        .comment(number, asked.body["body"].as_str().unwrap_or_default()),
                ) {
                    Ok(it) => Answer::new(201, comment_json(&it)),
                    Err(error) => self.refusal(&asked.base, number, &error),
                }
            }
            _ if self.world.has_relations() => self.of_relations(asked, number, path),
            _ => Answer::not_found(),
        }
    }

    fn of_relations(&self, asked: &Asked<'_>, number: u64, path: &[&str]) -> Answer {
        let of = |number| {
            self.world
                .get(number)
                .and_then(|it| it.relations)
                .unwrap_or_default()
        };
        let named = |key| asked.number(key).and_then(|it| it.checked_sub(id(0)));
        let there = |it: &u64| self.world.get(*it).is_some();
        let json = |number: &u64| Some(self.issue_json(&asked.base, &self.world.get(*number)?));
        let write = |number, write| self.write(asked, number, &[write]);
        let so_already = || Answer::invalid("issue", "custom", "has already been taken");
        match (asked.method, path) {
            ("GET", ["parent"]) => of(number)
                .parent
                .and_then(|it| json(&it))
                .map_or_else(Answer::not_found, |it| Answer::new(200, it)),
            ("POST", ["sub_issues"]) => match named("sub_issue_id").filter(there) {
                Some(child) if of(child).parent == Some(number) => so_already(),
                Some(child)
                    if of(child).parent.is_some() && asked.body["replace_parent"] != true =>
                {
                    Answer::invalid(
                        "sub_issue_id",
                        "custom",
                        "Sub issue may only have one parent",
                    )
                }
                Some(child) => write(child, RemoteWrite::Parent(Some(number))).created(),
                None => Answer::not_found(),
            },
            ("DELETE", ["sub_issue"]) => match named("sub_issue_id").filter(there) {
                Some(child) if of(child).parent == Some(number) => {
                    write(child, RemoteWrite::Parent(None))
                }
                _ => Answer::not_found(),
            },
            ("GET", ["dependencies", "blocked_by"]) => {
                Answer::new(200, of(number).blocked_by.iter().filter_map(json).collect())
            }
            ("POST", ["dependencies", "blocked_by"]) => match named("issue_id").filter(there) {
                Some(blocker) if of(number).blocked_by.contains(&blocker) => so_already(),
                Some(blocker) => write(number, RemoteWrite::AddBlockedBy(blocker)).created(),
                None => Answer::not_found(),
            },
            ("DELETE", ["dependencies", "blocked_by", blocker]) => {
                let blocker = blocker
                    .parse()
                    .ok()
                    .and_then(|it: u64| it.checked_sub(id(0)));
                match blocker.filter(|it| of(number).blocked_by.contains(it)) {
                    Some(blocker) => write(number, RemoteWrite::RemoveBlockedBy(blocker)),
                    None => Answer::not_found(),
                }
            }
            _ => Answer::not_found(),
        }
    }

    fn write(&self, asked: &Asked<'_>, number: u64, writes: &[RemoteWrite]) -> Answer {
        if let Err(error) = ready(self.world.write(number, writes)) {
            return self.refusal(&asked.base, number, &error);
        }
        match self.world.get(number) {
            Some(issue) => Answer::new(200, self.issue_json(&asked.base, &issue)),
            None => Answer::not_found(),
        }
    }

    fn then_labels(&self, number: u64, answer: Answer) -> Answer {
        match (answer.status, self.world.get(number)) {
            (200, Some(issue)) => {
                Answer::new(200, issue.labels.iter().map(|it| label_json(it)).collect())
            }
            _ => answer,
        }
    }

    fn patch(&self, asked: &Asked<'_>, issue: &Issue) -> Answer {
        let Some(fields) = asked.body.as_object() else {
            return Answer::new(400, json!({ "message": "Body should be a JSON object" }));
        };
        let mut writes = Vec::new();
        for (key, value) in fields {
            let text = value.as_str().map(str::to_owned);
            match key.as_str() {
                "title" => writes.push(RemoteWrite::Title(text.unwrap_or_default())),
                "body" => writes.push(RemoteWrite::Body(text.unwrap_or_default())),
                "type" => writes.push(RemoteWrite::Type(text)),
                "milestone" => {
                    let index = value.as_u64().map(|it| it as usize - 1);
                    let title = index.map(|it| lock(&self.milestones).get(it).cloned());
                    match title {
                        Some(None) => return Answer::invalid("milestone", "invalid", ""),
                        title => writes.push(RemoteWrite::Milestone(title.flatten())),
                    }
                }
                // "Ignored unless `state` is changed."
                "state" if value == "closed" && !issue.state.is_closed() => {
                    writes.push(RemoteWrite::State(IssueState::Closed(
                        match fields.get("state_reason").and_then(Value::as_str) {
                            Some("not_planned") => CloseReason::NotPlanned,
                            Some("duplicate") => CloseReason::Duplicate,
                            _ => CloseReason::Completed,
                        },
                    )));
                }
                "state" if value == "open" => writes.push(RemoteWrite::State(IssueState::Open)),
                "state" | "state_reason" => {}
                // Labels and assignees as whole lists would undo what others did.
                key => return Answer::invalid(key, "unexpected", "docket does not send this"),
            }
        }
        self.write(asked, issue.number, &writes)
    }

    fn create(&self, asked: &Asked<'_>) -> Answer {
        let text = |key: &str| Some(asked.body[key].as_str()?.to_owned());
        let assignees = asked.texts("assignees");
        if assignees.iter().any(|it| !self.world.has_user(it)) {
            return Answer::invalid("assignees", "invalid", "");
        }
        let milestone = asked.number("milestone").map(|it| it as usize - 1);
        let new = NewIssue {
            title: text("title").unwrap_or_default(),
            body: text("body").unwrap_or_default(),
            labels: asked.texts("labels"),
            assignees,
            milestone: milestone.and_then(|it| lock(&self.milestones).get(it).cloned()),
            kind: text("type"),
        };
        match ready(self.world.create(&new)) {
            Ok(issue) => Answer::new(201, self.issue_json(&asked.base, &issue)),
            Err(error) => self.refusal(&asked.base, 0, &error),
        }
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name)?.to_str().ok()
}

/// The forge in memory never waits.
pub(super) fn ready<T>(answer: impl Future<Output = Result<T>>) -> Result<T> {
    match pin!(answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("the forge in memory does not wait"),
    }
}
