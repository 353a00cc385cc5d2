//! GitHub and GitHub Enterprise, through octocrab.
//!
//! Requests are made in [`transport`], what is read of answers stands in [`wire`], and what an
//! answer that is no success means in [`errors`]. A repository that was renamed is followed to its
//! new name; an issue that is in another repository now is an error, for it is no longer ours.

mod comments;
mod connection;
pub mod device;
mod errors;
mod graphql;
mod link;
mod projects;
mod pulls;
mod reading;
mod relations;
#[cfg(any(test, feature = "contract"))]
pub mod stub;
#[cfg(test)]
mod tests;
mod transport;
mod wire;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use docket_core::sync::{
    Check, Comment, Issue, ProjectItem, ProjectPlace, PullRequest, Relations, RemoteWrite,
};
use http::StatusCode;
use jiff::Timestamp;

use crate::{
    Error, ErrorKind, Forge, NewIssue, NewPullRequest, Page, Proxy, Query, Quota, Repository,
    Result, Secret,
};
use errors::{About, failure};
use transport::{Answer, Call, Transport};

/// GitHub's own API.
pub const PUBLIC_API: &str = "https://api.github.com";
/// Hops that a redirection may take.
const MAX_HOPS: usize = 3;

/// Where issues are, and how long to wait for them.
#[derive(Clone, Debug)]
pub struct Options {
    /// The API: [`PUBLIC_API`], or `https://HOST/api/v3` of GitHub Enterprise.
    pub base: String,
    /// `owner/name`.
    pub repository: String,
    pub token: Option<Secret>,
    pub patience: Patience,
    /// Through which everything goes; `None`: directly.
    pub proxy: Option<Proxy>,
}

impl Options {
    /// With the usual patience, directly.
    pub fn new(base: &str, repository: &str, token: Secret) -> Self {
        Self {
            base: base.to_owned(),
            repository: repository.to_owned(),
            token: Some(token),
            patience: Patience::default(),
            proxy: None,
        }
    }
}

/// How long requests may take.
#[derive(Clone, Debug)]
pub struct Patience {
    /// To reach the server.
    pub connect: Duration,
    /// For a request with its answer.
    pub whole: Duration,
    /// Before a read is tried again; there are as many tries as pauses, and one.
    pub pauses: Vec<Duration>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(30),
            pauses: vec![Duration::from_millis(500), Duration::from_secs(2)],
        }
    }
}

/// A repository's issues on GitHub.
pub struct GitHub {
    transport: Transport,
    place: Mutex<Place>,
    /// Ids in the database by number, as answers told them.
    ids: Mutex<BTreeMap<u64, u64>>,
    /// Numbers of milestones by title; `None` until they were asked for.
    milestones: Mutex<Option<BTreeMap<String, u64>>>,
    /// Of projects, by `owner/number`.
    shapes: Mutex<BTreeMap<String, projects::Shape>>,
    /// The server is from before sub-issues and dependencies.
    lacks_relations: AtomicBool,
}

/// Where the repository is, as far as is known.
#[derive(Clone, Debug)]
struct Place {
    full_name: String,
    id: Option<u64>,
}

