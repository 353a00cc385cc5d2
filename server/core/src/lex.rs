//! The one lexer: finds comments by a language's row of `languages.toml`, in one pass over bytes.
//!
//! It reads any bytes, never panics, never recurses and takes linear time. It jumps from one byte
//! that can begin something to the next; everything between is code that nobody looks at.

mod docstring;
mod features;
mod heredoc;
mod jsx;
mod place;
mod quoted;
mod regex;
mod ruby;
mod rules;
mod sink;
mod text;

use docket_grammars::Language;

use crate::comments::{Comment, CommentKind};
use crate::span::Span;
use heredoc::Heredoc;
use quoted::Open;
use rules::{Action, Rules};
use sink::Sink;

pub(crate) use sink::near;

/// What the lexer found.
#[derive(Debug)]
pub(crate) struct Lexed {
    pub(crate) comments: Vec<Comment>,
    /// Nothing was met that the lexer cannot decide.
    pub(crate) certain: bool,
    /// Bytes looked at, for the test that time is linear.
    #[cfg_attr(not(test), expect(dead_code, reason = "counted for a test"))]
    pub(crate) steps: usize,
}

/// The comments of `text`: all of them, or those whose runs hold one of `hits` (ascending offsets).
pub(crate) fn lex(language: &Language, text: &[u8], hits: Option<&[usize]>) -> Lexed {
    let mut lexer = Lexer {
        text,
        rules: Rules::of(language),
        pos: 0,
        open: Vec::new(),
        heredocs: Vec::new(),
        failed_heredocs: 0,
        failed_regexes: 0,
        line: (0, 0),
        budget: 8 * text.len() + 4096,
        trivia: Span { start: 0, end: 0 },
        sink: Sink::new(text, hits),
        certain: true,
        steps: 0,
    };
    lexer.run();
    Lexed {
        comments: lexer.sink.finish(),
        certain: lexer.certain,
        steps: lexer.steps,
    }
}

