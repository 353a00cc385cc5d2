//! Cases of completion: what is offered, what it does, and where there is silence.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

mod issues;

const PROJECT: &str = "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Read empty files
status: todo
labels: [io, parser]
assignees: [ana, bob]
milestone: v1
type: feature
---
//- /.docs/tickets/T-9x2m-y.md
---
id: T-9x2m
title: Parse the manifest
status: done
assignees: [bob]
---
//- /.docs/dev/notes.md
# Notes on parsing
";

fn items(fixture: &str) -> (Fixture, Completion) {
    let fixture = Fixture::new(&format!("{fixture}{PROJECT}"));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let completion = completion(&fixture.snapshot(), &path, offset);
    (fixture, completion)
}

/// Label, detail and what it puts in the place of what.
fn check(fixture: &str, expect: Expect) {
    let (fixture, completion) = items(fixture);
    let (path, _) = fixture.cursor.clone().unwrap();
    let mut out = String::new();
    for it in completion.items {
        let old = &fixture.text(&path)[it.edit.span.range()];
        writeln!(
            out,
            "{:?} {} ({}): {old:?} -> {:?}",
            it.kind, it.label, it.detail, it.edit.text
        )
        .unwrap();
    }
    expect.assert_eq(&out);
}

fn silent(fixture: &str) {
    let (_, completion) = items(fixture);
    assert_eq!(completion, Completion::default(), "{fixture}");
}

