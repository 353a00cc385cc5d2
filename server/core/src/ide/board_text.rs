//! The board as text: a heading a status, a line a ticket; and what moving lines to other headings means.
//!
//! What is written is a page, so that an editor asks about it what it asks about any page of `.docs`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::symbols::{Symbol, SymbolKind};
use super::tickets::urgency;
use crate::ids::TicketId;
use crate::span::{Span, Spanned};
use crate::ticket::Ticket;
use crate::ticket::field::nearest;
use crate::world::Snapshot;

/// Where the page stands among a project's files: where no file can be.
pub const PATH: &str = ".docs//board.md";

/// Whether tickets that are done or dropped are on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    Hidden,
    Shown,
}

/// Whether whoever has the text can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    ToRead,
    ToEdit,
}

/// A ticket that was moved to another heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub ticket: String,
    pub status: String,
}

/// Why a changed board cannot be carried out. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoardError {
    #[error("line {line}: there is no status `{name}`{}", hint(.nearest))]
    NoStatus {
        line: usize,
        name: String,
        nearest: Option<String>,
    },
    #[error("line {line} names no ticket; a line begins with `- ` and an id")]
    NoTicket { line: usize },
    #[error("line {line}: no ticket has the id {id}")]
    UnknownTicket { line: usize, id: String },
    #[error("line {line}: {id} stands below two headings; leave one of its lines")]
    Twice { line: usize, id: String },
}

fn hint(nearest: &Option<String>) -> String {
    let said = nearest.as_ref().map(|it| format!("; is `{it}` meant?"));
    said.unwrap_or_default()
}

/// The board of a project.
pub fn board_text(snapshot: &Snapshot, name: &str, closed: Closed, used: Use) -> String {
    let mut out = format!("# Board of {}\n\n", one_line(name));
    // Writing to a string cannot fail.
    match used {
        Use::ToEdit => out
            .push_str("Move a line below another heading and save: the ticket gets that status.\n"),
        Use::ToRead => {
            out.push_str("A code action on a line changes its ticket; `docket.board` with `file` gives a board to edit.\n");
        }
    }
    for (status, mut tickets) in columns(snapshot, closed) {
        let _ = write!(out, "\n## {}\n", one_line(status));
        if !tickets.is_empty() {
            out.push('\n');
        }
        tickets.sort_by_cached_key(|it| (urgency(it.1), it.0));
        for (_, ticket) in tickets {
            line(&mut out, ticket);
        }
    }
    out
}

type Column<'a> = (&'a str, Vec<(&'a Arc<str>, &'a Ticket)>);

/// Every status of the configuration, in its order, then those that it does not know, by name; each
/// with its tickets. Borrowed: of 10,000 tickets rows of their own would take as long as all else.
fn columns(snapshot: &Snapshot, closed: Closed) -> Vec<Column<'_>> {
    let statuses = snapshot.config.statuses.iter();
    let mut columns: Vec<Column<'_>> = statuses.map(|it| (&*it.name, Vec::new())).collect();
    let n_known = columns.len();
    for (path, ticket) in snapshot.tickets() {
        if closed == Closed::Hidden && snapshot.is_closed(ticket) {
            continue;
        }
        let status = snapshot.status(ticket);
        match columns.iter_mut().find(|it| it.0 == status) {
            Some(column) => column.1.push((path, ticket)),
            None => columns.push((status, vec![(path, ticket)])),
        }
    }
    columns[n_known..].sort_by_key(|it| it.0);
    columns
}

/// A ticket's line.
fn line(out: &mut String, ticket: &Ticket) {
    fn words(it: &Option<Spanned<String>>) -> &str {
        it.as_ref().map_or("", |it| &it.value)
    }
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "- {} {}",
        words(&ticket.id),
        one_line(words(&ticket.title))
    );
    if let Some(it) = &ticket.priority {
        let _ = write!(out, " · {}", it.value.name());
    }
    for (nth, it) in ticket.assignees.iter().enumerate() {
        let before = if nth == 0 { " ·" } else { "" };
        let name = it.value.trim_start_matches('@');
        let _ = write!(out, "{before} @{}", one_line(name));
    }
    if let Some(due) = &ticket.due {
        let _ = write!(out, " · due {}", due.value);
    }
    if !ticket.criteria.is_empty() {
        let done = ticket.criteria.iter().filter(|it| it.done).count();
        let _ = write!(out, " · {done}/{}", ticket.criteria.len());
    }
    out.push('\n');
}

/// A title may be anything; a line stays one.
fn one_line(text: &str) -> Cow<'_, str> {
    let is_one = !text.contains(|it: char| it.is_whitespace() && it != ' ') && !text.contains("  ");
    match is_one && text.trim().len() == text.len() {
        true => text.into(),
        false => text.split_whitespace().collect::<Vec<_>>().join(" ").into(),
    }
}

