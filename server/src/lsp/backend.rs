//! The handlers. Each posts to the engine before its first await, and awaits only its answer.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use docket_core::ide::Declarations;
use docket_core::span::Encoding;
use docket_core::text::ContentChange;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::LanguageServer;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use super::capabilities::{ClientCaps, server_capabilities};
use super::commands::{Command, Plan};
use super::outbox::Out;
use super::reports::{self, ActionRef};
use super::settings::Settings;
use super::{convert, documents, uri};
use crate::engine::{Event, Handle, Lost, Need, View};
use crate::env::Env;

/// How often a command's change is planned where somebody else writes at the same moment.
const MAX_ATTEMPTS: usize = 3;

/// `RequestFailed` of LSP 3.17: the request was fine, and still could not be done.
const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

pub struct Backend {
    env: Env,
    engine: Handle,
    outbox: UnboundedSender<Out>,
    settings: Arc<Settings>,
    caps: OnceLock<Arc<ClientCaps>>,
    shut_down: Arc<AtomicBool>,
}

impl Backend {
    pub fn new(
        env: Env,
        engine: Handle,
        outbox: UnboundedSender<Out>,
        settings: Arc<Settings>,
        shut_down: Arc<AtomicBool>,
    ) -> Self {
        Self {
            env,
            engine,
            outbox,
            settings,
            caps: OnceLock::new(),
            shut_down,
        }
    }

    /// The client's abilities; before `initialize`, those of a client that says nothing.
    fn caps(&self) -> Arc<ClientCaps> {
        let plainest = || Arc::new(ClientCaps::of(&lsp::ClientCapabilities::default()));
        self.caps.get().cloned().unwrap_or_else(plainest)
    }

    fn out(&self, out: Out) {
        // The outbox ends with the session: nobody is left to tell then.
        let _ = self.outbox.send(out);
    }

