//! `docket todos --age` against the real git.

use serde_json::{Value, json};

use super::{docket, git, json};
use crate::support::project::Project;

fn commit(project: &Project, who: &str, day: &str) -> String {
    project.write(".git/info/exclude", ".state\n");
    git(project, &["add", "."]);
    let author = format!("{who} <{who}@example.com>");
    let date = format!("{day}T23:30:00-0500");
    git(
        project,
        &["commit", "-qm", "x", "--author", &author, "--date", &date],
    );
    git(project, &["rev-parse", "HEAD"])
}

/// Line, author and day of each TODO.
fn ages(project: &Project) -> Vec<(u64, String, String)> {
    let (code, value) = json(project, &["todos", "--age"], "todos");
    assert_eq!(code, 0);
    let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
    let todos = value["todos"].as_array().unwrap().iter();
    todos
        .map(|it| {
            let author = &it["author"];
            (
                it["line"].as_u64().unwrap(),
                text(&author["name"]),
                text(&author["date"]),
            )
        })
        .collect()
}

fn age(line: u64, name: &str, date: &str) -> (u64, String, String) {
    (line, name.to_owned(), date.to_owned())
}

#[test]
fn a_line_is_of_who_wrote_it_through_renames_and_reformatting_around_it() {
    let project = Project::new(
        "//- /.docs/docket.toml\n//- /src/old.rs\nfn one() {}\n// TODO: first\nfn two() {}\nfn three() {}\nfn four() {}\n",
    );
    git(&project, &["init", "-q", "-b", "main"]);
    let first = commit(&project, "ana", "2026-01-02");
    git(&project, &["mv", "src/old.rs", "src/new.rs"]);
    commit(&project, "ben", "2026-02-03");
    let text = "\n\nfn one() {}\n// TODO: first\nfn two() {}\nfn three() {}\nfn four() {}\n// TODO: second\n";
    project.write("src/new.rs", text);
    commit(&project, "cy", "2026-03-04");
    assert_eq!(
        ages(&project),
        [age(4, "ana", "2026-01-02"), age(8, "cy", "2026-03-04")]
    );
    let (_, value) = json(&project, &["todos", "--age"], "todos");
    assert_eq!(
        value["todos"][0]["author"],
        json!({"name": "ana", "email": "ana@example.com", "date": "2026-01-02", "commit": first})
    );

    // What is not committed is of nobody, and what is around it stays of who wrote it.
    project.write("src/new.rs", &format!("// TODO: third\n{text}"));
    let now = [
        age(1, "-", "-"),
        age(5, "ana", "2026-01-02"),
        age(9, "cy", "2026-03-04"),
    ];
    assert_eq!(ages(&project), now);
    assert_eq!(ages(&project), now);

    // A commit of another file leaves what is remembered; one of this file does not.
    project.write("other.rs", "// TODO: other\n");
    git(&project, &["add", "other.rs"]);
    git(
        &project,
        &[
            "commit",
            "-qm",
            "x",
            "--author",
            "di <di@x.y>",
            "--date",
            "2026-04-05T12:00:00Z",
        ],
    );
    assert_eq!(ages(&project)[0], age(1, "di", "2026-04-05"));
    assert_eq!(ages(&project)[1], age(1, "-", "-"));
    commit(&project, "eve", "2026-05-06");
    assert_eq!(ages(&project)[1], age(1, "eve", "2026-05-06"));

    // Another history with the same text.
    git(&project, &["switch", "-q", "--orphan", "other"]);
    project.write("src/new.rs", &format!("// TODO: third\n{text}"));
    git(&project, &["add", "src"]);
    commit(&project, "flo", "2026-06-07");
    let all: Vec<_> = ages(&project).into_iter().map(|it| it.1).collect();
    assert_eq!(all, ["flo", "flo", "flo"]);
}

#[test]
fn line_ends_of_the_checkout_make_nobody_the_author() {
    let project = Project::new("//- /.docs/docket.toml\n//- /a.rs\nfn a() {}\n// TODO: first\n");
    git(&project, &["init", "-q", "-b", "main"]);
    commit(&project, "ana", "2026-01-02");
    project.write("a.rs", "fn a() {}\r\n// TODO: first\r\n");
    assert_eq!(ages(&project), [age(2, "ana", "2026-01-02")]);
}

#[test]
fn age_needs_git() {
    let project = Project::new("//- /.docs/docket.toml\n//- /a.rs\n// TODO: first\n");
    let run = docket(&project, &["todos", "--age"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("in no git repository"),
        "{}",
        run.stderr
    );
}
