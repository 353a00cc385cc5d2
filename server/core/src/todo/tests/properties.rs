//! Properties of the grammar over anything.

use proptest::prelude::*;

use super::comments;
use crate::comments::{Comment, CommentKind};
use crate::config::Config;
use crate::finding::Problem;
use crate::span::Span;
use crate::todo::{Todo, todos};

/// Bits that make trouble together.
const PIECES: &[&str] = &[
    "TODO",
    "FIXME",
    "XXX",
    "@todo",
    ":",
    "!",
    "(",
    ")",
    "[",
    "]",
    ",",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "//",
    "/*",
    "*/",
    " * ",
    "-",
    "#12",
    "T-7k3f",
    "GH-1",
    "@ana",
    "!x",
    ">=2",
    "2026-12-31",
    "due:",
    "+label",
    "word",
    "é",
    "\u{1F600}",
    "\u{3000}",
    "这里",
    "：",
    "docket: ignore[x]",
    "**",
    "https://github.com/a/b/issues/1",
    "T-",
    "#",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|it| it.concat())
}

fn read(text: &str) -> (Vec<Todo>, Vec<Problem>) {
    todos(text.as_bytes(), &comments(text), &Config::default())
}

/// What does not depend on place.
fn said(text: &str) -> Vec<(String, String, String, String, Vec<String>)> {
    let (todos, _) = read(text);
    todos
        .into_iter()
        .map(|it| {
            let references = it
                .references
                .iter()
                .map(|it| it.value.to_string())
                .collect();
            (it.keyword, it.text, it.body, it.fingerprint, references)
        })
        .collect()
}

fn check_spans(text: &[u8], todos: &[Todo], problems: &[Problem]) {
    let inside = |it: Span| {
        assert!(
            it.start <= it.end && it.end as usize <= text.len(),
            "{it:?}"
        )
    };
    for todo in todos {
        assert!(todo.whole.contains(todo.span), "{todo:?}");
        assert!(todo.span.contains(todo.keyword_span), "{todo:?}");
        inside(todo.whole);
        assert!(todo.keyword_span.end <= todo.insert_at && todo.insert_at <= todo.span.end);
        let references = todo.references.iter().map(|it| it.span);
        let conditions = todo.conditions.iter().map(|it| it.span);
        let due = todo.due.iter().map(|it| it.span);
        for span in references.chain(conditions).chain(due) {
            assert!(todo.span.contains(span), "{todo:?}");
        }
        assert_eq!(todo.fingerprint.len(), 16);
    }
    for pair in todos.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{pair:?}");
        assert!(pair[0].whole.end <= pair[1].whole.start, "{pair:?}");
        assert_ne!(pair[0].fingerprint, pair[1].fingerprint);
    }
    problems.iter().for_each(|it| inside(it.span));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        cut in 0_usize..200,
    ) {
        let cut = cut.min(bytes.len());
        let comments: Vec<Comment> = [CommentKind::Line, CommentKind::Block, CommentKind::Docstring]
            .into_iter()
            .map(|kind| Comment {
                span: Span::new(0, bytes.len()),
                text: Span::new(cut, bytes.len()),
                kind,
                cell: None,
            })
            .collect();
        for comment in comments {
            let (todos, problems) = todos(&bytes, &[comment], &Config::default());
            check_spans(&bytes, &todos, &problems);
        }
    }

    #[test]
    fn spans_are_in_order_and_in_bounds(text in soup()) {
        let (todos, problems) = read(&text);
        check_spans(text.as_bytes(), &todos, &problems);
    }

    #[test]
    fn indent_and_line_endings_do_not_matter(lines in prop::collection::vec("[ a-z:()!T#-]{0,4}(TODO|FIXME|word)[ a-z:()!#0-9-]{0,12}", 1..6), tabs in 0_usize..3) {
        let text: String = lines.iter().map(|it| format!("// {it}\n")).collect();
        let indent = "\t".repeat(tabs) + " ";
        let indented: String = lines.iter().map(|it| format!("{indent}// {it}\n")).collect();
        prop_assert_eq!(said(&text), said(&indented));
        prop_assert_eq!(said(&text), said(&text.replace('\n', "\r\n")));
        prop_assert_eq!(said(&text), said(&format!("\n\n{text}")));
    }

    #[test]
    fn what_is_printed_is_read_back(
        keyword in prop::sample::select(vec!["TODO", "FIXME", "HACK", "PERF"]),
        urgency in 0_usize..4,
        references in prop::collection::vec("T-[2-9][bcdfg][0-9]?[2-9]k|#[1-9][0-9]{0,4}|@[a-z]{1,8}|![a-z]{1,8}|[a-z]{2,5}/[a-z]{1,5}#[1-9]", 0..4),
        conditions in prop::collection::vec("20[0-9]{2}-0[1-9]-(1[0-9]|2[0-8])|(serde|)>=[0-9](\\.[0-9]){0,2}|#[1-9]", 0..3),
        text in "[a-z]{1,8}( [a-z]{1,8}){0,5}",
        body in prop::collection::vec("[a-z]{1,8}( [a-z]{1,8}){0,3}", 0..3),
    ) {
        let references: Vec<String> = references
            .into_iter()
            .filter(|it| !it.starts_with("T-") || !it.contains(['0', '1']))
            .collect();
        let mut line = format!("// {keyword}{}", "!".repeat(urgency));
        if !references.is_empty() {
            line += &format!("({})", references.join(", "));
        }
        if !conditions.is_empty() {
            line += &format!(" [{}]", conditions.join(", "));
        }
        line += &format!(": {text}\n");
        body.iter().for_each(|it| line += &format!("//   {it}\n"));
        let (todos, problems) = read(&line);
        prop_assert_eq!(&problems, &[]);
        prop_assert_eq!(todos.len(), 1);
        let todo = &todos[0];
        prop_assert_eq!(&todo.keyword, keyword);
        prop_assert_eq!(usize::from(todo.urgency), urgency);
        prop_assert_eq!(&todo.text, &text);
        prop_assert_eq!(&todo.body, &body.join("\n"));
        let written: Vec<String> = todo.references.iter().map(|it| it.value.to_string()).collect();
        prop_assert_eq!(written, references);
        let written: Vec<String> = todo.conditions.iter().map(|it| it.value.to_string()).collect();
        prop_assert_eq!(written, conditions);
    }

    #[test]
    fn a_reference_put_in_is_read_and_changes_nothing_else(text in soup()) {
        let text = format!("// {}", text.replace(['\n', '\r'], " "));
        let before = read(&text).0;
        for (idx, todo) in before.iter().enumerate() {
            let mut linked = text.clone();
            linked.insert_str(todo.insert_at as usize, "(T-9x2m)");
            let after = read(&linked).0;
            prop_assert_eq!(after.len(), before.len(), "{}", linked);
            let now = &after[idx];
            prop_assert_eq!(&now.references[0].value.to_string(), "T-9x2m", "{}", linked);
            prop_assert_eq!(&now.keyword, &todo.keyword);
        }
    }
}

