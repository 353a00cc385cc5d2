//! A conflict decided by a person: what both sides agree on from then on, and the ticket's new text.
//!
//! The decision is the side that was not taken, noted as what was agreed on: the other side then is
//! a change of it, which the next round carries over as any other.

use std::collections::BTreeSet;
use std::path::Path;

use docket_core::config::Config;
use docket_core::edit::{Change, FileEdit, TextEdit};
use docket_core::ids::TicketId;
use docket_core::sync::fields::Links;
use docket_core::sync::{Agreed, Conflict, Field, Value, edit};
use docket_core::ticket::edit::Refusal;
use docket_store::ledger::{Ledger, RemoteId};

use super::files::Files;
use super::local::Tickets;
use super::setup::Setup;

/// What is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Take {
    /// What the ticket says; it is sent with the next round.
    Mine,
    /// What GitHub says.
    Theirs,
    /// Of a set every item, of a body both texts.
    Both,
}

/// Why a conflict is not decided so.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error("`{0}` has one value: take `mine` or `theirs`")]
    One(Field),
    #[error("{0} has no such conflict")]
    None(String),
    #[error("{0} is not in this checkout")]
    NotHere(String),
    #[error(transparent)]
    Refused(#[from] Refusal),
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
        let text = text(&file.text, conflict, take, wish.config, &tickets.links)?;
        let edits: Vec<TextEdit> = TextEdit::between(&file.text, &text).into_iter().collect();
        if !edits.is_empty() {
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
        note(&mut setup.ledger, setup.remote, conflict, take)?;
    }
    Ok(Resolved {
        resolved: chosen,
        open,
    })
}

/// The ticket's text as the decision leaves it.
///
/// # Errors
///
/// [`ResolveError::One`] and [`ResolveError::Refused`]
pub fn text(
    text: &str,
    conflict: &Conflict,
    take: Take,
    config: &Config,
    links: &Links,
) -> Result<String, ResolveError> {
    let value = match take {
        Take::Mine => return Ok(text.to_owned()),
        Take::Theirs => conflict.theirs.clone(),
        Take::Both => both(conflict).ok_or(ResolveError::One(conflict.field))?,
    };
    Ok(edit::apply(text, conflict.field, &value, config, links)?)
}

/// What both sides say; `None` where the field has one value.
fn both(conflict: &Conflict) -> Option<Value> {
    match (&conflict.mine, &conflict.theirs) {
        (Value::Set(mine), Value::Set(theirs)) => {
            Some(Value::Set(mine.union(theirs).cloned().collect()))
        }
        (Value::Text(mine), Value::Text(theirs)) if conflict.field == Field::Body => Some(
            Value::Text(format!("{mine}\n\n## From #{}\n\n{theirs}", conflict.issue)),
        ),
        _ => None,
    }
}

/// Notes the decision. The ticket's file is written by the caller, before or after: either way the
/// next round does what is left.
///
/// # Errors
///
/// [`ResolveError::Store`]
pub fn note(
    ledger: &mut Ledger,
    remote: RemoteId,
    conflict: &Conflict,
    take: Take,
) -> Result<(), ResolveError> {
    // Where the ticket keeps what it says, nothing but this tells the next round that it is meant.
    let stays = match take {
        Take::Mine => true,
        Take::Theirs => false,
        Take::Both => both(conflict).as_ref() == Some(&conflict.mine),
    };
    let agreed = match take {
        Take::Mine | Take::Both => Agreed {
            decided: stays.then(|| conflict.mine.clone()),
            ..Agreed::on(conflict.theirs.clone())
        },
        Take::Theirs => Agreed::on(conflict.mine.clone()),
    };
    Ok(ledger.decide(remote, conflict, &agreed)?)
}
