//! The outbox: every write to a forge, on the disk before it is sent.
//!
//! A row is *waiting*, then *sending* from before its request leaves until its answer is settled, then
//! gone; or *refused*, until a person retries, edits or drops it. A row that is found *sending* by a
//! process that did not send it was interrupted: whether the forge acted is not known, and has to be
//! looked up by its marker.

use docket_core::sync::{Agreed, Field, Issue, OutboxCounts};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::audit::{self, Act};
use super::{Ledger, RemoteId, bases, millis, mirror, time};
use crate::Result;

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: i64,
    pub ticket: String,
    /// `None` until the issue is made.
    pub issue: Option<u64>,
    /// What is to be sent, in the sender's own words (JSON).
    pub payload: String,
    /// Stands in what is made by it, and nowhere else.
    pub marker: String,
    pub state: State,
    pub attempts: u32,
    pub next_try: Timestamp,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
}

/// A write that is to be put in; its parts are those of [`Row`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    pub payload: String,
    pub marker: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Sending,
    /// The forge does not take it as it is.
    Refused,
    /// Sent and settled; kept until the ticket's file names the issue that it made.
    Sent,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Refused => "refused",
            Self::Sent => "sent",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "sending" => Self::Sending,
            "refused" => Self::Refused,
            "sent" => Self::Sent,
            _ => Self::Waiting,
        }
    }
}

const COLUMNS: &str =
    "id, ticket, issue, payload, marker, state, attempts, next_try, last_error, created_at";

impl Ledger {
    /// Puts a write in. `None` where a row with that marker is there already.
    pub fn enqueue(
        &mut self,
        remote: RemoteId,
        ticket: &str,
        issue: Option<u64>,
        payload: &str,
        marker: &str,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        let new = NewRow {
            payload: payload.to_owned(),
            marker: marker.to_owned(),
        };
        insert(&self.connection, remote, ticket, issue, &new, now)
    }

    /// Puts several writes of one ticket in, in order, and logs who asked: all, or none. One whose
    /// marker is there already stays as it is. The ids of those that are new.
    pub fn enqueue_all(
        &mut self,
        remote: RemoteId,
        ticket: &str,
        issue: Option<u64>,
        writes: &[NewRow],
        act: &Act,
    ) -> Result<Vec<i64>> {
        let behavior = rusqlite::TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let mut ids = Vec::new();
        for it in writes {
            ids.extend(insert(&transaction, remote, ticket, issue, it, act.at)?);
        }
        if !ids.is_empty() {
            audit::append(&transaction, act)?;
        }
        transaction.commit()?;
        Ok(ids)
    }

    /// Every row, in the order in which they came.
    pub fn outbox(&self, remote: RemoteId) -> Result<Vec<Row>> {
        self.rows(&format!(
            "SELECT {COLUMNS} FROM outbox WHERE remote = {} ORDER BY id",
            remote.0
        ))
    }

