//! What has to happen so that tickets and issues agree: pure, sorted, and empty when it was done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fields::{self, Links, marked};
use super::{Agreed, Base, Conflict, Field, Fields, Issue, Value, merge, project};
use crate::config::sync::{Direction, Tickets, Which};
use crate::config::{Config, StatusKind};

/// A ticket as one round sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// As its file writes it.
    pub id: String,
    /// Of its `github` field.
    pub issue: Option<u64>,
    pub fields: Fields,
    /// Nothing may happen to it in this round: it is being edited, or cannot be read.
    pub waits: bool,
}

/// One thing that has to happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Both sides say the same, which was not known yet.
    Settle {
        ticket: String,
        issue: u64,
        field: Field,
        agreed: Agreed,
    },
    /// The ticket's file takes a value. Once it has it, planning again settles the field.
    Pull {
        ticket: String,
        issue: u64,
        field: Field,
        value: Value,
    },
    /// The issue takes a value.
    Push {
        ticket: String,
        issue: u64,
        field: Field,
        value: Value,
        /// What it says now.
        before: Value,
    },
    Conflict(Conflict),
    /// A ticket is to have an issue.
    Create {
        ticket: String,
    },
    /// An issue is to have a ticket.
    Import {
        issue: u64,
    },
    /// A ticket that is left alone, and why.
    Leave {
        ticket: String,
        issue: u64,
        why: Leave,
    },
}

/// Why a ticket is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leave {
    /// The copy has no such issue: it is not fetched yet, deleted, transferred or converted.
    Absent,
    /// The number is a pull request's.
    PullRequest,
    /// Another ticket names the same issue.
    Shared,
    /// It is being edited.
    Waits,
}

/// What a plan is made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub config: &'a Config,
    pub locals: &'a [Local],
    pub links: &'a Links,
    /// The copy of the forge's issues.
    pub issues: &'a BTreeMap<u64, Arc<Issue>>,
    /// What was agreed on, by issue, whatever the ticket's id was then.
    pub bases: &'a BTreeMap<u64, Base>,
}

/// The operations that make both sides agree, by ticket, then by kind and field. After they were
/// carried out there are none but conflicts.
pub fn plan(input: Input<'_>) -> Vec<Op> {
    let mut locals: Vec<&Local> = input.locals.iter().collect();
    locals.sort_by(|a, b| a.id.cmp(&b.id));
    let mut n_of: BTreeMap<u64, usize> = BTreeMap::new();
    for issue in locals.iter().filter_map(|it| it.issue) {
        *n_of.entry(issue).or_default() += 1;
    }
    let mut ops = Vec::new();
    for local in &locals {
        let Some(number) = local.issue else {
            let closed = is_closed(local, input.config);
            if input.config.sync.tickets == Tickets::All && !local.waits && !closed {
                ops.push(Op::Create {
                    ticket: local.id.clone(),
                });
            }
            continue;
        };
        let leave = |why| Op::Leave {
            ticket: local.id.clone(),
            issue: number,
            why,
        };
        match input.issues.get(&number) {
            _ if n_of.get(&number).is_some_and(|it| *it > 1) => ops.push(leave(Leave::Shared)),
            _ if local.waits => ops.push(leave(Leave::Waits)),
            None => ops.push(leave(Leave::Absent)),
            Some(issue) if issue.is_pull_request => ops.push(leave(Leave::PullRequest)),
            Some(issue) => {
                let theirs = fields::of_issue(issue, input.config, input.links);
                let empty = Base::new();
                let base = input.bases.get(&number).unwrap_or(&empty);
                ops.extend(ticket(input.config, local, issue, &theirs, base));
            }
        }
    }
    ops.extend(imports(input, &n_of));
    ops
}

fn is_closed(local: &Local, config: &Config) -> bool {
    let kind = config.kind_of(Some(local.fields.text(Field::Status)));
    matches!(kind, StatusKind::Done | StatusKind::Dropped)
}

fn imports<'a>(
    input: Input<'a>,
    linked: &'a BTreeMap<u64, usize>,
) -> impl Iterator<Item = Op> + 'a {
    // A configuration with a bad query was told so, and means none.
    let which = Which::parse(&input.config.sync.issues).unwrap_or(Which::Linked);
    let issues = input.issues.values().filter(move |issue| {
        which.holds(issue)
            && !issue.is_pull_request
            && !linked.contains_key(&issue.number)
            // It had a ticket, which was deleted or is on another branch.
            && !input.bases.contains_key(&issue.number)
            && marked(&issue.body).is_none()
    });
    issues.map(|it| Op::Import { issue: it.number })
}

/// What has to happen to one pair.
fn ticket(config: &Config, local: &Local, of: &Issue, theirs: &Fields, base: &Base) -> Vec<Op> {
    let issue = of.number;
    let mut settles = Vec::new();
    let mut rest = Vec::new();
    for field in Field::ALL {
        let (Some(mine), Some(theirs)) = (local.fields.0.get(&field), theirs.0.get(&field)) else {
            continue;
        };
        let (direction, agreed) = (config.sync.fields.of(field), base.get(&field));
        let is_blank = project::is_to_be_filled(of, config, field, mine);
        let outcome = match is_blank {
            true => filled(agreed, mine, direction),
            false => resolve(field, agreed, mine, theirs, direction),
        };
        let nothing = Value::text("");
        let theirs = if is_blank { &nothing } else { theirs };
        let ticket = || local.id.clone();
        if let Some(agreed) = outcome.settle {
            settles.push(Op::Settle {
                ticket: ticket(),
                issue,
                field,
                agreed,
            });
        }
        if let Some(value) = outcome.pull {
            rest.push(Op::Pull {
                ticket: ticket(),
                issue,
                field,
                value,
            });
        }
        if let Some(value) = outcome.push {
            rest.push(Op::Push {
                ticket: ticket(),
                issue,
                field,
                value,
                before: theirs.clone(),
            });
        }
        if outcome.conflict {
            rest.push(Op::Conflict(Conflict {
                ticket: ticket(),
                issue,
                field,
                base: base.get(&field).map(|it| it.value.clone()),
                mine: mine.clone(),
                theirs: theirs.clone(),
            }));
        }
    }
    settles.extend(rest);
    settles
}

