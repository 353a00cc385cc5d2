//! The lines of a comment, and what of them is marker, margin and frame rather than text.

use memchr::{memchr2, memrchr2};

use crate::comments::{Comment, CommentKind};
use crate::facts::MAX_LINE;
use crate::span::Span;

/// One line of a comment, in bytes of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Index of its comment.
    pub(super) comment: usize,
    /// Number in its comment, from 0.
    pub(super) number: usize,
    /// What stands between the comment's markers, without the line break.
    pub(super) raw: Span,
    /// `raw` without margin (` * `), frame and spaces around it.
    pub(super) content: Span,
}

/// The lines of a comment.
pub(super) fn lines<'a>(text: &'a [u8], comment: &'a Comment, idx: usize) -> Lines<'a> {
    Lines {
        text,
        comment,
        idx,
        number: 0,
        next: Some(comment.text.start as usize),
    }
}

/// The lines of a comment after `line`.
pub(super) fn lines_after<'a>(text: &'a [u8], comment: &'a Comment, line: &Line) -> Lines<'a> {
    Lines {
        text,
        comment,
        idx: line.comment,
        number: line.number + 1,
        next: after_break(text, line.raw.end as usize, comment.text.end as usize),
    }
}

/// See [`lines`].
pub(super) struct Lines<'a> {
    text: &'a [u8],
    comment: &'a Comment,
    idx: usize,
    number: usize,
    next: Option<usize>,
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let start = self.next?;
        let stop = self.comment.text.end as usize;
        let end = memchr2(b'\n', b'\r', &self.text[start..stop]).map_or(stop, |it| start + it);
        let raw = Span::new(start, end);
        let line = Line {
            comment: self.idx,
            number: self.number,
            raw,
            content: content(self.text, self.comment, raw, self.number),
        };
        self.number += 1;
        self.next = after_break(self.text, end, stop);
        Some(line)
    }
}

fn after_break(text: &[u8], end: usize, stop: usize) -> Option<usize> {
    match &text[end..stop] {
        [] => None,
        [b'\r', b'\n', ..] => Some(end + 2),
        _ => Some(end + 1),
    }
}

/// Nothing on it, or a rule such as `-----`.
pub(super) fn is_blank(text: &[u8], line: &Line) -> bool {
    let content = &text[line.content.range()];
    content.is_empty()
        || content.len() >= 3 && content.iter().all(|it| b"-=*#/_~+.<>|;%!:".contains(it))
}

/// Whether the file's line that holds `offset` is longer than what is read.
pub(crate) fn is_long(text: &[u8], offset: usize) -> bool {
    let from = offset.saturating_sub(MAX_LINE + 1);
    let to = text.len().min(offset + MAX_LINE + 1);
    let start = memrchr2(b'\n', b'\r', &text[from..offset]).map_or(from, |it| from + it + 1);
    let end = memchr2(b'\n', b'\r', &text[offset..to]).map_or(to, |it| offset + it);
    end - start > MAX_LINE
}

/// Column of `offset` for comparing indents within one comment. A tab is 4 columns wherever it
/// stands: with stops, indenting a whole comment anew could change what is deeper than what.
pub(super) fn column(text: &[u8], offset: usize) -> usize {
    before_on_line(text, offset)
        .iter()
        .map(|byte| match byte {
            b'\t' => 4,
            // Continuation bytes of a character.
            0x80..=0xbf => 0,
            _ => 1,
        })
        .sum()
}

/// Whether code stands before the comment on its line.
pub(super) fn is_trailing(text: &[u8], comment: &Comment) -> bool {
    !before_on_line(text, comment.span.start as usize)
        .trim_ascii()
        .is_empty()
}

/// Whether `next` continues the run of line comments that `comment` is in.
pub(super) fn continues(text: &[u8], comment: &Comment, next: &Comment) -> bool {
    let lines = comment.kind == CommentKind::Line && next.kind == CommentKind::Line;
    if !lines || comment.cell != next.cell || comment.span.end > next.span.start {
        return false;
    }
    let between = &text[comment.span.end as usize..next.span.start as usize];
    if !is_one_break(between) || marker(text, comment) != marker(text, next) {
        return false;
    }
    // What stands below a comment at the end of a code line belongs to it only where it was put
    // under it; at the code's own indent it speaks of the code that follows.
    !is_trailing(text, comment)
        || [4, 8].into_iter().any(|tab| {
            stops(text, next.span.start as usize, tab)
                >= stops(text, comment.span.start as usize, tab)
        })
}

/// Spaces around exactly one line break; in a notebook's JSON, between two strings of an array.
fn is_one_break(between: &[u8]) -> bool {
    let between = match between.strip_prefix(b"\\n\",") {
        Some(rest) => rest.trim_ascii_end().strip_suffix(b"\"").unwrap_or(rest),
        None => between,
    };
    let breaks = between
        .iter()
        .enumerate()
        .filter(|(idx, it)| **it == b'\n' || **it == b'\r' && between.get(idx + 1) != Some(&b'\n'))
        .count();
    breaks == 1 && between.iter().all(u8::is_ascii_whitespace)
}

