//! The hands of tests on the forge in memory: other people, the clock, and what goes wrong.

use std::collections::BTreeMap;

use docket_core::sync::{Comment, Issue};
use jiff::{SignedDuration, Timestamp};

use super::{Fault, MemoryForge, Request};
#[cfg(any(test, feature = "contract"))]
use crate::Result;
use crate::{ErrorKind, NewIssue};

/// What other people do, on the website. None of it counts as a request of ours.
impl MemoryForge {
    /// Somebody opens an issue.
    ///
    /// # Panics
    ///
    /// Without a title.
    pub fn open(&self, author: &str, new: &NewIssue) -> u64 {
        self.lock()
            .open(author, new)
            .expect("a test opens sound issues")
    }

    /// Somebody opens a pull request, which takes a number and stands in the list of issues.
    pub fn open_pull_request(&self, author: &str, title: &str) -> u64 {
        let number = self.open(
            author,
            &NewIssue {
                title: title.to_owned(),
                ..NewIssue::default()
            },
        );
        self.edit(number, |it| {
            it.is_pull_request = true;
            it.url = it.url.replace("/issues/", "/pull/");
        });
        number
    }

    /// Somebody changes an issue; its relations are in it here.
    pub fn edit(&self, number: u64, change: impl FnOnce(&mut Issue)) {
        let mut state = self.lock();
        if state.change(number, change).is_ok()
            && let Some(issue) = state.issues.get(&number).cloned()
        {
            state.labels.extend(issue.labels);
            state.users.extend(issue.assignees);
            state.milestones.extend(issue.milestone);
            state.types.extend(issue.kind);
        }
    }

    pub fn comment_as(&self, number: u64, author: &str, body: &str) -> u64 {
        self.lock()
            .comment(number, author, body)
            .expect("a test comments on issues that are there")
            .id
    }

    pub fn edit_comment(&self, number: u64, id: u64, body: &str) {
        let mut state = self.lock();
        let now = state.now;
        for comment in state.comments.entry(number).or_default() {
            if comment.id == id {
                body.clone_into(&mut comment.body);
                comment.updated_at = now;
            }
        }
        if let Some(issue) = state.issues.get_mut(&number) {
            issue.updated_at = now;
        }
    }

    pub fn delete_comment(&self, number: u64, id: u64) {
        let mut state = self.lock();
        let comments = state.comments.entry(number).or_default();
        comments.retain(|it| it.id != id);
        let n_comments = comments.len() as u32;
        // The issue may be gone, and its comments with it.
        let _ = state.change(number, |it| it.n_comments = n_comments);
    }

    pub fn delete(&self, number: u64) {
        self.lose(number, ErrorKind::Gone);
    }

    /// To another repository.
    pub fn transfer(&self, number: u64) {
        self.lose(number, ErrorKind::Moved);
    }

    fn lose(&self, number: u64, why: ErrorKind) {
        let mut state = self.lock();
        if state.issues.remove(&number).is_none() {
            return;
        }
        state.missing.insert(number, why);
        state.comments.remove(&number);
        let others: Vec<u64> = state.issues.keys().copied().collect();
        for other in others {
            // The others are there, so this cannot fail.
            let _ = state.change(other, |it| {
                let relations = it.relations.get_or_insert_default();
                relations.blocked_by.remove(&number);
                relations.parent = relations.parent.filter(|it| *it != number);
            });
        }
    }

    pub fn lock_conversation(&self, number: u64) {
        self.edit(number, |it| it.locked = true);
    }

    pub fn rename_repository(&self, full_name: &str) {
        full_name.clone_into(&mut self.lock().repository.full_name);
    }

    /// The name now stands for another repository.
    pub fn replace_repository(&self) {
        self.lock().repository.node_id = "R_2".to_owned();
    }

    pub fn add_user(&self, login: &str) {
        self.lock().users.insert(login.to_owned());
    }

    pub fn has_user(&self, login: &str) -> bool {
        self.lock().user(login).is_some()
    }

    pub fn add_type(&self, name: &str) {
        self.lock().types.insert(name.to_owned());
    }
}

/// How the forge is, and what is wrong with it.
impl MemoryForge {
    pub fn advance(&self, by: SignedDuration) {
        self.lock().advance(by);
    }

    pub fn now(&self) -> Timestamp {
        self.lock().now
    }

    pub fn set_page_size(&self, n: usize) {
        self.lock().page_size = n.max(1);
    }

    pub fn page_size(&self) -> usize {
        self.lock().page_size
    }

    pub fn has_relations(&self) -> bool {
        self.lock().has_relations
    }

    /// As a server from before sub-issues and dependencies.
    pub fn without_relations(self) -> Self {
        self.lock().has_relations = false;
        self
    }

    /// As with credentials that may only read.
    pub fn read_only(self) -> Self {
        self.lock().repository.can_write = false;
        self
    }

    pub fn set_quota(&self, remaining: u32) {
        self.lock().quota.remaining = remaining;
    }

    /// The next request of that kind goes wrong; several wait for their turn.
    pub fn fail(&self, request: Request, fault: Fault) {
        self.faults().push(request, fault);
    }

    /// Asked before each request what is to go wrong with it. It may use a handle on this forge,
    /// and so let others act in between.
    pub fn script(&self, script: impl FnMut(Request) -> Option<Fault> + Send + 'static) {
        self.faults().script = Some(Box::new(script));
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.faults().clear();
    }
}

/// What is there, and what was asked.
impl MemoryForge {
    /// An issue with its relations; `None` where it was deleted, transferred or never was.
    pub fn get(&self, number: u64) -> Option<Issue> {
        self.lock().issues.get(&number).cloned()
    }

    /// The repository's name now.
    pub fn full_name(&self) -> String {
        self.lock().repository.full_name.clone()
    }

    /// As [`Self::get`], with why it is not there.
    #[cfg(any(test, feature = "contract"))]
    pub(crate) fn look(&self, number: u64) -> Result<Issue> {
        self.lock().issue(number).cloned()
    }

    /// Every issue and pull request with its relations, by number.
    pub fn all(&self) -> Vec<Issue> {
        self.lock().issues.values().cloned().collect()
    }

    pub fn comments_of(&self, number: u64) -> Vec<Comment> {
        self.lock()
            .comments
            .get(&number)
            .cloned()
            .unwrap_or_default()
    }

    /// Requests since the last [`Self::reset_counts`], those that failed included.
    pub fn counts(&self) -> BTreeMap<Request, usize> {
        self.faults().counts.clone()
    }

    pub fn count(&self, request: Request) -> usize {
        self.faults().counts.get(&request).copied().unwrap_or(0)
    }

    pub fn n_requests(&self) -> usize {
        self.faults().counts.values().sum()
    }

    pub fn n_writes(&self) -> usize {
        let faults = self.faults();
        let writes = faults.counts.iter().filter(|(it, _)| it.is_write());
        writes.map(|(_, n)| n).sum()
    }

    /// Of the requests, those that were answered with "nothing new".
    pub fn n_not_modified(&self) -> usize {
        self.faults().n_not_modified
    }

    pub fn reset_counts(&self) {
        let mut faults = self.faults();
        faults.counts.clear();
        faults.n_not_modified = 0;
    }
}
