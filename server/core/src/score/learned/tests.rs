//! What closed tickets teach, and that it stays small.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::fixture::Fixture;
use crate::ids::TicketId;
use crate::score::{LEARNED, Part, Score, score};

/// Closed tickets, so many of each status and further fields.
fn closed(of: &[(usize, &str, &str)]) -> String {
    let mut out = String::new();
    for (group, (n, status, fields)) in of.iter().enumerate() {
        for nth in 0..*n {
            let id = format!("T-{}{:03}", group + 2, nth);
            write!(
                out,
                "//- /.docs/tickets/{id}.md\n---\nid: {id}\ntitle: x\nstatus: {status}\n{fields}---\n"
            )
            .unwrap();
        }
    }
    out
}

const BUG: &str = "type: bug\n";

fn open(fields: &str) -> String {
    format!("//- /.docs/tickets/T-open.md\n---\nid: T-open\ntitle: Open\n{fields}---\n")
}

fn scored(snapshot: &Snapshot, id: &str) -> Score {
    let (_, ticket) = snapshot.ticket(&TicketId::new(id)).unwrap();
    score(snapshot, ticket)
}

fn learned(fixture: &str) -> Option<Part> {
    let score = scored(&Fixture::new(fixture).snapshot(), "T-open");
    score.parts.into_iter().find(|it| it.name == LEARNED)
}

#[track_caller]
fn check(fixture: &str, expected: Expect) {
    let told = learned(fixture).map(|it| format!("{:.2} {}", it.points, it.reason));
    expected.assert_eq(&told.unwrap_or_default());
}

#[test]
fn types_and_labels_that_were_finished_more_often_give_and_others_take() {
    let history = closed(&[
        (18, "done", "type: Bug\nlabels: [core]\n"),
        (2, "dropped", "type: bug\nlabels: [ui, UI]\n"),
        (10, "dropped", "labels: [ui]\n"),
        (4, "dropped", "labels: [rare]\n"),
    ]);
    // (18 + 10 * 18/34) / 30 - 18/34 = 0.2471, times 5.
    check(
        &format!("{history}{}", open("type: bug\n")),
        expect!["1.24 finished more often than others here: 18 of 20 of type bug (all: 18 of 34)"],
    );
    check(
        &format!("{history}{}", open("labels: [UI]\n")),
        expect!["-1.44 finished less often than others here: 0 of 12 labelled ui (all: 18 of 34)"],
    );
    check(
        &format!("{history}{}", open("type: bug\nlabels: [ui, core]\n")),
        expect![
            "0.43 finished more often than others here: 18 of 18 labelled core, 0 of 12 labelled ui, 18 of 20 of type bug (all: 18 of 34)"
        ],
    );
    // Too few were closed, or none like it.
    check(
        &format!("{history}{}", open("labels: [rare]\n")),
        expect![""],
    );
    check(&format!("{history}{}", open("type: epic\n")), expect![""]);
    check(&format!("{history}{}", open("")), expect![""]);
}

#[test]
fn where_all_ended_alike_there_is_nothing_to_tell() {
    let history = closed(&[(9, "done", BUG), (9, "done", "labels: [ui]\n")]);
    check(&format!("{history}{}", open(BUG)), expect![""]);
    let still_open = closed(&[(9, "todo", BUG), (9, "review", "labels: [ui]\n")]);
    check(&format!("{still_open}{}", open(BUG)), expect![""]);
}

#[test]
fn what_weighs_nothing_is_not_shown() {
    let mut history = closed(&[(6, "done", BUG), (6, "dropped", "labels: [ui]\n")]);
    history.push_str(&open(BUG));
    assert!(learned(&history).is_some());
    let off = format!("//- /.docs/docket.toml\n[priorities]\nlearned = 0\n{history}");
    assert_eq!(learned(&off), None);
    let most = "//- /.docs/docket.toml\n[priorities]\nlearned = 60000\n";
    let points = learned(&format!("{most}{history}")).unwrap().points;
    assert!(points > 5.0 && points < 60_000.0, "{points}");
}

