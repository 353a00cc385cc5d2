//! What docket says to the client unasked. The only place that awaits the client.

mod boards;
mod edits;
mod questions;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tower_lsp::Client;
use tower_lsp::gen_lsp_types as lsp;

use super::board::Boards;
use super::capabilities::ClientCaps;
use super::settings::Settings;
use super::{ext, reports, uri};
use crate::engine::{Event, Handle, Need, Notice};
use edits::edit_open;
pub use questions::Question;

/// A client that does not answer within this is taken not to answer at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// Work that takes no longer is not shown.
const MOMENT: Duration = Duration::from_millis(500);

/// One thing for the outbox to do.
pub enum Out {
    Notice(Notice),
    /// `initialize` was answered: what the client can do.
    Caps(ClientCaps),
    /// `initialized` came: requests to the client are allowed from here on.
    Ready,
    Closed(PathBuf),
    Log(String),
    /// How far a command's long work is.
    Work(u64, Work),
    /// Something that the user should know beside an answer.
    Say(String),
    /// A place that the user asked to be shown.
    Show(lsp::Location),
    /// Something that is done only where the user says yes.
    Ask(Question),
    /// The user dismissed a progress report.
    Cancelled(lsp::ProgressToken),
    /// The editor's settings changed; null where it wants to be asked for them.
    Settings(serde_json::Value),
    /// Something that the user should know and can act on.
    Warn(String),
    /// A board was opened, read again or carried out: it may be older than the tickets.
    Board(lsp::Uri),
    /// What is shown of what is found has changed: the client asks again, or is told.
    Redraw,
}

/// A command's long work as the client is told of it.
pub enum Work {
    /// With the caller's own token, where it gave one; what a person's "cancel" sets; what it is.
    Began(Option<lsp::ProgressToken>, Arc<Notify>, &'static str),
    Says(String),
    Ended,
}

/// Work under way.
struct Working {
    title: &'static str,
    token: Option<lsp::ProgressToken>,
    cancelled: Arc<Notify>,
    since: Instant,
    shown: bool,
}

/// What one session has told its client.
struct Session {
    client: Client,
    handle: Handle,
    caps: Option<Arc<ClientCaps>>,
    settings: Arc<Settings>,
    boards: Arc<Boards>,
    /// The last published diagnostics of open documents; only differences go out.
    published: HashMap<PathBuf, Vec<lsp::Diagnostic>>,
    progress: BTreeMap<PathBuf, lsp::ProgressToken>,
    work: BTreeMap<u64, Working>,
    refresh: tokio::sync::watch::Sender<u64>,
    n_tokens: u64,
}

pub async fn run(
    client: Client,
    handle: Handle,
    settings: Arc<Settings>,
    boards: Arc<Boards>,
    mut inbox: UnboundedReceiver<Out>,
) {
    let (refresh, _) = tokio::sync::watch::channel(0);
    let mut session = Session {
        client,
        handle,
        caps: None,
        settings,
        boards,
        published: HashMap::new(),
        progress: BTreeMap::new(),
        work: BTreeMap::new(),
        refresh,
        n_tokens: 0,
    };
    // Before `initialized` nothing may be asked of the client: what comes early waits.
    let mut early = Vec::new();
    let mut ready = false;
    while let Some(out) = inbox.recv().await {
        match out {
            Out::Caps(caps) => session.caps = Some(Arc::new(caps)),
            Out::Ready => {
                ready = true;
                session.register();
                session.settings(&serde_json::Value::Null);
                for notice in std::mem::take(&mut early) {
                    session.take(notice).await;
                }
            }
            Out::Notice(notice) if ready => session.take(notice).await,
            Out::Notice(notice) => early.push(notice),
            Out::Closed(path) => session.closed(&path).await,
            Out::Settings(value) if ready => session.settings(&value),
            Out::Settings(_) => {}
            Out::Redraw => {
                // To a client that does not pull, the engine names what is open.
                session.handle.post(Event::Redraw);
                session.refresh.send_modify(|it| *it += 1);
            }
            Out::Cancelled(token) => {
                let root = session
                    .progress
                    .iter()
                    .find(|(_, it)| **it == token)
                    .map(|it| it.0.clone());
                if let Some(root) = root {
                    session.handle.post(Event::StopScan { root });
                }
                let mut work = session.work.values();
                if let Some(it) = work.find(|it| it.token.as_ref() == Some(&token)) {
                    it.cancelled.notify_one();
                }
            }
            Out::Work(id, work) if ready => session.work(id, work).await,
            Out::Work(..) => {}
            Out::Show(place) => session.show(place),
            Out::Ask(question) => session.ask(question),
            Out::Say(message) => {
                let client = session.client.clone();
                client.show_message(lsp::MessageType::Info, message).await;
            }
            Out::Warn(message) => {
                let client = session.client.clone();
                client
                    .show_message(lsp::MessageType::Warning, message)
                    .await;
            }
            Out::Board(uri) if ready => session.refresh_board_at(&uri).await,
            Out::Board(_) => {}
            Out::Log(message) => {
                tracing::warn!(message);
                session
                    .client
                    .log_message(lsp::MessageType::Warning, message)
                    .await;
            }
        }
    }
}

impl Session {
    async fn take(&mut self, notice: Notice) {
        let Some(caps) = self.caps.clone() else {
            return;
        };
        match notice {
            Notice::Changed { revision, open } => {
                if !caps.pull_diagnostics {
                    for path in open {
                        self.publish(path, &caps).await;
                    }
                }
                self.refresh.send_modify(|it| *it += 1);
                self.refresh_boards().await;
                if caps.changed {
                    let params = ext::ChangedParams { revision };
                    self.client.send_notification::<ext::Changed>(params).await;
                }
            }
            Notice::Progress { root, files } => self.progress(root, files, &caps).await,
            Notice::ProgressEnd { root, summary } => {
                tracing::info!(root = %root.display(), summary);
                if let Some(token) = self.progress.remove(&root) {
                    let end = lsp::WorkDoneProgressEnd {
                        message: Some(summary),
                    };
                    self.report(token, "end", &end).await;
                }
            }
            Notice::Consent { root } => self.ask_consent(root),
            Notice::Warn(message) => {
                self.client
                    .show_message(lsp::MessageType::Warning, message)
                    .await;
            }
            Notice::EditOpen {
                root,
                label,
                change,
                reply,
            } => {
                let (client, handle) = (self.client.clone(), self.handle.clone());
                tokio::spawn(async move {
                    reply.send(edit_open(client, handle, root, label, change, &caps).await);
                });
            }
        }
    }

