//! The reference forge: issues in memory, behaving as GitHub documents it.
//!
//! A handle is cheap to clone and all clones are one forge, so that a test keeps one and looks on, or
//! acts as somebody else. Its clock stands still until a test advances it. It asks what goes wrong
//! before each request that GitHub would see, so that a write of several requests can fail between
//! two of them.

mod faults;
mod projects;
mod pulls;
mod state;
#[cfg(test)]
mod tests;
mod website;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docket_core::sync::{
    Check, Comment, Issue, ProjectItem, ProjectPlace, PullRequest, PullState, Relations,
    RemoteWrite,
};
use jiff::{SignedDuration, Timestamp};

use crate::steps::{Edit, Step, steps};
use crate::{
    Error, ErrorKind, Forge, NewIssue, NewPullRequest, Page, Query, Quota, Repository, Result,
};
use faults::Faults;
pub use faults::{Fault, Request};
pub use pulls::Reporter;
use state::{State, after};

/// Issues that GitHub's GraphQL tells the relations of in one request.
const RELATIONS_AT_ONCE: usize = 100;

/// Issues that GitHub's GraphQL tells the comments of in one request, as docket asks.
const THREADS_AT_ONCE: usize = 25;

/// A forge in memory; see the module.
#[derive(Clone)]
pub struct MemoryForge {
    state: Arc<Mutex<State>>,
    faults: Arc<Mutex<Faults>>,
}

impl MemoryForge {
    /// An empty repository `owner/name`. `octocat` is the viewer, and the only user so far.
    pub fn new(full_name: &str, now: Timestamp) -> Self {
        Self {
            state: Arc::new(Mutex::new(State::new(full_name, now))),
            faults: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request: counted, paid for, and carried out unless something goes wrong before.
    fn request<T>(&self, request: Request, act: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let fault = self.fault(request);
        if fault == Some(Fault::LostRequest) {
            return Err(lost(request, "the connection broke"));
        }
        let mut state = self.lock();
        if let Some(error) = fault.as_ref().and_then(|it| before(it, state.now)) {
            return Err(error);
        }
        state.spend()?;
        if request.is_write() && !state.repository.can_write {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "the credentials may only read this repository",
            ));
        }
        let answer = act(&mut state);
        match fault {
            Some(Fault::LostAnswer) => {
                Err(lost(request, "the connection broke before the answer came"))
            }
            Some(Fault::Truncated) => Err(lost(request, "the answer ends in the middle")),
            _ => answer,
        }
    }

    fn fault(&self, request: Request) -> Option<Fault> {
        let (waiting, script) = {
            let mut faults = self.faults();
            *faults.counts.entry(request).or_default() += 1;
            faults.n_requests += 1;
            (faults.take(request), faults.script.take())
        };
        // Without a lock, for a script may use this forge.
        let Some(mut script) = script else {
            return waiting;
        };
        let scripted = script(request);
        self.faults().script.get_or_insert(script);
        waiting.or(scripted)
    }

    /// A milestone's number is looked for by its title, and it is made where there is none.
    fn milestone(&self, title: &str) -> Result<()> {
        let is_there = self.request(Request::Milestones, |it| Ok(it.milestones.contains(title)))?;
        match is_there {
            true => Ok(()),
            false => self.request(Request::CreateMilestone, |it| {
                it.milestones.insert(title.to_owned());
                Ok(())
            }),
        }
    }

    fn page(&self, query: &Query) -> Result<Page> {
        let fault = self.fault(Request::Issues);
        let mut state = self.lock();
        if let Some(error) = fault.as_ref().and_then(|it| before(it, state.now)) {
            return Err(error);
        }
        if matches!(
            fault,
            Some(Fault::LostAnswer | Fault::LostRequest | Fault::Truncated)
        ) {
            return Err(lost(Request::Issues, "the answer ends in the middle"));
        }
        let from = query.next.as_deref().map(cursor).transpose()?;
        let mut issues: Vec<&Issue> = state
            .issues
            .values()
            .filter(|it| query.since.is_none_or(|since| it.updated_at >= since))
            .collect();
        issues.sort_by_key(|it| place(it));
        let mut start = from.map_or(0, |from| issues.partition_point(|it| place(it) <= from));
        if fault == Some(Fault::Repeat) {
            start = start.saturating_sub(1);
        }
        let end = issues.len().min(start + state.page_size);
        let page: Vec<Issue> = issues[start..end]
            .iter()
            .map(|it| Issue {
                relations: None,
                ..(*it).clone()
            })
            .collect();
        let next = match page.last() {
            Some(last) if end < issues.len() => {
                let (updated_at, number) = place(last);
                Some(format!("{updated_at} {number}"))
            }
            _ => None,
        };
        let etag = etag(&(query.since, &query.next, &next), &page);
        let not_modified = query.etag.as_ref() == Some(&etag);
        if not_modified {
            drop(state);
            self.faults().n_not_modified += 1;
            return Ok(Page {
                next,
                etag: Some(etag),
                not_modified,
                ..Page::default()
            });
        }
        state.spend()?;
        Ok(Page {
            issues: page,
            next,
            etag: Some(etag),
            not_modified,
        })
    }

