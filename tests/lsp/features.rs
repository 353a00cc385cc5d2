//! Hints, cards, actions, completion, navigation: what a person sees, over the wire.

use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /a.rs
// TODO(T-7k3f): linked
// TODO: spans lines
//   and goes on
fn main() {}
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
status: in-progress
assignees: [ana]
---

See T-7k3f.
";

struct Session {
    project: Project,
    client: Client,
    uri: String,
}

impl Session {
    async fn new(capabilities: Value) -> Self {
        let project = Project::new(PROJECT);
        let mut client = Client::start(env(&project.root()));
        client.initialize(capabilities, &project.uri("")).await;
        let uri = project.uri("a.rs");
        client.open(&uri, "rust", &project.read("a.rs")).await;
        // What needs the index waits for it; the rest is asked once it is there.
        client
            .request(
                "workspace/executeCommand",
                json!({ "command": "docket.status", "arguments": [] }),
            )
            .await;
        Self {
            project,
            client,
            uri,
        }
    }

    async fn at(&mut self, method: &str, line: u32, character: u32) -> Value {
        let position = json!({ "line": line, "character": character });
        let mut params = json!({ "textDocument": { "uri": self.uri }, "position": position });
        if method == "textDocument/references" {
            params["context"] = json!({ "includeDeclaration": true });
        }
        self.client.request(method, params).await
    }

    async fn actions(&mut self, line: u32) -> Vec<Value> {
        let at = json!({ "line": line, "character": 4 });
        let params = json!({ "textDocument": { "uri": self.uri }, "range": { "start": at, "end": at },
            "context": { "diagnostics": [] } });
        let actions = self.client.request("textDocument/codeAction", params).await;
        actions.as_array().cloned().unwrap_or_default()
    }
}

fn titled<'a>(actions: &'a [Value], start: &str) -> &'a Value {
    let found = actions
        .iter()
        .find(|it| it["title"].as_str().unwrap().starts_with(start));
    found.unwrap_or_else(|| panic!("no action {start:?} in {actions:#?}"))
}

#[tokio::test]
async fn a_reference_shows_its_ticket_as_hint_and_card() {
    let mut it = Session::new(full()).await;
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let params = json!({ "textDocument": { "uri": it.uri }, "range": range });
    let hints = it.client.request("textDocument/inlayHint", params).await;
    assert_eq!(hints.as_array().unwrap().len(), 1, "{hints:#}");
    let label = hints[0]["label"][0]["value"].as_str().unwrap();
    assert!(
        label.contains("in-progress") && label.contains("ana"),
        "{label}"
    );
    let card = it.at("textDocument/hover", 0, 10).await;
    let text = card["contents"]["value"].as_str().unwrap();
    assert!(
        text.contains("Parse bodies") && text.contains("in-progress"),
        "{text}"
    );
    assert_eq!(it.at("textDocument/hover", 3, 1).await, Value::Null);
    it.client.finish().await;
}

#[tokio::test]
async fn an_id_leads_to_its_ticket_and_back_to_every_mention() {
    let mut it = Session::new(full()).await;
    let ticket = it.project.uri(".docs/tickets/T-7k3f-parse.md");
    let definition = it.at("textDocument/definition", 0, 10).await;
    assert_eq!(definition[0]["uri"], ticket);
    let references = it.at("textDocument/references", 0, 10).await;
    let uris: Vec<_> = references
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["uri"].as_str().unwrap())
        .collect();
    assert_eq!(
        uris.iter().filter(|uri| **uri == ticket).count(),
        2,
        "{references:#}"
    );
    assert_eq!(
        uris.iter().filter(|uri| **uri == it.uri).count(),
        1,
        "{references:#}"
    );
    it.client.finish().await;
}

