//! Issues of a forge, as docket sees them.
//!
//! [`Forge`] is all that sync asks of one. [`github::GitHub`] speaks to GitHub and GitHub
//! Enterprise, [`memory::MemoryForge`] is the reference in memory; both pass the same contract
//! tests. No implementation repeats a write by itself: what became of one whose answer was lost only
//! the outbox can decide.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod error;
pub mod github;
pub mod memory;
mod proxy;
mod steps;

use std::collections::BTreeSet;
use std::future::Future;

use docket_core::sync::{
    Check, Comment, Issue, ProjectItem, ProjectPlace, PullRequest, Relations, RemoteWrite,
};
use jiff::Timestamp;

pub use docket_core::secret::Secret;
pub use error::{Error, ErrorKind};
pub use proxy::{Proxy, ProxyVariables};

pub type Result<T> = std::result::Result<T, Error>;

/// Comments of one issue that [`Forge::threads`] gives.
pub const MAX_THREAD: usize = 100;

/// What sync asks of a repository's issues.
///
/// Every method makes as few requests as it can, each bounded in time. A read may be repeated by
/// the implementation after a passing failure; a write never is.
pub trait Forge: Send + Sync {
    /// The login that the credentials belong to.
    fn viewer(&self) -> impl Future<Output = Result<String>> + Send;

    /// The repository, under the name that it has now.
    fn repository(&self) -> impl Future<Output = Result<Repository>> + Send;

    /// One page of the issues and pull requests that changed at or after `query.since`, oldest
    /// change first. Relations are `None` here; see [`Self::relations`].
    ///
    /// Pages are not of one moment: an item that changes between two of them may come twice, and
    /// comes at the latest with the next round, whose `since` overlaps.
    fn issues(&self, query: &Query) -> impl Future<Output = Result<Page>> + Send;

    /// One issue as it is now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where it never was or may not be seen, [`ErrorKind::Gone`] where it
    /// was deleted, [`ErrorKind::Moved`] where it was transferred to another repository.
    fn issue(&self, number: u64) -> impl Future<Output = Result<Issue>> + Send;

    /// Parents and blockers of those issues, in as few requests as the forge allows; an issue that
    /// is not in the answer has none that could be read. `Ok(None)` where the forge has no such
    /// thing.
    fn relations(
        &self,
        numbers: &BTreeSet<u64>,
    ) -> impl Future<Output = Result<Option<Vec<(u64, Relations)>>>> + Send;

    /// Makes an issue. Labels and a milestone that do not exist are made, assignees and a type that
    /// do not are left out; none of it is a reason to fail. Not idempotent: `new.body` carries the
    /// marker that [`Self::find_marked`] looks for.
    fn create(&self, new: &NewIssue) -> impl Future<Output = Result<Issue>> + Send;

    /// The issue made at or after `since` whose body contains `marker`, looked for in the list of
    /// issues and not by search, whose index lags behind.
    fn find_marked(
        &self,
        marker: &str,
        since: Timestamp,
    ) -> impl Future<Output = Result<Option<Issue>>> + Send;

    /// Carries out writes on one issue, in one request where the forge can take them together.
    /// Gives the issue as it is afterwards where the answers tell; its `updated_at` may be that of
    /// an earlier one of several requests.
    ///
    /// # Errors
    ///
    /// Of the first request that fails; those before it have been carried out.
    /// A user who cannot be assigned is left out, which the issue afterwards shows.
    /// [`ErrorKind::Invalid`] also for the other end of a relation that is not there, and for a
    /// project, field or option that is not:
    /// [`ErrorKind::NotFound`], [`ErrorKind::Gone`] and [`ErrorKind::Moved`] are about the issue
    /// itself.
    fn write(
        &self,
        number: u64,
        writes: &[RemoteWrite],
    ) -> impl Future<Output = Result<Option<Issue>>> + Send;

    /// The comments of an issue made or changed at or after `since`, oldest first.
    fn comments(
        &self,
        number: u64,
        since: Option<Timestamp>,
    ) -> impl Future<Output = Result<Vec<Comment>>> + Send;

