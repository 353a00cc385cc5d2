//! The golden project: a brief of two pages is planned, one sentence of it is changed, and what
//! followed from that sentence is brought in line, on a cassette.
//!
//! Nobody is asked: what a model would say is in `tests/fixtures/golden`, written by hand.
//! `DOCKET_GOLDEN_RECORD=1 cargo nextest run golden` records the cassette anew, against a server
//! that says just that.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::language::Session;
use crate::support::client::{Client, env, full};
use crate::support::model::{ModelServer, config_at};
use crate::support::project::Project;

const BRIEF: &str = include_str!("../fixtures/golden/brief.md");
const ANSWERS: [&str; 3] = [
    include_str!("../fixtures/golden/plan.json"),
    include_str!("../fixtures/golden/align-1.json"),
    include_str!("../fixtures/golden/align-2.json"),
];

fn cassette() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden/cassette.json")
}

async fn call(it: &mut Session, command: &str, argument: Value) -> Value {
    let call = json!({ "command": command, "arguments": [argument] });
    it.client.request("workspace/executeCommand", call).await
}

/// The paths and targets of what is out of line.
async fn outdated(it: &mut Session) -> Vec<String> {
    let told = call(it, "docket.align", json!({})).await;
    let rows = told["outdated"].as_array().unwrap().iter();
    rows.map(|it| {
        format!(
            "{} {}",
            it["why"].as_str().unwrap(),
            it["of"].as_str().unwrap()
        )
    })
    .collect()
}

#[tokio::test]
async fn a_brief_is_planned_changed_and_back_in_line() {
    let state = tempfile::tempdir().unwrap();
    let project = Project::new("");
    project.write(".docs/brief.md", BRIEF);
    let records = std::env::var_os("DOCKET_GOLDEN_RECORD").is_some();
    let model = ModelServer::start().await;
    for answer in ANSWERS {
        model.answers(&serde_json::from_str(answer).unwrap()).await;
    }
    let (variable, config) = match records {
        true => ("DOCKET_AI_RECORD", model.config()),
        // Nobody listens there.
        false => ("DOCKET_AI_REPLAY", config_at("http://127.0.0.1:9")),
    };
    project.write(".docs/docket.toml", &config);
    let env = env(&project.root())
        .with_var("XDG_STATE_HOME", &state.path().to_string_lossy())
        .with_var(variable, &cassette().to_string_lossy());
    let mut client = Client::start(env);
    let offered = client.initialize(full(), &project.uri("")).await;
    client.ignored.push("textDocument/publishDiagnostics");
    let mut it = Session {
        project,
        client,
        offered: offered["capabilities"].clone(),
    };

    let planned = call(&mut it, "docket.plan", json!({ "yes": true })).await;
    assert_eq!(planned["proposal"]["state"], "accepted", "{planned:#}");
    let requirements = planned["plan"]["requirements"].as_array().unwrap().len();
    let tickets = planned["plan"]["tickets"].as_array().unwrap().len();
    assert_eq!((requirements, tickets), (9, 7));
    for path in ["requirements", "architecture", "data-model"] {
        let text = it.project.read(&format!(".docs/{path}.md"));
        assert!(text.lines().count() > 10, "{text}");
    }
    assert!(
        it.project
            .read(".docs/brief.md")
            .contains("- How is a child reminded? (by a parent's mail | not at all)\n")
    );
    assert_eq!(outdated(&mut it).await, [""; 0]);
    let covered = call(&mut it, "docket.plan", json!({ "noModel": true })).await;
    let without = covered["coverage"].as_array().unwrap().iter();
    let without = without.filter(|it| it["tickets"].as_array().unwrap().is_empty());
    assert_eq!(without.count(), 2, "the two that hold for everything");

    // One sentence is changed, and is not saved yet.
    it.open(".docs/brief.md").await;
    let uri = it.project.uri(".docs/brief.md");
    let line = BRIEF
        .lines()
        .position(|it| it.contains("is lent for three weeks"));
    let line = line.unwrap() as u32;
    it.client
        .edit(&uri, 2, Some([line, 19, line, 24]), "four")
        .await;
    let marked = outdated(&mut it).await;
    // The requirement, and behind it its ticket; of nine requirements no other.
    assert_eq!(marked.len(), 2, "{marked:?}");
    let requirement = marked[0].strip_prefix("changed ").unwrap().to_owned();
    let ticket = marked[1].strip_prefix("behind ").unwrap().to_owned();

    for (of, file) in [(&requirement, None), (&ticket, Some(&ticket))] {
        let told = call(&mut it, "docket.update", json!({ "of": of, "yes": true })).await;
        assert_eq!(told["proposal"]["state"], "accepted", "{told:#}");
        let diff = told["proposal"]["diff"].as_str().unwrap();
        let changed = diff
            .lines()
            .filter(|it| it.starts_with('-') && !it.starts_with("---"));
        // Two passages and the record of where it came from.
        assert_eq!(changed.count(), 3, "{diff}");
        assert_eq!(file.is_some(), diff.contains("tickets/"), "{diff}");
    }
    assert_eq!(outdated(&mut it).await, [""; 0]);
    let status = it
        .of_file("textDocument/diagnostic", ".docs/brief.md")
        .await;
    assert_eq!(status["items"], json!([]), "{status:#}");
    let n_asked = model.asked().await.len();
    assert_eq!(n_asked, if records { ANSWERS.len() } else { 0 });
    it.client.finish().await;
}
