//! The tables, as migrations that are only ever added.
//!
//! *Derived* tables may be emptied at any time: `roots`, `folders`, `facts`, and `anchors`, which then
//! begin anew. *Durable* ones hold what nothing else does: `meta`, `dismissals`.

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
];

/// All steps; a database that has taken more is of a newer docket.
pub(crate) const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// The version that a database has when all steps are taken.
pub(crate) const LATEST: i64 = STEPS.len() as i64;
