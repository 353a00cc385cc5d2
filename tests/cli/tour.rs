//! The tour never fails: drawn here, or in an editor that takes this very program.

use super::{command, docket, json, run_of};
use crate::support::project::Project;

#[test]
fn without_an_editor_it_is_drawn_with_hints_and_findings() {
    let project = Project::new("//- /x\n");
    for args in [
        &["tour"][..],
        &["tour", "none"],
        &["tour", "nvim"],
        &["tour", "code"],
    ] {
        let run = docket(&project, args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
        for part in [
            "// TODO(T-7k3f in-progress · @ana · due 2026-12-01): ring the bell",
            "stale-todo: T-9x2m",
            "due-todo: ",
            "malformed-todo: ",
            "unknown-ticket: ",
            "untracked-todo: ",
            "invalid-field: ",
            "overdue: ",
        ] {
            assert!(
                run.stdout.contains(part),
                "{args:?}: {part} is not in\n{}",
                run.stdout
            );
        }
    }
    let told = docket(&project, &["tour", "nvim"]).stderr;
    assert!(told.contains("Neovim not found on the PATH"), "{told}");
    assert_eq!(docket(&project, &["tour", "ed"]).code, 2);
}

#[test]
fn the_sample_can_be_kept_and_is_a_project() {
    let project = Project::new("//- /x\n");
    assert_eq!(docket(&project, &["tour", "--keep", "sample"]).code, 0);
    let (code, value) = json(&project, &["check", "sample"], "check");
    assert_eq!(
        (code, &value["counts"]["error"]),
        (1, &serde_json::json!(2))
    );
    assert_eq!(
        docket(&project, &["tour", "--keep", "sample"]).code,
        1,
        "it is not empty"
    );
}

#[cfg(unix)]
#[test]
fn an_editor_gets_the_project_and_this_program() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(
        "//- /bin/code\n#!/bin/sh\nfor it; do [ -d \"$it/.docs\" ] && ls \"$it/src\" > \"$SEEN\"; done\necho \"$PATH\" >> \"$SEEN\"\n",
    );
    let program = project.root().join("bin/code");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let seen = project.root().join("seen");
    let output = command(&project, &["tour", "code"])
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", project.root().join("bin").display()),
        )
        .env("SEEN", &seen)
        .output();
    let run = run_of(output.unwrap());
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let seen = std::fs::read_to_string(seen).unwrap();
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_docket"))
        .parent()
        .unwrap();
    assert!(seen.starts_with("main.rs\nsensor.rs\n"), "{seen}");
    assert!(seen.contains(&format!("{}:", own.display())), "{seen}");
}
