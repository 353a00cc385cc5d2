//! Here-documents: text from the next line on, up to a line that is a word.

use super::{Lexer, is_word};

/// One whose body begins at the next line break.
pub(super) struct Heredoc {
    word: Box<[u8]>,
    closer: Closer,
}

/// How the line that ends one looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closer {
    /// The word alone.
    Exact,
    /// The word after tabs (`<<-` in shell).
    Tabs,
    /// The word after blanks (Ruby, Perl's `<<~`).
    Indented,
    /// The word after blanks, and code may follow it (PHP).
    Prefix,
}

/// Searches for a closer that is not there, after which no more are made.
const MAX_FAILED: u32 = 16;

impl Lexer<'_> {
    /// `<<WORD`, `<<-WORD`, `<<'WORD'`, `<<\WORD` at `at`.
    pub(super) fn shell_heredoc(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 2..];
        let (closer, mut idx) = match rest.first() {
            Some(b'<') => {
                self.pos = at + 3;
                return true;
            }
            Some(b'-') => (Closer::Tabs, 1),
            _ => (Closer::Exact, 0),
        };
        if self.before(at) == Some(b'<') {
            return false;
        }
        idx += rest[idx..]
            .iter()
            .take_while(|it| matches!(it, b' ' | b'\t'))
            .count();
        let Some((word, len)) = word(&rest[idx..], Bare::Shell) else {
            return false;
        };
        self.pending(word, closer, at + 2 + idx + len)
    }

    /// `<<~WORD`, `<<-"WORD"`, `<<WORD` where it is no shift.
    pub(super) fn ruby_heredoc(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 2..];
        let (closer, idx) = match rest.first() {
            Some(b'~' | b'-') => (Closer::Indented, 1),
            _ => (Closer::Exact, 0),
        };
        let Some((word, len)) = word(&rest[idx..], Bare::Ruby) else {
            return false;
        };
        // `a <<B` and `class << self`: a bare word must be a constant, and not glued to a value.
        if idx == 0 && (!word[0].is_ascii_uppercase() || self.before(at).is_some_and(is_word)) {
            return false;
        }
        self.pending(word, closer, at + 2 + idx + len)
    }

    /// `<<"WORD"`, `<<WORD`, `<<~WORD`.
    pub(super) fn perl_heredoc(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 2..];
        let (closer, idx) = match rest.first() {
            Some(b'~') => (Closer::Indented, 1),
            _ => (Closer::Exact, 0),
        };
        match word(&rest[idx..], Bare::Ruby) {
            Some((word, len)) => self.pending(word, closer, at + 2 + idx + len),
            None => false,
        }
    }

    /// `<<<WORD`, `<<<'WORD'`.
    pub(super) fn php_heredoc(&mut self, at: usize) -> bool {
        let rest = &self.text[at + 3..];
        let idx = rest
            .iter()
            .take_while(|it| matches!(it, b' ' | b'\t'))
            .count();
        match word(&rest[idx..], Bare::Ruby) {
            Some((word, len)) => self.pending(word, Closer::Prefix, at + 3 + idx + len),
            None => false,
        }
    }

    fn pending(&mut self, word: Box<[u8]>, closer: Closer, end: usize) -> bool {
        self.heredocs.push(Heredoc { word, closer });
        self.steps += end - self.pos;
        self.pos = end;
        true
    }

    /// Passes over the bodies that begin at `self.pos`, right after a line break.
    pub(super) fn heredoc_bodies(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            if self.failed_heredocs >= MAX_FAILED {
                self.certain = false;
                return;
            }
            match self.body_end(&heredoc) {
                Some(end) => self.pos = end,
                // `1 << EOF` in arithmetic: no body after all.
                None => self.failed_heredocs += 1,
            }
        }
    }

    /// Where the line that ends the body ends.
    fn body_end(&mut self, heredoc: &Heredoc) -> Option<usize> {
        let mut start = self.pos;
        while start < self.text.len() {
            let end = start + self.find_line_break(start);
            let line = &self.text[start..end];
            let head = match heredoc.closer {
                Closer::Exact => line,
                Closer::Tabs => {
                    let tabs = line.iter().take_while(|&&it| it == b'\t').count();
                    &line[tabs..]
                }
                Closer::Indented | Closer::Prefix => line.trim_ascii_start(),
            };
            if heredoc.closer == Closer::Prefix {
                if let Some(after) = head.strip_prefix(&*heredoc.word)
                    && !after.first().is_some_and(|&it| is_word(it))
                {
                    return Some(end - after.len());
                }
            } else if *head == *heredoc.word {
                return Some(end);
            }
            start = end + self.break_len(end);
            self.steps += 1;
        }
        None
    }
}

/// What an unquoted word may look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    /// Anything up to a blank or an operator, not beginning with a digit.
    Shell,
    Ruby,
}

/// The word of a here-document and how long it is as written.
fn word(text: &[u8], bare: Bare) -> Option<(Box<[u8]>, usize)> {
    let text = &text[..text.len().min(256)];
    match *text.first()? {
        quote @ (b'\'' | b'"' | b'`') => {
            let len = memchr::memchr2(quote, b'\n', &text[1..])?;
            let word = &text[1..=len];
            (len > 0 && text[len + 1] == quote).then(|| (word.into(), len + 2))
        }
        first if is_word(first) && !first.is_ascii_digit() => {
            let len = text
                .iter()
                .take_while(|&&it| {
                    is_word(it) || (bare == Bare::Shell && b"-.:!+%@/".contains(&it))
                })
                .count();
            Some((text[..len].into(), len))
        }
        b'\\' if bare == Bare::Shell => {
            let (word, len) = word(&text[1..], bare)?;
            Some((word, len + 1))
        }
        _ => None,
    }
}
