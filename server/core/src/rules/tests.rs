//! Tests of `rules`.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::{Fixture, forge};
use crate::sync::{CloseReason, Field, Issue, IssueState, Mirror};

/// Each finding as `path: severity rule "text": message`, with what it points at.
fn render(fixture: &Fixture) -> String {
    let mut out = String::new();
    for it in all_findings(&fixture.snapshot()) {
        let text = &fixture.text(&it.path)[it.span.range()];
        let severity = format!("{:?}", it.severity).to_lowercase();
        writeln!(
            out,
            "{}: {severity} {} {text:?}: {}",
            it.path,
            it.rule.name(),
            it.message
        )
        .unwrap();
        for related in it.related {
            let text = &fixture.text(&related.path)[related.span.range()];
            writeln!(out, "  see {} {text:?}: {}", related.path, related.message).unwrap();
        }
        for fix in it.fixes {
            writeln!(out, "  fix {}", fix.title).unwrap();
        }
    }
    out
}

fn check(fixture: &str, expect: Expect) {
    expect.assert_eq(&render(&Fixture::new(fixture)));
}

fn silent(fixture: &str) {
    check(fixture, expect![""]);
}

const DONE: &str = "//- /.docs/tickets/T-7k3f-done.md
---
id: T-7k3f
title: Read empty files
status: done
github: 42
---
";

#[test]
fn every_rule_is_explained() {
    for rule in RuleId::ALL {
        let text = rule.explain();
        assert!(text.starts_with(&format!("# {}\n", rule.name())), "{text}");
        for part in [
            "\n## Why\n",
            "\n## Example\n",
            "\n## Silence or configure\n",
        ] {
            assert!(text.contains(part), "{}: {part}", rule.name());
        }
        assert!(text.contains(&format!("[rules.{}]", rule.name())));
        assert_eq!(RuleId::named(rule.name()), Some(*rule));
    }
}

