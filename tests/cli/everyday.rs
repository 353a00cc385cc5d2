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
