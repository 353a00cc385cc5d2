//! What the forge in memory holds, and what a request does to it.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::sync::{Check, Comment, Issue, IssueState, PullRequest, Relations};
use jiff::{SignedDuration, Timestamp};

use super::Reporter;
use super::projects::Projects;
use crate::steps::{Edit, Step};
use crate::{Error, ErrorKind, MAX_THREAD, NewIssue, Quota, Repository, Result};

/// The hour's requests of a person's token.
const LIMIT: u32 = 5_000;
/// Characters of a title and of a body that GitHub takes.
const MAX_TITLE: usize = 256;
const MAX_BODY: usize = 65_536;

pub(super) struct State {
    pub repository: Repository,
    pub viewer: String,
    pub now: Timestamp,
    pub issues: BTreeMap<u64, Issue>,
    pub comments: BTreeMap<u64, Vec<Comment>>,
    /// Why an issue is there no more: [`ErrorKind::Gone`] or [`ErrorKind::Moved`].
    pub missing: BTreeMap<u64, ErrorKind>,
    pub users: BTreeSet<String>,
    pub labels: BTreeSet<String>,
    pub milestones: BTreeSet<String>,
    pub types: BTreeSet<String>,
    /// What was pushed: branches and their last commits.
    pub branches: BTreeMap<String, String>,
    pub pulls: BTreeMap<u64, PullRequest>,
    /// By commit.
    pub checks: BTreeMap<String, Vec<(Reporter, Check)>>,
    pub has_relations: bool,
    pub projects: Projects,
    pub page_size: usize,
    pub quota: Quota,
    next_id: u64,
}

impl State {
    pub(super) fn new(full_name: &str, now: Timestamp) -> Self {
        let viewer = "octocat".to_owned();
        Self {
            repository: Repository {
                full_name: full_name.to_owned(),
                node_id: "R_1".to_owned(),
                default_branch: "main".to_owned(),
                has_issues: true,
                can_write: true,
            },
            users: BTreeSet::from([viewer.clone()]),
            viewer,
            now: whole(now),
            issues: BTreeMap::new(),
            comments: BTreeMap::new(),
            missing: BTreeMap::new(),
            labels: BTreeSet::new(),
            milestones: BTreeSet::new(),
            types: BTreeSet::new(),
            branches: BTreeMap::from([("main".to_owned(), "0".repeat(40))]),
            pulls: BTreeMap::new(),
            checks: BTreeMap::new(),
            has_relations: true,
            projects: Projects::default(),
            page_size: 100,
            quota: Quota {
                limit: LIMIT,
                remaining: LIMIT,
                reset: after(whole(now), SignedDuration::from_hours(1)),
            },
            next_id: 1,
        }
    }

    pub(super) fn advance(&mut self, by: SignedDuration) {
        self.now = whole(after(self.now, by));
        if self.now >= self.quota.reset {
            self.quota.remaining = self.quota.limit;
            self.quota.reset = after(self.now, SignedDuration::from_hours(1));
        }
    }

    /// Takes one request from the quota.
    pub(super) fn spend(&mut self) -> Result<()> {
        match self.quota.remaining.checked_sub(1) {
            Some(remaining) => {
                self.quota.remaining = remaining;
                Ok(())
            }
            None => Err(Error::new(
                ErrorKind::Limited {
                    until: self.quota.reset,
                },
                "the quota of this hour is used up",
            )),
        }
    }

    fn id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// Issues and pull requests share their numbers, and a number is never used again.
    fn number(&self) -> u64 {
        let last = |them: Option<&u64>| them.copied().unwrap_or(0);
        last(self.issues.keys().next_back()).max(last(self.missing.keys().next_back())) + 1
    }

    pub(super) fn issue(&self, number: u64) -> Result<&Issue> {
        if let Some(issue) = self.issues.get(&number) {
            return Ok(issue);
        }
        Err(match self.missing.get(&number) {
            Some(ErrorKind::Moved) => Error::new(
                ErrorKind::Moved,
                format!("issue #{number} was transferred to another repository"),
            ),
            Some(_) => Error::new(ErrorKind::Gone, format!("issue #{number} was deleted")),
            None => Error::new(ErrorKind::NotFound, format!("there is no issue #{number}")),
        })
    }

