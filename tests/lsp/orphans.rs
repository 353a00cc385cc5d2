//! A ticket whose last TODO was removed: closing it is proposed, with the commit that did it.

use serde_json::{Value, json};

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
//- /a.rs
// TODO(t-7k3f): ring
fn ring() {}
";

/// What is offered on the ticket that mends something.
async fn offered(project: &Project) -> Vec<Value> {
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let uri = project.uri(TICKET);
    client.open(&uri, "markdown", &project.read(TICKET)).await;
    let of_ticket = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", of_ticket).await;
    assert_eq!(report["items"][0]["code"], "unanchored-todo", "{report}");
    let place = json!({ "line": 2, "character": 8 });
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": [], "only": ["quickfix"] },
    });
    let offered = client.request("textDocument/codeAction", params).await;
    client.finish().await;
    offered.as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_ticket_is_closed_with_the_commit_that_removed_its_last_todo() {
    let project = Project::new(PROJECT);
    git(&project, &["init", "-q", "-b", "main"]);
    let commit = |text: &str| {
        project.write("a.rs", text);
        git(&project, &["add", "a.rs", ".docs"]);
        git(&project, &["commit", "-qm", "x"]);
        git(&project, &["rev-parse", "--short=7", "HEAD"])
    };
    commit(&project.read("a.rs"));
    // The terminal's runs remember where TODOs were as a scan of the server does.
    let run = docket(&project, &["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    project.write("a.rs", "fn ring() {}\n");
    let title = "Set T-7k3f to done: its last TODO is gone";
    // Not committed yet, so that there is no commit to name.
    assert_eq!(offered(&project).await[0]["title"], title);

    let removed = commit("fn ring() {}\n");
    commit("fn ring() {}\n\nfn more() {}\n");
    let offered = offered(&project).await;
    assert_eq!(offered[0]["title"], format!("{title}, by {removed}"));
    assert_eq!(offered.len(), 1);
}
