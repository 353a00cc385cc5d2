//! Commands that change what this session shows, and never what docket finds.

use docket_core::config::When;
use docket_core::rules::RuleId;
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;

use super::super::display::Surface;
use super::parse::read;

/// What is to be shown from now on.
#[derive(Clone, Debug)]
pub enum DisplayCommand {
    /// Only what is new against the merge base, or everything again.
    New(NewArguments),
    /// When a surface, or the findings of a rule, are shown.
    Surface(SurfaceArguments),
    /// All findings of a file, however many, or no more than of others again.
    All(AllArguments),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SurfaceArguments {
    /// Diagnostics where it is left out.
    pub surface: Option<Surface>,
    /// The findings of this rule alone.
    pub rule: Option<String>,
    /// Where it is left out: off, or on again.
    pub mode: Option<When>,
    /// A file of the project that the answer speaks of, or its folder; the first without.
    pub uri: Option<lsp::Uri>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllArguments {
    pub uri: lsp::Uri,
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
            "docket.toggleSurface" => {
                let takes = "{\"surface\": diagnostics, hints or lenses, \"rule\", \"mode\": on, off, line or mine, \"uri\"}, all optional";
                let it: SurfaceArguments = read(argument, takes)?;
                match &it.rule {
                    Some(rule) if RuleId::named(rule).is_none() => Err(format!(
                        "There is no rule `{rule}`; `docket explain` lists them."
                    )),
                    _ => Ok(Self::Surface(it)),
                }
            }
            "docket.showAllFindings" => Ok(Self::All(read(argument, "{\"uri\"} of a file")?)),
            other => Err(format!("docket has no command {other}.")),
        }
    }

    /// The project that the answer speaks of.
    pub fn uri(&self) -> Option<&lsp::Uri> {
        match self {
            Self::New(it) => it.uri.as_ref(),
            Self::Surface(it) => it.uri.as_ref(),
            Self::All(it) => Some(&it.uri),
        }
    }
}
