//! GitHub, and GitHub Enterprise, through octocrab's client.
//!
//! Only the fields that are needed are read, so that an answer with new or unknown ones is no error.
//! Requests are made as "GitHub REST API documentation", version 2022-11-28, has them; relations are
//! read by GraphQL, which gives a hundred in a request.

mod http;
mod rows;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use ::http::Method;
use docket_core::sync::{CloseReason, Comment, Issue, IssueState, Relations, RemoteWrite};
use jiff::Timestamp;
use serde_json::{Value, json};

use self::http::{Answer, Http, Repeat};
use self::rows::{CommentRow, IssueRow, MilestoneRow, RelationsRow, RepositoryRow, UserRow};
use crate::{Error, ErrorKind, Forge, NewIssue, Page, Query, Quota, Repository, Result, Secret};

/// The most that the API gives.
const PER_PAGE: usize = 100;
/// Issues whose relations are asked for in one GraphQL request.
const RELATIONS_AT_ONCE: usize = 50;
/// Pages of recent issues in which a lost creation is looked for.
const MAX_MARKER_PAGES: usize = 10;

/// A repository on GitHub.
#[derive(Debug)]
pub struct GitHub {
    http: Http,
    api: String,
    /// Under its newest name: a renamed repository answers with a redirect.
    name: Mutex<String>,
}

impl GitHub {
    /// `api` is the base URL of the REST API, `https://api.github.com` or `https://HOST/api/v3`;
    /// `name` is `owner/name`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] where `api` is no URL.
    pub fn new(api: &str, name: &str, token: &Secret) -> Result<Self> {
        let api = api.trim_end_matches('/').to_owned();
        Ok(Self {
            http: Http::new(&api, token)?,
            api,
            name: Mutex::new(name.to_owned()),
        })
    }

    fn name(&self) -> String {
        self.name
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/repos/{}{rest}", self.api, self.name())
    }

    fn issue_url(&self, number: u64, rest: &str) -> String {
        self.url(&format!("/issues/{number}{rest}"))
    }

    async fn get(&self, url: &str) -> Result<Answer> {
        self.http
            .send(Method::GET, url, None, None, Repeat::Yes)
            .await
    }

    async fn act(&self, method: Method, url: &str, body: &Value) -> Result<Answer> {
        self.http
            .send(method, url, Some(body), None, Repeat::No)
            .await
    }

    /// The milestone of that title, which is made where there is none.
    async fn milestone(&self, title: &str) -> Result<u64> {
        let mut next = Some(self.url(&format!("/milestones?state=all&per_page={PER_PAGE}")));
        while let Some(url) = next {
            let answer = self.get(&url).await?;
            next = answer.next.clone();
            let found: Vec<MilestoneRow> = answer.read()?;
            if let Some(it) = found.into_iter().find(|it| it.title == title) {
                return Ok(it.number);
            }
        }
        let url = self.url("/milestones");
        let made = self
            .act(Method::POST, &url, &json!({ "title": title }))
            .await?;
        Ok(made.read::<MilestoneRow>()?.number)
    }

    /// The database id of an issue, which relations are written by.
    async fn id(&self, number: u64) -> Result<u64> {
        let answer = self.get(&self.issue_url(number, "")).await?;
        Ok(answer.read::<IssueRow>()?.id)
    }

    async fn set_parent(&self, number: u64, parent: Option<u64>) -> Result<()> {
        let id = self.id(number).await?;
        match parent {
            Some(parent) => {
                let body = json!({ "sub_issue_id": id, "replace_parent": true });
                let url = self.issue_url(parent, "/sub_issues");
                self.act(Method::POST, &url, &body).await?;
            }
            None => {
                let asked = BTreeSet::from([number]);
                let known = self.relations(&asked).await?.unwrap_or_default();
                if let Some(parent) = known.into_iter().find_map(|it| it.1.parent) {
                    let url = self.issue_url(parent, "/sub_issue");
                    let body = json!({ "sub_issue_id": id });
                    self.act(Method::DELETE, &url, &body).await?;
                }
            }
        }
        Ok(())
    }
}

