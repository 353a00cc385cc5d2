//! What is being written at a place: worked out from the line first, and only where that asks for
//! something, from the syntax around it.

use super::dates;
use crate::ide::written;
use crate::text::Document;
use crate::ticket::field::{self, Kind};
use crate::world::{Snapshot, paths};

/// What is wanted at the cursor, and how it has been begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) want: Want,
    /// The offset where what is begun begins.
    pub(super) start: usize,
    pub(super) typed: String,
    /// The rest of the line after the cursor.
    pub(super) rest: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Want {
    Ticket,
    /// Behind `#`.
    Issue,
    /// In the parentheses of a TODO.
    Reference,
    /// Between `[[` and `]]`.
    Wiki,
    /// Behind the `#` there: a heading of that page, or of this one.
    Heading {
        page: String,
    },
    User,
    Label,
    Date,
    /// A key of the front matter; those that are there already.
    Field {
        taken: Vec<String>,
    },
    /// A value of that field.
    Value {
        field: String,
    },
}

pub(super) fn place(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Place> {
    let document = snapshot.document(path)?;
    let lines = Around::new(document, offset)?;
    if written::is_commit_message(document) {
        return message_place(snapshot, &lines);
    }
    let in_docs = path.starts_with(paths::DOCS) && path.ends_with(".md");
    if in_docs && let Some(front) = front_matter(document, lines.number) {
        let is_ticket = path.starts_with(paths::TICKETS);
        return is_ticket.then(|| front_place(&lines, &front)).flatten();
    }
    let place = prose_place(snapshot, &lines, in_docs)?;
    let is_ours = match (in_docs, &place.want) {
        (true, _) => written::is_prose(document, lines.number, &lines.head),
        // The mark that begins a comment asks for nothing.
        (false, Want::Issue) => written::is_comment(document, path, place.start - 1),
        (false, _) => written::is_comment(document, path, offset),
    };
    is_ours.then_some(place)
}

/// In the message of a commit, whose lines that begin with `#` git takes out.
fn message_place(snapshot: &Snapshot, lines: &Around) -> Option<Place> {
    let place = prose_place(snapshot, lines, true)?;
    let is_ours = matches!(place.want, Want::Ticket | Want::Issue | Want::User);
    (is_ours && !lines.head.starts_with('#')).then_some(place)
}

/// The line of the cursor.
struct Around {
    number: usize,
    head: String,
    rest: String,
    offset: usize,
}

impl Around {
    fn new(document: &Document, offset: usize) -> Option<Self> {
        let rope = &document.rope;
        let place = rope.try_byte_to_char(offset).ok()?;
        let number = rope.char_to_line(place);
        let start = rope.line_to_char(number);
        let line = rope.line(number);
        let head = line.slice(..place - start).to_string();
        let rest = line.slice(place - start..).to_string();
        Some(Self {
            number,
            head,
            rest: rest.trim_end_matches(['\n', '\r']).to_owned(),
            offset,
        })
    }

    fn place(&self, want: Want, typed: &str) -> Place {
        Place {
            want,
            start: self.offset - typed.len(),
            typed: typed.to_owned(),
            rest: self.rest.clone(),
        }
    }
}

/// The lines of the front matter that the line is in, those above it and below; `None` where it is
/// in none.
struct Front {
    above: Vec<String>,
    below: Vec<String>,
}

fn front_matter(document: &Document, number: usize) -> Option<Front> {
    let mut lines = document.rope.lines().map(|it| it.to_string());
    let first = lines.next()?;
    if number == 0 || first.trim_start_matches('\u{feff}').trim_end() != "---" {
        return None;
    }
    let mut front = Front {
        above: Vec::new(),
        below: Vec::new(),
    };
    for (idx, line) in (1..).zip(lines) {
        if line.trim_end() == "---" {
            return (idx > number).then_some(front);
        }
        match idx.cmp(&number) {
            std::cmp::Ordering::Less => front.above.push(line),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => front.below.push(line),
        }
    }
    // Without a closing line all of it may be meant to be front matter.
    (front.above.len() + 1 == number).then_some(front)
}

/// The key of a line `key: value`, and the value.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = !key.is_empty()
        && key
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    is_key.then_some((key, value))
}

fn front_place(lines: &Around, front: &Front) -> Option<Place> {
    let head = lines.head.as_str();
    if head.contains(" #") || head.trim_start().starts_with('#') {
        return None;
    }
    if let Some((key, value)) = entry(head) {
        let is_list = matches!(field::kind(key), Some(Kind::Texts | Kind::Ids));
        let item = match is_list {
            true => value.rsplit(['[', ',']).next().unwrap_or(value),
            false => value,
        };
        return Some(value_place(lines, key, item));
    }
    if let Some(item) = head.trim_start().strip_prefix('-')
        && (item.is_empty() || item.starts_with(' '))
    {
        let key = front.above.iter().rev().find_map(|it| Some(entry(it)?.0))?;
        return Some(value_place(lines, key, item));
    }
    let is_key = head
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let taken = front.above.iter().chain(&front.below);
    let taken = taken
        .filter_map(|it| Some(entry(it)?.0.to_owned()))
        .collect();
    is_key.then(|| lines.place(Want::Field { taken }, head))
}

