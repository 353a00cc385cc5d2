//! Cases of actions: what is offered, what it does, and where there is silence.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::edit::{Change, TextEdit};
use crate::facts::FileKind;
use crate::fixture::{Fixture, forge};
use crate::world::Snapshot;

/// Answers from the fixture; ids are drawn in order.
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

    fn permalink(&mut self, line: &Line<'_>) -> Option<String> {
        let Line { path, number, text } = line;
        (!text.contains("unsaved")).then(|| format!("https://x.example/{path}#L{}", number + 1))
    }
}

const TICKET: &str = "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Read empty files
status: todo # soon
---
//- /.docs/tickets/T-9x2m-done.md
---
id: T-9x2m
title: Parse the manifest
status: done
---
";

fn here(fixture: &Fixture) -> Vec<Action> {
    let (path, offset) = fixture.cursor.clone().unwrap();
    let span = Span::new(offset, offset);
    actions(&fixture.snapshot(), &path, span, &ActionContext::default())
}

fn list(fixture: &str, expect: Expect) {
    let fixture = Fixture::new(&format!("{fixture}{TICKET}"));
    let mut out = String::new();
    for it in here(&fixture) {
        let mends = it.mends.map_or("", |it| it.0.name());
        let preferred = if it.preferred { "!" } else { "" };
        writeln!(out, "{:?}{preferred} {} [{mends}]", it.kind, it.title).unwrap();
    }
    expect.assert_eq(&out);
}

/// Every file that the change touches, as it is then.
fn apply(snapshot: &Snapshot, change: &crate::edit::Change) -> String {
    let mut out = String::new();
    for edit in &change.edits {
        assert_eq!(edit.expected, snapshot.file(&edit.path).unwrap().hash);
        let text = snapshot.document(&edit.path).unwrap().text();
        writeln!(out, "--- {}", edit.path).unwrap();
        out.push_str(&TextEdit::apply_all(&text, &edit.edits));
    }
    for it in &change.creates {
        writeln!(out, "+++ {}\n{}", it.path, it.text.trim_end()).unwrap();
    }
    for (from, to) in &change.renames {
        writeln!(out, ">>> {from} {to}").unwrap();
    }
    out
}

/// The text after the first action whose title has `title` in it.
fn run(fixture: &str, title: &str) -> String {
    let fixture = Fixture::new(&format!("{fixture}{TICKET}"));
    let action = here(&fixture)
        .into_iter()
        .find(|it| it.title.contains(title));
    let action = action.unwrap_or_else(|| panic!("no action has {title:?} in its title"));
    let data = serde_json::to_string(&action.data).unwrap();
    let data = serde_json::from_str(&data).unwrap();
    let snapshot = fixture.snapshot();
    let change = resolve(&snapshot, &data, &mut Fake(0)).unwrap();
    apply(&snapshot, &change)
}

fn check(fixture: &str, title: &str, expect: Expect) {
    expect.assert_eq(&run(fixture, title));
}

