//! `docket rename`: a title or an id, and all that follows.

use serde_json::json;

use super::{KETTLE, docket, json};
use crate::support::project::Project;

#[test]
fn a_title_takes_the_file_and_its_links_along() {
    let project = Project::new(KETTLE);
    project.write(
        ".docs/notes.md",
        "[bell](tickets/T-7k3f-ring.md) [[T-7k3f]]\n",
    );
    let shown = docket(&project, &["rename", "7k3f", "Ring it: twice", "--dry-run"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(
        shown.stdout.contains("T-7k3f-ring-it-twice.md"),
        "{}",
        shown.stdout
    );
    assert!(
        project
            .read(".docs/tickets/T-7k3f-ring.md")
            .contains("title: Ring the bell")
    );

    let before = project.read(".docs/tickets/T-7k3f-ring.md");
    let (code, value) = json(&project, &["rename", "7k3f", "Ring it: twice"], "tickets");
    let path = ".docs/tickets/T-7k3f-ring-it-twice.md";
    assert_eq!((code, &value["tickets"][0]["path"]), (0, &json!(path)));
    let expected = before.replace("title: Ring the bell", "title: \"Ring it: twice\"");
    assert_eq!(project.read(path), expected);
    assert_eq!(
        project.read(".docs/notes.md"),
        "[bell](tickets/T-7k3f-ring-it-twice.md) [[T-7k3f]]\n"
    );
    assert!(!project.root().join(".docs/tickets/T-7k3f-ring.md").exists());
}

#[test]
fn an_id_is_renamed_in_code_and_tickets() {
    let project = Project::new(KETTLE);
    let (code, value) = json(
        &project,
        &["rename", "T-9x2m", "--id", "SENSOR-1"],
        "tickets",
    );
    assert_eq!((code, &value["tickets"][0]["id"]), (0, &json!("SENSOR-1")));
    assert_eq!(
        value["tickets"][0]["path"],
        ".docs/tickets/SENSOR-1-sensor.md"
    );
    assert!(
        project
            .read("src/main.rs")
            .contains("// FIXME(SENSOR-1): read it\n")
    );
    let waits = project.read(".docs/tickets/T-7k3f-ring.md");
    assert!(waits.contains("depends-on: [SENSOR-1]\n"), "{waits}");
    let (_, found) = json(&project, &["check"], "check");
    let rules: Vec<_> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["rule"])
        .collect();
    assert!(!rules.contains(&&json!("unknown-ticket")), "{found:#}");
}

#[test]
fn a_rename_that_cannot_be_right_changes_nothing() {
    let project = Project::new(KETTLE);
    let before = project.read(".docs/tickets/T-7k3f-ring.md");
    for (args, code, says) in [
        (
            &["rename", "T-7k3f", "--id", "T-9x2m"][..],
            1,
            "T-9x2m already",
        ),
        (&["rename", "T-7k3f", "--id", "no id"], 1, "no ticket id"),
        (&["rename", "T-7k3f", " "], 1, "needs a title"),
        (&["rename", "T-7k3f"], 2, "TITLE"),
        (&["rename", "T-zzzz", "x"], 2, "no ticket"),
    ] {
        let run = docket(&project, args);
        assert_eq!(run.code, code, "{args:?} {}", run.stderr);
        assert!(run.stderr.contains(says), "{args:?} {}", run.stderr);
    }
    project.write(
        ".docs/tickets/T-7k3f-b.md",
        "---\nid: T-7k3f\ntitle: B\n---\n",
    );
    let run = docket(&project, &["rename", "T-7k3f", "C"]);
    assert!(
        run.code == 1 && run.stderr.contains("several files"),
        "{}",
        run.stderr
    );
    assert_eq!(project.read(".docs/tickets/T-7k3f-ring.md"), before);
}

#[test]
fn source_in_another_charset_is_renamed_as_well() {
    let project = Project::new(KETTLE);
    let latin = b"// TODO(T-9x2m): caf\xe9\n";
    std::fs::write(project.root().join("src/b.rs"), latin).unwrap();
    let run = docket(&project, &["rename", "T-9x2m", "--id", "T-8w8w"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let bytes = std::fs::read(project.root().join("src/b.rs")).unwrap();
    assert_eq!(bytes, b"// TODO(T-8w8w): caf\xe9\n");
}
