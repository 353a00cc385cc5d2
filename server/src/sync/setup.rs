//! What a project's sync stands on: its repository, and the ledger that remembers.

use std::path::{Path, PathBuf};

use docket_core::config::Config;
use docket_store::Trouble;
use docket_store::ledger::{Ledger, RemoteId};

use super::side::{self, Origin};
use crate::env::Env;
use crate::location;

/// A project's ledger, and its repository in it.
#[derive(Debug)]
pub struct Setup {
    pub origin: Origin,
    pub ledger: Ledger,
    pub remote: RemoteId,
}

/// Why a project has no sync.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("this project names no repository on GitHub")]
    NoRepository,
    #[error("{0}")]
    Store(String),
}

impl SetupError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoRepository => Some(
                "add a git remote `origin`, or write `repository = \"owner/name\"` under `[sync]` in `.docs/docket.toml`",
            ),
            Self::Store(_) => None,
        }
    }
}

/// Opens what a round needs; the database is made where it is not there.
///
/// # Errors
///
/// See [`SetupError`].
pub fn open(root: &Path, env: &Env, config: &Config) -> Result<Setup, SetupError> {
    let origin = side::configured(root, &config.sync).ok_or(SetupError::NoRepository)?;
    let mut ledger = ledger(root, env)?;
    let remote = ledger
        .remote(&origin.api, &origin.repository)
        .map_err(|error| told(&ledger.trouble(error)))?;
    Ok(Setup {
        origin,
        ledger,
        remote,
    })
}

/// The project's ledger.
///
/// # Errors
///
/// [`SetupError::Store`] in a sentence for the user.
pub fn ledger(root: &Path, env: &Env) -> Result<Ledger, SetupError> {
    location::open(root, env, Ledger::open).map_err(|it| told(&it))
}

/// The ledger of a project that has a database already; none is made.
pub fn known_ledger(root: &Path, env: &Env) -> Option<Ledger> {
    let paths: Vec<PathBuf> = location::databases(root, env.state_home().as_deref());
    let path = paths.into_iter().find(|it| it.is_file())?;
    Ledger::open(&path).ok()
}

fn told(trouble: &Trouble) -> SetupError {
    SetupError::Store(format!("{trouble}; {}", trouble.hint()))
}
