//! What has no place in a ticket: YAML in a fence under a heading of its own.

use serde_json::{Map, Value};

use super::Tool;
use crate::json::sorted_map;
use crate::ticket::draft;

/// The section of a body, or nothing where nothing is kept.
pub(super) fn section(tool: Tool, kept: &[String]) -> String {
    if kept.is_empty() {
        return String::new();
    }
    let text = kept.concat();
    let fence = draft::fence(&text, 3);
    format!(
        "## Kept from {}\n\n{fence}yaml\n{}\n{fence}",
        tool.title(),
        text.trim_end()
    )
}

/// A value under a name; nothing where there is nothing in it.
pub(super) fn entry(name: &str, value: &Value) -> Option<String> {
    let said = match value {
        Value::Null => return None,
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => return Some(text_entry(name, text)),
        Value::Array(items) if items.is_empty() => return None,
        Value::Object(entries) if entries.is_empty() => return None,
        Value::Array(items) => match items.iter().map(plain).collect::<Option<Vec<_>>>() {
            Some(items) => format!("[{}]", items.join(", ")),
            None => value.to_string(),
        },
        _ => value.to_string(),
    };
    Some(format!("{}: {said}\n", draft::scalar(name)))
}

/// A text under a name: in the line, or as a block where it has several.
pub(super) fn text_entry(name: &str, text: &str) -> String {
    let name = draft::scalar(name);
    let text = text.trim_end();
    if !text.contains('\n') {
        return format!("{name}: {}\n", draft::scalar(text.trim_start()));
    }
    let mut out = format!("{name}: |2\n");
    for line in text.lines() {
        match line.trim().is_empty() {
            true => out.push('\n'),
            false => out.push_str(&format!("  {line}\n")),
        }
    }
    out
}

/// All that is left of an object.
pub(super) fn entries(rest: &Map<String, Value>) -> Vec<String> {
    // In an order that hangs on nothing but the names.
    sorted_map(rest.clone())
        .iter()
        .filter_map(|(name, value)| entry(name, value))
        .collect()
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(draft::scalar_in_list(text)),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}
