//! A ticket from a TODO, and its issue in the outbox, without a network.

use super::{docket, git, json};
use crate::support::project::Project;

const CODE: &str = "fn a() {\n    // TODO(ana): stop at blanks\n    b();\n}\n";

fn project(sync: &str) -> Project {
    Project::new(&format!(
        "//- /.docs/docket.toml\n[sync]\nmode = \"{sync}\"\nrepository = \"ana/it\"\n//- /src/a.rs\n{CODE}"
    ))
}

fn ticket(project: &Project) -> String {
    let folder = project.root().join(".docs/tickets");
    let mut texts = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| std::fs::read_to_string(it.unwrap().path()).unwrap());
    let text = texts.next().unwrap();
    assert_eq!(texts.next(), None);
    text
}

#[test]
fn a_ticket_and_its_issue_are_made_from_a_todo_in_one_go() {
    let project = project("manual");
    git(&project, &["init", "-q", "-b", "main"]);
    git(
        &project,
        &["remote", "add", "origin", "git@github.com:ana/it.git"],
    );
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-q", "-m", "a"]);
    git(
        &project,
        &["update-ref", "refs/remotes/origin/main", "HEAD"],
    );
    let commit = git(&project, &["rev-parse", "HEAD"]);
    let (code, value) = json(
        &project,
        &["new", "--todo", "src/a.rs:2", "--issue"],
        "tickets",
    );
    assert_eq!(code, 0, "{value}");
    let id = value["tickets"][0]["id"].as_str().unwrap();
    assert_eq!(value["tickets"][0]["assignees"][0], "ana");
    let code = project.read("src/a.rs");
    assert!(
        code.contains(&format!("// TODO({id}, ana): stop")),
        "{code}"
    );
    let link = format!("https://github.com/ana/it/blob/{commit}/src/a.rs#L2");
    let body = format!("From [`src/a.rs`, line 2]({link}):\n\n```\n{CODE}```\n");
    let text = ticket(&project);
    assert!(text.ends_with(&body), "{text}");

    let (_, outbox) = json(&project, &["outbox"], "outbox");
    assert_eq!(outbox["rows"][0]["summary"], "new issue: stop at blanks");
    assert_eq!(outbox["rows"][0]["ticket"], id);
    assert_eq!(outbox["rows"].as_array().unwrap().len(), 1);
}

#[test]
fn a_ticket_by_its_title_may_ask_for_an_issue_too() {
    let project = project("manual");
    let run = docket(&project, &["new", "By hand", "--issue"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("waits in the outbox"), "{}", run.stderr);
    let (_, outbox) = json(&project, &["outbox"], "outbox");
    assert_eq!(outbox["rows"][0]["summary"], "new issue: By hand");
}

#[test]
fn nothing_is_made_where_nothing_can_be_sent() {
    let project = project("off");
    for args in [
        &["new", "--todo", "src/a.rs:2", "--issue"][..],
        &["new", "By hand", "--issue"],
    ] {
        let run = docket(&project, args);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains("mode = \"manual\""), "{}", run.stderr);
    }
    assert!(!project.root().join(".docs/tickets").exists());
    assert_eq!(project.read("src/a.rs"), CODE);
    let run = docket(&project, &["new", "--todo", "src/a.rs:2"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(ticket(&project).contains("From `src/a.rs`:\n"));
}

#[test]
fn a_place_without_a_todo_is_refused_with_what_to_do() {
    let project = project("off");
    for (place, code, said) in [
        ("src/a.rs:3", 2, "docket todos src/a.rs"),
        ("src/a.rs", 2, "PATH:LINE"),
        ("src/none.rs:1", 2, "does not exist"),
    ] {
        let run = docket(&project, &["new", "--todo", place]);
        assert_eq!(run.code, code, "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let run = docket(&project, &["new", "--todo", "src/a.rs:2:8"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}
