//! A forge in memory: the reference that behaves as GitHub's documentation says, with faults on demand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use docket_core::sync::{Comment, Issue, IssueState, Relations, RemoteWrite};
use jiff::{SignedDuration, Timestamp};

use crate::{Error, ErrorKind, Forge, NewIssue, Page, Query, Quota, Repository, Result};

/// See the module's page. Cheap to clone; clones are one forge.
#[derive(Clone, Debug)]
pub struct MemoryForge {
    inner: Arc<Mutex<Inner>>,
}

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server did not act.
    Before(ErrorKind),
    /// The server acted, and its answer was lost.
    After,
    /// A page that has its first issue twice.
    Repeated,
    /// Another issue changes right after the page was answered.
    Shifted,
}

/// Requests by what they ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    pub pages: usize,
    /// Of the pages, those that were answered "not modified".
    pub not_modified: usize,
    pub reads: usize,
    pub creates: usize,
    pub writes: usize,
    pub comments: usize,
}

#[derive(Debug)]
struct Inner {
    name: String,
    node_id: String,
    now: Timestamp,
    page_size: usize,
    issues: BTreeMap<u64, Issue>,
    comments: BTreeMap<u64, Vec<Comment>>,
    gone: BTreeMap<u64, ErrorKind>,
    /// Logins that can be assigned.
    members: BTreeSet<String>,
    faults: VecDeque<Fault>,
    requests: Requests,
    n_comments: u64,
}

impl MemoryForge {
    /// A repository without issues, whose clock stands at `now`.
    pub fn new(name: &str, now: Timestamp) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                name: name.to_owned(),
                node_id: format!("R_{name}"),
                now,
                page_size: 100,
                issues: BTreeMap::new(),
                comments: BTreeMap::new(),
                gone: BTreeMap::new(),
                members: ["ana", "bo"].map(str::to_owned).into(),
                faults: VecDeque::new(),
                requests: Requests::default(),
                n_comments: 0,
            })),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_page_size(&self, size: usize) {
        self.lock().page_size = size.max(1);
    }

    /// Moves the server's clock on.
    pub fn advance(&self, by: SignedDuration) {
        let mut inner = self.lock();
        inner.now += by;
    }

    pub fn now(&self) -> Timestamp {
        self.lock().now
    }

    /// What happens to the requests to come, one each.
    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().faults.extend(faults);
    }

    /// Faults that were not used up are forgotten.
    pub fn be_well(&self) {
        self.lock().faults.clear();
    }

    pub fn requests(&self) -> Requests {
        self.lock().requests
    }

    pub fn all(&self) -> Vec<Issue> {
        self.lock().issues.values().cloned().collect()
    }

    pub fn get(&self, number: u64) -> Option<Issue> {
        self.lock().issues.get(&number).cloned()
    }

    pub fn comments_of(&self, number: u64) -> Vec<Comment> {
        self.lock()
            .comments
            .get(&number)
            .cloned()
            .unwrap_or_default()
    }

    /// Somebody makes an issue on the website.
    pub fn make(&self, new: &NewIssue) -> u64 {
        self.lock().create(new).number
    }

    /// Somebody changes an issue on the website.
    pub fn change(&self, number: u64, writes: &[RemoteWrite]) {
        self.lock().write(number, writes);
    }

    /// Somebody makes an issue a pull request's, deletes, transfers or converts it.
    pub fn edit(&self, number: u64, edit: impl FnOnce(&mut Issue)) {
        let mut inner = self.lock();
        inner.now += SignedDuration::from_secs(1);
        let now = inner.now;
        if let Some(issue) = inner.issues.get_mut(&number) {
            edit(issue);
            issue.updated_at = now;
        }
    }

    /// Deleted ([`ErrorKind::Gone`]) or transferred ([`ErrorKind::Moved`]).
    pub fn remove(&self, number: u64, how: ErrorKind) {
        let mut inner = self.lock();
        inner.issues.remove(&number);
        inner.gone.insert(number, how);
    }

    /// The repository's name now stands for another one.
    pub fn replace(&self) {
        self.lock().node_id = "R_other".to_owned();
    }

    /// Carries a request out, or lets it go wrong.
    fn request<T>(
        &self,
        count: impl FnOnce(&mut Requests),
        act: impl FnOnce(&mut Inner) -> Result<T>,
    ) -> Result<T> {
        let mut inner = self.lock();
        count(&mut inner.requests);
        match inner.faults.pop_front() {
            Some(Fault::Before(kind)) => Err(Error::new(kind, "the server has trouble")),
            Some(Fault::After) => {
                let done = act(&mut inner);
                done.and_then(|_| Err(Error::new(ErrorKind::Unknown, "the answer was lost")))
            }
            Some(fault) => {
                // Of pages alone; on others they do nothing.
                inner.faults.push_front(fault);
                let done = act(&mut inner);
                if inner.faults.front() == Some(&fault) {
                    inner.faults.pop_front();
                }
                done
            }
            None => act(&mut inner),
        }
    }
}

