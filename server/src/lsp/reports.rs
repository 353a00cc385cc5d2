//! Answers to an editor's questions, made on the engine's pool from one view.

use docket_core::config::When;
use docket_core::finding::Finding;
use docket_core::ide::board_text;
use docket_core::ide::hover::MAX_CHANGES;
use docket_core::ide::{self, CompletionKind, HintTarget};
use docket_core::rules::{self, RuleId};
use docket_core::span::Span;
use docket_core::text::Hash;
use tower_lsp::gen_lsp_types as lsp;

use super::capabilities::ClientCaps;
use super::convert::{self, location, markdown, position, range};
use super::display::{Display, Shown, Surface};
use super::{documents, uri};
use crate::ai::purse;
use crate::engine::View;
use crate::env::Env;
use crate::source;

pub fn diagnostics(view: &View, display: &Display, caps: &ClientCaps) -> Vec<lsp::Diagnostic> {
    let shown = display.of_file(view, rules::findings(&view.snapshot, &view.path));
    to_diagnostics(view, &view.path, &shown, caps)
}

fn to_diagnostics(
    view: &View,
    path: &str,
    shown: &Shown,
    caps: &ClientCaps,
) -> Vec<lsp::Diagnostic> {
    // Where only open files are read, a missing ticket or page is one that nobody looked for.
    let is_knowable = |it: &&Finding| {
        view.complete || !matches!(it.rule, RuleId::UnknownTicket | RuleId::BrokenLink)
    };
    let more = shown.more.map(|(span, n)| lsp::Diagnostic {
        range: range(&view.snapshot, path, span, caps),
        severity: Some(lsp::DiagnosticSeverity::Information),
        source: Some("docket".into()),
        message: lsp::Message::String(more_text(n)),
        ..Default::default()
    });
    let findings = shown.findings.iter().filter(is_knowable);
    findings
        .map(|it| convert::diagnostic(&view.root, &view.snapshot, it, caps))
        .chain(more)
        .collect()
}

/// What stands in the stead of findings that are too many.
pub fn more_text(n: usize) -> String {
    format!("{n} more in this file; the command docket.showAllFindings shows them.")
}

/// Names a list of diagnostics: equal lists have equal names, in this session and the next.
fn result_id(diagnostics: &[lsp::Diagnostic]) -> String {
    let bytes = serde_json::to_vec(diagnostics).unwrap_or_default();
    format!("{:?}", Hash::of(&bytes))
}

pub fn document_report(
    view: &View,
    previous: Option<&str>,
    display: &Display,
    caps: &ClientCaps,
) -> lsp::DocumentDiagnosticReport {
    let items = diagnostics(view, display, caps);
    let result_id = result_id(&items);
    if previous == Some(&result_id) {
        let unchanged_document_diagnostic_report =
            lsp::UnchangedDocumentDiagnosticReport { result_id };
        return lsp::RelatedUnchangedDocumentDiagnosticReport {
            unchanged_document_diagnostic_report,
            related_documents: None,
        }
        .into();
    }
    let result_id = Some(result_id);
    lsp::RelatedFullDocumentDiagnosticReport {
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport { result_id, items },
        related_documents: None,
    }
    .into()
}

/// One report a file that has findings, or had some in what the client knows already.
pub fn workspace_report(
    views: &[View],
    previous: &[lsp::PreviousResultId],
    display: &Display,
    caps: &ClientCaps,
) -> Vec<lsp::WorkspaceDocumentDiagnosticReport> {
    let known: std::collections::BTreeMap<_, _> = previous
        .iter()
        .map(|it| (it.uri.0.as_str(), it.value.as_str()))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    let mut out = Vec::new();
    let mut add = |uri: lsp::Uri, version: Option<i32>, items: Vec<lsp::Diagnostic>| {
        let result_id = result_id(&items);
        if known.get(uri.0.as_str()) == Some(&result_id.as_str()) {
            let unchanged_document_diagnostic_report =
                lsp::UnchangedDocumentDiagnosticReport { result_id };
            out.push(
                lsp::WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report,
                }
                .into(),
            );
            return;
        }
        let full_document_diagnostic_report = lsp::FullDocumentDiagnosticReport {
            result_id: Some(result_id),
            items,
        };
        out.push(
            lsp::WorkspaceFullDocumentDiagnosticReport {
                uri,
                version,
                full_document_diagnostic_report,
            }
            .into(),
        );
    };
    for view in views {
        let all = display.of_all(view, rules::all_findings(&view.snapshot));
        for (path, shown) in &all {
            let items = to_diagnostics(view, path, shown, caps);
            // A file of which nothing is left is told by its absence below.
            if items.is_empty()
                && !known.contains_key(uri::of_path(&view.root.join(path)).0.as_str())
            {
                continue;
            }
            let uri = uri::of_path(&view.root.join(path));
            let version = view.snapshot.document(path).map(|it| it.version);
            seen.insert(uri.0.clone());
            add(uri, version, items);
        }
    }
    for gone in previous.iter().filter(|it| !seen.contains(&it.uri.0)) {
        add(gone.uri.clone(), None, Vec::new());
    }
    out
}