    pub(super) fn open(&mut self, author: &str, new: &NewIssue) -> Result<u64> {
        check(Some(&new.title), Some(&new.body))?;
        let number = self.number();
        let id = self.id();
        let labels = new.labels.iter().map(|it| self.label(it)).collect();
        let assignees = new
            .assignees
            .iter()
            .filter_map(|it| self.user(it))
            .collect();
        self.milestones.extend(new.milestone.clone());
        self.issues.insert(
            number,
            Issue {
                number,
                node_id: format!("I_{id}"),
                url: format!(
                    "https://github.com/{}/issues/{number}",
                    self.repository.full_name
                ),
                title: new.title.clone(),
                body: new.body.clone(),
                state: IssueState::Open,
                labels,
                assignees,
                milestone: new.milestone.clone(),
                kind: new.kind.as_deref().and_then(|it| self.type_named(it)),
                relations: Some(Relations::default()),
                project: None,
                author: author.to_owned(),
                locked: false,
                is_pull_request: false,
                n_comments: 0,
                created_at: self.now,
                updated_at: self.now,
                closed_at: None,
            },
        );
        Ok(number)
    }

    /// Changes an issue. Its time stands still where nothing is different afterwards.
    pub(super) fn change(&mut self, number: u64, change: impl FnOnce(&mut Issue)) -> Result<()> {
        self.issue(number)?;
        let now = self.now;
        if let Some(issue) = self.issues.get_mut(&number) {
            let before = issue.clone();
            change(issue);
            if issue.state.is_closed() != before.state.is_closed() {
                issue.closed_at = issue.state.is_closed().then_some(now);
            }
            if *issue != before {
                issue.updated_at = now;
            }
        }
        Ok(())
    }

    pub(super) fn carry_out(&mut self, number: u64, step: &Step) -> Result<()> {
        self.issue(number)?;
        match step {
            Step::Edit(edit) => self.edit(number, edit),
            Step::AddLabels(names) => {
                let names: Vec<_> = names.iter().map(|it| self.label(it)).collect();
                self.change(number, |it| it.labels.extend(names))
            }
            Step::RemoveLabel(name) => self.change(number, |it| {
                it.labels.retain(|label| !same(label, name));
            }),
            Step::AddAssignees(names) => {
                // Who cannot be assigned is left out in silence.
                let known: Vec<_> = names.iter().filter_map(|it| self.user(it)).collect();
                self.change(number, |it| it.assignees.extend(known))
            }
            Step::RemoveAssignees(names) => self.change(number, |it| {
                it.assignees
                    .retain(|login| !names.iter().any(|name| same(login, name)));
            }),
            Step::Parent(parent) => {
                if let Some(parent) = parent {
                    self.relate(number, *parent)?;
                    if self.ancestors(*parent).contains(&number) {
                        return Err(refused(format!(
                            "#{number} is above #{parent} already, so it cannot be its sub-issue"
                        )));
                    }
                }
                self.change(number, |it| {
                    it.relations.get_or_insert_default().parent = *parent;
                })
            }
            Step::AddBlockedBy(blocker) => {
                self.relate(number, *blocker)?;
                self.change(number, |it| {
                    it.relations
                        .get_or_insert_default()
                        .blocked_by
                        .insert(*blocker);
                })
            }
            // Of another place than the issue; see `projects`.
            Step::Project(_) => Ok(()),
            Step::RemoveBlockedBy(blocker) => self.change(number, |it| {
                it.relations
                    .get_or_insert_default()
                    .blocked_by
                    .remove(blocker);
            }),
        }
    }

