//! The first line of a TODO, where its keyword counts and what stands behind it.

mod groups;
mod place;

use crate::comments::{Comment, CommentKind};
use crate::config::Config;
use crate::finding::Problem;
use crate::ignores;
use crate::span::{Span, Spanned, replace_invalid};

use super::line::{self, Line};
use super::marks::{self, Marks};
use super::words::{Word, Words};
use super::{Condition, Reference, docstring};

use groups::Header;
use place::Place;

/// The first line of a TODO. Places are those of the file.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Index of its comment.
    pub(super) comment: usize,
    pub(super) line: Line,
    pub(super) canonical: String,
    pub(super) keyword: Span,
    pub(super) insert_at: usize,
    pub(super) urgency: u8,
    pub(super) references: Vec<Spanned<Reference>>,
    pub(super) conditions: Vec<Spanned<Condition>>,
    pub(super) text: Span,
    /// Of the header or the text, whichever ends later.
    pub(super) end: usize,
    /// Where its part of the line begins: with markers and bullet, where the keyword is the first word.
    pub(super) begins: usize,
    pub(super) marks: Marks,
    pub(super) form: Form,
    /// Column that the lines of the body are compared with.
    pub(super) column: usize,
}

/// What a TODO's line is in its comment: where the body ends depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// An item of a list: the next item is not its body.
    Item,
    /// `@todo`: the next `@tag` is not its body.
    Tag,
}

/// Appends the heads in one comment.
pub(super) fn heads(
    text: &[u8],
    comments: &[Comment],
    idx: usize,
    words: &Words<'_>,
    config: &Config,
    heads: &mut Vec<Head>,
    problems: &mut Vec<Problem>,
) {
    let comment = &comments[idx];
    let examples = match comment.kind {
        CommentKind::Docstring => {
            let lines: Vec<Line> = line::lines(text, comment, idx).collect();
            docstring::examples(text, &lines)
        }
        _ => Vec::new(),
    };
    for line in line::lines(text, comment, idx) {
        let content = &text[line.content.range()];
        let example = examples.get(line.number).copied().unwrap_or_default();
        if example || !words.is_in(content) || line::is_long(text, line.content.start as usize) {
            continue;
        }
        let reading = Reading {
            text,
            line,
            content: &replace_invalid(content),
            prefix: &config.prefix,
        };
        heads.extend(reading.heads(words, problems));
    }
}

/// One line while it is read.
struct Reading<'a> {
    text: &'a [u8],
    line: Line,
    content: &'a str,
    prefix: &'a str,
}

impl Reading<'_> {
    fn heads(&self, words: &Words<'_>, problems: &mut Vec<Problem>) -> Vec<Head> {
        let ignore = ignores::marker(self.content.as_bytes());
        let limit = ignore.map_or(self.content.len(), |it| it.0);
        // What stands behind an ignore comment is read where nothing stands before it.
        let limit = match self.content[..limit].trim() {
            "" => self.content.len(),
            _ => limit,
        };
        let mut found: Vec<(Word<'_>, Place, Header)> = Vec::new();
        let mut chain = None;
        let mut from = 0;
        for word in words.find(self.content) {
            if word.start < from || word.end > limit {
                continue;
            }
            // `TODO/FIXME` and a colon are one, of the last keyword.
            let start = chain.filter(|(_, end)| end + 1 == word.start);
            let start = start.map_or(word.start, |(start, _)| start);
            chain = self.content[word.end..]
                .starts_with('/')
                .then_some((start, word.end));
            let Some(place) = place::place(self.content, &word, start) else {
                continue;
            };
            let content = &self.content[..limit];
            if let Some(header) = groups::header(content, &word, &place, self.prefix) {
                from = header.end;
                // `TODO: FIXME`, a colon and text are one.
                found.pop_if(|(_, _, it)| {
                    it.is_bare() && self.content[it.end..word.start].trim().is_empty()
                });
                found.push((word, place, header));
            }
        }
        let ends: Vec<usize> = found
            .iter()
            .skip(1)
            .map(|(word, ..)| word.start)
            .chain([limit])
            .collect();
        found
            .into_iter()
            .zip(ends)
            .map(|((word, place, header), end)| self.head(&word, &place, header, end, problems))
            .collect()
    }

    fn head(
        &self,
        word: &Word<'_>,
        place: &Place,
        header: Header,
        end: usize,
        problems: &mut Vec<Problem>,
    ) -> Head {
        let offset = self.line.content.start as usize;
        let (start, end) = text_range(self.content, word, &header, end);
        let marks = marks::read(&self.content[start..end], offset + start, problems);
        problems.extend(header.problems.into_iter().map(|mut it| {
            it.span = Span::new(
                offset + it.span.start as usize,
                offset + it.span.end as usize,
            );
            it
        }));
        Head {
            comment: self.line.comment,
            line: self.line,
            canonical: word.canonical.to_owned(),
            keyword: Span::new(offset + word.start, offset + word.end),
            insert_at: offset + header.insert_at,
            urgency: header.urgency,
            references: moved(header.references, offset),
            conditions: moved(header.conditions, offset),
            text: Span::new(offset + start, offset + end),
            end: offset + end.max(header.solid),
            begins: match place.first {
                true => offset,
                false => offset + place.item,
            },
            marks,
            form: place.form,
            column: line::column(self.text, offset + place.item),
        }
    }
}

/// The text of a TODO that ends at `limit` at the latest, without what separates it and what closes the
/// bracket that the keyword stands in.
fn text_range(content: &str, word: &Word<'_>, header: &Header, limit: usize) -> (usize, usize) {
    let start = header.end;
    let limit = limit.max(start);
    let rest = &content[start..limit];
    let trimmed = rest.trim_start();
    let skipped = ["->", "-", "\u{2013}", "\u{2014}", ",", ";"]
        .into_iter()
        .find_map(|it| trimmed.strip_prefix(it))
        .filter(|it| it.is_empty() || it.starts_with(char::is_whitespace));
    let text = skipped.unwrap_or(trimmed).trim_start();
    let start = limit - text.len();
    let mut text = text.trim_end();
    if limit < content.len() {
        // Another TODO follows on the line.
        text = text
            .trim_end_matches(['(', '[', '@', '*', '/', '#', '-', '|', ' '])
            .trim_end();
    }
    let before = content[..word.start].trim_end_matches(['@', '*']);
    if let Some(close) = before.chars().next_back().and_then(closing) {
        text = &text[..unmatched(text, close).unwrap_or(text.len())];
    }
    match text.trim_end() {
        "" => (header.solid, header.solid),
        text => (start, start + text.len()),
    }
}

fn closing(open: char) -> Option<char> {
    match open {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    }
}

/// Where `close` closes a bracket that was opened before the text.
fn unmatched(text: &str, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == close {
            match depth {
                0 => return Some(at),
                _ => depth -= 1,
            }
        } else if closing(c) == Some(close) {
            depth += 1;
        }
    }
    None
}

fn moved<T>(found: Vec<Spanned<T>>, offset: usize) -> Vec<Spanned<T>> {
    found
        .into_iter()
        .map(|it| {
            let span = Span::new(
                offset + it.span.start as usize,
                offset + it.span.end as usize,
            );
            Spanned::new(it.value, span)
        })
        .collect()
}
