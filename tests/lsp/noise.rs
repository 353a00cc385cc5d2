//! The noise budget: what an editor shows of what is found, by docket.toml, by its settings, by command.

use serde_json::{Value, json};

use crate::cli::{docket, git};
use crate::support::client::{Client, env, full};
use crate::support::project::Project;

const SOURCE: &str = "\
// TODO: one
// TODO(@ana): two
// TODO(T-zzzz): three
// TODO(T-7k3f): four
// TODO: five
";

fn project(config: &str) -> Project {
    Project::new(&format!(
        "//- /.docs/docket.toml\n{config}//- /a.rs\n{SOURCE}\
         //- /.docs/tickets/T-7k3f-ring.md\n---\nid: T-7k3f\ntitle: Ring\nassignees: [ana]\n---\n"
    ))
}

/// What the client can that tells where its cursor is.
fn with_cursor() -> Value {
    let mut capabilities = full();
    capabilities["experimental"] = json!({ "docket": { "cursor": true } });
    capabilities["workspace"]["inlayHint"]["refreshSupport"] = json!(true);
    capabilities
}

struct Session {
    client: Client,
    uri: String,
}

async fn session(project: &Project, capabilities: Value) -> Session {
    let config = project.root().join(".config");
    project.write(".config/docket/config.toml", "me = \"ana\"\n");
    let env = env(&project.root()).with_var("XDG_CONFIG_HOME", &config.to_string_lossy());
    let mut client = Client::start(env);
    client.ignored.push("workspace/inlayHint/refresh");
    client.ignored.push("workspace/codeLens/refresh");
    client.initialize(capabilities, &project.uri("")).await;
    let uri = project.uri("a.rs");
    client.open(&uri, "rust", &project.read("a.rs")).await;
    Session { client, uri }
}

impl Session {
    /// The lines of the findings that are shown, with the first letter of their severity.
    async fn shown(&mut self) -> Vec<String> {
        let document = json!({ "textDocument": { "uri": self.uri } });
        let report = self
            .client
            .request("textDocument/diagnostic", document)
            .await;
        let items = report["items"].as_array().unwrap().iter();
        let of = |it: &Value| {
            let severity = it["severity"].as_u64().unwrap() as usize;
            let line = it["range"]["start"]["line"].as_u64().unwrap();
            format!("{line}{}", ["", "e", "w", "i", "h"][severity])
        };
        items.map(of).collect()
    }

    async fn hints(&mut self) -> usize {
        let range =
            json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
        let params = json!({ "textDocument": { "uri": self.uri }, "range": range });
        let hints = self.client.request("textDocument/inlayHint", params).await;
        hints.as_array().map_or(0, Vec::len)
    }

    async fn call(&mut self, command: &str, argument: Value) -> Value {
        let params = json!({ "command": command, "arguments": [argument] });
        self.client
            .request("workspace/executeCommand", params)
            .await
    }

    async fn cursor(&mut self, line: u32) {
        let params = json!({ "uri": self.uri, "line": line });
        self.client.notify("docket/cursor", params).await;
    }
}

const ALL: [&str; 4] = ["0h", "1h", "2e", "4h"];

#[tokio::test]
async fn a_surface_is_switched_off_and_on_by_command() {
    let project = project("");
    let mut it = session(&project, full()).await;
    assert_eq!(it.shown().await, ALL);
    assert_eq!(it.hints().await, 1);
    let told = it.call("docket.toggleSurface", json!({})).await;
    assert_eq!(told["surface"], "diagnostics");
    assert_eq!(
        (&told["mode"], &told["rule"]),
        (&json!("off"), &Value::Null)
    );
    it.client.expect("workspace/diagnostic/refresh").await;
    assert_eq!(it.shown().await, [""; 0]);
    let everywhere = json!({ "previousResultIds": [] });
    let report = it.client.request("workspace/diagnostic", everywhere).await;
    assert_eq!(report["items"], json!([]));
    assert_eq!(it.hints().await, 1, "the other surfaces are left alone");
    let hints = json!({ "surface": "hints" });
    it.call("docket.toggleSurface", hints.clone()).await;
    assert_eq!(it.hints().await, 0);
    it.call("docket.toggleSurface", hints).await;
    assert_eq!(it.hints().await, 1);
    let told = it.call("docket.toggleSurface", json!({})).await;
    assert_eq!(told["mode"], "on");
    assert_eq!(it.shown().await, ALL);
    let rule = json!({ "rule": "untracked-todo" });
    it.call("docket.toggleSurface", rule).await;
    assert_eq!(it.shown().await, ["2e"]);
    let wrong = json!({ "command": "docket.toggleSurface", "arguments": [{ "rule": "nonsense" }] });
    let error = it
        .client
        .try_request("workspace/executeCommand", wrong)
        .await
        .unwrap_err();
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("docket explain")
    );
    it.client.finish().await;
}

