//! How much a ticket asks to be next: a sum of few parts, each of which can be told.
//!
//! Each part is a factor from 0 to 1 times its weight in `[priorities]`. The parts are those of cost
//! of delay over size (Reinertsen, "The Principles of Product Development Flow", 2009, chapter 2),
//! added up so that a reader can follow the sum. What the project's closed tickets tell is added
//! last; it alone can take away.

pub(crate) mod learned;

use std::collections::VecDeque;

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::ids::TicketId;
use crate::ticket::{Priority, Ticket};
use crate::world::Snapshot;

/// Days before it is due from which on a ticket presses.
const PRESSING: f64 = 30.0;
/// Days after which a ticket has half of what age can give.
const OLD: f64 = 60.0;
/// Tickets that wait for half of what waiting can give.
const WAITING: f64 = 2.0;
/// Points at which half of what smallness can give is gone.
const SMALL: f64 = 3.0;
/// Most tickets that are followed to count who waits.
const MAX_VISITS: usize = 1_000;

/// The part that nobody set.
pub const LEARNED: &str = "learned";
/// Points below which nothing is learned.
const LEAST: f64 = 0.05;

/// What each part weighs, `[priorities]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Weights {
    /// The ticket's priority.
    pub value: u16,
    /// How near its due date is.
    pub urgency: u16,
    /// How many open tickets wait for it, over any number of steps.
    pub blocks: u16,
    /// How long it has been there.
    pub age: u16,
    /// Bugs, and what is labelled `risk` or `security`.
    pub risk: u16,
    /// How small it is, by its estimate.
    pub effort: u16,
    /// Whether tickets of its type and labels were finished more often than others, or less: it gives
    /// or takes away so much at most; 0 learns nothing.
    pub learned: u16,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            value: 40,
            urgency: 30,
            blocks: 20,
            age: 5,
            risk: 10,
            effort: 10,
            learned: 5,
        }
    }
}

/// How much a ticket asks to be next, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// The parts that give or take anything, in the order of [`Weights`].
    pub parts: Vec<Part>,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// As in `[priorities]`.
    pub name: &'static str,
    /// At most the part's weight, and not negative but in `learned`.
    pub points: f64,
    /// For people: `due in 5 days`.
    pub reason: String,
}

impl Score {
    pub fn total(&self) -> f64 {
        self.parts.iter().map(|it| it.points).sum()
    }

    /// The parts, what gives or takes most first.
    pub fn parts_by_weight(&self) -> Vec<&Part> {
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort_by(|one, two| two.points.abs().total_cmp(&one.points.abs()));
        parts
    }
}

/// The score of a ticket, on the snapshot's day.
pub fn score(snapshot: &Snapshot, ticket: &Ticket) -> Score {
    let weights = snapshot.config.priorities;
    let mut score = Score::default();
    let mut add = |name, weight: u16, (factor, reason): (f64, String)| {
        let points = f64::from(weight) * factor;
        if points != 0.0 {
            score.parts.push(Part {
                name,
                points,
                reason,
            });
        }
    };
    add("value", weights.value, value(ticket));
    add("urgency", weights.urgency, urgency(ticket, snapshot.today));
    add("blocks", weights.blocks, blocks(snapshot, ticket));
    add("age", weights.age, age(ticket, snapshot.today));
    add("risk", weights.risk, risk(ticket));
    add("effort", weights.effort, effort(ticket));
    if weights.learned > 0 {
        let told = snapshot.learned().factor(ticket);
        // What would be shown as nothing is nothing.
        if f64::from(weights.learned) * told.0.abs() >= LEAST {
            add(LEARNED, weights.learned, told);
        }
    }
    score
}

const NOTHING: (f64, String) = (0.0, String::new());

fn value(ticket: &Ticket) -> (f64, String) {
    let priority = ticket.priority.as_ref().map(|it| it.value);
    let factor = match priority.unwrap_or(Priority::Medium) {
        Priority::Critical => 1.0,
        Priority::High => 2.0 / 3.0,
        Priority::Medium => 1.0 / 3.0,
        Priority::Low => 0.0,
    };
    let reason = match priority {
        Some(it) => format!("{} priority", it.name()),
        None => "no priority, taken as medium".to_owned(),
    };
    (factor, reason)
}

fn urgency(ticket: &Ticket, today: Date) -> (f64, String) {
    let Some(due) = ticket.due.as_ref().map(|it| it.value) else {
        return NOTHING;
    };
    let days = days(today, due);
    let reason = match days {
        ..=-1 => format!("overdue since {}", count(-days)),
        0 => "due today".to_owned(),
        _ => format!("due in {}", count(days)),
    };
    let factor = 1.0 - f64::from(days) / PRESSING;
    (factor.clamp(0.0, 1.0), reason)
}

