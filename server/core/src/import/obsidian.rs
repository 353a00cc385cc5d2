//! Lines of Obsidian's plugin Tasks: dates and priorities as emoji or as dataview fields.

use jiff::civil::Date;

use super::check_list::{self, Above};
use super::items::{self, Piece};
use super::{Foreign, Refusal, Skipped, Source, SourceFile, kept, state, tell_apart};
use crate::ticket::{Priority, field};

/// The signs and what is written after each.
const SIGNS: [(&str, &str); 14] = [
    ("📅", "due"),
    ("📆", "due"),
    ("🗓", "due"),
    ("⏳", "scheduled"),
    ("⌛", "scheduled"),
    ("🛫", "start"),
    ("➕", "created"),
    ("✅", "completion"),
    ("❌", "cancelled"),
    ("🔁", "repeat"),
    ("🆔", "id"),
    ("⛔", "dependsOn"),
    ("🏁", "onCompletion"),
    ("🔂", "repeat"),
];

const PRIORITIES: [(&str, &str); 5] = [
    ("🔺", "highest"),
    ("⏫", "high"),
    ("🔼", "medium"),
    ("🔽", "low"),
    ("⏬", "lowest"),
];

/// Names that dataview fields of a task have.
const NAMES: [&str; 11] = [
    "due",
    "scheduled",
    "start",
    "created",
    "completion",
    "cancelled",
    "repeat",
    "id",
    "dependsOn",
    "onCompletion",
    "priority",
];

/// A variation selector, which some keyboards put after a sign.
const VARIATION: char = '\u{fe0f}';

/// What a task's line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) title: String,
    pub(super) id: Option<String>,
    due: Option<Date>,
    created: Option<Date>,
    priority: Option<Priority>,
    labels: Vec<String>,
    depends_on: Vec<String>,
    /// Name and value.
    others: Vec<(String, String)>,
}

pub(super) fn read(files: &[SourceFile]) -> Result<Source, Refusal> {
    let mut source = Source::default();
    for file in files.iter().filter(|it| check_list::is_page(it)) {
        let first = source.tickets.len();
        let mut chain: Vec<(usize, String)> = Vec::new();
        for piece in items::pieces(&file.text, 1) {
            match piece {
                Piece::Heading { level, text } => {
                    chain.retain(|it| it.0 < level);
                    chain.push((level, text));
                }
                Piece::Line(_) => {}
                Piece::Item(item) => {
                    let at = source.tickets.len();
                    let above = Above::default();
                    check_list::tickets(file, &item, &above, None, &fields, &mut source.tickets);
                    let names: Vec<_> = chain.iter().map(|it| it.1.as_str()).collect();
                    if let Some(ticket) = source.tickets.get_mut(at).filter(|_| !names.is_empty()) {
                        ticket
                            .kept
                            .push(kept::text_entry("heading", &names.join(" > ")));
                    }
                }
            }
        }
        let why = match source.tickets.len() == first {
            true => "no task in it",
            false => "its prose is a note's, and stays there; tasks alone become tickets",
        };
        source.skipped.push(Skipped::file(file, why));
    }
    tell_apart(&mut source.tickets);
    Ok(source)
}

/// Whether a line has a sign or a field of the plugin.
pub(super) fn has_fields(text: &str) -> bool {
    items::item(text).is_some_and(|(_, _, text)| fields(text).says_more())
}

impl Fields {
    /// Of a list whose lines are nothing but their text.
    pub(super) fn plain(text: &str) -> Self {
        Self {
            title: text.to_owned(),
            ..Self::default()
        }
    }

    /// Whether there is more than a title.
    pub(super) fn says_more(&self) -> bool {
        self.id.is_some()
            || self.due.is_some()
            || self.created.is_some()
            || self.priority.is_some()
            || !self.depends_on.is_empty()
            || !self.others.is_empty()
    }

    pub(super) fn put(self, ticket: &mut Foreign) {
        ticket.due = self.due;
        ticket.created = self.created;
        ticket.priority = self.priority;
        ticket.depends_on = self.depends_on;
        ticket.id = self.id;
        for label in self.labels {
            if !ticket.labels.contains(&label) {
                ticket.labels.push(label);
            }
        }
        let others = self.others.iter();
        ticket
            .kept
            .extend(others.map(|it| kept::text_entry(&it.0, &it.1)));
    }

    /// Takes a field in; gives it back where its value is none.
    fn take(&mut self, name: &str, value: &str) -> Result<(), ()> {
        let value = value.trim();
        let day = || field::day(value).ok_or(());
        match name {
            "due" if self.due.is_none() => self.due = Some(day()?),
            "created" if self.created.is_none() => self.created = Some(day()?),
            "due" | "created" | "scheduled" | "start" | "completion" | "cancelled" => {
                day()?;
                self.others.push((name.to_owned(), value.to_owned()));
            }
            "priority" => {
                self.priority = Some(state::priority(value).ok_or(())?);
                // Docket has four, and these two share one with their neighbour.
                if value.eq_ignore_ascii_case("lowest") {
                    self.others.push((name.to_owned(), value.to_owned()));
                }
            }
            _ if value.is_empty() => return Err(()),
            "id" if self.id.is_none() => self.id = Some(value.to_owned()),
            "dependsOn" => {
                let ids = value.split(',').map(|it| it.trim().to_owned());
                self.depends_on.extend(ids.filter(|it| !it.is_empty()));
            }
            _ => self.others.push((name.to_owned(), value.to_owned())),
        }
        Ok(())
    }
}

