//! What a project's closed tickets tell about an open one: which types and labels were finished
//! more often than others, and which were dropped.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::NOTHING;
use crate::config::StatusKind;
use crate::facts::FileFacts;
use crate::span::Spanned;
use crate::ticket::Ticket;
use crate::world::Snapshot;

/// Closed tickets of one type or label below which nothing is learned of it.
const MIN_CLOSED: u32 = 5;
/// As many closed tickets as the project's own share counts for, against those of a type or label.
const PRIOR: f64 = 10.0;
/// Types and labels that are named in a reason.
const MAX_NAMED: usize = 3;

/// How the closed tickets of a project ended, by what they were. The same whatever the order of
/// files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Learned {
    all: Ended,
    of: FxHashMap<Trait, Ended>,
}

/// Closed tickets, and those of them that were done rather than dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ended {
    done: u32,
    closed: u32,
}

/// What tickets can have in common, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Trait {
    Type(String),
    Label(String),
}

impl Learned {
    /// Looks at every closed ticket. [`Snapshot::learned`] does so once.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut learned = Self::default();
        let closed = |status: Option<&str>| snapshot.config.kind_of(status).is_closed();
        let closed = snapshot.catalog().filter(|it| closed(it.status));
        let tickets = closed.filter_map(|it| snapshot.file(it.path)?.ticket.as_ref());
        for ticket in tickets {
            let is_done = snapshot.status_kind(ticket) == StatusKind::Done;
            learned.all.add(is_done);
            for it in traits(ticket) {
                learned.of.entry(it).or_default().add(is_done);
            }
        }
        learned
    }

    /// Between -1 and 1, and in words; 0 where too few tickets like it were closed.
    ///
    /// The share of each type and label that was done is drawn towards the project's own share, as
    /// the mean of a beta distribution after binomial observations is (Gelman et al., "Bayesian Data
    /// Analysis", 3rd edition 2013, section 2.4): `(done + PRIOR * all) / (closed + PRIOR)`. What is
    /// told is the mean of the differences to the project's share.
    pub(super) fn factor(&self, ticket: &Ticket) -> (f64, String) {
        let known = |it: Trait| {
            let ended = *self.of.get(&it)?;
            (ended.closed >= MIN_CLOSED).then(|| (self.lift(ended), ended, it))
        };
        let mut known: Vec<_> = traits(ticket).into_iter().filter_map(known).collect();
        if known.is_empty() {
            return NOTHING;
        }
        let sum: f64 = known.iter().map(|it| it.0).sum();
        let factor = sum / known.len() as f64;
        known.sort_by(|one, two| two.0.abs().total_cmp(&one.0.abs()));
        let named = known.iter().take(MAX_NAMED).map(|(_, ended, it)| {
            let what = match it {
                Trait::Type(it) => format!("of type {it}"),
                Trait::Label(it) => format!("labelled {it}"),
            };
            format!("{} of {} {what}", ended.done, ended.closed)
        });
        let mut named: Vec<_> = named.collect();
        if known.len() > MAX_NAMED {
            named.push(format!("{} more", known.len() - MAX_NAMED));
        }
        let how = match factor < 0.0 {
            true => "less",
            false => "more",
        };
        let reason = format!(
            "finished {how} often than others here: {} (all: {} of {})",
            named.join(", "),
            self.all.done,
            self.all.closed
        );
        (factor, reason)
    }

    /// How far the share of what was done is above the project's own, drawn towards it.
    fn lift(&self, ended: Ended) -> f64 {
        let all = f64::from(self.all.done) / f64::from(self.all.closed.max(1));
        let drawn = (f64::from(ended.done) + PRIOR * all) / (f64::from(ended.closed) + PRIOR);
        drawn - all
    }
}

impl Ended {
    fn add(&mut self, is_done: bool) {
        self.closed += 1;
        self.done += u32::from(is_done);
    }
}

/// Each once, in an order of their own.
fn traits(ticket: &Ticket) -> BTreeSet<Trait> {
    let kind = ticket.kind.iter();
    let kind = kind.map(|it| Trait::Type(it.value.to_lowercase()));
    let labels = ticket.labels.iter();
    kind.chain(labels.map(|it| Trait::Label(it.value.to_lowercase())))
        .collect()
}

/// Whether a change of a file may change what is learned.
pub(crate) fn differ(old: Option<&FileFacts>, new: Option<&FileFacts>) -> bool {
    fn ticket(facts: Option<&FileFacts>) -> Option<&Ticket> {
        facts?.ticket.as_ref().filter(|it| it.id.is_some())
    }
    fn words<'a>(
        of: impl IntoIterator<Item = &'a Spanned<String>>,
    ) -> impl Iterator<Item = &'a str> {
        of.into_iter().map(|it| it.value.as_str())
    }
    match (ticket(old), ticket(new)) {
        (None, None) => false,
        (Some(old), Some(new)) => {
            !words(&old.status).eq(words(&new.status))
                || !words(&old.kind).eq(words(&new.kind))
                || !words(&old.labels).eq(words(&new.labels))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests;
