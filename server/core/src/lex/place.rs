//! Where on a line a marker counts, and what stands before it.

use docket_grammars::When;

use super::{Lexer, is_word};

impl Lexer<'_> {
    /// Whether a marker of `len` bytes at `at` counts under its condition.
    pub(super) fn counts(&mut self, when: When, at: usize, len: usize) -> bool {
        let before = self.before(at);
        match when {
            When::Anywhere => true,
            When::LineStart => matches!(before, None | Some(b'\n' | b'\r')) || self.after_mark(at),
            When::Indented => self.blanks_before(at),
            When::Blank => {
                matches!(before, None | Some(b' ' | b'\t' | b'\n' | b'\r')) || self.after_mark(at)
            }
            When::Word => before.is_none_or(|it| b" \t\n\r;&|()`".contains(&it)),
            When::NotInWord => before.is_none_or(|it| !is_word(it) && it != b'\'' && it != b'$'),
            When::NotAfterValue => {
                before.is_none_or(|it| !is_word(it) && !b")]}'.\"".contains(&it))
            }
            When::NotEscaped => self.backslashes(at).is_multiple_of(2),
            When::ValueStart => self.value_start(at),
            When::Command => {
                self.blanks_before(at)
                    || matches!(self.last_before_blanks(at), Some(b';' | b'{' | b'['))
            }
            When::Recipe => self.in_recipe(at),
            When::Make => match self.in_recipe(at) {
                true => before.is_none_or(|it| b" \t;&|()`@-".contains(&it)),
                false => self.backslashes(at).is_multiple_of(2),
            },
            When::Column7 => at - self.line_start(at) == 6,
            When::NotInOperator => self.not_in_operator(at, len),
        }
    }

    /// Right after a byte-order mark.
    fn after_mark(&self, at: usize) -> bool {
        at == 3 && self.text.starts_with(b"\xef\xbb\xbf")
    }

    pub(super) fn blanks_before(&mut self, at: usize) -> bool {
        let mut idx = at;
        while idx > 0 && matches!(self.text[idx - 1], b' ' | b'\t') {
            idx -= 1;
        }
        self.steps += at - idx;
        idx == 0 || matches!(self.text[idx - 1], b'\n' | b'\r') || self.after_mark(idx)
    }

    fn last_before_blanks(&mut self, at: usize) -> Option<u8> {
        let mut idx = at;
        while idx > 0 && matches!(self.text[idx - 1], b' ' | b'\t') {
            idx -= 1;
        }
        self.steps += at - idx;
        self.before(idx)
    }

    fn backslashes(&mut self, at: usize) -> usize {
        let n = self.text[..at]
            .iter()
            .rev()
            .take_while(|&&it| it == b'\\')
            .count();
        self.steps += n;
        n
    }

    /// After `:`, `-`, `,`, a bracket, a tag, an anchor, or first on the line.
    fn value_start(&mut self, at: usize) -> bool {
        match self.before(at) {
            None | Some(b'\n' | b'\r' | b'[' | b'{' | b',' | b'(') => return true,
            Some(b' ' | b'\t') => {}
            Some(_) => return self.after_mark(at),
        }
        if self.blanks_before(at) {
            return true;
        }
        let blanks = self.text[..at]
            .iter()
            .rev()
            .take_while(|it| matches!(it, b' ' | b'\t'))
            .count();
        let end = at - blanks;
        if matches!(
            self.text[end - 1],
            b':' | b'-' | b',' | b'[' | b'{' | b'?' | b'|' | b'>'
        ) {
            return true;
        }
        // `!tag "…"` and `&anchor "…"`.
        let word = self.text[..end]
            .iter()
            .rev()
            .take(64)
            .take_while(|it| !it.is_ascii_whitespace())
            .count();
        self.steps += blanks + word;
        matches!(self.text[end - word], b'!' | b'&')
    }

    /// Whether the line, or the line that it carries on, begins with a tab.
    fn in_recipe(&mut self, at: usize) -> bool {
        let start = self.line_start(at);
        self.text.get(start) == Some(&b'\t')
    }

    /// `--`, `---` and so on, neither after nor before another symbol.
    fn not_in_operator(&mut self, at: usize, len: usize) -> bool {
        let symbol = |it: u8| b"!#$%&*+./<=>?@\\^|~:-".contains(&it);
        if self.before(at).is_some_and(symbol) {
            return false;
        }
        let rest = &self.text[at + len..];
        let dashes = rest.iter().take_while(|&&it| it == b'-').count();
        self.steps += dashes;
        rest.get(dashes).is_none_or(|&it| !symbol(it))
    }

    /// Where the line of `at` begins.
    ///
    /// Remembers the last answer, so that a long line is not walked again for each of its markers.
    pub(super) fn line_start(&mut self, at: usize) -> usize {
        let (seen, start) = self.line;
        let from = if seen <= at { seen } else { 0 };
        let found = memchr::memrchr2(b'\n', b'\r', &self.text[from..at]).map(|it| from + it + 1);
        self.steps += at - from;
        let start = found.unwrap_or(if seen <= at { start } else { 0 });
        self.line = (at, start);
        start
    }

    /// What stands before `at`, blanks and comments passed over: the offset after it.
    pub(super) fn significant_end(&mut self, at: usize) -> usize {
        let mut idx = at;
        loop {
            while idx > 0 && self.text[idx - 1].is_ascii_whitespace() {
                idx -= 1;
                self.steps += 1;
            }
            if idx == 0 || idx != self.trivia.end as usize {
                return idx;
            }
            idx = self.trivia.start as usize;
        }
    }

    /// The word that ends at `end`, at most 16 bytes of it.
    pub(super) fn word_before(&self, end: usize) -> &[u8] {
        let len = self.text[..end]
            .iter()
            .rev()
            .take(16)
            .take_while(|&&it| is_word(it))
            .count();
        &self.text[end - len..end]
    }
}
