//! The handlers. Each posts to the engine before its first await, and awaits only its answer.

mod actions;
pub(super) mod ask;
mod beyond;
mod board;
mod display;
mod language;
mod params;
mod propose;
mod review;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use docket_core::ide::Declarations;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::LanguageServer;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

use self::ask::lost;
use self::language::Answer;

use super::board::{BoardRef, Boards};
use super::capabilities::{ClientCaps, server_capabilities};
use super::language::hierarchy;
use super::language::tokens::Told;
use super::outbox::Out;
use super::proposals::Waiting;
use super::reports;
use super::settings::Settings;
use super::{convert, uri};
use crate::engine::{Event, Handle, Need};
use crate::env::Env;
use crate::sync::service::Service;
use crate::views::LastAnswers;

pub struct Backend {
    pub(super) env: Env,
    pub(super) engine: Handle,
    outbox: UnboundedSender<Out>,
    pub(super) settings: Arc<Settings>,
    caps: OnceLock<Arc<ClientCaps>>,
    shut_down: Arc<AtomicBool>,
    sync: Service,
    told: Arc<Told>,
    boards: Arc<Boards>,
    pub(super) waiting: Arc<Waiting>,
    pub(super) last: LastAnswers,
    reviewing: Arc<tokio::sync::Mutex<()>>,
}

impl Backend {
    pub fn new(
        env: Env,
        engine: Handle,
        outbox: UnboundedSender<Out>,
        settings: Arc<Settings>,
        shut_down: Arc<AtomicBool>,
        sync: Service,
        boards: Arc<Boards>,
    ) -> Self {
        Self {
            env,
            engine,
            outbox,
            settings,
            caps: OnceLock::new(),
            shut_down,
            sync,
            told: Arc::default(),
            boards,
            waiting: Arc::default(),
            last: LastAnswers::default(),
            reviewing: Arc::default(),
        }
    }

    /// The client's abilities; before `initialize`, those of a client that says nothing.
    pub(super) fn caps(&self) -> Arc<ClientCaps> {
        let plainest = || Arc::new(ClientCaps::of(&lsp::ClientCapabilities::default()));
        self.caps.get().cloned().unwrap_or_else(plainest)
    }

    pub(super) fn out(&self, out: Out) {
        // The outbox ends with the session: nobody is left to tell then.
        let _ = self.outbox.send(out);
    }

    fn say(&self, said: Option<String>) {
        if let Some(said) = said {
            self.out(Out::Say(said));
        }
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let caps = ClientCaps::of(&params.capabilities);
        tracing::info!(client = ?params.client_info, ?caps, "initialize");
        // Before the folders are known, so that nothing is synced in one that is not trusted.
        if let Some(options) = &params.initialization_options {
            self.settings.take_options(options);
        }
        let added = params::folders(&params);
        self.out(Out::Caps(caps));
        self.engine.post(Event::Folders {
            added,
            removed: Vec::new(),
        });
        let caps = self.caps.get_or_init(|| Arc::new(caps));
        let outbox = self.outbox.clone();
        let redraw = move || drop(outbox.send(Out::Redraw));
        self.settings.display.connect(self.env.clone(), redraw);
        if caps.cursor {
            self.settings.display.client_tells_cursor();
        }
        Ok(lsp::InitializeResult {
            capabilities: server_capabilities(caps),
            server_info: Some(lsp::ServerInfo {
                name: "docket".into(),
                version: Some(env!("CARGO_PKG_VERSION").into()),
            }),
        })
    }

    async fn initialized(&self, _params: lsp::InitializedParams) {
        self.out(Out::Ready);
    }

