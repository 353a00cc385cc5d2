//! What `docket.board` takes.

use serde::Deserialize;
use tower_lsp::gen_lsp_types as lsp;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardArguments {
    /// A file of the project, or its folder; the first project without.
    pub uri: Option<lsp::Uri>,
    /// Whether it is to be a file, which can be edited, also where the client asks for contents.
    #[serde(default)]
    pub file: bool,
    /// Whether done and dropped tickets are on it.
    #[serde(default)]
    pub closed: bool,
}
