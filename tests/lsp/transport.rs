//! The wire under load: order, bursts, long work, exit, malformed input.

use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_apply_in_the_order_that_they_came() {
    let project = Project::new("//- /.docs/x.md\n");
    let uri = project.uri(".docs/a.md");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    client.open(&uri, "markdown", "").await;
    // Each edit puts a digit before what is there: another order gives another text.
    let n = 20_000;
    for version in 0..n {
        client
            .edit(
                &uri,
                version + 2,
                Some([0, 0, 0, 0]),
                &(version % 10).to_string(),
            )
            .await;
    }
    // The last word is a heading only if every edit before it stands where it should.
    client
        .edit(&uri, n + 2, Some([0, 0, 0, 10]), "# [[T-9999]] ")
        .await;
    let document = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", document).await;
    assert_eq!(report["kind"], "full");
    client.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_answers_nothing_wedges_nothing() {
    let project = Project::new("//- /a.rs\n// TODO: x\n");
    let uri = project.uri("a.rs");
    let mut client = Client::start(env(&project.root()));
    client.answers_requests = false;
    let mut capabilities = full();
    capabilities["workspace"]["inlayHint"]["refreshSupport"] = json!(true);
    client.initialize(capabilities, &project.uri("")).await;
    client.open(&uri, "rust", "// TODO: x\n").await;
    for version in 0..500 {
        client
            .edit(&uri, version + 2, Some([0, 0, 0, 0]), "//\n")
            .await;
    }
    let position =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 500, "character": 4 } });
    client.request("textDocument/hover", position).await;
    client.ignored.push("workspace/inlayHint/refresh");
    client.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_messages_are_answered_and_survived() {
    let project = Project::new("//- /a.rs\n// TODO: x\n");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    client
        .send_raw("Content-Length: 9\r\n\r\n{\"broken\"")
        .await;
    let log = client.expect("window/logMessage").await;
    assert!(
        log["message"].as_str().unwrap().contains("could not read"),
        "{log}"
    );
    let error = client
        .try_request("docket/noSuchThing", json!({}))
        .await
        .unwrap_err();
    assert_eq!(error["code"], -32601);
    let error = client
        .try_request("textDocument/hover", json!({ "textDocument": 7 }))
        .await
        .unwrap_err();
    assert_eq!(error["code"], -32602);
    client.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_outside_every_project_is_answered_at_once() {
    let project = Project::new("//- /a.rs\n// TODO: x\n");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    for uri in ["untitled:Untitled-1", "file:///no/such/place/x.rs"] {
        client.open(uri, "rust", "// TODO: x\n").await;
        let position =
            json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 4 } });
        assert_eq!(
            client.request("textDocument/hover", position).await,
            Value::Null
        );
    }
    client.finish().await;
}
