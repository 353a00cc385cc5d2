//! One round of sync, from the lease to the last answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use docket_core::config::Config;
use docket_core::config::sync::Which;
use docket_core::edit::{Change, FileCreate, FileEdit, TextEdit};
use docket_core::ide::actions::Source as _;
use docket_core::ids;
use docket_core::sync::fields::{self, Links};
use docket_core::sync::payload::Payload;
use docket_core::sync::plan::{self, Input, Op};
use docket_core::sync::{Agreed, Base, Conflict, Field, Fields, Issue, Value, edit, write};
use docket_core::ticket::draft::Draft;
use docket_core::ticket::field;
use docket_forge::{ErrorKind, Forge};
use docket_store::ledger::{Act, Held, Ledger, RemoteId, Source, State};
use gix::ObjectId;
use jiff::{SignedDuration, Timestamp};

use super::fetch::Fetched;
use super::files::Files;
use super::local::{TicketFile, Tickets};
use super::report::{Created, Left, Moved, Report, line, reason};
use super::side::{self, Standing};
use crate::env::Env;
use crate::source::ProjectSource;

/// How long a lease holds without being renewed: longer than any one request takes.
const LEASE: SignedDuration = SignedDuration::from_secs(120);
/// Issues that tickets name and the copy lacks, which are asked for one by one in a round.
const MAX_LOOKUPS: usize = 20;
/// Tickets made from issues in one change.
const MAX_IMPORTS: usize = 500;

/// What a round is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The plan alone: nothing is written to tickets, nothing is sent.
    Plan,
    /// What has changed.
    Changes,
    /// All issues asked for again.
    Full,
    /// The copy alone, and nothing of it in tickets.
    Copy,
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
    pub requests: usize,
}

