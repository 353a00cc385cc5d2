//! The lease: of all processes on a repository one at a time may fetch and send.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{Ledger, RemoteId, millis, time};
use crate::Result;

/// Somebody else has the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub holder: String,
    /// After this it may be taken, whatever became of the holder.
    pub until: Timestamp,
}

impl Ledger {
    /// Takes or renews the lease for `holder`, whose name no other process has.
    pub fn take_lease(
        &mut self,
        remote: RemoteId,
        holder: &str,
        now: Timestamp,
        lasting: SignedDuration,
    ) -> Result<std::result::Result<(), Held>> {
        // Two that look at once must not both find it free.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let held = transaction
            .query_row(
                "SELECT holder, until FROM leases WHERE remote = ?1",
                [remote.0],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)),
            )
            .optional()?;
        if let Some((other, until)) = held
            && other != holder
            && until > millis(now)
        {
            return Ok(Err(Held {
                holder: other,
                until: time(until).unwrap_or(now),
            }));
        }
        let until = millis(now) + lasting.as_millis() as i64;
        transaction.execute(
            "INSERT INTO leases (remote, holder, until) VALUES (?1, ?2, ?3)
             ON CONFLICT (remote) DO UPDATE SET holder = excluded.holder, until = excluded.until",
            params![remote.0, holder, until],
        )?;
        transaction.commit()?;
        Ok(Ok(()))
    }

    /// Gives the lease back; another's stays.
    pub fn release_lease(&mut self, remote: RemoteId, holder: &str) -> Result<()> {
        self.connection.execute(
            "DELETE FROM leases WHERE remote = ?1 AND holder = ?2",
            params![remote.0, holder],
        )?;
        Ok(())
    }
}
