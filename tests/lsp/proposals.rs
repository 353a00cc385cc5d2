//! What is proposed, from an editor: shown, asked about, accepted where it was made, refused, and
//! hung up on.

use std::time::{Duration, Instant};

use docket::env::Env;
use serde_json::{Value, json};

use super::language::{Session, full_but};
use crate::support::client::{Client, env};
use crate::support::model::ModelServer;
use crate::support::project::Project;

const TICKET: &str = ".docs/tickets/T-7k3f-users-sign-in.md";
const FIXTURE: &str = "\
//- /.docs/tickets/T-7k3f-users-sign-in.md
---
id: T-7k3f
title: Users sign in
---

## Acceptance criteria

- [ ] A wrong password is refused
- [ ] Five wrong ones lock the account
//- /.docs/brief.md
# Shop

## Must

- Users sign in with a password
";

struct Shop {
    _state: tempfile::TempDir,
    it: Session,
    model: ModelServer,
}

impl Shop {
    async fn new(capabilities: Value) -> Self {
        let model = ModelServer::start().await;
        let state = tempfile::tempdir().unwrap();
        let project = Project::new(FIXTURE);
        project.write(".docs/docket.toml", &model.config());
        let env: Env =
            env(&project.root()).with_var("XDG_STATE_HOME", &state.path().to_string_lossy());
        let mut client = Client::start(env);
        client.answers_requests = false;
        let offered = client.initialize(capabilities, &project.uri("")).await;
        for method in [
            "textDocument/publishDiagnostics",
            "window/showDocument",
            "client/registerCapability",
            "workspace/diagnostic/refresh",
            "workspace/inlayHint/refresh",
            "workspace/configuration",
        ] {
            client.ignored.push(method);
        }
        let it = Session {
            project,
            client,
            offered: offered["capabilities"].clone(),
        };
        Self {
            _state: state,
            it,
            model,
        }
    }

    async fn call(&mut self, command: &str, argument: Value) -> Result<Value, Value> {
        let params = json!({ "command": command, "arguments": [argument] });
        self.it
            .client
            .try_request("workspace/executeCommand", params)
            .await
    }

    /// Calls a command, and answers the question that it asks.
    async fn decided(&mut self, command: &str, argument: Value, choice: Option<&str>) -> Value {
        let params = json!({ "command": command, "arguments": [argument] });
        let client = &mut self.it.client;
        let id = client.post("workspace/executeCommand", params).await;
        let is_question = |it: &Value| it["method"] == "window/showMessageRequest";
        let question = client.wait("a question", is_question).await;
        let result = choice.map_or(Value::Null, |it| json!({ "title": it }));
        let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
        client.send(&answer).await;
        client.answer(id).await.unwrap()["proposal"].clone()
    }

    async fn actions(&mut self, path: &str, line: u32) -> Vec<Value> {
        let params = json!({
            "textDocument": { "uri": self.it.project.uri(path) },
            "range": { "start": { "line": line, "character": 12 }, "end": { "line": line, "character": 12 } },
            "context": { "diagnostics": [] },
        });
        let found = self
            .it
            .client
            .request("textDocument/codeAction", params)
            .await;
        found.as_array().cloned().unwrap_or_default()
    }

    fn n_tickets(&self) -> usize {
        let folder = self.it.project.root().join(".docs/tickets");
        std::fs::read_dir(folder).unwrap().count()
    }
}

fn parts() -> Value {
    json!({
        "reason": "Two changes.",
        "parts": [
            { "title": "Refuse wrong passwords", "why": "", "criteria": ["A wrong password is refused"], "estimate": 2, "after": [] },
            { "title": "Lock accounts", "why": "", "criteria": ["Five wrong ones lock the account"], "estimate": null, "after": [1] },
        ],
    })
}

