//! What an editor's views ask: rows of tickets and TODOs, one card, and when to ask again.

use serde_json::{Value, json};

use crate::cli::git;
use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /a.rs
// TODO(T-7k3f): linked
// FIXME!: \u{1F980} spans lines
//   and goes on
// TODO(T-2222, @ben): of nobody
fn main() {}
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
status: in-progress
assignees: [ana]
depends-on: [T-9x2m, T-4444]
due: 2026-11-01
---

Why.

## Acceptance criteria

- [x] one
- [ ] two
//- /.docs/tickets/T-9x2m-old.md
---
id: T-9x2m
title: Old work
status: done
---
//- /.docs/tickets/T-4444-odd.md
---
id: T-4444
title: Odd
status: somewhere
priority: high
---
";

/// A client that has views.
fn viewing() -> Value {
    let mut caps = full();
    caps["experimental"] = json!({ "docket": { "changed": true } });
    caps
}

async fn start(capabilities: Value) -> (Project, Client) {
    let project = Project::new(PROJECT);
    let env = env(&project.root()).with_var("DOCKET_USER", "ana");
    let mut client = Client::start(env);
    client.initialize(capabilities, &project.uri("")).await;
    client.ignored.push("docket/changed");
    // Rows do not wait for the index; this does.
    client
        .request(
            "workspace/executeCommand",
            json!({ "command": "docket.status" }),
        )
        .await;
    (project, client)
}

async fn command(client: &mut Client, name: &str, argument: Value) -> Result<Value, Value> {
    let params = json!({ "command": name, "arguments": [argument] });
    client.try_request("workspace/executeCommand", params).await
}

