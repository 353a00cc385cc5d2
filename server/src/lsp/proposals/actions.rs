//! Code actions of proposals: what can be proposed at a place, and what becomes of what waits.

use docket_core::edit::{Change, Note, Review};
use docket_core::ids::TicketId;
use docket_core::lineage::Why;
use docket_core::rules::RuleId;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use super::super::capabilities::ClientCaps;
use super::super::convert::{self, range};
use super::super::{actions, uri};
use super::Waiting;
use crate::engine::View;
use crate::env::Env;
use crate::propose::Proposal;

/// What can be done about proposals, and what can be proposed, at a place.
pub fn actions(
    view: &View,
    params: &lsp::CodeActionParams,
    waiting: &Waiting,
    env: &Env,
    caps: &ClientCaps,
) -> Vec<lsp::CodeActionResponse> {
    // Proposals are about tickets and pages, and edit nothing else: code pays for no look.
    if !view.path.starts_with(".docs/") {
        return Vec::new();
    }
    let kind = lsp::CodeActionKind::RefactorRewrite;
    let is_asked = |kind: &lsp::CodeActionKind| {
        let only = params.context.only.as_ref();
        only.is_none_or(|only| only.iter().any(|it| actions::takes(it, kind)))
    };
    let mut out = Vec::new();
    let root = uri::of_path(&view.root);
    if is_asked(&kind) {
        for it in waiting.of(&view.root, env).iter() {
            if is_at(view, it) {
                out.extend(decisions(view, it, &root, caps));
            }
        }
        out.extend(offers(view, params, &root, caps));
    }
    if is_asked(&lsp::CodeActionKind::QuickFix) {
        out.extend(updates(view, params, &root, caps));
    }
    out
}

/// Whether a proposal is about the file, or changes it.
fn is_at(view: &View, proposal: &Proposal) -> bool {
    let edits = proposal.body.change.edits.iter();
    if edits.clone().any(|it| it.path == view.path) {
        return true;
    }
    let (id, snapshot) = (TicketId::new(&proposal.of), &view.snapshot);
    snapshot.ticket(&id).is_some_and(|it| **it.0 == *view.path) || proposal.of == view.path
}

fn decisions(
    view: &View,
    proposal: &Proposal,
    root: &lsp::Uri,
    caps: &ClientCaps,
) -> Vec<lsp::CodeActionResponse> {
    let argument = |made| json!({ "proposal": proposal.id, "uri": root, "made": made });
    let named = |verb: &str| format!("{verb} {}: {}", proposal.id, proposal.title);
    let mut accept = action(
        named("Accept"),
        lsp::CodeActionKind::RefactorRewrite,
        "docket.accept",
        argument(false),
    );
    if caps.language.annotations
        && caps.document_changes
        && caps.create_files
        && let Ok(edit) =
            convert::workspace_edit(&view.root, &view.snapshot, &reviewed(proposal), caps)
        && view_is_current(view, proposal)
    {
        accept.edit = Some(edit);
        if let Some(command) = &mut accept.command {
            command.arguments = Some(vec![argument(true)]);
        }
    }
    if caps.llm_tag && proposal.body.origin.is_some() {
        accept.tags = Some(vec![lsp::CodeActionTag::LLMGenerated]);
    }
    let refuse = action(
        named("Refuse"),
        lsp::CodeActionKind::RefactorRewrite,
        "docket.refuse",
        argument(false),
    );
    let shown = action(
        named("Look at"),
        lsp::CodeActionKind::RefactorRewrite,
        "docket.proposals",
        json!({ "proposal": proposal.id, "uri": root }),
    );
    [accept, shown, refuse]
        .into_iter()
        .map(|it| response(it, caps))
        .collect()
}

/// Whether what a proposal edits is still as it was.
fn view_is_current(view: &View, proposal: &Proposal) -> bool {
    let mut edits = proposal.body.change.edits.iter();
    edits.all(|it| view.snapshot.file(&it.path).map(|it| it.hash) == Some(it.expected))
}

