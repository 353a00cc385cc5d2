//! Tests of the language table: a broken entry fails here, not in a user's scan.

use std::collections::BTreeSet;

use super::*;

fn name_of(path: &str, head: &str) -> Option<&'static str> {
    language_of(path, head.as_bytes()).map(|it| it.name.as_str())
}

#[test]
fn every_entry_is_whole() {
    // Parsing refuses names, files, extensions and interpreters that are claimed twice.
    let mut contested = BTreeSet::new();
    for language in all() {
        let name = &language.name;
        let row = &language.row;
        assert!(!name.is_empty() && *name == name.to_lowercase(), "{name}");
        assert_eq!(all()[language.index].name, *name);
        assert!(
            !(row.extensions.is_empty() && row.files.is_empty() && row.contested.is_empty()),
            "{name} has no files"
        );
        for extension in &row.extensions {
            assert!(
                !extension.starts_with('.') && !extension.is_empty(),
                "{name}"
            );
        }
        for file in &row.files {
            assert!(file.matches('*').count() < 2, "{name}: {file}");
        }
        for (extension, words) in &row.contested {
            assert!(
                !words.is_empty() && words.iter().all(|it| !it.is_empty()),
                "{name}"
            );
            contested.insert(extension.as_str());
            assert!(
                !row.extensions.contains(extension),
                "{name}: {extension} is its own already"
            );
        }
        let syntax = &language.syntax;
        for line in &syntax.line {
            assert!(!line.open.is_empty(), "{name}");
        }
        for block in &syntax.block {
            assert!(!block.open.is_empty() && !block.close.is_empty(), "{name}");
            assert!(!block.nested || block.open != block.close, "{name}");
        }
        for quote in &syntax.strings {
            assert!(!quote.open.is_empty(), "{name}");
            assert_ne!(quote.close.as_deref(), Some(""), "{name}");
            let mirrored =
                quote.close.is_some() || !quote.open.contains(['$', '@', '[', '{', '\\']);
            assert!(mirrored, "{name}: what closes {}?", quote.open);
            assert!(
                !(quote.lines && quote.closed) || quote.open == "|",
                "{name}: {quote:?}"
            );
            if let Some(hole) = &quote.hole {
                assert!(hole.contains(['{', '(']), "{name}: {hole}");
            }
            assert!(quote.escape.is_none_or(|it| it.is_ascii()), "{name}");
        }
        assert!(
            !syntax.features.contains(&Feature::Jsx) || syntax.features.contains(&Feature::Regex),
            "{name}"
        );
        assert!(
            language.name == "notebook" || !(syntax.line.is_empty() && syntax.block.is_empty()),
            "{name} has no comments"
        );
    }
    assert!(contested.contains("m") && contested.contains("v"));
    assert!(all().len() > 200);
}

#[test]
fn files_are_found_by_name_extension_and_first_line() {
    let cases = [
        ("src/main.rs", "", "rust"),
        ("a/b/Makefile", "", "makefile"),
        ("Makefile.inc", "", "makefile"),
        ("Dockerfile.dev", "", "dockerfile"),
        ("web.dockerfile", "", "dockerfile"),
        ("CMakeLists.txt", "", "cmake"),
        ("x.C", "", "cpp"),
        ("x.c", "", "c"),
        ("x.CPP", "", "cpp"),
        ("x.R", "", "r"),
        ("boot.S", "", "assembly"),
        ("view.html.erb", "", "erb"),
        ("page.blade.php", "", "blade"),
        ("page.php", "", "php"),
        (".gitignore", "", "ignore"),
        (".env.local", "", "dotenv"),
        ("Jenkinsfile", "", "groovy"),
        ("C:\\work\\a.kt", "", "kotlin"),
        ("go.mod", "module x", "go-mod"),
        ("a.m", "#import <Foo.h>\n", "objective-c"),
        ("a.m", "% area of a circle\n", "matlab"),
        ("a.m", "\nfunction y = f(x)\n", "matlab"),
        ("a.v", "module top(input clk);\n", "verilog"),
        ("a.v", "fn main() {\n", "v"),
        ("a.v", "Require Import List.\n", "coq"),
        ("a.ts", "import x from 'y'\n", "typescript"),
        ("app_de.ts", "<?xml version=\"1.0\"?>\n", "xml"),
        ("a.pl", "use strict;\n", "perl"),
        ("a.pl", ":- module(a, []).\n", "prolog"),
        ("run", "#!/bin/sh\n", "bash"),
        ("run", "#!/usr/bin/env -S python3.12 -u\n", "python"),
        ("run", "#!/usr/bin/env FOO=1 node\n", "javascript"),
        ("conf/x.conf", "", "config"),
    ];
    for (path, head, name) in cases {
        assert_eq!(name_of(path, head), Some(name), "{path} {head:?}");
    }
    for (path, head) in [
        ("LICENSE", ""),
        ("a.png", ""),
        ("x", "#!\n"),
        ("x", "#!/bin/unknown"),
    ] {
        assert_eq!(name_of(path, head), None, "{path}");
    }
}

#[test]
fn languages_are_found_by_fence_word_and_lsp_id() {
    for (word, name) in [
        ("rs", "rust"),
        ("C++", "cpp"),
        ("csharp", "c-sharp"),
        ("shellscript", "bash"),
        ("typescriptreact", "typescriptreact"),
        ("tsx", "typescriptreact"),
        ("JSON", "jsonc"),
        ("viml", "vim"),
        ("objc", "objective-c"),
    ] {
        assert_eq!(language_named(word).map(|it| it.name.as_str()), Some(name));
    }
    assert!(language_named("").is_none());
}
