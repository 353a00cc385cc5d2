//! From an action as data to the change that it means.

use std::collections::BTreeMap;

use docket_grammars::{language_named, language_of};

use super::excerpt::{Around, Seen};
use super::{
    ActionData, NewTicket, Refusal, Source, Tick, TodoRef, link, new_ticket, remove, toggle,
};
use crate::comments::{Reader, comments};
use crate::config::StatusKind;
use crate::edit::{Change, FileEdit, TextEdit};
use crate::facts::FileFacts;
use crate::ide::{FileMoves, renumber};
use crate::ids::TicketId;
use crate::plan::questions;
use crate::rules;
use crate::ticket::edit;
use crate::ticket::field::{self, Value};
use crate::todo::Todo;
use crate::world::Snapshot;

/// The change that an action means.
///
/// # Errors
///
/// [`Refusal`] where the action's ground is gone or the edit cannot be made without disturbing.
pub fn resolve(
    snapshot: &Snapshot,
    data: &ActionData,
    source: &mut dyn Source,
) -> Result<Change, Refusal> {
    match data {
        ActionData::CreateTicket { path, todo } => {
            let (facts, todo) = todo_of(snapshot, path, todo)?;
            let text = text(snapshot, path, source)?;
            let new = NewTicket::of_todo(path, todo);
            Ok(create(snapshot, facts, todo, &text, &new, source))
        }
        ActionData::CreateIssue { path, todo } => {
            let (facts, todo) = todo_of(snapshot, path, todo)?;
            let text = text(snapshot, path, source)?;
            let mut new = NewTicket::of_todo(path, todo);
            let seen = Seen::new(path, todo, &text, Around::SOME, source);
            new.origin = seen.or(new.origin);
            Ok(create(snapshot, facts, todo, &text, &new, source))
        }
        ActionData::Link { path, todo, ticket } => {
            let todo = TodoRef {
                path: path.clone(),
                todo: todo.clone(),
            };
            link_all(snapshot, ticket, &[todo], source)
        }
        ActionData::LinkAll { ticket, todos } => link_all(snapshot, ticket, todos, source),
        ActionData::Unlink { path, todo, ticket } => {
            let (facts, todo) = todo_of(snapshot, path, todo)?;
            let text = text(snapshot, path, source)?;
            let taken = link::unlink(&text, todo, &TicketId::new(ticket));
            Ok(edits(path, facts, taken))
        }
        ActionData::RemoveTodo { path, todo } => {
            let (facts, todo) = todo_of(snapshot, path, todo)?;
            let text = text(snapshot, path, source)?;
            let opened = snapshot.document(path).map(|it| &*it.language);
            let language = opened
                .filter(|it| !it.is_empty())
                .and_then(language_named)
                .or_else(|| language_of(path, text.as_bytes()))
                .ok_or_else(|| Refusal::Unreadable(path.clone()))?;
            let comments = comments(language, text.as_bytes(), Reader::Exact);
            Ok(edits(path, facts, remove::remove(&text, todo, &comments)))
        }
        ActionData::SetStatus { ticket, status } => {
            resolve_set(snapshot, ticket, &[("status", status)], source)
        }
        ActionData::Assign { ticket, user } => {
            let user = user.trim_start_matches('@');
            edit_ticket(snapshot, ticket, source, |text| {
                edit::add(text, "assignees", user).map_err(|it| Refusal::Edit(it.to_string()))
            })
        }
        ActionData::Start { ticket } => start(snapshot, ticket, source),
        ActionData::ShowTodos { .. }
        | ActionData::ShowCriteria { .. }
        | ActionData::ShowOutdated { .. }
        | ActionData::ReopenIssue { .. }
        | ActionData::Dismiss { .. } => Ok(Change::default()),
        ActionData::Fix { path, finding, fix } => {
            let findings = rules::findings(snapshot, path);
            let found = findings.into_iter().find(|it| it.fingerprint == *finding);
            let fix = found.and_then(|it| it.fixes.into_iter().nth(*fix));
            fix.map(|it| it.change)
                .ok_or_else(|| Refusal::Stale(path.clone()))
        }
        ActionData::Answer {
            path,
            question,
            answer,
        } => questions::answered(snapshot, path, question, answer, source)
            .ok_or_else(|| Refusal::Stale(path.clone())),
        ActionData::Toggle {
            path,
            item,
            nth,
            tick,
        } => {
            let facts = snapshot
                .file(path)
                .ok_or_else(|| Refusal::Stale(path.clone()))?;
            Ok(edits(
                path,
                facts,
                toggle::toggle(facts, path, item, *nth, *tick)?,
            ))
        }
        ActionData::FixAll { path } => fix_all(snapshot, path),
        ActionData::Renumber { ticket, file } => {
            let id = TicketId::new(ticket);
            let moves = FileMoves::With;
            renumber(snapshot, &id, file.as_deref(), moves, source).map(|it| it.change)
        }
    }
}

