//! A field's value from the forge put into a ticket's text; all other bytes stay.

use std::collections::BTreeSet;

use super::fields::{Links, is_mapped, normal};
use super::{Field, Value, merge};
use crate::config::Config;
use crate::edit::TextEdit;
use crate::page::front;
use crate::span::{Span, Spanned};
use crate::ticket::edit::{self, Refusal};
use crate::ticket::{self, Ticket, field};

/// The text with `value` in the place of the field's.
///
/// # Errors
///
/// See [`Refusal`]: the field is written in a way that cannot be changed without losing some of it.
pub fn apply(
    text: &str,
    field: Field,
    value: &Value,
    config: &Config,
    links: &Links,
) -> Result<String, Refusal> {
    match (field, value) {
        (Field::Body, Value::Text(body)) => Ok(with_body(text, body)),
        (Field::Parent, Value::Text(issue)) => {
            let parent = issue.parse().ok().and_then(|it| links.ticket_of(it));
            match (issue.is_empty(), parent) {
                (true, _) => changed(text, edit::unset(text, field.name())?),
                (false, Some(id)) => set(text, field, id),
                (false, None) => Ok(text.to_owned()),
            }
        }
        (_, Value::Text(value)) if value.is_empty() && field != Field::Title => {
            changed(text, edit::unset(text, field.name())?)
        }
        (_, Value::Text(value)) => set(text, field, value),
        (_, Value::Set(items)) => {
            let parsed = ticket::parse(text.as_bytes(), config);
            let (written, items) = match field {
                Field::DependsOn => {
                    let ids = items
                        .iter()
                        .filter_map(|it| links.ticket_of(it.parse().ok()?));
                    let ids = ids.map(str::to_owned).collect();
                    (linked(&parsed.ticket, links), ids)
                }
                Field::Assignees => (texts(&parsed.ticket.assignees), items.clone()),
                _ => {
                    let own = texts(&parsed.ticket.labels).into_iter();
                    (
                        own.filter(|it| !is_mapped(it, config)).collect(),
                        items.clone(),
                    )
                }
            };
            let mut text = text.to_owned();
            for it in merge::missing(&plain(&written), &items) {
                let as_written = written.iter().find(|w| w.trim_start_matches('@') == it);
                let item = as_written.unwrap_or(&it);
                text = changed(&text, edit::remove(&text, field.name(), item)?)?;
            }
            for it in merge::missing(&items, &plain(&written)) {
                text = changed(&text, edit::add(&text, field.name(), &it)?)?;
            }
            Ok(text)
        }
    }
}

fn plain(items: &BTreeSet<String>) -> BTreeSet<String> {
    items
        .iter()
        .map(|it| it.trim_start_matches('@').to_owned())
        .collect()
}

fn texts(items: &[Spanned<String>]) -> BTreeSet<String> {
    items.iter().map(|it| it.value.clone()).collect()
}

/// The dependencies that have issues, as they are written.
fn linked(ticket: &Ticket, links: &Links) -> BTreeSet<String> {
    let ids = ticket.depends_on.iter().map(|it| &it.value);
    ids.filter(|it| links.issue_of(it).is_some())
        .cloned()
        .collect()
}

fn set(text: &str, field: Field, value: &str) -> Result<String, Refusal> {
    let value = field::Value::Text(value.to_owned());
    changed(text, edit::set(text, field.name(), &value)?)
}

fn changed(text: &str, edits: Vec<TextEdit>) -> Result<String, Refusal> {
    Ok(TextEdit::apply_all(text, &edits))
}

/// The text with another body. Blank lines around it and the kind of line breaks stay.
fn with_body(text: &str, body: &str) -> String {
    let span = front::parts(text.as_bytes()).body;
    let old = &text[span.range()];
    if normal(old) == body {
        return text.to_owned();
    }
    let breaks = match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let lead: usize = old
        .split_inclusive('\n')
        .take_while(|it| it.trim().is_empty())
        .map(str::len)
        .sum();
    let tail = old.len() - old.trim_end().len();
    let (start, end) = match old.trim().is_empty() {
        true => (old.len(), old.len()),
        false => (lead, old.len() - tail),
    };
    let mut new = body.replace('\n', breaks);
    if start == old.len() && !new.is_empty() {
        // A body where there was none: after a blank line, and with a last line break.
        let blank = if old.contains('\n') { "" } else { breaks };
        let open = if text.ends_with('\n') { "" } else { breaks };
        new = format!("{open}{blank}{new}{breaks}");
    }
    let at = span.start as usize;
    let edit = TextEdit {
        span: Span::new(at + start, at + end),
        text: new,
    };
    TextEdit::apply_all(text, &[edit])
}
