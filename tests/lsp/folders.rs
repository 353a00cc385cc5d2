//! Commands of several projects in one session: which of them each speaks of.

use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::model::ModelServer;
use crate::support::project::Project;

/// A requirement of the same id in each, a ticket of its own in each, all out of line.
fn fixture() -> String {
    let of = |folder: &str, ticket: &str| {
        format!(
            "\
//- /{folder}/.docs/requirements.md
# Requirements

## R-4k2p Whistle
<!-- from: brief.md#must@00000000 -->

Loudly.
//- /{folder}/.docs/brief.md
# Kettle {folder}

## Must

- Whistle
//- /{folder}/.docs/tickets/{ticket}-whistle.md
---
id: {ticket}
title: Whistle in {folder}
from: [R-4k2p@00000000]
---

- [ ] It whistles
"
        )
    };
    of("one", "T-7k3f") + &of("two", "T-9x2m")
}

struct Folders {
    _state: tempfile::TempDir,
    project: Project,
    client: Client,
}

impl Folders {
    async fn open(project: Project) -> Self {
        let state = tempfile::tempdir().unwrap();
        let env = env(&project.root()).with_var("XDG_STATE_HOME", &state.path().to_string_lossy());
        let mut client = Client::start(env);
        client.ignored.push("textDocument/publishDiagnostics");
        client.ignored.push("window/showDocument");
        client.initialize(full(), &project.uri("one")).await;
        let added = json!([{ "uri": project.uri("two"), "name": "two" }]);
        let event = json!({ "event": { "added": added, "removed": [] } });
        client
            .notify("workspace/didChangeWorkspaceFolders", event)
            .await;
        Self {
            _state: state,
            project,
            client,
        }
    }

    async fn try_call(&mut self, command: &str, argument: Value) -> Result<Value, String> {
        let params = json!({ "command": command, "arguments": [argument] });
        let answer = self.client.try_request("workspace/executeCommand", params);
        answer
            .await
            .map_err(|it| it["message"].as_str().unwrap().to_owned())
    }

    async fn call(&mut self, command: &str, argument: Value) -> Value {
        self.try_call(command, argument).await.unwrap()
    }

    /// What is out of line: in which project, and what.
    async fn outdated(&mut self, argument: Value) -> Vec<String> {
        let told = self.call("docket.align", argument).await;
        let rows = told["outdated"].as_array().unwrap().iter();
        let of = |row: &Value| {
            let is_it = |it: &&str| row["root"] == self.project.uri(it);
            let folder = ["one", "two"].into_iter().find(|it| is_it(it));
            format!("{} {}", folder.unwrap(), row["of"].as_str().unwrap())
        };
        rows.map(of).collect()
    }
}

#[tokio::test]
async fn what_is_out_of_line_is_told_of_every_project() {
    let mut it = Folders::open(Project::new(&fixture())).await;
    let all = ["one R-4k2p", "one T-7k3f", "two R-4k2p", "two T-9x2m"];
    assert_eq!(it.outdated(json!({})).await, all);
    let of = json!({ "of": "r-4k2p" });
    assert_eq!(it.outdated(of).await, ["one R-4k2p", "two R-4k2p"]);
    let told = it.call("docket.align", json!({})).await;
    let of_project = |name: &str| {
        let root = it.project.uri(name);
        json!({ "root": root, "name": name, "cost": null, "dismissed": 0 })
    };
    let projects = json!([of_project("one"), of_project("two")]);
    assert_eq!(told["projects"], projects);
    assert!(told.get("cost").is_none(), "{told:#}");

    // Of a folder or a file it is what that project says.
    let two = it.project.uri("two");
    let file = it.project.uri("two/.docs/tickets/T-9x2m-whistle.md");
    for (argument, n) in [
        (json!({ "uri": two }), 2),
        (json!({ "root": two }), 2),
        (json!({ "uri": file }), 1),
    ] {
        let told = it.call("docket.align", argument).await;
        let rows = told["outdated"].as_array().unwrap();
        assert_eq!(rows.len(), n, "{told:#}");
        assert_eq!(rows[n - 1]["of"], "T-9x2m");
        assert!(rows[n - 1].get("root").is_none(), "{told:#}");
        assert_eq!(told["cost"], Value::Null);
        assert!(told.get("projects").is_none(), "{told:#}");
    }
    it.client.finish().await;
}

