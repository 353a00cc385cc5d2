//! Cases of hover: what is offered, what it does, and where there is silence.

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

const PROJECT: &str = "//- /.docs/tickets/T-7k3f-x.md
---
id: T-7k3f
title: Read <b>empty</b> *files*
status: in-progress
priority: high
type: bug
assignees: [ana, bob]
depends-on: [T-9x2m, T-4444]
due: 2026-12-01
milestone: v1
github: 42
---

Why **it** matters. <img src=x> [run](command:rm)
![spy](https://evil.example/p.png)

## Acceptance criteria

- [x] one
- [ ] two
//- /.docs/tickets/T-9x2m-y.md
---
id: T-9x2m
title: Parse the manifest
status: done
---
//- /src/b.rs
// TODO(T-7k3f): b
";

fn check(fixture: &str, expect: Expect) {
    let fixture = Fixture::new(&format!("{fixture}{PROJECT}"));
    let (path, offset) = fixture.cursor.clone().unwrap();
    let shown = match hover(&fixture.snapshot(), &path, offset) {
        Some(it) => format!(
            "{:?}\n{}\n",
            &fixture.text(&path)[it.span.range()],
            it.markdown
        ),
        None => String::new(),
    };
    expect.assert_eq(&shown);
}

#[test]
fn a_ticket_s_card() {
    check(
        "// TODO(T-7$0k3f): a\n",
        expect![[r#"
        "T-7k3f"
        **T-7k3f** Read &lt;b>empty&lt;/b> \*files\*

        in-progress · high · bug · @ana · @bob · due 2026-12-01 (in 11 days) · v1 · \#42  
        1 of 2 criteria · 2 TODOs

        Waits for

        - T-9x2m Parse the manifest (done)
        - T-4444 (no such ticket)

        ---

        Why **it** matters. &lt;img src=x> run
        spy
    "#]],
    );
    check(
        "// TODO(#4$02): a\n",
        expect![[r##"
        "#42"
        **T-7k3f** Read &lt;b>empty&lt;/b> \*files\*

        in-progress · high · bug · @ana · @bob · due 2026-12-01 (in 11 days) · v1 · \#42  
        1 of 2 criteria · 1 TODO

        Waits for

        - T-9x2m Parse the manifest (done)
        - T-4444 (no such ticket)

        ---

        Why **it** matters. &lt;img src=x> run
        spy
    "##]],
    );
    check(
        "//- /.docs/a.md\nsee [[t-9x$02m]]\n",
        expect![[r#"
        "t-9x2m"
        **T-9x2m** Parse the manifest

        done  
        1 ticket waits for it
    "#]],
    );
    check(
        "//- /.docs/a.md\nsee [it](tickets/T-9x2m-y.md$0)\n",
        expect![[r#"
        "[it](tickets/T-9x2m-y.md)"
        **T-9x2m** Parse the manifest

        done  
        1 ticket waits for it
    "#]],
    );
}

#[test]
fn a_todo_s_card() {
    check(
        "fn a() {\n    // TO$0DO!!: later due:2026-11-21 +io\n}\n",
        expect![[r#"
        "TODO"
        **TODO** · no ticket · urgent \!\! · due 2026-11-21 (tomorrow) · +io · in fn a
    "#]],
    );
    check(
        "// FIX$0ME(T-9x2m) [serde>=2]: later\n",
        expect![[r#"
        "FIXME"
        **FIXME** · waits for serde>=2

        ---

        **T-9x2m** Parse the manifest

        done  
        1 TODO · 1 ticket waits for it
    "#]],
    );
}

#[test]
fn help_for_fields() {
    check(
        "//- /.docs/tickets/T-2222-a.md\n---\nid: T-2222\nsta$0tus: todo\n---\n",
        expect![[r#"
        "status"
        **status**: how far it is.

        One of backlog, todo, in-progress, review, done, dropped.
    "#]],
    );
    check(
        "//- /.docs/tickets/T-2222-a.md\n---\nid: T-2222\ntitle: A ti$0tle\n---\n",
        expect![[r#"
            "A title"
            **T-2222** A title

            backlog  
            score 13: no priority, taken as medium
        "#]],
    );
}

/// Three reasons are shown, and beside them what nobody set.
#[test]
fn what_was_learned_is_told() {
    let closed = |nth: usize, status: &str, kind: &str| {
        format!(
            "//- /.docs/tickets/T-{nth}.md\n---\nid: T-{nth}\ntitle: x\nstatus: {status}\ntype: {kind}\n---\n"
        )
    };
    let ended = (2000..2006).map(|it| closed(it, "done", "bug"));
    let ended = ended.chain((3000..3006).map(|it| closed(it, "dropped", "chore")));
    let open = "//- /.docs/tickets/T-2222-a.md\n---\nid: T-2222\ntitle: A ti$0tle\ntype: chore\ndue: 2026-11-25\nestimate: 3\ncreated: 2026-09-21\n---\n";
    check(
        &(ended.collect::<String>() + open),
        expect![[r#"
        "A title"
        **T-2222** A title

        backlog · chore · due 2026-11-25 (in 5 days)  
        score 45: due in 5 days, no priority, taken as medium, 3 points of work, finished less often than others here: 0 of 6 of type chore (all: 7 of 13)
    "#]],
    );
}

#[test]
fn nothing_elsewhere() {
    check("let $0x = 1; // TODO: a\n", expect![[""]]);
    check("// T-2222$0 is no ticket\n", expect![[""]]);
}
