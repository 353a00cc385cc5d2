//! Rows of TODOs, and the words for what a TODO names.

use docket_core::facts::FileFacts;
use docket_core::finding::Finding;
use docket_core::ids::TicketId;
use docket_core::span::Span;
use docket_core::ticket::{Priority, Ticket};
use docket_core::todo::{Condition, Reference, Todo};
use docket_core::world::Snapshot;

use super::{Kind, Position, ProjectTodos, Range, Reader, TodoRow, findings, is_trouble, name};
use crate::engine::View;

/// Every TODO of a project.
pub fn todos(view: &View, reader: Reader) -> ProjectTodos {
    let snapshot = &view.snapshot;
    let mut paths: Vec<_> = snapshot
        .files()
        .filter(|(_, facts)| !facts.todos.is_empty())
        .map(|(path, _)| path)
        .collect();
    paths.sort_unstable();
    let rows = paths.into_iter().flat_map(|it| of_file(view, it, reader));
    project(view, rows.collect(), reader)
}

/// The TODOs of the file that the view is of.
pub fn todos_of_file(view: &View, reader: Reader) -> ProjectTodos {
    project(view, of_file(view, &view.path, reader), reader)
}

/// The TODOs that name a ticket.
pub(super) fn naming(view: &View, id: &TicketId, reader: Reader) -> Vec<TodoRow> {
    let mut paths: Vec<_> = view.snapshot.index.site_files(id).collect();
    paths.sort_unstable();
    let rows = paths.into_iter().flat_map(|it| of_file(view, it, reader));
    rows.filter(|it| {
        it.ticket
            .as_deref()
            .is_some_and(|it| TicketId::new(it) == *id)
    })
    .collect()
}

/// The id of the ticket that a TODO names, or whose issue it names, in the ticket's own spelling.
pub fn ticket_of(snapshot: &Snapshot, todo: &Todo) -> Option<String> {
    named(snapshot, todo).map(|it| it.0)
}

/// The same, with the ticket where there is one of that id.
fn named<'a>(snapshot: &'a Snapshot, todo: &Todo) -> Option<(String, Option<&'a Ticket>)> {
    let own = |it: &Ticket| Some(it.id.as_ref()?.value.clone());
    let direct = todo.references.iter().find_map(|it| match &it.value {
        Reference::Ticket(id) => Some(id),
        _ => None,
    });
    if let Some(id) = direct {
        let known = snapshot.ticket(&TicketId::new(id)).map(|it| it.1);
        return Some((known.and_then(own).unwrap_or_else(|| id.clone()), known));
    }
    todo.references.iter().find_map(|it| match &it.value {
        Reference::Issue {
            repository: None,
            number,
        } => {
            let (_, ticket) = snapshot.ticket_of_issue(*number)?;
            Some((own(ticket)?, Some(ticket)))
        }
        _ => None,
    })
}

/// A reference as it is written, without brackets.
pub fn reference(reference: &Reference) -> String {
    match reference {
        Reference::Ticket(id) => id.clone(),
        Reference::Issue { repository, number } => issue(repository.as_deref(), *number),
        Reference::User(name) => format!("@{name}"),
        Reference::Label(name) => format!("!{name}"),
        Reference::External(text) => text.clone(),
    }
}

/// A condition as it is written, without brackets.
pub fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Date(day) => day.to_string(),
        Condition::Version {
            package,
            requirement,
        } => format!("{}{requirement}", package.as_deref().unwrap_or_default()),
        Condition::Ticket(id) => id.clone(),
        Condition::Issue { repository, number } => issue(repository.as_deref(), *number),
    }
}

/// As a ticket that is made from a TODO with so many `!` gets it.
pub fn priority(urgency: u8) -> Option<&'static str> {
    Priority::of_urgency(urgency).map(Priority::name)
}

fn issue(repository: Option<&str>, number: u64) -> String {
    format!("{}#{number}", repository.unwrap_or_default())
}

fn project(view: &View, todos: Vec<TodoRow>, reader: Reader) -> ProjectTodos {
    ProjectTodos {
        root: (reader.name)(&view.root),
        name: name(&view.root),
        complete: view.complete,
        keywords: view.snapshot.config.todo.keywords.clone(),
        todos,
    }
}

fn of_file(view: &View, path: &str, reader: Reader) -> Vec<TodoRow> {
    let Some(facts) = view.snapshot.file(path) else {
        return Vec::new();
    };
    let findings = findings(view, path);
    let mut todos: Vec<_> = facts.todos.iter().collect();
    todos.sort_by_key(|it| it.span.start);
    todos
        .into_iter()
        .map(|it| row(view, path, facts, it, &findings, reader))
        .collect()
}

fn row(
    view: &View,
    path: &str,
    facts: &FileFacts,
    todo: &Todo,
    findings: &[Finding],
    reader: Reader,
) -> TodoRow {
    let snapshot = &view.snapshot;
    let (id, ticket) = match named(snapshot, todo) {
        Some((id, ticket)) => (Some(id), ticket),
        None => (None, None),
    };
    let people = people(todo, ticket);
    let me = snapshot.me.as_deref();
    let found: Vec<_> = findings
        .iter()
        .filter(|it| todo.whole.contains(it.span))
        .collect();
    let mut rules: Vec<String> = Vec::new();
    for it in &found {
        let name = it.rule.name();
        if !rules.iter().any(|had| had == name) {
            rules.push(name.to_owned());
        }
    }
    let range = |span: Span| {
        let at = |offset: u32| {
            let offset = offset as usize;
            let it = match snapshot.document(path) {
                Some(document) => document.position(offset, reader.encoding),
                None => facts.lines.position(offset, reader.encoding),
            };
            Position {
                line: it.line,
                character: it.column,
            }
        };
        Range {
            start: at(span.start),
            end: at(span.end),
        }
    };
    TodoRow {
        path: path.to_owned(),
        keyword_range: range(todo.keyword_span),
        range: range(todo.whole),
        keyword: todo.keyword.clone(),
        text: todo.text.clone(),
        references: todo
            .references
            .iter()
            .map(|it| reference(&it.value))
            .collect(),
        title: ticket.and_then(|it| Some(it.title.as_ref()?.value.clone())),
        kind: ticket.map(|it| Kind::from(snapshot.status_kind(it))),
        ticket: id,
        mine: people
            .iter()
            .any(|it| me.is_some_and(|me| it.eq_ignore_ascii_case(me))),
        people,
        priority: priority(todo.urgency).map(str::to_owned),
        conditions: todo
            .conditions
            .iter()
            .map(|it| condition(&it.value))
            .collect(),
        due: todo.due.as_ref().map(|it| it.value.to_string()),
        trouble: found.iter().any(|it| is_trouble(it)),
        rules,
        since: None,
        new: None,
        fingerprint: todo.fingerprint.clone(),
    }
}

/// Who a TODO is for: those that it names, else those that its ticket is assigned to.
fn people(todo: &Todo, ticket: Option<&Ticket>) -> Vec<String> {
    let named: Vec<_> = todo
        .references
        .iter()
        .filter_map(|it| match &it.value {
            Reference::User(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    match (named.is_empty(), ticket) {
        (true, Some(ticket)) => {
            let assigned = ticket.assignees.iter();
            assigned
                .map(|it| it.value.trim_start_matches('@').to_owned())
                .collect()
        }
        _ => named,
    }
}