    /// Asks about the file of `uri`; no answer where docket has no say there.
    fn ask<T, F>(
        &self,
        uri: &lsp::Uri,
        need: Need,
        ask: F,
    ) -> impl Future<Output = Result<Option<T>>> + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&View, &Arc<ClientCaps>) -> T + Send + 'static,
    {
        let caps = self.caps();
        let answer =
            uri::to_path(uri).map(|path| self.engine.read(path, need, move |it| ask(it, &caps)));
        async move {
            match answer {
                Some(answer) => answer.await.map_err(lost),
                None => Ok(None),
            }
        }
    }

    /// The same for a question about a place, which means nothing in a text edited since.
    fn ask_at<T, F>(
        &self,
        uri: &lsp::Uri,
        need: Need,
        ask: F,
    ) -> impl Future<Output = Result<Option<T>>> + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&View, &Arc<ClientCaps>) -> Option<T> + Send + 'static,
    {
        let answer = self.ask(uri, need, move |view, caps| match view.moved {
            true => Err(Error::content_modified()),
            false => Ok(ask(view, caps)),
        });
        async move { answer.await?.unwrap_or(Ok(None)) }
    }

    /// `window/workDoneProgress/cancel`
    pub async fn progress_cancelled(&self, params: lsp::WorkDoneProgressCancelParams) {
        self.out(Out::Cancelled(params.token));
    }

    /// A frame that could not be read; see [`super::frames`].
    pub async fn malformed(&self, params: Value) {
        let reason = params["reason"].as_str().unwrap_or_default();
        self.out(Out::Log(format!(
            "docket skipped a message that it could not read: {reason}"
        )));
    }

    pub async fn set_trace(&self, _params: Value) {}

    /// Panics where it is told to. What nobody can bring about cannot be tested: so builds with
    /// debug assertions answer this request, and releases do not know it.
    #[cfg(debug_assertions)]
    pub async fn drill(&self, params: Value) -> Result<Value> {
        match params["place"].as_str() {
            Some("handler") => panic!("a drill in a handler"),
            Some("question") => {
                let question = self.engine.read_all(Need::Now, |_| -> Value {
                    panic!("a drill in a question");
                });
                question.await.map_err(lost)
            }
            _ => Err(Error::new(ErrorCode::InvalidParams)),
        }
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let caps = ClientCaps::of(&params.capabilities);
        tracing::info!(client = ?params.client_info, ?caps, "initialize");
        let added = folders(&params);
        self.out(Out::Caps(caps));
        self.engine.post(Event::Folders {
            added,
            removed: Vec::new(),
        });
        let caps = self.caps.get_or_init(|| Arc::new(caps));
        if let Some(options) = &params.initialization_options {
            self.settings.take(options);
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
        if let Some(path) = uri::to_path(&document.uri) {
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
        if let Some(path) = uri::to_path(&document.text_document_identifier.uri) {
            let changes = params.content_changes.into_iter().map(change).collect();
            let (version, encoding) = (document.version, self.encoding());
            self.engine.post(Event::Edit {
                path,
                version,
                changes,
                encoding,
            });
        }
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        if let Some(path) = uri::to_path(&params.text_document.uri) {
            self.engine.post(Event::Save { path });
        }
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        if let Some(path) = uri::to_path(&params.text_document.uri) {
            self.engine.post(Event::Close { path: path.clone() });
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
        let previous = params.previous_result_id;
        let report = self.ask(&params.text_document.uri, Need::Index, move |view, caps| {
            reports::document_report(view, previous.as_deref(), caps)
        });
        let nothing = || lsp::RelatedFullDocumentDiagnosticReport::default().into();
        Ok(report.await?.unwrap_or_else(nothing))
    }

    async fn workspace_diagnostic(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReport> {
        let caps = self.caps();
        let previous = params.previous_result_ids;
        let items = self.engine.read_all(Need::Index, move |views| {
            reports::workspace_report(views, &previous, &caps)
        });
        Ok(lsp::WorkspaceDiagnosticReport {
            items: items.await.map_err(lost)?,
        })
    }

    async fn inlay_hint(
        &self,
        params: lsp::InlayHintParams,
    ) -> Result<Option<Vec<lsp::InlayHint>>> {
        if !self.settings.hints() {
            return Ok(None);
        }
        let within = params.range;
        // An editor may draw its first answer and then miss the better one: the first is the whole one.
        self.ask_at(&params.text_document.uri, Need::Index, move |view, caps| {
            Some(reports::hints(view, within, caps))
        })
        .await
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let at = params.text_document_position_params;
        self.ask_at(&at.text_document.uri, Need::Now, move |view, caps| {
            reports::hover(view, at.position, caps)
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
        let ask = move |views: &[View]| documents::content(views, &params.uri);
        let text = self.engine.read_all(Need::Now, ask).await.map_err(lost)?;
        text.map(lsp::TextDocumentContentResult::new)
            .ok_or_else(|| failed("Nothing is known of this issue (any more).".into()))
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
        let env = self.env.clone();
        let uri = params.text_document.uri.clone();
        self.ask_at(&uri, Need::Now, move |view, caps| {
            Some(reports::actions(view, &params, &env, caps))
        })
        .await
    }

    async fn code_action_resolve(&self, mut action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        let data = action.data.clone().unwrap_or_default();
        let Ok(reference) = serde_json::from_value::<ActionRef>(data) else {
            return Ok(action);
        };
        let (env, uri) = (self.env.clone(), reference.uri.clone());
        let edit = self.ask(&uri, Need::Now, move |view, caps| {
            reports::resolve_action(view, &reference, &env, caps)
        });
        match edit.await? {
            Some(Ok(edit)) => action.edit = Some(edit),
            Some(Err(message)) => return Err(failed(message)),
            None => return Err(failed("The file belongs to no project.".into())),
        }
        Ok(action)
    }

    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Result<Option<Value>> {
        let command =
            Command::parse(&params.command, params.arguments).map_err(|message| Error {
                message: message.into(),
                ..Error::new(ErrorCode::InvalidParams)
            })?;
        let command = Arc::new(command);
        for attempt in 1.. {
            let plan = self.plan(&command).await?;
            if plan.change == docket_core::edit::Change::default() {
                return Ok(Some(plan.answer));
            }
            match self.engine.apply(plan.root, plan.label, plan.change).await {
                Ok(()) => return Ok(Some(plan.answer)),
                // Somebody else wrote between plan and change.
                Err(error) if error.is_retryable() && attempt < MAX_ATTEMPTS => {}
                Err(error) => return Err(failed(error.to_string())),
            }
        }
        Ok(None)
    }
}

impl Backend {
    async fn plan(&self, command: &Arc<Command>) -> Result<Plan> {
        let (env, caps, command) = (self.env.clone(), self.caps(), command.clone());
        let plan = match command.file() {
            Some(path) => {
                let plan = self.engine.read(path, Need::Index, move |view| {
                    command.plan(std::slice::from_ref(view), &env, &caps)
                });
                plan.await.map_err(lost)?
            }
            None => {
                let plan = self
                    .engine
                    .read_all(Need::Index, move |views| command.plan(views, &env, &caps));
                Some(plan.await.map_err(lost)?)
            }
        };
        plan.unwrap_or_else(|| Err("docket has no project for this.".into()))
            .map_err(failed)
    }

    fn encoding(&self) -> Encoding {
        self.caps().encoding
    }
}

fn lost(_: Lost) -> Error {
    Error {
        message: "docket has no answer; its log may say why".into(),
        ..Error::internal_error()
    }
}

fn failed(message: String) -> Error {
    Error {
        message: message.into(),
        ..Error::new(REQUEST_FAILED)
    }
}

fn change(event: lsp::TextDocumentContentChangeEvent) -> ContentChange {
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
fn folders(params: &lsp::InitializeParams) -> Vec<PathBuf> {
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
