//! Workspace commands: each takes one JSON object and answers with one.

mod adoption;
mod answers;
mod arguments;
pub mod board;
pub mod display;
pub mod find;
mod import;
mod parse;
pub mod planning;

use std::path::PathBuf;

use docket_core::edit::Change;
use docket_core::ide::ActionData;
use docket_core::ide::actions as core_actions;
use docket_core::ide::actions::{Tick, ToSend};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types as lsp;

use self::answers::{answer, create, label, status};
use self::arguments::LinkNewArguments;
use self::board::BoardArguments;
use self::display::DisplayCommand;
use self::find::{spelled, todo_at, view_of};
use self::import::ImportArguments;
use self::planning::Planning;
use super::actions::{self, ActionRef};
use super::capabilities::ClientCaps;
use super::display::Display;
use super::proposals::ProposeCommand;
use super::sync::{StartArguments, SyncCommand};
use super::{conflicts, uri};
use crate::dismissed::Named;
use crate::engine::View;
use crate::env::Env;
use crate::source::ProjectSource;

/// Carries out a code action for a client that cannot do so itself.
pub const APPLY_ACTION: &str = "docket.applyAction";

pub const NAMES: &[&str] = &[
    APPLY_ACTION,
    "docket.accept",
    "docket.adopt",
    "docket.align",
    "docket.analyze",
    "docket.assign",
    "docket.board",
    "docket.createTicket",
    "docket.discuss",
    "docket.estimate",
    "docket.expand",
    "docket.import",
    "docket.linkNewTodos",
    "docket.linkTodo",
    "docket.outbox",
    "docket.plan",
    "docket.proposals",
    "docket.pullRequest",
    "docket.refuse",
    "docket.resolveConflict",
    "docket.renumber",
    "docket.schema",
    "docket.set",
    "docket.setStatus",
    "docket.showAllFindings",
    "docket.showConflict",
    "docket.showCriteria",
    "docket.showTodos",
    "docket.start",
    "docket.status",
    "docket.sync",
    "docket.toggleCriterion",
    "docket.toggleNew",
    "docket.toggleSurface",
    "docket.update",
    "docket.writeDocs",
    "docket.writeTests",
];

/// What a command asks for, its argument checked.
#[derive(Debug)]
pub enum Command {
    Apply(ActionRef),
    /// Writes the plan of an adoption as a page; with the page there, carries it out.
    Adopt {
        /// A file of the project, or its folder.
        within: Option<lsp::Uri>,
        max: Option<usize>,
    },
    /// The board as a document.
    Board(BoardArguments),
    /// For the TODO at a place, or from a title alone.
    CreateTicket {
        place: Option<Place>,
        /// A file of the project that it is for, or the project's folder.
        within: Option<lsp::Uri>,
        title: Option<String>,
        fields: Vec<(String, String)>,
        issue: Option<WithIssue>,
    },
    LinkTodo {
        place: Place,
        ticket: String,
    },
    /// Every new TODO without a ticket, to the branch's ticket where none is named.
    LinkNew(LinkNewArguments),
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
    /// The two sides of a conflict, next to each other.
    ShowConflict {
        ticket: String,
        root: Option<lsp::Uri>,
        field: Option<String>,
    },
    ShowTodos {
        ticket: String,
        root: Option<lsp::Uri>,
    },
    ShowCriteria {
        ticket: String,
        root: Option<lsp::Uri>,
    },
    /// Tickets of another tool.
    Import(ImportArguments),
    /// From a brief to tickets, and what is out of line with it.
    Planning(Planning),
    Status,
    /// What this session shows; see [`display`].
    Display(DisplayCommand),
    /// What a model or a rule proposes; see [`super::proposals`].
    Propose(ProposeCommand),
    /// Those of sync, which wait for the disk and the network; see [`super::sync`].
    Sync(SyncCommand),
}

/// A new ticket is to have an issue, which waits in the outbox for the next round.
#[derive(Clone, Copy, Debug)]
pub struct WithIssue;

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
    /// Where the editor should go, or what it should open.
    pub show: Vec<lsp::Location>,
    /// What is put into the outbox once the change is made.
    pub send: Option<ToSend>,
    /// What becomes of dismissals.
    pub dismissals: Option<Dismissing>,
}

