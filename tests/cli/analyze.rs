//! `docket analyze` against a real history, and worded by a model over the wire.

use serde_json::{Value, json};

use super::{Run, command, git, json, run_of};
use crate::support::model::ModelServer;
use crate::support::project::Project;

#[test]
fn what_was_found_becomes_a_ticket_once() {
    let project = Project::new(
        "//- /.docs/docket.toml\n//- /src/a.rs\n// TODO: 1\n// TODO: 2\n// TODO: 3\n// TODO: 4\n// TODO: 5\n",
    );
    git(&project, &["init", "-q", "-b", "main"]);
    for n in 0..6 {
        let text = project.read("src/a.rs") + &format!("fn n{n}() {{}}\n");
        project.write("src/a.rs", &text);
        git(&project, &["add", "src"]);
        let day = "2026-11-01T12:00:00+0000";
        let dated = ["commit", "-qm", "x", "--date", day];
        git(&project, &dated);
    }
    // The terminal's tests have no PATH, and without git there is no history.
    let (_, blind) = json(&project, &["analyze"], "analyze");
    assert_eq!(blind["missing"].as_array().unwrap().len(), 1, "{blind:#}");

    let see = |args: &[&str]| {
        let path = std::env::var("PATH").unwrap();
        let run = run_of(command(&project, args).env("PATH", path).output().unwrap());
        assert_eq!(run.code, 0, "{}", run.stdout);
        serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap()
    };
    let seen = see(&["analyze", "--json"]);
    let findings = seen["findings"].as_array().unwrap().iter();
    let kinds: Vec<_> = findings.map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["hot-spot", "todo-cluster"], "{seen:#}");
    let detail = &seen["findings"][0]["detail"];
    assert_eq!(detail, "6 commits in a year changed its 11 lines");

    let key = seen["findings"][1]["key"].as_str().unwrap();
    let made = see(&["analyze", "--json", "--ticket", key]);
    let path = made["made"][0]["path"].as_str().unwrap();
    let text = project.read(path);
    assert!(text.contains("labels: [analysis]"), "{text}");
    assert!(text.contains("5 TODO."), "{text}");
    let again = see(&[
        "analyze",
        "--json",
        "--kind",
        "todo-cluster",
        "--ticket",
        key,
    ]);
    assert_eq!(again["made"], json!([]));
    assert_eq!(again["findings"][0]["ticket"], made["made"][0]["ticket"]);
    assert_eq!(again["findings"].as_array().unwrap().len(), 1);

    let Run { code, stderr, .. } = super::docket(&project, &["analyze", "--ticket", "none"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("docket analyze"), "{stderr}");
}

/// Two clusters of TODOs, which are told in the order of their paths where nobody says otherwise.
fn clusters(config: &str) -> Project {
    let todos = "// TODO: x\n".repeat(6);
    let project = Project::new("");
    project.write(".docs/docket.toml", config);
    project.write("src/a.rs", &todos);
    project.write("src/b.rs", &todos);
    project
}

fn keys(told: &Value) -> Vec<String> {
    let findings = told["findings"].as_array().unwrap().iter();
    let keys = findings.map(|it| it["key"].as_str().unwrap().to_owned());
    keys.collect()
}

fn said(key: &str, title: &str) -> Value {
    json!({ "key": key, "title": title, "why": "Nobody finds anything there." })
}

#[tokio::test]
async fn a_model_gives_order_and_words_over_the_wire() {
    let model = ModelServer::start().await;
    let project = clusters(&model.config());
    let (_, counted) = json(&project, &["analyze", "--no-model"], "analyze");
    let keys = keys(&counted);
    assert_eq!((keys.len(), &counted["worded"]), (2, &Value::Null));
    assert_eq!(model.asked().await.len(), 0);

    // One that names what was not found is asked for once more, with the reason.
    let invented = [said(&keys[0], "Tidy a"), said("00000000", "Tidy all")];
    model.answers(&json!({ "findings": invented })).await;
    let words = [said(&keys[1], "Tidy b"), said(&keys[0], "Tidy a")];
    model.answers(&json!({ "findings": words })).await;
    let (code, told) = json(&project, &["analyze"], "analyze");
    let asked = model.asked().await;
    assert_eq!((code, asked.len()), (0, 2), "{told:#}");
    let reason = asked[1]["messages"].as_array().unwrap().last().unwrap();
    let reason = reason["content"].to_string();
    assert!(reason.contains("no finding with the key"), "{reason}");
    let rows = told["findings"].as_array().unwrap();
    for (row, (title, path)) in rows
        .iter()
        .zip([("Tidy b", "src/b.rs"), ("Tidy a", "src/a.rs")])
    {
        assert_eq!((&row["title"], &row["path"]), (&json!(title), &json!(path)));
        assert_eq!(row["why"], "Nobody finds anything there.");
        assert_eq!(row["detail"], counted["findings"][0]["detail"]);
    }
    assert_eq!(told["worded"]["model"], "stub/m");
    // Both answers were paid for.
    assert_eq!(told["worded"]["cost"], "$0.0024");

    // What was said is kept: the same question is not asked again, and is drawn as a page.
    let Run { code, stdout, .. } = super::docket(&project, &["analyze"]);
    assert_eq!((code, model.asked().await.len()), (0, 2));
    let place = |what: &str| {
        stdout
            .find(what)
            .unwrap_or_else(|| panic!("{what}: {stdout}"))
    };
    assert!(place("Tidy b") < place("Tidy a"), "{stdout}");
    assert!(place("Nobody finds") < place("order and words by stub/m, analyze@"));
    model.answers(&json!({ "findings": words })).await;
    let (_, told) = json(&project, &["analyze", "--again"], "analyze");
    assert_eq!(
        (told["worded"]["cost"].as_str(), model.asked().await.len()),
        (Some("$0.0012"), 3)
    );
}

#[tokio::test]
async fn what_a_model_says_wrongly_twice_leaves_the_report_as_it_was_counted() {
    let model = ModelServer::start().await;
    let project = clusters(&model.config());
    let (_, counted) = json(&project, &["analyze", "--no-model"], "analyze");
    let keys = keys(&counted);
    let first = said(&keys[0], "Tidy a");
    let mut no_why = said(&keys[1], "Tidy b");
    no_why.as_object_mut().unwrap().remove("why");
    let mut n_asked = 0;
    for (wrong, reason) in [
        (json!({ "findings": [first, no_why] }), "why"),
        (
            json!({ "findings": [first, said("00000000", "Tidy all")] }),
            "there is no finding with the key",
        ),
    ] {
        model.answers(&wrong).await;
        model.answers(&wrong).await;
        let (code, told) = json(&project, &["analyze"], "analyze");
        n_asked += 2;
        assert_eq!((code, model.asked().await.len()), (0, n_asked));
        assert_eq!(told["findings"], counted["findings"]);
        assert_eq!(told["worded"], Value::Null);
        let notes = told["notes"].as_array().unwrap();
        let note = notes[0].as_str().unwrap();
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(
            note.starts_with("no model put this into order and words: "),
            "{note}"
        );
        assert!(note.contains(reason), "{note}");
    }
    model.answers(&json!({})).await;
    model.answers(&json!({})).await;
    let Run { code, stdout, .. } = super::docket(&project, &["analyze"]);
    assert_eq!(code, 0);
    for part in ["todo cluster\n", "src/a.rs", "note no model put this"] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
}
