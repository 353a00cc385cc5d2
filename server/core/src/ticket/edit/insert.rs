//! A field that is not there yet: its place among those that are.

use granit_parser::{ScalarStyle, StructureStyle};

use super::source::Source;
use super::{Refusal, edit, rendered};
use crate::edit::TextEdit;
use crate::page::yaml::{Data, Entry};
use crate::span::Span;
use crate::ticket::field::{FIELDS, Value};
use crate::ticket::write::{self, Place, Style};

/// The entry that a new one is put beside.
enum Beside<'a> {
    After(&'a Entry),
    Before(&'a Entry),
    Nothing,
}

pub(super) fn edits(
    source: &Source<'_>,
    field: &str,
    value: &Value,
) -> Result<Vec<TextEdit>, Refusal> {
    let place = source.place();
    let key = write::scalar(field, Style::Plain, place);
    let entry = format!("{key}: {}", rendered(value, place));
    let edit = match (beside(source, field), place) {
        (Beside::After(it), Place::Flow) => at(it.value.span.end as usize, format!(", {entry}")),
        (Beside::Before(it), Place::Flow) => at(it.key.span.start as usize, format!("{entry}, ")),
        (Beside::Nothing, Place::Flow) => at(source.root.start as usize + 1, entry),
        (Beside::After(it), Place::Block) => {
            let indent = indent(source, field, it)?;
            let line = format!("{indent}{entry}{}", source.line_break);
            at(after(source, field, it, indent)?, line)
        }
        (Beside::Before(it), Place::Block) => {
            let indent = indent(source, field, it)?;
            let start = source.line_start(it.key.span.start as usize);
            let line = format!("{indent}{entry}{}", source.line_break);
            at(above_comments(source, start), line)
        }
        (Beside::Nothing, Place::Block) => at(
            source.front.yaml.end as usize,
            format!("{entry}{}", source.line_break),
        ),
    };
    Ok(vec![edit])
}

fn at(place: usize, text: String) -> TextEdit {
    edit(Span::new(place, place), text)
}

/// After the last field that comes before it in the order, else before the first that comes after
/// it; a field of no order comes last.
fn beside<'a>(source: &'a Source<'_>, field: &str) -> Beside<'a> {
    let order = |name: &str| FIELDS.iter().position(|it| it.0 == name);
    let Some(wanted) = order(field) else {
        return source.entries.last().map_or(Beside::Nothing, Beside::After);
    };
    let known = || {
        let entries = source.entries.iter();
        entries.filter_map(|it| Some((order(it.key.text()?)?, it)))
    };
    let before = known().filter(|it| it.0 < wanted).max_by_key(|it| it.0);
    let after = known().filter(|it| it.0 > wanted).min_by_key(|it| it.0);
    match (before, after, source.entries.last()) {
        (Some((_, it)), ..) => Beside::After(it),
        (None, Some((_, it)), _) => Beside::Before(it),
        (None, None, Some(it)) => Beside::After(it),
        (None, None, None) => Beside::Nothing,
    }
}

fn indent<'a>(source: &Source<'a>, field: &str, entry: &Entry) -> Result<&'a str, Refusal> {
    let before = source.before(entry.key.span.start as usize);
    match before.trim().is_empty() {
        true => Ok(before),
        false => Err(Refusal::Unfit(field.to_owned())),
    }
}

/// The start of the comment lines that stand right above a line, which belong to it.
fn above_comments(source: &Source<'_>, mut line: usize) -> usize {
    while let Some(above) = source.line_above(line) {
        if !source.text[above..line].trim_start().starts_with('#') {
            break;
        }
        line = above;
    }
    line
}

/// The start of the line after an entry and the comments that are indented as its value is.
fn after(source: &Source<'_>, field: &str, entry: &Entry, indent: &str) -> Result<usize, Refusal> {
    let value = &entry.value;
    let end = value.span.end as usize;
    if let Data::Scalar {
        style: ScalarStyle::Literal | ScalarStyle::Folded,
        ..
    } = &value.data
    {
        // Blank lines after a block scalar may be of its text.
        let line = source.line_start(end) == end && !value.span.is_empty();
        let header = source.header("", entry)?.end as usize;
        return Ok(if line {
            end
        } else {
            source.next_line(header.max(end))
        });
    }
    let colon = match &value.data {
        Data::Null if value.span.is_empty() => source.colon(field, entry)?,
        _ => end,
    };
    let mut line = source.next_line(colon.max(end));
    let block = matches!(
        &value.data,
        Data::Sequence {
            style: StructureStyle::Block,
            ..
        } | Data::Mapping {
            style: StructureStyle::Block,
            ..
        }
    );
    while block && line < source.front.yaml.end as usize {
        let content = &source.text[line..source.line_end(line)];
        let trimmed = content.trim_start_matches([' ', '\t']);
        if !trimmed.starts_with('#') || content.len() - trimmed.len() <= indent.len() {
            break;
        }
        line = source.next_line(line);
    }
    Ok(line)
}
