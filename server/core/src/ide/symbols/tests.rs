//! Cases of outlines and of searching the whole project.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::search::{place, search};
use super::*;
use crate::fixture::Fixture;

const PROJECT: &str = "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Parse bodies
status: in-progress
assignees: ['@ana', bob]
labels: [lsp, scanner]
---

Why.

## Acceptance criteria

- [x] One
- [ ] Two `code`

## Notes

### Deeper

<!-- TODO(T-7k3f): tidy \u{1F600} up -->
//- /.docs/tickets/T-9x2m-y.md
---
id: T-9x2m
title: Parse nothing
status: done
labels: [lsp]
---
//- /.docs/notes.md
# Parsing

## \u{1F600} Lists

#
//- /a.rs
// TODO(T-7k3f, @ana) parse this +speed
// TODO(bob): other
";

fn drawn(fixture: &Fixture, path: &str, symbols: &[Symbol], depth: usize, out: &mut String) {
    for it in symbols {
        assert!(it.span.contains(it.name_span), "{it:?}");
        let text = fixture.text(path);
        let last = text[it.span.range()].lines().last().unwrap_or_default();
        let closed = if it.closed { " closed" } else { "" };
        let indent = "  ".repeat(depth);
        writeln!(
            out,
            "{indent}{:?} {} [{}]{closed} …{last:?}",
            it.kind, it.name, it.detail
        )
        .unwrap();
        drawn(fixture, path, &it.children, depth + 1, out);
    }
}

fn outline(path: &str, expect: Expect) {
    let fixture = Fixture::new(PROJECT);
    let mut out = String::new();
    let symbols = symbols(&fixture.snapshot(), path).unwrap();
    drawn(&fixture, path, &symbols, 0, &mut out);
    expect.assert_eq(&out);
}

#[test]
fn a_ticket_is_its_headings_tasks_and_todos() {
    outline(
        ".docs/tickets/T-7k3f-x.md",
        expect![[r#"
        Ticket T-7k3f Parse bodies [in-progress] …"<!-- TODO(T-7k3f): tidy 😀 up -->"
          Heading Acceptance criteria [] …"- [ ] Two `code`"
            Task One [done] closed …"[x] One"
            Task Two code [open] …"[ ] Two `code`"
          Heading Notes [] …"<!-- TODO(T-7k3f): tidy 😀 up -->"
            Heading Deeper [] …"<!-- TODO(T-7k3f): tidy 😀 up -->"
              Todo tidy 😀 up [TODO] …"TODO(T-7k3f): tidy 😀 up"
    "#]],
    );
}

#[test]
fn a_page_is_its_headings() {
    outline(
        ".docs/notes.md",
        expect![[r###"
        Heading Parsing [] …"## 😀 Lists"
          Heading 😀 Lists [] …"## 😀 Lists"
        Heading (heading) [] …"#"
    "###]],
    );
}

#[test]
fn source_has_an_outline_of_its_own() {
    assert_eq!(symbols(&Fixture::new(PROJECT).snapshot(), "a.rs"), None);
}

fn found(typed: &str, expect: Expect) {
    let snapshot = Fixture::new(PROJECT).snapshot();
    let mut out = String::new();
    for it in search(&snapshot, typed) {
        assert!(place(&snapshot, &it.path, &it.key).is_some(), "{it:?}");
        let closed = if it.closed { " closed" } else { "" };
        writeln!(out, "{:?} {} ({}){closed}", it.kind, it.name, it.container).unwrap();
    }
    expect.assert_eq(&out);
}

#[test]
fn letters_find_tickets_todos_and_headings() {
    found(
        "pars",
        expect![[r#"
        Ticket T-7k3f Parse bodies (status:in-progress @ana @bob #lsp #scanner)
        Heading Parsing (.docs/notes.md)
        Todo TODO parse this +speed (a.rs)
        Ticket T-9x2m Parse nothing (status:done #lsp) closed
    "#]],
    );
    found(
        "t7k",
        expect![[r#"
        Ticket T-7k3f Parse bodies (status:in-progress @ana @bob #lsp #scanner)
    "#]],
    );
    found(
        "",
        expect![[r#"
        Ticket T-7k3f Parse bodies (status:in-progress @ana @bob #lsp #scanner)
        Ticket T-9x2m Parse nothing (status:done #lsp) closed
    "#]],
    );
    found("zzzz", expect![[""]]);
}

#[test]
fn labels_users_and_statuses_narrow() {
    found(
        "#lsp",
        expect![[r#"
        Ticket T-7k3f Parse bodies (status:in-progress @ana @bob #lsp #scanner)
        Ticket T-9x2m Parse nothing (status:done #lsp) closed
    "#]],
    );
    found(
        "#lsp #scan",
        expect![[r#"
        Ticket T-7k3f Parse bodies (status:in-progress @ana @bob #lsp #scanner)
    "#]],
    );
    found(
        "@Ana parse",
        expect![[r#"
        Ticket T-7k3f Parse bodies (status:in-progress @ana @bob #lsp #scanner)
        Todo TODO parse this +speed (a.rs)
    "#]],
    );
    found(
        "status:active",
        expect![[r#"
        Ticket T-7k3f Parse bodies (status:in-progress @ana @bob #lsp #scanner)
        Todo TODO tidy 😀 up (.docs/tickets/T-7k3f-x.md)
        Todo TODO parse this +speed (a.rs)
    "#]],
    );
    found(
        "status:done #lsp",
        expect![[r#"
        Ticket T-9x2m Parse nothing (status:done #lsp) closed
    "#]],
    );
    found(
        "#speed",
        expect![[r#"
        Todo TODO parse this +speed (a.rs)
    "#]],
    );
}
