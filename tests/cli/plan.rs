//! `docket plan` and `docket align`: from a brief to tickets, and back in line after a change.

use serde_json::{Value, json};

use super::{Run, docket, json};
use crate::support::project::Project;

const BRIEF: &str = "\
//- /.docs/brief.md
# Shop

## Must

- Show what there is
  - Each thing has a price
- Take an order

## Open questions

- Which currencies?
";

fn ids(rows: &Value) -> Vec<String> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_brief_is_shown_then_made_and_a_second_run_makes_nothing() {
    let project = Project::new(BRIEF);
    let (code, shown) = json(&project, &["plan"], "plan");
    assert_eq!((code, &shown["done"]), (0, &json!(false)));
    assert_eq!(ids(&shown["requirements"]).len(), 2);
    assert_eq!(
        shown["questions"],
        json!([{ "text": "Which currencies?", "path": ".docs/brief.md", "line": 11 }])
    );
    assert!(!project.root().join(".docs/requirements.md").exists());

    let (_, made) = json(&project, &["plan", "--yes"], "plan");
    assert_eq!(made["done"], true);
    let requirements = ids(&made["requirements"]);
    let (_, covered) = json(&project, &["plan", "--coverage"], "coverage");
    assert_eq!(ids(&covered["requirements"]), requirements);
    assert_eq!(
        covered["requirements"][1]["tickets"],
        json!([{ "id": made["tickets"][1]["id"], "status": "backlog" }])
    );
    let Run { code, stderr, .. } = docket(&project, &["check", "--fail-on", "hint"]);
    assert_eq!(code, 0, "{stderr}");

    let before = project.read(".docs/requirements.md");
    let (_, again) = json(&project, &["plan", "--yes"], "plan");
    assert_eq!(
        (&again["tickets"], &again["done"]),
        (&json!([]), &json!(false))
    );
    assert_eq!(project.read(".docs/requirements.md"), before);
}

#[test]
fn one_sentence_puts_out_of_line_what_followed_from_it_and_nothing_else() {
    let project = Project::new(BRIEF);
    let (_, made) = json(&project, &["plan", "--yes"], "plan");
    let (_, aligned) = json(&project, &["align"], "align");
    assert_eq!(aligned["outdated"], json!([]));

    let brief = project.read(".docs/brief.md");
    project.write(
        ".docs/brief.md",
        &brief.replace("an order", "an order by phone"),
    );
    let (code, told) = json(&project, &["align"], "align");
    assert_eq!(code, 0);
    let rows = told["outdated"].as_array().unwrap();
    let said: Vec<_> = rows.iter().map(|it| (&it["of"], &it["why"])).collect();
    let (requirement, ticket) = (&made["requirements"][1]["id"], &made["tickets"][1]["id"]);
    assert_eq!(
        said,
        [(requirement, &json!("changed")), (ticket, &json!("behind"))]
    );
    assert_eq!(rows[0]["because_line"], 7);

    // The requirement still holds, so the ticket does as well.
    let id = requirement.as_str().unwrap();
    let (_, told) = json(&project, &["align", id, "--still-valid"], "align");
    assert_eq!(
        (&told["aligned"], &told["outdated"]),
        (&json!(1), &json!([]))
    );
    let (_, told) = json(&project, &["align"], "align");
    assert_eq!(told["outdated"], json!([]));

    // Its text is changed: only the ticket is to follow.
    let page = project.read(".docs/requirements.md");
    let page = page.replace("Take an order\n\n<!--", "Take an order by phone\n\n<!--");
    project.write(".docs/requirements.md", &page);
    let (_, told) = json(&project, &["align"], "align");
    assert_eq!(told["outdated"].as_array().unwrap().len(), 1, "{told:#}");
    assert_eq!(&told["outdated"][0]["of"], ticket);
}

