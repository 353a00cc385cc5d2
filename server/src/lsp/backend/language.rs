//! Handlers of what tickets and pages are as a language.

use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

use super::super::board::BoardRef;
use super::super::language::hierarchy::{self, ItemRef};
use super::super::language::outline::{self, SymbolRef};
use super::super::language::{self, is_ours, lenses, rename, tokens};
use super::super::uri;
use super::Backend;
use super::ask::{failed, lost};
use crate::engine::{Event, Need, View};

/// What every handler here answers.
pub(super) type Answer<T> = Result<Option<T>>;

impl Backend {
    pub(super) async fn links(
        &self,
        params: lsp::DocumentLinkParams,
    ) -> Answer<Vec<lsp::DocumentLink>> {
        let uri = params.text_document.uri;
        let links = self.ask(&uri, Need::Now, |view, caps| language::links(view, caps));
        Ok(links.await?.flatten())
    }

    pub(super) async fn symbols(
        &self,
        params: lsp::DocumentSymbolParams,
    ) -> Answer<lsp::DocumentSymbolResponse> {
        let uri = params.text_document.uri.clone();
        self.ask_docs(&params.text_document.uri, move |view, caps| {
            outline::symbols(view, &uri, caps)
        })
        .await
    }

    pub(super) async fn search(
        &self,
        params: lsp::WorkspaceSymbolParams,
    ) -> Answer<lsp::WorkspaceSymbolResponse> {
        let caps = self.caps();
        let found = self.engine.read_all(Need::Now, move |views| {
            outline::search(views, &params.query, &caps)
        });
        Ok(Some(found.await.map_err(lost)?))
    }

    pub(super) async fn resolve_symbol(
        &self,
        mut symbol: lsp::WorkspaceSymbol,
    ) -> Result<lsp::WorkspaceSymbol> {
        let data = symbol.data.clone().unwrap_or_default();
        let Ok(reference) = serde_json::from_value::<SymbolRef>(data) else {
            return Ok(symbol);
        };
        let caps = self.caps();
        let place = self.engine.read_all(Need::Now, move |views| {
            outline::resolve(views, &reference, &caps)
        });
        if let Some(place) = place.await.map_err(lost)? {
            symbol.location = lsp::WorkspaceSymbolLocation::Location(place);
        }
        Ok(symbol)
    }

    pub(super) async fn folds(
        &self,
        params: lsp::FoldingRangeParams,
    ) -> Answer<Vec<lsp::FoldingRange>> {
        self.ask_docs(&params.text_document.uri, |view, caps| {
            outline::folds(view, caps)
        })
        .await
    }

    pub(super) async fn selections(
        &self,
        params: lsp::SelectionRangeParams,
    ) -> Answer<Vec<lsp::SelectionRange>> {
        let positions = params.positions;
        self.ask_docs(&params.text_document.uri, move |view, caps| {
            outline::selections(view, &positions, caps)
        })
        .await
    }

    pub(super) async fn implementations(
        &self,
        params: lsp::ImplementationParams,
    ) -> Answer<lsp::ImplementationResponse> {
        let at = params.text_document_position_params;
        let places = self.ask_at(&at.text_document.uri, Need::Now, move |view, caps| {
            language::implementations(view, at.position, caps)
        });
        let list = places.await?.map(lsp::Definition::LocationList);
        Ok(list.map(lsp::ImplementationResponse::Definition))
    }

    pub(super) async fn prepare_hierarchy(
        &self,
        params: lsp::CallHierarchyPrepareParams,
    ) -> Answer<Vec<lsp::CallHierarchyItem>> {
        let at = params.text_document_position_params;
        self.ask_docs(&at.text_document.uri, move |view, caps| {
            hierarchy::prepare(view, at.position, caps)
        })
        .await
    }

