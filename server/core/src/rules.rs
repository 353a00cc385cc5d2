//! The rules: their names, defaults and explanations, and the one engine that decides findings.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Severity};
use crate::world::Snapshot;

pub mod age;
pub mod conflicts;
mod explain;
mod links;
mod message;
mod names;
mod outdated;
mod report;
#[cfg(test)]
mod tests;
mod tickets;
mod todos;
mod versions;

pub use message::message_findings;
use report::Report;
pub use todos::{closed_issues, is_tracked};

macro_rules! rules {
    ($($variant:ident $name:literal $severity:ident $summary:literal;)*) => {
        /// A rule. Its name is stable: the diagnostic's code, the configuration's key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum RuleId { $(#[serde(rename = $name)] $variant,)* }

        impl RuleId {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub fn default_severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// When it reports, in a few words.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }

            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.name() == name)
            }
        }
    };
}

rules! {
    UntrackedTodo "untracked-todo" Hint "a TODO with neither ticket nor issue";
    StaleTodo "stale-todo" Warning "its ticket or issue is done or dropped";
    DueTodo "due-todo" Warning "its condition has come true";
    MalformedTodo "malformed-todo" Warning "its references or conditions cannot be read";
    UnknownTicket "unknown-ticket" Error "a reference names no ticket";
    DuplicateId "duplicate-id" Error "two ticket files have one id";
    InvalidField "invalid-field" Error "a front-matter value that is not of its kind";
    UnknownField "unknown-field" Hint "a front-matter key that nothing reads";
    DependencyCycle "dependency-cycle" Error "tickets wait for each other";
    BlockedActive "blocked-active" Warning "active while a dependency is neither done nor dropped";
    Overdue "overdue" Warning "past its due date and not done";
    UnmetCriteria "unmet-criteria" Warning "done with unticked acceptance criteria";
    BrokenLink "broken-link" Warning "a link or wiki link in `.docs` that leads nowhere";
    SyncConflict "sync-conflict" Error "both sides changed the same field";
    Outdated "outdated" Information "something that this was derived from has changed";
    MalformedTicket "malformed-ticket" Error "front matter that is no YAML mapping, or without id or title";
    MisnamedTicket "misnamed-ticket" Hint "a file name that does not begin with the id";
    UnanchoredTodo "unanchored-todo" Information "a linked TODO that moved out of certainty";
    UnusedIgnore "unused-ignore" Hint "an ignore comment that silences nothing";
    InvalidConfig "invalid-config" Error "`docket.toml` has an unknown key or a bad value";
}

/// Findings of open documents in one snapshot: an editor asks for them for its list, its hints, its
/// actions and its views, and they are worked out once.
#[derive(Debug, Default)]
pub(crate) struct Memo(Mutex<FxHashMap<Arc<str>, Arc<Vec<Finding>>>>);

/// The findings of one file, in order of their place.
pub fn findings(snapshot: &Snapshot, path: &str) -> Vec<Finding> {
    if snapshot.document(path).is_none() {
        return find(snapshot, path);
    }
    let known = || {
        snapshot
            .memo
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    };
    if let Some(found) = known().get(path).cloned() {
        return found.to_vec();
    }
    let found = find(snapshot, path);
    known().insert(path.into(), Arc::new(found.clone()));
    found
}

fn find(snapshot: &Snapshot, path: &str) -> Vec<Finding> {
    let Some(facts) = snapshot.file(path) else {
        return Vec::new();
    };
    let mut report = Report::new(snapshot, path, facts);
    report.problems();
    todos::check(&mut report);
    tickets::check(&mut report);
    links::check(&mut report);
    conflicts::check(&mut report);
    outdated::check(&mut report);
    report.finish()
}

/// The findings of every file, by path and place.
pub fn all_findings(snapshot: &Snapshot) -> Vec<Finding> {
    let mut paths: Vec<_> = snapshot.files().map(|it| it.0.clone()).collect();
    paths.sort_unstable();
    paths.iter().flat_map(|it| findings(snapshot, it)).collect()
}
