//! What has changed between two models, as steps.

use super::{Column, Kind, Model, Table};

/// One step from a model to another, in the order in which they are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    RenameTable {
        from: String,
        to: String,
    },
    /// `table` is what it is called by then.
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    CreateTable(Table),
    AddColumn {
        table: String,
        column: Column,
    },
    ChangeColumn {
        table: String,
        from: Column,
        to: Column,
    },
    DropColumn {
        table: String,
        column: Column,
    },
    DropTable(Table),
}

/// What a change of type does to the values that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    Kept,
    /// Those that do not fit stop the migration in PostgreSQL, and become another value in SQLite.
    Risky,
    /// There is no way.
    Lost,
}

/// A model that a migration can bring about from `old`, and what it leaves for a later one: a new
/// reference has no value for rows that are there.
pub fn reached(old: &Model, new: &Model) -> (Model, Vec<String>) {
    let mut reached = new.clone();
    let mut left = Vec::new();
    for table in &mut reached.tables {
        let Some(before) = before(old, table) else {
            continue;
        };
        for column in &mut table.columns {
            let was = column_before(before, column);
            let has_none = was.is_none_or(|was| {
                conversion(&old.held(&was.kind), &new.held(&column.kind)) == Conversion::Lost
            });
            if has_none && column.required && column.references().is_some() {
                column.required = false;
                left.push(format!(
                    "`{}.{}` begins as optional: rows that are there have none. Once they do, `docket schema` makes it required.",
                    table.name, column.name
                ));
            }
        }
    }
    (reached, left)
}

/// The steps from one model to another.
pub fn steps(old: &Model, new: &Model) -> Vec<Change> {
    let mut steps = Vec::new();
    let pairs: Vec<(&Table, Option<&Table>)> = new
        .tables
        .iter()
        .map(|table| (table, before(old, table)))
        .collect();
    for (table, before) in &pairs {
        if let Some(before) = before.filter(|it| it.name != table.name) {
            steps.push(Change::RenameTable {
                from: before.name.clone(),
                to: table.name.clone(),
            });
        }
    }
    for (table, before) in &pairs {
        let columns = table.columns.iter();
        let pairs = columns.filter_map(|it| Some((it, column_before((*before)?, it)?)));
        let renamed = pairs.filter(|(column, before)| column.name != before.name);
        steps.extend(renamed.map(|(column, before)| Change::RenameColumn {
            table: table.name.clone(),
            from: before.name.clone(),
            to: column.name.clone(),
        }));
    }
    let created = pairs.iter().filter(|it| it.1.is_none());
    steps.extend(created.map(|(table, _)| Change::CreateTable((*table).clone())));
    for (table, before) in &pairs {
        let Some(before) = before else {
            continue;
        };
        for column in &table.columns {
            let name = table.name.clone();
            match column_before(before, column) {
                None => steps.push(Change::AddColumn {
                    table: name,
                    column: column.clone(),
                }),
                Some(was) if !is_same(old, was, new, column) => steps.push(Change::ChangeColumn {
                    table: name,
                    from: Column {
                        name: column.name.clone(),
                        ..was.clone()
                    },
                    to: column.clone(),
                }),
                Some(_) => {}
            }
        }
        let kept = |it: &&Column| {
            let mut now = table.columns.iter();
            now.any(|column| column_before(before, column).map(|it| &it.name) == Some(&it.name))
        };
        let dropped = before.columns.iter().filter(|it| !kept(it));
        steps.extend(dropped.map(|it| Change::DropColumn {
            table: table.name.clone(),
            column: it.clone(),
        }));
    }
    let is_kept = |it: &&Table| {
        pairs
            .iter()
            .any(|pair| pair.1.map(|it| &it.name) == Some(&it.name))
    };
    let dropped = old.tables.iter().filter(|it| !is_kept(it));
    steps.extend(dropped.cloned().map(Change::DropTable));
    steps
}

/// The same model with what its tables and columns are called in `new` as what they were called
/// before, so that the way back renames as well.
pub fn backwards(old: &Model, new: &Model) -> Model {
    let mut back = old.clone();
    for table in &mut back.tables {
        table.was = None;
        let now = new
            .tables
            .iter()
            .find(|it| before(old, it).is_some_and(|it| it.name == table.name));
        let before_it = old.table(&table.name);
        for column in &mut table.columns {
            let is_it = |it: &&Column| {
                let was = before_it.and_then(|before| column_before(before, it));
                was.is_some_and(|it| it.name == column.name)
            };
            let now = now.and_then(|it| it.columns.iter().find(is_it));
            column.was = now
                .map(|it| it.name.clone())
                .filter(|it| *it != column.name);
        }
        table.was = now.map(|it| it.name.clone()).filter(|it| *it != table.name);
    }
    back
}

