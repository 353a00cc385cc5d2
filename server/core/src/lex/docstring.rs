//! Documentation strings: strings that stand where a language takes them for documentation.

use docket_grammars::Docstrings;

use crate::comments::CommentKind;
use crate::span::Span;

use super::{Lexer, is_word};

/// How far back a header may begin.
const HEADER_LINES: usize = 200;

/// Longer lines are no headers.
const MAX_LINE: usize = 4096;

impl Lexer<'_> {
    /// Reads a string that may be documentation, and hands it out if it is.
    pub(super) fn maybe_docstring(
        &mut self,
        docstrings: Docstrings,
        idx: usize,
        start: usize,
        inner: usize,
    ) -> bool {
        let Some(end) = self.end_of_quote(idx, inner) else {
            self.resume(idx, inner);
            return true;
        };
        let first = match self.sink.wants(start, end) {
            false => None,
            true => match docstrings {
                Docstrings::Python => self.python_place(start, end),
                Docstrings::Elixir => self.elixir_place(start),
                Docstrings::Julia => self.julia_place(start, end),
            },
        };
        let Some(first) = first else {
            self.resume(idx, inner);
            return true;
        };
        let span = self.inner_span(idx, inner, end);
        self.docstring(first, end, span);
        true
    }

    /// Hands a documentation string out.
    pub(super) fn docstring(&mut self, first: usize, end: usize, inner: Span) {
        let trivia = self.trivia;
        self.comment(first, end, inner, CommentKind::Docstring);
        // A string is no blank: a look backwards does not pass over it.
        self.trivia = trivia;
        self.pos = end;
    }

    /// First in a module, class or function.
    fn python_place(&mut self, start: usize, end: usize) -> Option<usize> {
        let text = self.text;
        let prefix = text[..start]
            .iter()
            .rev()
            .take(2)
            .take_while(|it| it.is_ascii_alphabetic());
        let first = start - prefix.count();
        // Bytes and f-strings are no documentation.
        let plain = text[first..start].iter().all(|it| b"rRuU".contains(it));
        if !plain || self.before(first).is_some_and(is_word) {
            return None;
        }
        let before = self.significant_end(first);
        let module = before == 0 || (before == 3 && text.starts_with(b"\xef\xbb\xbf"));
        let opens = module || (text[before - 1] == b':' && self.ends_header(before - 1));
        (opens && self.statement_ends(end)).then_some(first)
    }

    /// Whether the colon at `colon` ends the header of a `def` or `class`.
    fn ends_header(&mut self, colon: usize) -> bool {
        let text = self.text;
        let mut end = colon;
        // Closers minus openers of the lines seen so far: the header begins where they are even.
        let mut depth = 0i32;
        for _ in 0..HEADER_LINES {
            let floor = end.saturating_sub(MAX_LINE);
            if !self.affordable() {
                return false;
            }
            let found = memchr::memrchr(b'\n', &text[floor..end]);
            let start = found.map_or(floor, |it| floor + it + 1);
            self.spend(end - start);
            depth += closers(&text[start..end]);
            let line = text[start..end].trim_ascii_start();
            let header = [&b"def "[..], b"class ", b"async def ", b"cdef ", b"cpdef "]
                .iter()
                .any(|it| line.starts_with(it));
            if header {
                // A bracket in a default string or a comment may upset the count; an unclosed one
                // means that the colon stands inside the header.
                return depth >= 0;
            }
            let continued = start > 0 && text[..start].trim_ascii_end().ends_with(b"\\");
            if (depth <= 0 && !continued) || found.is_none() {
                return false;
            }
            end = start - 1;
        }
        false
    }

    /// After the string the statement ends.
    fn statement_ends(&mut self, end: usize) -> bool {
        let rest = &self.text[end..];
        let blanks = rest
            .iter()
            .take_while(|it| matches!(it, b' ' | b'\t'))
            .count();
        self.steps += blanks;
        matches!(rest.get(blanks), None | Some(b'\n' | b'\r' | b'#' | b';'))
    }

    /// After `@doc`, `@moduledoc`, `@typedoc` or `@shortdoc`, a sigil between them allowed.
    pub(super) fn elixir_place(&mut self, start: usize) -> Option<usize> {
        let text = self.text;
        let mut first = start;
        // `~S"""`.
        if first >= 2 && text[first - 1].is_ascii_alphabetic() && text[first - 2] == b'~' {
            first -= 2;
        }
        let head = text[..first].trim_ascii_end();
        let gap = first - head.len();
        self.steps += gap;
        let (head, bracket) = match head.strip_suffix(b"(") {
            Some(head) => (head, 1),
            None => (head, 0),
        };
        let word = self.word_before(head.len());
        let doc = [&b"doc"[..], b"moduledoc", b"typedoc", b"shortdoc"].contains(&word);
        let at = head.len() - word.len();
        (doc && gap + bracket > 0 && self.before(at) == Some(b'@')).then_some(first)
    }

    /// First in its statement.
    fn julia_place(&mut self, start: usize, end: usize) -> Option<usize> {
        let text = self.text;
        let word = self.word_before(start);
        let first = start - word.len();
        if !matches!(word, b"" | b"raw" | b"md") {
            return None;
        }
        let before = self.significant_end(first);
        let head = &text[before..first];
        let tagged = self.word_before(before) == b"doc" && text[..before].ends_with(b"@doc");
        let begins = before == 0
            || head.contains(&b'\n') && !b"=([{,+-*/&|<>?:^%\\~".contains(&text[before - 1])
            || text[before - 1] == b';';
        ((tagged || begins) && self.definition_follows(end)).then_some(first)
    }

    /// On the next line, after comments too, stands what can be documented.
    fn definition_follows(&mut self, end: usize) -> bool {
        let rest = &self.text[end..];
        let blanks = rest
            .iter()
            .take_while(|it| it.is_ascii_whitespace())
            .count();
        self.steps += blanks;
        let broken = rest[..blanks].contains(&b'\n');
        let after = &rest[blanks..];
        let Some(&byte) = after.first() else {
            return false;
        };
        let word_len = after.iter().take_while(|&&it| is_word(it)).count().min(16);
        let word = &after[..word_len];
        let ends = matches!(word, b"end" | b"else" | b"elseif" | b"catch" | b"finally");
        // `@doc "…" f` has it on the same line.
        let same_line = !broken && (is_word(byte) || byte == b'@') && blanks > 0;
        (broken && (is_word(byte) || matches!(byte, b'@' | b'(' | b':')) && !ends) || same_line
    }
}

/// Closing brackets of a line of Python minus opening ones, those in strings and comments aside.
fn closers(line: &[u8]) -> i32 {
    let mut depth = 0;
    let mut quote = None;
    let mut bytes = line.iter();
    while let Some(&byte) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => {
                bytes.next();
            }
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'#') => break,
            (None, b')' | b']' | b'}') => depth += 1,
            (None, b'(' | b'[' | b'{') => depth -= 1,
            (None, _) => {}
        }
    }
    depth
}
