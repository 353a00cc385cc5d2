//! A run of several questions to a model that is killed in its midst goes on where it was.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::World;
use crate::support::model::ModelServer;

/// Longer than anything takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A page that is too long for one question, and what a model says of each of its parts.
fn page() -> String {
    let long = "Words that say little. ".repeat(90);
    format!(
        "# Shop\n\n## One\n\nThings have a price. {long}\n\n## Two\n\nPeople can order. {long}\n"
    )
}

fn spec(title: &str, quote: &str) -> Value {
    json!({
        "requirements": [{ "title": title, "text": "So.", "quote": quote, "kind": "wanted",
            "criteria": [], "priority": null, "estimate": null, "after": [] }],
        "users": [], "entities": [], "components": [], "questions": [],
    })
}

#[tokio::test]
async fn a_plan_that_was_killed_between_its_questions_asks_the_second_alone() {
    let model = ModelServer::start().await;
    let world = World::new("");
    let config = model.config();
    let config = config.replace("[ai]\n", "[ai]\ncontext = 700\nmax-output = 1000\n");
    world.project.write(".docs/docket.toml", &config);
    world.project.write(".docs/brief.md", &page());
    let args = ["plan", "--yes", "--json"];
    model
        .answers(&spec("Show prices", "Things have a price"))
        .await;
    // Never, as far as this run is concerned.
    let never = spec("Take no orders", "People can order");
    model.answers_after(&never, 10 * PATIENCE).await;

    let mut command = world.command(&args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let begun = Instant::now();
    while model.asked().await.len() < 2 {
        assert!(begun.elapsed() < PATIENCE, "the second is never asked");
        let ended = process.try_wait().unwrap();
        assert!(ended.is_none(), "it ended by itself: {ended:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    process.kill().unwrap();
    assert_eq!(process.wait().unwrap().signal(), Some(9));
    let requirements = world.project.root().join(".docs/requirements.md");
    assert!(!requirements.exists(), "half of it was made");

    model
        .answers(&spec("Take orders", "People can order"))
        .await;
    let run = world.docket(&args);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told = run.json();
    let titles = told["requirements"].as_array().unwrap().iter();
    let titles: Vec<_> = titles.map(|it| &it["title"]).collect();
    assert_eq!(titles, ["Show prices", "Take orders"], "{told:#}");
    assert_eq!(told["done"], true);
    // Two before it was killed, and the second of them again.
    let asked = model.asked().await;
    assert_eq!(asked.len(), 3);
    assert_ne!(asked[0]["messages"], asked[1]["messages"]);
    assert_eq!(asked[1]["messages"], asked[2]["messages"]);
    // What it cost is that of both answers.
    assert_eq!(told["proposal"]["cost"], "$0.0024", "{told:#}");
    assert!(requirements.exists());
}
