//! Who wrote the lines of TODOs, as it was worked out the last time: one row for each checkout.

use rusqlite::{OptionalExtension, params};

use crate::Store;

impl Store {
    /// What was remembered, in the form that its maker gave it.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub fn ages(&self, root: &str) -> rusqlite::Result<Option<Vec<u8>>> {
        self.connection
            .query_row(
                "SELECT body FROM ages WHERE root = ?1",
                params![root],
                |it| it.get::<_, Vec<u8>>(0),
            )
            .optional()
    }

    /// Remembers it.
    ///
    /// # Errors
    ///
    /// Where the database cannot be written; what was remembered before stays.
    pub fn save_ages(&mut self, root: &str, body: &[u8]) -> rusqlite::Result<()> {
        self.connection.execute(
            "INSERT INTO ages (root, body) VALUES (?1, ?2)
             ON CONFLICT (root) DO UPDATE SET body = excluded.body",
            params![root, body],
        )?;
        Ok(())
    }
}