#[test]
fn what_is_dismissed_is_told_of_again_when_its_source_changes_again() {
    let project = Project::new(BRIEF);
    let (_, made) = json(&project, &["plan", "--yes"], "plan");
    let change = |from: &str, to: &str| {
        let brief = project.read(".docs/brief.md");
        project.write(".docs/brief.md", &brief.replace(from, to));
    };
    change("an order", "an order by phone");
    let of = |told: &Value| -> Vec<String> {
        let rows = told["outdated"].as_array().unwrap().iter();
        rows.map(|it| it["of"].as_str().unwrap().to_owned())
            .collect()
    };
    let requirement = ids(&made["requirements"]).remove(1);
    let ticket = ids(&made["tickets"]).remove(1);
    let (_, told) = json(&project, &["align", &ticket, "--dismiss"], "align");
    assert_eq!((of(&told).len(), &told["dismissed"]), (0, &json!(1)));
    // The other one still is, and nothing of it is in the files.
    let (_, told) = json(&project, &["align"], "align");
    assert_eq!(
        (of(&told), &told["dismissed"]),
        (vec![requirement], &json!(1))
    );
    let Run { stdout, .. } = docket(&project, &["check", "--fail-on", "never"]);
    assert!(!stdout.contains(&ticket), "{stdout}");
    let Run { stdout, .. } = docket(&project, &["doctor"]);
    assert!(stdout.contains("1 dismissal"), "{stdout}");

    change("by phone", "by telephone");
    let (_, told) = json(&project, &["align"], "align");
    assert_eq!((of(&told).len(), &told["dismissed"]), (2, &json!(0)));
    change("by telephone", "by phone");
    let (_, told) = json(&project, &["align", "--restore"], "align");
    assert_eq!((of(&told).len(), &told["dismissed"]), (2, &json!(0)));
}

#[test]
fn what_nobody_wrote_down_is_recorded_and_nonsense_is_refused() {
    let project = Project::new(
        "//- /.docs/requirements.md\n# R\n\n## R-4k2p Whistle\n\nLoudly.\n//- /.docs/tickets/T-7k3f-a.md\n---\nid: T-7k3f\ntitle: A\nfrom: [R-4k2p] # the one\n---\n",
    );
    let (_, told) = json(&project, &["align", "--record"], "align");
    assert_eq!(told["aligned"], 1);
    let text = project.read(".docs/tickets/T-7k3f-a.md");
    assert!(text.contains("from: [R-4k2p@"), "{text}");
    assert!(text.contains("] # the one\n"), "{text}");

    let Run { code, stderr, .. } = docket(&project, &["align", "T-9999"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("docket plan --coverage"), "{stderr}");
    let Run { code, .. } = docket(&project, &["align", "--still-valid"]);
    assert_eq!(code, 2);
    let Run { code, stderr, .. } = docket(&project, &["plan"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("docket init"), "{stderr}");
}

#[test]
fn a_ticket_by_its_issue_and_todos_are_planned_once() {
    let project = Project::new(
        "//- /.docs/tickets/T-7k3f-a.md\n---\nid: T-7k3f\ntitle: Search by author\ngithub: 42\n---\n\n- Case does not count\n//- /src/a.rs\n// TODO: drop old entries\nfn a() {}\n",
    );
    let (_, made) = json(&project, &["plan", "#42", "--yes"], "plan");
    assert_eq!(
        (&made["page"], &made["done"]),
        (&json!("T-7k3f"), &json!(true))
    );
    assert_eq!(
        made["requirements"][0]["criteria"],
        json!(["Case does not count"])
    );
    let ticket = project.read(made["tickets"][0]["path"].as_str().unwrap());
    assert!(ticket.contains("parent: T-7k3f\n"), "{ticket}");
    let (_, again) = json(&project, &["plan", "T-7k3f", "--yes"], "plan");
    assert_eq!(again["done"], false);

    let (_, made) = json(&project, &["plan", "--todos", "src", "--yes"], "plan");
    assert_eq!(
        (&made["linked"], &made["requirements"][0]["path"]),
        (&json!(["src/a.rs"]), &json!("src/a.rs"))
    );
    assert!(project.read("src/a.rs").starts_with("// TODO(T-"));
    let Run { code, stderr, .. } = docket(&project, &["check", "--fail-on", "hint"]);
    assert_eq!(code, 0, "{stderr}");
    for (args, says) in [
        (
            &["plan", "--todos"][..],
            "there are no TODOs that nothing tracks",
        ),
        (&["plan", "#7"], "no ticket here stands for the issue #7"),
        (&["plan", "a.md", "b.md"], "one page or ticket"),
    ] {
        let Run { code, stderr, .. } = docket(&project, args);
        assert!(code != 0 && stderr.contains(says), "{stderr}");
    }
}
