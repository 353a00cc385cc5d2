//! A migration in PostgreSQL's SQL, <https://www.postgresql.org/docs/current/sql-altertable.html>.
//! Every statement runs in a transaction.

use super::change::{Change, Conversion, conversion, zero};
use super::sql::{
    Dialect, create_unique, drop_column, drop_unique, foreign, foreign_name, quoted, rename_column,
    rename_table, unique_name, uniques,
};
use super::sqlite::{column_was, was_called};
use super::{Column, Model, Table};

const POSTGRES: Dialect = Dialect::Postgres;

/// The statements that take `old` to `new` by these steps.
pub(super) fn statements(old: &Model, new: &Model, steps: &[Change]) -> String {
    let mut out: Vec<String> = Vec::new();
    // References that go, or whose column changes, go first: nothing stands in the way then.
    for step in steps {
        match step {
            Change::DropTable(table) => {
                let columns = table.columns.iter();
                let references = columns.filter(|it| it.references().is_some());
                out.extend(references.map(|it| drop_foreign(&table.name, &it.name)));
            }
            Change::DropColumn { table, column } if column.references().is_some() => {
                out.push(drop_foreign(&was_called(table, steps), &column.name));
            }
            Change::ChangeColumn { table, from, .. }
                if from.references().is_some() && changes_kind(step) =>
            {
                let name = column_was(steps, from, table);
                out.push(drop_foreign(&was_called(table, steps), &name));
            }
            _ => {}
        }
    }
    for step in steps {
        match step {
            Change::RenameTable { from, to } => out.push(rename_table(from, to)),
            Change::RenameColumn { table, from, to } => out.push(rename_column(table, from, to)),
            Change::CreateTable(table) => {
                out.push(POSTGRES.create(new, table, &table.name));
                out.extend(uniques(table));
            }
            Change::AddColumn { table, column } => {
                out.extend(add(new, table, column));
                if column.unique {
                    out.push(create_unique(table, &column.name));
                }
            }
            Change::ChangeColumn { table, from, to } => {
                out.extend(changed(old, new, steps, table, from, to));
            }
            Change::DropColumn { table, column } => {
                out.push(drop_column(table, &column.name));
            }
            Change::DropTable(table) => out.push(format!("DROP TABLE {};", quoted(&table.name))),
        }
    }
    for step in steps {
        let table = new.table(step.table());
        match (step, table) {
            (Change::CreateTable(_), Some(table)) => {
                out.extend(table.columns.iter().filter_map(|it| foreign(table, it)));
            }
            (Change::AddColumn { column, .. }, Some(table)) => out.extend(foreign(table, column)),
            (Change::ChangeColumn { to, .. }, Some(table)) if changes_kind(step) => {
                out.extend(foreign(table, to));
            }
            _ => {}
        }
    }
    out.extend(renamed(old, new, steps));
    out.join("\n") + "\n"
}

fn changes_kind(step: &Change) -> bool {
    matches!(step, Change::ChangeColumn { from, to, .. } if from.kind != to.kind)
}

fn add(model: &Model, table: &str, column: &Column) -> Vec<String> {
    let (table, name) = (quoted(table), quoted(&column.name));
    let definition = POSTGRES.column(model, column);
    match column.required {
        // What rows that are there get is no default of those to come.
        true => vec![
            format!(
                "ALTER TABLE {table} ADD COLUMN {definition} DEFAULT {};",
                zero(&model.held(&column.kind))
            ),
            format!("ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT;"),
        ],
        false => vec![format!("ALTER TABLE {table} ADD COLUMN {definition};")],
    }
}

fn drop_foreign(table: &str, column: &str) -> String {
    format!(
        "ALTER TABLE {} DROP CONSTRAINT {};",
        quoted(table),
        quoted(&foreign_name(table, column))
    )
}

fn changed(
    old: &Model,
    new: &Model,
    steps: &[Change],
    table: &str,
    from: &Column,
    to: &Column,
) -> Vec<String> {
    let (of, name) = (quoted(table), quoted(&to.name));
    let (was, now) = (old.held(&from.kind), new.held(&to.kind));
    let mut out = Vec::new();
    if from.unique && !to.unique {
        let column = column_was(steps, from, table);
        out.push(drop_unique(&was_called(table, steps), &column));
    }
    let kind = POSTGRES.kind(new, &to.kind);
    match conversion(&was, &now) {
        _ if was == now => {}
        Conversion::Lost => {
            out.push(drop_column(table, &to.name));
            out.extend(add(new, table, to));
            if to.unique {
                out.push(create_unique(table, &to.name));
            }
            return out;
        }
        // By way of text there is a cast between any two of them; numbers have their own.
        _ => {
            use super::Kind::{Boolean, Decimal, Integer, Real};
            let value = match (&was, &now) {
                (Integer | Real | Decimal, Integer | Real | Decimal) => format!("{name}::{kind}"),
                (Integer, Boolean) => format!("{name} <> 0"),
                (Boolean, Integer) => format!("{name}::integer::{kind}"),
                _ => format!("{name}::text::{kind}"),
            };
            out.push(format!(
                "ALTER TABLE {of} ALTER COLUMN {name} TYPE {kind} USING {value};"
            ));
        }
    }
    match (from.required, to.required) {
        (false, true) => {
            if to.references().is_none() {
                out.push(format!(
                    "UPDATE {of} SET {name} = {} WHERE {name} IS NULL;",
                    zero(&now)
                ));
            }
            out.push(format!(
                "ALTER TABLE {of} ALTER COLUMN {name} SET NOT NULL;"
            ));
        }
        (true, false) => {
            out.push(format!(
                "ALTER TABLE {of} ALTER COLUMN {name} DROP NOT NULL;"
            ));
        }
        _ => {}
    }
    if to.unique && !from.unique {
        out.push(create_unique(table, &to.name));
    }
    out
}

/// Constraints and indexes of what was renamed get the name that they would be made with.
fn renamed(old: &Model, new: &Model, steps: &[Change]) -> Vec<String> {
    let mut out = Vec::new();
    let changed = |table: &Table, column: &Column| {
        steps.iter().any(|it| match it {
            Change::ChangeColumn { table: of, to, .. } => {
                changes_kind(it) && *of == table.name && to.name == column.name
            }
            _ => false,
        })
    };
    for table in &new.tables {
        let Some(before) = old.table(&was_called(&table.name, steps)) else {
            continue;
        };
        for column in &table.columns {
            let was = column_was(steps, column, &table.name);
            let Some(known) = before.column(&was) else {
                continue;
            };
            if before.name == table.name && was == column.name {
                continue;
            }
            let is_new =
                conversion(&old.held(&known.kind), &new.held(&column.kind)) == Conversion::Lost;
            if column.unique && known.unique && !is_new {
                out.push(format!(
                    "ALTER INDEX {} RENAME TO {};",
                    quoted(&unique_name(&before.name, &was)),
                    quoted(&unique_name(&table.name, &column.name))
                ));
            }
            let both = column.references().is_some() && known.references().is_some();
            if both && !changed(table, column) {
                out.push(format!(
                    "ALTER TABLE {} RENAME CONSTRAINT {} TO {};",
                    quoted(&table.name),
                    quoted(&foreign_name(&before.name, &was)),
                    quoted(&foreign_name(&table.name, &column.name))
                ));
            }
        }
    }
    out
}