/// One round. What it did is in the report; the ledger holds what it left.
///
/// # Errors
///
/// See [`SyncError`]. What was done before it stays done.
pub async fn run<F: Forge, W: Files>(mut round: Round<'_, F, W>) -> Result<Report, SyncError> {
    round.renew_lease()?;
    let done = round.all().await;
    round.ledger.release_lease(round.remote, &round.holder)?;
    done?;
    round.report.outbox = round.ledger.counts(round.remote)?;
    round.report.sent = round.requests;
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

    async fn all(&mut self) -> Result<(), SyncError> {
        (self.step)("took the lease")?;
        let fetched = self.fetch().await?;
        let online = match fetched {
            Fetched::Whole => true,
            Fetched::Offline(why) => {
                self.report.offline = Some(why);
                false
            }
        };
        if self.wanted == Wanted::Copy {
            return Ok(());
        }
        let acts = self.wanted != Wanted::Plan;
        if online && acts {
            self.recover().await?;
        }
        let side = self.side();
        let unsaved = self.files.unsaved().await;
        let checkout = Tickets::of_checkout(self.root, self.config, &unsaved);
        if online {
            self.look_up(&checkout).await?;
        }
        if acts {
            self.name_created(&checkout).await?;
        }
        let mut tickets = match &side {
            Side::Files => Tickets::of_checkout(self.root, self.config, &unsaved),
            Side::Tree { commit, .. } => Tickets::of_commit(self.root, self.config, *commit),
            Side::None => Tickets::default(),
        };
        let mut ops = self.plan(&tickets, &side)?;
        if !acts {
            self.tell_plan(&tickets, &ops);
            return Ok(());
        }
        if matches!(side, Side::Files) && self.pull(&tickets, &ops).await? {
            // What was pulled is equal now, and settles; what was merged is to be sent.
            let unsaved = self.files.unsaved().await;
            tickets = Tickets::of_checkout(self.root, self.config, &unsaved);
            ops = self.plan(&tickets, &side)?;
        }
        self.settle(&ops)?;
        (self.step)("settled")?;
        self.queue(&tickets, &ops)?;
        self.queue_creates(&checkout)?;
        (self.step)("queued")?;
        if online {
            self.send().await?;
            // Whatever lost its answer is looked up once, so that a lone round ends in certainty.
            self.recover().await?;
            self.send().await?;
            let unsaved = self.files.unsaved().await;
            let checkout = Tickets::of_checkout(self.root, self.config, &unsaved);
            self.name_created(&checkout).await?;
        }
        self.remember(&side)
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
    fn plan(&mut self, tickets: &Tickets, side: &Side) -> Result<Vec<Op>, SyncError> {
        let issues = self.ledger.issues(self.remote)?;
        let issues: BTreeMap<u64, Arc<Issue>> = issues
            .into_iter()
            .map(|it| (it.number, Arc::new(it)))
            .collect();
        let mut bases: BTreeMap<u64, Base> = BTreeMap::new();
        for ((_, issue), base) in self.ledger.bases(self.remote)? {
            bases.entry(issue).or_default().extend(base);
        }
        let ops = plan::plan(Input {
            config: self.config,
            locals: &tickets.locals(self.config),
            links: &tickets.links,
            issues: &issues,
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
            let agreed = bases
                .get(issue)
                .and_then(|it| it.get(field))
                .map(|it| &it.value);
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
        let issues = self.ledger.issues(self.remote).unwrap_or_default();
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
                    let title = tickets.get(ticket).map(|it| title_of(it));
                    self.report.created.push(Created {
                        ticket: ticket.clone(),
                        issue: None,
                        title: title.unwrap_or_default(),
                    });
                }
                Op::Import { issue } => {
                    let title = issues.iter().find(|it| it.number == *issue);
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

    fn moved(
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

    /// Puts into ticket files what the forge has; says whether any was changed.
    async fn pull(&mut self, tickets: &Tickets, ops: &[Op]) -> Result<bool, SyncError> {
        let mut pulls: BTreeMap<&str, Vec<(Field, &Value, u64)>> = BTreeMap::new();
        for op in ops {
            if let Op::Pull {
                ticket,
                issue,
                field,
                value,
            } = op
            {
                pulls
                    .entry(ticket)
                    .or_default()
                    .push((*field, value, *issue));
            }
        }
        let mut any = false;
        for (id, pulls) in pulls {
            let Some(file) = tickets.get(id) else {
                continue;
            };
            let mut text = file.text.clone();
            let mut moved = Vec::new();
            for (field, value, issue) in pulls {
                match edit::apply(&text, field, value, self.config, &tickets.links) {
                    Ok(new) => {
                        moved.push(self.moved(tickets, id, issue, field, value));
                        text = new;
                    }
                    Err(refusal) => self.report.troubles.push(format!(
                        "{id}: `{field}` of #{issue} could not be written into the ticket: {refusal}"
                    )),
                }
            }
            let edits: Vec<TextEdit> = TextEdit::between(&file.text, &text).into_iter().collect();
            if edits.is_empty() {
                continue;
            }
            let change = Change {
                edits: vec![FileEdit {
                    path: file.path.clone(),
                    expected: file.hash,
                    edits,
                }],
                ..Change::default()
            };
            (self.step)("before a pull")?;
            match self
                .files
                .apply(&format!("docket: {id} from GitHub"), change)
                .await
            {
                Ok(()) => {
                    any = true;
                    (self.step)("pulled")?;
                    for it in &moved {
                        let what = line(it.field, &it.from, &it.to);
                        self.log(id, Source::Forge, &what)?;
                    }
                    self.report.pulled.extend(moved);
                }
                Err(error) => self.report.troubles.push(format!("{id}: {error}")),
            }
        }
        any |= self.import(tickets, ops).await?;
        Ok(any)
    }

    /// Makes tickets for issues.
    async fn import(&mut self, tickets: &Tickets, ops: &[Op]) -> Result<bool, SyncError> {
        let numbers = ops.iter().filter_map(|it| match it {
            Op::Import { issue } => Some(*issue),
            _ => None,
        });
        let numbers: Vec<u64> = numbers.take(MAX_IMPORTS).collect();
        if numbers.is_empty() {
            return Ok(false);
        }
        let mut source = ProjectSource::new(self.root, self.env);
        let mut taken: BTreeSet<ids::TicketId> = tickets
            .files
            .iter()
            .map(|it| ids::TicketId::new(&it.id))
            .collect();
        let mut creates = Vec::new();
        let mut made = Vec::new();
        for number in numbers {
            let Some(issue) = self.ledger.issue(self.remote, number)? else {
                continue;
            };
            let id = {
                // Both closures of a draw need the source, which is one.
                let source = std::cell::RefCell::new(&mut source);
                ids::draw(
                    &self.config.prefix,
                    tickets.files.len() + creates.len(),
                    |n| source.borrow_mut().below(n),
                    |id| taken.contains(id) || source.borrow_mut().is_taken(id.as_str()),
                )
            };
            taken.insert(ids::TicketId::new(&id));
            match ticket_of(&id, &issue, self.config, &tickets.links, self.env) {
                Ok(create) => {
                    creates.push(create);
                    made.push(Created {
                        ticket: id,
                        issue: Some(number),
                        title: issue.title,
                    });
                }
                Err(refusal) => {
                    let trouble = format!("#{number} could not be made a ticket: {refusal}");
                    self.report.troubles.push(trouble);
                }
            }
        }
        let change = Change {
            creates,
            ..Change::default()
        };
        (self.step)("before an import")?;
        match self
            .files
            .apply("docket: tickets from GitHub", change)
            .await
        {
            Ok(()) => {
                for it in &made {
                    let number = it.issue.unwrap_or_default();
                    self.log(&it.ticket, Source::Forge, &format!("made from #{number}"))?;
                }
                self.report.imported = made;
                Ok(true)
            }
            Err(error) => {
                self.report.troubles.push(error);
                Ok(false)
            }
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
        for ((ticket, issue), fields) in settled {
            self.ledger.settle(self.remote, ticket, issue, &fields)?;
        }
        if matches!(self.wanted, Wanted::Changes | Wanted::Full) {
            self.ledger.set_conflicts(self.remote, &conflicts(ops))?;
        }
        self.tell_left(ops);
        Ok(())
    }

    /// Puts planned writes into the outbox in the place of those planned before.
    fn queue(&mut self, tickets: &Tickets, ops: &[Op]) -> Result<(), SyncError> {
        let mut planned: BTreeMap<
            (String, u64),
            (Vec<docket_core::sync::RemoteWrite>, Fields, Fields),
        > = BTreeMap::new();
        for op in ops {
            let Op::Push {
                ticket,
                issue,
                field,
                value,
                before,
            } = op
            else {
                continue;
            };
            let Some(copy) = self.ledger.issue(self.remote, *issue)? else {
                continue;
            };
            let (writes, wanted, was) = planned.entry((ticket.clone(), *issue)).or_default();
            writes.extend(write::writes(*field, value, &copy, self.config));
            if *field == Field::DependsOn {
                writes.extend(write::unblocked(before, value));
            }
            wanted.0.insert(*field, value.clone());
            was.0.insert(*field, before.clone());
            self.report.pushed.push(Moved {
                ticket: ticket.clone(),
                issue: *issue,
                field: *field,
                from: before.clone(),
                to: value.clone(),
            });
        }
        let left: BTreeSet<&str> = ops
            .iter()
            .filter_map(|it| match it {
                Op::Leave { ticket, .. } => Some(ticket.as_str()),
                _ => None,
            })
            .collect();
        let now = self.now();
        for row in self.ledger.outbox(self.remote)? {
            let key = (row.ticket.clone(), row.issue.unwrap_or_default());
            let is_open = matches!(row.state, State::Waiting | State::Refused);
            let Ok(Payload::Write { writes, .. }) = serde_json::from_str(&row.payload) else {
                continue;
            };
            if !is_open || left.contains(&*key.0) || tickets.get(&key.0).is_none() {
                continue;
            }
            match planned.get(&key) {
                // It waits for its time, or for a person: the same again would be no better.
                Some((now_writes, _, _)) if *now_writes == writes => {
                    planned.remove(&key);
                }
                _ => self.ledger.forget(row.id)?,
            }
        }
        for ((ticket, issue), (writes, wanted, before)) in planned {
            let payload = Payload::Write {
                writes,
                wanted,
                before,
            };
            let marker = self.nonce();
            let payload = to_json(&payload);
            self.ledger
                .enqueue(self.remote, &ticket, Some(issue), &payload, &marker, now)?;
        }
        for op in ops {
            if let Op::Create { ticket } = op
                && let Some(file) = tickets.get(ticket)
            {
                self.queue_create(file, &tickets.links)?;
            }
        }
        Ok(())
    }

    /// Puts the issues that were asked for into the outbox, whatever the branch.
    fn queue_creates(&mut self, checkout: &Tickets) -> Result<(), SyncError> {
        for id in self.create {
            match checkout.get(id) {
                Some(file) if file.issue().is_none() => self.queue_create(file, &checkout.links)?,
                Some(_) => {}
                None => self
                    .report
                    .troubles
                    .push(format!("there is no ticket {id}")),
            }
        }
        Ok(())
    }

    fn queue_create(&mut self, file: &TicketFile, links: &Links) -> Result<(), SyncError> {
        let wanted = file.fields(self.config, links);
        let marker = fields::marker(&file.id, &self.nonce());
        let rows = self.ledger.outbox(self.remote)?;
        let is_asked = |it: &docket_store::ledger::Row| {
            it.issue.is_none() && ids::TicketId::new(&it.ticket) == ids::TicketId::new(&file.id)
        };
        // One that was made and is not in the file yet has its number already.
        let is_made =
            |it: &docket_store::ledger::Row| it.state == State::Sent && it.ticket == file.id;
        let mut title = title_of(file);
        match rows.iter().find(|it| is_asked(it) || is_made(it)) {
            Some(row) if row.state == State::Refused => {
                // The ticket may have been mended since.
                let payload = to_json(&Payload::Create { wanted });
                if payload != row.payload {
                    self.ledger.edit_row(row.id, &payload, self.now())?;
                }
            }
            Some(row) if row.state == State::Waiting => {
                let payload = to_json(&Payload::Create { wanted });
                if payload != row.payload {
                    self.ledger.edit_row(row.id, &payload, self.now())?;
                }
            }
            Some(_) => {}
            None => {
                let payload = to_json(&Payload::Create { wanted });
                let now = self.now();
                self.ledger
                    .enqueue(self.remote, &file.id, None, &payload, &marker, now)?;
            }
        }
        self.report.created.push(Created {
            ticket: file.id.clone(),
            issue: None,
            title: std::mem::take(&mut title),
        });
        Ok(())
    }

    /// Writes the numbers of issues that were made into their tickets, and lets those rows go.
    async fn name_created(&mut self, checkout: &Tickets) -> Result<(), SyncError> {
        for row in self.ledger.outbox(self.remote)? {
            let (State::Sent, Some(number)) = (row.state, row.issue) else {
                continue;
            };
            for it in &mut self.report.created {
                if it.ticket == row.ticket {
                    it.issue = Some(number);
                }
            }
            // A ticket that is not in this checkout is on another branch, or gone.
            let Some(file) = checkout.get(&row.ticket) else {
                continue;
            };
            match file.issue() {
                Some(named) => {
                    if named != number {
                        self.report.troubles.push(format!(
                            "{}: #{number} was made for it, and its file says #{named}",
                            file.id
                        ));
                    }
                    self.ledger.forget(row.id)?;
                    continue;
                }
                None if file.waits => continue,
                None => {}
            }
            let value = field::Value::Issue(number);
            let edits = match docket_core::ticket::edit::set(&file.text, "github", &value) {
                Ok(edits) => edits,
                Err(refusal) => {
                    let trouble =
                        format!("{}: `github: {number}` is to be put in: {refusal}", file.id);
                    self.report.troubles.push(trouble);
                    continue;
                }
            };
            let change = Change {
                edits: vec![FileEdit {
                    path: file.path.clone(),
                    expected: file.hash,
                    edits,
                }],
                ..Change::default()
            };
            (self.step)("before a number is written")?;
            match self
                .files
                .apply(&format!("docket: {} is #{number}", file.id), change)
                .await
            {
                // The row goes when the file is seen to have it: until then it is what is known.
                Ok(()) => {
                    (self.step)("a number is written")?;
                    self.log(&file.id, Source::Forge, &format!("github: {number}"))?;
                }
                Err(error) => self.report.troubles.push(format!("{}: {error}", file.id)),
            }
        }
        Ok(())
    }

    /// Asks for issues that tickets name and the copy does not have.
    async fn look_up(&mut self, tickets: &Tickets) -> Result<(), SyncError> {
        let absent = self.ledger.absent(self.remote)?;
        let mut lookups = Vec::new();
        for number in tickets.files.iter().filter_map(TicketFile::issue) {
            if self.wanted != Wanted::Full && absent.contains_key(&number) {
                continue;
            }
            if self.ledger.issue(self.remote, number)?.is_none() {
                lookups.push(number);
            }
        }
        for number in lookups.into_iter().take(MAX_LOOKUPS) {
            self.requests += 1;
            match self.forge.issue(number).await {
                Ok(mut issue) => {
                    if issue.relations.is_none() {
                        self.requests += 1;
                        let asked = self.forge.relations(&BTreeSet::from([number])).await;
                        issue.relations = match asked {
                            Ok(Some(found)) => found.into_iter().next().map(|it| it.1),
                            _ => None,
                        };
                    }
                    self.ledger.put_issues(self.remote, &[issue])?;
                }
                Err(error) => match error.kind {
                    ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::Moved => {
                        self.ledger
                            .set_absent(self.remote, number, &error.message)?;
                    }
                    _ => {
                        self.failed(&error)?;
                        return Ok(());
                    }
                },
            }
        }
        Ok(())
    }

    /// Those of `numbers` that tickets name, or that will be tickets; and issues that tickets name
    /// since a moment ago.
    pub(super) fn of_interest(&mut self, numbers: &[u64]) -> Result<BTreeSet<u64>, SyncError> {
        let tickets = Tickets::of_checkout(self.root, self.config, &BTreeSet::new());
        let linked: BTreeSet<u64> = tickets.files.iter().filter_map(TicketFile::issue).collect();
        let which = Which::parse(&self.config.sync.issues).unwrap_or(Which::Linked);
        let based: BTreeSet<u64> = self
            .ledger
            .bases(self.remote)?
            .into_keys()
            .map(|it| it.1)
            .collect();
        let mut wanted = BTreeSet::new();
        for number in numbers {
            let issue = self.ledger.issue(self.remote, *number)?;
            let is_meant = issue.is_some_and(|it| which.holds(&it) && !it.is_pull_request);
            if linked.contains(number) || based.contains(number) || is_meant {
                wanted.insert(*number);
            }
        }
        for number in linked.difference(&based) {
            let issue = self.ledger.issue(self.remote, *number)?;
            if issue.is_some_and(|it| it.relations.is_none() && !it.is_pull_request) {
                wanted.insert(*number);
            }
        }
        Ok(wanted)
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

    fn nonce(&self) -> String {
        format!("{:016x}", self.env.rng().u64(..))
    }
}

/// What the local side of a round is.
#[derive(Clone, Debug)]
enum Side {
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

fn title_of(file: &TicketFile) -> String {
    let title = &file.parsed.ticket.title;
    title
        .as_ref()
        .map(|it| it.value.clone())
        .unwrap_or_default()
}

/// docket's own types, whose maps have text keys: writing them cannot fail.
pub(super) fn to_json(payload: &Payload) -> String {
    serde_json::to_string(payload).unwrap_or_default()
}

/// The file of a ticket that says what an issue says.
fn ticket_of(
    id: &str,
    issue: &Issue,
    config: &Config,
    links: &Links,
    env: &Env,
) -> Result<FileCreate, docket_core::ticket::edit::Refusal> {
    let zone = env.now().time_zone().clone();
    let draft = Draft {
        id,
        title: &issue.title,
        fields: vec![
            ("github", field::Value::Issue(issue.number)),
            (
                "created",
                field::Value::Date(issue.created_at.to_zoned(zone).date()),
            ),
        ],
        body: "",
        origin: None,
    };
    let mut text = draft.text();
    for (field, value) in &fields::of_issue(issue, config, links).0 {
        let is_default =
            *field == Field::Status && *value == Value::text(&*config.default_status().name);
        if !value.is_empty() && !is_default && *field != Field::Title {
            text = edit::apply(&text, *field, value, config, links)?;
        }
    }
    Ok(FileCreate {
        path: format!(".docs/tickets/{}", draft.file_name()),
        text,
    })
}
