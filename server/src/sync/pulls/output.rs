//! What is told of a pull request: rows for machines, lines for people.

use std::fmt::Write;

use docket_core::sync::{Check, Outcome, TicketPull};
use schemars::JsonSchema;
use serde::Serialize;

use super::Plan;
use crate::git;
use crate::sync::output::SCHEMA;

/// `docket pr --json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PullOutput {
    pub schema: u32,
    pub ticket: String,
    pub branch: String,
    /// The arguments of git; empty where GitHub has all commits.
    pub git: Vec<String>,
    /// What is to be opened, or was; null where there was one.
    pub new: Option<NewRow>,
    /// The pull request that there is; null where there is none yet.
    pub pull_request: Option<PullRow>,
    /// Without `--yes` it is only shown.
    pub done: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct NewRow {
    pub title: String,
    /// Markdown.
    pub body: String,
    /// The branch that it is to be merged into.
    pub base: String,
    pub draft: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PullRow {
    pub number: u64,
    pub url: String,
    /// `open`, `closed` or `merged`.
    pub state: String,
    pub draft: bool,
    /// Null where they were not asked for.
    pub checks: Option<ChecksRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ChecksRow {
    pub total: usize,
    pub passed: usize,
    pub failed: usize,
    pub pending: usize,
    /// When GitHub was asked, ISO 8601.
    pub at: String,
    /// What failed first.
    pub checks: Vec<CheckRow>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckRow {
    pub name: String,
    /// `failed`, `pending` or `passed`.
    pub outcome: String,
    /// Empty where nothing more is said anywhere.
    pub url: String,
}

impl PullOutput {
    /// Of a plan that is only shown.
    pub fn planned(plan: &Plan) -> Self {
        Self {
            schema: SCHEMA,
            ticket: plan.ticket.clone(),
            branch: plan.branch.clone(),
            git: plan.git.clone(),
            new: plan.new.as_ref().map(|it| NewRow {
                title: it.title.clone(),
                body: it.body.clone(),
                base: it.base.clone(),
                draft: it.draft,
            }),
            pull_request: plan.known.as_ref().map(PullRow::from),
            done: false,
        }
    }

    /// Of one that was carried out, or had nothing in it.
    pub fn done(plan: &Plan, pull: Option<&TicketPull>) -> Self {
        Self {
            pull_request: pull.map(PullRow::from),
            done: true,
            ..Self::planned(plan)
        }
    }
}

impl From<&TicketPull> for PullRow {
    fn from(it: &TicketPull) -> Self {
        let count = |outcome| it.checks.as_ref().map_or(0, |it| it.count(outcome));
        Self {
            number: it.pull.number,
            url: it.pull.url.clone(),
            state: it.pull.state.name().to_owned(),
            draft: it.pull.draft,
            checks: it.checks.as_ref().map(|checks| ChecksRow {
                total: checks.all.len(),
                passed: count(Outcome::Passed),
                failed: count(Outcome::Failed),
                pending: count(Outcome::Pending),
                at: checks.at.to_string(),
                checks: checks.all.iter().map(CheckRow::from).collect(),
            }),
        }
    }
}

impl From<&Check> for CheckRow {
    fn from(it: &Check) -> Self {
        Self {
            name: it.name.clone(),
            outcome: it.outcome.name().to_owned(),
            url: it.url.clone(),
        }
    }
}

/// A plan as lines, each step by itself.
pub fn lines(plan: &Plan) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    if !plan.git.is_empty() {
        let _ = writeln!(out, "git {}", git::shown(&plan.git));
    }
    if let Some(new) = &plan.new {
        let draft = if new.draft { "draft " } else { "" };
        let _ = writeln!(
            out,
            "open {draft}pull request \"{}\" into {}:",
            new.title, new.base
        );
        for line in new.body.lines() {
            let _ = writeln!(out, "{}", format!("    {line}").trim_end());
        }
    }
    out
}

/// `PR #12 open · 5 of 6 checks passed, `lint` failed`
pub fn line(pull: &TicketPull) -> String {
    let mut out = format!("PR #{} {}", pull.pull.number, pull.pull.state.name());
    if pull.pull.draft {
        out.push_str(", draft");
    }
    if let Some(checks) = &pull.checks {
        let _ = write!(out, " · {}", checks.summary());
    }
    out
}
