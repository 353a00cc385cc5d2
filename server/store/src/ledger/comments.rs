//! Comments of issues, and which of them have to be read anew.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::sync::{Comment, Issue};
use rusqlite::params;

use super::{Ledger, RemoteId, mirror, of_json, to_json};
use crate::Result;

impl Ledger {
    /// The comments of a repository's issues, oldest first; issues without any are not in it.
    pub fn comments(&self, remote: RemoteId) -> Result<BTreeMap<u64, Vec<Comment>>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT issue, body FROM comments WHERE remote = ?1")?;
        let rows = statement.query_map([remote.0], |row| {
            let comments = of_json(1, row.get_ref(1)?.as_str()?)?;
            Ok((row.get::<_, i64>(0)? as u64, comments))
        })?;
        rows.collect()
    }

    /// Issues that may have comments other than those in the copy.
    pub fn unread(&self, remote: RemoteId) -> Result<BTreeSet<u64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT issue FROM unread WHERE remote = ?1")?;
        let rows = statement.query_map([remote.0], |row| Ok(row.get::<_, i64>(0)? as u64))?;
        rows.collect()
    }

    /// Takes an issue's comments into the copy in the place of those that are there.
    pub fn put_comments(
        &mut self,
        remote: RemoteId,
        issue: u64,
        comments: &[Comment],
    ) -> Result<()> {
        let transaction = self.connection.transaction()?;
        forget(&transaction, remote, issue)?;
        if !comments.is_empty() {
            transaction.execute(
                "INSERT INTO comments (remote, issue, body) VALUES (?1, ?2, ?3)",
                params![remote.0, issue as i64, to_json(&comments)],
            )?;
        }
        transaction.commit()
    }
}

/// Notes that an issue's comments are to be read, where it is about to be another one than the copy
/// has: a comment that is made, edited or taken away changes the issue's own time.
pub(super) fn note(
    connection: &rusqlite::Connection,
    remote: RemoteId,
    issue: &Issue,
) -> Result<()> {
    let known = mirror::get(connection, remote, issue.number)?;
    let had = known.as_ref().map_or(0, |it| it.n_comments);
    let is_as_known = known
        .is_some_and(|it| (it.updated_at, it.n_comments) == (issue.updated_at, issue.n_comments));
    if is_as_known || (had, issue.n_comments) == (0, 0) {
        return Ok(());
    }
    connection.execute(
        "INSERT OR IGNORE INTO unread (remote, issue) VALUES (?1, ?2)",
        params![remote.0, issue.number as i64],
    )?;
    Ok(())
}

pub(super) fn forget(
    connection: &rusqlite::Connection,
    remote: RemoteId,
    issue: u64,
) -> Result<()> {
    for table in ["comments", "unread"] {
        connection.execute(
            &format!("DELETE FROM {table} WHERE remote = ?1 AND issue = ?2"),
            params![remote.0, issue as i64],
        )?;
    }
    Ok(())
}
