//! `docket renumber` after a real merge.

use serde_json::{Value, json};

use super::{command, run_of};
use crate::support::merged::{check, merged, n_references, path_of_git};
use crate::support::project::Project;

fn run(project: &Project, args: &[&str]) -> super::Run {
    let mut command = command(project, args);
    command.env("PATH", path_of_git());
    run_of(command.output().unwrap())
}

#[test]
fn a_merge_with_one_id_twice_is_mended_by_one_command() {
    let project = merged();
    assert!(n_references(&project) >= 80, "{}", n_references(&project));
    let found = run(&project, &["check"]);
    assert!(
        found.code == 1 && found.stdout.contains("duplicate-id"),
        "{}",
        found.stdout
    );
    let shown = run(&project, &["renumber", "7k3f", "--dry-run"]);
    assert!(
        shown.stdout.contains("\"What scanning does\" is T-"),
        "{}",
        shown.stdout
    );
    assert!(run(&project, &["check"]).stdout.contains("duplicate-id"));

    let done = run(&project, &["renumber", "7k3f", "--json"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let value: Value = serde_json::from_str(&done.stdout).unwrap();
    super::schema::check("tickets", &value);
    let tickets = value["tickets"].as_array().unwrap();
    assert_eq!(tickets[0]["title"], "What parsing does");
    let new = tickets[1]["id"].as_str().unwrap();
    assert_eq!(tickets[1]["path"], format!(".docs/tickets/{new}-scan.md"));
    check(&project, new);
    let clean = run(&project, &["check", "--fail-on", "hint", "--json"]);
    let value: Value = serde_json::from_str(&clean.stdout).unwrap();
    assert_eq!((clean.code, &value["findings"]), (0, &json!([])));
}

#[test]
fn what_is_no_duplicate_is_refused() {
    let project = merged();
    for (args, code, says) in [
        (&["renumber", "T-2222"][..], 1, "nothing to mend"),
        (&["renumber", "T-zzzz"], 2, "no ticket"),
        (&["renumber", "T-7k3f", "--file", "src/a.rs"], 1, "src/a.rs"),
    ] {
        let run = run(&project, args);
        assert_eq!(run.code, code, "{args:?} {}", run.stderr);
        assert!(run.stderr.contains(says), "{args:?} {}", run.stderr);
    }
}
