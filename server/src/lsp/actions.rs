//! Code actions: offered, worked out, and told as data.

use std::sync::Arc;

use docket_core::config::StatusKind;
use docket_core::edit::Change;
use docket_core::ide::actions::{ToSend, to_send};
use docket_core::ide::goto::todos_of;
use docket_core::ide::lenses::criteria;
use docket_core::ide::{self, ActionContext, ActionData, ActionKind, FileMoves, Renumbering};
use docket_core::ids::TicketId;
use docket_core::rules::{self, RuleId};
use docket_core::span::Span;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use super::capabilities::ClientCaps;
use super::convert::{self, location, range};
use super::display::Display;
use super::{reports, uri};
use crate::dismissed::{self, Named};
use crate::engine::View;
use crate::env::Env;
use crate::source::{self, ProjectSource};
use crate::start;

/// An action worked out.
pub struct Worked {
    pub change: Change,
    /// What the user should know beside it.
    pub said: Option<String>,
    pub renumbering: Option<Renumbering>,
    /// What is to be sent once the change is made.
    pub send: Option<ToSend>,
    /// What nobody is to be told of any more.
    pub dismissed: Option<Named>,
}

/// The change that an action means.
///
/// # Errors
///
/// A sentence for the user: why not, and what to do.
pub fn work_out(
    view: &View,
    action: &ActionData,
    env: &Env,
    caps: &ClientCaps,
) -> Result<Worked, String> {
    let snapshot = &view.snapshot;
    let mut source = ProjectSource::new(&view.root, env);
    let ActionData::Renumber { ticket, file } = action else {
        let change = ide::resolve(snapshot, action, &mut source).map_err(|it| it.to_string())?;
        let send = to_send(snapshot, action, &change, &mut source).map_err(|it| it.to_string())?;
        return Ok(Worked {
            change,
            said: None,
            renumbering: None,
            send,
            dismissed: dismissed(view, action)?,
        });
    };
    let id = TicketId::new(ticket);
    // What is closed docket renames itself; what is open only the editor can.
    let mut files = snapshot.index.ticket_files(&id);
    let is_open = files.any(|it| snapshot.document(it).is_some());
    let moves = match is_open && !(caps.document_changes && caps.rename_files) {
        true => FileMoves::Without,
        false => FileMoves::With,
    };
    let renumbering = ide::renumber(snapshot, &id, file.as_deref(), moves, &mut source)
        .map_err(|it| it.to_string())?;
    Ok(Worked {
        change: renumbering.change.clone(),
        said: (!renumbering.undecided.is_empty()).then(|| renumbering.message.clone()),
        renumbering: Some(renumbering),
        send: None,
        dismissed: None,
    })
}

fn dismissed(view: &View, action: &ActionData) -> Result<Option<Named>, String> {
    let ActionData::Dismiss { path, name } = action else {
        return Ok(None);
    };
    let all = dismissed::outdated(&view.snapshot, &[path], |_, _| true);
    let meant: Named = all.into_iter().filter(|it| it.0 == *name).collect();
    match meant.is_empty() {
        true => Err(format!("{path} has changed; look at it again.")),
        false => Ok(Some(meant)),
    }
}

/// Where an action that shows something goes, the first first; `None` of others.
pub fn shown(view: &View, action: &ActionData, caps: &ClientCaps) -> Option<Vec<lsp::Location>> {
    let snapshot = &view.snapshot;
    let places = match action {
        ActionData::ShowTodos { ticket } => todos_of(snapshot, &TicketId::new(ticket)),
        ActionData::ShowCriteria { ticket } => criteria(snapshot, &TicketId::new(ticket)),
        ActionData::ShowOutdated { path, source } => {
            let left = snapshot.left_behind(path).into_iter();
            let left = left.filter(|it| it.source.to_string() == *source);
            let records = left.flat_map(|it| it.records);
            records
                .map(|(path, span)| ide::Place { path, span })
                .collect()
        }
        _ => return None,
    };
    let places = places.into_iter();
    let to_location = |it: ide::Place| location(&view.root, snapshot, &it.path, it.span, caps);
    Some(places.map(to_location).collect())
}

/// What renumbering did, for a program.
pub fn told(view: &View, renumbering: &Renumbering, caps: &ClientCaps) -> Value {
    let uri = |path: &str| uri::of_path(&view.root.join(path)).0;
    let given = renumbering.given.iter();
    let given: Vec<_> = given
        .map(|(path, id)| json!({ "uri": uri(path), "id": id }))
        .collect();
    let undecided = renumbering.undecided.iter();
    let undecided: Vec<_> = undecided
        .map(|it| location(&view.root, &view.snapshot, &it.path, it.span, caps))
        .collect();
    json!({ "kept": uri(&renumbering.kept), "given": given, "undecided": undecided })
}

/// What `codeAction/resolve` and `docket.applyAction` are handed back.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct ActionRef {
    pub uri: lsp::Uri,
    /// The document's version that the action was offered for.
    pub version: Option<i32>,
    pub action: ActionData,
}

