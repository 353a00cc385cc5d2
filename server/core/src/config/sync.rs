//! `[sync]`: which repository a project's tickets are kept in step with, and how fields are mapped.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sync::{Field, Issue};

/// Sync with the issues of a repository on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct SyncConfig {
    /// `manual` and `auto` are the consent to write synced fields into ticket files.
    pub mode: Mode,
    /// `owner/name`; empty: what the git remote `origin` names.
    pub repository: String,
    /// Base URL of the REST API, for GitHub Enterprise; empty: of the host that `origin` names.
    pub api: String,
    /// The branch whose tickets are synced; empty: the repository's default branch.
    pub branch: String,
    /// Seconds between two rounds in the background.
    pub interval: u32,
    /// Which issues without a ticket get one: `linked` (none), `all` (the open ones), or terms that
    /// all must hold, such as `label:docket milestone:v1 assignee:ana state:all`.
    pub issues: String,
    /// Which tickets without an issue get one.
    pub tickets: Tickets,
    /// Label of a status other than the first of its kind, where `{}` is the name.
    pub status_label: String,
    /// Label of a priority.
    pub priority_label: String,
    /// Label of a type, where the repository has no issue types.
    pub type_label: String,
    /// A GitHub project (Projects v2), `owner/number`; empty: none.
    pub project: String,
    /// The project's single-select field that says the status, instead of a label; empty: the label.
    pub status_field: String,
    /// The same for the priority.
    pub priority_field: String,
    /// Labels that mark work for an agent, and what the ticket's `executor` is then.
    pub executor_labels: BTreeMap<String, String>,
    /// The same for what a title begins with.
    pub executor_titles: BTreeMap<String, String>,
    pub fields: Directions,
}

/// Whether there is a sync, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    #[default]
    Off,
    /// When it is asked for.
    Manual,
    /// Also in the background, while an editor is open.
    Auto,
}

/// Which tickets without an issue get one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tickets {
    /// None but those for which it is asked.
    #[default]
    Linked,
    /// Every one that is not closed.
    All,
}

/// Which way a field goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    #[default]
    Both,
    /// From the forge into the ticket alone.
    Pull,
    /// From the ticket to the forge alone.
    Push,
    Off,
}

/// Which way each field goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Directions {
    pub title: Direction,
    pub body: Direction,
    pub status: Direction,
    pub priority: Direction,
    #[serde(rename = "type")]
    pub kind: Direction,
    pub labels: Direction,
    pub assignees: Direction,
    pub milestone: Direction,
    pub parent: Direction,
    pub depends_on: Direction,
    pub executor: Direction,
}

/// The shortest `interval`, in seconds.
pub const MIN_INTERVAL: u32 = 30;

/// Which issues are meant by `issues`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Linked,
    Matching(Vec<Term>),
}

/// One condition on an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    Label(String),
    Milestone(String),
    Assignee(String),
    /// `None`: whatever its state.
    Closed(Option<bool>),
}

impl Default for SyncConfig {
    fn default() -> Self {
        let map = |from: &str, to: &str| BTreeMap::from([(from.to_owned(), to.to_owned())]);
        Self {
            mode: Mode::Off,
            repository: String::new(),
            api: String::new(),
            branch: String::new(),
            interval: 300,
            issues: "linked".to_owned(),
            tickets: Tickets::Linked,
            status_label: "status: {}".to_owned(),
            priority_label: "priority: {}".to_owned(),
            type_label: "type: {}".to_owned(),
            project: String::new(),
            status_field: String::new(),
            priority_field: String::new(),
            executor_labels: map("agent", "agent"),
            executor_titles: map("Sweep:", "agent"),
            fields: Directions::default(),
        }
    }
}

impl Directions {
    pub fn of(&self, field: Field) -> Direction {
        match field {
            Field::Title => self.title,
            Field::Body => self.body,
            Field::Status => self.status,
            Field::Priority => self.priority,
            Field::Type => self.kind,
            Field::Labels => self.labels,
            Field::Assignees => self.assignees,
            Field::Milestone => self.milestone,
            Field::Parent => self.parent,
            Field::DependsOn => self.depends_on,
            Field::Executor => self.executor,
        }
    }
}

impl Which {
    /// # Errors
    /// The term that means nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut terms = Vec::new();
        match text.trim() {
            "linked" | "" => return Ok(Self::Linked),
            "all" => {}
            text => {
                for word in words(text) {
                    terms.push(term(&word).ok_or(word)?);
                }
            }
        }
        if !terms.iter().any(|it| matches!(it, Term::Closed(_))) {
            terms.push(Term::Closed(Some(false)));
        }
        Ok(Self::Matching(terms))
    }

    pub fn holds(&self, issue: &Issue) -> bool {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        match self {
            Self::Linked => false,
            Self::Matching(terms) => terms.iter().all(|it| match it {
                Term::Label(label) => issue.labels.iter().any(|it| same(it, label)),
                Term::Milestone(title) => {
                    issue.milestone.as_ref().is_some_and(|it| same(it, title))
                }
                Term::Assignee(login) => issue.assignees.iter().any(|it| same(it, login)),
                Term::Closed(None) => true,
                Term::Closed(Some(closed)) => issue.state.is_closed() == *closed,
            }),
        }
    }
}

fn term(word: &str) -> Option<Term> {
    let (name, value) = word.split_once(':')?;
    let value = value.trim_matches('"').to_owned();
    match (name, &*value) {
        (_, "") => None,
        ("label", _) => Some(Term::Label(value)),
        ("milestone", _) => Some(Term::Milestone(value)),
        ("assignee", _) => Some(Term::Assignee(value.trim_start_matches('@').to_owned())),
        ("state", "open") => Some(Term::Closed(Some(false))),
        ("state", "closed") => Some(Term::Closed(Some(true))),
        ("state", "all") => Some(Term::Closed(None)),
        _ => None,
    }
}

/// Parted by blanks outside of quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for it in text.chars() {
        quoted ^= it == '"';
        match it {
            it if it.is_whitespace() && !quoted => words.push(String::new()),
            it => words.last_mut().into_iter().for_each(|word| word.push(it)),
        }
    }
    words.retain(|it| !it.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_or_named() {
        assert_eq!(Which::parse("linked"), Ok(Which::Linked));
        let open = Term::Closed(Some(false));
        assert_eq!(Which::parse("all"), Ok(Which::Matching(vec![open.clone()])));
        assert_eq!(
            Which::parse("label:\"good first\" assignee:@ana milestone:v1"),
            Ok(Which::Matching(vec![
                Term::Label("good first".into()),
                Term::Assignee("ana".into()),
                Term::Milestone("v1".into()),
                open,
            ]))
        );
        assert_eq!(
            Which::parse("state:all"),
            Ok(Which::Matching(vec![Term::Closed(None)]))
        );
        for bad in ["docket", "label:", "state:ajar", "labels:x"] {
            assert_eq!(Which::parse(bad), Err(bad.to_owned()));
        }
    }
}
