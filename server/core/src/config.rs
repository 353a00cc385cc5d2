//! `.docs/docket.toml`: what decides findings, so that editor, terminal and CI agree.

pub mod ai;
mod check;
mod file;
mod globs;
mod read;
pub mod sync;
mod template;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::{Problem, Severity};
use crate::rules::RuleId;
use crate::score::Weights;
use crate::text::Hash;
use crate::ticket::Priority;

pub use globs::Globs;

/// A project's configuration, every default filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Of ids that docket draws (`T`).
    pub prefix: String,
    /// In the order that a board shows; never empty.
    pub statuses: Vec<Status>,
    pub todo: TodoConfig,
    /// Only the rules that the file names.
    pub rules: BTreeMap<RuleId, RuleConfig>,
    pub display: Display,
    /// What makes a ticket the next one.
    pub priorities: Weights,
    /// External trackers: prefix (`PROJ-`, `crbug.com/`) to a URL in which `{id}` is the rest.
    pub trackers: BTreeMap<String, String>,
    pub sync: sync::SyncConfig,
    /// Which models are asked for what.
    pub ai: ai::AiConfig,
    /// What they may cost.
    pub budget: ai::Budget,
    /// Front-matter keys of the project's own, which `unknown-field` leaves alone.
    pub fields: Vec<String>,
    /// Paths that are not looked at.
    pub exclude: Globs,
    /// Over all that facts depend on; a different hash means that facts must be made again.
    pub facts_hash: Hash,
}

/// One status of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Status {
    pub name: String,
    /// What it means to the rules.
    pub kind: StatusKind,
}

/// What a status means to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatusKind {
    /// Not begun.
    Open,
    /// Being worked on.
    Active,
    /// Finished.
    Done,
    /// Will not be done.
    Dropped,
}

/// Which words are TODOs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TodoConfig {
    /// Canonical keywords, as they are written.
    pub keywords: Vec<String>,
    /// Alias to the keyword that it is read as; each keyword named is one of `keywords`.
    pub aliases: BTreeMap<String, String>,
    pub case_insensitive: bool,
}

/// What the file says of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleConfig {
    /// `None` is off.
    pub level: Option<Severity>,
    /// Empty means everywhere.
    pub include: Globs,
    pub exclude: Globs,
    /// When an editor shows its findings.
    pub show: When,
    /// Instead of `level`, for what has a priority.
    pub by_priority: BTreeMap<Priority, Severity>,
    /// What is this many days old weighs this much at least.
    pub by_age: BTreeMap<i32, Severity>,
}

/// When an editor shows something; what is found does not depend on it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Always.
    #[default]
    On,
    /// Never.
    Off,
    /// In the line of the cursor alone.
    Line,
    /// Where it is yours: it names you, else its ticket is assigned to you, else CODEOWNERS names you
    /// for the file, else you wrote the line.
    Mine,
}

/// What an editor shows, and how; never what is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Display {
    /// Whether a TODO's ticket is shown beside it.
    pub inlay_hints: bool,
    /// Longest inlay hint, in characters (Unicode scalar values).
    pub inlay_hint_length: u16,
    /// Lenses above TODOs in source files; on ticket files they always are.
    pub source_lenses: bool,
    /// When findings are shown.
    pub diagnostics: When,
    /// When inlay hints are shown.
    pub hints: When,
    /// When code lenses are shown.
    pub lenses: When,
    /// How many findings of a file are shown at most, those that weigh most; 0 is all.
    pub max_findings: u16,
    /// Whether only findings are shown that are new against the merge base with `base`.
    pub only_new: bool,
    /// The branch, tag or commit that a branch of yours is compared with; empty is the one that `origin`
    /// calls its default, else `main` or `master`.
    pub base: String,
}

impl StatusKind {
    /// As `docket.toml` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Active => "active",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// Done or dropped.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Done | Self::Dropped)
    }
}

impl Default for Config {
    fn default() -> Self {
        read::defaults()
    }
}

impl Default for Display {
    fn default() -> Self {
        Self {
            inlay_hints: true,
            inlay_hint_length: 40,
            source_lenses: false,
            diagnostics: When::On,
            hints: When::On,
            lenses: When::On,
            max_findings: 0,
            only_new: false,
            base: String::new(),
        }
    }
}

impl Config {
    /// Reads `docket.toml`. What is wrong is left at its default and told; a caller that has a
    /// configuration without problems keeps that one in force.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        read::read(text)
    }

    /// The file that `docket init` writes: each default in a comment.
    pub fn default_toml() -> String {
        template::text()
    }

    /// JSON Schema of `docket.toml`, as it is published with a release.
    pub fn schema() -> &'static serde_json::Value {
        read::schema()
    }

    /// The status of that name, exactly as it is written.
    pub fn status(&self, name: &str) -> Option<&Status> {
        self.statuses.iter().find(|it| it.name == name)
    }

    /// The first open status, else the first: what a ticket without one has.
    pub fn default_status(&self) -> &Status {
        self.statuses
            .iter()
            .find(|it| it.kind == StatusKind::Open)
            .unwrap_or(&self.statuses[0])
    }

    /// What a ticket's status means; one that has none, or one not configured, is open.
    pub fn kind_of(&self, status: Option<&str>) -> StatusKind {
        match status {
            Some(name) => self.status(name).map_or(StatusKind::Open, |it| it.kind),
            None => self.default_status().kind,
        }
    }

    /// How severe a rule is in that file; `None` where it is off or the globs leave the file out.
    pub fn severity(&self, rule: RuleId, path: &str) -> Option<Severity> {
        match self.rules.get(&rule) {
            Some(it) if !it.include.is_empty() && !it.include.matches(path) => None,
            Some(it) if it.exclude.matches(path) => None,
            Some(it) => it.level,
            None => Some(rule.default_severity()),
        }
    }
}

#[cfg(test)]
mod tests;
