//! Plans made, written, read again and carried out.

use std::collections::BTreeMap;

use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::edit::TextEdit;
use crate::fixture::Fixture;

const PROJECT: &str = "
//- /.docs/tickets/T-2b7q-sing.md
---
id: T-2b7q
title: Cache the parsed files
---
//- /server/src/list.rs
// TODO: handle the empty list
fn a() {}
// FIXME!!: the lock is never given back
// TODO(T-2b7q): tracked already
//- /server/src/other.rs
// TODO handle the empty list.
// TODO
// TODO: implement
// TODO(#12): an issue's
// TODO(@cy) +speed later on, when there is time
//- /clients/a.rs
// TODO: Handle the empty list too
// TODO: implement
// HACK: works around a bug of the compiler
";

struct Known;

impl Owners for Known {
    fn of_file(&mut self, path: &str) -> Vec<String> {
        match path.starts_with("clients/") {
            true => vec!["ana".into()],
            false => Vec::new(),
        }
    }
    fn of_lines(&mut self, todos: &[&Site]) -> Vec<Option<String>> {
        let wrote = |it: &&Site| (it.line == 3).then(|| "ben".into());
        todos.iter().map(wrote).collect()
    }
}

#[derive(Default)]
struct Numbers(usize);

impl Source for Numbers {
    fn text(&mut self, _: &str) -> Option<String> {
        None
    }
    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        (self.0 * 7) % n
    }
    fn is_taken(&mut self, _: &str) -> bool {
        false
    }
}

/// The project after a change.
fn after(fixture: &Fixture, change: &Change) -> Fixture {
    let mut files: BTreeMap<String, String> = fixture
        .files
        .iter()
        .map(|(path, text)| (path.to_string(), text.clone()))
        .collect();
    for edit in &change.edits {
        let text = files.get_mut(&edit.path).unwrap();
        *text = TextEdit::apply_all(text, &edit.edits);
    }
    for file in &change.creates {
        assert!(files.insert(file.path.clone(), file.text.clone()).is_none());
    }
    let all: Vec<String> = files
        .iter()
        .map(|(path, text)| format!("//- /{path}\n{text}"))
        .collect();
    Fixture::new(&all.concat())
}