    pub(super) async fn hierarchy<T: Send + 'static>(
        &self,
        item: &lsp::CallHierarchyItem,
        calls: fn(&[View], &ItemRef, &super::ClientCaps) -> Option<T>,
    ) -> Answer<T> {
        let Some(reference) = ItemRef::of(item) else {
            return Ok(None);
        };
        let caps = self.caps();
        let calls = self
            .engine
            .read_all(Need::Now, move |views| calls(views, &reference, &caps));
        calls.await.map_err(lost)
    }

    pub(super) async fn prepare_renaming(
        &self,
        at: lsp::TextDocumentPositionParams,
    ) -> Answer<lsp::PrepareRenameResult> {
        // What is renamed is in files; the board follows by itself.
        if BoardRef::of(&at.text_document.uri).is_some() {
            return Ok(None);
        }
        let env = self.env.clone();
        let found = self.ask_at(&at.text_document.uri, Need::Index, move |view, caps| {
            rename::prepare(view, at.position, &env, caps).transpose()
        });
        found.await?.transpose().map_err(failed)
    }

    pub(super) async fn renaming(&self, params: lsp::RenameParams) -> Answer<lsp::WorkspaceEdit> {
        let (env, new) = (self.env.clone(), params.new_name);
        let at = params.text_document_position_params;
        if BoardRef::of(&at.text_document.uri).is_some() {
            return Ok(None);
        }
        // A reference in a file that is not read yet would be lost.
        let renamed = self.ask_at(&at.text_document.uri, Need::Index, move |view, caps| {
            rename::rename(view, at.position, &new, &env, caps).transpose()
        });
        let renamed = renamed.await?.transpose().map_err(failed)?;
        Ok(renamed.map(|it| {
            self.say((!it.stays.is_empty()).then(|| it.stays.join(" ")));
            it.edit
        }))
    }

    pub(super) async fn moving(
        &self,
        params: lsp::RenameFilesParams,
    ) -> Answer<lsp::WorkspaceEdit> {
        let caps = self.caps();
        let edit = self.engine.read_all(Need::Index, move |views| {
            rename::after_moves(views, &params.files, &caps)
        });
        edit.await.map_err(lost)
    }

    pub(super) async fn deleting(
        &self,
        params: lsp::DeleteFilesParams,
    ) -> Answer<lsp::WorkspaceEdit> {
        let (caps, env) = (self.caps(), self.env.clone());
        let edit = self.engine.read_all(Need::Index, move |views| {
            rename::after_deletes(views, &params.files, &env, &caps)
        });
        edit.await.map_err(lost)
    }

    /// The editor has renamed or deleted files: what is there now is looked at.
    pub(super) fn touched<'a>(&self, uris: impl Iterator<Item = &'a lsp::Uri>) {
        let paths = uris.filter_map(uri::to_path).collect();
        self.engine.post(Event::Touched { paths });
    }

    pub(super) async fn tokens(
        &self,
        params: lsp::SemanticTokensParams,
    ) -> Answer<lsp::SemanticTokens> {
        let told = self.told.clone();
        self.ask_docs(&params.text_document.uri, move |view, caps| {
            tokens::full(view, &told, caps)
        })
        .await
    }

    pub(super) async fn tokens_within(
        &self,
        params: lsp::SemanticTokensRangeParams,
    ) -> Answer<lsp::SemanticTokens> {
        self.ask_docs(&params.text_document.uri, move |view, caps| {
            tokens::within(view, params.range, caps)
        })
        .await
    }

    pub(super) async fn tokens_since(
        &self,
        params: lsp::SemanticTokensDeltaParams,
    ) -> Answer<lsp::SemanticTokensDeltaResponse> {
        let told = self.told.clone();
        self.ask_docs(&params.text_document.uri, move |view, caps| {
            tokens::delta(view, &params.previous_result_id, &told, caps)
        })
        .await
    }

    pub(super) async fn lenses(&self, params: lsp::CodeLensParams) -> Answer<Vec<lsp::CodeLens>> {
        let settings = self.settings.clone();
        // Of a project that is not read yet the counts would be too low.
        let lenses = self.ask(&params.text_document.uri, Need::Index, move |view, caps| {
            lenses::lenses(view, &settings.display, caps)
        });
        Ok(lenses.await?.flatten())
    }

    pub(super) async fn format(
        &self,
        params: lsp::DocumentFormattingParams,
    ) -> Answer<Vec<lsp::TextEdit>> {
        self.ask_docs(&params.text_document.uri, |view, caps| {
            language::formatting(view, caps)
        })
        .await
    }

    /// A question that only tickets and pages have an answer to. Others are told so at once: what
    /// the engine is busy with must not hold up the outline of a source file.
    pub(super) fn ask_docs<T, F>(
        &self,
        uri: &lsp::Uri,
        ask: F,
    ) -> impl Future<Output = Answer<T>> + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&View, &std::sync::Arc<super::ClientCaps>) -> Option<T> + Send + 'static,
    {
        let answer = is_ours(uri).then(|| self.ask_at(uri, Need::Now, ask));
        async move {
            match answer {
                Some(answer) => answer.await,
                None => Ok(None),
            }
        }
    }
}
