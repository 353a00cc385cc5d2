//! `docket analyze` against a real history.

use serde_json::json;

use super::{Run, command, git, json, run_of};
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