struct Lexer<'a> {
    text: &'a [u8],
    rules: &'static Rules,
    pos: usize,
    /// Strings and elements that code in a hole stands in, outermost first.
    open: Vec<Open>,
    /// Those whose bodies begin at the next line break.
    heredocs: Vec<Heredoc>,
    /// Searches for an end that was not there: few are allowed, so that time stays linear.
    failed_heredocs: u32,
    failed_regexes: u32,
    /// The comments right before which only blanks stand: what a look backwards passes over.
    trivia: Span,
    /// The last place whose line's start was asked for, and that start.
    line: (usize, usize),
    /// Bytes that looks backwards and ahead may still cost.
    budget: usize,
    sink: Sink<'a>,
    certain: bool,
    steps: usize,
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.text.starts_with(b"\xef\xbb\xbf") {
            self.pos = 3;
        }
        if self.rules.php_tags {
            self.php_text(self.pos);
        }
        while self.pos <= self.sink.stop_after {
            let Some(at) = self.next_start() else { return };
            self.step(at);
        }
    }

    /// The next place where something may begin.
    fn next_start(&mut self) -> Option<usize> {
        let rest = self.text.get(self.pos..)?;
        let finder = match (self.open.is_empty(), self.heredocs.is_empty()) {
            (true, true) => &self.rules.code,
            _ => &self.rules.hole,
        };
        let found = finder.find(rest);
        self.steps += found.unwrap_or(rest.len()) + 1;
        found.map(|it| self.pos + it)
    }

    /// Reads what begins at `at`, if anything does. Always moves on.
    fn step(&mut self, at: usize) {
        self.pos = at + 1;
        let byte = self.text[at];
        if byte == b'\n' && !self.heredocs.is_empty() {
            self.heredoc_bodies();
            return;
        }
        if !self.open.is_empty() && self.bracket(byte) {
            return;
        }
        let rules = self.rules;
        for rule in rules.starting_with(byte) {
            if !self.opens(rule, at) {
                continue;
            }
            let inner = at + rule.open.len();
            match &rule.action {
                Action::Line(line) => self.line(at, inner, *line),
                Action::Block(block) => self.block(at, inner, block),
                Action::Quote(idx) => {
                    if !self.quote(*idx, at, inner) {
                        continue;
                    }
                }
                Action::Skip => self.pos = inner,
                Action::Escape => self.pos = inner + usize::from(inner < self.text.len()),
                Action::End => {
                    if !self.only_on_line(at, inner) {
                        continue;
                    }
                    self.pos = self.text.len();
                }
                Action::Feature(feature) => {
                    if !self.feature(*feature, at) {
                        continue;
                    }
                }
            }
            return;
        }
    }

    fn opens(&mut self, rule: &rules::Rule, at: usize) -> bool {
        let Some(found) = self.text.get(at..at + rule.open.len()) else {
            return false;
        };
        let same = match rule.any_case {
            rules::Case::Exact => *found == *rule.open,
            rules::Case::Any => found.eq_ignore_ascii_case(&rule.open),
        };
        same && self.counts(rule.when, at, rule.open.len()) && {
            let after = self.text.get(at + rule.open.len()).copied();
            let after = after.filter(|it| !matches!(it, b'\n' | b'\r'));
            after.is_none_or(|it| {
                rule.before.as_ref().is_none_or(|set| set.contains(&it))
                    && rule
                        .not_before
                        .as_ref()
                        .is_none_or(|set| !set.contains(&it))
            })
        }
    }

    fn line(&mut self, start: usize, inner: usize, line: rules::LineEnd) {
        let mut end = inner;
        loop {
            end += self.find_line_break(end);
            // A comment in a hole is cut where the hole's line ends; in PHP `?>` ends it too.
            let continued = line == rules::LineEnd::Continued
                && end < self.text.len()
                && self.text[..end].ends_with(b"\\");
            if !continued {
                break;
            }
            end += self.break_len(end);
        }
        if self.rules.php_tags
            && let Some(tag) = memchr::memmem::find(&self.text[inner..end], b"?>")
        {
            end = inner + tag;
        }
        self.comment(
            start,
            end,
            Span::new(inner, end.max(inner)),
            CommentKind::Line,
        );
        self.pos = end;
    }

    fn block(&mut self, start: usize, inner: usize, block: &rules::Block) {
        let (body, end) = self.block_end(inner, block);
        self.comment(start, end, Span::new(inner, body), CommentKind::Block);
        self.pos = end;
    }

    /// Where the comment's text ends and where the comment ends; both at the end where it is not closed.
    fn block_end(&mut self, inner: usize, block: &rules::Block) -> (usize, usize) {
        let text = self.text;
        let mut depth = 1;
        let mut at = inner;
        loop {
            let rest = &text[at..];
            let found = match &block.inside {
                // Only the closer matters: the fast way.
                None => block.closer.find(rest),
                Some(finder) => finder.find(rest),
            };
            let Some(found) = found else {
                self.steps += rest.len();
                return (text.len(), text.len());
            };
            self.steps += found + 1;
            at += found;
            let rest = &text[at..];
            if rest.starts_with(&block.close) && self.may_close(block, at) {
                depth -= 1;
                let mut end = at + block.close.len();
                if depth == 0 {
                    if block.close_at_line_start {
                        end += self.find_line_break(end);
                    }
                    return (at, end);
                }
                at = end;
            } else if block.nested && rest.starts_with(&block.open) {
                depth += 1;
                at += block.open.len();
            } else if block.strings {
                at = self.in_comment_string(at);
            } else {
                at += 1;
            }
        }
    }

    fn may_close(&mut self, block: &rules::Block, at: usize) -> bool {
        !block.close_at_line_start || self.blanks_before(at)
    }

    /// Hands a comment out.
    fn comment(&mut self, start: usize, end: usize, inner: Span, kind: CommentKind) {
        let merges = self.trivia.end > 0
            && self.text[self.trivia.end as usize..start]
                .iter()
                .all(u8::is_ascii_whitespace);
        if merges {
            self.trivia.end = end as u32;
        } else {
            self.trivia = Span::new(start, end);
        }
        self.steps += 1;
        self.sink.push(Comment {
            span: Span::new(start, end),
            text: inner,
            kind,
            cell: None,
        });
    }

    /// Bytes from `at` to the end of its line.
    fn find_line_break(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        self.steps += len;
        len
    }

    fn break_len(&self, at: usize) -> usize {
        match &self.text[at..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        }
    }

    /// Whether a look at bytes that may be looked at again can still be paid for.
    fn affordable(&mut self) -> bool {
        self.certain &= self.budget > 0;
        self.budget > 0
    }

    fn spend(&mut self, n: usize) {
        self.steps += n;
        self.budget = self.budget.saturating_sub(n);
    }

    fn only_on_line(&mut self, start: usize, end: usize) -> bool {
        self.line_start(start) == start && self.find_line_break(end) == 0
    }

    /// The byte before `at`.
    fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).map(|it| self.text[it])
    }
}

/// Whether a byte can be part of a word; bytes beyond ASCII are letters for all that matters here.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests;
