//! Cases of hints, jumps, references and lists of tickets.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::board_text::{Closed, Use, board_text};
use super::*;
use crate::config::StatusKind;
use crate::fixture::Fixture;
use crate::span::Span;

mod issues;

const PROJECT: &str = "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Read empty files
status: in-progress
priority: low
assignees: [ana, bob]
due: 2026-12-01
github: 42
---
//- /.docs/tickets/T-9x2m-y.md
---
id: T-9x2m
title: Parse the manifest, the lock file and all else there is
depends-on: [T-7k3f]
---
//- /.docs/tickets/T-2222-z.md
---
id: T-2222
title: Tidy up
priority: critical
parent: T-9x2m
labels: [house]
---
//- /.docs/tickets/T-3333-w.md
---
id: T-3333
title: Old
status: odd
due: 2026-11-30
---
//- /.docs/notes.md
# Notes

T-7k3f, [[T-9x2m]] and [a page](notes.md#more); UTF-8, T-8888, [y](tickets/T-9x2m-y.md).

## More
//- /src/b.rs
// TODO(t-7k3f): b
// TODO(#42) [T-7k3f]: c
";

fn shown(fixture: &Fixture, places: Vec<Place>) -> String {
    let mut out = String::new();
    for it in places {
        let text = &fixture.text(&it.path)[it.span.range()];
        writeln!(out, "{} {} {text:?}", it.path, it.span.start).unwrap();
    }
    out
}

#[test]
fn hints_fit_a_glance() {
    let fixture = Fixture::new(&format!("{PROJECT}//- /src/c.rs\n// TODO: none\n"));
    let mut out = String::new();
    for path in [
        "src/b.rs",
        "src/c.rs",
        ".docs/notes.md",
        ".docs/tickets/T-9x2m-y.md",
        ".docs/tickets/T-2222-z.md",
    ] {
        for it in hints(&fixture.snapshot(), path, Span::new(0, 10_000)) {
            let line = fixture.text(path)[..it.at as usize].lines().last().unwrap();
            writeln!(out, "{path}: {line}|{}", it.label).unwrap();
            assert!(it.label.chars().count() <= 40);
            assert!(it.tooltip.starts_with("**T"));
        }
    }
    expect![[r#"
        src/b.rs: // TODO(t-7k3f|in-progress · @ana +1 · due 2026-12-01
        src/b.rs: // TODO(#42|in-progress · @ana +1 · due 2026-12-01
        src/b.rs: // TODO(#42) [T-7k3f|in-progress · @ana +1 · due 2026-12-01
        .docs/notes.md: T-7k3f|in-progress · @ana +1 · due 2026-12-01
        .docs/notes.md: T-7k3f, [[T-9x2m]]|Parse the manifest, the lock… · backlog
        .docs/notes.md: T-7k3f, [[T-9x2m]] and [a page](notes.md#more); UTF-8, T-8888, [y](tickets/T-9x2m-y.md)|Parse the manifest, the lock… · backlog
        .docs/tickets/T-9x2m-y.md: depends-on: [T-7k3f|in-progress · @ana +1 · due 2026-12-01
        .docs/tickets/T-2222-z.md: parent: T-9x2m|Parse the manifest, the lock… · backlog
    "#]].assert_eq(&out);
    assert!(hints(&fixture.snapshot(), "src/b.rs", Span::new(0, 3)).is_empty());
}

fn goto(cursor: &str, expect: Expect) {
    let fixture = Fixture::new(&format!("{cursor}{PROJECT}"));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let found = definition(&fixture.snapshot(), &path, offset);
    expect.assert_eq(&found.map_or(String::new(), |it| shown(&fixture, it.1)));
}

#[test]
fn definitions() {
    goto(
        "// TODO(T-7$0k3f): a\n",
        expect![[r#"
        .docs/tickets/T-7k3f-x.md 22 "Read empty files"
    "#]],
    );
    goto(
        "// TODO(#42$0): a\n",
        expect![[r#"
        .docs/tickets/T-7k3f-x.md 22 "Read empty files"
    "#]],
    );
    goto(
        "//- /.docs/a.md\n[x](notes.md#mo$0re)\n",
        expect![[r###"
        .docs/notes.md 99 "## More"
    "###]],
    );
    goto(
        "//- /.docs/a.md\n[[notes#More$0]]\n",
        expect![[r###"
        .docs/notes.md 99 "## More"
    "###]],
    );
    goto(
        "//- /.docs/a.md\n# A\n## B\n[x](#b$0)\n",
        expect![[r###"
        .docs/a.md 4 "## B"
    "###]],
    );
    goto("// T-8888$0 and UTF-8\n", expect![[""]]);
    goto("let x$0 = 1;\n", expect![[""]]);
}

#[test]
fn references_are_everywhere() {
    let fixture = Fixture::new(&format!("// TODO(T-7$0k3f): a, T-7k3f\n{PROJECT}"));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let snapshot = fixture.snapshot();
    let with = references(&snapshot, &path, offset, Declarations::Include);
    let without = references(&snapshot, &path, offset, Declarations::Exclude);
    assert_eq!(with.len(), without.len() + 1);
    expect![[r##"
        .docs/notes.md 9 "T-7k3f"
        .docs/tickets/T-7k3f-x.md 8 "T-7k3f"
        .docs/tickets/T-9x2m-y.md 91 "T-7k3f"
        main.rs 8 "T-7k3f"
        main.rs 20 "T-7k3f"
        src/b.rs 8 "t-7k3f"
        src/b.rs 27 "#42"
        src/b.rs 33 "T-7k3f"
    "##]]
    .assert_eq(&shown(&fixture, with));
    assert_eq!(highlights(&snapshot, &path, offset).len(), 2);
}

#[test]
fn links_are_references_too() {
    let fixture = Fixture::new(&format!("// T-9$0x2m\n{PROJECT}"));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let found = references(&fixture.snapshot(), &path, offset, Declarations::Exclude);
    expect![[r#"
        .docs/notes.md 19 "T-9x2m"
        .docs/notes.md 84 "T-9x2m"
        .docs/tickets/T-2222-z.md 57 "T-9x2m"
        main.rs 3 "T-9x2m"
    "#]]
    .assert_eq(&shown(&fixture, found));
}

#[test]
fn a_ticket_is_carried_out_at_its_todos() {
    let fixture = Fixture::new(&format!("// TODO(x): T-7$0k3f\n{PROJECT}"));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let snapshot = fixture.snapshot();
    let found = implementations(&snapshot, &path, offset);
    expect![[r#"
        main.rs 3 "TODO(x): T-7k3f"
        src/b.rs 3 "TODO(t-7k3f): b"
    "#]]
    .assert_eq(&shown(&fixture, found));
    // From the ticket's own title as well, and nowhere else.
    let title = implementations(&snapshot, ".docs/tickets/T-7k3f-x.md", 25);
    assert_eq!(title.len(), 2);
    assert_eq!(implementations(&snapshot, &path, 0), []);
}

#[test]
fn the_ready_come_in_order() {
    let fixture = Fixture::new(PROJECT);
    let ids = |rows: Vec<TicketRow>| {
        rows.into_iter()
            .map(|it| it.id)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let snapshot = fixture.snapshot();
    assert_eq!(ids(ready(&snapshot)), "T-2222 T-3333");
    assert_eq!(
        ids(tickets(&snapshot, &Filter::default())),
        "T-2222 T-3333 T-7k3f T-9x2m"
    );
    let filter = |filter: Filter| ids(tickets(&snapshot, &filter));
    assert_eq!(
        filter(Filter {
            assignees: vec!["@Bob".into()],
            ..Filter::default()
        }),
        "T-7k3f"
    );
    assert_eq!(
        filter(Filter {
            words: vec!["FILE".into(), "the".into()],
            ..Filter::default()
        }),
        "T-9x2m"
    );
    assert_eq!(
        filter(Filter {
            status_kinds: vec![StatusKind::Active],
            ..Filter::default()
        }),
        "T-7k3f"
    );
    assert_eq!(
        filter(Filter {
            labels: vec!["house".into()],
            ..Filter::default()
        }),
        "T-2222"
    );
    assert_eq!(ticket(&snapshot, "t-7K3F").unwrap().n_todos, 1);
    let text = board_text(&snapshot, "it", Closed::Shown, Use::ToRead);
    let columns: Vec<String> = text
        .split("\n## ")
        .skip(1)
        .map(|column| {
            let (status, rows) = column.split_once('\n').unwrap();
            let ids = rows.lines().filter_map(|it| it.strip_prefix("- "));
            let mut ids: Vec<_> = ids.map(|it| it.split(' ').next().unwrap()).collect();
            ids.sort_unstable();
            format!("{status}: {}", ids.join(" "))
        })
        .collect();
    assert_eq!(
        columns.join(", "),
        "backlog: T-2222 T-9x2m, todo: , in-progress: T-7k3f, review: , done: , dropped: , odd: T-3333"
    );
}