    async fn publish(&mut self, path: PathBuf, caps: &Arc<ClientCaps>) {
        let (used, settings) = (caps.clone(), self.settings.clone());
        let ask = move |view: &crate::engine::View| {
            let shown = reports::diagnostics(view, &settings.display, &used);
            (shown, view.version)
        };
        let answer = self.handle.read(path.clone(), Need::Index, ask).await;
        let Ok(Some((diagnostics, version))) = answer else {
            return;
        };
        // Closed while it was made.
        if version.is_none() || self.published.get(&path) == Some(&diagnostics) {
            return;
        }
        if diagnostics.is_empty() && !self.published.contains_key(&path) {
            return;
        }
        let version = version.filter(|_| caps.versioned_diagnostics);
        self.client
            .publish_diagnostics(uri::of_path(&path), diagnostics.clone(), version)
            .await;
        self.published.insert(path, diagnostics);
    }

    async fn closed(&mut self, path: &Path) {
        if self.published.remove(path).is_some_and(|it| !it.is_empty()) {
            self.client
                .publish_diagnostics(uri::of_path(path), Vec::new(), None)
                .await;
        }
    }

    /// Registers what only the client can tell us, and starts the task that asks it to look again.
    fn register(&mut self) {
        let Some(caps) = self.caps.clone() else {
            return;
        };
        let mut wanted = Vec::new();
        if caps.watch_registration {
            let watchers = ["**/.docs/**", "**/.gitignore", "**/.ignore"]
                .map(|glob| serde_json::json!({ "globPattern": glob }));
            wanted.push(lsp::Registration {
                id: "docket-watch".into(),
                method: "workspace/didChangeWatchedFiles".into(),
                register_options: Some(serde_json::json!({ "watchers": watchers })),
            });
        }
        if caps.configuration_registration {
            wanted.push(lsp::Registration {
                id: "docket-configuration".into(),
                method: "workspace/didChangeConfiguration".into(),
                register_options: Some(serde_json::json!({ "section": "docket" })),
            });
        }
        let client = self.client.clone();
        let mut changes = self.refresh.subscribe();
        tokio::spawn(async move {
            if !wanted.is_empty() {
                let registered =
                    tokio::time::timeout(PATIENCE, client.register_capability(wanted)).await;
                if !matches!(registered, Ok(Ok(()))) {
                    tracing::info!("the client refused to register watchers; docket's own goes on");
                }
            }
            // One refresh at a time: what comes meanwhile is one more.
            while changes.changed().await.is_ok() {
                if caps.pull_diagnostics {
                    let _ =
                        tokio::time::timeout(PATIENCE, client.workspace_diagnostic_refresh()).await;
                }
                if caps.hint_refresh {
                    let _ = tokio::time::timeout(PATIENCE, client.inlay_hint_refresh()).await;
                }
                if caps.language.lens_refresh {
                    let _ = tokio::time::timeout(PATIENCE, client.code_lens_refresh()).await;
                }
                if caps.language.tokens.refresh {
                    let _ = tokio::time::timeout(PATIENCE, client.semantic_tokens_refresh()).await;
                }
            }
        });
    }

