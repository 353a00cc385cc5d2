//! Literals of Ruby and Perl whose delimiters the writer chooses, and Elixir's sigils.

use crate::comments::CommentKind;
use crate::span::Span;

use super::features::Lines;
use super::regex::Before;
use super::{Lexer, is_word};

const RUBY_KEYWORDS: &[&[u8]] = &[
    b"if", b"unless", b"while", b"until", b"when", b"in", b"and", b"or", b"not", b"return",
    b"then", b"else", b"elsif", b"do", b"case", b"puts", b"yield", b"rescue", b"begin",
];

const PERL_KEYWORDS: &[&[u8]] = &[
    b"if", b"unless", b"while", b"until", b"and", b"or", b"not", b"return", b"split", b"grep",
    b"map", b"join", b"push", b"unshift", b"x", b"lt", b"gt", b"le", b"ge", b"eq", b"ne", b"cmp",
    b"when", b"xor", b"print",
];

impl Lexer<'_> {
    /// `/…/`, `%w[…]` and `?x` of Ruby.
    pub(super) fn ruby(&mut self, at: usize) -> bool {
        match self.text[at] {
            b'/' => self.slashes(at, RUBY_KEYWORDS),
            b'%' => self.percent(at),
            _ => self.ruby_char(at),
        }
    }

    fn slashes(&mut self, at: usize, keywords: &[&[u8]]) -> bool {
        let blank_after = matches!(self.text.get(at + 1), Some(b' ' | b'\t' | b'=' | b'\n'));
        let blank_before = matches!(self.before(at), Some(b' ' | b'\t'));
        let lines = match self.operand_before(at, keywords) {
            Before::Value => return false,
            Before::Name if !blank_before || blank_after => return false,
            // An argument, unless the line has no other slash.
            Before::Name => Lines::One,
            Before::Operator => Lines::Many,
        };
        match self.regex_end(at, lines) {
            Some(end) => {
                self.pos = end;
                true
            }
            None => {
                self.certain = false;
                false
            }
        }
    }

    fn percent(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 1..];
        let letter = rest.first().is_some_and(|it| b"qQwWiIxrs".contains(it));
        let Some(&delimiter) = rest.get(usize::from(letter)) else {
            return false;
        };
        if is_word(delimiter) || delimiter.is_ascii_whitespace() {
            return false;
        }
        let blank_before = matches!(self.before(at), Some(b' ' | b'\t'));
        let opens = match self.operand_before(at, RUBY_KEYWORDS) {
            Before::Operator => letter || b"([{<|!/^".contains(&delimiter),
            Before::Name => blank_before && (letter || b"([{<|!".contains(&delimiter)),
            Before::Value => false,
        };
        if opens {
            self.pos = self.delimited_end(at + 1 + usize::from(letter));
        }
        opens
    }

    /// `?a`, `?"`, `?\n`, not the question mark of `x ? y : z`.
    fn ruby_char(&mut self, at: usize) -> bool {
        if self
            .before(at)
            .is_some_and(|it| is_word(it) || b")]}".contains(&it))
        {
            return false;
        }
        let rest = &self.text[at + 1..];
        let len = match rest.first() {
            None => return false,
            Some(byte) if byte.is_ascii_whitespace() => return false,
            Some(b'\\') => 2,
            Some(_) => 1,
        };
        if rest.get(len).is_some_and(|&it| is_word(it)) {
            return false;
        }
        self.pos = (at + 1 + len).min(self.text.len());
        true
    }

    /// The end of what the delimiter at `at` opens: brackets nest, `\` takes the next byte along.
    pub(super) fn delimited_end(&mut self, at: usize) -> usize {
        let text = self.text;
        let open = text[at];
        let close = closer(open);
        let mut depth = 1;
        let mut idx = at + 1;
        while let Some(&byte) = text.get(idx) {
            if byte == b'\\' {
                idx += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    self.steps += idx - at;
                    return idx + 1;
                }
            } else if byte == open {
                depth += 1;
            }
            idx += 1;
        }
        self.steps += text.len() - at;
        text.len()
    }

    /// Perl's quote-like operators, special variables, regexes and POD.
    pub(super) fn perl(&mut self, at: usize) -> bool {
        match self.text[at] {
            b'$' => self.perl_variable(at),
            b'/' => {
                // `//` is an operator after a value and an empty pattern elsewhere.
                if self.text.get(at + 1) == Some(&b'/') {
                    self.pos = at + 2;
                    return true;
                }
                self.slashes(at, PERL_KEYWORDS)
            }
            b'=' => self.pod(at),
            _ => self.perl_word(at),
        }
    }

    fn perl_variable(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 1..];
        let len = match rest {
            [b'#', b'{' | b'$', ..] => 1,
            [b'#', ..] => 1,
            [b'{', ..] | [] => 0,
            [first, ..] if is_word(*first) => rest.iter().take_while(|&&it| is_word(it)).count(),
            [first, ..] if first.is_ascii_punctuation() && *first != b'$' => 1,
            _ => 0,
        };
        self.steps += len;
        self.pos = at + 1 + len;
        true
    }

    fn pod(&mut self, at: usize) -> bool {
        let starts_line = matches!(self.before(at), None | Some(b'\n' | b'\r'));
        if !starts_line || !self.text.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
            return false;
        }
        self.skip_to(at, b"\n=cut");
        let end = self.pos + self.find_line_break(self.pos);
        let closed = self.text[..self.pos].ends_with(b"\n=cut");
        let body = if closed { self.pos - 4 } else { end };
        self.comment(at, end, Span::new(at + 1, body), CommentKind::Block);
        self.pos = end;
        true
    }

    fn perl_word(&mut self, at: usize) -> bool {
        if self
            .before(at)
            .is_some_and(|it| is_word(it) || b"$@%&>-".contains(&it))
        {
            return false;
        }
        let text = self.text;
        let rest = &text[at..];
        let len = rest.iter().take_while(|&&it| is_word(it)).count();
        self.steps += len;
        self.pos = at + len;
        let parts = match &rest[..len] {
            b"q" | b"qq" | b"qw" | b"qr" | b"qx" | b"m" => 1,
            b"s" | b"tr" | b"y" => 2,
            _ => return true,
        };
        let blanks = rest[len..]
            .iter()
            .take_while(|it| it.is_ascii_whitespace())
            .count();
        self.steps += blanks;
        let mut idx = at + len + blanks;
        let delimiter = match text.get(idx) {
            None | Some(b'=' | b',' | b';' | b')') => return true,
            // `{ s }` and `{y}` are keys.
            Some(b'}') => return true,
            Some(b'#') if blanks > 0 => return true,
            Some(&byte) if is_word(byte) || byte.is_ascii_whitespace() => return true,
            Some(&byte) => byte,
        };
        // `sub y { … }` and `->s(…)`.
        let end = self.significant_end(at);
        if self.word_before(end) == b"sub" {
            return true;
        }
        idx = self.delimited_end(idx);
        if parts == 2 && idx < text.len() {
            if closer(delimiter) == delimiter {
                idx = self.delimited_end(idx - 1);
            } else {
                let blanks = text[idx..]
                    .iter()
                    .take_while(|it| it.is_ascii_whitespace())
                    .count();
                if idx + blanks < text.len() {
                    idx = self.delimited_end(idx + blanks);
                }
            }
        }
        self.pos = idx;
        true
    }

    /// `~s(…)`, `~S"""…"""`, `~r/…/` of Elixir.
    pub(super) fn sigil(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 1..];
        let letters = rest
            .iter()
            .take(16)
            .take_while(|it| it.is_ascii_alphabetic())
            .count();
        let Some(&delimiter) = rest.get(letters).filter(|it| b"([{</|\"'".contains(it)) else {
            return false;
        };
        if letters == 0 {
            return false;
        }
        let inner = at + 1 + letters;
        let triple = [delimiter; 3];
        if matches!(delimiter, b'"' | b'\'') && self.text[inner..].starts_with(&triple) {
            self.skip_to(inner + 3, &triple);
            let end = self.pos;
            if self.rules.docstrings.is_some()
                && self.sink.wants(at, end)
                && let Some(first) = self.elixir_place(at)
            {
                let body = end.max(inner + 6) - 3;
                self.docstring(first, end, Span::new(inner + 3, body.min(end)));
            }
        } else {
            self.pos = self.delimited_end(inner);
        }
        true
    }
}

fn closer(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        other => other,
    }
}