    async fn shutdown(&self) -> Result<()> {
        self.shut_down.store(true, Ordering::Release);
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        let document = params.text_document;
        if BoardRef::of(&document.uri).is_some() {
            let (version, text) = (document.version, &document.text);
            self.boards.open(&document.uri, version, text);
            self.out(Out::Board(document.uri));
        } else if let Some(path) = uri::to_path(&document.uri) {
            let language = serde_json::to_value(&document.language_id).ok();
            let language = language
                .and_then(|it| it.as_str().map(str::to_owned))
                .unwrap_or_default();
            let (version, text) = (document.version, document.text);
            self.engine.post(Event::Open {
                path,
                language,
                version,
                text,
            });
        }
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        let document = params.text_document;
        let uri = &document.text_document_identifier.uri;
        let changes = params.content_changes.into_iter();
        let changes: Vec<_> = changes.map(params::change).collect();
        let (version, encoding) = (document.version, self.caps().encoding);
        if BoardRef::of(uri).is_some() {
            if self.boards.edit(uri, version, &changes, encoding) {
                self.out(Out::Board(uri.clone()));
            }
        } else if let Some(path) = uri::to_path(uri) {
            self.engine.post(Event::Edit {
                path,
                version,
                changes,
                encoding,
            });
        }
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        let uri = params.text_document.uri;
        if let Some(board) = BoardRef::of(&uri) {
            self.board_saved(uri, board).await;
        } else if let Some(path) = uri::to_path(&uri) {
            self.engine.post(Event::Save { path: path.clone() });
            self.review(path);
        }
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        if BoardRef::of(&uri).is_some() {
            self.boards.close(&uri);
        } else if let Some(path) = uri::to_path(&uri) {
            self.engine.post(Event::Close { path: path.clone() });
            self.told.forget(&path);
            self.out(Out::Closed(path));
        }
    }

    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        let paths = |list: Vec<lsp::WorkspaceFolder>| -> Vec<PathBuf> {
            list.iter().filter_map(|it| uri::to_path(&it.uri)).collect()
        };
        let (added, removed) = (paths(params.event.added), paths(params.event.removed));
        self.engine.post(Event::Folders { added, removed });
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        let paths = params
            .changes
            .iter()
            .filter_map(|it| uri::to_path(&it.uri))
            .collect();
        self.engine.post(Event::Touched { paths });
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        self.out(Out::Settings(params.settings));
    }

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReport> {
        let nothing = || lsp::RelatedFullDocumentDiagnosticReport::default().into();
        if BoardRef::of(&params.text_document.uri).is_some() {
            return Ok(nothing());
        }
        let (previous, settings) = (params.previous_result_id, self.settings.clone());
        let report = self.ask(&params.text_document.uri, Need::Index, move |view, caps| {
            reports::document_report(view, previous.as_deref(), &settings.display, caps)
        });
        Ok(report.await?.unwrap_or_else(nothing))
    }

    async fn workspace_diagnostic(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReport> {
        let (caps, settings) = (self.caps(), self.settings.clone());
        let previous = params.previous_result_ids;
        let items = self.engine.read_all(Need::Index, move |views| {
            reports::workspace_report(views, &previous, &settings.display, &caps)
        });
        Ok(lsp::WorkspaceDiagnosticReport {
            items: items.await.map_err(lost)?,
        })
    }

    async fn inlay_hint(
        &self,
        params: lsp::InlayHintParams,
    ) -> Result<Option<Vec<lsp::InlayHint>>> {
        let (within, settings) = (params.range, self.settings.clone());
        // An editor may draw its first answer and then miss the better one: the first is the whole one.
        self.ask_at(&params.text_document.uri, Need::Index, move |view, caps| {
            reports::hints(view, within, &settings.display, caps)
        })
        .await
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let (at, env) = (params.text_document_position_params, self.env.clone());
        self.ask_at(&at.text_document.uri, Need::Now, move |view, caps| {
            reports::hover(view, at.position, &env, caps)
        })
        .await
    }

    async fn goto_definition(
        &self,
        params: lsp::DefinitionParams,
    ) -> Result<Option<lsp::DefinitionResponse>> {
        let at = params.text_document_position_params;
        let env = self.env.clone();
        let places = self.ask_at(&at.text_document.uri, Need::Now, move |view, caps| {
            reports::definition(view, at.position, &env, caps)
        });
        let to_response =
            |it| lsp::DefinitionResponse::Definition(lsp::Definition::LocationList(it));
        Ok(places.await?.map(to_response))
    }

    async fn text_document_content(
        &self,
        params: lsp::TextDocumentContentParams,
    ) -> Result<lsp::TextDocumentContentResult> {
        self.content(params).await
    }

    async fn references(&self, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
        let at = params.text_document_position_params;
        let declarations = match params.context.include_declaration {
            true => Declarations::Include,
            false => Declarations::Exclude,
        };
        self.ask_at(&at.text_document.uri, Need::Now, move |view, caps| {
            reports::references(view, at.position, declarations, caps)
        })
        .await
    }

    async fn document_highlight(
        &self,
        params: lsp::DocumentHighlightParams,
    ) -> Result<Option<Vec<lsp::DocumentHighlight>>> {
        let at = params.text_document_position_params;
        self.ask_at(&at.text_document.uri, Need::Now, move |view, caps| {
            reports::highlights(view, at.position, caps)
        })
        .await
    }

    async fn document_link(
        &self,
        params: lsp::DocumentLinkParams,
    ) -> Answer<Vec<lsp::DocumentLink>> {
        self.links(params).await
    }

    async fn document_symbol(
        &self,
        params: lsp::DocumentSymbolParams,
    ) -> Answer<lsp::DocumentSymbolResponse> {
        self.symbols(params).await
    }

    async fn symbol(
        &self,
        params: lsp::WorkspaceSymbolParams,
    ) -> Answer<lsp::WorkspaceSymbolResponse> {
        self.search(params).await
    }

    async fn symbol_resolve(&self, symbol: lsp::WorkspaceSymbol) -> Result<lsp::WorkspaceSymbol> {
        self.resolve_symbol(symbol).await
    }

    async fn folding_range(
        &self,
        params: lsp::FoldingRangeParams,
    ) -> Answer<Vec<lsp::FoldingRange>> {
        self.folds(params).await
    }

    async fn selection_range(
        &self,
        params: lsp::SelectionRangeParams,
    ) -> Answer<Vec<lsp::SelectionRange>> {
        self.selections(params).await
    }

    async fn goto_implementation(
        &self,
        params: lsp::ImplementationParams,
    ) -> Answer<lsp::ImplementationResponse> {
        self.implementations(params).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: lsp::CallHierarchyPrepareParams,
    ) -> Answer<Vec<lsp::CallHierarchyItem>> {
        self.prepare_hierarchy(params).await
    }

    async fn incoming_calls(
        &self,
        params: lsp::CallHierarchyIncomingCallsParams,
    ) -> Answer<Vec<lsp::CallHierarchyIncomingCall>> {
        self.hierarchy(&params.item, hierarchy::incoming).await
    }

    async fn outgoing_calls(
        &self,
        params: lsp::CallHierarchyOutgoingCallsParams,
    ) -> Answer<Vec<lsp::CallHierarchyOutgoingCall>> {
        self.hierarchy(&params.item, hierarchy::outgoing).await
    }

    async fn prepare_rename(
        &self,
        params: lsp::TextDocumentPositionParams,
    ) -> Answer<lsp::PrepareRenameResult> {
        self.prepare_renaming(params).await
    }

    async fn rename(&self, params: lsp::RenameParams) -> Answer<lsp::WorkspaceEdit> {
        self.renaming(params).await
    }

    async fn will_rename_files(
        &self,
        params: lsp::RenameFilesParams,
    ) -> Answer<lsp::WorkspaceEdit> {
        self.moving(params).await
    }

    async fn will_delete_files(
        &self,
        params: lsp::DeleteFilesParams,
    ) -> Answer<lsp::WorkspaceEdit> {
        self.deleting(params).await
    }

    async fn did_rename_files(&self, params: lsp::RenameFilesParams) {
        self.touched(
            params
                .files
                .iter()
                .flat_map(|it| [&it.old_uri, &it.new_uri]),
        );
    }

    async fn did_delete_files(&self, params: lsp::DeleteFilesParams) {
        self.touched(params.files.iter().map(|it| &it.uri));
    }

    async fn semantic_tokens_full(
        &self,
        params: lsp::SemanticTokensParams,
    ) -> Answer<lsp::SemanticTokens> {
        self.tokens(params).await
    }

    async fn semantic_tokens_range(
        &self,
        params: lsp::SemanticTokensRangeParams,
    ) -> Answer<lsp::SemanticTokens> {
        self.tokens_within(params).await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: lsp::SemanticTokensDeltaParams,
    ) -> Answer<lsp::SemanticTokensDeltaResponse> {
        self.tokens_since(params).await
    }

    async fn code_lens(&self, params: lsp::CodeLensParams) -> Answer<Vec<lsp::CodeLens>> {
        self.lenses(params).await
    }

    async fn formatting(
        &self,
        params: lsp::DocumentFormattingParams,
    ) -> Answer<Vec<lsp::TextEdit>> {
        self.format(params).await
    }

    async fn completion(
        &self,
        params: lsp::CompletionParams,
    ) -> Result<Option<lsp::CompletionResponse>> {
        let at = params.text_document_position_params;
        let list = self.ask_at(&at.text_document.uri, Need::Now, move |view, caps| {
            reports::completion(view, at.position, caps)
        });
        Ok(list.await?.map(lsp::CompletionResponse::CompletionList))
    }

    async fn completion_resolve(
        &self,
        mut item: lsp::CompletionItem,
    ) -> Result<lsp::CompletionItem> {
        let Some((root, ticket)) = item.data.as_ref().and_then(|it| {
            Some((
                PathBuf::from(it.get("root")?.as_str()?),
                it.get("ticket")?.as_str()?.to_owned(),
            ))
        }) else {
            return Ok(item);
        };
        let caps = self.caps();
        let card = self.engine.read_all(Need::Now, move |views| {
            let view = views.iter().find(|it| it.root == root)?;
            docket_core::ide::documentation(&view.snapshot, &ticket)
        });
        item.documentation = card.await.map_err(lost)?.map(|it| {
            lsp::Documentation::MarkupContent(convert::markdown(it, caps.markdown_documentation))
        });
        Ok(item)
    }

    async fn code_action(
        &self,
        params: lsp::CodeActionParams,
    ) -> Result<Option<Vec<lsp::CodeActionResponse>>> {
        self.actions(params).await
    }

    async fn code_action_resolve(&self, action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        self.resolve_action(action).await
    }

    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Answer<Value> {
        self.execute(params).await
    }
}
