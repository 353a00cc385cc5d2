//! Handlers of what changes something: code actions that were chosen, and commands.

use std::path::PathBuf;
use std::sync::Arc;

use docket_core::edit::Change;
use docket_core::ide::actions::ToSend;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use super::super::actions::{self, ActionRef};
use super::super::commands::planning::Planning;
use super::super::commands::{Command, Dismissing};
use super::super::outbox::Out;
use super::super::sync::{self, SyncCommand};
use super::Backend;
use super::ask::{aside, failed};
use super::language::Answer;
use crate::dismissed;
use crate::engine::{Event, Need};

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
        let mut command =
            Command::parse(&params.command, params.arguments).map_err(|message| Error {
                message: message.into(),
                ..Error::new(ErrorCode::InvalidParams)
            })?;
        if let Command::Sync(command) = command {
            let token = params.work_done_progress_params.work_done_token;
            return self.sync(command, token).await.map(Some);
        }
        if let Command::Propose(command) = command {
            let token = params.work_done_progress_params.work_done_token;
            return self.propose(command, token).await;
        }
        if let Command::Planning(Planning::Analyze(it)) = &mut command {
            let token = params.work_done_progress_params.work_done_token.clone();
            self.look(it, token).await?;
        }
        if let Command::Planning(planning) = &command
            && let Some(command) = self.by_model(planning).await?
        {
            let token = params.work_done_progress_params.work_done_token;
            return self.propose(command, token).await;
        }
        if let Command::Display(command) = command {
            return self.display(command).await;
        }
        if let Command::Board(board) = command {
            return self.board(board).await;
        }
        let command = Arc::new(command);
        let mut begun = None;
        if let Command::Start(start) = &*command {
            // What cannot be started makes no branch either.
            self.plan(&command).await?;
            let answer = self.sync(SyncCommand::Start(start.clone()), None).await?;
            if answer["done"] == false {
                return Ok(Some(with_branch(no_change(), Some(answer))));
            }
            begun = Some(answer);
        }
        for attempt in 1.. {
            let plan = self.plan(&command).await?;
            if plan.change != Change::default() {
                let applied = self
                    .engine
                    .apply(plan.root.clone(), plan.label, plan.change);
                match applied.await {
                    Ok(()) => {}
                    // Somebody else wrote between plan and change.
                    Err(error) if error.is_retryable() && attempt < MAX_ATTEMPTS => continue,
                    Err(error) => return Err(failed(error.to_string())),
                }
            }
            if let Some(dismissing) = plan.dismissals {
                self.dismiss(plan.root.clone(), dismissing).await?;
            }
            self.say(plan.said);
            if self.caps().language.show_document {
                plan.show.into_iter().for_each(|it| self.out(Out::Show(it)));
            }
            let answer = with_branch(plan.answer, begun);
            return match plan.send {
                Some(send) => self.send(plan.root, send, answer).await,
                None => Ok(Some(answer)),
            };
        }
        Ok(None)
    }

    /// Remembers, or forgets, what nobody is to be told of; findings follow.
    async fn dismiss(&self, root: PathBuf, dismissing: Dismissing) -> Result<()> {
        let env = self.env.clone();
        let of = root.clone();
        let dismissed = aside(move || {
            let done = match &dismissing {
                Dismissing::Put(all) => dismissed::put(&of, &env, all),
                Dismissing::TakeBack(names) => dismissed::take_back(&of, &env, names),
            };
            done.map_err(|it| format!("{it}; {}", it.hint()))
        })
        .await?;
        self.engine.post(Event::Dismissed { root, dismissed });
        Ok(())
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

fn no_change() -> Value {
    json!({ "schema": 1, "changed": [], "created": [] })
}

/// What a command changed, with what became of the branch.
fn with_branch(mut answer: Value, begun: Option<Value>) -> Value {
    for (key, value) in begun
        .as_ref()
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        answer[key] = value.clone();
    }
    answer
}
