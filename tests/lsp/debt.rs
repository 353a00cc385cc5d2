//! What a branch brings, in the editor: only that shown, and linked to the branch's ticket at once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cli::git;
use crate::support::client::{Client, env, full};
use crate::support::editor::apply;
use crate::support::project::Project;

const TICKET: &str = ".docs/tickets/T-7k3f-ring.md";

/// A branch of T-7k3f that has added, moved and edited TODOs.
fn project(config: &str) -> Project {
    let project = Project::new(&format!(
        "//- /.docs/docket.toml\n{config}//- /{TICKET}\n---\nid: T-7k3f\ntitle: Ring the bell\n---\n\
         //- /a.rs\n// TODO: an old one\n// TODO: wanders off\n//- /b.rs\nfn b() {{}}\n"
    ));
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "one"]);
    git(&project, &["switch", "-qc", "T-7k3f-ring-the-bell"]);
    project.write(
        "a.rs",
        "// FIXME: brand new\n\nfn a() {}\n// TODO: an old one\n",
    );
    git(&project, &["commit", "-qam", "two"]);
    project.write(
        "b.rs",
        "// TODO: wanders off\n// TODO(@ana): not even committed\n",
    );
    project
}

/// Messages of findings, by file.
fn shown(report: &Value) -> BTreeMap<String, Vec<String>> {
    let files = report["items"].as_array().unwrap().iter();
    let of_file = |it: &Value| {
        let lines = it["items"].as_array()?.iter();
        let lines = lines.map(|it| {
            let line = it["range"]["start"]["line"].as_u64().unwrap();
            format!("{line} {}", it["code"].as_str().unwrap())
        });
        let name = it["uri"].as_str()?.rsplit('/').next()?.to_owned();
        Some((name, lines.collect::<Vec<_>>()))
    };
    files
        .filter_map(of_file)
        .filter(|it| !it.1.is_empty())
        .collect()
}

async fn all(client: &mut Client) -> BTreeMap<String, Vec<String>> {
    let asked = json!({ "previousResultIds": [] });
    shown(&client.request("workspace/diagnostic", asked).await)
}

async fn call(client: &mut Client, command: &str, argument: Value) -> Result<Value, Value> {
    let params = json!({ "command": command, "arguments": [argument] });
    client.try_request("workspace/executeCommand", params).await
}

