//! Opening, editing, asking: the everyday of a session.

use serde_json::json;

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /src/lib.rs
// TODO: one
fn main() {}
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
status: in-progress
---
";

#[tokio::test]
async fn a_session_from_initialize_to_exit() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    let answer = client.initialize(full(), &project.uri("")).await;
    assert_eq!(answer["serverInfo"]["name"], "docket");
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    let uri = project.uri("src/lib.rs");
    client.open(&uri, "rust", &project.read("src/lib.rs")).await;
    let document = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", document).await;
    assert_eq!(report["kind"], "full");
    client.finish().await;
}