/// The ticket's id in each of the TODOs, by file; all or none.
fn link_all(
    snapshot: &Snapshot,
    ticket: &str,
    todos: &[TodoRef],
    source: &mut dyn Source,
) -> Result<Change, Refusal> {
    let (_, found) = snapshot
        .ticket(&TicketId::new(ticket))
        .ok_or_else(|| Refusal::NoTicket(ticket.to_owned()))?;
    let id = found.id.as_ref().map_or(ticket, |it| &it.value);
    let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in todos {
        by_file.entry(&it.path).or_default().push(&it.todo);
    }
    let mut change = Change::default();
    for (path, todos) in by_file {
        let text = text(snapshot, path, source)?;
        let mut linked = Vec::new();
        for todo in todos {
            linked.push(link::link(&text, todo_of(snapshot, path, todo)?.1, id));
        }
        linked.sort_by_key(|it| it.span);
        let facts = snapshot.file(path);
        let facts = facts.ok_or_else(|| Refusal::Stale(path.to_owned()))?;
        change.edits.extend(edits(path, facts, linked).edits);
    }
    Ok(change)
}

/// The ticket, and its id in the TODO.
fn create(
    snapshot: &Snapshot,
    facts: &FileFacts,
    todo: &Todo,
    text: &str,
    new: &NewTicket,
    source: &mut dyn Source,
) -> Change {
    let ticket = new_ticket(snapshot, new, source);
    let path = new.origin.as_ref().map_or("", |it| &it.path);
    let mut change = edits(path, facts, vec![link::link(text, todo, &ticket.id)]);
    change.creates.push(ticket.file);
    change
}

/// A closed ticket is left closed: to open it again is a decision of its own.
fn start(snapshot: &Snapshot, ticket: &str, source: &mut dyn Source) -> Result<Change, Refusal> {
    let id = TicketId::new(ticket);
    let (_, found) = snapshot
        .ticket(&id)
        .ok_or_else(|| Refusal::NoTicket(ticket.to_owned()))?;
    let mut statuses = snapshot.config.statuses.iter();
    let active = statuses.find(|it| it.kind == StatusKind::Active);
    let status = match snapshot.status_kind(found) {
        StatusKind::Open => active.map(|it| it.name.clone()),
        StatusKind::Active => None,
        StatusKind::Done | StatusKind::Dropped => {
            let status = snapshot.status(found);
            return Err(Refusal::Edit(format!(
                "{ticket} is {status}: give it another status to work on it again"
            )));
        }
    };
    let refused = |it: edit::Refusal| Refusal::Edit(it.to_string());
    edit_ticket(snapshot, ticket, source, |text| {
        let mut now = text.to_owned();
        if let Some(status) = status {
            let edits = edit::set(&now, "status", &Value::Text(status)).map_err(refused)?;
            now = TextEdit::apply_all(&now, &edits);
        }
        let is_me = |it: &str, me: &str| it.trim_start_matches('@').eq_ignore_ascii_case(me);
        if let Some(me) = &snapshot.me
            && !found.assignees.iter().any(|it| is_me(&it.value, me))
        {
            let edits = edit::add(&now, "assignees", me).map_err(refused)?;
            now = TextEdit::apply_all(&now, &edits);
        }
        Ok(TextEdit::between(text, &now).into_iter().collect())
    })
}