#[tokio::test]
async fn only_new_findings_are_shown_where_the_project_wants_it() {
    let project = project("[display]\nonly-new = true\nbase = \"main\"\n");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let new = BTreeMap::from([
        ("a.rs".to_owned(), vec!["0 untracked-todo".to_owned()]),
        ("b.rs".to_owned(), vec!["1 untracked-todo".to_owned()]),
    ]);
    assert_eq!(all(&mut client).await, new);
    // One document says the same as the whole; what came from another file is not new.
    let uri = project.uri("b.rs");
    client.open(&uri, "rust", &project.read("b.rs")).await;
    let document = json!({ "textDocument": { "uri": uri } });
    let report = client
        .request("textDocument/diagnostic", document.clone())
        .await;
    let lines: Vec<_> = report["items"].as_array().unwrap().iter().collect();
    assert_eq!(lines.len(), 1, "{report}");
    assert_eq!(lines[0]["range"]["start"]["line"], 1);
    // And the same as the terminal.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_docket"))
        .args(["check", "--since", "main", "--json"])
        .current_dir(project.root())
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told: Vec<_> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["path"].as_str().unwrap(), it["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("a.rs", 1), ("b.rs", 2)]);
    // A new one that is typed is shown at once.
    client.edit(&uri, 2, None, "// TODO: typed\n").await;
    let report = client.request("textDocument/diagnostic", document).await;
    assert_eq!(report["items"].as_array().unwrap().len(), 1);
    client.finish().await;
}

#[tokio::test]
async fn a_command_shows_the_new_ones_alone_and_all_again() {
    let project = project("");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let everything = all(&mut client).await;
    assert_eq!(everything["a.rs"].len() + everything["b.rs"].len(), 4);
    let told = call(&mut client, "docket.toggleNew", json!({}))
        .await
        .unwrap();
    assert_eq!(told["onlyNew"], true);
    assert_eq!(told["base"]["revision"], "main");
    assert_eq!(
        told["base"]["commit"],
        git(&project, &["rev-parse", "main"])
    );
    let new = all(&mut client).await;
    assert_eq!(new["a.rs"].len() + new["b.rs"].len(), 2);
    // Against the commit of the branch only what is not committed is new.
    let head = json!({ "onlyNew": true, "base": "HEAD" });
    call(&mut client, "docket.toggleNew", head).await.unwrap();
    let new = all(&mut client).await;
    assert_eq!((new.get("a.rs"), new["b.rs"].len()), (None, 2));
    let refused = json!({ "onlyNew": true, "base": "nonsense" });
    let error = call(&mut client, "docket.toggleNew", refused)
        .await
        .unwrap_err();
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("`nonsense` names no commit"), "{message}");
    assert_eq!(all(&mut client).await, new, "as before");
    let told = call(&mut client, "docket.toggleNew", json!({}))
        .await
        .unwrap();
    assert_eq!(
        (&told["onlyNew"], &told["base"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(all(&mut client).await, everything);
    client.finish().await;
}

#[tokio::test]
async fn a_client_that_does_not_pull_is_told_what_is_left() {
    let project = project("");
    let mut client = Client::start(env(&project.root()));
    client.initialize(json!({}), &project.uri("")).await;
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", &project.read("a.rs")).await;
    let published = |n: usize| {
        move |it: &Value| {
            let found = it["params"]["diagnostics"].as_array();
            it["method"] == "textDocument/publishDiagnostics"
                && found.is_some_and(|it| it.len() == n)
        }
    };
    client.wait("both findings", published(2)).await;
    call(&mut client, "docket.toggleNew", json!({ "uri": uri }))
        .await
        .unwrap();
    client.wait("the new one", published(1)).await;
    // An editor's settings say it as well; what a command said stays in force.
    let settings = json!({ "settings": { "docket": { "onlyNew": false } } });
    client
        .notify("workspace/didChangeConfiguration", settings)
        .await;
    call(&mut client, "docket.toggleNew", json!({ "onlyNew": false }))
        .await
        .unwrap();
    client.wait("both again", published(2)).await;
    client.finish().await;
}

#[tokio::test]
async fn without_git_everything_is_shown_and_the_command_says_why() {
    let project = Project::new(
        "//- /.docs/docket.toml\n[display]\nonly-new = true\n//- /a.rs\n// TODO: one\n",
    );
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    assert_eq!(all(&mut client).await["a.rs"].len(), 1);
    let error = call(&mut client, "docket.toggleNew", json!({ "onlyNew": true }))
        .await
        .unwrap_err();
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("git init"), "{message}");
    client.finish().await;
}

/// The action that links all new TODOs, asked for at the first line of `a.rs`.
async fn link_action(client: &mut Client, uri: &str) -> Option<Value> {
    let at = json!({ "line": 0, "character": 5 });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at },
        "context": { "diagnostics": [] } });
    let actions = client.request("textDocument/codeAction", params).await;
    let mut actions = actions.as_array().unwrap().iter();
    let is_it = |it: &&Value| it["title"].as_str().unwrap().contains("of this branch");
    actions.find(is_it).cloned()
}

#[tokio::test]
async fn all_new_todos_are_linked_to_the_ticket_of_the_branch_by_one_edit() {
    let project = project("");
    let uri = project.uri("a.rs");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    client.open(&uri, "rust", &project.read("a.rs")).await;
    all(&mut client).await;
    let action = link_action(&mut client, &uri).await.unwrap();
    assert_eq!(
        action["title"],
        "Link all 2 new TODOs of this branch to its ticket, T-7k3f"
    );
    let resolved = client.request("codeAction/resolve", action).await;
    let undo = apply(&project, &resolved["edit"], "utf-16");
    assert_eq!(
        project.read("a.rs"),
        "// FIXME(T-7k3f): brand new\n\nfn a() {}\n// TODO: an old one\n"
    );
    assert_eq!(
        project.read("b.rs"),
        "// TODO: wanders off\n// TODO(T-7k3f, @ana): not even committed\n"
    );
    crate::support::editor::undo(&project, undo);
    git(&project, &["switch", "-qc", "other"]);
    assert!(link_action(&mut client, &uri).await.is_none());
    client.finish().await;
}

#[tokio::test]
async fn a_client_with_nothing_links_them_by_a_command() {
    let project = project("");
    let uri = project.uri("a.rs");
    let mut client = Client::start(env(&project.root()));
    client.initialize(json!({}), &project.uri("")).await;
    client.ignored.push("textDocument/publishDiagnostics");
    let told = call(&mut client, "docket.linkNewTodos", json!({ "uri": uri }))
        .await
        .unwrap();
    assert_eq!(told["changed"].as_array().unwrap().len(), 2);
    assert!(
        project
            .read("a.rs")
            .starts_with("// FIXME(T-7k3f): brand new\n")
    );
    let error = call(&mut client, "docket.linkNewTodos", json!({ "uri": uri }))
        .await
        .unwrap_err();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("no TODO without a ticket is new"),
        "{message}"
    );
    git(&project, &["switch", "-qc", "other"]);
    let error = call(&mut client, "docket.linkNewTodos", json!({}))
        .await
        .unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("docket start"));
    client.finish().await;
}
