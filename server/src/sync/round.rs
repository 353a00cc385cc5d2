//! One round of sync, from the lease to the last answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use docket_core::config::Config;
use docket_core::sync::plan::{self, Input, Op};
use docket_core::sync::{Agreed, Base, Conflict, Field, Issue, Value};
use docket_forge::Forge;
use docket_store::ledger::{Act, Held, Ledger, RemoteId, Source, State};
use gix::ObjectId;
use jiff::{SignedDuration, Timestamp};

use super::fetch::Fetched;
use super::files::Files;
use super::local::{TicketFile, Tickets};
use super::report::{Created, Left, Moved, Report, reason};
use super::side::{self, Standing};
use crate::env::Env;

/// How long a lease holds without being renewed: longer than any one request takes.
const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// What a round is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The plan alone: nothing is written to tickets, nothing is sent.
    Plan,
    /// What has changed.
    Changes,
    /// All issues asked for again.
    Full,
}

/// Why there was no round.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error("another docket is syncing {0}")]
    Busy(String),
    #[error("{0}")]
    Forge(String),
    #[error("the repository {name} is another one than the one synced before")]
    OtherRepository { name: String },
    #[error("issues are switched off in {name}")]
    NoIssues { name: String },
    #[error("the database: {0}")]
    Store(#[from] docket_store::SqlError),
    #[error("cancelled")]
    Cancelled,
}

impl SyncError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Busy(_) => Some("wait for it, or try again in two minutes if it was killed"),
            Self::OtherRepository { .. } => Some(
                "its numbers mean other issues; if that is meant, take the `github` fields out or name the old repository in `[sync] repository`",
            ),
            Self::NoIssues { .. } => Some("switch them on in the repository's settings"),
            Self::Forge(_) | Self::Store(_) | Self::Cancelled => None,
        }
    }
}

/// What a round has at hand.
pub struct Round<'a, F, W> {
    pub forge: &'a F,
    pub files: &'a W,
    pub ledger: &'a mut Ledger,
    pub remote: RemoteId,
    pub root: &'a Path,
    pub env: &'a Env,
    pub config: &'a Config,
    pub wanted: Wanted,
    /// Tickets for which an issue is asked for, on whatever branch.
    pub create: &'a [String],
    /// No other process has this name.
    pub holder: String,
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    pub progress: &'a (dyn Fn(&str) + Sync),
    /// Told before each step that is durable; an error there ends the round as a kill would.
    pub step: &'a (dyn Fn(&'static str) -> Result<(), SyncError> + Sync),
    pub report: Report,
    /// The copy of the forge's issues, read once; filled by [`run`].
    pub(super) issues: BTreeMap<u64, Arc<Issue>>,
    /// The tickets of the checkout as they were last read; filled by [`run`].
    pub(super) checkout: Arc<Tickets>,
    /// Rows of the outbox that are not sent in this round.
    pub(super) held: BTreeSet<i64>,
}

/// One round. What it did is in the report; the ledger holds what it left. `cancelled` ends it at
/// once, also within a request, as if the process had died, but that the lease is given back.
///
/// # Errors
///
/// See [`SyncError`]. What was done before it stays done.
pub async fn run<F: Forge, W: Files>(
    mut round: Round<'_, F, W>,
    cancelled: impl Future<Output = ()>,
) -> Result<Report, SyncError> {
    round.renew_lease()?;
    let n_before = round.forge.n_requests();
    let done = tokio::select! {
        done = round.all(n_before) => done,
        () = cancelled => Err(SyncError::Cancelled),
    };
    round.ledger.release_lease(round.remote, &round.holder)?;
    done?;
    round.report.outbox = round.ledger.counts(round.remote)?;
    round.report.sent = round.forge.n_requests() - n_before;
    round.report.quota = round.forge.quota();
    Ok(round.report)
}

