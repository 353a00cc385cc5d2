//! Workspace commands: each takes one JSON object and answers with one.

mod arguments;
mod find;

use std::path::PathBuf;

use docket_core::edit::Change;
use docket_core::ide::ActionData;
use docket_core::ide::actions as core_actions;
use docket_core::ide::actions::Tick;
use docket_core::ticket::template::Template;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use self::arguments::{
    AssignArguments, CreateArguments, LinkArguments, RenumberArguments, SetArguments,
    StatusArguments, TicketArgument, ToggleArguments,
};
use self::find::{spelled, todo_at, view_of};
use super::actions::{self, ActionRef};
use super::capabilities::ClientCaps;
use super::sync::{StartArguments, SyncCommand};
use super::uri;
use crate::engine::View;
use crate::env::Env;
use crate::source::ProjectSource;

/// Carries out a code action for a client that cannot do so itself.
pub const APPLY_ACTION: &str = "docket.applyAction";

pub const NAMES: &[&str] = &[
    APPLY_ACTION,
    "docket.assign",
    "docket.createTicket",
    "docket.linkTodo",
    "docket.outbox",
    "docket.pullRequest",
    "docket.resolveConflict",
    "docket.renumber",
    "docket.set",
    "docket.setStatus",
    "docket.showCriteria",
    "docket.showTodos",
    "docket.start",
    "docket.status",
    "docket.sync",
    "docket.toggleCriterion",
];

/// What a command asks for, its argument checked.
#[derive(Debug)]
pub enum Command {
    Apply(ActionRef),
    /// For the TODO at a place, or from a title alone.
    CreateTicket {
        place: Option<Place>,
        /// A file of the project that it is for, or the project's folder.
        within: Option<lsp::Uri>,
        title: Option<String>,
        fields: Vec<(String, String)>,
    },
    LinkTodo {
        place: Place,
        ticket: String,
    },
    SetStatus {
        ticket: String,
        root: Option<lsp::Uri>,
        status: String,
    },
    /// Gives all but one of the tickets with an id new ones, or the one of that file.
    Renumber {
        ticket: String,
        uri: Option<lsp::Uri>,
    },
    /// Fields as they are typed in `docket set`; an empty value takes the field away.
    Set {
        ticket: String,
        root: Option<lsp::Uri>,
        fields: Vec<(String, String)>,
    },
    ToggleCriterion {
        ticket: String,
        root: Option<lsp::Uri>,
        criterion: usize,
        tick: Tick,
    },
    /// To the user's own name where none is given.
    Assign {
        ticket: String,
        root: Option<lsp::Uri>,
        user: Option<String>,
    },
    /// Makes a ticket active and the user's own, on a branch of its own.
    Start(StartArguments),
    ShowTodos {
        ticket: String,
        root: Option<lsp::Uri>,
    },
    ShowCriteria {
        ticket: String,
        root: Option<lsp::Uri>,
    },
    Status,
    /// Those of sync, which wait for the disk and the network; see [`super::sync`].
    Sync(SyncCommand),
}

#[derive(Clone, Debug, Deserialize)]
pub struct Place {
    pub uri: lsp::Uri,
    pub position: lsp::Position,
}

/// What a command will do, and what it answers once that is done.
#[derive(Debug)]
pub struct Plan {
    pub root: PathBuf,
    pub label: String,
    pub change: Change,
    pub answer: Value,
    /// What the user should know beside it.
    pub said: Option<String>,
    /// Where the editor should go.
    pub show: Option<lsp::Location>,
}

