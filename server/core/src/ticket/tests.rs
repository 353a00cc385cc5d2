//! Tests of reading tickets: what each file gives and what is said of it.

mod backlog;

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// Prints the ticket's fields with the bytes that they stand on, then its problems.
fn check(text: &str, expected: Expect) {
    let parsed = parse(text.as_bytes(), &Config::default());
    let ticket = &parsed.ticket;
    let mut out = String::new();
    let mut line = |name: &str, value: String, span: Span| {
        writeln!(out, "{name} {value} {:?}", &text[span.range()]).unwrap();
    };
    let single = [
        ("id", &ticket.id),
        ("title", &ticket.title),
        ("status", &ticket.status),
        ("type", &ticket.kind),
        ("milestone", &ticket.milestone),
        ("parent", &ticket.parent),
    ];
    for (name, it) in single {
        it.iter()
            .for_each(|it| line(name, it.value.clone(), it.span));
    }
    let lists = [
        ("label", &ticket.labels),
        ("assignee", &ticket.assignees),
        ("depends-on", &ticket.depends_on),
    ];
    for (name, list) in lists {
        list.iter()
            .for_each(|it| line(name, it.value.clone(), it.span));
    }
    ticket
        .priority
        .iter()
        .for_each(|it| line("priority", it.value.name().to_owned(), it.span));
    ticket
        .due
        .iter()
        .for_each(|it| line("due", it.value.to_string(), it.span));
    ticket
        .created
        .iter()
        .for_each(|it| line("created", it.value.to_string(), it.span));
    ticket
        .estimate
        .iter()
        .for_each(|it| line("estimate", it.value.to_string(), it.span));
    ticket
        .github
        .iter()
        .for_each(|it| line("github", it.value.to_string(), it.span));
    for it in &ticket.criteria {
        line("criterion", format!("{} {:?}", it.done, it.text), it.marker);
    }
    for it in &parsed.comments {
        line("comment", String::new(), *it);
    }
    for it in &parsed.mentions {
        line("mention", it.value.clone(), it.span);
    }
    for it in &parsed.problems {
        let at = &text[it.span.range()];
        writeln!(
            out,
            "{} {at:?}: {} {:?}",
            it.rule.name(),
            it.message,
            it.replacements
        )
        .unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn the_contracts_example() {
    check(
        include_str!("../../../../tests/fixtures/tickets/T-7k3f-example.md"),
        expect![[r#"
            id T-7k3f "T-7k3f"
            title Parse TODO bodies that span several lines "Parse TODO bodies that span several lines"
            status in-progress "in-progress"
            type feature "feature"
            milestone v0.2 "v0.2"
            parent T-2b7q "T-2b7q"
            label scanner "scanner"
            label lsp "lsp"
            assignee ana "ana"
            depends-on T-9x2m "T-9x2m"
            priority high "high"
            due 2026-12-01 "2026-12-01"
            created 2026-11-20 "2026-11-20"
            estimate 3 "3"
            github 42 "42"
            criterion true "A body ends at a blank comment line" "[x]"
            criterion false "Continuation lines are indented deeper than the keyword" "[ ]"
        "#]],
    );
}

#[test]
fn values_are_read_in_every_style() {
    check(
        "\u{feff}---\r\nid: 12\r\ntitle: >-\r\n  One\r\n  two\r\nstatus: 'done' # note\r\nassignees: ana\r\nlabels:\r\n- a # x\r\n-  \"b\"\r\ndepends-on: [T-7k3f,\r\n  T-9x2m]\r\ndue: '2026-12-01'\r\nestimate: \"3\"\r\nparent: ~\r\nmilestone:\r\n...\r\nT-7k3f\r\n",
        expect![[r##"
            id 12 "12"
            title One two "One\r\n  two"
            status done "'done'"
            label a "a"
            label b "\"b\""
            assignee ana "ana"
            depends-on T-7k3f "T-7k3f"
            depends-on T-9x2m "T-9x2m"
            due 2026-12-01 "'2026-12-01'"
            estimate 3 "\"3\""
            comment  "# note"
            comment  "# x"
            mention T-7k3f "T-7k3f"
        "##]],
    );
}

#[test]
fn values_of_the_wrong_kind_say_what_is_allowed() {
    check(
        "---\nid: T-7k3f\ntitle: [a]\nstatus: In Progress\npriority: urgent\nlabels: {a: b}\nassignees: ana, bo\ndepends-on:\n  - T-9x2m\n  - [x]\n  - two words\ndue: 2026-12-01 10:00\nestimate: -2\ngithub: '#42'\nparent: [T-1]\n---\n",
        expect![[r#"
            id T-7k3f "T-7k3f"
            status In Progress "In Progress"
            assignee ana "ana, bo"
            assignee bo "ana, bo"
            depends-on T-9x2m "T-9x2m"
            depends-on two words "two words"
            invalid-field "[a]": `title` must be a single value. ["a"]
            invalid-field "In Progress": `status` cannot be `In Progress`; it is one of `backlog`, `todo`, `in-progress`, `review`, `done`, `dropped`. ["in-progress"]
            invalid-field "urgent": `priority` cannot be `urgent`; it is one of `critical`, `high`, `medium`, `low`. []
            invalid-field "{a: b}": `labels` must be a list, such as `[one, two]`. []
            invalid-field "ana, bo": `assignees` must be a list, such as `[ana, bo]`. ["[ana, bo]"]
            invalid-field "[x]": Each of `depends-on` must be a single value, not a list or mapping. []
            invalid-field "two words": `depends-on` must be a ticket's id, such as `T-7k3f`. []
            invalid-field "2026-12-01 10:00": `due` must be a day, such as `2026-12-01`. ["2026-12-01"]
            invalid-field "-2": `estimate` must be a plain number of points, such as `3` or `0.5`. ["2"]
            invalid-field "'#42'": `github` must be an issue's number, such as `42`. ["42"]
            invalid-field "[T-1]": `parent` must be a single value. ["T-1"]
        "#]],
    );
}

#[test]
fn keys_that_nothing_reads_name_the_nearest() {
    check(
        "---\nid: T-7k3f\ntitle: x\nStatus: done\ndepends_on: [T-9x2m]\nasignees: ana\nwhatever: 1\nexecutor: agent\nfrom: [R-4k2p#criteria@9f3a1c20]\n? [a]\n: b\n12: x\n<<: {a: b}\n---\n",
        expect![[r#"
            id T-7k3f "T-7k3f"
            title x "x"
            unknown-field "Status": Nothing reads `Status`; is `status` meant? ["status"]
            unknown-field "depends_on": Nothing reads `depends_on`; is `depends-on` meant? ["depends-on"]
            unknown-field "asignees": Nothing reads `asignees`; is `assignees` meant? ["assignees"]
            unknown-field "whatever": Nothing reads `whatever`. []
            unknown-field "[a]": Nothing reads a key that is no plain word. []
            unknown-field "12": Nothing reads `12`. []
            unknown-field "<<": Nothing reads `<<`. []
        "#]],
    );
}

#[test]
fn anchors_and_aliases_are_read_but_never_grow() {
    check(
        "---\nid: &id T-7k3f\ntitle: !!str x\nparent: *id\nlabels: &l [a, b]\nassignees: *l\ndepends-on: *nowhere\nmilestone: &b [*l, *l]\ntype: *b\n---\n",
        expect![[r#"
            id T-7k3f "T-7k3f"
            title x "x"
            parent T-7k3f "*id"
            label a "a"
            label b "b"
            assignee a "*l"
            assignee b "*l"
            invalid-field "*nowhere": `depends-on` must be a list, such as `[T-7k3f]`. []
            invalid-field "[*l, *l]": `milestone` must be a single value. []
            invalid-field "*b": `type` refers to an anchor that cannot be read. []
        "#]],
    );
}

#[test]
fn malformed_tickets_say_why() {
    check(
        "",
        expect![[r#"
        malformed-ticket "": A ticket begins with a line `---`, then YAML with its `id` and `title`, then `---`. []
    "#]],
    );
    check(
        "# No front matter\n",
        expect![[r##"
        malformed-ticket "# No front matter": A ticket begins with a line `---`, then YAML with its `id` and `title`, then `---`. []
    "##]],
    );
    check(
        "---\n---\n",
        expect![[r#"
        malformed-ticket "---": The ticket has no `id`. []
        malformed-ticket "---": The ticket has no `title`. []
    "#]],
    );
    check(
        "---\n- a\n- b\n---\n",
        expect![[r#"
        malformed-ticket "- a": The front matter must be a YAML mapping: lines of `key: value`. []
    "#]],
    );
    check(
        "---\njust words\n---\n",
        expect![[r#"
        malformed-ticket "just words": The front matter must be a YAML mapping: lines of `key: value`. []
    "#]],
    );
    check(
        "---\nid: T-7k3f\ntitle:\n---\n",
        expect![[r#"
        id T-7k3f "T-7k3f"
        malformed-ticket "---": The ticket has no `title`. []
    "#]],
    );
    check(
        "---\nid: T-7k3f\ntitle: x\n\n# Body\n",
        expect![[r#"
            id T-7k3f "T-7k3f"
            title x "x"
            malformed-ticket "---": The front matter has no closing line `---`. []
        "#]],
    );
    check(
        "---\nid: T-7k3f\ntitle: x\nid: T-9x2m\n---\n",
        expect![[r#"
            id T-7k3f "T-7k3f"
            title x "x"
            malformed-ticket "id": `id` stands here twice; the first one counts. []
        "#]],
    );
}

#[test]
fn one_broken_line_does_not_hide_the_others() {
    check(
        "---\nid: T-7k3f\n# c\ntitle: Fix: the parser\nstatus: done\nlabels: [a\ndue: 2026-12-01\n---\n",
        expect![[r##"
            id T-7k3f "T-7k3f"
            title Fix: the parser "Fix: the parser"
            status done "done"
            due 2026-12-01 "2026-12-01"
            comment  "# c"
            malformed-ticket "Fix: the parser": The front matter is no YAML here: mapping values are not allowed in this context. Put the value in quotes. ["\"Fix: the parser\""]
            malformed-ticket "[a": The front matter is no YAML here: unclosed bracket '['. []
        "##]],
    );
    check(
        "---\nid: T-7k3f\ntitle: 'x\nstatus: done\n\tdue: 2026-12-01\n---\n",
        expect![[r#"
            id T-7k3f "T-7k3f"
            malformed-ticket "'x": The front matter is no YAML here: invalid indentation in multiline quoted scalar. []
            malformed-ticket "status: done": The front matter is no YAML here: while scanning a plain scalar, found a tab. []
        "#]],
    );
}

#[test]
fn criteria_are_the_tasks_of_their_section() {
    check(
        "---\nid: T-7k3f\ntitle: x\n---\n- [ ] no\n\n## ACCEPTANCE Criteria:\n\n- [x] a `b`\n  - [ ] c\n\n### Deeper\n\n* [ ] d\n\n## Notes\n\n- [ ] no\n",
        expect![[r#"
            id T-7k3f "T-7k3f"
            title x "x"
            criterion true "a b" "[x]"
            criterion false "c" "[ ]"
            criterion false "d" "[ ]"
        "#]],
    );
}

#[test]
fn a_bomb_of_aliases_is_small() {
    let mut text = String::from("---\nid: T-7k3f\ntitle: x\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1..30 {
        let line = format!(
            "a{n}: &a{n} [{0}]\n",
            vec![format!("*a{}", n - 1); 9].join(", ")
        );
        text.push_str(&line);
    }
    text.push_str("labels: *a29\n---\n");
    let parsed = parse(text.as_bytes(), &Config::default());
    assert!(parsed.ticket.labels.is_empty());
    assert_eq!(parsed.ticket.title.unwrap().value, "x");
}

#[test]
fn hostile_front_matter_is_bounded() {
    let pieces = [
        "[", "{", "- ", "? ", "&a ", "*a ", "a: ", "!t ", "'", "\"", "|\n", "# c\n", "a: b\n",
        "[a, ", "\t", "-\n", "a\n", "{a: [", "<<: *a\n",
    ];
    for piece in pieces {
        let text = format!("---\n{}\n---\n", piece.repeat(60_000 / piece.len()));
        let parsed = parse(text.as_bytes(), &Config::default());
        assert!(!parsed.problems.is_empty(), "{piece:?}");
    }
    let keys: String = (0..20_000).map(|n| format!("k{n}: a: b\n")).collect();
    let parsed = parse(format!("---\n{keys}---\n").as_bytes(), &Config::default());
    assert_eq!(parsed.ticket.keys.len(), 20_000);
    let large = format!(
        "---\nid: T-7k3f\ntitle: x\nn: {}\n---\n",
        "y".repeat(300 * 1024)
    );
    assert!(
        parse(large.as_bytes(), &Config::default())
            .ticket
            .id
            .is_none()
    );
}

proptest! {
    #[test]
    fn any_front_matter_is_read_in_bounds(
        pieces in prop::collection::vec(prop_oneof![
            prop::sample::select(vec!["id: T-7k3f\n", "title: ", "status:", "labels: [a, ", "]", "\n", "\r\n", "- a\n", "  ", "&x ", "*x", "!!str ", "|\n", ">-\n", "'", "\"", ": ", "#", "? ", "due: 2026-12-01\n", "estimate: ", "github: ", "depends-on:\n", "é", "\u{1f600}", "{", "}", ",", "~", "---\n", "\t", "<<: "]).prop_map(|it| it.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..3),
        ], 0..40)
    ) {
        let text = [b"---\n".to_vec(), pieces.concat(), b"\n---\n## Acceptance criteria\n- [ ] x\n".to_vec()].concat();
        let parsed = parse(&text, &Config::default());
        let ok = |it: Span| it.start <= it.end && it.end as usize <= text.len();
        for it in &parsed.problems {
            prop_assert!(ok(it.span), "{it:?}");
            prop_assert!(it.message.ends_with(['.', '?']));
        }
        for it in &parsed.ticket.keys {
            prop_assert!(ok(it.key.span) && ok(it.value));
        }
        for it in &parsed.comments {
            prop_assert!(ok(*it));
        }
    }
}
