//! Issues of the forge in an editor: told from what the last sync saw, without a network.

use std::collections::BTreeSet;

use docket_core::sync::{CloseReason, Conflict, Field, Issue, IssueState};
use docket_store::ledger::Ledger;
use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /.git/HEAD
//- /.docs/docket.toml
[sync]
repository = \"ana/it\"
//- /a.rs
// TODO(#7): over
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
github: 42
---
";

/// A project whose ledger has seen a closed issue and an open one.
fn project() -> Project {
    let project = Project::new(PROJECT);
    let mut ledger = Ledger::open(&project.root().join(".git/docket/docket.db")).unwrap();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let closed = IssueState::Closed(CloseReason::Completed);
    let issues = [
        issue(7, "Stops at blank lines", closed),
        issue(71, "Spaces in names", IssueState::Open),
    ];
    ledger.put_issues(remote, &issues).unwrap();
    let mut state = ledger.remote_state(remote).unwrap();
    state.fetched_at = Some("2026-11-20T11:48:00Z".parse().unwrap());
    ledger.set_remote_state(remote, &state).unwrap();
    project
}

fn issue(number: u64, title: &str, state: IssueState) -> Issue {
    let at = "2026-11-01T08:00:00Z".parse().unwrap();
    Issue {
        number,
        node_id: format!("I_{number}"),
        url: format!("https://github.com/ana/it/issues/{number}"),
        title: title.to_owned(),
        body: "At the *first* one.".to_owned(),
        state,
        labels: BTreeSet::new(),
        assignees: BTreeSet::from(["ana".to_owned()]),
        milestone: None,
        kind: None,
        relations: None,
        project: None,
        author: "ben".to_owned(),
        locked: false,
        is_pull_request: false,
        n_comments: 0,
        created_at: at,
        updated_at: at,
        closed_at: None,
    }
}

/// A session with `a.rs` open that knows the mirror.
async fn session(capabilities: Value) -> (Project, Client, String) {
    let project = project();
    let mut client = Client::start(env(&project.root()));
    client.initialize(capabilities, &project.uri("")).await;
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", &project.read("a.rs")).await;
    let is_stale = |it: &Value| it["code"] == "stale-todo";
    client
        .wait("a stale TODO", |it| {
            let found = it["params"]["diagnostics"].as_array();
            found.is_some_and(|it| it.iter().any(is_stale))
        })
        .await;
    (project, client, uri)
}

