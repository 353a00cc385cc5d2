//! What `docket.toml` may hold. The published schema, the reader and the defaults are all of these types.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ai::{Ai, Budget};
use super::sync::SyncConfig;
use super::{Display, Status, StatusKind, When};
use crate::finding::Severity;
use crate::rules::RuleId;
use crate::score::Weights;

/// Settings of docket for one project: what decides findings, the same for editor, terminal and CI.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
#[schemars(title = "docket.toml")]
pub(super) struct File {
    /// Paths that are not looked at, written as in a `.gitignore`.
    pub(super) exclude: Vec<String>,
    /// Front-matter keys of the project's own, which `unknown-field` leaves alone.
    pub(super) fields: Vec<String>,
    pub(super) ids: Ids,
    /// The statuses of a ticket in the order of the board. The first open one is the default.
    pub(super) status: Vec<Status>,
    pub(super) todo: Todo,
    #[schemars(schema_with = "rules")]
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) display: Display,
    /// What makes a ticket the next one: points that each part gives at most.
    pub(super) priorities: Weights,
    /// Other trackers: the prefix of a reference to the URL that it leads to, where `{id}` is the rest.
    pub(super) trackers: BTreeMap<String, String>,
    pub(super) sync: SyncConfig,
    pub(super) ai: Ai,
    pub(super) budget: Budget,
}

/// Ids of new tickets.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(super) struct Ids {
    /// What an id begins with, before its `-`: a letter, then letters and digits.
    pub(super) prefix: String,
}

/// Which words in comments are TODOs.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(super) struct Todo {
    /// Add `NOTE` to have notes as well.
    pub(super) keywords: Vec<String>,
    /// Words that are read as one of the keywords.
    pub(super) aliases: BTreeMap<String, String>,
    /// Whether `todo` in small letters counts as well.
    pub(super) case_insensitive: bool,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(super) struct Rule {
    /// How severe its findings are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Level")]
    pub(super) level: Option<Level>,
    /// Where it applies, written as in a `.gitignore`; everywhere if empty.
    pub(super) include: Vec<String>,
    /// Where it does not apply.
    pub(super) exclude: Vec<String>,
    /// When an editor shows its findings; what is found does not depend on it.
    pub(super) show: When,
    /// How severe it is instead where the TODO's `!`, or the ticket, has a priority.
    pub(super) by_priority: ByPriority,
    /// How severe it is at least after so many days: of the TODO's line by git, else of the ticket's `created`.
    pub(super) by_age: BTreeMap<String, Weight>,
}

/// How severe a finding is by the priority of what it is about.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(super) struct ByPriority {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Weight")]
    pub(super) critical: Option<Weight>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Weight")]
    pub(super) high: Option<Weight>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Weight")]
    pub(super) medium: Option<Weight>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Weight")]
    pub(super) low: Option<Weight>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Weight {
    Hint,
    Information,
    Warning,
    Error,
}

impl Weight {
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Hint => Severity::Hint,
            Self::Information => Severity::Information,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    Off,
    Hint,
    Information,
    Warning,
    Error,
}

impl Level {
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Hint => Some(Severity::Hint),
            Self::Information => Some(Severity::Information),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Hint => Self::Hint,
            Severity::Information => Self::Information,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

impl Default for File {
    fn default() -> Self {
        let status = |name: &str, kind| Status {
            name: name.to_owned(),
            kind,
        };
        Self {
            exclude: Vec::new(),
            fields: Vec::new(),
            ids: Ids::default(),
            status: vec![
                status("backlog", StatusKind::Open),
                status("todo", StatusKind::Open),
                status("in-progress", StatusKind::Active),
                status("review", StatusKind::Active),
                status("done", StatusKind::Done),
                status("dropped", StatusKind::Dropped),
            ],
            todo: Todo::default(),
            rules: BTreeMap::new(),
            display: Display::default(),
            priorities: Weights::default(),
            trackers: BTreeMap::new(),
            sync: SyncConfig::default(),
            ai: Ai::default(),
            budget: Budget::default(),
        }
    }
}

impl Default for Ids {
    fn default() -> Self {
        Self {
            prefix: "T".to_owned(),
        }
    }
}

impl Default for Todo {
    fn default() -> Self {
        let owned = |it: &str| it.to_owned();
        let aliases = [
            ("BUG", "FIXME"),
            ("FIXIT", "FIXME"),
            ("OPTIMIZE", "PERF"),
            ("XXX", "HACK"),
        ];
        Self {
            keywords: ["TODO", "FIXME", "HACK", "PERF"].map(owned).to_vec(),
            aliases: aliases.map(|(alias, it)| (owned(alias), owned(it))).into(),
            case_insensitive: false,
        }
    }
}

/// Names each rule, so that an editor with the schema completes and explains it.
fn rules(generator: &mut SchemaGenerator) -> Schema {
    let rule = generator.subschema_for::<Rule>().to_value();
    let each = RuleId::ALL.iter().map(|it| {
        let mut schema = rule.clone();
        if let Some(schema) = schema.as_object_mut() {
            let level = serde_json::json!(Level::from(it.default_severity()));
            let text = format!(
                "Reports {}. Default level: {}.",
                it.summary(),
                level.as_str().unwrap_or_default()
            );
            schema.insert("description".to_owned(), Value::String(text));
        }
        (it.name().to_owned(), schema)
    });
    json_schema!({
        "type": "object",
        "description": "Level and places of each rule.",
        "additionalProperties": false,
        "properties": Value::Object(each.collect()),
    })
}
