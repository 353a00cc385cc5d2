//! What the last scan of a root saw, one row a folder; and the one transaction that a scan writes.

use std::collections::HashMap;

use docket_core::text::Hash;
use rusqlite::{Connection, OptionalExtension, params};

use crate::open::is_damage;
use crate::{Store, Trouble};

/// A log of more bytes is merged by the next scan that saves something.
const MAX_LOG: u64 = 4 * 1024 * 1024;

/// What a scan has to remember.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeChange {
    /// Where the project lies.
    pub root: String,
    /// Of all that the rows depend on beside the folders; rows of another version are dropped.
    pub version: Hash,
    /// Folders to be remembered, with what is known of them.
    pub folders: Vec<(String, Vec<u8>)>,
    /// Folders to be forgotten.
    pub removed: Vec<String>,
    /// Facts that were made, by key.
    pub facts: Vec<(Hash, Vec<u8>)>,
    /// Reading met damage: the database is to be made anew first.
    pub damaged: bool,
}

impl Default for TreeChange {
    fn default() -> Self {
        Self {
            root: String::new(),
            version: Hash::from_bytes([0; 16]),
            folders: Vec::new(),
            removed: Vec::new(),
            facts: Vec::new(),
            damaged: false,
        }
    }
}

impl TreeChange {
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty() && self.removed.is_empty() && self.facts.is_empty()
    }
}

impl Store {
    /// The rows of a root, by folder; none where they are of another version.
    pub fn folders(&self, root: &str, version: Hash) -> rusqlite::Result<HashMap<String, Vec<u8>>> {
        let Some(id) = root_id(&self.connection, root, version)? else {
            return Ok(HashMap::new());
        };
        self.connection
            .prepare("SELECT path, entries FROM folders WHERE root = ?1")?
            .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Remembers what a scan found. All or nothing; a crash leaves what was there before.
    ///
    /// # Errors
    /// Nothing is lost by any of them: the next scan reads again what was not remembered.
    pub fn save(&mut self, change: &TreeChange) -> Result<(), Trouble> {
        let told = match change.damaged {
            true => self.rebuild()?,
            false => None,
        };
        let is_grown = self.log_len() > MAX_LOG;
        match self.write(change) {
            Ok(()) => {
                if is_grown && !change.is_empty() {
                    self.merge_log();
                }
                told.map_or(Ok(()), Err)
            }
            Err(error) if is_damage(&error) => {
                let told = self.rebuild()?;
                Err(told.unwrap_or_else(|| Trouble::of(&self.path, error)))
            }
            Err(error) => Err(Trouble::of(&self.path, error)),
        }
    }

    /// Merges what was saved into the database itself, where nobody reads it at the moment. A log
    /// that is left costs the next to open the database some milliseconds, merging waits for the
    /// disk: so a scan leaves it, and who has time merges.
    pub fn merge_log(&self) {
        let merged = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = merged {
            tracing::debug!(%error, "the log of the database stays for now");
        }
    }

    fn log_len(&self) -> u64 {
        let log = self.path.with_extension("db-wal");
        log.metadata().map_or(0, |it| it.len())
    }

    fn write(&mut self, change: &TreeChange) -> rusqlite::Result<()> {
        if change.is_empty() {
            return Ok(());
        }
        // Immediate: a lock that is asked for half way cannot be waited for.
        let behavior = rusqlite::TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let root = match root_id(&transaction, &change.root, change.version)? {
            Some(id) => id,
            None => new_root(&transaction, change)?,
        };
        {
            let mut put = transaction.prepare(
                "INSERT INTO folders (root, path, entries) VALUES (?1, ?2, ?3)
                 ON CONFLICT (root, path) DO UPDATE SET entries = excluded.entries",
            )?;
            for (path, entries) in &change.folders {
                put.execute(params![root, path, entries])?;
            }
            let mut forget =
                transaction.prepare("DELETE FROM folders WHERE root = ?1 AND path = ?2")?;
            for path in &change.removed {
                forget.execute(params![root, path])?;
            }
            let mut put = transaction.prepare(
                "INSERT INTO facts (key, body) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING",
            )?;
            for (key, body) in &change.facts {
                put.execute(params![key.bytes(), body])?;
            }
        }
        transaction.commit()
    }
}

fn root_id(connection: &Connection, root: &str, version: Hash) -> rusqlite::Result<Option<i64>> {
    connection
        .query_row(
            "SELECT id FROM roots WHERE path = ?1 AND version = ?2",
            params![root, version.bytes()],
            |it| it.get(0),
        )
        .optional()
}

/// Makes the root's row, without what another version remembered.
fn new_root(connection: &Connection, change: &TreeChange) -> rusqlite::Result<i64> {
    connection.execute(
        "DELETE FROM folders WHERE root IN (SELECT id FROM roots WHERE path = ?1)",
        [&change.root],
    )?;
    connection.query_row(
        "INSERT INTO roots (path, version) VALUES (?1, ?2)
         ON CONFLICT (path) DO UPDATE SET version = excluded.version RETURNING id",
        params![change.root, change.version.bytes()],
        |it| it.get(0),
    )
}
