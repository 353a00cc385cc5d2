//! Putting a ticket's id into a TODO, and taking it out again.

use crate::edit::TextEdit;
use crate::ids::TicketId;
use crate::span::Span;
use crate::todo::Todo;

/// The edit that makes `id` the first of the TODO's references.
pub(crate) fn link(text: &str, todo: &Todo, id: &str) -> TextEdit {
    let at = todo.insert_at as usize;
    if let Some(blank) = empty_group(text, at) {
        return TextEdit {
            span: blank,
            text: id.to_owned(),
        };
    }
    let starts = todo.references.iter().map(|it| it.span.start as usize);
    match starts.min().and_then(|it| group_before(text, at, it)) {
        Some(place) => TextEdit {
            span: Span::new(place, place),
            text: format!("{id}, "),
        },
        None => TextEdit {
            span: Span::new(at, at),
            text: format!("({id})"),
        },
    }
}

/// What is between the parentheses of `TODO()`, which waits for a reference.
fn empty_group(text: &str, at: usize) -> Option<Span> {
    let rest = text.get(at..)?;
    let inner = rest.trim_start_matches([' ', '\t']).strip_prefix('(')?;
    let tail = inner.trim_start_matches([' ', '\t']);
    let start = text.len() - inner.len();
    tail.starts_with(')')
        .then(|| Span::new(start, text.len() - tail.len()))
}

/// Where an id can join the group of `TODO(ana)`, whose first reference is at `first`; the `(` of a
/// text is none.
fn group_before(text: &str, at: usize, first: usize) -> Option<usize> {
    let between = text.get(at..first)?.trim_end_matches(['@', '!', '#']);
    let open = between.trim_end_matches([' ', '\t']);
    let before = open.strip_suffix('(')?;
    before.trim().is_empty().then_some(at + between.len())
}

/// The edits that take every reference to `id` out, with the parentheses where nothing else is in
/// them; none where the TODO does not name it.
pub(crate) fn unlink(text: &str, todo: &Todo, id: &TicketId) -> Vec<TextEdit> {
    let references = todo.references.iter().filter(|it| {
        let written = it.value.ticket_id();
        written.is_some_and(|it| TicketId::new(it) == *id)
    });
    let spans = references.map(|it| without(text, it.span.range()));
    spans
        .map(|span| TextEdit {
            span: Span::new(span.start, span.end),
            text: String::new(),
        })
        .collect()
}

/// The range of a reference with what binds it: its comma, or its parentheses.
fn without(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let before = text[..range.start].trim_end_matches([' ', '\t']);
    let after = text[range.end..].trim_start_matches([' ', '\t']);
    let after_at = text.len() - after.len();
    match (before.chars().next_back(), after.chars().next()) {
        (Some('('), Some(')')) => {
            let start = before.len() - 1;
            let end = after_at + 1;
            // `TODO (T-7k3f) x` must not become `TODO  x`, nor `TODO: (T-7k3f) x` `TODO:  x`.
            let gap = text[..start].len() - text[..start].trim_end_matches(' ').len();
            let followed = text[end..].starts_with([' ', ':']) || text[end..].is_empty();
            start - if followed { gap } else { 0 }..end
        }
        (_, Some(',')) => {
            let rest = &after[1..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            range.start..after_at + 1 + blank
        }
        (Some(','), _) => before.len() - 1..range.end,
        // `TODO T-7k3f: text` and `TODO: T-7k3f text`.
        _ => before.len()..range.end,
    }
}
