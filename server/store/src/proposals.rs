//! What was proposed and waits for a person, and what became of it.
//!
//! A proposal is known by what it was made of: the same question is not asked again while its
//! answer waits, nor after a person has refused it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Result, Store, Trouble, open};

/// The proposals of a project, on a connection of its own.
#[derive(Debug)]
pub struct Proposals {
    connection: Connection,
    path: PathBuf,
}

/// One proposal. What it changes and where it came from are the caller's, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// `P-7k3f`
    pub id: String,
    pub at: Timestamp,
    /// What it was made of: the same for the same question about the same texts.
    pub key: String,
    /// What was asked for: `expand`, `align`.
    pub verb: String,
    /// The ticket, requirement or page that it is about.
    pub of: String,
    pub title: String,
    /// The change, and what is told of it.
    pub body: String,
    pub state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Accepted,
    Refused,
    /// Nobody has to decide: it is an answer, and is given again to the same question.
    Kept,
    /// Another one went on from it.
    Replaced,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Kept => "kept",
            Self::Replaced => "replaced",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "accepted" => Self::Accepted,
            "refused" => Self::Refused,
            "kept" => Self::Kept,
            "replaced" => Self::Replaced,
            _ => Self::Waiting,
        }
    }
}

const COLUMNS: &str = "id, at, key, verb, of, title, body, state";

impl Proposals {
    /// Opens those of the database at `path`, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// [`Trouble`]
    pub fn open(path: &Path) -> std::result::Result<Self, Trouble> {
        let Store { connection, path } = open::durable(path, "the list of proposals")?;
        Ok(Self { connection, path })
    }

    /// Those of a database to read alone; `None` where there is none that this docket can read.
    pub fn open_to_read(path: &Path) -> Option<Self> {
        let Store { connection, path } = open::to_read(path)?;
        Some(Self { connection, path })
    }

    /// What went wrong, in words for the user.
    pub fn trouble(&self, error: rusqlite::Error) -> Trouble {
        Trouble::of(&self.path, error)
    }

    /// Keeps a new one. `false` where its id is taken.
    pub fn put(&mut self, it: &Proposal) -> Result<bool> {
        insert(&self.connection, it)
    }

    /// Keeps a new one in the place of another that waits; `false`, and nothing is kept, where that was
    /// decided meanwhile.
    pub fn put_after(&mut self, it: &Proposal, before: &str) -> Result<bool> {
        let transaction = self.connection.transaction()?;
        let waits = decide(&transaction, before, State::Replaced)? && insert(&transaction, it)?;
        if waits {
            transaction.commit()?;
        }
        Ok(waits)
    }

    /// By its id, in any case.
    pub fn get(&self, id: &str) -> Result<Option<Proposal>> {
        let sql = format!("SELECT {COLUMNS} FROM proposals WHERE id = ?1 COLLATE NOCASE");
        self.connection.query_row(&sql, [id], row).optional()
    }

    /// The newest that was made of the same.
    pub fn of_key(&self, key: &str) -> Result<Option<Proposal>> {
        let sql =
            format!("SELECT {COLUMNS} FROM proposals WHERE key = ?1 ORDER BY at DESC, rowid DESC");
        self.connection.query_row(&sql, [key], row).optional()
    }

    /// Those that wait, the oldest first.
    pub fn waiting(&self) -> Result<Vec<Proposal>> {
        let sql =
            format!("SELECT {COLUMNS} FROM proposals WHERE state = 'waiting' ORDER BY at, rowid");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], row)?;
        rows.collect()
    }

    /// Decides one that waits; `false` where it does not wait any more.
    pub fn decide(&mut self, id: &str, state: State) -> Result<bool> {
        decide(&self.connection, id, state)
    }
}

fn insert(connection: &Connection, it: &Proposal) -> Result<bool> {
    let n = connection.execute(
        "INSERT OR IGNORE INTO proposals (id, at, key, verb, of, title, body, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            it.id,
            it.at.as_millisecond(),
            it.key,
            it.verb,
            it.of,
            it.title,
            it.body,
            it.state.name(),
        ],
    )?;
    Ok(n == 1)
}

fn decide(connection: &Connection, id: &str, state: State) -> Result<bool> {
    let n = connection.execute(
        "UPDATE proposals SET state = ?2 WHERE id = ?1 AND state = 'waiting'",
        params![id, state.name()],
    )?;
    Ok(n == 1)
}

fn row(row: &Row<'_>) -> Result<Proposal> {
    let at = Timestamp::from_millisecond(row.get(1)?).unwrap_or_default();
    Ok(Proposal {
        id: row.get(0)?,
        at,
        key: row.get(2)?,
        verb: row.get(3)?,
        of: row.get(4)?,
        title: row.get(5)?,
        body: row.get(6)?,
        state: State::named(&row.get::<_, String>(7)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(id: &str, key: &str, at: i64) -> Proposal {
        Proposal {
            id: id.to_owned(),
            at: Timestamp::from_millisecond(at).unwrap(),
            key: key.to_owned(),
            verb: "expand".to_owned(),
            of: "T-7k3f".to_owned(),
            title: "Three parts".to_owned(),
            body: "{}".to_owned(),
            state: State::Waiting,
        }
    }

    #[test]
    fn what_waits_is_decided_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docket.db");
        let mut all = Proposals::open(&path).unwrap();
        assert!(all.put(&proposal("P-2222", "a", 1)).unwrap());
        assert!(!all.put(&proposal("P-2222", "b", 2)).unwrap());
        assert!(all.put(&proposal("P-3333", "a", 2)).unwrap());
        assert_eq!(all.waiting().unwrap().len(), 2);
        assert!(all.decide("P-3333", State::Refused).unwrap());
        assert!(!all.decide("P-3333", State::Accepted).unwrap());
        // Another program sees the same.
        let read = Proposals::open_to_read(&path).unwrap();
        assert_eq!(read.of_key("a").unwrap().unwrap().state, State::Refused);
        let waiting = read.waiting().unwrap();
        assert_eq!(waiting, [proposal("P-2222", "a", 1)]);
        assert_eq!(read.get("p-2222").unwrap().unwrap().id, "P-2222");
        assert_eq!(read.get("P-9999").unwrap(), None);
        // Another goes on from it, and is what the same question gives.
        let next = proposal("P-5555", "a", 3);
        assert!(all.put_after(&next, "P-2222").unwrap());
        assert!(!all.put_after(&next, "P-2222").unwrap());
        let before = all.get("P-2222").unwrap().unwrap();
        assert_eq!(before.state, State::Replaced);
        assert_eq!(all.of_key("a").unwrap(), Some(next.clone()));
        assert_eq!(all.waiting().unwrap(), [next]);
        // What was decided meanwhile stays so, and nothing comes after it.
        let late = proposal("P-6666", "a", 4);
        assert!(!all.put_after(&late, "P-3333").unwrap());
        assert_eq!(all.get("P-6666").unwrap(), None);
        let decided = all.get("P-3333").unwrap().unwrap();
        assert_eq!(decided.state, State::Refused);
        let kept = Proposal {
            state: State::Kept,
            ..proposal("P-4444", "c", 3)
        };
        all.put(&kept).unwrap();
        assert!(!all.decide("P-4444", State::Accepted).unwrap());
        assert_eq!(all.waiting().unwrap().len(), 1);
        assert_eq!(all.of_key("c").unwrap(), Some(kept));
    }
}
