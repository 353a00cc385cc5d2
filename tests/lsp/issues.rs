//! Issues of the forge in an editor: told from what the last sync saw, without a network.

use std::collections::BTreeSet;

use docket_core::sync::{CloseReason, Conflict, Field, Issue, IssueState};
use docket_store::ledger::{Act, Ledger, Source};
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
    assert_eq!(titles[2], "Open both sides of `title` side by side");
    let shown = chosen(&mut client, &offered[2]).await.unwrap();
    assert_eq!(shown["title"], "T-7k3f title: the ticket ↔ #42");
    for (side, text) in [("mine", "Parse bodies\n"), ("theirs", "Parse files\n")] {
        let path = format!(".git/docket/conflicts/T-7k3f-title-{side}.md");
        assert_eq!(shown[side], project.uri(&path));
        assert_eq!(project.read(&path), text);
        let asked = client.expect("window/showDocument").await;
        assert_eq!(asked["uri"], shown[side]);
    }
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

/// The actions at the first line of `a.rs` whose title has `of` in it.
async fn offered(client: &mut Client, uri: &str, of: &str) -> Vec<Value> {
    let place = json!({ "line": 0, "character": 5 });
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": [] },
    });
    let offered = client.request("textDocument/codeAction", params).await;
    let offered = offered.as_array().cloned().unwrap_or_default();
    let has = |it: &Value| it["title"].as_str().is_some_and(|it| it.contains(of));
    offered.into_iter().filter(has).collect()
}

async fn chosen(client: &mut Client, action: &Value) -> Result<Value, Value> {
    let command = &action["command"];
    let arguments = json!({ "command": command["command"], "arguments": command["arguments"] });
    client
        .try_request("workspace/executeCommand", arguments)
        .await
}

#[tokio::test]
async fn nothing_that_sends_is_offered_where_sync_is_off() {
    let (_project, mut client, uri) = session(pushed()).await;
    assert_eq!(offered(&mut client, &uri, "eopen").await, [] as [Value; 0]);
    client.edit(&uri, 2, None, "// TODO: later\n").await;
    assert_eq!(offered(&mut client, &uri, "issue").await, [] as [Value; 0]);
    assert_eq!(offered(&mut client, &uri, "Create a ticket").await.len(), 1);
    client.finish().await;
}

fn synced() -> (Project, Ledger) {
    let project = project();
    let path = ".docs/docket.toml";
    project.write(path, &format!("{}mode = \"manual\"\n", project.read(path)));
    let ledger = Ledger::open(&project.root().join(".git/docket/docket.db")).unwrap();
    (project, ledger)
}

async fn session_of(project: &Project) -> (Client, String) {
    let mut client = Client::start(env(&project.root()));
    client.initialize(pushed(), &project.uri("")).await;
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", &project.read("a.rs")).await;
    let is_stale = |it: &Value| it["code"] == "stale-todo";
    client
        .wait("a stale TODO", |it| {
            let found = it["params"]["diagnostics"].as_array();
            found.is_some_and(|it| it.iter().any(is_stale))
        })
        .await;
    (client, uri)
}

#[tokio::test]
async fn a_closed_issue_is_reopened_from_the_todo_that_names_it() {
    let (project, ledger) = synced();
    let (mut client, uri) = session_of(&project).await;
    let actions = offered(&mut client, &uri, "Reopen #7").await;
    let [action] = &actions[..] else {
        panic!("{actions:?}");
    };
    assert!(action["edit"].is_null() && action["data"].is_null());
    let answer = chosen(&mut client, action).await.unwrap();
    let rows = answer["queued"].as_array().unwrap();
    let said: Vec<_> = rows
        .iter()
        .map(|it| it["summary"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "reopen",
            "comment: Reopened: it is closed, and a TODO still names it."
        ]
    );
    let text = "From `a.rs`, line 1:\n\n```\n// TODO(#7): over\n```";
    assert!(
        rows[1]["text"].as_str().unwrap().ends_with(text),
        "{rows:?}"
    );
    // A second click sends nothing twice.
    let again = chosen(&mut client, action).await.unwrap();
    assert_eq!(again["queued"], answer["queued"]);
    for _ in 0..2 {
        client.expect("window/showMessage").await;
    }
    let listed = json!({ "command": "docket.outbox", "arguments": [{}] });
    let listed = client.request("workspace/executeCommand", listed).await;
    assert_eq!(listed["rows"], answer["queued"]);
    let remote = ledger
        .known_remote("https://api.github.com", "ana/it")
        .unwrap();
    assert_eq!(ledger.outbox(remote.unwrap()).unwrap().len(), 2);
    client.finish().await;
}

