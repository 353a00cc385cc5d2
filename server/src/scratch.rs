//! Migrations tried on databases that are thrown away: a real SQLite, and a real PostgreSQL where
//! there is one.

mod postgres;

use docket_core::schema::{Dialect, Migration, Model, samples};
use docket_store::scratch::Scratch as Sqlite;

pub use postgres::{NoPostgres, Postgres};

/// A database that nobody needs.
pub trait Scratch {
    /// Makes it empty.
    ///
    /// # Errors
    ///
    /// What the database says.
    fn clear(&mut self) -> Result<(), String>;

    /// Runs a script as a runner of migrations would.
    ///
    /// # Errors
    ///
    /// What the database says.
    fn run(&mut self, script: &str) -> Result<(), String>;

    /// Puts rows in, whatever they refer to.
    ///
    /// # Errors
    ///
    /// What the database says.
    fn fill(&mut self, rows: &str) -> Result<(), String>;

    /// A line for each column, index and reference, in order.
    ///
    /// # Errors
    ///
    /// What the database says.
    fn shape(&mut self) -> Result<Vec<String>, String>;
}

/// SQLite in memory. References are looked at, as most programs have it.
pub struct InMemory(Sqlite);

impl InMemory {
    /// # Errors
    ///
    /// What the database says.
    pub fn new() -> Result<Self, String> {
        let mut it = Self(Sqlite::new().map_err(|it| it.to_string())?);
        it.clear()?;
        Ok(it)
    }
}

impl Scratch for InMemory {
    fn clear(&mut self) -> Result<(), String> {
        self.0 = Sqlite::new().map_err(|it| it.to_string())?;
        self.run("PRAGMA foreign_keys = ON;")
    }

    fn run(&mut self, script: &str) -> Result<(), String> {
        self.0.run(script).map_err(|it| it.to_string())
    }

    fn fill(&mut self, rows: &str) -> Result<(), String> {
        self.run(&format!(
            "PRAGMA foreign_keys = OFF;\n{rows}PRAGMA foreign_keys = ON;"
        ))
    }

    fn shape(&mut self) -> Result<Vec<String>, String> {
        self.0.shape().map_err(|it| it.to_string())
    }
}

/// Tries a migration: up on tables with a row in each, down, and up again. What it comes to has to
/// have the shape of the model made from nothing, and the way back that of before. `earlier` are the
/// migrations before it, in order.
///
/// # Errors
///
/// What is wrong with it, in a sentence.
pub fn try_out(
    database: &mut dyn Scratch,
    dialect: Dialect,
    earlier: &[(String, String)],
    old: &Model,
    migration: &Migration,
) -> Result<(), String> {
    let script = |ways: &[(Dialect, String); 2]| {
        let mut ways = ways.iter().filter(|it| it.0 == dialect);
        ways.next().map_or(String::new(), |it| it.1.clone())
    };
    let (up, down) = (script(&migration.up), script(&migration.down));
    database.clear()?;
    for (path, text) in earlier {
        database
            .run(text)
            .map_err(|it| format!("`{path}` does not run: {it}"))?;
    }
    let before = database.shape()?;
    // Where somebody wrote migrations of their own, rows of the model may not fit.
    let filled = database.fill(&samples(dialect, old, &migration.model));
    filled.map_err(|it| {
        format!("the tables that the migrations make are not those of the last data model: {it}")
    })?;
    let says = |way: &'static str| move |it: String| format!("the way {way} fails: {it}");
    database.run(&up).map_err(says("up"))?;
    let after = database.shape()?;
    database.run(&down).map_err(says("down"))?;
    let back = database.shape()?;
    database.run(&up).map_err(says("up again"))?;
    let mut made = |model: &Model| {
        database.clear()?;
        database.run(&dialect.schema(model))?;
        database.shape()
    };
    let fresh = made(&migration.model)?;
    if after != fresh {
        return Err(format!(
            "it leads to other tables than the data model has: {}",
            differences(&after, &fresh)
        ));
    }
    if back != before && back != made(&migration.back)? {
        return Err(format!(
            "the way down does not lead back: {}",
            differences(&back, &before)
        ));
    }
    Ok(())
}

fn differences(one: &[String], other: &[String]) -> String {
    let only = |a: &[String], b: &[String], mark: &str| -> Vec<String> {
        let lines = a.iter().filter(|it| !b.contains(it));
        lines.map(|it| format!("{mark}{it}")).collect()
    };
    let mut all = only(one, other, "+");
    all.extend(only(other, one, "-"));
    all.join(", ")
}

#[cfg(test)]
mod tests;
