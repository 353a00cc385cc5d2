//! Code lenses, complete without resolve, each with a command that any client can send.

use std::sync::Arc;

use docket_core::ide::{self, ActionData};
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use crate::engine::View;
use crate::lsp::actions::ActionRef;
use crate::lsp::capabilities::ClientCaps;
use crate::lsp::commands::APPLY_ACTION;
use crate::lsp::convert::range;
use crate::lsp::display::{Display, Surface};
use crate::lsp::uri;
use crate::propose::{Cost, of_updates};

pub fn lenses(view: &View, display: &Display, caps: &ClientCaps) -> Option<Vec<lsp::CodeLens>> {
    let to_lens = |it: ide::Lens| {
        let (command, argument) = command(view, it.action);
        lsp::CodeLens {
            range: range(&view.snapshot, &view.path, it.span, caps),
            command: Some(lsp::Command {
                title: it.title,
                command: command.to_owned(),
                arguments: Some(vec![argument]),
                tooltip: None,
            }),
            data: None,
        }
    };
    let mut lenses = ide::lenses(&view.snapshot, &view.path);
    lenses.retain(|it| display.shows(view, Surface::Lenses, it.span));
    for it in &mut lenses {
        if let ActionData::ShowOutdated { path, source } = &it.action
            && let Some(cost) = cost(view, path, source)
        {
            it.title = format!("{}; in line again for {}", it.title, cost.words());
        }
    }
    (!lenses.is_empty()).then(|| lenses.into_iter().map(to_lens).collect())
}

/// What bringing in line would cost of what a change of a source left behind.
fn cost(view: &View, path: &str, source: &str) -> Option<Cost> {
    let left = view.snapshot.left_behind(path).into_iter();
    let mut files: Vec<Arc<str>> = left
        .filter(|it| it.source.to_string() == source)
        .flat_map(|it| it.records)
        .map(|it| it.0)
        .collect();
    files.dedup();
    let files: Vec<&str> = files.iter().map(|it| &**it).collect();
    of_updates(&view.root, &view.snapshot, &files)
}

/// The command of an action, by the ticket's id where there is one: a lens is still good after an
/// edit that an action offered for the older text is not.
fn command(view: &View, action: ActionData) -> (&'static str, Value) {
    match &action {
        ActionData::SetStatus { ticket, status } => (
            "docket.setStatus",
            json!({ "ticket": ticket, "status": status }),
        ),
        ActionData::Start { ticket } => ("docket.start", json!({ "ticket": ticket })),
        ActionData::ShowTodos { ticket } => ("docket.showTodos", json!({ "ticket": ticket })),
        ActionData::ShowCriteria { ticket } => ("docket.showCriteria", json!({ "ticket": ticket })),
        _ => {
            let reference = ActionRef {
                uri: uri::of_path(&view.root.join(&view.path)),
                version: view.version,
                action,
            };
            (
                APPLY_ACTION,
                serde_json::to_value(&reference).unwrap_or_default(),
            )
        }
    }
}