#[tokio::test]
async fn a_ticket_is_made_of_a_todo_by_an_edit_that_resolve_works_out() {
    let mut it = Session::new(full()).await;
    let actions = it.actions(1).await;
    let create = titled(&actions, "Create");
    assert!(
        create.get("edit").is_none(),
        "worked out before it was chosen"
    );
    let resolved = it
        .client
        .request("codeAction/resolve", create.clone())
        .await;
    let changes = resolved["edit"]["documentChanges"].as_array().unwrap();
    let created = changes.iter().find(|it| it["kind"] == "create").unwrap();
    assert!(
        created["uri"]
            .as_str()
            .unwrap()
            .contains("/.docs/tickets/T-"),
        "{created}"
    );
    let text = changes
        .iter()
        .find(|change| change["textDocument"]["uri"] == created["uri"])
        .unwrap();
    let text = text["edits"][0]["newText"].as_str().unwrap();
    assert!(
        text.contains("title: spans lines") && text.contains("and goes on"),
        "{text}"
    );
    let link = changes
        .iter()
        .find(|change| change["textDocument"]["uri"] == it.uri)
        .unwrap();
    assert_eq!(link["textDocument"]["version"], 1);
    assert_eq!(
        link["edits"][0]["range"]["start"],
        json!({ "line": 1, "character": 7 })
    );
    assert!(
        link["edits"][0]["newText"]
            .as_str()
            .unwrap()
            .starts_with("(T-")
    );
    it.client.finish().await;
}

#[tokio::test]
async fn an_action_offered_for_an_older_text_is_refused_with_words() {
    let mut it = Session::new(full()).await;
    let actions = it.actions(1).await;
    let create = titled(&actions, "Create").clone();
    it.client
        .edit(&it.uri.clone(), 2, Some([0, 0, 0, 0]), "// more\n")
        .await;
    let error = it
        .client
        .try_request("codeAction/resolve", create)
        .await
        .unwrap_err();
    assert!(
        error["message"].as_str().unwrap().contains("changed"),
        "{error}"
    );
    it.client.finish().await;
}

#[tokio::test]
async fn a_client_without_any_capability_has_commands_for_everything() {
    let mut it = Session::new(json!({})).await;
    let pushed = it.client.expect("textDocument/publishDiagnostics").await;
    assert_eq!(pushed["diagnostics"][0]["code"], "untracked-todo");
    let actions = it.actions(0).await;
    let status = titled(&actions, "Set").clone();
    assert_eq!(status["command"], "docket.applyAction", "{status:#}");
    let arguments = status["arguments"].clone();
    let command = json!({ "command": "docket.applyAction", "arguments": arguments });
    let answer = it.client.request("workspace/executeCommand", command).await;
    assert_eq!(
        answer["changed"][0],
        it.project.uri(".docs/tickets/T-7k3f-parse.md")
    );
    let text = it.project.read(".docs/tickets/T-7k3f-parse.md");
    assert!(
        !text.contains("status: in-progress") && text.contains("assignees: [ana]"),
        "{text}"
    );
    it.client.ignored.push("textDocument/publishDiagnostics");
    it.client.finish().await;
}

#[tokio::test]
async fn commands_change_closed_files_and_say_what_they_changed() {
    let mut it = Session::new(full()).await;
    let call =
        |command: &str, argument: Value| json!({ "command": command, "arguments": [argument] });
    let status = call(
        "docket.setStatus",
        json!({ "ticket": "t-7K3F", "status": "done" }),
    );
    it.client.request("workspace/executeCommand", status).await;
    let text = it.project.read(".docs/tickets/T-7k3f-parse.md");
    assert_eq!(
        text,
        PROJECT
            .split("parse.md\n")
            .nth(1)
            .unwrap()
            .replace("in-progress", "done")
    );
    for (command, argument, says) in [
        (
            "docket.setStatus",
            json!({ "ticket": "T-7k3f", "status": "dnoe" }),
            "done",
        ),
        (
            "docket.setStatus",
            json!({ "ticket": "T-zzzz", "status": "done" }),
            "T-zzzz",
        ),
        ("docket.setStatus", json!({}), "status"),
        (
            "docket.linkTodo",
            json!({ "uri": it.uri, "position": { "line": 3, "character": 0 }, "ticket": "T-7k3f" }),
            "no TODO",
        ),
        ("docket.nonsense", json!({}), "docket.nonsense"),
    ] {
        let error = it
            .client
            .try_request("workspace/executeCommand", call(command, argument))
            .await
            .unwrap_err();
        assert!(
            error["message"].as_str().unwrap().contains(says),
            "{command}: {error}"
        );
    }
    let new = call(
        "docket.createTicket",
        json!({ "title": "From a palette", "fields": { "priority": "high" } }),
    );
    let answer = it.client.request("workspace/executeCommand", new).await;
    let path =
        docket::lsp::uri::to_path(&serde_json::from_value(answer["created"][0].clone()).unwrap())
            .unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(
        text.contains("title: From a palette") && text.contains("priority: high"),
        "{text}"
    );
    it.client.finish().await;
}

