//! Migrations between random models, tried on the databases themselves.

use docket_core::schema::{Column, Kind, Model, Table, migration};
use proptest::prelude::*;

use super::*;
use crate::env::Env;

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Integer),
        Just(Kind::Real),
        Just(Kind::Decimal),
        Just(Kind::Boolean),
        Just(Kind::Text),
        Just(Kind::Date),
        Just(Kind::Timestamp),
        Just(Kind::Uuid),
        Just(Kind::Json),
        Just(Kind::Blob),
        Just(Kind::Reference("a".to_owned())),
        Just(Kind::Reference("b".to_owned())),
    ]
}

fn column(name: &'static str) -> impl Strategy<Value = Column> {
    (kind(), any::<bool>(), any::<bool>()).prop_map(move |(kind, required, unique)| Column {
        name: match kind {
            Kind::Reference(_) => format!("{name}_id"),
            _ => name.to_owned(),
        },
        kind,
        required,
        unique,
        was: None,
    })
}

fn table(name: &'static str) -> impl Strategy<Value = Table> {
    let columns = [column("x"), column("y"), column("z")];
    let columns = columns.map(|it| proptest::option::weighted(0.7, it));
    columns.prop_map(move |columns| {
        let key = Column {
            name: "id".to_owned(),
            kind: Kind::Integer,
            required: true,
            unique: false,
            was: None,
        };
        Table {
            name: name.to_owned(),
            columns: std::iter::once(key)
                .chain(columns.into_iter().flatten())
                .collect(),
            was: None,
        }
    })
}

/// `a` and `b` are always there, since others refer to them.
fn model() -> impl Strategy<Value = Model> {
    let more = proptest::option::of(table("order"));
    (table("a"), table("b"), more).prop_map(|(a, b, more)| Model {
        tables: [a, b].into_iter().chain(more).collect(),
    })
}

/// From nothing to one model, to another, each tried on what the one before made.
fn chain(database: &mut dyn Scratch, dialect: Dialect, models: &[Model]) -> Result<(), String> {
    let mut earlier = Vec::new();
    let mut reached = Model::default();
    for (nth, model) in models.iter().enumerate() {
        let Some(step) = migration(&reached, model, nth + 1)? else {
            continue;
        };
        try_out(database, dialect, &earlier, &reached, &step).map_err(|it| {
            format!(
                "{it}\n{reached:#?}\n{model:#?}\n{:?}\n{:?}",
                step.up, step.down
            )
        })?;
        let up = step.up.iter().find(|it| it.0 == dialect).unwrap();
        earlier.push((step.name.clone(), up.1.clone()));
        reached = step.model;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_migration_leads_there_and_back_in_sqlite(one in model(), other in model()) {
        let mut database = InMemory::new().unwrap();
        let tried = chain(&mut database, Dialect::Sqlite, &[one, other]);
        prop_assert!(tried.is_ok(), "{}", tried.unwrap_err());
    }
}

/// Ends where nothing runs on: each takes a connection of its own, so they are few.
#[test]
fn every_migration_leads_there_and_back_in_postgres() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut database = Postgres::start(&Env::of_process()).unwrap();
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let models = [(); 2].map(|()| model().new_tree(&mut runner).unwrap().current());
        let tried = chain(&mut database, Dialect::Postgres, &models);
        assert!(tried.is_ok(), "{}", tried.unwrap_err());
    }
}

#[test]
fn what_does_not_run_is_told_in_the_words_of_the_database() {
    let mut sqlite = InMemory::new().unwrap();
    let error = sqlite
        .run("CREATE TABLE a (x); SELECT y FROM a;")
        .unwrap_err();
    assert!(error.contains("no such column: y"), "{error}");
    let postgres = Postgres::start(&Env::of_process()).unwrap();
    let error = { postgres }.run("SELECT y FROM nowhere").unwrap_err();
    assert!(error.contains("\"nowhere\" does not exist"), "{error}");
}

#[test]
fn what_a_repository_holds_runs_no_program() {
    let mut postgres = Postgres::start(&Env::of_process()).unwrap();
    postgres.clear().unwrap();
    postgres.run("CREATE TABLE a (x text);").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("touched");
    let touch = format!("touch {}", path.display());
    for (script, says) in [
        (format!("\\! {touch}"), "no command of `psql`"),
        (format!("SELECT 1;\n\\! {touch}\n"), "syntax error"),
        // In the words that releases before and after 16 have in common.
        (
            format!("COPY a TO PROGRAM '{touch}'"),
            "COPY to or from an external program",
        ),
        ("COPY a FROM '/etc/passwd'".to_owned(), "COPY from a file"),
        ("CREATE ROLE mighty SUPERUSER".to_owned(), "create "),
    ] {
        let error = postgres.run(&script).unwrap_err();
        assert!(error.contains(says), "{script}: {error}");
        assert!(!path.exists(), "{script}");
    }
}
