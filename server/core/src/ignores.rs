//! `docket: ignore[rule]` comments: in source, in pages as HTML comments, in front matter as YAML comments.

use memchr::{memchr_iter, memmem};

use crate::facts::{Ignore, RuleName};
use crate::rules::RuleId;
use crate::span::{Span, Spanned};

/// The ignore comments in `comments`, which are in order of their place.
///
/// `docket: ignore[rule, rule]`, or `docket: ignore` alone for all rules; an open bracket that never
/// closes, and brackets with nothing between them, silence nothing.
pub fn in_spans(text: &[u8], comments: &[Span]) -> Vec<Ignore> {
    let mut ignores = Vec::new();
    let mut counter = Counter::default();
    for span in comments {
        let mut at = span.start as usize;
        let end = span.end as usize;
        while let Some((start, stop)) = marker(&text[at..end]) {
            let (start, stop) = (at + start, at + stop);
            let Some((rules, stop)) = rules(&text[..end], stop) else {
                at = stop;
                continue;
            };
            let line = counter.line(text, start);
            ignores.push(Ignore {
                rules,
                span: Span::new(start, stop),
                lines: (line, line + 2),
            });
            at = stop;
        }
    }
    ignores
}

/// Where `docket: ignore` begins and ends in `line`.
pub(crate) fn marker(line: &[u8]) -> Option<(usize, usize)> {
    memmem::find_iter(line, "docket:").find_map(|start| {
        let rest = &line[start + "docket:".len()..];
        let gap = rest.iter().take_while(|it| **it == b' ').count();
        let tail = rest[gap..].strip_prefix(b"ignore")?;
        let letter = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
        let longer = tail.first().is_some_and(letter);
        // Quoted, it is spoken of.
        let quoted = |it: &u8| matches!(it, b'`' | b'"' | b'\'');
        let joined = start > 0 && (letter(&line[start - 1]) || quoted(&line[start - 1]));
        (!longer && !joined).then_some((start, line.len() - tail.len()))
    })
}

/// The rules in brackets at `at`, and where they end; none without brackets.
fn rules(text: &[u8], at: usize) -> Option<(Vec<Spanned<RuleName>>, usize)> {
    if text.get(at) != Some(&b'[') {
        return Some((Vec::new(), at));
    }
    let inner = at + 1;
    let len = text[inner..]
        .iter()
        .position(|it| matches!(it, b']' | b'\n' | b'\r'))
        .filter(|len| text[inner + len] == b']')?;
    let mut rules = Vec::new();
    let mut start = inner;
    for part in text[inner..inner + len].split(|it| *it == b',') {
        let name = part.trim_ascii();
        let from = start + part.len() - part.trim_ascii_start().len();
        start += part.len() + 1;
        if name.is_empty() {
            continue;
        }
        let name = String::from_utf8_lossy(name).into_owned();
        let rule = RuleId::named(&name).map_or(RuleName::Unknown(name), RuleName::Known);
        rules.push(Spanned::new(
            rule,
            Span::new(from, from + part.trim_ascii().len()),
        ));
    }
    (!rules.is_empty()).then_some((rules, inner + len + 1))
}

/// Line numbers of ascending offsets in one pass; lines end as [`crate::span::Lines`] has it.
#[derive(Default)]
struct Counter {
    offset: usize,
    line: u32,
}

impl Counter {
    fn line(&mut self, text: &[u8], offset: usize) -> u32 {
        let from = self.offset.min(offset);
        let part = &text[from..offset];
        let feeds = memchr_iter(b'\n', part).count();
        let returns = memchr_iter(b'\r', part)
            .filter(|it| text.get(from + it + 1) != Some(&b'\n'))
            .count();
        self.line += (feeds + returns) as u32;
        self.offset = offset;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, (u32, u32))> {
        in_spans(text.as_bytes(), &[Span::new(0, text.len())])
            .into_iter()
            .map(|it| {
                let rules = it.rules.iter().map(|rule| match &rule.value {
                    RuleName::Known(known) => {
                        assert_eq!(&text[rule.span.range()], known.name());
                        known.name().to_owned()
                    }
                    RuleName::Unknown(word) => format!("?{word}"),
                });
                let rules: Vec<String> = rules.collect();
                assert!(text[it.span.range()].starts_with("docket:"));
                (rules.join(" "), it.lines)
            })
            .collect()
    }

    #[test]
    fn rules_are_read_with_their_lines() {
        let table = [
            (
                "// docket: ignore[untracked-todo]",
                vec![("untracked-todo", 0)],
            ),
            (
                "\n\r\n\r# docket:ignore[ stale-todo , overdue ]",
                vec![("stale-todo overdue", 3)],
            ),
            ("<!-- docket: ignore -->", vec![("", 0)]),
            ("// docket: ignore[no-such]", vec![("?no-such", 0)]),
            ("// docket: ignore[]", vec![]),
            ("// docket: ignore[stale-todo", vec![]),
            ("// docket: ignored, mydocket: ignore", vec![]),
            ("// write `docket: ignore[overdue]` above it", vec![]),
            (
                "docket: ignore[overdue]\ndocket: ignore[due-todo]",
                vec![("overdue", 0), ("due-todo", 1)],
            ),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(rules, line)| (rules.to_owned(), (line, line + 2)))
                .collect();
            assert_eq!(read(text), expected, "{text:?}");
        }
    }
}
