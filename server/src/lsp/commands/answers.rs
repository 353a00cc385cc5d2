//! What commands answer with, and those that need no action of an editor.

use std::path::PathBuf;

use docket_core::edit::Change;
use docket_core::ide::ActionData;
use docket_core::ide::actions::ToSend;
use docket_core::ticket::template::Template;
use serde_json::{Value, json};

use super::super::uri;
use super::{Plan, WithIssue, with_hint};
use crate::engine::View;
use crate::env::Env;
use crate::source::ProjectSource;

pub(super) fn label(action: &ActionData) -> &'static str {
    match action {
        ActionData::CreateTicket { .. } => "create a ticket",
        ActionData::CreateIssue { .. } => "create a ticket and an issue",
        ActionData::ReopenIssue { .. } => "reopen an issue",
        ActionData::Link { .. } => "link a TODO",
        ActionData::LinkAll { .. } => "link TODOs",
        ActionData::Unlink { .. } => "unlink a TODO",
        ActionData::SetStatus { .. } => "set a status",
        ActionData::Assign { .. } => "assign a ticket",
        ActionData::Start { .. } => "start work",
        ActionData::ShowTodos { .. }
        | ActionData::ShowCriteria { .. }
        | ActionData::ShowOutdated { .. } => "show",
        ActionData::RemoveTodo { .. } => "remove a TODO",
        ActionData::Toggle { .. } => "tick an item",
        ActionData::Dismiss { .. } => "dismiss",
        ActionData::Answer { .. } => "answer a question",
        ActionData::Fix { .. } | ActionData::FixAll { .. } => "fix",
        ActionData::Renumber { .. } => "renumber a ticket",
    }
}

/// Every file that the change touches, and the tickets that it makes.
pub(super) fn answer(view: &View, change: &Change) -> Value {
    let uris = |paths: Vec<&String>| -> Vec<Value> {
        paths
            .into_iter()
            .map(|it| json!(uri::of_path(&view.root.join(it)).0))
            .collect()
    };
    json!({
        "schema": 1,
        "changed": uris(change.edits.iter().map(|it| &it.path).collect()),
        "created": uris(change.creates.iter().map(|it| &it.path).collect()),
    })
}

pub(super) fn create(
    view: &View,
    title: &str,
    fields: &[(String, String)],
    issue: Option<WithIssue>,
    env: &Env,
) -> Result<Plan, String> {
    let mut source = ProjectSource::new(&view.root, env);
    let (id, change) = crate::tickets::create(
        &view.snapshot,
        title,
        &Template::default(),
        fields,
        &mut source,
    )
    .map_err(|it| with_hint(&it))?;
    let mut answer = answer(view, &change);
    answer["ticket"] = json!(id);
    let file = change.creates.first().filter(|_| issue.is_some());
    let send = file.map(|it| ToSend::Issue {
        ticket: id.clone(),
        text: it.text.clone(),
    });
    Ok(Plan {
        label: format!("docket: create {id}"),
        send,
        ..Plan::new(view, answer, change)
    })
}

pub(super) fn status(views: &[View]) -> Plan {
    let projects: Vec<_> = views
        .iter()
        .map(|view| {
            let snapshot = &view.snapshot;
            let n_todos: usize = snapshot.files().map(|(_, it)| it.todos.len()).sum();
            json!({
                "root": view.root.to_string_lossy(),
                "complete": view.complete,
                "files": snapshot.n_files(),
                "todos": n_todos,
                "tickets": snapshot.tickets().count(),
            })
        })
        .collect();
    Plan {
        root: PathBuf::new(),
        label: String::new(),
        change: Change::default(),
        answer: json!({ "schema": 1, "version": env!("CARGO_PKG_VERSION"), "projects": projects }),
        said: None,
        show: Vec::new(),
        send: None,
        dismissals: None,
    }
}
