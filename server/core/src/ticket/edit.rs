//! Changes of one field that leave every other byte of a ticket as it is.
//!
//! A change is planned as byte edits on the exact places of a YAML parser, then applied to a copy
//! and read again: if anything but the field has changed, it is refused.

mod insert;
mod list;
mod source;
mod verify;

use granit_parser::{ScalarStyle, StructureStyle};
use thiserror::Error;

use self::source::Source;
use super::Criterion;
use super::field::Value;
use super::write::{self, Place, Style};
use crate::edit::TextEdit;
use crate::page::yaml::{Data, Entry, Node};
use crate::span::Span;

/// Why a change cannot be made without touching more than its field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error("the file has no front matter: put `---`, `id` and `title` on top")]
    NoFrontMatter,
    #[error("the front matter cannot be changed until it is mended: {0}")]
    Broken(String),
    #[error("`{0}` stands in the front matter twice: remove one first")]
    Repeated(String),
    #[error("`{field}` holds {what}, so another place depends on it: change it by hand")]
    Marked { field: String, what: &'static str },
    #[error(
        "`{0}` is written in a way that cannot be changed without losing some of it: change it by hand"
    )]
    Unfit(String),
    #[error("a ticket cannot be without `{0}`")]
    Required(String),
}

/// The edits that give a field a value; none where it has it.
///
/// A field that is not there comes in at its place in [`super::field::FIELDS`]. Style stays where
/// it can: quotes, a flow or block list. An empty list of a field that is not there is none.
///
/// # Errors
/// See [`Refusal`].
pub fn set(text: &str, field: &str, value: &Value) -> Result<Vec<TextEdit>, Refusal> {
    let source = Source::open(text)?;
    let edits = match (source.entry(field)?, value) {
        (None, Value::List(items)) if items.is_empty() => Vec::new(),
        (None, _) => insert::edits(&source, field, value)?,
        (Some(entry), Value::List(items)) => list::edits(&source, field, entry, items)?,
        (Some(entry), _) => scalar_edits(&source, field, entry, value)?,
    };
    verify::verified(&source, field, Some(value), edits)
}

/// The edits that take a field away; its comments stay.
///
/// # Errors
/// See [`Refusal`].
pub fn unset(text: &str, field: &str) -> Result<Vec<TextEdit>, Refusal> {
    if matches!(field, "id" | "title") {
        return Err(Refusal::Required(field.to_owned()));
    }
    let source = Source::open(text)?;
    let Some(entry) = source.entry(field)? else {
        return Ok(Vec::new());
    };
    let edits = match source.style {
        StructureStyle::Block => {
            let end = source
                .trimmed_end(&entry.value)
                .max(source.colon(field, entry)? + 1);
            source.erased(Span::new(entry.key.span.start as usize, end))
        }
        StructureStyle::Flow => {
            let idx = source.entries.iter().position(|it| std::ptr::eq(it, entry));
            let idx = idx.unwrap_or_default();
            let ends = |it: &Entry| (it.key.span.start as usize, it.value.span.end as usize);
            let (start, end) = ends(entry);
            let after = source.entries.get(idx + 1).map(ends);
            let before = idx.checked_sub(1).map(|it| ends(&source.entries[it]));
            let region = match (after, before) {
                (Some((next, _)), _) => Span::new(start, next),
                (None, Some((_, previous))) => Span::new(previous, end),
                (None, None) => Span::new(start, end),
            };
            source.uncommented(field, region)?;
            vec![delete(region)]
        }
    };
    verify::verified(&source, field, None, edits)
}

/// The edits that put an item at the end of a list that has it not.
///
/// # Errors
/// See [`Refusal`].
pub fn add(text: &str, field: &str, item: &str) -> Result<Vec<TextEdit>, Refusal> {
    let mut items = items(text, field)?;
    if items.iter().any(|it| it == item) {
        return Ok(Vec::new());
    }
    items.push(item.to_owned());
    set(text, field, &Value::List(items))
}

/// The edits that take an item out of a list, wherever it stands in it.
///
/// # Errors
/// See [`Refusal`].
pub fn remove(text: &str, field: &str, item: &str) -> Result<Vec<TextEdit>, Refusal> {
    let mut items = items(text, field)?;
    let before = items.len();
    items.retain(|it| it != item);
    match items.len() == before {
        true => Ok(Vec::new()),
        false => set(text, field, &Value::List(items)),
    }
}

/// The edit that ticks or unticks a criterion.
pub fn toggle(criterion: &Criterion) -> TextEdit {
    let text = if criterion.done { "[ ]" } else { "[x]" };
    TextEdit {
        span: criterion.marker,
        text: text.to_owned(),
    }
}

fn items(text: &str, field: &str) -> Result<Vec<String>, Refusal> {
    let source = Source::open(text)?;
    match source.entry(field)? {
        None => Ok(Vec::new()),
        Some(entry) => list::current(&entry.value).ok_or_else(|| Refusal::Unfit(field.to_owned())),
    }
}

