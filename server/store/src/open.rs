//! Opening the database, and what to do where that fails.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::Store;
use crate::salvage::salvage;
use crate::schema::{LATEST, MIGRATIONS};

/// How long a writer waits for another to finish.
const BUSY: Duration = Duration::from_millis(1_000);

/// Opens the database for what nothing else knows: each commit is on the disk before it is told.
/// `what` begins anew where the database was damaged.
pub(crate) fn durable(path: &Path, what: &str) -> Result<Store, Trouble> {
    let (store, told) = Store::open(path)?;
    if let Some(told) = told {
        tracing::warn!(%told, "{what} begins anew");
    }
    let connection = &store.connection;
    let set = || -> rusqlite::Result<()> {
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "wal_autocheckpoint", 1_000)
    };
    set().map_err(|error| Trouble::of(&store.path, error))?;
    Ok(store)
}

/// The database to read alone; `None` where there is none, or one that this docket cannot read as it
/// is. Makes nothing, mends nothing.
pub(crate) fn to_read(path: &Path) -> Option<Store> {
    let connection = connect_to_read(path).ok()?;
    is_latest(&connection).then(|| Store {
        connection,
        path: path.to_owned(),
    })
}

/// Why there is no store. Work goes on without it; the message says what a person can do.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("the folder of the database {path} cannot be written: {source}")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("the database {path} is of a newer docket (version {found}, this one knows {known})")]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    #[error("the database {path} is in use by another program")]
    Locked { path: PathBuf },
    #[error("the disk that holds the database {path} is full")]
    Full { path: PathBuf },
    #[error("the database {path} was damaged and has been put aside as {aside}")]
    Damaged { path: PathBuf, aside: PathBuf },
    #[error("the database {path} cannot be used: {source}")]
    Other {
        path: PathBuf,
        source: rusqlite::Error,
    },
}

impl Trouble {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unwritable { .. } => {
                "docket works without it, but reads the project afresh each time"
            }
            Self::Newer { .. } => {
                "update this docket, or delete the file: no ticket or TODO is lost with it"
            }
            Self::Locked { .. } => "this passes by itself; if not, end the program that holds it",
            Self::Full { .. } => "free some space; until then the project is read afresh each time",
            Self::Damaged { .. } => "a new one has been made; the old file can be deleted",
            Self::Other { .. } => {
                "delete the file if this stays: no ticket or TODO is lost with it"
            }
        }
    }

    /// Whether the same call may succeed a moment later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }

    pub(crate) fn of(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match code(&source) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            _ => Self::Other { path, source },
        }
    }
}

impl Store {
    /// Opens or makes the database at `path`. A damaged one is put aside and made anew, which the
    /// second value tells.
    pub fn open(path: &Path) -> Result<(Self, Option<Trouble>), Trouble> {
        let unwritable = |source| Trouble::Unwritable {
            path: path.to_owned(),
            source,
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        match connect(path) {
            Ok(connection) => Ok((Self::new(connection, path), None)),
            Err(Refusal::Newer(found)) => Err(Trouble::Newer {
                path: path.to_owned(),
                found,
                known: LATEST,
            }),
            Err(Refusal::Io(error)) => Err(unwritable(error)),
            Err(Refusal::Sql(error)) if is_damage(&error) => {
                let (connection, aside) = replace(path)?;
                let told = aside.map(|aside| Trouble::Damaged {
                    path: path.to_owned(),
                    aside,
                });
                Ok((Self::new(connection, path), told))
            }
            Err(Refusal::Sql(error)) => Err(match code(&error) {
                Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                    unwritable(io::Error::new(io::ErrorKind::PermissionDenied, error))
                }
                _ => Trouble::of(path, error),
            }),
        }
    }

    /// Puts a database that turned out to be damaged aside, and goes on with a new one.
    pub(crate) fn rebuild(&mut self) -> Result<Option<Trouble>, Trouble> {
        let (connection, aside) = replace(&self.path)?;
        self.connection = connection;
        Ok(aside.map(|aside| Trouble::Damaged {
            path: self.path.clone(),
            aside,
        }))
    }

