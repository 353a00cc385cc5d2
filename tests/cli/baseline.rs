//! `docket check --baseline`, and what `--fix` says.

use expect_test::expect;
use serde_json::json;

use super::{docket, json};
use crate::support::project::Project;

const START: &str = "
//- /.docs/docket.toml
//- /src/a.rs
// TODO(T-9999): unknown
// TODO: untracked
";

const WRITE: &[&str] = &["check", "--baseline", ".docs/base.json", "--write-baseline"];
const CHECK: &[&str] = &["check", "--baseline", ".docs/base.json"];

#[test]
fn what_a_baseline_knows_is_not_told() {
    let project = Project::new(START);
    assert_eq!(docket(&project, &["check"]).code, 1);
    let run = docket(&project, WRITE);
    assert_eq!(
        (run.code, &*run.stdout),
        (0, "wrote 2 findings to .docs/base.json\n")
    );
    expect![[r#"
        {
          "schema": 1,
          "findings": [
            {"path":"src/a.rs","rule":"unknown-ticket","fingerprint":"3ed84b086bb2a04d"},
            {"path":"src/a.rs","rule":"untracked-todo","fingerprint":"3679acb0287f0885"}
          ]
        }
    "#]]
    .assert_eq(&project.read(".docs/base.json"));
    let (code, value) = json(&project, CHECK, "check");
    assert_eq!((code, &value["findings"]), (0, &json!([])));

    // Elsewhere in the file and in another file it is the same; one more of it is not.
    project.write("src/a.rs", "fn a() {}\n\n// TODO(T-9999): unknown\n");
    project.write("src/b.rs", "// TODO: untracked\n// TODO: untracked\n");
    let (code, value) = json(&project, &[CHECK, &["--fail-on", "hint"]].concat(), "check");
    let lines: Vec<_> = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["line"])
        .collect();
    assert_eq!((code, lines), (1, vec![&json!(2)]));

    // What is mended may leave the file.
    project.write("src/a.rs", "fn a() {}\n");
    let run = docket(&project, CHECK);
    assert!(
        run.stdout
            .contains("knows 2 findings: 1 is gone; `--write-baseline`"),
        "{}",
        run.stdout
    );
    assert_eq!(docket(&project, WRITE).code, 0);
    let (_, value) = json(&project, CHECK, "check");
    assert_eq!(
        value["baseline"],
        json!({"path": ".docs/base.json", "known": 2, "gone": 0})
    );
}

#[test]
fn what_is_no_baseline_is_refused_and_stays() {
    let project = Project::new(START);
    let told = |args: &[&str]| {
        let (code, value) = json(&project, args, "error");
        (code, value["error"]["message"].as_str().unwrap().to_owned())
    };
    let (code, message) = told(CHECK);
    assert_eq!((code, &*message), (2, "`.docs/base.json` does not exist"));
    docket(&project, WRITE);
    let whole = project.read(".docs/base.json");
    let half = &whole[..whole.len() / 2];
    project.write(".docs/base.json", half);
    for args in [CHECK, WRITE] {
        let (_, message) = told(args);
        assert!(
            message.starts_with("`.docs/base.json` is no baseline"),
            "{message}"
        );
        assert_eq!(project.read(".docs/base.json"), half);
    }
    let (_, message) = told(&["check", "--baseline", "../b.json", "--write-baseline"]);
    assert_eq!(message, "`../b.json` is outside the project");
    assert_eq!(docket(&project, &["check", "--write-baseline"]).code, 2);
}

#[test]
fn fix_says_what_it_did_and_mends_only_what_is_told() {
    let project = Project::new(
        "//- /.docs/docket.toml\n//- /.docs/there.md\n# There\n//- /.docs/a.md\n[x](there)\n//- /.docs/b.md\n\n[x](there)\n",
    );
    docket(&project, WRITE);
    project.write(".docs/c.md", "\n[x](there)\n");
    let run = docket(&project, &[CHECK, &["--fix"]].concat());
    expect![[r#"
        fixed .docs/c.md:2: broken-link: Change to `there.md`
    "#]]
    .assert_eq(&run.stderr);
    assert_eq!(project.read(".docs/a.md"), "[x](there)\n");
    assert_eq!(project.read(".docs/c.md"), "\n[x](there.md)\n");
    let (_, value) = json(&project, &["check", "--fix"], "check");
    assert_eq!(
        value["fixed"][1],
        json!({"rule": "broken-link", "path": ".docs/b.md", "line": 2, "title": "Change to `there.md`"})
    );
    assert_eq!(project.read(".docs/b.md"), "\n[x](there.md)\n");
}
