//! What docket adds to LSP: requests for its views, and the notification that they are to be asked again.
//!
//! Typed here once; `clients/vscode/src/protocol.ts`, `clients/neovim/lua/docket/protocol.lua` and
//! `.docs/dev/lsp-extensions.md` are made of these types, and a test holds them to each other.

use docket_core::json::sorted_map;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use tower_lsp::gen_lsp_types as lsp;
use tower_lsp::jsonrpc::Result;

use super::backend::Backend;
use super::backend::ask::lost;
use super::outbox::Out;
use super::uri;
use crate::engine::{Lost, Need, View};
use crate::views::{self, Ground, ProjectTodos, Reader, TicketAnswer, TicketsAnswer, TodosAnswer};

pub const TICKETS: &str = "docket/tickets";
pub const TICKET: &str = "docket/ticket";
pub const TODOS: &str = "docket/todos";
pub const CHANGED: &str = "docket/changed";
pub const CURSOR: &str = "docket/cursor";

/// Asks for the tickets of every project.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TicketsParams {
    /// The `resultId` of the last answer.
    #[serde(default)]
    pub previous_result_id: Option<String>,
}

/// Asks for the card of one ticket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TicketParams {
    pub ticket: String,
    /// The folder of its project, as a URI; where it is left out, the first project that has the ticket.
    #[serde(default)]
    pub root: Option<String>,
}

/// Asks for the TODOs of every project, or of one file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TodosParams {
    /// Only those of this file: of an open document as it is at this moment, without waiting for the index.
    #[serde(default)]
    pub uri: Option<String>,
    /// Git is asked for `since` and `new`, which takes its time. Without a `uri` only.
    #[serde(default)]
    pub history: bool,
    /// The `resultId` of the last answer to the same question.
    #[serde(default)]
    pub previous_result_id: Option<String>,
}

/// Where the cursor is: for what is shown in its line alone.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CursorParams {
    /// The document that the person looks at.
    pub uri: String,
    /// From 0.
    pub line: u32,
}

/// Something that a view shows may be different now: ask again for what is in sight.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedParams {
    /// Goes up with each change.
    pub revision: u64,
}

/// `docket/changed`, sent to clients whose `experimental.docket.changed` is true.
#[derive(Debug)]
pub enum Changed {}

impl lsp::Notification for Changed {
    type Params = ChangedParams;
    const METHOD: lsp::LspNotificationMethod<'static> = lsp::LspNotificationMethod::Custom(CHANGED);
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
}

/// One extension of the protocol.
pub struct Message {
    pub method: &'static str,
    /// The name of its parameters' type.
    pub params: &'static str,
    pub kind: Kind,
}

/// Who sends a message, and what comes back.
pub enum Kind {
    /// With the name of its answer's type.
    Request(&'static str),
    OfServer,
    OfClient,
}

/// Every extension, and the schemas of all types that they name.
pub fn protocol() -> (Vec<Message>, serde_json::Map<String, serde_json::Value>) {
    // What is asked may leave a key out; what is answered has every key.
    let mut asked = SchemaSettings::default().for_deserialize().into_generator();
    asked.subschema_for::<TicketsParams>();
    asked.subschema_for::<TicketParams>();
    asked.subschema_for::<TodosParams>();
    asked.subschema_for::<CursorParams>();
    let mut told = SchemaSettings::default().for_serialize().into_generator();
    told.subschema_for::<TicketsAnswer>();
    told.subschema_for::<TicketAnswer>();
    told.subschema_for::<TodosAnswer>();
    told.subschema_for::<ChangedParams>();
    let mut types = asked.take_definitions(true);
    types.extend(told.take_definitions(true));
    let request = |method, params, answer| Message {
        method,
        params,
        kind: Kind::Request(answer),
    };
    let notification = |method, params, kind| Message {
        method,
        params,
        kind,
    };
    let messages = vec![
        request(TICKETS, "TicketsParams", "TicketsAnswer"),
        request(TICKET, "TicketParams", "TicketAnswer"),
        request(TODOS, "TodosParams", "TodosAnswer"),
        notification(CHANGED, "ChangedParams", Kind::OfServer),
        notification(CURSOR, "CursorParams", Kind::OfClient),
    ];
    (messages, sorted_map(types))
}

impl Backend {
    /// `docket/cursor`
    pub async fn cursor(&self, params: CursorParams) {
        let Some(path) = uri::to_path(&lsp::Uri(params.uri)) else {
            return;
        };
        if self.settings.display.set_cursor(path, params.line) {
            self.out(Out::Redraw);
        }
    }

