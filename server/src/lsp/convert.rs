//! Between docket's terms and LSP's: places, findings, changes.

use std::collections::HashMap;
use std::path::Path;

use docket_core::edit::{Change, Review};
use docket_core::finding::{Finding, Severity};
use docket_core::span::{Position, Span};
use docket_core::world::Snapshot;
use tower_lsp::gen_lsp_types as lsp;

use super::capabilities::ClientCaps;
use super::uri;

/// Where the rules are explained, one heading each.
const RULES_PAGE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/.docs/rules.md#");

pub fn position(from: lsp::Position) -> Position {
    Position {
        line: from.line,
        column: from.character,
    }
}

pub fn to_position(from: Position) -> lsp::Position {
    lsp::Position {
        line: from.line,
        character: from.column,
    }
}

/// The range of `span` in a file of the snapshot: by its text where it is open, else by its facts.
pub fn range(snapshot: &Snapshot, path: &str, span: Span, caps: &ClientCaps) -> lsp::Range {
    let at = |offset: u32| {
        to_position(match snapshot.document(path) {
            Some(document) => document.position(offset as usize, caps.encoding),
            None => snapshot
                .position(path, offset, caps.encoding)
                .unwrap_or(Position { line: 0, column: 0 }),
        })
    };
    lsp::Range {
        start: at(span.start),
        end: at(span.end),
    }
}

/// The span of a client's range in an open document.
pub fn span(snapshot: &Snapshot, path: &str, range: lsp::Range, caps: &ClientCaps) -> Option<Span> {
    let document = snapshot.document(path)?;
    let start = document.offset(position(range.start), caps.encoding);
    let end = document.offset(position(range.end), caps.encoding);
    Some(Span::new(start.min(end), start.max(end)))
}

pub fn location(
    root: &Path,
    snapshot: &Snapshot,
    path: &str,
    span: Span,
    caps: &ClientCaps,
) -> lsp::Location {
    lsp::Location {
        uri: uri::of_path(&root.join(path)),
        range: range(snapshot, path, span, caps),
    }
}

pub fn diagnostic(
    root: &Path,
    snapshot: &Snapshot,
    finding: &Finding,
    caps: &ClientCaps,
) -> lsp::Diagnostic {
    let name = finding.rule.name();
    let related = finding
        .related
        .iter()
        .map(|it| lsp::DiagnosticRelatedInformation {
            location: location(root, snapshot, &it.path, it.span, caps),
            message: it.message.clone(),
        });
    lsp::Diagnostic {
        range: range(snapshot, &finding.path, finding.span, caps),
        severity: Some(match finding.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
            Severity::Information => lsp::DiagnosticSeverity::Information,
            Severity::Hint => lsp::DiagnosticSeverity::Hint,
        }),
        code: Some(lsp::Code::String(name.to_owned())),
        code_description: caps.code_description.then(|| lsp::CodeDescription {
            href: lsp::Uri(format!("{RULES_PAGE}{name}")),
        }),
        source: Some("docket".into()),
        message: lsp::Message::String(finding.message.clone()),
        tags: (finding.unnecessary && caps.diagnostic_tags)
            .then(|| vec![lsp::DiagnosticTag::Unnecessary]),
        related_information: (caps.related_information && !finding.related.is_empty())
            .then(|| related.collect()),
        data: caps
            .diagnostic_data
            .then(|| serde_json::json!({ "fingerprint": finding.fingerprint })),
    }
}

pub fn markdown(value: String, is_markdown: bool) -> lsp::MarkupContent {
    match is_markdown {
        true => lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value,
        },
        false => lsp::MarkupContent {
            kind: lsp::MarkupKind::PlainText,
            value: plain(&value),
        },
    }
}

