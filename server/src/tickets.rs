//! Tickets made and changed by what people type: `docket new` and `set`, and the editor's commands.

use docket_core::edit::{Change, FileCreate, TextEdit};
use docket_core::ide;
use docket_core::ide::actions::{Source, resolve_set};
use docket_core::ids;
use docket_core::ticket::draft::{Body, Draft};
use docket_core::ticket::edit::{self, Refusal};
use docket_core::ticket::field::{self, FIELDS, Kind, Value};
use docket_core::ticket::template::Template;
use docket_core::world::Snapshot;

const FOLDER: &str = ".docs/tickets";

/// One field's change as it was typed: `FIELD=VALUE`, `FIELD+=ITEM`, `FIELD-=ITEM`, or `FIELD=`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    pub field: String,
    pub operation: Operation,
}

/// What becomes of the field.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    Set(Value),
    Unset,
    /// Of a list's items.
    Add(String),
    Remove(String),
}

/// Why what was typed cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    #[error("a ticket needs a title")]
    NoTitle,
    #[error("`{0}` is no FIELD=VALUE")]
    NoAssignment(String),
    #[error("there is no field `{field}`")]
    UnknownField {
        field: String,
        nearest: Option<String>,
    },
    #[error("{message}")]
    InvalidValue {
        message: String,
        nearest: Option<String>,
    },
    #[error("`{0}` is no list: it takes `=` alone")]
    NoList(String),
    #[error("nobody said who `me` is")]
    Nobody,
    #[error("`{0}` is not given as a field of a new ticket")]
    OwnField(String),
    #[error("an id is not changed as a field: references to it would break")]
    Id,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Impossible(#[from] ide::Refusal),
}

impl ChangeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoAssignment(_) => Some("as in `status=review` or `labels=parser,lsp`".into()),
            Self::UnknownField {
                nearest: Some(it), ..
            }
            | Self::InvalidValue {
                nearest: Some(it), ..
            } => Some(format!("did you mean `{it}`?")),
            Self::UnknownField { nearest: None, .. } => {
                let names: Vec<_> = FIELDS.iter().map(|it| it.0).collect();
                Some(format!("fields: {}", names.join(", ")))
            }
            Self::Nobody => Some("`docket doctor` says where to write it".into()),
            Self::OwnField(_) => Some("the id is drawn, the title stands before the fields".into()),
            Self::NoTitle
            | Self::InvalidValue { nearest: None, .. }
            | Self::NoList(_)
            | Self::Id
            | Self::Refused(_)
            | Self::Impossible(_) => None,
        }
    }
}

impl Assignment {
    /// Reads `FIELD=VALUE` and its kin for a project.
    pub fn parse(snapshot: &Snapshot, typed: &str) -> Result<Self, ChangeError> {
        let (left, value) = typed
            .split_once('=')
            .ok_or_else(|| ChangeError::NoAssignment(typed.to_owned()))?;
        let field = left.trim().trim_end_matches(['+', '-']);
        let sign = left.trim()[field.len()..].chars().next();
        Self::new(snapshot, field, sign, value)
    }

    /// `sign` is `+` or `-` for one item of a list.
    fn new(
        snapshot: &Snapshot,
        field: &str,
        sign: Option<char>,
        value: &str,
    ) -> Result<Self, ChangeError> {
        let field = known_field(snapshot, field)?;
        let people;
        let value = match field.as_str() {
            "assignees" => {
                people = named_people(snapshot, value)?;
                people.as_str()
            }
            _ => value.trim(),
        };
        let is_list = matches!(field::kind(&field), Some(Kind::Texts | Kind::Ids));
        let operation = match sign {
            Some(_) if !is_list => return Err(ChangeError::NoList(field)),
            Some('-') => Operation::Remove(value.to_owned()),
            Some(_) => Operation::Add(read(snapshot, &field, value).map(|_| value.to_owned())?),
            None if value.is_empty() => Operation::Unset,
            None => Operation::Set(read(snapshot, &field, value)?),
        };
        Ok(Self { field, operation })
    }

    /// The ticket file's text with the change made; all other bytes stay.
    pub fn apply(&self, text: &str) -> Result<String, ChangeError> {
        let field = &self.field;
        let edits = match &self.operation {
            Operation::Set(value) => edit::set(text, field, value),
            Operation::Unset => edit::unset(text, field),
            Operation::Add(item) => edit::add(text, field, item),
            Operation::Remove(item) => edit::remove(text, field, item),
        };
        Ok(TextEdit::apply_all(text, &edits?))
    }
}