/// A line below a heading.
struct Entry<'a> {
    /// From 1.
    number: usize,
    status: &'a str,
    /// Of the heading, from 1.
    heading: usize,
    /// Without space around it; never empty.
    text: &'a str,
    span: Span,
}

impl Entry<'_> {
    fn id(&self) -> Option<TicketId> {
        let rest = self.text.strip_prefix(['-', '*', '+'])?;
        let word = rest.split_whitespace().next()?;
        Some(TicketId::new(word))
    }
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut heading = None;
    let mut at = 0;
    let mut out = Vec::new();
    for (idx, whole) in text.split_inclusive('\n').enumerate() {
        let (number, start) = (idx + 1, at);
        at += whole.len();
        let text = whole.trim();
        if let Some(name) = text.strip_prefix("## ") {
            heading = Some((name.trim(), number));
        } else if let Some((status, heading)) = heading
            && !text.is_empty()
        {
            let end = start + whole.trim_end().len();
            out.push(Entry {
                number,
                status,
                heading,
                text,
                span: Span::new(start, end),
            });
        }
    }
    out
}

/// The tickets that `now` has below another heading than `before` had: what somebody has moved, and
/// not what has changed elsewhere meanwhile. A line that is gone means nothing.
///
/// # Errors
///
/// [`BoardError`] for the first line that cannot be meant; then nothing is to be changed.
pub fn moves(snapshot: &Snapshot, before: &str, now: &str) -> Result<Vec<Move>, BoardError> {
    let known = entries(before).into_iter();
    let known: BTreeMap<TicketId, &str> =
        known.filter_map(|it| Some((it.id()?, it.status))).collect();
    let mut seen: BTreeMap<TicketId, &str> = BTreeMap::new();
    let mut moves = Vec::new();
    for it in entries(now) {
        let line = it.number;
        let id = it.id().ok_or(BoardError::NoTicket { line })?;
        let unknown = || BoardError::UnknownTicket {
            line,
            id: id.to_string(),
        };
        let (_, ticket) = snapshot.ticket(&id).ok_or_else(unknown)?;
        match seen.insert(id.clone(), it.status) {
            Some(status) if status != it.status => {
                let id = id.to_string();
                return Err(BoardError::Twice { line, id });
            }
            Some(_) => continue,
            None => {}
        }
        if known.get(&id) == Some(&it.status) {
            continue;
        }
        if snapshot.config.status(it.status).is_none() {
            let names = snapshot.config.statuses.iter();
            let names: Vec<_> = names.map(|it| it.name.as_str()).collect();
            return Err(BoardError::NoStatus {
                line: it.heading,
                name: it.status.to_owned(),
                nearest: nearest(it.status, &names).into_iter().next(),
            });
        }
        if snapshot.status(ticket) != it.status {
            let written = ticket.id.as_ref().map(|it| it.value.clone());
            moves.push(Move {
                ticket: written.unwrap_or_else(|| id.to_string()),
                status: it.status.to_owned(),
            });
        }
    }
    Ok(moves)
}

/// The outline: a symbol a status, with its tickets in it.
pub fn symbols(snapshot: &Snapshot, text: &str) -> Vec<Symbol> {
    let entries = entries(text);
    let mut out: Vec<Symbol> = Vec::new();
    let mut at = 0;
    for (idx, whole) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += whole.len();
        let line = Span::new(start, start + whole.trim_end().len());
        let Some(name) = whole.trim().strip_prefix("## ") else {
            continue;
        };
        let below = entries.iter().filter(|it| it.heading == idx + 1);
        let children: Vec<_> = below.filter_map(|it| ticket_symbol(snapshot, it)).collect();
        let end = children.last().map_or(line.end, |it| it.span.end);
        out.push(Symbol {
            name: name.trim().to_owned(),
            detail: match children.len() {
                1 => "1 ticket".to_owned(),
                n => format!("{n} tickets"),
            },
            kind: SymbolKind::Heading,
            span: Span::new(start, end as usize),
            name_span: line,
            closed: false,
            children,
        });
    }
    out.retain(|it| !it.name.is_empty());
    out
}

fn ticket_symbol(snapshot: &Snapshot, entry: &Entry<'_>) -> Option<Symbol> {
    let id = entry.id()?;
    let (_, ticket) = snapshot.ticket(&id)?;
    let title = ticket.title.as_ref().map_or("", |it| it.value.as_str());
    let written = ticket.id.as_ref().map_or(id.as_str(), |it| &it.value);
    Some(Symbol {
        name: format!("{written} {}", one_line(title)).trim().to_owned(),
        detail: String::new(),
        kind: SymbolKind::Ticket,
        span: entry.span,
        name_span: entry.span,
        closed: snapshot.is_closed(ticket),
        children: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
