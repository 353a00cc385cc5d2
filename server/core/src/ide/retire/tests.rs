//! What the archive and the bin ask of all that names a ticket.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;
use crate::rules;

const PROJECT: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring
status: done
---
See [the plan](../plan.md), [[T-2b7q]] and T-7k3f itself.
//- /.docs/tickets/T-2b7q-sing.md
---
id: T-2b7q
title: Sing
depends-on: [T-7k3f, T-9x2m]
parent: T-7k3f
---
After [the ring](T-7k3f-ring.md#x) and [[T-7k3f|it]].
//- /.docs/tickets/T-9x2m-bring.md
---
id: T-9x2m
title: Bring
depends-on:
  - T-7k3f
---
//- /.docs/plan.md
First T-7k3f, then [both](tickets/T-7k3f-ring.md).
//- /a.rs
// TODO(T-7k3f, @ana): ring
// TODO [T-7k3f]: then sing
// as T-7k3f says
";

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

fn check(project: &str, found: Result<Retirement, Refusal>, expected: Expect) {
    let fixture = Fixture::new(project);
    let mut out = String::new();
    let found = match found {
        Ok(it) => it,
        Err(error) => return expected.assert_eq(&error.to_string()),
    };
    for it in &found.references {
        let at = &fixture.text(&it.path)[it.span.range()];
        let _ = writeln!(out, "{:?} {} `{at}`", it.becomes, it.path);
    }
    for it in &found.change.edits {
        let text = TextEdit::apply_all(fixture.text(&it.path), &it.edits);
        let _ = write!(out, "== {}\n{text}", it.path);
    }
    for (from, to) in &found.change.renames {
        let _ = writeln!(out, "== {from} -> {to}");
    }
    for it in &found.change.deletes {
        let _ = writeln!(out, "== {it} is gone");
    }
    expected.assert_eq(&out);
}

fn id() -> TicketId {
    TicketId::new("T-7k3f")
}

#[test]
fn an_archived_ticket_is_found_by_all_that_names_it() {
    let snapshot = Fixture::new(PROJECT).snapshot();
    check(
        PROJECT,
        archive(&snapshot, &id()),
        expect![[r#"
        Same .docs/plan.md `T-7k3f`
        Moved .docs/plan.md `tickets/T-7k3f-ring.md`
        Same .docs/tickets/T-2b7q-sing.md `T-7k3f`
        Same .docs/tickets/T-2b7q-sing.md `T-7k3f`
        Moved .docs/tickets/T-2b7q-sing.md `T-7k3f`
        Same .docs/tickets/T-2b7q-sing.md `T-7k3f`
        Same .docs/tickets/T-7k3f-ring.md `T-7k3f`
        Same .docs/tickets/T-9x2m-bring.md `T-7k3f`
        Same a.rs `T-7k3f`
        Same a.rs `T-7k3f`
        Same a.rs `T-7k3f`
        == .docs/plan.md
        First T-7k3f, then [both](tickets/archive/T-7k3f-ring.md).
        == .docs/tickets/T-2b7q-sing.md
        ---
        id: T-2b7q
        title: Sing
        depends-on: [T-7k3f, T-9x2m]
        parent: T-7k3f
        ---
        After [the ring](archive/T-7k3f-ring.md#x) and [[T-7k3f|it]].
        == .docs/tickets/T-7k3f-ring.md
        ---
        id: T-7k3f
        title: Ring
        status: done
        ---
        See [the plan](../../plan.md), [[T-2b7q]] and T-7k3f itself.
        == .docs/tickets/T-7k3f-ring.md -> .docs/tickets/archive/T-7k3f-ring.md
    "#]],
    );
}

#[test]
fn a_deleted_ticket_leaves_fields_todos_and_links_sound() {
    let snapshot = Fixture::new(PROJECT).snapshot();
    check(
        PROJECT,
        delete(&snapshot, &id(), &mut NoSource),
        expect![[r#"
            Dangling .docs/plan.md `T-7k3f`
            Text .docs/plan.md `tickets/T-7k3f-ring.md`
            Gone .docs/tickets/T-2b7q-sing.md `T-7k3f`
            Gone .docs/tickets/T-2b7q-sing.md `T-7k3f`
            Text .docs/tickets/T-2b7q-sing.md `T-7k3f`
            Text .docs/tickets/T-2b7q-sing.md `T-7k3f`
            Gone .docs/tickets/T-9x2m-bring.md `T-7k3f`
            Gone a.rs `T-7k3f`
            Dangling a.rs `T-7k3f`
            Dangling a.rs `T-7k3f`
            == .docs/plan.md
            First T-7k3f, then both.
            == .docs/tickets/T-2b7q-sing.md
            ---
            id: T-2b7q
            title: Sing
            depends-on: [T-9x2m]
            ---
            After the ring and it.
            == .docs/tickets/T-9x2m-bring.md
            ---
            id: T-9x2m
            title: Bring
            depends-on: []
            ---
            == a.rs
            // TODO(@ana): ring
            // TODO [T-7k3f]: then sing
            // as T-7k3f says
            == .docs/tickets/T-7k3f-ring.md is gone
        "#]],
    );
}

#[test]
fn what_is_not_done_is_not_archived() {
    let open = PROJECT.replace("status: done", "status: review");
    let snapshot = Fixture::new(&open).snapshot();
    check(
        &open,
        archive(&snapshot, &id()),
        expect!["T-7k3f is review: only what is done or dropped goes into the archive"],
    );
    check(
        &open,
        archive(&snapshot, &TicketId::new("T-3333")),
        expect!["no ticket has the id T-3333"],
    );
    let there = PROJECT.replace("tickets/T-7k3f", "tickets/archive/T-7k3f");
    let snapshot = Fixture::new(&there).snapshot();
    check(
        &there,
        archive(&snapshot, &id()),
        expect!["T-7k3f is in the archive already"],
    );
}

#[test]
fn after_a_deletion_only_what_was_told_is_wrong() {
    let fixture = Fixture::new(PROJECT);
    let found = delete(&fixture.snapshot(), &id(), &mut NoSource).unwrap();
    let mut after = String::new();
    for (path, text) in &fixture.files {
        if found.change.deletes.iter().any(|it| **it == **path) {
            continue;
        }
        let edits = found.change.edits.iter().find(|it| *it.path == **path);
        let text = TextEdit::apply_all(text, edits.map_or(&[], |it| &it.edits));
        let _ = write!(after, "//- /{path}\n{text}");
    }
    let findings = rules::all_findings(&Fixture::new(&after).snapshot());
    let told: Vec<_> = findings
        .iter()
        .map(|it| format!("{} {}", it.path, it.rule.name()))
        .collect();
    let expected = expect![[r#"
        a.rs untracked-todo
        a.rs untracked-todo
        a.rs unknown-ticket"#]];
    expected.assert_eq(&told.join("\n"));
}
