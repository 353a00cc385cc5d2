//! One migration: its files for both databases, and what a person should know of it.

use super::change::{Change, backwards, reached, steps};
use super::sql::Dialect;
use super::{KEY, Model, postgres, sqlite};

/// Where migrations are, a folder for each database.
pub const FOLDER: &str = "migrations";

/// What the last migration brought about.
pub const STATE: &str = "migrations/data-model.json";

/// Most tables that a migration's name tells.
const MAX_NAMED: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// What it brings about.
    pub model: Model,
    /// What the way back leads to: what was before, but for references that rows cannot have.
    pub back: Model,
    /// As in its files' names: `0002_order_customer`.
    pub name: String,
    pub steps: Vec<Change>,
    /// What is lost, or can stop it, in words.
    pub destroys: Vec<String>,
    /// What is left for a later one.
    pub left: Vec<String>,
    /// The way there for each database, and the way back.
    pub up: [(Dialect, String); 2],
    pub down: [(Dialect, String); 2],
}

/// The migration number `number` from one model to another; `None` where there is nothing to do.
///
/// # Errors
///
/// A sentence: the type of a key was changed, which everything that refers to it would have to follow.
pub fn migration(old: &Model, new: &Model, number: usize) -> Result<Option<Migration>, String> {
    let (model, left) = reached(old, new);
    let steps = steps(old, &model);
    if steps.is_empty() {
        return Ok(None);
    }
    let key = steps.iter().find_map(|it| match it {
        Change::ChangeColumn { table, to, .. } if to.name == KEY => Some(table),
        _ => None,
    });
    if let Some(table) = key {
        return Err(format!(
            "the key of `{table}` is of another type now, and a key cannot be migrated; give the table a new name instead"
        ));
    }
    let (back, _) = reached(&model, &backwards(old, &model));
    let down = self::steps(&model, &back);
    let destroys: Vec<String> = steps
        .iter()
        .filter_map(|it| it.destroys(old, &model))
        .collect();
    let told = |destroys: &[String]| {
        let lines = destroys.iter().map(|it| format!("-- destructive: {it}\n"));
        lines.collect::<String>()
    };
    let down_destroys: Vec<String> = down
        .iter()
        .filter_map(|it| it.destroys(&model, &back))
        .collect();
    let written = |dialect: Dialect, from: &Model, to: &Model, steps: &[Change], told: &str| {
        let text = match dialect {
            Dialect::Sqlite => sqlite::statements(from, to, steps),
            Dialect::Postgres => postgres::statements(from, to, steps),
        };
        // The mark that it runs outside of a transaction has to stand on the first line.
        match text.strip_prefix(sqlite::ALONE) {
            Some(rest) => format!("{}{told}{rest}", sqlite::ALONE),
            None => format!("{told}{text}"),
        }
    };
    let up = Dialect::ALL.map(|it| (it, written(it, old, &model, &steps, &told(&destroys))));
    let down =
        Dialect::ALL.map(|it| (it, written(it, &model, &back, &down, &told(&down_destroys))));
    Ok(Some(Migration {
        name: format!("{number:04}_{}", named(old, &steps)),
        model,
        back,
        steps,
        destroys,
        left,
        up,
        down,
    }))
}

fn named(old: &Model, steps: &[Change]) -> String {
    if old.tables.is_empty() {
        return "create_tables".to_owned();
    }
    let mut tables: Vec<&str> = Vec::new();
    for it in steps {
        if !tables.contains(&it.table()) {
            tables.push(it.table());
        }
    }
    match tables.len() {
        0..=MAX_NAMED => tables.join("_"),
        n => format!(
            "{}_and_{}_more",
            tables[..MAX_NAMED].join("_"),
            n - MAX_NAMED
        ),
    }
}

impl Migration {
    /// Its files, and those that it changes: a path in the project, and the text.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for (ways, suffix) in [(&self.up, "up"), (&self.down, "down")] {
            for (dialect, text) in ways {
                let path = format!("{FOLDER}/{}/{}.{suffix}.sql", dialect.name(), self.name);
                files.push((path, text.clone()));
            }
        }
        for dialect in Dialect::ALL {
            let path = format!("{FOLDER}/{}/schema.sql", dialect.name());
            files.push((path, dialect.schema(&self.model)));
        }
        // Its types have text keys alone: writing them cannot fail.
        let state = serde_json::to_string_pretty(&self.model).unwrap_or_default();
        files.push((STATE.to_owned(), state + "\n"));
        files
    }
}