fn before<'a>(old: &'a Model, table: &Table) -> Option<&'a Table> {
    let was = || old.table(table.was.as_deref()?);
    old.table(&table.name).or_else(was)
}

fn column_before<'a>(before: &'a Table, column: &Column) -> Option<&'a Column> {
    let was = || before.column(column.was.as_deref()?);
    before.column(&column.name).or_else(was)
}

/// Whether a column is the same but for its name: a reference to a table that was renamed is.
fn is_same(old: &Model, was: &Column, new: &Model, now: &Column) -> bool {
    let kind = match (&was.kind, &now.kind) {
        (Kind::Reference(was), Kind::Reference(now)) => {
            let now = new.table(now).and_then(|it| before(old, it));
            now.map(|it| &it.name) == Some(was)
        }
        (was, now) => was == now,
    };
    kind && was.required == now.required && was.unique == now.unique
}

/// What becomes of values of one kind as another; references are as what they hold.
pub fn conversion(from: &Kind, to: &Kind) -> Conversion {
    use Kind::{Boolean, Date, Decimal, Integer, Real, Text, Timestamp};
    match (from, to) {
        (from, to) if from == to => Conversion::Kept,
        (Integer, Real | Decimal) | (Real, Decimal) | (Date, Timestamp) | (Boolean, Integer) => {
            Conversion::Kept
        }
        (Kind::Blob, _) | (_, Kind::Blob) => Conversion::Lost,
        (_, Text) => Conversion::Kept,
        (Text, _) | (Real | Decimal, Integer) | (Decimal, Real) | (Timestamp, Date) => {
            Conversion::Risky
        }
        (Integer, Boolean) => Conversion::Risky,
        _ => Conversion::Lost,
    }
}

impl Change {
    /// What it takes away, in words; `None` where it takes nothing. `old` and `new` are its models.
    pub fn destroys(&self, old: &Model, new: &Model) -> Option<String> {
        match self {
            Self::DropTable(it) => Some(format!("drops the table `{}` with its rows", it.name)),
            Self::DropColumn { table, column } => Some(format!(
                "drops `{table}.{}` with what is in it",
                column.name
            )),
            Self::ChangeColumn { table, from, to } => {
                let (was, now) = (old.held(&from.kind), new.held(&to.kind));
                let name = format!("`{table}.{}`", to.name);
                let mut all = Vec::new();
                match conversion(&was, &now) {
                    Conversion::Kept => {}
                    Conversion::Risky => all.push(format!(
                        "{name} takes another type: values that do not fit stop it in PostgreSQL, and become others in SQLite"
                    )),
                    Conversion::Lost => {
                        all.push(format!("{name} takes another type, and loses its values"));
                    }
                }
                if let Some(of) = to
                    .references()
                    .filter(|_| from.references() != to.references())
                {
                    all.push(format!(
                        "{name} refers to `{of}`: a value without a row there stops it"
                    ));
                }
                if to.required && !from.required && to.references().is_some() {
                    all.push(format!(
                        "{name} becomes required: a row without it stops it"
                    ));
                } else if to.required && !from.required {
                    all.push(format!(
                        "{name} becomes required: rows without it get {}",
                        zero(&now)
                    ));
                }
                if to.unique && !from.unique {
                    all.push(format!(
                        "{name} becomes unique: two rows with one value stop it"
                    ));
                }
                (!all.is_empty()).then(|| all.join("; "))
            }
            Self::AddColumn { table, column } if column.unique && column.required => Some(format!(
                "`{table}.{}` is required and unique: more than one row that is there stops it",
                column.name
            )),
            _ => None,
        }
    }

    /// The table that it is of, as it is called afterwards.
    pub fn table(&self) -> &str {
        match self {
            Self::RenameTable { to, .. } => to,
            Self::RenameColumn { table, .. }
            | Self::AddColumn { table, .. }
            | Self::ChangeColumn { table, .. }
            | Self::DropColumn { table, .. } => table,
            Self::CreateTable(it) | Self::DropTable(it) => &it.name,
        }
    }
}

/// What a required column holds in rows that were there before it, in SQL that both databases read.
pub fn zero(kind: &Kind) -> &'static str {
    match kind {
        Kind::Integer | Kind::Real | Kind::Decimal | Kind::Reference(_) => "0",
        Kind::Boolean => "false",
        Kind::Text | Kind::Blob => "''",
        Kind::Date => "'1970-01-01'",
        Kind::Timestamp => "'1970-01-01 00:00:00+00'",
        Kind::Uuid => "'00000000-0000-0000-0000-000000000000'",
        Kind::Json => "'{}'",
    }
}
