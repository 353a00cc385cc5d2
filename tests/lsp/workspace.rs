//! Folders, files that change under us, configuration.

use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const PROJECT: &str = "\
//- /a.rs
// TODO(T-7k3f): x
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
---
";

async fn codes(client: &mut Client, uri: &str) -> Vec<String> {
    let document = json!({ "textDocument": { "uri": uri } });
    let report = client.request("textDocument/diagnostic", document).await;
    let items = report["items"].as_array().unwrap();
    items
        .iter()
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Asks until the answer is as expected: a file watcher takes the time that it takes.
async fn settle(client: &mut Client, uri: &str, expected: &[&str]) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let found = codes(client, uri).await;
        if found == expected {
            return;
        }
        assert!(
            std::time::Instant::now() < deadline,
            "still {found:?} instead of {expected:?}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn each_folder_is_a_project_of_its_own() {
    let one = Project::new(PROJECT);
    let two = Project::new("//- /a.rs\n// TODO(T-7k3f): x\n//- /.docs/brief.md\n# Two\n");
    let mut client = Client::start(env(&one.root()));
    client.initialize(full(), &one.uri("")).await;
    let added = json!([{ "uri": two.uri(""), "name": "two" }]);
    let event = json!({ "event": { "added": added, "removed": [] } });
    client
        .notify("workspace/didChangeWorkspaceFolders", event)
        .await;
    for project in [&one, &two] {
        client
            .open(&project.uri("a.rs"), "rust", "// TODO(T-7k3f): x\n")
            .await;
    }
    assert_eq!(codes(&mut client, &one.uri("a.rs")).await, [] as [&str; 0]);
    assert_eq!(
        codes(&mut client, &two.uri("a.rs")).await,
        ["unknown-ticket"]
    );
    client.finish().await;
}

#[tokio::test]
async fn what_changes_on_disk_is_seen_with_and_without_the_client() {
    for tells in [true, false] {
        let project = Project::new(PROJECT);
        let mut client = Client::start(env(&project.root()));
        client.initialize(full(), &project.uri("")).await;
        let uri = project.uri("a.rs");
        client.open(&uri, "rust", "// TODO(T-7k3f): x\n").await;
        settle(&mut client, &uri, &[]).await;
        let ticket = ".docs/tickets/T-7k3f-parse.md";
        project.write(
            ticket,
            "---\nid: T-7k3f\ntitle: Parse bodies\nstatus: done\n---\n",
        );
        if tells {
            let changes = json!([{ "uri": project.uri(ticket), "type": 2 }]);
            client
                .notify(
                    "workspace/didChangeWatchedFiles",
                    json!({ "changes": changes }),
                )
                .await;
        }
        settle(&mut client, &uri, &["stale-todo"]).await;
        std::fs::remove_file(project.root().join(ticket)).unwrap();
        if tells {
            let changes = json!([{ "uri": project.uri(ticket), "type": 3 }]);
            client
                .notify(
                    "workspace/didChangeWatchedFiles",
                    json!({ "changes": changes }),
                )
                .await;
        }
        settle(&mut client, &uri, &["unknown-ticket"]).await;
        client.finish().await;
    }
}

#[tokio::test]
async fn the_configuration_applies_without_a_restart() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", "// LATER: x\n// TODO: y\n").await;
    settle(&mut client, &uri, &["untracked-todo"]).await;
    project.write(
        ".docs/docket.toml",
        "[todo]\nkeywords = [\"LATER\", \"TODO\"]\n[rules.untracked-todo]\nlevel = \"warning\"\n",
    );
    settle(&mut client, &uri, &["untracked-todo", "untracked-todo"]).await;
    // A broken file leaves the last good configuration in force.
    project.write(".docs/docket.toml", "[todo\n");
    let broken = project.uri(".docs/docket.toml");
    client.open(&broken, "toml", "[todo\n").await;
    settle(&mut client, &broken, &["invalid-config"]).await;
    // Once a file that came later is known, the broken one was read as well.
    project.write("b.rs", "// LATER: z\n");
    let report = json!({ "previousResultIds": [] });
    loop {
        let all = client.request("workspace/diagnostic", report.clone()).await;
        if all["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["uri"] == project.uri("b.rs"))
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(
        codes(&mut client, &uri).await,
        ["untracked-todo", "untracked-todo"]
    );
    client.finish().await;
}

#[tokio::test]
async fn settings_of_the_editor_change_what_is_shown_alone() {
    let project = Project::new(PROJECT);
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", "// TODO(T-7k3f): x\n").await;
    settle(&mut client, &uri, &[]).await;
    let hints = json!({ "textDocument": { "uri": uri },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } } });
    let shown = client
        .request("textDocument/inlayHint", hints.clone())
        .await;
    assert_eq!(shown.as_array().unwrap().len(), 1, "{shown:#}");
    let settings = json!({ "settings": { "docket": { "hints": false } } });
    client
        .notify("workspace/didChangeConfiguration", settings)
        .await;
    // A notification has no answer: the next thing that the outbox does shows that it was taken.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while client
        .request("textDocument/inlayHint", hints.clone())
        .await
        != Value::Null
    {
        assert!(
            std::time::Instant::now() < deadline,
            "hints are still shown"
        );
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    client.finish().await;
}

#[tokio::test]
async fn in_a_folder_that_is_not_trusted_nothing_is_synced() {
    // Whoever made the folder listens there, and sync is on in the background.
    let theirs = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    theirs.set_nonblocking(true).unwrap();
    let project = Project::new(PROJECT);
    let address = theirs.local_addr().unwrap();
    let config =
        format!("[sync]\nmode = \"auto\"\nrepository = \"a/b\"\napi = \"http://{address}\"\n");
    project.write(".docs/docket.toml", &config);
    let env = env(&project.root())
        .with_var("DOCKET_GITHUB_TOKEN", "ghp_mine")
        .with_var("DOCKET_GITHUB_HOST", &address.to_string())
        .with_var(
            "XDG_STATE_HOME",
            project.uri(".state").trim_start_matches("file://"),
        );
    let mut client = Client::start(env.clone());
    let params = json!({ "processId": null, "rootUri": project.uri(""), "capabilities": full(),
        "initializationOptions": { "trusted": false } });
    client.request("initialize", params).await;
    client.notify("initialized", json!({})).await;
    let command = json!({ "command": "docket.sync", "arguments": [{}] });
    let refused = client
        .try_request("workspace/executeCommand", command.clone())
        .await
        .unwrap_err();
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("not trusted"), "{message}");
    assert!(
        theirs.accept().is_err(),
        "the folder's own address was called"
    );
    // What the folder brings along itself changes nothing.
    let settings = json!({ "settings": { "docket": { "trusted": true, "hints": false } } });
    client
        .notify("workspace/didChangeConfiguration", settings)
        .await;
    let still = client
        .try_request("workspace/executeCommand", command.clone())
        .await
        .unwrap_err();
    assert_eq!(still["message"], message);
    assert!(
        theirs.accept().is_err(),
        "the folder's own address was called"
    );
    client.finish().await;

    let mut client = Client::start(env);
    client.initialize(full(), &project.uri("")).await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        client
            .post("workspace/executeCommand", command.clone())
            .await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if theirs.accept().is_ok() {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "nothing is synced");
    }
}