/// What a person does not want to be told of, or does again, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dismissing {
    Put(Named),
    TakeBack(Vec<String>),
}

impl Plan {
    fn new(view: &View, answer: Value, change: Change) -> Self {
        Self {
            root: view.root.clone(),
            label: String::new(),
            change,
            answer,
            said: None,
            show: Vec::new(),
            send: None,
            dismissals: None,
        }
    }
}

impl Command {
    /// The file whose project the command speaks of, where it names one. A ticket's project is named
    /// by its folder and found among all: what is typed in the ticket's own file then counts.
    pub fn file(&self) -> Option<PathBuf> {
        let uri = match self {
            Self::Apply(it) => &it.uri,
            Self::LinkTodo { place, .. } => &place.uri,
            Self::CreateTicket { within, .. } | Self::Adopt { within, .. } => within.as_ref()?,
            Self::Renumber { uri, .. } => uri.as_ref()?,
            Self::Import(it) => it.uri.as_ref()?,
            Self::LinkNew(it) => it.uri.as_ref()?,
            Self::Planning(it) => it.uri()?,
            _ => return None,
        };
        uri::to_path(uri)
    }

    /// Whether it is worked out of git's history or of another tool's files, which takes its time.
    pub fn asks_git(&self) -> bool {
        matches!(
            self,
            Self::Adopt { .. } | Self::Import(_) | Self::Planning(Planning::Analyze(_))
        )
    }

    /// Works the command out; nothing is changed yet.
    ///
    /// # Errors
    ///
    /// A sentence for the user: why not, and what to do.
    pub fn plan(
        &self,
        views: &[View],
        display: &Display,
        env: &Env,
        caps: &ClientCaps,
    ) -> Result<Plan, String> {
        let first = views.first().ok_or("docket has no project open.")?;
        let (view, action) = match self {
            Self::Status => return Ok(status(views)),
            Self::Import(it) => return import::plan(first, it, env),
            Self::Sync(_) | Self::Display(_) | Self::Board(_) | Self::Propose(_) => {
                return Err("This command is not planned.".into());
            }
            Self::Planning(it) => return it.plan(views, env),
            Self::Adopt { max, .. } => return adoption::plan(first, *max, env),
            Self::Apply(it) => {
                if it.version != first.version {
                    return Err(
                        "The file has changed since the action was offered; ask again.".into(),
                    );
                }
                (first, it.action.clone())
            }
            Self::CreateTicket {
                place: Some(place),
                issue,
                ..
            } => {
                let (path, todo) = (first.path.clone(), todo_at(first, place, caps)?);
                let action = match issue {
                    Some(WithIssue) => ActionData::CreateIssue { path, todo },
                    None => ActionData::CreateTicket { path, todo },
                };
                (first, action)
            }
            Self::CreateTicket {
                title,
                fields,
                issue,
                ..
            } => {
                let title = title.as_deref().unwrap_or_default();
                return create(first, title, fields, *issue, env);
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
            Self::LinkNew(it) => (first, find::new_todos(first, it, display)?),
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
            Self::ShowConflict {
                ticket,
                root,
                field,
            } => {
                let view = view_of(views, ticket, root.as_ref())?;
                let (ticket, field) = (spelled(view, ticket)?, field.as_deref());
                let found = conflicts::compare(view, &ticket, field, env, caps)?;
                // A client that puts them side by side does that with the answer.
                let shown = found.sides.into_iter().filter(|_| !caps.side_by_side);
                let range = lsp::Range::default();
                return Ok(Plan {
                    show: shown.map(|uri| lsp::Location { uri, range }).collect(),
                    ..Plan::new(view, found.answer, Change::default())
                });
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
            label: format!("docket: {}", label(&action)),
            said: worked.said,
            show: shown.into_iter().flatten().take(1).collect(),
            send: worked.send,
            dismissals: worked.dismissed.map(Dismissing::Put),
            ..Plan::new(view, answer, worked.change)
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
        label: format!("docket: {label}"),
        ..Plan::new(view, answer(view, &change), change)
    }
}
