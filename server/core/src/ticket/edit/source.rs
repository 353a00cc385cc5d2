//! A ticket's text, opened for a change: its entries, lines and comments.

use granit_parser::StructureStyle;

use super::{Refusal, delete, mark};
use crate::edit::TextEdit;
use crate::page::front::{self, End, Front};
use crate::page::yaml::{self, Data, Document, Entry, Node};
use crate::span::Span;
use crate::ticket::write::Place;

/// Front matter that can be changed.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) front: Front,
    pub(super) entries: Vec<Entry>,
    pub(super) style: StructureStyle,
    /// The mapping's place; empty at the front matter's end where there is none yet.
    pub(super) root: Span,
    pub(super) comments: Vec<Span>,
    /// Of the opening line.
    pub(super) line_break: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn open(text: &'a str) -> Result<Self, Refusal> {
        let parts = front::parts(text.as_bytes());
        let front = parts.front.ok_or(Refusal::NoFrontMatter)?;
        if front.end == End::Open {
            let why = "it has no closing line `---`".to_owned();
            return Err(Refusal::Broken(why));
        }
        let Document { root, comments } =
            yaml::read(text, front.yaml).map_err(|it| Refusal::Broken(it.message))?;
        let end = front.yaml.end as usize;
        let (entries, style, root) = match root {
            None => (Vec::new(), StructureStyle::Block, Span::new(end, end)),
            Some(Node {
                data: Data::Mapping { entries, style },
                span,
                ..
            }) => (entries, style, span),
            Some(Node {
                data: Data::Null,
                span,
                ..
            }) if span.is_empty() => (Vec::new(), StructureStyle::Block, Span::new(end, end)),
            Some(_) => return Err(Refusal::Broken("it is no YAML mapping".to_owned())),
        };
        let opening = &text[front.open.end as usize..front.yaml.start as usize];
        let line_break = opening.trim_start_matches([' ', '\t']);
        Ok(Self {
            text,
            front,
            entries,
            style,
            root,
            comments,
            line_break,
        })
    }

    /// The one entry of a field, free of what other places depend on.
    pub(super) fn entry(&self, field: &str) -> Result<Option<&Entry>, Refusal> {
        let mut found = self
            .entries
            .iter()
            .filter(|it| it.key.text() == Some(field));
        let Some(entry) = found.next() else {
            return Ok(None);
        };
        if found.next().is_some() {
            return Err(Refusal::Repeated(field.to_owned()));
        }
        match mark(&entry.key).or_else(|| mark(&entry.value)) {
            Some(what) => Err(Refusal::Marked {
                field: field.to_owned(),
                what,
            }),
            None => Ok(Some(entry)),
        }
    }

    pub(super) fn place(&self) -> Place {
        match self.style {
            StructureStyle::Block => Place::Block,
            StructureStyle::Flow => Place::Flow,
        }
    }

    /// Where the colon after a key stands. A key written with `?` has none there.
    pub(super) fn colon(&self, field: &str, entry: &Entry) -> Result<usize, Refusal> {
        let end = entry.key.span.end as usize;
        let rest = &self.text[end..];
        let at = end + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        match self.text[at..].starts_with(':') {
            true => Ok(at),
            false => Err(Refusal::Unfit(field.to_owned())),
        }
    }

    /// The `|` or `>` of a block scalar with its indicators.
    pub(super) fn header(&self, field: &str, entry: &Entry) -> Result<Span, Refusal> {
        let after = self.colon(field, entry)? + 1;
        let rest = &self.text[after..];
        let start = after + rest.len() - rest.trim_start().len();
        let token = self.text[start..]
            .split(|it: char| it.is_whitespace())
            .next()
            .unwrap_or_default();
        match token.starts_with(['|', '>']) {
            true => Ok(Span::new(start, start + token.len())),
            false => Err(Refusal::Unfit(field.to_owned())),
        }
    }

    /// Refuses a change that would take a comment with it.
    pub(super) fn uncommented(&self, field: &str, region: Span) -> Result<(), Refusal> {
        match self.comments.iter().any(|it| region.contains(*it)) {
            true => Err(Refusal::Unfit(field.to_owned())),
            false => Ok(()),
        }
    }

    /// A value's end without the blank lines that a block scalar's place ends with.
    pub(super) fn trimmed_end(&self, node: &Node) -> usize {
        let span = node.span;
        span.start as usize + self.text[span.range()].trim_end().len()
    }

    /// What stands before `at` in its line.
    pub(super) fn before(&self, at: usize) -> &'a str {
        &self.text[self.line_start(at)..at]
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let from = self.front.yaml.start as usize;
        let head = &self.text[from..at];
        from + head.rfind(['\n', '\r']).map_or(0, |it| it + 1)
    }

    /// The start of the line above one that starts at `line`.
    pub(super) fn line_above(&self, line: usize) -> Option<usize> {
        let from = self.front.yaml.start as usize;
        let head = self.text[from..line]
            .strip_suffix('\n')
            .or_else(|| self.text[from..line].strip_suffix('\r'))?;
        let head = head.strip_suffix('\r').unwrap_or(head);
        Some(self.line_start(from + head.len()))
    }

    /// The end of the line that holds `at`, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + rest.find(['\n', '\r']).unwrap_or(rest.len())
    }

    /// The start of the line after the one that holds `at`.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let end = self.line_end(at);
        match self.text.as_bytes()[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [] => end,
            _ => end + 1,
        }
    }

    /// Takes a region out: whole lines where nothing else is on them, and never a comment.
    pub(super) fn erased(&self, region: Span) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        let mut at = region.start as usize;
        let end = region.end as usize;
        while at < end {
            let (line_start, line_end) = (self.line_start(at), self.line_end(at));
            let next = self.next_line(at);
            let part_end = end.min(line_end);
            edits.extend(self.erased_part(line_start, at, part_end, line_end, next));
            at = next.max(at + 1);
        }
        edits
    }

    /// Takes out the lines of a region that begins after their first's end.
    pub(super) fn erased_lines_after(&self, region: Span) -> Vec<TextEdit> {
        let start = self.next_line(region.start as usize);
        match start < region.end as usize {
            true => self.erased(Span::new(start, region.end as usize)),
            false => Vec::new(),
        }
    }

    fn erased_part(
        &self,
        line_start: usize,
        start: usize,
        end: usize,
        line_end: usize,
        next: usize,
    ) -> Option<TextEdit> {
        let line = Span::new(line_start, line_end);
        let comment = self.comments.iter().find(|it| line.contains(**it));
        let blank = |from: usize, to: usize| self.text[from..to].trim().is_empty();
        match comment {
            Some(comment) => {
                let comment = comment.start as usize;
                // A comment alone on its line is not of the region.
                let nothing = comment <= start || blank(start, comment.min(end));
                let to = if blank(end.min(comment), comment) {
                    comment
                } else {
                    end
                };
                (!nothing).then(|| delete(Span::new(start, to)))
            }
            None if blank(line_start, start) && blank(end, line_end) => {
                Some(delete(Span::new(line_start, next)))
            }
            None if start < end => Some(delete(Span::new(start, end))),
            None => None,
        }
    }
}