#[tokio::test]
async fn tickets_come_as_rows_with_their_columns() {
    let (project, mut client) = start(full()).await;
    let answer = client.request("docket/tickets", json!({})).await;
    let found = &answer["projects"][0];
    assert_eq!(found["root"], project.uri("").trim_end_matches('/'));
    assert_eq!(found["complete"], true);
    let statuses: Vec<_> = found["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        statuses,
        [
            "backlog",
            "todo",
            "in-progress",
            "review",
            "done",
            "dropped",
            "somewhere"
        ]
    );
    assert_eq!(found["statuses"][6]["known"], false);
    let tickets = found["tickets"].as_array().unwrap();
    let ids: Vec<_> = tickets
        .iter()
        .map(|it| it["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["T-4444", "T-7k3f", "T-9x2m"]);
    let ticket = &tickets[1];
    assert_eq!(ticket["kind"], "active");
    assert_eq!(ticket["waitsFor"], json!(["T-4444"]));
    assert_eq!(ticket["criteria"], json!({ "done": 1, "total": 2 }));
    assert_eq!(
        (&ticket["todos"], &ticket["overdue"]),
        (&json!(1), &json!(true))
    );
    // Overdue, and active while it waits.
    assert_eq!(ticket["troubles"], 2);
    assert_eq!(tickets[2]["overdue"], false);

    let known = json!({ "previousResultId": answer["resultId"] });
    let again = client.request("docket/tickets", known.clone()).await;
    assert_eq!(
        (&again["projects"], &again["resultId"]),
        (&Value::Null, &answer["resultId"])
    );
    command(
        &mut client,
        "docket.setStatus",
        json!({ "ticket": "T-7k3f", "status": "done" }),
    )
    .await
    .unwrap();
    let after = client.request("docket/tickets", known).await;
    assert_eq!(after["projects"][0]["tickets"][1]["status"], "done");
    client.finish().await;
}

#[tokio::test]
async fn todos_come_with_their_place_and_their_ticket() {
    let (project, mut client) = start(full()).await;
    let answer = client.request("docket/todos", json!({})).await;
    let todos = answer["projects"][0]["todos"].as_array().unwrap().clone();
    assert_eq!(todos.len(), 3, "{answer:#}");
    assert_eq!(answer["projects"][0]["keywords"][0], "TODO");
    let first = &todos[0];
    assert_eq!(
        (&first["ticket"], &first["title"], &first["kind"]),
        (&json!("T-7k3f"), &json!("Parse bodies"), &json!("active"))
    );
    assert_eq!(first["people"], json!(["ana"]));
    assert_eq!(first["trouble"], false);
    assert_eq!(todos[1]["keyword"], "FIXME");
    assert_eq!(
        (&todos[1]["priority"], &todos[1]["rules"]),
        (&json!("high"), &json!(["untracked-todo"]))
    );
    assert_eq!(
        todos[1]["keywordRange"],
        json!({ "start": { "line": 1, "character": 3 }, "end": { "line": 1, "character": 8 } })
    );
    assert_eq!(todos[1]["range"]["end"]["line"], 2);
    assert_eq!(
        (&todos[2]["people"], &todos[2]["trouble"]),
        (&json!(["ben"]), &json!(true))
    );

    // Of one document: its text of this moment, unsaved.
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", &project.read("a.rs")).await;
    client
        .edit(&uri, 2, Some([0, 0, 0, 0]), "// HACK: typed\n")
        .await;
    let answer = client.request("docket/todos", json!({ "uri": uri })).await;
    assert_eq!(
        (
            &answer["version"],
            &answer["projects"][0]["todos"][0]["keyword"]
        ),
        (&json!(2), &json!("HACK"))
    );
    let outside = client
        .request("docket/todos", json!({ "uri": "untitled:Untitled-1" }))
        .await;
    assert_eq!(outside["projects"], json!([]));
    client.finish().await;
}

#[tokio::test]
async fn todos_have_their_day_and_are_new_where_git_says_so() {
    let project = Project::new("//- /.docs/docket.toml\n//- /a.rs\n// TODO: old\n// TODO: same\n");
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "."]);
    let day = "2026-01-02T12:00:00+0000";
    git(&project, &["commit", "-qm", "one", "--date", day]);
    git(&project, &["checkout", "-qb", "topic"]);
    project.write(
        "a.rs",
        "// TODO: new\n// TODO: old\n// TODO: same\n// TODO: same\n",
    );
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let status = json!({ "command": "docket.status" });
    client.request("workspace/executeCommand", status).await;
    let row = |it: &Value| (it["text"].clone(), it["since"].clone(), it["new"].clone());
    let asked = client
        .request("docket/todos", json!({ "history": true }))
        .await;
    let todos = asked["projects"][0]["todos"].as_array().unwrap();
    let rows: Vec<_> = todos.iter().map(row).collect();
    let day = json!("2026-01-02");
    assert_eq!(
        rows,
        [
            (json!("new"), json!(null), json!(true)),
            (json!("old"), day.clone(), json!(false)),
            (json!("same"), day, json!(false)),
            (json!("same"), json!(null), json!(true)),
        ]
    );
    // Nobody waits for git who did not ask.
    let plain = client.request("docket/todos", json!({})).await;
    let first = &plain["projects"][0]["todos"][0];
    assert_eq!(row(first), (json!("new"), json!(null), json!(null)));
    client.finish().await;
}

#[tokio::test]
async fn a_card_has_the_body_the_criteria_and_the_todos() {
    let (project, mut client) = start(full()).await;
    let card = &client
        .request("docket/ticket", json!({ "ticket": "t-7k3f" }))
        .await["card"];
    assert_eq!(card["ticket"]["id"], "T-7k3f");
    let body = card["body"].as_str().unwrap();
    assert!(body.trim_start().starts_with("Why."), "{body}");
    let text = project.read(".docs/tickets/T-7k3f-parse.md");
    let line = |of: &str| text.lines().position(|it| it == of).unwrap();
    assert_eq!(
        card["criteria"][1],
        json!({ "done": false, "text": "two", "line": line("- [ ] two") })
    );
    let body_line = card["bodyLine"].as_u64().unwrap() as usize;
    assert_eq!(text.lines().nth(body_line), body.lines().next());
    assert_eq!(card["todos"][0]["path"], "a.rs");
    let root = json!({ "ticket": "T-7k3f", "root": "file:///elsewhere" });
    assert_eq!(
        client.request("docket/ticket", root).await["card"],
        Value::Null
    );
    assert_eq!(
        client
            .request("docket/ticket", json!({ "ticket": "T-2222" }))
            .await["card"],
        Value::Null
    );
    client.finish().await;
}