pub fn hints(
    view: &View,
    within: lsp::Range,
    display: &Display,
    caps: &ClientCaps,
) -> Option<Vec<lsp::InlayHint>> {
    if display.surface(view, Surface::Hints) == When::Off {
        return None;
    }
    let snapshot = &view.snapshot;
    let within = convert::span(snapshot, &view.path, within, caps)?;
    let to_hint = |it: ide::Hint| {
        let at = Span {
            start: it.at,
            end: it.at,
        };
        let location = match &it.target {
            HintTarget::Ticket(path) => {
                let ticket = snapshot.file(path).and_then(|it| it.ticket.as_ref());
                let title = ticket.and_then(|it| it.title.as_ref());
                let span = title.map_or(Span::new(0, 0), |it| it.span);
                Some(location(&view.root, snapshot, path, span, caps))
            }
            // No file is written for what nobody has clicked on.
            HintTarget::Issue(number) => caps.text_content.then(|| lsp::Location {
                uri: documents::address(view, *number),
                range: lsp::Range::default(),
            }),
        };
        lsp::InlayHint {
            position: range(snapshot, &view.path, at, caps).start,
            label: lsp::Label::InlayHintLabelPartList(vec![lsp::InlayHintLabelPart {
                value: it.label,
                location,
                ..Default::default()
            }]),
            tooltip: Some(lsp::Tooltip::MarkupContent(markdown(
                it.tooltip,
                caps.markdown_hover,
            ))),
            padding_left: Some(true),
            kind: None,
            text_edits: None,
            padding_right: None,
            data: None,
        }
    };
    let is_shown = |it: &ide::Hint| {
        let at = Span {
            start: it.at,
            end: it.at,
        };
        display.shows(view, Surface::Hints, at)
    };
    let hints = ide::hints(snapshot, &view.path, within).into_iter();
    Some(hints.filter(is_shown).map(to_hint).collect())
}

/// The byte offset of a client's position in the asked-for document.
fn offset(view: &View, at: lsp::Position, caps: &ClientCaps) -> Option<usize> {
    Some(
        view.snapshot
            .document(&view.path)?
            .offset(position(at), caps.encoding),
    )
}

pub fn hover(view: &View, at: lsp::Position, env: &Env, caps: &ClientCaps) -> Option<lsp::Hover> {
    let snapshot = &view.snapshot;
    let mut hover = ide::hover(snapshot, &view.path, offset(view, at, caps)?)?;
    let ai = &snapshot.config.ai;
    let has_models = !ai.models.is_empty() || !ai.tasks.is_empty();
    // Who neither syncs nor asks models pays for no look into the log.
    if let Some(ticket) = hover.ticket.clone()
        && (has_models || !snapshot.mirror.repository.is_empty())
    {
        let ticket = &ticket;
        if has_models {
            let cost = purse::of_ticket(env, &view.root, ticket);
            hover = hover.with_cost(cost.as_deref());
        }
        let changes = source::last_changes(&view.root, env, ticket, MAX_CHANGES);
        hover = hover.with_history(snapshot, &changes);
    }
    Some(lsp::Hover {
        contents: lsp::Contents::MarkupContent(markdown(hover.markdown, caps.markdown_hover)),
        range: Some(range(&view.snapshot, &view.path, hover.span, caps)),
    })
}