#[test]
fn an_untracked_todo_can_be_tracked() {
    list(
        "// TO$0DO: read an empty file\n",
        expect![[r#"
        QuickFix! Create a ticket for this TODO [untracked-todo]
        QuickFix Link to T-7k3f "Read empty files" [untracked-todo]
    "#]],
    );
}

#[test]
fn a_stale_todo_can_go() {
    list(
        "// TODO(T-9x2m): read it$0\n",
        expect![[r#"
            QuickFix Remove this TODO [stale-todo]
            Refactor Unlink T-9x2m from this TODO []
            Refactor Assign T-9x2m to me (@ana) []
            Refactor Set T-9x2m to backlog []
            Refactor Set T-9x2m to todo []
            Refactor Set T-9x2m to in-progress []
            Refactor Set T-9x2m to review []
            Refactor Set T-9x2m to dropped []
        "#]],
    );
}

#[test]
fn a_ticket_can_be_changed_from_its_own_file() {
    list(
        "//- /.docs/tickets/T-2222-a.md\n---\nid: T-2222\ntitle: A$0\n---\n",
        expect![[r#"
            Refactor Start work on T-2222 []
            Refactor Assign T-2222 to me (@ana) []
            Refactor Set T-2222 to todo []
            Refactor Set T-2222 to in-progress []
            Refactor Set T-2222 to review []
            Refactor Set T-2222 to done []
            Refactor Set T-2222 to dropped []
        "#]],
    );
}

#[test]
fn nothing_is_offered_elsewhere() {
    list("let $0x = 1;\n\n\n// TODO: a\n", expect![[""]]);
}

#[test]
fn a_ticket_from_a_todo() {
    check(
        "fn a() {}\n    // TODO!!(ana): \"read\": an empty file\n    //   and $0a missing one due:2026-12-31 +io\nfn b() {}\n",
        "Create",
        expect![[r#"
            --- main.rs
            fn a() {}
                // TODO!!(T-789b, ana): "read": an empty file
                //   and a missing one due:2026-12-31 +io
            fn b() {}
            +++ .docs/tickets/T-789b-read-an-empty-file.md
            ---
            id: T-789b
            title: '"read": an empty file'
            status: backlog
            priority: critical
            assignees: [ana]
            created: 2026-11-20
            ---

            From `main.rs`:

            ```
            "read": an empty file
            and a missing one due:2026-12-31 +io
            ```
        "#]],
    );
    check(
        "// TODO$0\n",
        "Create",
        expect![[r#"
        --- main.rs
        // TODO(T-789b)
        +++ .docs/tickets/T-789b-todo-in-main-rs.md
        ---
        id: T-789b
        title: TODO in main.rs
        status: backlog
        created: 2026-11-20
        ---

        From `main.rs`:

        ```
        TODO
        ```
    "#]],
    );
}

const SYNCED: &str = "//- /.docs/docket.toml
[sync]
mode = \"manual\"
repository = \"ana/it\"
";

/// The project with a closed issue, an open one, and one of a ticket that is done.
fn synced(fixture: &str) -> Fixture {
    let ticket =
        "//- /.docs/tickets/T-4444-over.md\n---\nid: T-4444\nstatus: done\ngithub: 42\n---\n";
    let issues = [
        forge::closed(7, "Stops"),
        forge::issue(8, "Goes on"),
        forge::closed(42, "Over"),
    ];
    Fixture::new(&format!("{fixture}{SYNCED}{ticket}{TICKET}")).with_mirror(forge::mirror(issues))
}

fn titles(fixture: &Fixture, of: &str) -> Vec<String> {
    let titles = here(fixture).into_iter().map(|it| it.title);
    titles.filter(|it| it.contains(of)).collect()
}

#[test]
fn a_ticket_and_an_issue_from_a_todo_with_the_code_around_it() {
    assert_eq!(
        titles(&synced("// TODO$0: a\n"), "issue"),
        ["Create a ticket and an issue for this TODO"]
    );
    // Where nothing can be sent nothing of it is offered.
    list(
        "// TO$0DO: a\n",
        expect![[r#"
        QuickFix! Create a ticket for this TODO [untracked-todo]
    "#]],
    );
    let made = |fixture: &str| {
        let fixture = synced(fixture);
        let (path, _) = fixture.cursor.clone().unwrap();
        let snapshot = fixture.snapshot();
        let todo = snapshot.file(&path).unwrap().todos[0].fingerprint.clone();
        let path = path.to_string();
        let data = ActionData::CreateIssue { path, todo };
        let change = resolve(&snapshot, &data, &mut Fake(0)).unwrap();
        let text = change.creates[0].text.clone();
        let sent = to_send(&snapshot, &data, &change, &mut Fake(0)).unwrap();
        let ticket = "T-789b".to_owned();
        assert_eq!(
            sent,
            Some(ToSend::Issue {
                ticket,
                text: text.clone()
            })
        );
        text.split_once("\n---\n").unwrap().1.to_owned()
    };
    let code =
        "fn a() {\n    b();\n    // TODO$0: read `` ``` `` it\n    //   whole\n    c();\n}\n";
    expect![[r#"

        From [`main.rs`, line 3](https://x.example/main.rs#L3):

        ````
        fn a() {
            b();
            // TODO: read `` ``` `` it
            //   whole
            c();
        }
        ````
    "#]]
    .assert_eq(&made(code));
    let unsaved = "    a();\n\n\n\n    // TODO$0: unsaved\n    b();\n\n";
    expect![[r#"

        From `main.rs`, line 5:

        ```
        // TODO: unsaved
        b();
        ```
    "#]]
    .assert_eq(&made(unsaved));
}

#[test]
fn a_closed_issue_that_a_todo_names_can_be_opened_again() {
    let fixture = synced("// TODO(#7): read it$0\n");
    let offered = here(&fixture).into_iter();
    let action = offered
        .into_iter()
        .find(|it| it.title.starts_with("Reopen"))
        .unwrap();
    assert_eq!(
        action.title,
        "Reopen #7, with a comment that quotes this TODO"
    );
    assert_eq!(action.mends.map(|it| it.0), Some(RuleId::StaleTodo));
    let snapshot = fixture.snapshot();
    let change = resolve(&snapshot, &action.data, &mut Fake(0)).unwrap();
    assert_eq!(change, Change::default());
    let sent = to_send(&snapshot, &action.data, &change, &mut Fake(0)).unwrap();
    let Some(ToSend::Reopening {
        ticket,
        issue: 7,
        comment,
        ..
    }) = sent
    else {
        panic!("{sent:?}");
    };
    assert_eq!(ticket, "#7");
    expect![[r#"
        Reopened: it is closed, and a TODO still names it.

        From [`main.rs`, line 1](https://x.example/main.rs#L1):

        ```
        // TODO(#7): read it
        ```
    "#]]
    .assert_eq(&comment);

    let of_ticket = synced("// TODO(T-4444): read it$0\n");
    assert_eq!(titles(&of_ticket, "Reopen #42").len(), 1);
    for other in [
        "// TODO(#8): read it$0\n",
        "// TODO(#7, #8): read it$0\n",
        "// TODO(o/r#7): read it$0\n",
        "// TODO(T-9x2m): read it$0\n",
    ] {
        assert_eq!(titles(&synced(other), "Reopen"), [""; 0], "{other}");
    }
    // What is no longer closed is not opened again by an action that was offered before.
    let later = fixture.with_mirror(forge::mirror([forge::issue(7, "Stops")]));
    let refused = to_send(&later.snapshot(), &action.data, &change, &mut Fake(0));
    assert_eq!(refused, Err(Refusal::Stale("main.rs".to_owned())));
}

#[test]
fn links_join_what_is_there() {
    for (before, after) in [
        ("// TODO: read$0 empty", "// TODO(T-7k3f): read empty"),
        ("// TODO!: read$0 empty", "// TODO!(T-7k3f): read empty"),
        (
            "// TODO(ana): read$0 empty",
            "// TODO(T-7k3f, ana): read empty",
        ),
        (
            "// TODO(@ana, !io): read$0 empty",
            "// TODO(T-7k3f, @ana, !io): read empty",
        ),
        (
            "// TODO [2026-12-31]: read$0 empty",
            "// TODO(T-7k3f) [2026-12-31]: read empty",
        ),
        ("// TODO(): read$0 empty", "// TODO(T-7k3f): read empty"),
        ("// TODO ( ) read$0 empty", "// TODO (T-7k3f) read empty"),
        (
            "// TODO( ana ): read$0 empty",
            "// TODO( T-7k3f, ana ): read empty",
        ),
        (
            "// TODO: (ana) read$0 empty",
            "// TODO(T-7k3f): (ana) read empty",
        ),
        ("// @todo read$0 empty", "// @todo(T-7k3f) read empty"),
        ("/* TODO read$0 empty */", "/* TODO(T-7k3f) read empty */"),
    ] {
        let text = run(&format!("{before}\n"), "Link to T-7k3f");
        assert_eq!(text, format!("--- main.rs\n{after}\n"), "{before}");
    }
}

#[test]
fn unlinking_leaves_no_trace() {
    for (before, after) in [
        ("// TODO(T-7k3f): re$0ad", "// TODO: read"),
        ("// TODO(T-7k3f, ana): re$0ad", "// TODO(ana): read"),
        ("// TODO(ana, t-7k3f): re$0ad", "// TODO(ana): read"),
        ("// TODO(ana,T-7k3f,#4): re$0ad", "// TODO(ana,#4): read"),
        ("// TODO T-7k3f: re$0ad", "// TODO: read"),
        ("// TODO: T-7k3f re$0ad", "// TODO: read"),
        ("// TODO!!(T-7k3f) re$0ad", "// TODO!! read"),
    ] {
        let text = run(&format!("{before}\n"), "Unlink");
        assert_eq!(text, format!("--- main.rs\n{after}\n"), "{before}");
    }
}

#[test]
fn fields_are_changed_in_place() {
    check(
        "// TODO(t-7k3f): re$0ad\n",
        "Set T-7k3f to done",
        expect![[r#"
        --- .docs/tickets/T-7k3f-x.md
        ---
        id: T-7k3f
        title: Read empty files
        status: done # soon
        ---
    "#]],
    );
    check(
        "// see T-7k3f$0\n",
        "Assign T-7k3f to me",
        expect![[r#"
        --- .docs/tickets/T-7k3f-x.md
        ---
        id: T-7k3f
        title: Read empty files
        status: todo # soon
        assignees: [ana]
        ---
    "#]],
    );
}

#[test]
fn findings_are_mended() {
    check(
        "// TODO(T-7k3g$0): read\n",
        "Change to `T-7k3f`",
        expect![[r#"
        --- main.rs
        // TODO(T-7k3f): read
    "#]],
    );
    check(
        "//- /.docs/tickets/x.md\n---\nid: T-2222$0\ntitle: A b\n---\n[me](x.md)\n//- /.docs/a.md\n[x](tickets/x.md#a) [[x]]\n",
        "Rename",
        expect![[r#"
            --- .docs/a.md
            [x](tickets/T-2222-a-b.md#a) [[T-2222-a-b]]
            --- .docs/tickets/x.md
            ---
            id: T-2222
            title: A b
            ---
            [me](T-2222-a-b.md)
            >>> .docs/tickets/x.md .docs/tickets/T-2222-a-b.md
        "#]],
    );
    check(
        "//- /.docs/a.md\n$0[x](tickets/T-7k3f-old.md) [y](tickets/T-9x2m.md)\n",
        "Fix all",
        expect![[r#"
        --- .docs/a.md
        [x](tickets/T-7k3f-x.md) [y](tickets/T-9x2m-done.md)
    "#]],
    );
}

#[test]
fn a_removed_todo_leaves_the_code() {
    for (before, after) in [
        (
            "fn a() {}\n// TODO(T-9x2m): re$0ad\nfn b() {}\n",
            "fn a() {}\nfn b() {}\n",
        ),
        (
            "fn a() {\n    // TODO(T-9x2m): re$0ad\n    //   and more\n\n    b()\n}\n",
            "fn a() {\n\n    b()\n}\n",
        ),
        (
            "let a = 1; // TODO(T-9x2m): re$0ad\r\nlet b;\r\n",
            "let a = 1;\r\nlet b;\r\n",
        ),
        (
            "let a = 1; /* TODO(T-9x2m): re$0ad */ let b;\n",
            "let a = 1;  let b;\n",
        ),
        (
            "/*\n * What it does.\n * TODO(T-9x2m): re$0ad\n *\n * More.\n */\n",
            "/*\n * What it does.\n *\n * More.\n */\n",
        ),
        (
            "// Above.\n// TODO(T-9x2m): re$0ad\n// TODO: other\n",
            "// Above.\n// TODO: other\n",
        ),
        (
            "// see above. TODO(T-9x2m): re$0ad\nx();\n",
            "// see above.\nx();\n",
        ),
    ] {
        let text = run(before, "Remove this TODO");
        // The ticket files follow in the same fixture.
        assert_eq!(text, format!("--- main.rs\n{after}"), "{before}");
    }
}

#[test]
fn what_is_gone_is_refused() {
    let fixture = Fixture::new(TICKET);
    let snapshot = fixture.snapshot();
    let refusal = |data| {
        resolve(&snapshot, &data, &mut Fake(0))
            .unwrap_err()
            .to_string()
    };
    let path = "main.rs".to_owned();
    let todo = "0000000000000000".to_owned();
    assert_eq!(
        refusal(ActionData::CreateTicket { path, todo }),
        "main.rs has changed since; ask again"
    );
    let set = |ticket: &str, status: &str| ActionData::SetStatus {
        ticket: ticket.into(),
        status: status.into(),
    };
    assert_eq!(
        refusal(set("T-2222", "done")),
        "no ticket has the id T-2222"
    );
    assert!(refusal(set("T-7k3f", "dnoe")).contains("done"));
}

#[test]
fn of_two_tickets_with_one_id_neither_is_changed() {
    let same = "---\nid: T-2222\ntitle: A\n---\n";
    let fixture = Fixture::new(&format!(
        "//- /.docs/tickets/a.md\n{same}//- /.docs/tickets/b.md\n{same}"
    ));
    let snapshot = fixture.snapshot();
    let set = ActionData::SetStatus {
        ticket: "T-2222".into(),
        status: "done".into(),
    };
    assert_eq!(
        resolve(&snapshot, &set, &mut Fake(0)).unwrap_err(),
        Refusal::Ambiguous("T-2222".into())
    );
    let path = ".docs/tickets/b.md";
    let all = actions(&snapshot, path, Span::new(8, 8), &ActionContext::default());
    assert!(
        !all.iter().any(|it| it.title.starts_with("Set ")),
        "{all:?}"
    );
}

#[test]
fn several_fields_are_one_change() {
    let fixture = Fixture::new(TICKET);
    let snapshot = fixture.snapshot();
    let fields = [("priority", "high"), ("labels", "a, b"), ("status", "")];
    let change = resolve_set(&snapshot, "T-7k3f", &fields, &mut Fake(0)).unwrap();
    expect![[r#"
        --- .docs/tickets/T-7k3f-x.md
        ---
        id: T-7k3f
        title: Read empty files
        # soon
        priority: high
        labels: [a, b]
        ---
    "#]]
    .assert_eq(&apply(&snapshot, &change));
}

#[test]
fn a_criterion_is_ticked_and_nothing_else() {
    let fixture = Fixture::new(
        "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Read empty files
---
- [ ] no criterion

## Acceptance criteria

- [x] one
- [ ] two
",
    );
    let snapshot = fixture.snapshot();
    let tick =
        |number, tick| resolve_tick(&snapshot, "t-7K3F", number, tick, &mut Fake(0)).map(drop_hash);
    fn drop_hash(change: Change) -> Vec<(u32, String)> {
        let edits = change.edits.into_iter().flat_map(|it| it.edits);
        edits.map(|it| (it.span.start, it.text)).collect()
    }
    let start = |text: &str| {
        let all = "---\nid: T-7k3f\ntitle: Read empty files\n---\n- [ ] no criterion\n\n## Acceptance criteria\n\n- [x] one\n- [ ] two\n";
        all.find(text).unwrap() as u32
    };
    assert_eq!(
        tick(1, Tick::Done),
        Ok(vec![(start("[ ] two"), "[x]".into())])
    );
    assert_eq!(
        tick(0, Tick::Open),
        Ok(vec![(start("[x] one"), "[ ]".into())])
    );
    assert_eq!(tick(0, Tick::Done), Ok(vec![]));
    assert_eq!(
        tick(2, Tick::Done),
        Err(Refusal::NoCriterion("t-7K3F".into()))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Linking a TODO makes it name the ticket, keeps all else it says, and unlinking undoes it.
    #[test]
    fn linking_and_unlinking(
        head in prop::sample::select(vec!["TODO", "TODO!", "FIXME(ana)", "TODO(@ana, #12)", "@todo", "TODO (bob)", "HACK [2027-01-01]"]),
        colon in prop::sample::select(vec![":", ""]),
        text in "[a-z][a-z (),:]{0,16}[a-z]",
    ) {
        let source = format!("    // {head}{colon} {text}\n");
        let before = Fixture::new(&source);
        let snapshot = before.snapshot();
        let facts = snapshot.file("main.rs").unwrap();
        prop_assume!(facts.todos.len() == 1);
        let todo = &facts.todos[0];
        let linked = TextEdit::apply_all(&source, &[link::link(&source, todo, "T-7k3f")]);
        let after = Fixture::new(&linked);
        let snapshot = after.snapshot();
        let facts = snapshot.file("main.rs").unwrap();
        prop_assert_eq!(facts.kind, FileKind::Source);
        let now = &facts.todos[0];
        let ids: Vec<_> = now.references.iter().filter_map(|it| it.value.ticket_id()).collect();
        prop_assert!(ids.contains(&"T-7k3f"), "{linked}");
        prop_assert_eq!(&now.conditions.len(), &todo.conditions.len(), "{}", linked);
        let edits = link::unlink(&linked, now, &crate::ids::TicketId::new("T-7k3f"));
        prop_assert_eq!(TextEdit::apply_all(&linked, &edits), source);
    }
}

const LIST: &str = "//- /.docs/tickets/T-2b7q-y.md
---
id: T-2b7q
title: Y
---

## Acceptance criteria

- [x] once
- [ ] twice
  - [ ] $0twice
- [ ] twice

## Notes

1. [X] other
";

#[test]
fn a_criterion_is_ticked_where_it_stands() {
    list(
        LIST,
        expect![[r#"
            Refactor Criterion is met: twice []
        "#]],
    );
    let ticked = run(LIST, "Criterion is met");
    assert!(
        ticked.contains("- [ ] twice\n  - [x] twice\n- [ ] twice\n"),
        "{ticked}"
    );
    let at = |from: &str| LIST.replace("$0", "").replace(from, &format!("$0{from}"));
    let unticked = run(&at("once"), "Criterion is not met: once");
    assert!(unticked.contains("- [ ] once\n"), "{unticked}");
    let other = run(&at("other"), "Untick: other");
    assert!(other.contains("1. [ ] other\n"), "{other}");
    list(
        &LIST
            .replace("[ ] $0twice", "[ ] twice$0 ")
            .replace("tickets/T-2b7q-y.md", "x.txt"),
        expect![""],
    );
}

#[test]
fn an_item_that_has_gone_is_refused() {
    let fixture = Fixture::new(&format!("{LIST}{TICKET}"));
    let toggle = |item: &str, nth: usize| ActionData::Toggle {
        path: ".docs/tickets/T-2b7q-y.md".into(),
        item: item.into(),
        nth,
        tick: Tick::Done,
    };
    let snapshot = fixture.snapshot();
    let resolve = |data: &ActionData| resolve(&snapshot, data, &mut Fake(0));
    assert!(matches!(
        resolve(&toggle("twice", 3)),
        Err(Refusal::Stale(_))
    ));
    assert!(matches!(
        resolve(&toggle("never", 0)),
        Err(Refusal::Stale(_))
    ));
    // What is ticked already is no change.
    assert_eq!(resolve(&toggle("once", 0)), Ok(Change::default()));
}
