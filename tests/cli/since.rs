//! What a branch adds, and what the next commit would, with the real git.

use expect_test::expect;
use serde_json::{Value, json};

use super::{docket, git, json};
use crate::support::project::Project;

const START: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
status: done
---
//- /src/old.rs
// TODO(T-7k3f): stale before the branch was made
// TODO: untracked before the branch was made
// TODO: goes away
//- /src/wanders.rs
// TODO(T-9999): unknown, and moves to another file
";

/// A repository on the branch `work`, made from `main`, which has gone on since.
fn repository() -> Project {
    let project = Project::new(START);
    git(&project, &["init", "-q", "-b", "main"]);
    commit(&project, "one");
    git(&project, &["switch", "-qc", "work"]);
    git(&project, &["switch", "-q", "main"]);
    project.write("src/later.rs", "// TODO(T-8888): of main alone\n");
    commit(&project, "two");
    git(&project, &["switch", "-q", "work"]);
    project
}

fn commit(project: &Project, message: &str) {
    project.write(".git/info/exclude", ".state\n");
    git(project, &["add", "."]);
    git(project, &["commit", "-qm", message]);
}

/// What the branch does: something of each kind, some of it not committed.
fn work(project: &Project) {
    project.write(
        "src/old.rs",
        "// TODO(T-7k3f): stale before the branch was made\n\n// TODO!: untracked before the branch was made\n// FIXME(T-7777): new\n",
    );
    std::fs::remove_file(project.root().join("src/wanders.rs")).unwrap();
    project.write(
        "src/there.rs",
        "fn there() {}\n// TODO(T-9999): unknown, and moves to another file\n",
    );
    commit(project, "work");
    project.write("src/new.rs", "// TODO: not committed\n");
}

