//! What is known of one file: a pure function of its text, its path and the configuration.

mod attributes;
mod skip;
mod source;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::comments::Reader;
use crate::config::Config;
use crate::finding::Problem;
use crate::ignores;
use crate::lineage::{self, Lineage};
use crate::manifest::Manifest;
use crate::page::{self, Page};
use crate::rules::RuleId;
use crate::span::{Lines, Span, Spanned};
use crate::text::{Charset, Hash};
use crate::ticket::{self, Ticket};
use crate::todo::Todo;

pub use attributes::Attributes;
pub use skip::{
    MAX_FILE, MAX_LINE, Skip, generated_path, generated_text, is_vendored_folder, test_path,
    vendored_path,
};

/// Changes whenever the code that makes facts does: a digest of its source. Stored facts of another
/// version are made again.
pub const VERSION: &str = env!("DOCKET_FACTS_VERSION");

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    pub hash: Hash,
    pub charset: Charset,
    pub kind: FileKind,
    pub todos: Vec<Todo>,
    /// Words in comments and pages that have the shape of a ticket id, those of TODOs' references
    /// and conditions excepted; whether a ticket has one the index says.
    pub mentions: Vec<Spanned<String>>,
    pub ticket: Option<Ticket>,
    pub page: Option<Page>,
    /// Of a [`FileKind::Manifest`].
    pub manifest: Option<Manifest>,
    /// Of a ticket or page.
    pub lineage: Lineage,
    pub ignores: Vec<Ignore>,
    pub problems: Vec<Problem>,
    /// Why the file, or some of its lines, were not looked at.
    pub skip: Option<Skip>,
    pub lines: Lines,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    Source,
    /// `.docs/tickets/**/*.md`.
    Ticket,
    /// Any other `.docs/**/*.md`.
    Page,
    /// `.docs/docket.toml`.
    Config,
    /// `Cargo.toml`, `package.json`, `pyproject.toml`, `go.mod`.
    Manifest,
}

/// A `docket: ignore[rule, rule]` comment; no rules means all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignore {
    pub rules: Vec<Spanned<RuleName>>,
    pub span: Span,
    /// Lines that it silences, from 0, end exclusive: its own and the next.
    pub lines: (u32, u32),
}

/// A rule as a person wrote it: known, or a word that is no rule's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleName {
    Known(RuleId),
    Unknown(String),
}

impl FileKind {
    /// What a file of that path, relative to the project's root and with `/`, is read as.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "Cargo.toml" | "package.json" | "pyproject.toml" | "go.mod" => Self::Manifest,
            _ if path == ".docs/docket.toml" => Self::Config,
            _ if !name.ends_with(".md") => Self::Source,
            // What a folder says of itself is no ticket.
            _ if name.eq_ignore_ascii_case("readme.md") && path.starts_with(".docs/") => Self::Page,
            _ if path.starts_with(".docs/tickets/") => Self::Ticket,
            _ if path.starts_with(".docs/") => Self::Page,
            _ => Self::Source,
        }
    }
}

impl FileFacts {
    fn empty(path: &str, hash: Hash, charset: Charset) -> Self {
        Self {
            hash,
            charset,
            kind: FileKind::of(path),
            todos: Vec::new(),
            mentions: Vec::new(),
            ticket: None,
            page: None,
            manifest: None,
            lineage: Lineage::default(),
            ignores: Vec::new(),
            problems: Vec::new(),
            skip: None,
            lines: Lines::default(),
        }
    }

    /// Whether an index with these facts is the same as one without: a source file in which nothing was found.
    pub fn is_quiet(&self) -> bool {
        self.kind == FileKind::Source
            && self.todos.is_empty()
            && self.mentions.is_empty()
            && self.ignores.is_empty()
            && self.problems.is_empty()
            && self.skip.is_none()
    }

    /// All places that the facts speak of.
    fn spans(&self) -> Vec<Span> {
        let todos = self.todos.iter().flat_map(|it| {
            let references = it.references.iter().map(|it| it.span);
            let conditions = it.conditions.iter().map(|it| it.span);
            let insert = Span {
                start: it.insert_at,
                end: it.insert_at,
            };
            references
                .chain(conditions)
                .chain(it.due.iter().map(|it| it.span))
                .chain([it.span, it.whole, insert])
        });
        let ignores = self
            .ignores
            .iter()
            .flat_map(|it| it.rules.iter().map(|it| it.span).chain([it.span]));
        todos
            .chain(ignores)
            .chain(self.mentions.iter().map(|it| it.span))
            .chain(self.problems.iter().map(|it| it.span))
            .collect()
    }
}

/// The facts of one file, given its decoded `text` (see [`crate::text::decode`]).
///
/// They are the same whoever reads, but for the places of TODOs in the syntax, which
/// [`Reader::Tree`] alone gives. Whether the file is looked at at all, its path decides, and the
/// caller asks that first: [`vendored_path`], [`generated_path`], [`Attributes`].
pub fn facts(
    path: &str,
    text: &[u8],
    hash: Hash,
    charset: Charset,
    config: &Config,
    reader: Reader,
) -> FileFacts {
    let mut facts = FileFacts::empty(path, hash, charset);
    if text.len() as u64 > MAX_FILE {
        facts.skip = Some(Skip::TooLarge);
        return facts;
    }
    match facts.kind {
        FileKind::Source if generated_text(text) => facts.skip = Some(Skip::Generated),
        FileKind::Source => source::read(&mut facts, path, text, config, reader),
        FileKind::Ticket => {
            source::read(&mut facts, path, text, config, reader);
            let parsed = ticket::parse(text, config);
            facts.ignores = ignores::in_spans(text, &parsed.comments);
            facts.lineage = lineage::of_page(
                &page::as_str(text),
                &parsed.page,
                &parsed.plain,
                Some(&parsed.ticket),
                &parsed.ticket.from,
                &parsed.comments,
            );
            facts.mentions = parsed.mentions;
            facts.problems.extend(parsed.problems);
            facts.ticket = Some(parsed.ticket);
            facts.page = Some(parsed.page);
        }
        FileKind::Page => {
            source::read(&mut facts, path, text, config, reader);
            let (page, prose) = page::parse(text, config);
            facts.ignores = ignores::in_spans(text, &prose.comments);
            facts.lineage = lineage::of_page(
                &page::as_str(text),
                &page,
                &prose.plain,
                None,
                &prose.from,
                &prose.comments,
            );
            facts.mentions = prose.mentions;
            facts.page = Some(page);
        }
        FileKind::Config => {
            source::read(&mut facts, path, text, config, reader);
            let (_, problems) = Config::parse(&page::as_str(text));
            facts.problems.extend(problems);
        }
        FileKind::Manifest => {
            source::read(&mut facts, path, text, config, reader);
            facts.manifest = Manifest::read(path, &page::as_str(text));
        }
    }
    facts.problems.sort_by_key(|it| it.span);
    facts.lines = match facts.kind {
        FileKind::Source => Lines::touched(text, facts.spans()),
        _ => Lines::full(text),
    };
    facts
}
