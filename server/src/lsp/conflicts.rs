//! What can be done about a conflict, where it stands: each choice is the command that the terminal's
//! `docket resolve` is, and carries no edit of its own.

use docket_core::rules::RuleId;
use docket_core::rules::conflicts::conflicts_at;
use docket_core::sync::resolve::Take;
use docket_core::sync::{Conflict, Value};
use serde_json::json;
use tower_lsp::gen_lsp_types as lsp;

use super::capabilities::ClientCaps;
use super::convert::{self, range};
use crate::engine::View;

/// The choices at the asked-for place.
pub fn actions(
    view: &View,
    params: &lsp::CodeActionParams,
    caps: &ClientCaps,
) -> Vec<lsp::CodeActionResponse> {
    let Some(span) = convert::span(&view.snapshot, &view.path, params.range, caps) else {
        return Vec::new();
    };
    let conflicts = conflicts_at(&view.snapshot, &view.path, span);
    let each = conflicts.into_iter().flat_map(|(conflict, at)| {
        let choices = conflict.choices().iter();
        choices.map(move |take| (conflict, at, *take))
    });
    let to_response = |(conflict, at, take): (&Conflict, _, Take)| {
        let title = title(conflict, take);
        let argument = json!({
            "uri": params.text_document.uri,
            "ticket": conflict.ticket,
            "field": conflict.field.name(),
            "take": take.name(),
        });
        let command = lsp::Command {
            title: title.clone(),
            command: "docket.resolveConflict".into(),
            arguments: Some(vec![argument]),
            tooltip: None,
        };
        if !caps.action_literals {
            return command.into();
        }
        let place = range(&view.snapshot, &view.path, at, caps);
        let rule = lsp::Code::String(RuleId::SyncConflict.name().to_owned());
        let theirs = params.context.diagnostics.iter();
        let same = |it: &&lsp::Diagnostic| it.range == place && it.code.as_ref() == Some(&rule);
        lsp::CodeActionResponse::CodeAction(lsp::CodeAction {
            title,
            kind: Some(lsp::CodeActionKind::QuickFix),
            diagnostics: Some(theirs.filter(same).cloned().collect()),
            command: Some(command),
            ..Default::default()
        })
    };
    each.map(to_response).collect()
}

fn title(conflict: &Conflict, take: Take) -> String {
    let field = conflict.field;
    match take {
        Take::Mine => format!("Take mine: {field} {}", short(&conflict.mine)),
        Take::Theirs => format!("Take GitHub's: {field} {}", short(&conflict.theirs)),
        Take::Both => format!("Keep both of `{field}`"),
    }
}

/// A value short enough for a menu.
fn short(value: &Value) -> String {
    const MAX: usize = 40;
    let text = match value {
        Value::Text(text) => text.lines().next().unwrap_or_default().to_owned(),
        Value::Set(items) => items.iter().cloned().collect::<Vec<_>>().join(", "),
    };
    match text.char_indices().nth(MAX) {
        _ if text.is_empty() => "(none)".to_owned(),
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}