    fn carry_out(&self, number: u64, step: &Step) -> Result<()> {
        if let Step::Project(writes) = step {
            return self.choose(number, writes);
        }
        if let Step::Edit(Edit {
            milestone: Some(Some(title)),
            ..
        }) = step
        {
            self.milestone(title)?;
        }
        let request = match step {
            Step::Edit(_) => Request::Edit,
            Step::AddLabels(_) => Request::AddLabels,
            Step::RemoveLabel(_) => Request::RemoveLabel,
            Step::AddAssignees(_) => Request::AddAssignees,
            Step::RemoveAssignees(_) => Request::RemoveAssignees,
            Step::Parent(_) => Request::Parent,
            Step::AddBlockedBy(_) | Step::RemoveBlockedBy(_) => Request::BlockedBy,
            Step::Project(_) => Request::Choose,
        };
        self.request(request, |it| it.carry_out(number, step))
    }
}

impl Forge for MemoryForge {
    async fn viewer(&self) -> Result<String> {
        self.request(Request::Viewer, |it| Ok(it.viewer.clone()))
    }

    async fn repository(&self) -> Result<Repository> {
        self.request(Request::Repository, |it| Ok(it.repository.clone()))
    }

    async fn issues(&self, query: &Query) -> Result<Page> {
        self.page(query)
    }

    async fn issue(&self, number: u64) -> Result<Issue> {
        self.request(Request::Issue, |it| {
            Ok(Issue {
                relations: None,
                ..it.issue(number)?.clone()
            })
        })
    }

