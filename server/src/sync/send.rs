//! The outbox sent: each row once, in order, and settled by its answer.

use std::sync::Arc;

use docket_core::sync::fields::{self, Links};
use docket_core::sync::payload::Payload;
use docket_core::sync::{Agreed, Field, Fields, Issue, Relations, RemoteWrite, project, write};
use docket_forge::{Error, ErrorKind, Forge, NewIssue};
use docket_store::ledger::{Act, Row, Source, State};
use jiff::SignedDuration;

use super::files::Files;
use super::report::{Created, line};
use super::round::{Round, SyncError};

/// The first wait after a failure; each further one is twice as long, with chance added.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(3600);
/// A creation is looked for from some time before its row was written: clocks differ.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(900);

/// How long a request whose answer was lost may still be under way.
const DOUBT: SignedDuration = SignedDuration::from_secs(60);

/// Whether more rows may be sent in this round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    On,
    Stop,
}

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Sends what is due.
    pub(super) async fn send(&mut self) -> Result<(), SyncError> {
        let tickets = self.checkout.clone();
        let links = &tickets.links;
        loop {
            let mut rows = self.ledger.due(self.remote, self.now())?;
            rows.retain(|it| !self.held.contains(&it.id));
            if rows.is_empty() {
                return Ok(());
            }
            for (idx, row) in rows.iter().enumerate() {
                self.renew_lease()?;
                (self.progress)(&format!("sending {} of {}", idx + 1, rows.len()));
                (self.step)("before a row is begun")?;
                if !self.ledger.begin(row.id, self.now() + DOUBT)? {
                    continue;
                }
                (self.step)("a row is begun")?;
                if self.send_row(row, links).await? == Then::Stop {
                    return Ok(());
                }
                (self.step)("a row is settled")?;
            }
        }
    }

    async fn send_row(&mut self, row: &Row, links: &Links) -> Result<Then, SyncError> {
        let payload: Payload = match serde_json::from_str(&row.payload) {
            Ok(it) => it,
            Err(error) => {
                // A newer docket's: not to be sent, and not to be lost.
                self.ledger
                    .refuse(row.id, &format!("it cannot be read: {error}"))?;
                return Ok(Then::On);
            }
        };
        match (payload, row.issue) {
            (Payload::Create { wanted }, _) => {
                let new = new_issue(&wanted, &row.marker, self.config);
                match self.forge.create(&new).await {
                    Ok(issue) => {
                        (self.step)("an issue is made")?;
                        self.take_created(row, issue.clone(), links)?;
                        self.queue_options(&row.ticket, &issue, &wanted)?;
                        Ok(Then::On)
                    }
                    Err(error) => self.take_error(row, &error),
                }
            }
            (
                Payload::Write {
                    writes,
                    wanted,
                    before,
                },
                Some(number),
            ) => match self.forge.write(number, &writes).await {
                Ok(answer) => {
                    (self.step)("a write is answered")?;
                    self.take_written(
                        row,
                        number,
                        &writes,
                        answer,
                        Some((&wanted, &before)),
                        links,
                    )
                    .await
                }
                Err(error) => self.take_error(row, &error),
            },
            (Payload::Ask { writes }, Some(number)) => {
                match self.forge.write(number, &writes).await {
                    Ok(answer) => {
                        self.take_written(row, number, &writes, answer, None, links)
                            .await
                    }
                    Err(error) => self.take_error(row, &error),
                }
            }
            (Payload::Comment { body }, Some(number)) => {
                let body = format!("{body}\n\n{}", row.marker);
                match self.forge.comment(number, &body).await {
                    Ok(_) => {
                        (self.step)("a comment is made")?;
                        self.succeed(row, number, None, &[], "commented")?;
                        Ok(Then::On)
                    }
                    Err(error) => self.take_error(row, &error),
                }
            }
            (_, None) => {
                self.ledger.refuse(row.id, "it names no issue")?;
                Ok(Then::On)
            }
        }
    }

    fn take_created(
        &mut self,
        row: &Row,
        mut issue: Issue,
        links: &Links,
    ) -> Result<(), SyncError> {
        // It was made a moment ago, without relations.
        issue.relations.get_or_insert_with(Relations::default);
        let says = fields::of_issue(&issue, self.config, links);
        let agreed: Vec<(Field, Agreed)> = says
            .0
            .into_iter()
            .map(|(field, value)| (field, Agreed::on(value)))
            .collect();
        let number = issue.number;
        // Asked for in this round, or in one before it that could not send.
        let created = &mut self.report.created;
        match created.iter_mut().find(|it| it.ticket == row.ticket) {
            Some(it) => it.issue = Some(number),
            None => created.push(Created {
                ticket: row.ticket.clone(),
                issue: Some(number),
                title: issue.title.clone(),
            }),
        }
        self.succeed(
            row,
            number,
            Some(&issue),
            &agreed,
            &format!("made #{number}"),
        )
    }

    async fn take_written(
        &mut self,
        row: &Row,
        number: u64,
        writes: &[RemoteWrite],
        answer: Option<Issue>,
        fields: Option<(&Fields, &Fields)>,
        links: &Links,
    ) -> Result<Then, SyncError> {
        let is_of_project = |it: &RemoteWrite| matches!(it, RemoteWrite::Project(_));
        let known = self.issues.get(&number);
        let answer = match (answer, known) {
            (Some(it), _) => Ok(it),
            // Nothing of the issue itself was written.
            (None, Some(known)) if writes.iter().all(is_of_project) => Ok((**known).clone()),
            (None, _) => self.forge.issue(number).await,
        };
        let mut issue = match answer {
            Ok(it) => it,
            // It was carried out; doing so again later changes nothing.
            Err(error) => return self.take_error(row, &error),
        };
        if issue.relations.is_none() {
            let known = self.issues.get(&number);
            issue.relations = known.and_then(|it| it.relations.clone());
        }
        if let Some(relations) = &mut issue.relations {
            relate(relations, writes);
        }
        if issue.project.is_none() {
            let known = self.issues.get(&number);
            issue.project = known.and_then(|it| it.project.clone());
        }
        for write in writes {
            if let RemoteWrite::Project(it) = write {
                project::carry_out(&mut issue.project, it);
            }
        }
        let mut agreed = Vec::new();
        let mut lines = Vec::new();
        if let Some((wanted, before)) = fields {
            let after = fields::of_issue(&issue, self.config, links);
            for (field, wanted) in &wanted.0 {
                let (Some(before), Some(after)) = (before.0.get(field), after.0.get(field)) else {
                    continue;
                };
                let now = write::agreed(wanted, before, after);
                if !now.untaken.is_empty() {
                    let items: Vec<&str> = now.untaken.iter().map(String::as_str).collect();
                    self.report.troubles.push(format!(
                        "{}: GitHub does not take `{field}` {}; it stays in the ticket and is not sent again",
                        row.ticket,
                        items.join(", ")
                    ));
                }
                agreed.push((*field, now));
                lines.push(line(*field, before, wanted));
            }
        } else {
            lines.push(
                Payload::Ask {
                    writes: writes.to_vec(),
                }
                .summary(),
            );
        }
        self.succeed(row, number, Some(&issue), &agreed, &lines.join("; "))?;
        Ok(Then::On)
    }

    fn succeed(
        &mut self,
        row: &Row,
        number: u64,
        issue: Option<&Issue>,
        agreed: &[(Field, Agreed)],
        what: &str,
    ) -> Result<(), SyncError> {
        let act = Act {
            at: self.now(),
            actor: self.ledger.remote_state(self.remote)?.viewer,
            source: Source::Command,
            ticket: row.ticket.clone(),
            what: format!("sent to #{number}: {what}"),
        };
        self.ledger
            .succeed(self.remote, row, number, issue, agreed, &act)?;
        let issue = issue.map(|it| (number, Arc::new(it.clone())));
        self.issues.extend(issue);
        Ok(())
    }

    /// What becomes of a row that failed.
    fn take_error(&mut self, row: &Row, error: &Error) -> Result<Then, SyncError> {
        let makes = matches!(
            serde_json::from_str(&row.payload),
            Ok(Payload::Create { .. } | Payload::Comment { .. })
        );
        let now = self.now();
        match error.kind {
            // It stays as being sent, until it was looked up.
            _ if error.may_have_acted() && makes => {
                self.ledger.doubt(row.id, now + DOUBT, &error.message)?;
                Ok(Then::On)
            }
            ErrorKind::Unknown | ErrorKind::Unavailable => {
                let next = now + self.wait(row.attempts + 1);
                self.ledger
                    .retry_later(row.id, next, Some(&error.message))?;
                self.report.offline = Some(error.message.clone());
                Ok(Then::Stop)
            }
            ErrorKind::Limited { until } => {
                self.ledger
                    .retry_later(row.id, until, Some(&error.message))?;
                self.wait_until(until)?;
                Ok(Then::Stop)
            }
            ErrorKind::Slow { wait } => {
                let wait = SignedDuration::try_from(wait).unwrap_or(LONGEST_WAIT);
                self.ledger
                    .retry_later(row.id, now + wait, Some(&error.message))?;
                self.wait_until(now + wait)?;
                Ok(Then::Stop)
            }
            ErrorKind::Auth => {
                self.ledger.retry_later(row.id, now, Some(&error.message))?;
                Err(SyncError::Forge(error.message.clone()))
            }
            ErrorKind::NotFound | ErrorKind::Gone | ErrorKind::Moved => {
                if let Some(number) = row.issue {
                    self.ledger
                        .set_absent(self.remote, number, &error.message)?;
                    self.issues.remove(&number);
                }
                self.refuse(row, error)
            }
            ErrorKind::Forbidden | ErrorKind::Invalid => self.refuse(row, error),
        }
    }

    fn refuse(&mut self, row: &Row, error: &Error) -> Result<Then, SyncError> {
        self.ledger.refuse(row.id, &error.message)?;
        self.report
            .troubles
            .push(format!("{}: {}", row.ticket, error.message));
        Ok(Then::On)
    }

    /// How long a row waits after its nth failure.
    fn wait(&self, attempts: u32) -> SignedDuration {
        let doubled = FIRST_WAIT * 2_i32.pow(attempts.clamp(1, 12) - 1);
        let wait = doubled.min(LONGEST_WAIT);
        wait + SignedDuration::from_millis(
            self.env
                .rng()
                .i64(0..1_000.max(wait.as_millis() as i64 / 2)),
        )
    }

    /// Looks up what became of rows whose answer was lost, or whose process died.
    pub(super) async fn recover(&mut self) -> Result<(), SyncError> {
        let rows = self.ledger.interrupted(self.remote)?;
        if rows.is_empty() {
            return Ok(());
        }
        let tickets = self.checkout.clone();
        let links = &tickets.links;
        for row in rows {
            debug_assert_eq!(row.state, State::Sending);
            self.renew_lease()?;
            let payload = serde_json::from_str(&row.payload);
            let since = row.created_at - CLOCK_SKEW;
            let now = self.now();
            let failed = match (payload, row.issue) {
                (Ok(Payload::Create { .. }), _) => {
                    match self.forge.find_marked(&row.marker, since).await {
                        Ok(Some(issue)) => {
                            self.take_created(&row, issue, links)?;
                            None
                        }
                        Ok(None) if row.next_try > now => None,
                        Ok(None) => {
                            self.ledger
                                .retry_later(row.id, now, row.last_error.as_deref())?;
                            None
                        }
                        Err(error) => Some(error),
                    }
                }
                (Ok(Payload::Comment { .. }), Some(number)) => {
                    match self.forge.comments(number, Some(since)).await {
                        Ok(comments) if comments.iter().any(|it| it.body.contains(&row.marker)) => {
                            self.succeed(&row, number, None, &[], "commented")?;
                            None
                        }
                        Ok(_) if row.next_try > now => None,
                        Ok(_) => {
                            self.ledger
                                .retry_later(row.id, now, row.last_error.as_deref())?;
                            None
                        }
                        Err(error) if error.is_retryable() => Some(error),
                        Err(error) => {
                            self.refuse(&row, &error)?;
                            None
                        }
                    }
                }
                // Carried out twice it is as carried out once.
                _ => {
                    self.ledger
                        .retry_later(row.id, now, row.last_error.as_deref())?;
                    None
                }
            };
            if let Some(error) = failed {
                self.failed(&error)?;
                return Ok(());
            }
            (self.step)("a row is recovered")?;
        }
        Ok(())
    }
}

fn new_issue(wanted: &Fields, marker: &str, config: &docket_core::config::Config) -> NewIssue {
    let milestone = wanted.text(Field::Milestone);
    NewIssue {
        title: wanted.text(Field::Title).to_owned(),
        body: fields::with_marker(wanted.text(Field::Body), Some(marker)),
        labels: write::labels(wanted, config),
        assignees: wanted.set(Field::Assignees),
        milestone: (!milestone.is_empty()).then(|| milestone.to_owned()),
        kind: None,
    }
}

/// Relations as they are after writes that were carried out.
fn relate(relations: &mut Relations, writes: &[RemoteWrite]) {
    for write in writes {
        match write {
            RemoteWrite::Parent(parent) => relations.parent = *parent,
            RemoteWrite::AddBlockedBy(number) => {
                relations.blocked_by.insert(*number);
            }
            RemoteWrite::RemoveBlockedBy(number) => {
                relations.blocked_by.remove(number);
            }
            _ => {}
        }
    }
}