#[tokio::test]
async fn a_proposal_is_asked_about_and_made_after_a_yes_alone() {
    let mut shop = Shop::new(json!({})).await;
    shop.model.answers(&parts()).await;
    let ticket = json!({ "ticket": "T-7k3f" });
    for choice in [Some("Later"), None] {
        let told = shop.decided("docket.expand", ticket.clone(), choice).await;
        assert_eq!(told["state"], "waiting", "{told:#}");
    }
    assert_eq!((shop.n_tickets(), shop.model.asked().await.len()), (1, 1));
    let told = shop
        .decided("docket.expand", ticket.clone(), Some("Accept"))
        .await;
    assert_eq!(told["state"], "accepted", "{told:#}");
    assert!(
        told["diff"]
            .as_str()
            .unwrap()
            .contains("+title: Lock accounts")
    );
    assert_eq!((shop.n_tickets(), shop.model.asked().await.len()), (3, 1));
    // Accepted, it is no proposal any more.
    let again = json!({ "proposal": told["id"] });
    let error = shop.call("docket.accept", again).await.unwrap_err();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("accepted already"),
        "{error}"
    );

    let by_rule = json!({ "ticket": "T-7k3f", "noModel": true });
    let told = shop
        .decided("docket.estimate", by_rule.clone(), Some("Refuse"))
        .await;
    assert_eq!(told["state"], "refused");
    let error = shop.call("docket.estimate", by_rule).await.unwrap_err();
    assert!(
        error["message"].as_str().unwrap().contains("refused"),
        "{error}"
    );
    assert!(!shop.it.project.read(TICKET).contains("estimate"));
    for (command, argument, says) in [
        ("docket.expand", json!({ "ticket": "T-9x2m" }), "no ticket"),
        ("docket.expand", json!({ "what": 1 }), "ticket"),
        ("docket.update", json!({ "of": "T-7k3f" }), "out of line"),
        (
            "docket.refuse",
            json!({ "proposal": "P-9999" }),
            "no proposal",
        ),
    ] {
        let error = shop.call(command, argument).await.unwrap_err();
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(says), "{error}");
    }
    shop.it.client.finish().await;
}

#[tokio::test]
async fn what_waits_is_accepted_by_a_code_action_that_says_a_model_wrote_it() {
    let tags = json!({ "valueSet": [1] });
    let can = full_but(&[("/textDocument/codeAction/tagSupport", tags)]);
    let mut shop = Shop::new(can).await;
    shop.it.open(TICKET).await;
    let titles = |actions: &[Value]| -> Vec<String> {
        let titles = actions.iter().map(|it| it["title"].as_str().unwrap());
        titles.map(str::to_owned).collect()
    };
    let offered = titles(&shop.actions(TICKET, 2).await);
    assert!(
        offered.contains(&"Split into parts".to_owned()),
        "{offered:?}"
    );
    assert!(
        offered.contains(&"Estimate its size".to_owned()),
        "{offered:?}"
    );
    shop.model
        .answers(&json!({ "points": 5, "reasons": ["It locks."] }))
        .await;
    let waits = json!({ "ticket": "T-7k3f", "dryRun": true });
    let told = shop.call("docket.estimate", waits).await.unwrap();
    let id = told["proposal"]["id"].as_str().unwrap().to_owned();
    let actions = shop.actions(TICKET, 2).await;
    let accept = actions
        .iter()
        .find(|it| it["title"] == format!("Accept {id}: Estimate T-7k3f at 5"))
        .unwrap_or_else(|| panic!("{:?}", titles(&actions)));
    assert_eq!(accept["tags"], json!([1]));
    let annotations = accept["edit"]["changeAnnotations"].as_object().unwrap();
    assert!(
        annotations
            .values()
            .all(|it| it["needsConfirmation"] == true)
    );
    // The editor carries the edit out itself, then says so.
    let argument = accept["command"]["arguments"][0].clone();
    assert_eq!(argument["made"], true);
    let told = shop.call("docket.accept", argument).await.unwrap();
    assert_eq!(told["proposal"]["state"], "accepted");
    let waiting = shop.call("docket.proposals", json!({})).await.unwrap();
    assert_eq!(waiting["proposals"], json!([]));
    shop.it.client.finish().await;
}

