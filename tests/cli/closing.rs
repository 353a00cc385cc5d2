//! A commit that says that it closes a ticket.

use serde_json::json;

use crate::cli::{docket, git};
use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const TICKET: &str = ".docs/tickets/T-7k3f-ring.md";

const PROJECT: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring the bell
---
";

fn commit(project: &Project, message: &str) -> String {
    git(project, &["add", "."]);
    git(project, &["commit", "-q", "--allow-empty", "-m", message]);
    git(project, &["rev-parse", "--short=7", "HEAD"])
}

fn said(project: &Project) -> Option<String> {
    let run = docket(project, &["show", "T-7k3f"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = run.stdout.lines().find(|it| it.starts_with("closed by "));
    line.map(str::to_owned)
}

#[tokio::test]
async fn a_commit_that_closes_a_ticket_is_named_until_the_ticket_is_changed() {
    let project = Project::new(PROJECT);
    git(&project, &["init", "-q", "-b", "main"]);
    commit(&project, "tickets");
    assert_eq!(said(&project), None);
    let closing = commit(&project, "Ring it\n\nFixes T-7K3F.");
    commit(&project, "something else, see T-7k3f");
    let expected =
        format!("closed by {closing}  Ring it  `docket set T-7k3f status=done` says so here");
    assert_eq!(said(&project).as_deref(), Some(expected.as_str()));

    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let uri = project.uri(TICKET);
    client.open(&uri, "markdown", &project.read(TICKET)).await;
    let place = json!({ "line": 1, "character": 5 });
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": [] },
    });
    let offered = client.request("textDocument/codeAction", params).await;
    client.finish().await;
    let titles = offered.as_array().unwrap().iter();
    let mut titles = titles.filter_map(|it| it["title"].as_str());
    let title = format!("Set T-7k3f to done: {closing} says that it closes it");
    assert!(titles.any(|it| it == title), "{offered}");

    // Whoever writes into the ticket afterwards has said what it is.
    let text = project.read(TICKET).replace("bell", "bells");
    project.write(TICKET, &text);
    commit(&project, "not yet");
    assert_eq!(said(&project), None);
}

#[test]
fn issues_close_tickets_by_their_number() {
    let files = PROJECT.replace("title: Ring the bell", "title: Ring the bell\ngithub: 7");
    let project = Project::new(&files);
    git(&project, &["init", "-q", "-b", "main"]);
    commit(&project, "tickets");
    commit(&project, "Fixes #70, fixes ana/other#7");
    assert_eq!(said(&project), None);
    let closing = commit(&project, "Closes: #7");
    assert!(said(&project).is_some_and(|it| it.starts_with(&format!("closed by {closing}"))));
    let run = docket(&project, &["set", "T-7k3f", "status=done"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(said(&project), None);
}
