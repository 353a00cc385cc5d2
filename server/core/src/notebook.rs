//! Jupyter notebooks: their cells as text, and the way back into the JSON that they stand in.

use docket_grammars::{Language, language_named};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::comments::{self, Comment, Reader};
use crate::embedded::Gathered;
use crate::span::{Span, replace_invalid};

/// The cells of a notebook in one text, with a blank line between each two.
#[derive(Debug)]
pub struct Notebook {
    /// Unescaped; offsets of its spans lead back into the file by [`Gathered::place`].
    pub text: Gathered,
    pub cells: Vec<Cell>,
}

/// A cell that can hold comments.
#[derive(Debug)]
pub struct Cell {
    /// Among all cells of the notebook, from 0.
    pub index: u32,
    pub language: &'static Language,
    /// In the notebook's text.
    pub span: Span,
}

impl Notebook {
    /// `None` where `text` is no notebook.
    pub fn read(text: &[u8]) -> Option<Self> {
        let json = replace_invalid(text);
        let json = json.strip_prefix('\u{feff}').unwrap_or(&json);
        let bom = text.len() - json.len();
        let file: File<'_> = serde_json::from_str(json).ok()?;
        let kernel = file.metadata.language();
        let mut notebook = Self {
            text: Gathered::default(),
            cells: Vec::new(),
        };
        let sheets = file.worksheets.iter().flat_map(|it| &it.cells);
        for (index, cell) in file.cells.iter().chain(sheets).enumerate() {
            let start = notebook.text.text().len();
            for string in cell.strings() {
                let origin = bom + string.as_ptr().addr() - json.as_ptr().addr();
                unescape(string, origin, &mut notebook.text);
            }
            let source = &notebook.text.text()[start..];
            let end = start + source.len();
            if let Some(language) = cell.language(source, kernel) {
                notebook.cells.push(Cell {
                    index: index as u32,
                    language,
                    span: Span::new(start, end),
                });
            }
            let origin = notebook.text.end(end);
            notebook.text.push_escape(b"\n\n", origin, 0);
        }
        Some(notebook)
    }

    /// The comments of all cells, as places of the notebook's text.
    pub fn comments(&self, reader: Reader) -> Vec<Comment> {
        let mut all = Vec::new();
        for cell in &self.cells {
            let source = &self.text.text()[cell.span.range()];
            let moved = |span: Span| Span {
                start: span.start + cell.span.start,
                end: span.end + cell.span.start,
            };
            all.extend(
                comments::comments(cell.language, source, reader)
                    .into_iter()
                    .map(|it| Comment {
                        span: moved(it.span),
                        text: moved(it.text),
                        kind: it.kind,
                        cell: Some(cell.index),
                    }),
            );
        }
        all
    }

    /// The comments of all cells, as places of the file.
    pub fn comments_in_file(&self, reader: Reader) -> Vec<Comment> {
        let comments = self.comments(reader).into_iter();
        comments.map(|it| self.text.comment(it)).collect()
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, default)]
    cells: Vec<RawCell<'a>>,
    /// Where cells stood before version 4 of the format.
    #[serde(borrow, default)]
    worksheets: Vec<Sheet<'a>>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Sheet<'a> {
    #[serde(borrow, default)]
    cells: Vec<RawCell<'a>>,
}

#[derive(Deserialize)]
struct RawCell<'a> {
    cell_type: String,
    #[serde(borrow, alias = "input")]
    source: Option<&'a RawValue>,
    #[serde(default)]
    metadata: CellMetadata,
}

#[derive(Default, Deserialize)]
struct CellMetadata {
    vscode: Option<VsCode>,
}

#[derive(Deserialize)]
struct VsCode {
    #[serde(rename = "languageId")]
    language: Option<String>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    kernelspec: Option<Kernel>,
    language_info: Option<LanguageInfo>,
}

#[derive(Deserialize)]
struct Kernel {
    language: Option<String>,
}

#[derive(Deserialize)]
struct LanguageInfo {
    name: Option<String>,
}

impl Metadata {
    fn language(&self) -> Option<&'static Language> {
        let info = self
            .language_info
            .as_ref()
            .and_then(|it| it.name.as_deref());
        let kernel = self
            .kernelspec
            .as_ref()
            .and_then(|it| it.language.as_deref());
        language_named(info.or(kernel).unwrap_or("python"))
    }
}

impl<'a> RawCell<'a> {
    /// What stands between the quotes of its one or several strings.
    fn strings(&self) -> Vec<&'a str> {
        let Some(source) = self.source.map(RawValue::get) else {
            return Vec::new();
        };
        let values = match source.starts_with('[') {
            true => serde_json::from_str::<Vec<&RawValue>>(source).unwrap_or_default(),
            false => serde_json::from_str::<&RawValue>(source)
                .into_iter()
                .collect(),
        };
        values
            .into_iter()
            .filter_map(|it| it.get().strip_prefix('"')?.strip_suffix('"'))
            .collect()
    }

    fn language(
        &self,
        source: &[u8],
        kernel: Option<&'static Language>,
    ) -> Option<&'static Language> {
        match self.cell_type.as_str() {
            "code" => {}
            "markdown" => return language_named("markdown"),
            _ => return None,
        }
        let own = self
            .metadata
            .vscode
            .as_ref()
            .and_then(|it| it.language.as_deref());
        if let Some(own) = own {
            return language_named(own);
        }
        match magic(source) {
            // What is written to a file is of its language: `%%writefile tool.py`.
            Some(("writefile" | "file", path)) => docket_grammars::language_of(path, b""),
            Some(("latex", _)) => language_named("tex"),
            Some((word, _)) => language_named(word).or(kernel),
            None => kernel,
        }
    }
}

/// The word of a cell's `%%word` and the last one on its line.
fn magic(source: &[u8]) -> Option<(&str, &str)> {
    let rest = source.trim_ascii_start().strip_prefix(b"%%")?;
    let line = rest.split(|&byte| byte == b'\n').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let word = words.next()?;
    Some((word, words.last().unwrap_or_default()))
}

/// Adds the text that `string`, the inside of a JSON string at `origin`, stands for.
fn unescape(string: &str, origin: usize, text: &mut Gathered) {
    let mut rest = string;
    while !rest.is_empty() {
        let at = origin + string.len() - rest.len();
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        if plain > 0 {
            text.push(&rest.as_bytes()[..plain], at);
            rest = &rest[plain..];
            continue;
        }
        let (character, len) = escape(rest);
        text.push_escape(character.encode_utf8(&mut [0; 4]).as_bytes(), at, len);
        rest = &rest[len..];
    }
}

/// The character of the escape that `text` begins with, and the escape's length.
fn escape(text: &str) -> (char, usize) {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let simple = match text.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let Some(first) = unit(2) else {
                return (char::REPLACEMENT_CHARACTER, 2);
            };
            let second = text
                .get(6..8)
                .filter(|it| *it == r"\u")
                .and_then(|_| unit(8));
            let pair = second.map(|second| [first as u16, second as u16]);
            let astral = pair.and_then(|it| char::decode_utf16(it).next()?.ok());
            return match astral.filter(|it| it.len_utf16() == 2) {
                Some(character) => (character, 12),
                None => (
                    char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
                    6,
                ),
            };
        }
        // `\"`, `\\` and `\/` stand for themselves.
        Some(_) => {
            let character = text[1..].chars().next().unwrap_or('\\');
            return (character, 1 + character.len_utf8());
        }
        None => return ('\\', 1),
    };
    (simple, 2)
}

#[cfg(test)]
mod tests;