impl Inner {
    fn find(&self, number: u64) -> Result<&Issue> {
        self.issues
            .get(&number)
            .ok_or_else(|| match self.gone.get(&number) {
                Some(ErrorKind::Moved) => Error::new(
                    ErrorKind::Moved,
                    format!("#{number} was transferred to another repository"),
                ),
                Some(kind) => Error::new(*kind, format!("#{number} was deleted")),
                None => Error::new(ErrorKind::NotFound, format!("there is no #{number}")),
            })
    }

    fn create(&mut self, new: &NewIssue) -> Issue {
        self.now += SignedDuration::from_secs(1);
        let last = self.issues.keys().chain(self.gone.keys()).max();
        let number = last.copied().unwrap_or_default() + 1;
        let assignees = new.assignees.intersection(&self.members).cloned();
        let issue = Issue {
            number,
            node_id: format!("I_{number}"),
            url: format!("https://github.com/{}/issues/{number}", self.name),
            title: new.title.trim().to_owned(),
            body: new.body.clone(),
            state: IssueState::Open,
            labels: new.labels.clone(),
            assignees: assignees.collect(),
            milestone: new.milestone.clone(),
            kind: new.kind.clone(),
            relations: Some(Relations::default()),
            author: "ana".to_owned(),
            locked: false,
            is_pull_request: false,
            n_comments: 0,
            created_at: self.now,
            updated_at: self.now,
            closed_at: None,
        };
        self.issues.insert(number, issue.clone());
        issue
    }

    fn write(&mut self, number: u64, writes: &[RemoteWrite]) {
        self.now += SignedDuration::from_secs(1);
        let Some(issue) = self.issues.get_mut(&number) else {
            return;
        };
        let before = issue.clone();
        let relations = issue.relations.get_or_insert_default();
        for write in writes.iter().cloned() {
            match write {
                RemoteWrite::Title(it) => issue.title = it.trim().to_owned(),
                RemoteWrite::Body(it) => issue.body = it,
                RemoteWrite::State(it) => {
                    issue.state = it;
                    issue.closed_at = it.is_closed().then_some(self.now);
                }
                RemoteWrite::Milestone(it) => issue.milestone = it,
                // A repository without issue types ignores them.
                RemoteWrite::Type(it) => issue.kind = issue.kind.as_ref().and(it),
                RemoteWrite::AddLabel(it) => {
                    // Labels are the same whatever their case.
                    let has = issue.labels.iter().any(|has| has.eq_ignore_ascii_case(&it));
                    if !has {
                        issue.labels.insert(it);
                    }
                }
                RemoteWrite::RemoveLabel(it) => {
                    issue.labels.retain(|has| !has.eq_ignore_ascii_case(&it))
                }
                RemoteWrite::AddAssignee(it) => {
                    // Who is no member is left out without a word.
                    if self.members.contains(&it) {
                        issue.assignees.insert(it);
                    }
                }
                RemoteWrite::RemoveAssignee(it) => {
                    issue.assignees.remove(&it);
                }
                RemoteWrite::Parent(it) => relations.parent = it,
                RemoteWrite::AddBlockedBy(it) => {
                    relations.blocked_by.insert(it);
                }
                RemoteWrite::RemoveBlockedBy(it) => {
                    relations.blocked_by.remove(&it);
                }
            }
        }
        if *issue != before {
            issue.updated_at = self.now;
        }
    }

    fn page(&mut self, query: &Query) -> Page {
        let mut issues: Vec<Issue> = self
            .issues
            .values()
            .filter(|it| query.since.is_none_or(|since| it.updated_at >= since))
            .cloned()
            .collect();
        issues.sort_by_key(|it| (it.updated_at, it.number));
        let start: usize = query
            .next
            .as_deref()
            .and_then(|it| it.parse().ok())
            .unwrap_or_default();
        let rest = issues.split_off(start.min(issues.len()));
        let n_rest = rest.len();
        let mut issues: Vec<Issue> = rest.into_iter().take(self.page_size).collect();
        // Relations are asked for by themselves.
        issues.iter_mut().for_each(|it| it.relations = None);
        let etag = issues
            .iter()
            .map(|it| format!("{}@{}", it.number, it.updated_at));
        let etag = format!("{n_rest}/{}", etag.collect::<Vec<_>>().join(","));
        let not_modified = query.etag.as_ref() == Some(&etag);
        let next = (n_rest > self.page_size).then(|| (start + self.page_size).to_string());
        match self.faults.front() {
            Some(Fault::Repeated) => issues.extend(issues.first().cloned()),
            Some(Fault::Shifted) => {
                // Whatever comes first moves to the end, and the rest one up.
                let first = self.issues.values().min_by_key(|it| it.updated_at);
                if let Some(number) = first.map(|it| it.number) {
                    self.now += SignedDuration::from_secs(1);
                    let now = self.now;
                    self.issues
                        .entry(number)
                        .and_modify(|it| it.updated_at = now);
                }
            }
            _ => {}
        }
        if not_modified {
            issues.clear();
        }
        Page {
            issues,
            next: next.filter(|_| !not_modified),
            etag: Some(etag),
            not_modified,
            server_time: Some(self.now),
        }
    }
}

