//! A new ticket: its text and the name of its file.

use std::fmt::{self, Write};

use super::field::{FIELDS, Value};
use super::write::{self, Place, Style};

/// Longest slug of a file name, in bytes.
const MAX_SLUG: usize = 50;

/// What a new ticket is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// Other fields, in any order; empty lists are left out.
    pub fields: Vec<(&'a str, Value)>,
    pub body: Body<'a>,
    pub origin: Option<Origin<'a>>,
}

/// Markdown after the front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// `{id}` and `{title}` in it stand for the ticket's own.
    Template(&'a str),
    /// What somebody wrote, to the letter.
    Written(&'a str),
}

/// The TODO that a ticket is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    /// From the project's root, with `/`.
    pub path: &'a str,
    /// What is quoted of it: its lines without comment markers, or the code around it.
    pub text: &'a str,
    /// From 1, where it is told.
    pub line: Option<u32>,
    /// Where it stands on the web.
    pub link: Option<&'a str>,
}

impl Draft<'_> {
    /// The file's text: fields in their order, the origin, the body; lines end in `\n`.
    pub fn text(&self) -> String {
        let mut entries: Vec<(usize, String)> = Vec::with_capacity(self.fields.len() + 2);
        let text = |it: &str| Value::Text(one_line(it));
        let own = [("id", text(self.id)), ("title", text(self.title))];
        for (name, value) in own.iter().chain(&self.fields) {
            if matches!(value, Value::List(items) if items.is_empty()) {
                continue;
            }
            let order = FIELDS.iter().position(|it| it.0 == *name);
            let key = write::scalar(name, Style::Plain, Place::Block);
            let line = format!("{key}: {}\n", super::edit::rendered(value, Place::Block));
            entries.push((order.unwrap_or(FIELDS.len()), line));
        }
        entries.sort_by_key(|it| it.0);
        let mut out = String::from("---\n");
        out.extend(entries.into_iter().map(|it| it.1));
        out.push_str("---\n");
        if let Some(origin) = self.origin {
            let _ = write!(out, "\n{origin}");
        }
        let body = match self.body {
            Body::Template(text) => fill(text, self.id, &one_line(self.title)),
            Body::Written(text) => text.to_owned(),
        };
        let body = body.replace("\r\n", "\n");
        let body = body.trim_matches('\n');
        if !body.is_empty() {
            out.push('\n');
            out.push_str(body);
            out.push('\n');
        }
        out
    }

    /// `<id>-<slug>.md`.
    pub fn file_name(&self) -> String {
        file_name(self.id, self.title)
    }
}

/// The name of a ticket's file: lower-case ASCII after the id, and safe on every system.
pub fn file_name(id: &str, title: &str) -> String {
    let id: String = id
        .chars()
        .map(
            |it| match it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.') {
                true => it,
                false => '-',
            },
        )
        .collect();
    let id = id.trim_matches(['.', '-']);
    let slug = slug(title);
    let stem = match (id.is_empty(), slug.is_empty()) {
        (false, false) => format!("{id}-{slug}"),
        (false, true) => id.to_owned(),
        (true, _) => format!("ticket-{slug}"),
    };
    match is_reserved(&stem) {
        true => format!("{stem}-ticket.md"),
        false => format!("{stem}.md"),
    }
}

/// A title as words of `a` to `z` and digits with `-` between, cut between words where it is long.
pub fn slug(title: &str) -> String {
    let ascii = deunicode::deunicode_with_tofu(title, " ").to_ascii_lowercase();
    // An apostrophe is inside a word.
    let ascii = ascii.replace(['\'', '`'], "");
    let mut slug = String::new();
    let words = ascii.split(|it: char| !it.is_ascii_alphanumeric());
    for word in words.filter(|it| !it.is_empty()) {
        let len = slug.len() + usize::from(!slug.is_empty()) + word.len();
        match (len > MAX_SLUG, slug.is_empty()) {
            (true, false) => break,
            (true, true) => {
                slug.push_str(&word[..MAX_SLUG]);
                break;
            }
            (false, empty) => {
                if !empty {
                    slug.push('-');
                }
                slug.push_str(word);
            }
        }
    }
    slug
}

/// Names that Windows keeps for devices, whatever their ending.
fn is_reserved(stem: &str) -> bool {
    let head = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let numbered = head
        .strip_prefix("com")
        .or_else(|| head.strip_prefix("lpt"))
        .is_some_and(|it| it.len() == 1 && it.bytes().all(|it| it.is_ascii_digit()));
    numbered || matches!(&*head, "con" | "prn" | "aux" | "nul")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The TODO as it stands, in a fence that it cannot close, so that nothing in it is a link or mention.
/// The fence names no language: comments in code that has one are read for TODOs, and this is a copy.
impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.replace("\r\n", "\n");
        let text = text.trim_matches('\n');
        let fence = fence(text, 3);
        let path = self.path.replace(['\n', '\r'], " ");
        let ticks = fence_of(&path);
        let mut place = format!("{ticks}{path}{ticks}");
        if let Some(line) = self.line {
            let _ = write!(place, ", line {line}");
        }
        match self.link {
            Some(link) => writeln!(f, "From [{place}]({link}):")?,
            None => writeln!(f, "From {place}:")?,
        }
        writeln!(f, "\n{fence}\n{text}\n{fence}")
    }
}

