//! `docket todos`: every TODO with its place; what has changed, and who wrote it.

mod draw;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use docket_core::debt::{self, Changed, Place, What};
use docket_core::text::Charset;
use docket_core::world::Snapshot;

use super::args::Todos;
use super::failure::Failure;
use super::open::{DiskOffsets, Opened, open, position};
use super::rows::{AuthorRow, BeforeRow, DifferenceRow, SCHEMA, TodoRow, TodosOutput};
use super::screen::Screen;
use crate::env::Env;
use crate::past::Past;
use crate::past::ages::{Ages, Asked};

pub(super) fn run(env: &Env, screen: &Screen, args: &Todos) -> Result<u8, Failure> {
    let mut project = open(env, screen, &args.paths)?;
    let (mut todos, since) = match &args.since {
        None => (rows(&project), None),
        Some(revision) => {
            let (todos, since) = difference(&project, revision)?;
            (todos, Some(since))
        }
    };
    if args.age {
        add_authors(env, &project, &mut todos)?;
    }
    if screen.json {
        let mut skipped = std::mem::take(&mut project.skipped);
        skipped.retain(|it| project.is_asked(&it.path));
        screen.print_json(&TodosOutput {
            schema: SCHEMA,
            todos,
            skipped,
            since,
        })?;
        return Ok(0);
    }
    let width = screen.terminal.width;
    let text = match (since, screen.terminal.stdout) {
        (None, true) => draw::by_file(&todos, width),
        (Some(since), true) => draw::difference(todos, since, width),
        (None, false) => draw::by_line(&todos),
        (Some(since), false) => draw::by_line(&draw::merged(todos, since)),
    };
    screen.print(&text)?;
    Ok(0)
}

/// Sorted by path and offset.
pub(super) fn rows(project: &Opened) -> Vec<TodoRow> {
    let mut out = Vec::new();
    for path in project.paths() {
        let n_todos = project.snapshot.file(&path).map_or(0, |it| it.todos.len());
        let place = |nth| Place {
            path: path.clone(),
            nth,
        };
        let places: Vec<_> = (0..n_todos).map(place).collect();
        out.extend(rows_at(&project.snapshot, &places, &|it| project.bytes(it)));
    }
    out
}

/// The rows of places, which are in order, by path and offset.
fn rows_at(
    snapshot: &Snapshot,
    places: &[Place],
    bytes: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Vec<TodoRow> {
    let mut out = Vec::new();
    for file in places.chunk_by(|one, two| one.path == two.path) {
        let path = &file[0].path;
        let from = out.len();
        let offsets = DiskOffsets::new(snapshot, path, bytes);
        let todos = file.iter().filter_map(|it| debt::todo(snapshot, it));
        out.extend(todos.map(|it| row::row(snapshot, path, it, offsets.of(it.span.start))));
        out[from..].sort_by_key(|it: &TodoRow| it.offset);
    }
    out
}

/// The TODOs of the asked-for files that differ from those of the merge base.
fn difference(project: &Opened, revision: &str) -> Result<(Vec<TodoRow>, DifferenceRow), Failure> {
    let now = &project.snapshot;
    let (past, commit) = Past::at_merge_base(&project.root, revision, now)?;
    let mut found = debt::difference(&past.snapshot, now);
    found.changed.retain(|it| project.is_asked(&it.at.path));
    found.removed.retain(|it| project.is_asked(&it.path));
    let mut todos = Vec::new();
    for it in &found.changed {
        let rows = rows_at(now, std::slice::from_ref(&it.at), &|it| project.bytes(it));
        todos.extend(rows.into_iter().map(|row| TodoRow {
            change: Some(name(it.what).to_owned()),
            before: before(&past.snapshot, it),
            ..row
        }));
    }
    todos.sort_by(|one, two| (&one.path, one.offset).cmp(&(&two.path, two.offset)));
    let removed = rows_at(&past.snapshot, &found.removed, &|it| past.bytes(it));
    let removed = removed.into_iter().map(|row| TodoRow {
        change: Some("removed".to_owned()),
        ..row
    });
    let since = DifferenceRow {
        revision: revision.to_owned(),
        commit,
        removed: removed.collect(),
    };
    Ok((todos, since))
}

fn before(snapshot: &Snapshot, changed: &Changed) -> Option<BeforeRow> {
    let place = changed.before.as_ref()?;
    let todo = debt::todo(snapshot, place)?;
    let at = position(
        snapshot,
        &place.path,
        todo.span.start,
        docket_core::span::Encoding::Utf32,
    );
    Some(BeforeRow {
        path: place.path.to_string(),
        line: at.line,
        text: todo.text.clone(),
    })
}

fn name(what: What) -> &'static str {
    match what {
        What::New => "new",
        What::Moved => "moved",
        What::Touched => "touched",
    }
}

fn add_authors(env: &Env, project: &Opened, todos: &mut [TodoRow]) -> Result<(), Failure> {
    let mut lines: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for it in todos.iter() {
        let file = project.snapshot.file(&it.path);
        // Git's lines are not those of a file in UTF-16.
        if file.is_some_and(|it| it.charset == Charset::Bytes) {
            lines.entry(&it.path).or_default().insert(it.line);
        }
    }
    let asked = Asked::all(lines);
    let ages = Ages::of(&project.root, env, &asked)?;
    for it in todos {
        it.author = ages.author(&it.path, it.line).map(|it| AuthorRow {
            name: it.name.clone(),
            email: it.email.clone(),
            date: it.day.to_string(),
            commit: it.commit.clone(),
        });
    }
    Ok(())
}
