//! Takes the markers off what a grammar calls a comment, by the language's own table.

use std::ops::Range;

use docket_grammars::{Feature, Language};

use crate::comments::{Comment, CommentKind};
use crate::span::Span;

/// The comment at `range`; several where the grammar takes a run of line comments for one.
pub(super) fn comment(
    language: &Language,
    text: &[u8],
    range: Range<usize>,
    out: &mut Vec<Comment>,
) {
    let range = trimmed(text, range);
    let bytes = &text[range.clone()];
    if let Some((open, close)) = block_markers(language, bytes) {
        let start = range.start + open;
        let end = match bytes[open..].ends_with(close.as_bytes()) {
            true => range.end - close.len(),
            // What follows `=end` on its line is a part of Ruby's comment.
            false => match memchr::memmem::rfind(&bytes[open..], close.as_bytes()) {
                Some(at) if close.starts_with('=') => start + at,
                _ => range.end,
            },
        };
        out.push(Comment {
            span: Span::new(range.start, range.end),
            text: Span::new(start, end),
            kind: CommentKind::Block,
            cell: None,
        });
        return;
    }
    let mut start = range.start;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let span = trimmed(text, start..start + line.len());
        start += line.len();
        match line_marker(language, &text[span.clone()]) {
            Some(open) => out.push(Comment {
                span: Span::new(span.start, span.end),
                text: Span::new(span.start + open, span.end),
                kind: CommentKind::Line,
                cell: None,
            }),
            // Carried on by a `\` before the line break, as in C.
            None => {
                if let Some(last) = out.last_mut()
                    && last.span.start as usize >= range.start
                {
                    last.span.end = span.end as u32;
                    last.text.end = span.end as u32;
                }
            }
        }
    }
}

/// The documentation string at `range`, unless it is one that is made while the program runs.
pub(super) fn docstring(text: &[u8], range: Range<usize>) -> Option<Comment> {
    let bytes = &text[range.clone()];
    let open = memchr::memchr2(b'"', b'\'', bytes)?;
    let made = |byte: &u8| matches!(byte.to_ascii_lowercase(), b'f' | b'b' | b't');
    if open > 0 && bytes[0] != b'~' && bytes[..open].iter().any(made) {
        return None;
    }
    let quote = bytes[open];
    let n_quotes = match bytes[open..].starts_with(&[quote; 3]) {
        true => 3,
        false => 1,
    };
    let start = range.start + open + n_quotes;
    let closed = text[..range.end].ends_with(&[quote; 3][..n_quotes]);
    let end = if closed {
        range.end - n_quotes
    } else {
        range.end
    };
    (start <= end).then(|| Comment {
        span: Span::new(range.start, range.end),
        text: Span::new(start, end),
        kind: CommentKind::Docstring,
        cell: None,
    })
}

/// The length of the opener and the closer, where the comment is a block.
fn block_markers<'a>(language: &'a Language, bytes: &'a [u8]) -> Option<(usize, String)> {
    let syntax = &language.syntax;
    if syntax.features.contains(&Feature::LongComment) {
        for line in &syntax.line {
            let Some(rest) = bytes.strip_prefix(line.open.as_bytes()) else {
                continue;
            };
            if let Some(rest) = rest.strip_prefix(b"[") {
                let level = rest.iter().take_while(|&&byte| byte == b'=').count();
                if rest.get(level) == Some(&b'[') {
                    let close = format!("]{}]", "=".repeat(level));
                    return Some((line.open.len() + level + 2, close));
                }
            }
        }
    }
    let block = syntax
        .block
        .iter()
        .filter(|it| bytes.starts_with(it.open.as_bytes()))
        .max_by_key(|it| it.open.len())?;
    let line = line_marker(language, bytes).unwrap_or(0);
    (block.open.len() >= line).then(|| (block.open.len(), block.close.clone()))
}

/// The length of the line comment's opener.
fn line_marker(language: &Language, bytes: &[u8]) -> Option<usize> {
    let opens = language.syntax.line.iter().map(|it| it.open.len());
    language
        .syntax
        .line
        .iter()
        .zip(opens)
        .filter(|(it, len)| {
            bytes.get(..*len).is_some_and(|head| match it.any_case {
                true => head.eq_ignore_ascii_case(it.open.as_bytes()),
                false => head == it.open.as_bytes(),
            })
        })
        .map(|(_, len)| len)
        .max()
}

fn trimmed(text: &[u8], mut range: Range<usize>) -> Range<usize> {
    while range.start < range.end && text[range.end - 1].is_ascii_whitespace() {
        range.end -= 1;
    }
    while range.start < range.end && text[range.start].is_ascii_whitespace() {
        range.start += 1;
    }
    range
}
