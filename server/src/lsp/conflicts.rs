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
use super::{documents, uri};
use crate::engine::View;
use crate::env::Env;

/// The choices at the asked-for place.
pub fn actions(
    view: &View,
    params: &lsp::CodeActionParams,
    caps: &ClientCaps,
) -> Vec<lsp::CodeActionResponse> {
    // A cursor anywhere in the line means its field; a position beyond the line is the line's end.
    let mut lines = params.range;
    lines.start.character = 0;
    lines.end.character = u32::MAX;
    let Some(span) = convert::span(&view.snapshot, &view.path, lines, caps) else {
        return Vec::new();
    };
    let conflicts = conflicts_at(&view.snapshot, &view.path, span);
    let each = conflicts.into_iter().flat_map(|(conflict, at)| {
        let choices = conflict.choices().iter();
        let takes = choices.map(move |take| (conflict, at, Choice::Take(*take)));
        takes.chain([(conflict, at, Choice::Compare)])
    });
    let to_response = |(conflict, at, choice): (&Conflict, _, Choice)| {
        let (ticket, field) = (&conflict.ticket, conflict.field.name());
        let (name, title, argument) = match choice {
            Choice::Take(take) => (
                "docket.resolveConflict",
                title(conflict, take),
                json!({
                    "uri": params.text_document.uri,
                    "ticket": ticket,
                    "field": field,
                    "take": take.name(),
                }),
            ),
            Choice::Compare => (
                "docket.showConflict",
                format!("Open both sides of `{field}` side by side"),
                json!({
                    "ticket": ticket,
                    "field": field,
                    "root": uri::of_path(&view.root),
                }),
            ),
        };
        let command = lsp::Command {
            title: title.clone(),
            command: name.into(),
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

/// The two sides of a conflict as documents, for whoever shows them: an answer, and where they are.
pub(super) struct Compared {
    pub answer: serde_json::Value,
    pub sides: [lsp::Uri; 2],
}

/// The conflict of a ticket's field, or its first one.
///
/// # Errors
///
/// A sentence for the user.
pub(super) fn compare(
    view: &View,
    ticket: &str,
    field: Option<&str>,
    env: &Env,
    caps: &ClientCaps,
) -> Result<Compared, String> {
    let mut conflicts = view.snapshot.mirror.conflicts_of(ticket).iter();
    let found = conflicts.find(|it| field.is_none_or(|field| it.field.name() == field));
    let conflict = found.ok_or_else(|| format!("{ticket} has no such conflict (any more)."))?;
    let sides = documents::sides(view, conflict, env, caps)
        .ok_or("The two texts cannot be written beside docket's database; its log says why.")?;
    let title = format!(
        "{ticket} {}: the ticket ↔ #{}",
        conflict.field, conflict.issue
    );
    let [mine, theirs] = &sides;
    let answer = json!({ "schema": 1, "title": title, "mine": mine, "theirs": theirs });
    Ok(Compared { answer, sides })
}

/// What can be done about a conflict.
#[derive(Clone, Copy)]
enum Choice {
    Take(Take),
    Compare,
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
