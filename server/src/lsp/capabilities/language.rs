//! Abilities that navigation, outlines and changes of tickets depend on, and what is offered for them.
//!
//! Each of these requests is offered only where the client names it: a client that never asks is
//! left in peace, and what an answer looks like is decided by what the client says beside that.

use tower_lsp::gen_lsp_types as lsp;

use super::tokens::TokenCaps;

/// See [`super::ClientCaps`]. A field without a word on it is that the client knows the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LanguageCaps {
    pub links: bool,
    pub link_tooltips: bool,
    pub symbols: bool,
    /// Symbols as a tree; without, as a list.
    pub symbol_tree: bool,
    /// Symbols that are marked deprecated.
    pub symbol_tags: bool,
    pub search: bool,
    /// Symbols whose range is asked for when one is chosen.
    pub search_resolve: bool,
    pub search_tags: bool,
    pub folding: bool,
    /// Whole lines alone.
    pub fold_lines: bool,
    pub fold_limit: Option<u32>,
    /// What stands in a folded range's place.
    pub fold_text: bool,
    pub selection: bool,
    pub implementation: bool,
    pub hierarchy: bool,
    pub rename: bool,
    pub prepare_rename: bool,
    /// Names for the parts of a change. The next two: in what a rename, and what an action answers.
    pub annotations: bool,
    pub rename_annotations: bool,
    pub action_annotations: bool,
    pub will_rename: bool,
    pub did_rename: bool,
    pub will_delete: bool,
    pub did_delete: bool,
    pub lenses: bool,
    pub lens_refresh: bool,
    pub formatting: bool,
    pub tokens: TokenCaps,
    /// The editor can be asked to go to a place.
    pub show_document: bool,
}

impl LanguageCaps {
    pub fn of(client: &lsp::ClientCapabilities) -> Self {
        let of_window = client.window.as_ref();
        let beside = Self {
            show_document: of_window
                .and_then(|it| it.show_document.as_ref())
                .is_some_and(|it| it.support),
            ..Self::of_workspace(client.workspace.as_ref())
        };
        let Some(document) = &client.text_document else {
            return beside;
        };
        let link = document.document_link.as_ref();
        let symbol = document.document_symbol.as_ref();
        let folding = document.folding_range.as_ref();
        let rename = document.rename.as_ref();
        Self {
            links: link.is_some(),
            link_tooltips: link.and_then(|it| it.tooltip_support).unwrap_or(false),
            symbols: symbol.is_some(),
            symbol_tree: symbol
                .and_then(|it| it.hierarchical_document_symbol_support)
                .unwrap_or(false),
            symbol_tags: symbol.is_some_and(|it| deprecates(it.tag_support.as_ref())),
            folding: folding.is_some(),
            fold_lines: folding.and_then(|it| it.line_folding_only).unwrap_or(false),
            fold_limit: folding.and_then(|it| it.range_limit),
            fold_text: folding
                .and_then(|it| it.folding_range.as_ref()?.collapsed_text)
                .unwrap_or(false),
            selection: document.selection_range.is_some(),
            implementation: document.implementation.is_some(),
            hierarchy: document.call_hierarchy.is_some(),
            lenses: document.code_lens.is_some(),
            formatting: document.formatting.is_some(),
            tokens: TokenCaps::of(client),
            rename: rename.is_some(),
            prepare_rename: rename.and_then(|it| it.prepare_support).unwrap_or(false),
            rename_annotations: rename
                .and_then(|it| it.honors_change_annotations)
                .unwrap_or(false),
            action_annotations: document
                .code_action
                .as_ref()
                .and_then(|it| it.honors_change_annotations)
                .unwrap_or(false),
            ..beside
        }
    }

    fn of_workspace(workspace: Option<&lsp::WorkspaceClientCapabilities>) -> Self {
        let search = workspace.and_then(|it| it.symbol.as_ref());
        let edit = workspace.and_then(|it| it.workspace_edit.as_ref());
        let files = workspace.and_then(|it| it.file_operations.as_ref());
        let operation = |ask: fn(&lsp::FileOperationClientCapabilities) -> Option<bool>| {
            files.and_then(ask).unwrap_or(false)
        };
        Self {
            search: search.is_some(),
            search_resolve: search
                .and_then(|it| it.resolve_support.as_ref())
                .is_some_and(|it| it.properties.iter().any(|it| it == "location.range")),
            search_tags: search.is_some_and(|it| deprecates(it.tag_support.as_ref())),
            lens_refresh: workspace
                .and_then(|it| it.code_lens.as_ref()?.refresh_support)
                .unwrap_or(false),
            annotations: edit.is_some_and(|it| it.change_annotation_support.is_some()),
            will_rename: operation(|it| it.will_rename),
            did_rename: operation(|it| it.did_rename),
            will_delete: operation(|it| it.will_delete),
            did_delete: operation(|it| it.did_delete),
            ..Self::default()
        }
    }

    /// Adds what docket offers this client.
    pub fn offer(self, to: &mut lsp::ServerCapabilities) {
        to.document_link_provider = self.links.then(|| lsp::DocumentLinkOptions {
            resolve_provider: Some(false),
            ..Default::default()
        });
        to.document_symbol_provider = self.symbols.then(|| true.into());
        to.workspace_symbol_provider = self.search.then(|| {
            lsp::WorkspaceSymbolProvider::WorkspaceSymbolOptions(lsp::WorkspaceSymbolOptions {
                resolve_provider: Some(self.search_resolve),
                ..Default::default()
            })
        });
        to.folding_range_provider = self.folding.then(|| true.into());
        to.selection_range_provider = self.selection.then(|| true.into());
        to.implementation_provider = self.implementation.then(|| true.into());
        to.call_hierarchy_provider = self.hierarchy.then(|| true.into());
        to.rename_provider = self.rename.then(|| match self.prepare_rename {
            true => lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
                prepare_provider: Some(true),
                ..Default::default()
            }),
            // A client that does not know the options takes the plain word.
            false => lsp::RenameProvider::Bool(true),
        });
        to.code_lens_provider = self.lenses.then(|| lsp::CodeLensOptions {
            resolve_provider: Some(false),
            ..Default::default()
        });
        to.document_formatting_provider = self.formatting.then(|| true.into());
        to.semantic_tokens_provider = self.tokens.offer();
        if let Some(workspace) = &mut to.workspace {
            workspace.file_operations = self.file_operations();
        }
    }
}

impl LanguageCaps {
    /// Any file may be what a page links to.
    fn file_operations(self) -> Option<lsp::FileOperationOptions> {
        let all = || lsp::FileOperationRegistrationOptions {
            filters: vec![lsp::FileOperationFilter {
                scheme: Some("file".into()),
                pattern: lsp::FileOperationPattern {
                    glob: "**/*".into(),
                    ..Default::default()
                },
            }],
        };
        let any = self.will_rename || self.did_rename || self.will_delete || self.did_delete;
        any.then(|| lsp::FileOperationOptions {
            will_rename: self.will_rename.then(all),
            did_rename: self.did_rename.then(all),
            will_delete: self.will_delete.then(all),
            did_delete: self.did_delete.then(all),
            ..Default::default()
        })
    }
}

fn deprecates(tags: Option<&lsp::ClientSymbolTagOptions>) -> bool {
    tags.is_some_and(|it| it.value_set.contains(&lsp::SymbolTag::Deprecated))
}