    fn edit(&mut self, number: u64, edit: &Edit) -> Result<()> {
        check(edit.title.as_deref(), edit.body.as_deref())?;
        let kind = match &edit.kind {
            Some(Some(name)) => {
                Some(Some(self.type_named(name).ok_or_else(|| {
                    refused(format!("the forge has no issue type `{name}`"))
                })?))
            }
            Some(None) => Some(None),
            None => None,
        };
        self.milestones.extend(edit.milestone.clone().flatten());
        self.change(number, |it| {
            if let Some(title) = &edit.title {
                it.title.clone_from(title);
            }
            if let Some(body) = &edit.body {
                it.body.clone_from(body);
            }
            if let Some(state) = edit.state {
                it.state = state;
            }
            if let Some(milestone) = &edit.milestone {
                it.milestone.clone_from(milestone);
            }
            if let Some(kind) = kind {
                it.kind = kind;
            }
        })
    }

    pub(super) fn comment(&mut self, number: u64, author: &str, body: &str) -> Result<Comment> {
        if self.issue(number)?.locked && !self.repository.can_write {
            return Err(Error::new(
                ErrorKind::Forbidden,
                format!("#{number} is locked: only collaborators can comment"),
            ));
        }
        if body.trim().is_empty() {
            return Err(refused("a comment needs a text"));
        }
        check(None, Some(body))?;
        let comment = Comment {
            id: self.id(),
            author: author.to_owned(),
            body: body.to_owned(),
            created_at: self.now,
            updated_at: self.now,
        };
        let comments = self.comments.entry(number).or_default();
        comments.push(comment.clone());
        let n_comments = comments.len() as u32;
        self.change(number, |it| it.n_comments = n_comments)?;
        Ok(comment)
    }

    /// The newest comments, oldest first.
    pub(super) fn thread(&self, number: u64) -> Vec<Comment> {
        let all = self.comments.get(&number).map_or(&[][..], |it| it);
        all[all.len().saturating_sub(MAX_THREAD)..].to_vec()
    }

    /// Both ends of a relation are issues, and not one and the same.
    fn relate(&self, number: u64, other: u64) -> Result<()> {
        if !self.has_relations {
            return Err(Error::new(
                ErrorKind::NotFound,
                "the forge has no relations between issues",
            ));
        }
        match self.issues.get(&other) {
            Some(issue) if other != number && !issue.is_pull_request => Ok(()),
            Some(_) => Err(refused(format!("#{number} cannot be related to #{other}"))),
            None => Err(refused(format!("there is no issue #{other} to relate to"))),
        }
    }

    fn ancestors(&self, number: u64) -> BTreeSet<u64> {
        let mut found = BTreeSet::new();
        let mut next = Some(number);
        while let Some(number) = next.filter(|it| found.insert(*it)) {
            next = self
                .issues
                .get(&number)
                .and_then(|it| it.relations.as_ref()?.parent);
        }
        found
    }

    /// A label as it is written already, for case makes no difference; made where there is none.
    fn label(&mut self, name: &str) -> String {
        let known = self.labels.iter().find(|it| same(it, name)).cloned();
        known.unwrap_or_else(|| {
            self.labels.insert(name.to_owned());
            name.to_owned()
        })
    }

    pub(super) fn user(&self, login: &str) -> Option<String> {
        self.users.iter().find(|it| same(it, login)).cloned()
    }

    fn type_named(&self, name: &str) -> Option<String> {
        self.types.iter().find(|it| same(it, name)).cloned()
    }
}

fn check(title: Option<&str>, body: Option<&str>) -> Result<()> {
    if title.is_some_and(|it| it.trim().is_empty()) {
        return Err(refused("an issue needs a title"));
    }
    if title.is_some_and(|it| it.chars().count() > MAX_TITLE) {
        return Err(refused(format!(
            "the title is too long (maximum is {MAX_TITLE} characters)"
        )));
    }
    if body.is_some_and(|it| it.chars().count() > MAX_BODY) {
        return Err(refused(format!(
            "the body is too long (maximum is {MAX_BODY} characters)"
        )));
    }
    Ok(())
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

pub(super) fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, message)
}

pub(super) fn after(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(time)
}

/// GitHub's times have no fractions of a second.
pub(super) fn whole(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
