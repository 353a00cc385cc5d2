//! `docket schema`: a page of tables as migrations, tried on a real SQLite and a real PostgreSQL.

use serde_json::{Value, json};

use super::{Run, docket, json};
use crate::support::project::Project;

const PAGE: &str = "\
//- /.docs/data-model.md
# Data model

## Customer

| field | type |
|---|---|
| name | text, required |

## Order

| field | type |
|---|---|
| customer | customer, required |
| total | decimal |
";

fn schema(project: &Project) -> Value {
    let (code, told) = json(project, &["schema", "--yes"], "proposals");
    assert_eq!(code, 0, "{told:#}");
    told["proposals"][0].clone()
}

fn notes(told: &Value) -> String {
    let notes = told["notes"].as_array().unwrap().iter();
    let notes: Vec<_> = notes.map(|it| it.as_str().unwrap()).collect();
    notes.join("\n")
}

#[test]
fn a_page_becomes_migrations_and_a_second_run_has_nothing_to_do() {
    let project = Project::new(PAGE);
    let first = schema(&project);
    assert_eq!(first["state"], "accepted");
    assert!(
        notes(&first).contains("Tried on SQLite and PostgreSQL"),
        "{first:#}"
    );
    let up = project.read("migrations/postgres/0001_create_tables.up.sql");
    assert!(
        up.contains("ADD CONSTRAINT \"order_customer_id_fkey\""),
        "{up}"
    );
    let Run { code, stderr, .. } = docket(&project, &["schema", "--yes"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("nothing to migrate"), "{stderr}");

    let page = project.read(".docs/data-model.md");
    let page = page
        .replace("| total | decimal |\n", "")
        .replace("| name | text", "| full_name | text")
        .replace("required |\n\n## Order", "required, was name |\n\n## Order");
    project.write(".docs/data-model.md", &page);
    // Shown first; nothing is written.
    let (_, told) = json(&project, &["schema", "--dry-run"], "proposals");
    let shown = &told["proposals"][0];
    assert_eq!(shown["state"], "waiting");
    assert!(
        notes(shown).contains("Destructive: drops `order.total` with what is in it"),
        "{shown:#}"
    );
    let second = "migrations/sqlite/0002_customer_order.up.sql";
    assert!(!project.root().join(second).exists());
    let id = shown["id"].as_str().unwrap();
    let Run { code, stderr, .. } = docket(&project, &["proposals", "accept", id]);
    assert_eq!(code, 0, "{stderr}");
    let up = project.read(second);
    assert!(
        up.starts_with("-- destructive: drops `order.total`"),
        "{up}"
    );
    assert!(
        up.contains("RENAME COLUMN \"name\" TO \"full_name\""),
        "{up}"
    );
    let whole = project.read("migrations/sqlite/schema.sql");
    assert!(
        whole.contains("full_name") && !whole.contains("total"),
        "{whole}"
    );
}

#[test]
fn what_cannot_be_migrated_is_told_and_nothing_is_written() {
    let project = Project::new(&PAGE.replace("decimal", "monye"));
    let refused = |says: &str| {
        let Run { code, stderr, .. } = docket(&project, &["schema", "--yes"]);
        assert_eq!(code, 1, "{stderr}");
        assert!(stderr.contains(says), "{stderr}");
    };
    refused("line 14: `monye` is no type");
    assert!(!project.root().join("migrations").exists());
    // Somebody's own migration, which does not run.
    project.write(
        ".docs/data-model.md",
        PAGE.strip_prefix("//- /.docs/data-model.md\n").unwrap(),
    );
    project.write("migrations/sqlite/0001_mine.sql", "CREATE TABEL x (y);\n");
    refused("`migrations/sqlite/0001_mine.sql` does not run: near \"TABEL\"");
    // What was reached is not docket's any more.
    project.write("migrations/data-model.json", "{");
    refused("is not what docket wrote there");
    let Run { code, stderr, .. } = docket(&project, &["schema", "nowhere.md"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("`nowhere.md` cannot be read"), "{stderr}");
    assert_eq!(
        json!(project.read("migrations/sqlite/0001_mine.sql")),
        "CREATE TABEL x (y);\n"
    );
}

#[test]
fn what_a_plan_says_of_data_is_what_a_migration_is_made_of() {
    let project = Project::new(
        "//- /.docs/brief.md\n# Shop\n\n## Must\n\n- Take an order\n\n## Data\n\n- Customer: name, born on: date\n- Order: customer, placed at: date and time, total: decimal\n",
    );
    let (code, told) = json(&project, &["plan", "--yes"], "plan");
    assert_eq!(code, 0, "{told:#}");
    schema(&project);
    let whole = project.read("migrations/postgres/schema.sql");
    for line in [
        "\"name\" text",
        "\"born_on\" date",
        "\"customer_id\" bigint",
        "\"placed_at\" timestamptz",
        "\"total\" numeric",
    ] {
        assert!(whole.contains(line), "{line} in {whole}");
    }
}