fn value_place(lines: &Around, key: &str, item: &str) -> Place {
    let typed = item.trim_start().trim_start_matches(['"', '\'', '@']);
    let want = match field::kind(key) {
        Some(Kind::Ids) => Want::Ticket,
        Some(Kind::Id) if key == "parent" => Want::Ticket,
        Some(Kind::Date) => Want::Date,
        _ => Want::Value {
            field: key.to_owned(),
        },
    };
    lines.place(want, typed)
}

/// What the words before the cursor ask for, whatever they stand in.
fn prose_place(snapshot: &Snapshot, lines: &Around, in_docs: bool) -> Option<Place> {
    let head = lines.head.as_str();
    if let Some(at) = head.rfind("[[")
        && !head[at..].contains("]]")
    {
        let typed = &head[at + 2..];
        return Some(match typed.rsplit_once('#') {
            Some((page, heading)) => {
                let page = page.split('#').next().unwrap_or(page).to_owned();
                lines.place(Want::Heading { page }, heading)
            }
            None => lines.place(Want::Wiki, typed),
        });
    }
    if !in_docs && let Some(place) = reference_place(snapshot, lines) {
        return Some(place);
    }
    let word_at = head
        .rfind(|it: char| it.is_whitespace() || matches!(it, '(' | '[' | ',' | ';'))
        .map_or(0, |it| {
            it + head[it..].chars().next().map_or(1, char::len_utf8)
        });
    let word = &head[word_at..];
    if let Some(typed) = issue_typed(snapshot, word) {
        // A heading is begun with the same sign.
        let begins_heading = in_docs && typed.is_empty() && head.trim_start() == word;
        return (!begins_heading).then(|| lines.place(Want::Issue, typed));
    }
    if let Some(user) = word.strip_prefix('@') {
        return Some(lines.place(Want::User, user));
    }
    if let Some(date) = date_typed(snapshot, head) {
        return Some(lines.place(Want::Date, date));
    }
    if let Some(label) = word.strip_prefix('+')
        && !in_docs
        && has_keyword(snapshot, head)
    {
        return Some(lines.place(Want::Label, label));
    }
    let prefix = snapshot.config.prefix.as_str();
    let begins = word.get(..prefix.len())?;
    let is_id = begins.eq_ignore_ascii_case(prefix) && word[prefix.len()..].starts_with('-');
    is_id.then(|| lines.place(Want::Ticket, word))
}

/// What stands behind `due:`, blanks in it where words of a day go on.
fn date_typed<'a>(snapshot: &Snapshot, head: &'a str) -> Option<&'a str> {
    let at = head.rfind("due:")?;
    let before = head[..at].chars().next_back();
    let begins = before.is_none_or(|it| it.is_whitespace() || matches!(it, '(' | '[' | ',' | ';'));
    let typed = &head[at + "due:".len()..];
    let goes_on = !typed.contains(char::is_whitespace) || dates::may_begin(snapshot.today, typed);
    (begins && goes_on).then_some(typed)
}

/// What stands behind `#` or `owner/repo#`, where that is the project's own repository.
fn issue_typed<'a>(snapshot: &Snapshot, word: &'a str) -> Option<&'a str> {
    let (repository, typed) = word.split_once('#')?;
    let repository = Some(repository).filter(|it| !it.is_empty());
    (snapshot.is_own(repository) && !typed.contains('#')).then_some(typed)
}

/// `TODO(`, `FIXME!!(ana, `
fn reference_place(snapshot: &Snapshot, lines: &Around) -> Option<Place> {
    let head = lines.head.as_str();
    let open = head.rfind('(')?;
    if head[open..].contains(')') {
        return None;
    }
    let before = head[..open].trim_end_matches(['!', ' ']);
    let word = before
        .rfind(|it: char| !it.is_alphanumeric())
        .map_or(before, |it| {
            &before[it + before[it..].chars().next().map_or(1, char::len_utf8)..]
        });
    if !is_keyword(snapshot, word) {
        return None;
    }
    let item = head[open + 1..].rsplit(',').next().unwrap_or_default();
    let item = item.trim_start();
    Some(match item.chars().next() {
        Some('@') => lines.place(Want::User, &item[1..]),
        Some('!') => lines.place(Want::Label, &item[1..]),
        Some('#') => lines.place(Want::Issue, &item[1..]),
        _ => lines.place(Want::Reference, item),
    })
}

fn is_keyword(snapshot: &Snapshot, word: &str) -> bool {
    let todo = &snapshot.config.todo;
    let same = |it: &String| match todo.case_insensitive || word == "todo" {
        true => it.eq_ignore_ascii_case(word),
        false => it == word,
    };
    todo.keywords.iter().any(same) || todo.aliases.keys().any(same)
}

fn has_keyword(snapshot: &Snapshot, head: &str) -> bool {
    head.split(|it: char| !it.is_alphanumeric())
        .any(|it| is_keyword(snapshot, it))
}
