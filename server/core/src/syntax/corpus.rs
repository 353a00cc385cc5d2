//! Walks `grammars/corpus`: what must be found says `TODO: yes` there, what must not `TODO: no`.

use std::collections::BTreeSet;
use std::path::Path;

use docket_grammars::{Language, language_of};

use super::SyntaxTree;
use crate::comments::{self, Comment, Reader};
use crate::lex;

/// The languages that docket promises; a notebook and the hosts of scripts among them.
const PROMISED: &[&str] = &[
    "bash",
    "c",
    "c-sharp",
    "cmake",
    "cpp",
    "css",
    "dart",
    "dockerfile",
    "elixir",
    "go",
    "haskell",
    "html",
    "java",
    "javascript",
    "jsonc",
    "julia",
    "kotlin",
    "lua",
    "makefile",
    "markdown",
    "nix",
    "notebook",
    "ocaml",
    "php",
    "python",
    "r",
    "ruby",
    "rust",
    "scala",
    "scss",
    "sql",
    "svelte",
    "swift",
    "toml",
    "typescriptreact",
    "typescript",
    "vue",
    "yaml",
    "zig",
];

/// Where a grammar is wrong: file, the line's beginning, why.
const GRAMMAR_IS_WRONG: &[(&str, &str, &str)] = &[
    (
        "bash.sh",
        "# TODO: no",
        "loses the second of two heredocs of one line",
    ),
    (
        "php.php",
        "<!-- TODO: yes",
        "leaves the page around the code unread",
    ),
    (
        "php.php",
        "# TODO: no {$a}",
        "sees a comment in a heredoc with a variable",
    ),
    (
        "c-sharp.cs",
        "#region",
        "takes a comment behind a region's title for the title, as the compiler does",
    ),
    (
        "java.java",
        "// TODO: no \" \"\"",
        "ends a text block at two quotes",
    ),
    (
        "dockerfile.dockerfile",
        "LABEL",
        "ends a label's string at the first blank",
    ),
    (
        "makefile.mk",
        "CC =",
        "takes the comment behind a variable for its value",
    ),
    ("makefile.mk", "@true", "takes a recipe's lines for text"),
    (
        "makefile.mk",
        "# TODO: yes makefile recipe",
        "takes a recipe's lines for text",
    ),
];

struct Case {
    name: String,
    text: Vec<u8>,
    language: &'static Language,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammars/corpus");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read(&path).unwrap();
            let language = language_of(&name, &text).unwrap_or_else(|| panic!("{name}"));
            Case {
                name,
                text,
                language,
            }
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// The lines of `text` that `comments` find and should not, or should find and do not.
fn wrong(case: &Case, comments: &[Comment]) -> Vec<String> {
    let text = &case.text;
    let mut wrong = Vec::new();
    for at in memchr::memmem::find_iter(text, b"TODO: ") {
        let must = match text[at + 6..].first_chunk() {
            Some(b"ye") => true,
            Some(b"no") => false,
            _ => panic!("{}: neither yes nor no at {at}", case.name),
        };
        let found = comments
            .iter()
            .any(|it| it.text.start as usize <= at && at + 4 <= it.text.end as usize);
        if found != must {
            let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |it| it + 1);
            let len = memchr::memchr(b'\n', &text[start..]).unwrap_or(text.len() - start);
            wrong.push(String::from_utf8_lossy(&text[start..start + len]).into_owned());
        }
    }
    wrong
}

#[test]
fn each_promised_language_has_a_corpus() {
    let present: BTreeSet<_> = cases().iter().map(|it| it.language.name.as_str()).collect();
    let missing: Vec<_> = PROMISED
        .iter()
        .filter(|it| !present.contains(*it))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_reader_finds_just_what_it_should() {
    let mut report = String::new();
    for case in cases() {
        let mut answers = vec![
            (
                "exact",
                comments::comments(case.language, &case.text, Reader::Exact),
            ),
            (
                "open",
                comments::comments(case.language, &case.text, Reader::Tree),
            ),
        ];
        // A grammar knows nothing of the languages inside.
        if case.language.host().is_none() {
            answers.push(("lexer", lex::lex(case.language, &case.text, None).comments));
            answers.extend(super::comments(case.language, &case.text).map(|it| ("tree", it)));
        }
        for (reader, comments) in answers {
            for line in wrong(&case, &comments) {
                let known = GRAMMAR_IS_WRONG.iter().any(|(file, start, _)| {
                    reader == "tree" && *file == case.name && line.trim_start().starts_with(start)
                });
                if !known {
                    report += &format!("{} by {reader}: {line}\n", case.name);
                }
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn lexer_and_grammar_draw_the_same_bounds() {
    let mut report = String::new();
    for case in cases() {
        let Some(tree) = SyntaxTree::parse(case.language, &case.text) else {
            continue;
        };
        if case.language.host().is_some() || GRAMMAR_IS_WRONG.iter().any(|it| it.0 == case.name) {
            continue;
        }
        let lexed = lex::lex(case.language, &case.text, None).comments;
        let parsed = tree.comments(&case.text);
        for (one, other, who) in [(&lexed, &parsed, "lexer"), (&parsed, &lexed, "grammar")] {
            for comment in one.iter().filter(|it| !other.contains(it)) {
                let text = String::from_utf8_lossy(&case.text[comment.span.range()]);
                // Haskell's pragmas are comments to the lexer, which is all the same.
                if !text.contains("TODO") {
                    continue;
                }
                report += &format!("{}: {who} alone has {comment:?} {text:?}\n", case.name);
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}
