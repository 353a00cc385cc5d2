//! What a project's database knows of the forge: read at once, offline, and never made here.

use std::path::Path;
use std::sync::Arc;

use docket_core::config::Config;
use docket_core::sync::{Mirror, Pending};
use docket_store::SqlError;
use docket_store::ledger::{Ledger, Row, State};

use super::{output, side};
use crate::env::Env;
use crate::location;

/// The mirror of the project at `root`; `None` where sync was never used, or its ledger cannot be
/// read. Costs no more than looking for a file where there is nothing to know.
pub fn load(root: &Path, env: &Env, config: &Config) -> Option<Mirror> {
    let ledger = ledger(root, env)?;
    let mirror = of_ledger(&ledger, root, config);
    mirror.unwrap_or_else(|error| {
        tracing::warn!(%error, "the mirror cannot be read");
        None
    })
}

/// The ledger of the project at `root`, to read alone.
pub fn ledger(root: &Path, env: &Env) -> Option<Ledger> {
    let databases = location::databases(root, env.state_home().as_deref());
    databases
        .iter()
        .filter(|it| it.is_file())
        .find_map(|it| Ledger::open_to_read(it))
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
    let rows = ledger.outbox(remote)?.into_iter();
    let rows = rows.filter(|it| it.state != State::Sent);
    let mut pending: Vec<Pending> = rows.map(pending).collect();
    pending.sort_by(|a, b| (&a.ticket, a.row).cmp(&(&b.ticket, b.row)));
    let comments = ledger.comments(remote)?.into_iter();
    Ok(Some(Mirror {
        repository: origin.repository,
        issues: issues.map(|it| (it.number, Arc::new(it))).collect(),
        comments: comments.map(|it| (it.0, it.1.into())).collect(),
        fetched_at: ledger.remote_state(remote)?.fetched_at,
        conflicts: ledger.conflicts(remote)?,
        outbox: ledger.counts(remote)?,
        pulls: ledger.pulls(remote)?,
        pending,
    }))
}

fn pending(row: Row) -> Pending {
    let refused = match row.state {
        State::Refused => Some(row.last_error.clone().unwrap_or_default()),
        _ => None,
    };
    Pending {
        row: row.id,
        summary: output::summary(&row),
        ticket: row.ticket,
        refused,
    }
}

#[cfg(test)]
mod tests;
