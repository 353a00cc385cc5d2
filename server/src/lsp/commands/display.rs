//! Commands that change what this session shows, and never what docket finds.

use serde::Deserialize;
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;

use super::parse::read;

/// What is to be shown from now on.
#[derive(Clone, Debug)]
pub enum DisplayCommand {
    /// Only what is new against the merge base, or everything again.
    New(NewArguments),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewArguments {
    /// The other way round where it is left out.
    pub only_new: Option<bool>,
    /// Instead of the one in `docket.toml`.
    pub base: Option<String>,
    /// A file of the project that the answer speaks of, or its folder; the first without.
    pub uri: Option<lsp::Uri>,
}

impl DisplayCommand {
    pub(super) fn parse(name: &str, argument: Value) -> Result<Self, String> {
        match name {
            "docket.toggleNew" => Ok(Self::New(read(
                argument,
                "{\"onlyNew\", \"base\", \"uri\"}, all optional",
            )?)),
            other => Err(format!("docket has no command {other}.")),
        }
    }

    /// The project that the answer speaks of.
    pub fn uri(&self) -> Option<&lsp::Uri> {
        match self {
            Self::New(it) => it.uri.as_ref(),
        }
    }
}
