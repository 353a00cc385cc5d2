//! Each verb does what the contract says.

use expect_test::expect;
use serde_json::{Value, json};

use super::{KETTLE, command, docket, json, run_of};
use crate::support::project::Project;

fn rows(value: &Value, list: &str, keys: &[&str]) -> String {
    let row = |it: &Value| {
        let cells = keys
            .iter()
            .map(|key| docket_core::json::sorted(it[key].clone()).to_string());
        cells.collect::<Vec<_>>().join(" ") + "\n"
    };
    value[list].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn todos_have_every_key_in_every_row() {
    let project = Project::new(KETTLE);
    let (code, value) = json(&project, &["todos"], "todos");
    assert_eq!((code, &value["schema"]), (0, &json!(1)));
    let mut first = value["todos"][0].clone();
    let fingerprint = first["fingerprint"].take();
    assert_eq!(
        fingerprint.as_str().map(str::len),
        Some(16),
        "{fingerprint}"
    );
    assert_eq!(
        first,
        json!({"path": "src/main.rs", "line": 1, "column": 4, "offset": 3, "cell": null,
            "keyword": "TODO", "text": "ring", "body": "twice",
            "references": ["T-7k3f", "@ana", "#12", "!loud"], "ticket": "T-7k3f",
            "priority": "critical", "conditions": [], "due": null, "documentation": false,
            "fingerprint": null, "change": null, "before": null, "author": null})
    );
    let keys = [
        "line",
        "column",
        "offset",
        "keyword",
        "ticket",
        "conditions",
        "due",
    ];
    expect![[r#"
        1 4 3 "TODO" "T-7k3f" [] null
        3 4 56 "FIXME" "T-9x2m" [] null
        6 19 138 "TODO" null ["2026-12-31"] "2027-01-01"
    "#]]
    .assert_eq(&rows(&value, "todos", &keys));
}

#[test]
fn offsets_are_bytes_on_the_disk_in_utf_16_too() {
    let project = Project::new("//- /.docs/docket.toml\n");
    let units = std::iter::once(0xfeff).chain("// \u{1F600} ok\r\n// TODO: x\r\n".encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    std::fs::write(project.root().join("wide.c"), &bytes).unwrap();
    let (_, value) = json(&project, &["todos"], "todos");
    let offset = value["todos"][0]["offset"].as_u64().unwrap() as usize;
    assert_eq!(&bytes[offset..offset + 4], b"T\0O\0");
    expect!["2 4\n"].assert_eq(&rows(&value, "todos", &["line", "column"]));
}

#[test]
fn check_tells_findings_and_fails_at_the_level() {
    let project = Project::new(KETTLE);
    let (code, value) = json(&project, &["check"], "check");
    let keys = ["rule", "severity", "path", "line", "column", "ticket"];
    expect![[r#"
        "invalid-field" "error" ".docs/tickets/T-2b7q-trust.md" 4 9 "T-2b7q"
        "stale-todo" "warning" "src/main.rs" 3 4 "T-9x2m"
        "untracked-todo" "hint" "src/main.rs" 6 19 null
    "#]]
    .assert_eq(&rows(&value, "findings", &keys));
    assert_eq!(code, 1);
    assert_eq!(
        value["counts"],
        json!({"error": 1, "warning": 1, "information": 0, "hint": 1})
    );
    let code = |args: &[&str]| docket(&project, &[&["check"], args].concat()).code;
    assert_eq!(code(&["src"]), 1);
    assert_eq!(code(&["src", "--fail-on", "error"]), 0);
    assert_eq!(code(&["--fail-on", "error"]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    assert_eq!(code(&[".docs/docket.toml", "--fail-on", "hint"]), 0);
}

#[test]
fn check_shows_source_lines_and_a_summary() {
    let project = Project::new(KETTLE);
    let run = docket(&project, &["check", "src"]);
    assert!(
        run.stdout.starts_with("warning[stale-todo]: T-9x2m"),
        "{}",
        run.stdout
    );
    for part in [
        " --> src/main.rs:3:4\n",
        "3 | // FIXME(T-9x2m): read it\n",
        "  |    ^^^^^^^^^^^^^^^",
        "\n1 warning, 1 hint in 1 file; 1 not shown, see `--level hint`\n",
    ] {
        assert!(
            run.stdout.contains(part),
            "{part:?} is not in\n{}",
            run.stdout
        );
    }
    assert!(!run.stdout.contains('\x1b'), "colours in a pipe");
    let run = docket(
        &project,
        &["check", "src", "--level", "hint", "--color", "always"],
    );
    assert!(
        run.stdout.contains("untracked-todo") && run.stdout.contains('\x1b'),
        "{}",
        run.stdout
    );
}

#[test]
fn github_commands_name_files_from_the_repository_root() {
    let project = Project::new(KETTLE);
    let output = command(&project, &["check", "src", "--format", "github"])
        .env("GITHUB_WORKSPACE", project.root().parent().unwrap())
        .output();
    let run = run_of(output.unwrap());
    let folder = project.root();
    let folder = folder.file_name().unwrap().to_str().unwrap();
    let start = format!("::warning file={folder}/src/main.rs,line=3,endLine=3,col=4,");
    assert!(run.stdout.starts_with(&start), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1);
}

#[test]
fn sarif_has_a_rule_for_each_result() {
    let project = Project::new(KETTLE);
    let run = docket(&project, &["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let tool = &log["runs"][0]["tool"]["driver"];
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!((&log["version"], results.len()), (&json!("2.1.0"), 3));
    for result in results {
        let idx = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(tool["rules"][idx]["id"], result["ruleId"]);
    }
}

#[test]
fn tickets_are_listed_shown_and_put_in_order() {
    let project = Project::new(KETTLE);
    let (_, value) = json(&project, &["show", "7K3F"], "tickets");
    assert_eq!(
        value["tickets"],
        json!([{"id": "T-7k3f", "title": "Ring the bell", "status": "in-progress", "kind": "active",
            "priority": "high", "type": null, "labels": ["sound"], "assignees": ["ana"],
            "milestone": null, "parent": null, "depends-on": ["T-9x2m"], "due": "2026-12-01",
            "estimate": 3.0, "github": null, "path": ".docs/tickets/T-7k3f-ring.md",
            "criteria": {"done": 1, "total": 2}, "todos": 1, "score": null, "why": null}])
    );
    let list = |args: &[&str]| {
        let (code, value) = json(&project, &[&["list"], args].concat(), "tickets");
        assert_eq!(code, 0);
        rows(&value, "tickets", &["id"]).replace('\n', " ")
    };
    assert_eq!(list(&[]), "\"T-2b7q\" \"T-7k3f\" ");
    assert_eq!(
        list(&["--status", "all"]),
        "\"T-2b7q\" \"T-7k3f\" \"T-9x2m\" "
    );
    assert_eq!(list(&["--status", "active,done"]), "\"T-7k3f\" \"T-9x2m\" ");
    assert_eq!(list(&["--assignee", "@Ana"]), "\"T-7k3f\" ");
    assert_eq!(list(&["--assignee", "none"]), "\"T-2b7q\" ");
    assert_eq!(list(&["--label", "sound", "bell"]), "\"T-7k3f\" ");
    assert_eq!(list(&["nothing"]), "");
    let (_, next) = json(&project, &["next"], "tickets");
    assert_eq!(rows(&next, "tickets", &["id"]), "\"T-2b7q\"\n");
    let first = &next["tickets"][0];
    assert_eq!(first["why"][0]["part"], "value");
    assert!(first["score"].as_f64().unwrap() > 0.0, "{first}");
    let why = docket(&project, &["next", "--why"]).stdout;
    assert!(why.contains("taken as medium"), "{why}");
    let text = docket(&project, &["list"]).stdout;
    assert!(
        text.contains("T-7k3f  in-progress  high  Ring the bell"),
        "{text}"
    );
    let waits = |status| {
        let fields = ["set", "T-7k3f", "depends-on=T-2b7q", status];
        docket(&project, &fields)
            .stdout
            .contains("waits for T-2b7q")
    };
    assert!(waits("status=todo") && !waits("status=done"));
}

#[test]
fn a_ticket_is_made_and_one_field_is_changed() {
    let project = Project::new(KETTLE);
    let args = [
        "new",
        "Say \"hot\": now",
        "type=bug",
        "labels=a,b",
        "due=2026-12-24",
    ];
    let (code, value) = json(&project, &args, "tickets");
    let ticket = &value["tickets"][0];
    assert_eq!(
        (code, &ticket["title"], &ticket["status"]),
        (0, &json!(args[1]), &json!("backlog"))
    );
    let path = ticket["path"].as_str().unwrap();
    let text = project.read(path);
    assert!(
        text.contains("labels: [a, b]\n") && text.contains("created: 2026-11-21\n"),
        "{text}"
    );
    let (code, _) = json(&project, &["check", path], "check");
    assert_eq!(code, 0);

    let before = project.read(".docs/tickets/T-7k3f-ring.md");
    let (_, value) = json(
        &project,
        &["set", "T-7k3f", "status=review", "labels+=loud"],
        "tickets",
    );
    assert_eq!(value["tickets"][0]["status"], "review");
    let after = project.read(".docs/tickets/T-7k3f-ring.md");
    let expected = before
        .replace("status: in-progress", "status: review")
        .replace("[sound]", "[sound, loud]");
    assert_eq!(after, expected);
    docket(
        &project,
        &["set", "7k3f", "labels-=loud", "status=in-progress"],
    );
    assert_eq!(project.read(".docs/tickets/T-7k3f-ring.md"), before);
}

#[test]
fn init_makes_what_is_missing_and_touches_nothing_else() {
    let project = Project::new("//- /.docs/brief.md\nmine\n");
    let (code, value) = json(&project, &["init"], "init");
    assert_eq!((code, value["created"].as_array().unwrap().len()), (0, 2));
    assert_eq!(project.read(".docs/brief.md"), "mine\n");
    let (_, check) = json(&project, &["check", "--fail-on", "hint"], "check");
    assert_eq!(check["findings"], json!([]), "what init writes is clean");
    let (code, again) = json(&project, &["init"], "init");
    assert_eq!((code, &again["created"]), (0, &json!([])));
}

#[test]
fn people_are_written_without_the_sign() {
    let project = Project::new(KETTLE);
    let (code, value) = json(&project, &["set", "7k3f", "assignees=@ben, ana"], "tickets");
    assert_eq!(
        (code, &value["tickets"][0]["assignees"]),
        (0, &json!(["ben", "ana"]))
    );
    let (_, value) = json(&project, &["set", "7k3f", "assignees-=@ben"], "tickets");
    assert_eq!(value["tickets"][0]["assignees"], json!(["ana"]));
    let (_, value) = json(&project, &["new", "Pour", "assignees=@ben"], "tickets");
    assert_eq!(value["tickets"][0]["assignees"], json!(["ben"]));
}

#[test]
fn a_slip_in_a_status_hides_no_ticket() {
    let project = Project::new(KETTLE);
    project.write(
        ".docs/tickets/T-2222-pour.md",
        "---\nid: T-2222\ntitle: Pour\nstatus: dnoe\nassignees: [\"@ben\"]\n---\n",
    );
    let board = docket(&project, &["board"]).stdout;
    assert!(board.contains("dnoe 1"), "{board}");
    let (_, value) = json(&project, &["show", "2222"], "tickets");
    assert_eq!(value["tickets"][0]["assignees"], json!(["ben"]));
}

#[test]
fn the_rest_answers_in_both_forms() {
    let project = Project::new(KETTLE);
    let (_, value) = json(&project, &["explain"], "explain");
    assert_eq!(
        value["rules"].as_array().unwrap().len(),
        docket_core::rules::RuleId::ALL.len()
    );
    let (_, stale) = json(&project, &["explain", "stale-todo"], "explain");
    let explanation = stale["rules"][0]["explanation"].as_str().unwrap();
    assert!(explanation.contains("## Why"), "{explanation}");
    let page = docket(&project, &["explain", "stale-todo"]).stdout;
    for part in ["stale-todo  warning", "\nWhy\n", "    [rules.stale-todo]"] {
        assert!(page.contains(part), "{page}");
    }
    let (_, status) = json(&project, &["status"], "status");
    assert_eq!(
        (&status["todos"], &status["findings"]["error"]),
        (&json!(3), &json!(1))
    );
    json(&project, &["board"], "tickets");
    json(&project, &["doctor"], "doctor");
    for args in [
        &["status"][..],
        &["board"],
        &["doctor"],
        &["explain", "due-todo"],
        &["show", "7k3f"],
    ] {
        let run = docket(&project, args);
        assert!(
            run.code == 0 && !run.stdout.is_empty() && run.stderr.is_empty(),
            "{args:?}: {}",
            run.stderr
        );
    }
    let screen = docket(&project, &["status"]).stdout;
    assert!(
        screen.contains("\ntodos     3   1 untracked\n")
            && screen.contains("\nfindings  3   1 error   1 warning   1 hint\n"),
        "{screen}"
    );
    expect![[r#"
        backlog 0                       todo 0                          in-progress 1                   review 0                        urgent 1
                                                                        T-7k3f @ana                                                     T-2b7q
                                                                        Ring the bell                                                   A kettle to trust
    "#]]
    .assert_eq(&docket(&project, &["board"]).stdout);
    let script = docket(&project, &["completions", "bash"]).stdout;
    assert!(script.contains("todos"));
    let version = docket(&project, &["--version"]).stdout;
    assert_eq!(
        version.trim(),
        format!("docket {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn fix_makes_the_safe_fixes_and_tells_what_is_left() {
    let project = Project::new(
        "//- /.docs/one.md\n# One\n\nSee [two](deep/two), [it](T-2222-old.md#x) and [[none]].\n//- /.docs/deep/two.md\n# Two\n//- /.docs/tickets/T-2222-new.md\n---\nid: T-2222\ntitle: New\n---\n# x\n",
    );
    let (code, value) = json(&project, &["check", "--fix"], "check");
    expect![[r#"
        "broken-link" ".docs/one.md" false
    "#]]
    .assert_eq(&rows(&value, "findings", &["rule", "path", "fixable"]));
    assert_eq!(code, 1);
    assert_eq!(
        project.read(".docs/one.md"),
        "# One\n\nSee [two](deep/two.md), [it](tickets/T-2222-new.md#x) and [[none]].\n"
    );
    let before = project.read(".docs/one.md");
    docket(&project, &["check", "--fix"]);
    assert_eq!(project.read(".docs/one.md"), before);
}

/// What the closed tickets tell is taken away as well as given, in the sum and for a program.
#[test]
fn what_was_learned_is_in_the_sum() {
    let closed = |nth: usize, status: &str, kind: &str| {
        format!(
            "//- /.docs/tickets/T-{nth}.md\n---\nid: T-{nth}\ntitle: x\nstatus: {status}\ntype: {kind}\n---\n"
        )
    };
    let ended = (2000..2008).map(|it| closed(it, "done", "feature"));
    let ended = ended.chain((3000..3008).map(|it| closed(it, "dropped", "chore")));
    let open = "//- /.docs/docket.toml\n//- /.docs/tickets/T-a.md\n---\nid: T-a\ntitle: A\ntype: chore\n---\n\
                //- /.docs/tickets/T-b.md\n---\nid: T-b\ntitle: B\ntype: feature\n---\n";
    let project = Project::new(&(open.to_owned() + &ended.collect::<String>()));
    let (_, next) = json(&project, &["next"], "tickets");
    assert_eq!(rows(&next, "tickets", &["id"]), "\"T-b\"\n\"T-a\"\n");
    let why = &next["tickets"][1]["why"][1];
    assert_eq!(
        (&why["part"], &why["points"]),
        (&"learned".into(), &(-1.1).into())
    );
    let shown = docket(&project, &["next", "--why"]).stdout;
    let sum = "12 = 13 no priority, taken as medium - 1 finished less often than others here: 0 of 8 of type chore (all: 8 of 16)";
    assert!(shown.contains(sum), "{shown}");
    project.write(".docs/docket.toml", "[priorities]\nlearned = 0\n");
    let shown = docket(&project, &["next", "--why"]).stdout;
    assert!(!shown.contains("finished"), "{shown}");
}