pub fn actions(
    view: &View,
    params: &lsp::CodeActionParams,
    display: &Display,
    env: &Env,
    caps: &ClientCaps,
) -> Vec<lsp::CodeActionResponse> {
    let snapshot = &view.snapshot;
    let Some(span) = convert::span(snapshot, &view.path, params.range, caps) else {
        return Vec::new();
    };
    let context = match &params.context.only {
        None => ActionContext::default(),
        Some(only) => {
            let mut kinds = only.iter().flat_map(kinds).collect::<Vec<_>>();
            kinds.dedup();
            if kinds.is_empty() {
                return Vec::new();
            }
            ActionContext { only: kinds }
        }
    };
    let uri = params.text_document.uri.clone();
    let to_response = |mut it: ide::Action| {
        if let Some(commit) = removal(view, &it, env) {
            it.title = format!("{}, by {commit}", it.title);
        }
        let mended = it
            .mends
            .map(|(rule, span)| (rule.name(), range(snapshot, &view.path, span, caps)));
        let reference = ActionRef {
            uri: uri.clone(),
            version: view.version,
            action: it.data,
        };
        let data = serde_json::to_value(&reference).unwrap_or_default();
        if !caps.action_literals {
            return command(it.title, data).into();
        }
        let mut action = lsp::CodeAction {
            title: it.title,
            kind: match it.kind {
                ActionKind::QuickFix => Some(lsp::CodeActionKind::QuickFix),
                ActionKind::Refactor => Some(lsp::CodeActionKind::RefactorRewrite),
                ActionKind::FixAll => Some(lsp::CodeActionKind::SourceFixAll),
                ActionKind::Show => None,
            },
            is_preferred: (it.preferred && caps.preferred_actions).then_some(true),
            diagnostics: mended.map(|(rule, range)| {
                let theirs = params.context.diagnostics.iter();
                let same = |it: &&lsp::Diagnostic| {
                    it.range == range && it.code == Some(lsp::Code::String(rule.to_owned()))
                };
                theirs.filter(same).cloned().collect()
            }),
            ..Default::default()
        };
        // An edit could not send anything, and shows nothing.
        if it.kind == ActionKind::Show || reference.action.is_more_than_an_edit() {
            action.command = Some(command(action.title.clone(), data));
            return lsp::CodeActionResponse::CodeAction(action);
        }
        match caps.action_resolve_edit && caps.action_data && can_express(caps) {
            true => action.data = Some(data),
            false => match edit_of(view, &reference.action, env, caps) {
                Some(edit) => action.edit = Some(edit),
                None => action.command = Some(command(action.title.clone(), data)),
            },
        }
        lsp::CodeActionResponse::CodeAction(action)
    };
    let is_asked = context.only.is_empty() || context.only.contains(&ActionKind::QuickFix);
    let conflicts = match is_asked {
        true => super::conflicts::actions(view, params, caps),
        false => Vec::new(),
    };
    let mut others = ide::actions(snapshot, &view.path, span, &context);
    name_closing(view, &mut others);
    if is_asked {
        link_new(view, display, &mut others);
    }
    let more = is_asked.then(|| show_all(view, params, span, display, caps));
    conflicts
        .into_iter()
        .chain(more.flatten())
        .chain(others.into_iter().map(to_response))
        .collect()
}

/// The commit that took a ticket's last TODO out, where that is why the action is offered.
fn removal(view: &View, action: &ide::Action, env: &Env) -> Option<String> {
    action.mends.filter(|it| it.0 == RuleId::UnanchoredTodo)?;
    let ActionData::SetStatus { ticket, .. } = &action.data else {
        return None;
    };
    let orphaned = &view.snapshot.lost().orphaned;
    let anchor = orphaned.get(&TicketId::new(ticket))?;
    ProjectSource::new(&view.root, env).removal(&anchor.path, ticket)
}

/// Where findings are too many to be shown: all of them.
fn show_all(
    view: &View,
    params: &lsp::CodeActionParams,
    span: Span,
    display: &Display,
    caps: &ClientCaps,
) -> Option<lsp::CodeActionResponse> {
    display.most(view, &view.path)?;
    let shown = display.of_file(view, rules::findings(&view.snapshot, &view.path));
    let (at, n) = shown
        .more
        .filter(|it| it.0.start <= span.end && span.start <= it.0.end)?;
    let title = format!("Show the other {n} findings of this file");
    let command = lsp::Command {
        title: title.clone(),
        command: "docket.showAllFindings".into(),
        arguments: Some(vec![json!({ "uri": params.text_document.uri })]),
        tooltip: None,
    };
    if !caps.action_literals {
        return Some(command.into());
    }
    let place = range(&view.snapshot, &view.path, at, caps);
    let text = lsp::Message::String(reports::more_text(n));
    let theirs = params.context.diagnostics.iter();
    let same = |it: &&lsp::Diagnostic| it.range == place && it.message == text;
    Some(lsp::CodeActionResponse::CodeAction(lsp::CodeAction {
        title,
        kind: Some(lsp::CodeActionKind::QuickFix),
        diagnostics: Some(theirs.filter(same).cloned().collect()),
        command: Some(command),
        ..Default::default()
    }))
}

