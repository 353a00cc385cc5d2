//! Tests of one-field changes: each by its whole result, and by what must never change.

mod blocks;
mod properties;

use expect_test::{Expect, expect};

use super::*;

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn words(items: &[&str]) -> Value {
    Value::List(items.iter().map(|it| (*it).to_owned()).collect())
}

/// The lines that a change takes out and puts in; where it only puts in, the line before as well.
fn diff(before: &str, edits: Result<Vec<TextEdit>, Refusal>) -> String {
    let edits = match edits {
        Ok(edits) => edits,
        Err(refusal) => return format!("refused: {refusal}\n"),
    };
    if edits.is_empty() {
        return "nothing\n".to_owned();
    }
    let after = TextEdit::apply_all(before, &edits);
    let (before, after) = (lines(before), lines(&after));
    let head = before.iter().zip(&after);
    let head = head.take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[head..], &after[head..]);
    let tail = old.iter().rev().zip(new.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let show = |sign: char, lines: &[&str]| -> String {
        lines.iter().map(|it| format!("{sign}{it:?}\n")).collect()
    };
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    // The line before tells where something was only put in.
    let context = &before[head.saturating_sub(1)..head];
    let context = if old.is_empty() {
        show(' ', context)
    } else {
        String::new()
    };
    context + &show('-', old) + &show('+', new)
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[track_caller]
fn check_set(before: &str, field: &str, value: &Value, expected: Expect) {
    expected.assert_eq(&diff(before, set(before, field, value)));
}

const PLAIN: &str = "---\nid: T-7k3f # the id\ntitle: One\nstatus:   'todo'   # now\npriority: \"low\"\nx-own: {a: [1, 2]} # mine\ndue: 2026-12-01\ngithub:\n---\n\nstatus: body\n";

#[test]
fn a_scalar_keeps_its_quotes_and_surroundings() {
    check_set(
        PLAIN,
        "status",
        &text("done"),
        expect![[r#"
        -"status:   'todo'   # now\n"
        +"status:   'done'   # now\n"
    "#]],
    );
    check_set(
        PLAIN,
        "status",
        &text("todo"),
        expect![[r#"
        nothing
    "#]],
    );
    check_set(
        PLAIN,
        "status",
        &text("it's"),
        expect![[r#"
        -"status:   'todo'   # now\n"
        +"status:   'it''s'   # now\n"
    "#]],
    );
    check_set(
        PLAIN,
        "priority",
        &text("high"),
        expect![[r#"
        -"priority: \"low\"\n"
        +"priority: \"high\"\n"
    "#]],
    );
    check_set(
        PLAIN,
        "title",
        &text("Two: three"),
        expect![[r#"
        -"title: One\n"
        +"title: \"Two: three\"\n"
    "#]],
    );
    check_set(
        PLAIN,
        "title",
        &text("yes"),
        expect![[r#"
        -"title: One\n"
        +"title: \"yes\"\n"
    "#]],
    );
    check_set(
        PLAIN,
        "title",
        &text("a\nb"),
        expect![[r#"
        -"title: One\n"
        +"title: \"a\\nb\"\n"
    "#]],
    );
    check_set(
        PLAIN,
        "github",
        &Value::Issue(42),
        expect![[r#"
        -"github:\n"
        +"github: 42\n"
    "#]],
    );
    let day = Value::Date(jiff::civil::date(2027, 1, 2));
    check_set(
        PLAIN,
        "due",
        &day,
        expect![[r#"
        -"due: 2026-12-01\n"
        +"due: 2027-01-02\n"
    "#]],
    );
}

#[test]
fn a_missing_field_comes_in_at_its_place() {
    check_set(
        PLAIN,
        "type",
        &text("bug"),
        expect![[r#"
             "priority: \"low\"\n"
            +"type: bug\n"
        "#]],
    );
    check_set(
        PLAIN,
        "labels",
        &words(&["a", "b, c"]),
        expect![[r#"
             "priority: \"low\"\n"
            +"labels: [a, \"b, c\"]\n"
        "#]],
    );
    check_set(
        PLAIN,
        "estimate",
        &Value::Number(0.5),
        expect![[r#"
             "due: 2026-12-01\n"
            +"estimate: 0.5\n"
        "#]],
    );
    check_set(
        PLAIN,
        "created",
        &text("x"),
        expect![[r#"
             "github:\n"
            +"created: x\n"
        "#]],
    );
    check_set(
        PLAIN,
        "mine",
        &text("x"),
        expect![[r#"
             "github:\n"
            +"mine: x\n"
        "#]],
    );
    check_set(
        PLAIN,
        "labels",
        &words(&[]),
        expect![[r#"
        nothing
    "#]],
    );
    check_set(
        "\u{feff}---\r\n# c\r\n  title: x\r\n  labels:\r\n  - a\r\n    # of a\r\n  # of z\r\n  zz: 1\r\n---\r\n",
        "assignees",
        &words(&["ana"]),
        expect![[r#"
             "    # of a\r\n"
            +"  assignees: [ana]\r\n"
        "#]],
    );
    check_set(
        "---\ntitle: x\n---\n",
        "id",
        &text("T-7k3f"),
        expect![[r#"
             "---\n"
            +"id: T-7k3f\n"
        "#]],
    );
    check_set(
        "---\n---",
        "id",
        &text("T-7k3f"),
        expect![[r#"
             "---\n"
            +"id: T-7k3f\n"
        "#]],
    );
    check_set(
        "---\n# only\n...\n",
        "id",
        &text("T-7k3f"),
        expect![[r##"
             "# only\n"
            +"id: T-7k3f\n"
        "##]],
    );
    check_set(
        "---\ntitle: |+\n  x\n\ndue: 2026-12-01\n---\n",
        "status",
        &text("done"),
        expect![[r#"
             "\n"
            +"status: done\n"
        "#]],
    );
    check_set(
        "---\ntitle:\ndue: 2026-12-01\n---\n",
        "status",
        &text("done"),
        expect![[r#"
             "title:\n"
            +"status: done\n"
        "#]],
    );
    check_set(
        "---\n{id: T-7k3f, due: 2026-12-01}\n---\n",
        "status",
        &text("a, b"),
        expect![[r#"
            -"{id: T-7k3f, due: 2026-12-01}\n"
            +"{id: T-7k3f, status: \"a, b\", due: 2026-12-01}\n"
        "#]],
    );
    check_set(
        "---\n{}\n---\n",
        "id",
        &text("T-7k3f"),
        expect![[r#"
        -"{}\n"
        +"{id: T-7k3f}\n"
    "#]],
    );
}

const BLOCK: &str = "---\ntitle: >- # folded\n  One\n  two\n\nlabels:   # why\n  - a # first\n  # about b\n  -   'b'\n  - c\nassignees:\n- ana\nx: |\n  k # no comment\n---\n";

#[test]
fn a_field_is_taken_away_and_its_comments_stay() {
    let show = |before, field| diff(before, unset(before, field));
    expect![[r##"
        -"status:   'todo'   # now\n"
        +"# now\n"
    "##]]
    .assert_eq(&show(PLAIN, "status"));
    expect![[r#"
        -"github:\n"
    "#]]
    .assert_eq(&show(PLAIN, "github"));
    expect![[r#"
        nothing
    "#]]
    .assert_eq(&show(PLAIN, "labels"));
    expect![[r#"
        refused: a ticket cannot be without `id`
    "#]]
    .assert_eq(&show(PLAIN, "id"));
    expect![[r##"
        -"labels:   # why\n"
        -"  - a # first\n"
        -"  # about b\n"
        -"  -   'b'\n"
        -"  - c\n"
        +"# why\n"
        +"# first\n"
        +"  # about b\n"
    "##]]
    .assert_eq(&show(BLOCK, "labels"));
    expect![[r#"
        -"x: |\n"
        -"  k # no comment\n"
    "#]]
    .assert_eq(&show(BLOCK, "x"));
    expect![[r#"
        -"{id: x, due: a, z: b}\n"
        +"{id: x, z: b}\n"
    "#]]
    .assert_eq(&show("---\n{id: x, due: a, z: b}\n---\n", "due"));
    expect![[r#"
        -"{id: x, due: a }\n"
        +"{id: x }\n"
    "#]]
    .assert_eq(&show("---\n{id: x, due: a }\n---\n", "due"));
}

#[test]
fn what_other_places_depend_on_is_refused_with_the_reason() {
    let anchors = "---\nid: T-7k3f\ntitle: &t One\nstatus: *t\nlabels: [&l a]\npriority: !!str low\nowner: {<<: {a: b}}\nmilestone: v1\nmilestone: v2\n? type\n: bug\ndue: 2026-12-01\n---\n";
    check_set(
        anchors,
        "title",
        &text("x"),
        expect![[r#"
        refused: `title` holds an anchor, so another place depends on it: change it by hand
    "#]],
    );
    check_set(
        anchors,
        "status",
        &text("x"),
        expect![[r#"
        refused: `status` holds an alias, so another place depends on it: change it by hand
    "#]],
    );
    check_set(
        anchors,
        "labels",
        &words(&["x"]),
        expect![[r#"
        refused: `labels` holds an anchor, so another place depends on it: change it by hand
    "#]],
    );
    check_set(
        anchors,
        "priority",
        &text("x"),
        expect![[r#"
        refused: `priority` holds a tag, so another place depends on it: change it by hand
    "#]],
    );
    check_set(
        anchors,
        "owner",
        &text("x"),
        expect![[r#"
        refused: `owner` holds a merge key, so another place depends on it: change it by hand
    "#]],
    );
    check_set(
        anchors,
        "milestone",
        &text("x"),
        expect![[r#"
        refused: `milestone` stands in the front matter twice: remove one first
    "#]],
    );
    check_set(
        anchors,
        "type",
        &text("x"),
        expect![[r#"
        refused: `type` is written in a way that cannot be changed without losing some of it: change it by hand
    "#]],
    );
    check_set(
        anchors,
        "due",
        &text("2027-01-01"),
        expect![[r#"
        -"due: 2026-12-01\n"
        +"due: \"2027-01-01\"\n"
    "#]],
    );
    check_set(
        anchors,
        "assignees",
        &words(&["ana"]),
        expect![[r#"
             "labels: [&l a]\n"
            +"assignees: [ana]\n"
        "#]],
    );
    check_set(
        "# x\n",
        "due",
        &text("x"),
        expect![[r#"
        refused: the file has no front matter: put `---`, `id` and `title` on top
    "#]],
    );
    check_set(
        "---\nid: x\n",
        "due",
        &text("x"),
        expect![[r#"
        refused: the front matter cannot be changed until it is mended: it has no closing line `---`
    "#]],
    );
    check_set(
        "---\na: b: c\n---\n",
        "due",
        &text("x"),
        expect![[r#"
        refused: the front matter cannot be changed until it is mended: mapping values are not allowed in this context
    "#]],
    );
    check_set(
        "---\n- a\n---\n",
        "due",
        &text("x"),
        expect![[r#"
        refused: the front matter cannot be changed until it is mended: it is no YAML mapping
    "#]],
    );
    check_set(
        "---\nlabels:\n  - - a\n---\n",
        "labels",
        &words(&["x"]),
        expect![[r#"
            refused: `labels` is written in a way that cannot be changed without losing some of it: change it by hand
        "#]],
    );
}

#[test]
fn a_criterion_is_ticked_in_its_box() {
    let text = "---\nid: a\ntitle: b\n---\n## Acceptance criteria\n- [ ] one\n- [X] two\n";
    let parsed = crate::ticket::parse(text.as_bytes(), &crate::config::Config::default());
    let edits: Vec<_> = parsed.ticket.criteria.iter().map(toggle).collect();
    let after = TextEdit::apply_all(text, &edits);
    assert!(after.ends_with("- [x] one\n- [ ] two\n"));
}