impl Command {
    /// Checks a command's name and its one argument.
    ///
    /// # Errors
    ///
    /// A sentence that says what the command takes.
    pub fn parse(name: &str, arguments: Option<Vec<Value>>) -> Result<Self, String> {
        let argument = arguments
            .and_then(|it| it.into_iter().next())
            .unwrap_or(json!({}));
        fn read<T: serde::de::DeserializeOwned>(value: Value, takes: &str) -> Result<T, String> {
            serde_json::from_value(value)
                .map_err(|error| format!("The command takes {takes}: {error}."))
        }
        Ok(match name {
            APPLY_ACTION => Self::Apply(read(argument, "what a code action came with")?),
            "docket.createTicket" => {
                let takes = "{\"uri\", \"position\"} of a TODO, or {\"title\", \"fields\"}";
                let it: CreateArguments = read(argument, takes)?;
                let place = match (it.uri.clone(), it.position) {
                    (Some(uri), Some(position)) => Some(Place { uri, position }),
                    _ => None,
                };
                if place.is_none() && it.title.as_deref().is_none_or(|it| it.trim().is_empty()) {
                    return Err(format!("The command takes {takes}."));
                }
                Self::CreateTicket {
                    place,
                    within: it.uri,
                    title: it.title,
                    fields: it.fields.into_iter().collect(),
                }
            }
            "docket.linkTodo" => {
                let it: LinkArguments = read(argument, "{\"uri\", \"position\", \"ticket\"}")?;
                Self::LinkTodo {
                    place: Place {
                        uri: it.uri,
                        position: it.position,
                    },
                    ticket: it.ticket,
                }
            }
            "docket.setStatus" => {
                let it: StatusArguments = read(argument, "{\"ticket\", \"status\"}")?;
                Self::SetStatus {
                    ticket: it.ticket,
                    root: it.root,
                    status: it.status,
                }
            }
            "docket.renumber" => {
                let it: RenumberArguments = read(argument, "{\"ticket\", \"uri\"}")?;
                Self::Renumber {
                    ticket: it.ticket,
                    uri: it.uri,
                }
            }
            "docket.set" => {
                let it: SetArguments = read(argument, "{\"ticket\", \"fields\"}")?;
                Self::Set {
                    ticket: it.ticket,
                    root: it.root,
                    fields: it.fields.into_iter().collect(),
                }
            }
            "docket.toggleCriterion" => {
                let takes = "{\"ticket\", \"criterion\", \"done\"}";
                let it: ToggleArguments = read(argument, takes)?;
                Self::ToggleCriterion {
                    ticket: it.ticket,
                    root: it.root,
                    criterion: it.criterion,
                    tick: match it.done {
                        true => Tick::Done,
                        false => Tick::Open,
                    },
                }
            }
            "docket.assign" => {
                let it: AssignArguments = read(argument, "{\"ticket\", \"user\"}")?;
                Self::Assign {
                    ticket: it.ticket,
                    root: it.root,
                    user: it.user,
                }
            }
            "docket.start" => Self::Start(read(argument, "{\"ticket\", \"yes\"}")?),
            "docket.showTodos" | "docket.showCriteria" => {
                let TicketArgument { ticket, root } = read(argument, "{\"ticket\"}")?;
                match name {
                    "docket.showTodos" => Self::ShowTodos { ticket, root },
                    _ => Self::ShowCriteria { ticket, root },
                }
            }
            "docket.status" => Self::Status,
            "docket.sync" | "docket.outbox" | "docket.resolveConflict" | "docket.pullRequest" => {
                Self::Sync(SyncCommand::parse(name, argument)?)
            }
            other => return Err(format!("docket has no command {other}.")),
        })
    }

    /// The file whose project the command speaks of, where it names one. A ticket's project is named
    /// by its folder and found among all: what is typed in the ticket's own file then counts.
    pub fn file(&self) -> Option<PathBuf> {
        let uri = match self {
            Self::Apply(it) => &it.uri,
            Self::LinkTodo { place, .. } => &place.uri,
            Self::CreateTicket { within, .. } => within.as_ref()?,
            Self::Renumber { uri, .. } => uri.as_ref()?,
            _ => return None,
        };
        uri::to_path(uri)
    }

    /// Works the command out; nothing is changed yet.
    ///
    /// # Errors
    ///
    /// A sentence for the user: why not, and what to do.
    pub fn plan(&self, views: &[View], env: &Env, caps: &ClientCaps) -> Result<Plan, String> {
        let first = views.first().ok_or("docket has no project open.")?;
        let (view, action) = match self {
            Self::Status => return Ok(status(views)),
            Self::Sync(_) => return Err("This command is not planned.".into()),
            Self::Apply(it) => {
                if it.version != first.version {
                    return Err(
                        "The file has changed since the action was offered; ask again.".into(),
                    );
                }
                (first, it.action.clone())
            }
            Self::CreateTicket {
                place: Some(place), ..
            } => {
                let todo = todo_at(first, place, caps)?;
                (
                    first,
                    ActionData::CreateTicket {
                        path: first.path.clone(),
                        todo,
                    },
                )
            }
            Self::CreateTicket { title, fields, .. } => {
                return create(first, title.as_deref().unwrap_or_default(), fields, env);
            }
            Self::Set {
                ticket,
                root,
                fields,
            } => {
                let view = view_of(views, ticket, root.as_ref())?;
                let mut source = ProjectSource::new(&view.root, env);
                let change = crate::tickets::set(&view.snapshot, ticket, fields, &mut source)
                    .map_err(|it| with_hint(&it))?;
                return Ok(planned(view, "set fields", change));
            }
            Self::ToggleCriterion {
                ticket,
                root,
                criterion,
                tick,
            } => {
                let view = view_of(views, ticket, root.as_ref())?;
                let mut source = ProjectSource::new(&view.root, env);
                let (snapshot, at) = (&view.snapshot, *criterion);
                let change = core_actions::resolve_tick(snapshot, ticket, at, *tick, &mut source)
                    .map_err(|it| it.to_string())?;
                return Ok(planned(view, "tick a criterion", change));
            }
            Self::LinkTodo { place, ticket } => {
                let todo = todo_at(first, place, caps)?;
                let ticket = spelled(first, ticket)?;
                (
                    first,
                    ActionData::Link {
                        path: first.path.clone(),
                        todo,
                        ticket,
                    },
                )
            }
            Self::SetStatus {
                ticket,
                root,
                status,
            } => {
                let view = view_of(views, ticket, root.as_ref())?;
                (
                    view,
                    ActionData::SetStatus {
                        ticket: spelled(view, ticket)?,
                        status: status.clone(),
                    },
                )
            }
            Self::Start(StartArguments { ticket, root, .. })
            | Self::ShowTodos { ticket, root }
            | Self::ShowCriteria { ticket, root } => {
                let view = view_of(views, ticket, root.as_ref())?;
                let ticket = spelled(view, ticket)?;
                let action = match self {
                    Self::Start(_) => ActionData::Start { ticket },
                    Self::ShowTodos { .. } => ActionData::ShowTodos { ticket },
                    _ => ActionData::ShowCriteria { ticket },
                };
                (view, action)
            }
            Self::Renumber { ticket, uri } => {
                let view = match uri {
                    Some(_) => first,
                    None => view_of(views, ticket, None)?,
                };
                let action = ActionData::Renumber {
                    ticket: ticket.clone(),
                    file: uri.as_ref().map(|_| view.path.clone()),
                };
                (view, action)
            }
            Self::Assign { ticket, root, user } => {
                let view = view_of(views, ticket, root.as_ref())?;
                let me = view.snapshot.me.as_deref().map(str::to_owned);
                let user = user.clone().or(me).ok_or(
                    "docket does not know your name: set user.name in git, or \"me\" in docket's config.toml.",
                )?;
                (
                    view,
                    ActionData::Assign {
                        ticket: spelled(view, ticket)?,
                        user,
                    },
                )
            }
        };
        let worked = actions::work_out(view, &action, env, caps)?;
        let mut answer = answer(view, &worked.change);
        if let Some(renumbering) = &worked.renumbering {
            answer["renumbered"] = actions::told(view, renumbering, caps);
        }
        let shown = actions::shown(view, &action, caps);
        if let Some(shown) = &shown {
            answer["locations"] = json!(shown);
        }
        Ok(Plan {
            root: view.root.clone(),
            label: format!("docket: {}", label(&action)),
            answer,
            change: worked.change,
            said: worked.said,
            show: shown.and_then(|it| it.into_iter().next()),
        })
    }
}

