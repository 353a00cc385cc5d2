//! Which parts are found in texts that hold several languages, and which comments stand between.

use docket_grammars::language_named;
use expect_test::{Expect, expect};

use super::*;
use crate::comments::CommentKind;

fn check_html(dialect: Dialect, text: &str, expect: Expect) {
    let found = html::read(text.as_bytes(), dialect);
    let mut shown: Vec<_> = found
        .comments
        .iter()
        .map(|it| {
            (
                it.span.start as usize,
                format!("{:?} {:?}", it.kind, &text[it.text.range()]),
            )
        })
        .collect();
    for (language, range) in found.parts {
        shown.push((range.start, format!("{} {:?}", language.name, &text[range])));
    }
    shown.sort();
    let lines: String = shown.into_iter().map(|(_, it)| it + "\n").collect();
    expect.assert_eq(&lines);
}

fn check_markdown(text: &str, expect: Expect) {
    let shown: String = markdown::read(text.as_bytes())
        .into_iter()
        .map(|(language, part)| {
            let inner = std::str::from_utf8(part.text()).unwrap();
            let at = part.start(0);
            format!("{} at {at} {inner:?}\n", language.name)
        })
        .collect();
    expect.assert_eq(&shown);
}

#[test]
fn html_comments_are_no_attribute_and_no_raw_text() {
    check_html(
        Dialect::Html,
        "<!-- a --><p title='<!-- no -->' x=\">\">b</p><textarea><!-- no --></textarea><!--><!-- c\n--!>\
         <title><!-- no --></title><p <!-- d -->",
        expect![[r#"
            Block " a "
            Block ""
            Block " c\n"
        "#]],
    );
}

#[test]
fn scripts_and_styles_are_of_their_language() {
    check_html(
        Dialect::Html,
        "<script>a</script><SCRIPT type='module'>b</ScRiPt ><script type=application/ld+json>no</script>\
         <script type=\"text/x-template\">c</script><style>d</style><style lang=scss>e</style>\
         <script lang=\"ts\">f</scripty></script><script>g",
        expect![[r#"
            javascript "a"
            javascript "b"
            html "c"
            css "d"
            scss "e"
            typescript "f</scripty>"
            javascript "g"
        "#]],
    );
}

#[test]
fn vue_svelte_and_astro_have_their_ways() {
    check_html(
        Dialect::Vue,
        "<template lang=\"pug\"><!-- no --></template><script setup lang='ts' src=\"x\" /><!-- a -->\
         <template><!-- b --></template>",
        expect![[r#"
            pug "<!-- no -->"
            Block " a "
            Block " b "
        "#]],
    );
    check_html(
        Dialect::Svelte,
        "<b on:click={() => a > '<!-- no -->'}>{#if a < b}<!-- a -->{'}' /* b */}{x // c\n}</b>{ <!-- d -->",
        expect![[r#"
            Block " a "
            Block " b "
            Line " c"
            Block " d "
        "#]],
    );
    check_html(
        Dialect::Astro,
        "---\n// a\n---\n{items.map(it => <p>{/* b */}</p>)}<!-- c -->",
        expect![[r#"
            typescript "\n// a\n"
            Block " b "
            Block " c "
        "#]],
    );
}

#[test]
fn markdown_is_prose_but_for_fences_html_and_front_matter() {
    check_markdown(
        "---\na: 1 # x\n---\n\n# TODO: prose\n\n> ```rust,ignore\n> // a\n> // b\n> ```\n\n    # indented\n\n- text <!-- c --> more\n\n  ```{.python}\n  # d\n  ```\n\n<!-- e\n\nf -->\n\n```unknown\n# no\n```\n",
        expect![[r##"
            yaml at 4 "a: 1 # x\n"
            rust at 52 "// a\n// b\n"
            html at 94 "<!-- c -->"
            python at 128 "# d\n"
            html at 139 "<!-- e\n\nf -->\n"
        "##]],
    );
}

#[test]
fn an_end_that_never_comes_costs_little() {
    for unit in [
        "{",
        "<a b={",
        "<![CDATA[",
        "</",
        "<!--",
        "<script>",
        "`",
        "<a b='",
        "{\"{/*",
    ] {
        let text = unit.repeat(200_000 / unit.len());
        for dialect in [Dialect::Html, Dialect::Vue, Dialect::Svelte, Dialect::Astro] {
            html::read(text.as_bytes(), dialect);
        }
    }
}

#[test]
fn any_bytes_are_read() {
    proptest::proptest!(|(bytes in proptest::collection::vec(
        proptest::sample::select(b"<>!-/{}'\"`*= \nascriptyle\xff\xc3".to_vec()), 0..200))| {
        for name in ["html", "vue", "svelte", "astro", "markdown"] {
            let language = language_named(name).unwrap();
            let found = comments(language, &bytes, Reader::Exact).unwrap();
            for comment in found {
                assert!(comment.span.contains(comment.text));
                assert!(comment.span.end as usize <= bytes.len());
                assert_ne!(comment.kind, CommentKind::Docstring);
            }
        }
    });
}
