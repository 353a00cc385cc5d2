//! The tables, as migrations that are only ever added.
//!
//! *Derived* tables may be emptied at any time: `roots`, `folders`, `facts`, `ages`, `word_roots`, `words`, `declared`, and `anchors`,
//! which then begin anew. *Durable* ones hold what nothing else does: `meta`, `dismissals`, `spending`, `proposals`, and the ledger's.

use rusqlite_migration::{M, Migrations};

const STEPS: &[M<'_>] = &[
    M::up(
        "CREATE TABLE meta (
        name TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL
    );
    CREATE TABLE dismissals (
        fingerprint TEXT PRIMARY KEY NOT NULL,
        reason TEXT NOT NULL,
        day TEXT NOT NULL
    );
    CREATE TABLE roots (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        version BLOB NOT NULL
    );
    CREATE TABLE folders (
        root INTEGER NOT NULL,
        path TEXT NOT NULL,
        entries BLOB NOT NULL,
        PRIMARY KEY (root, path)
    );
    CREATE TABLE facts (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        body BLOB NOT NULL
    );",
    ),
    M::up(
        "CREATE TABLE anchors (
        root TEXT NOT NULL,
        branch TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (root, branch)
    );",
    ),
    M::up(
        "CREATE TABLE remotes (
        id INTEGER PRIMARY KEY,
        api TEXT NOT NULL,
        repository TEXT NOT NULL,
        node_id TEXT NOT NULL DEFAULT '',
        default_branch TEXT NOT NULL DEFAULT '',
        viewer TEXT NOT NULL DEFAULT '',
        since INTEGER,
        etag TEXT,
        fetched_at INTEGER,
        synced_commit TEXT,
        wait_until INTEGER,
        UNIQUE (api, repository)
    );
    CREATE TABLE issues (
        remote INTEGER NOT NULL,
        number INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (remote, number)
    );
    CREATE VIRTUAL TABLE issues_text USING fts5 (
        title, content, labels, remote UNINDEXED, number UNINDEXED,
        tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TABLE absent (
        remote INTEGER NOT NULL,
        number INTEGER NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (remote, number)
    );
    CREATE TABLE bases (
        remote INTEGER NOT NULL,
        ticket TEXT NOT NULL,
        issue INTEGER NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (remote, ticket, issue, field)
    );
    CREATE TABLE conflicts (
        remote INTEGER NOT NULL,
        ticket TEXT NOT NULL,
        field TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (remote, ticket, field)
    );
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        remote INTEGER NOT NULL,
        ticket TEXT NOT NULL,
        issue INTEGER,
        payload TEXT NOT NULL,
        marker TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        next_try INTEGER NOT NULL,
        last_error TEXT,
        created_at INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX one_issue_a_ticket ON outbox (remote, ticket)
        WHERE issue IS NULL AND state IN ('waiting', 'sending', 'refused');
    CREATE TABLE leases (
        remote INTEGER PRIMARY KEY,
        holder TEXT NOT NULL,
        until INTEGER NOT NULL
    );
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        source TEXT NOT NULL,
        ticket TEXT NOT NULL,
        what TEXT NOT NULL,
        hash BLOB NOT NULL
    );
    CREATE INDEX audit_of_ticket ON audit (ticket);
    CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE TRIGGER audit_keeps BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;",
    ),
    M::up(
        "CREATE TABLE ages (
        root TEXT PRIMARY KEY NOT NULL,
        body BLOB NOT NULL
    );",
    ),
    M::up(
        "CREATE TABLE pulls (
        remote INTEGER NOT NULL,
        branch TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (remote, branch)
    );",
    ),
    // The text of an issue in a row of its own number, see `ledger::mirror`.
    M::up(
        "CREATE TABLE moved AS SELECT title, content, labels, remote, number FROM issues_text;
    DELETE FROM issues_text;
    INSERT OR REPLACE INTO issues_text (rowid, title, content, labels, remote, number)
        SELECT (remote << 40) + number, title, content, labels, remote, number FROM moved;
    DROP TABLE moved;",
    ),
    M::up(
        "CREATE TABLE comments (
        remote INTEGER NOT NULL,
        issue INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (remote, issue)
    );
    CREATE TABLE unread (
        remote INTEGER NOT NULL,
        issue INTEGER NOT NULL,
        PRIMARY KEY (remote, issue)
    );
    INSERT INTO unread SELECT remote, number FROM issues;",
    ),
    M::up("ALTER TABLE remotes ADD COLUMN projects TEXT;"),
    // Money in millionths of a millionth of a dollar: what a token costs is whole in it.
    M::up(
        "CREATE TABLE spending (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        day TEXT NOT NULL,
        month TEXT NOT NULL,
        ticket TEXT,
        task TEXT NOT NULL,
        prompt TEXT NOT NULL,
        model TEXT NOT NULL,
        state TEXT NOT NULL,
        cost INTEGER NOT NULL,
        input INTEGER NOT NULL,
        output INTEGER NOT NULL,
        cached INTEGER NOT NULL
    );
    CREATE INDEX spending_of_month ON spending (month, day);
    CREATE INDEX spending_of_ticket ON spending (ticket) WHERE ticket IS NOT NULL;",
    ),
    M::up(
        "CREATE TABLE proposals (
        id TEXT PRIMARY KEY NOT NULL,
        at INTEGER NOT NULL,
        key TEXT NOT NULL,
        verb TEXT NOT NULL,
        of TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL
    );
    CREATE INDEX proposals_of_key ON proposals (key);
    CREATE INDEX proposals_that_wait ON proposals (state) WHERE state = 'waiting';",
    ),
    M::up(
        "CREATE TABLE answers (
        key TEXT PRIMARY KEY NOT NULL,
        at INTEGER NOT NULL,
        body TEXT NOT NULL
    );",
    ),
    M::up(
        "CREATE TABLE word_roots (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        key BLOB NOT NULL
    );
    CREATE TABLE words (
        id INTEGER PRIMARY KEY,
        root INTEGER NOT NULL,
        path TEXT NOT NULL,
        stamp BLOB NOT NULL,
        words BLOB NOT NULL,
        UNIQUE (root, path)
    );",
    ),
    M::up(
        "CREATE TABLE declared (
        root TEXT NOT NULL,
        path TEXT NOT NULL,
        key BLOB NOT NULL,
        parts BLOB NOT NULL,
        PRIMARY KEY (root, path)
    ) WITHOUT ROWID;",
    ),
];

