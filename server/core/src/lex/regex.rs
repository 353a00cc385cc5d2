//! Regular expression literals told from divisions by what stands before them.

use docket_grammars::Feature;

use super::features::Lines;
use super::{Lexer, is_word};

/// How far one is looked for, so that time stays linear; shorter after many that were none.
const MAX_LEN: usize = 16 * 1024;
const MAX_LEN_DOUBTFUL: usize = 64;
const MAX_FAILED: u32 = 64;
/// How far back the bracket is looked for that `)` closes.
const MAX_HEAD: usize = 512;

/// What a `/` is, by what stands before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slash {
    Regex,
    Division,
    /// A regex where one closes on the line and the reading makes a difference.
    Unclear,
}

impl Lexer<'_> {
    /// A regex literal at `at`, in languages of the manner of JavaScript.
    pub(super) fn regex(&mut self, at: usize) -> bool {
        let slash = self.slash(at);
        if slash == Slash::Division {
            return false;
        }
        let Some(end) = self.regex_end(at, Lines::One) else {
            return false;
        };
        if slash == Slash::Unclear {
            let rest = &self.text[end..];
            let rest = &rest[..rest.len().min(256)];
            let line = rest.split(|&it| it == b'\n').next().unwrap_or_default();
            let inside = &self.text[at + 1..end - 1];
            let matters = inside.iter().chain(line).any(|it| b"\"'`".contains(it))
                || inside.windows(2).any(|it| it == b"//" || it == b"/*");
            self.certain &= !matters;
            return false;
        }
        self.pos = end;
        true
    }

    fn slash(&mut self, at: usize) -> Slash {
        let end = self.significant_end(at);
        let Some(before) = self.before(end) else {
            return Slash::Regex;
        };
        let blank_after = matches!(self.text.get(at + 1), Some(b' ' | b'\t' | b'='));
        match before {
            b')' => self.after_parenthesis(end - 1),
            b']' | b'"' | b'\'' | b'`' | b'.' | b'<' | b'\\' => Slash::Division,
            // An object or a block; a line that begins with `/` and no blank is hardly a division.
            b'}' if blank_after => Slash::Division,
            b'}' => match self.text[end..at].contains(&b'\n') {
                true => Slash::Regex,
                false => Slash::Unclear,
            },
            // `x++ / 2`.
            b'+' | b'-' if self.before(end - 1) == Some(before) => Slash::Division,
            // TypeScript's `x! / 2`.
            b'!' if self
                .before(end - 1)
                .is_some_and(|it| is_word(it) || b")]".contains(&it)) =>
            {
                Slash::Division
            }
            b'$' => Slash::Division,
            _ if is_word(before) => self.after_word(end),
            _ => Slash::Regex,
        }
    }

    fn after_word(&self, end: usize) -> Slash {
        let word = self.word_before(end);
        let start = end - word.len();
        let keyword = matches!(
            word,
            b"return"
                | b"typeof"
                | b"instanceof"
                | b"in"
                | b"of"
                | b"new"
                | b"delete"
                | b"void"
                | b"throw"
                | b"try"
                | b"guard"
                | b"case"
                | b"do"
                | b"else"
                | b"await"
                | b"yield"
        );
        // `a.in / 2` is a property.
        match keyword && !matches!(self.before(start), Some(b'.' | b'$')) {
            true => Slash::Regex,
            false => Slash::Division,
        }
    }

    /// `if (x) /re/` against `f(x) / 2`.
    fn after_parenthesis(&mut self, close: usize) -> Slash {
        if !self.affordable() {
            return Slash::Unclear;
        }
        let text = self.text;
        let floor = close.saturating_sub(MAX_HEAD);
        let mut depth = 0u32;
        let mut idx = close + 1;
        while idx > floor {
            idx -= 1;
            match text[idx] {
                b')' => depth += 1,
                b'(' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.spend(close - idx);
        if depth > 0 {
            return if floor > 0 {
                Slash::Unclear
            } else {
                Slash::Division
            };
        }
        let end = text[..idx].trim_ascii_end().len();
        let word = self.word_before(end);
        let member = matches!(self.before(end - word.len()), Some(b'.'));
        match word {
            b"if" | b"while" | b"for" | b"with" if !member => Slash::Regex,
            _ => Slash::Division,
        }
    }

    /// Where the regex that opens at `at` ends, its flags excluded.
    pub(super) fn regex_end(&mut self, at: usize, lines: Lines) -> Option<usize> {
        let max = match self.failed_regexes < MAX_FAILED {
            true => MAX_LEN,
            false => MAX_LEN_DOUBTFUL,
        };
        let braces = self.rules.has(Feature::Ruby);
        let text = &self.text[..self.text.len().min(at + max)];
        let mut class = false;
        let mut hole = 0u32;
        let mut idx = at + 1;
        let end = loop {
            match text.get(idx) {
                None => break None,
                Some(b'\n' | b'\r') if lines == Lines::One => break None,
                Some(b'\\') => idx += 1,
                // Ruby and Perl end a regex at a slash in a class as well.
                Some(b'[') if lines == Lines::One => class = true,
                Some(b']') => class = false,
                Some(b'#') if braces && text.get(idx + 1) == Some(&b'{') => hole += 1,
                Some(b'}') if hole > 0 => hole -= 1,
                Some(b'/') if !class && hole == 0 => break Some(idx + 1),
                Some(_) => {}
            }
            idx += 1;
        };
        self.steps += idx - at;
        if end.is_none() {
            self.failed_regexes += 1;
        }
        end
    }

    /// Whether a value stands before `at`, where Ruby and Perl would take an operator.
    pub(super) fn operand_before(&mut self, at: usize, keywords: &[&[u8]]) -> Before {
        let end = self.significant_end(at);
        let Some(before) = self.before(end) else {
            return Before::Operator;
        };
        if end < at && self.text[end..at].contains(&b'\n') {
            // A new line is a new statement, but for a chain.
            return Before::Operator;
        }
        match before {
            b')' | b']' | b'}' | b'"' | b'\'' | b'`' => Before::Value,
            _ if is_word(before) || matches!(before, b'?' | b'!') && end < at => {
                let word = self.word_before(end);
                let start = end - word.len();
                let sigil = matches!(
                    self.before(start),
                    Some(b'.' | b'$' | b'@' | b'%' | b'&' | b':' | b'>')
                );
                if word.first().is_some_and(u8::is_ascii_digit)
                    || sigil && !keywords.is_empty() && self.before(start) != Some(b'.')
                {
                    Before::Value
                } else if keywords.contains(&word) && !sigil {
                    Before::Operator
                } else {
                    Before::Name
                }
            }
            _ => Before::Operator,
        }
    }
}

/// What stands before an operator or a literal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// An operator, a keyword or nothing: a literal follows.
    Operator,
    /// A variable or a method, which may take what follows as argument.
    Name,
    Value,
}
