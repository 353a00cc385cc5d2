//! Reads a data model page: a second-level heading is a table, and the rows of the table below it,
//! `| field | type |`, are its columns.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::{Column, KEY, Kind, Model, Table};
use crate::page::outline::OPTIONS;
use crate::ticket::draft::slug;

/// Why a page is no data model. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("the page has no table of fields")]
    Nothing,
    #[error("line {line}: `{said}` is no type")]
    NoType { line: usize, said: String },
    #[error("line {line}: there is a second `{name}`")]
    Twice { line: usize, name: String },
    #[error("line {line}: `{said}` has no letter or digit to name it by")]
    NoName { line: usize, said: String },
    #[error("line {line}: a key is no reference")]
    Key { line: usize },
}

impl ReadError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Nothing => {
                "a heading `## Order` with a table `| field | type |` below it is what SQL is made of"
            }
            Self::NoType { .. } => {
                "types are integer, real, decimal, boolean, text, date, timestamp, uuid, json, blob, or another entity's name; then `required`, `unique`, `was old_name`, with commas"
            }
            Self::Twice { .. } | Self::NoName { .. } => "give it another name",
            Self::Key { .. } => "`id` is integer, uuid or text",
        }
    }
}

/// A row as it is written.
struct Row {
    cells: Vec<String>,
    line: usize,
}

/// An entity as it is written.
struct Section {
    heading: String,
    line: usize,
    rows: Vec<Row>,
}

/// # Errors
///
/// [`ReadError`], of the first place that cannot be read.
pub fn read(page: &str) -> Result<Model, ReadError> {
    let mut sections = sections(page);
    sections.retain(|it| !it.rows.is_empty());
    let mut names: Vec<String> = Vec::new();
    for it in &sections {
        let (heading, _) = renamed(&it.heading);
        let name = name(heading, it.line)?;
        if names.contains(&name) {
            return Err(ReadError::Twice {
                line: it.line,
                name,
            });
        }
        names.push(name);
    }
    let mut model = Model::default();
    for (section, name) in sections.iter().zip(&names) {
        model.tables.push(table(section, name, &names)?);
    }
    match model.tables.is_empty() {
        true => Err(ReadError::Nothing),
        false => Ok(model),
    }
}

fn table(section: &Section, name: &str, names: &[String]) -> Result<Table, ReadError> {
    let mut columns: Vec<Column> = Vec::new();
    for row in &section.rows {
        let column = column(row, names)?;
        if columns.iter().any(|it| it.name == column.name) {
            let (line, name) = (row.line, column.name);
            return Err(ReadError::Twice { line, name });
        }
        columns.push(column);
    }
    let key = match columns.iter().position(|it| it.name == KEY) {
        Some(at) => columns.remove(at),
        None => Column {
            name: KEY.to_owned(),
            kind: Kind::Integer,
            required: true,
            unique: false,
            was: None,
        },
    };
    columns.insert(0, key);
    let was = renamed(&section.heading).1;
    Ok(Table {
        name: name.to_owned(),
        columns,
        was: was.map(|it| name_of(&it)),
    })
}

fn column(row: &Row, names: &[String]) -> Result<Column, ReadError> {
    let cell = |nth: usize| row.cells.get(nth).map_or("", |it| it.trim());
    let mut name = name(cell(0), row.line)?;
    let mut words = cell(1).split([',', ';']).map(str::trim);
    let said = words.next().unwrap_or_default();
    // A note in a further column is read where it is one of the words; what else it says is prose.
    let notes = row.cells.iter().skip(2);
    let words: Vec<&str> = words
        .chain(notes.flat_map(|it| it.split([',', ';']).map(str::trim)))
        .collect();
    let says = |word: &str| words.iter().any(|it| it.eq_ignore_ascii_case(word));
    let was = words.iter().find_map(|it| it.strip_prefix("was "));
    let kind = match entity(&name, said, names) {
        Some(to) => Kind::Reference(to),
        None => kind(said).ok_or_else(|| ReadError::NoType {
            line: row.line,
            said: said.to_owned(),
        })?,
    };
    if name == KEY {
        if !matches!(kind, Kind::Integer | Kind::Uuid | Kind::Text) {
            return Err(ReadError::Key { line: row.line });
        }
        return Ok(Column {
            name,
            kind,
            required: true,
            unique: false,
            was: None,
        });
    }
    let mut was = was.map(name_of);
    if matches!(kind, Kind::Reference(_)) {
        name = with_id(&name);
        was = was.map(|it| with_id(&it));
    }
    Ok(Column {
        name,
        kind,
        required: says("required") || says("not null"),
        unique: says("unique"),
        was,
    })
}

