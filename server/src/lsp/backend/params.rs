//! What a client sends, in docket's terms.

use std::path::PathBuf;

use docket_core::text::ContentChange;
use tower_lsp::gen_lsp_types as lsp;

use super::super::{convert, uri};

pub(super) fn change(event: lsp::TextDocumentContentChangeEvent) -> ContentChange {
    match event {
        lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(it) => {
            ContentChange {
                range: Some((
                    convert::position(it.range.start),
                    convert::position(it.range.end),
                )),
                text: it.text,
            }
        }
        lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(it) => {
            ContentChange {
                range: None,
                text: it.text,
            }
        }
    }
}

/// The folders that a client opens: the list where it has one, else the older single root.
#[expect(
    deprecated,
    reason = "clients older than workspace folders send nothing else"
)]
pub(super) fn folders(params: &lsp::InitializeParams) -> Vec<PathBuf> {
    match &params.workspace_folders_initialize_params.workspace_folders {
        Some(lsp::WorkspaceFolders::WorkspaceFolderList(list)) if !list.is_empty() => {
            list.iter().filter_map(|it| uri::to_path(&it.uri)).collect()
        }
        _ => match (&params.root_uri, &params.root_path) {
            (Some(uri), _) => uri::to_path(uri).into_iter().collect(),
            (None, Some(lsp::RootPath::String(path))) => vec![PathBuf::from(path)],
            _ => Vec::new(),
        },
    }
}