fn scalar_edits(
    source: &Source<'_>,
    field: &str,
    entry: &Entry,
    value: &Value,
) -> Result<Vec<TextEdit>, Refusal> {
    let text = value.to_string();
    if entry.value.text().is_some_and(|it| same(it, &text)) {
        return Ok(Vec::new());
    }
    let style = match &entry.value.data {
        Data::Scalar { style, .. } => *style,
        _ => ScalarStyle::Plain,
    };
    let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    if block && let Some(edits) = literal_edits(source, field, entry, &text)? {
        return Ok(edits);
    }
    let rendered = match (style, value) {
        (ScalarStyle::SingleQuoted, _) => write::scalar(&text, Style::Single, source.place()),
        (ScalarStyle::DoubleQuoted, _) => write::scalar(&text, Style::Double, source.place()),
        (_, Value::Text(_)) => write::scalar(&text, Style::Plain, source.place()),
        _ => text,
    };
    replace(source, field, entry, &rendered)
}

/// Puts a text of one line in the place of a whole value.
fn replace(
    source: &Source<'_>,
    field: &str,
    entry: &Entry,
    rendered: &str,
) -> Result<Vec<TextEdit>, Refusal> {
    let node = &entry.value;
    let after_colon = source.colon(field, entry)? + 1;
    match &node.data {
        Data::Null if node.span.is_empty() => {
            let at = Span::new(after_colon, after_colon);
            Ok(vec![edit(at, format!(" {rendered}"))])
        }
        Data::Scalar {
            style: ScalarStyle::Literal | ScalarStyle::Folded,
            ..
        } => {
            let header = source.header(field, entry)?;
            let content = Span::new(header.end as usize, source.trimmed_end(&entry.value));
            let mut edits = vec![edit(header, rendered.to_owned())];
            edits.extend(source.erased_lines_after(content));
            Ok(edits)
        }
        Data::Sequence {
            style: StructureStyle::Block,
            ..
        }
        | Data::Mapping {
            style: StructureStyle::Block,
            ..
        } => {
            let region = Span::new(after_colon, node.span.end as usize);
            source.uncommented(field, region)?;
            Ok(vec![edit(region, format!(" {rendered}"))])
        }
        _ => {
            source.uncommented(field, node.span)?;
            Ok(vec![edit(node.span, rendered.to_owned())])
        }
    }
}

/// Writes a text of several lines into a block scalar's place; `None` where its form does not hold it.
fn literal_edits(
    source: &Source<'_>,
    field: &str,
    entry: &Entry,
    text: &str,
) -> Result<Option<Vec<TextEdit>>, Refusal> {
    let (body, header) = match text.strip_suffix('\n') {
        Some(body) => (body, "|"),
        None => (text, "|-"),
    };
    let fits = body.contains('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && body
            .split('\n')
            .all(|line| line.trim_end() == line && !line.chars().any(char::is_control));
    let span = entry.value.span;
    let indent = source.before(span.start as usize);
    if !fits || span.is_empty() || indent.is_empty() || !indent.bytes().all(|it| it == b' ') {
        return Ok(None);
    }
    let content = Span::new(span.start as usize, source.trimmed_end(&entry.value));
    let separator = format!("{}{indent}", source.line_break);
    let lines: Vec<&str> = body.split('\n').collect();
    // Blank lines have no blanks.
    let written = lines.join(&*separator).replace(
        &format!("{separator}{}", source.line_break),
        &format!("{}{}", source.line_break, source.line_break),
    );
    Ok(Some(vec![
        edit(source.header(field, entry)?, header.to_owned()),
        edit(content, written),
    ]))
}

/// Whether a text is what a field's text says already; a block scalar ends in a line break.
fn same(written: &str, text: &str) -> bool {
    written == text || (written.trim_end_matches('\n') == text)
}

/// A value as a new entry has it.
pub(super) fn rendered(value: &Value, place: Place) -> String {
    match value {
        Value::Text(text) => write::scalar(text, Style::Plain, place),
        Value::List(items) => write::flow_list(items),
        _ => value.to_string(),
    }
}

fn edit(span: Span, text: String) -> TextEdit {
    TextEdit { span, text }
}

fn delete(span: Span) -> TextEdit {
    edit(span, String::new())
}

/// What in a node other places depend on.
fn mark(node: &Node) -> Option<&'static str> {
    match &node.data {
        _ if node.marks.anchor => Some("an anchor"),
        _ if node.marks.tag => Some("a tag"),
        Data::Alias(_) => Some("an alias"),
        Data::Null | Data::Scalar { .. } => None,
        Data::Sequence { items, .. } => items.iter().find_map(mark),
        Data::Mapping { entries, .. } => entries.iter().find_map(|it| {
            let merge = it.key.text() == Some("<<");
            let inner = mark(&it.key).or_else(|| mark(&it.value));
            inner.or(merge.then_some("a merge key"))
        }),
    }
}

#[cfg(test)]
mod tests;
