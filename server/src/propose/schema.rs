//! `schema`: the data model page as a migration, tried on both databases before it is proposed. No
//! model is asked: what the page says is SQL but for its spelling.

use std::fs;
use std::path::Path;

use docket_core::edit::{Change, FileCreate, FileEdit, TextEdit};
use docket_core::schema::{Dialect, FOLDER, Migration, Model, STATE, migration, read};
use docket_core::span::Span;
use docket_core::text::Hash;

use super::ask::{Made, Run, Stopped};
use super::{Body, ProposeError};
use crate::scratch::{InMemory, NoPostgres, Postgres, Scratch, try_out};

const VERB: &str = "schema";

pub(super) fn schema(run: &Run<'_>, page: &str) -> Result<Made, Stopped> {
    let project = run.project;
    let root = &project.root;
    let text = match project.snapshot.document(page) {
        Some(document) => document.text(),
        None => fs::read_to_string(root.join(page)).map_err(|error| {
            ProposeError::Nothing(format!(
                "`{page}` cannot be read ({error}); `docket plan` makes one of a brief that names data, or name another page"
            ))
        })?,
    };
    let new = read(&text)
        .map_err(|it| ProposeError::Nothing(format!("`{page}`, {it}; {}", it.hint())))?;
    let old = reached(root)?;
    let next = number(root) + 1;
    let migration = migration(&old, &new, next)
        .map_err(ProposeError::Nothing)?
        .ok_or_else(|| {
            ProposeError::Nothing(format!(
                "`{page}` says what the last migration brought about: there is nothing to migrate"
            ))
        })?;
    let plain = run.without(VERB, page, &format!("{migration:?}"))?;
    let mut notes: Vec<String> = migration
        .destroys
        .iter()
        .map(|it| format!("Destructive: {it}."))
        .collect();
    notes.extend(migration.left.iter().cloned());
    notes.push(tried(run, &old, &migration)?);
    Ok(Made {
        id: plain.id,
        key: plain.key,
        verb: VERB,
        of: page.to_owned(),
        title: format!("Migration {}", migration.name),
        body: Body {
            change: change(root, &migration)?,
            notes,
            origin: None,
            told: None,
            talk: None,
        },
    })
}

/// Tries it on both; what was done, in a sentence.
fn tried(run: &Run<'_>, old: &Model, migration: &Migration) -> Result<String, ProposeError> {
    let root = &run.project.root;
    let attempt = |dialect: Dialect, database: &mut dyn Scratch| {
        let earlier = earlier(root, dialect)?;
        try_out(database, dialect, &earlier, old, migration).map_err(|it| {
            ProposeError::Nothing(format!(
                "tried on {}, the migration fails: {it}",
                dialect.title()
            ))
        })
    };
    run.doing("trying it on SQLite");
    let mut sqlite = InMemory::new().map_err(ProposeError::Nothing)?;
    attempt(Dialect::Sqlite, &mut sqlite)?;
    run.doing("trying it on PostgreSQL");
    match Postgres::start(&run.project.env) {
        Ok(mut postgres) => {
            attempt(Dialect::Postgres, &mut postgres)?;
            Ok(
                "Tried on SQLite and PostgreSQL: up, down and up again, with a row in each table."
                    .into(),
            )
        }
        Err(error @ NoPostgres::Missing) => Ok(format!(
            "Tried on SQLite: up, down and up again, with a row in each table. NOT tried on PostgreSQL: {error}."
        )),
        Err(error) => Err(ProposeError::Nothing(error.to_string())),
    }
}

/// What the last migration brought about; nothing where there is none.
fn reached(root: &Path) -> Result<Model, ProposeError> {
    let text = match fs::read_to_string(root.join(STATE)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Model::default()),
        Err(error) => return Err(ProposeError::Nothing(format!("`{STATE}`: {error}"))),
    };
    serde_json::from_str(&text).map_err(|error| {
        ProposeError::Nothing(format!(
            "`{STATE}` is not what docket wrote there ({error}); take it from the history again"
        ))
    })
}

/// The files of one way, in the order of their names: path and number.
fn scripts(root: &Path, dialect: Dialect) -> Vec<(String, usize)> {
    let folder = format!("{FOLDER}/{}", dialect.name());
    let entries = fs::read_dir(root.join(&folder)).into_iter().flatten();
    let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
    let mut scripts: Vec<_> = names
        .filter_map(|name| {
            let digits = name.split('_').next()?;
            let number = digits.parse().ok()?;
            Some((format!("{folder}/{name}"), number))
        })
        .collect();
    scripts.sort();
    scripts
}

/// The highest number that a migration has.
fn number(root: &Path) -> usize {
    let all = Dialect::ALL
        .map(|it| scripts(root, it))
        .into_iter()
        .flatten();
    all.map(|it| it.1).max().unwrap_or(0)
}

fn earlier(root: &Path, dialect: Dialect) -> Result<Vec<(String, String)>, ProposeError> {
    let scripts = scripts(root, dialect).into_iter();
    let ups = scripts.filter(|it| it.0.ends_with(".sql") && !it.0.ends_with(".down.sql"));
    ups.map(|(path, _)| {
        let text = fs::read_to_string(root.join(&path));
        let text = text.map_err(|it| ProposeError::Nothing(format!("`{path}`: {it}")))?;
        Ok((path, text))
    })
    .collect()
}

fn change(root: &Path, migration: &Migration) -> Result<Change, ProposeError> {
    let mut change = Change::default();
    for (path, text) in migration.files() {
        match fs::read(root.join(&path)) {
            Ok(now) => change.edits.push(FileEdit {
                expected: Hash::of(&now),
                edits: vec![TextEdit {
                    span: Span::new(0, now.len()),
                    text,
                }],
                path,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                change.creates.push(FileCreate { path, text });
            }
            Err(error) => return Err(ProposeError::Nothing(format!("`{path}`: {error}"))),
        }
    }
    Ok(change)
}
