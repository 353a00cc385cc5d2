//! What a model, or a rule of thumb, makes of a ticket: checked against the project before anybody
//! sees it, and told as a change that a person accepts.
//!
//! Each part has the type that an answer has to fit, what is checked of it beyond its schema, the
//! change that it comes to, and what is done without a model.

pub mod discuss;
pub mod estimate;
pub mod expand;
mod grounded;
#[cfg(test)]
mod tests;
pub mod update;
pub mod write_docs;
pub mod write_tests;

pub use grounded::{Seen, is_file_with_folder, names};

use crate::ide::actions;
use crate::ide::{Refusal, Source as World};
use crate::ids::TicketId;
use crate::lineage::{Part, Source, Whole};
use crate::span::Span;
use crate::ticket::Ticket;
use crate::world::Snapshot;

/// The field of a ticket that says which model wrote it, with which prompt, in which run, for how
/// much.
pub const GENERATED: &str = "generated";

/// Why nothing is proposed; a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProposeError {
    #[error("there is no ticket {0}")]
    NoTicket(String),
    #[error("{0} has no list that it could be split by")]
    NoList(String),
    #[error("{0} has no acceptance criterion that is not met")]
    NoCriteria(String),
    #[error("no manifest says how this project is tested")]
    NoFramework,
    #[error("nothing is out of line in {0}")]
    InLine(String),
    #[error("what {0} was made from is gone")]
    Gone(String),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl ProposeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoTicket(_) => Some("`docket list` shows them"),
            Self::NoList(_) => Some(
                "write acceptance criteria or a check list into it, or name a model under `[ai]` in `.docs/docket.toml`",
            ),
            Self::NoCriteria(_) => {
                Some("write check boxes under a heading `Acceptance criteria` of the ticket")
            }
            Self::NoFramework => {
                Some("docket knows Cargo.toml, package.json, pyproject.toml and go.mod")
            }
            Self::InLine(_) => Some("`docket align` shows what is"),
            Self::Gone(_) => {
                Some("take the record out of its `from`, or name another source there")
            }
            Self::Refused(_) => None,
        }
    }
}

/// A ticket with its path, its id as it is written, and its text.
pub struct Subject<'a> {
    pub path: &'a str,
    pub id: String,
    pub ticket: &'a Ticket,
    pub text: String,
}

impl<'a> Subject<'a> {
    /// # Errors
    ///
    /// [`ProposeError`], where there is no such ticket or its file cannot be read.
    pub fn find(
        snapshot: &'a Snapshot,
        id: &str,
        world: &mut dyn World,
    ) -> Result<Self, ProposeError> {
        let id = TicketId::new(id);
        let none = || ProposeError::NoTicket(id.to_string());
        let (path, ticket) = snapshot.ticket(&id).ok_or_else(none)?;
        let written = ticket.id.as_ref().map(|it| it.value.clone());
        Ok(Self {
            path,
            id: written.unwrap_or_else(|| id.to_string()),
            ticket,
            text: actions::text(snapshot, path, world)?,
        })
    }

    pub fn title(&self) -> &str {
        self.ticket.title.as_ref().map_or("", |it| &it.value)
    }

    /// Its title and what stands under its front matter, as a model is shown it.
    pub fn shown(&self) -> String {
        let body = self.ticket.content.map_or("", |it| &self.text[it.range()]);
        format!("{} {}\n\n{body}\n", self.id, self.title())
    }
}

/// A part of a ticket, as something else is derived from it.
fn part_of<'a>(snapshot: &'a Snapshot, id: &str, part: &str) -> Option<(Source, &'a Part)> {
    let source = Source {
        whole: Whole::Id(TicketId::new(id)),
        part: part.into(),
    };
    let (_, found) = snapshot.source(&source)?;
    Some((source, found))
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}
