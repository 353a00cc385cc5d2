//! Proposals on small projects.

use expect_test::{Expect, expect};

use super::expand::{self, Expansion, Part};
use super::update::{self, Replacement, Update};
use super::*;
use crate::edit::{Change, TextEdit};
use crate::fixture::Fixture;

/// Chance that counts up.
struct Counting(usize);

impl World for Counting {
    fn text(&mut self, _: &str) -> Option<String> {
        None
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        (self.0 / 4) % n
    }

    fn is_taken(&mut self, _: &str) -> bool {
        false
    }
}

const TICKET: &str = "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: Users sign in
priority: high
type: feature
labels: [web]
---

So that others do not read their things.

## Acceptance criteria

- [ ] A wrong password is refused
- [ ] Five wrong ones lock the account
- [x] There is a form
//- /src/login.rs
fn login() {} // TODO(T-7k3f): lock
";

fn nothing(_: &str) -> bool {
    false
}

fn rendered(change: &Change) -> String {
    let creates = change.creates.iter();
    creates
        .map(|it| format!("//- /{}\n{}", it.path, it.text))
        .collect()
}

fn part(title: &str, criteria: &[&str]) -> Part {
    Part {
        title: title.to_owned(),
        why: "It is asked for.".to_owned(),
        criteria: criteria.iter().map(|it| (*it).to_owned()).collect(),
        estimate: Some(2.0),
        after: Vec::new(),
    }
}