/// On a ticket's first lines: what can be made of it.
fn offers(
    view: &View,
    params: &lsp::CodeActionParams,
    root: &lsp::Uri,
    caps: &ClientCaps,
) -> Vec<lsp::CodeActionResponse> {
    let snapshot = &view.snapshot;
    let facts = snapshot.file(&view.path);
    let Some(ticket) = facts.and_then(|it| it.ticket.as_ref()) else {
        return Vec::new();
    };
    let span = convert::span(snapshot, &view.path, params.range, caps);
    let is_head =
        |span: docket_core::span::Span| ticket.front_matter.is_some_and(|it| span.start <= it.end);
    let (Some(id), true) = (&ticket.id, span.is_some_and(is_head)) else {
        return Vec::new();
    };
    if snapshot.is_closed(ticket) {
        return Vec::new();
    }
    let argument = json!({ "ticket": id.value, "uri": root });
    let mut out = Vec::new();
    let has_model = |task: &str| !snapshot.config.ai.models_for(task).is_empty();
    if has_model("expand") || ticket.criteria.iter().filter(|it| !it.done).count() > 1 {
        out.push(("Split into parts", "docket.expand"));
    }
    if ticket.criteria.iter().any(|it| !it.done) {
        out.push(("Write tests for its criteria", "docket.writeTests"));
    }
    if ticket.estimate.is_none() {
        out.push(("Estimate its size", "docket.estimate"));
    }
    out.into_iter()
        .map(|(title, name)| {
            let kind = lsp::CodeActionKind::RefactorRewrite;
            response(action(title.to_owned(), kind, name, argument.clone()), caps)
        })
        .collect()
}

/// At a finding `outdated`: what a model would bring in line.
fn updates(
    view: &View,
    params: &lsp::CodeActionParams,
    root: &lsp::Uri,
    caps: &ClientCaps,
) -> Vec<lsp::CodeActionResponse> {
    let snapshot = &view.snapshot;
    if snapshot.config.ai.models_for("align").is_empty() {
        return Vec::new();
    }
    let Some(span) = convert::span(snapshot, &view.path, params.range, caps) else {
        return Vec::new();
    };
    let outdated = snapshot.outdated(&view.path);
    let mut at = outdated.into_iter().filter(|it| {
        let of = it.origin.span;
        of.start <= span.end && span.start <= of.end && matches!(it.why, Why::Changed(_))
    });
    let Some(it) = at.next() else {
        return Vec::new();
    };
    let of = crate::plan::derived(snapshot, &view.path, it.origin);
    let of = of.unwrap_or_else(|| view.path.clone());
    let kind = lsp::CodeActionKind::QuickFix;
    let argument = json!({ "of": of, "uri": root });
    let mut action = action(
        "Update from this change".to_owned(),
        kind,
        "docket.update",
        argument,
    );
    let place = range(snapshot, &view.path, it.origin.span, caps);
    let theirs = params.context.diagnostics.iter();
    let same = |it: &&lsp::Diagnostic| {
        let rule = RuleId::Outdated.name().to_owned();
        it.range == place && it.code == Some(lsp::Code::String(rule))
    };
    action.diagnostics = Some(theirs.filter(same).cloned().collect());
    if caps.llm_tag {
        action.tags = Some(vec![lsp::CodeActionTag::LLMGenerated]);
    }
    vec![response(action, caps)]
}

fn action(
    title: String,
    kind: lsp::CodeActionKind,
    command: &str,
    argument: Value,
) -> lsp::CodeAction {
    lsp::CodeAction {
        command: Some(lsp::Command {
            title: title.clone(),
            command: command.into(),
            arguments: Some(vec![argument]),
            tooltip: None,
        }),
        title,
        kind: Some(kind),
        ..Default::default()
    }
}

/// As the client takes it: an object, or its command alone.
fn response(mut action: lsp::CodeAction, caps: &ClientCaps) -> lsp::CodeActionResponse {
    match (caps.action_literals, action.command.take()) {
        (false, Some(command)) => command.into(),
        (_, command) => lsp::CodeActionResponse::CodeAction(lsp::CodeAction { command, ..action }),
    }
}

/// The change as an edit that a client has its person look at first.
fn reviewed(proposal: &Proposal) -> Change {
    let mut change = proposal.body.change.clone();
    let edited = change.edits.iter().map(|it| it.path.clone());
    let made = change.creates.iter().map(|it| it.path.clone());
    change.notes = vec![Note {
        label: proposal.title.clone(),
        description: proposal.body.notes.join(" "),
        review: Review::Needed,
        paths: edited.chain(made).collect(),
    }];
    change
}