#[tokio::test]
async fn a_ticket_and_its_issue_are_made_from_a_todo_in_one_go() {
    let (project, ledger) = synced();
    let (mut client, uri) = session_of(&project).await;
    client
        .edit(&uri, 2, None, "// TODO: cut \"it\"\nfn a() {}\n")
        .await;
    let actions = offered(&mut client, &uri, "Create a ticket and an issue").await;
    assert_eq!(actions.len(), 1);
    let answer = chosen(&mut client, &actions[0]).await.unwrap();
    assert_eq!(answer["created"].as_array().unwrap().len(), 1);
    let row = &answer["queued"][0];
    assert_eq!(row["summary"], "new issue: cut \"it\"");
    let id = row["ticket"].as_str().unwrap();
    let asked = client.expect("workspace/applyEdit").await["edit"].to_string();
    assert!(asked.contains(&format!("({id})")), "{asked}");
    let said = client.expect("window/showMessage").await;
    assert!(
        said["message"]
            .as_str()
            .unwrap()
            .contains("the next sync makes it")
    );
    let remote = ledger
        .known_remote("https://api.github.com", "ana/it")
        .unwrap();
    let rows = ledger.outbox(remote.unwrap()).unwrap();
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].payload.contains("From `a.rs`, line 1:"),
        "{}",
        rows[0].payload
    );
    assert!(rows[0].payload.contains("fn a() {}"), "{}", rows[0].payload);

    let by_title = json!([{ "uri": uri, "title": "By hand", "issue": true }]);
    let by_title = json!({ "command": "docket.createTicket", "arguments": by_title });
    let answer = client.request("workspace/executeCommand", by_title).await;
    assert_eq!(answer["queued"][0]["summary"], "new issue: By hand");
    assert_eq!(answer["queued"][0]["ticket"], answer["ticket"]);
    client.expect("window/showMessage").await;
    client.finish().await;
}

#[tokio::test]
async fn a_ticket_s_card_tells_what_waits_of_it_and_what_was_done_last() {
    let (project, mut ledger) = synced();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let now = "2026-11-20T11:50:00Z".parse().unwrap();
    let row = r#"{"kind":"ask","writes":[{"State":"Open"}]}"#;
    let comment = r#"{"kind":"comment","body":"Why"}"#;
    ledger
        .enqueue(remote, "T-7k3f", Some(42), row, "<1>", now)
        .unwrap();
    ledger
        .enqueue(remote, "T-9999", Some(7), comment, "<2>", now)
        .unwrap();
    let act = |ticket: &str, what: &str| Act {
        at: now,
        actor: "ana".to_owned(),
        source: Source::Command,
        ticket: ticket.to_owned(),
        what: what.to_owned(),
    };
    ledger.append(&act("T-7k3f", "sent to #42: title")).unwrap();
    ledger.append(&act("T-9999", "of another")).unwrap();
    let (mut client, uri) = session_of(&project).await;
    client.edit(&uri, 2, None, "// TODO(T-7k3f): a\n").await;
    let hover = client.request("textDocument/hover", at(&uri, 0, 9)).await;
    let card = hover["contents"]["value"].as_str().unwrap();
    assert!(card.contains("  \nwaits to be sent: reopen"), "{card}");
    let end = "Last changes\n\n- 10 minutes ago @ana: sent to \\#42: title";
    assert!(card.ends_with(end), "{card}");
    assert!(!card.contains("Why") && !card.contains("another"), "{card}");
    client.finish().await;
}

#[tokio::test]
async fn a_client_that_compares_gets_both_sides_of_a_conflict_as_documents() {
    let project = project();
    let mut ledger = Ledger::open(&project.root().join(".git/docket/docket.db")).unwrap();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let set = |items: &[&str]| {
        docket_core::sync::Value::Set(items.iter().map(|&it| it.to_owned()).collect())
    };
    let conflict = Conflict {
        ticket: "T-7k3f".to_owned(),
        issue: 42,
        field: Field::Labels,
        base: None,
        mine: set(&["a", "b"]),
        theirs: set(&[]),
    };
    ledger.set_conflicts(remote, &[conflict]).unwrap();
    let mut client = Client::start(env(&project.root()));
    let mut capabilities = full();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    capabilities["experimental"] = json!({ "docket": { "sideBySide": true } });
    client.initialize(capabilities, &project.uri("")).await;
    let call = |field: &str| {
        let argument = json!({ "ticket": "t-7k3f", "field": field });
        json!({ "command": "docket.showConflict", "arguments": [argument] })
    };
    let command = "workspace/executeCommand";
    // That the mirror is read a moment after the project is no business of this test.
    let answer = loop {
        match client.try_request(command, call("labels")).await {
            Ok(answer) => break answer,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    for (side, text) in [("mine", "a\nb\n"), ("theirs", "")] {
        let uri = answer[side].as_str().unwrap();
        let end = format!("/conflicts/T-7k3f/labels/{side}.md");
        assert!(uri.starts_with("docket://") && uri.ends_with(&end), "{uri}");
        let asked = json!({ "uri": uri });
        let content = client.request("workspace/textDocumentContent", asked).await;
        assert_eq!(content["text"], text);
    }
    let refused = client
        .try_request(command, call("title"))
        .await
        .unwrap_err();
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("no such conflict"), "{message}");
    // Nothing is opened by the server: `finish` fails where something was.
    client.finish().await;
}