/// A client that pulls nothing is told when the mirror is there.
fn pushed() -> Value {
    let mut capabilities = full();
    capabilities["textDocument"]["diagnostic"] = Value::Null;
    capabilities
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

#[tokio::test]
async fn an_issue_without_a_ticket_has_a_card_with_its_age() {
    let (_project, mut client, uri) = session(pushed()).await;
    let hover = client.request("textDocument/hover", at(&uri, 0, 9)).await;
    let card = hover["contents"]["value"].as_str().unwrap();
    assert!(card.contains("Stops at blank lines"), "{card}");
    assert!(card.contains("closed · @ana · by ben"), "{card}");
    assert!(card.ends_with("as of 12 minutes ago"), "{card}");
    assert_eq!(hover["range"]["start"]["character"], 8);
    client.finish().await;
}

#[tokio::test]
async fn issues_complete_behind_their_sign_also_in_messages_of_commits() {
    let (project, mut client, uri) = session(pushed()).await;
    client.edit(&uri, 2, None, "// see #spa\n").await;
    let offered = client
        .request("textDocument/completion", at(&uri, 0, 11))
        .await;
    let item = &offered["items"][0];
    assert_eq!(item["label"], "#71");
    assert_eq!(item["textEdit"]["newText"], "71");
    assert_eq!(item["filterText"], "71 Spaces in names");
    assert!(item["documentation"].is_null());
    let resolved = client.request("completionItem/resolve", item.clone()).await;
    let card = resolved["documentation"]["value"].as_str().unwrap();
    assert!(card.contains("At the *first* one."), "{card}");

    let message = project.uri(".git/COMMIT_EDITMSG");
    let text = "parse: names\n\nFixes #7\nT-\n";
    client.open(&message, "git-commit", text).await;
    for (line, character, first) in [(2, 8, "#7"), (3, 2, "T-7k3f")] {
        let place = at(&message, line, character);
        let offered = client.request("textDocument/completion", place).await;
        assert_eq!(offered["items"][0]["label"], first);
    }
    client.finish().await;
}

#[tokio::test]
async fn an_issue_opens_as_a_document_whose_content_is_asked_for() {
    let mut capabilities = pushed();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    let (_project, mut client, uri) = session(capabilities).await;
    let places = client
        .request("textDocument/definition", at(&uri, 0, 9))
        .await;
    let view = places[0]["uri"].as_str().unwrap().to_owned();
    assert!(view.starts_with("docket://") && view.ends_with("/issues/7.md"));
    let lines =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let within = json!({ "textDocument": { "uri": uri }, "range": lines });
    let hints = client.request("textDocument/inlayHint", within).await;
    assert_eq!(hints[0]["label"][0]["value"], "closed · @ana");
    assert_eq!(hints[0]["label"][0]["location"]["uri"], view);
    let asked = json!({ "uri": view });
    let content = client.request("workspace/textDocumentContent", asked).await;
    let text = content["text"].as_str().unwrap();
    assert!(text.starts_with("# #7 Stops at blank lines\n"), "{text}");
    let unknown = json!({ "uri": view.replace("/7.md", "/99.md") });
    let refused = client
        .try_request("workspace/textDocumentContent", unknown)
        .await;
    assert_eq!(refused.unwrap_err()["code"], -32803);
    client.finish().await;
}

#[tokio::test]
async fn without_such_documents_an_issue_opens_as_a_file_beside_the_database() {
    let (project, mut client, uri) = session(pushed()).await;
    for _ in 0..2 {
        let places = client
            .request("textDocument/definition", at(&uri, 0, 9))
            .await;
        let path = ".git/docket/issues/7.md";
        assert_eq!(places[0]["uri"], project.uri(path));
        let text = project.read(path);
        assert!(text.ends_with("\n\nAt the *first* one.\n"), "{text}");
    }
    let file = project.root().join(".git/docket/issues/7.md");
    assert!(file.metadata().unwrap().permissions().readonly());
    client.finish().await;
}

#[tokio::test]
async fn a_conflict_is_decided_where_it_stands() {
    let project = project();
    let ticket = ".docs/tickets/T-7k3f-parse.md";
    let mut ledger = Ledger::open(&project.root().join(".git/docket/docket.db")).unwrap();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let conflict = Conflict {
        ticket: "T-7k3f".to_owned(),
        issue: 42,
        field: Field::Title,
        base: None,
        mine: docket_core::sync::Value::text("Parse bodies"),
        theirs: docket_core::sync::Value::text("Parse files"),
    };
    ledger.set_conflicts(remote, &[conflict]).unwrap();
    let mut client = Client::start(env(&project.root()));
    client.initialize(pushed(), &project.uri("")).await;
    let uri = project.uri(ticket);
    client.open(&uri, "markdown", &project.read(ticket)).await;
    let found = client
        .wait("a conflict", |it| {
            let found = it["params"]["diagnostics"].as_array();
            found.is_some_and(|it| it.iter().any(|it| it["code"] == "sync-conflict"))
        })
        .await;
    let diagnostics = found["params"]["diagnostics"].as_array().unwrap();
    let diagnostic = diagnostics
        .iter()
        .find(|it| it["code"] == "sync-conflict")
        .unwrap();
    assert_eq!(diagnostic["range"]["start"]["line"], 2);
    let offered = client
        .request(
            "textDocument/codeAction",
            json!({
                "textDocument": { "uri": uri },
                "range": diagnostic["range"],
                "context": { "diagnostics": [diagnostic], "only": ["quickfix"] },
            }),
        )
        .await;
    let offered = offered.as_array().unwrap();
    let titles: Vec<&str> = offered
        .iter()
        .filter_map(|it| it["title"].as_str())
        .collect();
    let (mine, theirs) = (
        "Take mine: title `Parse bodies`",
        "Take GitHub's: title `Parse files`",
    );
    assert_eq!(titles[..2], [mine, theirs]);
    assert_eq!(offered[1]["diagnostics"][0], *diagnostic);
    let command = &offered[0]["command"];
    let arguments = json!({ "command": command["command"], "arguments": command["arguments"] });
    let answer = client.request("workspace/executeCommand", arguments).await;
    assert_eq!(answer["resolved"][0]["theirs"], "Parse files");
    assert_eq!(answer["conflicts"], json!([]));
    client
        .wait("no conflict", |it| {
            let found = it["params"]["diagnostics"].as_array();
            found.is_some_and(|it| it.iter().all(|it| it["code"] != "sync-conflict"))
        })
        .await;
    assert_eq!(ledger.conflicts(remote).unwrap(), []);
    assert!(project.read(ticket).contains("title: Parse bodies"));
    client.finish().await;
}