    /// The comments of those issues, at most the newest [`MAX_THREAD`] of each, oldest first, by number, in as
    /// few requests as the forge allows; an issue that is not there is not in the answer.
    fn threads(
        &self,
        numbers: &BTreeSet<u64>,
    ) -> impl Future<Output = Result<Vec<(u64, Vec<Comment>)>>> + Send;

    /// Makes a comment. Not idempotent: `body` carries a marker.
    fn comment(&self, number: u64, body: &str) -> impl Future<Output = Result<Comment>> + Send;

    /// The open pull request that brings `branch` of this repository, or `owner:branch` of that owner's
    /// fork; where none is open the one that was made last.
    fn pull_request(
        &self,
        branch: &str,
    ) -> impl Future<Output = Result<Option<PullRequest>>> + Send;

    /// Opens a pull request, or gives the open one that brings the same branch: it is looked for
    /// before one is made, so that asking again after a lost answer makes no second one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] where a branch is not there, or the one has nothing that the other
    /// lacks.
    fn create_pull_request(
        &self,
        new: &NewPullRequest,
    ) -> impl Future<Output = Result<PullRequest>> + Send;

    /// The checks of a commit, those of check runs and those of commit statuses alike.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] or [`ErrorKind::NotFound`] where the commit is not there.
    fn checks(&self, commit: &str) -> impl Future<Output = Result<Vec<Check>>> + Send;

    /// What a project says of those issues, by number, in as few requests as the forge allows; an
    /// issue that is not there is not in the answer, one that is in no item of the project is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] and [`ErrorKind::Forbidden`], with what to do, where there is no such
    /// project, it has no single-select field of that name, or the credentials may not see it.
    fn items(
        &self,
        place: &ProjectPlace,
        numbers: &BTreeSet<u64>,
    ) -> impl Future<Output = Result<Vec<(u64, ProjectItem)>>> + Send;

    /// Identities of projects, fields and options as the forge knows them by now, to be handed to
    /// [`Self::remember`] of another one for the same repository; opaque, `None` where it knows none.
    fn remembered(&self) -> Option<String>;

    /// What [`Self::remembered`] gave: spares a request. What is old in it is asked for anew.
    fn remember(&self, known: &str);

    /// Requests made so far, those that failed or cost nothing included.
    fn n_requests(&self) -> usize;

    /// What is left of the request budget, as the last answer said.
    fn quota(&self) -> Option<Quota>;
}

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// `owner/name`, as it is now: a renamed one answers under its new name.
    pub full_name: String,
    pub node_id: String,
    pub default_branch: String,
    pub has_issues: bool,
    /// Whether the credentials may change issues.
    pub can_write: bool,
}

/// Which issues a page is asked of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub since: Option<Timestamp>,
    /// [`Page::next`] of the page before; opaque.
    pub next: Option<String>,
    /// [`Page::etag`] of the same question asked before: an unchanged answer costs no quota.
    pub etag: Option<String>,
}

/// One page of issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub issues: Vec<Issue>,
    /// Where the next page is; opaque.
    pub next: Option<String>,
    pub etag: Option<String>,
    /// Nothing has changed since the answer that `Query::etag` came with; `issues` is empty then.
    pub not_modified: bool,
}

/// An issue to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NewIssue {
    pub title: String,
    /// With its marker.
    pub body: String,
    pub labels: BTreeSet<String>,
    pub assignees: BTreeSet<String>,
    pub milestone: Option<String>,
    pub kind: Option<String>,
}

/// A pull request to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPullRequest {
    pub title: String,
    pub body: String,
    /// The branch that it brings, `owner:branch` where a fork has it; it has been pushed.
    pub branch: String,
    /// The branch that it is to be merged into.
    pub base: String,
    /// It cannot be merged until somebody says that it is ready.
    pub draft: bool,
}

/// Requests left until `reset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub limit: u32,
    pub remaining: u32,
    pub reset: Timestamp,
}