#[test]
fn untracked_todo() {
    check(
        "// TODO: a\n// TODO(ana): b\n// TODO(later): c\n",
        expect![[r#"
        main.rs: hint untracked-todo "TODO: a": No ticket or issue tracks this TODO.
        main.rs: hint untracked-todo "TODO(ana): b": No ticket or issue tracks this TODO.
        main.rs: hint untracked-todo "TODO(later): c": No ticket or issue tracks this TODO.
    "#]],
    );
    silent("// TODO(#12): a\n// TODO(crbug.com/1): b\n// TODO(o/r#3): c\n");
}

#[test]
fn stale_todo() {
    check(
        &format!("// TODO(T-7k3f): a\n//   and more\n// TODO(#42): b\n{DONE}"),
        expect![[r#"
        main.rs: warning stale-todo "TODO(T-7k3f): a\n//   and more": T-7k3f "Read empty files" is done: remove this TODO, or link it to an open ticket.
          see .docs/tickets/T-7k3f-done.md "Read empty files": T-7k3f "Read empty files" is done
        main.rs: warning stale-todo "TODO(#42): b": T-7k3f "Read empty files" is done: remove this TODO, or link it to an open ticket.
          see .docs/tickets/T-7k3f-done.md "Read empty files": T-7k3f "Read empty files" is done
    "#]],
    );
    let open = "//- /.docs/tickets/T-9x2m-b.md\n---\nid: T-9x2m\ntitle: B\n---\n";
    silent(&format!(
        "// TODO(T-7k3f, T-9x2m): a\n// TODO(T-7k3f, #7): b\n{DONE}{open}"
    ));
}

#[test]
fn stale_and_due_by_what_the_forge_was_last_seen_to_say() {
    let dropped = Issue {
        state: IssueState::Closed(CloseReason::NotPlanned),
        ..forge::issue(8, "Never mind")
    };
    let mirror = forge::mirror([
        forge::closed(7, "Stops early"),
        dropped,
        forge::issue(9, "To do"),
        // The ticket says that it is done; the issue is closed by the next round.
        forge::issue(42, "Read empty files"),
    ]);
    let text = "// TODO(#7): a
// TODO(Ana/It#8): b
// TODO(https://github.com/ana/it/issues/7): c
// TODO(ana/it#42): d
// TODO(#7, #9): e
// TODO(o/r#7): f
// TODO(#6): g
// TODO(#9) [#7]: h
// TODO(#9) [o/r#7, #9]: i
";
    let fixture = Fixture::new(&format!("{text}{DONE}")).with_mirror(mirror);
    expect![[r##"
        main.rs: warning stale-todo "TODO(#7): a": #7 "Stops early" is closed: remove this TODO, or link it to an open ticket.
        main.rs: warning stale-todo "TODO(Ana/It#8): b": #8 "Never mind" is closed as not planned: remove this TODO, or link it to an open ticket.
        main.rs: warning stale-todo "TODO(https://github.com/ana/it/issues/7): c": #7 "Stops early" is closed: remove this TODO, or link it to an open ticket.
        main.rs: warning stale-todo "TODO(ana/it#42): d": T-7k3f "Read empty files" is done: remove this TODO, or link it to an open ticket.
          see .docs/tickets/T-7k3f-done.md "Read empty files": T-7k3f "Read empty files" is done
        main.rs: warning due-todo "#7": This TODO waited for #7 "Stops early", which is closed.
    "##]]
    .assert_eq(&render(&fixture));
}

/// A ticket with an indented list, a blank line of blanks, and line breaks of one kind.
fn conflicting(breaks: &str) -> Fixture {
    let text = "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: Read empty files
status: done
labels: [a, b]
github: 42
---
  

Héllo.

- [ ] one
  and more
- [ ] two
//- /.docs/tickets/T-9x2m-b.md
---
id: T-9x2m
title: B
---
";
    let sides =
        |field, mine: &str, theirs: &str| forge::conflict("T-7k3f", 42, field, [mine, theirs]);
    let body = "Héllo.\n\n- [ ] one\n  and more\n- [ ] two";
    let theirs = "Héllo.\n\n- [x] one\n  and more\n- [ ] two\n- [ ] three";
    let mut never = sides(Field::Milestone, "", "v1");
    never.base = None;
    let mirror = Mirror {
        conflicts: vec![
            sides(Field::Assignees, "", "ana"),
            sides(Field::Body, body, theirs),
            sides(Field::DependsOn, "7 8", "9"),
            sides(Field::Labels, "a b", "c"),
            never,
            // Taken over by hand since.
            sides(Field::Status, "review", "done"),
            sides(Field::Title, "Read empty files", "Read blank files"),
            // Of an issue that the ticket is linked to no more.
            forge::conflict("T-9x2m", 7, Field::Title, ["B", "C"]),
        ],
        ..forge::mirror([])
    };
    let text = text.replace('\n', breaks);
    Fixture::new(&text).with_mirror(mirror)
}

#[test]
fn sync_conflict() {
    expect![[r#"
        .docs/tickets/T-7k3f-a.md: error sync-conflict "T-7k3f": Both sides changed `assignees`: nothing here, ana in #42.
        .docs/tickets/T-7k3f-a.md: error sync-conflict "T-7k3f": Both sides changed `depends-on`: #7, #8 here, #9 in #42.
        .docs/tickets/T-7k3f-a.md: error sync-conflict "T-7k3f": `milestone` was never agreed on: nothing here, "v1" in #42.
        .docs/tickets/T-7k3f-a.md: error sync-conflict "Read empty files": Both sides changed `title`: "Read empty files" here, "Read blank files" in #42.
        .docs/tickets/T-7k3f-a.md: error sync-conflict "[a, b]": Both sides changed `labels`: a, b here, c in #42.
        .docs/tickets/T-7k3f-a.md: error sync-conflict "- [ ] one\n  and more": Both sides changed `body`: "- [ ] one" here, "- [x] one" in #42.
    "#]]
    .assert_eq(&render(&conflicting("\n")));
    let fixture = conflicting("\r\n");
    let found = all_findings(&fixture.snapshot());
    let body = found.iter().find(|it| it.message.contains("`body`"));
    let text = &fixture.text(&found[0].path)[body.unwrap().span.range()];
    assert_eq!(text, "- [ ] one\r\n  and more");
}

#[test]
fn due_todo() {
    check(
        &format!(
            "// TODO(#1) [2026-11-20]: a\n// TODO(#1) [2026-01-01]: b\n// TODO(#1) [T-7k3f]: c\n// TODO(#1) [#42]: d\n// TODO(#1): e due:2026-11-19\n{DONE}"
        ),
        expect![[r##"
            main.rs: warning due-todo "2026-11-20": This TODO waited for today.
            main.rs: warning due-todo "2026-01-01": This TODO waited for 2026-01-01, 323 days ago.
            main.rs: warning due-todo "T-7k3f": This TODO waited for T-7k3f "Read empty files", which is done.
              see .docs/tickets/T-7k3f-done.md "Read empty files": T-7k3f "Read empty files" is done
            main.rs: warning due-todo "#42": This TODO waited for T-7k3f "Read empty files", which is done.
              see .docs/tickets/T-7k3f-done.md "Read empty files": T-7k3f "Read empty files" is done
            main.rs: warning due-todo "2026-11-19": This TODO was due on 2026-11-19, yesterday.
        "##]],
    );
    silent("// TODO(#1) [2026-11-21]: a\n// TODO(#1) [#43]: b\n// TODO(#1): c due:2026-11-20\n");
}

#[test]
fn due_todo_by_version() {
    let manifests = "//- /Cargo.toml
[workspace.package]
version = \"2.1.0\"
[workspace.dependencies]
serde = \"1.0.200\"
//- /a/Cargo.toml
[package]
name = \"a\"
version.workspace = true
[dependencies]
serde.workspace = true
toml = \"0.9\"
//- /a/src/lib.rs
";
    check(
        &format!(
            "{manifests}// TODO(#1) [>=2.0.0]: a\n// TODO(#1) [serde>=1.0.100]: b\n// TODO(#1) [toml>=0.8, nothing>=1]: c\n"
        ),
        expect![[r#"
            a/src/lib.rs: warning due-todo ">=2.0.0": This TODO waited for >=2.0.0: this package is at 2.1.0.
            a/src/lib.rs: warning due-todo "serde>=1.0.100": This TODO waited for serde>=1.0.100: serde is at 1.0.200.
            a/src/lib.rs: warning due-todo "toml>=0.8": This TODO waited for toml>=0.8: toml is at 0.9.
        "#]],
    );
    silent(&format!(
        "{manifests}// TODO(#1) [>=3]: a\n// TODO(#1) [serde>=2]: b\n// TODO(#1) [nothing>=1]: c\n"
    ));
}

#[test]
fn malformed_todo() {
    check(
        "// TODO(#1) [2026-13-01]: a\n",
        expect![[r#"
        main.rs: warning malformed-todo "2026-13-01": `2026-13-01` is no day of the calendar: a date is YYYY-MM-DD
    "#]],
    );
    silent("// TODO(#1) [sic]: a\n");
}

#[test]
fn unknown_ticket() {
    check(
        &format!(
            "// TODO(T-7k3g): a\n// TODO(#1) [T-9999]: b\n{DONE}//- /.docs/tickets/T-2222-x.md\n---\nid: T-2222\ntitle: X\nparent: T-3333\ndepends-on: [T-7k3f, T-4444]\n---\n"
        ),
        expect![[r#"
            .docs/tickets/T-2222-x.md: error unknown-ticket "T-3333": No ticket has the id T-3333.
            .docs/tickets/T-2222-x.md: error unknown-ticket "T-4444": No ticket has the id T-4444.
            main.rs: error unknown-ticket "T-7k3g": No ticket has the id T-7k3g; did you mean T-7k3f "Read empty files"?
              fix Change to `T-7k3f`
            main.rs: error unknown-ticket "T-9999": No ticket has the id T-9999.
        "#]],
    );
    silent(&format!(
        "// T-9999 in prose, PROJ-7 and TODO(PROJ-7): elsewhere\n{DONE}//- /.docs/a.md\nUTF-8 and T-9999\n"
    ));
}

#[test]
fn duplicate_id() {
    check(
        "//- /.docs/tickets/T-2222-a.md\n---\nid: T-2222\ntitle: A\n---\n//- /.docs/tickets/T-2222-b.md\n---\nid: t-2222\ntitle: B\n---\n",
        expect![[r#"
            .docs/tickets/T-2222-a.md: error duplicate-id "T-2222": T-2222 is the id of T-2222-b.md as well; give one of them another.
              see .docs/tickets/T-2222-b.md "t-2222": t-2222 "B" is here too
            .docs/tickets/T-2222-b.md: error duplicate-id "t-2222": t-2222 is the id of T-2222-a.md as well; give one of them another.
              see .docs/tickets/T-2222-a.md "T-2222": T-2222 "A" is here too
        "#]],
    );
    silent(DONE);
}

#[test]
fn fields() {
    check(
        "//- /.docs/tickets/T-2222-a.md\n---\nid: T-2222\ntitle: A\nstatus: in-progres\ndue: 31.12.2026\nasignees: [ana]\n---\n",
        expect![[r#"
            .docs/tickets/T-2222-a.md: error invalid-field "in-progres": `status` cannot be `in-progres`; it is one of `backlog`, `todo`, `in-progress`, `review`, `done`, `dropped`.
              fix Change to `in-progress`
            .docs/tickets/T-2222-a.md: error invalid-field "31.12.2026": `due` must be a day, such as `2026-12-01`.
            .docs/tickets/T-2222-a.md: hint unknown-field "asignees": Nothing reads `asignees`; is `assignees` meant?
              fix Change to `assignees`
        "#]],
    );
}

#[test]
fn dependency_cycle() {
    let ticket = |id: &str, fields: &str| {
        format!("//- /.docs/tickets/{id}-x.md\n---\nid: {id}\ntitle: About {id}\n{fields}\n---\n")
    };
    check(
        &[
            ticket("T-2222", "depends-on: [T-3333]"),
            ticket("T-3333", "depends-on: [T-2222]"),
            ticket("T-4444", "depends-on: [T-3333]"),
            ticket("T-5555", "parent: T-6666"),
            ticket("T-6666", "parent: T-5555"),
        ]
        .concat(),
        expect![[r#"
            .docs/tickets/T-2222-x.md: error dependency-cycle "T-3333": T-2222 "About T-2222" waits for itself: T-2222 → T-3333 → T-2222.
              see .docs/tickets/T-3333-x.md "About T-3333": T-3333 "About T-3333" is backlog
            .docs/tickets/T-3333-x.md: error dependency-cycle "T-2222": T-3333 "About T-3333" waits for itself: T-3333 → T-2222 → T-3333.
              see .docs/tickets/T-2222-x.md "About T-2222": T-2222 "About T-2222" is backlog
            .docs/tickets/T-5555-x.md: error dependency-cycle "T-6666": T-5555 "About T-5555" is its own ancestor: T-5555 → T-6666 → T-5555.
              see .docs/tickets/T-6666-x.md "About T-6666": T-6666 "About T-6666" is backlog
            .docs/tickets/T-6666-x.md: error dependency-cycle "T-5555": T-6666 "About T-6666" is its own ancestor: T-6666 → T-5555 → T-6666.
              see .docs/tickets/T-5555-x.md "About T-5555": T-5555 "About T-5555" is backlog
        "#]],
    );
    silent(
        &[
            ticket("T-2222", "depends-on: [T-3333]"),
            ticket("T-3333", ""),
        ]
        .concat(),
    );
}

#[test]
fn blocked_active() {
    let ticket = |status: &str| {
        format!(
            "//- /.docs/tickets/T-2222-x.md\n---\nid: T-2222\ntitle: X\nstatus: {status}\ndepends-on: [T-3333, T-7k3f]\n---\n//- /.docs/tickets/T-3333-y.md\n---\nid: T-3333\ntitle: Y\n---\n{DONE}"
        )
    };
    check(
        &ticket("review"),
        expect![[r#"
        .docs/tickets/T-2222-x.md: warning blocked-active "review": T-2222 is review, but waits for T-3333 "Y".
          see .docs/tickets/T-3333-y.md "Y": T-3333 "Y" is backlog
    "#]],
    );
    silent(&ticket("todo"));
}

#[test]
fn overdue() {
    let ticket = |status: &str, due: &str| {
        format!(
            "//- /.docs/tickets/T-2222-x.md\n---\nid: T-2222\ntitle: X\nstatus: {status}\ndue: {due}\n---\n"
        )
    };
    check(
        &ticket("todo", "2026-11-19"),
        expect![[r#"
        .docs/tickets/T-2222-x.md: warning overdue "2026-11-19": T-2222 was due on 2026-11-19, yesterday, and is todo.
    "#]],
    );
    silent(&ticket("todo", "2026-11-20"));
    silent(&ticket("done", "2026-11-01"));
}

#[test]
fn unmet_criteria() {
    let ticket = |status: &str| {
        format!(
            "//- /.docs/tickets/T-2222-x.md\n---\nid: T-2222\ntitle: X\nstatus: {status}\n---\n\n## Acceptance criteria\n\n- [x] one\n- [ ] two\n\n## Notes\n\n- [ ] three\n"
        )
    };
    check(
        &ticket("done"),
        expect![[r#"
        .docs/tickets/T-2222-x.md: warning unmet-criteria "done": T-2222 is done, but 1 of its 2 acceptance criteria is not met.
          see .docs/tickets/T-2222-x.md "[ ] two": not met: two
    "#]],
    );
    silent(&ticket("dropped"));
    silent(&ticket("review"));
}

#[test]
fn broken_link() {
    check(
        &format!(
            "//- /.docs/a.md\n# Top\n\n[a](missing.md) [b](#nowhere) [c](sub/b.md#no) [d](sub/b) [e](tickets/T-7k3f-old.md) ![p](p.png)\n\n[[nothing]] [[b#No]] [[T-9999]]\n//- /.docs/sub/b.md\n# More here\n{DONE}"
        ),
        expect![[r##"
            .docs/a.md: warning broken-link "missing.md": There is no file .docs/missing.md.
            .docs/a.md: warning broken-link "#nowhere": a.md has no heading #nowhere.
            .docs/a.md: warning broken-link "sub/b.md#no": b.md has no heading #no.
            .docs/a.md: warning broken-link "sub/b": There is no file .docs/sub/b; its name ends in .md.
              fix Change to `sub/b.md`
            .docs/a.md: warning broken-link "tickets/T-7k3f-old.md": There is no file .docs/tickets/T-7k3f-old.md; T-7k3f "Read empty files" is there now.
              fix Change to `tickets/T-7k3f-done.md`
            .docs/a.md: warning broken-link "p.png": There is no file .docs/p.png.
            .docs/a.md: warning broken-link "nothing": No page or ticket is called nothing.
            .docs/a.md: warning broken-link "b#No": b.md has no heading #No.
            .docs/a.md: warning broken-link "T-9999": No page or ticket is called T-9999.
        "##]],
    );
    silent(&format!(
        "//- /.docs/a.md\n# Top\n\n[a](#top) [b](sub/b.md#more-here) [c](../src) [d](https://x.org/y.md) [e](/.docs/sub/b.md) [f](sub/) [g](../../out.md)\n\n[[b]] [[sub/b]] [[b#More here]] [[B|other]] [[T-7k3f]] [[picture.png]] [[#Top]]\n\n```\n[x](missing.md)\n```\n//- /.docs/sub/b.md\n# More here\n//- /src/x.rs\n//- /README.md\n[not ours](missing.md)\n{DONE}"
    ));
}

#[test]
fn malformed_ticket() {
    check(
        "//- /.docs/tickets/T-2222.md\n---\nid: T-2222\n---\n//- /.docs/tickets/x.md\njust text\n//- /.docs/tickets/y.md\n---\n- a\n---\n",
        expect![[r#"
            .docs/tickets/T-2222.md: error malformed-ticket "---": The ticket has no `title`.
            .docs/tickets/x.md: error malformed-ticket "just text": A ticket begins with a line `---`, then YAML with its `id` and `title`, then `---`.
            .docs/tickets/y.md: error malformed-ticket "- a": The front matter must be a YAML mapping: lines of `key: value`.
        "#]],
    );
}

#[test]
fn misnamed_ticket() {
    check(
        "//- /.docs/tickets/empty-file.md\n---\nid: T-2222\ntitle: Read an empty file\n---\n//- /.docs/a.md\n[x](tickets/empty-file.md) [[empty-file]]\n",
        expect![[r#"
            .docs/tickets/empty-file.md: hint misnamed-ticket "T-2222": The file of T-2222 "Read an empty file" should begin with its id: T-2222-read-an-empty-file.md.
              fix Rename the file to T-2222-read-an-empty-file.md
        "#]],
    );
    silent(
        "//- /.docs/tickets/t-2222.md\n---\nid: T-2222\ntitle: X\n---\n//- /.docs/tickets/T-3333 y.md\n---\nid: T-3333\ntitle: Y\n---\n",
    );
}

#[test]
fn ignores() {
    check(
        &format!(
            "// docket: ignore[untracked-todo]\n// TODO: a\n// TODO: seen\n// docket: ignore[stale-todo]\nlet x = 1;\n// TODO: c docket: ignore\n// docket: ignore[stale-todos]\n// docket: ignore[stale-todo, unused-ignore]\n{DONE}"
        ),
        expect![[r#"
            main.rs: hint untracked-todo "TODO: seen": No ticket or issue tracks this TODO.
            main.rs: hint unused-ignore "stale-todo": `stale-todo` finds nothing here to ignore; remove it.
            main.rs: hint unused-ignore "stale-todos": No rule is called `stale-todos`; did you mean `stale-todo`?
              fix Change to `stale-todo`
        "#]],
    );
    silent(&format!(
        "// TODO(T-7k3f): a docket: ignore[stale-todo]\n//- /.docs/a.md\n<!-- docket: ignore[broken-link] -->\n[x](missing.md)\n//- /.docs/tickets/T-2222-x.md\n---\nid: T-2222\ntitle: X\ndue: 2026-01-01 # docket: ignore[overdue]\n---\n{DONE}"
    ));
}

#[test]
fn the_configuration_decides_levels_and_places() {
    check(
        &format!(
            "// TODO: a\n// TODO(T-7k3f): b\n//- /vendor/x.rs\n// TODO(T-7k3f): c\n// docket: ignore[untracked-todo]\n//- /.docs/docket.toml\n[rules.untracked-todo]\nlevel = \"off\"\n[rules.stale-todo]\nlevel = \"error\"\nexclude = [\"vendor/**\"]\n{DONE}"
        ),
        expect![[r#"
            main.rs: error stale-todo "TODO(T-7k3f): b": T-7k3f "Read empty files" is done: remove this TODO, or link it to an open ticket.
              see .docs/tickets/T-7k3f-done.md "Read empty files": T-7k3f "Read empty files" is done
        "#]],
    );
}

#[test]
fn invalid_config() {
    check(
        "//- /.docs/docket.toml\n[rules.stale-todos]\nlevel = \"off\"\n",
        expect![[r#"
        .docs/docket.toml: error invalid-config "stale-todos": There is no setting `stale-todos`; is `stale-todo` meant?
          fix Change to `stale-todo`
    "#]],
    );
    silent("//- /.docs/docket.toml\n[rules.stale-todo]\nlevel = \"off\"\n");
}

#[test]
fn a_fingerprint_outlives_moves_and_days() {
    let of = |text: &str| -> Vec<String> {
        let findings = all_findings(&Fixture::new(text).snapshot());
        findings.into_iter().map(|it| it.fingerprint).collect()
    };
    let ticket = |path: &str, due: &str| {
        format!("//- /{path}\n---\nid: T-2222\ntitle: X\ndue: {due}\n---\n")
    };
    assert_eq!(
        of("// TODO: a\n"),
        of("//- /b.rs\n\n\nfn x() {}\n    // TODO: a\n")
    );
    assert_eq!(
        of(&ticket(".docs/tickets/T-2222-a.md", "2026-11-01")),
        of(&ticket(".docs/tickets/T-2222-b.md", "2026-11-02"))
    );
    let twice = of("// TODO: a\n// TODO: a\n");
    assert_ne!(twice[0], twice[1]);
}
