//! `docket.import` from a bare client: told, made once, and refused where the source is cut.

use serde_json::{Value, json};

use super::language::Session;

async fn import(it: &mut Session, argument: Value) -> Result<Value, Value> {
    let call = json!({ "command": "docket.import", "arguments": [argument] });
    it.client
        .try_request("workspace/executeCommand", call)
        .await
}

#[tokio::test]
async fn another_tools_tickets_are_told_then_made_once() {
    let mut it = Session::of("//- /a.rs\nfn main() {}\n", json!({})).await;
    it.client.ignored.push("textDocument/publishDiagnostics");
    it.project.write(
        "old/issues.jsonl",
        "{\"id\":\"bd-x9\",\"title\":\"Whistle\"}\n",
    );
    let path = it.project.root().join(".docs/tickets/bd-x9-whistle.md");
    let told = import(&mut it, json!({ "source": "old", "dryRun": true }))
        .await
        .unwrap();
    assert_eq!(told["import"]["tool"], "beads");
    assert_eq!(told["import"]["tickets"][0]["state"], "new");
    assert_eq!(told["created"], json!([]));
    assert!(!path.exists());

    let made = import(&mut it, json!({ "source": "old" })).await.unwrap();
    let uri = it.project.uri(".docs/tickets/bd-x9-whistle.md");
    assert_eq!(made["created"], json!([uri]));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("from: [\"beads:bd-x9\"]"), "{text}");

    let again = import(&mut it, json!({ "source": "old", "from": "beads" }))
        .await
        .unwrap();
    assert_eq!(again["import"]["tickets"][0]["state"], "known");
    assert_eq!(again["created"], json!([]));

    it.project
        .write("old/issues.jsonl", "{\"id\":\"bd-y9\",\"ti");
    for (argument, says) in [
        (json!({ "source": "old" }), "line 1"),
        (json!({ "source": "old", "from": "jira" }), "task-master"),
        (json!({ "source": "gone" }), "gone"),
        (json!({ "from": "beads" }), "source"),
    ] {
        let error = import(&mut it, argument).await.unwrap_err();
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(says), "{error}");
    }
    it.client.finish().await;
}