fn with_hint(error: &crate::tickets::ChangeError) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

fn planned(view: &View, label: &str, change: Change) -> Plan {
    Plan {
        root: view.root.clone(),
        label: format!("docket: {label}"),
        answer: answer(view, &change),
        change,
        said: None,
        show: None,
    }
}

fn label(action: &ActionData) -> &'static str {
    match action {
        ActionData::CreateTicket { .. } => "create a ticket",
        ActionData::Link { .. } => "link a TODO",
        ActionData::Unlink { .. } => "unlink a TODO",
        ActionData::SetStatus { .. } => "set a status",
        ActionData::Assign { .. } => "assign a ticket",
        ActionData::Start { .. } => "start work",
        ActionData::ShowTodos { .. } | ActionData::ShowCriteria { .. } => "show",
        ActionData::RemoveTodo { .. } => "remove a TODO",
        ActionData::Toggle { .. } => "tick an item",
        ActionData::Fix { .. } | ActionData::FixAll { .. } => "fix",
        ActionData::Renumber { .. } => "renumber a ticket",
    }
}

/// Every file that the change touches, and the tickets that it makes.
fn answer(view: &View, change: &Change) -> Value {
    let uris = |paths: Vec<&String>| -> Vec<Value> {
        paths
            .into_iter()
            .map(|it| json!(uri::of_path(&view.root.join(it)).0))
            .collect()
    };
    json!({
        "schema": 1,
        "changed": uris(change.edits.iter().map(|it| &it.path).collect()),
        "created": uris(change.creates.iter().map(|it| &it.path).collect()),
    })
}

fn create(
    view: &View,
    title: &str,
    fields: &[(String, String)],
    env: &Env,
) -> Result<Plan, String> {
    let mut source = ProjectSource::new(&view.root, env);
    let (id, change) = crate::tickets::create(
        &view.snapshot,
        title,
        &Template::default(),
        fields,
        &mut source,
    )
    .map_err(|it| with_hint(&it))?;
    let mut answer = answer(view, &change);
    answer["ticket"] = json!(id);
    Ok(Plan {
        root: view.root.clone(),
        label: format!("docket: create {id}"),
        change,
        answer,
        said: None,
        show: None,
    })
}

fn status(views: &[View]) -> Plan {
    let projects: Vec<_> = views
        .iter()
        .map(|view| {
            let snapshot = &view.snapshot;
            let n_todos: usize = snapshot.files().map(|(_, it)| it.todos.len()).sum();
            json!({
                "root": view.root.to_string_lossy(),
                "complete": view.complete,
                "files": snapshot.n_files(),
                "todos": n_todos,
                "tickets": snapshot.tickets().count(),
            })
        })
        .collect();
    Plan {
        root: PathBuf::new(),
        label: String::new(),
        change: Change::default(),
        answer: json!({ "schema": 1, "version": env!("CARGO_PKG_VERSION"), "projects": projects }),
        said: None,
        show: None,
    }
}
