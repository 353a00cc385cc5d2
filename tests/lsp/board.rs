//! The board as text: a document by address, or a file that can be edited; carried out when it is saved.

use docket::lsp::uri;
use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /.git/HEAD
//- /.docs/tickets/T-2b7q-ring.md
---
id: T-2b7q
title: Ring \u{1F514} the bell
# kept
status: todo
---
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
status: done
---
";

/// What a client has that asks for the content of documents.
fn with_contents() -> Value {
    let mut capabilities = full();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    capabilities
}

async fn session(capabilities: Value) -> (Project, Client) {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    client.ignored.push("textDocument/publishDiagnostics");
    client.initialize(capabilities, &project.uri("")).await;
    (project, client)
}

async fn board(client: &mut Client, argument: Value) -> Value {
    let params = json!({ "command": "docket.board", "arguments": [argument] });
    client.request("workspace/executeCommand", params).await
}

fn read(uri: &Value) -> String {
    let uri = serde_json::from_value(uri.clone()).unwrap();
    std::fs::read_to_string(uri::to_path(&uri).unwrap()).unwrap()
}

fn at(uri: &Value, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

/// The line that holds `text`.
fn line_of(board: &str, text: &str) -> u32 {
    board.lines().position(|it| it.contains(text)).unwrap() as u32
}

async fn save(client: &mut Client, uri: &Value, version: i32, text: &str) {
    client
        .edit(uri.as_str().unwrap(), version, None, text)
        .await;
    let document = json!({ "textDocument": { "uri": uri } });
    client.notify("textDocument/didSave", document).await;
}

/// Waits until the board's file says it.
async fn until(uri: &Value, what: &str, fits: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    for _ in 0..600 {
        text = read(uri);
        if fits(&text) {
            return text;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("waited in vain for {what}: {text}");
}

#[tokio::test]
async fn a_client_that_asks_for_contents_has_it_by_address() {
    let (project, mut client) = session(with_contents()).await;
    let answer = board(&mut client, json!({})).await;
    let uri = &answer["uri"];
    let address = uri.as_str().unwrap();
    assert!(
        address.starts_with("docket://") && address.ends_with("/board.md"),
        "{address}"
    );
    let shown = client.expect("window/showDocument").await;
    assert_eq!(shown["uri"], *uri);
    let asked = json!({ "uri": uri });
    let content = client.request("workspace/textDocumentContent", asked).await;
    let text = content["text"].as_str().unwrap().to_owned();
    assert_eq!(answer["text"], *text);
    assert!(
        text.contains("## todo\n\n- T-2b7q Ring \u{1F514} the bell\n"),
        "{text}"
    );
    assert!(!text.contains("T-7k3f"), "closed ones are left out: {text}");
    let all = board(&mut client, json!({ "closed": true })).await;
    client.expect("window/showDocument").await;
    assert!(
        all["text"]
            .as_str()
            .unwrap()
            .contains("- T-7k3f Parse bodies")
    );

    // Hover, definition, outline and folds work in it, also before it is opened.
    let line = line_of(&text, "T-2b7q");
    let hover = client.request("textDocument/hover", at(uri, line, 4)).await;
    let card = hover["contents"]["value"].as_str().unwrap();
    assert!(card.contains("Ring"), "{card}");
    client.open(address, "markdown", &text).await;
    let places = client
        .request("textDocument/definition", at(uri, line, 4))
        .await;
    assert_eq!(
        places[0]["uri"],
        project.uri(".docs/tickets/T-2b7q-ring.md")
    );

    // It is asked for again when a ticket changes.
    let set = json!({ "command": "docket.setStatus",
        "arguments": [{ "ticket": "T-2b7q", "status": "review" }] });
    client.request("workspace/executeCommand", set).await;
    let refresh = client.expect("workspace/textDocumentContent/refresh").await;
    assert_eq!(refresh["uri"], *uri);
    let asked = json!({ "uri": uri });
    let content = client.request("workspace/textDocumentContent", asked).await;
    let text = content["text"].as_str().unwrap();
    assert!(text.contains("## review\n\n- T-2b7q"), "{text}");
    client.finish().await;
}

#[tokio::test]
async fn symbols_folds_links_and_actions_work_inside_it() {
    for (tree, encoding) in [(true, "utf-16"), (false, "utf-8")] {
        let mut capabilities = with_contents();
        capabilities["general"]["positionEncodings"] = json!([encoding]);
        capabilities["textDocument"]["documentSymbol"]["hierarchicalDocumentSymbolSupport"] =
            json!(tree);
        let (project, mut client) = session(capabilities).await;
        let answer = board(&mut client, json!({ "closed": true })).await;
        client.expect("window/showDocument").await;
        let (uri, text) = (&answer["uri"], answer["text"].as_str().unwrap());
        client.open(uri.as_str().unwrap(), "markdown", text).await;
        let document = json!({ "textDocument": { "uri": uri } });
        let symbols = client
            .request("textDocument/documentSymbol", document.clone())
            .await;
        let symbols = symbols.as_array().unwrap();
        if tree {
            let todo = symbols.iter().find(|it| it["name"] == "todo").unwrap();
            assert_eq!(
                todo["children"][0]["name"],
                "T-2b7q Ring \u{1F514} the bell"
            );
        } else {
            let ticket = symbols.iter().find(|it| it["containerName"] == "todo");
            assert_eq!(ticket.unwrap()["location"]["uri"], *uri);
        }
        let folds = client
            .request("textDocument/foldingRange", document.clone())
            .await;
        let todo = line_of(text, "## todo");
        let is_todo = |it: &&Value| it["startLine"] == todo;
        assert!(
            folds.as_array().unwrap().iter().any(|it| is_todo(&it)),
            "{folds}"
        );
        let links = client.request("textDocument/documentLink", document).await;
        let line = line_of(text, "T-2b7q");
        let link = links
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["range"]["start"]["line"] == line)
            .unwrap();
        assert!(
            link["target"]
                .as_str()
                .unwrap()
                .starts_with(&project.uri(".docs/tickets/T-2b7q-ring.md")),
            "{link}"
        );
        let place = json!({ "line": line, "character": 4 });
        let params = json!({ "textDocument": { "uri": uri },
            "range": { "start": place, "end": place }, "context": { "diagnostics": [] } });
        let actions = client.request("textDocument/codeAction", params).await;
        let start = actions
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["title"] == "Start work on T-2b7q")
            .unwrap_or_else(|| panic!("{actions}"))
            .clone();
        let resolved = client.request("codeAction/resolve", start).await;
        let changed = &resolved["edit"]["documentChanges"][0]["textDocument"]["uri"];
        assert_eq!(*changed, project.uri(".docs/tickets/T-2b7q-ring.md"));
        client.finish().await;
    }
}

#[tokio::test]
async fn a_client_with_nothing_gets_a_file_and_moves_a_line_in_it() {
    let (project, mut client) = session(json!({})).await;
    let answer = board(&mut client, json!({})).await;
    let uri = &answer["uri"];
    assert!(
        uri.as_str()
            .unwrap()
            .starts_with(&project.uri(".git/docket/boards/")),
        "{uri}"
    );
    let text = read(uri);
    assert_eq!(answer["text"], *text);
    client.open(uri.as_str().unwrap(), "markdown", &text).await;
    let line = "- T-2b7q Ring \u{1F514} the bell\n";
    let moved = text
        .replace(line, "")
        .replace("## review\n", &format!("## review\n\n{line}"));
    save(&mut client, uri, 2, &moved).await;
    let now = until(uri, "the board", |it| it.contains("## review\n\n- T-2b7q")).await;
    // By the writer: the field's bytes alone.
    let ticket = project.read(".docs/tickets/T-2b7q-ring.md");
    assert_eq!(
        ticket,
        "---\nid: T-2b7q\ntitle: Ring \u{1F514} the bell\n# kept\nstatus: review\n---\n"
    );
    // The editor has read it again; a change elsewhere comes into the file.
    client.edit(uri.as_str().unwrap(), 3, None, &now).await;
    project.write(
        ".docs/tickets/T-2b7q-ring.md",
        &ticket.replace("review", "backlog"),
    );
    let changed =
        json!({ "changes": [{ "uri": project.uri(".docs/tickets/T-2b7q-ring.md"), "type": 2 }] });
    client
        .notify("workspace/didChangeWatchedFiles", changed)
        .await;
    until(uri, "the change", |it| {
        it.contains("## backlog\n\n- T-2b7q")
    })
    .await;
    client.finish().await;
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_and_nothing_is_lost() {
    let (project, mut client) = session(full()).await;
    let answer = board(&mut client, json!({})).await;
    let uri = &answer["uri"];
    client.expect("window/showDocument").await;
    let text = read(uri);
    client.open(uri.as_str().unwrap(), "markdown", &text).await;
    let before = project.read(".docs/tickets/T-2b7q-ring.md");
    for (version, changed, expected) in [
        (
            2,
            text.replace("## todo\n", "## tood\n")
                .replace("T-2b7q", "T-2B7Q"),
            "is `todo` meant?",
        ),
        (
            3,
            text.replace("## review\n", "## review\n\n- write it down\n"),
            "no ticket has the id write",
        ),
        (
            4,
            text.replace("## review\n", "## review\n\nnot a line\n"),
            "names no ticket",
        ),
    ] {
        save(&mut client, uri, version, &changed).await;
        let message = client.expect("window/showMessage").await;
        let message = message["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
        assert!(
            message.starts_with("The board is not carried out: line "),
            "{message}"
        );
        assert_eq!(project.read(".docs/tickets/T-2b7q-ring.md"), before);
    }
    // What a person has typed is not written over, neither by a change nor by asking again.
    let set = json!({ "command": "docket.setStatus",
        "arguments": [{ "ticket": "T-2b7q", "status": "done" }] });
    client.request("workspace/executeCommand", set).await;
    board(&mut client, json!({})).await;
    client.expect("window/showDocument").await;
    assert_eq!(read(uri), text, "as it was written before the edits");
    client.finish().await;
}

#[tokio::test]
async fn what_was_changed_elsewhere_is_not_undone_by_an_old_board() {
    let (project, mut client) = session(json!({})).await;
    let answer = board(&mut client, json!({ "closed": true })).await;
    let uri = &answer["uri"];
    let text = read(uri);
    client.open(uri.as_str().unwrap(), "markdown", &text).await;
    // T-7k3f is opened again while the person is moving T-2b7q.
    let line = "- T-2b7q Ring \u{1F514} the bell\n";
    let moved = text
        .replace(line, "")
        .replace("## dropped\n", &format!("## dropped\n\n{line}"));
    client.edit(uri.as_str().unwrap(), 2, None, &moved).await;
    let set = json!({ "command": "docket.setStatus",
        "arguments": [{ "ticket": "T-7k3f", "status": "todo" }] });
    client.request("workspace/executeCommand", set).await;
    save(&mut client, uri, 3, &moved).await;
    let now = until(uri, "the board", |it| it.contains("## dropped\n\n- T-2b7q")).await;
    assert!(now.contains("## todo\n\n- T-7k3f"), "{now}");
    assert!(
        project
            .read(".docs/tickets/T-7k3f-parse.md")
            .contains("status: todo")
    );
    client.finish().await;
}
