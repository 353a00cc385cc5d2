//! Whether what an answer names is there.

use std::collections::BTreeSet;

use crate::ids::{self, TicketId};
use crate::span::Span;
use crate::world::Snapshot;

/// What an answer may name: what is in the project, and what was in the question.
pub struct Seen<'a> {
    snapshot: &'a Snapshot,
    /// Whether there is a file or folder at a path of the project.
    exists: &'a (dyn Fn(&str) -> bool + Sync),
    /// All that was sent.
    sent: &'a str,
}

impl<'a> Seen<'a> {
    pub fn new(
        snapshot: &'a Snapshot,
        exists: &'a (dyn Fn(&str) -> bool + Sync),
        sent: &'a str,
    ) -> Self {
        Self {
            snapshot,
            exists,
            sent,
        }
    }

    /// Whether there is a file or folder at a path of the project.
    pub fn exists(&self, path: &str) -> bool {
        (self.exists)(path)
    }

    /// What a text names and nobody knows: files, symbols in code marks, tickets, requirements.
    ///
    /// A word of the question itself is known: a person may plan a file that is not there yet.
    pub fn unknown(&self, text: &str) -> Vec<String> {
        let mut unknown = BTreeSet::new();
        for it in ids::mentions(text.as_bytes(), Span::new(0, text.len())) {
            let id = TicketId::new(&it.value);
            let is_known = self.snapshot.index.has_ticket(&id)
                || self.snapshot.index.requirement_files(&id).next().is_some()
                || self.sent.contains(it.value.as_str());
            let is_own = id.is_own(&self.snapshot.config.prefix) || id.is_own("R");
            if is_own && !is_known {
                unknown.insert(it.value);
            }
        }
        for name in names(text) {
            if self.sent.contains(name) {
                continue;
            }
            let is_there = match is_path(name) {
                true => (self.exists)(name.trim_end_matches('/')),
                false => false,
            };
            if !is_there {
                unknown.insert(name.to_owned());
            }
        }
        unknown.into_iter().collect()
    }

    /// The same as a sentence to a model; `Ok` where everything is known.
    ///
    /// # Errors
    ///
    /// What is named and not there.
    pub fn check<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Result<(), String> {
        let mut unknown = BTreeSet::new();
        for text in texts {
            unknown.extend(self.unknown(text));
        }
        match unknown.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "it names what is not in the project: {}",
                unknown.into_iter().collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

/// What stands in code marks and is a path or a symbol; commands, values and words are neither.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    let spans = text.split('`').skip(1).step_by(2);
    spans
        .map(str::trim)
        .filter(|it| is_path(it) || is_symbol(it))
}

/// `src/lex.rs`, `docs/`, and no address or command.
fn is_path(text: &str) -> bool {
    let has_end = text
        .rsplit_once('.')
        .is_some_and(|(stem, end)| !stem.is_empty() && is_word(end) && end.len() <= 5);
    let is_plain = !text.is_empty()
        && !text.contains(|it: char| it.is_whitespace() || "<>{}()*?\"'=:,;".contains(it));
    is_plain && (text.contains('/') || (has_end && !text.starts_with('.') && is_file(text)))
}

/// `src/lex.rs`, also where nobody marked it as code.
pub fn is_file_with_folder(text: &str) -> bool {
    text.contains('/') && is_path(text) && is_file(text)
}

/// A name with an ending that files of code have: `lex.rs`, but not `v1.2` or `self.text`.
fn is_file(text: &str) -> bool {
    let ends = [
        "rs", "py", "js", "ts", "tsx", "jsx", "go", "java", "c", "h", "cc", "cpp", "cs", "rb",
        "php", "sh", "lua", "html", "css", "kt", "swift", "ex", "hs", "zig", "ml", "sql", "md",
        "toml", "yaml", "yml", "json", "vue", "svelte", "dart", "scala",
    ];
    text.rsplit_once('.')
        .is_some_and(|(_, end)| ends.contains(&end))
}

/// `Lexer::next`, `next()`, `parse_line`: what nobody writes for a plain word.
fn is_symbol(text: &str) -> bool {
    let name = text.strip_suffix("()").unwrap_or(text);
    let is_path = name.contains("::") && name.split("::").all(is_word);
    let is_called = name.len() < text.len() && name.split('.').all(is_word);
    let is_snake = name.contains('_') && is_word(name) && name.chars().any(char::is_lowercase);
    is_path || is_called || is_snake
}

fn is_word(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|it| it.is_alphabetic() || it == '_')
        && chars.all(|it| it.is_alphanumeric() || it == '_')
}