/// Markdown for a client that shows text as it is.
fn plain(markdown: &str) -> String {
    let lines = markdown.lines().map(|line| {
        let line = line.trim_start_matches('#').trim_start();
        line.replace("**", "").replace('`', "").replace("  ", " ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Why a change cannot be sent to this client as one edit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotExpressible {
    #[error("this editor cannot {0} files by an edit")]
    Operation(&'static str),
}

/// A change as an edit for the client to carry out, versioned where the client can check it.
///
/// # Errors
///
/// [`NotExpressible`] where the change needs what the client cannot do.
pub fn workspace_edit(
    root: &Path,
    snapshot: &Snapshot,
    change: &Change,
    caps: &ClientCaps,
) -> Result<lsp::WorkspaceEdit, NotExpressible> {
    let notes = match caps.language.annotations {
        true => change.notes.as_slice(),
        false => &[],
    };
    let annotation = |path: &str| {
        let note = notes
            .iter()
            .position(|it| it.paths.iter().any(|it| it == path));
        note.map(|it| format!("docket-{it}"))
    };
    let text_edits = |path: &str, edits: &[docket_core::edit::TextEdit]| -> Vec<lsp::TextEdit> {
        let one = |edit: &docket_core::edit::TextEdit| lsp::TextEdit {
            range: range(snapshot, path, edit.span, caps),
            new_text: edit.text.clone(),
        };
        edits.iter().map(one).collect()
    };
    if !caps.document_changes {
        for (used, name) in [
            (!change.creates.is_empty(), "create"),
            (!change.renames.is_empty(), "rename"),
            (!change.deletes.is_empty(), "delete"),
        ] {
            if used {
                return Err(NotExpressible::Operation(name));
            }
        }
        let changes: HashMap<_, _> = change
            .edits
            .iter()
            .map(|it| {
                (
                    uri::of_path(&root.join(&it.path)),
                    text_edits(&it.path, &it.edits),
                )
            })
            .collect();
        return Ok(lsp::WorkspaceEdit {
            changes: Some(changes),
            ..Default::default()
        });
    }
    let mut operations = Vec::new();
    for create in &change.creates {
        if !caps.create_files {
            return Err(NotExpressible::Operation("create"));
        }
        let uri = uri::of_path(&root.join(&create.path));
        operations.push(lsp::DocumentChange::CreateFile(lsp::CreateFile {
            uri: uri.clone(),
            options: Some(lsp::CreateFileOptions {
                overwrite: Some(false),
                ignore_if_exists: Some(false),
            }),
            annotation_id: annotation(&create.path),
        }));
        let insert = lsp::TextEdit {
            range: lsp::Range::default(),
            new_text: create.text.clone(),
        };
        let annotation = annotation(&create.path);
        operations.push(document_edit(uri, None, vec![insert], annotation));
    }
    for edit in &change.edits {
        let version = snapshot.document(&edit.path).map(|it| it.version);
        let uri = uri::of_path(&root.join(&edit.path));
        operations.push(document_edit(
            uri,
            version,
            text_edits(&edit.path, &edit.edits),
            annotation(&edit.path),
        ));
    }
    for (from, to) in &change.renames {
        if !caps.rename_files {
            return Err(NotExpressible::Operation("rename"));
        }
        operations.push(lsp::DocumentChange::RenameFile(lsp::RenameFile {
            old_uri: uri::of_path(&root.join(from)),
            new_uri: uri::of_path(&root.join(to)),
            options: None,
            annotation_id: annotation(from),
        }));
    }
    for path in &change.deletes {
        if !caps.delete_files {
            return Err(NotExpressible::Operation("delete"));
        }
        operations.push(lsp::DocumentChange::DeleteFile(lsp::DeleteFile {
            uri: uri::of_path(&root.join(path)),
            options: None,
            annotation_id: annotation(path),
        }));
    }
    let notes = notes.iter().enumerate().map(|(idx, it)| {
        let annotation = lsp::ChangeAnnotation {
            label: it.label.clone(),
            needs_confirmation: Some(it.review == Review::Needed),
            description: (!it.description.is_empty()).then(|| it.description.clone()),
        };
        (format!("docket-{idx}"), annotation)
    });
    let annotations: HashMap<_, _> = notes.collect();
    Ok(lsp::WorkspaceEdit {
        document_changes: Some(operations),
        change_annotations: (!annotations.is_empty()).then_some(annotations),
        ..Default::default()
    })
}

fn document_edit(
    uri: lsp::Uri,
    version: Option<i32>,
    edits: Vec<lsp::TextEdit>,
    annotation: Option<String>,
) -> lsp::DocumentChange {
    let edit = |text_edit| match &annotation {
        None => lsp::Edit::TextEdit(text_edit),
        Some(annotation_id) => lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit {
            annotation_id: annotation_id.clone(),
            text_edit,
        }),
    };
    lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
        text_document: lsp::OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: lsp::TextDocumentIdentifier { uri },
        },
        edits: edits.into_iter().map(edit).collect(),
    })
}
