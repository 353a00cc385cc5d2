//! Cases of renumbering: which reference goes where, and what is asked.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::edit::TextEdit;
use crate::fixture::Fixture;

/// Ids are drawn in order; the history knows a line by the name of a side in it.
struct Fake(usize);

impl Source for Fake {
    fn text(&mut self, _: &str) -> Option<String> {
        None
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        self.0 % n
    }

    fn is_taken(&mut self, id: &str) -> bool {
        id == "T-3456"
    }

    fn meant(&mut self, question: &Meant<'_>) -> Vec<Option<usize>> {
        assert_eq!(question.files.len(), 2);
        let lines: Vec<_> = question.text.unwrap().lines().collect();
        let answer = |it: &u32| match lines[*it as usize] {
            line if line.contains("of a") => Some(0),
            line if line.contains("of b") => Some(1),
            _ => None,
        };
        question.lines.iter().map(answer).collect()
    }
}

const PROJECT: &str = "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: A
---

T-7k3f waits for [the other](T-7k3f-b.md).
//- /.docs/tickets/T-7k3f-b.md
---
id: t-7k3f # b's
title: B
---

T-7k3f \u{1F600} itself, not [T-7k3f](T-7k3f-a.md).
//- /.docs/tickets/T-2222-c.md
---
id: T-2222
title: C
depends-on: [T-7k3f] # of b
parent: T-7k3f # unknown
---
//- /.docs/notes.md
[T-7k3f](tickets/T-7k3f-b.md#x) [[T-7k3f-b]] [[T-7k3f-a|T-7k3f]]

[[T-7k3f]] T-7k3f of b
[x](tickets/T-7k3f-gone.md) of a
//- /src/a.rs
// TODO(T-7k3f): of b
// TODO(T-7k3f, T-2222): who knows
// TODO(T-7k3f) [T-7k3f]: of b
";

fn drawn(fixture: &Fixture, it: &Renumbering) -> String {
    let mut out = String::new();
    for edit in &it.change.edits {
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
    for (from, to) in &it.change.renames {
        writeln!(out, ">>> {from} {to}").unwrap();
    }
    for it in &it.change.notes {
        writeln!(out, "({}: {})", it.label, it.description).unwrap();
    }
    out
}

#[track_caller]
fn check(file: Option<&str>, moves: FileMoves, expect: Expect) {
    let fixture = Fixture::new(PROJECT);
    let id = TicketId::new("T-7k3f");
    let done = renumber(&fixture.snapshot(), &id, file, moves, &mut Fake(0)).unwrap();
    expect.assert_eq(&drawn(&fixture, &done));
}

#[test]
fn the_ticket_referred_to_most_keeps_its_id() {
    check(
        None,
        FileMoves::With,
        expect![[r#"
        --- .docs/notes.md
        [T-7k3f](tickets/T-7k3f-b.md#x) [[T-7k3f-b]] [[T-789b-a|T-789b]]
        [x](tickets/T-789b-gone.md) of a
        --- .docs/tickets/T-7k3f-a.md
        id: T-789b
        T-789b waits for [the other](T-7k3f-b.md).
        --- .docs/tickets/T-7k3f-b.md
        T-7k3f 😀 itself, not [T-789b](T-789b-a.md).
        >>> .docs/tickets/T-7k3f-a.md .docs/tickets/T-789b-a.md
        (T-7k3f becomes T-789b: t-7k3f "B" keeps its id; "A" is T-789b now. References may mean either and still name T-7k3f; look at them: .docs/tickets/T-2222-c.md:5, src/a.rs:2.)
        (In tickets and pages: 5 places in 2 files)
    "#]],
    );
}

#[test]
fn a_person_may_choose_who_gives_it_up() {
    check(
        Some(".docs/tickets/T-7k3f-b.md"),
        FileMoves::With,
        expect![[r#"
            --- .docs/notes.md
            [T-789b](tickets/T-789b-b.md#x) [[T-789b-b]] [[T-7k3f-a|T-7k3f]]
            [[T-789b]] T-789b of b
            --- .docs/tickets/T-2222-c.md
            depends-on: [T-789b] # of b
            --- .docs/tickets/T-7k3f-a.md
            T-7k3f waits for [the other](T-789b-b.md).
            --- .docs/tickets/T-7k3f-b.md
            id: T-789b # b's
            T-789b 😀 itself, not [T-7k3f](T-7k3f-a.md).
            --- src/a.rs
            // TODO(T-789b): of b
            // TODO(T-789b) [T-789b]: of b
            >>> .docs/tickets/T-7k3f-b.md .docs/tickets/T-789b-b.md
            (T-7k3f becomes T-789b: T-7k3f "A" keeps its id; "B" is T-789b now. References may mean either and still name T-7k3f; look at them: .docs/tickets/T-2222-c.md:5, src/a.rs:2.)
            (In tickets and pages: 7 places in 3 files)
            (In code: 3 places in 1 file)
        "#]],
    );
}

#[test]
fn without_file_names_links_by_path_still_lead_there() {
    check(
        Some(".docs/tickets/T-7k3f-b.md"),
        FileMoves::Without,
        expect![[r#"
            --- .docs/notes.md
            [T-789b](tickets/T-7k3f-b.md#x) [[T-7k3f-b]] [[T-7k3f-a|T-7k3f]]
            [[T-789b]] T-789b of b
            --- .docs/tickets/T-2222-c.md
            depends-on: [T-789b] # of b
            --- .docs/tickets/T-7k3f-b.md
            id: T-789b # b's
            T-789b 😀 itself, not [T-7k3f](T-7k3f-a.md).
            --- src/a.rs
            // TODO(T-789b): of b
            // TODO(T-789b) [T-789b]: of b
            (T-7k3f becomes T-789b: T-7k3f "A" keeps its id; "B" is T-789b now. References may mean either and still name T-7k3f; look at them: .docs/tickets/T-2222-c.md:5, src/a.rs:2.)
            (In tickets and pages: 4 places in 2 files)
            (In code: 3 places in 1 file)
        "#]],
    );
}

#[test]
fn an_id_that_one_file_has_is_left_alone() {
    let snapshot = Fixture::new(PROJECT).snapshot();
    let refused = |id: &str, file: Option<&str>| {
        let id = TicketId::new(id);
        let done = renumber(&snapshot, &id, file, FileMoves::With, &mut Fake(0));
        done.unwrap_err().to_string()
    };
    assert_eq!(
        refused("T-2222", None),
        "T-2222-c.md alone has the id T-2222: there is nothing to mend"
    );
    assert_eq!(refused("T-9999", None), "no ticket has the id T-9999");
    assert_eq!(
        refused("T-7k3f", Some(".docs/tickets/T-2222-c.md")),
        ".docs/tickets/T-2222-c.md has changed since; ask again"
    );
}

#[test]
fn three_of_one_id_get_two_new_ones() {
    struct Mute(usize);
    impl Source for Mute {
        fn text(&mut self, _: &str) -> Option<String> {
            None
        }
        fn below(&mut self, _: usize) -> usize {
            // The same id again until somebody refuses it.
            self.0 += 1;
            self.0 / 9
        }
        fn is_taken(&mut self, _: &str) -> bool {
            false
        }
    }
    let third = "//- /.docs/tickets/T-7k3f-d.md\n---\nid: T-7k3f\ntitle: D\n---\n";
    let fixture = Fixture::new(&format!("{third}{PROJECT}"));
    let id = TicketId::new("T-7k3f");
    let snapshot = fixture.snapshot();
    let done = renumber(&snapshot, &id, None, FileMoves::With, &mut Mute(0)).unwrap();
    assert_eq!(done.given.len(), 2);
    assert_ne!(done.given[0].1, done.given[1].1);
    assert_eq!(done.change.renames.len(), 2);
    // Without a history what no path tells stays with the keeper.
    assert_eq!(done.undecided.len(), 9, "{:#?}", done.undecided);
}