/// What makes `//`, `///` and `//!` comments of different kinds.
fn marker<'a>(text: &'a [u8], comment: &Comment) -> &'a [u8] {
    let opener = opener(text, comment);
    let rest = &text[comment.text.range()];
    let len = doc_marker(opener, rest);
    &text[comment.span.start as usize..comment.text.start as usize + len]
}

fn opener<'a>(text: &'a [u8], comment: &Comment) -> &'a [u8] {
    let start = comment.span.start as usize;
    text[start..(comment.text.start as usize).max(start)].trim_ascii_end()
}

/// How much of a line comment's text still belongs to its marker: `/` of `///`, `'` of `#' `.
fn doc_marker(opener: &[u8], rest: &[u8]) -> usize {
    let last = opener.last().copied().unwrap_or(b'/');
    let run = rest
        .iter()
        .take_while(|it| **it == last && last.is_ascii_punctuation() || **it == b'!')
        .count();
    let sign = matches!(
        rest.get(run),
        Some(b'\'' | b'|' | b'<' | b'^' | b':' | b'>' | b'*')
    ) && rest.get(run + 1).is_none_or(u8::is_ascii_whitespace);
    run + usize::from(sign)
}

fn content(text: &[u8], comment: &Comment, raw: Span, number: usize) -> Span {
    let line = &text[raw.range()];
    let opener = opener(text, comment);
    let skip = match comment.kind {
        CommentKind::Line if number == 0 => doc_marker(opener, line),
        CommentKind::Block if number == 0 => {
            let run = line
                .iter()
                .take_while(|it| b"*!-=#~/+".contains(it))
                .count();
            let sign = matches!(line.get(run), Some(b'|' | b'<' | b'^'));
            run + usize::from(sign)
        }
        CommentKind::Block => margin(opener, line),
        _ => 0,
    };
    let start = skip + blanks(&line[skip..]);
    let start = match comment.kind {
        // `{- | text`
        CommentKind::Block if number == 0 && line[start..].starts_with(b"| ") => start + 2,
        _ => start,
    };
    let end = start + framed_end(opener, comment.kind, &line[start..]);
    let start = (start + blanks(&line[start..])).min(end);
    Span::new(raw.start as usize + start, raw.start as usize + end)
}

/// The ` * ` before each line of a block comment.
fn margin(opener: &[u8], line: &[u8]) -> usize {
    let indent = blanks(line);
    let star = match opener {
        it if it.contains(&b'*') => b'*',
        it if it.contains(&b'+') => b'+',
        _ => return 0,
    };
    let run = line[indent..].iter().take_while(|it| **it == star).count();
    let after = line.get(indent + run);
    match run > 0 && after.is_none_or(u8::is_ascii_whitespace) {
        true => indent + run,
        false => 0,
    }
}

fn blanks(line: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match &line[at..] {
            [it, ..] if it.is_ascii_whitespace() || *it == 0x0b => 1,
            // No-break space, ideographic space.
            [0xc2, 0xa0, ..] => 2,
            [0xe3, 0x80, 0x80, ..] => 3,
            _ => return at,
        };
    }
}

/// Where a line ends without the right side of a box drawn around the comment, and without the
/// `===` that closes a heading.
fn framed_end(opener: &[u8], kind: CommentKind, line: &[u8]) -> usize {
    let line = trim_end(line);
    let Some(&last) = line.last() else {
        return 0;
    };
    if !b"*#/-=~+|;%".contains(&last) {
        return line.len();
    }
    let run = line.iter().rev().take_while(|it| **it == last).count();
    let head = &line[..line.len() - run];
    let rest = trim_end(head);
    let gap = head.len() - rest.len();
    let own = opener.contains(&last) || last == b'|';
    let framed = match kind {
        _ if gap == 0 => false,
        CommentKind::Block if last == b'*' || last == b'-' && own => true,
        _ if run >= 2 && last != b'+' && last != b'|' && last != b'/' => true,
        _ => own && gap >= 2,
    };
    match framed {
        true => rest.len(),
        false => line.len(),
    }
}

fn trim_end(mut line: &[u8]) -> &[u8] {
    loop {
        line = match line {
            [head @ .., it] if it.is_ascii_whitespace() || *it == 0x0b => head,
            [head @ .., 0xc2, 0xa0] | [head @ .., 0xe3, 0x80, 0x80] => head,
            _ => return line,
        };
    }
}

fn before_on_line(text: &[u8], offset: usize) -> &[u8] {
    // A longer line is not read; the bound keeps many comments on one endless line linear.
    let from = offset.saturating_sub(MAX_LINE + 1);
    let start = memrchr2(b'\n', b'\r', &text[from..offset]).map_or(from, |it| from + it + 1);
    &text[start..offset]
}

/// Column with tab stops, as an editor shows it.
fn stops(text: &[u8], offset: usize, tab: usize) -> usize {
    before_on_line(text, offset)
        .iter()
        .fold(0, |column, byte| match byte {
            b'\t' => (column / tab + 1) * tab,
            0x80..=0xbf => column,
            _ => column + 1,
        })
}
