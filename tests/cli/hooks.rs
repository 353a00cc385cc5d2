//! `docket init --hook`, the hooks in a real git, and the page that speaks of them.

use std::path::PathBuf;
use std::process::Command;

use clap::Parser;
use docket::cli::args::Args;
use expect_test::expect;
use serde_json::{Value, json};

use super::{command, docket, git, json, run_of};
use crate::support::project::Project;

const START: &str = "
//- /.docs/docket.toml
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
---
//- /a.rs
// TODO(T-9999): there before
";

/// A repository whose hooks find this very docket.
fn repository() -> Project {
    let project = Project::new(START);
    git(&project, &["init", "-q", "-b", "main"]);
    project.write(".git/info/exclude", ".state\n.config\n");
    project
}

/// Runs git with docket on the PATH: the exit code, and all that was told.
fn git_told(project: &Project, args: &[&str]) -> (i32, String) {
    let docket = PathBuf::from(env!("CARGO_BIN_EXE_docket"));
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(docket.parent().unwrap().to_owned());
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path))).unwrap();
    let output = Command::new("git")
        .args(["-c", "user.name=ana", "-c", "user.email=ana@example.com"])
        .args(args)
        .current_dir(project.root())
        .env("PATH", path)
        .env("XDG_STATE_HOME", project.root().join(".state"))
        .output()
        .unwrap();
    let run = run_of(output);
    (run.code, run.stdout + &run.stderr)
}

#[test]
fn git_asks_docket_before_each_commit() {
    let project = repository();
    let (code, value) = json(&project, &["init", "--hook"], "init");
    let states: Vec<_> = value["hooks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["state"])
        .collect();
    assert_eq!((code, states), (0, vec![&json!("made"), &json!("made")]));

    // The first commit has no other to be compared with.
    git(&project, &["add", "."]);
    let (code, told) = git_told(&project, &["commit", "-m", "one"]);
    assert!(
        code == 1 && told.contains("No ticket has the id T-9999"),
        "{told}"
    );
    let (code, told) = git_told(&project, &["commit", "--no-verify", "-qm", "one"]);
    assert_eq!(code, 0, "{told}");

    // What was there before is nobody's fault now; what is new is, and only if it is staged.
    project.write("b.rs", "// TODO(T-8888): new\n");
    project.write("c.rs", "// TODO(T-7k3f): fine\n");
    git(&project, &["add", "c.rs"]);
    let (code, told) = git_told(&project, &["commit", "-qm", "two, for T-7k3f"]);
    assert_eq!(code, 0, "{told}");
    git(&project, &["add", "b.rs"]);
    let (code, told) = git_told(&project, &["commit", "-qm", "three"]);
    assert!(
        code == 1 && told.contains("T-8888") && !told.contains("T-9999"),
        "{told}"
    );

    // `-a` and a path give git an index of its own for the commit.
    git(&project, &["reset", "-q"]);
    std::fs::remove_file(project.root().join("b.rs")).unwrap();
    project.write("c.rs", "// TODO(T-8887): changed\n");
    for args in [
        &["commit", "-qam", "four"][..],
        &["commit", "-qm", "four", "c.rs"],
    ] {
        let (code, told) = git_told(&project, args);
        assert!(code == 1 && told.contains("T-8887"), "{args:?}: {told}");
    }
    project.write("c.rs", "// fine\n");
    let (code, told) = git_told(&project, &["commit", "-qam", "five: T-7k3g"]);
    assert_eq!(code, 1);
    assert!(
        told.contains("COMMIT_EDITMSG:1:7: error[unknown-ticket]: No ticket has the id T-7k3g; did you mean T-7k3f"),
        "{told}"
    );
    let (code, told) = git_told(&project, &["commit", "-qam", "five: T-7k3f"]);
    assert_eq!(code, 0, "{told}");
}

#[test]
fn a_hook_that_is_there_stays() {
    let project = repository();
    project.write(".git/hooks/pre-commit", "#!/bin/sh\nmake lint\n");
    let run = docket(&project, &["init", "--hook"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("pre-commit as it is; add to it: docket check --staged --since HEAD"),
        "{}",
        run.stdout
    );
    assert_eq!(
        project.read(".git/hooks/pre-commit"),
        "#!/bin/sh\nmake lint\n"
    );
    let ours = project.read(".git/hooks/commit-msg");
    let (_, value) = json(&project, &["init", "--hook"], "init");
    let states: Vec<_> = value["hooks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["theirs", "ours"]);
    assert_eq!(project.read(".git/hooks/commit-msg"), ours);

    let nowhere = Project::new("//- /.docs/docket.toml\n");
    let run = docket(&nowhere, &["init", "--hook"]);
    assert!(
        run.code == 2 && run.stderr.contains("in no git repository"),
        "{}",
        run.stderr
    );
}

#[test]
fn hooks_of_a_project_below_the_top_and_in_a_folder_of_its_own() {
    let project = Project::new(
        "//- /it's part/.docs/tickets/T-7k3f-ring.md\n---\nid: T-7k3f\ntitle: Ring\n---\n",
    );
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["config", "core.hooksPath", ".hooks"]);
    let run = run_of(
        command(&project, &["-C", "it's part", "init", "--hook"])
            .output()
            .unwrap(),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(project.root().join(".hooks/pre-commit").exists());
    git(&project, &["add", "it's part"]);
    let (code, told) = git_told(&project, &["commit", "-qm", "T-2222"]);
    assert!(code == 1 && told.contains("T-2222"), "{told}");
    let (code, told) = git_told(&project, &["commit", "-qm", "T-7k3f"]);
    assert_eq!(code, 0, "{told}");
}

#[test]
fn what_git_takes_out_of_a_message_is_no_part_of_it() {
    let project = repository();
    project.write(
        "m",
        "Ring: T-7k3f\n\n# T-2222\n; T-3333\n# ------------------------ >8 ------------------------\n+T-4444\n",
    );
    let args = ["check", "--commit-msg", "m"];
    let rows = |value: &Value| {
        let rows = value["findings"].as_array().unwrap().iter();
        rows.map(|it| format!("{}:{} {}\n", it["line"], it["column"], it["ticket"]))
            .collect::<String>()
    };
    let (code, value) = json(&project, &args, "check");
    expect![[r#"
        4:3 "T-3333"
    "#]]
    .assert_eq(&rows(&value));
    assert_eq!(code, 1);
    git(&project, &["config", "core.commentChar", ";"]);
    let (_, value) = json(&project, &args, "check");
    expect![[r#"
        3:3 "T-2222"
        6:2 "T-4444"
    "#]]
    .assert_eq(&rows(&value));
    assert_eq!(docket(&project, &["check", "--commit-msg", "none"]).code, 2);
}

#[test]
fn what_the_page_says_can_be_typed() {
    let page = include_str!("../../.docs/ci.md");
    let mut n_commands = 0;
    for line in page.lines() {
        let line = line.trim().trim_start_matches("- ");
        let typed = ["run: ", "entry: "]
            .iter()
            .find_map(|it| line.strip_prefix(it))
            .unwrap_or(line);
        if !typed.starts_with("docket ") {
            continue;
        }
        let typed = typed
            .split(" >")
            .next()
            .unwrap()
            .replace("${{ github.base_ref }}", "main");
        let mut words: Vec<_> = typed.split(' ').collect();
        if words.last() == Some(&"--commit-msg") {
            words.push("FILE");
        }
        Args::try_parse_from(&words).unwrap_or_else(|error| panic!("{line}: {error}"));
        n_commands += 1;
    }
    assert!(n_commands >= 8, "{n_commands}");
}
