//! Front matter of other tools, entry by entry with the lines of each, so that what docket has no
//! field for can be kept as it was written.

use super::{Refusal, SourceFile, line_of};
use crate::page::front::{self, End};
use crate::page::yaml::{self, Data, Node};
use crate::span::Span;

/// One key at the top, and its lines.
pub(super) struct Entry<'a> {
    pub(super) key: String,
    pub(super) value: Value,
    /// With the comments after it.
    pub(super) raw: &'a str,
}

pub(super) enum Value {
    Nothing,
    Text(String),
    List(Vec<String>),
    /// Mappings, lists of lists, aliases: what no field of a ticket holds.
    Other,
}

/// A page in its two parts.
pub(super) struct Front<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) body: &'a str,
    /// Where the body begins, in bytes.
    pub(super) body_at: usize,
}

impl Value {
    /// A value or a list of them.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        match self {
            Self::Nothing => Some(Vec::new()),
            Self::Text(text) => Some(vec![text.clone()]),
            Self::List(texts) => Some(texts.clone()),
            Self::Other => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads a page's front matter; `None` where there is none.
///
/// # Errors
/// It is not closed, or is no YAML.
pub(super) fn read(file: &SourceFile) -> Result<Option<Front<'_>>, Refusal> {
    let text = &file.text;
    let parts = front::parts(text.as_bytes());
    let Some(front) = parts.front else {
        return Ok(None);
    };
    if front.end == End::Open {
        return Err(Refusal::cut(
            file,
            1,
            "its front matter begins with `---` and has no closing line `---`",
        ));
    }
    let mut entries = Vec::new();
    for chunk in chunks(text, front.yaml) {
        entries.extend(entry(file, chunk)?);
    }
    Ok(Some(Front {
        entries,
        body: &text[parts.body.range()],
        body_at: parts.body.start as usize,
    }))
}

/// Runs of lines that each begin with a key.
fn chunks(text: &str, yaml: Span) -> Vec<Span> {
    let mut starts = Vec::new();
    let mut at = yaml.start as usize;
    for line in text[yaml.range()].split_inclusive('\n') {
        let begins = !line.starts_with([' ', '\t', '-', '#', ']', '}', '\r', '\n']);
        if begins || starts.is_empty() {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied();
    let ends: Vec<_> = ends.chain([yaml.end as usize]).collect();
    let spans = starts.into_iter().zip(ends);
    spans.map(|(start, end)| Span::new(start, end)).collect()
}

fn entry<'a>(file: &'a SourceFile, chunk: Span) -> Result<Option<Entry<'a>>, Refusal> {
    let raw = &file.text[chunk.range()];
    let node = match yaml::read(&file.text, chunk) {
        Ok(document) => document.root,
        Err(error) => {
            // `assignee: @ana` is no YAML, and what people write.
            return match plain(raw) {
                Some(entry) => Ok(Some(entry)),
                None => {
                    let line = line_of(&file.text, error.at.min(chunk.end as usize - 1));
                    let message = format!("its front matter is no YAML here: {}", error.message);
                    Err(Refusal::cut(file, line, message))
                }
            };
        }
    };
    let Some(Node {
        data: Data::Mapping { entries, .. },
        ..
    }) = node
    else {
        let is_blank = node.is_none_or(|it| it.data == Data::Null);
        return match is_blank {
            true if raw.trim().is_empty() => Ok(None),
            true => Ok(Some(Entry {
                key: String::new(),
                value: Value::Other,
                raw,
            })),
            false => Err(Refusal::cut(
                file,
                line_of(&file.text, chunk.start as usize),
                "its front matter has a line that is no `key: value`",
            )),
        };
    };
    let [entry] = entries.as_slice() else {
        return Ok(Some(Entry {
            key: String::new(),
            value: Value::Other,
            raw,
        }));
    };
    Ok(Some(Entry {
        key: entry.key.text().unwrap_or_default().to_owned(),
        value: value(&entry.value),
        raw,
    }))
}

fn plain(raw: &str) -> Option<Entry<'_>> {
    let (key, value) = raw.trim_end().split_once(':')?;
    let value = value.trim();
    let fits = !value.contains('\n') && value.starts_with(['@', '`', '%']) && !key.contains(' ');
    fits.then(|| Entry {
        key: key.to_owned(),
        value: Value::Text(value.to_owned()),
        raw,
    })
}

fn value(node: &Node) -> Value {
    match &node.data {
        Data::Null => Value::Nothing,
        Data::Scalar { text, .. } => Value::Text(text.clone()),
        Data::Sequence { items, .. } => {
            let texts: Option<Vec<_>> = items
                .iter()
                .map(|it| match &it.data {
                    Data::Scalar { text, .. } => Some(text.clone()),
                    _ => None,
                })
                .collect();
            texts.map_or(Value::Other, Value::List)
        }
        Data::Mapping { .. } | Data::Alias(_) => Value::Other,
    }
}
