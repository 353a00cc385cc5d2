//! Tests of what is worth a look.

use std::fmt::Write;

use expect_test::expect;
use jiff::civil::date;

use super::advisories::{locked, read, vulnerable};
use super::*;
use crate::fixture::Fixture;

fn told(found: &[Found]) -> String {
    let mut out = String::new();
    for it in found {
        let _ = writeln!(out, "{} {}: {}", it.kind.name(), it.title, it.detail);
    }
    out
}

fn churn(files: &[(&str, u32, Date)]) -> Churn {
    let files = files.iter().map(|(path, commits, last)| {
        let (commits, last) = (*commits, *last);
        ((*path).to_owned(), Changes { commits, last })
    });
    Churn {
        files: files.collect(),
    }
}

#[test]
fn what_is_stale_hot_and_full_is_told_the_worst_first() {
    let ticket = |id: &str, rest: &str| {
        format!("//- /.docs/tickets/{id}.md\n---\nid: {id}\ntitle: Ring\n{rest}---\n")
    };
    let todos = "// TODO: a\n// FIXME: b\n// TODO: c\n// TODO: d\n// HACK: e\n";
    let fixture = Fixture::new(
        &[
            ticket("T-2222", "status: in-progress\ncreated: 2026-01-01\n"),
            ticket("T-3333", "status: in-progress\ncreated: 2026-01-01\n"),
            ticket("T-4444", "created: 2026-01-01\n"),
            ticket("T-5555", "created: 2026-08-01\n"),
            ticket("T-6666", "status: done\ncreated: 2020-01-01\n"),
            format!("//- /src/a.rs\n{todos}"),
            "//- /src/b.rs\n// TODO: one\n".to_owned(),
        ]
        .concat(),
    );
    let churn = churn(&[
        (".docs/tickets/T-3333.md", 1, date(2026, 11, 10)),
        ("src/a.rs", 9, date(2026, 11, 1)),
        ("src/b.rs", 30, date(2026, 11, 1)),
        ("src/rare.rs", 2, date(2026, 11, 1)),
        ("Cargo.lock", 80, date(2026, 11, 1)),
    ]);
    let lines = |path: &str| match path {
        "src/a.rs" => Some(1_000),
        "src/b.rs" => Some(40),
        "src/rare.rs" => Some(90_000),
        _ => None,
    };
    let found = analyze(&fixture.snapshot(), &churn, lines);
    expect![[r#"
        stale-ticket Decide what becomes of T-2222: Ring: under way as in-progress, and untouched for 323 days
        stale-ticket Decide what becomes of T-4444: Ring: open as backlog, and untouched for 323 days
        hot-spot Make src/a.rs easier to change: 9 commits in a year changed its 1000 lines
        hot-spot Make src/b.rs easier to change: 30 commits in a year changed its 40 lines
        todo-cluster Work off the 5 TODOs in src/a.rs: 1 FIXME, 1 HACK, 3 TODO
    "#]]
    .assert_eq(&told(&found));
    let keys: std::collections::BTreeSet<_> = found.iter().map(|it| &it.key).collect();
    assert_eq!(keys.len(), found.len());
}

const LOCK: &str = "
version = 4
[[package]]
name = \"kettle\"
version = \"0.1.0\"
[[package]]
name = \"steam\"
version = \"1.2.3\"
source = \"registry+https://example.com/index\"
[[package]]
name = \"lid\"
version = \"2.0.0\"
source = \"registry+https://example.com/index\"
";

#[test]
fn a_locked_version_is_held_against_its_advisories() {
    let advisory = |package: &str, more: &str, patched: &str| {
        read(&format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"{package}\"\ndate = \"2026-01-01\"\n{more}\n[versions]\npatched = [{patched}]\n```\n\n# It bursts\n\nWhen hot.\n"
        ))
    };
    let advisories: Vec<_> = [
        advisory("steam", "", "\">= 1.2.4\""),
        advisory("steam", "", "\">= 1.2.0, < 1.3.0\""),
        advisory("steam", "withdrawn = \"2026-02-01\"", ""),
        advisory("lid", "informational = \"unmaintained\"", ""),
        advisory("kettle", "", ""),
        read("# No advisory"),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert_eq!(advisories.len(), 4);
    let found = vulnerable(&locked(LOCK), &advisories);
    expect![[r#"
        vulnerable-dependency Update steam: It bursts (RUSTSEC-2026-0001): 1.2.3 is locked; free of it is >=1.2.4
        vulnerable-dependency Look at lid: unmaintained (RUSTSEC-2026-0001): 2.0.0 is locked, and no version is free of it
    "#]]
    .assert_eq(&told(&found));
    assert_eq!(locked("no lock = ["), []);
}
