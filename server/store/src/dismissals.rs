//! What a person does not want to be told of again, until its ground changes.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rusqlite::{Connection, params};

use crate::{Result, Store, Trouble, open};

/// The dismissals of a database, on a connection of their own.
#[derive(Debug)]
pub struct Dismissals {
    connection: Connection,
    path: PathBuf,
}

impl Dismissals {
    /// Opens those of the database at `path`, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// [`Trouble`]
    pub fn open(path: &Path) -> std::result::Result<Self, Trouble> {
        let Store { connection, path } = open::durable(path, "the list of dismissals")?;
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

    /// The names of what was dismissed, in no order.
    pub fn names(&self) -> Result<Vec<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT fingerprint FROM dismissals")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect()
    }

    /// Dismisses all of them or none: each by its name, and what it is in words.
    pub fn put(&mut self, day: Date, all: &[(String, String)]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for (name, what) in all {
            transaction.execute(
                "INSERT OR IGNORE INTO dismissals (fingerprint, reason, day) VALUES (?1, ?2, ?3)",
                params![name, what, day.to_string()],
            )?;
        }
        transaction.commit()
    }

    /// Takes dismissals back, all of them or none.
    pub fn take_back(&mut self, names: &[String]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for name in names {
            transaction.execute("DELETE FROM dismissals WHERE fingerprint = ?1", [name])?;
        }
        transaction.commit()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_was_dismissed_stays_so_until_it_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docket.db");
        let mut all = Dismissals::open(&path).unwrap();
        let named = |it: &str| (it.to_owned(), "T-7k3f from brief.md".to_owned());
        let day = date(2026, 11, 27);
        all.put(day, &[named("a"), named("b")]).unwrap();
        all.put(day, &[named("a")]).unwrap();
        all.take_back(&["b".to_owned()]).unwrap();
        // Another program sees the same.
        let read = Dismissals::open_to_read(&path).unwrap();
        assert_eq!(read.names().unwrap(), ["a"]);
    }
}
