//! Bases: the field values on which a ticket and its issue last agreed; and where they do not.

use std::collections::BTreeMap;

use docket_core::sync::{Agreed, Base, Conflict, Field};
use rusqlite::params;

use super::{Ledger, RemoteId, of_json, to_json};
use crate::Result;

impl Ledger {
    /// All that was agreed on, by ticket and issue.
    pub fn bases(&self, remote: RemoteId) -> Result<BTreeMap<(String, u64), Base>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT ticket, issue, field, value FROM bases WHERE remote = ?1")?;
        let mut rows = statement.query([remote.0])?;
        let mut bases: BTreeMap<(String, u64), Base> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let field: String = row.get(2)?;
            let agreed: Agreed = of_json(3, row.get_ref(3)?.as_str()?)?;
            // A field of another docket's is left where it is.
            if let Some(field) = Field::named(&field) {
                let key = (row.get(0)?, row.get::<_, i64>(1)? as u64);
                bases.entry(key).or_default().insert(field, agreed);
            }
        }
        Ok(bases)
    }

    /// Notes what was agreed on; other fields stay as they are.
    pub fn settle(
        &mut self,
        remote: RemoteId,
        ticket: &str,
        issue: u64,
        fields: &[(Field, Agreed)],
    ) -> Result<()> {
        self.settle_all(remote, [(ticket, issue, fields)])
    }

    /// The same of several tickets, all or none.
    pub fn settle_all<'a>(
        &mut self,
        remote: RemoteId,
        pairs: impl IntoIterator<Item = (&'a str, u64, &'a [(Field, Agreed)])>,
    ) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for (ticket, issue, fields) in pairs {
            settle(&transaction, remote, ticket, issue, fields)?;
        }
        transaction.commit()
    }

    /// A ticket and an issue that have nothing to do with each other any more.
    pub fn unlink(&mut self, remote: RemoteId, ticket: &str, issue: u64) -> Result<()> {
        self.connection.execute(
            "DELETE FROM bases WHERE remote = ?1 AND ticket = ?2 AND issue = ?3",
            params![remote.0, ticket, issue as i64],
        )?;
        Ok(())
    }

    /// What the last round could not merge, in order of ticket and field.
    pub fn conflicts(&self, remote: RemoteId) -> Result<Vec<Conflict>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT body FROM conflicts WHERE remote = ?1 ORDER BY ticket, field",
        )?;
        let rows = statement.query_map([remote.0], |row| of_json(0, row.get_ref(0)?.as_str()?))?;
        rows.collect()
    }

    /// Notes in one step what a decided conflict leaves to agree on, and that it is none any more.
    pub fn decide(&mut self, remote: RemoteId, conflict: &Conflict, agreed: &Agreed) -> Result<()> {
        let Conflict {
            ticket,
            issue,
            field,
            ..
        } = conflict;
        let transaction = self.connection.transaction()?;
        let fields = [(*field, agreed.clone())];
        settle(&transaction, remote, ticket, *issue, &fields)?;
        transaction.execute(
            "DELETE FROM conflicts WHERE remote = ?1 AND ticket = ?2 AND field = ?3",
            params![remote.0, ticket, field.name()],
        )?;
        transaction.commit()
    }

    /// Takes the place of what the round before could not merge.
    pub fn set_conflicts(&mut self, remote: RemoteId, conflicts: &[Conflict]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM conflicts WHERE remote = ?1", [remote.0])?;
        for it in conflicts {
            transaction.execute(
                "INSERT INTO conflicts (remote, ticket, field, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (remote, ticket, field) DO UPDATE SET body = excluded.body",
                params![remote.0, it.ticket, it.field.name(), to_json(it)],
            )?;
        }
        transaction.commit()
    }
}

pub(super) fn settle(
    connection: &rusqlite::Connection,
    remote: RemoteId,
    ticket: &str,
    issue: u64,
    fields: &[(Field, Agreed)],
) -> Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT INTO bases (remote, ticket, issue, field, value) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (remote, ticket, issue, field) DO UPDATE SET value = excluded.value",
    )?;
    for (field, agreed) in fields {
        put.execute(params![
            remote.0,
            ticket,
            issue as i64,
            field.name(),
            to_json(agreed)
        ])?;
    }
    Ok(())
}