    /// Takes settings that came with the change, or asks for them.
    fn settings(&self, value: &serde_json::Value) {
        let settings = self.settings.clone();
        if let Some(ours) = value.get("docket") {
            if settings.take(ours) {
                self.handle.post(Event::Redraw);
            }
            self.refresh.send_modify(|it| *it += 1);
            return;
        }
        if !self.caps.as_ref().is_some_and(|it| it.configuration) {
            return;
        }
        let (client, handle, refresh) = (
            self.client.clone(),
            self.handle.clone(),
            self.refresh.clone(),
        );
        tokio::spawn(async move {
            let item = lsp::ConfigurationItem {
                scope_uri: None,
                section: Some("docket".into()),
            };
            let asked = tokio::time::timeout(PATIENCE, client.configuration(vec![item])).await;
            if let Ok(Ok(values)) = asked {
                if values.iter().any(|it| settings.take(it)) {
                    handle.post(Event::Redraw);
                }
                refresh.send_modify(|it| *it += 1);
            }
        });
    }

    fn show(&self, place: lsp::Location) {
        let client = self.client.clone();
        let params = lsp::ShowDocumentParams {
            uri: place.uri,
            external: None,
            take_focus: Some(true),
            selection: Some(place.range),
        };
        tokio::spawn(async move {
            let shown = client.send_request::<lsp::ShowDocumentRequest>(params);
            let _ = tokio::time::timeout(PATIENCE, shown).await;
        });
    }

    async fn progress(&mut self, root: PathBuf, files: u64, caps: &ClientCaps) {
        if !caps.progress {
            return;
        }
        let message = Some(format!("{files} files"));
        if let Some(token) = self.progress.get(&root).cloned() {
            let report = lsp::WorkDoneProgressReport {
                message,
                ..Default::default()
            };
            self.report(token, "report", &report).await;
            return;
        }
        self.n_tokens += 1;
        let token = lsp::ProgressToken::String(format!("docket-index-{}", self.n_tokens));
        let created = self.client.create_work_done_progress(token.clone());
        // Progress is a courtesy: it must not hold up what comes after it for long.
        if !matches!(
            tokio::time::timeout(Duration::from_secs(5), created).await,
            Ok(Ok(()))
        ) {
            return;
        }
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        let begin = lsp::WorkDoneProgressBegin {
            title: format!("docket: reading {name}"),
            cancellable: Some(true),
            message,
            percentage: None,
        };
        self.report(token.clone(), "begin", &begin).await;
        self.progress.insert(root, token);
    }

    /// Shows what takes longer than a moment.
    async fn work(&mut self, id: u64, work: Work) {
        match work {
            Work::Began(token, cancelled, title) => {
                let working = Working {
                    title,
                    token,
                    cancelled,
                    since: Instant::now(),
                    shown: false,
                };
                self.work.insert(id, working);
            }
            Work::Says(message) => self.work_says(id, message).await,
            Work::Ended => {
                let ended = self.work.remove(&id).filter(|it| it.shown);
                if let Some(token) = ended.and_then(|it| it.token) {
                    let end = lsp::WorkDoneProgressEnd { message: None };
                    self.report(token, "end", &end).await;
                }
            }
        }
    }

    async fn work_says(&mut self, id: u64, message: String) {
        let Some(working) = self.work.get_mut(&id) else {
            return;
        };
        let (shown, token, title) = (working.shown, working.token.clone(), working.title);
        if shown {
            let report = lsp::WorkDoneProgressReport {
                message: Some(message),
                ..Default::default()
            };
            if let Some(token) = token {
                self.report(token, "report", &report).await;
            }
            return;
        }
        if working.since.elapsed() < MOMENT {
            return;
        }
        working.shown = true;
        let token = match (token, &self.caps) {
            (Some(token), _) => token,
            (None, Some(caps)) if caps.progress => {
                self.n_tokens += 1;
                let token = lsp::ProgressToken::String(format!("docket-work-{}", self.n_tokens));
                let created = self.client.create_work_done_progress(token.clone());
                // As for reading: a courtesy.
                let created = tokio::time::timeout(Duration::from_secs(5), created).await;
                if !matches!(created, Ok(Ok(()))) {
                    return;
                }
                token
            }
            _ => return,
        };
        if let Some(working) = self.work.get_mut(&id) {
            working.token = Some(token.clone());
        }
        let begin = lsp::WorkDoneProgressBegin {
            title: format!("docket: {title}"),
            cancellable: Some(true),
            message: Some(message),
            percentage: None,
        };
        self.report(token, "begin", &begin).await;
    }

    async fn report(&self, token: lsp::ProgressToken, kind: &str, value: &impl serde::Serialize) {
        let Ok(mut value) = serde_json::to_value(value) else {
            return;
        };
        value["kind"] = kind.into();
        let params = lsp::ProgressParams { token, value };
        self.client
            .send_notification::<lsp::ProgressNotification>(params)
            .await;
    }
}