/// The fields that one `PATCH` of an issue takes together.
async fn patch(github: &GitHub, writes: &[RemoteWrite]) -> Result<serde_json::Map<String, Value>> {
    let mut body = serde_json::Map::new();
    for write in writes {
        match write {
            RemoteWrite::Title(title) => {
                body.insert("title".into(), json!(title));
            }
            RemoteWrite::Body(text) => {
                body.insert("body".into(), json!(text));
            }
            RemoteWrite::State(IssueState::Open) => {
                body.insert("state".into(), json!("open"));
            }
            RemoteWrite::State(IssueState::Closed(reason)) => {
                let reason = match reason {
                    CloseReason::Completed => "completed",
                    CloseReason::NotPlanned => "not_planned",
                    CloseReason::Duplicate => "duplicate",
                };
                body.insert("state".into(), json!("closed"));
                body.insert("state_reason".into(), json!(reason));
            }
            RemoteWrite::Milestone(None) => {
                body.insert("milestone".into(), Value::Null);
            }
            RemoteWrite::Milestone(Some(title)) => {
                let number = github.milestone(title).await?;
                body.insert("milestone".into(), json!(number));
            }
            RemoteWrite::Type(kind) => {
                body.insert("type".into(), json!(kind));
            }
            _ => {}
        }
    }
    Ok(body)
}

impl Forge for GitHub {
    async fn viewer(&self) -> Result<String> {
        let answer = self.get(&format!("{}/user", self.api)).await?;
        Ok(answer.read::<UserRow>()?.login)
    }

    async fn repository(&self) -> Result<Repository> {
        let answer = match self.get(&self.url("")).await {
            Ok(it) => it,
            Err(error) if error.kind == ErrorKind::Moved => {
                // Renamed or transferred as a whole: it answers under its number.
                let moved = self.http.moved_to().ok_or(error)?;
                self.get(&moved).await?
            }
            Err(error) => return Err(error),
        };
        let row: RepositoryRow = answer.read()?;
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = row.full_name.clone();
        Ok(row.into())
    }

    async fn issues(&self, query: &Query) -> Result<Page> {
        let url = match &query.next {
            Some(next) => next.clone(),
            None => {
                let mut rest =
                    format!("/issues?state=all&sort=updated&direction=asc&per_page={PER_PAGE}");
                if let Some(since) = query.since {
                    // Whole seconds, as the API has them.
                    let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
                    rest.push_str(&format!("&since={since}"));
                }
                self.url(&rest)
            }
        };
        let etag = query.etag.as_deref();
        let sent = self.http.send(Method::GET, &url, None, etag, Repeat::Yes);
        let answer = match sent.await {
            Err(error) if error.kind == ErrorKind::Moved && query.next.is_none() => {
                self.repository().await?;
                let url = url.replacen(&url[..url.find("/issues").unwrap_or(0)], &self.url(""), 1);
                self.http
                    .send(Method::GET, &url, None, etag, Repeat::Yes)
                    .await?
            }
            answer => answer?,
        };
        let server_time = answer.server_time;
        if answer.not_modified {
            return Ok(Page {
                not_modified: true,
                server_time,
                etag: query.etag.clone(),
                ..Page::default()
            });
        }
        let next = answer.next.clone();
        let etag = answer.etag.clone();
        let rows: Vec<IssueRow> = answer.read()?;
        Ok(Page {
            issues: rows.into_iter().map(Issue::from).collect(),
            next,
            etag,
            not_modified: false,
            server_time,
        })
    }

    async fn issue(&self, number: u64) -> Result<Issue> {
        match self.get(&self.issue_url(number, "")).await {
            Ok(answer) => Ok(answer.read::<IssueRow>()?.into()),
            Err(error) => Err(of_issue(error, number)),
        }
    }

