//! Issues of the forge, as an editor meets them without asking the forge.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};

use super::PROJECT;
use crate::fixture::{Fixture, forge};
use crate::ide::hover::Change;
use crate::ide::{
    Declarations, HintTarget, definition, highlights, hints, hover, issue_named_at, issue_text,
    references,
};
use crate::span::Span;
use crate::sync::{CloseReason, Comment, Field, Issue, IssueState, Mirror, Pending};

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|&it| it.to_owned()).collect()
}

/// Three issues; of #42 there is a ticket.
fn mirror() -> Mirror {
    let body = "Stops at the *first* one.\r\n\r\n<img src=x onerror=y> [run](command:rm)\n\n## More\n\nnot shown\n\n<!-- docket: T-2b7q 0a1b2c3d -->";
    let stops = Issue {
        body: body.to_owned(),
        state: IssueState::Closed(CloseReason::NotPlanned),
        labels: set(&["parser", "status: *odd*"]),
        assignees: set(&["ana"]),
        milestone: Some("v1".to_owned()),
        n_comments: 2,
        ..forge::issue(7, "Stops at <blank> lines")
    };
    let change = Issue {
        is_pull_request: true,
        locked: true,
        url: "javascript:alert(1)".to_owned(),
        ..forge::issue(8, "Read on")
    };
    Mirror {
        conflicts: vec![forge::conflict("T-7k3f", 42, Field::Title, ["a", "b"])],
        pending: vec![
            pending("#7", "comment: why", None),
            pending("T-7k3f", "title: *b*", None),
            pending("T-7k3f", "+bug", Some("Resource not <accessible>")),
            pending("T-9x2m", "close", None),
        ],
        ..forge::mirror([stops, change, forge::issue(42, "Read empty files")])
    }
}

fn pending(ticket: &str, summary: &str, refused: Option<&str>) -> Pending {
    Pending {
        ticket: ticket.to_owned(),
        row: 1,
        summary: summary.to_owned(),
        refused: refused.map(str::to_owned),
    }
}

fn fixture(cursor: &str) -> Fixture {
    Fixture::new(&format!("{cursor}{PROJECT}")).with_mirror(mirror())
}

fn shows(cursor: &str, expect: Expect) {
    let fixture = fixture(cursor);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let mut snapshot = fixture.snapshot();
    snapshot.now = Some(forge::at("2026-11-20T12:00:30Z"));
    let shown = hover(&snapshot, &path, offset);
    expect.assert_eq(&shown.map_or(String::new(), |it| {
        let text = &fixture.text(&path)[it.span.range()];
        format!("{text:?}\n{}\n", it.markdown)
    }));
}