    fn new(connection: Connection, path: &Path) -> Self {
        Self {
            connection,
            path: path.to_owned(),
        }
    }
}

enum Refusal {
    Newer(i64),
    Io(io::Error),
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

fn connect(path: &Path) -> Result<Connection, Refusal> {
    let connection = opened(path)?;
    match version(&connection)? {
        LATEST => Ok(configured(connection)?),
        found if found > LATEST => Err(Refusal::Newer(found)),
        _ => {
            // One process alone makes a database or takes the steps: which are due is looked up
            // before they lock, and two that switch a file to WAL at once are both told it is busy.
            drop(connection);
            let _alone = lock(path).map_err(Refusal::Io)?;
            migrated(path)
        }
    }
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |it| it.get(0))
}

/// Whether the database is of this docket, neither older nor newer.
pub(crate) fn is_latest(connection: &Connection) -> bool {
    version(connection) == Ok(LATEST)
}

/// Asks for the lock that making or mending a database takes; closing the file gives it back.
fn lock(path: &Path) -> io::Result<File> {
    let file = File::create(path.with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

/// Brings the database up to date. The lock is held.
fn migrated(path: &Path) -> Result<Connection, Refusal> {
    let connection = opened(path)?;
    // Another docket, a newer one, may have been here while this one waited for the lock.
    let found = version(&connection)?;
    if found > LATEST {
        return Err(Refusal::Newer(found));
    }
    let mut connection = configured(connection)?;
    MIGRATIONS
        .to_latest(&mut connection)
        .map_err(|it| match it {
            rusqlite_migration::Error::RusqliteError { err, .. } => err,
            _ => rusqlite::Error::InvalidQuery,
        })?;
    Ok(connection)
}

fn opened(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Not before the file is known to be ours: what is newer is left as it is.
fn configured(connection: Connection) -> rusqlite::Result<Connection> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Derived rows may be lost with the machine's power, and are then made again; in WAL mode the
    // file stays whole all the same.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // Merging the log into the database waits for the disk. Who saves says when: see `merge_log`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// A second connection for a thread that only reads.
pub(crate) fn connect_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Puts a damaged database aside and makes a new one, unless another process just did.
fn replace(path: &Path) -> Result<(Connection, Option<PathBuf>), Trouble> {
    let failed = |source| Trouble::Unwritable {
        path: path.to_owned(),
        source,
    };
    let _alone = lock(path).map_err(failed)?;
    if let Ok(connection) = opened(path)
        && version(&connection) == Ok(LATEST)
        && is_whole(&connection)
        && let Ok(connection) = configured(connection)
    {
        return Ok((connection, None));
    }
    let aside = path.with_extension("damaged.db");
    fs::rename(path, &aside).map_err(failed)?;
    // The log goes with its file: applied to a new one it would damage that as well.
    fs::rename(
        path.with_extension("db-wal"),
        path.with_extension("damaged.db-wal"),
    )
    .ok();
    fs::remove_file(path.with_extension("db-shm")).ok();
    match migrated(path) {
        Ok(connection) => {
            salvage(&connection, &aside);
            Ok((connection, Some(aside)))
        }
        Err(Refusal::Sql(error)) => Err(Trouble::of(path, error)),
        Err(Refusal::Io(error)) => Err(failed(error)),
        Err(Refusal::Newer(found)) => Err(Trouble::Newer {
            path: path.to_owned(),
            found,
            known: LATEST,
        }),
    }
}

fn is_whole(connection: &Connection) -> bool {
    let answer = connection.query_row("PRAGMA quick_check(1)", [], |it| it.get::<_, String>(0));
    answer.is_ok_and(|it| it == "ok")
}

/// Whether an error tells that the file is damaged.
pub fn is_damage(error: &rusqlite::Error) -> bool {
    // A table that is not there: the version says that it must be.
    let missing = error.to_string().contains("no such table");
    let code = code(error);
    missing
        || matches!(
            code,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
}

fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}