/// Reads a task's text.
pub(super) fn fields(text: &str) -> Fields {
    let mut out = Fields::default();
    let mut title = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match field_at(rest, &mut out) {
            Some(len) => {
                rest = &rest[len..];
                title.push(' ');
            }
            None => {
                title.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    tags(&title, &mut out);
    out
}

/// The length of the field that `text` begins with, once it is taken in.
fn field_at(text: &str, out: &mut Fields) -> Option<usize> {
    let after = |sign: &str| {
        let rest = text.strip_prefix(sign)?;
        Some(rest.strip_prefix(VARIATION).unwrap_or(rest))
    };
    if let Some((name, rest)) = PRIORITIES.iter().find_map(|it| Some((it.1, after(it.0)?))) {
        out.take("priority", name).ok()?;
        return Some(text.len() - rest.len());
    }
    if let Some((name, rest)) = SIGNS.iter().find_map(|it| Some((it.1, after(it.0)?))) {
        let value = rest.trim_start();
        let len = value_len(name, value);
        out.take(name, &value[..len]).ok()?;
        return Some(text.len() - value.len() + len);
    }
    let close = match text.chars().next()? {
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    let inner = &text[1..text.find(close)?];
    let (name, value) = inner.split_once("::")?;
    let name = NAMES.iter().find(|it| **it == name.trim())?;
    out.take(name, value).ok()?;
    Some(inner.len() + 2)
}

/// How much of what follows a sign is its value.
fn value_len(name: &str, text: &str) -> usize {
    let word = |fits: fn(char) -> bool| text.find(|it| !fits(it)).unwrap_or(text.len());
    match name {
        "repeat" => {
            let signs = SIGNS.iter().chain(&PRIORITIES).map(|it| it.0);
            let ends = signs
                .chain([" #", " ^", "["])
                .filter_map(|it| text.find(it));
            ends.min().unwrap_or(text.len())
        }
        "id" | "onCompletion" => word(|it| it.is_alphanumeric() || matches!(it, '-' | '_')),
        "dependsOn" => word(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | ',')),
        _ => word(|it| it.is_ascii_digit() || it == '-'),
    }
}

/// Tags are labels; those at the end, and the one by which the plugin knows its tasks, are no part
/// of the title.
fn tags(text: &str, out: &mut Fields) {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let tag = |it: &str| -> Option<String> {
        let name = it.strip_prefix('#')?;
        let fits = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '/');
        let number = name.bytes().all(|it| it.is_ascii_digit());
        (!number && name.chars().all(fits)).then(|| name.to_owned())
    };
    if let Some(block) = words.last().and_then(|it| it.strip_prefix('^'))
        && words.len() > 1
    {
        out.others.push(("block".to_owned(), block.to_owned()));
        words.pop();
    }
    let labels = words.iter().filter_map(|it| tag(it));
    out.labels = labels.filter(|it| it != "task").collect();
    words.retain(|it| *it != "#task");
    while words.last().is_some_and(|it| tag(it).is_some()) {
        words.pop();
    }
    out.title = words.join(" ");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let it = fields(text);
        let day = |it: Option<Date>| it.map_or("-".to_owned(), |it| it.to_string());
        format!(
            "{} | {} | {} | {} | {:?} | {:?} | {:?} | {:?}",
            it.title,
            day(it.due),
            day(it.created),
            it.priority.map_or("-", Priority::name),
            it.id,
            it.labels,
            it.depends_on,
            it.others
        )
    }

    #[test]
    fn signs_and_fields_are_read() {
        let table = [
            (
                "#task Pay the rent 🔼 🔁 every month on the 1st ➕ 2025-01-01 ⏳ 2025-01-30 📅 2025-02-01 #home/money ^rent",
                r#"Pay the rent | 2025-02-01 | 2025-01-01 | medium | None | ["home/money"] | [] | [("repeat", "every month on the 1st"), ("scheduled", "2025-01-30"), ("block", "rent")]"#,
            ),
            (
                "Call #ana about it [due:: 2025-01-01] (priority:: lowest) 🆔 abc-1 ⛔ x1,y2",
                r#"Call #ana about it | 2025-01-01 | - | low | Some("abc-1") | ["ana"] | ["x1", "y2"] | [("priority", "lowest")]"#,
            ),
            (
                "Not a day: 📅 tomorrow [note:: x] issue #12",
                r#"Not a day: 📅 tomorrow [note:: x] issue #12 | - | - | - | None | [] | [] | []"#,
            ),
            (
                "Done ⏫\u{fe0f} ✅ 2025-03-01 🔺",
                r#"Done | - | - | critical | None | [] | [] | [("completion", "2025-03-01")]"#,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(said(text), expected, "{text}");
        }
    }
}
