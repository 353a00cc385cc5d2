//! What every forge has to keep, as cases that run on any of them.
//!
//! A case panics where it is not kept. What a server for tests cannot do ([`Ability`]) is left out
//! there; each forge is run on one server at least that can.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod around;
mod issues;
mod projects;
mod pulls;

use std::collections::BTreeSet;
use std::future::Future;

use docket_core::sync::{Check, Issue, PullState};
use jiff::{SignedDuration, Timestamp};

use crate::memory::{MemoryForge, Reporter};
use crate::{ErrorKind, Forge, NewIssue, Query};

/// Everybody else, and the clock. Each case gets a world without issues.
pub trait World: Sync {
    /// The repository's `owner/name`.
    fn full_name(&self) -> String;
    fn can(&self, ability: Ability) -> bool;
    /// Issues on one page.
    fn page_size(&self) -> usize;
    /// So much that changes before and after differ.
    fn pass_time(&self) -> impl Future<Output = ()> + Send;
    fn open(&self, title: &str) -> impl Future<Output = u64> + Send;
    fn open_pull_request(&self, title: &str) -> impl Future<Output = u64> + Send;
    /// Somebody pushes a branch, so that this is its last commit.
    fn push(&self, branch: &str, commit: &str) -> impl Future<Output = ()> + Send;
    /// Somebody closes or merges a pull request of [`Forge::create_pull_request`].
    fn end_pull(&self, number: u64, state: PullState) -> impl Future<Output = ()> + Send;
    fn report(
        &self,
        commit: &str,
        reporter: Reporter,
        check: Check,
    ) -> impl Future<Output = ()> + Send;
    fn retitle(&self, number: u64, title: &str) -> impl Future<Output = ()> + Send;
    fn delete(&self, number: u64) -> impl Future<Output = ()> + Send;
    fn transfer(&self, number: u64) -> impl Future<Output = ()> + Send;
    fn rename_repository(&self, full_name: &str) -> impl Future<Output = ()> + Send;
    /// A project `owner/number` with single-select fields and their options.
    fn add_project(&self, project: &str, fields: &[(&str, &[&str])]);
    /// Somebody chooses an option of an issue's card.
    fn choose_option(&self, project: &str, number: u64, field: &str, option: Option<&str>);
}

/// What a server for tests may not be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    /// Answering "not modified".
    Conditional,
    /// Sub-issues and dependencies.
    Relations,
    /// Pull requests, also among the issues, and checks.
    PullRequests,
    /// Counting a change at the very time that is asked from.
    SinceInclusive,
    /// Comments from a time on.
    CommentsSince,
    /// An issue that is deleted or transferred, a repository that is renamed.
    Leaving,
    /// Limits of length, and who may be assigned.
    Limits,
    /// Projects with fields of their own.
    Projects,
    /// A label with a slash in it, which a path has to escape.
    Slashes,
}

macro_rules! cases {
    ($($file:ident::$name:ident),+ $(,)?) => {
        pub const CASES: &[&str] = &[$(stringify!($name)),+];

        /// Runs one of [`CASES`].
        pub async fn run(case: &str, forge: &impl Forge, world: &impl World) {
            match case {
                $(stringify!($name) => $file::$name(forge, world).await,)+
                _ => panic!("there is no case `{case}`"),
            }
        }
    };
}

cases![
    issues::who_and_where,
    issues::a_new_issue_is_what_was_asked_for,
    issues::what_is_not_there_is_made_or_left_out,
    issues::a_marked_issue_is_found,
    issues::own_fields_change_in_one_write,
    issues::a_closed_issue_can_get_another_reason,
    issues::labels_are_added_and_removed,
    issues::assignees_are_added_and_removed,
    issues::pages_hold_every_issue_in_order_of_change,
    issues::only_what_changed_since,
    issues::nothing_new_is_not_modified,
    issues::pull_requests_are_told_apart,
    pulls::a_pull_request_is_made_once,
    pulls::a_pull_request_is_found_by_its_branch,
    pulls::a_pull_request_needs_something_to_bring,
    pulls::checks_come_from_both_who_report_them,
    around::relations_are_set_and_cleared,
    around::impossible_relations_are_refused,
    around::comments_come_in_order,
    around::comments_of_many_issues_come_at_once,
    projects::what_a_project_says_is_told,
    projects::options_are_chosen_and_cleared,
    projects::what_a_project_lacks_is_refused,
    around::what_is_refused_says_so,
    around::who_is_not_there_is_not_found,
    around::what_left_says_how,
    around::a_renamed_repository_is_followed,
];

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn titled(title: &str) -> NewIssue {
    NewIssue {
        title: title.to_owned(),
        ..NewIssue::default()
    }
}

async fn pages(forge: &impl Forge, since: Option<Timestamp>) -> Vec<Issue> {
    let mut query = Query {
        since,
        ..Query::default()
    };
    let mut found = Vec::new();
    loop {
        let page = forge.issues(&query).await.unwrap();
        assert!(!page.not_modified);
        found.extend(page.issues);
        match page.next {
            Some(next) => query.next = Some(next),
            None => return found,
        }
        assert!(found.len() < 10_000, "pages go on for ever");
    }
}

async fn kind<T>(answer: impl Future<Output = crate::Result<T>>) -> ErrorKind {
    match answer.await {
        Ok(_) => panic!("it was not refused"),
        Err(error) => {
            assert!(!error.message.is_empty() && !error.message.ends_with('.'));
            error.kind
        }
    }
}

impl World for MemoryForge {
    fn full_name(&self) -> String {
        Self::full_name(self)
    }

    fn can(&self, ability: Ability) -> bool {
        match ability {
            Ability::Relations => self.has_relations(),
            _ => true,
        }
    }

    fn page_size(&self) -> usize {
        Self::page_size(self)
    }

    async fn pass_time(&self) {
        self.advance(SignedDuration::from_secs(2));
    }

    async fn open(&self, title: &str) -> u64 {
        Self::open(self, "ana", &titled(title))
    }

    async fn open_pull_request(&self, title: &str) -> u64 {
        Self::open_pull_request(self, "ana", title)
    }

    async fn push(&self, branch: &str, commit: &str) {
        Self::push(self, branch, commit);
    }

    async fn end_pull(&self, number: u64, state: PullState) {
        Self::end_pull(self, number, state);
    }

    async fn report(&self, commit: &str, reporter: Reporter, check: Check) {
        Self::report(self, commit, reporter, check);
    }

    async fn retitle(&self, number: u64, title: &str) {
        self.edit(number, |it| title.clone_into(&mut it.title));
    }

    async fn delete(&self, number: u64) {
        Self::delete(self, number);
    }

    async fn transfer(&self, number: u64) {
        Self::transfer(self, number);
    }

    async fn rename_repository(&self, full_name: &str) {
        Self::rename_repository(self, full_name);
    }

    fn add_project(&self, project: &str, fields: &[(&str, &[&str])]) {
        Self::add_project(self, project, fields);
    }

    fn choose_option(&self, project: &str, number: u64, field: &str, option: Option<&str>) {
        Self::choose_option(self, project, number, field, option);
    }
}
