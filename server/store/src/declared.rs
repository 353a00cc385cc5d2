//! What source files declare that pages were made of: a row a file, under a key of its text.

use std::sync::Arc;
use std::time::Duration;

use docket_core::lineage::Lineage;
use docket_core::text::Hash;
use rusqlite::{TransactionBehavior, params};

use crate::open::is_damage;
use crate::{Store, Trouble};

/// How long to wait for another writer. What is not remembered is parsed again next time.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is remembered of one source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredRow {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// Of the file's text, and of all else that the parts depend on.
    pub key: Hash,
    /// What [`pack`] made of its parts.
    pub parts: Vec<u8>,
}

/// What is to be remembered of a root's source files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredChange {
    /// Where the project lies.
    pub root: String,
    pub files: Vec<DeclaredRow>,
    /// Paths to be forgotten.
    pub removed: Vec<Arc<str>>,
    /// Reading met damage: the database is to be made anew first.
    pub damaged: bool,
}

impl DeclaredChange {
    /// Whether all is remembered already.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.removed.is_empty() && !self.damaged
    }
}

/// A file's parts as the store keeps them.
pub fn pack(parts: &Lineage) -> Vec<u8> {
    // Writing to memory cannot fail; an empty body reads as none.
    postcard::to_stdvec(parts).unwrap_or_default()
}

/// `None` where it is nothing that [`pack`] made.
pub fn unpack(bytes: &[u8]) -> Option<Lineage> {
    let (parts, rest) = postcard::take_from_bytes(bytes).ok()?;
    rest.is_empty().then_some(parts)
}

