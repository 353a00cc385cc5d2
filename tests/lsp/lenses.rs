//! Code lenses over the wire: each is a command that any client can send, and an action as well.

use serde_json::{Value, json};

use super::language::Session;
use crate::support::client::full;

const PROJECT: &str = "\
//- /a.rs
// TODO(T-7k3f): one
// TODO(T-7k3f): two
// TODO: three
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse
---

## Acceptance criteria

- [x] One
- [ ] Two
";

const TICKET: &str = ".docs/tickets/T-7k3f-parse.md";

async fn session(fixture: &str, capabilities: Value) -> Session {
    let mut it = Session::of(fixture, capabilities).await;
    it.open("a.rs").await;
    it.settle().await;
    it
}

async fn titles(it: &mut Session, path: &str) -> Vec<(String, Value)> {
    let lenses = it.of_file("textDocument/codeLens", path).await;
    let lenses = lenses.as_array().cloned().unwrap_or_default();
    let title = |it: &Value| it["command"]["title"].as_str().unwrap().to_owned();
    lenses
        .iter()
        .map(|it| (title(it), it["command"].clone()))
        .collect()
}

async fn send(it: &mut Session, command: &Value) -> Value {
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    it.client.request("workspace/executeCommand", params).await
}

#[tokio::test]
async fn a_tickets_lenses_do_what_they_say() {
    let mut it = session(PROJECT, full()).await;
    let lenses = titles(&mut it, TICKET).await;
    let said: Vec<_> = lenses.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(
        said,
        ["backlog → todo", "start work", "2 TODOs", "1 of 2 criteria"]
    );

    let answer = send(&mut it, &lenses[2].1).await;
    assert_eq!(answer["locations"].as_array().unwrap().len(), 2);
    let shown = it.client.expect("window/showDocument").await;
    assert_eq!(shown["uri"], it.project.uri("a.rs"));
    assert_eq!(
        shown["selection"]["start"],
        json!({ "line": 0, "character": 3 })
    );
    // The one that is left to do comes first.
    let answer = send(&mut it, &lenses[3].1).await;
    assert_eq!(answer["locations"][0]["range"]["start"]["line"], 8);
    it.client.expect("window/showDocument").await;

    send(&mut it, &lenses[0].1).await;
    assert!(it.project.read(TICKET).contains("status: todo\n"));
    send(&mut it, &lenses[1].1).await;
    assert!(it.project.read(TICKET).contains("status: in-progress\n"));
    let lenses = titles(&mut it, TICKET).await;
    assert_eq!(lenses[0].0, "in-progress → review");
    it.client.finish().await;
}

#[tokio::test]
async fn each_lens_is_an_action_as_well() {
    let mut it = session(PROJECT, full()).await;
    it.open(TICKET).await;
    let at = json!({ "line": 2, "character": 8 });
    let params = json!({ "textDocument": { "uri": it.project.uri(TICKET) }, "range": { "start": at, "end": at },
        "context": { "diagnostics": [] } });
    let actions = it.client.request("textDocument/codeAction", params).await;
    let actions = actions.as_array().unwrap();
    let titled = |start: &str| {
        let found = actions
            .iter()
            .find(|it| it["title"].as_str().unwrap().starts_with(start));
        found.unwrap_or_else(|| panic!("{start}: {actions:#?}"))
    };
    titled("Set T-7k3f to todo");
    let start = it
        .client
        .request("codeAction/resolve", titled("Start work on T-7k3f").clone())
        .await;
    let edits = start["edit"]["documentChanges"][0]["edits"].to_string();
    assert!(edits.contains("in-progress"), "{edits}");
    for (title, n) in [
        ("Show the TODOs of T-7k3f", 2),
        ("Show the criteria of T-7k3f", 2),
    ] {
        let answer = send(&mut it, &titled(title)["command"].clone()).await;
        assert_eq!(answer["locations"].as_array().unwrap().len(), n, "{title}");
        it.client.expect("window/showDocument").await;
    }
    it.client.finish().await;
}

#[tokio::test]
async fn a_bare_client_gets_the_places_as_the_answer() {
    let mut it = session(PROJECT, json!({})).await;
    let show = json!({ "command": "docket.showTodos", "arguments": [{ "ticket": "T-7k3f" }] });
    let answer = send(&mut it, &show).await;
    assert_eq!(answer["locations"].as_array().unwrap().len(), 2);
    let start = json!({ "command": "docket.start", "arguments": [{ "ticket": "T-7k3f" }] });
    send(&mut it, &start).await;
    assert!(it.project.read(TICKET).contains("status: in-progress\n"));
    let done = json!({ "command": "docket.setStatus", "arguments": [{ "ticket": "T-7k3f", "status": "done" }] });
    send(&mut it, &done).await;
    let error = it
        .client
        .try_request("workspace/executeCommand", start)
        .await
        .unwrap_err();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("another status"),
        "{error}"
    );
    it.client.finish().await;
}

#[tokio::test]
async fn source_has_lenses_where_they_are_asked_for() {
    let mut it = session(PROJECT, full()).await;
    assert_eq!(titles(&mut it, "a.rs").await, []);
    it.client.finish().await;
    let asked = format!("{PROJECT}//- /.docs/docket.toml\n[display]\nsource-lenses = true\n");
    let mut it = session(&asked, full()).await;
    let lenses = titles(&mut it, "a.rs").await;
    let said: Vec<_> = lenses.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(
        said,
        [
            "Parse · backlog → todo",
            "Parse · backlog → todo",
            "create a ticket"
        ]
    );
    let created = send(&mut it, &lenses[2].1).await;
    assert_eq!(created["created"].as_array().unwrap().len(), 1);
    it.client.expect("workspace/applyEdit").await;
    it.client.finish().await;
}

#[tokio::test]
async fn lenses_can_be_switched_off_and_are_asked_for_again() {
    let mut it = session(
        PROJECT,
        super::language::full_but(&[("/workspace/codeLens", json!({ "refreshSupport": true }))]),
    )
    .await;
    it.client.ignored.push("workspace/codeLens/refresh");
    let off = json!({ "settings": { "docket": { "lenses": false } } });
    it.client
        .notify("workspace/didChangeConfiguration", off)
        .await;
    it.client.expect("workspace/codeLens/refresh").await;
    loop {
        if titles(&mut it, TICKET).await.is_empty() {
            break;
        }
        it.client.expect("workspace/codeLens/refresh").await;
    }
    it.client.finish().await;
}
