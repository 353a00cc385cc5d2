//! A conflict decided by a person: what both sides agree on from then on, and the ticket's new text.
//!
//! The decision is the side that was not taken, noted as what was agreed on: the other side then is
//! a change of it, which the next round carries over as any other.

use std::collections::BTreeSet;
use std::path::Path;

use docket_core::config::Config;
use docket_core::edit::{Change, FileEdit, TextEdit};
use docket_core::ids::TicketId;
use docket_core::sync::resolve::{Take, Unsettled, settled};
use docket_core::sync::{Agreed, Conflict};

use docket_store::ledger::{Act, Ledger, RemoteId, Source};
use jiff::Timestamp;

use super::files::Files;
use super::local::Tickets;
use super::setup::Setup;

/// Why a conflict is not decided so.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error("{0} has no such conflict")]
    None(String),
    #[error("{0} is not in this checkout")]
    NotHere(String),
    #[error(transparent)]
    Unsettled(#[from] Unsettled),
    #[error("{0}")]
    Write(String),
    #[error("the database: {0}")]
    Store(#[from] docket_store::SqlError),
}

impl ResolveError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::None(_) => Some("`docket resolve` lists them; `docket sync` looks for new ones"),
            Self::NotHere(_) => Some("check out the branch that has it"),
            _ => None,
        }
    }
}

/// Which conflicts are to be decided, and how.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub root: &'a Path,
    pub config: &'a Config,
    /// The ticket's id, its prefix or not; empty: none is decided.
    pub ticket: &'a str,
    /// Each field in conflict where none is named.
    pub field: Option<&'a str>,
    /// Nothing is decided without.
    pub take: Option<Take>,
    /// Of the log.
    pub now: Timestamp,
}

/// What was decided, and what is left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved {
    pub resolved: Vec<Conflict>,
    pub open: Vec<Conflict>,
}

/// Decides conflicts of one ticket.
///
/// # Errors
///
/// See [`ResolveError`]. What was decided before it stays decided.
pub async fn carry_out<W: Files>(
    setup: &mut Setup,
    files: &W,
    wish: &Wish<'_>,
) -> Result<Resolved, ResolveError> {
    let all = setup.ledger.conflicts(setup.remote)?;
    if wish.ticket.is_empty() {
        return Ok(Resolved {
            resolved: Vec::new(),
            open: all,
        });
    }
    let wanted = TicketId::new(wish.ticket);
    let bare = TicketId::new(&format!("{}-{}", wish.config.prefix, wish.ticket));
    let is_meant = |it: &Conflict| {
        let ticket = TicketId::new(&it.ticket);
        (ticket == wanted || ticket == bare)
            && wish.field.is_none_or(|field| it.field.name() == field)
    };
    let (chosen, open): (Vec<Conflict>, Vec<Conflict>) = all.into_iter().partition(is_meant);
    if chosen.is_empty() {
        return Err(ResolveError::None(wish.ticket.to_owned()));
    }
    let Some(take) = wish.take else {
        return Ok(Resolved {
            resolved: Vec::new(),
            open: chosen,
        });
    };
    for conflict in &chosen {
        let tickets = Tickets::of_checkout(wish.root, wish.config, &BTreeSet::new());
        let file = tickets
            .get(&conflict.ticket)
            .ok_or_else(|| ResolveError::NotHere(conflict.ticket.clone()))?;
        let text = settled(&file.text, conflict, take, wish.config, &tickets.links)?;
        let edits: Vec<TextEdit> = TextEdit::between(&file.text, &text).into_iter().collect();
        if !edits.is_empty() {
            let edits = edits.clone();
            let change = Change {
                edits: vec![FileEdit {
                    path: file.path.clone(),
                    expected: file.hash,
                    edits,
                }],
                ..Change::default()
            };
            let label = format!("docket: {} of {}", conflict.field, conflict.ticket);
            files
                .apply(&label, change)
                .await
                .map_err(ResolveError::Write)?;
        }
        note(&mut setup.ledger, setup.remote, conflict, take, &edits)?;
        let actor = setup.ledger.remote_state(setup.remote)?.viewer;
        setup.ledger.append(&Act {
            at: wish.now,
            actor,
            source: Source::Command,
            ticket: conflict.ticket.clone(),
            what: format!("conflict of {}: took {}", conflict.field, take.name()),
        })?;
    }
    Ok(Resolved {
        resolved: chosen,
        open,
    })
}

/// Notes the decision. The ticket's file is written by the caller before: a round in between finds
/// the conflict as it was, or nothing left of it.
///
/// # Errors
///
/// [`ResolveError::Store`]
pub fn note(
    ledger: &mut Ledger,
    remote: RemoteId,
    conflict: &Conflict,
    take: Take,
    written: &[TextEdit],
) -> Result<(), ResolveError> {
    let agreed = match take {
        Take::Mine | Take::Both => Agreed {
            // Where the ticket keeps what it says, nothing but this tells the next round that it is meant.
            decided: written.is_empty().then(|| conflict.mine.clone()),
            ..Agreed::on(conflict.theirs.clone())
        },
        Take::Theirs => Agreed::on(conflict.mine.clone()),
    };
    Ok(ledger.decide(remote, conflict, &agreed)?)
}
