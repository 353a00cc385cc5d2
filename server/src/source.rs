//! What working out a change needs from outside the snapshot: closed files, chance, taken ids.

use std::path::{Path, PathBuf};

use docket_core::config::StatusKind;
use docket_core::ide::actions::{Line, Meant, Source};
use docket_core::ide::hover::Change;
use docket_core::ide::tickets as ide;
use docket_core::ids::TicketId;
use docket_core::world::Snapshot;

use crate::branches::{self, KnownIds};
use crate::env::Env;
use crate::git::Git;
use crate::history::History;
use crate::past::Named;
use crate::sync::mirror;
use crate::{past, permalink, project};

/// A project's files and branches, read when they are asked for.
pub struct ProjectSource {
    root: PathBuf,
    rng: fastrand::Rng,
    /// Ids that other branches and worktrees have; looked up once.
    taken: Option<KnownIds>,
    /// `None` where there is no git.
    history: Option<History>,
}

/// The commit that says that it closes an open ticket, in seven hex digits, and its subject.
pub fn closed_by(root: &Path, snapshot: &Snapshot, ticket: &str) -> Option<(String, String)> {
    let row = ide::ticket(snapshot, ticket)
        .filter(|it| matches!(it.status_kind, StatusKind::Open | StatusKind::Active))?;
    let repository = snapshot.mirror.repository.as_str();
    past::closed_by(
        root,
        &Named {
            id: &row.id,
            prefix: &snapshot.config.prefix,
            issue: row.github.map(|it| (it, repository)),
            path: &row.path,
        },
    )
}

/// What sync last did to a ticket, the newest first: one look-up by an index, on the disk alone.
pub fn last_changes(root: &Path, env: &Env, ticket: &str, max: usize) -> Vec<Change> {
    let rows = mirror::ledger(root, env).map(|it| it.history(ticket, max));
    let rows = rows.and_then(|it| {
        it.inspect_err(|error| tracing::warn!(%error, "the log cannot be read"))
            .ok()
    });
    let rows = rows.unwrap_or_default().into_iter();
    let changes = rows.map(|it| Change {
        at: it.act.at,
        actor: it.act.actor,
        what: it.act.what,
    });
    changes.collect()
}

impl ProjectSource {
    pub fn new(root: &Path, env: &Env) -> Self {
        Self {
            root: root.to_owned(),
            rng: env.rng(),
            taken: None,
            history: Git::find(root, env).ok().map(History::new),
        }
    }
}

impl ProjectSource {
    /// The commit that took the last mention of a ticket out of a file.
    pub fn removal(&self, path: &str, ticket: &str) -> Option<String> {
        past::removal(&self.root, path, ticket)
    }
}

impl Source for ProjectSource {
    fn text(&mut self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }

    fn below(&mut self, n: usize) -> usize {
        self.rng.usize(..n.max(1))
    }

    fn is_taken(&mut self, id: &str) -> bool {
        let root = &self.root;
        let taken = self.taken.get_or_insert_with(|| branches::known_ids(root));
        taken.contains(&TicketId::new(id))
    }

    fn meant(&mut self, question: &Meant<'_>) -> Vec<Option<usize>> {
        match &mut self.history {
            Some(history) => history.meant(question),
            None => vec![None; question.lines.len()],
        }
    }

    fn permalink(&mut self, line: &Line<'_>) -> Option<String> {
        let config = project::config_of(&self.root);
        permalink::permalink(&self.root, &config.sync, line)
    }
}
