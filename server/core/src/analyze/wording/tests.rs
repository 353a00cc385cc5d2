//! What an answer about findings has to hold.

use super::*;
use crate::fixture::Fixture;

fn found(kind: Kind, about: &str) -> Found {
    Found {
        path: Some(format!("src/{about}.rs")),
        ..Found::new(
            kind,
            about,
            &format!("Tidy src/{about}.rs"),
            "9 commits in a year".to_owned(),
        )
    }
}

fn said(of: &Found, title: &str, why: &str) -> Worded {
    Worded {
        key: of.key.clone(),
        title: title.to_owned(),
        why: why.to_owned(),
    }
}

/// What is said of an answer about two findings; `src/a.rs` and `src/b.rs` are theirs, and
/// `src/there.rs` is in the project.
fn checked(answer: impl Fn(&Found, &Found) -> Vec<Worded>) -> String {
    let found = [found(Kind::HotSpot, "a"), found(Kind::TodoCluster, "b")];
    let asked: Vec<_> = found.iter().collect();
    let sent: String = found.iter().map(shown).collect();
    let snapshot =
        Fixture::new("//- /.docs/tickets/T-7k3f.md\n---\nid: T-7k3f\ntitle: x\n---\n").snapshot();
    let exists = |path: &str| path == "src/there.rs";
    let seen = Seen::new(&snapshot, &exists, &sent);
    let answer = Wording {
        findings: answer(&found[0], &found[1]),
    };
    check(&asked, &answer, &seen).err().unwrap_or_default()
}

#[test]
fn every_finding_is_answered_once() {
    let fine = |of: &Found| said(of, "Tidy it", "It is changed often.");
    assert_eq!(checked(|a, b| vec![fine(b), fine(a)]), "");
    let lost = checked(|a, _| vec![fine(a)]);
    assert!(
        lost.starts_with("it leaves out the findings with the keys "),
        "{lost}"
    );
    let twice = checked(|a, b| vec![fine(a), fine(b), fine(a)]);
    assert!(twice.ends_with("stands in it twice"), "{twice}");
    let invented = checked(|a, b| {
        let mut more = fine(a);
        more.key = "00000000".to_owned();
        vec![fine(a), fine(b), more]
    });
    assert_eq!(invented, "there is no finding with the key \"00000000\"");
}

#[test]
fn what_is_said_was_told() {
    let why = |why: &str| checked(|a, b| vec![said(a, "Tidy it", why), said(b, "Tidy it", "Why.")]);
    let title =
        |title: &str| checked(|a, b| vec![said(a, title, "Why."), said(b, "Tidy it", "Why.")]);
    assert_eq!(
        why("`src/a.rs` had 9 commits, beside `src/there.rs` and T-7k3f."),
        ""
    );
    assert_eq!(title("Tidy src/a.rs, and/or src/there.rs."), "");
    for text in [
        "As in `src/gone.rs`.",
        "As in src/gone.rs.",
        "(src/gone.rs)",
    ] {
        assert!(
            why(text).ends_with("not in the project: src/gone.rs"),
            "{text}"
        );
        assert!(
            title(text).ends_with("not in the project: src/gone.rs"),
            "{text}"
        );
    }
    assert!(why("Like T-9x2m.").contains("T-9x2m"));
    assert!(why("It had 12 commits.").contains("says 12,"));
    assert!(title("Cut 40 lines").contains("says 40,"));
    assert!(why("").contains("no paragraph") && why("One.\n\nTwo.").contains("no paragraph"));
    assert!(why(&"x".repeat(601)).contains("no paragraph"));
    assert!(title(" ").contains("no line") && title(&"x".repeat(81)).contains("no line"));
}

#[test]
fn the_worst_of_each_kind_are_shown_and_nothing_private() {
    let many =
        |kind: Kind, n: usize| (0..n).map(move |it| found(kind, &format!("{kind:?}{it:02}")));
    let all: Vec<_> = many(Kind::StaleTicket, 50)
        .chain(many(Kind::HotSpot, 3))
        .collect();
    let shown = chosen(&all, &|path| path.ends_with("HotSpot00.rs"));
    let names: Vec<_> = shown.iter().map(|it| it.path.as_deref().unwrap()).collect();
    assert_eq!(names.len(), MOST);
    assert_eq!(
        names[..5],
        [
            "src/StaleTicket00.rs",
            "src/HotSpot01.rs",
            "src/StaleTicket01.rs",
            "src/HotSpot02.rs",
            "src/StaleTicket02.rs"
        ]
    );
}

#[test]
fn what_has_no_words_comes_last_as_it_was() {
    let all: Vec<_> = ["a", "b", "c", "d"]
        .map(|it| found(Kind::HotSpot, it))
        .into();
    let words = [said(&all[2], "C", "Why."), said(&all[1], "B", "Why.")];
    let ranked = ranked(all, &words);
    let told: Vec<_> = ranked
        .iter()
        .map(|it| {
            (
                it.0.path.as_deref().unwrap(),
                it.1.as_ref().map(|it| it.title.as_str()),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("src/c.rs", Some("C")),
            ("src/b.rs", Some("B")),
            ("src/a.rs", None),
            ("src/d.rs", None)
        ]
    );
}