#[derive(Default)]
struct Outcome {
    settle: Option<Agreed>,
    pull: Option<Value>,
    push: Option<Value>,
    conflict: bool,
}

fn resolve(
    field: Field,
    agreed: Option<&Agreed>,
    mine: &Value,
    theirs: &Value,
    direction: Direction,
) -> Outcome {
    let mut outcome = match (agreed, mine, theirs) {
        _ if direction == Direction::Off => return Outcome::default(),
        (None, _, _) => match same(mine, theirs) {
            true => settled(theirs, BTreeSet::new()),
            false => never_agreed(mine, theirs, direction),
        },
        (Some(agreed), Value::Set(mine), Value::Set(theirs)) => sets(agreed, mine, theirs),
        (Some(agreed), _, _) => texts(field, agreed, mine, theirs, direction),
    };
    match direction {
        Direction::Pull => outcome.push = None,
        Direction::Push => outcome.pull = None,
        Direction::Both | Direction::Off => {}
    }
    outcome
}

/// The forge has nothing to say yet, so that the ticket's word counts.
fn filled(agreed: Option<&Agreed>, mine: &Value, direction: Direction) -> Outcome {
    let is_untaken = |it: &Agreed| matches!(mine, Value::Text(mine) if it.untaken.contains(mine));
    let goes = matches!(direction, Direction::Both | Direction::Push);
    Outcome {
        push: (goes && !agreed.is_some_and(is_untaken)).then(|| mine.clone()),
        ..Outcome::default()
    }
}

fn settled(value: &Value, untaken: BTreeSet<String>) -> Outcome {
    Outcome {
        settle: Some(Agreed {
            untaken,
            ..Agreed::on(value.clone())
        }),
        ..Outcome::default()
    }
}

/// Nothing is guessed, unless the configuration says whose word counts.
fn never_agreed(mine: &Value, theirs: &Value, direction: Direction) -> Outcome {
    match direction {
        Direction::Pull => Outcome {
            pull: Some(theirs.clone()),
            ..Outcome::default()
        },
        Direction::Push => Outcome {
            push: Some(mine.clone()),
            ..Outcome::default()
        },
        Direction::Both | Direction::Off => Outcome {
            conflict: true,
            ..Outcome::default()
        },
    }
}

fn sets(agreed: &Agreed, mine: &BTreeSet<String>, theirs: &BTreeSet<String>) -> Outcome {
    let none = BTreeSet::new();
    let base = match &agreed.value {
        Value::Set(base) => base,
        Value::Text(_) => &none,
    };
    // What the forge would not take is the ticket's own, until it has it after all.
    let untaken: BTreeSet<String> = merge::missing(&agreed.untaken, theirs)
        .into_iter()
        .filter(|it| mine.contains(it))
        .collect();
    let shared: BTreeSet<String> = mine.difference(&untaken).cloned().collect();
    let merged = merge::sets(base, &shared, theirs);
    let (to_me, to_them) = (
        !merge::same_sets(&merged, &shared),
        !merge::same_sets(&merged, theirs),
    );
    if !to_me && !to_them {
        let as_known =
            merge::same_sets(base, theirs) && untaken == agreed.untaken && agreed.decided.is_none();
        return match as_known {
            true => Outcome::default(),
            false => settled(&Value::Set(theirs.clone()), untaken),
        };
    }
    Outcome {
        pull: to_me.then(|| Value::Set(merged.union(&untaken).cloned().collect())),
        push: to_them.then(|| Value::Set(merged.clone())),
        ..Outcome::default()
    }
}

fn texts(
    field: Field,
    agreed: &Agreed,
    mine: &Value,
    theirs: &Value,
    direction: Direction,
) -> Outcome {
    if same(mine, theirs) {
        let as_known =
            same(&agreed.value, theirs) && agreed.untaken.is_empty() && agreed.decided.is_none();
        return match as_known {
            true => Outcome::default(),
            false => settled(theirs, BTreeSet::new()),
        };
    }
    let i_changed = !same(mine, &agreed.value);
    let they_changed = !same(theirs, &agreed.value);
    let is_untaken = matches!(mine, Value::Text(it) if agreed.untaken.contains(it));
    match (i_changed, they_changed) {
        (true, false) if is_untaken => Outcome::default(),
        (true, false) => Outcome {
            push: Some(mine.clone()),
            ..Outcome::default()
        },
        (false, _) => Outcome {
            pull: Some(theirs.clone()),
            ..Outcome::default()
        },
        (true, true) if direction != Direction::Both => never_agreed(mine, theirs, direction),
        (true, true) => match (field, &agreed.value, mine, theirs) {
            (Field::Body, Value::Text(base), Value::Text(my), Value::Text(their)) => {
                match merge::bodies(base, my, their) {
                    Some(merged) => Outcome {
                        pull: (merged != *my).then(|| Value::text(&*merged)),
                        push: (merged != *their).then(|| Value::text(&*merged)),
                        ..Outcome::default()
                    },
                    None => never_agreed(mine, theirs, direction),
                }
            }
            _ => never_agreed(mine, theirs, direction),
        },
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Set(a), Value::Set(b)) => merge::same_sets(a, b),
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests;
