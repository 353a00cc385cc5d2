//! TODOs: the grammar of a TODO line, its body, and its identity.
//!
//! ```text
//! KEYWORD [!...] [ (ref, ref, ...) ] [ [condition, ...] ] [:] text      and continuation lines
//! ```
//!
//! What each odd case is read as stands in `todo/table.txt`, which is the test.

mod body;
mod condition;
mod docstring;
mod fingerprint;
mod head;
mod line;
mod marks;
mod reference;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::comments::{Comment, CommentKind};
use crate::config::Config;
use crate::finding::Problem;
use crate::span::{Span, Spanned};

use head::Head;
pub(crate) use line::is_long as is_long_line;
pub(crate) use reference::issue;
use words::Words;

/// One TODO in a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// The canonical keyword (`FIXIT` is read as `FIXME`).
    pub keyword: String,
    /// From the keyword to the end of the first line's text.
    pub span: Span,
    /// The keyword as it stands, aliases included.
    pub keyword_span: Span,
    /// Where a new reference goes: right after the keyword and its `!`s.
    pub insert_at: u32,
    /// The first line's text after keyword, references, conditions and colon.
    pub text: String,
    /// The lines after it, joined by `\n`, markers and their common indent taken off.
    pub body: String,
    /// First line and body.
    pub whole: Span,
    pub references: Vec<Spanned<Reference>>,
    pub conditions: Vec<Spanned<Condition>>,
    /// 0 to 3, the number of `!`.
    pub urgency: u8,
    /// `due:2026-12-31` in the text.
    pub due: Option<Spanned<jiff::civil::Date>>,
    /// `+label` in the text and `!label` references.
    pub labels: Vec<String>,
    /// Stands in a docstring.
    pub documentation: bool,
    /// Notebook cell, from 0.
    pub cell: Option<u32>,
    /// Stable identity: 16 hex digits over path-independent content; equal TODOs of one file are
    /// told apart by their order.
    ///
    /// It covers the canonical keyword, the text with its spaces evened out (the body's first line
    /// where the text is empty), and the tickets, issues and external references. It does not
    /// cover place, indent, comment style, body, `!`s, users, labels or conditions, so it survives
    /// moving, reformatting and reassigning.
    pub fingerprint: String,
    /// Enclosing definitions, outermost first (`["mod tests", "fn parses"]`); known for open files alone.
    pub scope: Vec<String>,
}

/// What a TODO points at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reference {
    /// A ticket's id as it is written; its prefix is the project's own.
    Ticket(String),
    /// `#12` and `GH-12` have no repository.
    Issue {
        repository: Option<String>,
        number: u64,
    },
    User(String),
    Label(String),
    /// A reference of another tracker, or a word of no known kind. `PROJ-7` is one: it names a
    /// ticket where a ticket has that id (see [`Reference::ticket_id`]).
    External(String),
}

/// Makes a TODO fall due by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    Date(jiff::civil::Date),
    /// `[>=2.0.0]` has no package: this package's own version.
    Version {
        package: Option<String>,
        /// Operator and version, without spaces: `>=2.0.0`. See [`crate::manifest::evaluate`].
        requirement: String,
    },
    Ticket(String),
    Issue {
        repository: Option<String>,
        number: u64,
    },
}

impl Reference {
    /// The ticket id that this may be: of an own one always, of an external one by its shape alone,
    /// so that only the project's tickets can say whether it is one.
    pub fn ticket_id(&self) -> Option<&str> {
        match self {
            Self::Ticket(id) => Some(id),
            Self::External(word) if reference::is_numbered_id(word) => Some(word),
            _ => None,
        }
    }
}

/// As `docket todos --json` has it: `T-7k3f`, `#12`, `owner/repo#12`, `@ana`, `!label`.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(it) | Self::External(it) => f.write_str(it),
            Self::Issue { repository, number } => {
                write!(f, "{}#{number}", repository.as_deref().unwrap_or_default())
            }
            Self::User(it) => write!(f, "@{it}"),
            Self::Label(it) => write!(f, "!{it}"),
        }
    }
}

/// As between the brackets: `2026-12-31`, `>=2.0.0`, `serde>=2`, `T-7k3f`, `#12`.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Version {
                package,
                requirement,
            } => write!(f, "{}{requirement}", package.as_deref().unwrap_or_default()),
            Self::Ticket(id) => f.write_str(id),
            Self::Issue { repository, number } => {
                write!(f, "{}#{number}", repository.as_deref().unwrap_or_default())
            }
        }
    }
}

/// Reads the TODOs of a file's comments, which are in order of their place.
///
/// Lines over [`crate::facts::MAX_LINE`] are passed over.
pub fn todos(text: &[u8], comments: &[Comment], config: &Config) -> (Vec<Todo>, Vec<Problem>) {
    let words = Words::of(&config.todo);
    let mut heads = Vec::new();
    let mut problems = Vec::new();
    for (idx, comment) in comments.iter().enumerate() {
        if words.is_in(&text[comment.text.range()]) {
            head::heads(
                text,
                comments,
                idx,
                &words,
                config,
                &mut heads,
                &mut problems,
            );
        }
    }
    let mut todos: Vec<Todo> = heads
        .iter()
        .enumerate()
        .map(|(idx, head)| todo(text, comments, head, heads.get(idx + 1)))
        .collect();
    fingerprint::number(&mut todos);
    (todos, problems)
}

fn todo(text: &[u8], comments: &[Comment], head: &Head, next: Option<&Head>) -> Todo {
    let comment = &comments[head.comment];
    let body = body::read(text, comments, head, next);
    let labels = head
        .references
        .iter()
        .filter_map(|it| match &it.value {
            Reference::Label(label) => Some(label.clone()),
            _ => None,
        })
        .chain(head.marks.labels.iter().cloned())
        .collect();
    Todo {
        keyword: head.canonical.clone(),
        span: Span::new(head.keyword.start as usize, head.end),
        keyword_span: head.keyword,
        insert_at: head.insert_at as u32,
        text: String::from_utf8_lossy(&text[head.text.range()]).into_owned(),
        whole: Span::new(
            head.keyword.start as usize,
            body.end.unwrap_or(head.end).max(head.end),
        ),
        body: body.text,
        references: head.references.clone(),
        conditions: head.conditions.clone(),
        urgency: head.urgency,
        due: head.marks.due.clone(),
        labels,
        documentation: comment.kind == CommentKind::Docstring,
        cell: comment.cell,
        fingerprint: String::new(),
        scope: Vec::new(),
    }
}
