//! What is said of TODOs that let go of their ticket.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::fixture::Fixture;
use crate::ide;
use crate::rules::{self, RuleId};
use crate::world::FileChange;

const TICKET: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
status: todo
---
";

/// Remembers `before`, then looks at `after`: the findings, and their first fix carried out.
fn check(before: &str, after: &str, expected: Expect) {
    let anchors = renew(&Fixture::new(&format!("{TICKET}{before}")).world.snapshot());
    let text = match after.contains("T-7k3f-ring.md") {
        true => after.to_owned(),
        false => format!("{TICKET}{after}"),
    };
    let mut after = Fixture::new(&text);
    after.world.apply([FileChange::Anchors(Arc::new(anchors))]);
    let snapshot = after.world.snapshot();
    let mut out = String::new();
    for finding in rules::all_findings(&snapshot) {
        if finding.rule != RuleId::UnanchoredTodo {
            continue;
        }
        let file = after.files.iter().find(|it| *it.0 == *finding.path);
        let text = &file.unwrap().1;
        let at = &text[finding.span.range()];
        let _ = writeln!(out, "{} `{at}`: {}", finding.path, finding.message);
        for fix in &finding.fixes {
            let edits = &fix.change.edits[0].edits;
            let fixed = crate::edit::TextEdit::apply_all(text, edits);
            let _ = writeln!(out, "    {} => {}", fix.title, fixed.trim());
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn a_todo_that_names_its_ticket_is_certain_wherever_it_goes() {
    let before = "//- /a.rs\n// TODO(T-7k3f): ring\n";
    for after in [
        before,
        "//- /a.rs\n\n\n    // TODO(T-7k3f): ring twice\n",
        "//- /src/b.rs\n// TODO(@ana, T-7k3f):   ring\n",
        "//- /a.rs\n// FIXME(t-7K3F): something else\n",
    ] {
        check(before, after, expect![""]);
    }
}

#[test]
fn a_lost_reference_is_offered_again() {
    check(
        "//- /a.rs\n// TODO(T-7k3f): ring\n",
        "//- /a.rs\n// TODO: ring\n//- /b.rs\n// TODO: ring\n",
        expect![[r#"
            a.rs `TODO: ring`: This TODO named T-7k3f "Ring the bell" before.
                Link it to T-7k3f again => // TODO(T-7k3f): ring
        "#]],
    );
}

#[test]
fn two_that_may_be_meant_are_both_shown() {
    check(
        "//- /a.rs\n// TODO(T-7k3f): ring\n",
        "//- /b.rs\n// TODO: ring\n//- /c.rs\n// TODO: ring\n",
        expect![[r#"
            b.rs `TODO: ring`: One of 2 TODOs that say this named T-7k3f "Ring the bell" before.
                Link it to T-7k3f again => // TODO(T-7k3f): ring
            c.rs `TODO: ring`: One of 2 TODOs that say this named T-7k3f "Ring the bell" before.
                Link it to T-7k3f again => // TODO(T-7k3f): ring
        "#]],
    );
}

#[test]
fn an_open_ticket_whose_todos_have_gone_says_so() {
    check(
        "//- /a.rs\n// TODO(T-7k3f): ring\n",
        "//- /a.rs\n// rung\n",
        expect![[r#"
            .docs/tickets/T-7k3f-ring.md `Ring the bell`: No TODO names T-7k3f any more; a.rs had "TODO ring".
        "#]],
    );
    // One of two is left: the ticket is still at work.
    check(
        "//- /a.rs\n// TODO(T-7k3f): ring\n//- /b.rs\n// TODO(T-7k3f): two\n",
        "//- /b.rs\n// TODO(T-7k3f): two\n",
        expect![""],
    );
}

#[test]
fn a_ticket_whose_last_todo_has_gone_may_be_done() {
    let before = Fixture::new(&format!("{TICKET}//- /a.rs\n// TODO(T-7k3f): ring\n"));
    let anchors = renew(&before.world.snapshot());
    let path = ".docs/tickets/T-7k3f-ring.md";
    let offered = |after: &str| {
        let mut after = Fixture::new(&format!("{TICKET}{after}"));
        let anchors = Arc::new(anchors.clone());
        after.world.apply([FileChange::Anchors(anchors)]);
        let snapshot = after.world.snapshot();
        let at = after.text(path).find("Ring").unwrap();
        let span = crate::span::Span::new(at, at);
        let actions = ide::actions(&snapshot, path, span, &ide::ActionContext::default());
        let of_it = actions.into_iter().filter(|it| it.mends.is_some());
        of_it.map(|it| it.title).collect::<Vec<_>>()
    };
    assert_eq!(
        offered("//- /a.rs\n// rung\n"),
        ["Set T-7k3f to done: its last TODO is gone"]
    );
    assert_eq!(offered("//- /a.rs\n// TODO(T-7k3f): ring\n"), [""; 0]);
}

#[test]
fn a_ticket_that_is_done_or_gone_needs_no_todo() {
    let done = TICKET.replace("status: todo", "status: done");
    let before = "//- /a.rs\n// TODO(T-7k3f): ring\n";
    check(
        before,
        &format!("{done}//- /a.rs\n// TODO: ring\n"),
        expect![""],
    );
    check(
        before,
        "//- /.docs/tickets/T-9999-T-7k3f-ring.md\n---\nid: T-9999\ntitle: x\n---\n",
        expect![""],
    );
}

#[test]
fn what_was_lost_stays_remembered_while_the_ticket_is_open() {
    let of = |text: &str| Fixture::new(&format!("{TICKET}{text}"));
    let first = renew(&of("//- /a.rs\n// TODO(T-7k3f): ring\n").world.snapshot());
    let mut world = of("//- /a.rs\n// TODO: ring\n").world;
    world.apply([FileChange::Anchors(Arc::new(first.clone()))]);
    assert_eq!(renew(&world.snapshot()), first);
    // Linked again, there is one anchor as before; another text is another anchor.
    let mut world = of("//- /a.rs\n// TODO(T-7k3f): ring twice\n").world;
    world.apply([FileChange::Anchors(Arc::new(first.clone()))]);
    let second = renew(&world.snapshot());
    assert_ne!(second, first);
    assert_eq!(second.0.len(), 1);
}

#[test]
fn what_became_of_them_is_kept_until_something_that_it_looks_at_changes() {
    let code = "//- /a.rs\n// TODO(T-7k3f): ring\n// TODO: other\nfn a() {}\n";
    let mut fixture = Fixture::new(&format!("{TICKET}{code}"));
    let anchors = Arc::new(renew(&fixture.snapshot()));
    fixture.world.apply([FileChange::Anchors(anchors)]);
    let kept = |old: &Snapshot, new: &Snapshot| std::ptr::eq(old.lost(), new.lost());
    let was = fixture.snapshot();
    fixture.set(
        "a.rs",
        "\n// TODO(T-7k3f): ring\n// TODO: other\nfn abc() {}\n",
    );
    assert!(kept(&was, &fixture.snapshot()), "words beside it");
    let steps = [
        ("a.rs", "// TODO: ring\n// TODO: other\n"),
        ("a.rs", "// TODO: other\n"),
        ("b.rs", "// TODO: ring\n"),
        (
            ".docs/tickets/T-7k3f-ring.md",
            "---\nid: T-7k3f\ntitle: Ring\nstatus: done\n---\n",
        ),
        (".docs/tickets/T-7k3f-ring.md", ""),
    ];
    for (path, text) in steps {
        let was = fixture.snapshot();
        was.lost();
        fixture.set(path, text);
        let now = fixture.snapshot();
        assert!(!kept(&was, &now), "{path}: {text}");
        let fresh = afresh(&now);
        assert_eq!(now.lost().orphaned, fresh.orphaned);
        assert_eq!(now.lost().drifted, fresh.drifted);
    }
}

/// What became of all anchors, each looked at.
fn afresh(snapshot: &Snapshot) -> Lost {
    let lapsed: Vec<Anchor> = lost_anchors(snapshot).cloned().collect();
    lost(snapshot, &lapsed)
}

proptest! {
    /// Looked at after each edit or after several, what was let go is what it is looked at afresh.
    #[test]
    fn an_edit_looks_at_what_it_may_have_let_go(
        edits in proptest::collection::vec((0..3usize, 0..6usize, any::<bool>()), 1..24)
    ) {
        let lines = [
            "// TODO(T-7k3f): ring\n",
            "// TODO: ring\n",
            "// TODO(T-9x2m): ring\n// TODO(T-7k3f): heat\n",
            "// TODO: heat\n",
            "// TODO(T-9x2m): heat\n",
            "",
        ];
        let other = "//- /.docs/tickets/T-9x2m-heat.md\n---\nid: T-9x2m\ntitle: Heat\n---\n";
        let mut fixture = Fixture::new(&format!("{TICKET}{other}//- /a.rs\n{}//- /b.rs\n{}", lines[0], lines[2]));
        let anchors = Arc::new(renew(&fixture.snapshot()));
        fixture.world.apply([FileChange::Anchors(anchors)]);
        fixture.snapshot().lost();
        for (file, text, is_looked_at) in edits {
            match file {
                2 => {
                    let status = ["todo", "done"][text % 2];
                    let ticket = format!("---\nid: T-7k3f\ntitle: Ring\nstatus: {status}\n---\n");
                    fixture.set(".docs/tickets/T-7k3f-ring.md", &ticket)
                }
                nth => fixture.set(["a.rs", "b.rs"][nth], lines[text]),
            };
            if is_looked_at {
                let now = fixture.snapshot();
                let fresh = afresh(&now);
                prop_assert_eq!(&now.lost().orphaned, &fresh.orphaned);
                let sorted = |it: &Lost| {
                    let mut all: Vec<String> = it.drifted.iter().map(|it| format!("{it:?}")).collect();
                    all.sort();
                    all
                };
                prop_assert_eq!(sorted(now.lost()), sorted(&fresh));
            }
        }
    }
}
