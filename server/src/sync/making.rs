//! Tickets made from issues, many in one change.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use docket_core::config::Config;
use docket_core::edit::{Change, FileCreate};
use docket_core::ide::actions::Source as _;
use docket_core::ids::{self, TicketId};
use docket_core::sync::fields::{self, Links};
use docket_core::sync::plan::Op;
use docket_core::sync::{Agreed, Field, Issue, Relations, Value, edit};
use docket_core::ticket::draft::{Body, Draft};
use docket_core::ticket::field;
use docket_forge::Forge;
use docket_store::ledger::{Act, Source};

use super::files::Files;
use super::local::Tickets;
use super::report::Created;
use super::round::{Round, SyncError};
use crate::env::Env;
use crate::source::ProjectSource;

/// Tickets made from issues in one change. A round that is broken off between two goes on later.
const AT_ONCE: usize = 500;

/// What the tickets of one round are made with.
pub(super) struct Making {
    source: ProjectSource,
    ids: BTreeSet<TicketId>,
    /// Those of the checkout, and of the tickets made so far.
    links: Links,
}

impl Making {
    pub(super) fn new(root: &Path, env: &Env, tickets: &Tickets) -> Self {
        let ids = tickets.files.iter().map(|it| TicketId::new(&it.id));
        Self {
            source: ProjectSource::new(root, env),
            ids: ids.collect(),
            links: tickets.links.clone(),
        }
    }

    fn draw(&mut self, prefix: &str) -> String {
        let (ids, source) = (&self.ids, RefCell::new(&mut self.source));
        let id = ids::draw(
            prefix,
            ids.len(),
            |n| source.borrow_mut().below(n),
            |id| ids.contains(id) || source.borrow_mut().is_taken(id.as_str()),
        );
        self.ids.insert(TicketId::new(&id));
        id
    }
}

impl<F: Forge, W: Files> Round<'_, F, W> {
    /// Makes tickets for issues; says whether any was made.
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
        if numbers.is_empty() {
            return Ok(false);
        }
        let mut making = Making::new(self.root, self.env, tickets);
        let mut n_done = 0;
        for some in numbers.chunks(AT_ONCE) {
            (self.progress)(&format!(
                "making ticket {} of {}",
                n_done + 1,
                numbers.len()
            ));
            if !self.make(&mut making, some).await? {
                return Ok(n_done > 0);
            }
            n_done += some.len();
        }
        Ok(n_done > 0)
    }

    /// Makes tickets for these in one change; what went wrong is in the report.
    pub(super) async fn make(
        &mut self,
        making: &mut Making,
        numbers: &[u64],
    ) -> Result<bool, SyncError> {
        let issues = numbers.iter().filter_map(|it| self.issues.get(it).cloned());
        let mut drawn: Vec<(String, Arc<Issue>)> = issues
            .map(|it| (making.draw(&self.config.prefix), it))
            .collect();
        // They are all there at once, so that one can refer to another.
        let (creates, links) = loop {
            let mut links = making.links.clone();
            drawn.iter().for_each(|it| links.add(&it.0, it.1.number));
            let made = drawn
                .iter()
                .map(|(id, issue)| ticket_of(id, issue, self.config, &links, self.env));
            let made: Vec<_> = made.collect();
            if made.iter().all(Result::is_ok) {
                let creates = made.into_iter().filter_map(Result::ok);
                break (creates.collect::<Vec<_>>(), links);
            }
            // Nothing may refer to one that cannot be made.
            let mut made = made.into_iter();
            drawn.retain(|(_, issue)| match made.next() {
                Some(Err(refusal)) => {
                    let number = issue.number;
                    let trouble = format!("#{number} could not be made a ticket: {refusal}");
                    self.report.troubles.push(trouble);
                    false
                }
                _ => true,
            });
        };
        let change = Change {
            creates,
            ..Change::default()
        };
        (self.step)("before an import")?;
        let applied = self.files.apply("docket: tickets from GitHub", change);
        if let Err(error) = applied.await {
            self.report.troubles.push(error);
            return Ok(false);
        }
        self.agree_without(&drawn, &links)?;
        making.links = links;
        let now = self.now();
        let acts = drawn.iter().map(|(id, issue)| Act {
            at: now,
            actor: String::new(),
            source: Source::Forge,
            ticket: id.clone(),
            what: format!("made from #{}", issue.number),
        });
        self.ledger.append_all(&acts.collect::<Vec<_>>())?;
        let made = drawn.into_iter().map(|(id, issue)| Created {
            ticket: id,
            issue: Some(issue.number),
            title: issue.title.clone(),
        });
        self.report.imported.extend(made);
        Ok(true)
    }

    /// A relation to an issue that has no ticket yet was left out of the file. Both sides agree on
    /// that, so that the relation is pulled once the other is a ticket, and is no conflict.
    fn agree_without(
        &mut self,
        made: &[(String, Arc<Issue>)],
        links: &Links,
    ) -> Result<(), SyncError> {
        let mut agreed: BTreeMap<(&str, u64), Vec<(Field, Agreed)>> = BTreeMap::new();
        for (id, issue) in made {
            // Where the forge did not answer, nothing of them is in the file.
            let unknown = Relations::default();
            let relations = issue.relations.as_ref();
            let is_known = relations.is_some();
            let relations = relations.unwrap_or(&unknown);
            let is_left = |it: &u64| links.ticket_of(*it).is_none();
            let mut fields = Vec::new();
            if !is_known || relations.parent.as_ref().is_some_and(is_left) {
                fields.push((Field::Parent, Agreed::on(Value::text(""))));
            }
            if !is_known || relations.blocked_by.iter().any(is_left) {
                let known = relations.blocked_by.iter().filter(|it| !is_left(it));
                let known = known.map(u64::to_string).collect();
                fields.push((Field::DependsOn, Agreed::on(Value::Set(known))));
            }
            if !fields.is_empty() {
                agreed.insert((id, issue.number), fields);
            }
        }
        let pairs = agreed
            .iter()
            .map(|((ticket, issue), fields)| (*ticket, *issue, fields.as_slice()));
        Ok(self.ledger.settle_all(self.remote, pairs)?)
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
