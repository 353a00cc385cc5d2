//! What lists of markers cannot say: raw strings, character literals and the like.

use docket_grammars::Feature;

use crate::comments::CommentKind;
use crate::span::Span;

use super::rules::{self, Action};
use super::{Lexer, is_word};

/// What a feature begins with.
pub(super) fn triggers(feature: Feature) -> &'static [&'static str] {
    match feature {
        Feature::Char | Feature::CharOutsideWord | Feature::CChar => &["'"],
        Feature::RustString | Feature::CppString => &["\""],
        Feature::RawQuotes => &["\"\"\"", "$\"\"\"", "$$\"\"\"", "$$$\"\"\""],
        Feature::SwiftHash => &["#\"", "#/", "##"],
        Feature::RRaw => &["\"", "'"],
        Feature::LongBracket => &["[[", "[="],
        Feature::LongComment => &["--[[", "--[=", "#[[", "#[="],
        Feature::DollarQuote => &["$"],
        Feature::QuotedString => &["{"],
        Feature::DString => &["\""],
        Feature::ShellHeredoc | Feature::RubyHeredoc | Feature::PerlHeredoc => &["<<"],
        Feature::PhpHeredoc => &["<<<"],
        Feature::PowershellHere => &["@\"", "@'"],
        Feature::Regex => &["/"],
        Feature::Jsx => &["<"],
        Feature::Ruby => &["/", "%", "?"],
        Feature::Perl => &["/", "$", "q", "m", "s", "t", "y", "="],
        Feature::Sigil => &["~"],
        Feature::BlockScalar => &["|", ">"],
        Feature::CssUrl => &["url("],
        Feature::PhpTags => &["?>"],
        Feature::VimQuote => &["\""],
    }
}