fn with_id(name: &str) -> String {
    match name.ends_with("_id") {
        true => name.to_owned(),
        false => format!("{name}_id"),
    }
}

/// The table that a field's type names, or the name of a key's: `customer_id`.
fn entity(field: &str, said: &str, names: &[String]) -> Option<String> {
    let said = said.trim_start_matches("->").trim();
    let said = said.strip_prefix("reference to ").unwrap_or(said);
    let is = |it: &str| names.iter().find(|name| **name == it).cloned();
    let of_type = is(&name_of(said)).filter(|_| kind(said).is_none());
    of_type.or_else(|| {
        let to = field.strip_suffix("_id")?;
        is(to).filter(|_| matches!(kind(said), Some(Kind::Integer | Kind::Uuid)))
    })
}

fn kind(said: &str) -> Option<Kind> {
    let word = said.split(['(', ' ']).next().unwrap_or_default();
    Some(match word.to_lowercase().as_str() {
        "int" | "integer" | "bigint" | "number" => Kind::Integer,
        "real" | "float" | "double" => Kind::Real,
        "decimal" | "numeric" | "money" => Kind::Decimal,
        "bool" | "boolean" => Kind::Boolean,
        "text" | "string" | "varchar" => Kind::Text,
        "date" => Kind::Date,
        "timestamp" | "timestamptz" | "datetime" | "time" => Kind::Timestamp,
        "uuid" => Kind::Uuid,
        "json" | "jsonb" => Kind::Json,
        "blob" | "bytes" | "bytea" | "binary" => Kind::Blob,
        _ => return None,
    })
}

fn name_of(said: &str) -> String {
    slug(said.trim_matches('`')).replace('-', "_")
}

fn name(said: &str, line: usize) -> Result<String, ReadError> {
    let name = name_of(said);
    match name.is_empty() {
        true => Err(ReadError::NoName {
            line,
            said: said.to_owned(),
        }),
        false => Ok(name),
    }
}

/// `Order (was Purchase)`: its name, and what it was.
fn renamed(heading: &str) -> (&str, Option<String>) {
    match heading.split_once("(was ") {
        Some((name, was)) => (
            name.trim(),
            Some(was.trim_end_matches([')', ' ']).to_owned()),
        ),
        None => (heading, None),
    }
}

fn sections(page: &str) -> Vec<Section> {
    let line = |at: usize| page[..at].bytes().filter(|it| *it == b'\n').count() + 1;
    let mut sections: Vec<Section> = Vec::new();
    let (mut heading, mut cell): (Option<String>, Option<String>) = (None, None);
    let mut row: Option<Row> = None;
    for (event, range) in Parser::new_ext(page, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => sections.push(Section {
                heading: heading.take().unwrap_or_default(),
                line: line(range.start),
                rows: Vec::new(),
            }),
            Event::Start(Tag::TableRow) => {
                row = Some(Row {
                    cells: Vec::new(),
                    line: line(range.start),
                });
            }
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => {
                if let (Some(row), Some(cell)) = (&mut row, cell.take()) {
                    row.cells.push(cell);
                }
            }
            Event::End(TagEnd::TableRow) => {
                if let (Some(section), Some(row)) = (sections.last_mut(), row.take()) {
                    section.rows.push(row);
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(to) = cell.as_mut().or(heading.as_mut()) {
                    to.push_str(&text);
                }
            }
            _ => {}
        }
    }
    sections
}
