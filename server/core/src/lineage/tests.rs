//! Tests of descent and of what is out of date.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::edit::TextEdit;
use crate::fixture::Fixture;
use crate::rules::{RuleId, all_findings};

/// Path, place and message of each finding, and what its fix would write.
fn outdated(text: &str) -> String {
    let fixture = Fixture::new(text);
    let found = all_findings(&fixture.snapshot());
    let found = found.iter().filter(|it| it.rule == RuleId::Outdated);
    let lines = found.map(|it| {
        let at = &fixture.text(&it.path)[it.span.range()];
        let fix = it.fixes.first().map_or(String::new(), |it| {
            format!(" -> {}", it.change.edits[0].edits[0].text)
        });
        let seen = it.related.iter().map(|it| {
            let text = &fixture.text(&it.path)[it.span.range()];
            format!("  see {} {text:?}\n", it.path)
        });
        let seen: String = seen.collect();
        format!("{} {at}: {}{fix}\n{seen}", it.path, it.message)
    });
    lines.collect()
}

fn check(text: &str, expect: Expect) {
    expect.assert_eq(&outdated(text));
}

/// A brief, what was planned of it, and the ticket of one requirement, all in line.
fn plan(brief: &str, requirement: &str) -> String {
    let [mail, export] = ["Sign in by mail.", "Export as CSV"].map(Digest::of);
    let whole = Digest::of("R-4k2p Sign in by mail A link is sent. It works once");
    format!(
        "//- /.docs/brief.md
# Brief

{brief}
//- /.docs/requirements.md
# Requirements

{requirement}

## R-9x2m Export
<!-- from: brief.md#goals@{export} -->

Everything as CSV.
//- /.docs/tickets/T-7k3f-sign.md
---
id: T-7k3f
title: Sign in
from: [R-4k2p@{whole}]
---
//- /mail
{mail}
"
    )
}

const GOALS: &str = "## Goals\n\nWords before. Sign in by mail.\n\n- Export as CSV\n";

fn requirement() -> String {
    format!(
        "## R-4k2p Sign in by mail\n<!-- from: brief.md#goals@{} -->\n\nA link is sent.\n\n- [ ] It works once\n",
        Digest::of("Sign in by mail.")
    )
}

#[test]
fn nothing_has_changed() {
    check(&plan(GOALS, &requirement()), expect![""]);
}

#[test]
fn marks_white_space_and_ticks_mark_nothing() {
    let goals = "Goals\n-----\n\n**Words** before.  Sign in\nby _mail_.\n\n* Export as `CSV`\n";
    let requirement = requirement()
        .replace("A link", "A  [link](https://example.com)")
        .replace("[ ]", "[x]");
    check(&plan(goals, &requirement), expect![""]);
}

