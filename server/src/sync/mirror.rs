//! What a project's database knows of the forge: read at once, offline, and never made here.

use std::path::Path;
use std::sync::Arc;

use docket_core::config::Config;
use docket_core::sync::Mirror;
use docket_store::SqlError;
use docket_store::ledger::Ledger;

use super::side;
use crate::env::Env;
use crate::location;

/// The mirror of the project at `root`; `None` where sync was never used, or its ledger cannot be
/// read. Costs no more than looking for a file where there is nothing to know.
pub fn load(root: &Path, env: &Env, config: &Config) -> Option<Mirror> {
    let databases = location::databases(root, env.state_home().as_deref());
    let ledger = databases
        .iter()
        .filter(|it| it.is_file())
        .find_map(|it| Ledger::open_to_read(it))?;
    let mirror = of_ledger(&ledger, root, config);
    mirror.unwrap_or_else(|error| {
        tracing::warn!(%error, "the mirror cannot be read");
        None
    })
}

fn of_ledger(ledger: &Ledger, root: &Path, config: &Config) -> Result<Option<Mirror>, SqlError> {
    // Asked before git is: nobody pays for what they do not use.
    if !ledger.has_remotes()? {
        return Ok(None);
    }
    let Some(origin) = side::configured(root, &config.sync) else {
        return Ok(None);
    };
    let Some(remote) = ledger.known_remote(&origin.api, &origin.repository)? else {
        return Ok(None);
    };
    let issues = ledger.issues(remote)?.into_iter();
    let comments = ledger.comments(remote)?.into_iter();
    Ok(Some(Mirror {
        repository: origin.repository,
        issues: issues.map(|it| (it.number, Arc::new(it))).collect(),
        comments: comments.map(|it| (it.0, it.1.into())).collect(),
        fetched_at: ledger.remote_state(remote)?.fetched_at,
        conflicts: ledger.conflicts(remote)?,
        outbox: ledger.counts(remote)?,
    }))
}

#[cfg(test)]
mod tests;
