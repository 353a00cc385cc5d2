//! Words of a project's files, kept for who looks for files by what they hold: a row a file.

use std::time::Duration;

use docket_core::text::Hash;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::open::is_damage;
use crate::{Store, Trouble};

/// How long a question waits for another writer. What is not remembered is read again next time.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileWords {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Of the file's version.
    pub stamp: [u8; 8],
    /// In the form that their maker gave them.
    pub words: Vec<u8>,
}

/// What is to be remembered of a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordsChange {
    /// Where the project lies.
    pub root: String,
    /// Of all that decides which files have rows, and what is in them.
    pub key: Hash,
    /// The key that was found; where it is another, all rows are forgotten first.
    pub found: Option<Hash>,
    pub files: Vec<FileWords>,
    /// Paths to be forgotten.
    pub removed: Vec<String>,
    /// Reading met damage: the database is to be made anew first.
    pub damaged: bool,
}

impl WordsChange {
    /// Whether all is remembered already.
    pub fn is_empty(&self) -> bool {
        let is_same = self.found == Some(self.key);
        is_same && self.files.is_empty() && self.removed.is_empty() && !self.damaged
    }
}

impl Store {
    /// What rows of a root were made by; `None` where there are none.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub fn words_key(&self, root: &str) -> rusqlite::Result<Option<Hash>> {
        Ok(found(&self.connection, root)?.map(|it| it.1))
    }

    /// The rows of a root in no order, and the key that they have; `None` where there are none.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub fn words(&self, root: &str) -> rusqlite::Result<Option<(Hash, Vec<FileWords>)>> {
        // One moment of the database: between the two another process may write.
        let transaction = self.connection.unchecked_transaction()?;
        let Some((id, key)) = found(&transaction, root)? else {
            return Ok(None);
        };
        // The table is read through: most databases have one root.
        let mut read = transaction
            .prepare("SELECT path, stamp, words FROM words NOT INDEXED WHERE root = ?1")?;
        let rows = read.query_map([id], |row| {
            Ok(FileWords {
                path: row.get(0)?,
                stamp: row.get(1)?,
                words: row.get(2)?,
            })
        })?;
        Ok(Some((key, rows.collect::<rusqlite::Result<_>>()?)))
    }

    /// Remembers a change, all or nothing; nothing, and `false`, where another process has brought in
    /// another key meanwhile. What is forgotten is overwritten in the file.
    ///
    /// # Errors
    ///
    /// [`Trouble`]; what is not remembered is read again by the next question.
    pub fn save_words(&mut self, change: &WordsChange) -> Result<bool, Trouble> {
        if change.damaged
            && let Some(told) = self.rebuild()?
        {
            return Err(told);
        }
        match self.write_words(change) {
            Ok(written) => {
                // Of what became private the log has no copy either.
                if change.found.is_some_and(|it| it != change.key) {
                    self.merge_log();
                }
                Ok(written)
            }
            Err(error) if is_damage(&error) => {
                let told = self.rebuild()?;
                Err(told.unwrap_or_else(|| Trouble::of(&self.path, error)))
            }
            Err(error) => Err(Trouble::of(&self.path, error)),
        }
    }

    fn write_words(&mut self, change: &WordsChange) -> rusqlite::Result<bool> {
        self.connection.busy_timeout(PATIENCE)?;
        self.connection.pragma_update(None, "secure_delete", true)?;
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let before = found(&transaction, &change.root)?;
        if before.map(|it| it.1) != change.found {
            return Ok(false);
        }
        let root = match before {
            Some((id, key)) if key == change.key => id,
            _ => anew(&transaction, change)?,
        };
        {
            let mut put = transaction.prepare(
                "INSERT INTO words (root, path, stamp, words) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (root, path) DO UPDATE
                 SET stamp = excluded.stamp, words = excluded.words",
            )?;
            for it in &change.files {
                put.execute(params![root, it.path, it.stamp, it.words])?;
            }
            let mut forget =
                transaction.prepare("DELETE FROM words WHERE root = ?1 AND path = ?2")?;
            for path in &change.removed {
                forget.execute(params![root, path])?;
            }
        }
        transaction.commit()?;
        Ok(true)
    }
}

fn found(connection: &Connection, root: &str) -> rusqlite::Result<Option<(i64, Hash)>> {
    let row = connection.query_row(
        "SELECT id, key FROM word_roots WHERE path = ?1",
        [root],
        |it| Ok((it.get(0)?, Hash::from_bytes(it.get(1)?))),
    );
    row.optional()
}