/// The id of a new ticket, and the change that makes it. It is created today, and what `fields` does
/// not say the template does.
pub fn create(
    snapshot: &Snapshot,
    title: &str,
    template: &Template,
    fields: &[(String, String)],
    source: &mut dyn Source,
) -> Result<(String, Change), ChangeError> {
    if title.trim().is_empty() {
        return Err(ChangeError::NoTitle);
    }
    let mut values = template.fields.clone();
    values.push(("created".to_owned(), Value::Date(snapshot.today)));
    for (name, value) in fields {
        let assignment = Assignment::new(snapshot, name, None, value)?;
        match assignment.operation {
            _ if matches!(assignment.field.as_str(), "id" | "title") => {
                return Err(ChangeError::OwnField(assignment.field));
            }
            Operation::Set(value) => {
                values.retain(|it| it.0 != assignment.field);
                values.push((assignment.field, value));
            }
            Operation::Unset => values.retain(|it| it.0 != assignment.field),
            Operation::Add(_) | Operation::Remove(_) => {}
        }
    }
    let id = draw(snapshot, source);
    let draft = Draft {
        id: &id,
        title,
        fields: values
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect(),
        body: Body::Template(&template.body),
        origin: None,
    };
    let create = FileCreate {
        path: format!("{FOLDER}/{}", draft.file_name()),
        text: draft.text(),
    };
    let change = Change {
        creates: vec![create],
        ..Change::default()
    };
    Ok((id, change))
}

/// The change that gives fields of a ticket values, as they are typed; an empty one takes the field
/// away. The id is none of them: what refers to it would break.
pub fn set(
    snapshot: &Snapshot,
    ticket: &str,
    fields: &[(String, String)],
    source: &mut dyn Source,
) -> Result<Change, ChangeError> {
    let mut typed = Vec::new();
    for (name, value) in fields {
        let field = known_field(snapshot, name)?;
        if field == "id" {
            return Err(ChangeError::Id);
        }
        let value = match field.as_str() {
            "assignees" if !value.trim().is_empty() => named_people(snapshot, value)?,
            _ => value.clone(),
        };
        typed.push((field, value));
    }
    let fields: Vec<_> = typed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Ok(resolve_set(snapshot, ticket, &fields, source)?)
}

fn draw(snapshot: &Snapshot, source: &mut dyn Source) -> String {
    // Both closures of a draw need the source, which is one.
    let source = std::cell::RefCell::new(source);
    ids::draw(
        &snapshot.config.prefix,
        snapshot.tickets().count(),
        |n| source.borrow_mut().below(n),
        |id| snapshot.ticket(id).is_some() || source.borrow_mut().is_taken(id.as_str()),
    )
}

/// Users as tickets write them: without `@`, and `me` by name.
fn named_people(snapshot: &Snapshot, typed: &str) -> Result<String, ChangeError> {
    let bare = typed.trim().trim_start_matches('[').trim_end_matches(']');
    let people = bare.split(',').map(|it| {
        let name = it.trim().trim_start_matches('@');
        match name {
            "me" => snapshot.me.as_deref().ok_or(ChangeError::Nobody),
            name => Ok(name),
        }
    });
    Ok(people.collect::<Result<Vec<_>, _>>()?.join(","))
}

fn known_field(snapshot: &Snapshot, typed: &str) -> Result<String, ChangeError> {
    let field = typed.trim().to_lowercase().replace('_', "-");
    let own = snapshot.config.fields.iter().map(String::as_str);
    let names: Vec<&str> = FIELDS.iter().map(|it| it.0).chain(own).collect();
    if names.contains(&field.as_str()) {
        return Ok(field);
    }
    let nearest = names
        .into_iter()
        .map(|it| (strsim::jaro_winkler(it, &field), it))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.75);
    Err(ChangeError::UnknownField {
        nearest: nearest.map(|it| it.1.to_owned()),
        field,
    })
}

fn read(snapshot: &Snapshot, field: &str, value: &str) -> Result<Value, ChangeError> {
    field::read(field, value, &snapshot.config).map_err(|it| ChangeError::InvalidValue {
        message: it.message.trim_end_matches('.').to_owned(),
        nearest: it.nearest.into_iter().next(),
    })
}