/// The change that gives fields of a ticket values, each written as in `docket set`. An empty value
/// takes the field away.
///
/// # Errors
///
/// [`Refusal`] where there is no such ticket, a value is not of its field's kind, or the edit would
/// disturb what is around it.
pub fn resolve_set(
    snapshot: &Snapshot,
    ticket: &str,
    fields: &[(&str, &str)],
    source: &mut dyn Source,
) -> Result<Change, Refusal> {
    edit_ticket(snapshot, ticket, source, |text| {
        let mut now = text.to_owned();
        for (name, written) in fields {
            let edits = match written.trim() {
                "" => edit::unset(&now, name),
                written => {
                    let value = field::read(name, written, &snapshot.config)
                        .map_err(|it| Refusal::Edit(it.message))?;
                    edit::set(&now, name, &value)
                }
            };
            let edits = edits.map_err(|it| Refusal::Edit(it.to_string()))?;
            now = TextEdit::apply_all(&now, &edits);
        }
        Ok(TextEdit::between(text, &now).into_iter().collect())
    })
}

/// The change that ticks or unticks the criterion number `criterion`, from 0; none where it is so.
///
/// # Errors
///
/// [`Refusal`] where there is no such ticket or criterion.
pub fn resolve_tick(
    snapshot: &Snapshot,
    ticket: &str,
    criterion: usize,
    tick: Tick,
    source: &mut dyn Source,
) -> Result<Change, Refusal> {
    let found = snapshot.ticket(&TicketId::new(ticket));
    let item = found.and_then(|(_, it)| it.criteria.get(criterion));
    edit_ticket(snapshot, ticket, source, |_| match item {
        Some(item) if item.done == (tick == Tick::Done) => Ok(Vec::new()),
        Some(item) => Ok(vec![edit::toggle(item)]),
        None => Err(Refusal::NoCriterion(ticket.to_owned())),
    })
}

fn edit_ticket(
    snapshot: &Snapshot,
    ticket: &str,
    source: &mut dyn Source,
    edit: impl FnOnce(&str) -> Result<Vec<TextEdit>, Refusal>,
) -> Result<Change, Refusal> {
    let id = TicketId::new(ticket);
    let (path, _) = snapshot
        .ticket(&id)
        .ok_or_else(|| Refusal::NoTicket(ticket.to_owned()))?;
    if snapshot.index.is_duplicate(&id) {
        return Err(Refusal::Ambiguous(ticket.to_owned()));
    }
    let facts = snapshot
        .file(path)
        .ok_or_else(|| Refusal::Stale(path.to_string()))?;
    let text = text(snapshot, path, source)?;
    Ok(edits(path, facts, edit(&text)?))
}

fn fix_all(snapshot: &Snapshot, path: &str) -> Result<Change, Refusal> {
    let facts = snapshot
        .file(path)
        .ok_or_else(|| Refusal::Stale(path.to_owned()))?;
    let mut all: Vec<TextEdit> = Vec::new();
    for finding in rules::findings(snapshot, path) {
        let Some(fix) = finding.fixes.into_iter().find(|it| it.safe) else {
            continue;
        };
        for edit in fix.change.edits.into_iter().filter(|it| it.path == path) {
            // What overlaps is left to the next time.
            let overlaps = |it: &TextEdit| {
                all.iter()
                    .any(|had| had.span.start <= it.span.end && it.span.start <= had.span.end)
            };
            if !edit.edits.iter().any(overlaps) {
                all.extend(edit.edits);
            }
        }
    }
    all.sort_by_key(|it| it.span);
    Ok(edits(path, facts, all))
}

pub(crate) fn edits(path: &str, facts: &FileFacts, edits: Vec<TextEdit>) -> Change {
    let mut change = Change::default();
    if !edits.is_empty() {
        change.edits.push(FileEdit {
            path: path.to_owned(),
            expected: facts.hash,
            edits,
        });
    }
    change
}

pub(super) fn todo_of<'a>(
    snapshot: &'a Snapshot,
    path: &str,
    fingerprint: &str,
) -> Result<(&'a FileFacts, &'a Todo), Refusal> {
    let stale = || Refusal::Stale(path.to_owned());
    let facts = snapshot.file(path).ok_or_else(stale)?;
    let todo = facts.todos.iter().find(|it| it.fingerprint == fingerprint);
    Ok((facts, todo.ok_or_else(stale)?))
}

/// The text that the facts were made of: as the editor has it, or the disk.
///
/// # Errors
///
/// [`Refusal::Unreadable`]
pub fn text(snapshot: &Snapshot, path: &str, source: &mut dyn Source) -> Result<String, Refusal> {
    match snapshot.document(path) {
        Some(document) => Ok(document.text()),
        None => source
            .text(path)
            .ok_or_else(|| Refusal::Unreadable(path.to_owned())),
    }
}
