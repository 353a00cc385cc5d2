//! Answers that were paid for by a run that has not come to its end: the same run takes them up.

use std::path::{Path, PathBuf};

use jiff::{Span, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Result, Store, Trouble, open};

/// Oldest answer that is taken up, in hours: a week.
const MAX_AGE: i64 = 7 * 24;

/// Most that are kept, the newest.
const MAX: u32 = 500;

/// The answers of a database, on a connection of their own.
#[derive(Debug)]
pub struct Answers {
    connection: Connection,
    path: PathBuf,
}

impl Answers {
    /// Opens those of the database at `path`, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// [`Trouble`]
    pub fn open(path: &Path) -> std::result::Result<Self, Trouble> {
        let Store { connection, path } = open::durable(path, "the list of answers")?;
        Ok(Self { connection, path })
    }

    /// What went wrong, in words for the user.
    pub fn trouble(&self, error: rusqlite::Error) -> Trouble {
        Trouble::of(&self.path, error)
    }

    /// The answer to a question; `None` where there is none that is at most a week old at `now`.
    pub fn get(&self, key: &str, now: Timestamp) -> Result<Option<String>> {
        let sql = "SELECT body FROM answers WHERE key = ?1 AND at >= ?2";
        let found = self
            .connection
            .query_row(sql, params![key, oldest(now)], |it| it.get(0));
        found.optional()
    }

    /// Keeps an answer in the place of an earlier one to the same question, and lets go what is too
    /// old or too much.
    pub fn put(&mut self, key: &str, now: Timestamp, body: &str) -> Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "INSERT OR REPLACE INTO answers (key, at, body) VALUES (?1, ?2, ?3)",
            params![key, now.as_millisecond(), body],
        )?;
        transaction.execute("DELETE FROM answers WHERE at < ?1", [oldest(now)])?;
        transaction.execute(
            "DELETE FROM answers WHERE rowid NOT IN
             (SELECT rowid FROM answers ORDER BY at DESC, rowid DESC LIMIT ?1)",
            [MAX],
        )?;
        transaction.commit()
    }

    /// Lets answers go, all of them or none.
    pub fn remove(&mut self, keys: &[String]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for key in keys {
            transaction.execute("DELETE FROM answers WHERE key = ?1", [key])?;
        }
        transaction.commit()
    }
}

/// In milliseconds since 1970.
fn oldest(now: Timestamp) -> i64 {
    let oldest = now.checked_sub(Span::new().hours(MAX_AGE));
    oldest.unwrap_or(Timestamp::MIN).as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kept_for_a_week_and_not_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docket.db");
        let mut all = Answers::open(&path).unwrap();
        let at = |hours: i64| Timestamp::from_second(hours * 3600).unwrap();
        all.put("a", at(0), "1").unwrap();
        all.put("a", at(1), "2").unwrap();
        let of = |all: &Answers, key: &str, hours: i64| all.get(key, at(hours)).unwrap();
        assert_eq!(of(&all, "a", 1).as_deref(), Some("2"));
        assert_eq!(of(&all, "b", 1), None);
        assert_eq!(of(&all, "a", 1 + MAX_AGE).as_deref(), Some("2"));
        assert_eq!(of(&all, "a", 2 + MAX_AGE), None);
        all.remove(&["a".to_owned()]).unwrap();
        assert_eq!(of(&all, "a", 1), None);
        for n in 0..=MAX {
            all.put(&format!("k{n}"), at(2), "x").unwrap();
        }
        assert_eq!(
            (of(&all, "k0", 2), of(&all, "k1", 2).is_some()),
            (None, true)
        );
    }
}
