//! A round with the project's own forge: credentials, client, clock.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use docket_core::config::Config;
use docket_forge::Secret;
use docket_forge::github::{GitHub, Options};

use super::credentials::{self, CredentialError};
use super::files::Files;
use super::proxy;
use super::report::Report;
use super::round::{Round, SyncError, Wanted, run};
use super::setup::Setup;
use super::side::Origin;
use crate::env::Env;

/// What one round is asked for.
pub struct Job<'a> {
    pub root: &'a Path,
    pub env: &'a Env,
    pub config: &'a Config,
    pub wanted: Wanted,
    /// Tickets that are to have an issue.
    pub create: &'a [String],
    pub progress: &'a (dyn Fn(&str) + Sync),
}

/// Why there was no round.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    #[error(transparent)]
    Forge(#[from] docket_forge::Error),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error("no runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

impl ConnectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Credentials(it) => it.hint(),
            Self::Sync(it) => it.hint().map(str::to_owned),
            Self::Forge(_) | Self::Runtime(_) => None,
        }
    }
}

/// The client of a repository. Has to be called within a runtime.
///
/// # Errors
///
/// Where the address, the name, the token or the proxy cannot be one.
pub fn client(env: &Env, origin: &Origin, token: Secret) -> docket_forge::Result<GitHub> {
    GitHub::new(Options {
        proxy: proxy::of(env, &origin.api)?,
        ..Options::new(&origin.api, &origin.repository, token)
    })
}

/// One round; `cancelled` ends it.
///
/// # Errors
///
/// See [`ConnectError`].
pub fn round<W: Files>(
    setup: &mut Setup,
    files: &W,
    job: &Job<'_>,
    cancelled: impl Future<Output = ()>,
) -> Result<Report, ConnectError> {
    let token = credentials::find(job.env, &setup.origin)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let Job { root, env, .. } = *job;
    runtime.block_on(async {
        let forge = client(env, &setup.origin, token.secret)?;
        let round = Round {
            forge: &forge,
            files,
            ledger: &mut setup.ledger,
            remote: setup.remote,
            root,
            env,
            config: job.config,
            wanted: job.wanted,
            create: job.create,
            holder: format!("{:016x}", env.rng().u64(..)),
            clock: &|| env.now().timestamp(),
            progress: job.progress,
            step: &|_| Ok(()),
            report: Report {
                repository: setup.origin.repository.clone(),
                ..Report::default()
            },
            issues: BTreeMap::new(),
            checkout: Arc::default(),
            held: BTreeSet::new(),
        };
        Ok(run(round, cancelled).await?)
    })
}
