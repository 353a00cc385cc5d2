//! The editor and the terminal say the same.

use std::process::Command;

use docket_core::sync::{Conflict, Field, Value as SyncValue};
use docket_store::ledger::Ledger;
use serde_json::{Value, json};

use crate::support::client::{Client, full};
use crate::support::project::Project;

/// Rule, severity, file and place of a finding; all counted as the terminal counts.
type Row = (String, String, String, u64, u64, u64, u64, String);

const PROJECT: &str = "\
//- /src/lib.rs
// TODO(T-7k3f): linked to what is done
// TODO: caf\u{e9} \u{1F600} untracked
// TODO(T-zzzz)[2020-01-01, T-7k3f]: unknown and due
// docket: ignore[stale-todo]
fn main() { let s = \"TODO: none\"; }
//- /web/app.tsx
export const x = <p>// TODO: no</p>; /* \u{1F600} FIXME(T-7k3f): gone */
//- /ignored/a.rs
// TODO(T-zzzz): left out
//- /.ignore
ignored
//- /.docs/docket.toml
[rules.untracked-todo]
level = \"warning\"
[todo]
kewords = []
//- /.docs/page.md
# Page

See [nothing](gone.md), [[T-aaaa]] and T-7k3f.
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
status: done
depends-on: [T-2b7q]
---

## Acceptance criteria

- [ ] one
//- /.docs/tickets/T-2b7q-ring.md
---
id: T-2b7q
title: Ring
status: nonsense
depends-on: [T-7k3f]
due: 2020-01-01
colour: red
---
";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn terminal(project: &Project) -> Vec<Row> {
    let state = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_docket"))
        .args(["check", "--json"])
        .current_dir(project.root())
        .env("DOCKET_NOW", "2026-11-20T12:00:00[UTC]")
        .env("XDG_STATE_HOME", state.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let number = |it: &Value| it.as_u64().unwrap();
    let row = |it: &Value| {
        (
            text(&it["rule"]),
            text(&it["severity"]),
            text(&it["path"]),
            number(&it["line"]),
            number(&it["column"]),
            number(&it["end_line"]),
            number(&it["end_column"]),
            text(&it["message"]),
        )
    };
    findings.iter().map(row).collect()
}

async fn editor(project: &Project) -> Vec<Row> {
    let state = tempfile::tempdir().unwrap();
    let env = crate::support::client::env(&project.root());
    let mut client = Client::start(env.with_var("XDG_STATE_HOME", state.path().to_str().unwrap()));
    let mut capabilities = full();
    // The terminal counts scalar values.
    capabilities["general"]["positionEncodings"] = json!(["utf-32"]);
    client.initialize(capabilities, &project.uri("")).await;
    let nothing = json!({ "previousResultIds": [] });
    let report = client.request("workspace/diagnostic", nothing).await;
    client.finish().await;
    let severities = ["error", "warning", "information", "hint"];
    let mut rows = Vec::new();
    for file in report["items"].as_array().unwrap() {
        let path =
            text(&file["uri"]).replace(&format!("{}/", project.uri("").trim_end_matches('/')), "");
        for it in file["items"].as_array().unwrap() {
            let at = |end: &str, unit: &str| it["range"][end][unit].as_u64().unwrap() + 1;
            rows.push((
                text(&it["code"]),
                severities[it["severity"].as_u64().unwrap() as usize - 1].to_owned(),
                path.clone(),
                at("start", "line"),
                at("start", "character"),
                at("end", "line"),
                at("end", "character"),
                text(&it["message"]),
            ));
        }
    }
    rows
}

#[tokio::test]
async fn the_editor_and_the_terminal_never_disagree() {
    let project = Project::new(PROJECT);
    let (mut terminal, mut editor) = (terminal(&project), editor(&project).await);
    terminal.sort();
    editor.sort();
    assert_eq!(terminal, editor);
    let rules: std::collections::BTreeSet<_> = terminal.iter().map(|it| it.0.as_str()).collect();
    assert!(rules.len() >= 10, "the sample shows too little: {rules:?}");
}

/// The first answer counts: what the forge is known to say is there with the files.
#[tokio::test]
async fn they_agree_on_what_the_forge_is_known_to_say() {
    let project = Project::new(
        "\
//- /.git/HEAD
//- /.docs/docket.toml
[sync]
repository = \"ana/it\"
api = \"https://api.github.com\"
//- /.docs/tickets/T-7k3f-parse.md
---
id: T-7k3f
title: Parse bodies
github: 7
---
",
    );
    let database = project.root().join(".git/docket/docket.db");
    let mut ledger = Ledger::open(&database).unwrap();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let conflict = Conflict {
        ticket: "T-7k3f".to_owned(),
        issue: 7,
        field: Field::Title,
        base: None,
        mine: SyncValue::text("Parse bodies"),
        theirs: SyncValue::text("Parse files"),
    };
    ledger.set_conflicts(remote, &[conflict]).unwrap();
    // The editor first: it starts with a database that remembers no files.
    let editor = editor(&project).await;
    assert_eq!(editor.len(), 1, "{editor:?}");
    assert_eq!(editor[0].0, "sync-conflict");
    assert_eq!(editor, terminal(&project));
}
