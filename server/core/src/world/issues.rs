//! What an issue's number means here: a ticket that mirrors it, or what the forge was last seen to say.

use std::sync::Arc;

use super::Snapshot;
use super::status::short;
use crate::config::sync::Mode;
use crate::sync::{CloseReason, Conflict, Issue, IssueState, Mirror, Pending};
use crate::ticket::Ticket;

/// Longest title within a sentence, in characters.
const MAX_TITLE: usize = 60;

impl Snapshot {
    /// Whether the project is synced, so that something can be sent to its repository.
    pub fn has_sync(&self) -> bool {
        let sync = &self.config.sync;
        sync.mode != Mode::Off && (self.web.is_some() || !sync.repository.is_empty())
    }

    /// Whether issues of that repository are the project's own; `#12` alone always is.
    pub fn is_own(&self, repository: Option<&str>) -> bool {
        // GitHub tells no cases apart.
        repository.is_none_or(|it| it.eq_ignore_ascii_case(&self.mirror.repository))
    }

    /// The ticket that `owner/repo#number` or `#number` is mirrored by.
    pub fn ticket_mirroring(
        &self,
        repository: Option<&str>,
        number: u64,
    ) -> Option<(&Arc<str>, &Ticket)> {
        self.is_own(repository)
            .then(|| self.ticket_of_issue(number))?
    }

    /// What the forge was last seen to say of `owner/repo#number` or `#number`.
    pub fn issue(&self, repository: Option<&str>, number: u64) -> Option<&Arc<Issue>> {
        let issues = &self.mirror.issues;
        self.is_own(repository).then(|| issues.get(&number))?
    }
}

impl Mirror {
    /// What has still to be sent of a ticket, by its id as its file writes it.
    pub fn pending_of(&self, ticket: &str) -> &[Pending] {
        let start = self.pending.partition_point(|it| &*it.ticket < ticket);
        let rest = &self.pending[start..];
        &rest[..rest.partition_point(|it| it.ticket == ticket)]
    }

    /// The conflicts of a ticket, by its id as its file writes it.
    pub fn conflicts_of(&self, ticket: &str) -> &[Conflict] {
        let start = self.conflicts.partition_point(|it| &*it.ticket < ticket);
        let rest = &self.conflicts[start..];
        &rest[..rest.partition_point(|it| it.ticket == ticket)]
    }
}

/// `#123 "Stops at the blank line"`: nobody remembers a number.
pub fn issue_named(issue: &Issue) -> String {
    format!("#{} \"{}\"", issue.number, short(&issue.title, MAX_TITLE))
}

/// `open`, `closed`, `closed as not planned`.
pub fn state_of(issue: &Issue) -> &'static str {
    match issue.state {
        IssueState::Open => "open",
        IssueState::Closed(CloseReason::Completed) => "closed",
        IssueState::Closed(CloseReason::NotPlanned) => "closed as not planned",
        IssueState::Closed(CloseReason::Duplicate) => "closed as a duplicate",
    }
}