#[test]
fn tickets_in_a_todo() {
    check(
        "// TODO($0): x\n",
        expect![[r#"
        Ticket T-7k3f (Read empty files · todo): "" -> "T-7k3f"
        Ticket T-9x2m (Parse the manifest · done): "" -> "T-9x2m"
        User bob (in 2 files): "" -> "bob"
        User ana (in 1 file): "" -> "ana"
    "#]],
    );
    check(
        "// TODO(ana, emp fil$0\n",
        expect![[r#"
        Ticket T-7k3f (Read empty files · todo): "emp fil" -> "T-7k3f"
    "#]],
    );
    check(
        "fn a() {} // see T-7$0\n",
        expect![[r#"
        Ticket T-7k3f (Read empty files · todo): "T-7" -> "T-7k3f"
    "#]],
    );
    check(
        "// TODO: [[man$0\n",
        expect![[r#"
        Ticket T-9x2m (Parse the manifest · done): "man" -> "T-9x2m]]"
    "#]],
    );
}

#[test]
fn users_and_labels_in_a_todo() {
    check(
        "// TODO(@b$0): x\n",
        expect![[r#"
        User bob (in 2 files): "b" -> "bob"
    "#]],
    );
    check(
        "// TODO: x +pa$0\n",
        expect![[r#"
        Label parser (in 1 file): "pa" -> "parser"
    "#]],
    );
    check(
        "// ask @$0\n",
        expect![[r#"
        User ana (me): "" -> "ana"
        User bob (in 2 files): "" -> "bob"
    "#]],
    );
}

#[test]
fn dates_in_words() {
    check(
        "// TODO: x due:tom$0\n",
        expect![[r#"
        Date tomorrow (2026-11-21): "tom" -> "2026-11-21"
    "#]],
    );
    check(
        "// TODO: x due:10d$0\n",
        expect![[r#"
        Date in 10 days (2026-11-30): "10d" -> "2026-11-30"
    "#]],
    );
    check(
        "// TODO: x due:2026-11-2$0\n",
        expect![[r#"
            Date today (2026-11-20): "2026-11-2" -> "2026-11-20"
            Date tomorrow (2026-11-21): "2026-11-2" -> "2026-11-21"
            Date saturday (2026-11-21): "2026-11-2" -> "2026-11-21"
            Date sunday (2026-11-22): "2026-11-2" -> "2026-11-22"
            Date monday (2026-11-23): "2026-11-2" -> "2026-11-23"
            Date next monday (2026-11-23): "2026-11-2" -> "2026-11-23"
            Date next week (2026-11-23): "2026-11-2" -> "2026-11-23"
            Date tuesday (2026-11-24): "2026-11-2" -> "2026-11-24"
            Date next tuesday (2026-11-24): "2026-11-2" -> "2026-11-24"
            Date wednesday (2026-11-25): "2026-11-2" -> "2026-11-25"
            Date next wednesday (2026-11-25): "2026-11-2" -> "2026-11-25"
            Date thursday (2026-11-26): "2026-11-2" -> "2026-11-26"
            Date next thursday (2026-11-26): "2026-11-2" -> "2026-11-26"
            Date friday (2026-11-27): "2026-11-2" -> "2026-11-27"
            Date next friday (2026-11-27): "2026-11-2" -> "2026-11-27"
            Date in a week (2026-11-27): "2026-11-2" -> "2026-11-27"
            Date next saturday (2026-11-28): "2026-11-2" -> "2026-11-28"
            Date next sunday (2026-11-29): "2026-11-2" -> "2026-11-29"
        "#]],
    );
}

#[test]
fn dates_of_several_words() {
    check(
        "// TODO: x due:next fr$0\n",
        expect![[r#"
        Date next friday (2026-11-27): "next fr" -> "2026-11-27"
    "#]],
    );
    check(
        "// TODO: x due:in 2 we$0 and more\n",
        expect![[r#"
        Date in 2 weeks (2026-12-04): "in 2 we" -> "2026-12-04"
    "#]],
    );
    check(
        "//- /.docs/tickets/T-2222-a.md\n---\nid: T-2222\ndue: in two we$0\n---\n",
        expect![[r#"
            Date in 2 weeks (2026-12-04): "in two we" -> "2026-12-04"
        "#]],
    );
    silent("// TODO: x due:2026-12-01 and th$0\n");
    silent("// TODO: overdue:to$0\n");
}

#[test]
fn headings_in_a_wiki_link() {
    let page = "//- /.docs/a.md\n# Top\n## \u{1F600} Low `x`\n## A | b\n";
    check(
        &format!("{page}[[#lo$0\n"),
        expect![[r#"
        Page 😀 Low x (##): "lo" -> "😀 Low x]]"
    "#]],
    );
    check(
        &format!("{page}[[dev/notes#$0]]\n"),
        expect![[r#"
        Page Notes on parsing (#): "" -> "Notes on parsing"
    "#]],
    );
    check(&format!("{page}[[T-7k3f#$0]]\n"), expect![[""]]);
}

#[test]
fn pages_and_tickets_in_a_page() {
    check(
        "//- /.docs/a.md\nsee [[not$0]]\n",
        expect![[r#"
        Page dev/notes (Notes on parsing): "not" -> "dev/notes"
    "#]],
    );
    check(
        "//- /.docs/a.md\nsee t-9$0\n",
        expect![[r#"
        Ticket T-9x2m (Parse the manifest · done): "t-9" -> "T-9x2m"
    "#]],
    );
}

#[test]
fn front_matter() {
    let ticket = |line: &str| {
        format!("//- /.docs/tickets/T-2222-n.md\n---\nid: T-2222\n{line}\ndue: 2026-12-01\n---\n")
    };
    check(
        &ticket("st$0"),
        expect![[r#"
        Field status (how far it is.): "st" -> "status: "
        Field milestone (the release or date that it is part of.): "st" -> "milestone: "
        Field estimate (how much work it is, in points.): "st" -> "estimate: "
    "#]],
    );
    check(
        &ticket("status: in$0"),
        expect![[r#"
        Value in-progress (active): "in" -> "in-progress"
    "#]],
    );
    check(
        &ticket("priority: $0"),
        expect![[r#"
        Value critical (): "" -> "critical"
        Value high (): "" -> "high"
        Value medium (): "" -> "medium"
        Value low (): "" -> "low"
    "#]],
    );
    check(
        &ticket("type: f$0"),
        expect![[r#"
        Value feature (in 1 file): "f" -> "feature"
    "#]],
    );
    check(
        &ticket("labels: [io, pa$0]"),
        expect![[r#"
        Label parser (in 1 file): "pa" -> "parser"
    "#]],
    );
    check(
        &ticket("assignees:\n  - $0"),
        expect![[r#"
        User ana (me): "" -> "ana"
        User bob (in 2 files): "" -> "bob"
    "#]],
    );
    check(
        &ticket("milestone: $0"),
        expect![[r#"
        Value v1 (in 1 file): "" -> "v1"
    "#]],
    );
    check(
        &ticket("depends-on: [T-9x2m, empt$0]"),
        expect![[r#"
        Ticket T-7k3f (Read empty files · todo): "empt" -> "T-7k3f"
    "#]],
    );
    check(
        &ticket("parent: $0"),
        expect![[r#"
        Ticket T-7k3f (Read empty files · todo): "" -> "T-7k3f"
        Ticket T-9x2m (Parse the manifest · done): "" -> "T-9x2m"
    "#]],
    );
    check(
        &ticket("created: tod$0"),
        expect![[r#"
            Date today (2026-11-20): "tod" -> "2026-11-20"
            Date next monday (2026-11-23): "tod" -> "2026-11-23"
        "#]],
    );
    silent(&ticket("title: T-7$0"));
    silent(&ticket("# st$0"));
}

#[test]
fn silence_elsewhere() {
    silent("let x = \"TODO($0\";\n");
    silent("let a = T-7$0;\n");
    silent("let v = [[1, 2$0\n");
    silent("call(@$0)\n");
    silent("// a word$0\n");
    silent("// call(a$0\n");
    silent("//- /.docs/a.md\n```\nT-7$0\n```\n");
    silent("//- /.docs/a.md\nsome `T-7$0\n");
    silent("//- /.docs/a.md\n---\nst$0\n---\n");
    silent("//- /README.md\nsee T-7$0\n");
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let many: String = (0..80)
        .map(|n| {
            format!("//- /.docs/tickets/TASK-{n}.md\n---\nid: TASK-{n}\ntitle: Number {n}\n---\n")
        })
        .collect();
    let (_, completion) = items(&format!("// TODO(num$0\n{many}"));
    assert_eq!(completion.items.len(), 50);
    assert!(completion.incomplete);
}
