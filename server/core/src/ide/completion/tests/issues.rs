//! Issues behind `#`, from what the last sync saw.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::PROJECT;
use crate::fixture::{Fixture, forge};
use crate::ide::completion::{completion, documentation};
use crate::sync::{Issue, Mirror};
use crate::text::Document;
use crate::world::FileChange;

fn mirror() -> Mirror {
    let change = Issue {
        is_pull_request: true,
        ..forge::issue(72, "Parse names that have spaces")
    };
    let newer = Issue {
        updated_at: forge::at("2026-11-20T08:00:00Z"),
        ..forge::issue(8, "Names of crates")
    };
    forge::mirror([
        forge::closed(7, "Stops at blank lines"),
        newer,
        forge::issue(71, "Spaces in names"),
        change,
    ])
}

fn fixture(text: &str) -> Fixture {
    Fixture::new(&format!("{text}{PROJECT}")).with_mirror(mirror())
}

fn offered(fixture: &Fixture) -> String {
    let (path, offset) = fixture.cursor.clone().unwrap();
    let mut out = String::new();
    for it in completion(&fixture.snapshot(), &path, offset).items {
        let old = &fixture.text(&path)[it.edit.span.range()];
        writeln!(
            out,
            "{} {}: {old:?} -> {:?}",
            it.label, it.detail, it.edit.text
        )
        .unwrap();
    }
    out
}

fn check(text: &str, expect: Expect) {
    expect.assert_eq(&offered(&fixture(text)));
}

#[test]
fn by_number_and_by_title_the_open_first() {
    check(
        "// see #$0\n",
        expect![[r##"
        #8 Names of crates · open: "" -> "8"
        #71 Spaces in names · open: "" -> "71"
        #72 Parse names that have spaces · open: "" -> "72"
        #7 Stops at blank lines · closed: "" -> "7"
    "##]],
    );
    check(
        "// TODO(#7$0): a\n",
        expect![[r##"
        #7 Stops at blank lines · closed: "7" -> "7"
        #71 Spaces in names · open: "7" -> "71"
        #72 Parse names that have spaces · open: "7" -> "72"
    "##]],
    );
    check(
        "// see Ana/it#nam$0 there\n",
        expect![[r##"
        #8 Names of crates · open: "nam" -> "8"
        #71 Spaces in names · open: "nam" -> "71"
        #72 Parse names that have spaces · open: "nam" -> "72"
    "##]],
    );
    check(
        "//- /.docs/a.md\nSee #space$0\n",
        expect![[r##"
        #71 Spaces in names · open: "space" -> "71"
        #72 Parse names that have spaces · open: "space" -> "72"
    "##]],
    );
}

#[test]
fn silence_elsewhere() {
    for text in [
        "let a = \"#$0\";\n",
        "// o/r#$0\n",
        "// crate#$0\n",
        "// #7#$0\n",
        "//- /a.py\n#$0\n",
        "//- /a.py\nx = 1 #7$0\n",
        "//- /.docs/a.md\n#$0\n",
        "//- /.docs/a.md\n##$0\n",
        "//- /.docs/a.md\n`#$0`\n",
    ] {
        assert_eq!(offered(&fixture(text)), "", "{text}");
    }
    assert_ne!(offered(&fixture("//- /a.py\n# see #7$0\n")), "");
}

fn message(text: &str) -> String {
    let mut fixture = fixture(&format!("//- /.git/COMMIT_EDITMSG\n{text}"));
    let path = fixture.cursor.clone().unwrap().0;
    let text = fixture.text(&path).to_owned();
    // No facts: a scan passes `.git` over.
    fixture.world.apply([
        FileChange::Open {
            path: path.clone(),
            document: Document::new(&text, 1, "git-commit"),
        },
        FileChange::Facts { path, facts: None },
    ]);
    offered(&fixture)
}

#[test]
fn messages_of_commits() {
    expect![[r##"
        #7 Stops at blank lines · closed: "7" -> "7"
        #71 Spaces in names · open: "7" -> "71"
        #72 Parse names that have spaces · open: "7" -> "72"
    "##]]
    .assert_eq(&message("parse names\n\nFixes #7$0\n"));
    expect![[r#"
        T-7k3f Read empty files · todo: "T-" -> "T-7k3f"
        T-9x2m Parse the manifest · done: "T-" -> "T-9x2m"
    "#]]
    .assert_eq(&message("parse names (T-$0)\n"));
    assert_eq!(message("parse\n\n# Changes: #7$0\n"), "");
    assert_eq!(message("see [[T-$0\n"), "");
}

#[test]
fn cards_are_worked_out_when_asked_for() {
    let snapshot = fixture("// #$0\n").snapshot();
    let card = documentation(&snapshot, "#71").unwrap();
    assert!(card.contains("Spaces in names"), "{card}");
    assert_eq!(documentation(&snapshot, "#99"), None);
}