impl Forge for MemoryForge {
    async fn viewer(&self) -> Result<String> {
        self.request(|it| it.reads += 1, |_| Ok("ana".to_owned()))
    }

    async fn repository(&self) -> Result<Repository> {
        self.request(
            |it| it.reads += 1,
            |inner| {
                Ok(Repository {
                    full_name: inner.name.clone(),
                    node_id: inner.node_id.clone(),
                    default_branch: "main".to_owned(),
                    has_issues: true,
                    can_write: true,
                })
            },
        )
    }

    async fn issues(&self, query: &Query) -> Result<Page> {
        let page = self.request(|it| it.pages += 1, |inner| Ok(inner.page(query)))?;
        if page.not_modified {
            self.lock().requests.not_modified += 1;
        }
        Ok(page)
    }

    async fn issue(&self, number: u64) -> Result<Issue> {
        self.request(|it| it.reads += 1, |inner| inner.find(number).cloned())
    }

    async fn relations(&self, numbers: &BTreeSet<u64>) -> Result<Option<Vec<(u64, Relations)>>> {
        self.request(
            |it| it.reads += 1,
            |inner| {
                let known = numbers.iter().filter_map(|it| inner.issues.get(it));
                let relations =
                    known.map(|it| (it.number, it.relations.clone().unwrap_or_default()));
                Ok(Some(relations.collect()))
            },
        )
    }

    async fn create(&self, new: &NewIssue) -> Result<Issue> {
        self.request(
            |it| it.creates += 1,
            |inner| {
                if new.title.trim().is_empty() {
                    return Err(Error::new(ErrorKind::Invalid, "an issue needs a title"));
                }
                Ok(inner.create(new))
            },
        )
    }

    async fn find_marked(&self, marker: &str, since: Timestamp) -> Result<Option<Issue>> {
        self.request(
            |it| it.reads += 1,
            |inner| {
                let mut made = inner.issues.values().filter(|it| it.created_at >= since);
                Ok(made.find(|it| it.body.contains(marker)).cloned())
            },
        )
    }

    async fn write(&self, number: u64, writes: &[RemoteWrite]) -> Result<Option<Issue>> {
        self.request(
            |it| it.writes += 1,
            |inner| {
                inner.find(number)?;
                if writes
                    .iter()
                    .any(|it| matches!(it, RemoteWrite::Title(it) if it.trim().is_empty()))
                {
                    return Err(Error::new(ErrorKind::Invalid, "an issue needs a title"));
                }
                inner.write(number, writes);
                inner.find(number).cloned().map(Some)
            },
        )
    }

    async fn comments(&self, number: u64, since: Option<Timestamp>) -> Result<Vec<Comment>> {
        self.request(
            |it| it.reads += 1,
            |inner| {
                inner.find(number)?;
                let all = inner.comments.get(&number).into_iter().flatten();
                let new = all.filter(|it| since.is_none_or(|since| it.updated_at >= since));
                Ok(new.cloned().collect())
            },
        )
    }

    async fn comment(&self, number: u64, body: &str) -> Result<Comment> {
        self.request(
            |it| it.comments += 1,
            |inner| {
                inner.find(number)?;
                inner.now += SignedDuration::from_secs(1);
                inner.n_comments += 1;
                let comment = Comment {
                    id: inner.n_comments,
                    author: "ana".to_owned(),
                    body: body.to_owned(),
                    created_at: inner.now,
                    updated_at: inner.now,
                };
                let now = inner.now;
                inner
                    .comments
                    .entry(number)
                    .or_default()
                    .push(comment.clone());
                if let Some(issue) = inner.issues.get_mut(&number) {
                    issue.n_comments += 1;
                    issue.updated_at = now;
                }
                Ok(comment)
            },
        )
    }

    fn quota(&self) -> Option<Quota> {
        None
    }
}

/// A fault that a random test may draw.
pub const FAULTS: [Fault; 6] = [
    Fault::Before(ErrorKind::Unavailable),
    Fault::After,
    Fault::Before(ErrorKind::Slow {
        wait: Duration::from_secs(30),
    }),
    Fault::Before(ErrorKind::Unknown),
    Fault::Repeated,
    Fault::Shifted,
];
