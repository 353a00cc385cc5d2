//! Wrong input: a clear message, the right exit code, and nothing changed.

use serde_json::json;

use super::{KETTLE, command, docket, json, run_of};
use crate::support::project::Project;

#[test]
fn failures_are_told_in_words_and_as_json() {
    let project = Project::new(KETTLE);
    let cases: [(&[&str], i32, &str, &str); 21] = [
        (
            &["show", "T-7k3g"],
            2,
            "not-found",
            "did you mean T-7k3f (Ring the bell)?",
        ),
        (
            &["show", "sensor"],
            2,
            "not-found",
            "did you mean T-9x2m (Read the sensor)?",
        ),
        (
            &["set", "T-7k3f", "status=reviw"],
            1,
            "invalid-field",
            "did you mean `review`?",
        ),
        (
            &["set", "T-7k3f", "statsu=todo"],
            1,
            "invalid-field",
            "did you mean `status`?",
        ),
        (&["set", "T-7k3f", "due=soon"], 1, "invalid-field", ""),
        (&["set", "T-7k3f", "status+=todo"], 1, "invalid-field", ""),
        (
            &["set", "T-7k3f", "id=T-2222"],
            1,
            "refused",
            "docket rename",
        ),
        (&["set", "T-7k3f", "title="], 1, "refused", ""),
        (
            &["set", "T-7k3f", "status"],
            2,
            "usage",
            "as in `status=review`",
        ),
        (&["new", " "], 2, "usage", ""),
        (&["list", "--status", "opne"], 2, "usage", "kinds: open"),
        (
            &["explain", "stale"],
            2,
            "not-found",
            "did you mean `stale-todo`?",
        ),
        (&["check", "no/such/folder"], 2, "not-found", ""),
        (&["chekc"], 2, "usage", "did you mean `check`?"),
        (
            &["check", "--fail-on", "eror"],
            2,
            "usage",
            "did you mean `error`?",
        ),
        (&["check", "-C", "no/such/folder"], 2, "not-found", ""),
        (
            &["init", "no/such/folder"],
            2,
            "not-found",
            "in a folder that is there",
        ),
        (
            &["new", "priority=high"],
            2,
            "usage",
            "as in `docket new \"Parse bodies\" priority=high`",
        ),
        (
            &["new", "Parse", "bodies"],
            2,
            "usage",
            "stands in quotes: `docket new \"Parse bodies\"`",
        ),
        (
            &["set", "T-7k3f", "priority=hihg"],
            1,
            "invalid-field",
            "`high`",
        ),
        (&["show"], 2, "usage", "explains one"),
    ];
    let before = project.read(".docs/tickets/T-7k3f-ring.md");
    for (args, code, kind, hint) in cases {
        let (found, value) = json(&project, args, "error");
        let error = &value["error"];
        assert_eq!(
            (found, &error["code"]),
            (code, &json!(kind)),
            "{args:?}: {value}"
        );
        let told = error["hint"].as_str().unwrap_or_default();
        assert!(told.contains(hint), "{args:?}: {value}");
        let run = docket(&project, args);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{args:?}");
        assert!(
            run.stderr.starts_with("error: "),
            "{args:?}: {}",
            run.stderr
        );
    }
    assert_eq!(project.read(".docs/tickets/T-7k3f-ring.md"), before);
}

#[test]
fn what_has_no_json_form_says_so() {
    let project = Project::new(KETTLE);
    for args in [
        &["tour"][..],
        &["completions", "bash"],
        &["check", "--format", "sarif"],
    ] {
        let (code, value) = json(&project, args, "error");
        assert_eq!(
            (code, &value["error"]["code"]),
            (2, &json!("usage")),
            "{args:?}: {value}"
        );
    }
}

#[test]
fn a_broken_configuration_is_a_finding_and_stops_nothing() {
    let project = Project::new(KETTLE);
    project.write(
        ".docs/docket.toml",
        "[rules.stale-toto]\nlevel = \"error\"\n= broken",
    );
    let (code, value) = json(&project, &["check", ".docs/docket.toml"], "check");
    assert_eq!(
        (code, &value["findings"][0]["rule"]),
        (1, &json!("invalid-config"))
    );
    assert_eq!(docket(&project, &["todos"]).stdout.lines().count(), 3);
    let (code, _) = json(&project, &["doctor"], "doctor");
    assert_eq!(code, 1);
}

