//! Plans put into the outbox.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::ids::TicketId;
use docket_core::sync::fields::{self, Links};
use docket_core::sync::payload::Payload;
use docket_core::sync::plan::Op;
use docket_core::sync::{Field, Fields, RemoteWrite, Value, write};
use docket_forge::Forge;
use docket_store::ledger::{Row, State};
use jiff::SignedDuration;

use super::files::Files;
use super::local::{TicketFile, Tickets};
use super::report::{Created, Moved};
use super::round::{Round, SyncError, title_of};
use crate::branches;

/// How long a new ticket may be in an editor before it is saved.
const UNSAVED: SignedDuration = SignedDuration::from_hours(1);

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Puts planned writes into the outbox in the place of those planned before.
    pub(super) fn queue(&mut self, tickets: &Tickets, ops: &[Op]) -> Result<(), SyncError> {
        let mut planned: BTreeMap<(String, u64), (Vec<RemoteWrite>, Fields, Fields)> =
            BTreeMap::new();
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
            let Some(copy) = self.issues.get(issue) else {
                continue;
            };
            let (writes, wanted, was) = planned.entry((ticket.clone(), *issue)).or_default();
            writes.extend(write::writes(*field, value, copy, self.config));
            if *field == Field::DependsOn {
                writes.extend(write::unblocked(before, value));
            }
            wanted.0.insert(*field, value.clone());
            was.0.insert(*field, before.clone());
        }
        let left: BTreeSet<&str> = ops
            .iter()
            .filter_map(|it| match it {
                Op::Leave { ticket, .. } => Some(ticket.as_str()),
                _ => None,
            })
            .collect();
        let now = self.now();
        let rows = self.ledger.outbox(self.remote)?;
        for row in &rows {
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
            for (field, value) in &wanted.0 {
                self.report.pushed.push(Moved {
                    ticket: ticket.clone(),
                    issue,
                    field: *field,
                    from: before.0.get(field).cloned().unwrap_or(Value::text("")),
                    to: value.clone(),
                });
            }
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
        let asked = Asked::new(&rows);
        for op in ops {
            if let Op::Create { ticket } = op
                && let Some(file) = tickets.get(ticket)
            {
                self.queue_create(file, &tickets.links, &asked)?;
            }
        }
        Ok(())
    }

    /// Puts the issues that were asked for into the outbox, whatever the branch.
    pub(super) fn queue_creates(&mut self) -> Result<(), SyncError> {
        let checkout = self.checkout.clone();
        let rows = self.ledger.outbox(self.remote)?;
        self.hold_undone(&rows)?;
        let asked = Asked::new(&rows);
        for id in self.create {
            match checkout.get(id) {
                Some(file) if file.issue().is_none() => {
                    self.queue_create(file, &checkout.links, &asked)?;
                }
                Some(_) => {}
                None => self
                    .report
                    .troubles
                    .push(format!("there is no ticket {id}")),
            }
        }
        Ok(())
    }

    /// Holds back the issues of tickets that are not there, neither here nor on a branch: an editor
    /// may have yet to save the file, or the ticket was made together with its issue, and undone.
    fn hold_undone(&mut self, rows: &[Row]) -> Result<(), SyncError> {
        let makes = |it: &&Row| it.issue.is_none() && it.attempts == 0;
        let waits = |it: &&Row| it.state == State::Waiting;
        let mut known = None;
        for row in rows.iter().filter(makes).filter(waits) {
            if self.checkout.get(&row.ticket).is_some() {
                continue;
            }
            let known = known.get_or_insert_with(|| branches::known_ids(self.root));
            if known.contains(&TicketId::new(&row.ticket)) {
                continue;
            }
            self.held.insert(row.id);
            if row.created_at.duration_until(self.now()) > UNSAVED {
                self.ledger.forget(row.id)?;
                self.report.troubles.push(format!(
                    "no issue is made for {}: the ticket is gone, here and on every branch",
                    row.ticket
                ));
            }
        }
        Ok(())
    }

    fn queue_create(
        &mut self,
        file: &TicketFile,
        links: &Links,
        asked: &Asked<'_>,
    ) -> Result<(), SyncError> {
        let wanted = file.fields(self.config, links);
        let payload = to_json(&Payload::Create { wanted });
        let now = self.now();
        match asked.0.get(&TicketId::new(&file.id)) {
            // The ticket may have been edited since.
            Some(row) if matches!(row.state, State::Waiting | State::Refused) => {
                if payload != row.payload {
                    self.ledger.edit_row(row.id, &payload, now)?;
                }
            }
            // Under way, or made, and the file is yet to name it.
            Some(_) => {}
            None => {
                let marker = fields::marker(&file.id, &self.nonce());
                self.ledger
                    .enqueue(self.remote, &file.id, None, &payload, &marker, now)?;
            }
        }
        self.report.created.push(Created {
            ticket: file.id.clone(),
            issue: None,
            title: title_of(file),
        });
        Ok(())
    }
}

/// The rows that make an issue, or have made one that its ticket does not name yet, by ticket.
struct Asked<'a>(BTreeMap<TicketId, &'a Row>);

impl<'a> Asked<'a> {
    fn new(rows: &'a [Row]) -> Self {
        let makes = |it: &&Row| it.issue.is_none() || it.state == State::Sent;
        let makes = rows.iter().filter(makes);
        Self(makes.map(|it| (TicketId::new(&it.ticket), it)).collect())
    }
}

/// docket's own types, whose maps have text keys: writing them cannot fail.
pub(super) fn to_json(payload: &Payload) -> String {
    serde_json::to_string(payload).unwrap_or_default()
}
