//! Questions to the engine, and how their failures are said.

use std::sync::Arc;

use docket_core::text::Document;
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use super::super::board::BoardRef;
use super::super::capabilities::ClientCaps;
use super::super::commands::{Command, Plan};
use super::super::sync::{self, SyncCommand};
use super::super::uri;
use super::Backend;
use crate::engine::{Lost, Need, Target, View};

/// `RequestFailed` of LSP 3.17: the request was fine, and still could not be done.
const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

impl Backend {
    /// Asks about the file of `uri`; no answer where docket has no say there.
    pub(in crate::lsp) fn ask<T, F>(
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
        let board = BoardRef::of(uri).map(|it| (it, self.boards.document(uri)));
        let target = match &board {
            Some(_) => Some(Target::All),
            None => uri::to_path(uri).map(Target::File),
        };
        let answer = target.map(|target| {
            self.engine.read_views(target, need, move |views| {
                let answer = match board {
                    Some((board, open)) => ask(&board.view(views, open)?, &caps),
                    None => ask(views.first()?, &caps),
                };
                Some(answer)
            })
        });
        async move {
            match answer {
                Some(answer) => answer.await.map_err(lost),
                None => Ok(None),
            }
        }
    }

    /// The same for a question about a place, which means nothing in a text edited since.
    pub(super) fn ask_at<T, F>(
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

    /// The board that a command speaks of, and its text where it is open.
    fn board_of(&self, command: &Command) -> Option<(BoardRef, Option<Document>)> {
        let Command::Apply(it) = command else {
            return None;
        };
        Some((BoardRef::of(&it.uri)?, self.boards.document(&it.uri)))
    }

    pub(super) async fn plan(&self, command: &Arc<Command>) -> Result<Plan> {
        let (env, caps, command) = (self.env.clone(), self.caps(), command.clone());
        let settings = self.settings.clone();
        if command.asks_git() {
            return self.plan_aside(command).await;
        }
        let board = self.board_of(&command);
        let plan = match (command.file(), board) {
            (_, Some((board, open))) => {
                let plan = self.engine.read_all(Need::Index, move |views| {
                    let view = board.view(views, open)?;
                    Some(command.plan(&[view], &settings.display, &env, &caps))
                });
                plan.await.map_err(lost)?
            }
            (Some(path), None) => {
                let plan = self.engine.read(path, Need::Index, move |view| {
                    command.plan(std::slice::from_ref(view), &settings.display, &env, &caps)
                });
                plan.await.map_err(lost)?
            }
            (None, None) => {
                let plan = self.engine.read_all(Need::Index, move |views| {
                    command.plan(views, &settings.display, &env, &caps)
                });
                Some(plan.await.map_err(lost)?)
            }
        };
        plan.unwrap_or_else(|| Err("docket has no project for this.".into()))
            .map_err(failed)
    }

    /// Plans what asks git or reads the disk, away from the pool that keystrokes wait for.
    async fn plan_aside(&self, command: Arc<Command>) -> Result<Plan> {
        let views = match command.file() {
            Some(path) => {
                let view = self.engine.read(path, Need::Index, |it| vec![it.clone()]);
                view.await.map_err(lost)?.unwrap_or_default()
            }
            None => {
                let views = self.engine.read_all(Need::Index, <[View]>::to_vec);
                views.await.map_err(lost)?
            }
        };
        let (env, caps, settings) = (self.env.clone(), self.caps(), self.settings.clone());
        let work = move || command.plan(&views, &settings.display, &env, &caps);
        let plan = tokio::task::spawn_blocking(work).await;
        plan.map_err(|_| lost(Lost))?.map_err(failed)
    }

    /// Awaits the service's answer alone; a request that is cancelled lets go of it, which ends the round.
    pub(super) async fn sync(
        &self,
        command: SyncCommand,
        token: Option<lsp::ProgressToken>,
    ) -> Result<Value> {
        if !self.settings.trusted() {
            return Err(failed(
                "This folder is not trusted, so nothing is sent to the address that it names, or fetched from there. Trust it in the editor first."
                    .into(),
            ));
        }
        let done = sync::ask(&self.sync, &self.engine, &self.outbox, command, token);
        done.await.map_err(failed)
    }
}

pub(in crate::lsp) fn lost(_: Lost) -> Error {
    Error {
        message: "docket has no answer; its log may say why".into(),
        ..Error::internal_error()
    }
}

pub(super) fn failed(message: String) -> Error {
    Error {
        message: message.into(),
        ..Error::new(REQUEST_FAILED)
    }
}

/// Work that waits for the disk.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, String> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| lost(Lost))?.map_err(failed)
}
