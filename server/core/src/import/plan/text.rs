//! Ids in prose that are others now.

use crate::page::outline;
use crate::span::Span;

/// The text with each word of its prose that `name` knows as what it gives; code and the targets of
/// links stay.
pub(super) fn renamed<'a>(text: &str, name: &dyn Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for prose in outline::outward(text, Span::new(0, text.len())).prose {
        let range = prose.range();
        for (start, word) in words(text, range.start, range.end) {
            if start >= at
                && let Some(new) = name(word)
            {
                out.push_str(&text[at..start]);
                out.push_str(new);
                at = start + word.len();
            }
        }
    }
    out.push_str(&text[at..]);
    out
}

/// The words in `start..end` that may be ids: letters and digits, with `-`, `_` and `.` between
/// them, at least one digit and one letter, no part of a path or of a longer word.
fn words(text: &str, start: usize, end: usize) -> Vec<(usize, &str)> {
    let inner = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
    let mut found = Vec::new();
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        let Some(head) = rest.find(inner) else { break };
        let begin = at + head;
        let len = text[begin..end]
            .find(|it| !inner(it))
            .unwrap_or(end - begin);
        let whole = &text[begin..begin + len];
        let word = whole.trim_end_matches(['-', '_', '.']);
        let before = text[..begin].chars().next_back();
        let after = text[begin + len..].chars().next();
        let joined = |it: Option<char>| it.is_some_and(|it| matches!(it, '/' | '\\' | '@' | '#'));
        let is_id = word.contains(|it: char| it.is_ascii_digit())
            && word.contains(char::is_alphabetic)
            && word.starts_with(char::is_alphabetic);
        if is_id && !joined(before) && !joined(after) {
            found.push((begin, word));
        }
        at = begin + len.max(1);
    }
    found
}
