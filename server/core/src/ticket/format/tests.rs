//! Cases of formatting: what is tidied, what is left alone, and that twice is once.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::config::Config;
use crate::ticket::{self, Parsed};

fn formatted(text: &str) -> String {
    let edits = format(text);
    assert!(edits.is_sorted_by_key(|it| it.span), "{edits:?}");
    TextEdit::apply_all(text, &edits)
}

#[track_caller]
fn check(text: &str, expect: Expect) {
    let once = formatted(text);
    assert_eq!(formatted(&once), once, "formatting again changes it");
    expect.assert_eq(&once.replace('\r', "<cr>").replace(" \n", "·\n"));
}

#[track_caller]
fn same(text: &str) {
    assert_eq!(formatted(text), text);
}

#[test]
fn fields_come_in_their_order_and_blanks_go() {
    check(
        "---\nstatus:   todo  # soon  \nown : 1\nid : T-7k3f\ntitle:\t'A '  \nlabels:\n  - b \n  - a\nparent:  \ndue: 2026-12-01\n---\n",
        expect![[r#"
            ---
            id: T-7k3f
            title: 'A '
            status: todo  # soon
            labels:
              - b
              - a
            parent:
            due: 2026-12-01
            own: 1
            ---
        "#]],
    );
    check(
        "---\nstatus: todo\nid : T-7k3f\nlabels:   [a,  b]\ntitle:\t'A '  \n---\ntext",
        expect![[r#"
            ---
            id: T-7k3f
            title: 'A '
            status: todo
            labels: [a,  b]
            ---

            text
        "#]],
    );
}

#[test]
fn lines_of_one_value_keep_their_blanks() {
    check(
        "---\nnote: |  \n  a  \n\n  b\ntitle: \"A \\\n  b  \n  c\"  \nid: T-7k3f\n---\n",
        expect![[r#"
            ---
            note: |
              a ·

              b
            title: "A \
              b ·
              c"
            id: T-7k3f
            ---
        "#]],
    );
}

#[test]
fn what_may_be_meant_so_is_left_alone() {
    // A comment on its own line may speak of what is below it, or of all.
    same("---\n# mine\ntitle: A\nid: T-7k3f\n---\n");
    // So may an empty line.
    same("---\ntitle: A\n\nid: T-7k3f\n---\n");
    // Another place depends on an anchor.
    same("---\ntitle: &t A  \nid: T-7k3f\nlabels: [*t]\n---\n");
    same("---\n{ id: T-7k3f,  title: A }\n---\n");
    same("---\ntitle: A\nid: T-7k3f\ntitle: B\n---\n");
    same("---\nid: [  \n---\n\nx\n");
    same("no front matter  \n\n\n\n");
    same("---\nid: T-7k3f\n");
    same("---\rid: T-7k3f\rtitle: A  \r---\r");
}

#[test]
fn the_body_is_tidied_between_its_words() {
    check(
        "---\nid: T-7k3f\ntitle: A\n---\n# One \ntext\t\nmore  \nbroken   \n\n\n\n## Two\n- a  \n- b\n\n\n- c\n\n```\nx  \n\n\ny\n```\n\n    code  \n\n<!-- a  \n\n\nb -->\nend\n\n \n",
        expect![[r#"
            ---
            id: T-7k3f
            title: A
            ---

            # One

            text
            more ·
            broken

            ## Two

            - a ·
            - b

            - c

            ```
            x ·


            y
            ```

                code ·

            <!-- a ·


            b -->
            end
        "#]],
    );
    check(
        "---\nid: T-7k3f\ntitle: A\n---\n\n\n",
        expect![[r#"
        ---
        id: T-7k3f
        title: A
        ---
    "#]],
    );
    check(
        "---\nid: T-7k3f\ntitle: A\n---",
        expect![[r#"
        ---
        id: T-7k3f
        title: A
        ---"#]],
    );
    check(
        "\u{feff}---\r\nid:  T-7k3f\r\ntitle: A\r\n---\r\n# \u{1F600} x \r\ny",
        expect![[r#"
            ﻿---<cr>
            id: T-7k3f<cr>
            title: A<cr>
            ---<cr>
            <cr>
            # 😀 x<cr>
            <cr>
            y<cr>
        "#]],
    );
}

#[test]
fn a_formatted_ticket_stays_as_it_is() {
    same(
        "---\nid: T-7k3f\ntitle: A\nstatus: todo # soon\nown: x\n---\n\nText  \nbroken.\n\n## Notes\n\n- a\n  b\n\n  c\n- d\n",
    );
}

/// All that a ticket says, places left out.
fn said(parsed: &Parsed) -> String {
    let ticket = &parsed.ticket;
    let texts = |of: &[crate::span::Spanned<String>]| -> Vec<String> {
        of.iter().map(|it| it.value.clone()).collect()
    };
    let one = |of: &Option<crate::span::Spanned<String>>| of.as_ref().map(|it| it.value.clone());
    let criteria: Vec<_> = ticket
        .criteria
        .iter()
        .map(|it| (it.done, &it.text))
        .collect();
    let headings: Vec<_> = parsed
        .page
        .headings
        .iter()
        .map(|it| (&it.text, it.level))
        .collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {criteria:?} {headings:?}",
        one(&ticket.id),
        one(&ticket.title),
        one(&ticket.status),
        texts(&ticket.labels),
        texts(&ticket.depends_on),
        ticket.due.as_ref().map(|it| it.value),
        one(&ticket.milestone),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn formatting_says_the_same_and_twice_is_once(
        front in proptest::collection::vec(
            prop_oneof![
                Just("id: T-7k3f"), Just("title:  A b"), Just("title: 'A '"), Just("status :todo"),
                Just("status: todo  # x"), Just("labels: [b,  a ]"), Just("labels:\n  - b \n  - a"),
                Just("depends-on:\n- T-2222"), Just("milestone: |\n  x  \n\n  y"), Just("# c"),
                Just(""), Just("due:\t2026-12-01"), Just("own: \"a \\\n  b\""), Just("parent:"),
                Just("milestone: >-\n  x\n   y  "), Just("x: &a 1"), Just("labels: *a"),
            ],
            0..7,
        ),
        body in proptest::collection::vec(
            prop_oneof![
                Just("# H "), Just("text  "), Just("`a  "), Just("b`"), Just("- [ ] x "), Just("  y"),
                Just(""), Just(" "), Just("```"), Just("    code  "), Just("> q "), Just("## Acceptance criteria"),
                Just("<div> "), Just("</div>"), Just("| a | b |"), Just("|---|---|"), Just("==="), Just("1. n\t"),
                Just("\\"), Just("<!-- "), Just("-->"), Just("\u{1F600} [[x]]  "), Just("[a]: b "), Just("* * *"),
            ],
            0..14,
        ),
        crlf in any::<bool>(),
        ends in any::<bool>(),
    ) {
        let mut text = format!("---\n{}\n---\n{}", front.join("\n"), body.join("\n"));
        if ends {
            text.push('\n');
        }
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let once = formatted(&text);
        prop_assert_eq!(&formatted(&once), &once, "{:?}", text);
        let config = Config::default();
        let (old, new) = (ticket::parse(text.as_bytes(), &config), ticket::parse(once.as_bytes(), &config));
        prop_assert_eq!(said(&old), said(&new), "{:?}", text);
        prop_assert_eq!(old.problems.len(), new.problems.len(), "{:?}", text);
        let solid = |it: &str| -> String {
            let mut all: Vec<char> = it.chars().filter(|it| !it.is_whitespace()).collect();
            all.sort_unstable();
            all.into_iter().collect()
        };
        prop_assert_eq!(solid(&text), solid(&once));
    }
}