    async fn relations(&self, numbers: &BTreeSet<u64>) -> Result<Option<Vec<(u64, Relations)>>> {
        let name = self.name();
        let Some((owner, name)) = name.split_once('/') else {
            return Ok(None);
        };
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let mut all = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(RELATIONS_AT_ONCE) {
            let parts: Vec<String> = some
                .iter()
                .map(|it| {
                    format!(
                        "i{it}: issue(number: {it}) {{ number parent {{ number repository {{ nameWithOwner }} }} \
                         blockedBy(first: 50) {{ nodes {{ number repository {{ nameWithOwner }} }} }} }}"
                    )
                })
                .collect();
            let query = format!(
                "query($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ {} }} }}",
                parts.join(" ")
            );
            let body = json!({ "query": query, "variables": { "owner": owner, "name": name } });
            let url = self.graphql();
            // A question, for all that it is a POST.
            let sent = self
                .http
                .send(Method::POST, &url, Some(&body), None, Repeat::Yes)
                .await;
            let answer: Value = match sent {
                Ok(answer) => answer.read()?,
                // An older server, or a token that may not ask.
                Err(error) if !error.is_retryable() => return Ok(None),
                Err(error) => return Err(error),
            };
            let Some(found) = answer["data"]["repository"].as_object() else {
                return Ok(None);
            };
            let own = format!("{owner}/{name}");
            for row in found.values().filter(|it| !it.is_null()) {
                let row: RelationsRow = http::parse(row.clone())?;
                all.push(row.relations(&own));
            }
        }
        Ok(Some(all))
    }

    async fn create(&self, new: &NewIssue) -> Result<Issue> {
        let mut body = json!({
            "title": new.title,
            "body": new.body,
            "labels": new.labels,
            "assignees": new.assignees,
        });
        if let Some(title) = &new.milestone {
            body["milestone"] = json!(self.milestone(title).await?);
        }
        if let Some(kind) = &new.kind {
            body["type"] = json!(kind);
        }
        let url = self.url("/issues");
        let answer = match self.act(Method::POST, &url, &body).await {
            // Who cannot be assigned is no reason not to have the issue.
            Err(error) if error.kind == ErrorKind::Invalid && !new.assignees.is_empty() => {
                body["assignees"] = json!([]);
                self.act(Method::POST, &url, &body).await?
            }
            answer => answer?,
        };
        Ok(answer.read_acted::<IssueRow>()?.into())
    }

    async fn find_marked(&self, marker: &str, since: Timestamp) -> Result<Option<Issue>> {
        let rest = format!("/issues?state=all&sort=created&direction=desc&per_page={PER_PAGE}");
        let mut next = Some(self.url(&rest));
        for _ in 0..MAX_MARKER_PAGES {
            let Some(url) = next else {
                break;
            };
            let answer = self.get(&url).await?;
            next = answer.next.clone();
            let rows: Vec<IssueRow> = answer.read()?;
            let is_past = rows.last().is_some_and(|it| it.created_at < since);
            let mut issues = rows.into_iter().map(Issue::from);
            if let Some(found) = issues.find(|it| it.body.contains(marker)) {
                return Ok(Some(found));
            }
            if is_past {
                break;
            }
        }
        Ok(None)
    }

