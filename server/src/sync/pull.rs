//! What the forge has put into ticket files: values, and numbers of new issues.

use std::collections::BTreeMap;

use docket_core::edit::{Change, FileEdit, TextEdit};
use docket_core::sync::plan::Op;
use docket_core::sync::{Field, Value, edit};
use docket_core::ticket::field;
use docket_forge::Forge;
use docket_store::ledger::{Source, State};

use super::files::Files;
use super::local::Tickets;
use super::report::line;
use super::round::{Round, SyncError};

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
