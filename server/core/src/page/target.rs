//! Where a link leads, by its destination.

use super::{Link, LinkKind};
use crate::span::Span;

/// A link of a page to `destination`, which is as the Markdown parser gives it.
pub(super) fn link(kind: LinkKind, destination: &str, span: Span, target_span: Span) -> Link {
    let (path, anchor) = match destination.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (destination, None),
    };
    let decode = |it: &str| match kind {
        LinkKind::Inline => percent_decode(it),
        LinkKind::Wiki => it.trim().to_owned(),
    };
    Link {
        kind,
        target: decode(path),
        anchor: anchor.map(decode),
        span,
        target_span,
    }
}

/// Whether a destination is a path or an anchor: no scheme (`mailto:`, `C:` is one too), no host.
pub(super) fn is_local(destination: &str) -> bool {
    if destination.starts_with("//") {
        return false;
    }
    let Some((scheme, _)) = destination.split_once(':') else {
        return true;
    };
    let begins = scheme.starts_with(|it: char| it.is_ascii_alphabetic());
    let continues = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.');
    !(begins && scheme.chars().all(continues))
}

/// Decodes `%20`; what then is no UTF-8 stays as it is written.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = |it: u8| char::from(it).to_digit(16).map(|it| it as u8);
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                let value = hex(*high).unwrap_or_default() * 16 + hex(*low).unwrap_or_default();
                bytes.push(value);
                rest = after;
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
