//! What was made from what: the parts of pages and tickets that others can be derived from, and
//! what each was derived from, with the digest of that text at the time.
//!
//! The record stands in the file itself, so that staleness needs no database and shows in a diff:
//! `from: [R-4k2p#criteria@9f3a1c20]` in front matter for a ticket or a whole page, and
//! `<!-- from: brief.md#goals@9f3a1c20 -->` in a section for that section.

pub mod align;
pub mod code;
mod outdated;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{self, TicketId};
use crate::span::Span;
use crate::world::paths;

pub(crate) use outdated::wholes;
pub use outdated::{Dismissals, LeftBehind, Outdated, Why};
pub(crate) use read::of_page;

/// The prefix of requirements' ids.
pub const REQUIREMENT: &str = "R";

/// The part of a ticket or requirement that its acceptance criteria are.
pub const CRITERIA: &str = "criteria";

/// The first 8 hex digits of BLAKE3 over a text with its white space collapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(u32);

/// All that one page or ticket says of its descent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// By name.
    pub parts: Vec<Part>,
    /// By place.
    pub origins: Vec<Origin>,
}

/// Something that can be derived from: a file, a section of it, a requirement, a field.
///
/// Its digest covers the words alone: white space, Markdown's marks, HTML comments and ticks of
/// check boxes are no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Empty for the file itself; a section's anchor (`goals`), a ticket's field (`title`), `body`
    /// or `criteria`; `R-4k2p` or `R-4k2p#criteria` for a requirement and its parts.
    pub name: Box<str>,
    pub digest: Digest,
    /// What is said in it, one by one. A record may name a part and hold the digest of one of them:
    /// it holds as long as that is said there.
    pub leaves: Vec<Leaf>,
    /// The whole file for a ticket's fields; a section with those below it.
    pub span: Span,
}

/// One sentence, list item, table row or criterion of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    pub digest: Digest,
    pub span: Span,
}

/// One record of what something was derived from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub source: Source,
    /// As the source was then; `None` where nobody recorded it.
    pub recorded: Option<Digest>,
    /// The entry, `source@digest`, without quotes around it.
    pub span: Span,
    /// The id or path in it.
    pub name: Span,
    /// What was derived: the file, or the section that the record stands in.
    pub of: Span,
}

/// What something was derived from, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    pub whole: Whole,
    /// Empty for all of it.
    pub part: Box<str>,
}

/// The ticket, requirement or page that a source is, or is a part of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Whole {
    Id(TicketId),
    /// Its path in the project: a page of `.docs`, or a source file.
    Page(Box<str>),
}

impl Whole {
    /// The path of a source file, whose declarations are what a part of it is.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Page(path) if !path.starts_with(paths::DOCS) => Some(path),
            _ => None,
        }
    }
}

impl Digest {
    pub fn of(text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        for (nth, word) in text.split_whitespace().enumerate() {
            if nth > 0 {
                hasher.update(b" ");
            }
            hasher.update(word.as_bytes());
        }
        let hash = hasher.finalize();
        let mut first = [0; 4];
        first.copy_from_slice(&hash.as_bytes()[..4]);
        Self(u32::from_be_bytes(first))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// Not 8 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDigest;

impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let is_hex = text.len() == 8 && text.bytes().all(|it| it.is_ascii_hexdigit());
        let value = u32::from_str_radix(text, 16).map_err(|_| NoDigest)?;
        is_hex.then_some(Self(value)).ok_or(NoDigest)
    }
}

impl fmt::Display for Source {
    /// As it is written in a record, without its digest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.whole {
            Whole::Id(id) => write!(f, "{id}")?,
            Whole::Page(path) => match path.strip_prefix(paths::DOCS) {
                Some(page) if page.ends_with(".md") => f.write_str(page)?,
                _ => write!(f, "/{path}")?,
            },
        }
        match &*self.part {
            "" => Ok(()),
            part => write!(f, "#{part}"),
        }
    }
}

impl Source {
    /// Reads `R-4k2p#criteria`, `T-7k3f`, `brief.md#goals`, or a file from the project's root with a
    /// declaration in it, `/src/lexer.rs#Lexer.next`; `None` where it is none of these, which is a
    /// record of another kind (an import's).
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('#').unwrap_or((text, ""));
        let whole = if whole.starts_with('/') {
            let path = paths::resolve("", whole)?;
            Whole::Page((!path.is_empty()).then_some(path)?.into())
        } else if whole.ends_with(".md") {
            let path = whole.strip_prefix(paths::DOCS).unwrap_or(whole);
            Whole::Page(format!("{}{path}", paths::DOCS).into())
        } else if is_id(whole) {
            Whole::Id(TicketId::new(whole))
        } else {
            return None;
        };
        Some(Self {
            whole,
            part: part.into(),
        })
    }

    /// The name of its [`Part`] in the file that holds it.
    pub(crate) fn part_name(&self, is_requirement: bool) -> String {
        match (&self.whole, is_requirement) {
            (Whole::Id(id), true) => requirement_part(id, &self.part),
            _ => self.part.to_string(),
        }
    }
}

/// The name of a requirement's part.
fn requirement_part(id: &TicketId, part: &str) -> String {
    match part {
        "" => id.to_string(),
        part => format!("{id}#{part}"),
    }
}

/// Reads `source@digest`, or a source whose digest nobody recorded.
fn entry(text: &str) -> Option<(Source, Option<Digest>)> {
    let text = text.trim();
    match text.rsplit_once('@') {
        Some((source, digest)) => Some((Source::parse(source)?, Some(digest.parse().ok()?))),
        None => Some((Source::parse(text)?, None)),
    }
}

fn is_id(text: &str) -> bool {
    let found = ids::mentions(text.as_bytes(), Span::new(0, text.len()));
    found.first().is_some_and(|it| it.span.len() == text.len())
}

impl Origin {
    /// The part's name in the entry; empty where it names none.
    pub fn part(&self) -> Span {
        let start = self.name.end as usize + usize::from(!self.source.part.is_empty());
        Span::new(start, start + self.source.part.len())
    }
}

impl Lineage {
    /// The ids of the requirements that the page holds.
    pub fn requirements(&self) -> impl Iterator<Item = TicketId> {
        let names = self.parts.iter().map(|it| &*it.name);
        names.filter(|it| is_requirement(it)).map(TicketId::new)
    }

    pub fn part(&self, name: &str) -> Option<&Part> {
        let at = self.parts.partition_point(|it| &*it.name < name);
        self.parts.get(at).filter(|it| &*it.name == name)
    }
}

impl Part {
    /// Whether it says what a record holds the digest of.
    pub fn says(&self, recorded: Digest) -> bool {
        self.digest == recorded || self.leaves.iter().any(|it| it.digest == recorded)
    }
}

/// Whether a part's name is that of a whole requirement.
fn is_requirement(name: &str) -> bool {
    TicketId::new(name).is_own(REQUIREMENT)
}

/// The requirement that a heading is, by its first word: `## R-4k2p Users sign in`.
pub fn requirement_of(heading: &str) -> Option<TicketId> {
    let word = heading.split_whitespace().next()?.trim_end_matches(':');
    is_requirement(word).then(|| TicketId::new(word))
}
