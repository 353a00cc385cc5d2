//! What a ticket says after a conflict was settled, once and again.

use super::*;
use crate::fixture::forge::conflict;

const TICKET: &str = "---
id: T-7k3f
title: Mine    # a note
labels: [a, b]
depends-on: [T-9x2m, T-2222]
github: 42
---

Why me.

- [ ] one
";

fn take(text: &str, conflict: &Conflict, take: Take) -> Result<String, Unsettled> {
    let links = Links::new([("T-7k3f", 42), ("T-9x2m", 9), ("T-4444", 4)]);
    let settle = |text: &str| settled(text, conflict, take, &Config::default(), &links);
    let once = settle(text)?;
    assert_eq!(settle(&once).as_ref(), Ok(&once), "not the same again");
    Ok(once)
}

/// The lines that are other ones.
fn changed(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines
        .filter(|it| !TICKET.lines().any(|old| old == *it))
        .collect()
}

#[test]
fn one_of_two_texts_is_taken() {
    let title = conflict("T-7k3f", 42, Field::Title, ["Mine", "Theirs"]);
    assert_eq!(title.choices(), [Take::Mine, Take::Theirs]);
    assert_eq!(take(TICKET, &title, Take::Mine).as_deref(), Ok(TICKET));
    let taken = take(TICKET, &title, Take::Theirs).unwrap();
    assert_eq!(changed(&taken), ["title: Theirs    # a note"]);
    assert_eq!(
        take(TICKET, &title, Take::Both),
        Err(Unsettled::One(Field::Title))
    );
}

#[test]
fn sets_are_taken_or_joined_and_what_came_since_stays() {
    let labels = conflict("T-7k3f", 42, Field::Labels, ["a", "c A"]);
    let taken = take(TICKET, &labels, Take::Theirs).unwrap();
    assert_eq!(changed(&taken), ["labels: [a, b, c]"]);
    let labels = conflict("T-7k3f", 42, Field::Labels, ["a b", "c"]);
    let taken = take(TICKET, &labels, Take::Theirs).unwrap();
    assert_eq!(changed(&taken), ["labels: [c]"]);
    let taken = take(TICKET, &labels, Take::Both).unwrap();
    assert_eq!(changed(&taken), ["labels: [a, b, c]"]);
    // What has no issue is no business of the forge.
    let waits = conflict("T-7k3f", 42, Field::DependsOn, ["9", "4"]);
    let taken = take(TICKET, &waits, Take::Theirs).unwrap();
    assert_eq!(changed(&taken), ["depends-on: [T-2222, T-4444]"]);
}

#[test]
fn bodies_are_taken_or_joined_and_what_came_since_stays() {
    let mut body = conflict(
        "T-7k3f",
        42,
        Field::Body,
        ["Why me.\n\n- [ ] one", "Why them.\n\n- [ ] one"],
    );
    body.base = Some(Value::text("Why.\n\n- [ ] one"));
    assert_eq!(body.choices().len(), 3);
    let later = TICKET.replace("- [ ] one", "- [x] one");
    let taken = take(&later, &body, Take::Theirs).unwrap();
    assert!(
        taken.ends_with("---\n\nWhy them.\n\n- [x] one\n"),
        "{taken}"
    );
    let both = take(&later, &body, Take::Both).unwrap();
    assert!(
        both.ends_with("---\n\nWhy me.\n\nWhy them.\n\n- [x] one\n"),
        "{both}"
    );
    let elsewhere = TICKET.replace("Why me", "Why us");
    assert_eq!(
        take(&elsewhere, &body, Take::Theirs),
        Err(Unsettled::Changed)
    );
}
