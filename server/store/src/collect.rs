//! Dropping what nothing refers to any more: roots that are gone, and facts, a bounded number at a time.

use std::path::Path;

use docket_core::text::Hash;
use rusqlite::params;
use rustc_hash::FxHashSet;

use crate::Store;

impl Store {
    /// How many files' facts there are, of all roots, branches and configurations.
    pub fn n_facts(&self) -> rusqlite::Result<usize> {
        self.connection
            .query_row("SELECT count(*) FROM facts", [], |it| it.get::<_, i64>(0))
            .map(|it| it as usize)
    }

    /// The packed rows of all roots, for whoever knows how to find the keys in them.
    pub fn all_folders(&self) -> rusqlite::Result<Vec<Vec<u8>>> {
        self.connection
            .prepare("SELECT entries FROM folders")?
            .query_map([], |row| row.get(0))?
            .collect()
    }

    /// Forgets the roots of which `is_gone` says so: their folders' rows, so that nothing refers to
    /// their facts any longer. Gives how many they were.
    pub fn drop_roots(&mut self, is_gone: impl Fn(&Path) -> bool) -> rusqlite::Result<usize> {
        let mut roots: Vec<(i64, String)> = self
            .connection
            .prepare("SELECT id, path FROM roots")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        roots.retain(|(_, path)| is_gone(Path::new(path)));
        let transaction = self.connection.transaction()?;
        for (id, path) in &roots {
            transaction.execute("DELETE FROM folders WHERE root = ?1", [id])?;
            transaction.execute("DELETE FROM roots WHERE id = ?1", [id])?;
            transaction.execute("DELETE FROM anchors WHERE root = ?1", [path])?;
            transaction.execute("DELETE FROM ages WHERE root = ?1", [path])?;
            transaction.execute("DELETE FROM declared WHERE root = ?1", [path])?;
            transaction.execute(
                "DELETE FROM words WHERE root IN (SELECT id FROM word_roots WHERE path = ?1)",
                [path],
            )?;
            transaction.execute("DELETE FROM word_roots WHERE path = ?1", [path])?;
        }
        transaction.commit()?;
        Ok(roots.len())
    }

    /// Drops the oldest facts whose keys are not `live`, at most `at_once`, until `keep` are left.
    /// Those that go may be of a branch that is not checked out now: they are then made again.
    pub fn drop_unused(
        &mut self,
        live: &[Hash],
        keep: usize,
        at_once: usize,
    ) -> rusqlite::Result<usize> {
        let surplus = self.n_facts()?.saturating_sub(keep).min(at_once);
        if surplus == 0 {
            return Ok(0);
        }
        let live: FxHashSet<&[u8]> = live.iter().map(|it| &it.bytes()[..]).collect();
        let transaction = self.connection.transaction()?;
        let mut n_dropped = 0;
        {
            let mut oldest = transaction.prepare("SELECT id, key FROM facts ORDER BY id")?;
            let mut ids = Vec::new();
            let mut rows = oldest.query([])?;
            while let Some(row) = rows.next()?
                && ids.len() < surplus
            {
                if !live.contains(row.get_ref(1)?.as_blob()?) {
                    ids.push(row.get::<_, i64>(0)?);
                }
            }
            let mut drop = transaction.prepare("DELETE FROM facts WHERE id = ?1")?;
            for id in ids {
                n_dropped += drop.execute(params![id])?;
            }
        }
        transaction.commit()?;
        Ok(n_dropped)
    }
}

#[cfg(test)]
impl Store {
    pub(crate) fn has_facts(&self, key: Hash) -> rusqlite::Result<bool> {
        self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM facts WHERE key = ?1)",
            [key.bytes()],
            |it| it.get(0),
        )
    }

    pub(crate) fn wait_for_locks(&self, time: std::time::Duration) {
        self.connection.busy_timeout(time).unwrap();
    }

    pub(crate) fn limit_pages(&self, n: i64) {
        self.connection
            .pragma_update(None, "max_page_count", n)
            .unwrap();
    }
}