fn fence_of(text: &str) -> String {
    fence(text, 1)
}

/// A text as a YAML scalar of one line.
pub(crate) fn scalar(text: &str) -> String {
    write::scalar(text, Style::Plain, Place::Block)
}

/// A text as an item of a YAML list in brackets.
pub(crate) fn scalar_in_list(text: &str) -> String {
    write::scalar(text, Style::Plain, Place::Flow)
}

/// More backticks than any run of them in the text.
pub(crate) fn fence(text: &str, least: usize) -> String {
    let runs = text.split(|it| it != '`').map(str::len);
    "`".repeat(runs.max().map_or(least, |it| (it + 1).max(least)))
}

/// A text in a fence that it cannot close.
pub fn fenced(language: &str, text: &str) -> String {
    let fence = fence(text, 3);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// Puts the id and title in; what they hold is not looked at again.
fn fill(body: &str, id: &str, title: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (name, value) = match () {
            () if rest.starts_with("{id}") => ("{id}", id),
            () if rest.starts_with("{title}") => ("{title}", title),
            () => ("{", "{"),
        };
        out.push_str(value);
        rest = &rest[name.len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;
    use crate::ticket;

    #[test]
    fn a_new_ticket_has_its_fields_in_order() {
        let draft = Draft {
            id: "T-7k3f",
            title: "Fix: the \"parser\"\n",
            fields: vec![
                ("created", Value::Date(jiff::civil::date(2026, 11, 20))),
                (
                    "labels",
                    Value::List(vec!["lsp".to_owned(), "a, b".to_owned()]),
                ),
                ("assignees", Value::List(Vec::new())),
                ("own", Value::Text("x".to_owned())),
                ("status", Value::Text("todo".to_owned())),
                ("estimate", Value::Number(3.0)),
            ],
            body: Body::Template("\r\n## {title}\r\n\r\n{x} {id}\r\n\r\n"),
            origin: Some(Origin {
                path: "src/a.rs",
                text: "TODO: fix [[this]]\n```\nx\n```",
                line: None,
                link: None,
            }),
        };
        expect![[r#"
            ---
            id: T-7k3f
            title: 'Fix: the "parser"'
            status: todo
            labels: [lsp, "a, b"]
            estimate: 3
            created: 2026-11-20
            own: x
            ---

            From `src/a.rs`:

            ````
            TODO: fix [[this]]
            ```
            x
            ```
            ````

            ## Fix: the "parser"

            {x} T-7k3f
        "#]]
        .assert_eq(&draft.text());
        assert_eq!(draft.file_name(), "T-7k3f-fix-the-parser.md");
    }

    #[test]
    fn slugs_are_short_ascii_words() {
        let table = [
            (
                "Parse TODO bodies that span several lines",
                "parse-todo-bodies-that-span-several-lines",
            ),
            ("Überprüfe Größe & Maß", "uberprufe-grosse-mass"),
            ("Don't panic!", "dont-panic"),
            ("修复 解析器", "xiu-fu-jie-xi-qi"),
            ("../../etc/passwd", "etc-passwd"),
            ("\u{1}\u{200b}", ""),
            ("CON", "con"),
            ("a_b.c", "a-b-c"),
        ];
        for (title, expected) in table {
            assert_eq!(slug(title), expected, "{title}");
        }
        let long = slug("A title that goes on for much longer than any name of a file ought to");
        assert_eq!(long, "a-title-that-goes-on-for-much-longer-than-any-name");
        assert_eq!(slug(&"x".repeat(300)).len(), MAX_SLUG);
    }

    #[test]
    fn file_names_are_safe_on_every_system() {
        assert_eq!(file_name("T-7k3f", "!"), "T-7k3f.md");
        assert_eq!(file_name("a/b", "x"), "a-b-x.md");
        assert_eq!(file_name("..", "x"), "ticket-x.md");
        assert_eq!(file_name("con", ""), "con-ticket.md");
        assert_eq!(file_name("COM1.x", ""), "COM1.x-ticket.md");
        assert_eq!(file_name("COM-1", ""), "COM-1.md");
    }

    proptest! {
        #[test]
        fn every_title_is_read_back(title in "\\PC{1,40}", label in "\\PC{1,10}", origin in "[`a\n\\[\\]~]{0,20}") {
            prop_assume!(!title.trim().is_empty() && !label.trim().is_empty());
            let draft = Draft {
                id: "T-7k3f",
                title: &title,
                fields: vec![("labels", Value::List(vec![label.trim().to_owned()]))],
                body: Body::Template(""),
                origin: Some(Origin { path: "a`b", text: &origin, line: Some(1), link: None }),
            };
            let parsed = ticket::parse(draft.text().as_bytes(), &Config::default());
            prop_assert_eq!(&parsed.problems, &[]);
            prop_assert_eq!(parsed.ticket.title.unwrap().value, one_line(&title));
            prop_assert_eq!(&parsed.ticket.labels[0].value, label.trim());
            prop_assert!(parsed.page.links.is_empty() && parsed.mentions.is_empty());
            let name = draft.file_name();
            prop_assert!(name.is_ascii() && name.len() < 70 && !name.contains(['/', '\\', ':', ' ']));
        }
    }
}
