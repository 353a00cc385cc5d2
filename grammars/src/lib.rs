//! The languages that docket reads: how each marks comments and strings, and its tree-sitter grammar.

pub mod compiled;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use table::Row;
pub use table::{Block, Docstrings, Escape, Feature, Host, Language, Line, Quote, Syntax, When};

/// Every language, in the order of their names.
pub fn all() -> &'static [Language] {
    &TABLE.languages
}

/// Finds the language of a file by its name, its extension or its first line (`#!`, mode lines).
///
/// `path` may be a bare name; `head` is as much of the file's beginning as is at hand: it is read
/// for the extensions that several languages have, and for files without one.
pub fn language_of(path: &str, head: &[u8]) -> Option<&'static Language> {
    let table = &*TABLE;
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if let Some(&idx) = table.files.get(name) {
        return Some(&table.languages[idx]);
    }
    // `a.html.erb` is first looked for as `html.erb`, then as `erb`.
    let mut rest = name;
    while let Some(dot) = rest.find('.') {
        rest = &rest[dot + 1..];
        if let Some(idx) = table.by_extension(rest, head) {
            return Some(&table.languages[idx]);
        }
    }
    let glob = table.globs.iter().find(|(before, after, _)| {
        name.len() >= before.len() + after.len()
            && name.starts_with(before.as_str())
            && name.ends_with(after.as_str())
    });
    if let Some(&(_, _, idx)) = glob {
        return Some(&table.languages[idx]);
    }
    let idx = table.interpreters.get(interpreter(head)?)?;
    Some(&table.languages[*idx])
}

/// Finds a language by its name, an alias, an LSP language id or a Markdown fence's word, in any case.
pub fn language_named(name: &str) -> Option<&'static Language> {
    let table = &*TABLE;
    let idx = match table.names.get(name) {
        Some(idx) => idx,
        None => table.names.get(name.to_ascii_lowercase().as_str())?,
    };
    Some(&table.languages[*idx])
}

struct Table {
    languages: Vec<Language>,
    files: HashMap<String, usize>,
    /// What stands before and after the `*`.
    globs: Vec<(String, String, usize)>,
    extensions: HashMap<String, usize>,
    contested: HashMap<String, Vec<(Vec<String>, usize)>>,
    interpreters: HashMap<String, usize>,
    names: HashMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    syntax: BTreeMap<String, Syntax>,
    language: BTreeMap<String, Row>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::parse(include_str!("../languages.toml"))
        .unwrap_or_else(|error| panic!("languages.toml: {error}"))
});

impl Table {
    fn parse(source: &str) -> Result<Self, String> {
        let source: Source = toml::from_str(source).map_err(|error| error.to_string())?;
        let mut table = Self {
            languages: Vec::new(),
            files: HashMap::new(),
            globs: Vec::new(),
            extensions: HashMap::new(),
            contested: HashMap::new(),
            interpreters: HashMap::new(),
            names: HashMap::new(),
        };
        for (index, (name, row)) in source.language.into_iter().enumerate() {
            let syntax = source
                .syntax
                .get(&row.syntax)
                .ok_or_else(|| format!("{name}: no syntax {}", row.syntax))?
                .clone();
            for file in &row.files {
                match file.split_once('*') {
                    Some((before, after)) => {
                        table.globs.push((before.into(), after.into(), index));
                    }
                    None => claim(&mut table.files, "file", file, index)?,
                }
            }
            for extension in &row.extensions {
                claim(&mut table.extensions, "extension", extension, index)?;
            }
            for (extension, words) in &row.contested {
                let claims = table.contested.entry(extension.clone()).or_default();
                claims.push((words.clone(), index));
            }
            for interpreter in &row.interpreters {
                claim(&mut table.interpreters, "interpreter", interpreter, index)?;
            }
            for alias in row.aliases.iter().chain([&name]) {
                claim(&mut table.names, "name", alias, index)?;
            }
            table.languages.push(Language {
                name,
                index,
                row,
                syntax,
            });
        }
        Ok(table)
    }

    /// As it is written first (`.C` is C++, `.R` is R), then in lower case.
    fn by_extension(&self, extension: &str, head: &[u8]) -> Option<usize> {
        if let Some(claims) = self.contested.get(extension) {
            let claim = claims.iter().find(|(words, _)| {
                head.split(|&byte| byte == b'\n').any(|line| {
                    let line = line.trim_ascii_start();
                    words.iter().any(|word| line.starts_with(word.as_bytes()))
                })
            });
            if let Some(&(_, idx)) = claim {
                return Some(idx);
            }
        }
        if let Some(&idx) = self.extensions.get(extension) {
            return Some(idx);
        }
        if !extension.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let lower = extension.to_ascii_lowercase();
        self.extensions.get(lower.as_str()).copied()
    }
}

fn claim(
    map: &mut HashMap<String, usize>,
    what: &str,
    key: &str,
    index: usize,
) -> Result<(), String> {
    match map.insert(key.to_owned(), index) {
        Some(other) if other != index => Err(format!("{what} `{key}` is claimed twice")),
        _ => Ok(()),
    }
}

/// The program of a `#!` line, without path and version: `python3.12` is `python`.
///
/// `env` and its options (`-S`, `-i`, `A=b`) are passed over.
fn interpreter(head: &[u8]) -> Option<&str> {
    let line = head.strip_prefix(b"#!")?;
    let line = &line[..line.len().min(256)];
    let line = line.split(|&byte| byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let mut program = words.next()?.rsplit('/').next()?;
    if program == "env" {
        program = words
            .find(|word| !word.starts_with('-') && !word.contains('='))?
            .rsplit('/')
            .next()?;
    }
    let program =
        program.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.' || it == '-');
    (!program.is_empty()).then_some(program)
}

#[cfg(test)]
mod tests;