#[test]
fn the_card_of_an_issue() {
    shows(
        "// TODO(#$07): a\n",
        expect![[r##"
        "#7"
        **[\#7](https://github.com/ana/it/issues/7)** Stops at &lt;blank> lines

        closed as not planned · parser · status: \*odd\* · @ana · v1 · by ben · 2 comments

        ---

        Stops at the *first* one.

        &lt;img src=x onerror=y> run

        ---

        as of 12 minutes ago
    "##]],
    );
    shows(
        "// TODO [ana/IT#8$0]: a\n",
        expect![[r#"
        "ana/IT#8"
        **\#8** Read on

        open · pull request · locked · by ben

        ---

        as of 12 minutes ago
    "#]],
    );
    shows("// TODO(#6$0): a\n", expect![[""]]);
    shows("// TODO(o/r#7$0): a\n", expect![[""]]);
}

#[test]
fn a_ticket_answers_for_its_issue() {
    shows(
        "// TODO(ana/it#42$0): a\n",
        expect![[r#"
            "ana/it#42"
            **T-7k3f** Read empty files

            in-progress · low · @ana · @bob · due 2026-12-01 (in 11 days) · [ana/it\#42](https://github.com/ana/it/issues/42) open, as of 12 minutes ago  
            1 TODO · 1 ticket waits for it  
            in conflict: title  
            waits to be sent: title: \*b\*  
            refused: +bug (Resource not &lt;accessible>)
        "#]],
    );
    let fixture = fixture("// TODO(#42$0): a\n");
    let (path, offset) = fixture.cursor.clone().unwrap();
    let (_, places) = definition(&fixture.snapshot(), &path, offset).unwrap();
    assert_eq!(&*places[0].path, ".docs/tickets/T-7k3f-x.md");
}

fn named_like(cursor: &str, expect: Expect) {
    let fixture = fixture(cursor);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let snapshot = fixture.snapshot();
    let found = references(&snapshot, &path, offset, Declarations::Exclude);
    let n_here = found.iter().filter(|it| it.path == path).count();
    assert_eq!(highlights(&snapshot, &path, offset).len(), n_here);
    expect.assert_eq(&super::shown(&fixture, found));
}

#[test]
fn a_card_ends_with_the_last_changes() {
    let fixture = fixture("// TODO(T-7k3f$0): a\n");
    let (path, offset) = fixture.cursor.clone().unwrap();
    let mut snapshot = fixture.snapshot();
    snapshot.now = Some(forge::at("2026-11-20T12:00:30Z"));
    let shown = hover(&snapshot, &path, offset).unwrap();
    assert_eq!(shown.ticket.as_deref(), Some("T-7k3f"));
    assert_eq!(shown.clone().with_history(&snapshot, &[]), shown);
    let change = |at: &str, actor: &str, what: &str| Change {
        at: forge::at(at),
        actor: actor.to_owned(),
        what: what.to_owned(),
    };
    let changes: Vec<_> = (0..7)
        .map(|_| change("2026-11-18T12:00:00Z", "", "status: todo -> <b>"))
        .collect();
    let first = change("2026-11-20T11:00:00Z", "ana", "sent to #42: title");
    let told = shown.with_history(&snapshot, &[vec![first], changes].concat());
    let (_, told) = told.markdown.split_once("Last changes\n\n").unwrap();
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(
        lines[..2],
        [
            "- 1 hour ago @ana: sent to \\#42: title",
            "- 2 days ago: status: todo -> &lt;b>"
        ]
    );
}

#[test]
fn references_by_number_are_references() {
    named_like(
        "// TODO(T-7$0k3f): a\n// FIXME(ana/it#42): b\n// FIXME(o/r#42): c\n",
        expect![[r##"
            .docs/notes.md 9 "T-7k3f"
            .docs/tickets/T-9x2m-y.md 91 "T-7k3f"
            main.rs 8 "T-7k3f"
            main.rs 28 "ana/it#42"
            src/b.rs 8 "t-7k3f"
            src/b.rs 27 "#42"
            src/b.rs 33 "T-7k3f"
        "##]],
    );
    named_like(
        "// TODO(#7$0): a\n// FIXME(#1) [Ana/it#7]: b\n// FIXME(o/r#7): c\n",
        expect![[r##"
            main.rs 8 "#7"
            main.rs 29 "Ana/it#7"
        "##]],
    );
    named_like(
        "// TODO(O/r#7$0): a\n// FIXME(#7): b\n// FIXME(o/r#7): c\n",
        expect![[r#"
            main.rs 8 "O/r#7"
            main.rs 43 "o/r#7"
        "#]],
    );
}

#[test]
fn without_a_clock_the_time_itself_is_told() {
    let fixture = fixture("// TODO(#7$0): a\n");
    let (path, offset) = fixture.cursor.clone().unwrap();
    let shown = hover(&fixture.snapshot(), &path, offset).unwrap().markdown;
    assert!(shown.ends_with("\n\nas of 2026-11-20 11:48 UTC"), "{shown}");
}

/// What is known of the number at the cursor, in a few characters.
fn known_at(cursor: &str) -> String {
    let fixture = fixture(cursor);
    let (path, offset) = fixture.cursor.clone().unwrap();
    let shown = hover(&fixture.snapshot(), &path, offset);
    shown.map_or(String::new(), |it| {
        let text = &fixture.text(&path)[it.span.range()];
        format!(
            "{text}: {}",
            it.markdown.chars().take(9).collect::<String>()
        )
    })
}

#[test]
fn numbers_in_prose_are_known() {
    assert_eq!(known_at("// as #7$0. said\n"), "#7: **[\\#7](h");
    assert_eq!(known_at("/* (ana/it$0#42): */\n"), "ana/it#42: **T-7k3f*");
    assert_eq!(known_at("//- /.docs/a.md\nas $0#8!\n"), "#8: **\\#8** R");
    let url = "https://github.com/ana/it/issues/7";
    assert_eq!(
        known_at(&format!("//- /.docs/a.md\n<{url}$0>\n")),
        format!("{url}: **[\\#7](h")
    );
    for nothing in [
        "let a = \"#7$0\";\n",
        "// #6$0 and #77\n",
        "// o/r#7$0\n",
        "//- /a.py\n#7$0 lines\n",
        "//- /.docs/a.md\n`#7$0`\n",
    ] {
        assert_eq!(known_at(nothing), "", "{nothing}");
    }
    named_like(
        "// as #42$0 said\n",
        expect![[r##"
        .docs/notes.md 9 "T-7k3f"
        .docs/tickets/T-9x2m-y.md 91 "T-7k3f"
        main.rs 6 "#42"
        src/b.rs 8 "t-7k3f"
        src/b.rs 27 "#42"
        src/b.rs 33 "T-7k3f"
    "##]],
    );
}

#[test]
fn hints_of_issues() {
    let fixture = fixture("// TODO(#7): a\n// TODO(ana/it#42) [#8, #6]: b\n// as #7 said\n");
    let hints = hints(&fixture.snapshot(), "main.rs", Span::new(0, 1_000));
    let label = |it: &crate::ide::Hint| {
        let line = fixture.text("main.rs")[..it.at as usize].lines().last();
        format!("{}|{}", line.unwrap(), it.label)
    };
    let labels: Vec<_> = hints.iter().map(label).collect();
    assert_eq!(
        labels,
        [
            "// TODO(#7|closed as not planned · @ana",
            "// TODO(ana/it#42|in-progress · @ana +1 · due 2026-12-01",
            "// TODO(ana/it#42) [#8|open",
        ]
    );
    assert_eq!(hints[0].target, HintTarget::Issue(7));
    assert!(hints[0].tooltip.contains("Stops at"));
}

#[test]
fn an_issue_as_text() {
    let fixture = fixture("// as #7$0 said\n");
    let (path, offset) = fixture.cursor.clone().unwrap();
    let snapshot = fixture.snapshot();
    assert_eq!(issue_named_at(&snapshot, &path, offset), Some(7));
    assert_eq!(issue_text(&snapshot, 6), None);
    expect![[r#"
        # #7 Stops at <blank> lines

        - state: closed as not planned
        - labels: parser, status: *odd*
        - assignees: @ana
        - milestone: v1
        - author: ben
        - comments: 2
        - opened: 2026-11-01 08:00 UTC
        - changed: 2026-11-19 08:00 UTC
        - address: https://github.com/ana/it/issues/7
        - as of: 2026-11-20 11:48 UTC

        ---

        Stops at the *first* one.

        <img src=x onerror=y> [run](command:rm)

        ## More

        not shown
    "#]]
    .assert_eq(&issue_text(&snapshot, 7).unwrap());
}

#[test]
fn an_issue_as_text_ends_with_its_comments() {
    let mut mirror = mirror();
    let comment = |id, body: &str, updated| Comment {
        id,
        author: "ben".to_owned(),
        body: body.to_owned(),
        created_at: forge::at("2026-11-19T08:00:00Z"),
        updated_at: forge::at(updated),
    };
    let comments = [
        comment(1, "Me too.\r\n\r\n<b>x</b>", "2026-11-19T08:00:00Z"),
        comment(
            2,
            "Done. <!-- docket: T-2b7q 0a1b2c3d -->",
            "2026-11-19T09:00:00Z",
        ),
    ];
    mirror.comments.insert(7, comments.into());
    let fixture = Fixture::new(PROJECT).with_mirror(mirror);
    let text = issue_text(&fixture.snapshot(), 7).unwrap();
    let (_, comments) = text.split_once("not shown\n").unwrap();
    expect![[r#"

        ---

        **@ben** 2026-11-19 08:00 UTC

        Me too.

        <b>x</b>

        ---

        **@ben** 2026-11-19 08:00 UTC, edited

        Done.
    "#]]
    .assert_eq(comments);
}
