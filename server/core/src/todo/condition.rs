//! What a TODO may wait for: a date, a version, a ticket or an issue.

use jiff::civil::Date;

use super::reference::{self, Read};
use super::{Condition, Reference};

/// What a word between brackets is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReadCondition {
    Condition(Condition),
    Malformed {
        message: String,
        replacement: Option<String>,
    },
    /// No condition: where no other is, the bracket is text.
    Not,
}

/// Operators of a version condition, longest first.
const OPERATORS: &[&str] = &[">=", "<=", "==", "~>", "~=", "^", "~", ">", "<", "="];

pub(super) fn read(word: &str, prefix: &str) -> ReadCondition {
    if let Some(read) = date_like(word) {
        return read;
    }
    match reference::read(word, prefix) {
        Read::Sure(Reference::Ticket(id)) => {
            return ReadCondition::Condition(Condition::Ticket(id));
        }
        Read::Sure(Reference::Issue { repository, number }) => {
            return ReadCondition::Condition(Condition::Issue { repository, number });
        }
        // `[#tag]`, `[@x]` and `[!]` are no rarity in prose.
        Read::Malformed {
            message,
            replacement,
        } if !word.starts_with(['#', '@', '!']) => {
            return ReadCondition::Malformed {
                message,
                replacement,
            };
        }
        _ => {}
    }
    version(word).unwrap_or(ReadCondition::Not)
}

/// A date as ISO 8601 has it, or `None` where there is no such day.
pub(super) fn date(word: &str) -> Option<Date> {
    let bytes = word.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(idx, it)| match idx {
            4 | 7 => *it == b'-',
            _ => it.is_ascii_digit(),
        });
    match shaped {
        true => word.parse().ok(),
        false => None,
    }
}

/// What a person may have meant who wrote a date another way: `2026-6-1`, `2026/06/01`.
pub(super) fn meant_date(word: &str) -> Option<Date> {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    match parts[..] {
        [year, month, day] if year.len() == 4 => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => None,
    }
}

/// Four digits, a separator and more digits: nothing else than a date looks so.
pub(super) fn is_date_like(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let digits = |it: &&str, len: std::ops::RangeInclusive<usize>| {
        len.contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit())
    };
    match &parts[..] {
        [year, month] => digits(year, 4..=4) && digits(month, 2..=2) && !word.contains('.'),
        [year, month, day] => digits(year, 4..=4) && digits(month, 1..=2) && digits(day, 1..=2),
        _ => false,
    }
}

fn date_like(word: &str) -> Option<ReadCondition> {
    if let Some(date) = date(word) {
        return Some(ReadCondition::Condition(Condition::Date(date)));
    }
    is_date_like(word).then(|| ReadCondition::Malformed {
        message: bad_date(word),
        replacement: meant_date(word).map(|it| it.to_string()),
    })
}

pub(super) fn bad_date(word: &str) -> String {
    match meant_date(word) {
        Some(_) => format!("`{word}` is no date: write it as YYYY-MM-DD"),
        None => format!("`{word}` is no day of the calendar: a date is YYYY-MM-DD"),
    }
}

/// `>=2.0.0`, `serde>=2`, `serde@>=2`, `serde@2`.
fn version(word: &str) -> Option<ReadCondition> {
    let (name, operator, version) = split(word)?;
    let name = name.trim();
    let version = version.trim();
    let named = is_package(name);
    if !name.is_empty() && !named {
        return None;
    }
    if is_version(version) {
        return Some(ReadCondition::Condition(Condition::Version {
            package: named.then(|| name.to_owned()),
            requirement: format!("{operator}{}", version.strip_prefix('v').unwrap_or(version)),
        }));
    }
    let meant = name.is_empty() && word.chars().all(|it| !it.is_whitespace())
        || version.starts_with(|it: char| it.is_ascii_digit());
    meant.then(|| ReadCondition::Malformed {
        message: format!(
            "`{word}` is no version condition: write it as `>=2.0.0` or `name>=2.0.0`"
        ),
        replacement: None,
    })
}

fn split(word: &str) -> Option<(&str, &str, &str)> {
    // The `@` of an npm scope is part of the name.
    let from = usize::from(word.starts_with('@'));
    let at = word[from..].find(['>', '<', '=', '~', '^', '@'])? + from;
    let name = &word[..at];
    let rest = &word[at..];
    let rest = match rest.strip_prefix('@') {
        Some(rest) => rest.trim_start(),
        None => rest,
    };
    match OPERATORS.iter().find(|it| rest.starts_with(**it)) {
        Some(operator) => Some((name, operator, &rest[operator.len()..])),
        // `serde@2`: has come as far as 2.
        None if at > 0 && is_version(rest) => Some((name, ">=", rest)),
        None => None,
    }
}

fn is_package(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '@')
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"@/._-".contains(&it))
        // One letter is a variable: `[i > 0]`.
        && name.bytes().filter(u8::is_ascii_alphanumeric).count() > 1
        && name.bytes().any(|it| it.is_ascii_alphabetic())
}

/// `2`, `2.0`, `v2.0.0-rc.1`, `1.2.3+build`.
fn is_version(version: &str) -> bool {
    let version = version.strip_prefix('v').unwrap_or(version);
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let tail = &version[numbers.len()..];
    let n_parts = numbers.split('.').count();
    (1..=4).contains(&n_parts)
        && numbers
            .split('.')
            .all(|it| !it.is_empty() && it.len() <= 9 && it.bytes().all(|it| it.is_ascii_digit()))
        && (tail.is_empty()
            || tail.len() > 1
                && tail
                    .bytes()
                    .all(|it| it.is_ascii_alphanumeric() || b".-+".contains(&it)))
}
