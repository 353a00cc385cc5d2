//! What the forge has put into ticket files: values, new tickets, numbers of new issues.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::config::Config;
use docket_core::edit::{Change, FileCreate, FileEdit, TextEdit};
use docket_core::ide::actions::Source as _;
use docket_core::ids;
use docket_core::sync::fields::{self, Links};
use docket_core::sync::plan::Op;
use docket_core::sync::{Field, Issue, Value, edit};
use docket_core::ticket::draft::{Body, Draft};
use docket_core::ticket::field;
use docket_forge::Forge;
use docket_store::ledger::{Act, Source, State};

use super::files::Files;
use super::local::Tickets;
use super::report::{Created, line};
use super::round::{Round, SyncError};
use crate::env::Env;
use crate::source::ProjectSource;

/// Tickets made from issues in one change. A round that is broken off between two goes on later.
const IMPORTS_AT_ONCE: usize = 500;

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Puts into ticket files what the forge has; says whether any was changed.
    pub(super) async fn pull(&mut self, tickets: &Tickets, ops: &[Op]) -> Result<bool, SyncError> {
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
    pub(super) async fn import(
        &mut self,
        tickets: &Tickets,
        ops: &[Op],
    ) -> Result<bool, SyncError> {
        let numbers = ops.iter().filter_map(|it| match it {
            Op::Import { issue } => Some(*issue),
            _ => None,
        });
        let numbers: Vec<u64> = numbers.collect();
        let mut source = ProjectSource::new(self.root, self.env);
        let mut taken: BTreeSet<ids::TicketId> = tickets
            .files
            .iter()
            .map(|it| ids::TicketId::new(&it.id))
            .collect();
        let mut n_done = 0;
        for some in numbers.chunks(IMPORTS_AT_ONCE) {
            (self.progress)(&format!(
                "making ticket {} of {}",
                n_done + 1,
                numbers.len()
            ));
            if !self
                .import_some(tickets, some, &mut source, &mut taken)
                .await?
            {
                return Ok(n_done > 0);
            }
            n_done += some.len();
        }
        Ok(n_done > 0)
    }

    async fn import_some(
        &mut self,
        tickets: &Tickets,
        numbers: &[u64],
        source: &mut ProjectSource,
        taken: &mut BTreeSet<ids::TicketId>,
    ) -> Result<bool, SyncError> {
        let mut creates = Vec::new();
        let mut made = Vec::new();
        for &number in numbers {
            let Some(issue) = self.issues.get(&number).cloned() else {
                continue;
            };
            let id = {
                // Both closures of a draw need the source, which is one.
                let source = std::cell::RefCell::new(&mut *source);
                ids::draw(
                    &self.config.prefix,
                    taken.len(),
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
                        title: issue.title.clone(),
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
                let acts: Vec<Act> = made
                    .iter()
                    .map(|it| {
                        let number = it.issue.unwrap_or_default();
                        Act {
                            at: self.now(),
                            actor: String::new(),
                            source: Source::Forge,
                            ticket: it.ticket.clone(),
                            what: format!("made from #{number}"),
                        }
                    })
                    .collect();
                self.ledger.append_all(&acts)?;
                self.report.imported.extend(made);
                Ok(true)
            }
            Err(error) => {
                self.report.troubles.push(error);
                Ok(false)
            }
        }
    }

    /// Writes the numbers of issues that were made into their tickets, and lets those rows go.
    pub(super) async fn name_created(&mut self) -> Result<bool, SyncError> {
        let checkout = self.checkout.clone();
        let mut any = false;
        for row in self.ledger.outbox(self.remote)? {
            let (State::Sent, Some(number)) = (row.state, row.issue) else {
                continue;
            };
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
                    any = true;
                    (self.step)("a number is written")?;
                    self.log(&file.id, Source::Forge, &format!("github: {number}"))?;
                }
                Err(error) => self.report.troubles.push(format!("{}: {error}", file.id)),
            }
        }
        Ok(any)
    }
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
        body: Body::Written(""),
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