#[tokio::test]
async fn the_cursors_line_alone_is_shown_to_a_client_that_tells_it() {
    let project = project("[display]\ndiagnostics = \"line\"\nhints = \"line\"\n");
    let mut it = session(&project, with_cursor()).await;
    assert_eq!(it.shown().await, [""; 0], "nobody said where the cursor is");
    for (line, expected, n_hints) in [(0, vec!["0h"], 0), (2, vec!["2e"], 0), (3, vec![], 1)] {
        it.cursor(line).await;
        it.client.expect("workspace/diagnostic/refresh").await;
        assert_eq!(it.shown().await, expected, "{line}");
        assert_eq!(it.hints().await, n_hints, "{line}");
    }
    it.client.finish().await;
    // One that does not tell it sees all.
    let mut it = session(&project, full()).await;
    assert_eq!(it.shown().await, ALL);
    assert_eq!(it.hints().await, 1);
    it.client.finish().await;
}

#[tokio::test]
async fn a_rule_has_a_mode_of_its_own_and_the_terminal_does_not_care() {
    let project = project(
        "[display]\nmax-findings = 2\n[rules.untracked-todo]\nshow = \"mine\"\n[rules.unknown-ticket]\nshow = \"off\"\n",
    );
    project.write("CODEOWNERS", "* @ben\n");
    let mut it = session(&project, full()).await;
    assert_eq!(
        it.shown().await,
        ["1h"],
        "it names ana; the others are ben's"
    );
    let run = docket(&project, &["check", "--json", "--fail-on", "never", "a.rs"]);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["findings"].as_array().unwrap().len(), 4);
    it.client.finish().await;
}

#[tokio::test]
async fn mine_is_what_names_me_else_my_tickets_else_my_files_else_what_i_wrote() {
    let project = project("[display]\ndiagnostics = \"mine\"\nhints = \"mine\"\n");
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["config", "user.email", "ana@example.com"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "ana's"]);
    let text = project
        .read("a.rs")
        .replace("// TODO: five\n", "// TODO: five\n// TODO: six\n");
    project.write("a.rs", &text);
    let ben = ["-c", "user.email=ben@example.com", "-c", "user.name=ben"];
    let author = "--author=ben <ben@example.com>";
    git(
        &project,
        &[&ben[..], &["commit", "-qam", "ben's", author]].concat(),
    );
    let text = text + "// TODO: not committed\n";
    project.write("a.rs", &text);
    let mut it = session(&project, full()).await;
    // Until git's blame is there it may all be mine; then six is ben's.
    let mut shown = it.shown().await;
    for _ in 0..20 {
        if !shown.contains(&"5h".to_owned()) {
            break;
        }
        it.client.expect("workspace/diagnostic/refresh").await;
        shown = it.shown().await;
    }
    assert_eq!(shown, ["0h", "1h", "2e", "4h", "6h"]);
    assert_eq!(it.hints().await, 1, "the ticket is ana's");
    // CODEOWNERS says more than who wrote a line, and less than who is named.
    project.write("CODEOWNERS", "* @ben\n");
    assert_eq!(it.shown().await, ["1h"]);
    it.client.finish().await;
}

#[tokio::test]
async fn too_many_findings_of_a_file_are_counted_in_the_last_one() {
    let project = project("[display]\nmax-findings = 2\n");
    let mut it = session(&project, full()).await;
    // Those that weigh most stay, of equals the first.
    assert_eq!(it.shown().await, ["0h", "2e", "1i"]);
    let document = json!({ "textDocument": { "uri": it.uri } });
    let report = it.client.request("textDocument/diagnostic", document).await;
    let last = &report["items"][2];
    let message = last["message"].as_str().unwrap();
    assert_eq!(
        message,
        "2 more in this file; the command docket.showAllFindings shows them."
    );
    let params = json!({ "textDocument": { "uri": it.uri }, "range": last["range"],
        "context": { "diagnostics": [last] } });
    let actions = it.client.request("textDocument/codeAction", params).await;
    let action = actions
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["title"] == "Show the other 2 findings of this file")
        .unwrap_or_else(|| panic!("{actions}"))
        .clone();
    assert_eq!(action["diagnostics"][0]["message"], *message);
    let command = &action["command"];
    let told = it
        .call(
            command["command"].as_str().unwrap(),
            command["arguments"][0].clone(),
        )
        .await;
    assert_eq!(told["all"], true);
    assert_eq!(it.shown().await, ALL);
    let uri = json!({ "uri": it.uri });
    let told = it.call("docket.showAllFindings", uri).await;
    assert_eq!(told["all"], false);
    assert_eq!(it.shown().await.len(), 3);
    it.client.finish().await;
}

