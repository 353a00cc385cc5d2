//! `docket.plan` and `docket.align` from an editor: proposed, accepted, and what a change marks
//! before it is saved.

use serde_json::{Value, json};

use super::language::Session;
use crate::support::client::{Client, env};
use crate::support::project::Project;

const BRIEF: &str = "\
//- /.docs/brief.md
# Shop

## Must

- Show what there is
- Take an order
";

async fn call(it: &mut Session, command: &str, argument: Value) -> Result<Value, Value> {
    let call = json!({ "command": command, "arguments": [argument] });
    it.client
        .try_request("workspace/executeCommand", call)
        .await
}

/// A client without capabilities in a project, with its state in `state`.
async fn session(fixture: &str, state: &std::path::Path) -> Session {
    let project = Project::new(fixture);
    let env = env(&project.root()).with_var("XDG_STATE_HOME", &state.to_string_lossy());
    let mut client = Client::start(env);
    let offered = client.initialize(json!({}), &project.uri("")).await;
    client.ignored.push("textDocument/publishDiagnostics");
    Session {
        project,
        client,
        offered: offered["capabilities"].clone(),
    }
}

#[tokio::test]
async fn a_plan_is_made_after_a_yes_and_a_sentence_typed_marks_what_followed() {
    let state = tempfile::tempdir().unwrap();
    let mut it = session(BRIEF, state.path()).await;
    let told = call(&mut it, "docket.plan", json!({})).await.unwrap();
    assert_eq!(told["plan"]["requirements"].as_array().unwrap().len(), 2);
    assert_eq!(told["created"], json!([]));
    let made = call(&mut it, "docket.plan", json!({ "yes": true }))
        .await
        .unwrap();
    assert_eq!(made["created"].as_array().unwrap().len(), 3, "{made:#}");
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    assert_eq!(told["outdated"], json!([]));

    // A ticket and TODOs are planned by their names.
    let error = call(&mut it, "docket.plan", json!({ "ticket": "#7" })).await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("no ticket here stands for the issue #7"),
        "{error}"
    );
    let error = call(&mut it, "docket.plan", json!({ "todos": ["src"] })).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("there are no TODOs in src"), "{error}");

    // Unsaved.
    let uri = it.project.uri(".docs/brief.md");
    let text = it.project.read(".docs/brief.md");
    it.client.open(&uri, "markdown", &text).await;
    it.client.edit(&uri, 2, Some([5, 9, 5, 14]), "call").await;
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    let rows = told["outdated"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{told:#}");
    assert_eq!(rows[0]["why"], "changed");

    // Dismissed by the action at the finding, and told of again.
    let path = rows[0]["path"].as_str().unwrap();
    let page = it.project.uri(path);
    let text = it.project.read(path);
    it.client.open(&page, "markdown", &text).await;
    let line = rows[0]["line"].as_u64().unwrap() as u32 - 1;
    let column = rows[0]["column"].as_u64().unwrap() as u32;
    let at = json!({ "line": line, "character": column });
    let params = json!({ "textDocument": { "uri": page }, "range": { "start": at, "end": at },
        "context": { "diagnostics": [] } });
    let actions = it.client.request("textDocument/codeAction", params).await;
    let mut offered = actions.as_array().unwrap().iter();
    let is_it = |it: &&Value| {
        let title = it["title"].as_str().unwrap();
        title == "Dismiss until brief.md#must changes again"
    };
    let action = offered.find(is_it).unwrap_or_else(|| panic!("{actions:#}"));
    let reference = action["arguments"][0].clone();
    call(&mut it, "docket.applyAction", reference)
        .await
        .unwrap();
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    assert_eq!(told["outdated"].as_array().unwrap().len(), 1, "{told:#}");
    assert_eq!(told["dismissed"], 1);
    let argument = json!({ "restore": true });
    call(&mut it, "docket.align", argument).await.unwrap();
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    assert_eq!(told["outdated"].as_array().unwrap().len(), 2, "{told:#}");

    let closed = json!({ "textDocument": { "uri": page } });
    it.client.notify("textDocument/didClose", closed).await;
    let argument = json!({ "of": rows[0]["of"], "stillValid": true });
    call(&mut it, "docket.align", argument).await.unwrap();
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    assert_eq!(told["outdated"], json!([]));

    for (command, argument, says) in [
        ("docket.align", json!({ "stillValid": true }), "still valid"),
        ("docket.align", json!({ "what": 1 }), "stillValid"),
        ("docket.plan", json!({ "page": 1 }), "yes"),
    ] {
        let error = call(&mut it, command, argument).await.unwrap_err();
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(says), "{error}");
    }
    it.client.finish().await;
}

#[tokio::test]
async fn a_source_file_that_says_something_else_marks_its_reference_page() {
    let state = tempfile::tempdir().unwrap();
    let mut it = session(
        "//- /src/cart.rs\n/// Puts one in.\npub fn add() {}\n",
        state.path(),
    )
    .await;
    let uri = it.project.uri("src/cart.rs");
    let made = call(
        &mut it,
        "docket.writeDocs",
        json!({ "uri": uri, "yes": true }),
    )
    .await;
    let made = made.unwrap();
    assert_eq!(made["proposal"]["state"], "accepted", "{made:#}");
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    assert_eq!(told["outdated"], json!([]), "{told:#}");
    it.project.write(
        "src/cart.rs",
        "use a::b;\n\n/// Puts it in.\npub fn add() {}\n",
    );
    let changed = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    it.client
        .notify("workspace/didChangeWatchedFiles", changed)
        .await;
    let mut rows = json!([]);
    for _ in 0..200 {
        let told = call(&mut it, "docket.align", json!({})).await.unwrap();
        rows = told["outdated"].clone();
        if rows != json!([]) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(rows[0]["source"], "/src/cart.rs#add", "{rows:#}");
    assert_eq!(rows[0]["because_path"], "src/cart.rs", "{rows:#}");
    assert_eq!(rows[0]["because_line"], 3, "{rows:#}");
    it.client.finish().await;
}
