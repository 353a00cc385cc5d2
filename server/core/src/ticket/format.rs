//! Formatting a ticket's file: white space, and the order of its fields where that is safe.
//!
//! No value is touched. What was planned is applied to a copy and read again: where anything but
//! white space and order has changed, nothing is done. A formatted file stays as it is.

mod body;
mod front;

use crate::edit::TextEdit;
use crate::page::front::{End, parts};

/// The edits that format a ticket's text, in order; none where it is formatted, and none where its
/// front matter is missing, open or no YAML.
pub fn format(text: &str) -> Vec<TextEdit> {
    let parts = parts(text.as_bytes());
    let Some(front) = parts.front.filter(|it| it.end == End::Closed) else {
        return Vec::new();
    };
    let line_break = match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\n') => "\n",
        // Lines that end in a lone `\r` are of another age; they are left to their owner.
        _ => return Vec::new(),
    };
    let mut edits = front::edits(text, front.yaml);
    edits.extend(body::edits(text, parts.body, line_break));
    edits
}

#[cfg(test)]
mod tests;
