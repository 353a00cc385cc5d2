//! The keywords of a configuration, and where they stand as whole words.

use memchr::memmem;

use crate::config::TodoConfig;

/// Keywords and aliases. Cheap to make: one is made per file.
pub(super) struct Words<'a> {
    /// As written, and the keyword that it is read as.
    words: Vec<(&'a str, &'a str)>,
    case_insensitive: bool,
    /// The bytes that one of the words begins with, and `@`.
    begins: [bool; 256],
}

/// Up to this length, in bytes, looking at each byte is quicker than preparing a search.
const SHORT: usize = 256;

/// A keyword at a place of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) canonical: &'a str,
    /// `@todo`: `start` is that of the word, the `@` stands before it.
    pub(super) tag: bool,
}

impl<'a> Words<'a> {
    pub(super) fn of(config: &'a TodoConfig) -> Self {
        let keywords = config.keywords.iter().map(|it| (it.as_str(), it.as_str()));
        let aliases = config
            .aliases
            .iter()
            .map(|(alias, keyword)| (alias.as_str(), keyword.as_str()));
        let mut words: Vec<_> = keywords
            .chain(aliases)
            .filter(|(word, _)| !word.is_empty())
            .collect();
        // Of two that begin alike (`TODO`, `TODO-LATER`) the longer is meant.
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let mut begins = [false; 256];
        begins[usize::from(b'@')] = true;
        for (word, _) in &words {
            begins[usize::from(word.as_bytes()[0])] = true;
        }
        Self {
            words,
            case_insensitive: config.case_insensitive,
            begins,
        }
    }

    /// Whether any may be in `text`.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        match self.case_insensitive {
            true => !text.is_empty(),
            false if text.len() <= SHORT => text.iter().enumerate().any(|(at, byte)| {
                let starts = |(word, _): &(&str, _)| text[at..].starts_with(word.as_bytes());
                self.begins[usize::from(*byte)] && (*byte == b'@' || self.words.iter().any(starts))
            }),
            false => {
                self.words
                    .iter()
                    .any(|(word, _)| memmem::find(text, word.as_bytes()).is_some())
                    || memchr::memchr(b'@', text).is_some()
            }
        }
    }

    /// The keywords in `line`, in order, each a whole word.
    pub(super) fn find(&self, line: &str) -> Vec<Word<'a>> {
        let bytes = line.as_bytes();
        let mut found = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            match self.at(line, at) {
                Some(word) => {
                    at = word.end;
                    found.push(word);
                }
                None => at += 1,
            }
        }
        found
    }

    fn at(&self, line: &str, at: usize) -> Option<Word<'a>> {
        let bytes = line.as_bytes();
        let tag = at > 0 && bytes[at - 1] == b'@';
        // Next to no letter begins a keyword, and each comparison of words is a call.
        if !(tag || self.case_insensitive || self.begins[usize::from(bytes[at])]) {
            return None;
        }
        self.words.iter().find_map(|(word, canonical)| {
            let end = at + word.len();
            let written = bytes.get(at..end)?;
            let any_case = self.case_insensitive || tag && word.eq_ignore_ascii_case("todo");
            let same = match any_case {
                true => written.eq_ignore_ascii_case(word.as_bytes()),
                false => written == word.as_bytes(),
            };
            let whole = same
                && !(word.starts_with(is_word) && line[..at].ends_with(is_word))
                && !(word.ends_with(is_word) && line[end..].starts_with(is_word));
            whole.then_some(Word {
                start: at,
                end,
                canonical,
                tag,
            })
        })
    }
}

/// Scripts without case (Han, Kana, Hangul, Arabic ...) write no spaces around a keyword, so their
/// letters do not make it part of a longer word.
pub(super) fn is_word(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '_',
        false => c.is_lowercase() || c.is_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn short_and_long_texts_are_searched_alike() {
        let config = Config::default();
        let words = Words::of(&config.todo);
        for (text, expected) in [
            ("a TODO b", true),
            ("FIXME", true),
            ("mail me@home", true),
            ("TOD FIXM todo", false),
            ("", false),
        ] {
            assert_eq!(words.is_in(text.as_bytes()), expected, "{text}");
            let long = format!("{}{text}", " ".repeat(SHORT));
            assert_eq!(words.is_in(long.as_bytes()), expected, "{text}");
        }
    }
}