impl Lexer<'_> {
    /// Reads what the feature finds at `at`; false where it is not what it looks like.
    pub(super) fn feature(&mut self, feature: Feature, at: usize) -> bool {
        match feature {
            Feature::Char => self.take(|it| it.char_literal(at)),
            Feature::CharOutsideWord => {
                !self.before(at).is_some_and(|it| is_word(it) || it == b'\'')
                    && self.take(|it| it.char_literal(at))
            }
            Feature::CChar => self.c_char(at),
            Feature::RustString => self.rust_string(at),
            Feature::CppString => self.cpp_string(at),
            Feature::RawQuotes => self.raw_quotes(at),
            Feature::SwiftHash => self.swift_hash(at),
            Feature::RRaw => self.take(|it| it.r_raw(at)),
            Feature::LongBracket => self.take(|it| it.long_bracket(at).map(|(_, _, end)| end)),
            Feature::LongComment => self.long_comment(at),
            Feature::DollarQuote => self.take(|it| it.dollar_quote(at)),
            Feature::QuotedString => self.take(|it| it.quoted_string(at)),
            Feature::DString => self.d_string(at),
            Feature::ShellHeredoc => self.shell_heredoc(at),
            Feature::RubyHeredoc => self.ruby_heredoc(at),
            Feature::PerlHeredoc => self.perl_heredoc(at),
            Feature::PhpHeredoc => self.php_heredoc(at),
            Feature::PowershellHere => self.powershell_here(at),
            Feature::Regex => self.regex(at),
            Feature::Jsx => self.jsx(at),
            Feature::Ruby => self.ruby(at),
            Feature::Perl => self.perl(at),
            Feature::Sigil => self.sigil(at),
            Feature::BlockScalar => self.block_scalar(at),
            Feature::CssUrl => self.css_url(at),
            Feature::PhpTags => {
                self.php_text(at + 2);
                true
            }
            Feature::VimQuote => self.vim_quote(at),
        }
    }

    /// Moves to where something was found to end.
    fn take(&mut self, end: impl FnOnce(&mut Self) -> Option<usize>) -> bool {
        match end(self) {
            Some(end) => {
                self.steps += end.saturating_sub(self.pos);
                self.pos = end;
                true
            }
            None => false,
        }
    }

    /// Moves past the next `closer`, or to the end of the text.
    pub(super) fn skip_to(&mut self, from: usize, closer: &[u8]) {
        let rest = self.text.get(from..).unwrap_or_default();
        let found = memchr::memmem::find(rest, closer);
        self.pos = found.map_or(self.text.len(), |it| from + it + closer.len());
        self.steps += self.pos - from.min(self.pos);
    }

    /// A string with `\` as escape, over line breaks where `lines` says so.
    pub(super) fn skip_quoted(&mut self, mut at: usize, close: u8, lines: Lines) {
        let text = self.text;
        while let Some(found) = text.get(at..).and_then(|it| match lines {
            Lines::Many => memchr::memchr2(close, b'\\', it),
            Lines::One => memchr::memchr3(close, b'\\', b'\n', it),
        }) {
            self.steps += found + 1;
            at += found;
            match text[at] {
                b'\\' => {
                    at += match text[at..] {
                        [_, b'\r', b'\n', ..] => 3,
                        _ => 2,
                    }
                }
                b'\n' if lines == Lines::One => {
                    self.pos = at;
                    return;
                }
                _ => {
                    self.pos = at + 1;
                    return;
                }
            }
        }
        self.steps += text.len().saturating_sub(at);
        self.pos = text.len();
    }

    /// The end of `'a'`, `'\n'`, `'\u{1F600}'` at `at`.
    pub(super) fn char_literal(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at + 1..];
        let len = match *rest.first()? {
            b'\n' | b'\r' | b'\'' => return None,
            b'\\' => {
                let window = &rest[..rest.len().min(16)];
                2 + memchr::memchr2(b'\'', b'\n', window.get(2..)?)?
            }
            byte if byte < 0x80 => 1,
            // One scalar value, or a base and its marks.
            _ => {
                let window = &rest[..rest.len().min(16)];
                window.iter().take_while(|&&it| it >= 0x80).count()
            }
        };
        (rest.get(len) == Some(&b'\'')).then_some(at + 1 + len + 1)
    }

    /// `'…'` on one line; a lone `'` in prose (`#error don't`) is none, one in a number separates digits.
    fn c_char(&mut self, at: usize) -> bool {
        let word = self.word_before(at);
        if word.first().is_some_and(u8::is_ascii_digit) {
            let rest = &self.text[at..];
            let len = rest
                .iter()
                .take_while(|&&it| it.is_ascii_alphanumeric() || it == b'\'')
                .count();
            self.steps += len;
            self.pos = at + len;
            return true;
        }
        self.take(|it| {
            let mut idx = at + 1;
            loop {
                // Longer ones are no characters; the limit keeps time linear.
                let window = it.text.get(idx..)?;
                let window = &window[..window.len().min(64)];
                idx += memchr::memchr3(b'\'', b'\\', b'\n', window)?;
                match it.text[idx] {
                    b'\'' => return Some(idx + 1),
                    b'\\' => idx += 2,
                    _ => return None,
                }
                if idx > at + 256 {
                    return None;
                }
            }
        })
    }

    fn rust_string(&mut self, at: usize) -> bool {
        let text = self.text;
        let hashes = text[..at]
            .iter()
            .rev()
            .take(256)
            .take_while(|&&it| it == b'#')
            .count();
        let word = self.word_before(at - hashes);
        match word {
            b"r" | b"br" | b"cr" => {
                let mut close = vec![b'"'];
                close.resize(hashes + 1, b'#');
                self.skip_to(at + 1, &close);
            }
            _ => self.skip_quoted(at + 1, b'"', Lines::Many),
        }
        true
    }

    fn cpp_string(&mut self, at: usize) -> bool {
        if matches!(self.word_before(at), b"R" | b"LR" | b"uR" | b"UR" | b"u8R") {
            let rest = &self.text[at + 1..];
            // The standard allows 16 characters.
            let tag = rest
                .iter()
                .take(17)
                .take_while(|it| !b" ()\\\t\n\"".contains(it))
                .count();
            if rest.get(tag) == Some(&b'(') {
                let close = [b")", &rest[..tag], b"\""].concat();
                self.skip_to(at + 1 + tag, &close);
                return true;
            }
        }
        self.skip_quoted(at + 1, b'"', Lines::One);
        true
    }

    fn raw_quotes(&mut self, at: usize) -> bool {
        let rest = &self.text[at..];
        let dollars = rest.iter().take(3).take_while(|&&it| it == b'$').count();
        let quotes = rest[dollars..].iter().take_while(|&&it| it == b'"').count();
        self.skip_to(at + dollars + quotes, &rest[dollars..dollars + quotes]);
        true
    }

    fn swift_hash(&mut self, at: usize) -> bool {
        let text = self.text;
        let hashes = text[at..]
            .iter()
            .take(256)
            .take_while(|&&it| it == b'#')
            .count();
        let rest = &text[at + hashes..];
        let quote: &[u8] = match rest {
            [b'"', b'"', b'"', ..] => b"\"\"\"",
            [b'"', ..] => b"\"",
            [b'/', ..] => b"/",
            _ => {
                self.pos = at + hashes;
                return true;
            }
        };
        let mut close = quote.to_vec();
        close.resize(quote.len() + hashes, b'#');
        self.skip_to(at + hashes + quote.len(), &close);
        true
    }

    fn r_raw(&mut self, at: usize) -> Option<usize> {
        if !matches!(self.word_before(at), b"r" | b"R") {
            return None;
        }
        let rest = &self.text[at + 1..];
        let dashes = rest.iter().take(64).take_while(|&&it| it == b'-').count();
        let close = match rest.get(dashes)? {
            b'(' => b')',
            b'[' => b']',
            b'{' => b'}',
            _ => return None,
        };
        let close = [&[close][..], &rest[..dashes], &[self.text[at]]].concat();
        self.skip_to(at + 1 + dashes, &close);
        Some(self.pos)
    }

    /// `[[…]]` at `at`: where its text begins and ends, and where it ends.
    fn long_bracket(&mut self, at: usize) -> Option<(usize, usize, usize)> {
        let rest = &self.text[at + 1..];
        let level = rest.iter().take(64).take_while(|&&it| it == b'=').count();
        if rest.get(level) != Some(&b'[') {
            return None;
        }
        let mut close = vec![b'='; level + 2];
        close[0] = b']';
        close[level + 1] = b']';
        let inner = at + level + 2;
        self.skip_to(inner, &close);
        let closed = self.text[inner..self.pos].ends_with(&close);
        let body = if closed {
            self.pos - close.len()
        } else {
            self.pos
        };
        Some((inner, body, self.pos))
    }

    fn long_comment(&mut self, at: usize) -> bool {
        let marker = if self.text[at] == b'#' { 1 } else { 2 };
        // In Lua `#[[abc]]` is a length.
        let is_marker = |rule: &rules::Rule| {
            matches!(rule.action, Action::Line(_)) && *rule.open == self.text[at..at + marker]
        };
        if !self
            .rules
            .starting_with(self.text[at])
            .iter()
            .any(is_marker)
        {
            return false;
        }
        let Some((inner, body, end)) = self.long_bracket(at + marker) else {
            return false;
        };
        self.comment(at, end, Span::new(inner, body), CommentKind::Block);
        true
    }

    fn dollar_quote(&mut self, at: usize) -> Option<usize> {
        if self.before(at).is_some_and(is_word) {
            return None;
        }
        let rest = &self.text[at + 1..];
        let tag = rest.iter().take(64).take_while(|&&it| is_word(it)).count();
        if rest.get(tag) != Some(&b'$') || rest[0].is_ascii_digit() {
            return None;
        }
        let close = &self.text[at..at + tag + 2];
        self.skip_to(at + close.len(), close);
        Some(self.pos)
    }

    /// The end of `{id|…|id}` at `at`.
    pub(super) fn quoted_string(&mut self, at: usize) -> Option<usize> {
        let rest = &self.text[at + 1..];
        let word = |it: &&u8| it.is_ascii_lowercase() || **it == b'_';
        // `{%ext id|…|id}` as well.
        let ext = match rest.first() {
            Some(b'%') => {
                let name = rest
                    .iter()
                    .take(64)
                    .take_while(|it| !b" |\n}".contains(it))
                    .count();
                name + rest[name..]
                    .iter()
                    .take(8)
                    .take_while(|&&it| it == b' ')
                    .count()
            }
            _ => 0,
        };
        let id = rest[ext..].iter().take(64).take_while(word).count();
        if rest.get(ext + id) != Some(&b'|') {
            return None;
        }
        let close = [b"|", &rest[ext..ext + id], b"}"].concat();
        let from = at + 1 + ext + id + 1;
        let found = memchr::memmem::find(&self.text[from..], &close);
        match found {
            Some(found) => Some(from + found + close.len()),
            // `{x | …}` is a record: not closed means no string; searches for nothing are few.
            None if self.failed_heredocs < 16 => {
                self.failed_heredocs += 1;
                self.steps += self.text.len() - from;
                None
            }
            None => None,
        }
    }

    fn d_string(&mut self, at: usize) -> bool {
        match self.word_before(at) {
            b"r" => self.skip_to(at + 1, b"\""),
            b"q" => {
                let rest = &self.text[at + 1..];
                let close = match rest.first() {
                    Some(b'(') => b")\"".to_vec(),
                    Some(b'[') => b"]\"".to_vec(),
                    Some(b'{') => b"}\"".to_vec(),
                    Some(b'<') => b">\"".to_vec(),
                    Some(&first) if is_word(first) => {
                        let len = rest.iter().take(64).take_while(|&&it| is_word(it)).count();
                        [b"\n", &rest[..len], b"\""].concat()
                    }
                    Some(&first) => vec![first, b'"'],
                    None => return false,
                };
                self.skip_to(at + 2, &close);
            }
            _ => self.skip_quoted(at + 1, b'"', Lines::Many),
        }
        true
    }

    fn powershell_here(&mut self, at: usize) -> bool {
        let quote = self.text[at + 1];
        let rest = &self.text[at + 2..];
        let blanks = rest.iter().take_while(|it| b" \t\r".contains(it)).count();
        self.steps += blanks;
        if rest.get(blanks) != Some(&b'\n') {
            return false;
        }
        self.skip_to(at + 2 + blanks, &[b'\n', quote, b'@']);
        true
    }

    fn css_url(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 4..];
        let blanks = rest
            .iter()
            .take_while(|it| it.is_ascii_whitespace())
            .count();
        self.steps += blanks;
        self.pos = at + 4 + blanks;
        if !matches!(rest.get(blanks), Some(b'"' | b'\'')) {
            let len = memchr::memchr2(b')', b'\n', &rest[blanks..]);
            self.pos += len.unwrap_or(rest.len() - blanks);
            self.steps += len.unwrap_or(0);
        }
        true
    }

    /// A string if it closes on its line and is no comment after a command, else a comment.
    fn vim_quote(&mut self, at: usize) -> bool {
        if self.blanks_before(at) {
            return false;
        }
        let mut idx = at + 1;
        while let Some(found) =
            memchr::memchr3(b'"', b'\\', b'\n', self.text.get(idx..).unwrap_or_default())
        {
            self.steps += found + 1;
            idx += found;
            match self.text[idx] {
                b'"' => {
                    self.pos = idx + 1;
                    return true;
                }
                b'\n' => break,
                _ => idx += 2,
            }
        }
        let end = at + 1 + self.find_line_break(at + 1);
        self.comment(at, end, Span::new(at + 1, end), CommentKind::Line);
        self.pos = end;
        true
    }
}

/// How far a string may reach.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    One,
    Many,
}