#[test]
fn an_edit_that_cannot_be_exact_is_refused() {
    let project = Project::new(
        "//- /.docs/tickets/T-7k3f.md\n---\nid: T-7k3f\ntitle: &t x\nmilestone: *t\nlabels: &l [a]\n---\n",
    );
    let before = project.read(".docs/tickets/T-7k3f.md");
    let (code, value) = json(&project, &["set", "T-7k3f", "labels=b"], "error");
    assert_eq!(
        (code, &value["error"]["code"]),
        (1, &json!("refused")),
        "{value}"
    );
    assert_eq!(project.read(".docs/tickets/T-7k3f.md"), before);
}

#[test]
fn paths_mean_projects_or_parts_of_them() {
    let project = Project::new(
        "//- /.git/HEAD\nref: refs/heads/main\n//- /a/x.c\n// TODO: one\n//- /b/.docs/docket.toml\n//- /b/y.c\n// TODO: two\n//- /a.c\n// TODO: three\n",
    );
    let todos = |args: &[&str]| {
        let (_, value) = json(&project, &[&["todos"], args].concat(), "todos");
        let texts = value["todos"].as_array().unwrap().iter();
        texts
            .map(|it| format!("{} ", it["path"].as_str().unwrap()))
            .collect::<String>()
    };
    assert_eq!(todos(&["a"]), "a/x.c ");
    assert_eq!(todos(&["a", "a.c"]), "a.c a/x.c ");
    assert_eq!(todos(&["b"]), "y.c ", "a root is that project");
    assert_eq!(
        todos(&["-C", "a"]),
        todos(&["."]),
        "the project around the folder"
    );
    let (code, _) = json(&project, &["todos", "a", "b"], "error");
    assert_eq!(code, 2, "two projects at once");
}

#[test]
fn a_home_folder_is_no_project_unless_it_is_named() {
    let project = Project::new("//- /a.c\n// TODO: x\n");
    let at_home = |args: &[&str]| {
        let output = command(&project, args).env("HOME", project.root()).output();
        run_of(output.unwrap())
    };
    for args in [&["todos"][..], &["check"], &["init"], &["list"]] {
        let run = at_home(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains("home folder"), "{}", run.stderr);
    }
    assert!(!project.root().join(".docs").exists());
    assert_eq!(at_home(&["todos", "."]).stdout, "a.c:1:4: TODO: x\n");
}

#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing_and_says_so() {
    let project = Project::new(KETTLE);
    project.write(
        ".docs/tickets/T-5555-long.md",
        &format!(
            "---\nid: T-5555\ntitle: Long\n---\n{}",
            "long\n".repeat(40_000)
        ),
    );
    let before = project.read(".docs/tickets/T-5555-long.md");
    let script = "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\"";
    let mut limited = std::process::Command::new("/bin/sh");
    let full = command(&project, &[]);
    limited
        .args([
            "-c",
            script,
            env!("CARGO_BIN_EXE_docket"),
            "set",
            "T-5555",
            "status=done",
            "--json",
        ])
        .current_dir(project.root())
        .env_clear()
        .envs(
            full.get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        );
    let run = run_of(limited.output().unwrap());
    let value: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (run.code, &value["error"]["code"]),
        (2, &json!("environment")),
        "{value}"
    );
    assert!(
        value["error"]["hint"].as_str().unwrap().contains("room"),
        "{value}"
    );
    assert_eq!(project.read(".docs/tickets/T-5555-long.md"), before);
    let names = std::fs::read_dir(project.root().join(".docs/tickets")).unwrap();
    assert_eq!(names.count(), 4, "no litter");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let project = Project::new(KETTLE);
    for i in 0..400 {
        project.write(
            format!("many/{i}.c"),
            &"// TODO: one of very many that nobody reads\n".repeat(20),
        );
    }
    let mut child = command(&project, &["todos"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = run_of(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn an_argument_that_is_missing_is_named() {
    let project = Project::new(KETTLE);
    let (code, value) = json(&project, &["set", "T-7k3f"], "error");
    let message = value["error"]["message"].as_str().unwrap();
    assert_eq!(code, 2);
    assert!(message.ends_with("<FIELD=VALUE>..."), "{message}");
}
