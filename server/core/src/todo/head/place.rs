//! Where a keyword counts: as a line's first word, or anywhere with its colon or reference at once behind it.

use crate::todo::words::{Word, is_word};

use super::Form;

/// A keyword that may count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) form: Form,
    /// First word of the line's text.
    pub(super) first: bool,
    /// `*`s around it, as in `**TODO**`.
    pub(super) stars: usize,
    /// Where the line's item begins: its bullet, its `@`, or the keyword itself.
    pub(super) item: usize,
}

/// What may stand before a line's first word, apart from numbers, checkboxes and spaces.
const LEAD: &str = "/#*;%-=+>|~:\u{2022}\u{25e6}\u{2023}\u{b7}\u{2013}\u{2014}";

/// `start` is that of the word, or of the first of several joined by `/`.
pub(super) fn place(content: &str, word: &Word<'_>, start: usize) -> Option<Place> {
    if is_part(&content[word.end..]) {
        return None;
    }
    let tag = content[..start].ends_with('@');
    let before = &content[..start - usize::from(tag)];
    let stars = before.len() - before.trim_end_matches('*').len();
    let at = start - usize::from(tag);
    let lead = lead(before).or_else(|| after_marker(before).then_some(None));
    match lead {
        Some(bullet) => Some(Place {
            form: match bullet {
                _ if tag => Form::Tag,
                Some(_) => Form::Item,
                None => Form::Plain,
            },
            first: true,
            stars,
            item: bullet.unwrap_or(at),
        }),
        None if start < word.start || stands_alone(before) => Some(Place {
            form: Form::Plain,
            first: false,
            stars,
            item: at,
        }),
        None => None,
    }
}

/// Whether what follows makes the keyword part of something else: `TODO-list`, `TODO.md`, `TODO's`,
/// `TODO::new`, `"TODO"`.
fn is_part(after: &str) -> bool {
    let mut chars = after.chars();
    let Some(next) = chars.next() else {
        return false;
    };
    let then = chars.next();
    match next {
        '"' | '`' | '\\' | ')' | ']' | '}' | '>' | '\'' | '\u{2019}' | '\u{201d}' => true,
        '-' | '.' | '/' | '=' => then.is_some_and(is_word),
        ':' => then == Some(':'),
        _ => false,
    }
}

/// Where the text before the first word is nothing but markers, bullets and checkboxes: the place
/// of its last bullet, if any.
fn lead(before: &str) -> Option<Option<usize>> {
    let mut bullet = None;
    let mut at = 0;
    loop {
        let rest = before[at..].trim_start();
        at = before.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Some(bullet);
        };
        let spaced = |len: usize| rest[len..].starts_with(char::is_whitespace);
        let len = match first {
            it if LEAD.contains(it) => {
                let len = it.len_utf8();
                if spaced(len) && !"/#;%=>|~:".contains(it) {
                    bullet = Some(at);
                }
                len
            }
            it if it.is_ascii_digit() => {
                let len = rest.bytes().take_while(u8::is_ascii_digit).count() + 1;
                let numbered =
                    len <= 4 && matches!(rest.as_bytes().get(len - 1), Some(b'.' | b')'));
                if !numbered || !spaced(len) {
                    return None;
                }
                bullet = Some(at);
                len
            }
            '[' => match rest.as_bytes() {
                [b'[', b' ' | b'x' | b'X' | b'-', b']', ..] if spaced(3) => {
                    bullet = bullet.or(Some(at));
                    3
                }
                _ => return None,
            },
            _ => return None,
        };
        at += len;
    }
}

/// Whether a second comment begins right before the keyword: `//old(), // TODO`, `# noqa # TODO`.
fn after_marker(before: &str) -> bool {
    let marker = before.trim_end();
    let head = match marker.strip_suffix("//") {
        Some(head) => head,
        // `#XXX` is a number to be filled in.
        None if marker.len() < before.len() => marker.strip_suffix('#').unwrap_or_default(),
        None => "",
    };
    head.ends_with(char::is_whitespace)
}

/// Whether a keyword in mid-line is a word of its own: not the end of a path, a name or a quotation.
fn stands_alone(before: &str) -> bool {
    let mut chars = before.chars().rev();
    let Some(last) = chars.next() else {
        return true;
    };
    let next = chars.next();
    match last {
        '"' | '\'' | '`' | '\u{201c}' | '\u{2018}' | '$' | '\\' | '=' | '<' | '&' | '?' | '%'
        | '~' | '^' => false,
        // `TODO(T-7k3f)@todo:` is one TODO: what is glued to a bracket belongs to it.
        ')' | ']' | '}' => false,
        // `//TODO` is code that was commented out, `/TODO/` a regular expression.
        '/' => next.is_none_or(|it| it == last),
        '.' | '-' | '#' | ':' | '+' => next.is_none_or(|it| it == last || it.is_whitespace()),
        it => !is_word(it),
    }
}
