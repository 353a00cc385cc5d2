//! What a day with tickets asks of the terminal: templates, the archive, taking a ticket away.

use expect_test::expect;

use super::{docket, json};
use crate::support::project::Project;

/// The text of the one ticket file, the id in its name and text replaced.
fn only_ticket(project: &Project) -> String {
    let folder = project.root().join(".docs/tickets");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let path = files.pop().unwrap().unwrap().path();
    let name = path.file_name().unwrap().to_str().unwrap();
    let id = &name[..6];
    let text = std::fs::read_to_string(&path).unwrap();
    format!("{name}\n{text}").replace(id, "T-____")
}

#[test]
fn a_template_gives_fields_and_a_body() {
    let project = Project::new(
        "//- /.docs/docket.toml\n//- /.docs/templates/bug.md\n---\ntype: bug\nlabels: [triage, \"a, b\"]\nassignees:\n---\n# {title} ({id})\n",
    );
    let args = ["new", "Crash on {id}", "--template", "bug", "priority=high"];
    let (code, value) = json(&project, &args, "tickets");
    assert_eq!(code, 0, "{value}");
    expect![[r#"
        T-____-crash-on-id.md
        ---
        id: T-____
        title: Crash on {id}
        priority: high
        type: bug
        labels: [triage, "a, b"]
        created: 2026-11-21
        ---

        # Crash on {id} (T-____)
    "#]]
    .assert_eq(&only_ticket(&project));
}

#[test]
fn a_field_that_is_given_goes_before_the_templates() {
    let project = Project::new("//- /.docs/docket.toml\n");
    let args = ["new", "Tidy up", "-t", "chore", "type=task"];
    assert_eq!(docket(&project, &args).code, 0);
    expect![[r#"
        T-____-tidy-up.md
        ---
        id: T-____
        title: Tidy up
        type: task
        created: 2026-11-21
        ---

        ## What is done afterwards

        - [ ] 
    "#]]
    .assert_eq(&only_ticket(&project));
}

#[test]
fn a_template_that_is_none_makes_no_ticket() {
    let project = Project::new(
        "//- /.docs/templates/odd.md\n---\nstatus: [a]\n---\n//- /.docs/templates/own.md\nx\n",
    );
    let refused = |name: &str| {
        let (code, value) = json(&project, &["new", "x", "--template", name], "error");
        format!(
            "{code} {} | {}\n",
            value["error"]["message"], value["error"]["hint"]
        )
    };
    let said = ["none", "../tickets/x", "odd"].map(refused).concat();
    expect![[r#"
        2 "there is no template `none`" | "there are bug, chore, feature, odd, own; one of your own is a file in `.docs/templates/`"
        2 "there is no template `../tickets/x`" | "there are bug, chore, feature, odd, own; one of your own is a file in `.docs/templates/`"
        1 "`.docs/templates/odd.md` is no template: its field `status` holds neither a value nor a list of values" | null
    "#]]
    .assert_eq(&said);
    assert!(!project.root().join(".docs/tickets").exists());
}

const RING: &str = "
//- /.docs/tickets/T-7k3f-ring.md
---
id: T-7k3f
title: Ring
status: todo
---
//- /.docs/tickets/T-2b7q-sing.md
---
id: T-2b7q
title: Sing
depends-on: [T-7k3f]
---
After [the ring](T-7k3f-ring.md).
//- /a.rs
// TODO(T-7k3f): ring
";

#[test]
fn an_archived_ticket_is_a_ticket_as_before() {
    let project = Project::new(RING);
    let path = ".docs/tickets/archive/T-7k3f-ring.md";
    let (code, value) = json(&project, &["archive", "7k3f"], "error");
    assert_eq!(code, 1);
    assert_eq!(
        value["error"]["hint"],
        "`docket set T-7k3f status=done` first"
    );
    docket(&project, &["set", "T-7k3f", "status=dropped"]);
    // Nobody is there to be asked.
    for args in [&["archive", "7k3f"][..], &["archive", "7k3f", "--dry-run"]] {
        let (code, value) = json(&project, args, "retire");
        assert_eq!(
            (code, &value["done"], &value["to"]),
            (0, &false.into(), &path.into())
        );
        assert!(!project.root().join(path).exists());
    }
    let run = docket(&project, &["archive", "T-7k3f", "--yes"]);
    expect![[r#"
        T-7k3f "Ring"
          .docs/tickets/T-7k3f-ring.md → .docs/tickets/archive/T-7k3f-ring.md
          .docs/tickets/T-2b7q-sing.md:6:18  After [the ring](T-7k3f-ring.md).  the link follows
          2 references by its id go on as before
    "#]]
    .assert_eq(&run.stdout);
    assert!(project.read(path).contains("status: dropped"));
    let (_, value) = json(&project, &["show", "T-7k3f"], "tickets");
    assert_eq!(value["tickets"][0]["path"], path);
    let (_, value) = json(&project, &["check", "--fail-on", "never"], "check");
    let rules: Vec<_> = value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["rule"])
        .collect();
    assert_eq!(rules, ["stale-todo"]);
}

#[test]
fn a_deleted_ticket_is_shown_with_all_that_names_it_first() {
    let project = Project::new(RING);
    let run = docket(&project, &["delete", "T-7k3f"]);
    expect![[r#"
        T-7k3f "Ring"
          .docs/tickets/T-7k3f-ring.md is deleted
          .docs/tickets/T-2b7q-sing.md:4:14  depends-on: [T-7k3f]               the id is taken out
          .docs/tickets/T-2b7q-sing.md:6:18  After [the ring](T-7k3f-ring.md).  the link becomes its text
          a.rs:1:9                           // TODO(T-7k3f): ring              the id is taken out
    "#]]
    .assert_eq(&run.stdout);
    assert!(
        run.stderr.contains("nothing is done yet: `--yes` does it"),
        "{}",
        run.stderr
    );
    assert_eq!(project.read("a.rs"), "// TODO(T-7k3f): ring\n");
    assert_eq!(docket(&project, &["delete", "T-7k3f", "--yes"]).code, 0);
    assert!(!project.root().join(".docs/tickets/T-7k3f-ring.md").exists());
    assert_eq!(project.read("a.rs"), "// TODO: ring\n");
    assert_eq!(
        project.read(".docs/tickets/T-2b7q-sing.md"),
        "---\nid: T-2b7q\ntitle: Sing\ndepends-on: []\n---\nAfter the ring.\n"
    );
    assert_eq!(docket(&project, &["check"]).code, 0);
}