#[tokio::test]
async fn a_sentence_that_changed_is_followed_by_a_model() {
    let mut shop = Shop::new(json!({ "workspace": { "textDocumentContent": {} }, "textDocument": { "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } } } })).await;
    shop.call("docket.plan", json!({ "yes": true, "noModel": true }))
        .await
        .unwrap();
    let brief = ".docs/brief.md";
    shop.it.open(brief).await;
    let uri = shop.it.project.uri(brief);
    shop.it
        .client
        .edit(&uri, 2, Some([4, 23, 4, 31]), "passkey")
        .await;
    let requirements = ".docs/requirements.md";
    shop.it.open(requirements).await;
    shop.it.settle().await;
    let line = |text: &str, what: &str| text.lines().position(|it| it.contains(what)).unwrap();
    let at = line(&shop.it.project.read(requirements), "from: brief.md");
    let actions = shop.actions(requirements, at as u32).await;
    let update = actions
        .iter()
        .find(|it| it["title"] == "Update from this change");
    let update = update.unwrap_or_else(|| panic!("{actions:#?}"));
    assert!(update["tags"].is_null(), "its client knows no tags");
    let argument = update["command"]["arguments"][0].clone();
    let edit = json!({ "old": "with a password", "new": "with a passkey" });
    shop.model
        .answers(&json!({ "edits": [edit], "title": "Users sign in with a passkey", "reason": "Passkeys." }))
        .await;
    let mut waits = argument;
    waits["dryRun"] = json!(true);
    let told = shop.call("docket.update", waits).await.unwrap()["proposal"].clone();
    let sent = shop.model.asked().await[0].to_string();
    // What is typed, and what the disk still has.
    assert!(
        sent.contains("passkey") && sent.contains("with a password"),
        "{sent}"
    );
    let diff = told["diff"].as_str().unwrap();
    assert!(diff.contains("+Users sign in with a passkey"), "{diff}");
    assert_eq!(told["cost"], "$0.0012");
    let page =
        json!({ "uri": format!("docket://x/proposals/{}.md", told["id"].as_str().unwrap()) });
    let error = shop
        .it
        .client
        .try_request("workspace/textDocumentContent", page)
        .await;
    assert!(error.is_err(), "of another project");
    shop.it.client.finish().await;
}

#[tokio::test]
async fn a_request_that_is_cancelled_hangs_up_and_costs_nothing_further() {
    let mut shop = Shop::new(json!({})).await;
    shop.model
        .answers_after(&parts(), Duration::from_secs(30))
        .await;
    let params = json!({ "command": "docket.expand", "arguments": [{ "ticket": "T-7k3f" }] });
    let client = &mut shop.it.client;
    let id = client.post("workspace/executeCommand", params).await;
    while shop.model.asked().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let began = Instant::now();
    client.notify("$/cancelRequest", json!({ "id": id })).await;
    client.answer(id).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(10));
    let waiting = shop.call("docket.proposals", json!({})).await.unwrap();
    assert_eq!(waiting["proposals"], json!([]));
    shop.it.client.finish().await;
}

/// By then the server believes its watcher, and asks for no stamp of its own accord.
#[tokio::test]
async fn a_question_is_packed_by_what_a_file_says_since_its_last_edit() {
    let mut shop = Shop::new(json!({})).await;
    shop.it.project.write("src/door.rs", "fn open() {}\n");
    shop.model.answers(&parts()).await;
    // Stamps of the last two seconds are asked for in any case.
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    let ask = json!({ "ticket": "T-7k3f", "dryRun": true });
    let shown = |asked: Vec<Value>| {
        asked
            .iter()
            .any(|it| it.to_string().contains("src/door.rs"))
    };
    for _ in 0..2 {
        shop.call("docket.expand", ask.clone()).await.unwrap();
    }
    assert!(!shown(shop.model.asked().await));
    shop.model.answers(&parts()).await;
    let project = &shop.it.project;
    project.write("src/door.rs", "fn password() {}\n");
    let until = Instant::now() + Duration::from_secs(60);
    while !shown(shop.model.asked().await) {
        assert!(Instant::now() < until, "the edit was never seen");
        shop.call("docket.expand", ask.clone()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shop.it.client.finish().await;
}

/// A page, what was made of it, and a sentence that has changed since.
async fn planned() -> Shop {
    let mut shop = Shop::new(full_but(&[])).await;
    shop.call("docket.plan", json!({ "yes": true, "noModel": true }))
        .await
        .unwrap();
    let brief = ".docs/brief.md";
    shop.it.open(brief).await;
    let uri = shop.it.project.uri(brief);
    let end = [4, 33, 4, 33];
    shop.it.client.edit(&uri, 2, Some(end), " or a key").await;
    shop
}

#[tokio::test]
async fn an_edit_says_before_it_is_saved_what_it_left_behind_and_for_how_much() {
    let mut shop = planned().await;
    let uri = shop.it.project.uri(".docs/brief.md");
    let params = json!({ "textDocument": { "uri": uri } });
    let lenses = shop
        .it
        .client
        .request("textDocument/codeLens", params)
        .await;
    let title = lenses[0]["command"]["title"].as_str().unwrap();
    assert!(
        title.starts_with("2 outdated by this; in line again for about $0.0"),
        "{lenses:#}"
    );
    assert_eq!(lenses[0]["range"]["start"]["line"], 4);
    let reference = lenses[0]["command"]["arguments"][0].clone();
    let shown = shop.call("docket.applyAction", reference).await.unwrap();
    assert_eq!(shown["locations"].as_array().unwrap().len(), 2, "{shown:#}");
    let told = shop.call("docket.align", json!({})).await.unwrap();
    // The ticket is asked about when its requirement is in line.
    assert_eq!(told["cost"]["updates"], 1, "{told:#}");
    assert_eq!(told["cost"]["model"], "stub/m");
    assert!(shop.model.asked().await.is_empty());
    shop.it.client.finish().await;
}

#[tokio::test]
async fn a_save_is_reviewed_where_that_is_switched_on_and_what_comes_of_it_waits() {
    let mut shop = planned().await;
    let uri = shop.it.project.uri(".docs/brief.md");
    let save = json!({ "textDocument": { "uri": uri } });
    shop.it
        .client
        .notify("textDocument/didSave", save.clone())
        .await;
    shop.it.settle().await;
    assert!(shop.model.asked().await.is_empty(), "it is off by default");

    let config = shop
        .model
        .config()
        .replace("[ai]\n", "[ai]\nreview-on-save = true\n");
    shop.it.project.write(".docs/docket.toml", &config);
    let config =
        json!({ "changes": [{ "uri": shop.it.project.uri(".docs/docket.toml"), "type": 2 }] });
    shop.it
        .client
        .notify("workspace/didChangeWatchedFiles", config)
        .await;
    let answer = json!({
        "edits": [{ "old": "Users sign in with a password", "new": "Users sign in with a password or a key" }],
        "title": null,
        "reason": "A key is as good as a password now."
    });
    shop.model.answers(&answer).await;
    shop.it
        .client
        .ignored
        .push("window/workDoneProgress/create");
    shop.it.client.ignored.push("$/progress");
    // Each save is reviewed, until one comes after the configuration was read; the next finds that
    // it waits, and asks nobody.
    let mut told = Value::Null;
    for _ in 0..40 {
        shop.it
            .client
            .notify("textDocument/didSave", save.clone())
            .await;
        told = shop.call("docket.proposals", json!({})).await.unwrap();
        if told["proposals"][0].is_object() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let is_said = |it: &Value| it["method"] == "window/showMessage";
    let said = shop.it.client.wait("what is proposed", is_said).await;
    let said = said["params"]["message"].as_str().unwrap();
    assert!(said.contains("light bulb"), "{said}");
    let proposal = &told["proposals"][0];
    assert_eq!(proposal["verb"], "align", "{told:#}");
    assert_eq!(proposal["state"], "waiting");
    let diff = proposal["diff"].as_str().unwrap();
    assert!(diff.contains("or a key"), "{diff}");
    assert_eq!(
        shop.model.asked().await.len(),
        1,
        "asked once for all saves"
    );
    shop.it.client.finish().await;
}
