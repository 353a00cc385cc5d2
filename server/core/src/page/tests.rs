//! Tests of pages: everything that is read is checked against the bytes of its span.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn check(text: &str, expected: Expect) {
    let (page, prose) = parse(text.as_bytes(), &Config::default());
    let mut out = String::new();
    for it in &page.headings {
        let slice = &text[it.span.range()];
        writeln!(out, "h{} {:?} #{} {slice:?}", it.level, it.text, it.anchor).unwrap();
    }
    for it in &page.tasks {
        let (marker, slice) = (&text[it.marker.range()], &text[it.span.range()]);
        writeln!(out, "task {} {:?} {marker:?} {slice:?}", it.done, it.text).unwrap();
    }
    for it in &page.links {
        let (target, slice) = (&text[it.target_span.range()], &text[it.span.range()]);
        let (kind, anchor) = (it.kind, &it.anchor);
        writeln!(
            out,
            "{kind:?} {:?} {anchor:?} {target:?} {slice:?}",
            it.target
        )
        .unwrap();
    }
    for it in &prose.mentions {
        assert_eq!(text[it.span.range()], it.value);
        writeln!(out, "mention {}", it.value).unwrap();
    }
    for it in &prose.comments {
        writeln!(out, "comment {:?}", &text[it.range()]).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn headings_have_githubs_anchors() {
    check(
        "\u{feff}---\r\ntitle: x # note\r\n---\r\n# A `b` *c*\r\n\r\nSetext\r\n---\r\n\r\n## Notes\r\n## Notes ##\r\n## notes-1\r\n## Überblick & Mehr: 1.2\r\n```\r\n# no\r\n```\r\n",
        expect![[r###"
            h1 "A b c" #a-b-c "# A `b` *c*"
            h2 "Setext" #setext "Setext\r\n---"
            h2 "Notes" #notes "## Notes"
            h2 "Notes" #notes-1 "## Notes ##"
            h2 "notes-1" #notes-1-1 "## notes-1"
            h2 "Überblick & Mehr: 1.2" #überblick--mehr-12 "## Überblick & Mehr: 1.2"
            mention notes-1
            comment "# note"
        "###]],
    );
}

#[test]
fn tasks_have_their_first_paragraph() {
    check(
        "- [ ] one `x`\n  two\n  - [x] nested\n\n    more\n* [X] b\r\n1. [ ] c *d*\n- [-] none\n- [ ]\n\n```\n- [ ] no\n```\n",
        expect![[r#"
            task false "one x two" "[ ]" "[ ] one `x`\n  two"
            task true "nested" "[x]" "[x] nested"
            task true "b" "[X]" "[X] b"
            task false "c d" "[ ]" "[ ] c *d*"
            task false "" "[ ]" "[ ]"
        "#]],
    );
}

#[test]
fn links_know_where_their_target_is_written() {
    check(
        "[a](b.md#x-y \"t\") ![i](<p q.png>) [r][ref] [ref] [[T-7k3f]] [[p/q#He ad|ti]] ![[im.png]]\n\
         [![in](in.png)](out%20a.md) [w](https://x.y) <a@b.c> [top](#top) [e]() [q](a\\)b) [n](a(b)c.md) [[ s ]]\n\
         > [z](<\n> y>) [a `](no.md)` b](yes.md)\n\n[Ref]: ./foo.md#z 'x'\n",
        expect![[r##"
            Inline "b.md" Some("x-y") "b.md#x-y" "[a](b.md#x-y \"t\")"
            Inline "p q.png" None "p q.png" "![i](<p q.png>)"
            Inline "./foo.md" Some("z") "./foo.md#z" "[r][ref]"
            Inline "./foo.md" Some("z") "./foo.md#z" "[ref]"
            Wiki "T-7k3f" None "T-7k3f" "[[T-7k3f]]"
            Wiki "p/q" Some("He ad") "p/q#He ad" "[[p/q#He ad|ti]]"
            Wiki "im.png" None "im.png" "![[im.png]]"
            Inline "out a.md" None "out%20a.md" "[![in](in.png)](out%20a.md)"
            Inline "in.png" None "in.png" "![in](in.png)"
            Inline "" Some("top") "#top" "[top](#top)"
            Inline "" None "" "[e]()"
            Inline "a)b" None "a\\)b" "[q](a\\)b)"
            Inline "a(b)c.md" None "a(b)c.md" "[n](a(b)c.md)"
            Wiki "s" None "s" "[[ s ]]"
            Inline "yes.md" None "yes.md" "[a `](no.md)` b](yes.md)"
        "##]],
    );
}

#[test]
fn only_prose_mentions() {
    check(
        "# See T-7k3f\n\n_T-7k3f_, **T-9x2m**, `T-c0de`, [T-2b7q](T-2b7q-x.md), [[T-bbbb]], [[T-bbbb|T-cccc]], <https://x.y/T-dddd>\n\
         https://x.y/T-dddd my_T-ffff T\\-gggg [T-hhhh] UTF-8 <b>T-jjjj</b> <i id=T-kkkk>\n\n    T-kkkk\n\n\
         ```rust\nT-mmmm\n```\n<!-- T-nnnn -->\n\n| T-pppp |\n|---|\n| T-qqqq |\n\n[^1]: T-rrrr\n",
        expect![[r###"
            h1 "See T-7k3f" #see-t-7k3f "# See T-7k3f"
            Inline "T-2b7q-x.md" None "T-2b7q-x.md" "[T-2b7q](T-2b7q-x.md)"
            Wiki "T-bbbb" None "T-bbbb" "[[T-bbbb]]"
            Wiki "T-bbbb" None "T-bbbb" "[[T-bbbb|T-cccc]]"
            mention T-7k3f
            mention T-7k3f
            mention T-9x2m
            mention T-2b7q
            mention T-cccc
            mention T-hhhh
            mention UTF-8
            mention T-jjjj
            mention T-pppp
            mention T-qqqq
            mention T-rrrr
            comment "<!-- T-nnnn -->"
        "###]],
    );
}

#[test]
fn comments_of_html_are_found_in_blocks_and_lines() {
    check(
        "<!-- a\nb -->\n\n<div>\n<!-- k --> T-7k3f <!-- l -->\n</div>\n\nx <!-- y --> z\n\n`<!-- no -->`\n\n<!-- open\n",
        expect![[r###"
            comment "<!-- a\nb -->"
            comment "<!-- k -->"
            comment "<!-- l -->"
            comment "<!-- y -->"
            comment "<!-- open\n"
        "###]],
    );
}

#[test]
fn front_matter_that_is_no_yaml_is_still_skipped() {
    check(
        "---\na: b: c\n# T-7k3f\n---\nT-9x2m\n",
        expect![[r###"
        mention T-9x2m
    "###]],
    );
}

/// Bytes of which Markdown and front matter are made, and others.
fn any_page() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "---\n",
            "---",
            "...\n",
            "\n",
            "\r\n",
            "\r",
            "- [ ] ",
            "- [x]",
            "# ",
            "[[",
            "]]",
            "](",
            "[",
            "]",
            "(",
            ")",
            "<!--",
            "-->",
            "```\n",
            "`",
            "T-7k3f",
            "TASK-1",
            "\\",
            "<",
            ">",
            "|",
            "#",
            ": ",
            "a",
            "é",
            "\u{1f600}",
            " ",
            "    ",
            "*",
            "_",
            "![",
            "[r]: x\n",
            "%20",
            "\t",
            "&amp;",
            "{",
            "}",
            "&x ",
            "*x",
            "'",
            "\"",
            "|\n",
            "? ",
            "- ",
        ])
        .prop_map(|it| it.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_in_bounds(text in any_page()) {
        let (page, prose) = parse(&text, &Config::default());
        let ok = |it: Span| it.start <= it.end && it.end as usize <= text.len();
        for it in &page.headings {
            prop_assert!(ok(it.span));
        }
        for it in &page.tasks {
            let marker = &text[it.marker.range()];
            prop_assert!(matches!(marker, [b'[', b' ' | b'x' | b'X' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, b']']), "{marker:?}");
            prop_assert!(ok(it.span) && it.span.contains(it.marker));
        }
        for it in &page.links {
            prop_assert!(ok(it.span) && ok(it.target_span));
        }
        for it in &prose.mentions {
            prop_assert_eq!(&text[it.span.range()], it.value.as_bytes());
        }
        for it in &prose.comments {
            prop_assert!(ok(*it) && (text[it.range()].starts_with(b"<!--") || text[it.range()].starts_with(b"#")));
        }
    }
}
