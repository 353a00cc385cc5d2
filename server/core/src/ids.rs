//! Ticket ids: their shape, how they are drawn, and when a word in prose is one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::span::{Span, Spanned};

/// What the random half of an id is made of: no vowels, so no words, and nothing that looks like
/// another symbol (`0o`, `1il`, `uv` has only `v`).
pub const SYMBOLS: &[u8; 27] = b"23456789bcdfghjkmnpqrstvwxz";

/// From this many tickets on a drawn id has 5 symbols instead of 4.
pub const LONG_FROM: usize = 5_000;

/// Longest prefix of an id, in bytes.
pub const MAX_PREFIX: usize = 16;

/// How far back the beginning of a URL is looked for, in bytes.
const MAX_URL: usize = 2_048;

/// A ticket's id in the form it is compared by: prefix in upper case, the rest in lower (`T-7k3f`);
/// ids of other tools (`TASK-12`) likewise. Show the ticket's own spelling, look up by this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TicketId(Box<str>);

impl TicketId {
    pub fn new(written: &str) -> Self {
        let written = written.trim();
        match written.split_once('-') {
            Some((prefix, rest)) => Self(
                format!(
                    "{}-{}",
                    prefix.to_ascii_uppercase(),
                    rest.to_ascii_lowercase()
                )
                .into(),
            ),
            None => Self(written.to_ascii_lowercase().into()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the id has the shape and the prefix that docket gives in a project of that prefix.
    pub fn is_own(&self, prefix: &str) -> bool {
        let rest = match self.0.split_once('-') {
            Some((head, rest)) if head.eq_ignore_ascii_case(prefix) => rest,
            _ => return false,
        };
        is_random(rest.as_bytes())
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Draws an id that `taken` does not have, for a project of `tickets` tickets.
///
/// `below(n)` is a random number from 0 to `n - 1`. Where the space is full the id grows longer, so
/// that this ends whatever `below` answers.
pub fn draw(
    prefix: &str,
    tickets: usize,
    mut below: impl FnMut(usize) -> usize,
    taken: impl Fn(&TicketId) -> bool,
) -> String {
    let mut len = if tickets < LONG_FROM { 4 } else { 5 };
    loop {
        for _ in 0..64 {
            let mut id = format!("{prefix}-");
            id.extend((0..len).map(|_| char::from(SYMBOLS[below(SYMBOLS.len()) % SYMBOLS.len()])));
            if !taken(&TicketId::new(&id)) {
                return id;
            }
        }
        len += 1;
    }
}

/// The words of `text` within `within` that may be ticket ids, as they are written.
///
/// Those are ids of docket's shape with any prefix (`T-7k3f`), and of other tools' shapes
/// (`TASK-12`, `BACK-100.1`). `UTF-8` has the shape too: whether a candidate is a mention, say
/// [`TicketId::is_own`] and the tickets that there are. A candidate is a whole word: it has no
/// letter, digit, `_` or `-` on either side, no `.` between it and a word before it, and it is not
/// part of a URL. What stands outside `within` does not matter.
pub fn mentions(text: &[u8], within: Span) -> Vec<Spanned<String>> {
    let base = within.start as usize;
    let text = &text[within.range()];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dash) = memchr::memchr(b'-', &text[at..]).map(|it| at + it) {
        let start = word_start(text, dash);
        at = dash + 1;
        let Some(end) = candidate_end(text, start, dash) else {
            continue;
        };
        if in_url(text, start) {
            at = end;
            continue;
        }
        if let Ok(word) = std::str::from_utf8(&text[start..end]) {
            let span = Span::new(base + start, base + end);
            found.push(Spanned::new(word.to_owned(), span));
        }
        at = end;
    }
    found
}

/// Whether the word that ends at `start` has a `://` in it.
fn in_url(text: &[u8], start: usize) -> bool {
    let from = start.saturating_sub(MAX_URL);
    let head = &text[from..start];
    let word = head.iter().rposition(u8::is_ascii_whitespace);
    memchr::memmem::find(&head[word.map_or(0, |it| it + 1)..], b"://").is_some()
}

/// Where the run of letters and digits before `dash` begins, no further back than a prefix is long.
fn word_start(text: &[u8], dash: usize) -> usize {
    let len = text[..dash]
        .iter()
        .rev()
        .take(MAX_PREFIX + 1)
        .take_while(|it| it.is_ascii_alphanumeric())
        .count();
    dash - len
}

fn candidate_end(text: &[u8], start: usize, dash: usize) -> Option<usize> {
    let prefix = &text[start..dash];
    if !is_prefix(prefix) || joins_before(text, start) {
        return None;
    }
    let rest = &text[dash + 1..];
    let len = rest
        .iter()
        .take_while(|it| it.is_ascii_alphanumeric())
        .count();
    let end = dash + 1 + len;
    let word = &rest[..len];
    let numbered = (1..=9).contains(&len) && word.iter().all(u8::is_ascii_digit);
    match () {
        () if numbered => {
            let end = dotted_end(text, end);
            (!joins_after(text, end)).then_some(end)
        }
        () if is_random(word) => (!joins_after(text, end)).then_some(end),
        () => None,
    }
}

/// Past the `.1.2` of `BACK-100.1.2`; a dot that ends a sentence stays out.
fn dotted_end(text: &[u8], mut end: usize) -> usize {
    while let Some(rest) = text[end..].strip_prefix(b".") {
        let len = rest.iter().take_while(|it| it.is_ascii_digit()).count();
        match len {
            0 => break,
            _ => end += 1 + len,
        }
    }
    end
}

fn joins_before(text: &[u8], start: usize) -> bool {
    match text[..start] {
        [.., b'-' | b'_'] => true,
        [.., before, b'.'] => before.is_ascii_alphanumeric(),
        [.., last] if last >= 0x80 => last_char(&text[..start]).is_some_and(is_cased),
        [.., last] => last.is_ascii_alphanumeric(),
        [] => false,
    }
}

fn joins_after(text: &[u8], end: usize) -> bool {
    match text[end..] {
        [b'_', ..] => true,
        [b'-', next, ..] => next.is_ascii_alphanumeric(),
        [next, ..] if next >= 0x80 => first_char(&text[end..]).is_some_and(is_cased),
        [next, ..] => next.is_ascii_alphanumeric(),
        [] => false,
    }
}

/// Scripts without case (Chinese, Thai) put no space before a word, so their letters part words.
fn is_cased(it: char) -> bool {
    it.is_lowercase() || it.is_uppercase()
}

fn first_char(bytes: &[u8]) -> Option<char> {
    let head = &bytes[..bytes.len().min(4)];
    head.utf8_chunks().next()?.valid().chars().next()
}

fn last_char(bytes: &[u8]) -> Option<char> {
    let start = bytes.iter().rposition(|it| it & 0xc0 != 0x80)?;
    std::str::from_utf8(&bytes[start..]).ok()?.chars().next()
}

fn is_prefix(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_PREFIX && bytes.first().is_some_and(u8::is_ascii_alphabetic)
}

fn is_random(bytes: &[u8]) -> bool {
    (4..=6).contains(&bytes.len())
        && bytes
            .iter()
            .all(|it| SYMBOLS.contains(&it.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests;
