//! The copy of a repository's issues, and its full-text index.

use std::collections::BTreeMap;

use docket_core::sync::Issue;
use rusqlite::{OptionalExtension, params};

use super::{Ledger, RemoteId, comments, of_json, to_json};
use crate::Result;

impl Ledger {
    /// Takes issues into the copy, new or changed.
    pub fn put_issues(&mut self, remote: RemoteId, issues: &[Issue]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for issue in issues {
            put(&transaction, remote, issue)?;
        }
        transaction.commit()
    }

    /// An issue that was deleted or moved away.
    pub fn remove_issue(&mut self, remote: RemoteId, number: u64) -> Result<()> {
        let transaction = self.connection.transaction()?;
        remove(&transaction, remote, number)?;
        transaction.commit()
    }

    /// Numbers that name no issue of the repository (any more), and why.
    pub fn absent(&self, remote: RemoteId) -> Result<BTreeMap<u64, String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT number, why FROM absent WHERE remote = ?1")?;
        let rows = statement.query_map([remote.0], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
        })?;
        rows.collect()
    }

    /// Notes that a number names no issue, in words for the user; a copy of it is let go.
    pub fn set_absent(&mut self, remote: RemoteId, number: u64, why: &str) -> Result<()> {
        let transaction = self.connection.transaction()?;
        remove(&transaction, remote, number)?;
        transaction.execute(
            "INSERT INTO absent (remote, number, why) VALUES (?1, ?2, ?3)
             ON CONFLICT (remote, number) DO UPDATE SET why = excluded.why",
            params![remote.0, number as i64, why],
        )?;
        transaction.commit()
    }

    /// All issues and pull requests, by number.
    pub fn issues(&self, remote: RemoteId) -> Result<Vec<Issue>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT body FROM issues WHERE remote = ?1 ORDER BY number")?;
        let rows = statement.query_map([remote.0], |row| of_json(0, row.get_ref(0)?.as_str()?))?;
        rows.collect()
    }

    pub fn issue(&self, remote: RemoteId, number: u64) -> Result<Option<Issue>> {
        get(&self.connection, remote, number)
    }

    /// Numbers of the issues that have every word of `query`, the last as a beginning, best first.
    pub fn search(&self, remote: RemoteId, query: &str, limit: usize) -> Result<Vec<u64>> {
        let Some(query) = fts_query(query) else {
            return Ok(Vec::new());
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT number FROM issues_text WHERE issues_text MATCH ?1 AND remote = ?2
             ORDER BY bm25(issues_text, 10.0, 1.0, 4.0) LIMIT ?3",
        )?;
        let rows = statement.query_map(params![query, remote.0, limit as i64], |row| {
            row.get::<_, i64>(0).map(|it| it as u64)
        })?;
        rows.collect()
    }
}

/// Each word as a string of FTS5's query language, in which nothing is an operator ("FTS5 Strings").
fn fts_query(typed: &str) -> Option<String> {
    let words: Vec<String> = typed
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(|it| format!("\"{it}\""))
        .collect();
    match words.is_empty() {
        true => None,
        false => Some(words.join(" ") + "*"),
    }
}

pub(super) fn get(
    connection: &rusqlite::Connection,
    remote: RemoteId,
    number: u64,
) -> Result<Option<Issue>> {
    connection
        .prepare_cached("SELECT body FROM issues WHERE remote = ?1 AND number = ?2")?
        .query_row(params![remote.0, number as i64], |row| {
            of_json(0, row.get_ref(0)?.as_str()?)
        })
        .optional()
}

pub(super) fn put(
    connection: &rusqlite::Connection,
    remote: RemoteId,
    issue: &Issue,
) -> Result<()> {
    comments::note(connection, remote, issue)?;
    connection.execute(
        "DELETE FROM absent WHERE remote = ?1 AND number = ?2",
        params![remote.0, issue.number as i64],
    )?;
    connection.execute(
        "INSERT INTO issues (remote, number, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (remote, number) DO UPDATE SET body = excluded.body",
        params![remote.0, issue.number as i64, to_json(issue)],
    )?;
    let labels: Vec<&str> = issue.labels.iter().map(String::as_str).collect();
    connection.execute(
        "INSERT OR REPLACE INTO issues_text (rowid, title, content, labels, remote, number)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            text_row(remote, issue.number),
            format!("{} {}", issue.number, issue.title),
            issue.body,
            labels.join(" "),
            remote.0,
            issue.number as i64,
        ],
    )?;
    Ok(())
}

fn remove(connection: &rusqlite::Connection, remote: RemoteId, number: u64) -> Result<()> {
    comments::forget(connection, remote, number)?;
    let key = params![remote.0, number as i64];
    connection.execute("DELETE FROM issues WHERE remote = ?1 AND number = ?2", key)?;
    connection.execute(
        "DELETE FROM issues_text WHERE rowid = ?1",
        [text_row(remote, number)],
    )?;
    Ok(())
}

/// The row of an issue's text. A full-text index looks up nothing but words and rows: by a column it
/// would read all of itself.
fn text_row(remote: RemoteId, number: u64) -> i64 {
    (remote.0 << NUMBER_BITS) + number as i64
}

/// No repository has so many issues. The migration to these rows has the number too.
const NUMBER_BITS: u32 = 40;
