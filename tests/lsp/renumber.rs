//! Two branches have minted one id: a merge, one action, and every reference is right.

use serde_json::{Value, json};

use super::language::{Session, full_but};
use crate::support::client::{Client, env, full};
use crate::support::editor;
use crate::support::merged::{FILES, check, lines, merged, n_references, path_of_git};

/// A session in the merged repository, with one of the two tickets and some of what names it open.
async fn session(capabilities: Value, open: &[&str]) -> Session {
    let project = merged();
    let env = env(&project.root()).with_var("PATH", path_of_git().to_str().unwrap());
    let mut client = Client::start(env);
    let offered = client.initialize(capabilities, &project.uri("")).await;
    client.ignored.push("textDocument/publishDiagnostics");
    let mut it = Session {
        project,
        client,
        offered: offered["capabilities"].clone(),
    };
    for path in open {
        it.open(path).await;
    }
    it.settle().await;
    it
}

async fn actions(it: &mut Session, path: &str) -> Vec<Value> {
    let uri = it.project.uri(path);
    let pulled = it
        .client
        .request(
            "textDocument/diagnostic",
            json!({ "textDocument": { "uri": uri } }),
        )
        .await;
    let at = json!({ "line": 1, "character": 5 });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at },
        "context": { "diagnostics": pulled["items"] } });
    let actions = it.client.request("textDocument/codeAction", params).await;
    actions.as_array().cloned().unwrap_or_default()
}

async fn findings(it: &mut Session) -> Vec<Value> {
    let project = &it.project;
    let env = env(&project.root());
    let mut client = Client::start(env);
    client.initialize(full(), &project.uri("")).await;
    let report = client
        .request("workspace/diagnostic", json!({ "previousResultIds": [] }))
        .await;
    client.finish().await;
    let items = report["items"].as_array().unwrap().iter();
    items
        .flat_map(|it| it["items"].as_array().unwrap().clone())
        .collect()
}

#[tokio::test]
async fn one_action_mends_a_merge_with_one_id_twice() {
    let open = [FILES[0], "src/shared.rs", ".docs/scanning.md"];
    let mut it = session(full(), &open).await;
    assert!(
        n_references(&it.project) >= 80,
        "{}",
        n_references(&it.project)
    );
    let actions = actions(&mut it, FILES[0]).await;
    let action = actions
        .iter()
        .find(|it| it["title"].as_str().unwrap().contains("renumber"))
        .unwrap();
    assert_eq!(
        (&action["kind"], &action["isPreferred"]),
        (&json!("quickfix"), &json!(true))
    );
    assert_eq!(action["diagnostics"][0]["code"], "duplicate-id");
    let resolved = it
        .client
        .request("codeAction/resolve", action.clone())
        .await;
    let edit = &resolved["edit"];
    let annotations = edit["changeAnnotations"].as_object().unwrap();
    let mut labels: Vec<_> = annotations
        .values()
        .map(|it| it["label"].as_str().unwrap())
        .collect();
    labels.sort_unstable();
    assert_eq!(labels[..2], ["In code", "In tickets and pages"]);
    let operations = edit["documentChanges"].as_array().unwrap();
    let versions: Vec<_> = open
        .iter()
        .filter_map(|path| {
            let uri = it.project.uri(path);
            operations
                .iter()
                .find(|op| op["textDocument"]["uri"] == uri)
        })
        .map(|op| op["textDocument"]["version"].clone())
        .collect();
    assert_eq!(versions, [1, 1]);

    let before = lines(&it.project);
    let undo = editor::apply(&it.project, edit, "utf-16");
    let rename = operations.iter().find(|it| it["kind"] == "rename").unwrap();
    let name = rename["newUri"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap();
    let new = name.strip_suffix("-scan.md").unwrap();
    check(&it.project, new);
    assert_eq!(findings(&mut it).await, [] as [Value; 0]);
    editor::undo(&it.project, undo);
    assert_eq!(lines(&it.project), before);
    assert_eq!(findings(&mut it).await.len(), 2);
    it.client.finish().await;
}

#[tokio::test]
async fn a_bare_client_has_the_command_and_a_structured_answer() {
    let mut it = session(json!({}), &[]).await;
    let call = json!({ "command": "docket.renumber", "arguments": [{ "ticket": "T-7k3f" }] });
    let answer = it
        .client
        .request("workspace/executeCommand", call.clone())
        .await;
    let told = &answer["renumbered"];
    assert_eq!(told["kept"], it.project.uri(FILES[0]));
    assert_eq!(told["given"][0]["uri"], it.project.uri(FILES[1]));
    assert_eq!(told["undecided"], json!([]));
    check(&it.project, told["given"][0]["id"].as_str().unwrap());
    assert_eq!(findings(&mut it).await, [] as [Value; 0]);
    let again = it
        .client
        .try_request("workspace/executeCommand", call)
        .await
        .unwrap_err();
    assert!(
        again["message"]
            .as_str()
            .unwrap()
            .contains("nothing to mend"),
        "{again}"
    );
    it.client.finish().await;
}

#[tokio::test]
async fn an_open_ticket_keeps_its_file_name_where_the_editor_cannot_rename() {
    let cannot = ("/workspace/workspaceEdit/resourceOperations", json!([]));
    let mut it = session(full_but(&[cannot]), &[FILES[1]]).await;
    let call = json!({ "command": "docket.renumber", "arguments": [{ "ticket": "T-7k3f" }] });
    let answer = it.client.request("workspace/executeCommand", call).await;
    let new = answer["renumbered"]["given"][0]["id"].as_str().unwrap();
    let asked = it.client.expect("workspace/applyEdit").await;
    editor::apply(&it.project, &asked["edit"], "utf-16");
    check_texts(&it, new);
    assert!(it.project.root().join(FILES[1]).is_file());
    it.client.finish().await;
}

/// Links by path still say the old name, as the file does; all else the new id.
fn check_texts(it: &Session, new: &str) {
    for (path, line) in lines(&it.project) {
        let is_link = line.contains("(tickets/") || line.contains("[[T-7k3f-scan");
        if line.contains("of scanning") && !is_link && !path.contains("T-7k3f-scan") {
            assert!(
                line.contains(new) && !line.contains("T-7k3f"),
                "{path}: {line}"
            );
        }
    }
}

#[tokio::test]
async fn a_reference_that_neither_text_nor_history_tells_is_asked_about() {
    let mut it = session(full(), &[FILES[0]]).await;
    it.project
        .write("src/new.rs", "// TODO(T-7k3f): nobody knows whose\n");
    it.open("src/new.rs").await;
    let actions = actions(&mut it, FILES[0]).await;
    let action = actions
        .iter()
        .find(|it| it["title"].as_str().unwrap().contains("renumber"))
        .unwrap();
    let resolved = it
        .client
        .request("codeAction/resolve", action.clone())
        .await;
    editor::apply(&it.project, &resolved["edit"], "utf-16");
    // It goes on meaning the one that keeps the id, and the user is told.
    assert!(it.project.read("src/new.rs").contains("TODO(T-7k3f)"));
    let said = it.client.expect("window/showMessage").await;
    let message = said["message"].as_str().unwrap();
    assert!(
        message.contains("src/new.rs:1") && message.contains("mean either"),
        "{message}"
    );
    it.client.finish().await;
}
