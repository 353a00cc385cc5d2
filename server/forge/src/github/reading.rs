//! Reads: the repository, pages of issues, one issue, comments.

use docket_core::sync::{Comment, Issue};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::errors::{About, failure};
use super::transport::{Call, Transport};
use super::wire::{self, CommentAnswer, IssueAnswer, User};
use super::{GitHub, MAX_HOPS, link, lock};
use crate::{Error, ErrorKind, Page, Query, Repository, Result};

/// The most that GitHub gives.
const PER_PAGE: usize = 100;

/// Whose the credentials are.
pub(super) async fn viewer(transport: &Transport) -> Result<String> {
    let call = Call::get(format!("{}/user", transport.base()));
    let answer = transport.send(&call).await?;
    if answer.status.is_success() {
        return Ok(answer.json::<User>()?.login);
    }
    let error = failure(&answer, About::Viewer);
    if error.kind != ErrorKind::Forbidden {
        return Err(error);
    }
    // The token of a GitHub app, as workflows have one, is of nobody that `/user` could tell.
    let answer = transport.query("query{viewer{login}}", json!({})).await?;
    let login = answer
        .status
        .is_success()
        .then(|| answer.json::<Value>().ok())
        .flatten()
        .and_then(|it| Some(it.pointer("/data/viewer/login")?.as_str()?.to_owned()));
    login.ok_or(error)
}

impl GitHub {
    pub(super) async fn read_repository(&self) -> Result<Repository> {
        let name = self.full_name();
        let mut call = Call::get(self.below(""));
        for _ in 0..MAX_HOPS {
            let answer = self.transport.send(&call).await?;
            if answer.status.is_success() {
                let found: wire::Repository = answer.json()?;
                let mut place = lock(&self.place);
                place.full_name.clone_from(&found.full_name);
                place.id = found.id;
                return Ok(Repository {
                    can_write: found.can_write(),
                    full_name: found.full_name,
                    node_id: found.node_id,
                    default_branch: found.default_branch.unwrap_or_else(|| "main".to_owned()),
                    has_issues: found.has_issues.unwrap_or(true),
                });
            }
            // A renamed repository answers from its new address.
            let target = match answer.status.is_redirection() {
                true => answer
                    .location()
                    .and_then(|it| link::absolute(it, &call.address)),
                false => None,
            };
            call.address = target.ok_or_else(|| failure(&answer, About::Repository(&name)))?;
        }
        Err(Error::new(
            ErrorKind::Unavailable,
            "GitHub redirects in a circle",
        ))
    }

    pub(super) async fn read_issues(&self, query: &Query) -> Result<Page> {
        let address = query.next.clone().unwrap_or_else(|| {
            let since = query.since.map(since).unwrap_or_default();
            self.below(&format!(
                "/issues?state=all&sort=updated&direction=asc&per_page={PER_PAGE}{since}"
            ))
        });
        // Ours has the next page's address in it, which "not modified" does not tell.
        let known = query.etag.as_deref().map(split_etag);
        let call = Call {
            etag: known.map(|it| it.0.to_owned()),
            ..Call::get(address)
        };
        let answer = self.ask(call, None).await?;
        if let (StatusCode::NOT_MODIFIED, Some((_, next))) = (answer.status, known) {
            return Ok(Page {
                issues: Vec::new(),
                next: next.map(str::to_owned),
                etag: query.etag.clone(),
                not_modified: true,
            });
        }
        let issues: Vec<IssueAnswer> = answer.json()?;
        let issues: Vec<Issue> = self.take_in(issues);
        let changes: Vec<Timestamp> = issues.iter().map(|it| it.updated_at).collect();
        let next = answer.next().map(|it| link::after(&it, &changes));
        let etag = answer.etag().map(|etag| match &next {
            Some(next) => format!("{etag} {next}"),
            None => etag.to_owned(),
        });
        Ok(Page {
            issues,
            next,
            etag,
            not_modified: false,
        })
    }

