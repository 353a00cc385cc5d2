//! Taking a TODO's comment out and leaving the code as it is.

use std::ops::Range;

use crate::comments::{Comment, CommentKind};
use crate::edit::TextEdit;
use crate::span::Span;
use crate::todo::Todo;

/// The edits that take the TODO out, given the comments of its file. Only comments and the blanks
/// before them are touched; a comment that says more than the TODO keeps the rest.
pub(super) fn remove(text: &str, todo: &Todo, comments: &[Comment]) -> Vec<TextEdit> {
    let touched = comments
        .iter()
        .filter(|it| it.span.start < todo.whole.end && todo.whole.start < it.span.end);
    let mut ranges: Vec<Range<usize>> = touched
        .map(|it| match it.kind {
            CommentKind::Line => line(text, todo, it),
            CommentKind::Block | CommentKind::Docstring => block(text, todo, it),
        })
        .collect();
    ranges.sort_by_key(|it| it.start);
    let mut edits: Vec<TextEdit> = Vec::new();
    for range in ranges {
        match edits.last_mut() {
            Some(last) if last.span.end as usize >= range.start => {
                last.span.end = last.span.end.max(range.end as u32);
            }
            _ => edits.push(TextEdit {
                span: Span::new(range.start, range.end),
                text: String::new(),
            }),
        }
    }
    edits
}

fn line(text: &str, todo: &Todo, comment: &Comment) -> Range<usize> {
    let whole = comment.span.range();
    let before = &text
        [comment.text.start as usize..(todo.whole.start as usize).max(comment.text.start as usize)];
    if todo.whole.start > comment.text.start && before.chars().any(char::is_alphanumeric) {
        // A sentence that stands before the TODO is kept.
        let start = comment.text.start as usize + before.trim_end().len();
        return start..whole.end;
    }
    comment_range(text, whole)
}

/// A comment with the blanks before it, and with its line where nothing else is on it.
fn comment_range(text: &str, comment: Range<usize>) -> Range<usize> {
    let line_start = text[..comment.start].rfind('\n').map_or(0, |it| it + 1);
    let rest = &text[comment.end..];
    let line_end = rest
        .find('\n')
        .map_or(text.len(), |it| comment.end + it + 1);
    let begins = text[line_start..comment.start].trim().is_empty();
    let ends = text[comment.end..line_end].trim().is_empty();
    match (begins, ends) {
        (true, true) => line_start..line_end,
        (_, true) => {
            let code = text[line_start..comment.start].trim_end_matches([' ', '\t']);
            line_start + code.len()..comment.end
        }
        _ => comment,
    }
}

fn block(text: &str, todo: &Todo, comment: &Comment) -> Range<usize> {
    let inner = comment.text.range();
    let start = (todo.whole.start as usize).max(inner.start);
    let end = (todo.whole.end as usize).min(inner.end);
    let says = |it: &str| it.chars().any(char::is_alphanumeric);
    let is_alone = !says(&text[inner.start..start]) && !says(&text[end..inner.end]);
    if is_alone && comment.kind == CommentKind::Block {
        return comment_range(text, comment.span.range());
    }
    // Whole lines where the comment has lines before it, else the words alone.
    let line_start = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let line_end = text[end..].find('\n').map(|it| end + it + 1);
    match line_end {
        Some(line_end)
            if line_start > inner.start
                && line_end <= inner.end
                && !says(&text[line_start..start])
                && text[end..line_end].trim().is_empty() =>
        {
            line_start..line_end
        }
        _ => start..end,
    }
}
