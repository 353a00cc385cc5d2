//! A command from its name and its argument.

use docket_core::ide::actions::Tick;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::proposals::{self, ProposeCommand};
use super::arguments::{
    AdoptArguments, AssignArguments, ConflictArguments, CreateArguments, LinkArguments,
    RenumberArguments, SetArguments, StatusArguments, TicketArgument, ToggleArguments,
};
use super::display::DisplayCommand;
use super::planning::Planning;
use super::{APPLY_ACTION, Command, Place, SyncCommand, WithIssue};

/// Reads an argument, or says what there should be.
pub(super) fn read<T: DeserializeOwned>(value: Value, takes: &str) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("The command takes {takes}: {error}."))
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
        Ok(match name {
            APPLY_ACTION => Self::Apply(read(argument, "what a code action came with")?),
            "docket.adopt" => {
                let it: AdoptArguments = read(argument, "{\"uri\", \"max\"}, both optional")?;
                Self::Adopt {
                    within: it.uri,
                    max: it.max,
                }
            }
            "docket.board" => {
                let takes = "{\"uri\", \"file\", \"closed\"}, all optional";
                Self::Board(read(argument, takes)?)
            }
            "docket.createTicket" => {
                let takes = "{\"uri\", \"position\"} of a TODO, or {\"title\", \"fields\"}, both with \"issue\"";
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
                    issue: it.issue.then_some(WithIssue),
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
            "docket.linkNewTodos" => {
                Self::LinkNew(read(argument, "{\"ticket\", \"uri\"}, both optional")?)
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
            "docket.import" => Self::Import(read(
                argument,
                "{\"source\", \"from\", \"dryRun\", \"uri\"}, all but the first optional",
            )?),
            "docket.plan" | "docket.align" | "docket.analyze" => {
                Self::Planning(Planning::parse(name, argument)?)
            }
            "docket.showConflict" => {
                let it: ConflictArguments = read(argument, "{\"ticket\", \"field\"}")?;
                Self::ShowConflict {
                    ticket: it.ticket,
                    root: it.root,
                    field: it.field,
                }
            }
            "docket.status" => Self::Status,
            name if proposals::NAMES.contains(&name) => {
                Self::Propose(ProposeCommand::parse(name, argument)?)
            }
            "docket.toggleNew" | "docket.toggleSurface" | "docket.showAllFindings" => {
                Self::Display(DisplayCommand::parse(name, argument)?)
            }
            "docket.sync" | "docket.outbox" | "docket.resolveConflict" | "docket.pullRequest" => {
                Self::Sync(SyncCommand::parse(name, argument)?)
            }
            other => return Err(format!("docket has no command {other}.")),
        })
    }
}
