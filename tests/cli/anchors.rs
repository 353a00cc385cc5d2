//! What is remembered of TODOs with a ticket, from one run to the next.

use super::{docket, git};
use crate::support::project::Project;

const PROJECT: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
---
//- /a.rs
// TODO(T-7k3f): ring
";

fn unanchored(project: &Project) -> String {
    let run = docket(
        project,
        &["check", "--format", "github", "--level", "information"],
    );
    let lines = run
        .stdout
        .lines()
        .filter(|it| it.contains("unanchored-todo"));
    lines.map(|it| it.to_owned() + "\n").collect()
}

fn write(project: &Project, text: &str) {
    std::fs::write(project.root().join("a.rs"), text).unwrap();
}

#[test]
fn a_todo_that_lets_go_of_its_ticket_is_told_until_it_is_mended() {
    let project = Project::new(PROJECT);
    assert_eq!(unanchored(&project), "");
    write(&project, "// TODO: ring\n");
    for _ in 0..2 {
        let told = unanchored(&project);
        assert!(
            told.contains("a.rs") && told.contains("named T-7k3f"),
            "{told}"
        );
    }
    write(&project, "fn ring() {}\n");
    let told = unanchored(&project);
    assert!(
        told.contains("T-7k3f-ring.md") && told.contains("No TODO names T-7k3f"),
        "{told}"
    );
    write(&project, "fn ring() {} // TODO(T-7k3f): louder\n");
    assert_eq!(unanchored(&project), "");
}

#[test]
fn each_branch_remembers_its_own() {
    let project = Project::new(PROJECT);
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "one"]);
    assert_eq!(unanchored(&project), "");
    git(&project, &["switch", "-q", "-c", "other"]);
    write(&project, "fn ring() {}\n");
    assert_eq!(unanchored(&project), "");
    git(&project, &["commit", "-qam", "two"]);
    // A detached head is on the way somewhere.
    git(&project, &["checkout", "-q", "--detach", "main"]);
    write(&project, "fn ring() {}\n");
    assert_eq!(unanchored(&project), "");
    git(&project, &["checkout", "-q", "-f", "main"]);
    assert_eq!(unanchored(&project), "");
    git(&project, &["merge", "-q", "other"]);
    assert!(unanchored(&project).contains("No TODO names T-7k3f"));
}
