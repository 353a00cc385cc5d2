//! `docket show --comments`: what the last sync saw of what people said.

use docket_core::sync::Comment;
use docket_store::ledger::Ledger;
use serde_json::json;

use super::*;

fn project() -> Project {
    Project::new(
        "//- /.git/HEAD\n//- /.docs/docket.toml\n[sync]\nrepository = \"ana/it\"\n\
         //- /.docs/tickets/T-7k3f-parse.md\n---\nid: T-7k3f\ntitle: Parse\ngithub: 42\n---\n\
         //- /.docs/tickets/T-9x2m-other.md\n---\nid: T-9x2m\ntitle: Other\n---\n",
    )
}

fn comment(id: u64, body: &str, updated: &str) -> Comment {
    Comment {
        id,
        author: "ben".to_owned(),
        body: body.to_owned(),
        created_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        updated_at: updated.parse().unwrap(),
    }
}

#[test]
fn comments_are_shown_oldest_first_and_as_json() {
    let project = project();
    let mut ledger = Ledger::open(&project.root().join(".git/docket/docket.db")).unwrap();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let comments = [
        comment(1, "Me too.\r\n\u{1b}[31mred", "2026-11-20T08:00:00Z"),
        comment(2, "Done.", "2026-11-20T09:00:00Z"),
    ];
    ledger.put_comments(remote, 42, &comments).unwrap();
    drop(ledger);
    let run = docket(&project, &["show", "7k3f", "--comments"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout
            .starts_with("@ben  2026-11-20T08:00:00Z\nMe too.\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .ends_with("@ben  2026-11-20T08:00:00Z, edited\nDone.\n\n"),
        "{}",
        run.stdout
    );
    // Nobody's comment moves the cursor of a terminal.
    assert!(!run.stdout.contains('\u{1b}'));
    let (_, value) = json(&project, &["show", "T-7k3f", "--comments"], "comments");
    assert_eq!(value["github"], 42);
    assert_eq!(
        value["comments"][1],
        json!({
            "author": "ben", "created": "2026-11-20T08:00:00Z",
            "updated": "2026-11-20T09:00:00Z", "body": "Done."
        })
    );
}

#[test]
fn without_comments_it_says_what_to_do() {
    let project = project();
    let said = |id| docket(&project, &["show", id, "--comments"]).stdout;
    assert!(said("7k3f").contains("docket sync"));
    assert!(said("9x2m").contains("docket sync --create"));
    let (_, value) = json(&project, &["show", "9x2m", "--comments"], "comments");
    assert_eq!(
        value,
        json!({ "schema": 1, "ticket": "T-9x2m", "github": null, "comments": [] })
    );
}
