//! `docket adopt` in a real repository.

use serde_json::{Value, json};

use super::{command, git, run_of, schema};
use crate::support::merged::path_of_git;
use crate::support::project::Project;

const PROJECT: &str = "
//- /.docs/docket.toml
//- /.github/CODEOWNERS
/server/ @ana
//- /server/list.rs
// TODO: handle the empty list
// TODO(#12): an issue's
//- /clients/list.ts
// TODO handle the empty list.
// FIXME!: the lock is never given back
";

fn repository() -> Project {
    let project = Project::new(PROJECT);
    git(&project, &["init", "-q", "-b", "main"]);
    git(
        &project,
        &["config", "user.email", "7+ben@users.noreply.github.com"],
    );
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "one"]);
    project
}

fn adopt(project: &Project, args: &[&str]) -> super::Run {
    let mut command = command(project, &[&["adopt"], args].concat());
    command.env("PATH", path_of_git());
    run_of(command.output().unwrap())
}

fn value_of(run: &super::Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{} {}", run.stdout, run.stderr))
}

fn text(project: &Project, path: &str) -> String {
    std::fs::read_to_string(project.root().join(path)).unwrap()
}

#[test]
fn todos_become_tickets_once() {
    let project = repository();
    let shown = adopt(&project, &["--dry-run", "--json"]);
    let value = value_of(&shown);
    schema::check("adopt", &value);
    assert_eq!(value["done"], json!(false));
    let tickets = value["tickets"].as_array().unwrap();
    assert_eq!(tickets[0]["title"], "the lock is never given back");
    assert_eq!(tickets[0]["fields"]["type"], "bug");
    assert_eq!(tickets[1]["todos"].as_array().unwrap().len(), 2);
    let without = adopt(&project, &[]);
    assert!(
        without.stderr.contains("`--yes` does it"),
        "{}",
        without.stderr
    );
    assert!(text(&project, "server/list.rs").contains("TODO: handle"));

    let value = value_of(&adopt(&project, &["--yes", "--json"]));
    schema::check("adopt", &value);
    let id = value["tickets"][1]["ticket"].as_str().unwrap();
    assert!(text(&project, "server/list.rs").contains(&format!("TODO({id}): handle")));
    assert!(text(&project, "clients/list.ts").contains(&format!("TODO({id}) handle")));
    let again = adopt(&project, &["--yes"]);
    assert_eq!(again.stdout, "Nothing to adopt: each TODO is tracked.\n");
}

#[test]
fn a_page_is_edited_and_carried_out() {
    let project = repository();
    let written = adopt(&project, &["--write"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    let page = project.root().join(".docs/adopt.md");
    let plan = std::fs::read_to_string(&page).unwrap();
    assert!(plan.contains("assignees: ana"), "{plan}");
    let twice = adopt(&project, &["--write"]);
    assert_eq!(twice.code, 1);
    assert!(
        twice.stderr.contains("is there already"),
        "{}",
        twice.stderr
    );

    std::fs::write(&page, plan.replace("priority: high", "priority: soon")).unwrap();
    let refused = adopt(&project, &["--yes"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("nothing was changed"),
        "{}",
        refused.stderr
    );
    assert!(!project.root().join(".docs/tickets").exists());

    std::fs::write(
        &page,
        plan.replace("## the lock is never", "## The lock must be"),
    )
    .unwrap();
    let value = value_of(&adopt(&project, &["--yes", "--json"]));
    assert_eq!(value["tickets"][0]["title"], "The lock must be given back");
    assert_eq!(value["tickets"].as_array().unwrap().len(), 2);
    assert!(!page.exists());
}