    async fn write(&self, number: u64, writes: &[RemoteWrite]) -> Result<Option<Issue>> {
        let is_gone = |error: Error| of_issue(error, number);
        let labels = writes.iter().filter_map(|it| match it {
            RemoteWrite::AddLabel(label) => Some(label.as_str()),
            _ => None,
        });
        let labels: Vec<&str> = labels.collect();
        if !labels.is_empty() {
            let url = self.issue_url(number, "/labels");
            let body = json!({ "labels": labels });
            self.act(Method::POST, &url, &body).await.map_err(is_gone)?;
        }
        for write in writes {
            match write {
                RemoteWrite::RemoveLabel(label) => {
                    let label = http::encoded(label);
                    let url = self.issue_url(number, &format!("/labels/{label}"));
                    match self.act(Method::DELETE, &url, &Value::Null).await {
                        // It is not there any more.
                        Err(error) if error.kind == ErrorKind::NotFound => {}
                        done => drop(done.map_err(is_gone)?),
                    }
                }
                RemoteWrite::Parent(parent) => {
                    self.set_parent(number, *parent).await.map_err(is_gone)?;
                }
                RemoteWrite::AddBlockedBy(blocker) => {
                    let id = self.id(*blocker).await?;
                    let url = self.issue_url(number, "/dependencies/blocked_by");
                    match self
                        .act(Method::POST, &url, &json!({ "issue_id": id }))
                        .await
                    {
                        // It is there already: the API takes none twice.
                        Err(error) if error.kind == ErrorKind::Invalid => {}
                        done => drop(done.map_err(is_gone)?),
                    }
                }
                RemoteWrite::RemoveBlockedBy(blocker) => {
                    let id = self.id(*blocker).await?;
                    let url = self.issue_url(number, &format!("/dependencies/blocked_by/{id}"));
                    match self.act(Method::DELETE, &url, &Value::Null).await {
                        Err(error) if error.kind == ErrorKind::NotFound => {}
                        done => drop(done.map_err(is_gone)?),
                    }
                }
                _ => {}
            }
        }
        let people = writes.iter().filter_map(|it| match it {
            RemoteWrite::AddAssignee(login) => Some(login.as_str()),
            _ => None,
        });
        let leavers = writes.iter().filter_map(|it| match it {
            RemoteWrite::RemoveAssignee(login) => Some(login.as_str()),
            _ => None,
        });
        let (people, leavers): (Vec<&str>, Vec<&str>) = (people.collect(), leavers.collect());
        for (method, people) in [(Method::POST, people), (Method::DELETE, leavers)] {
            if !people.is_empty() {
                let url = self.issue_url(number, "/assignees");
                let body = json!({ "assignees": people });
                match self.act(method, &url, &body).await {
                    // Somebody who cannot be assigned.
                    Err(error) if error.kind == ErrorKind::Invalid => {}
                    done => drop(done.map_err(is_gone)?),
                }
            }
        }
        let body = patch(self, writes).await?;
        if body.is_empty() {
            // The answers above are of labels and people.
            return Ok(None);
        }
        let url = self.issue_url(number, "");
        let answer = self.act(Method::PATCH, &url, &Value::Object(body)).await;
        let row: IssueRow = answer.map_err(is_gone)?.read_acted()?;
        Ok(Some(row.into()))
    }

    async fn comments(&self, number: u64, since: Option<Timestamp>) -> Result<Vec<Comment>> {
        let mut rest = format!("/comments?per_page={PER_PAGE}");
        if let Some(since) = since {
            let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
            rest.push_str(&format!("&since={since}"));
        }
        let mut next = Some(self.issue_url(number, &rest));
        let mut all = Vec::new();
        while let Some(url) = next {
            let answer = self.get(&url).await.map_err(|it| of_issue(it, number))?;
            next = answer.next.clone();
            all.extend(
                answer
                    .read::<Vec<CommentRow>>()?
                    .into_iter()
                    .map(Comment::from),
            );
        }
        all.retain(|it| since.is_none_or(|since| it.updated_at >= since));
        Ok(all)
    }

    async fn comment(&self, number: u64, body: &str) -> Result<Comment> {
        let url = self.issue_url(number, "/comments");
        let answer = self.act(Method::POST, &url, &json!({ "body": body })).await;
        let row: CommentRow = answer.map_err(|it| of_issue(it, number))?.read_acted()?;
        Ok(row.into())
    }

    fn quota(&self) -> Option<Quota> {
        self.http.quota()
    }
}

impl GitHub {
    /// GitHub Enterprise has GraphQL beside `v3` and not below it.
    fn graphql(&self) -> String {
        let base = self.api.strip_suffix("/v3").unwrap_or(&self.api);
        format!("{base}/graphql")
    }
}

/// A failure, in words that name the issue.
fn of_issue(error: Error, number: u64) -> Error {
    let message = match error.kind {
        ErrorKind::NotFound => {
            format!("the repository has no issue #{number}, or the token may not see it")
        }
        ErrorKind::Gone => format!("#{number} was deleted on GitHub"),
        ErrorKind::Moved => format!("#{number} was transferred to another repository"),
        _ => return error,
    };
    Error::new(error.kind, message)
}

#[cfg(test)]
mod tests;