#[tokio::test]
async fn views_change_tickets_by_commands() {
    let (project, mut client) = start(full()).await;
    let path = ".docs/tickets/T-7k3f-parse.md";
    let set = json!({ "ticket": "T-7k3f", "root": project.uri(""), "fields": { "parent": "T-9x2m", "assignees": "@ben, ana", "due": "" } });
    let answer = command(&mut client, "docket.set", set).await.unwrap();
    assert_eq!(answer["changed"], json!([project.uri(path)]));
    let text = project.read(path);
    assert!(
        text.contains("\nparent: T-9x2m\n")
            && text.contains("assignees: [ben, ana]")
            && !text.contains("due:"),
        "{text}"
    );

    let tick = |criterion: usize, done: bool| json!({ "ticket": "T-7k3f", "criterion": criterion, "done": done });
    command(&mut client, "docket.toggleCriterion", tick(1, true))
        .await
        .unwrap();
    assert!(project.read(path).contains("- [x] two"));
    let same = command(&mut client, "docket.toggleCriterion", tick(1, true))
        .await
        .unwrap();
    assert_eq!(same["changed"], json!([]));

    let refused =
        |it: Result<Value, Value>| it.unwrap_err()["message"].as_str().unwrap().to_owned();
    let gone = refused(command(&mut client, "docket.toggleCriterion", tick(7, true)).await);
    assert!(gone.contains("no such acceptance criterion"), "{gone}");
    let fields = |name: &str, value: &str| json!({ "ticket": "T-7k3f", "fields": { name: value } });
    let id = refused(command(&mut client, "docket.set", fields("id", "T-3333")).await);
    assert!(id.contains("references to it would break"), "{id}");
    let typo = refused(command(&mut client, "docket.set", fields("prioriti", "high")).await);
    assert!(typo.contains("did you mean `priority`?"), "{typo}");
    client.finish().await;
}

#[tokio::test]
async fn a_client_with_views_is_told_when_to_ask_again() {
    let (project, mut client) = start(viewing()).await;
    client.ignored.retain(|it| *it != "docket/changed");
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", "// TODO: other\n").await;
    let revision = |it: Value| it["revision"].as_u64().unwrap();
    let mut first = revision(client.expect("docket/changed").await);
    loop {
        let answer = client.request("docket/todos", json!({})).await;
        if answer["projects"][0]["todos"][0]["text"] == "other" {
            break;
        }
        let next = revision(client.expect("docket/changed").await);
        assert!(next > first, "{next} after {first}");
        first = next;
    }
    client.ignored.push("docket/changed");
    client.finish().await;
}

#[tokio::test]
async fn a_command_counts_what_was_typed_in_the_ticket_a_moment_ago() {
    let (project, mut client) = start(full()).await;
    let path = ".docs/tickets/T-7k3f-parse.md";
    let (uri, text) = (project.uri(path), project.read(path));
    client.open(&uri, "markdown", &text).await;
    let line = text
        .lines()
        .position(|it| it.starts_with("status:"))
        .unwrap() as u32;
    client
        .edit(&uri, 2, Some([line, 8, line, 19]), "review")
        .await;
    let back = json!({ "ticket": "T-7k3f", "status": "in-progress", "root": project.uri("") });
    let answer = command(&mut client, "docket.setStatus", back)
        .await
        .unwrap();
    assert_eq!(answer["changed"], json!([uri]));
    let asked = client.expect("workspace/applyEdit").await;
    let change = &asked["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 2);
    assert_eq!(change["edits"][0]["newText"], "in-progress");
    client.finish().await;
}
