//! The commands of sync: each is work for the sync service's thread, and answers with rows as the terminal does.

use std::path::PathBuf;
use std::sync::Arc;

use docket_core::ide::actions::ToSend;
use docket_core::ids::TicketId;
use docket_core::sync::resolve::Take;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::gen_lsp_types as lsp;

use super::outbox::{Out, Question, Work};
use super::uri;
use super::work::Shown;
use crate::engine::{Handle, Need, Reply};
use crate::sync::branch::Step;
use crate::sync::round::Wanted;
use crate::sync::service::{Asked, Request, Service};

/// What is asked of sync, its argument checked.
#[derive(Clone, Debug)]
pub enum SyncCommand {
    Round(RoundArguments),
    Outbox(OutboxArguments),
    Resolve(ResolveArguments),
    Start(StartArguments),
    Pull(PullArguments),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RoundArguments {
    /// A file or folder of the project; needed where several are open.
    uri: Option<lsp::Uri>,
    dry_run: bool,
    full: bool,
    /// Tickets that are to have an issue.
    create: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct OutboxArguments {
    uri: Option<lsp::Uri>,
    retry: Option<i64>,
    drop: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveArguments {
    uri: Option<lsp::Uri>,
    ticket: String,
    /// Each field in conflict where none is named.
    field: Option<String>,
    take: Take,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartArguments {
    pub ticket: String,
    pub root: Option<lsp::Uri>,
    /// Without asking.
    #[serde(default)]
    pub yes: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PullArguments {
    ticket: String,
    root: Option<lsp::Uri>,
    #[serde(default)]
    draft: bool,
    /// Without asking.
    #[serde(default)]
    yes: bool,
    /// Only the plan.
    #[serde(default)]
    dry_run: bool,
}

/// Whether the user is asked before a plan is carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Consent {
    Ask,
    Given,
    /// Nothing is done.
    Withheld,
}

/// Has a command carried out.
pub(super) fn ask(
    service: &Service,
    engine: &Handle,
    outbox: &UnboundedSender<Out>,
    command: SyncCommand,
    token: Option<lsp::ProgressToken>,
) -> impl Future<Output = Result<Value, String>> + use<> {
    let uri = match &command {
        SyncCommand::Round(it) => &it.uri,
        SyncCommand::Outbox(it) => &it.uri,
        SyncCommand::Resolve(it) => &it.uri,
        SyncCommand::Start(it) => &it.root,
        SyncCommand::Pull(it) => &it.root,
    };
    let path = uri.as_ref().and_then(uri::to_path);
    let wanted_ticket = match &command {
        SyncCommand::Resolve(ResolveArguments { ticket, .. })
        | SyncCommand::Start(StartArguments { ticket, .. })
        | SyncCommand::Pull(PullArguments { ticket, .. }) => Some(TicketId::new(ticket)),
        _ => None,
    };
    let root = engine.read_all(Need::Index, move |views| {
        let has = |path: &PathBuf, root: &PathBuf| path.starts_with(root);
        let by_path = path.as_ref().and_then(|path| {
            let of = views.iter().filter(|it| has(path, &it.root));
            of.max_by_key(|it| it.root.as_os_str().len())
        });
        let by_ticket = wanted_ticket
            .as_ref()
            .and_then(|id| views.iter().find(|it| it.snapshot.ticket(id).is_some()));
        let root = by_path.or(by_ticket).or(match views {
            [one] => Some(one),
            _ => None,
        });
        match root {
            Some(view) => Ok(view.root.clone()),
            None if views.is_empty() => Err("docket has no project open.".to_owned()),
            None => Err("Several projects are open: say which by \"uri\".".to_owned()),
        }
    });
    let mut door = Door {
        service: service.clone(),
        outbox: outbox.clone(),
        token,
        root: PathBuf::new(),
    };
    async move {
        door.root = root.await.map_err(|_| lost())??;
        let asked = match command {
            SyncCommand::Round(it) => Asked::Round {
                wanted: match (it.dry_run, it.full) {
                    (true, _) => Wanted::Plan,
                    (false, true) => Wanted::Full,
                    (false, false) => Wanted::Changes,
                },
                create: it.create,
            },
            SyncCommand::Outbox(it) => Asked::Outbox {
                retry: it.retry,
                drop: it.drop,
            },
            SyncCommand::Resolve(it) => Asked::Resolve {
                ticket: it.ticket,
                field: it.field,
                take: it.take,
            },
            SyncCommand::Start(it) => {
                let consent = if it.yes { Consent::Given } else { Consent::Ask };
                let question = format!("Start work on {}?", it.ticket);
                let asked = |step| Asked::Begin {
                    ticket: it.ticket.clone(),
                    step,
                };
                return door.planned(question, consent, asked).await;
            }
            SyncCommand::Pull(it) => {
                let consent = match (it.dry_run, it.yes) {
                    (true, _) => Consent::Withheld,
                    (false, true) => Consent::Given,
                    (false, false) => Consent::Ask,
                };
                let question = format!("Open the pull request of {}?", it.ticket);
                let asked = |step| Asked::Pull {
                    ticket: it.ticket.clone(),
                    draft: it.draft,
                    step,
                };
                return door.planned(question, consent, asked).await;
            }
        };
        door.ask(asked).await
    }
}

fn lost() -> String {
    "docket has no answer; its log may say why.".to_owned()
}

/// What carries a plan out.
const DO_IT: &str = "Do it";

/// Where one command is carried out, and where its user is.
struct Door {
    service: Service,
    outbox: UnboundedSender<Out>,
    token: Option<lsp::ProgressToken>,
    root: PathBuf,
}

impl Door {
    async fn ask(&self, asked: Asked) -> Result<Value, String> {
        let (reply, answer) = Reply::channel();
        let shown = Shown::begin(self.outbox.clone(), self.token.clone(), "syncing");
        let (id, outbox) = (shown.id, self.outbox.clone());
        self.service.ask(Request {
            root: self.root.clone(),
            asked,
            progress: Box::new(move |message| {
                // As above.
                let _ = outbox.send(Out::Work(id, Work::Says(message.to_owned())));
            }),
            cancelled: shown.cancelled.clone(),
            reply,
        });
        answer.await.map_err(|_| lost())?
    }

    /// Shows the plan, and has it carried out where the user says so. The service goes on with other
    /// work while they think; so what is done then is held to what they were shown.
    async fn planned(
        &self,
        question: String,
        consent: Consent,
        asked: impl Fn(Step) -> Asked,
    ) -> Result<Value, String> {
        let mut planned = self.ask(asked(Step::Plan)).await?;
        let shown = planned["plan"].as_str().unwrap_or_default().to_owned();
        let goes_on = match consent {
            _ if shown.is_empty() => false,
            Consent::Given => true,
            Consent::Withheld => false,
            Consent::Ask => {
                let (reply, answer) = Reply::channel();
                // As above: then the answer is lost, which is no.
                let _ = self.outbox.send(Out::Ask(Question {
                    message: format!("{question}\n\n{shown}"),
                    choices: vec![DO_IT.to_owned(), "Leave it".to_owned()],
                    reply,
                }));
                matches!(answer.await, Ok(Some(it)) if it == DO_IT)
            }
        };
        match goes_on {
            true => self.ask(asked(Step::Do { shown })).await,
            false => Ok(planned["answer"].take()),
        }
    }
}

impl SyncCommand {
    /// Checks the argument of a command of sync.
    ///
    /// # Errors
    ///
    /// A sentence that says what the command takes.
    pub(super) fn parse(name: &str, argument: Value) -> Result<Self, String> {
        fn read<T: serde::de::DeserializeOwned>(value: Value, takes: &str) -> Result<T, String> {
            serde_json::from_value(value)
                .map_err(|error| format!("The command takes {takes}: {error}."))
        }
        Ok(match name {
            "docket.sync" => Self::Round(read(
                argument,
                "{\"uri\", \"dryRun\", \"full\", \"create\"}, all of them optional",
            )?),
            "docket.outbox" => Self::Outbox(read(
                argument,
                "{\"uri\", \"retry\", \"drop\"}, all of them optional",
            )?),
            "docket.pullRequest" => Self::Pull(read(
                argument,
                "{\"ticket\", \"draft\", \"yes\", \"dryRun\"}, all but the first optional",
            )?),
            _ => Self::Resolve(read(
                argument,
                "{\"ticket\", \"field\", \"take\"}, where \"take\" is mine, theirs or both",
            )?),
        })
    }
}

/// Has something put into the outbox of a project; answers with its rows there.
pub(super) fn put(
    service: &Service,
    root: PathBuf,
    send: ToSend,
) -> impl Future<Output = Result<Value, String>> + use<> {
    let (reply, answer) = Reply::channel();
    service.ask(Request {
        root,
        asked: Asked::Send(send),
        progress: Box::new(|_| ()),
        cancelled: Arc::default(),
        reply,
    });
    async move {
        let lost = || "docket has no answer; its log may say why.".to_owned();
        answer.await.map_err(|_| lost())?
    }
}