/// After the actions that track one TODO comes the one that tracks all that the branch brings.
fn link_new(view: &View, display: &Display, actions: &mut Vec<ide::Action>) {
    let is_tracking = |it: &&ide::Action| matches!(it.data, ActionData::CreateTicket { .. });
    let Some(mends) = actions.iter().find(is_tracking).map(|it| it.mends) else {
        return;
    };
    let Some(ticket) = start::ticket_of_branch(&view.root, &view.snapshot) else {
        return;
    };
    let Ok(since) = display.since(view) else {
        return;
    };
    let todos = since.new_untracked(&view.snapshot);
    let title = match todos.len() {
        0 => return,
        1 => format!("Link the new TODO of this branch to its ticket, {ticket}"),
        n => format!("Link all {n} new TODOs of this branch to its ticket, {ticket}"),
    };
    actions.push(ide::Action {
        title,
        kind: ActionKind::QuickFix,
        preferred: false,
        mends,
        data: ActionData::LinkAll { ticket, todos },
    });
}

/// Says of the action that sets the ticket of this file to done which commit asks for it.
fn name_closing(view: &View, actions: &mut [ide::Action]) {
    let (snapshot, mut closing) = (&view.snapshot, None);
    for it in actions.iter_mut().filter(|it| it.mends.is_none()) {
        let ActionData::SetStatus { ticket, status } = &it.data else {
            continue;
        };
        let is_own = snapshot.ticket(&TicketId::new(ticket));
        if is_own.is_none_or(|it| **it.0 != *view.path)
            || snapshot.config.status(status).map(|it| it.kind) != Some(StatusKind::Done)
        {
            continue;
        }
        let closing =
            closing.get_or_insert_with(|| source::closed_by(&view.root, snapshot, ticket));
        if let Some((commit, _)) = closing {
            it.title = format!("{}: {commit} says that it closes it", it.title);
        }
    }
}

/// Whether every change that an action may need can be sent to this client as an edit.
fn can_express(caps: &ClientCaps) -> bool {
    caps.document_changes && caps.create_files && caps.rename_files
}

fn edit_of(
    view: &View,
    action: &ActionData,
    env: &Env,
    caps: &ClientCaps,
) -> Option<lsp::WorkspaceEdit> {
    let worked = work_out(view, action, env, caps).ok()?;
    edit(view, &worked.change, caps).ok()
}

fn edit(view: &View, change: &Change, caps: &ClientCaps) -> Result<lsp::WorkspaceEdit, String> {
    let mut caps = *caps;
    caps.language.annotations &= caps.language.action_annotations;
    convert::workspace_edit(&view.root, &view.snapshot, change, &caps).map_err(|it| it.to_string())
}

fn command(title: String, data: serde_json::Value) -> lsp::Command {
    lsp::Command {
        title,
        command: super::commands::APPLY_ACTION.into(),
        arguments: Some(vec![data]),
        tooltip: None,
    }
}

/// Whether a client's filter lets a kind through: `quickfix` takes `quickfix.x`, not the reverse.
pub fn takes(only: &lsp::CodeActionKind, kind: &lsp::CodeActionKind) -> bool {
    let (only, kind) = (only.as_str(), kind.as_str());
    only.is_empty() || kind == only || kind.starts_with(&format!("{only}."))
}

/// Our kinds that a client's filter lets through: `quickfix` takes `quickfix.x`, not the reverse.
fn kinds(only: &lsp::CodeActionKind) -> Vec<ActionKind> {
    let only = only.as_str();
    let takes =
        |kind: &str| only.is_empty() || kind == only || kind.starts_with(&format!("{only}."));
    let ours = [
        ("quickfix", ActionKind::QuickFix),
        ("refactor.rewrite", ActionKind::Refactor),
        ("source.fixAll", ActionKind::FixAll),
        ("source.fixAll.docket", ActionKind::FixAll),
    ];
    ours.into_iter()
        .filter(|(name, _)| takes(name))
        .map(|(_, kind)| kind)
        .collect()
}

/// An action's edit, and what the user should know beside it.
///
/// # Errors
///
/// A sentence for the user: why not, and what to do.
pub fn resolve_action(
    view: &View,
    reference: &ActionRef,
    env: &Env,
    caps: &Arc<ClientCaps>,
) -> Result<(lsp::WorkspaceEdit, Option<String>), String> {
    if reference.version != view.version {
        return Err("The file has changed since the action was offered; ask again.".into());
    }
    let worked = work_out(view, &reference.action, env, caps)?;
    if reference.action.is_more_than_an_edit() {
        return Err("This action is a command: an edit does not do all of it.".into());
    }
    let edit = edit(view, &worked.change, caps)?;
    Ok((edit, worked.said))
}
