//! A migration in SQLite's SQL. Its `ALTER TABLE` renames, adds and drops; whatever else a table
//! needs is a new table with the rows of the old: <https://sqlite.org/lang_altertable.html>.

use super::change::{Change, Conversion, conversion, zero};
use super::sql::{
    Dialect, create_unique, drop_column, drop_unique, quoted, rename_column, rename_table, uniques,
};
use super::{Column, Kind, Model, Table};

const SQLITE: Dialect = Dialect::Sqlite;

/// On the first line, tells the runners that know it (sqlx among them) to open no transaction.
pub(super) const ALONE: &str = "-- no-transaction\n";

/// The statements that take `old` to `new` by these steps.
pub(super) fn statements(old: &Model, new: &Model, steps: &[Change]) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut rebuilt: Vec<&str> = Vec::new();
    for step in steps.iter().filter(|it| needs_rebuild(it)) {
        if !rebuilt.contains(&step.table()) {
            rebuilt.push(step.table());
        }
    }
    for step in steps {
        let is_rebuilt = rebuilt.contains(&step.table());
        match step {
            Change::RenameTable { from, to } => out.push(rename_table(from, to)),
            Change::RenameColumn { table, from, to } => out.push(rename_column(table, from, to)),
            Change::CreateTable(table) => {
                out.push(SQLITE.create(new, table, &table.name));
                out.extend(uniques(table));
            }
            Change::AddColumn { table, column } if !is_rebuilt => {
                out.push(add(new, table, column));
                if column.unique {
                    out.push(create_unique(table, &column.name));
                }
            }
            Change::DropColumn { table, column } if !is_rebuilt => {
                if column.unique {
                    out.push(drop_unique(&was_called(table, steps), &column.name));
                }
                out.push(drop_column(table, &column.name));
            }
            Change::ChangeColumn { table, from, to } if !is_rebuilt => {
                // Only whether it is unique.
                out.push(match to.unique {
                    true => create_unique(table, &to.name),
                    false => {
                        drop_unique(&was_called(table, steps), &column_was(steps, from, table))
                    }
                });
            }
            Change::DropTable(table) => out.push(format!("DROP TABLE {};", quoted(&table.name))),
            Change::AddColumn { .. } | Change::DropColumn { .. } | Change::ChangeColumn { .. } => {}
        }
    }
    for name in &rebuilt {
        if let Some(table) = new.table(name) {
            out.extend(rebuild(old, new, table, steps));
        }
    }
    out.extend(renamed_uniques(old, new, steps, &rebuilt));
    let drops = steps.iter().any(|it| matches!(it, Change::DropTable(_)));
    match drops || !rebuilt.is_empty() {
        // A table that others refer to can be replaced only while references are not looked at, and
        // that cannot be switched within a transaction: <https://sqlite.org/pragma.html#pragma_foreign_keys>.
        true => format!(
            "{ALONE}PRAGMA foreign_keys = OFF;\nBEGIN;\n{}\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n",
            out.join("\n")
        ),
        false => out.join("\n") + "\n",
    }
}

fn needs_rebuild(step: &Change) -> bool {
    match step {
        Change::AddColumn { column, .. } => column.required && column.references().is_some(),
        // One that references cannot be dropped by itself.
        Change::DropColumn { column, .. } => column.references().is_some(),
        Change::ChangeColumn { from, to, .. } => {
            from.kind != to.kind || from.required != to.required
        }
        _ => false,
    }
}

fn add(model: &Model, table: &str, column: &Column) -> String {
    let references = match column.references() {
        Some(to) => format!(" REFERENCES {} ({})", quoted(to), quoted("id")),
        None => String::new(),
    };
    let default = match column.required {
        true => format!(" DEFAULT {}", zero(&model.held(&column.kind))),
        false => String::new(),
    };
    format!(
        "ALTER TABLE {} ADD COLUMN {}{default}{references};",
        quoted(table),
        SQLITE.column(model, column)
    )
}

fn rebuild(old: &Model, new: &Model, table: &Table, steps: &[Change]) -> Vec<String> {
    let copy = format!("new_{}", table.name);
    let mut names = Vec::new();
    let mut values = Vec::new();
    for column in &table.columns {
        let of_it = |step: &&Change| match step {
            Change::AddColumn {
                table: of,
                column: it,
            } => *of == table.name && it.name == column.name,
            Change::ChangeColumn { table: of, to, .. } => {
                *of == table.name && to.name == column.name
            }
            _ => false,
        };
        let name = quoted(&column.name);
        let held = new.held(&column.kind);
        let value = match steps.iter().find(of_it) {
            Some(Change::AddColumn { .. }) if column.required => zero(&held).to_owned(),
            Some(Change::AddColumn { .. }) => continue,
            Some(Change::ChangeColumn { from, .. }) => {
                let was = old.held(&from.kind);
                let value = cast(&name, &was, &held, new, column);
                match column.required && !from.required && column.references().is_none() {
                    true => format!("coalesce({value}, {})", zero(&held)),
                    false => value,
                }
            }
            _ => name.clone(),
        };
        names.push(name);
        values.push(value);
    }
    let mut out = vec![
        SQLITE.create(new, table, &copy),
        format!(
            "INSERT INTO {} ({}) SELECT {} FROM {};",
            quoted(&copy),
            names.join(", "),
            values.join(", "),
            quoted(&table.name)
        ),
        format!("DROP TABLE {};", quoted(&table.name)),
        format!(
            "ALTER TABLE {} RENAME TO {};",
            quoted(&copy),
            quoted(&table.name)
        ),
    ];
    out.extend(uniques(table));
    out
}

fn cast(name: &str, from: &Kind, to: &Kind, model: &Model, column: &Column) -> String {
    match conversion(from, to) {
        Conversion::Lost if column.required => zero(to).to_owned(),
        Conversion::Lost => "NULL".to_owned(),
        Conversion::Kept if SQLITE.kind(model, from) == SQLITE.kind(model, to) => name.to_owned(),
        _ => format!("CAST({name} AS {})", SQLITE.kind(model, &column.kind)),
    }
}

/// Indexes of what was renamed get the name that they would be made with.
fn renamed_uniques(old: &Model, new: &Model, steps: &[Change], rebuilt: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    for table in new.tables.iter().filter(|it| !rebuilt.contains(&&*it.name)) {
        let Some(before) = old.table(&was_called(&table.name, steps)) else {
            continue;
        };
        for column in table.columns.iter().filter(|it| it.unique) {
            let was = column_was(steps, column, &table.name);
            let is_renamed = before.name != table.name || was != column.name;
            if is_renamed && before.column(&was).is_some_and(|it| it.unique) {
                out.push(drop_unique(&before.name, &was));
                out.push(create_unique(&table.name, &column.name));
            }
        }
    }
    out
}

/// What a table was called before these steps.
pub(super) fn was_called(table: &str, steps: &[Change]) -> String {
    let renamed = steps.iter().find_map(|it| match it {
        Change::RenameTable { from, to } if to == table => Some(from.clone()),
        _ => None,
    });
    renamed.unwrap_or_else(|| table.to_owned())
}

/// What a column was called before these steps.
pub(super) fn column_was(steps: &[Change], column: &Column, table: &str) -> String {
    let renamed = steps.iter().find_map(|it| match it {
        Change::RenameColumn {
            table: of,
            from,
            to,
        } if of == table && *to == column.name => Some(from.clone()),
        _ => None,
    });
    renamed.unwrap_or_else(|| column.name.clone())
}