    /// The rows that may be sent now, in order. A row waits for those of its ticket before it.
    pub fn due(&self, remote: RemoteId, now: Timestamp) -> Result<Vec<Row>> {
        self.rows(&format!(
            "SELECT {COLUMNS} FROM outbox AS it WHERE remote = {} AND state = 'waiting' AND next_try <= {}
             AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.remote = it.remote
                 AND other.ticket = it.ticket AND other.id < it.id AND other.state <> 'sent')
             ORDER BY id",
            remote.0,
            millis(now)
        ))
    }

    /// Rows whose sender died or lost the answer.
    pub fn interrupted(&self, remote: RemoteId) -> Result<Vec<Row>> {
        self.rows(&format!(
            "SELECT {COLUMNS} FROM outbox WHERE remote = {} AND state = 'sending' ORDER BY id",
            remote.0
        ))
    }

    pub fn row(&self, id: i64) -> Result<Option<Row>> {
        Ok(self
            .rows(&format!("SELECT {COLUMNS} FROM outbox WHERE id = {id}"))?
            .pop())
    }

    /// Notes, before its request leaves, that a row is being sent: whatever becomes of the sender, it
    /// may still be carried out until `settled_by`, before which a look-up that finds nothing says
    /// nothing. False where it is not waiting.
    pub fn begin(&mut self, id: i64, settled_by: Timestamp) -> Result<bool> {
        let changed = self.connection.execute(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_try = ?2
             WHERE id = ?1 AND state = 'waiting'",
            params![id, millis(settled_by)],
        )?;
        Ok(changed > 0)
    }

    /// Notes in one step that a row was carried out: what is agreed on since, the issue as it is now, and
    /// the log. A row that made an issue stays until the ticket's file names it, see [`Self::forget`].
    pub fn succeed(
        &mut self,
        remote: RemoteId,
        row: &Row,
        issue: u64,
        now_is: Option<&Issue>,
        agreed: &[(Field, Agreed)],
        act: &Act,
    ) -> Result<()> {
        let transaction = self.connection.transaction()?;
        match row.issue {
            Some(_) => transaction.execute("DELETE FROM outbox WHERE id = ?1", [row.id])?,
            None => transaction.execute(
                "UPDATE outbox SET state = 'sent', issue = ?2 WHERE id = ?1",
                params![row.id, issue as i64],
            )?,
        };
        bases::settle(&transaction, remote, &row.ticket, issue, agreed)?;
        if let Some(it) = now_is {
            mirror::put(&transaction, remote, it)?;
        }
        audit::append(&transaction, act)?;
        transaction.commit()
    }

    /// Puts a row back that was not carried out, to be tried again at `next_try`.
    pub fn retry_later(&mut self, id: i64, next_try: Timestamp, error: Option<&str>) -> Result<()> {
        self.connection.execute(
            "UPDATE outbox SET state = 'waiting', next_try = ?2, last_error = ?3 WHERE id = ?1",
            params![id, millis(next_try), error],
        )?;
        Ok(())
    }

    /// Notes that a row's answer was lost; see [`Self::begin`].
    pub fn doubt(&mut self, id: i64, settled_by: Timestamp, error: &str) -> Result<()> {
        self.connection.execute(
            "UPDATE outbox SET next_try = ?2, last_error = ?3 WHERE id = ?1 AND state = 'sending'",
            params![id, millis(settled_by), error],
        )?;
        Ok(())
    }

    /// Keeps a row that the forge does not take, for a person to look at.
    pub fn refuse(&mut self, id: i64, error: &str) -> Result<()> {
        self.connection.execute(
            "UPDATE outbox SET state = 'refused', last_error = ?2 WHERE id = ?1",
            params![id, error],
        )?;
        Ok(())
    }

    /// Gives a row another content; it is tried again at once.
    pub fn edit_row(&mut self, id: i64, payload: &str, now: Timestamp) -> Result<()> {
        self.connection.execute(
            "UPDATE outbox SET payload = ?2, state = 'waiting', next_try = ?3 WHERE id = ?1",
            params![id, payload, millis(now)],
        )?;
        Ok(())
    }

    /// Takes a row out: it is done with, or will not be sent.
    pub fn forget(&mut self, id: i64) -> Result<()> {
        self.connection
            .execute("DELETE FROM outbox WHERE id = ?1", [id])?;
        Ok(())
    }

    pub fn counts(&self, remote: RemoteId) -> Result<OutboxCounts> {
        counts(&self.connection, remote)
    }

    fn rows(&self, sql: &str) -> Result<Vec<Row>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let at = |column| -> Result<Timestamp> {
                Ok(time(row.get(column)?).unwrap_or(Timestamp::UNIX_EPOCH))
            };
            Ok(Row {
                id: row.get(0)?,
                ticket: row.get(1)?,
                issue: row.get::<_, Option<i64>>(2)?.map(|it| it as u64),
                payload: row.get(3)?,
                marker: row.get(4)?,
                state: State::named(row.get_ref(5)?.as_str()?),
                attempts: row.get::<_, i64>(6)? as u32,
                next_try: at(7)?,
                last_error: row.get(8)?,
                created_at: at(9)?,
            })
        })?;
        rows.collect()
    }
}

fn insert(
    connection: &Connection,
    remote: RemoteId,
    ticket: &str,
    issue: Option<u64>,
    new: &NewRow,
    now: Timestamp,
) -> Result<Option<i64>> {
    let added = connection.execute(
        "INSERT INTO outbox (remote, ticket, issue, payload, marker, state, attempts, next_try, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', 0, ?6, ?6) ON CONFLICT DO NOTHING",
        params![
            remote.0,
            ticket,
            issue.map(|it| it as i64),
            new.payload,
            new.marker,
            millis(now)
        ],
    )?;
    Ok((added > 0).then(|| connection.last_insert_rowid()))
}

fn counts(connection: &Connection, remote: RemoteId) -> Result<OutboxCounts> {
    let counts = connection
        .query_row(
            "SELECT coalesce(sum(state IN ('waiting', 'sending')), 0), coalesce(sum(state = 'refused'), 0)
             FROM outbox WHERE remote = ?1",
            [remote.0],
            |row| {
                Ok(OutboxCounts {
                    waiting: row.get::<_, i64>(0)? as usize,
                    refused: row.get::<_, i64>(1)? as usize,
                })
            },
        )
        .optional()?;
    Ok(counts.unwrap_or_default())
}
