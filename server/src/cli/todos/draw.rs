//! TODOs for people, by file, and for pipes, by line.

use super::super::check::count;
use super::super::rows::{DifferenceRow, TodoRow};
use super::super::screen::{BOLD, CYAN, DIM, GREEN, MAGENTA, RED, YELLOW};
use super::super::table::{Cell, cell, printable, table};

/// The column that gives way.
const TEXT: usize = 3;

/// For people: a heading for each file.
pub(super) fn by_file(todos: &[TodoRow], width: usize) -> String {
    let mut out = String::new();
    for file in todos.chunk_by(|a, b| a.path == b.path) {
        let path = printable(&file[0].path);
        out.push_str(&format!("{BOLD}{path}{BOLD:#}\n"));
        let rows: Vec<_> = file.iter().map(cells).collect();
        out.push_str(&table(&rows, TEXT, width));
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

fn cells(it: &TodoRow) -> Vec<Cell> {
    let style = match it.priority.as_deref() {
        Some("critical" | "high") => RED,
        _ => MAGENTA,
    };
    let bang = it.priority.as_ref().map_or("", |_| "!");
    let change = it.change.as_deref().unwrap_or_default();
    let change_style = match change {
        "new" => GREEN,
        "removed" => RED,
        _ => YELLOW,
    };
    let author = it.author.as_ref();
    vec![
        cell(format!("{:>6}:{}", it.line, it.column), DIM),
        cell(change, change_style),
        cell(format!("{}{bang}", it.keyword), style),
        cell(it.text.as_str(), anstyle::Style::new()),
        cell(it.references.join(" "), CYAN),
        cell(it.conditions.join(" "), DIM),
        cell(author.map_or("", |it| &it.date), DIM),
        cell(author.map_or("", |it| &it.name), DIM),
        cell(came_from(it), DIM),
    ]
}

/// The place that a moved one was at.
fn came_from(it: &TodoRow) -> String {
    match &it.before {
        Some(before) if before.path != it.path => {
            format!("from {}:{}", before.path, before.line)
        }
        _ => String::new(),
    }
}

/// For people: what has changed, and how much of each.
pub(super) fn difference(todos: Vec<TodoRow>, since: DifferenceRow, width: usize) -> String {
    let commit = since.commit[..since.commit.len().min(10)].to_owned();
    let revision = printable(&since.revision);
    let all = merged(todos, since);
    let mut out = String::new();
    for file in all.chunk_by(|a, b| a.path == b.path) {
        let path = printable(&file[0].path);
        let rows: Vec<_> = file.iter().map(cells).collect();
        out.push_str(&format!(
            "{BOLD}{path}{BOLD:#}\n{}\n",
            table(&rows, TEXT, width)
        ));
    }
    let count = |name: &str| {
        let n = all
            .iter()
            .filter(|it| it.change.as_deref() == Some(name))
            .count();
        (n > 0).then(|| format!("{n} {name}"))
    };
    let counts: Vec<_> = ["new", "moved", "touched", "removed"]
        .into_iter()
        .filter_map(count)
        .collect();
    let told = match counts.is_empty() {
        true => format!("{GREEN}no TODO differs{GREEN:#}"),
        false => counts.join(", "),
    };
    out.push_str(&format!("{told} {DIM}since {revision} ({commit}){DIM:#}\n"));
    out
}

/// Those of now and those that are gone, by file.
pub(super) fn merged(mut todos: Vec<TodoRow>, since: DifferenceRow) -> Vec<TodoRow> {
    todos.extend(since.removed);
    todos.sort_by(|one, two| (&one.path, one.offset).cmp(&(&two.path, two.offset)));
    todos
}

/// For pipes: one line each, as ripgrep and compilers print places.
pub(super) fn by_line(todos: &[TodoRow]) -> String {
    let mut out = String::new();
    for it in todos {
        let references = match it.references.is_empty() {
            true => String::new(),
            false => format!("({})", it.references.join(", ")),
        };
        let change = it
            .change
            .as_ref()
            .map_or(String::new(), |it| format!("{it} "));
        let author = it.author.as_ref();
        let author = author.map_or(String::new(), |it| format!(" ({}, {})", it.date, it.name));
        let line = format!(
            "{}:{}:{}: {change}{}{references}: {}{author}",
            it.path, it.line, it.column, it.keyword, it.text
        );
        out.push_str(&printable(&line));
        out.push('\n');
    }
    out
}
