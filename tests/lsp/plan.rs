//! `docket.plan` and `docket.align` from an editor: proposed, accepted, and what a change marks
//! before it is saved.

use serde_json::{Value, json};

use super::language::Session;

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

#[tokio::test]
async fn a_plan_is_made_after_a_yes_and_a_sentence_typed_marks_what_followed() {
    let mut it = Session::of(BRIEF, json!({})).await;
    it.client.ignored.push("textDocument/publishDiagnostics");
    let told = call(&mut it, "docket.plan", json!({})).await.unwrap();
    assert_eq!(told["plan"]["requirements"].as_array().unwrap().len(), 2);
    assert_eq!(told["created"], json!([]));
    let made = call(&mut it, "docket.plan", json!({ "yes": true }))
        .await
        .unwrap();
    assert_eq!(made["created"].as_array().unwrap().len(), 3, "{made:#}");
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    assert_eq!(told["outdated"], json!([]));

    // Unsaved.
    let uri = it.project.uri(".docs/brief.md");
    let text = it.project.read(".docs/brief.md");
    it.client.open(&uri, "markdown", &text).await;
    it.client.edit(&uri, 2, Some([5, 9, 5, 14]), "call").await;
    let told = call(&mut it, "docket.align", json!({})).await.unwrap();
    let rows = told["outdated"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{told:#}");
    assert_eq!(rows[0]["why"], "changed");

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
