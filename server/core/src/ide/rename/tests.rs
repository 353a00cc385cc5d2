//! Cases of renaming: what follows, what stays, what is refused.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::edit::TextEdit;
use crate::fixture::Fixture;

struct NoSource;

impl Source for NoSource {
    fn text(&mut self, _: &str) -> Option<String> {
        None
    }

    fn below(&mut self, _: usize) -> usize {
        0
    }

    fn is_taken(&mut self, _: &str) -> bool {
        false
    }
}

const PROJECT: &str = "//- /.docs/tickets/T-7k3f-read-files.md
---
id: T-7k3f # mine
title: \"Read files\"
github: 42
---

T-7k3f is here: [me](T-7k3f-read-files.md#notes).

## Notes

## Notes
//- /.docs/tickets/T-9x2m-y.md
---
id: T-9x2m
title: Y
parent: 't-7K3F'
depends-on: [\"T-7k3f\", T-2222]
---
//- /.docs/notes.md
\u{1F600} [[T-7k3f]] [[T-7k3f-read-files#Notes|x]] [T-7k3f](./tickets/T-7k3f-read-files.md) T-7k3fx
[old](tickets/T-7k3f-gone.md) `T-7k3f` [two](tickets/T-7k3f-read-files.md#notes-1)

# Chapter

[[#Chapter]] [[notes#chapter]] [x](notes.md#chapter)
//- /src/b.rs
// TODO(T-7k3f, @ana) [t-7k3f]: \u{1F600} T-7k3f
// see T-7k3f.
let t = \"T-7k3f\";
";

fn drawn(fixture: &Fixture, renaming: &Renaming) -> String {
    let mut out = String::new();
    for edit in &renaming.change.edits {
        assert!(edit.edits.is_sorted_by_key(|it| it.span), "{edit:?}");
        let old = fixture.text(&edit.path);
        let new = TextEdit::apply_all(old, &edit.edits);
        writeln!(out, "--- {}", edit.path).unwrap();
        for (old, new) in old.lines().zip(new.lines()) {
            if old != new {
                writeln!(out, "{new}").unwrap();
            }
        }
    }
    for (from, to) in &renaming.change.renames {
        writeln!(out, ">>> {from} {to}").unwrap();
    }
    for it in &renaming.change.notes {
        writeln!(out, "({}: {})", it.label, it.description).unwrap();
    }
    for it in &renaming.stays {
        writeln!(out, "! {it}").unwrap();
    }
    out
}

fn fixture(text: &str) -> Fixture {
    match text.starts_with("//- /") && text.contains("$0") {
        true => Fixture::new(text),
        false => Fixture::new(&format!("{text}{PROJECT}")),
    }
}

#[track_caller]
fn check_with(text: &str, new: &str, moves: FileMoves, expect: Expect) {
    let fixture = fixture(text);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let renamed = rename(
        &fixture.snapshot(),
        &path,
        offset,
        new,
        moves,
        &mut NoSource,
    );
    expect.assert_eq(&drawn(&fixture, &renamed.unwrap().unwrap()));
}

#[track_caller]
fn check(text: &str, new: &str, expect: Expect) {
    check_with(text, new, FileMoves::With, expect);
}

/// The project with the cursor put in before the first `at`.
fn at(at: &str) -> String {
    assert!(PROJECT.contains(at));
    PROJECT.replacen(at, &format!("$0{at}"), 1)
}

#[track_caller]
fn refused(text: &str, new: &str, expect: Expect) {
    let fixture = fixture(text);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let renamed = rename(
        &fixture.snapshot(),
        &path,
        offset,
        new,
        FileMoves::With,
        &mut NoSource,
    );
    expect.assert_eq(&renamed.unwrap_err().to_string());
}

#[test]
fn an_id_is_renamed_wherever_it_is_named() {
    check(
        &at("T-7k3f, @ana"),
        "T-8w8w",
        expect![[r#"
        --- .docs/notes.md
        😀 [[T-8w8w]] [[T-8w8w-read-files#Notes|x]] [T-8w8w](./tickets/T-8w8w-read-files.md) T-7k3fx
        [old](tickets/T-8w8w-gone.md) `T-7k3f` [two](tickets/T-8w8w-read-files.md#notes-1)
        --- .docs/tickets/T-7k3f-read-files.md
        id: T-8w8w # mine
        T-8w8w is here: [me](T-8w8w-read-files.md#notes).
        --- .docs/tickets/T-9x2m-y.md
        parent: 'T-8w8w'
        depends-on: ["T-8w8w", T-2222]
        --- src/b.rs
        // TODO(T-8w8w, @ana) [T-8w8w]: 😀 T-8w8w
        // see T-8w8w.
        >>> .docs/tickets/T-7k3f-read-files.md .docs/tickets/T-8w8w-read-files.md
        (T-7k3f becomes T-8w8w: Issue #42 stays linked as it is; what was written about T-7k3f there and in commits stays as well.)
        (In tickets and pages: 8 places in 2 files)
        (In code: 4 places in 1 file)
        ! Issue #42 stays linked as it is; what was written about T-7k3f there and in commits stays as well.
    "#]],
    );
}

#[test]
fn without_file_names_links_by_path_stay_as_they_are() {
    check_with(
        &at("T-7k3f # mine"),
        "TASK-12",
        FileMoves::Without,
        expect![[r#"
            --- .docs/notes.md
            😀 [[TASK-12]] [[T-7k3f-read-files#Notes|x]] [TASK-12](./tickets/T-7k3f-read-files.md) T-7k3fx
            [old](tickets/TASK-12-gone.md) `T-7k3f` [two](tickets/T-7k3f-read-files.md#notes-1)
            --- .docs/tickets/T-7k3f-read-files.md
            id: TASK-12 # mine
            TASK-12 is here: [me](T-7k3f-read-files.md#notes).
            --- .docs/tickets/T-9x2m-y.md
            parent: 'TASK-12'
            depends-on: ["TASK-12", T-2222]
            --- src/b.rs
            // TODO(TASK-12, @ana) [TASK-12]: 😀 TASK-12
            // see TASK-12.
            (T-7k3f becomes TASK-12: The file is still called T-7k3f-read-files.md: this editor cannot rename files by an edit. Issue #42 stays linked as it is; what was written about T-7k3f there and in commits stays as well.)
            (In tickets and pages: 5 places in 2 files)
            (In code: 4 places in 1 file)
            ! The file is still called T-7k3f-read-files.md: this editor cannot rename files by an edit.
            ! Issue #42 stays linked as it is; what was written about T-7k3f there and in commits stays as well.
        "#]],
    );
}

#[test]
fn an_id_that_is_taken_or_none_is_refused() {
    refused(
        &at("T-7k3f # mine"),
        "T-9X2M",
        expect!["T-9x2m-y.md has the id T-9X2M already: choose another"],
    );
    refused(
        &at("T-7k3f # mine"),
        "T-7k3",
        expect![
            "`T-7k3` is no ticket id: write `T-` and 4 to 6 of 23456789bcdfghjkmnpqrstvwxz, or a word and a number as in `TASK-12`"
        ],
    );
    refused(
        &at("T-7k3f # mine"),
        "X-7k3f",
        expect![
            "`X-7k3f` is no ticket id: write `T-` and 4 to 6 of 23456789bcdfghjkmnpqrstvwxz, or a word and a number as in `TASK-12`"
        ],
    );
    refused(
        &at("T-7k3f # mine"),
        "T-7k3f b",
        expect![
            "`T-7k3f b` is no ticket id: write `T-` and 4 to 6 of 23456789bcdfghjkmnpqrstvwxz, or a word and a number as in `TASK-12`"
        ],
    );
    refused(
        &at("T-7k3f # mine"),
        "",
        expect![
            "`` is no ticket id: write `T-` and 4 to 6 of 23456789bcdfghjkmnpqrstvwxz, or a word and a number as in `TASK-12`"
        ],
    );
}

#[test]
fn an_id_of_two_files_is_refused() {
    let twice = format!(
        "//- /.docs/tickets/T-7k3f-b.md\n---\nid: T-7k3f\ntitle: B\n---\n{}",
        at("T-7k3f, @ana")
    );
    refused(
        &twice,
        "T-8w8w",
        expect!["several files have the id T-7k3f; give one of them another id first"],
    );
}

#[test]
fn what_yaml_stands_for_elsewhere_is_refused() {
    let text = format!(
        "//- /.docs/tickets/T-2222-z.md\n---\nid: T-2222\ntitle: Z\nparent: &up T-7k3f\ndepends-on: [*up]\n---\n{}",
        at("T-7k3f, @ana")
    );
    refused(
        &text,
        "T-8w8w",
        expect![
            ".docs/tickets/T-2222-z.md names T-7k3f in a way that cannot be changed alone: write it out there first"
        ],
    );
}

#[test]
fn a_file_name_keeps_its_case_and_form() {
    let name = |path, old, new| id::file_after(path, old, new).unwrap_or_default();
    assert_eq!(
        name("a/task-12 - Title.md", "TASK-12", "TASK-13"),
        "a/task-13 - Title.md"
    );
    assert_eq!(name("T-7k3f.md", "T-7k3f", "T-8w8w"), "T-8w8w.md");
    assert_eq!(name("x-T-7k3f.md", "T-7k3f", "T-8w8w"), "");
    assert_eq!(name("T-7k3f2.md", "T-7k3f", "T-8w8w"), "");
}

#[test]
fn a_title_takes_its_file_and_links_along() {
    check(
        &at("Read files"),
        "Read: all  the \u{1F600} files",
        expect![[r#"
            --- .docs/notes.md
            😀 [[T-7k3f]] [[T-7k3f-read-all-the-grinning-files#Notes|x]] [T-7k3f](./tickets/T-7k3f-read-all-the-grinning-files.md) T-7k3fx
            [old](tickets/T-7k3f-gone.md) `T-7k3f` [two](tickets/T-7k3f-read-all-the-grinning-files.md#notes-1)
            --- .docs/tickets/T-7k3f-read-files.md
            title: "Read: all the 😀 files"
            T-7k3f is here: [me](T-7k3f-read-all-the-grinning-files.md#notes).
            >>> .docs/tickets/T-7k3f-read-files.md .docs/tickets/T-7k3f-read-all-the-grinning-files.md
            (T-7k3f is called "Read: all the 😀 files": )
            (In tickets and pages: 3 places in 1 file)
        "#]],
    );
    check(
        &at("Read files"),
        "Read  files!",
        expect![[r#"
        --- .docs/tickets/T-7k3f-read-files.md
        title: "Read files!"
        (T-7k3f is called "Read files!": )
    "#]],
    );
}

#[test]
fn a_title_leaves_a_file_that_is_named_otherwise() {
    check(
        "//- /.docs/tickets/task-1 - Old.md\n---\nid: TASK-1\ntitle: O$0ld\n---\n",
        "New",
        expect![[r#"
            --- .docs/tickets/task-1 - Old.md
            title: New
            (TASK-1 is called "New": )
        "#]],
    );
}

#[test]
fn a_title_is_refused_where_it_is_none_or_its_file_is_there() {
    refused(&at("Read files"), "  ", expect!["a ticket needs a title"]);
    let there = format!("//- /.docs/tickets/T-7k3f-b.md\nx\n{}", at("Read files"));
    refused(
        &there,
        "B",
        expect!["there is a file .docs/tickets/T-7k3f-b.md already"],
    );
}

#[test]
fn a_heading_takes_links_to_it_along() {
    check(
        &at("Chapter\n"),
        "Another `one`",
        expect![[r#"
            --- .docs/notes.md
            # Another `one`
            [[#Another one]] [[notes#another-one]] [x](notes.md#another-one)
            (Heading "Another `one`": )
        "#]],
    );
    // At a link to it as well.
    check(
        &at("chapter)"),
        "Another `one`",
        expect![[r#"
            --- .docs/notes.md
            # Another `one`
            [[#Another one]] [[notes#another-one]] [x](notes.md#another-one)
            (Heading "Another `one`": )
        "#]],
    );
}

#[test]
fn equal_headings_are_told_apart_anew() {
    check(
        &at("Notes\n"),
        "Last",
        expect![[r#"
            --- .docs/notes.md
            😀 [[T-7k3f]] [[T-7k3f-read-files#Last|x]] [T-7k3f](./tickets/T-7k3f-read-files.md) T-7k3fx
            [old](tickets/T-7k3f-gone.md) `T-7k3f` [two](tickets/T-7k3f-read-files.md#notes)
            --- .docs/tickets/T-7k3f-read-files.md
            T-7k3f is here: [me](T-7k3f-read-files.md#last).
            ## Last
            (Heading "Last": )
            (In tickets and pages: 2 places in 1 file)
        "#]],
    );
}

#[test]
fn a_heading_is_its_words_alone() {
    for (written, words) in [
        ("## A b ##", "A b"),
        ("# C#", "C#"),
        ("#", ""),
        ("A\n b\n===", "A\n b"),
        ("# \u{1F600} x  ", "\u{1F600} x"),
    ] {
        let span = heading::words(written, Span::new(0, written.len()));
        assert_eq!(&written[span.range()], words);
    }
    refused(
        &at("Chapter\n"),
        " ",
        expect!["a heading needs words, all on one line"],
    );
    refused(
        &at("Chapter\n"),
        "a\nb",
        expect!["a heading needs words, all on one line"],
    );
}

#[test]
fn what_has_a_name_says_so_beforehand() {
    let prepared = |text: &str| {
        let fixture = fixture(text);
        let (path, offset) = fixture.cursor.clone().unwrap();
        let it = prepare(&fixture.snapshot(), &path, offset, &mut NoSource).unwrap()?;
        assert!(it.span.touches(offset));
        Some(it.name)
    };
    assert_eq!(prepared(&at("t-7K3F'")).as_deref(), Some("t-7K3F"));
    assert_eq!(prepared(&at("Read files\"")).as_deref(), Some("Read files"));
    assert_eq!(prepared(&at("Chapter\n")).as_deref(), Some("Chapter"));
    assert_eq!(prepared(&at("T-2222")), None);
    assert_eq!(prepared(&at("github")), None);
    assert_eq!(prepared("let x$0 = 1;\n"), None);
    assert_eq!(prepared("// TODO(#42$0): x\n"), None);
}

#[test]
fn moved_folders_and_files_keep_their_links() {
    let fixture = Fixture::new(PROJECT);
    let moves = [(".docs/tickets".to_owned(), ".docs/old".to_owned())];
    let change = after_moves(&fixture.snapshot(), &moves);
    let stays = Vec::new();
    expect![[r#"
        --- .docs/notes.md
        😀 [[T-7k3f]] [[T-7k3f-read-files#Notes|x]] [T-7k3f](old/T-7k3f-read-files.md) T-7k3fx
        [old](old/T-7k3f-gone.md) `T-7k3f` [two](old/T-7k3f-read-files.md#notes-1)
        (In tickets and pages: 3 places in 1 file)
    "#]]
    .assert_eq(&drawn(&fixture, &Renaming { change, stays }));
}

#[test]
fn links_to_what_is_deleted_become_text() {
    let fixture = Fixture::new(PROJECT);
    let gone = [".docs/tickets/T-7k3f-read-files.md".to_owned()];
    let change = after_deletes(&fixture.snapshot(), &gone, &mut NoSource);
    let stays = Vec::new();
    expect![[r#"
        --- .docs/notes.md
        😀 T-7k3f x T-7k3f T-7k3fx
        [old](tickets/T-7k3f-gone.md) `T-7k3f` two
        (In tickets and pages: 4 places in 1 file)
    "#]]
    .assert_eq(&drawn(&fixture, &Renaming { change, stays }));
}
