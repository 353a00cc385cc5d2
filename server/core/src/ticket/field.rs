//! The fields of a ticket: their names, their kinds, and what a text means as one.

use std::fmt;

use jiff::civil::Date;

use super::Priority;
use crate::config::Config;

/// What a field's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Id,
    Text,
    Status,
    Priority,
    Texts,
    Ids,
    Date,
    /// A plain number, not negative.
    Number,
    /// An issue's number.
    Issue,
    /// Read elsewhere; any value.
    Any,
}

/// A field's value to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    List(Vec<String>),
    Date(Date),
    Number(f64),
    Issue(u64),
}

/// Without quotes or brackets, as in `docket set`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(items) => f.write_str(&items.join(", ")),
            Self::Date(date) => write!(f, "{date}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Issue(number) => write!(f, "{number}"),
        }
    }
}

/// The fields in the order in which they are written.
pub const FIELDS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("title", Kind::Text),
    ("status", Kind::Status),
    ("priority", Kind::Priority),
    ("type", Kind::Text),
    ("labels", Kind::Texts),
    ("assignees", Kind::Texts),
    ("milestone", Kind::Text),
    ("parent", Kind::Id),
    ("depends-on", Kind::Ids),
    ("due", Kind::Date),
    ("estimate", Kind::Number),
    ("github", Kind::Issue),
    ("created", Kind::Date),
    // Not of the ticket's own: what it came from, when it was changed, who is to work on it, which
    // model wrote it.
    ("updated", Kind::Any),
    ("from", Kind::Any),
    ("executor", Kind::Any),
    ("generated", Kind::Any),
];

pub const PRIORITIES: [Priority; 4] = [
    Priority::Critical,
    Priority::High,
    Priority::Medium,
    Priority::Low,
];

/// A text that does not mean a value of a field's kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// A sentence that says what is allowed.
    pub message: String,
    /// Values that may be meant, best first.
    pub nearest: Vec<String>,
}

impl Priority {
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// What so many `!` of a TODO mean.
    pub fn of_urgency(urgency: u8) -> Option<Self> {
        match urgency {
            0 => None,
            1 => Some(Self::High),
            _ => Some(Self::Critical),
        }
    }

    /// The priority of exactly that name.
    pub fn named(name: &str) -> Option<Self> {
        PRIORITIES.into_iter().find(|it| it.name() == name)
    }
}

/// The kind of a field; `None` where docket reads no field of that name.
pub fn kind(name: &str) -> Option<Kind> {
    FIELDS.iter().find(|it| it.0 == name).map(|it| it.1)
}

/// Reads what a person gives for a field, as in `docket set ID FIELD=VALUE`; a list is parted by commas.
///
/// # Errors
/// What is allowed, and what may be meant.
pub fn read(name: &str, written: &str, config: &Config) -> Result<Value, Invalid> {
    let written = written.trim();
    let text = || Value::Text(written.to_owned());
    let field = Field { name, config };
    match kind(name).unwrap_or(Kind::Text) {
        Kind::Text | Kind::Any => Ok(text()),
        Kind::Id => field.id(written).map(|()| text()),
        Kind::Status => field.status(written).map(|()| text()),
        Kind::Priority => field.priority(written).map(|_| text()),
        Kind::Texts => Ok(Value::List(split(written))),
        Kind::Ids => {
            let ids = split(written);
            ids.iter().try_for_each(|it| field.id(it))?;
            Ok(Value::List(ids))
        }
        Kind::Date => field.date(written).map(Value::Date),
        Kind::Number => field.number(written).map(Value::Number),
        Kind::Issue => field.issue(written).map(Value::Issue),
    }
}

/// The words of a list that is written in one line, brackets or none.
pub(super) fn split(written: &str) -> Vec<String> {
    let inner = written
        .strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'));
    let words = inner.unwrap_or(written).split(',').map(str::trim);
    words
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A field that a text is read for.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) config: &'a Config,
}

impl Field<'_> {
    pub(super) fn id(self, text: &str) -> Result<(), Invalid> {
        let fits = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '/' | '#');
        match !text.is_empty() && text.chars().all(fits) {
            true => Ok(()),
            false => Err(Invalid {
                message: format!(
                    "`{}` must be a ticket's id, such as `{}-7k3f`.",
                    self.name, self.config.prefix
                ),
                nearest: Vec::new(),
            }),
        }
    }

    pub(super) fn status(self, text: &str) -> Result<(), Invalid> {
        if self.config.status(text).is_some() {
            return Ok(());
        }
        let names: Vec<&str> = self.config.statuses.iter().map(|it| &*it.name).collect();
        Err(one_of(self.name, text, &names))
    }

    pub(super) fn priority(self, text: &str) -> Result<Priority, Invalid> {
        Priority::named(text)
            .ok_or_else(|| one_of(self.name, text, &PRIORITIES.map(Priority::name)))
    }

    pub(super) fn date(self, text: &str) -> Result<Date, Invalid> {
        if let Some(date) = day(text) {
            return Ok(date);
        }
        // A time of day, or other signs between the numbers, do not hide which day is meant.
        let head: String = text.chars().take(10).collect();
        let meant = day(&head.replace(['/', '.'], "-"));
        Err(Invalid {
            message: format!("`{}` must be a day, such as `2026-12-01`.", self.name),
            nearest: meant.iter().map(Date::to_string).collect(),
        })
    }

    pub(super) fn number(self, text: &str) -> Result<f64, Invalid> {
        let plain = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
        match text.parse::<f64>() {
            Ok(number) if plain && number.is_finite() => Ok(number),
            _ => Err(Invalid {
                message: format!(
                    "`{}` must be a plain number of points, such as `3` or `0.5`.",
                    self.name
                ),
                nearest: digits(text),
            }),
        }
    }

    pub(super) fn issue(self, text: &str) -> Result<u64, Invalid> {
        let plain = text.bytes().all(|it| it.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(number) if plain && number > 0 => Ok(number),
            _ => Err(Invalid {
                message: format!("`{}` must be an issue's number, such as `42`.", self.name),
                nearest: digits(text),
            }),
        }
    }
}

