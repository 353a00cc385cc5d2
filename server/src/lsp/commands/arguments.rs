//! What each command takes, as it comes; a key that none of them has is an error that names it.

use std::collections::BTreeMap;

use serde::Deserialize;
use tower_lsp::gen_lsp_types as lsp;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateArguments {
    pub(super) uri: Option<lsp::Uri>,
    pub(super) position: Option<lsp::Position>,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
    /// Whether the ticket is to have an issue.
    #[serde(default)]
    pub(super) issue: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdoptArguments {
    pub(super) uri: Option<lsp::Uri>,
    pub(super) max: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkArguments {
    pub(super) uri: lsp::Uri,
    pub(super) position: lsp::Position,
    pub(super) ticket: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkNewArguments {
    pub(super) ticket: Option<String>,
    /// A file of the project, or its folder.
    pub(super) uri: Option<lsp::Uri>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RenumberArguments {
    pub(super) ticket: String,
    pub(super) uri: Option<lsp::Uri>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusArguments {
    pub(super) ticket: String,
    pub(super) root: Option<lsp::Uri>,
    pub(super) status: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetArguments {
    pub(super) ticket: String,
    pub(super) root: Option<lsp::Uri>,
    pub(super) fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToggleArguments {
    pub(super) ticket: String,
    pub(super) root: Option<lsp::Uri>,
    pub(super) criterion: usize,
    pub(super) done: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignArguments {
    pub(super) ticket: String,
    pub(super) root: Option<lsp::Uri>,
    pub(super) user: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConflictArguments {
    pub(super) ticket: String,
    pub(super) root: Option<lsp::Uri>,
    /// The ticket's first conflict where none is named.
    pub(super) field: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TicketArgument {
    pub(super) ticket: String,
    pub(super) root: Option<lsp::Uri>,
}
