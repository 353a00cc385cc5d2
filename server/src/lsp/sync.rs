//! The commands of sync: each is work for the sync service's thread, and answers with rows as the terminal does.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use docket_core::ide::actions::ToSend;
use docket_core::sync::resolve::Take;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::gen_lsp_types as lsp;

use super::outbox::{Out, Work};
use super::uri;
use crate::engine::{Handle, Need, Reply};
use crate::sync::round::Wanted;
use crate::sync::service::{Asked, Request, Service};

/// What is asked of sync, its argument checked.
#[derive(Clone, Debug)]
pub enum SyncCommand {
    Round(RoundArguments),
    Outbox(OutboxArguments),
    Resolve(ResolveArguments),
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

/// Work that is shown as long as this lives. Its asker may go first: then the service is told to stop.
struct Shown {
    id: u64,
    cancelled: Arc<Notify>,
    outbox: UnboundedSender<Out>,
}

impl Shown {
    fn begin(outbox: UnboundedSender<Out>, token: Option<lsp::ProgressToken>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let it = Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            cancelled: Arc::default(),
            outbox,
        };
        it.tell(Work::Began(token, it.cancelled.clone()));
        it
    }

    fn tell(&self, work: Work) {
        // The outbox ends with the session: nobody is left to tell then.
        let _ = self.outbox.send(Out::Work(self.id, work));
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.cancelled.notify_one();
        self.tell(Work::Ended);
    }
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
    };
    let path = uri.as_ref().and_then(uri::to_path);
    let wanted_ticket = match &command {
        SyncCommand::Resolve(it) => Some(docket_core::ids::TicketId::new(&it.ticket)),
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
    let (service, outbox) = (service.clone(), outbox.clone());
    async move {
        let lost = || "docket has no answer; its log may say why.".to_owned();
        let root = root.await.map_err(|_| lost())??;
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
        };
        let (reply, answer) = Reply::channel();
        let shown = Shown::begin(outbox.clone(), token);
        let id = shown.id;
        service.ask(Request {
            root,
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
