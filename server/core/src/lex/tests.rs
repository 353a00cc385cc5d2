//! Tests of the lexer: the corpus, and properties over soups of tokens.

use std::fmt::Write;

use docket_grammars::{Feature, all, language_named, language_of};
use proptest::prelude::*;

use super::*;

/// The places of `what` in `text`.
fn places(text: &[u8], what: &str) -> Vec<usize> {
    memchr::memmem::find_iter(text, what.as_bytes()).collect()
}

fn line_at(text: &[u8], at: usize) -> (usize, String) {
    let number = text[..at].iter().filter(|&&it| it == b'\n').count() + 1;
    let line = text
        .split(|&it| it == b'\n')
        .nth(number - 1)
        .unwrap_or_default();
    (number, String::from_utf8_lossy(line).trim().to_owned())
}

/// Where the lexer's answer for a corpus file is not what the file says.
fn mistakes(name: &str, text: &[u8]) -> String {
    let mut out = String::new();
    let Some(language) = language_of(name, text) else {
        return format!("{name}: no language\n");
    };
    if language.host().is_some() {
        return out;
    }
    let lexed = lex(language, text, None);
    let inside = |at: usize| {
        lexed
            .comments
            .iter()
            .any(|it| it.text.range().contains(&at))
    };
    for (what, wanted) in [("TODO: yes", true), ("TODO: no", false)] {
        for at in places(text, what) {
            if inside(at) != wanted {
                let (number, line) = line_at(text, at);
                let verb = if wanted { "missed" } else { "found" };
                writeln!(out, "{name}:{number}: {verb}: {line}").unwrap();
            }
        }
    }
    out
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../grammars/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .map(|it| {
            let name = it.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(it).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn the_corpus_is_read_as_it_says() {
    let wrong: String = corpus()
        .iter()
        .map(|(name, text)| mistakes(name, text))
        .collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn line_endings_and_a_byte_order_mark_change_nothing() {
    let mut wrong = String::new();
    for (name, text) in corpus() {
        let crlf = String::from_utf8_lossy(&text)
            .replace("\r\n", "\n")
            .replace('\n', "\r\n");
        wrong += &mistakes(&name, crlf.as_bytes());
        wrong += &mistakes(
            &name,
            format!("\u{feff}{}", String::from_utf8_lossy(&text)).as_bytes(),
        );
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn found(language: &str, text: &str) -> Vec<String> {
    let language = language_named(language).unwrap();
    let lexed = lex(language, text.as_bytes(), None);
    lexed
        .comments
        .iter()
        .map(|it| text[it.text.range()].to_owned())
        .collect()
}

#[test]
fn spans_hold_the_markers_and_texts_do_not() {
    let text = "a // b\r\n/* c */ /* d";
    let lexed = lex(language_named("rust").unwrap(), text.as_bytes(), None);
    let parts: Vec<_> = lexed
        .comments
        .iter()
        .map(|it| (&text[it.span.range()], &text[it.text.range()], it.kind))
        .collect();
    assert_eq!(
        parts,
        [
            ("// b", " b", CommentKind::Line),
            ("/* c */", " c ", CommentKind::Block),
            ("/* d", " d", CommentKind::Block),
        ]
    );
}

#[test]
fn an_unclosed_string_ends_with_its_line() {
    assert_eq!(found("javascript", "x = 'a\n// b"), [" b"]);
    assert_eq!(found("c", "#error don't // a\n// b"), [" a", " b"]);
}

/// The bash grammar reads the second body as code.
#[test]
fn two_heredocs_of_one_line_follow_each_other() {
    let text = "cat <<\"A\" <<B # a\n# no\nA\n# no\nB\n# b";
    assert_eq!(found("bash", text), [" a", " b"]);
}

#[test]
fn ruby_percent_literals_are_told_from_remainders() {
    assert_eq!(found("ruby", "assert_match %r/\\A#{a 'b'}/, c # d"), [" d"]);
    assert_eq!(
        found("ruby", "a = b % c # d\ne %= 2 # f\ng = %/#/ # h"),
        [" d", " f", " h"]
    );
}

#[test]
fn doubt_is_owned_up_to() {
    let certain =
        |name: &str, text: &str| lex(language_named(name).unwrap(), text.as_bytes(), None).certain;
    assert!(certain("javascript", "if (a) /'/.test(b); x = a / b; // c"));
    assert!(certain("tsx", "const a = <b>it's // no</b>; // c"));
    assert!(!certain("tsx", "const a = <b>it's // no"));
    assert!(!certain("javascript", "if (a) { b } /'/.test(c) // d"));
}

/// Pieces that mean something to some language, to be thrown together.
fn tokens() -> Vec<String> {
    let mut tokens: Vec<String> = [
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "a",
        "TODO",
        "x1",
        "'",
        "\"",
        "\"\"\"",
        "'''",
        "`",
        "\\",
        "/",
        "//",
        "/*",
        "*/",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "</a>",
        "<a>",
        "${",
        "#{",
        "$(",
        "%w[",
        "r#\"",
        "\"#",
        "R\"x(",
        ")x\"",
        "<<EOF",
        "<<~EOF",
        "<<<EOF",
        "EOF",
        "$$",
        "@\"",
        "$\"",
        "=begin",
        "=end",
        "\n=cut",
        "__END__",
        "<?php",
        "?>",
        "return",
        "if (",
        ": ",
        ":\n",
        "def f():\n",
        "@doc ",
        "~S",
        "|",
        "- |\n",
        ">",
        "end",
        "\u{e9}",
        "\u{1F600}",
        "\n\n",
    ]
    .map(str::to_owned)
    .into();
    for language in all() {
        let syntax = &language.syntax;
        tokens.extend(syntax.line.iter().map(|it| it.open.clone()));
        tokens.extend(
            syntax
                .block
                .iter()
                .flat_map(|it| [it.open.clone(), it.close.clone()]),
        );
        tokens.extend(syntax.strings.iter().map(|it| it.open.clone()));
    }
    tokens.sort();
    tokens.dedup();
    tokens
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let token = proptest::sample::select(tokens());
    let pieces = proptest::collection::vec(token, 0..120).prop_map(|it| it.concat().into_bytes());
    let bytes = proptest::collection::vec(any::<u8>(), 0..300);
    prop_oneof![4 => pieces, 1 => bytes]
}

/// A soup in which the tokens of one language are frequent.
fn language_and_soup() -> impl Strategy<Value = (usize, Vec<u8>)> {
    (0..all().len()).prop_flat_map(|index| {
        let syntax = &all()[index].syntax;
        let mut own: Vec<String> = ["\n", " ", "a", "TODO", "\\", "\"", "'"]
            .map(Into::into)
            .into();
        own.extend(syntax.line.iter().map(|it| it.open.clone()));
        own.extend(
            syntax
                .block
                .iter()
                .flat_map(|it| [it.open.clone(), it.close.clone()]),
        );
        for quote in &syntax.strings {
            own.extend([quote.open.clone(), quote.close.clone().unwrap_or_default()]);
            own.extend(quote.hole.clone());
            own.extend(["}".to_owned(), ")".to_owned()]);
        }
        for &feature in &syntax.features {
            own.extend(
                super::features::triggers(feature)
                    .iter()
                    .map(|it| (*it).to_owned()),
            );
            if feature == Feature::Jsx {
                own.extend(["<a ", "</a>", ">", "{", "}", "return "].map(Into::into));
            }
        }
        let own = proptest::collection::vec(proptest::sample::select(own), 0..80)
            .prop_map(|it| it.concat().into_bytes());
        let text = prop_oneof![2 => own, 1 => soup()];
        (Just(index), text)
    })
}

fn check_order(name: &str, text: &[u8], lexed: &Lexed) -> Result<(), TestCaseError> {
    let mut last = 0;
    for comment in &lexed.comments {
        let (span, inner) = (comment.span, comment.text);
        prop_assert!(
            span.start as usize >= last,
            "{name}: overlap at {}",
            span.start
        );
        prop_assert!(span.start < span.end, "{name}: empty at {}", span.start);
        prop_assert!(
            inner.start <= inner.end && span.contains(inner),
            "{name}: text of {}",
            span.start
        );
        last = span.end as usize;
    }
    prop_assert!(last <= text.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_read_in_order_and_in_linear_time((index, text) in language_and_soup()) {
        let language = &all()[index];
        let lexed = lex(language, &text, None);
        check_order(&language.name, &text, &lexed)?;
        prop_assert!(lexed.steps <= 60 * text.len() + 5000, "{}: {} steps", language.name, lexed.steps);
    }

    #[test]
    fn runs_near_hits_are_those_of_the_whole((index, text) in language_and_soup()) {
        let language = &all()[index];
        let hits = places(&text, "TODO");
        let whole = near(&text, lex(language, &text, None).comments, Some(&hits));
        let some = lex(language, &text, Some(&hits));
        // A look backwards that was given up is owned up to.
        if some.certain {
            prop_assert_eq!(some.comments, whole, "{}", language.name);
        }
    }
}

#[test]
fn a_docstring_beside_a_hit_is_left_out_both_ways() {
    let python = all().iter().find(|it| it.name == "python").unwrap();
    for (text, kept) in [
        ("\"\"#TODO", 1),
        ("\"a\"\n#TODO", 1),
        ("#TODO\n\"a\"#b\n#c", 3),
        ("\"TODO\"#a\n#b", 3),
        ("#a\n\"TODO\"", 2),
    ] {
        let hits = places(text.as_bytes(), "TODO");
        let all = lex(python, text.as_bytes(), None).comments;
        let whole = near(text.as_bytes(), all, Some(&hits));
        let some = lex(python, text.as_bytes(), Some(&hits)).comments;
        assert_eq!(some, whole, "{text}");
        assert_eq!(some.len(), kept, "{text}");
    }
}

/// Repeats what could be walked again and again: time must grow with the text and no faster.
#[test]
fn long_texts_take_linear_time() {
    let mut wrong = String::new();
    let mut seen = std::collections::BTreeSet::new();
    for language in all() {
        let syntax = &language.syntax;
        let mut pieces: Vec<String> = Vec::new();
        let opens: Vec<String> = syntax.strings.iter().map(|it| it.open.clone()).collect();
        if !seen.insert(format!("{syntax:?}")) {
            continue;
        }
        pieces.extend(opens.iter().map(|it| format!("{it}a ")));
        pieces.extend(opens.iter().map(|it| format!("x: {it}a{it}, ")));
        pieces.extend(syntax.features.iter().flat_map(|&it| {
            super::features::triggers(it)
                .iter()
                .map(|it| format!("{it}a "))
        }));
        pieces
            .extend(["=/[", "<<A\n", "{|", " #", ")/", "<a><b>", "\t#a ", "(<a>"].map(Into::into));
        for piece in pieces {
            let text = piece.repeat(6000 / piece.len());
            let steps = lex(language, text.as_bytes(), None).steps;
            if steps > 100 * text.len() {
                writeln!(
                    wrong,
                    "{}: {piece:?}: {} times",
                    language.name,
                    steps / text.len()
                )
                .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
