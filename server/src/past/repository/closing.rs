//! Which commit says that it closes a ticket.

use docket_core::ids::TicketId;
use docket_core::sync::closing::{Closes, closes};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;

use super::Repository;
use crate::branches::guarded;

/// Older commits than this many are not looked at.
const MAX_COMMITS: usize = 500;

/// A ticket as commit messages may name it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub id: &'a str,
    /// What the project's ids begin with.
    pub prefix: &'a str,
    /// Its issue, and the repository that has it, `owner/name`.
    pub issue: Option<(u64, &'a str)>,
    /// Its file, from the project's root.
    pub path: &'a str,
}

impl Named<'_> {
    fn is_closed_by(&self, message: &str) -> bool {
        let id = TicketId::new(self.id);
        closes(message, self.prefix).iter().any(|it| match it {
            Closes::Ticket(it) => *it == id,
            Closes::Issue { repository, number } => self.issue.is_some_and(|(own, of)| {
                let named = repository.as_deref().unwrap_or(of);
                *number == own && named.eq_ignore_ascii_case(of)
            }),
        })
    }
}

impl Repository {
    /// The newest commit of those checked out that says that it closes the ticket, and its subject;
    /// `None` as well where the ticket's file was changed after it: whoever did that knew of it.
    pub fn closed_by(&self, ticket: &Named<'_>) -> Option<(ObjectId, String)> {
        let head = self.head().ok()?;
        let path = format!("{}{}", self.prefix, ticket.path);
        guarded(|| {
            let newest = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
            let walk = self.repository.rev_walk([head]).sorting(newest).all();
            for info in walk.ok()?.take(MAX_COMMITS) {
                let commit = info.ok()?.object().ok()?;
                let message = commit.message_raw_sloppy().to_str_lossy();
                if ticket.is_closed_by(&message) {
                    let is_as_then = self.content(commit.id, &path) == self.content(head, &path);
                    let subject = message.lines().next().unwrap_or_default().to_owned();
                    return is_as_then.then_some((commit.id, subject));
                }
            }
            None
        })
    }

    /// What a file of the working tree's top was at a commit.
    fn content(&self, commit: ObjectId, path: &str) -> Option<ObjectId> {
        let tree = self.repository.find_commit(commit).ok()?.tree().ok()?;
        Some(tree.lookup_entry_by_path(path).ok()??.object_id())
    }
}
