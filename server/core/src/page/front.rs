//! Where a page's front matter lies: the lines between its first `---` and the next `---` or `...`.

use crate::span::Span;

/// A page's text in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) front: Option<Front>,
    /// After the front matter's closing line; all of the text after the byte-order mark where
    /// there is none.
    pub(crate) body: Span,
}

/// Front matter as bytes; what is in it, [`super::yaml`] reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Front {
    /// The opening `---`, without its line break.
    pub(crate) open: Span,
    /// The lines between, with their line breaks.
    pub(crate) yaml: Span,
    pub(crate) end: End,
}

/// How front matter ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By a line of `---` or `...`.
    Closed,
    /// By nothing. What counts as front matter then reaches to the first blank line, so that a
    /// ticket keeps its id while its closing line is being typed.
    Open,
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Parts a text. The opening `---` must be the first line.
pub(crate) fn parts(text: &[u8]) -> Parts {
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let whole = Parts {
        front: None,
        body: Span::new(start, text.len()),
    };
    let first = line(text, start);
    if !is_marker(&text[start..first.end], b"---") {
        return whole;
    }
    let open = Span::new(start, start + 3);
    let mut blank = None;
    let mut at = first.next;
    while at < text.len() {
        let here = line(text, at);
        let content = &text[at..here.end];
        if is_marker(content, b"---") || is_marker(content, b"...") {
            return Parts {
                front: Some(Front {
                    open,
                    yaml: Span::new(first.next, at),
                    end: End::Closed,
                }),
                body: Span::new(here.next, text.len()),
            };
        }
        if blank.is_none() && content.trim_ascii().is_empty() {
            blank = Some(at);
        }
        at = here.next;
    }
    let end = blank.unwrap_or(text.len());
    Parts {
        front: Some(Front {
            open,
            yaml: Span::new(first.next, end),
            end: End::Open,
        }),
        body: Span::new(end, text.len()),
    }
}

struct Line {
    /// Before the line break.
    end: usize,
    /// After it.
    next: usize,
}

fn line(text: &[u8], start: usize) -> Line {
    let rest = &text[start..];
    let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    let end = start + len;
    let next = match rest[len..] {
        [b'\r', b'\n', ..] => end + 2,
        [] => end,
        _ => end + 1,
    };
    Line { end, next }
}

fn is_marker(line: &[u8], marker: &[u8]) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.iter().all(|it| matches!(it, b' ' | b'\t')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, End)>, body: &str) {
        let parts = parts(text.as_bytes());
        let front = parts.front.map(|it| (&text[it.yaml.range()], it.end));
        assert_eq!(front, expected, "{text:?}");
        assert_eq!(&text[parts.body.range()], body, "{text:?}");
        if let Some(front) = parts.front {
            assert_eq!(&text[front.open.range()], "---");
        }
    }

    #[test]
    fn front_matter_lies_between_marker_lines() {
        use End::{Closed, Open};
        check("---\na: b\n---\nbody", Some(("a: b\n", Closed)), "body");
        check(
            "---\r\na: b\r\n---\r\nbody",
            Some(("a: b\r\n", Closed)),
            "body",
        );
        check("---\ra: b\r---\rbody", Some(("a: b\r", Closed)), "body");
        check("\u{feff}---\na: b\n---\n", Some(("a: b\n", Closed)), "");
        check("--- \t\na\n--- \nx", Some(("a\n", Closed)), "x");
        check("---\na: b\n...\nbody", Some(("a: b\n", Closed)), "body");
        check("---\n---\n", Some(("", Closed)), "");
        check("---\n---", Some(("", Closed)), "");
        check("---\na: |\n  ---\n---", Some(("a: |\n  ---\n", Closed)), "");
        check("---\na\n----\n---\n", Some(("a\n----\n", Closed)), "");
        check("---", Some(("", Open)), "");
        check("---\na: b\n", Some(("a: b\n", Open)), "");
        check("---\na: b\n\nbody\n", Some(("a: b\n", Open)), "\nbody\n");
        check("", None, "");
        check("\u{feff}", None, "");
        check("\n---\na\n---\n", None, "\n---\na\n---\n");
        check("----\na\n---\n", None, "----\na\n---\n");
        check("# x\n", None, "# x\n");
    }
}