impl Store {
    /// The rows of a root, in no order.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub fn declared(&self, root: &str) -> rusqlite::Result<Vec<DeclaredRow>> {
        self.connection
            .prepare("SELECT path, key, parts FROM declared WHERE root = ?1")?
            .query_map([root], |row| {
                Ok(DeclaredRow {
                    path: row.get(0)?,
                    // One bad row costs its own file alone: this key is that of no text.
                    key: Hash::from_bytes(row.get(1).unwrap_or_default()),
                    parts: row.get(2).unwrap_or_default(),
                })
            })?
            .collect()
    }

    /// Remembers a change, all or nothing. Of two processes the later one's rows stay, which say the
    /// same of the same text.
    ///
    /// # Errors
    ///
    /// [`Trouble`]; what is not remembered is parsed again next time.
    pub fn save_declared(&mut self, change: &DeclaredChange) -> Result<(), Trouble> {
        if change.damaged
            && let Some(told) = self.rebuild()?
        {
            return Err(told);
        }
        match self.write_declared(change) {
            Ok(()) => Ok(()),
            Err(error) if is_damage(&error) => {
                let told = self.rebuild()?;
                Err(told.unwrap_or_else(|| Trouble::of(&self.path, error)))
            }
            Err(error) => Err(Trouble::of(&self.path, error)),
        }
    }

    fn write_declared(&mut self, change: &DeclaredChange) -> rusqlite::Result<()> {
        if change.files.is_empty() && change.removed.is_empty() {
            return Ok(());
        }
        self.connection.busy_timeout(PATIENCE)?;
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        {
            let mut put = transaction.prepare(
                "INSERT INTO declared (root, path, key, parts) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (root, path) DO UPDATE
                 SET key = excluded.key, parts = excluded.parts",
            )?;
            for it in &change.files {
                put.execute(params![change.root, it.path, it.key.bytes(), it.parts])?;
            }
            let mut forget =
                transaction.prepare("DELETE FROM declared WHERE root = ?1 AND path = ?2")?;
            for path in &change.removed {
                forget.execute(params![change.root, path])?;
            }
        }
        transaction.commit()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::Connection;

    use super::*;

    fn row(path: &str, key: &[u8], parts: &[u8]) -> DeclaredRow {
        DeclaredRow {
            path: path.into(),
            key: Hash::of(key),
            parts: parts.to_vec(),
        }
    }

    fn change(files: &[DeclaredRow], removed: &[&str]) -> DeclaredChange {
        DeclaredChange {
            root: "/p".to_owned(),
            files: files.to_vec(),
            removed: removed.iter().map(|it| Arc::from(*it)).collect(),
            damaged: false,
        }
    }

    fn opened(path: &Path) -> Store {
        let (store, told) = Store::open(path).unwrap();
        assert!(told.is_none(), "{told:?}");
        store
    }

    fn rows(store: &Store) -> Vec<DeclaredRow> {
        let mut rows = store.declared("/p").unwrap();
        rows.sort_by(|one, two| one.path.cmp(&two.path));
        rows
    }

    #[test]
    fn rows_are_replaced_forgotten_and_of_one_root() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = opened(&dir.path().join("docket.db"));
        assert_eq!(rows(&store), []);
        let (a, b) = (row("a.rs", b"1", b"x"), row("b.rs", b"1", b"y"));
        store.save_declared(&change(&[a, b], &[])).unwrap();
        let mut other = change(&[row("b.rs", b"1", b"z")], &[]);
        other.root = "/q".to_owned();
        store.save_declared(&other).unwrap();
        let newer = row("a.rs", b"2", b"xx");
        let second = change(std::slice::from_ref(&newer), &["b.rs"]);
        store.save_declared(&second).unwrap();
        assert_eq!(rows(&store), [newer]);
        assert_eq!(store.declared("/q").unwrap().len(), 1);
        assert!(change(&[], &[]).is_empty());
        assert!(!change(&[], &["a.rs"]).is_empty());
    }

    #[test]
    fn rows_go_with_a_root_that_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = opened(&dir.path().join("docket.db"));
        for root in ["/p", "/q"] {
            let scanned = crate::TreeChange {
                root: root.to_owned(),
                folders: vec![(String::new(), Vec::new())],
                ..Default::default()
            };
            store.save(&scanned).unwrap();
            let mut change = change(&[row("a.rs", b"1", b"x")], &[]);
            change.root = root.to_owned();
            store.save_declared(&change).unwrap();
        }
        store.drop_roots(|it| it == Path::new("/p")).unwrap();
        assert_eq!(rows(&store), []);
        assert_eq!(store.declared("/q").unwrap().len(), 1);
    }

    #[test]
    fn what_nobody_packed_is_not_unpacked() {
        let bytes = pack(&Lineage::default());
        assert_eq!(unpack(&bytes), Some(Lineage::default()));
        assert_eq!(unpack(&[]), None);
        assert_eq!(unpack(&[&bytes[..], &[0]].concat()), None);
        assert_eq!(unpack(b"\xff\xff"), None);
    }

    #[test]
    fn a_lock_is_not_waited_for_and_damage_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("docket.db");
        let mut store = opened(&path);
        let a = row("a.rs", b"1", b"x");
        let first = change(std::slice::from_ref(&a), &[]);
        store.save_declared(&first).unwrap();
        let writer = Connection::open(&path).unwrap();
        writer.execute_batch("BEGIN IMMEDIATE").unwrap();
        let more = change(&[row("b.rs", b"1", b"y")], &[]);
        let trouble = store.save_declared(&more).unwrap_err();
        assert!(trouble.is_retryable(), "{trouble:?}");
        // Whoever reads meets no lock.
        assert_eq!(rows(&store), [a]);
        writer.execute_batch("ROLLBACK").unwrap();
        drop(writer);

        let found = Connection::open(&path).unwrap();
        found.execute_batch("DROP TABLE declared").unwrap();
        drop(found);
        assert!(is_damage(&store.declared("/p").unwrap_err()));
        // Nothing of it is damaged but that table: it is found by the write, and told.
        assert!(store.save_declared(&more).is_err());
        // What a reader met in a database that is whole after all is made up for.
        let other = dir.path().join("other.db");
        let mut store = opened(&other);
        let met = DeclaredChange {
            damaged: true,
            ..more.clone()
        };
        store.save_declared(&met).unwrap();
        assert_eq!(rows(&store), more.files);
        assert!(!other.with_extension("damaged.db").exists());
    }
}