fn blocks(snapshot: &Snapshot, ticket: &Ticket) -> (f64, String) {
    let Some(id) = &ticket.id else {
        return NOTHING;
    };
    let id = TicketId::new(&id.value);
    let mut seen = FxHashSet::from_iter([id.clone()]);
    let mut queue = VecDeque::from([id]);
    let mut n: u32 = 0;
    while let Some(at) = queue.pop_front() {
        for path in snapshot.index.dependents(&at) {
            let waiting = snapshot.file(path).and_then(|it| it.ticket.as_ref());
            let Some((waiting, id)) = waiting.and_then(|it| Some((it, it.id.as_ref()?))) else {
                continue;
            };
            let id = TicketId::new(&id.value);
            let is_open = !snapshot.status_kind(waiting).is_closed();
            if is_open && seen.len() < MAX_VISITS && seen.insert(id.clone()) {
                n += 1;
                queue.push_back(id);
            }
        }
    }
    let reason = match n {
        0 => return NOTHING,
        1 => "1 ticket waits for it".to_owned(),
        n => format!("{n} tickets wait for it"),
    };
    (f64::from(n) / (f64::from(n) + WAITING), reason)
}

fn age(ticket: &Ticket, today: Date) -> (f64, String) {
    let Some(created) = ticket.created.as_ref().map(|it| it.value) else {
        return NOTHING;
    };
    let days = days(created, today).max(0);
    let factor = f64::from(days) / (f64::from(days) + OLD);
    (factor, format!("{} old", count(days)))
}

fn risk(ticket: &Ticket) -> (f64, String) {
    let is = |it: &str, names: &[&str]| names.iter().any(|name| it.eq_ignore_ascii_case(name));
    let labels = ticket.labels.iter().map(|it| it.value.as_str());
    if let Some(it) = labels.clone().find(|it| is(it, &["risk", "security"])) {
        return (1.0, format!("labelled {it}"));
    }
    let kind = ticket.kind.as_ref().map_or("", |it| &it.value);
    match is(kind, &["bug", "regression", "incident"]) {
        true => (0.5, format!("a {}", kind.to_lowercase())),
        false => NOTHING,
    }
}

fn effort(ticket: &Ticket) -> (f64, String) {
    let Some(points) = ticket.estimate.as_ref().map(|it| it.value) else {
        return NOTHING;
    };
    let reason = match points {
        1.0 => "1 point of work".to_owned(),
        _ => format!("{points} points of work"),
    };
    (SMALL / (SMALL + points.max(0.0)), reason)
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |it| it.get_days())
}

fn count(days: i32) -> String {
    match days {
        1 => "1 day".to_owned(),
        n => format!("{n} days"),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::*;
    use crate::fixture::Fixture;

    fn told(fixture: &str, id: &str) -> String {
        let snapshot = Fixture::new(fixture).snapshot();
        let (_, ticket) = snapshot.ticket(&TicketId::new(id)).unwrap();
        let score = score(&snapshot, ticket);
        let mut out = format!("{:.1}\n", score.total());
        for it in &score.parts {
            writeln!(out, "{} {:.1}: {}", it.name, it.points, it.reason).unwrap();
        }
        out
    }

    const TICKETS: &str = "//- /.docs/tickets/T-2222-a.md
---
id: T-2222
title: A
priority: high
type: bug
due: 2026-11-25
created: 2026-09-21
estimate: 3
---
//- /.docs/tickets/T-3333-b.md
---
id: T-3333
title: B
depends-on: [T-2222]
---
//- /.docs/tickets/T-4444-c.md
---
id: T-4444
title: C
depends-on: [T-3333, T-2222]
labels: [Security]
due: 2027-11-25
---
//- /.docs/tickets/T-5555-d.md
---
id: T-5555
title: D
status: done
depends-on: [T-2222]
---
";

    #[test]
    fn each_part_says_what_it_gives() {
        let shown = told(TICKETS, "T-2222");
        expect![[r#"
            74.2
            value 26.7: high priority
            urgency 25.0: due in 5 days
            blocks 10.0: 2 tickets wait for it
            age 2.5: 60 days old
            risk 5.0: a bug
            effort 5.0: 3 points of work
        "#]]
        .assert_eq(&shown);
        expect![[r#"
            23.3
            value 13.3: no priority, taken as medium
            risk 10.0: labelled Security
        "#]]
        .assert_eq(&told(TICKETS, "T-4444"));
    }

    #[test]
    fn rings_end_and_weights_are_the_projects() {
        let ring = TICKETS.replace("title: A\n", "title: A\ndepends-on: [T-4444]\n");
        assert!(told(&ring, "T-2222").contains("blocks 10.0: 2 tickets"));
        let config = "//- /.docs/docket.toml\n[priorities]\nvalue = 0\nurgency = 6\nage = 0\n";
        let shown = told(&format!("{config}{TICKETS}"), "T-2222");
        assert!(!shown.contains("value"), "{shown}");
        assert!(shown.contains("urgency 5.0"), "{shown}");
    }
}
