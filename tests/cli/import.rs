//! `docket import`: shown, asked, made once; what is cut changes nothing.

use serde_json::json;

use super::{docket, git, json};
use crate::support::project::Project;

const BACKLOG: &str = "
//- /backlog/tasks/back-7 - Whistle.md
---
id: BACK-7
title: Whistle
status: In Progress
assignee: ['@ana']
dependencies: [BACK-8]
---

<!-- SECTION:DESCRIPTION:BEGIN -->
Nobody hears it.
<!-- SECTION:DESCRIPTION:END -->
//- /backlog/tasks/back-8 - Lid.md
---
id: BACK-8
title: Lid
status: Done
assignee: []
---
//- /backlog/tasks/readme.md
# Tasks
";

/// Paths and contents of what the project has in `.docs`.
fn docs(project: &Project) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![project.root().join(".docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let text = std::fs::read_to_string(&path).unwrap();
                    found.push((path.display().to_string(), text));
                }
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_source_is_shown_then_made_and_never_made_twice() {
    let project = Project::new(BACKLOG);
    git(&project, &["init", "-q"]);
    // Without a terminal to ask in, and without `--yes`, it is only shown.
    for args in [
        &["import", "backlog"][..],
        &["import", "backlog", "--dry-run"],
    ] {
        let run = docket(&project, args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let head = "2 tickets of Backlog.md: 2 new, 0 already imported, 1 left out";
        assert!(run.stdout.starts_with(head), "{}", run.stdout);
        assert!(run.stdout.contains("readme.md"), "{}", run.stdout);
        assert_eq!(run.stderr.contains("`--yes` does it"), args.len() == 2);
        assert_eq!(docs(&project), []);
    }
    let (code, shown) = json(&project, &["import", "backlog"], "import");
    assert_eq!((code, &shown["done"]), (0, &json!(false)));
    assert_eq!(docs(&project), []);

    let (code, made) = json(&project, &["import", "backlog", "--yes"], "import");
    assert_eq!((code, &made["done"]), (0, &json!(true)));
    assert_eq!(made["tickets"], shown["tickets"]);
    let ticket = project.read(".docs/tickets/BACK-7-whistle.md");
    assert_eq!(
        ticket,
        "---\nid: BACK-7\ntitle: Whistle\nstatus: in-progress\nassignees: [ana]\ndepends-on: [BACK-8]\nfrom: [\"backlog-md:BACK-7\"]\n---\n\nNobody hears it.\n"
    );
    let checked = docket(&project, &["check", "--fail-on", "hint", "--level", "hint"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);

    // A ticket that has another id and title since then is the same one.
    let run = docket(&project, &["rename", "BACK-7", "--id", "KETTLE-1"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let before = docs(&project);
    let (code, again) = json(&project, &["import", "backlog", "--yes"], "import");
    assert_eq!((code, &again["done"]), (0, &json!(false)));
    assert_eq!(again["tickets"][0]["state"], json!("known"));
    assert_eq!(again["tickets"][0]["id"], json!("KETTLE-1"));
    assert_eq!(docs(&project), before);
}

#[test]
fn what_is_cut_or_unknown_changes_nothing() {
    let project = Project::new(
        "//- /cut.jsonl\n{\"id\":\"a-1\",\"title\":\"One\"}\n{\"id\":\"a-2\",\"ti\n//- /page.md\n# Nothing\n",
    );
    let table = [
        (
            "cut.jsonl",
            1,
            "refused",
            "`cut.jsonl`, line 2: the line ends in the middle of an issue",
        ),
        ("page.md", 2, "usage", "nothing of a tool that docket reads"),
        ("gone.md", 2, "not-found", "`gone.md` does not exist"),
    ];
    for (source, code, kind, message) in table {
        let (exit, value) = json(&project, &["import", source, "--yes"], "error");
        assert_eq!((exit, &value["error"]["code"]), (code, &json!(kind)));
        let said = value["error"]["message"].as_str().unwrap();
        assert!(said.contains(message), "{said}");
        assert_eq!(docs(&project), []);
    }
    // In one folder with a sound source, the cut one refuses both.
    project.write(
        "half/tasks.json",
        "{\"tasks\": [{\"id\": 1, \"title\": \"One\"",
    );
    let (exit, value) = json(&project, &["import", "half", "--yes"], "error");
    assert_eq!((exit, &value["error"]["code"]), (1, &json!("refused")));
    assert!(
        value["error"]["hint"]
            .as_str()
            .unwrap()
            .contains("nothing was changed")
    );
    assert_eq!(docs(&project), []);
    // Bytes that a cut has left of a letter.
    std::fs::write(project.root().join("TODO.md"), b"- [ ] caf\xc3").unwrap();
    let (exit, _) = json(&project, &["import", "TODO.md", "--yes"], "error");
    assert_eq!(exit, 1);
    assert_eq!(docs(&project), []);
}

#[test]
fn links_lead_from_the_ticket_where_they_led_from_the_source() {
    let project = Project::new(
        "
//- /backlog/tasks/back-1.md
---
id: BACK-1
title: As [planned](../../docs/plan.md)
assignee: []
---

![web](../assets/web.jpeg \"The web\"), [plan](../../docs/plan.md#steps), [done](../completed/back-2.md) and `[code](../x.md)`.

See [r].

[r]: <../../docs/a page.md>
//- /backlog/completed/back-2.md
---
id: BACK-2
title: Two
status: Done
assignee: []
---

[before](../tasks/back-1.md)
//- /backlog/assets/web.jpeg
//- /docs/plan.md
# Steps
//- /docs/a page.md
# A page
",
    );
    git(&project, &["init", "-q"]);
    let source = project.read("backlog/tasks/back-1.md");
    let (code, _) = json(&project, &["import", "backlog", "--yes"], "import");
    assert_eq!(code, 0);
    let ticket = project.read(".docs/tickets/BACK-1-as-planned-docs-plan-md.md");
    assert_eq!(
        ticket,
        "---\nid: BACK-1\ntitle: As [planned](../../docs/plan.md)\nstatus: backlog\nfrom: [\"backlog-md:BACK-1\"]\n---\n\n![web](../../backlog/assets/web.jpeg \"The web\"), [plan](../../docs/plan.md#steps), [done](archive/BACK-2-two.md) and `[code](../x.md)`.\n\nSee [r].\n\n[r]: <../../docs/a%20page.md>\n"
    );
    let archived = project.read(".docs/tickets/archive/BACK-2-two.md");
    assert!(
        archived.ends_with("[before](../BACK-1-as-planned-docs-plan-md.md)\n"),
        "{archived}"
    );
    // `broken-link` looks at each of them.
    let checked = docket(&project, &["check", "--fail-on", "hint", "--level", "hint"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert_eq!(project.read("backlog/tasks/back-1.md"), source);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let outside = Project::new("//- /TODO.md\n- [ ] Not of this source\n");
    let project = Project::new("//- /list/TODO.md\n- [ ] Of this source\n");
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(outside.root().join(to), project.root().join(at)).unwrap();
    };
    link("TODO.md", "list/other.md");
    link("", "list/folder");
    let (code, value) = json(&project, &["import", "list", "--yes"], "import");
    assert_eq!((code, value["tickets"].as_array().unwrap().len()), (0, 1));
    let skipped: Vec<_> = value["skipped"].as_array().unwrap().iter().collect();
    assert_eq!(skipped.len(), 2, "{skipped:?}");
    for it in skipped {
        let reason = it["reason"].as_str().unwrap();
        assert!(reason.contains("symbolic link"), "{reason}");
    }
    assert!(docs(&project).iter().all(|it| !it.1.contains("Not of")));
}

#[test]
fn a_part_of_a_source_is_the_same_source() {
    let project = Project::new(
        "//- /openspec/changes/add-x/proposal.md\n# Add x\n//- /openspec/changes/add-x/tasks.md\n## 1. Do\n\n- [ ] 1.1 it\n//- /openspec/changes/add-y/proposal.md\n# Add y\n",
    );
    let states = |source: &str| -> Vec<String> {
        let (code, value) = json(&project, &["import", source, "--yes"], "import");
        assert_eq!(code, 0, "{value}");
        let rows = value["tickets"].as_array().unwrap().iter();
        rows.map(|it| it["state"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(states("openspec/changes/add-x/tasks.md"), ["new", "new"]);
    assert_eq!(states("openspec"), ["known", "known", "new"]);
    assert_eq!(states("."), ["known", "known", "known"]);
}
