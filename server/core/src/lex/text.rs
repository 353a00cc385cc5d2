//! Text in the midst of code: YAML's block scalars and what stands outside `<?php … ?>`.

use crate::comments::CommentKind;
use crate::span::Span;

use super::Lexer;

impl Lexer<'_> {
    /// `|` or `>` at `at`, with the lines that are indented deeper than what they belong to.
    pub(super) fn block_scalar(&mut self, at: usize) -> bool {
        let text = self.text;
        if !self.counts(docket_grammars::When::ValueStart, at, 1) || self.follows_bracket(at) {
            return false;
        }
        let rest = &text[at + 1..];
        let header = rest
            .iter()
            .take(3)
            .take_while(|it| b"+-0123456789".contains(it))
            .count();
        let end = at + 1 + self.find_line_break(at + 1);
        let tail = &text[at + 1 + header..end];
        let blanks = tail
            .iter()
            .take_while(|it| matches!(it, b' ' | b'\t'))
            .count();
        let comment = at + 1 + header + blanks;
        match tail.get(blanks) {
            None => {}
            Some(b'#') if blanks > 0 => {
                self.comment(comment, end, Span::new(comment + 1, end), CommentKind::Line);
            }
            Some(_) => return false,
        }
        let start = self.line_start(at);
        let parent = parent_indent(&text[start..at]);
        let explicit = rest[..header].iter().any(u8::is_ascii_digit);
        self.pos = self.scalar_end(end, parent, explicit);
        true
    }

    /// In flow collections there are no block scalars.
    fn follows_bracket(&self, at: usize) -> bool {
        let head = self.text[..at].iter().rev().take(64);
        let before = head.clone().find(|it| !matches!(it, b' ' | b'\t'));
        matches!(before, Some(b'[' | b'{' | b',' | b'|' | b'>'))
    }

    /// The end of the last line that belongs to a scalar whose header ends at `end`.
    fn scalar_end(&mut self, mut end: usize, parent: Option<usize>, explicit: bool) -> usize {
        let text = self.text;
        let mut least = parent.map_or(0, |it| it + 1);
        let mut first = !explicit;
        loop {
            let start = end + self.break_len(end);
            if start == end {
                return end;
            }
            let line_end = start + self.find_line_break(start);
            let line = &text[start..line_end];
            let indent = line.iter().take_while(|&&it| it == b' ').count();
            let blank = line[indent..].trim_ascii().is_empty();
            if !blank {
                let marker =
                    parent.is_none() && (line.starts_with(b"---") || line.starts_with(b"..."));
                if indent < least || marker {
                    return end;
                }
                if first {
                    least = indent;
                    first = false;
                }
            }
            end = line_end;
        }
    }

    /// HTML from `at` up to the next `<?php`, `<?=` or `<?`.
    pub(super) fn php_text(&mut self, at: usize) {
        let mut idx = at;
        while let Some(found) = self.text.get(idx..).and_then(|it| memchr::memchr(b'<', it)) {
            self.steps += found + 1;
            idx += found;
            let rest = &self.text[idx..];
            if rest.starts_with(b"<?xml") {
                idx += 5;
            } else if rest.starts_with(b"<?") {
                self.pos = idx + if rest.starts_with(b"<?php") { 5 } else { 2 };
                return;
            } else if rest.starts_with(b"<!--") {
                self.skip_to(idx + 4, b"-->");
                let closed = self.text[idx + 4..self.pos].ends_with(b"-->");
                let body = if closed { self.pos - 3 } else { self.pos };
                self.comment(idx, self.pos, Span::new(idx + 4, body), CommentKind::Block);
                idx = self.pos;
            } else {
                idx += 1;
            }
        }
        self.pos = self.text.len();
    }
}

/// How far what a block scalar belongs to is indented: `key: |`, `- |`, `- key: |`; nothing at a document's top.
fn parent_indent(head: &[u8]) -> Option<usize> {
    let mut idx = head.iter().take_while(|&&it| it == b' ').count();
    if head[idx..].starts_with(b"---") {
        return None;
    }
    let mut parent = None;
    while matches!(head.get(idx), Some(b'-' | b'?' | b':')) && head.get(idx + 1) == Some(&b' ') {
        parent = Some(idx);
        idx += 1 + head[idx + 1..].iter().take_while(|&&it| it == b' ').count();
    }
    match idx < head.len() {
        // A tag or an anchor alone is no key.
        true if memchr::memchr(b':', &head[idx..]).is_none() => parent,
        true => Some(idx),
        false => parent,
    }
}
