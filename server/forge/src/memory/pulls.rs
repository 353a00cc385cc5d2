//! Pull requests of the forge in memory, the branches that they bring, and the checks of commits.

use docket_core::sync::{Check, CloseReason, IssueState, PullRequest, PullState};

use super::state::{State, refused};
use super::{MemoryForge, Request};
use crate::{NewIssue, NewPullRequest, Result};

/// The two ways in which GitHub learns of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// A GitHub app, such as Actions.
    CheckRun,
    /// A commit status, from anybody who may write it.
    Status,
}

/// What other people do.
impl MemoryForge {
    /// Somebody pushes a branch; its open pull request moves along.
    pub fn push(&self, branch: &str, commit: &str) {
        let mut state = self.lock();
        commit.clone_into(state.branches.entry(branch.to_owned()).or_default());
        for pull in state.pulls.values_mut() {
            if pull.branch == branch && pull.state == PullState::Open {
                commit.clone_into(&mut pull.commit);
            }
        }
    }

    /// Somebody merges a pull request, or closes it without merging.
    pub fn end_pull(&self, number: u64, state: PullState) {
        let mut all = self.lock();
        if let Some(pull) = all.pulls.get_mut(&number) {
            pull.state = state;
        }
        // It is there, so this cannot fail.
        let _ = all.change(number, |it| {
            it.state = match state {
                PullState::Open => IssueState::Open,
                PullState::Closed | PullState::Merged => IssueState::Closed(CloseReason::Completed),
            };
        });
    }

    /// A check of a commit comes out so; its last word counts.
    pub fn report(&self, commit: &str, reporter: Reporter, check: Check) {
        let mut state = self.lock();
        let checks = state.checks.entry(commit.to_owned()).or_default();
        checks.retain(|it| it.0 != reporter || it.1.name != check.name);
        checks.push((reporter, check));
    }

    /// Pull requests, by number.
    pub fn pulls(&self) -> Vec<PullRequest> {
        self.lock().pulls.values().cloned().collect()
    }
}

/// Requests, one each.
impl MemoryForge {
    /// The newest first.
    pub(crate) fn list_pulls(&self) -> Result<Vec<PullRequest>> {
        self.request(Request::Pulls, |it| {
            Ok(it.pulls.values().rev().cloned().collect())
        })
    }

    pub(crate) fn make_pull(&self, new: &NewPullRequest) -> Result<PullRequest> {
        self.request(Request::CreatePull, |it| it.open_pull(new))
    }

    pub(crate) fn reported(&self, commit: &str, reporter: Reporter) -> Result<Vec<Check>> {
        let request = match reporter {
            Reporter::CheckRun => Request::CheckRuns,
            Reporter::Status => Request::Statuses,
        };
        self.request(request, |it| {
            let is_known = it.branches.values().any(|it| it == commit)
                || it.pulls.values().any(|it| it.commit == commit);
            if !is_known {
                return Err(refused(format!("no commit found for SHA: {commit}")));
            }
            let checks = it.checks.get(commit).into_iter().flatten();
            let checks = checks.filter(|it| it.0 == reporter);
            Ok(checks.map(|it| it.1.clone()).collect())
        })
    }
}

impl State {
    fn open_pull(&mut self, new: &NewPullRequest) -> Result<PullRequest> {
        let commit = |branch: &str| {
            let known = self.branches.get(branch).cloned();
            known.ok_or_else(|| refused(format!("there is no branch {branch}")))
        };
        let (head, base) = (commit(&new.branch)?, commit(&new.base)?);
        if head == base {
            return Err(refused(format!(
                "no commits between {} and {}",
                new.base, new.branch
            )));
        }
        let is_same = |it: &PullRequest| {
            it.state == PullState::Open && it.branch == new.branch && it.base == new.base
        };
        if self.pulls.values().any(is_same) {
            return Err(refused(format!(
                "a pull request already exists for {}",
                new.branch
            )));
        }
        let viewer = self.viewer.clone();
        let issue = NewIssue {
            title: new.title.clone(),
            body: new.body.clone(),
            ..NewIssue::default()
        };
        let number = self.open(&viewer, &issue)?;
        self.change(number, |it| {
            it.is_pull_request = true;
            it.url = it.url.replace("/issues/", "/pull/");
        })?;
        let pull = PullRequest {
            number,
            url: self.issue(number)?.url.clone(),
            title: new.title.clone(),
            state: PullState::Open,
            draft: new.draft,
            branch: new.branch.clone(),
            base: new.base.clone(),
            commit: head,
        };
        self.pulls.insert(number, pull.clone());
        Ok(pull)
    }
}

/// The open one of a branch, else its first of these, which are the newest first.
pub(super) fn of_branch(pulls: Vec<PullRequest>, branch: &str) -> Option<PullRequest> {
    let mut of = pulls.into_iter().filter(|it| it.branch == branch);
    let first = of.next()?;
    match first.state {
        PullState::Open => Some(first),
        _ => Some(of.find(|it| it.state == PullState::Open).unwrap_or(first)),
    }
}
