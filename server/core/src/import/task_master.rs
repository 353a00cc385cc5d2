//! Tasks of Task Master: `tasks.json`, with or without tags.

use rustc_hash::FxHashSet;
use serde_json::{Map, Value};

use super::beads::{day, text, texts};
use super::body::Body;
use super::{Foreign, Refusal, Skipped, Source, SourceFile, kept, state, tell_apart};
use crate::json::sorted;
use crate::world::paths;

/// The tag that tasks without one are of.
const MASTER: &str = "master";

pub(super) fn read(files: &[SourceFile]) -> Result<Source, Refusal> {
    let mut source = Source::default();
    let lists: Vec<_> = files
        .iter()
        .filter(|it| it.path.ends_with(".json"))
        .collect();
    let named = |it: &&&SourceFile| paths::file_name(&it.path) == "tasks.json";
    let Some(file) = lists.iter().find(named).or(lists.first()) else {
        return Ok(source);
    };
    for other in lists.iter().filter(|it| it.path != file.path) {
        let why = format!("`{}` is read, this is not", file.path);
        source.skipped.push(Skipped::file(other, why));
    }
    let root: Value = serde_json::from_str(&file.text).map_err(|error| {
        let message = match error.is_eof() {
            true => "the file ends in the middle of its tasks".to_owned(),
            false => format!("the file is no JSON: {error}"),
        };
        Refusal::cut(file, error.line() as u32, message)
    })?;
    let root = sorted(root);
    let no_tasks = || Refusal::cut(file, 1, "there is no list `tasks` in it");
    let Value::Object(root) = root else {
        return Err(no_tasks());
    };
    let tags: Vec<(String, Map<String, Value>)> = match root.contains_key("tasks") {
        true => vec![(MASTER.to_owned(), root)],
        false => {
            let tags = root.into_iter().filter_map(|(tag, it)| match it {
                Value::Object(it) if it.contains_key("tasks") => Some((tag, it)),
                _ => None,
            });
            tags.collect()
        }
    };
    if tags.is_empty() {
        return Err(no_tasks());
    }
    for (tag, of) in tags {
        tagged(file, tag, of, &mut source)?;
    }
    tell_apart(&mut source.tickets);
    Ok(source)
}

fn tagged(
    file: &SourceFile,
    tag: String,
    mut of: Map<String, Value>,
    source: &mut Source,
) -> Result<(), Refusal> {
    let Some(Value::Array(tasks)) = of.remove("tasks") else {
        return Err(Refusal::cut(
            file,
            1,
            format!("`tasks` of tag `{tag}` is no list"),
        ));
    };
    let first = source.tickets.len();
    for task in tasks {
        match task {
            Value::Object(task) => add(&tag, None, task, source, file),
            other => source
                .skipped
                .push(Skipped::file(file, format!("no task: {other}"))),
        }
    }
    resolve(&tag, &mut source.tickets[first..]);
    // What is said of the tag itself goes with its first task.
    match source.tickets.get_mut(first) {
        Some(ticket) => {
            let named = |(name, it): (&String, &Value)| kept::entry(&format!("tag-{name}"), it);
            ticket.kept.extend(of.iter().filter_map(named));
        }
        None => source
            .skipped
            .push(Skipped::file(file, format!("tag `{tag}` has no tasks"))),
    }
    Ok(())
}

/// Adds a task and its subtasks; `above` is the id of the task that it is a part of.
fn add(
    tag: &str,
    above: Option<&str>,
    mut of: Map<String, Value>,
    source: &mut Source,
    file: &SourceFile,
) {
    let own = match of.remove("id") {
        Some(Value::String(id)) if !id.trim().is_empty() => id,
        Some(Value::Number(id)) => id.to_string(),
        _ => {
            let said = Value::Object(of).to_string();
            return source.skipped.push(Skipped::file(
                file,
                format!("no task, it has no `id`: {said}"),
            ));
        }
    };
    let id = match above {
        // Some write the whole of it.
        Some(above) if !own.starts_with(&format!("{above}.")) => format!("{above}.{own}"),
        _ => own,
    };
    let title = text(&mut of, "title");
    let priority = of
        .get("priority")
        .and_then(Value::as_str)
        .and_then(state::priority);
    if priority.is_some() {
        of.remove("priority");
    }
    of.remove("parentTaskId");
    of.remove("parentId");
    let mut ticket = Foreign {
        key: format!("{tag}/{id}"),
        scope: tag.to_owned(),
        status: text(&mut of, "status"),
        priority,
        labels: texts(&mut of, "labels"),
        assignees: text(&mut of, "assignee").into_iter().collect(),
        parent: above.map(|it| format!("{tag}/{it}")),
        due: day(&mut of, "dueDate"),
        created: day(&mut of, "createdAt"),
        updated: text(&mut of, "updatedAt"),
        file: file.path.clone(),
        ..Foreign::default()
    };
    if tag != MASTER {
        ticket.labels.push(tag.to_owned());
    }
    ticket.depends_on = dependencies(&mut of, tag, above);
    let mut body = Body::default();
    body.push(&text(&mut of, "description").unwrap_or_default());
    body.section("Details", &text(&mut of, "details").unwrap_or_default());
    body.section(
        "Test strategy",
        &text(&mut of, "testStrategy").unwrap_or_default(),
    );
    ticket.body = body.into_text();
    ticket.title = title.unwrap_or_else(|| format!("Task {id}"));
    ticket.id = Some(id.clone());
    let subtasks = match of.remove("subtasks") {
        Some(Value::Array(subtasks)) => subtasks,
        Some(other) => {
            of.insert("subtasks".to_owned(), other);
            Vec::new()
        }
        None => Vec::new(),
    };
    let (subtasks, odd): (Vec<_>, Vec<_>) = subtasks.into_iter().partition(Value::is_object);
    if !odd.is_empty() {
        of.insert("subtasks".to_owned(), Value::Array(odd));
    }
    ticket.kept = kept::entries(&of);
    source.tickets.push(ticket);
    for subtask in subtasks {
        if let Value::Object(subtask) = subtask {
            add(tag, Some(&id), subtask, source, file);
        }
    }
}

/// A subtask's dependency that is none of its own task's subtasks is a task.
fn resolve(tag: &str, tickets: &mut [Foreign]) {
    let keys: FxHashSet<String> = tickets.iter().map(|it| it.key.clone()).collect();
    for ticket in tickets {
        for key in &mut ticket.depends_on {
            let number = key.rsplit('.').next().unwrap_or_default();
            let task = format!("{tag}/{number}");
            if (!keys.contains(key) || *key == ticket.key) && keys.contains(&task) {
                *key = task;
            }
        }
    }
}

/// A number in a subtask means one beside it, `1.2` a subtask of a task.
fn dependencies(of: &mut Map<String, Value>, tag: &str, above: Option<&str>) -> Vec<String> {
    let Some(Value::Array(items)) = of.get("dependencies") else {
        return Vec::new();
    };
    let key = |it: &Value| {
        let id = match it {
            Value::Number(it) => it.to_string(),
            Value::String(it) => it.clone(),
            _ => return None,
        };
        Some(match above {
            Some(above) if !id.contains('.') => format!("{tag}/{above}.{id}"),
            _ => format!("{tag}/{id}"),
        })
    };
    match items.iter().map(key).collect::<Option<Vec<_>>>() {
        Some(keys) => {
            of.remove("dependencies");
            keys
        }
        None => Vec::new(),
    }
}
