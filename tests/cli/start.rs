//! `docket start` with the real git.

use serde_json::json;

use super::{command, git, json, run_of};
use crate::support::project::Project;

const TICKET: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
---
";

/// A repository with one commit on `main`.
fn repository() -> Project {
    let project = Project::new(TICKET);
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "one"]);
    project
}

fn start(project: &Project, args: &[&str]) -> super::Run {
    let git = which("git");
    let mut command = command(project, &[&["start"], args].concat());
    command.env("PATH", git.parent().unwrap());
    run_of(command.output().unwrap())
}

pub(super) fn which(name: &str) -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let mut found = std::env::split_paths(&path).map(|it| it.join(name));
    found.find(|it| it.is_file()).unwrap()
}

fn ticket(project: &Project) -> String {
    std::fs::read_to_string(project.root().join(".docs/tickets/T-7k3f-ring.md")).unwrap()
}

#[test]
fn work_begins_on_a_branch_of_its_own() {
    let project = repository();
    git(&project, &["config", "user.name", "ana"]);
    let before = ticket(&project);
    for args in [&["7k3f"][..], &["T-7k3f", "--dry-run"]] {
        let run = start(&project, args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(
            run.stdout.contains("git switch -c T-7k3f-ring-the-bell"),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains("docket set T-7k3f status=in-progress"));
        assert_eq!(ticket(&project), before);
        assert_eq!(git(&project, &["branch", "--show-current"]), "main");
    }
    let run = start(&project, &["7k3f", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        git(&project, &["branch", "--show-current"]),
        "T-7k3f-ring-the-bell"
    );
    let after = ticket(&project);
    assert!(
        after.contains("status: in-progress") && after.contains("assignees: [ana]"),
        "{after}"
    );

    // Once more is nothing more.
    let run = start(&project, &["7k3f", "--yes"]);
    assert_eq!((run.code, ticket(&project)), (0, after));
    assert!(
        run.stdout.contains("nothing: T-7k3f is under way"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_git_refuses_is_told_and_changes_no_ticket() {
    let project = repository();
    git(&project, &["branch", "T-7k3f-ring-the-bell"]);
    git(&project, &["switch", "-q", "T-7k3f-ring-the-bell"]);
    std::fs::write(project.root().join("a"), "theirs").unwrap();
    git(&project, &["add", "a"]);
    git(&project, &["commit", "-qm", "two"]);
    git(&project, &["switch", "-q", "main"]);
    std::fs::write(project.root().join("a"), "mine").unwrap();
    let before = ticket(&project);
    let run = start(&project, &["T-7k3f", "--yes"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("git switch T-7k3f-ring-the-bell"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("nothing was forced"), "{}", run.stderr);
    assert_eq!(ticket(&project), before);
}

#[test]
fn without_git_it_says_so() {
    let project = Project::new(TICKET);
    let (code, value) = json(&project, &["start", "T-7k3f"], "error");
    assert_eq!(code, 2);
    assert_eq!(value["error"]["code"], json!("environment"));
}
