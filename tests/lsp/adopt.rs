//! `docket.adopt` as an editor has it: the plan as a page that is shown, edited and carried out.

use serde_json::json;

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "
//- /.docs/docket.toml
//- /server/list.rs
// TODO: handle the empty list
//- /clients/list.ts
// TODO handle the empty list.
// FIXME!: the lock is never given back
";

#[tokio::test]
async fn a_plan_is_shown_edited_and_carried_out() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let adopt = json!({ "command": "docket.adopt", "arguments": [{}] });
    let planned = client
        .request("workspace/executeCommand", adopt.clone())
        .await;
    assert_eq!(
        (
            &planned["page"],
            &planned["done"],
            planned["tickets"].as_array().unwrap().len()
        ),
        (&json!(".docs/adopt.md"), &json!(false), 2)
    );
    let page = project.uri(".docs/adopt.md");
    let shown = client.expect("window/showDocument").await;
    assert_eq!(shown["uri"], page);

    // Edited and not saved yet: what is typed counts, and nonsense changes nothing.
    let plan = project.read(".docs/adopt.md");
    client
        .open(
            &page,
            "markdown",
            &plan.replace("priority: high", "priority: soon"),
        )
        .await;
    let refused = client
        .try_request("workspace/executeCommand", adopt.clone())
        .await
        .unwrap_err();
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains("line 9: `priority` cannot be `soon`"),
        "{message}"
    );
    assert!(project.read("server/list.rs").contains("TODO: handle"));

    client
        .edit(
            &page,
            2,
            None,
            &plan.replace("## the lock is never", "## The lock must be"),
        )
        .await;
    let done = client
        .request("workspace/executeCommand", adopt.clone())
        .await;
    assert_eq!(done["tickets"][0]["title"], "The lock must be given back");
    let id = done["tickets"][1]["ticket"].as_str().unwrap();
    assert!(
        project
            .read("server/list.rs")
            .contains(&format!("TODO({id}): handle"))
    );
    // The page is open, so it goes away through the editor.
    let asked = client.expect("workspace/applyEdit").await;
    let deleted = &asked["edit"]["documentChanges"][0];
    assert_eq!(
        (&deleted["kind"], &deleted["uri"]),
        (&json!("delete"), &json!(page))
    );
    std::fs::remove_file(project.root().join(".docs/adopt.md")).unwrap();
    client
        .notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": page } }),
        )
        .await;
    let nothing = client.request("workspace/executeCommand", adopt).await;
    assert_eq!(
        (&nothing["page"], &nothing["tickets"]),
        (&json!(null), &json!([]))
    );
    for says in ["Edit the plan", "Made 2 tickets", "Nothing to adopt"] {
        let said = client.expect("window/showMessage").await;
        let message = said["message"].as_str().unwrap();
        assert!(message.contains(says), "{message}");
    }
    client.ignored.push("textDocument/publishDiagnostics");
    client.finish().await;
}
