//! What is told as new, moved, touched and gone.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;
use crate::rules;

fn check(before: &str, after: &str, expected: Expect) {
    let before = Fixture::new(before).snapshot();
    let now = Fixture::new(after).snapshot();
    let found = difference(&before, &now);
    let mut out = String::new();
    let at = |snapshot: &Snapshot, place: &Place| {
        let text = &todo(snapshot, place).unwrap().text;
        format!("{}#{} `{text}`", place.path, place.nth)
    };
    for it in &found.changed {
        let was = it
            .before
            .as_ref()
            .map(|it| format!(" from {}", at(&before, it)));
        let _ = writeln!(
            out,
            "{:?} {}{}",
            it.what,
            at(&now, &it.at),
            was.unwrap_or_default()
        );
    }
    for it in &found.removed {
        let _ = writeln!(out, "Removed {}", at(&before, it));
    }
    expected.assert_eq(&out);
}

#[test]
fn what_stays_in_its_file_is_no_change_wherever_it_stands() {
    check(
        "//- /a.rs\n// TODO: one\nfn a() {}\n// TODO: two\n",
        "//- /a.rs\nfn b() {}\n    // TODO:  two\n// TODO: one\n",
        expect![""],
    );
}

#[test]
fn each_change_has_its_name() {
    check(
        "//- /a.rs\n// TODO: stays\n// TODO: goes away for good\n// TODO: parse the header\n// TODO: wanders\n",
        "//- /a.rs\n// TODO: parse the headers\n// TODO: stays\n// FIXME: quite another thing\n//- /b.rs\n// TODO: wanders\n",
        expect![[r#"
            Touched a.rs#0 `parse the headers` from a.rs#2 `parse the header`
            New a.rs#2 `quite another thing`
            Moved b.rs#0 `wanders` from a.rs#3 `wanders`
            Removed a.rs#1 `goes away for good`
        "#]],
    );
}

#[test]
fn who_does_it_and_which_ticket_it_has_is_touched() {
    check(
        "//- /a.rs\n// TODO: ring\n// TODO(@ana): sing\n// TODO: bring\n",
        "//- /a.rs\n// TODO(T-7k3f): ring\n// TODO(@ben): sing\n// TODO!: bring\n",
        expect![[r#"
            Touched a.rs#0 `ring` from a.rs#0 `ring`
            Touched a.rs#1 `sing` from a.rs#1 `sing`
            Touched a.rs#2 `bring` from a.rs#2 `bring`
        "#]],
    );
}

#[test]
fn a_renamed_file_takes_its_edited_todos_along() {
    check(
        "//- /old.rs\n// TODO: one thing to do\n// TODO: parse the header\n",
        "//- /new.rs\n// TODO: one thing to do\n// TODO: parse the header twice\n",
        expect![[r#"
            Moved new.rs#0 `one thing to do` from old.rs#0 `one thing to do`
            Touched new.rs#1 `parse the header twice` from old.rs#1 `parse the header`
        "#]],
    );
}

#[test]
fn two_equal_ones_stay_two() {
    check(
        "//- /a.rs\n// TODO: same\n// TODO: same\n//- /b.rs\n// TODO: same\n",
        "//- /a.rs\n// TODO: same\n//- /b.rs\n// TODO: same\n// TODO: same\n//- /c.rs\n// TODO: same\n",
        expect![[r#"
            Moved b.rs#1 `same` from a.rs#1 `same`
            New c.rs#0 `same`
        "#]],
    );
}

#[test]
fn the_same_name_is_preferred_where_several_may_have_moved() {
    check(
        "//- /x/one.rs\n// TODO: same\n//- /x/two.rs\n// TODO: same\n",
        "//- /y/two.rs\n// TODO: same\n//- /y/one.rs\n// TODO: same\n",
        expect![[r#"
            Moved y/one.rs#0 `same` from x/one.rs#0 `same`
            Moved y/two.rs#0 `same` from x/two.rs#0 `same`
        "#]],
    );
}

/// The rule and place of each new finding, and how many are gone.
fn new(before: &str, after: &str, expected: Expect) {
    let before = rules::all_findings(&Fixture::new(before).snapshot());
    let known: Vec<_> = before
        .iter()
        .map(|it| Known {
            fingerprint: &it.fingerprint,
            path: &it.path,
        })
        .collect();
    let now = rules::all_findings(&Fixture::new(after).snapshot());
    let (new, n_gone) = new_findings(now, &known);
    let mut out = String::new();
    for it in new {
        let _ = writeln!(out, "{} {}@{}", it.rule.name(), it.path, it.span.start);
    }
    let _ = writeln!(out, "{n_gone} gone");
    expected.assert_eq(&out);
}

#[test]
fn a_finding_that_wanders_is_not_new_and_a_copy_is() {
    new(
        "//- /a.rs\n// TODO: one\n// TODO: two\n",
        "//- /b.rs\n\n// TODO: one\n//- /c.rs\n// TODO: one\n",
        expect![[r#"
            untracked-todo c.rs@3
            1 gone
        "#]],
    );
    new(
        "//- /b.rs\n// TODO: one\n",
        "//- /a.rs\n// TODO: one\n//- /b.rs\n// TODO: one\n",
        expect![[r#"
            untracked-todo a.rs@3
            0 gone
        "#]],
    );
}

#[test]
fn a_files_new_findings_are_those_of_the_whole_project() {
    let before = Fixture::new(
        "//- /a.rs\n// TODO: one\n// TODO: two\n//- /b.rs\n// TODO: one\n//- /gone.rs\n// TODO: three\n",
    )
    .snapshot();
    let now = Fixture::new(
        "//- /a.rs\n// TODO: one\n// TODO: four\n//- /b.rs\n// TODO: one\n// TODO: two\n// TODO: three\n\
         //- /c.rs\n// TODO: one\n// TODO: three\n",
    )
    .snapshot();
    let baseline = Baseline::new(rules::all_findings(&before));
    let whole = baseline.new_of_all(rules::all_findings(&now));
    for (path, n_new) in [("a.rs", 1), ("b.rs", 0), ("c.rs", 2)] {
        let found = rules::findings(&now, path);
        let new = baseline.new_of_file(found, path, || rules::all_findings(&now));
        let expected: Vec<_> = whole.iter().filter(|it| it.path == path).cloned().collect();
        assert_eq!(new, expected, "{path}");
        assert_eq!(new.len(), n_new, "{path}");
    }
}

#[test]
fn a_line_that_is_broken_elsewhere_is_the_same() {
    // As real histories have it: an address goes to the next line, a subject is put before.
    check(
        "//- /a.py\n# TODO: compare kettles as soon as https://example.com/kettles/pull/10564\n# is merged.\n",
        "//- /a.py\n# TODO: compare kettles as soon as\n# https://example.com/kettles/pull/10564 is merged.\n",
        expect![[r#"
            Touched a.py#0 `compare kettles as soon as` from a.py#0 `compare kettles as soon as https://example.com/kettles/pull/10564`
        "#]],
    );
    check(
        "//- /a.rs\n// TODO: This is poured for now. Find out whether the lid should\n// be closed before anybody lifts the kettle from its stand.\n",
        "//- /a.rs\n// TODO: `Kettle::water` is poured for now. Find out\n// whether the lid should be closed before anybody lifts the kettle from its stand.\n",
        expect![[r#"
            Touched a.rs#0 ``Kettle::water` is poured for now. Find out` from a.rs#0 `This is poured for now. Find out whether the lid should`
        "#]],
    );
}
