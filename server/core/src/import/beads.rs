//! Issues of beads: one JSON object a line.

use serde_json::{Map, Value};

use super::body::{Body, criteria};
use super::{Foreign, Refusal, Skipped, Source, SourceFile, kept, state, tell_apart};
use crate::ticket::{Priority, field};
use crate::world::paths;

/// What is read where a folder holds several files, best first.
const NAMES: [&str; 2] = ["issues.jsonl", "beads.jsonl"];

pub(super) fn read(files: &[SourceFile]) -> Result<Source, Refusal> {
    let mut source = Source::default();
    let lists: Vec<_> = files
        .iter()
        .filter(|it| it.path.ends_with(".jsonl"))
        .collect();
    let named = |name: &str| lists.iter().find(|it| paths::file_name(&it.path) == name);
    let main = NAMES.iter().find_map(|it| named(it)).or(lists.first());
    let Some(main) = main else {
        return Ok(source);
    };
    for other in lists.iter().filter(|it| it.path != main.path) {
        let why = format!("`{}` is read, this is not", paths::file_name(&main.path));
        source.skipped.push(Skipped::file(other, why));
    }
    for (line, number) in main.text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let object: Map<String, Value> = serde_json::from_str(line).map_err(|error| {
            let message = match error.is_eof() {
                true => "the line ends in the middle of an issue".to_owned(),
                false => format!("the line is no JSON object: {error}"),
            };
            Refusal::cut(main, number, message)
        })?;
        match issue(object) {
            Ok(mut ticket) => {
                ticket.file.clone_from(&main.path);
                source.tickets.push(ticket);
            }
            Err(reason) => source.skipped.push(Skipped {
                path: main.path.clone(),
                line: Some(number),
                reason: reason.to_owned(),
            }),
        }
    }
    tell_apart(&mut source.tickets);
    Ok(source)
}

fn issue(mut of: Map<String, Value>) -> Result<Foreign, &'static str> {
    let (Some(id), Some(title)) = (text(&mut of, "id"), text(&mut of, "title")) else {
        return Err("no issue: it has no `id` and `title`");
    };
    let status = text(&mut of, "status");
    if status.as_deref() == Some("tombstone") || of.contains_key("deleted_at") {
        return Err("the issue was deleted there");
    }
    let is_closed = status.as_deref().is_some_and(state::is_closed);
    let mut ticket = Foreign {
        key: id.clone(),
        title,
        status,
        priority: priority(&mut of),
        kind: text(&mut of, "issue_type"),
        labels: texts(&mut of, "labels"),
        assignees: text(&mut of, "assignee").into_iter().collect(),
        due: day(&mut of, "due_at"),
        created: day(&mut of, "created_at"),
        updated: text(&mut of, "updated_at"),
        ..Foreign::default()
    };
    let mut body = Body::default();
    body.push(&text(&mut of, "description").unwrap_or_default());
    body.section("Design", &text(&mut of, "design").unwrap_or_default());
    let accepted = text(&mut of, "acceptance_criteria").unwrap_or_default();
    body.section("Acceptance criteria", &criteria(&accepted, is_closed));
    body.section("Notes", &text(&mut of, "notes").unwrap_or_default());
    let related = dependencies(&mut of, &id, &mut ticket);
    body.section("Related", &related);
    body.section("Comments", &comments(&mut of));
    ticket.id = Some(id);
    ticket.body = body.into_text();
    ticket.kept = kept::entries(&of);
    Ok(ticket)
}

/// Takes a text out; what is none stays.
pub(super) fn text(of: &mut Map<String, Value>, name: &str) -> Option<String> {
    match of.remove(name)? {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text),
        other => {
            of.insert(name.to_owned(), other);
            None
        }
    }
}

/// Takes a list of texts out; what is none stays.
pub(super) fn texts(of: &mut Map<String, Value>, name: &str) -> Vec<String> {
    let Some(Value::Array(items)) = of.get(name) else {
        return Vec::new();
    };
    let texts = items.iter().map(|it| Some(it.as_str()?.to_owned()));
    match texts.collect::<Option<Vec<_>>>() {
        Some(texts) => {
            of.remove(name);
            texts
        }
        None => Vec::new(),
    }
}

/// The day of a time; the time itself stays, for a day does not say all of it.
pub(super) fn day(of: &mut Map<String, Value>, name: &str) -> Option<jiff::civil::Date> {
    let written = of.get(name)?.as_str()?;
    let day = field::day(written.get(..10)?)?;
    if written.len() == 10 {
        of.remove(name);
    }
    Some(day)
}

/// 0 is the highest of five; the lowest two are one with docket, and the number stays.
fn priority(of: &mut Map<String, Value>) -> Option<Priority> {
    let priority = match of.get("priority")?.as_u64()? {
        0 => Priority::Critical,
        1 => Priority::High,
        2 => Priority::Medium,
        3 => Priority::Low,
        4 => return Some(Priority::Low),
        _ => return None,
    };
    of.remove("priority");
    Some(priority)
}

/// Fields for the dependencies that docket knows, lines for the others.
fn dependencies(of: &mut Map<String, Value>, id: &str, ticket: &mut Foreign) -> String {
    let Some(Value::Array(edges)) = of.remove("dependencies") else {
        return String::new();
    };
    let mut lines = String::new();
    let mut left = Vec::new();
    for mut edge in edges {
        let get = |name: &str| Some(edge.get(name)?.as_str()?.to_owned());
        let from = get("issue_id");
        let (to, kind) = (get("depends_on_id"), get("type"));
        let own = from.as_deref().is_none_or(|it| it == id);
        let (Some(to), true) = (to, own) else {
            left.push(edge);
            continue;
        };
        match kind.as_deref().unwrap_or("blocks") {
            "blocks" => ticket.depends_on.push(to),
            "parent-child" if ticket.parent.is_none() => ticket.parent = Some(to),
            other => lines.push_str(&format!("- {}: {to}\n", other.replace(['-', '_'], " "))),
        }
        // When it was made and by whom has no place; what it says has.
        if let Some(edge) = edge.as_object_mut() {
            edge.remove("issue_id");
            edge.remove("type");
            if edge.len() == 1 {
                edge.clear();
            }
        }
        if edge.as_object().is_some_and(|it| !it.is_empty()) {
            left.push(edge);
        }
    }
    if !left.is_empty() {
        of.insert("dependencies".to_owned(), Value::Array(left));
    }
    lines
}

fn comments(of: &mut Map<String, Value>) -> String {
    let is_list = |it: &Value| it.as_array().is_some_and(|it| it.iter().all(is_comment));
    if !of.get("comments").is_some_and(is_list) {
        return String::new();
    }
    let Some(Value::Array(comments)) = of.remove("comments") else {
        return String::new();
    };
    let mut out = Body::default();
    let mut left = Vec::new();
    for comment in comments {
        let Value::Object(mut comment) = comment else {
            continue;
        };
        let author = text(&mut comment, "author");
        let time = text(&mut comment, "created_at");
        let said = text(&mut comment, "text").unwrap_or_default();
        let head: Vec<_> = [author, time].into_iter().flatten().collect();
        if !head.is_empty() {
            out.push(&format!("**{}**", head.join(", ")));
        }
        out.push(&said);
        comment.remove("issue_id");
        comment.remove("id");
        if !comment.is_empty() {
            left.push(Value::Object(comment));
        }
    }
    if !left.is_empty() {
        of.insert("comments".to_owned(), Value::Array(left));
    }
    out.into_text()
}

fn is_comment(value: &Value) -> bool {
    value.get("text").is_some_and(Value::is_string)
}
