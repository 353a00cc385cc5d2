//! A database in memory, to try SQL on.

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use crate::Result;

/// SQLite as it ships with docket, with nothing in it.
#[derive(Debug)]
pub struct Scratch(Connection);

impl Scratch {
    pub fn new() -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        // What is tried comes out of a repository: it must not reach a file of this machine.
        connection.authorizer(Some(|it: AuthContext<'_>| match it.action {
            AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
            _ => Authorization::Allow,
        }))?;
        Ok(Self(connection))
    }

    /// Runs statements one after the other, up to the first that fails. None of them can open or write
    /// a file.
    pub fn run(&self, sql: &str) -> Result<()> {
        let is_word = |it: char| it.is_alphanumeric() || it == '_';
        let mut words = sql.split(|it| !is_word(it));
        if words.any(|it| it.eq_ignore_ascii_case("vacuum")) {
            // It copies a database into any file (`VACUUM INTO`).
            return Err(rusqlite::Error::InvalidParameterName(
                "VACUUM has no place in a migration".to_owned(),
            ));
        }
        self.0.execute_batch(sql)
    }

    /// A line for each column, index and reference, in order: of two databases of one shape they are
    /// the same.
    pub fn shape(&self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for sql in [
            r#"SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
               FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"#,
            "SELECT 'index ' || tbl_name || ' ' || name FROM sqlite_schema
             WHERE type = 'index' AND sql IS NOT NULL",
            r#"SELECT 'reference ' || m.name || '.' || f."from" || ' ' || f."table" || '.' || f."to"
               FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"#,
        ] {
            let mut statement = self.0.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            lines.extend(rows.collect::<Result<Vec<_>>>()?);
        }
        lines.sort_unstable();
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shape_has_one_description() {
        let (one, other) = (Scratch::new().unwrap(), Scratch::new().unwrap());
        one.run(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); ALTER TABLE a ADD COLUMN y REAL;",
        )
        .unwrap();
        other
            .run("CREATE TABLE a (y REAL, x TEXT, id INTEGER PRIMARY KEY)")
            .unwrap();
        assert_eq!(one.shape().unwrap(), other.shape().unwrap());
        one.run("CREATE UNIQUE INDEX a_x_key ON a (x)").unwrap();
        assert_ne!(one.shape().unwrap(), other.shape().unwrap());
        assert!(one.run("SELECT nothing FROM nowhere").is_err());
    }

    #[test]
    fn no_file_can_be_reached() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        let scratch = Scratch::new().unwrap();
        for sql in [
            format!(
                "ATTACH '{}' AS other; CREATE TABLE other.a (x);",
                path.display()
            ),
            format!("VACUUM INTO '{}'", path.display()),
        ] {
            assert!(scratch.run(&sql).is_err(), "{sql}");
            assert!(!path.exists());
        }
    }
}
