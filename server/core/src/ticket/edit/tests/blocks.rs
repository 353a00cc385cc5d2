//! Tests of changes of lists and of values of several lines.

use expect_test::expect;

use super::*;

#[test]
fn block_values_are_replaced_whole_and_comments_stay() {
    check_set(
        BLOCK,
        "title",
        &text("Three"),
        expect![[r#"
        -"title: >- # folded\n"
        -"  One\n"
        -"  two\n"
        +"title: Three # folded\n"
    "#]],
    );
    check_set(
        BLOCK,
        "title",
        &text("One two"),
        expect![[r#"
        nothing
    "#]],
    );
    check_set(
        BLOCK,
        "title",
        &text("a\n\nb"),
        expect![[r#"
        -"title: >- # folded\n"
        -"  One\n"
        -"  two\n"
        +"title: |- # folded\n"
        +"  a\n"
        +"\n"
        +"  b\n"
    "#]],
    );
    check_set(
        BLOCK,
        "x",
        &text("k # no comment"),
        expect![[r#"
        nothing
    "#]],
    );
    check_set(
        BLOCK,
        "x",
        &text("a\nb\n"),
        expect![[r#"
        -"  k # no comment\n"
        +"  a\n"
        +"  b\n"
    "#]],
    );
    check_set(
        BLOCK,
        "x",
        &text(" a\nb\n"),
        expect![[r#"
        -"x: |\n"
        -"  k # no comment\n"
        +"x: \" a\\nb\\n\"\n"
    "#]],
    );
    check_set(
        BLOCK,
        "labels",
        &text("one"),
        expect![[r#"
        refused: `labels` is written in a way that cannot be changed without losing some of it: change it by hand
    "#]],
    );
    check_set(
        BLOCK,
        "assignees",
        &text("one"),
        expect![[r#"
        -"assignees:\n"
        -"- ana\n"
        +"assignees: one\n"
    "#]],
    );
}

#[test]
fn lists_keep_their_style_and_what_stays() {
    check_set(
        BLOCK,
        "labels",
        &words(&["a", "x", "c"]),
        expect![[r#"
        -"  -   'b'\n"
        +"  -   'x'\n"
    "#]],
    );
    check_set(
        BLOCK,
        "labels",
        &words(&["b", "c"]),
        expect![[r#"
        -"  - a # first\n"
        +"  # first\n"
    "#]],
    );
    check_set(
        BLOCK,
        "labels",
        &words(&["a", "c", "d"]),
        expect![[r#"
        -"  -   'b'\n"
        -"  - c\n"
        +"  - c\n"
        +"  - d\n"
    "#]],
    );
    check_set(
        BLOCK,
        "labels",
        &words(&["z", "a", "b", "y", "c"]),
        expect![[r#"
            -"  - a # first\n"
            -"  # about b\n"
            -"  -   'b'\n"
            +"  - z\n"
            +"  - a # first\n"
            +"  # about b\n"
            +"  -   'b'\n"
            +"  - \"y\"\n"
        "#]],
    );
    check_set(
        BLOCK,
        "labels",
        &words(&[]),
        expect![[r#"
        -"labels:   # why\n"
        -"  - a # first\n"
        -"  # about b\n"
        -"  -   'b'\n"
        -"  - c\n"
        +"labels: []   # why\n"
        +"  # first\n"
        +"  # about b\n"
    "#]],
    );
    check_set(
        BLOCK,
        "labels",
        &words(&["a", "b", "c"]),
        expect![[r#"
        nothing
    "#]],
    );
    check_set(
        BLOCK,
        "assignees",
        &words(&["ana", "bo: x"]),
        expect![[r#"
             "- ana\n"
            +"- \"bo: x\"\n"
        "#]],
    );
    let flow = "---\nlabels: [ a, \"b\" ,c, ] # x\nparent: ana\nassignees: ana, bo\nmany: [\n  a, # one\n  b\n]\nnone: []\n---\n";
    check_set(
        flow,
        "labels",
        &words(&["a", "c"]),
        expect![[r#"
        -"labels: [ a, \"b\" ,c, ] # x\n"
        +"labels: [ a, c, ] # x\n"
    "#]],
    );
    check_set(
        flow,
        "labels",
        &words(&["a", "x y", "c", "d"]),
        expect![[r#"
        -"labels: [ a, \"b\" ,c, ] # x\n"
        +"labels: [ a, \"x y\" ,c, d, ] # x\n"
    "#]],
    );
    check_set(
        flow,
        "labels",
        &words(&["z", "a"]),
        expect![[r#"
        -"labels: [ a, \"b\" ,c, ] # x\n"
        +"labels: [ z, a, ] # x\n"
    "#]],
    );
    check_set(
        flow,
        "labels",
        &words(&[]),
        expect![[r#"
        -"labels: [ a, \"b\" ,c, ] # x\n"
        +"labels: [] # x\n"
    "#]],
    );
    check_set(
        flow,
        "parent",
        &words(&["ana", "bo"]),
        expect![[r#"
        -"parent: ana\n"
        +"parent: [ana, bo]\n"
    "#]],
    );
    check_set(
        flow,
        "assignees",
        &words(&["ana"]),
        expect![[r#"
        -"assignees: ana, bo\n"
        +"assignees: [ana]\n"
    "#]],
    );
    check_set(
        flow,
        "many",
        &words(&["a", "b", "c"]),
        expect![[r#"
        -"  b\n"
        +"  b, c\n"
    "#]],
    );
    check_set(
        flow,
        "many",
        &words(&["b"]),
        expect![[r#"
        refused: `many` is written in a way that cannot be changed without losing some of it: change it by hand
    "#]],
    );
    check_set(
        flow,
        "none",
        &words(&["b"]),
        expect![[r#"
        -"none: []\n"
        +"none: [b]\n"
    "#]],
    );
}

#[test]
fn items_that_are_block_scalars_are_items_as_well() {
    let folded =
        "---\nlinks:\n  - >- # long\n    one\n    two\n  - |\n    three\n\n  - four\ndue:\n---\n";
    check_set(
        folded,
        "links",
        &words(&["x", "three", "four"]),
        expect![[r#"
            -"  - >- # long\n"
            -"    one\n"
            -"    two\n"
            +"  - x # long\n"
        "#]],
    );
    check_set(
        folded,
        "links",
        &words(&["one two", "x", "four"]),
        expect![[r#"
            -"  - |\n"
            -"    three\n"
            +"  - x\n"
        "#]],
    );
    check_set(
        folded,
        "links",
        &words(&["one two", "four"]),
        expect![[r#"
        -"  - |\n"
        -"    three\n"
    "#]],
    );
    check_set(
        folded,
        "links",
        &words(&["one two", "three", "x", "four"]),
        expect![[r#"
             "    three\n"
            +"  - x\n"
        "#]],
    );
    check_set(
        folded,
        "links",
        &words(&["x", "one two", "three", "four"]),
        expect![[r#"
             "links:\n"
            +"  - x\n"
        "#]],
    );
}

#[test]
fn items_are_added_and_removed() {
    let show = |edits| diff(BLOCK, edits);
    expect![[r#"
         "  - c\n"
        +"  - d\n"
    "#]]
    .assert_eq(&show(add(BLOCK, "labels", "d")));
    expect![[r#"
        nothing
    "#]]
    .assert_eq(&show(add(BLOCK, "labels", "b")));
    expect![[r#"
         "- ana\n"
        +"depends-on: [T-7k3f]\n"
    "#]]
    .assert_eq(&show(add(BLOCK, "depends-on", "T-7k3f")));
    expect![[r#"
        -"  - a # first\n"
        +"  # first\n"
    "#]]
    .assert_eq(&show(remove(BLOCK, "labels", "a")));
    expect![[r#"
        -"assignees:\n"
        -"- ana\n"
        +"assignees: []\n"
    "#]]
    .assert_eq(&show(remove(BLOCK, "assignees", "ana")));
    expect![[r#"
        nothing
    "#]]
    .assert_eq(&show(remove(BLOCK, "labels", "zz")));
}