#[tokio::test]
async fn a_record_is_changed_in_the_project_that_has_it() {
    let path = "two/.docs/tickets/T-9x2m-whistle.md";
    let project = Project::new(&fixture());
    // Its digest is left out.
    let text = project.read("one/.docs/tickets/T-7k3f-whistle.md");
    let bare = text.replace("@00000000", "").replace("T-7k3f", "T-2b7q");
    project.write("one/.docs/tickets/T-2b7q-bare.md", &bare);
    project.write(
        "two/.docs/tickets/T-5n8c-bare.md",
        &bare.replace("T-2b7q", "T-5n8c"),
    );
    let mut it = Folders::open(project).await;
    let dismiss = json!({ "of": "T-9x2m", "dismiss": true });
    it.call("docket.align", dismiss).await;
    let told = it.call("docket.align", json!({})).await;
    assert_eq!(told["dismissed"], 1);
    let of_each = [0, 1].map(|nth| told["projects"][nth]["dismissed"].clone());
    assert_eq!(of_each, [json!(0), json!(1)]);
    let left = it.outdated(json!({})).await;
    assert!(!left.contains(&"two T-9x2m".to_owned()), "{left:?}");
    let restore = json!({ "of": "T-9x2m", "restore": true });
    it.call("docket.align", restore).await;
    let again = it.outdated(json!({ "of": "T-9x2m" })).await;
    assert_eq!(again, ["two T-9x2m"]);

    let valid = json!({ "of": "t-9X2m", "stillValid": true });
    let told = it.call("docket.align", valid).await;
    assert_eq!(told["changed"], json!([it.project.uri(path)]));
    let projects = told["projects"].as_array().unwrap();
    assert_eq!(projects.len(), 1, "{told:#}");
    assert_eq!(projects[0]["name"], "two");
    assert!(!it.project.read(path).contains("@00000000"));

    let record = json!({ "of": "T-5n8c", "record": true });
    let told = it.call("docket.align", record).await;
    let file = it.project.uri("two/.docs/tickets/T-5n8c-bare.md");
    assert_eq!(told["changed"], json!([file]));
    assert_eq!(it.project.read("one/.docs/tickets/T-2b7q-bare.md"), bare);

    let which = "Several projects are open (one, two): say which by `uri`, or a ticket or requirement by `of`.";
    let what =
        "Say what is still valid, or dismissed: a file by `uri`, a ticket or requirement by `of`.";
    for (argument, says) in [
        (
            json!({ "of": "R-4k2p", "stillValid": true }),
            "Several projects have R-4k2p (one, two): say which by `uri`.",
        ),
        (
            json!({ "of": "T-2222", "dismiss": true }),
            "No ticket or requirement has the id T-2222.",
        ),
        (json!({ "record": true }), which),
        (json!({ "restore": true }), which),
        (json!({ "stillValid": true }), what),
    ] {
        let said = it.try_call("docket.align", argument).await.unwrap_err();
        assert_eq!(said, says);
    }
    it.client.finish().await;
}

#[tokio::test]
async fn a_ticket_is_planned_in_the_project_that_has_it() {
    let mut it = Folders::open(Project::new(&fixture())).await;
    let told = it.call("docket.plan", json!({ "ticket": "t-9x2m" })).await;
    let title = &told["plan"]["requirements"][0]["title"];
    assert_eq!(title, "Whistle in two", "{told:#}");
    // Where nothing is named it is the first one's brief.
    let told = it.call("docket.plan", json!({})).await;
    assert_eq!(told["plan"]["page"], ".docs/brief.md");
    let said = it.try_call("docket.plan", json!({ "ticket": "T-2222" }));
    let said = said.await.unwrap_err();
    assert!(said.contains("T-2222"), "{said}");
    it.client.finish().await;
}

#[tokio::test]
async fn a_model_plans_in_the_project_that_has_the_ticket() {
    let model = ModelServer::start().await;
    let project = Project::new(&fixture());
    project.write("two/.docs/docket.toml", &model.config());
    let requirement = json!({ "title": "The kettle whistles", "text": "It is heard.", "quote": "It whistles",
        "kind": "wanted", "criteria": ["It whistles"], "priority": null, "estimate": null, "after": [] });
    let spec = json!({ "requirements": [requirement], "users": [], "entities": [],
        "components": [], "questions": [] });
    model.answers(&spec).await;
    let mut it = Folders::open(project).await;
    // The first one names no model.
    let told = it.call("docket.plan", json!({ "ticket": "T-7k3f" })).await;
    assert!(told.get("proposal").is_none(), "{told:#}");
    let argument = json!({ "ticket": "T-9x2m", "yes": true });
    let told = it.call("docket.plan", argument).await;
    assert_eq!(told["proposal"]["state"], "accepted", "{told:#}");
    assert_eq!(model.asked().await.len(), 1);
    let n_tickets = |folder: &str| {
        let folder = it.project.root().join(folder).join(".docs/tickets");
        std::fs::read_dir(folder).unwrap().count()
    };
    assert_eq!((n_tickets("one"), n_tickets("two")), (1, 2));
    it.client.finish().await;
}