#[test]
fn equal_todos_stay_two_and_keep_their_identity() {
    let one = read("// TODO: tidy\n").0;
    let two = read("x\n\n  # TODO:   tidy  \n\n # TODO tidy\n").0;
    assert_eq!(one[0].fingerprint, two[0].fingerprint);
    assert_ne!(two[0].fingerprint, two[1].fingerprint);
    let others = ["// FIXME: tidy", "// TODO: tidy up", "// TODO(#1): tidy"];
    for other in others {
        assert_ne!(read(other).0[0].fingerprint, one[0].fingerprint, "{other}");
    }
    for same in [
        "// TODO!!: tidy",
        "// TODO(ana): tidy\n//  more",
        "/* TODO [2026-12-31]: tidy */",
    ] {
        assert_eq!(read(same).0[0].fingerprint, one[0].fingerprint, "{same}");
    }
}

#[test]
fn a_line_over_the_limit_is_passed_over() {
    let long = format!("// TODO: {}\n// TODO: short", "x".repeat(10_000));
    let todos = read(&long).0;
    assert_eq!(todos.len(), 1);
    assert_eq!(todos[0].text, "short");
}

#[test]
fn a_text_that_is_no_utf8_keeps_its_places() {
    let text = b"// \xe9t\xe9 TODO(ana): caf\xe9 x";
    let comment = Comment {
        span: Span::new(0, text.len()),
        text: Span::new(2, text.len()),
        kind: CommentKind::Line,
        cell: None,
    };
    let todo = &todos(text, &[comment], &Config::default()).0[0];
    assert_eq!(&text[todo.keyword_span.range()], b"TODO");
    assert_eq!(todo.text, "caf\u{fffd} x");
}
