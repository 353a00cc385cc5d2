//! What is worth a look in a project: tickets that went stale, files full of TODOs, hot spots, and
//! dependencies with known trouble. Found by counting alone; a person decides what becomes a ticket.

pub mod advisories;
#[cfg(test)]
mod tests;
pub mod wording;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::StatusKind;
use crate::ide::tickets::{self, Filter};
use crate::text::Hash;
use crate::ticket::Priority;
use crate::world::Snapshot;
use crate::world::status::short;

/// Days without a change after which a ticket that is being worked on is stale, and one that waits.
const STALE_ACTIVE: i32 = 21;
const STALE_OPEN: i32 = 180;
/// TODOs in one file that are a cluster.
const CLUSTER: usize = 5;
/// Commits below which a file is no hot spot, however long it is.
const MIN_COMMITS: u32 = 5;
/// Hot spots are told up to this many: the rest of the list says nothing.
const HOT_SPOTS: usize = 10;
/// Longest title, in characters.
const MAX_TITLE: usize = 80;

/// What git knows of the last year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Churn {
    /// By path: how many commits changed the file, and the day of the last.
    pub files: BTreeMap<String, Changes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changes {
    pub commits: u32,
    pub last: Date,
}

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    VulnerableDependency,
    StaleTicket,
    HotSpot,
    TodoCluster,
}

/// One thing that is worth a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub kind: Kind,
    /// The same tomorrow, and in no other project's way: 8 hex digits.
    pub key: String,
    /// As a ticket would be called.
    pub title: String,
    /// What was counted, in a sentence.
    pub detail: String,
    /// The same in words that hold tomorrow as well, where the sentence counts days.
    pub lasting: Option<String>,
    pub path: Option<String>,
    /// Of a stale ticket.
    pub ticket: Option<String>,
    pub priority: Priority,
}

impl Kind {
    pub const ALL: [Self; 4] = [
        Self::VulnerableDependency,
        Self::StaleTicket,
        Self::HotSpot,
        Self::TodoCluster,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::VulnerableDependency => "vulnerable-dependency",
            Self::StaleTicket => "stale-ticket",
            Self::HotSpot => "hot-spot",
            Self::TodoCluster => "todo-cluster",
        }
    }
}

impl Found {
    pub(crate) fn new(kind: Kind, about: &str, title: &str, detail: String) -> Self {
        let key = Hash::of(format!("{}\0{about}", kind.name()).as_bytes());
        let key = format!("{key:?}");
        Self {
            kind,
            key: key[..8].to_owned(),
            title: short(title, MAX_TITLE),
            detail,
            lasting: None,
            path: None,
            ticket: None,
            priority: Priority::Medium,
        }
    }
}

/// What git, the index and the sizes of files tell, by kind, the worst first. `lines` counts a
/// file's lines; `None` where it is no source of this project.
pub fn analyze(
    snapshot: &Snapshot,
    churn: &Churn,
    mut lines: impl FnMut(&str) -> Option<usize>,
) -> Vec<Found> {
    let mut found = stale(snapshot, churn);
    found.extend(hot_spots(churn, &mut lines));
    found.extend(clusters(snapshot));
    found
}

fn stale(snapshot: &Snapshot, churn: &Churn) -> Vec<Found> {
    let filter = Filter {
        status_kinds: vec![StatusKind::Open, StatusKind::Active],
        ..Filter::default()
    };
    let mut found = Vec::new();
    for row in tickets::tickets(snapshot, &filter) {
        let changed = churn.files.get(&*row.path).map(|it| it.last);
        // Older than git was asked for, or never committed: its own day says.
        let Some(last) = changed.max(row.created) else {
            continue;
        };
        let days = last.until(snapshot.today).map_or(0, |it| it.get_days());
        let (most, what) = match row.status_kind {
            StatusKind::Active => (STALE_ACTIVE, "under way"),
            _ => (STALE_OPEN, "open"),
        };
        if days <= most {
            continue;
        }
        let title = format!("Decide what becomes of {}: {}", row.id, row.title);
        let detail = format!("{what} as {}, and untouched for {days} days", row.status);
        let lasting = format!("{what} as {}, and untouched since {last}", row.status);
        found.push((
            days,
            Found {
                lasting: Some(lasting),
                path: Some(row.path.to_string()),
                ticket: Some(row.id.clone()),
                priority: match row.status_kind {
                    StatusKind::Active => Priority::Medium,
                    _ => Priority::Low,
                },
                ..Found::new(Kind::StaleTicket, &row.id, &title, detail)
            },
        ));
    }
    found.sort_by(|one, two| {
        two.0
            .cmp(&one.0)
            .then_with(|| one.1.title.cmp(&two.1.title))
    });
    found.into_iter().map(|it| it.1).collect()
}

/// Files by commits times lines: much to understand, and often to be understood again (Tornhill,
/// "Your Code as a Crime Scene", 2nd edition 2024, chapter 3).
fn hot_spots(churn: &Churn, lines: &mut dyn FnMut(&str) -> Option<usize>) -> Vec<Found> {
    let often = churn.files.iter().filter(|it| it.1.commits >= MIN_COMMITS);
    let mut spots: Vec<(u64, &String, u32, usize)> = often
        .filter_map(|(path, changes)| {
            let n_lines = lines(path)?;
            let heat = u64::from(changes.commits) * n_lines as u64;
            Some((heat, path, changes.commits, n_lines))
        })
        .collect();
    spots.sort_by(|one, two| two.0.cmp(&one.0).then_with(|| one.1.cmp(two.1)));
    spots
        .into_iter()
        .take(HOT_SPOTS)
        .map(|(_, path, commits, n_lines)| {
            let title = format!("Make {path} easier to change");
            let detail = format!("{commits} commits in a year changed its {n_lines} lines");
            Found {
                path: Some(path.clone()),
                ..Found::new(Kind::HotSpot, path, &title, detail)
            }
        })
        .collect()
}

fn clusters(snapshot: &Snapshot) -> Vec<Found> {
    let files = snapshot.files().map(|(path, facts)| {
        let mut by_keyword: BTreeMap<&str, usize> = BTreeMap::new();
        for it in &facts.todos {
            *by_keyword.entry(&it.keyword).or_default() += 1;
        }
        (facts.todos.len(), path, by_keyword)
    });
    let mut files: Vec<_> = files.filter(|it| it.0 >= CLUSTER).collect();
    files.sort_by(|one, two| two.0.cmp(&one.0).then_with(|| one.1.cmp(two.1)));
    let clusters = files.into_iter().map(|(n, path, by_keyword)| {
        let words = by_keyword.iter().map(|(word, n)| format!("{n} {word}"));
        let words: Vec<_> = words.collect();
        let title = format!("Work off the {n} TODOs in {path}");
        Found {
            path: Some(path.to_string()),
            priority: Priority::Low,
            ..Found::new(Kind::TodoCluster, path, &title, words.join(", "))
        }
    });
    clusters.collect()
}
