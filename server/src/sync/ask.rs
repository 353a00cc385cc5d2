//! What a person asks to be sent beside what tickets say: a ticket's issue, an issue opened again.
//!
//! Asked twice it is in the outbox once: a ticket has one issue, and a TODO speaks once on an issue
//! each time that it was closed.

use std::collections::BTreeSet;
use std::path::Path;

use docket_core::config::Config;
use docket_core::config::sync::Mode;
use docket_core::ide::actions::ToSend;
use docket_core::sync::fields::{self, Links};
use docket_core::sync::payload::Payload;
use docket_core::sync::{IssueState, RemoteWrite};
use docket_core::text::Hash;
use docket_core::ticket;
use docket_store::ledger::{Act, Ledger, NewRow, RemoteId, Row, Source, State};

use super::local::Tickets;
use super::queue::to_json;
use super::setup::{self, Setup, SetupError};
use crate::env::Env;

/// Why nothing was put into the outbox.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("sync is off for this project")]
    Off,
    #[error("{0} has an issue already")]
    HasIssue(String),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error("the database: {0}")]
    Store(#[from] docket_store::SqlError),
}

impl AskError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Off => Some("write `mode = \"manual\"` under `[sync]` in `.docs/docket.toml`"),
            Self::Setup(it) => it.hint(),
            Self::HasIssue(_) | Self::Store(_) => None,
        }
    }
}

/// Puts it into the outbox, and gives the rows that hold it, which an earlier wish may have made.
///
/// # Errors
///
/// See [`AskError`].
pub fn put(root: &Path, env: &Env, config: &Config, send: &ToSend) -> Result<Vec<Row>, AskError> {
    if config.sync.mode == Mode::Off {
        return Err(AskError::Off);
    }
    let Setup {
        mut ledger, remote, ..
    } = setup::open(root, env, config)?;
    put_into(&mut ledger, remote, &Place { root, env, config }, send)
}

/// The project that is asked for.
pub(super) struct Place<'a> {
    pub(super) root: &'a Path,
    pub(super) env: &'a Env,
    pub(super) config: &'a Config,
}

pub(super) fn put_into(
    ledger: &mut Ledger,
    remote: RemoteId,
    place: &Place<'_>,
    send: &ToSend,
) -> Result<Vec<Row>, AskError> {
    let Place { root, env, config } = *place;
    let nonce = format!("{:016x}", env.rng().u64(..));
    let asked = Asked::new(send, root, config, &nonce)?;
    let act = Act {
        at: env.now().timestamp(),
        actor: ledger.remote_state(remote)?.viewer,
        source: Source::Command,
        ticket: asked.ticket.to_owned(),
        what: asked.what,
    };
    let (ticket, issue) = (asked.ticket, asked.issue);
    ledger.enqueue_all(remote, ticket, issue, &asked.rows, &act)?;
    let markers: Vec<&str> = asked.rows.iter().map(|it| it.marker.as_str()).collect();
    let makes_it = |it: &Row| issue.is_none() && it.issue.is_none() && it.ticket == ticket;
    let mut rows = ledger.outbox(remote)?;
    rows.retain(|it| {
        it.state != State::Sent && (markers.contains(&it.marker.as_str()) || makes_it(it))
    });
    Ok(rows)
}

/// The rows of a wish.
struct Asked<'a> {
    ticket: &'a str,
    issue: Option<u64>,
    rows: Vec<NewRow>,
    /// For the log.
    what: String,
}

impl<'a> Asked<'a> {
    fn new(send: &'a ToSend, root: &Path, config: &Config, nonce: &str) -> Result<Self, AskError> {
        match send {
            ToSend::Issue { ticket, text } => {
                let parsed = ticket::parse(text.as_bytes(), config);
                if parsed.ticket.github.is_some() {
                    return Err(AskError::HasIssue(ticket.clone()));
                }
                let names_others =
                    parsed.ticket.parent.is_some() || !parsed.ticket.depends_on.is_empty();
                let links = match names_others {
                    true => Tickets::of_checkout(root, config, &BTreeSet::new()).links,
                    false => Links::default(),
                };
                let wanted = fields::of_ticket(text, &parsed, config, &links);
                Ok(Self {
                    ticket,
                    issue: None,
                    rows: vec![NewRow {
                        payload: to_json(&Payload::Create { wanted }),
                        marker: fields::marker(ticket, nonce),
                    }],
                    what: "asked for an issue".to_owned(),
                })
            }
            ToSend::Reopening {
                ticket,
                issue,
                closed,
                todo,
                comment,
            } => {
                let row = |payload: &Payload, about: &str| {
                    let hash = Hash::of(format!("{issue} {closed} {about}").as_bytes());
                    NewRow {
                        payload: to_json(payload),
                        marker: fields::marker(ticket, &format!("{hash:?}")),
                    }
                };
                let writes = vec![RemoteWrite::State(IssueState::Open)];
                let body = comment.trim_end().to_owned();
                Ok(Self {
                    ticket,
                    issue: Some(*issue),
                    rows: vec![
                        row(&Payload::Ask { writes }, ""),
                        row(&Payload::Comment { body }, todo),
                    ],
                    what: format!("asked to reopen #{issue} with a comment"),
                })
            }
        }
    }
}