fn rows(value: &Value, list: &str, keys: &[&str]) -> String {
    let cell = |it: &Value| docket_core::json::sorted(it.clone()).to_string();
    let row = |it: &Value| {
        keys.iter()
            .map(|key| cell(&it[key]))
            .collect::<Vec<_>>()
            .join(" ")
            + "\n"
    };
    value[list].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn check_tells_what_the_merge_base_did_not_have() {
    let project = repository();
    work(&project);
    let (code, value) = json(&project, &["check", "--since", "main"], "check");
    expect![[r#"
        "untracked-todo" "src/new.rs" 1
        "unknown-ticket" "src/old.rs" 4
    "#]]
    .assert_eq(&rows(&value, "findings", &["rule", "path", "line"]));
    assert_eq!(code, 1);
    let base = git(&project, &["merge-base", "main", "HEAD"]);
    assert_eq!(
        value["since"],
        json!({"revision": "main", "commit": base, "gone": 1})
    );
    // A part of it; and what is told to people.
    let (_, value) = json(
        &project,
        &["check", "src/new.rs", "--since", "main"],
        "check",
    );
    assert_eq!(value["counts"]["error"], json!(0));
    let run = docket(&project, &["check", "--since", "main"]);
    assert!(run.stdout.contains(": 1 is gone"), "{}", run.stdout);
    // Without it, all of it.
    let (_, value) = json(&project, &["check"], "check");
    assert_eq!(
        (&value["since"], &value["counts"]["error"]),
        (&Value::Null, &json!(2))
    );
}

#[test]
fn a_rule_that_is_switched_on_makes_no_old_debt_new() {
    let project = repository();
    project.write(
        ".docs/docket.toml",
        "[rules.untracked-todo]\nlevel = \"error\"\n",
    );
    let (code, value) = json(&project, &["check", "--since", "main"], "check");
    assert_eq!((code, &value["findings"]), (0, &json!([])));
}

#[test]
fn todos_tell_new_moved_touched_and_removed_ones() {
    let project = repository();
    work(&project);
    let (code, value) = json(&project, &["todos", "--since", "main"], "todos");
    expect![[r#"
        "new" "src/new.rs" 1 "not committed" null
        "touched" "src/old.rs" 3 "untracked before the branch was made" {"line":2,"path":"src/old.rs","text":"untracked before the branch was made"}
        "new" "src/old.rs" 4 "new" null
        "moved" "src/there.rs" 2 "unknown, and moves to another file" {"line":1,"path":"src/wanders.rs","text":"unknown, and moves to another file"}
    "#]]
    .assert_eq(&rows(&value, "todos", &["change", "path", "line", "text", "before"]));
    expect![[r#"
        "removed" "src/old.rs" 3 "goes away"
    "#]]
    .assert_eq(&rows(
        &value["since"],
        "removed",
        &["change", "path", "line", "text"],
    ));
    assert_eq!(code, 0);
    let run = docket(&project, &["todos", "--since", "main"]);
    expect![[r#"
        src/new.rs:1:4: new TODO: not committed
        src/old.rs:3:4: touched TODO: untracked before the branch was made
        src/old.rs:3:4: removed TODO: goes away
        src/old.rs:4:4: new FIXME(T-7777): new
        src/there.rs:2:4: moved TODO(T-9999): unknown, and moves to another file
    "#]]
    .assert_eq(&run.stdout);
}

#[test]
fn staged_content_is_looked_at_rather_than_the_files() {
    let project = repository();
    project.write("src/a.rs", "// TODO(T-7777): staged\n");
    project.write("src/b.rs", "// TODO(T-6666): staged, and mended since\n");
    git(&project, &["add", "src"]);
    project.write("src/b.rs", "// nothing\n");
    project.write("src/c.rs", "// TODO(T-5555): not staged\n");
    let tell = |args: &[&str]| {
        let (code, value) = json(&project, &[&["check"], args].concat(), "check");
        (code, rows(&value, "findings", &["rule", "path", "line"]))
    };
    let (code, found) = tell(&["--staged", "--since", "HEAD"]);
    expect![[r#"
        "unknown-ticket" "src/a.rs" 1
        "unknown-ticket" "src/b.rs" 1
    "#]]
    .assert_eq(&found);
    assert_eq!(code, 1);
    // The text that is shown is the staged one too.
    let run = docket(&project, &["check", "--staged", "src/b.rs"]);
    assert!(run.stdout.contains("mended since"), "{}", run.stdout);
    // And so are the configuration, and what is staged no more.
    project.write(
        ".docs/docket.toml",
        "[rules.unknown-ticket]\nlevel = \"off\"\n",
    );
    assert_eq!(tell(&["--staged", "--since", "HEAD"]).1, found);
    git(&project, &["add", ".docs"]);
    assert_eq!(tell(&["--staged", "--since", "HEAD"]).1, "");
    assert_eq!(docket(&project, &["check", "--staged", "--fix"]).code, 2);
}

#[test]
fn a_link_to_a_file_that_is_not_staged_is_broken() {
    let project = repository();
    project.write(
        ".docs/page.md",
        "[there](there.md) [built](../target/x.html)\n",
    );
    project.write(".gitignore", "target/\n");
    project.write(".docs/there.md", "# There\n");
    project.write("target/x.html", "");
    git(&project, &["add", ".docs/page.md", ".gitignore"]);
    let (_, value) = json(&project, &["check", ".docs/page.md", "--staged"], "check");
    expect![[r#"
        "broken-link" 9
    "#]]
    .assert_eq(&rows(&value, "findings", &["rule", "column"]));
    let (_, value) = json(&project, &["check", ".docs/page.md"], "check");
    assert_eq!(value["findings"], json!([]));
}

#[test]
fn a_project_below_the_repository_is_compared_with_itself() {
    let project = Project::new(
        "//- /part/.docs/docket.toml\n//- /part/src/a.rs\n// TODO: old\n//- /other/b.rs\n// TODO: of another\n",
    );
    git(&project, &["init", "-q", "-b", "main"]);
    commit(&project, "one");
    project.write("part/src/b.rs", "// TODO: new\n");
    let args = ["-C", "part", "todos", "--since", "HEAD"];
    let (_, value) = json(&project, &args, "todos");
    expect![[r#"
        "new" "src/b.rs"
    "#]]
    .assert_eq(&rows(&value, "todos", &["change", "path"]));
    assert_eq!(value["since"]["removed"], json!([]));
}

#[test]
fn what_git_does_not_have_is_told_with_what_to_do() {
    let project = Project::new(START);
    let failure = |args: &[&str]| {
        let (code, value) = json(&project, args, "error");
        let error = &value["error"];
        format!("{code} {} | {}", error["message"], error["hint"])
    };
    let told = failure(&["check", "--since", "main"]);
    assert!(
        told.starts_with("2 ") && told.contains("in no git repository"),
        "{told}"
    );
    git(&project, &["init", "-q", "-b", "main"]);
    let told = failure(&["check", "--since", "main"]);
    assert!(told.contains("no commit yet"), "{told}");
    commit(&project, "one");
    let told = failure(&["todos", "--since", "nowhere"]);
    assert!(
        told.contains("`nowhere` names no commit") && told.contains("git fetch"),
        "{told}"
    );
    git(&project, &["switch", "-q", "--orphan", "other"]);
    project.write("a.rs", "\n");
    commit(&project, "two");
    let told = failure(&["check", "--since", "main"]);
    assert!(
        told.contains("no common ancestor") && told.contains("fetch-depth: 0"),
        "{told}"
    );
}
