//! Pull requests of tickets' branches, and the checks of their last commit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ticket::Ticket;

/// A pull request, in docket's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    pub number: u64,
    pub url: String,
    pub title: String,
    pub state: PullState,
    pub draft: bool,
    /// The branch that it brings; `owner:branch` where it is one of a fork (no branch has a colon in
    /// its name, `git check-ref-format`).
    pub branch: String,
    /// The branch that it is to be merged into.
    pub base: String,
    /// The last commit of its branch, in hexadecimal digits.
    pub commit: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PullState {
    Open,
    /// Without having been merged.
    Closed,
    Merged,
}

/// One check of a commit, whichever way it was reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Check {
    pub name: String,
    pub outcome: Outcome,
    /// Where more is said about it; empty where nowhere.
    pub url: String,
}

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    Failed,
    /// Waiting or running.
    Pending,
    /// It does not keep the pull request from being merged: also one that was skipped.
    Passed,
}

/// The checks of a commit at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// By outcome and name.
    pub all: Vec<Check>,
    /// When the forge was asked.
    pub at: Timestamp,
}

/// A ticket's pull request as it was when the forge was last asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPull {
    /// The ticket's id as its file writes it.
    pub ticket: String,
    pub pull: PullRequest,
    /// `None` where nobody has asked yet.
    pub checks: Option<Checks>,
}

impl PullRequest {
    /// What its branch is called in a checkout.
    pub fn local_branch(&self) -> &str {
        self.branch
            .split_once(':')
            .map_or(&self.branch, |(_, branch)| branch)
    }
}

impl PullState {
    /// As it is shown, and written in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }
}

impl Outcome {
    /// As it is shown, and written in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Pending => "pending",
            Self::Passed => "passed",
        }
    }
}

impl Checks {
    /// Puts them in order: what failed comes first.
    pub fn new(mut all: Vec<Check>, at: Timestamp) -> Self {
        all.sort_by(|one, other| (one.outcome, &one.name).cmp(&(other.outcome, &other.name)));
        Self { all, at }
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.of(outcome).count()
    }

    /// Those that came out so, by name.
    pub fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Check> {
        self.all.iter().filter(move |it| it.outcome == outcome)
    }
}

/// Names of failed checks that a summary lists.
const MAX_NAMES: usize = 3;
/// Longest name in it, in characters.
const MAX_NAME: usize = 60;

impl Checks {
    /// `5 of 6 checks passed, `lint` failed`, on one line, in Markdown.
    pub fn summary(&self) -> String {
        if self.all.is_empty() {
            return "no checks".to_owned();
        }
        let passed = self.count(Outcome::Passed);
        let s = if self.all.len() == 1 { "" } else { "s" };
        let mut out = format!("{passed} of {} check{s} passed", self.all.len());
        let failed: Vec<String> = self
            .of(Outcome::Failed)
            .map(|it| in_code(&it.name))
            .collect();
        match failed.len() {
            0 => {}
            n if n > MAX_NAMES => {
                let names = failed[..MAX_NAMES].join(", ");
                out.push_str(&format!(", {names} and {} more failed", n - MAX_NAMES));
            }
            _ => out.push_str(&format!(", {} failed", failed.join(", "))),
        }
        match self.count(Outcome::Pending) {
            0 => {}
            n => out.push_str(&format!(", {n} pending")),
        }
        out
    }
}

/// A name that somebody else chose, as code on one line.
fn in_code(name: &str) -> String {
    let clean = name.chars().filter(|it| !it.is_control() && *it != '`');
    format!("`{}`", clean.take(MAX_NAME).collect::<String>())
}

/// What a ticket's pull request says: how the ticket begins, its criteria, and the issue that it
/// closes.
pub fn body(ticket: &Ticket) -> String {
    let mut parts = vec![ticket.excerpt.clone()];
    let criteria = ticket.criteria.iter().map(|it| {
        let mark = if it.done { "x" } else { " " };
        format!(
            "- [{mark}] {}",
            it.text.split_whitespace().collect::<Vec<_>>().join(" ")
        )
    });
    parts.push(criteria.collect::<Vec<_>>().join("\n"));
    if let Some(issue) = &ticket.github {
        parts.push(format!("Closes #{}", issue.value));
    }
    if let Some(id) = &ticket.id {
        parts.push(format!("Ticket: {}", id.value));
    }
    parts.retain(|it| !it.is_empty());
    parts.join("\n\n")
}

impl TicketPull {
    /// Whether nothing looks different for it, but how old it is.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let checks = |it: &Self| it.checks.as_ref().map(|it| it.all.clone());
        self.ticket == other.ticket && self.pull == other.pull && checks(self) == checks(other)
    }
}