#[tokio::test]
async fn what_a_scan_leaves_out_an_editor_leaves_out() {
    let project = Project::new(PROJECT);
    project.write(".docs/docket.toml", "exclude = [\"samples/**\"]\n");
    project.write(".ignore", "build\n");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    for (path, expected) in [
        ("samples/a.rs", &[] as &[&str]),
        ("build/a.rs", &[]),
        ("node_modules/x/a.js", &[]),
        ("src/a.rs", &["untracked-todo"]),
    ] {
        let uri = project.uri(path);
        client.open(&uri, "rust", "// TODO: x\n").await;
        assert_eq!(codes(&mut client, &uri).await, expected, "{path}");
    }
    client.finish().await;
}

#[tokio::test]
async fn a_linked_picture_that_comes_mends_its_link() {
    let project = Project::new(PROJECT);
    project.write(".docs/page.md", "![a picture](kettle.png)\n");
    let mut client = Client::start(env(&project.root()));
    client.initialize(full(), &project.uri("")).await;
    let uri = project.uri(".docs/page.md");
    client
        .open(&uri, "markdown", "![a picture](kettle.png)\n")
        .await;
    settle(&mut client, &uri, &["broken-link"]).await;
    project.write(".docs/kettle.png", "no real picture");
    settle(&mut client, &uri, &[]).await;
    std::fs::remove_file(project.root().join(".docs/kettle.png")).unwrap();
    settle(&mut client, &uri, &["broken-link"]).await;
    client.finish().await;
}
