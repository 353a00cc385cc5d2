//! A page of `.docs`: headings, task items and links.

pub(crate) mod front;
mod markdown;
pub(crate) mod outline;
mod plain;
mod target;
pub(crate) mod yaml;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::span::{Span, Spanned, replace_invalid};
pub(crate) use plain::Plain;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub headings: Vec<Heading>,
    pub tasks: Vec<Task>,
    pub links: Vec<Link>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub level: u8,
    pub text: String,
    /// GitHub's anchor for it (`acceptance-criteria`, `notes-1`).
    pub anchor: String,
    pub span: Span,
}

/// A list item with a check box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub done: bool,
    pub text: String,
    /// The `[ ]` or `[x]`.
    pub marker: Span,
    /// From the marker to the end of the item's first paragraph; items nested in it have their own.
    pub span: Span,
}

/// A link or wiki link to another page, a heading or a ticket; links to the web are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub kind: LinkKind,
    /// As it is written, percent escapes decoded: path without anchor; empty for this page.
    pub target: String,
    /// Of an inline link GitHub's anchor, of a wiki link the heading's text (or `^block`).
    pub anchor: Option<String>,
    pub span: Span,
    /// The destination as it is written, anchor included and angle brackets excluded. A reference
    /// link's is that of its definition, which several links may share.
    pub target_span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// `[text](target)`, its reference forms, images.
    Inline,
    /// `[[target]]`.
    Wiki,
}

/// What stands in a page's prose beside its structure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// Words of the shape of a ticket id (see [`crate::ids::mentions`]); not those in code, in
    /// HTML and in the targets of links, which are [`Link`]s.
    pub mentions: Vec<Spanned<String>>,
    /// HTML comments of the body and YAML comments of the front matter, markers included, in order.
    pub comments: Vec<Span>,
    /// What the front matter says the page was derived from; a ticket's are its own.
    pub from: Vec<Spanned<String>>,
    pub(crate) plain: Plain,
}

/// Reads a page of `.docs`. Never fails; front matter is skipped but for its comments.
pub fn parse(text: &[u8], _config: &Config) -> (Page, Prose) {
    let source = as_str(text);
    let parts = front::parts(text);
    let front = parts.front.and_then(|it| yaml::read(&source, it.yaml).ok());
    let front = front.unwrap_or_default();
    let (page, mut prose) = body(&source, parts.body);
    prose.from = front.root.as_ref().map(yaml::from).unwrap_or_default();
    let mut comments = front.comments;
    comments.append(&mut prose.comments);
    prose.comments = comments;
    (page, prose)
}

/// Reads the Markdown in `within` of a text.
pub(crate) fn body(text: &str, within: Span) -> (Page, Prose) {
    markdown::read(text, within)
}

/// The definitions of link targets (`[label]: target`) in `within`, whether a link uses them or not.
pub(crate) fn definitions(text: &str, within: Span) -> Vec<Link> {
    markdown::definitions(text, within)
}

/// The text for parsers that want a string; every byte keeps its place.
pub(crate) fn as_str(text: &[u8]) -> Cow<'_, str> {
    replace_invalid(text)
}

/// The anchor that GitHub gives a heading of that text, before it tells equal ones apart.
pub fn anchor(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|it| match it {
            ' ' => Some('-'),
            '-' | '_' => Some(it),
            _ => it.is_alphanumeric().then_some(it),
        })
        .collect()
}

#[cfg(test)]
mod tests;