impl<F: Forge, W: Files> Round<'_, F, W> {
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(super) fn renew_lease(&mut self) -> Result<(), SyncError> {
        let now = self.now();
        match self
            .ledger
            .take_lease(self.remote, &self.holder, now, LEASE)?
        {
            Ok(()) => Ok(()),
            Err(Held { .. }) => Err(SyncError::Busy(self.report.repository.clone())),
        }
    }

    async fn all(&mut self, n_before: usize) -> Result<(), SyncError> {
        (self.step)("took the lease")?;
        let issues = self.ledger.issues(self.remote)?.into_iter();
        self.issues = issues.map(|it| (it.number, Arc::new(it))).collect();
        self.read_checkout().await;
        let fetched = self.fetch().await?;
        let online = match fetched {
            Fetched::Whole => true,
            Fetched::Offline(why) => {
                self.report.offline = Some(why);
                false
            }
        };
        let acts = self.wanted != Wanted::Plan;
        if online && acts {
            self.recover().await?;
        }
        let side = self.side();
        if online && self.look_up(&side).await? {
            self.read_checkout().await;
        }
        if acts && self.name_created().await? {
            self.read_checkout().await;
        }
        let mut tickets = match &side {
            Side::Files => self.checkout.clone(),
            Side::Tree { commit, .. } => {
                Arc::new(Tickets::of_commit(self.root, self.config, *commit))
            }
            Side::None => Arc::default(),
        };
        let mut ops = self.plan(&tickets, &side)?;
        if !acts {
            self.tell_plan(&tickets, &ops);
            return Ok(());
        }
        if matches!(side, Side::Files) && self.pull(&tickets, &ops).await? {
            // What was pulled is equal now, and settles; what was merged is to be sent.
            self.read_checkout().await;
            tickets = self.checkout.clone();
            ops = self.plan(&tickets, &side)?;
        }
        self.settle(&ops)?;
        (self.step)("settled")?;
        self.queue(&tickets, &ops)?;
        self.queue_creates()?;
        (self.step)("queued")?;
        if online {
            self.send().await?;
            // Whatever lost its answer is looked up once, so that a lone round ends in certainty.
            self.recover().await?;
            self.send().await?;
            let rows = self.ledger.outbox(self.remote)?;
            // Only an issue that was made is yet to be named.
            if rows.iter().any(|it| it.state == State::Sent) {
                self.read_checkout().await;
                if self.name_created().await? {
                    self.read_checkout().await;
                    self.name_created().await?;
                }
            }
            self.read_comments(n_before).await?;
            self.keep_identities()?;
        }
        if online {
            self.refresh_pulls().await?;
        }
        self.remember(&side)
    }

    /// Reads the tickets of the checkout. Those that are being edited wait.
    async fn read_checkout(&mut self) {
        let unsaved = self.files.unsaved().await;
        self.checkout = Arc::new(Tickets::of_checkout(self.root, self.config, &unsaved));
    }

    /// Which side is the local one.
    fn side(&mut self) -> Side {
        let state = self.ledger.remote_state(self.remote).unwrap_or_default();
        let configured = &self.config.sync.branch;
        let branch = match (configured.is_empty(), state.default_branch.is_empty()) {
            (false, _) => configured.clone(),
            (true, false) => state.default_branch,
            (true, true) => side::default_branch(self.root).unwrap_or_else(|| "main".to_owned()),
        };
        let synced = state.synced_commit;
        match side::standing(self.root, &branch, synced.as_deref()) {
            Standing::Plain | Standing::Default { .. } => Side::Files,
            Standing::Behind { .. } => {
                self.report.cache_only = Some(format!(
                    "`{branch}` is here as it was before the last round: pull it first, then its tickets are synced"
                ));
                Side::None
            }
            Standing::Other {
                branch: here,
                commit,
            } => {
                let here = here.map_or("no branch".to_owned(), |it| format!("`{it}`"));
                self.report.cache_only = Some(format!(
                    "{here} is checked out, and `{branch}` is what is synced: ticket files are left alone, and what was merged into `{branch}` is sent"
                ));
                let synced = synced.and_then(|it| ObjectId::from_hex(it.as_bytes()).ok());
                match (commit, synced) {
                    (Some(commit), Some(synced)) => Side::Tree { commit, synced },
                    // Nobody can say yet what is old on it.
                    _ => Side::None,
                }
            }
        }
    }

    /// The plan for that side. Old values, which a checkout or a stash brought back, are no edits.
    pub(super) fn plan(&mut self, tickets: &Tickets, side: &Side) -> Result<Vec<Op>, SyncError> {
        let mut bases: BTreeMap<u64, Base> = BTreeMap::new();
        for ((_, issue), base) in self.ledger.bases(self.remote)? {
            bases.entry(issue).or_default().extend(base);
        }
        let ops = plan::plan(Input {
            config: self.config,
            locals: &tickets.locals(self.config),
            links: &tickets.links,
            issues: &self.issues,
            bases: &bases,
        });
        let synced = match side {
            Side::Tree { synced, .. } => Some(*synced),
            Side::Files => {
                let state = self.ledger.remote_state(self.remote)?;
                state
                    .synced_commit
                    .and_then(|it| ObjectId::from_hex(it.as_bytes()).ok())
            }
            Side::None => None,
        };
        let decides = |it: &Op| matches!(it, Op::Push { .. } | Op::Conflict(_));
        let Some(synced) = synced.filter(|_| ops.iter().any(decides)) else {
            return Ok(ops);
        };
        let old = Tickets::of_commit(self.root, self.config, synced);
        let in_tree = matches!(side, Side::Tree { .. });
        let ops = ops.into_iter().filter_map(|op| {
            let (ticket, issue, field, mine, theirs) = match &op {
                Op::Push {
                    ticket,
                    issue,
                    field,
                    value,
                    before,
                } => (ticket, issue, field, value, before),
                Op::Conflict(it) => (&it.ticket, &it.issue, &it.field, &it.mine, &it.theirs),
                _ => return Some(op),
            };
            let was = old
                .get(ticket)
                .map(|it| it.fields(self.config, &tickets.links));
            let was = was.and_then(|it| it.0.get(field).cloned());
            let agreed = bases.get(issue).and_then(|it| it.get(field));
            // What a person decided for may be as old as it likes.
            if agreed.is_some_and(|it| it.decided.as_ref() == Some(mine)) {
                return Some(op);
            }
            let agreed = agreed.map(|it| &it.value);
            match was {
                Some(was) if was != *mine || agreed == Some(&was) => Some(op),
                None => Some(op),
                // The tree says what it said when the last round saw it.
                Some(_) if in_tree => None,
                Some(_) if agreed.is_none() => Some(op),
                // The file is back at what was committed before the last round changed it.
                Some(was) => Some(Op::Conflict(Conflict {
                    ticket: ticket.clone(),
                    issue: *issue,
                    field: *field,
                    base: agreed.cloned(),
                    mine: was,
                    theirs: theirs.clone(),
                })),
            }
        });
        Ok(ops.collect())
    }

    /// What a dry run tells.
    fn tell_plan(&mut self, tickets: &Tickets, ops: &[Op]) {
        for op in ops {
            match op {
                Op::Pull {
                    ticket,
                    issue,
                    field,
                    value,
                } => {
                    let moved = self.moved(tickets, ticket, *issue, *field, value);
                    self.report.pulled.push(moved);
                }
                Op::Push {
                    ticket,
                    issue,
                    field,
                    value,
                    before,
                } => {
                    self.report.pushed.push(Moved {
                        ticket: ticket.clone(),
                        issue: *issue,
                        field: *field,
                        from: before.clone(),
                        to: value.clone(),
                    });
                }
                Op::Create { ticket } => {
                    let title = tickets.get(ticket).map(title_of);
                    self.report.created.push(Created {
                        ticket: ticket.clone(),
                        issue: None,
                        title: title.unwrap_or_default(),
                    });
                }
                Op::Import { issue } => {
                    let title = self.issues.get(issue);
                    self.report.imported.push(Created {
                        ticket: String::new(),
                        issue: Some(*issue),
                        title: title.map(|it| it.title.clone()).unwrap_or_default(),
                    });
                }
                Op::Settle { .. } | Op::Conflict(_) | Op::Leave { .. } => {}
            }
        }
        self.tell_left(ops);
    }

    fn tell_left(&mut self, ops: &[Op]) {
        let absent = self.ledger.absent(self.remote).unwrap_or_default();
        self.report.conflicts = conflicts(ops);
        self.report.left = ops
            .iter()
            .filter_map(|it| match it {
                Op::Leave { ticket, issue, why } => Some(Left {
                    ticket: ticket.clone(),
                    issue: *issue,
                    why: reason(*why, absent.get(issue)),
                }),
                _ => None,
            })
            .collect();
    }

    pub(super) fn moved(
        &self,
        tickets: &Tickets,
        ticket: &str,
        issue: u64,
        field: Field,
        to: &Value,
    ) -> Moved {
        let fields = tickets
            .get(ticket)
            .map(|it| it.fields(self.config, &tickets.links));
        let from = fields.and_then(|it| it.0.get(&field).cloned());
        Moved {
            ticket: ticket.to_owned(),
            issue,
            field,
            from: from.unwrap_or(Value::text("")),
            to: to.clone(),
        }
    }

    /// Notes what both sides say, and where they do not agree.
    fn settle(&mut self, ops: &[Op]) -> Result<(), SyncError> {
        let mut settled: BTreeMap<(&str, u64), Vec<(Field, Agreed)>> = BTreeMap::new();
        for op in ops {
            if let Op::Settle {
                ticket,
                issue,
                field,
                agreed,
            } = op
            {
                let fields = settled.entry((ticket, *issue)).or_default();
                fields.push((*field, agreed.clone()));
            }
        }
        let pairs = settled
            .iter()
            .map(|((ticket, issue), fields)| (*ticket, *issue, fields.as_slice()));
        self.ledger.settle_all(self.remote, pairs)?;
        if matches!(self.wanted, Wanted::Changes | Wanted::Full) {
            self.ledger.set_conflicts(self.remote, &conflicts(ops))?;
        }
        self.tell_left(ops);
        Ok(())
    }

    /// The commit that this round saw, which says later what is old.
    fn remember(&mut self, side: &Side) -> Result<(), SyncError> {
        let mut state = self.ledger.remote_state(self.remote)?;
        let commit = match side {
            Side::Files => side::head(self.root),
            Side::Tree { commit, .. } => Some(commit.to_string()),
            Side::None => None,
        };
        if commit.is_some() && commit != state.synced_commit {
            state.synced_commit = commit;
            self.ledger.set_remote_state(self.remote, &state)?;
        }
        Ok(())
    }

    pub(super) fn log(
        &mut self,
        ticket: &str,
        source: Source,
        what: &str,
    ) -> Result<(), SyncError> {
        let actor = self.ledger.remote_state(self.remote)?.viewer;
        self.ledger.append(&Act {
            at: self.now(),
            actor: match source {
                Source::Forge => String::new(),
                _ => actor,
            },
            source,
            ticket: ticket.to_owned(),
            what: what.to_owned(),
        })?;
        Ok(())
    }

    pub(super) fn nonce(&self) -> String {
        format!("{:016x}", self.env.rng().u64(..))
    }
}

/// What the local side of a round is.
#[derive(Clone, Debug)]
pub(super) enum Side {
    /// The files of the checkout, which are written to as well.
    Files,
    /// The synced branch's tree, and what it was when the last round saw it.
    Tree { commit: ObjectId, synced: ObjectId },
    /// Nothing: only the copy is brought up to date.
    None,
}

fn conflicts(ops: &[Op]) -> Vec<Conflict> {
    let all = ops.iter().filter_map(|it| match it {
        Op::Conflict(it) => Some(it.clone()),
        _ => None,
    });
    all.collect()
}

pub(super) fn title_of(file: &TicketFile) -> String {
    let title = &file.parsed.ticket.title;
    title
        .as_ref()
        .map(|it| it.value.clone())
        .unwrap_or_default()
}