/// What was learned is kept over changes that teach nothing, and forgotten with those that do.
#[test]
fn a_status_that_changes_is_learned_of() {
    let history = closed(&[(6, "done", BUG), (6, "dropped", "labels: [ui]\n")]);
    let mut fixture = Fixture::new(&format!("{history}{}//- /a.rs\n// TODO: x\n", open(BUG)));
    let points = |fixture: &Fixture| {
        let score = scored(&fixture.snapshot(), "T-open");
        let learned = score.parts.into_iter().find(|it| it.name == LEARNED);
        learned.map_or(0.0, |it| it.points)
    };
    let first = points(&fixture);
    let before = fixture.snapshot();
    fixture.set("a.rs", "// TODO: y\n");
    assert!(std::ptr::eq(before.learned(), fixture.snapshot().learned()));
    assert_eq!(points(&fixture), first);
    let ticket = |status: &str, fields: &str| {
        format!("---\nid: T-2000\ntitle: x\nstatus: {status}\n{fields}---\n")
    };
    fixture.set(".docs/tickets/T-2000.md", &ticket("dropped", BUG));
    let second = points(&fixture);
    assert!(second < first);
    fixture.set(".docs/tickets/T-2000.md", &ticket("dropped", ""));
    assert!(points(&fixture) > second);
}

const STATUSES: [&str; 4] = ["todo", "in-progress", "done", "dropped"];
const LABELS: [&str; 3] = ["ui", "core", "Core"];

/// Status, type and labels of a ticket, as numbers.
fn tickets() -> impl Strategy<Value = Vec<(usize, usize, Vec<usize>)>> {
    let one = (0..4usize, 0..3usize, prop::collection::vec(0..3usize, 0..3));
    prop::collection::vec(one, 0..40)
}

fn files(of: &[(usize, usize, Vec<usize>)]) -> Vec<String> {
    let files = of.iter().enumerate().map(|(nth, (status, kind, labels))| {
        let labels: Vec<_> = labels.iter().map(|it| LABELS[*it]).collect();
        let kind = ["", "type: bug\n", "type: chore\n"][*kind];
        format!(
            "//- /.docs/tickets/T-{nth:04}.md\n---\nid: T-{nth:04}\ntitle: x\nstatus: {}\n{kind}labels: [{}]\n---\n",
            STATUSES[*status],
            labels.join(", ")
        )
    });
    files.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_stays_within_its_weight_and_changes_nothing_else(
        (of, order) in tickets().prop_flat_map(|it| {
            let order: Vec<_> = (0..it.len()).collect();
            (Just(it), Just(order).prop_shuffle())
        }),
        weight in 0..2000u16,
    ) {
        let config = |weight: u16| {
            format!("//- /.docs/docket.toml\n[priorities]\nlearned = {weight}\n")
        };
        let files = files(&of);
        let text = |files: &[String], weight| config(weight) + &files.concat();
        let with = Fixture::new(&text(&files, weight)).snapshot();
        let off = Fixture::new(&text(&files, 0)).snapshot();
        let mixed: Vec<_> = order.iter().map(|it| files[*it].clone()).collect();
        let mixed = Fixture::new(&text(&mixed, weight)).snapshot();
        prop_assert_eq!(with.learned(), mixed.learned());
        let is_closed = of.iter().any(|it| it.0 >= 2);
        for nth in 0..of.len() {
            let id = format!("T-{nth:04}");
            let score = scored(&with, &id);
            prop_assert_eq!(&score, &scored(&mixed, &id));
            let (learned, set): (Vec<_>, Vec<_>) =
                score.parts.into_iter().partition(|it| it.name == LEARNED);
            prop_assert_eq!(Score { parts: set }, scored(&off, &id));
            for it in learned {
                prop_assert!(is_closed && it.points.abs() < f64::from(weight));
            }
        }
    }
}
