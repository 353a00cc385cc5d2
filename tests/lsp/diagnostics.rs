//! Findings, pulled and pushed.

use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /src/lib.rs
// TODO(T-7k3f): linked to what is done
// TODO: caf\u{e9} \u{1F600} T-zzzz
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
status: done
---
//- /.docs/tickets/T-2b7q-bad.md
---
id: T-2b7q
title: Bad
status: nonsense
---
";

fn codes(items: &Value) -> Vec<String> {
    let items = items.as_array().unwrap();
    items
        .iter()
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pulled_findings_have_places_codes_and_related_information() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let uri = project.uri("src/lib.rs");
    client.open(&uri, "rust", &project.read("src/lib.rs")).await;
    let document = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", document).await;
    let stale = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["code"] == "stale-todo")
        .unwrap();
    assert_eq!(stale["source"], "docket");
    assert_eq!(stale["severity"], 2);
    assert_eq!(
        stale["range"]["start"],
        json!({ "line": 0, "character": 3 })
    );
    assert_eq!(stale["tags"], json!([1]));
    assert_eq!(
        stale["relatedInformation"][0]["location"]["uri"],
        project.uri(".docs/tickets/T-7k3f-parse.md")
    );
    assert!(
        stale["codeDescription"]["href"]
            .as_str()
            .unwrap()
            .ends_with("rules.md#stale-todo")
    );
    client.finish().await;
}

#[tokio::test]
async fn an_equal_report_is_unchanged_also_in_the_next_session() {
    let project = Project::new(PROJECT);
    let uri = project.uri("src/lib.rs");
    let mut known = Value::Null;
    for kind in ["full", "unchanged"] {
        let mut client = Client::start(env(&project.root()));
        client.initialize(full(), &project.uri("")).await;
        client.open(&uri, "rust", &project.read("src/lib.rs")).await;
        let document = json!({ "textDocument": { "uri": uri }, "previousResultId": known });
        let report = client.request("textDocument/diagnostic", document).await;
        assert_eq!(report["kind"], kind);
        known = report["resultId"].clone();
        client.finish().await;
    }
}

#[tokio::test]
async fn an_edit_is_in_the_next_report() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let uri = project.uri("src/lib.rs");
    client.open(&uri, "rust", "// nothing\n").await;
    for (version, text, expected) in [
        (2, "// TODO(T-zzzz): x\n", vec!["unknown-ticket"]),
        (3, "let s = \"TODO(T-zzzz): x\";\n", vec![]),
        (4, "// TODO: x\n", vec!["untracked-todo"]),
    ] {
        client.edit(&uri, version, Some([0, 0, 1, 0]), text).await;
        let document = json!({ "textDocument": { "uri": uri } });
        let report = client.request("textDocument/diagnostic", document).await;
        assert_eq!(codes(&report["items"]), expected, "{text}");
    }
    client.finish().await;
}

#[tokio::test]
async fn columns_are_right_in_each_encoding() {
    let project = Project::new(PROJECT);
    let uri = project.uri("src/lib.rs");
    for (encoding, column) in [("utf-8", 8), ("utf-16", 6), ("utf-32", 5)] {
        let mut client = Client::start(env(&project.root()));
        let mut capabilities = full();
        capabilities["general"]["positionEncodings"] = json!([encoding]);
        let answer = client.initialize(capabilities, &project.uri("")).await;
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        client
            .open(
                &uri,
                "rust",
                "/*\u{1F600}\t*/ // TODO: x\r\n/*\u{1F600}*/// TODO: y\r\n",
            )
            .await;
        // An edit behind an astral character lands where the client meant it.
        client
            .edit(&uri, 2, Some([1, column + 2, 1, column + 2]), "/")
            .await;
        let document = json!({ "textDocument": { "uri": uri } });
        let report = client.request("textDocument/diagnostic", document).await;
        let second = &report["items"][1]["range"]["start"];
        assert_eq!(
            second,
            &json!({ "line": 1, "character": column + 4 }),
            "{encoding}: {report:#}"
        );
        client.finish().await;
    }
}

#[tokio::test]
async fn the_workspace_is_pulled_file_by_file_and_then_unchanged() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let report = client
        .request("workspace/diagnostic", json!({ "previousResultIds": [] }))
        .await;
    let items = report["items"].as_array().unwrap();
    let uris: Vec<_> = items.iter().map(|it| it["uri"].as_str().unwrap()).collect();
    assert_eq!(
        uris,
        [
            project.uri(".docs/tickets/T-2b7q-bad.md"),
            project.uri("src/lib.rs")
        ]
    );
    let known: Vec<_> = items
        .iter()
        .map(|it| json!({ "uri": it["uri"], "value": it["resultId"] }))
        .collect();
    let report = client
        .request(
            "workspace/diagnostic",
            json!({ "previousResultIds": known }),
        )
        .await;
    let kinds: Vec<_> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["kind"].clone())
        .collect();
    assert_eq!(kinds, ["unchanged", "unchanged"]);
    client.finish().await;
}

#[tokio::test]
async fn a_client_that_cannot_pull_is_pushed_only_what_changed() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    let capabilities =
        json!({ "textDocument": { "publishDiagnostics": { "versionSupport": true } } });
    let answer = client.initialize(capabilities, &project.uri("")).await;
    assert!(answer["capabilities"]["diagnosticProvider"].is_null());
    let uri = project.uri("src/lib.rs");
    client.open(&uri, "rust", "// TODO(T-zzzz): x\n").await;
    let pushed = client.expect("textDocument/publishDiagnostics").await;
    assert_eq!(
        (pushed["uri"].as_str(), pushed["version"].as_i64()),
        (Some(uri.as_str()), Some(1))
    );
    assert_eq!(codes(&pushed["diagnostics"]), ["unknown-ticket"]);
    // What a client that says nothing of them cannot read is not there.
    assert!(pushed["diagnostics"][0].get("codeDescription").is_none());
    client.edit(&uri, 2, Some([0, 18, 0, 18]), " y").await;
    client.edit(&uri, 3, Some([0, 3, 0, 19]), "").await;
    let pushed = client.expect("textDocument/publishDiagnostics").await;
    assert_eq!(codes(&pushed["diagnostics"]), Vec::<String>::new());
    client
        .notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        )
        .await;
    client.finish().await;
}
