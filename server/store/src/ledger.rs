//! The ledger: what sync must not forget. Remotes, copies of issues, bases, what has to be sent, who
//! sends, and the log of what was done.
//!
//! Its rows are on the disk when a call returns, unlike those of a scan. It has a connection of its
//! own to the same database file. All times are handed in, and kept as milliseconds since 1970.

mod audit;
mod bases;
mod comments;
mod lease;
mod mirror;
mod outbox;
mod pulls;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Result, Store, Trouble, open};

pub use audit::{Act, AuditRow, Source, Verified};
pub use lease::Held;
pub use outbox::{NewRow, Row, State};

/// See the module's page.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
}

/// A repository of a forge, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteId(i64);

/// What is known of a repository since the last round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteState {
    /// The forge's own identity of the repository; empty before the first round.
    pub node_id: String,
    pub default_branch: String,
    /// The login of the credentials.
    pub viewer: String,
    /// Changes at or after this were not seen yet.
    pub since: Option<Timestamp>,
    /// Of the answer that `since` was last asked with.
    pub etag: Option<String>,
    pub fetched_at: Option<Timestamp>,
    /// The commit of the default branch that the last round saw, in hex.
    pub synced_commit: Option<String>,
    /// Nothing is asked of the forge before: its quota is used up. Holds for every process.
    pub wait_until: Option<Timestamp>,
    /// What the forge calls projects, their fields and options; the forge's own text.
    pub projects: Option<String>,
}

/// What nothing but the database knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    pub waiting: usize,
    pub refused: usize,
    /// Agreed field values. Without them equal fields are agreed anew, others are shown as conflicts.
    pub bases: usize,
    pub audit: usize,
    pub dismissals: usize,
    /// Proposals that wait for a person.
    pub proposals: usize,
}

impl Ledger {
    /// Opens the ledger of the database at `path`, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// [`Trouble`]: without its ledger sync does not run.
    pub fn open(path: &Path) -> std::result::Result<Self, Trouble> {
        let Store { connection, path } = open::durable(path, "the ledger")?;
        Ok(Self { connection, path })
    }

    /// The ledger of the database at `path`, to read alone; `None` where there is no database, or
    /// one that this docket cannot read as it is. Makes nothing, mends nothing.
    pub fn open_to_read(path: &Path) -> Option<Self> {
        let Store { connection, path } = open::to_read(path)?;
        Some(Self { connection, path })
    }

    /// Whether some round has seen a repository.
    pub fn has_remotes(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM remotes)";
        self.connection.query_row(sql, [], |it| it.get(0))
    }

    /// What went wrong, in words for the user.
    pub fn trouble(&self, error: rusqlite::Error) -> Trouble {
        Trouble::of(&self.path, error)
    }

    /// The row of a repository, which is made where there is none.
    pub fn remote(&mut self, api: &str, repository: &str) -> Result<RemoteId> {
        self.connection.execute(
            "INSERT INTO remotes (api, repository) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![api, repository],
        )?;
        self.connection
            .query_row(
                "SELECT id FROM remotes WHERE api = ?1 AND repository = ?2",
                params![api, repository],
                |it| it.get(0),
            )
            .map(RemoteId)
    }

    /// The row of a repository that some round has seen; none is made.
    pub fn known_remote(&self, api: &str, repository: &str) -> Result<Option<RemoteId>> {
        self.connection
            .query_row(
                "SELECT id FROM remotes WHERE api = ?1 AND repository = ?2",
                params![api, repository],
                |it| it.get(0).map(RemoteId),
            )
            .optional()
    }

    pub fn remote_state(&self, remote: RemoteId) -> Result<RemoteState> {
        self.connection.query_row(
            "SELECT node_id, default_branch, viewer, since, etag, fetched_at, synced_commit, wait_until,
             projects FROM remotes WHERE id = ?1",
            [remote.0],
            |row| {
                Ok(RemoteState {
                    node_id: row.get(0)?,
                    default_branch: row.get(1)?,
                    viewer: row.get(2)?,
                    since: row.get::<_, Option<i64>>(3)?.and_then(time),
                    etag: row.get(4)?,
                    fetched_at: row.get::<_, Option<i64>>(5)?.and_then(time),
                    synced_commit: row.get(6)?,
                    wait_until: row.get::<_, Option<i64>>(7)?.and_then(time),
                    projects: row.get(8)?,
                })
            },
        )
    }

    pub fn set_remote_state(&mut self, remote: RemoteId, state: &RemoteState) -> Result<()> {
        self.connection.execute(
            "UPDATE remotes SET node_id = ?2, default_branch = ?3, viewer = ?4, since = ?5,
             etag = ?6, fetched_at = ?7, synced_commit = ?8, wait_until = ?9, projects = ?10
             WHERE id = ?1",
            params![
                remote.0,
                state.node_id,
                state.default_branch,
                state.viewer,
                state.since.map(millis),
                state.etag,
                state.fetched_at.map(millis),
                state.synced_commit,
                state.wait_until.map(millis),
                state.projects,
            ],
        )?;
        Ok(())
    }

    pub fn holdings(&self) -> Result<Holdings> {
        let count = |sql: &str| -> Result<usize> {
            self.connection
                .query_row(sql, [], |it| it.get::<_, i64>(0))
                .map(|it| it as usize)
        };
        Ok(Holdings {
            waiting: count("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")?,
            refused: count("SELECT count(*) FROM outbox WHERE state = 'refused'")?,
            bases: count("SELECT count(*) FROM bases")?,
            audit: count("SELECT count(*) FROM audit")?,
            dismissals: count("SELECT count(*) FROM dismissals")?,
            proposals: count("SELECT count(*) FROM proposals WHERE state = 'waiting'")?,
        })
    }
}

fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

fn time(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis).ok()
}

/// A value as JSON text. What the ledger keeps are docket's own types, whose maps have text keys:
/// writing them cannot fail.
fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Text of the ledger as a value again.
fn of_json<T: serde::de::DeserializeOwned>(column: usize, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}