/// The day of a text `2026-12-01`; other ways of writing it are none.
pub(crate) fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(idx, it)| match idx {
            4 | 7 => *it == b'-',
            _ => it.is_ascii_digit(),
        });
    shape.then(|| text.parse().ok()).flatten()
}

/// The one number in a text, if it holds one.
fn digits(text: &str) -> Vec<String> {
    let mut runs = text
        .split(|it: char| !it.is_ascii_digit())
        .filter(|it| !it.is_empty());
    match (runs.next(), runs.next()) {
        (Some(run), None) if run.len() < 10 => vec![run.to_owned()],
        _ => Vec::new(),
    }
}

fn one_of(name: &str, text: &str, allowed: &[&str]) -> Invalid {
    let list: Vec<String> = allowed.iter().map(|it| format!("`{it}`")).collect();
    Invalid {
        message: format!(
            "`{name}` cannot be `{text}`; it is one of {}.",
            list.join(", ")
        ),
        nearest: nearest(text, allowed),
    }
}

/// The candidates that may be meant, best first: those that differ in case and separators alone,
/// then those that are a few letters away.
pub(crate) fn nearest(text: &str, candidates: &[&str]) -> Vec<String> {
    let plain = |it: &str| -> String {
        it.chars()
            .filter(|it| it.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let text = plain(&text.chars().take(64).collect::<String>());
    let mut scored: Vec<(usize, &str)> = candidates
        .iter()
        .map(|it| (distance(&text, &plain(it)), *it))
        .filter(|(distance, it)| *distance == 0 || *distance <= (it.len() / 3).max(1))
        .collect();
    scored.sort_by_key(|it| it.0);
    scored.into_iter().map(|it| it.1.to_owned()).collect()
}

/// Letters that differ; a word cut short, or with an ending, differs little.
fn distance(a: &str, b: &str) -> usize {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    match short.len() >= 3 && long.starts_with(short) {
        true => usize::from(short != long),
        false => strsim::damerau_levenshtein(a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn ok(name: &str, written: &str, expected: Value) {
        assert_eq!(read(name, written, &Config::default()), Ok(expected));
    }

    #[track_caller]
    fn refused(name: &str, written: &str, nearest: &[&str]) {
        let invalid = read(name, written, &Config::default()).unwrap_err();
        assert_eq!(invalid.nearest, nearest, "{}", invalid.message);
        assert!(invalid.message.contains(name));
    }

    #[test]
    fn each_kind_is_read() {
        let text = |it: &str| Value::Text(it.to_owned());
        let list = |it: &[&str]| Value::List(it.iter().map(|it| (*it).to_owned()).collect());
        ok("status", "in-progress", text("in-progress"));
        ok("priority", " high ", text("high"));
        ok("labels", "a, b c,", list(&["a", "b c"]));
        ok(
            "depends-on",
            "[T-7k3f, T-9x2m]",
            list(&["T-7k3f", "T-9x2m"]),
        );
        ok(
            "due",
            "2026-12-01",
            Value::Date(jiff::civil::date(2026, 12, 1)),
        );
        ok("estimate", "0.5", Value::Number(0.5));
        ok("github", "42", Value::Issue(42));
        ok("parent", "BACK-100.1", text("BACK-100.1"));
        ok("anything", "x: y", text("x: y"));
    }

    #[test]
    fn what_is_no_value_says_what_may_be_meant() {
        refused("status", "In Progress", &["in-progress"]);
        refused("status", "doen", &["done"]);
        refused("status", "zzz", &[]);
        refused("priority", "HIGH", &["high"]);
        refused("due", "2026-12-01T10:00", &["2026-12-01"]);
        refused("due", "2026/12/01", &["2026-12-01"]);
        refused("due", "2026-02-30", &[]);
        refused("due", "tomorrow", &[]);
        refused("estimate", "3 points", &["3"]);
        refused("estimate", "-1", &["1"]);
        refused("estimate", "1e3", &[]);
        refused("github", "#42", &["42"]);
        refused("github", "0", &["0"]);
        refused("id", "a b", &[]);
        refused("depends-on", "T-7k3f, x y", &[]);
    }
}
