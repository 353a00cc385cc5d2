//! What somebody wants to be shown.

use std::collections::BTreeMap;

use docket_core::config::When;
use docket_core::rules::RuleId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where an editor shows something of docket's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Surface {
    Diagnostics,
    Hints,
    Lenses,
}

/// What somebody wants to be shown; what is absent is left to who spoke before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub only_new: Option<bool>,
    pub base: Option<String>,
    pub surfaces: BTreeMap<Surface, When>,
    pub rules: BTreeMap<RuleId, When>,
    /// 0 is all.
    pub max_findings: Option<u16>,
}

impl Wanted {
    /// What the section `docket` of the editor's settings says; a value of another kind says nothing.
    pub fn of_settings(section: &Value) -> Self {
        let surfaces = [
            ("diagnostics", Surface::Diagnostics),
            ("hints", Surface::Hints),
            ("lenses", Surface::Lenses),
        ];
        let surfaces = surfaces.into_iter();
        let rules = section.get("rules").and_then(Value::as_object);
        let base = section.get("base").and_then(Value::as_str);
        let most = section.get("maxFindings").and_then(Value::as_u64);
        Self {
            only_new: section.get("onlyNew").and_then(Value::as_bool),
            base: base.map(str::to_owned).filter(|it| !it.is_empty()),
            surfaces: surfaces
                .filter_map(|(key, surface)| Some((surface, mode(section.get(key)?)?)))
                .collect(),
            rules: rules
                .into_iter()
                .flatten()
                .filter_map(|(name, value)| Some((RuleId::named(name)?, mode(value)?)))
                .collect(),
            max_findings: most.map(|it| u16::try_from(it).unwrap_or(u16::MAX)),
        }
    }
}

/// `true` and `false` are on and off.
fn mode(value: &Value) -> Option<When> {
    match value {
        Value::Bool(true) => Some(When::On),
        Value::Bool(false) => Some(When::Off),
        value => serde_json::from_value(value.clone()).ok(),
    }
}
