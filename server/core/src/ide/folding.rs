//! Folding ranges and selection ranges of tickets and pages.

use super::symbols::sections;
use crate::facts::{FileFacts, FileKind};
use crate::index::sites;
use crate::page::front;
use crate::page::outline::{self, BlockKind};
use crate::span::Span;
use crate::ticket::Ticket;
use crate::world::Snapshot;
use crate::world::status::named;

/// Lines that can be folded into their first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    pub span: Span,
    pub kind: FoldKind,
    /// What a folded one may show; empty means its first line.
    pub said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    Region,
    Comment,
    /// A code block, a list, a table.
    Block,
}

/// The folds of a page or ticket in order, the larger first; `None` where a file is neither.
pub fn folds(snapshot: &Snapshot, path: &str) -> Option<Vec<Fold>> {
    let (facts, text) = docs_file(snapshot, path)?;
    let mut folds = Vec::new();
    let mut add = |span: Span, kind, said: String| {
        // Of one line there is nothing to fold.
        let lines = text.get(span.range()).unwrap_or_default();
        if lines.contains(['\n', '\r']) {
            folds.push(Fold { span, kind, said });
        }
    };
    let parts = front::parts(text.as_bytes());
    if let Some(front) = parts.front {
        let whole = &text[front.open.start as usize..parts.body.start as usize];
        let start = front.open.start as usize;
        let said = facts.ticket.as_ref().map(named).unwrap_or_default();
        add(
            Span::new(start, start + whole.trim_end().len()),
            FoldKind::Region,
            said,
        );
    }
    for key in facts.ticket.iter().flat_map(|it| &it.keys) {
        add(
            Span::new(
                key.key.span.start as usize,
                key.value.end.max(key.key.span.end) as usize,
            ),
            FoldKind::Block,
            String::new(),
        );
    }
    for section in facts.page.iter().flat_map(|it| sections(it, &text)) {
        add(section, FoldKind::Region, String::new());
    }
    for block in outline::blocks(&text, parts.body) {
        let kind = match block.kind {
            BlockKind::Html if text[block.span.range()].starts_with("<!--") => FoldKind::Comment,
            BlockKind::Code
            | BlockKind::Html
            | BlockKind::Quote
            | BlockKind::Item
            | BlockKind::Table => FoldKind::Block,
            BlockKind::Paragraph | BlockKind::Heading | BlockKind::List | BlockKind::Inline => {
                continue;
            }
        };
        add(block.span, kind, String::new());
    }
    folds.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
    Some(folds)
}