#[test]
fn without_a_model_each_open_criterion_is_a_part_once() {
    let mut fixture = Fixture::new(TICKET);
    let snapshot = fixture.snapshot();
    let mut world = Counting(0);
    let subject = Subject::find(&snapshot, "t-7K3F", &mut world).unwrap();
    let answer = expand::by_lists(&snapshot, &subject).unwrap();
    let (made, change) = expand::change(&snapshot, &subject, &answer, None, &mut world);
    expect![[r#"
        //- /.docs/tickets/T-2223-a-wrong-password-is-refused.md
        ---
        id: T-2223
        title: A wrong password is refused
        priority: high
        type: feature
        labels: [web]
        parent: T-7k3f
        created: 2026-11-20
        from: [T-7k3f#criteria@81920bd3]
        ---

        ## Acceptance criteria

        - [ ] A wrong password is refused
        //- /.docs/tickets/T-3334-five-wrong-ones-lock-the-account.md
        ---
        id: T-3334
        title: Five wrong ones lock the account
        priority: high
        type: feature
        labels: [web]
        parent: T-7k3f
        created: 2026-11-20
        from: [T-7k3f#criteria@6c817a9a]
        ---

        ## Acceptance criteria

        - [ ] Five wrong ones lock the account
    "#]]
    .assert_eq(&rendered(&change));
    for it in &change.creates {
        fixture.set(&it.path, &it.text);
    }
    assert_eq!(made.len(), 2);
    let snapshot = fixture.snapshot();
    let subject = Subject::find(&snapshot, "T-7k3f", &mut world).unwrap();
    let again = expand::by_lists(&snapshot, &subject).unwrap();
    assert_eq!(again.parts, []);
    let findings = crate::rules::all_findings(&snapshot);
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn an_expansion_is_held_to_the_ticket_and_the_project() {
    let fixture = Fixture::new(TICKET);
    let snapshot = fixture.snapshot();
    let subject = Subject::find(&snapshot, "T-7k3f", &mut Counting(0)).unwrap();
    let exists = |path: &str| path == "src/login.rs";
    let sent = subject.shown();
    let seen = Seen::new(&snapshot, &exists, &sent);
    let told = |parts: Vec<Part>| {
        let answer = Expansion {
            parts,
            reason: String::new(),
        };
        expand::check(&snapshot, &subject, &answer, &seen)
            .map_or_else(|it| it, |()| "fine".to_owned())
    };
    let both = [
        "A wrong password is refused",
        "Five wrong  ones lock the account",
    ];
    let fine = part("Refuse in `src/login.rs`", &both);
    let cases = [
        vec![],
        vec![fine.clone()],
        vec![part("One", &both[..1])],
        vec![part("One", &both), part("Two", &both[..1])],
        vec![part("One", &both), part("one", &[])],
        vec![part(" ", &both)],
        vec![
            part("Change `src/lock.rs` and `Account::lock`", &both),
            part("See T-9x2m", &[]),
        ],
        vec![Part {
            after: vec![1],
            ..fine
        }],
    ];
    let told: Vec<_> = cases.into_iter().map(told).collect();
    expect![[r#"
        [
            "fine",
            "fine",
            "the criterion \"Five wrong ones lock the account\" stands in 0 parts, and belongs word for word into exactly one",
            "the criterion \"A wrong password is refused\" stands in 2 parts, and belongs word for word into exactly one",
            "there is a part \"one\" already",
            "part 1 has no title of at most 100 characters",
            "it names what is not in the project: Account::lock, T-9x2m, src/lock.rs",
            "part 1 waits for part 1, which is no earlier one",
        ]
    "#]]
    .assert_debug_eq(&told);
}

#[test]
fn a_size_is_counted_with_its_reasons() {
    let fixture = Fixture::new(TICKET);
    let snapshot = fixture.snapshot();
    let mut world = Counting(0);
    let subject = Subject::find(&snapshot, "T-7k3f", &mut world).unwrap();
    let estimate = estimate::by_counting(&snapshot, &subject);
    assert_eq!(estimate.points, 3);
    assert_eq!(estimate.reasons, ["3 acceptance criteria to meet."]);
    let change = estimate::change(&snapshot, &subject, &estimate, &mut world).unwrap();
    assert_eq!(change.edits[0].edits[0].text.trim(), "estimate: 3");
    let seen = Seen::new(&snapshot, &nothing, "");
    let odd = estimate::Estimate {
        points: 4,
        ..estimate
    };
    assert!(
        estimate::check(&odd, &seen)
            .unwrap_err()
            .contains("none of the sizes")
    );
}

const DERIVED: &str = "//- /.docs/brief.md
# Brief

## Goals

- Users sign in with a password
- Users write notes
//- /.docs/requirements.md
# Requirements

## R-4k2p Users sign in with a password

<!-- from: brief.md#goals@66b8e0b7 -->

Users sign in with a password.

- [ ] A wrong password is refused

## R-5555 Users write notes

<!-- from: brief.md#goals -->

Users write notes.
";

/// The same after the brief was changed, with what was recorded before.
fn changed() -> Fixture {
    let fixture = Fixture::new(DERIVED);
    let snapshot = fixture.snapshot();
    let source = Source::parse("brief.md#goals").unwrap();
    let digest = snapshot.source(&source).unwrap().1.leaves[0].digest;
    let mut fixture = Fixture::new(&DERIVED.replace("66b8e0b7", &digest.to_string()));
    let brief = fixture
        .text(".docs/brief.md")
        .replace("a password", "a passkey");
    fixture.set(".docs/brief.md", &brief);
    fixture
}

fn check_update(answer: &Update, expect: Expect) {
    let mut fixture = changed();
    let snapshot = fixture.snapshot();
    let path = ".docs/requirements.md";
    let targets = update::targets(&snapshot, path, &mut Counting(0)).unwrap();
    let [target] = targets.as_slice() else {
        panic!("{targets:?}");
    };
    let sent = format!("{}{}", target.shown(), target.sources[0].now);
    let seen = Seen::new(&snapshot, &nothing, &sent);
    let told = match update::check(target, answer, &snapshot.config, &seen) {
        Err(error) => format!("{error}\n"),
        Ok(()) => {
            let change = update::change(target, answer, &snapshot.config).unwrap();
            let text = TextEdit::apply_all(&target.text, &change.edits[0].edits);
            fixture.set(path, &text);
            assert_eq!(fixture.snapshot().outdated(path), []);
            text.replace(
                target.sources[0]
                    .origin
                    .recorded
                    .unwrap()
                    .to_string()
                    .as_str(),
                "OLD",
            )
        }
    };
    expect.assert_eq(&told);
}

fn replace(old: &str, new: &str) -> Update {
    Update {
        edits: vec![Replacement {
            old: old.to_owned(),
            new: new.to_owned(),
        }],
        title: None,
        reason: String::new(),
    }
}

#[test]
fn an_update_edits_its_target_and_brings_the_record_in_line() {
    let mut answer = replace("with a password.", "with a passkey.");
    answer.title = Some("Users sign in with a passkey".to_owned());
    answer.edits.push(Replacement {
        old: "A wrong password is".to_owned(),
        new: "An unknown passkey is".to_owned(),
    });
    check_update(
        &answer,
        expect![[r#"
            # Requirements

            ## R-4k2p Users sign in with a passkey

            <!-- from: brief.md#goals@fd2da01a -->

            Users sign in with a passkey.

            - [ ] An unknown passkey is refused

            ## R-5555 Users write notes

            <!-- from: brief.md#goals -->

            Users write notes.
        "#]],
    );
}

#[test]
fn an_update_reaches_nothing_outside_of_its_target() {
    check_update(
        &replace("Users write notes.", "Nobody writes."),
        expect![[r#"
            the passage "Users write notes." stands in the text 0 times, and has to stand there once
        "#]],
    );
    check_update(
        &replace("<!-- from: brief.md#goals", "<!-- from: x.md"),
        expect![[r#"
            a passage holds a record of what the text was made from
        "#]],
    );
    check_update(
        &replace("with a password.", "x\n\n## R-7777 More\n"),
        expect![[r#"
            the edits add or remove a requirement, or a comment; they may only change words
        "#]],
    );
    check_update(
        &replace("word", "x"),
        expect![[r#"
            the passage "word" stands in the text 2 times, and has to stand there once
        "#]],
    );
    check_update(
        &replace("with a password.", "as in `src/auth.rs`"),
        expect![[r#"
            it names what is not in the project: src/auth.rs
        "#]],
    );
    let mut answer = replace("with a password.", "with a passkey.");
    answer.title = Some("R-9999 Users sign in".to_owned());
    check_update(
        &answer,
        expect![[r#"
            the requirement is R-4k2p, and stays so
        "#]],
    );
}

#[test]
fn what_a_source_said_is_found_in_its_older_text() {
    let fixture = changed();
    let snapshot = fixture.snapshot();
    let path = ".docs/requirements.md";
    let targets = update::targets(&snapshot, path, &mut Counting(0)).unwrap();
    let source = &targets[0].sources[0];
    let old = DERIVED
        .lines()
        .skip(1)
        .take(6)
        .collect::<Vec<_>>()
        .join("\n");
    let said = update::said(
        &old,
        ".docs/brief.md",
        &source.origin.source,
        source.recorded,
    );
    assert_eq!(said.as_deref(), Some("Users sign in with a password"));
    // Both items could be what became of it, so all of the section is told.
    assert!(
        source
            .now
            .starts_with("## Goals\n\n- Users sign in with a passkey")
    );
    let now = fixture.text(".docs/brief.md");
    assert_eq!(
        update::said(
            now,
            ".docs/brief.md",
            &source.origin.source,
            source.recorded
        ),
        None
    );
}

#[test]
fn each_pair_of_roles_gives_something_and_nobody_is_left_alone() {
    let names = |roles: &[&str]| roles.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let own = [("support", "What people ask."), (discuss::PERSON, "All.")];
    let own = own.map(|(name, cares)| (name.to_owned(), cares.to_owned()));
    let own = std::collections::BTreeMap::from(own);
    let all: Vec<String> = discuss::roles(&own).into_iter().map(|it| it.name).collect();
    let pairs = discuss::pairs(&all);
    // Five of the manager's, five among the others, and the project's own role.
    assert_eq!(pairs.len(), 11);
    let artefacts = |roles: &[&str]| -> Vec<String> {
        let pairs = discuss::pairs(&names(roles)).into_iter();
        pairs.map(|it| it.artefact).collect()
    };
    assert_eq!(artefacts(&["frontend", "backend"]), ["API"]);
    assert_eq!(
        artefacts(&["qa", "security", "devops"]),
        ["Security checks", "Security tests"]
    );
    assert_eq!(artefacts(&["qa", "support"]), ["What support asks for"]);
    assert_eq!(artefacts(&["qa"]), [""; 0]);
}

#[test]
fn no_role_speaks_for_a_person() {
    let snapshot = Fixture::new(TICKET).snapshot();
    let nothing = |_: &str| false;
    let seen = Seen::new(&snapshot, &nothing, "");
    let turn = |says: &str, dissent: &str| discuss::Turn {
        says: says.to_owned(),
        draft: "## API".to_owned(),
        dissent: dissent.to_owned(),
        ..discuss::Turn::default()
    };
    for (says, dissent) in [
        ("Fine.\n\na person: Leave it.", ""),
        ("Fine.\n  **a person**: Leave it.", ""),
        ("Fine.", "a person: Leave it."),
    ] {
        let error = discuss::check(&[], &turn(says, dissent), &seen).unwrap_err();
        assert!(error.contains("speaks for a person"), "{says}: {error}");
    }
    let fine = turn("So asks a person: why?\na person who waits asks.", "");
    assert_eq!(discuss::check(&[], &fine, &seen), Ok(()));
}

#[test]
fn a_skeleton_is_of_the_projects_framework_and_compiles_whatever_a_criterion_says() {
    let told = |manifest: &str| {
        let text = TICKET.replace("A wrong password", "5 \"wrong\" passwords");
        let fixture = Fixture::new(&format!("{text}{manifest}"));
        let snapshot = fixture.snapshot();
        let subject = Subject::find(&snapshot, "T-7k3f", &mut Counting(0)).unwrap();
        let written = write_tests::by_criteria(&snapshot, &subject).unwrap();
        let file = &written.files[0];
        format!("{}\n{}", file.path, file.text)
    };
    expect![[r#"
        shop/tests/users_sign_in.rs
        //! T-7k3f Users sign in

        // T-7k3f: 5 "wrong" passwords is refused
        #[test]
        #[ignore = "not written yet"]
        fn criterion_1_5_wrong_passwords_is_refused() {
            unimplemented!();
        }

        // T-7k3f: Five wrong ones lock the account
        #[test]
        #[ignore = "not written yet"]
        fn criterion_2_five_wrong_ones_lock_the_account() {
            unimplemented!();
        }
    "#]]
    .assert_eq(&told(
        "//- /shop/Cargo.toml\n[package]\nname = \"shop\"\nversion = \"0.1.0\"\n",
    ));
    expect![[r#"
        tests/users_sign_in_test.go
        // T-7k3f Users sign in
        package tests

        import "testing"

        // T-7k3f: 5 "wrong" passwords is refused
        func TestCriterion15WrongPasswordsIsRefused(t *testing.T) {
        	t.Skip("not written yet")
        }

        // T-7k3f: Five wrong ones lock the account
        func TestCriterion2FiveWrongOnesLockTheAccount(t *testing.T) {
        	t.Skip("not written yet")
        }
    "#]]
    .assert_eq(&told("//- /go.mod\nmodule shop\n\ngo 1.23\n"));
    expect![[r#"
        tests/t-7k3f-users-sign-in.test.js
        // T-7k3f Users sign in
        import test from 'node:test';

        // T-7k3f: 5 "wrong" passwords is refused
        test("5 \"wrong\" passwords is refused", { todo: true });

        // T-7k3f: Five wrong ones lock the account
        test("Five wrong ones lock the account", { todo: true });
    "#]]
    .assert_eq(&told(
        "//- /package.json\n{\"name\": \"shop\", \"version\": \"1.0.0\"}\n",
    ));
}