impl GitHub {
    /// Makes no request. Has to be called within a runtime.
    ///
    /// # Errors
    ///
    /// Where the address or the name cannot be one, the address is not encrypted, or the token has
    /// characters that no header takes.
    pub fn new(options: Options) -> Result<Self> {
        let is_name = |it: &str| {
            !matches!(it, "" | "." | "..")
                && it
                    .chars()
                    .all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'))
        };
        let is_repository = options
            .repository
            .split_once('/')
            .is_some_and(|(owner, name)| is_name(owner) && is_name(name));
        if !is_repository {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!(
                    "`{}` is no repository: write it as owner/name",
                    options.repository
                ),
            ));
        }
        let base = options.base.trim_end_matches('/');
        Ok(Self {
            transport: Transport::new(base, options.token, options.patience, options.proxy)?,
            place: Mutex::new(Place {
                full_name: options.repository,
                id: None,
            }),
            ids: Mutex::default(),
            milestones: Mutex::default(),
            shapes: Mutex::default(),
            lacks_relations: AtomicBool::new(false),
        })
    }

    /// The login that a token belongs to, before there is a repository. As [`Self::new`].
    pub async fn viewer_of(base: &str, token: &Secret, proxy: Option<Proxy>) -> Result<String> {
        let base = base.trim_end_matches('/');
        let transport = Transport::new(base, Some(token.clone()), Patience::default(), proxy)?;
        reading::viewer(&transport).await
    }

    /// `owner/name` as it is now, as far as is known.
    pub fn full_name(&self) -> String {
        lock(&self.place).full_name.clone()
    }

    /// An address below the repository.
    fn below(&self, path: &str) -> String {
        format!("{}/repos/{}{path}", self.transport.base(), self.full_name())
    }

    /// A successful answer, or "not modified"; the repository is followed where it was renamed.
    async fn ask(&self, call: Call, about: Option<u64>) -> Result<Answer> {
        let answer = self.answer(call, about).await?;
        match answer.status.is_success() || answer.status == StatusCode::NOT_MODIFIED {
            true => Ok(answer),
            false => Err(self.failure(&answer, about)),
        }
    }

    fn failure(&self, answer: &Answer, about: Option<u64>) -> Error {
        let name = self.full_name();
        failure(
            answer,
            match about {
                Some(number) => About::Issue(&name, number),
                None => About::Issues(&name),
            },
        )
    }

    /// An answer of any status but a redirection. A server that redirects has not acted, so that a
    /// write can go on to where it points.
    async fn answer(&self, mut call: Call, about: Option<u64>) -> Result<Answer> {
        for _ in 0..MAX_HOPS {
            let answer = self.transport.send(&call).await?;
            if !answer.status.is_redirection() || answer.status == StatusCode::NOT_MODIFIED {
                return Ok(answer);
            }
            let target = answer
                .location()
                .and_then(|it| link::absolute(it, &call.address))
                .ok_or_else(|| self.failure(&answer, about))?;
            self.follow(&target, about).await?;
            call.address = target;
        }
        Err(Error::new(
            ErrorKind::Unavailable,
            "GitHub redirects in a circle",
        ))
    }

    /// Whether a redirection leads to this repository under its new name. It must not lead to
    /// another one, where an issue of ours was transferred to.
    async fn follow(&self, target: &str, about: Option<u64>) -> Result<()> {
        self.repository().await?;
        let place = lock(&self.place).clone();
        let path = target
            .strip_prefix(self.transport.base())
            .unwrap_or_default();
        let by_id = place.id.map(|id| format!("/repositories/{id}"));
        let by_name = format!("/repos/{}", place.full_name);
        let rest = by_id
            .as_deref()
            .and_then(|it| path.strip_prefix(it))
            .or_else(|| {
                let (start, rest) = path.split_at_checked(by_name.len())?;
                start.eq_ignore_ascii_case(&by_name).then_some(rest)
            });
        let is_ours = rest.is_some_and(|rest| match about {
            Some(number) => {
                let own = format!("/issues/{number}");
                rest.strip_prefix(&own)
                    .is_some_and(|it| it.is_empty() || it.starts_with(['/', '?']))
            }
            None => rest.is_empty() || rest.starts_with(['/', '?']),
        });
        match (is_ours, about) {
            (true, _) => Ok(()),
            (false, Some(number)) => Err(Error::new(
                ErrorKind::Moved,
                format!("issue #{number} was transferred to another repository"),
            )),
            (false, None) => Err(Error::new(
                ErrorKind::Unavailable,
                "GitHub redirects to another repository",
            )),
        }
    }
}

impl Forge for GitHub {
    async fn viewer(&self) -> Result<String> {
        reading::viewer(&self.transport).await
    }

    async fn repository(&self) -> Result<Repository> {
        self.read_repository().await
    }

    async fn issues(&self, query: &Query) -> Result<Page> {
        self.read_issues(query).await
    }

    async fn issue(&self, number: u64) -> Result<Issue> {
        self.read_issue(number).await
    }

    async fn relations(&self, numbers: &BTreeSet<u64>) -> Result<Option<Vec<(u64, Relations)>>> {
        if self.lacks_relations.load(Ordering::Relaxed) {
            return Ok(None);
        }
        self.read_relations(numbers).await
    }

    async fn create(&self, new: &NewIssue) -> Result<Issue> {
        self.make(new).await
    }

    async fn find_marked(&self, marker: &str, since: Timestamp) -> Result<Option<Issue>> {
        self.find(marker, since).await
    }

    async fn write(&self, number: u64, writes: &[RemoteWrite]) -> Result<Option<Issue>> {
        self.carry_out(number, writes).await
    }

    async fn comments(&self, number: u64, since: Option<Timestamp>) -> Result<Vec<Comment>> {
        self.read_comments(number, since).await
    }

    async fn threads(&self, numbers: &BTreeSet<u64>) -> Result<Vec<(u64, Vec<Comment>)>> {
        self.read_threads(numbers).await
    }

    async fn items(
        &self,
        place: &ProjectPlace,
        numbers: &BTreeSet<u64>,
    ) -> Result<Vec<(u64, ProjectItem)>> {
        self.read_items(place, numbers).await
    }

    fn remembered(&self) -> Option<String> {
        self.known_shapes()
    }

    fn remember(&self, known: &str) {
        self.take_shapes(known);
    }

    async fn comment(&self, number: u64, body: &str) -> Result<Comment> {
        self.make_comment(number, body).await
    }

    async fn pull_request(&self, branch: &str) -> Result<Option<PullRequest>> {
        self.find_pull(branch).await
    }

    async fn create_pull_request(&self, new: &NewPullRequest) -> Result<PullRequest> {
        self.make_pull(new).await
    }

    async fn checks(&self, commit: &str) -> Result<Vec<Check>> {
        self.read_checks(commit).await
    }

    fn n_requests(&self) -> usize {
        self.transport.n_requests()
    }

    fn quota(&self) -> Option<Quota> {
        self.transport.quota()
    }
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
