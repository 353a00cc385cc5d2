//! Strings, and the code that stands in their holes.

use crate::span::Span;

use super::Lexer;

/// What code in a hole stands in.
pub(super) enum Open {
    /// A hole of a string.
    Hole {
        /// Index into the rules' quotes.
        quote: usize,
        open: u8,
        close: u8,
        /// Brackets of the hole's kind that are open, the hole's own included.
        depth: u32,
    },
    /// Braces in an element's text or tag (see [`super::jsx`]).
    Element {
        depth: u32,
        elements: u32,
        place: Place,
    },
}

/// Where in an element the code in braces stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Tag,
}

impl Lexer<'_> {
    /// Reads the string that opens at `start`; false where it is none.
    pub(super) fn quote(&mut self, idx: usize, start: usize, inner: usize) -> bool {
        let quote = &self.rules.quotes[idx];
        if quote.closed {
            return self.closed_quote(idx, inner);
        }
        if let Some(docstrings) = self.rules.docstrings {
            return self.maybe_docstring(docstrings, idx, start, inner);
        }
        self.resume(idx, inner);
        true
    }

    /// Goes on in a string after its opener or a hole.
    pub(super) fn resume(&mut self, idx: usize, inner: usize) {
        let quote = &self.rules.quotes[idx];
        let text = self.text;
        let mut at = inner;
        'next: loop {
            let Some(found) = text.get(at..).and_then(|rest| quote.finder.find(rest)) else {
                self.steps += text.len().saturating_sub(at);
                self.pos = text.len();
                return;
            };
            self.steps += found + 1;
            at += found;
            let rest = &text[at..];
            for plain in &quote.plain {
                if rest.starts_with(plain) {
                    at += plain.len();
                    continue 'next;
                }
            }
            if let Some(hole) = &quote.hole
                && rest.starts_with(hole)
            {
                let open = if hole.contains(&b'{') { b'{' } else { b'(' };
                self.open.push(Open::Hole {
                    quote: idx,
                    open,
                    close: if open == b'{' { b'}' } else { b')' },
                    depth: 1,
                });
                self.pos = at + hole.len();
                return;
            }
            if Some(rest[0]) == quote.escape {
                at += match rest {
                    [_, b'\r', b'\n', ..] => 3,
                    _ => 2,
                };
            } else if rest.starts_with(&quote.close) {
                at += quote.close.len();
                if quote.run {
                    at += text[at..].iter().take_while(|it| **it == rest[0]).count();
                }
                self.pos = at;
                return;
            } else if !quote.lines && matches!(rest[0], b'\n' | b'\r') {
                self.pos = at;
                return;
            } else {
                at += 1;
            }
        }
    }

    /// A string that must close on its line, or its opener is a lone mark.
    fn closed_quote(&mut self, idx: usize, inner: usize) -> bool {
        if !self.affordable() {
            return false;
        }
        let before = self.steps;
        match self.end_of_quote(idx, inner) {
            Some(end) => {
                self.pos = end;
                true
            }
            None => {
                self.budget = self.budget.saturating_sub(self.steps - before);
                false
            }
        }
    }

    /// Where a string without holes ends, closer included.
    pub(super) fn end_of_quote(&mut self, idx: usize, inner: usize) -> Option<usize> {
        let quote = &self.rules.quotes[idx];
        let text = self.text;
        let mut at = inner;
        loop {
            let found = quote.finder.find(text.get(at..)?);
            self.steps += found.unwrap_or(text.len() - at) + 1;
            at += found?;
            let rest = &text[at..];
            if Some(rest[0]) == quote.escape {
                at += 2;
            } else if rest.starts_with(&quote.close) {
                return Some(at + quote.close.len());
            } else if !quote.lines && matches!(rest[0], b'\n' | b'\r') {
                return None;
            } else {
                at += 1;
            }
        }
    }

    /// Counts the brackets of the innermost hole; true where `byte` was its own closer.
    pub(super) fn bracket(&mut self, byte: u8) -> bool {
        let (open, close, depth) = match self.open.last_mut() {
            Some(Open::Hole {
                open, close, depth, ..
            }) => (*open, *close, depth),
            Some(Open::Element { depth, .. }) => (b'{', b'}', depth),
            None => return false,
        };
        if byte == open {
            *depth += 1;
        } else if byte == close {
            *depth -= 1;
            if *depth == 0 {
                let inner = self.pos;
                match self.open.pop() {
                    Some(Open::Hole { quote, .. }) => self.resume(quote, inner),
                    Some(Open::Element {
                        elements, place, ..
                    }) => {
                        self.element(elements, place, inner);
                    }
                    None => {}
                }
                return true;
            }
        }
        false
    }

    /// The end of a string at `at` inside a comment (OCaml), or the next byte.
    pub(super) fn in_comment_string(&mut self, at: usize) -> usize {
        let text = self.text;
        match text[at] {
            b'"' => {
                let mut idx = at + 1;
                loop {
                    let rest = &text[idx.min(text.len())..];
                    let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                        // Not closed: the compiler would refuse it, a person may have meant inches.
                        return at + 1;
                    };
                    idx += found;
                    if text[idx] == b'"' {
                        self.steps += idx - at;
                        return idx + 1;
                    }
                    idx += 2;
                }
            }
            b'\'' => self.char_literal(at).unwrap_or(at + 1),
            b'{' => self.quoted_string(at).unwrap_or(at + 1),
            _ => at + 1,
        }
    }

    /// The span between the markers of a quote that is known to be closed or to run to the end.
    pub(super) fn inner_span(&self, idx: usize, inner: usize, end: usize) -> Span {
        let close = &self.rules.quotes[idx].close;
        let body = match self.text[inner..end].ends_with(close) {
            true => end - close.len(),
            false => end,
        };
        Span::new(inner, body)
    }
}
