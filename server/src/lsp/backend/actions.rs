//! Handlers of what changes something: code actions that were chosen, and commands.

use std::path::PathBuf;
use std::sync::Arc;

use docket_core::edit::Change;
use docket_core::ide::actions::ToSend;
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use super::super::actions::{self, ActionRef};
use super::super::commands::Command;
use super::super::outbox::Out;
use super::super::sync;
use super::Backend;
use super::ask::failed;
use super::language::Answer;
use crate::engine::Need;

/// How often a command's change is planned where somebody else writes at the same moment.
const MAX_ATTEMPTS: usize = 3;

impl Backend {
    pub(super) async fn resolve_action(
        &self,
        mut action: lsp::CodeAction,
    ) -> Result<lsp::CodeAction> {
        let data = action.data.clone().unwrap_or_default();
        let Ok(reference) = serde_json::from_value::<ActionRef>(data) else {
            return Ok(action);
        };
        let (env, uri) = (self.env.clone(), reference.uri.clone());
        let edit = self.ask(&uri, Need::Now, move |view, caps| {
            actions::resolve_action(view, &reference, &env, caps)
        });
        match edit.await? {
            Some(Ok((edit, said))) => {
                action.edit = Some(edit);
                self.say(said);
            }
            Some(Err(message)) => return Err(failed(message)),
            None => return Err(failed("The file belongs to no project.".into())),
        }
        Ok(action)
    }

    pub(super) async fn execute(&self, params: lsp::ExecuteCommandParams) -> Answer<Value> {
        let command =
            Command::parse(&params.command, params.arguments).map_err(|message| Error {
                message: message.into(),
                ..Error::new(ErrorCode::InvalidParams)
            })?;
        if let Command::Sync(command) = command {
            let token = params.work_done_progress_params.work_done_token;
            return self.sync(command, token).await.map(Some);
        }
        let command = Arc::new(command);
        for attempt in 1.. {
            let plan = self.plan(&command).await?;
            if plan.change == Change::default() {
                if let Some(send) = plan.send {
                    return self.send(plan.root, send, plan.answer).await;
                }
                if self.caps().language.show_document {
                    plan.show.into_iter().for_each(|it| self.out(Out::Show(it)));
                }
                return Ok(Some(plan.answer));
            }
            let root = plan.root.clone();
            match self.engine.apply(root, plan.label, plan.change).await {
                Ok(()) => {
                    self.say(plan.said);
                    return match plan.send {
                        Some(send) => self.send(plan.root, send, plan.answer).await,
                        None => Ok(Some(plan.answer)),
                    };
                }
                // Somebody else wrote between plan and change.
                Err(error) if error.is_retryable() && attempt < MAX_ATTEMPTS => {}
                Err(error) => return Err(failed(error.to_string())),
            }
        }
        Ok(None)
    }

    /// Puts into the outbox what a change that was made is to have sent; the answer gets its rows.
    async fn send(&self, root: PathBuf, send: ToSend, mut answer: Value) -> Answer<Value> {
        let made = match &send {
            ToSend::Issue { ticket, .. } => Some(ticket.clone()),
            ToSend::Reopening { .. } => None,
        };
        let said = match &send {
            ToSend::Issue { ticket, .. } => {
                format!("The issue of {ticket} waits to be sent: the next sync makes it.")
            }
            ToSend::Reopening { issue, .. } => format!(
                "#{issue} waits to be reopened, and the comment to be sent: the next sync does both."
            ),
        };
        match sync::put(&self.sync, root, send).await {
            Ok(mut queued) => {
                answer["queued"] = queued["rows"].take();
                self.say(Some(said));
                Ok(Some(answer))
            }
            Err(message) => Err(failed(match made {
                Some(ticket) => format!("{ticket} is made, but has no issue to be sent: {message}"),
                None => message,
            })),
        }
    }
}