/// All steps; a database that has taken more is of a newer docket.
pub(crate) const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// The version that a database has when all steps are taken.
pub(crate) const LATEST: i64 = STEPS.len() as i64;

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use rusqlite_migration::Migrations;

    use super::*;

    #[test]
    fn the_text_of_issues_moves_to_rows_of_their_own() {
        let mut connection = Connection::open_in_memory().unwrap();
        let before = STEPS
            .iter()
            .position(|it| format!("{it:?}").contains("moved"));
        Migrations::from_slice(&STEPS[..before.unwrap()])
            .to_latest(&mut connection)
            .unwrap();
        let insert = "INSERT INTO issues_text (title, content, labels, remote, number)
            VALUES (?1, 'b', 'c', ?2, ?3)";
        for (title, remote, number) in [("one", 1, 7), ("two", 2, 7), ("three", 1, 90_000)] {
            connection
                .execute(insert, rusqlite::params![title, remote, number])
                .unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let found = |word: &str| -> (i64, i64) {
            let query = "SELECT rowid, number FROM issues_text WHERE issues_text MATCH ?1";
            let row = connection.query_row(query, [word], |it| Ok((it.get(0)?, it.get(1)?)));
            row.unwrap()
        };
        assert_eq!(found("one"), ((1 << 40) + 7, 7));
        assert_eq!(found("two"), ((2 << 40) + 7, 7));
        assert_eq!(found("three"), ((1 << 40) + 90_000, 90_000));
    }
}