/// What a cursor at `offset` may want selected, from the word to the file, each within the next;
/// `None` where a file is neither page nor ticket.
pub fn selections(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Vec<Span>> {
    let (facts, text) = docs_file(snapshot, path)?;
    let mut spans = vec![word(&text, offset), Span::new(0, text.len())];
    let parts = front::parts(text.as_bytes());
    spans.push(parts.body);
    if let Some(front) = parts.front {
        spans.push(front.yaml);
        spans.push(Span::new(
            front.open.start as usize,
            parts.body.start as usize,
        ));
    }
    spans.extend(sites::of_facts(facts).into_iter().map(|it| it.span));
    if let Some(ticket) = &facts.ticket {
        spans.extend(fields(ticket));
    }
    if let Some(page) = &facts.page {
        spans.extend(sections(page, &text));
        spans.extend(page.links.iter().flat_map(|it| [it.target_span, it.span]));
        spans.extend(page.tasks.iter().map(|it| it.span));
    }
    for todo in &facts.todos {
        spans.extend([todo.span, todo.whole]);
    }
    spans.extend(
        outline::blocks(&text, parts.body)
            .into_iter()
            .map(|it| it.span),
    );
    spans.retain(|it| it.touches(offset));
    spans.sort_by_key(|it| (it.len(), it.start));
    let mut chain: Vec<Span> = Vec::new();
    for span in spans {
        // A section may begin within a list and end beyond it: what does not nest is left out.
        match chain.last() {
            Some(last) if *last == span || !span.contains(*last) => {}
            _ => chain.push(span),
        }
    }
    Some(chain)
}

fn fields(ticket: &Ticket) -> Vec<Span> {
    let items = [&ticket.labels, &ticket.assignees, &ticket.depends_on];
    let mut spans: Vec<_> = items.into_iter().flatten().map(|it| it.span).collect();
    for key in &ticket.keys {
        let end = key.value.end.max(key.key.span.end);
        spans.extend([
            key.key.span,
            key.value,
            Span {
                end,
                ..key.key.span
            },
        ]);
    }
    spans
}

/// The letters, digits, `-` and `_` around the cursor; empty between others.
fn word(text: &str, offset: usize) -> Span {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_');
    let (head, tail) = text.split_at(text.floor_char_boundary(offset));
    let before = head.trim_end_matches(is_part).len();
    let after = head.len() + tail.len() - tail.trim_start_matches(is_part).len();
    Span::new(before, after)
}

fn docs_file<'a>(snapshot: &'a Snapshot, path: &str) -> Option<(&'a FileFacts, String)> {
    let facts = snapshot.file(path)?;
    if !matches!(facts.kind, FileKind::Page | FileKind::Ticket) {
        return None;
    }
    Some((facts, snapshot.document(path)?.text()))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const TICKET: &str = "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Parse
labels:
  - one
  - two
---

Text \u{1F600} with [a link](https://x.y)
on two lines.

# A

- [ ] one
  goes on
- two

## B

```rust
# no heading
let x;
```

<!-- a
comment -->

# C
";

    #[test]
    fn what_has_lines_below_it_folds() {
        let fixture = Fixture::new(TICKET);
        let path = ".docs/tickets/T-7k3f-x.md";
        let text = fixture.text(path);
        let line = |at: u32| text[..at as usize].matches('\n').count();
        let mut out = String::new();
        for it in folds(&fixture.snapshot(), path).unwrap() {
            let (from, to) = (line(it.span.start), line(it.span.end));
            let first = text[it.span.range()].lines().next().unwrap();
            writeln!(out, "{from}-{to} {:?} {first:?} {}", it.kind, it.said).unwrap();
        }
        expect![[r###"
            0-6 Region "---" T-7k3f "Parse"
            3-5 Block "labels:" 
            11-25 Region "# A" 
            13-14 Block "- [ ] one" 
            17-25 Region "## B" 
            19-22 Block "```rust" 
            24-25 Comment "<!-- a" 
        "###]]
        .assert_eq(&out);
    }

    #[track_caller]
    fn select(marked: &str, expect: Expect) {
        let fixture = Fixture::new(marked);
        let (path, offset) = fixture.cursor.clone().unwrap();
        let mut out = String::new();
        let text = fixture.text(&path);
        for it in selections(&fixture.snapshot(), &path, offset).unwrap() {
            writeln!(out, "{:?}", &text[it.range()]).unwrap();
        }
        expect.assert_eq(&out);
    }

    #[test]
    fn a_selection_grows_from_word_to_file() {
        select(
            "//- /.docs/a.md\n# A\n\n- [ ] see [a li$0nk](b.md) \u{1F600}\n\n# B\n",
            expect![[r##"
                "link"
                "[a link](b.md)"
                "[ ] see [a link](b.md) 😀"
                "- [ ] see [a link](b.md) 😀"
                "# A\n\n- [ ] see [a link](b.md) 😀"
                "# A\n\n- [ ] see [a link](b.md) 😀\n\n# B\n"
            "##]],
        );
        select(
            "//- /.docs/tickets/T-7k3f-x.md\n---\nid: T-7k3f\nlabels: [one, t$0wo]\n---\nx\n",
            expect![[r#"
                "two"
                "[one, two]"
                "labels: [one, two]"
                "id: T-7k3f\nlabels: [one, two]\n"
                "---\nid: T-7k3f\nlabels: [one, two]\n---\n"
                "---\nid: T-7k3f\nlabels: [one, two]\n---\nx\n"
            "#]],
        );
    }

    #[test]
    fn source_folds_as_its_language_does() {
        let snapshot = Fixture::new("// TODO: x\n").snapshot();
        assert_eq!(folds(&snapshot, "main.rs"), None);
        assert_eq!(selections(&snapshot, "main.rs", 0), None);
    }
}
