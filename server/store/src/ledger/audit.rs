//! The log of what was done: append-only, each row holding the hash of the one before it.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Ledger, millis, time};
use crate::Result;

/// Something that was done, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub at: Timestamp,
    /// Who, as assignees are written; empty where nobody can say.
    pub actor: String,
    pub source: Source,
    pub ticket: String,
    /// What, in one line for people: `status: todo -> done`.
    pub what: String,
}

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    File,
    Forge,
    Command,
    Model,
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub seq: u64,
    pub act: Act,
}

/// Whether the log is as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    Whole {
        rows: u64,
    },
    /// The first row that is not what was written there.
    Broken {
        seq: u64,
    },
}

impl Source {
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Forge => "github",
            Self::Command => "command",
            Self::Model => "model",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "github" => Self::Forge,
            "command" => Self::Command,
            "model" => Self::Model,
            _ => Self::File,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Ledger {
    pub fn append(&mut self, act: &Act) -> Result<()> {
        self.append_all(std::slice::from_ref(act))
    }

    /// Appends acts in their order, all or none.
    pub fn append_all(&mut self, acts: &[Act]) -> Result<()> {
        // Two processes that append at once must not both follow the same row.
        let behavior = rusqlite::TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        for act in acts {
            append(&transaction, act)?;
        }
        transaction.commit()
    }

    /// The last acts on a ticket, the newest first.
    pub fn history(&self, ticket: &str, limit: usize) -> Result<Vec<AuditRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, at, actor, source, ticket, what FROM audit WHERE ticket = ?1
             ORDER BY seq DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![ticket, limit as i64], |row| {
            Ok(AuditRow {
                seq: row.get::<_, i64>(0)? as u64,
                act: act(row, 1)?,
            })
        })?;
        rows.collect()
    }

    /// Reads the whole log and holds each row to its hash and to the row before it.
    pub fn verify(&self) -> Result<Verified> {
        let mut statement = self
            .connection
            .prepare("SELECT seq, at, actor, source, ticket, what, hash FROM audit ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let mut previous = Vec::new();
        let mut n_rows = 0;
        while let Some(row) = rows.next()? {
            let seq = row.get::<_, i64>(0)? as u64;
            let found: Vec<u8> = row.get(6)?;
            n_rows += 1;
            if seq != n_rows || found != hash(&previous, seq, &act(row, 1)?) {
                return Ok(Verified::Broken { seq });
            }
            previous = found;
        }
        Ok(Verified::Whole { rows: n_rows })
    }
}

fn act(row: &rusqlite::Row<'_>, from: usize) -> Result<Act> {
    Ok(Act {
        at: time(row.get(from)?).unwrap_or(Timestamp::UNIX_EPOCH),
        actor: row.get(from + 1)?,
        source: Source::named(row.get_ref(from + 2)?.as_str()?),
        ticket: row.get(from + 3)?,
        what: row.get(from + 4)?,
    })
}

/// Within a transaction that holds the write lock.
pub(super) fn append(connection: &Connection, act: &Act) -> Result<()> {
    let last: Option<(i64, Vec<u8>)> = connection
        .query_row(
            "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let (last, previous) = last.unwrap_or_default();
    let seq = last + 1;
    connection.execute(
        "INSERT INTO audit (seq, at, actor, source, ticket, what, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            seq,
            millis(act.at),
            act.actor,
            act.source.name(),
            act.ticket,
            act.what,
            hash(&previous, seq as u64, act),
        ],
    )?;
    Ok(())
}

/// BLAKE3 over the hash before, and each part with its length before it, so that no two rows are one text.
fn hash(previous: &[u8], seq: u64, act: &Act) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(previous);
    hasher.update(&seq.to_le_bytes());
    hasher.update(&millis(act.at).to_le_bytes());
    for part in [&act.actor, act.source.name(), &act.ticket, &act.what] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().as_bytes().to_vec()
}