#[tokio::test]
async fn a_command_is_planned_on_what_the_one_before_it_wrote() {
    let mut it = Session::new(full()).await;
    for status in ["review", "done", "todo"] {
        let set = json!({ "command": "docket.setStatus", "arguments": [{ "ticket": "T-7k3f", "status": status }] });
        it.client.request("workspace/executeCommand", set).await;
        let text = it.project.read(".docs/tickets/T-7k3f-parse.md");
        assert!(text.contains(&format!("status: {status}\n")), "{text}");
    }
    it.client.ignored.push("textDocument/publishDiagnostics");
    it.client.finish().await;
}

#[tokio::test]
async fn a_command_changes_an_open_file_through_the_editor() {
    let mut it = Session::new(full()).await;
    let ticket = it.project.uri(".docs/tickets/T-7k3f-parse.md");
    let on_disk = it.project.read(".docs/tickets/T-7k3f-parse.md");
    let unsaved = on_disk.replace("Parse bodies", "Parse all bodies");
    it.client.open(&ticket, "markdown", &unsaved).await;
    let status = json!({ "command": "docket.setStatus", "arguments": [{ "ticket": "T-7k3f", "status": "done" }] });
    it.client.request("workspace/executeCommand", status).await;
    let asked = it.client.expect("workspace/applyEdit").await;
    let change = &asked["edit"]["documentChanges"][0];
    assert_eq!(
        (
            &change["textDocument"]["uri"],
            &change["textDocument"]["version"]
        ),
        (&json!(ticket), &json!(1))
    );
    assert_eq!(change["edits"][0]["newText"], "done");
    // Beneath an unsaved buffer nothing is written.
    assert_eq!(it.project.read(".docs/tickets/T-7k3f-parse.md"), on_disk);
    it.client.finish().await;
}

#[tokio::test]
async fn ids_are_completed_by_title_and_explained_on_demand() {
    let mut it = Session::new(full()).await;
    it.client
        .edit(&it.uri.clone(), 2, Some([0, 0, 1, 0]), "// TODO(pars\n")
        .await;
    let list = it.at("textDocument/completion", 0, 12).await;
    let item = &list["items"][0];
    assert_eq!(item["textEdit"]["newText"], "T-7k3f", "{list:#}");
    assert!(item.get("documentation").is_none());
    let resolved = it
        .client
        .request("completionItem/resolve", item.clone())
        .await;
    assert!(
        resolved["documentation"]["value"]
            .as_str()
            .unwrap()
            .contains("Parse bodies"),
        "{resolved:#}"
    );
    assert_eq!(it.at("textDocument/completion", 3, 3).await, Value::Null);
    it.client.finish().await;
}

#[tokio::test]
async fn days_are_completed_in_words() {
    let mut it = Session::new(full()).await;
    let ticket = it.project.uri(".docs/tickets/T-7k3f-parse.md");
    let text = "---\nid: T-7k3f\ntitle: 😀\ndue: next fri\n---\n";
    it.client.open(&ticket, "markdown", text).await;
    it.uri = ticket;
    let list = it.at("textDocument/completion", 3, 13).await;
    // The clock stands at Friday, 20 November 2026.
    let edit = &list["items"][0]["textEdit"];
    assert_eq!(edit["newText"], "2026-11-27", "{list:#}");
    assert_eq!(edit["range"]["start"], json!({ "line": 3, "character": 5 }));
    assert_eq!(list["isIncomplete"], true);
    it.client.finish().await;
}

#[tokio::test]
async fn a_cancelled_request_is_answered_as_cancelled() {
    let mut it = Session::new(full()).await;
    let id = it
        .client
        .post("workspace/diagnostic", json!({ "previousResultIds": [] }))
        .await;
    it.client
        .notify("$/cancelRequest", json!({ "id": id }))
        .await;
    // Whichever was first: one answer, and the server goes on.
    if let Err(error) = it.client.answer(id).await {
        assert_eq!(error["code"], -32800);
    }
    assert!(it.at("textDocument/hover", 0, 10).await.is_object());
    it.client.finish().await;
}
