//! Facts of files, by the key of all that they depend on.

use docket_core::facts::FileFacts;
use docket_core::text::Hash;
use rusqlite::{Connection, OptionalExtension};

use crate::Store;
use crate::open::connect_to_read;

/// A connection for one thread that looks facts up.
#[derive(Debug)]
pub struct Reader(Connection);

impl Store {
    /// A connection for another thread; `None` where there are no facts to be found.
    pub fn reader(&self) -> rusqlite::Result<Option<Reader>> {
        let any = "SELECT EXISTS (SELECT 1 FROM facts)";
        match self.connection.query_row(any, [], |it| it.get(0))? {
            true => connect_to_read(&self.path).map(|it| Some(Reader(it))),
            false => Ok(None),
        }
    }
}

impl Reader {
    /// `None` where there are none, or none that can be read.
    pub fn facts(&self, key: Hash) -> rusqlite::Result<Option<FileFacts>> {
        let mut statement = self
            .0
            .prepare_cached("SELECT body FROM facts WHERE key = ?1")?;
        let facts = statement.query_row([key.bytes()], |row| {
            let body = row.get_ref(0)?.as_blob()?;
            Ok(postcard::from_bytes(body).ok())
        });
        Ok(facts.optional()?.flatten())
    }
}

/// Facts as the store keeps them.
pub fn encode_facts(facts: &FileFacts) -> Vec<u8> {
    // Writing to memory cannot fail; an empty body reads as no facts.
    postcard::to_stdvec(facts).unwrap_or_default()
}