#[tokio::test]
async fn the_editors_settings_come_between_the_project_and_commands() {
    let project = project("[display]\ndiagnostics = \"off\"\n");
    let mut it = session(&project, full()).await;
    assert_eq!(it.shown().await, [""; 0]);
    let settings = |docket: Value| json!({ "settings": { "docket": docket } });
    for (said, expected) in [
        (json!({ "diagnostics": "on" }), ALL.to_vec()),
        (
            json!({ "diagnostics": true, "rules": { "untracked-todo": "off" } }),
            vec!["2e"],
        ),
        (
            json!({ "diagnostics": true, "maxFindings": 1 }),
            vec!["2e", "0i"],
        ),
        (
            json!({ "diagnostics": "odd", "rules": { "x": "on" }, "maxFindings": "1" }),
            vec![],
        ),
        (
            json!({ "diagnostics": null, "hints": null, "rules": null, "maxFindings": null }),
            vec![],
        ),
        (json!({ "diagnostics": true }), ALL.to_vec()),
    ] {
        let params = settings(said.clone());
        it.client
            .notify("workspace/didChangeConfiguration", params)
            .await;
        // It goes through the outbox; a refresh says that it is there.
        it.client.expect("workspace/diagnostic/refresh").await;
        let mut shown = it.shown().await;
        for _ in 0..5 {
            if shown == expected {
                break;
            }
            it.client.expect("workspace/diagnostic/refresh").await;
            shown = it.shown().await;
        }
        assert_eq!(shown, expected, "{said}");
    }
    let off = json!({ "mode": "off" });
    it.call("docket.toggleSurface", off).await;
    assert_eq!(it.shown().await, [""; 0], "the command spoke last");
    it.client.finish().await;
}

#[tokio::test]
async fn a_client_that_does_not_pull_is_told_of_the_cursors_line() {
    let project = project("[display]\ndiagnostics = \"line\"\n");
    let mut it = session(
        &project,
        json!({ "experimental": { "docket": { "cursor": true } } }),
    )
    .await;
    let published = |line: u32| {
        move |it: &Value| {
            let found = it["params"]["diagnostics"].as_array();
            it["method"] == "textDocument/publishDiagnostics"
                && found.is_some_and(|it| it.len() == 1 && it[0]["range"]["start"]["line"] == line)
        }
    };
    // The first question about the project is one that notes that the cursor counts.
    assert_eq!(it.hints().await, 1);
    it.cursor(0).await;
    it.client.wait("the first line's", published(0)).await;
    it.cursor(2).await;
    it.client.wait("the third line's", published(2)).await;
    it.client.finish().await;
}

#[tokio::test]
async fn severity_by_priority_and_age_is_the_same_in_editor_and_terminal() {
    let project = Project::new(
        "//- /.docs/docket.toml\n[rules.untracked-todo]\nlevel = \"hint\"\n\
         by-priority = { critical = \"error\", high = \"warning\" }\nby-age = { 30 = \"information\", 365 = \"warning\" }\n\
         [rules.overdue]\nlevel = \"hint\"\nby-priority = { low = \"information\" }\n\
         //- /a.rs\n// TODO: new\n// TODO! high\n// TODO!! critical\n\
         //- /.docs/tickets/T-7k3f-ring.md\n---\nid: T-7k3f\ntitle: Ring\npriority: low\ndue: 2020-01-01\n---\n",
    );
    git(&project, &["init", "-q", "-b", "main"]);
    for (day, line) in [
        ("2026-10-01", "// TODO: of autumn\n"),
        ("2024-01-01", "// TODO: of old\n"),
    ] {
        project.write("a.rs", &(project.read("a.rs") + line));
        git(&project, &["add", "."]);
        let date = format!("{day}T12:00:00Z");
        git(&project, &["commit", "-qm", "one", "--date", &date]);
    }
    // Committed with the first, the first three are of autumn as well.
    let mut it = session(&project, full()).await;
    let expected = ["0i", "1w", "2e", "3i", "4w"];
    let mut shown = it.shown().await;
    for _ in 0..20 {
        if shown == expected {
            break;
        }
        it.client.expect("workspace/diagnostic/refresh").await;
        shown = it.shown().await;
    }
    assert_eq!(shown, expected);
    let run = docket(&project, &["check", "--json", "--fail-on", "never"]);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let told: Vec<_> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let severity = it["severity"].as_str().unwrap();
            let line = it["line"].as_u64().unwrap() - 1;
            format!("{line}{}", &severity[..1])
        })
        .collect();
    assert_eq!(
        told,
        ["4i", "0i", "1w", "2e", "3i", "4w"],
        "the ticket's comes first"
    );
    it.client.finish().await;
}
