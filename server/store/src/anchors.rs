//! Where TODOs that name tickets were last seen: one row for each branch of a checkout.

use docket_core::anchors::Anchors;
use rusqlite::{OptionalExtension, params};

use crate::Store;

impl Store {
    /// What was seen on that branch the last time; nothing where it never was looked at.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub fn anchors(&self, root: &str, branch: &str) -> rusqlite::Result<Anchors> {
        let body = self
            .connection
            .query_row(
                "SELECT body FROM anchors WHERE root = ?1 AND branch = ?2",
                params![root, branch],
                |it| it.get::<_, Vec<u8>>(0),
            )
            .optional()?;
        // What an older docket wrote in another form is as good as nothing.
        Ok(body
            .and_then(|it| postcard::from_bytes(&it).ok())
            .unwrap_or_default())
    }

    /// Remembers what was seen.
    ///
    /// # Errors
    ///
    /// Where the database cannot be written; what was remembered before stays.
    pub fn save_anchors(
        &mut self,
        root: &str,
        branch: &str,
        anchors: &Anchors,
    ) -> rusqlite::Result<()> {
        // Writing to memory cannot fail; an empty body reads as nothing.
        let body = postcard::to_stdvec(anchors).unwrap_or_default();
        self.connection.execute(
            "INSERT INTO anchors (root, branch, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (root, branch) DO UPDATE SET body = excluded.body",
            params![root, branch, body],
        )?;
        Ok(())
    }
}
