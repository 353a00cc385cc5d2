//! `docket.import`: another tool's tickets, told or made.

use docket_core::edit::Change;
use docket_core::import::{self, Standing, Tool};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use super::{Plan, planned};
use crate::engine::View;
use crate::env::Env;
use crate::import::gather;
use crate::source::ProjectSource;

/// What the command takes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportArguments {
    /// From the project's root, or from the disk's.
    source: String,
    /// The tool's name, where its files do not tell.
    from: Option<String>,
    #[serde(default)]
    dry_run: bool,
    /// A file of the project that the tickets are for, or the project's folder.
    pub(super) uri: Option<lsp::Uri>,
}

/// What is read, and what would be made of it.
pub(super) fn plan(view: &View, it: &ImportArguments, env: &Env) -> Result<Plan, String> {
    let tool = it.from.as_deref().map(tool).transpose()?;
    let path = view.root.join(&it.source);
    let gathered = gather(&view.root, &path, tool).map_err(|error| match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    })?;
    let mut source = ProjectSource::new(&view.root, env);
    let import = import::plan(&view.snapshot, gathered.tool, gathered.source, &mut source);
    let told = told(&import);
    let change = match it.dry_run {
        true => Change::default(),
        false => import.change,
    };
    let mut plan = planned(view, "import tickets", change);
    plan.answer["import"] = told;
    Ok(plan)
}

fn tool(name: &str) -> Result<Tool, String> {
    let found = Tool::ALL.into_iter().find(|it| it.name() == name);
    found.ok_or_else(|| {
        let names = Tool::ALL.map(Tool::name).join(", ");
        format!("`{name}` is no tool that docket reads; there are {names}.")
    })
}

/// The rows of `docket import --json`.
fn told(plan: &import::Plan) -> Value {
    let tickets = plan.tickets.iter().map(|it| {
        let state = match it.standing {
            Standing::New => "new",
            Standing::Known => "known",
        };
        json!({
            "state": state,
            "key": it.key,
            "was": it.was,
            "id": it.id,
            "title": it.title,
            "status": it.status,
            "path": it.path,
        })
    });
    let skipped = plan
        .skipped
        .iter()
        .map(|it| json!({ "path": it.path, "line": it.line, "reason": it.reason }));
    json!({
        "tool": plan.tool.name(),
        "tickets": tickets.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
    })
}