    async fn relations(&self, numbers: &BTreeSet<u64>) -> Result<Option<Vec<(u64, Relations)>>> {
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let mut found = Vec::new();
        for some in numbers.chunks(RELATIONS_AT_ONCE) {
            let answer = self.request(Request::Relations, |it| {
                let of = |number: &u64| Some((*number, it.issues.get(number)?.relations.clone()?));
                Ok(it
                    .has_relations
                    .then(|| some.iter().filter_map(of).collect::<Vec<_>>()))
            })?;
            match answer {
                Some(answer) => found.extend(answer),
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    async fn create(&self, new: &NewIssue) -> Result<Issue> {
        if let Some(title) = &new.milestone {
            self.milestone(title)?;
        }
        self.request(Request::Create, |it| {
            let viewer = it.viewer.clone();
            let number = it.open(&viewer, new)?;
            Ok(Issue {
                relations: None,
                ..it.issue(number)?.clone()
            })
        })
    }

    async fn find_marked(&self, marker: &str, since: Timestamp) -> Result<Option<Issue>> {
        let mut query = Query {
            since: Some(since),
            ..Query::default()
        };
        loop {
            let page = self.page(&query)?;
            let found = page.issues.into_iter().find(|it| {
                it.created_at >= since && !it.is_pull_request && it.body.contains(marker)
            });
            match (found, page.next) {
                (None, Some(next)) => query.next = Some(next),
                (found, _) => return Ok(found),
            }
        }
    }

    async fn write(&self, number: u64, writes: &[RemoteWrite]) -> Result<Option<Issue>> {
        let steps = steps(writes);
        for step in &steps {
            self.carry_out(number, step)?;
        }
        // The answers about labels and relations do not tell the issue.
        let tells = |it: &Step| {
            matches!(
                it,
                Step::Edit(_) | Step::AddAssignees(_) | Step::RemoveAssignees(_)
            )
        };
        let told = steps.iter().any(tells).then(|| self.get(number)).flatten();
        Ok(told.map(|it| Issue {
            relations: None,
            ..it
        }))
    }

    async fn comments(&self, number: u64, since: Option<Timestamp>) -> Result<Vec<Comment>> {
        self.request(Request::Comments, |it| {
            it.issue(number)?;
            let comments = it.comments.get(&number).cloned().unwrap_or_default();
            let is_new = |it: &Comment| since.is_none_or(|since| it.updated_at >= since);
            Ok(comments.into_iter().filter(is_new).collect())
        })
    }

    async fn threads(&self, numbers: &BTreeSet<u64>) -> Result<Vec<(u64, Vec<Comment>)>> {
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let mut found = Vec::new();
        for some in numbers.chunks(THREADS_AT_ONCE) {
            let answer = self.request(Request::Threads, |it| {
                let is_issue = |it: &&Issue| !it.is_pull_request;
                let known = some.iter().filter_map(|number| it.issues.get(number));
                let known = known.filter(is_issue).map(|issue| issue.number);
                let of = |number: u64| (number, it.thread(number));
                Ok(known.map(of).collect::<Vec<_>>())
            })?;
            found.extend(answer);
        }
        Ok(found)
    }

    async fn comment(&self, number: u64, body: &str) -> Result<Comment> {
        self.request(Request::Comment, |it| {
            let viewer = it.viewer.clone();
            it.comment(number, &viewer, body)
        })
    }

    async fn pull_request(&self, branch: &str) -> Result<Option<PullRequest>> {
        Ok(pulls::of_branch(self.list_pulls()?, branch))
    }

    async fn create_pull_request(&self, new: &NewPullRequest) -> Result<PullRequest> {
        match pulls::of_branch(self.list_pulls()?, &new.branch) {
            Some(pull) if pull.state == PullState::Open => Ok(pull),
            _ => self.make_pull(new),
        }
    }

    async fn checks(&self, commit: &str) -> Result<Vec<Check>> {
        let mut checks = self.reported(commit, Reporter::CheckRun)?;
        checks.extend(self.reported(commit, Reporter::Status)?);
        Ok(checks)
    }

    async fn items(
        &self,
        place: &ProjectPlace,
        numbers: &BTreeSet<u64>,
    ) -> Result<Vec<(u64, ProjectItem)>> {
        self.read_items(place, numbers)
    }

    fn remembered(&self) -> Option<String> {
        self.known_projects()
    }

    fn remember(&self, known: &str) {
        self.take_known_projects(known);
    }

    fn n_requests(&self) -> usize {
        self.faults().n_requests
    }

    fn quota(&self) -> Option<Quota> {
        Some(self.lock().quota)
    }
}

/// What keeps the forge from acting at all.
fn before(fault: &Fault, now: Timestamp) -> Option<Error> {
    let later = |wait: std::time::Duration| {
        SignedDuration::try_from(wait).map_or(now, |wait| after(now, wait))
    };
    Some(match fault {
        Fault::LostAnswer | Fault::LostRequest | Fault::Truncated | Fault::Repeat => {
            return None;
        }
        Fault::Unavailable => Error::new(ErrorKind::Unavailable, "the forge could not be reached"),
        Fault::Limited(wait) => Error::new(
            ErrorKind::Limited {
                until: later(*wait),
            },
            "the quota of this hour is used up",
        ),
        Fault::Slow(wait) => Error::new(
            ErrorKind::Slow { wait: *wait },
            "too many requests in a short time",
        ),
        Fault::Invalid(message) => Error::new(ErrorKind::Invalid, message.clone()),
        Fault::Auth => Error::new(ErrorKind::Auth, "the credentials are not accepted"),
        Fault::Forbidden => Error::new(ErrorKind::Forbidden, "the credentials may not do this"),
    })
}

/// A read whose answer is lost has changed nothing; of a write nobody knows.
fn lost(request: Request, message: &str) -> Error {
    let kind = match request.is_write() {
        true => ErrorKind::Unknown,
        false => ErrorKind::Unavailable,
    };
    Error::new(kind, message)
}

/// Where an issue stands in the list. Pages go on behind the last one seen, so that one that changes
/// in between comes again at the end, and none slips through.
fn place(issue: &Issue) -> (Timestamp, u64) {
    (issue.updated_at, issue.number)
}

fn cursor(next: &str) -> Result<(Timestamp, u64)> {
    next.split_once(' ')
        .and_then(|(time, number)| Some((time.parse().ok()?, number.parse().ok()?)))
        .ok_or_else(|| Error::new(ErrorKind::Invalid, "that is no place in the list of issues"))
}

/// Differs where an answer differs; the same in all runs of one program, which is all that is asked
/// of it.
fn etag(question: &impl Hash, page: &[Issue]) -> String {
    let mut hasher = DefaultHasher::new();
    question.hash(&mut hasher);
    for issue in page {
        format!("{issue:?}").hash(&mut hasher);
    }
    format!("W/\"{:016x}\"", hasher.finish())
}