#[test]
fn one_sentence_marks_what_was_derived_from_it_and_what_followed() {
    let goals = GOALS.replace("by mail", "by key");
    let text = plan(&goals, &requirement());
    let mail = Digest::of("Sign in by mail.").to_string();
    let shown = outdated(&text).replace(&mail, "<mail>");
    let key = Digest::of("Sign in by key.").to_string();
    let shown = shown.replace(&key, "<key>");
    // Two things are said that nothing was derived from, so which of them it was is open.
    expect![[r#"
        .docs/requirements.md brief.md#goals@<mail>: brief.md#goals has changed since this was derived from it. -> brief.md#goals@604adf89
          see .docs/brief.md ""
        .docs/tickets/T-7k3f-sign.md R-4k2p@00f78aa0: R-4k2p, from which this was derived, is outdated itself: brief.md#goals has changed.
          see .docs/brief.md ""
    "#]]
    .assert_eq(&shown);
}

#[test]
fn what_a_sentence_became_is_named_where_it_is_the_only_one_left() {
    let goals = "## Goals\n\nSign in by key.\n\n- Export as CSV\n";
    let text = plan(goals, &requirement());
    let shown = outdated(&text);
    let key = Digest::of("Sign in by key.");
    assert!(
        shown.contains(&format!("-> brief.md#goals@{key}\n")),
        "{shown}"
    );
    assert!(
        shown.contains("see .docs/brief.md \"Sign in by key.\""),
        "{shown}"
    );
}

#[test]
fn a_criterion_that_changed_marks_the_ticket_alone() {
    let requirement = requirement().replace("once", "twice");
    let shown = outdated(&plan(GOALS, &requirement));
    assert_eq!(
        shown.lines().filter(|it| !it.starts_with(' ')).count(),
        1,
        "{shown}"
    );
    assert!(
        shown.starts_with(".docs/tickets/T-7k3f-sign.md R-4k2p@"),
        "{shown}"
    );
}

#[test]
fn what_is_gone_is_told_and_what_nobody_recorded_is_not() {
    check(
        "//- /.docs/tickets/T-7k3f-a.md\n---\nid: T-7k3f\ntitle: A\nfrom: [R-2222@00000000, T-3333, backlog/task-1.md, crate]\n---\n",
        expect![[r#"
            .docs/tickets/T-7k3f-a.md R-2222@00000000: R-2222, from which this was derived, is gone.
        "#]],
    );
}

#[test]
fn fields_and_criteria_of_tickets_can_be_derived_from() {
    let [due, one] = ["2026-12-01", "One"].map(Digest::of);
    let other = Digest::of("Two");
    check(
        &format!(
            "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: A
status: done
due: 2026-12-01
---

## Acceptance criteria

- [x] One
//- /.docs/tickets/T-9x2m-b.md
---
id: T-9x2m
title: B
from:
  - T-7k3f#due@{due}
  - T-7k3f#criteria@{one}
  - T-7k3f#criteria@{other}
---
"
        ),
        expect![[r#"
            .docs/tickets/T-9x2m-b.md T-7k3f#criteria@b0364889: T-7k3f#criteria has changed since this was derived from it. -> T-7k3f#criteria@b991c013
              see .docs/tickets/T-7k3f-a.md ""
        "#]],
    );
}

/// Tickets, each derived from others; the ticket that is changed; whether what is recorded is kept
/// step by step or read anew.
fn ticket(nth: usize, sources: &BTreeSet<usize>, body: &str) -> String {
    let digest = |it: usize| Digest::of(&format!("Number {it} Body {it}."));
    let from: Vec<_> = sources
        .iter()
        .map(|it| format!("N-{it}@{}", digest(*it)))
        .collect();
    format!(
        "---\nid: N-{nth}\ntitle: Number {nth}\nfrom: [{}]\n---\n\n{body}\n",
        from.join(", ")
    )
}

proptest! {
    #[test]
    fn outdated_is_what_can_be_reached(
        edges in proptest::collection::btree_set((0_usize..14, 0_usize..14), 0..30),
        changed in 0_usize..14,
    ) {
        let sources = |nth: usize| -> BTreeSet<usize> {
            edges.iter().filter(|it| it.0 == nth).map(|it| it.1).collect()
        };
        let path = |nth: usize| format!(".docs/tickets/N-{nth}.md");
        let mut text = String::new();
        for nth in 0..14 {
            text.push_str(&format!("//- /{}\n{}", path(nth), ticket(nth, &sources(nth), &format!("Body {nth}."))));
        }
        let mut fixture = Fixture::new(&text);
        let marked = |fixture: &Fixture| -> BTreeSet<usize> {
            let snapshot = fixture.snapshot();
            (0..14).filter(|it| !snapshot.outdated(&path(*it)).is_empty()).collect()
        };
        prop_assert_eq!(marked(&fixture), BTreeSet::new());
        let delta = fixture.set(&path(changed), &ticket(changed, &sources(changed), "Another body."));
        let mut reached = BTreeSet::new();
        let mut queue = vec![changed];
        while let Some(at) = queue.pop() {
            for (to, _) in edges.iter().filter(|it| it.1 == at) {
                if reached.insert(*to) {
                    queue.push(*to);
                }
            }
        }
        prop_assert_eq!(&marked(&fixture), &reached);
        // Each of them is looked at again.
        for nth in reached {
            prop_assert!(delta.dirty.contains(&path(nth)), "{} is not dirty", nth);
        }
    }
}

mod places {
    use super::*;
    use crate::ide::{Declarations, FileMoves, definition, hover, references, rename};

    fn shop() -> String {
        let digest = Digest::of("R-4k2p Take an order By phone.");
        format!(
            "//- /.docs/requirements.md
# Requirements

## R-4k2p Take an order

By phone.

- [ ] One
//- /.docs/notes.md
See R-4k2p.
//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: A
status: review
from: [R-4k2p@{digest}, requirements.md#requirements]
---
"
        )
    }

    /// The place of `word` in a file's text.
    fn at(fixture: &Fixture, path: &str, word: &str) -> usize {
        fixture.text(path).find(word).unwrap() + 1
    }

    #[test]
    fn a_requirement_is_found_from_wherever_it_is_named() {
        let fixture = Fixture::new(&shop());
        let snapshot = fixture.snapshot();
        for path in [".docs/notes.md", ".docs/tickets/T-7k3f-a.md"] {
            let offset = at(&fixture, path, "R-4k2p");
            let (_, places) = definition(&snapshot, path, offset).unwrap();
            let place = &places[0];
            assert_eq!(
                &fixture.text(&place.path)[place.span.range()],
                "## R-4k2p Take an order"
            );
            let found = references(&snapshot, path, offset, Declarations::Exclude);
            let paths: Vec<_> = found.iter().map(|it| &*it.path).collect();
            assert_eq!(paths, [".docs/notes.md", ".docs/tickets/T-7k3f-a.md"]);
        }
        let offset = at(&fixture, ".docs/notes.md", "R-4k2p");
        let card = hover(&snapshot, ".docs/notes.md", offset).unwrap().markdown;
        expect![[r#"
            **R-4k2p Take an order**

            - One

            Derived

            - T-7k3f "A" · review

            .docs/requirements.md"#]]
        .assert_eq(&card);
    }

    #[test]
    fn a_section_is_found_from_its_record() {
        let fixture = Fixture::new(&shop());
        let path = ".docs/tickets/T-7k3f-a.md";
        let offset = at(&fixture, path, "requirements.md");
        let (_, places) = definition(&fixture.snapshot(), path, offset).unwrap();
        assert_eq!(
            &fixture.text(&places[0].path)[places[0].span.range()],
            "# Requirements"
        );
    }

    #[test]
    fn a_page_that_moves_and_a_heading_that_is_renamed_are_followed() {
        let fixture = Fixture::new(&shop());
        let snapshot = fixture.snapshot();
        let edits = crate::world::moved::link_edits(
            &snapshot,
            ".docs/requirements.md",
            ".docs/plan/all.md",
        );
        let edit = &edits[0];
        let text = TextEdit::apply_all(fixture.text(&edit.path), &edit.edits);
        assert!(text.contains(", plan/all.md#requirements]"), "{text}");

        let offset = at(&fixture, ".docs/requirements.md", "Requirements");
        let renamed = rename::rename(
            &snapshot,
            ".docs/requirements.md",
            offset,
            "All of it",
            FileMoves::With,
            &mut Closed,
        );
        let change = renamed.unwrap().unwrap().change;
        let edit = change.edits.iter().find(|it| it.path.contains("T-7k3f"));
        let edit = edit.unwrap();
        let text = TextEdit::apply_all(fixture.text(&edit.path), &edit.edits);
        assert!(text.contains(", requirements.md#all-of-it]"), "{text}");
    }

    /// Everything is open.
    struct Closed;

    impl crate::ide::Source for Closed {
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
}
