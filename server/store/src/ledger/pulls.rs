//! Pull requests of tickets' branches, as they were when the forge was last asked.

use docket_core::sync::TicketPull;
use rusqlite::params;

use super::{Ledger, RemoteId, of_json, to_json};
use crate::Result;

impl Ledger {
    /// Remembers a ticket's pull request; a branch has one, the last that was told.
    pub fn put_pull(&mut self, remote: RemoteId, pull: &TicketPull) -> Result<()> {
        self.connection.execute(
            "INSERT INTO pulls (remote, branch, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (remote, branch) DO UPDATE SET body = excluded.body",
            params![remote.0, pull.pull.branch, to_json(pull)],
        )?;
        Ok(())
    }

    /// All of a repository, by branch.
    pub fn pulls(&self, remote: RemoteId) -> Result<Vec<TicketPull>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT body FROM pulls WHERE remote = ?1 ORDER BY branch")?;
        let rows = statement.query_map([remote.0], |row| of_json(0, row.get_ref(0)?.as_str()?))?;
        rows.collect()
    }
}
