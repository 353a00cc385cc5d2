//! What a board says, and what changing it means.

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

fn snapshot() -> Snapshot {
    Fixture::new(
        "//- /.docs/docket.toml\n[[status]]\nname = \"todo\"\nkind = \"open\"\n\
         [[status]]\nname = \"In Work\"\nkind = \"active\"\n[[status]]\nname = \"done\"\nkind = \"done\"\n\
         //- /.docs/tickets/T-2b7q.md\n---\nid: T-2b7q\ntitle: Ring\n---\n\
         //- /.docs/tickets/T-7k3f.md\n---\nid: T-7k3f\ntitle: \"Parse\\n\\n## done\"\npriority: high\nassignees: [ana, ben]\ndue: 2026-12-01\n---\n\n## Acceptance criteria\n\n- [x] one\n- [ ] two\n\
         //- /.docs/tickets/T-9x2m.md\n---\nid: T-9x2m\ntitle: Over\nstatus: done\n---\n",
    )
    .snapshot()
}

fn check(changed: impl FnOnce(&str) -> String, expected: Expect) {
    let snapshot = snapshot();
    let before = board_text(&snapshot, "it", Closed::Shown, Use::ToEdit);
    let now = changed(&before);
    let text = match moves(&snapshot, &before, &now) {
        Ok(moves) => moves
            .iter()
            .map(|it| format!("{} to {}\n", it.ticket, it.status))
            .collect(),
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&text);
}

#[test]
fn each_ticket_is_a_line_below_its_status_the_most_urgent_first() {
    let snapshot = snapshot();
    expect![[r#"
        # Board of it

        Move a line below another heading and save: the ticket gets that status.

        ## todo

        - T-7k3f Parse ## done · high · @ana @ben · due 2026-12-01 · 1/2
        - T-2b7q Ring

        ## In Work

        ## done
    "#]]
    .assert_eq(&board_text(&snapshot, "it", Closed::Hidden, Use::ToEdit));
    let all = board_text(&snapshot, "it", Closed::Shown, Use::ToRead);
    assert!(all.contains("## done\n\n- T-9x2m Over\n"), "{all}");
    assert!(all.contains("code action"), "{all}");
}

#[test]
fn a_line_below_another_heading_is_another_status() {
    check(str::to_owned, expect![""]);
    check(
        |it| {
            it.replace("- T-2b7q Ring\n", "")
                .replace("## In Work\n", "## In Work\n\n* t-2B7Q\n")
        },
        expect![[r#"
            T-2b7q to In Work
        "#]],
    );
    // A line that is gone, an edited title, empty lines and CRLF mean nothing.
    check(
        |it| {
            it.replace("- T-2b7q Ring\n", "")
                .replace("Over", "over\n\n")
                .replace('\n', "\r\n")
        },
        expect![""],
    );
    check(|_| String::new(), expect![""]);
}

#[test]
fn what_cannot_be_meant_is_said_with_its_line() {
    check(
        |it| {
            it.replace("## In Work\n", "## In Wrok\n\n- T-2b7q\n")
                .replace("- T-2b7q Ring\n", "")
        },
        expect![[r#"
            line 9: there is no status `In Wrok`; is `In Work` meant?
        "#]],
    );
    check(
        |it| it.replace("## In Work\n", "## In Work\n\n- T-2b7q Ring\n"),
        expect![[r#"
            line 12: T-2b7q stands below two headings; leave one of its lines
        "#]],
    );
    check(
        |it| it.replace("## In Work\n", "## In Work\n\nwrite more\n"),
        expect![[r#"
            line 12 names no ticket; a line begins with `- ` and an id
        "#]],
    );
    check(
        |it| it.replace("- T-2b7q Ring\n", "- T-zzzz Ring\n"),
        expect![[r#"
            line 8: no ticket has the id T-zzzz
        "#]],
    );
}

#[test]
fn what_changed_elsewhere_meanwhile_is_not_undone() {
    let before = board_text(&snapshot(), "it", Closed::Shown, Use::ToEdit);
    let now = before
        .replace("- T-2b7q Ring\n", "")
        .replace("## In Work\n", "## In Work\n\n- T-2b7q Ring\n");
    // T-9x2m was opened again after the board was written.
    let later = Fixture::new(
        "//- /.docs/docket.toml\n[[status]]\nname = \"todo\"\nkind = \"open\"\n\
         [[status]]\nname = \"In Work\"\nkind = \"active\"\n[[status]]\nname = \"done\"\nkind = \"done\"\n\
         //- /.docs/tickets/T-2b7q.md\n---\nid: T-2b7q\ntitle: Ring\n---\n\
         //- /.docs/tickets/T-7k3f.md\n---\nid: T-7k3f\ntitle: Parse\n---\n\
         //- /.docs/tickets/T-9x2m.md\n---\nid: T-9x2m\ntitle: Over\nstatus: todo\n---\n",
    )
    .snapshot();
    let moved = moves(&later, &before, &now).unwrap();
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].ticket, "T-2b7q");
}

#[test]
fn the_outline_has_the_tickets_of_each_status() {
    let snapshot = snapshot();
    let text = board_text(&snapshot, "it", Closed::Shown, Use::ToEdit);
    let symbols = symbols(&snapshot, &text);
    let names: Vec<_> = symbols
        .iter()
        .map(|it| (it.name.as_str(), it.children.len()))
        .collect();
    assert_eq!(names, [("todo", 2), ("In Work", 0), ("done", 1)]);
    assert!(symbols[2].children[0].closed);
    assert_eq!(&text[symbols[0].children[1].span.range()], "- T-2b7q Ring");
}