    fn reader(&self) -> Reader {
        Reader {
            encoding: self.caps().encoding,
            name: |path| uri::of_path(path).0,
        }
    }

    /// `docket/tickets`
    pub async fn tickets(&self, params: TicketsParams) -> Result<TicketsAnswer> {
        let (reader, previous) = (self.reader(), params.previous_result_id);
        let last = self.last.tickets.clone();
        let answer = self.engine.read_all(Need::Now, move |views| {
            let ground = Ground::of(views);
            match previous.as_deref() {
                Some(it) if last.still_is(&ground, it) => TicketsAnswer::unchanged(it),
                previous => {
                    let answer = TicketsAnswer::new(views, reader, previous);
                    last.set(ground, &answer.result_id);
                    answer
                }
            }
        });
        answer.await.map_err(lost)
    }

    /// `docket/ticket`
    pub async fn ticket(&self, params: TicketParams) -> Result<TicketAnswer> {
        let (reader, env) = (self.reader(), self.env.clone());
        let answer = self.engine.read_all(Need::Now, move |views| {
            TicketAnswer::new(views, &params.ticket, params.root.as_deref(), reader, &env)
        });
        answer.await.map_err(lost)
    }

    /// `docket/todos`
    pub async fn todos(&self, params: TodosParams) -> Result<TodosAnswer> {
        let (reader, previous) = (self.reader(), params.previous_result_id);
        let before = previous.clone();
        let answer =
            move |projects, version| TodosAnswer::new(projects, version, before.as_deref());
        let Some(uri) = params.uri else {
            if params.history {
                let projects = self.todos_with_history(reader).await?;
                return Ok(answer(projects, None));
            }
            let (last, known) = (self.last.todos.clone(), previous.clone());
            let all = self.engine.read_all(Need::Now, move |views| {
                let ground = Ground::of(views);
                match known.as_deref() {
                    Some(it) if last.still_is(&ground, it) => TodosAnswer::unchanged(it),
                    _ => {
                        let projects = views.iter().map(|it| views::todos(it, reader)).collect();
                        let answer = answer(projects, None);
                        last.set(ground, &answer.result_id);
                        answer
                    }
                }
            });
            return all.await.map_err(lost);
        };
        let nothing = answer.clone();
        let of_file = self.ask(&lsp::Uri(uri), Need::Now, move |view, _| {
            answer(vec![views::todos_of_file(view, reader)], view.version)
        });
        Ok(of_file.await?.unwrap_or_else(|| nothing(Vec::new(), None)))
    }
    /// Blame is no work for the engine's pool, which keystrokes wait for.
    async fn todos_with_history(&self, reader: Reader) -> Result<Vec<ProjectTodos>> {
        let (env, settings) = (self.env.clone(), self.settings.clone());
        let views = self.engine.read_all(Need::Now, <[View]>::to_vec);
        let views = views.await.map_err(lost)?;
        let work = tokio::task::spawn_blocking(move || {
            let all = views.iter().map(|view| {
                let mut project = views::todos(view, reader);
                let since = settings.display.since(view).ok();
                views::add_history(view, &mut project, since.as_deref(), &env);
                project
            });
            all.collect()
        });
        work.await.map_err(|_| lost(Lost))
    }
}