/// Makes the root's row, without what was remembered under another key.
fn anew(connection: &Connection, change: &WordsChange) -> rusqlite::Result<i64> {
    connection.execute(
        "DELETE FROM words WHERE root IN (SELECT id FROM word_roots WHERE path = ?1)",
        [&change.root],
    )?;
    connection.query_row(
        "INSERT INTO word_roots (path, key) VALUES (?1, ?2)
         ON CONFLICT (path) DO UPDATE SET key = excluded.key RETURNING id",
        params![change.root, change.key.bytes()],
        |it| it.get(0),
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn file(path: &str, stamp: u8, words: &[u8]) -> FileWords {
        FileWords {
            path: path.to_owned(),
            stamp: [stamp; 8],
            words: words.to_vec(),
        }
    }

    fn change(found: Option<&str>, key: &str, files: &[FileWords]) -> WordsChange {
        let hash = |it: &str| Hash::of(it.as_bytes());
        WordsChange {
            root: "/p".to_owned(),
            key: hash(key),
            found: found.map(hash),
            files: files.to_vec(),
            removed: Vec::new(),
            damaged: false,
        }
    }

    fn opened(path: &Path) -> Store {
        let (store, told) = Store::open(path).unwrap();
        assert!(told.is_none(), "{told:?}");
        store
    }

    fn paths(store: &Store) -> Vec<String> {
        let rows = store.words("/p").unwrap().map(|it| it.1);
        let mut paths: Vec<_> = rows.into_iter().flatten().map(|it| it.path).collect();
        paths.sort();
        paths
    }

    #[test]
    fn rows_are_replaced_forgotten_and_of_one_root() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = opened(&dir.path().join("docket.db"));
        assert_eq!(store.words("/p").unwrap(), None);
        let first = change(None, "1", &[file("a", 1, b"x"), file("b", 1, b"y")]);
        store.save_words(&first).unwrap();
        let mut other = change(None, "1", &[file("c", 1, b"z")]);
        other.root = "/q".to_owned();
        store.save_words(&other).unwrap();
        let mut second = change(Some("1"), "1", &[file("a", 2, b"xx")]);
        second.removed = vec!["b".to_owned()];
        store.save_words(&second).unwrap();
        let (key, rows) = store.words("/p").unwrap().unwrap();
        assert_eq!(key, Hash::of(b"1"));
        assert_eq!(rows, [file("a", 2, b"xx")]);
        assert_eq!(store.words("/q").unwrap().unwrap().1.len(), 1);
        assert!(change(Some("1"), "1", &[]).is_empty());
        assert!(!change(Some("1"), "2", &[]).is_empty());
    }

    #[test]
    fn another_key_leaves_nothing_of_the_rows_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("docket.db");
        let mut store = opened(&path);
        let secret = b"what-nobody-may-know".repeat(40);
        let before = change(None, "1", &[file("secret/plans.md", 1, &secret)]);
        store.save_words(&before).unwrap();
        store.merge_log();
        let holds = |what: &[u8]| {
            let log = path.with_extension("db-wal");
            [&path, &log].into_iter().any(|it| {
                let bytes = std::fs::read(it).unwrap_or_default();
                bytes.windows(what.len()).any(|it| it == what)
            })
        };
        assert!(holds(b"secret/plans.md") && holds(b"what-nobody-may-know"));
        store
            .save_words(&change(Some("1"), "2", &[file("a", 1, b"x")]))
            .unwrap();
        assert_eq!(paths(&store), ["a"]);
        assert!(!holds(b"secret/plans.md") && !holds(b"what-nobody-may-know"));
    }

    #[test]
    fn who_comes_late_with_an_older_key_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("docket.db");
        let (mut one, mut two) = (opened(&path), opened(&path));
        one.save_words(&change(None, "1", &[file("a", 1, b"")]))
            .unwrap();
        // Both have seen the first key; the one knows the newer rules.
        one.save_words(&change(Some("1"), "2", &[file("b", 1, b"")]))
            .unwrap();
        two.save_words(&change(Some("1"), "1", &[file("secret", 1, b"")]))
            .unwrap();
        assert_eq!(paths(&two), ["b"]);
        two.save_words(&change(None, "1", &[file("secret", 1, b"")]))
            .unwrap();
        assert_eq!(paths(&one), ["b"]);
    }

    #[test]
    fn a_lock_is_not_waited_for_and_damage_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("docket.db");
        let mut store = opened(&path);
        store
            .save_words(&change(None, "1", &[file("a", 1, b"")]))
            .unwrap();
        let writer = Connection::open(&path).unwrap();
        writer.execute_batch("BEGIN IMMEDIATE").unwrap();
        let more = change(Some("1"), "1", &[file("b", 1, b"")]);
        let trouble = store.save_words(&more).unwrap_err();
        assert!(trouble.is_retryable(), "{trouble:?}");
        assert_eq!(paths(&store), ["a"]);
        writer.execute_batch("ROLLBACK").unwrap();
        drop(writer);
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("DROP TABLE words").unwrap();
        drop(connection);
        assert!(is_damage(&store.words("/p").unwrap_err()));
        // Nothing of it is damaged but that table: it is found by the write, and told.
        assert!(store.save_words(&more).is_err());
    }
}