#[test]
fn todos_that_say_the_same_share_a_ticket() {
    let fixture = Fixture::new(PROJECT);
    let plan = propose(&fixture.snapshot(), MAX_TICKETS, &mut Known);
    expect![[r##"
        # 9 TODOs as 7 tickets

        Change titles and fields, move TODOs between tickets, take out what you do not want.
        Then run `docket adopt`, or the command "Docket: Adopt TODOs" again; this page goes away with it.

        ## the lock is never given back

        assignees: ben
        labels: server
        priority: critical
        type: bug

        - server/src/list.rs:3 FIXME: the lock is never given back

        ## Handle the empty list too

        assignees: ana

        - clients/a.rs:1 TODO: Handle the empty list too
        - server/src/list.rs:1 TODO: handle the empty list
        - server/src/other.rs:1 TODO: handle the empty list.

        ## implement

        assignees: ana
        labels: clients

        - clients/a.rs:2 TODO: implement

        ## works around a bug of the compiler

        assignees: ana
        labels: clients

        - clients/a.rs:3 HACK: works around a bug of the compiler

        ## TODO in other.rs

        labels: server

        - server/src/other.rs:2 TODO

        ## implement

        assignees: ben
        labels: server

        - server/src/other.rs:3 TODO: implement

        ## +speed later on, when there is time

        assignees: cy
        labels: speed, server

        - server/src/other.rs:5 TODO: +speed later on, when there is time
    "##]]
    .assert_eq(&plan.to_string());
    assert_eq!(
        parse(&plan.to_string(), &fixture.snapshot().config),
        Ok(plan)
    );
}

#[test]
fn a_plan_is_carried_out_once() {
    let fixture = Fixture::new(PROJECT);
    let snapshot = fixture.snapshot();
    let plan = propose(&snapshot, 2, &mut Known);
    assert_eq!((plan.tickets.len(), plan.n_left), (2, 5));
    let adoption = adopt(&snapshot, &plan, &mut Numbers::default()).unwrap();
    assert_eq!(adoption.passed_over, []);
    let now = after(&fixture, &adoption.change);
    expect![[r#"
        // TODO(T-bkt4): handle the empty list
        fn a() {}
        // FIXME!!(T-9js3): the lock is never given back
        // TODO(T-2b7q): tracked already
    "#]]
    .assert_eq(now.text("server/src/list.rs"));
    // The same plan again, and a new one.
    let again = adopt(&now.snapshot(), &plan, &mut Numbers::default()).unwrap();
    assert_eq!(again.change, Change::default());
    assert_eq!(again.passed_over.len(), 4);
    let rest = propose(&now.snapshot(), MAX_TICKETS, &mut Known);
    assert_eq!(rest.tickets.len(), 5);
}

#[test]
fn what_was_broken_off_goes_on() {
    let fixture = Fixture::new(PROJECT);
    let snapshot = fixture.snapshot();
    let plan = propose(&snapshot, MAX_TICKETS, &mut Known);
    let mut first = adopt(&snapshot, &plan, &mut Numbers::default()).unwrap();
    // The tickets were made, and nothing was linked.
    first.change.edits.clear();
    let broken = after(&fixture, &first.change);
    let plan = propose(&broken.snapshot(), MAX_TICKETS, &mut Known);
    assert!(plan.tickets.iter().all(|it| it.ticket.is_some()));
    let second = adopt(&broken.snapshot(), &plan, &mut Numbers::default()).unwrap();
    assert!(second.change.creates.is_empty());
    let now = after(&broken, &second.change);
    let rest = propose(&now.snapshot(), MAX_TICKETS, &mut Known);
    assert_eq!(rest.tickets, []);
}

#[test]
fn nonsense_is_refused_with_its_line() {
    let fixture = Fixture::new("");
    let config = &fixture.snapshot().config;
    let said = |text: &str| parse(text, config).map(drop).unwrap_err().to_string();
    let todo = "- a.rs:1 TODO: x";
    let ticket = |line: &str| said(&format!("# x\n\n## Title\n{line}\n{todo}\n"));
    expect!["line 1: there is no ticket in it: each begins with `## ` and its title"]
        .assert_eq(&said(""));
    expect!["line 4: `a.rs TODO: x` is no TODO's place: it is `- path:line KEYWORD: text`, as docket wrote it"].assert_eq(&ticket("- a.rs TODO: x"));
    expect!["line 4: `hello` is neither a title (`## …`), nor a field (`priority: high`), nor a TODO (`- path:line TODO: …`)"].assert_eq(&ticket("hello"));
    expect!["line 4: `id` is no field that a plan gives"].assert_eq(&ticket("id: T-2b7q"));
    expect!["line 5: `type` is given twice"].assert_eq(&ticket("type: a\ntype: b"));
    expect![
        "line 1: this ticket has no TODO: take its heading out as well, or make it by `docket new`"
    ]
    .assert_eq(&said("## Title\n"));
    expect!["line 2: there is no ticket in it: each begins with `## ` and its title"]
        .assert_eq(&said(&format!("## \n{todo}")));
    expect![
        "line 4: `priority` cannot be `soon`; it is one of `critical`, `high`, `medium`, `low`"
    ]
    .assert_eq(&ticket("priority: soon"));
}

proptest! {
    /// Whatever a person makes of the page, it is a plan or refused, and a plan says the same when it
    /// is written and read again.
    #[test]
    fn any_page_is_read_or_refused(
        lines in prop::collection::vec(
            prop_oneof![
                Just("## Title".to_owned()),
                Just("- a b.rs:3 TODO: x: y".to_owned()),
                Just("labels: [a, b]".to_owned()),
                Just("priority: high".to_owned()),
                "\\PC{0,12}",
            ],
            0..12,
        )
    ) {
        let fixture = Fixture::new("");
        let config = &fixture.snapshot().config;
        if let Ok(plan) = parse(&lines.join("\n"), config) {
            prop_assert_eq!(parse(&plan.to_string(), config), Ok(plan));
        }
    }
}
