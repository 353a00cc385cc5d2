//! What can still be read of the durable tables of a damaged database, taken into its successor.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

/// In the order in which they are taken; all of what nothing else holds.
const DURABLE: [&str; 10] = [
    "meta",
    "dismissals",
    "remotes",
    "bases",
    "conflicts",
    "outbox",
    "pulls",
    "audit",
    "spending",
    "proposals",
];

/// Copies rows until one cannot be read. What is lost with that the log tells by its size.
pub(crate) fn salvage(new: &Connection, damaged: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(old) = Connection::open_with_flags(damaged, flags) else {
        return;
    };
    for table in DURABLE {
        let mut n_rows = 0;
        if let Err(error) = copy(&old, new, table, &mut n_rows) {
            tracing::warn!(table, n_rows, %error, "a part of a damaged table could be read");
        }
    }
    // The copy of the issues is not among them: the next question is about all, not about changes.
    let sql = "UPDATE remotes SET since = NULL, etag = NULL";
    if let Err(error) = new.execute(sql, []) {
        tracing::warn!(%error, "remotes keep what they were last asked for");
    }
}

fn copy(
    old: &Connection,
    new: &Connection,
    table: &str,
    n_rows: &mut usize,
) -> rusqlite::Result<()> {
    let mut read = old.prepare(&format!("SELECT * FROM {table}"))?;
    let names = read.column_names().join(", ");
    let places = vec!["?"; read.column_count()].join(", ");
    let n_columns = read.column_count();
    let mut put = new.prepare(&format!(
        "INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})"
    ))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..n_columns).map(|it| row.get::<_, Value>(it));
        let values: Vec<Value> = values.collect::<rusqlite::Result<_>>()?;
        put.execute(params_from_iter(values))?;
        *n_rows += 1;
    }
    Ok(())
}