    pub(super) async fn read_issue(&self, number: u64) -> Result<Issue> {
        let call = Call::get(self.below(&format!("/issues/{number}")));
        let found: IssueAnswer = self.ask(call, Some(number)).await?.json()?;
        self.checked(found, number)
    }

    /// The newest come first, so that looking ends where issues are older than asked for.
    pub(super) async fn find(&self, marker: &str, from: Timestamp) -> Result<Option<Issue>> {
        // A second earlier: what is asked for may be of that very time, and servers with finer clocks
        // compare in their own ways.
        let earlier = from
            .checked_sub(SignedDuration::from_secs(1))
            .unwrap_or(from);
        let mut next = Some(self.below(&format!(
            "/issues?state=all&sort=created&direction=desc&per_page={PER_PAGE}{}",
            since(earlier)
        )));
        while let Some(address) = next {
            let answer = self.ask(Call::get(address), None).await?;
            let issues = self.take_in(answer.json()?);
            let is_past = issues.last().is_some_and(|it| it.created_at < from);
            let found = issues.into_iter().find(|it| {
                it.created_at >= from && !it.is_pull_request && it.body.contains(marker)
            });
            if found.is_some() {
                return Ok(found);
            }
            next = answer.next().filter(|_| !is_past);
        }
        Ok(None)
    }

    pub(super) async fn read_comments(
        &self,
        number: u64,
        from: Option<Timestamp>,
    ) -> Result<Vec<Comment>> {
        let from = from.map(since).unwrap_or_default();
        let mut next = Some(self.below(&format!(
            "/issues/{number}/comments?per_page={PER_PAGE}{from}"
        )));
        let mut comments = Vec::<Comment>::new();
        while let Some(address) = next {
            let answer = self.ask(Call::get(address), Some(number)).await?;
            let some: Vec<CommentAnswer> = answer.json()?;
            comments.extend(some.into_iter().map(Comment::from));
            next = answer.next();
        }
        comments.sort_by_key(|it| it.id);
        // A page may repeat what the one before ended with.
        comments.dedup_by_key(|it| it.id);
        Ok(comments)
    }

    /// Remembers what issues are called in the database.
    fn take_in(&self, issues: Vec<IssueAnswer>) -> Vec<Issue> {
        let known = issues.iter().filter_map(|it| Some((it.number, it.id?)));
        lock(&self.ids).extend(known);
        issues.into_iter().map(IssueAnswer::into_issue).collect()
    }

    /// An issue that was asked for by its number. Who follows redirections by itself on the way here
    /// could have brought that of another repository.
    pub(super) fn checked(&self, found: IssueAnswer, number: u64) -> Result<Issue> {
        if found.number != number {
            return Err(Error::new(
                ErrorKind::Moved,
                format!("issue #{number} was transferred to another repository"),
            ));
        }
        let mut issues = self.take_in(vec![found]);
        issues
            .pop()
            .ok_or_else(|| Error::new(ErrorKind::Unknown, "GitHub's answer is empty"))
    }

    /// What an issue is called in the database.
    pub(super) async fn id(&self, number: u64) -> Result<u64> {
        if let Some(id) = lock(&self.ids).get(&number) {
            return Ok(*id);
        }
        self.read_issue(number).await?;
        let id = lock(&self.ids).get(&number).copied();
        id.ok_or_else(|| {
            Error::new(
                ErrorKind::Unknown,
                format!("GitHub does not tell the id of #{number}"),
            )
        })
    }
}

/// As a parameter; GitHub's clock has no fractions of a second.
fn since(time: Timestamp) -> String {
    let whole = Timestamp::from_second(time.as_second()).unwrap_or(time);
    format!("&since={whole}")
}

/// Of an etag of ours: GitHub's own, and the address of the next page. No etag has a space in it
/// (RFC 9110, 8.8.3).
fn split_etag(etag: &str) -> (&str, Option<&str>) {
    match etag.split_once(' ') {
        Some((etag, next)) => (etag, Some(next)),
        None => (etag, None),
    }
}
