//! The data model page as SQL: what its tables say, what has changed since the last migration, and
//! the statements for SQLite and PostgreSQL.
//!
//! What the last migration brought about stands beside the migrations, in `data-model.json`: a page
//! tells no renaming from a new field, and git tells nothing of what was not committed.

mod change;
mod migration;
mod postgres;
mod read;
mod sql;
mod sqlite;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use change::Change;
pub use migration::{FOLDER, Migration, STATE, migration};
pub use read::{ReadError, read};
pub use sql::{Dialect, samples};

/// The page that is read where none is named.
pub const PAGE: &str = ".docs/data-model.md";

/// What a project keeps data of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// In the page's order.
    pub tables: Vec<Table>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    /// Its key comes first.
    pub columns: Vec<Column>,
    /// What it was called before.
    #[serde(skip)]
    pub was: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: bool,
    /// What it was called before.
    #[serde(skip)]
    pub was: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Integer,
    Real,
    Decimal,
    Boolean,
    Text,
    Date,
    Timestamp,
    Uuid,
    Json,
    Blob,
    /// A row of the table of that name.
    Reference(String),
}

/// The column that rows are known by.
const KEY: &str = "id";

impl Model {
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|it| it.name == name)
    }

    /// What a column holds: of a reference what the key of its table does.
    fn held(&self, kind: &Kind) -> Kind {
        match kind {
            Kind::Reference(to) => {
                let key = self.table(to).and_then(|it| it.column(KEY));
                key.map_or(Kind::Integer, |it| it.kind.clone())
            }
            other => other.clone(),
        }
    }
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }
}

impl Column {
    fn is_key(&self) -> bool {
        self.name == KEY
    }

    fn references(&self) -> Option<&str> {
        match &self.kind {
            Kind::Reference(to) => Some(to),
            _ => None,
        }
    }
}
