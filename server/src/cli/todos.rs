//! `docket todos`: every TODO with its place.

use docket_core::span::Encoding;
use docket_core::todo::Todo;

use super::args::Todos;
use super::check::count;
use super::failure::Failure;
use super::open::{Opened, open};
use super::rows::{SCHEMA, TodoRow, TodosOutput};
use super::screen::{BOLD, CYAN, DIM, GREEN, MAGENTA, RED, Screen};
use super::table::{cell, printable, table};
use crate::env::Env;
use crate::views::{self, condition, priority, reference};

pub(super) fn run(env: &Env, screen: &Screen, args: &Todos) -> Result<u8, Failure> {
    let mut project = open(env, screen, &args.paths)?;
    let todos = rows(&project);
    if screen.json {
        let mut skipped = std::mem::take(&mut project.skipped);
        skipped.retain(|it| project.is_asked(&it.path));
        screen.print_json(&TodosOutput {
            schema: SCHEMA,
            todos,
            skipped,
        })?;
    } else if screen.terminal.stdout {
        screen.print(&by_file(&todos, screen.terminal.width))?;
    } else {
        screen.print(&by_line(&todos))?;
    }
    Ok(0)
}

/// Sorted by path and offset.
pub(super) fn rows(project: &Opened) -> Vec<TodoRow> {
    let mut out = Vec::new();
    for path in project.paths() {
        let Some(facts) = project.snapshot.file(&path) else {
            continue;
        };
        if facts.todos.is_empty() {
            continue;
        }
        let from = out.len();
        let offsets = project.disk_offsets(&path);
        out.extend(
            facts
                .todos
                .iter()
                .map(|it| row(project, &path, it, offsets.of(it.span.start))),
        );
        out[from..].sort_by_key(|it: &TodoRow| it.offset);
    }
    out
}

fn row(project: &Opened, path: &str, todo: &Todo, offset: u64) -> TodoRow {
    let position = project.position(path, todo.span.start, Encoding::Utf32);
    TodoRow {
        path: path.to_owned(),
        line: position.line,
        column: position.column,
        offset,
        cell: todo.cell,
        keyword: todo.keyword.clone(),
        text: todo.text.clone(),
        body: todo.body.clone(),
        references: todo
            .references
            .iter()
            .map(|it| reference(&it.value))
            .collect(),
        ticket: ticket_of(project, todo),
        priority: priority(todo.urgency).map(str::to_owned),
        conditions: todo
            .conditions
            .iter()
            .map(|it| condition(&it.value))
            .collect(),
        due: todo.due.as_ref().map(|it| it.value.to_string()),
        documentation: todo.documentation,
        fingerprint: todo.fingerprint.clone(),
    }
}

/// The id of the ticket that it names, or whose issue it names, in the ticket's own spelling.
pub(super) fn ticket_of(project: &Opened, todo: &Todo) -> Option<String> {
    views::ticket_of(&project.snapshot, todo)
}

/// For people: a heading for each file.
fn by_file(todos: &[TodoRow], width: usize) -> String {
    let mut out = String::new();
    for file in todos.chunk_by(|a, b| a.path == b.path) {
        let path = printable(&file[0].path);
        out.push_str(&format!("{BOLD}{path}{BOLD:#}\n"));
        let rows: Vec<_> = file
            .iter()
            .map(|it| {
                let style = match it.priority.as_deref() {
                    Some("critical" | "high") => RED,
                    _ => MAGENTA,
                };
                let bang = it.priority.as_ref().map_or("", |_| "!");
                vec![
                    cell(format!("{:>6}:{}", it.line, it.column), DIM),
                    cell(format!("{}{bang}", it.keyword), style),
                    cell(it.text.as_str(), anstyle::Style::new()),
                    cell(it.references.join(" "), CYAN),
                    cell(it.conditions.join(" "), DIM),
                ]
            })
            .collect();
        out.push_str(&table(&rows, 2, width));
        out.push('\n');
    }
    if todos.is_empty() {
        return format!("{GREEN}no TODOs{GREEN:#}\n");
    }
    let n_files = todos.chunk_by(|a, b| a.path == b.path).count();
    let n_linked = todos.iter().filter(|it| it.ticket.is_some()).count();
    let name = if n_linked == 1 { "names" } else { "name" };
    out.push_str(&format!(
        "{} in {}, {n_linked} {name} a ticket\n",
        count(todos.len(), "TODO"),
        count(n_files, "file")
    ));
    out
}

/// For pipes: one line each, as ripgrep and compilers print places.
fn by_line(todos: &[TodoRow]) -> String {
    let mut out = String::new();
    for it in todos {
        let references = match it.references.is_empty() {
            true => String::new(),
            false => format!("({})", it.references.join(", ")),
        };
        let line = format!(
            "{}:{}:{}: {}{references}: {}",
            it.path, it.line, it.column, it.keyword, it.text
        );
        out.push_str(&printable(&line));
        out.push('\n');
    }
    out
}
