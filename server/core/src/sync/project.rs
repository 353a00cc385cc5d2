//! Status and priority as single-select fields of a GitHub project (Projects v2) instead of labels.
//!
//! An issue's state counts before its option: a project is a view of issues. Where an issue is in no
//! item yet, or its item says nothing, the forge has nothing to say, and the ticket's word is put
//! there; so nothing is taken out of tickets because a project is new.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{CloseReason, Field, Issue, IssueState, RemoteWrite, Value};
use crate::config::sync::SyncConfig;
use crate::config::{Config, Status, StatusKind};
use crate::ticket::Priority;
use crate::ticket::field::PRIORITIES;

/// A project, and the fields of it that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectPlace {
    /// `owner/number`, as in the address of the project.
    pub project: String,
    pub fields: BTreeSet<String>,
}

/// What a project says of an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectItem {
    /// `owner/number` of the project that was asked.
    pub project: String,
    /// The forge's identity of the item; `None` where the issue is in none.
    pub item: Option<String>,
    /// The name of the option that is chosen, by the field's name; `None` where none is. A field
    /// that was not asked for is not in it.
    pub options: BTreeMap<String, Option<String>>,
}

/// One option chosen, or none; the issue is put into the project where it is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProjectWrite {
    /// `owner/number`.
    pub project: String,
    /// The issue's own identity.
    pub content: String,
    /// The item, where it is known.
    pub item: Option<String>,
    /// The field's name.
    pub field: String,
    /// The option by the name that the ticket has for it; see [`same_option`].
    pub option: Option<String>,
}

/// What the forge tells of a field.
pub(super) enum Told<'a> {
    /// It is none of a project, by the configuration.
    ByLabel,
    /// It was not answered yet.
    Unknown,
    /// The issue is not in the project, or no option is chosen there.
    Blank,
    Option(&'a str),
}

impl SyncConfig {
    /// What is to be asked of the project; `None` where fields are labels.
    pub fn project_place(&self) -> Option<ProjectPlace> {
        let fields = [Field::Status, Field::Priority];
        let fields = fields.into_iter().filter_map(|it| self.project_field(it));
        let fields: BTreeSet<String> = fields.map(str::to_owned).collect();
        (!fields.is_empty()).then(|| ProjectPlace {
            project: self.project.clone(),
            fields,
        })
    }

    /// The project's field that says a field of tickets.
    pub(super) fn project_field(&self, field: Field) -> Option<&str> {
        let name = match field {
            Field::Status => self.status_field.as_str(),
            Field::Priority => self.priority_field.as_str(),
            _ => "",
        };
        (!self.project.is_empty() && !name.is_empty()).then_some(name)
    }
}

/// Whether an option and a name mean the same: `In Progress`, `🏗 In progress` and `in-progress` do.
pub fn same_option(one: &str, other: &str) -> bool {
    let letters = |it: &str| -> String {
        let letters = it.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}

pub(super) fn told<'a>(issue: &'a Issue, config: &Config, field: Field) -> Told<'a> {
    let Some(name) = config.sync.project_field(field) else {
        return Told::ByLabel;
    };
    let Some(item) = issue.project.as_ref() else {
        return Told::Unknown;
    };
    match item.options.get(name) {
        _ if item.project != config.sync.project => Told::Unknown,
        _ if item.item.is_none() => Told::Blank,
        None => Told::Unknown,
        Some(None) => Told::Blank,
        Some(Some(option)) => Told::Option(option),
    }
}

/// Whether a ticket's value is put where the forge has nothing to say. What the ticket says has to fit
/// the issue's state: that one does say something.
pub fn is_to_be_filled(issue: &Issue, config: &Config, field: Field, mine: &Value) -> bool {
    let Value::Text(mine) = mine else {
        return false;
    };
    matches!(told(issue, config, field), Told::Blank)
        && match field {
            Field::Status => config.status(mine).is_some_and(|it| fits(it, issue.state)),
            _ => !mine.is_empty(),
        }
}

pub(super) fn fits(status: &Status, state: IssueState) -> bool {
    match state {
        IssueState::Open => !status.kind.is_closed(),
        IssueState::Closed(CloseReason::Completed) => status.kind == StatusKind::Done,
        IssueState::Closed(_) => status.kind == StatusKind::Dropped,
    }
}

/// The status that an option means in an issue of that state; `None` where none is meant.
pub(super) fn status_of<'a>(
    option: &str,
    state: IssueState,
    config: &'a Config,
) -> Option<&'a Status> {
    let named = config
        .statuses
        .iter()
        .find(|it| same_option(&it.name, option));
    named.filter(|it| fits(it, state))
}

pub(super) fn priority_of(option: &str) -> Option<Priority> {
    let all = PRIORITIES.into_iter();
    all.rev().find(|it| same_option(it.name(), option))
}

/// The write that has the project say it; `None` where it does, or nothing has to.
pub(super) fn write(
    field: Field,
    wanted: &str,
    issue: &Issue,
    config: &Config,
) -> Option<RemoteWrite> {
    let name = config.sync.project_field(field)?;
    let item = issue.project.as_ref();
    let item = item.filter(|it| it.project == config.sync.project);
    let chosen = item.and_then(|it| it.options.get(name).cloned().flatten());
    let is_so = match &chosen {
        Some(it) => same_option(it, wanted),
        None => wanted.is_empty(),
    };
    (!is_so).then(|| {
        RemoteWrite::Project(ProjectWrite {
            project: config.sync.project.clone(),
            content: issue.node_id.clone(),
            item: item
                .and_then(|it| it.item.clone())
                .filter(|it| !it.is_empty()),
            field: name.to_owned(),
            option: (!wanted.is_empty()).then(|| wanted.to_owned()),
        })
    })
}

/// What a project says after a write that was carried out.
pub fn carry_out(item: &mut Option<ProjectItem>, write: &ProjectWrite) {
    let item = item.get_or_insert_default();
    if item.project != write.project {
        *item = ProjectItem {
            project: write.project.clone(),
            ..ProjectItem::default()
        };
    }
    // Which one it is the next question tells; that there is one is known.
    item.item = item.item.take().or_else(|| Some(String::new()));
    item.options
        .insert(write.field.clone(), write.option.clone());
}

/// Options of an issue that mean nothing to tickets, so that its field is left alone: a sentence each.
pub fn unclear(issue: &Issue, config: &Config) -> Vec<String> {
    let mut told_of = Vec::new();
    let number = issue.number;
    if let Told::Option(option) = told(issue, config, Field::Status)
        && issue.state == IssueState::Open
        && status_of(option, issue.state, config).is_none()
    {
        let is_known = config
            .statuses
            .iter()
            .any(|it| same_option(&it.name, option));
        let field = &config.sync.status_field;
        told_of.push(match is_known {
            true => format!(
                "#{number}: it is open, and `{field}` says `{option}`: close it, or choose another option"
            ),
            false => format!(
                "#{number}: `{option}` of `{field}` is no status: add it as a [[status]] to docket.toml, or choose another option"
            ),
        });
    }
    if let Told::Option(option) = told(issue, config, Field::Priority)
        && priority_of(option).is_none()
    {
        let field = &config.sync.priority_field;
        told_of.push(format!(
            "#{number}: `{option}` of `{field}` is no priority: name the project's options critical, high, medium and low"
        ));
    }
    told_of
}