pub fn definition(
    view: &View,
    at: lsp::Position,
    env: &Env,
    caps: &ClientCaps,
) -> Option<Vec<lsp::Location>> {
    let offset = offset(view, at, caps)?;
    if let Some((_, places)) = ide::definition(&view.snapshot, &view.path, offset) {
        return Some(locations(view, places, caps));
    }
    let number = ide::issue_named_at(&view.snapshot, &view.path, offset)?;
    let uri = documents::issue(view, number, env, caps)?;
    let range = lsp::Range::default();
    Some(vec![lsp::Location { uri, range }])
}

pub fn references(
    view: &View,
    at: lsp::Position,
    declarations: ide::Declarations,
    caps: &ClientCaps,
) -> Option<Vec<lsp::Location>> {
    let places = ide::references(
        &view.snapshot,
        &view.path,
        offset(view, at, caps)?,
        declarations,
    );
    (!places.is_empty()).then(|| locations(view, places, caps))
}

fn locations(view: &View, places: Vec<ide::Place>, caps: &ClientCaps) -> Vec<lsp::Location> {
    // The board is no file that one could go to.
    let files = places
        .into_iter()
        .filter(|it| *it.path != *board_text::PATH);
    files
        .map(|it| location(&view.root, &view.snapshot, &it.path, it.span, caps))
        .collect()
}

pub fn highlights(
    view: &View,
    at: lsp::Position,
    caps: &ClientCaps,
) -> Option<Vec<lsp::DocumentHighlight>> {
    let spans = ide::highlights(&view.snapshot, &view.path, offset(view, at, caps)?);
    let to_highlight = |span| lsp::DocumentHighlight {
        range: range(&view.snapshot, &view.path, span, caps),
        kind: Some(lsp::DocumentHighlightKind::Text),
    };
    (!spans.is_empty()).then(|| spans.into_iter().map(to_highlight).collect())
}

pub fn completion(
    view: &View,
    at: lsp::Position,
    caps: &ClientCaps,
) -> Option<lsp::CompletionList> {
    let snapshot = &view.snapshot;
    let completion = ide::completion(snapshot, &view.path, offset(view, at, caps)?);
    if completion.items.is_empty() {
        return None;
    }
    let to_item = |(idx, it): (usize, ide::CompletionItem)| {
        let documentation = match (&it.card, caps.completion_resolve) {
            (Some(id), false) => ide::documentation(snapshot, id),
            _ => None,
        };
        lsp::CompletionItem {
            label_details: caps.label_details.then(|| lsp::CompletionItemLabelDetails {
                detail: None,
                description: Some(it.detail.clone()),
            }),
            detail: (!caps.label_details).then_some(it.detail),
            kind: Some(match it.kind {
                CompletionKind::Ticket => lsp::CompletionItemKind::Reference,
                CompletionKind::Issue => lsp::CompletionItemKind::Reference,
                // Without a list of its own a client knows the kinds up to `Reference`.
                CompletionKind::User | CompletionKind::Value if !caps.later_kinds => {
                    lsp::CompletionItemKind::Value
                }
                CompletionKind::User => lsp::CompletionItemKind::Constant,
                CompletionKind::Label => lsp::CompletionItemKind::Keyword,
                CompletionKind::Field => lsp::CompletionItemKind::Field,
                CompletionKind::Value => lsp::CompletionItemKind::EnumMember,
                CompletionKind::Date => lsp::CompletionItemKind::Value,
                CompletionKind::Page => lsp::CompletionItemKind::File,
            }),
            documentation: documentation.map(|it| {
                lsp::Documentation::MarkupContent(markdown(it, caps.markdown_documentation))
            }),
            // Keeps our order in clients that sort by label.
            sort_text: Some(format!("{idx:05}")),
            filter_text: Some(it.filter),
            text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit {
                range: range(snapshot, &view.path, it.edit.span, caps),
                new_text: it.edit.text,
            })),
            data: it
                .card
                .map(|id| serde_json::json!({ "root": view.root, "ticket": id })),
            label: it.label,
            ..Default::default()
        }
    };
    Some(lsp::CompletionList {
        is_incomplete: completion.incomplete,
        items: completion
            .items
            .into_iter()
            .enumerate()
            .map(to_item)
            .collect(),
        ..Default::default()
    })
}
