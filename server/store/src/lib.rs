//! docket's SQLite store: derived facts that may be dropped, and durable rows that may not.
//!
//! Nothing here ever stops a caller: what goes wrong is a [`Trouble`] to be told once, and work
//! goes on without the store.

mod ages;
mod anchors;
pub mod answers;
mod collect;
pub mod declared;
pub mod dismissals;
mod facts;
mod folders;
pub mod ledger;
mod open;
pub mod proposals;
mod salvage;
mod schema;
pub mod scratch;
pub mod spending;
#[cfg(test)]
mod tests;
mod words;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use declared::{DeclaredChange, DeclaredRow};
pub use facts::{Reader, encode_facts};
pub use folders::TreeChange;
pub use open::{Trouble, is_damage};
pub use rusqlite::Error as SqlError;
pub use words::{FileWords, WordsChange};

/// What asking the database gives.
pub type Result<T> = rusqlite::Result<T>;

/// One open database. Readers of other processes and threads are never blocked, and no lock is
/// held between calls.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
