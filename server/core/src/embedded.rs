//! Languages inside others: scripts and styles of pages, fenced code of Markdown, cells of notebooks.

mod gathered;
mod html;
mod markdown;

use docket_grammars::{Host, Language};

use crate::comments::{self, Comment, Reader};
use crate::notebook::Notebook;

pub use gathered::Gathered;

use html::Dialect;

/// How deep a Markdown text in a Markdown text is still looked into.
const MAX_DEPTH: u32 = 3;

/// The comments of a text that holds other languages, at their places in it; `None` where
/// `language` holds none and is read by its own lexer or grammar.
pub fn comments(language: &Language, text: &[u8], reader: Reader) -> Option<Vec<Comment>> {
    comments_at(language, text, reader, 0)
}

fn comments_at(
    language: &Language,
    text: &[u8],
    reader: Reader,
    depth: u32,
) -> Option<Vec<Comment>> {
    let mut comments = match language.host()? {
        _ if depth > MAX_DEPTH => Vec::new(),
        Host::Html => html_comments(language, text, reader, depth),
        Host::Markdown => markdown::read(text)
            .into_iter()
            .flat_map(|(language, part)| inside(language, &part, reader, depth))
            .collect(),
        Host::Notebook => Notebook::read(text)
            .map(|it| it.comments_in_file(reader))
            .unwrap_or_default(),
    };
    comments.sort_by_key(|it| it.span);
    Some(comments)
}

fn html_comments(language: &Language, text: &[u8], reader: Reader, depth: u32) -> Vec<Comment> {
    let dialect = match language.name.as_str() {
        "vue" => Dialect::Vue,
        "svelte" => Dialect::Svelte,
        "astro" => Dialect::Astro,
        _ => Dialect::Html,
    };
    let found = html::read(text, dialect);
    let mut comments = found.comments;
    for (language, range) in found.parts {
        let mut part = Gathered::default();
        part.push(&text[range.clone()], range.start);
        comments.extend(inside(language, &part, reader, depth));
    }
    comments
}

/// The comments of a part, at their places in the file.
fn inside(language: &Language, part: &Gathered, reader: Reader, depth: u32) -> Vec<Comment> {
    comments_at(language, part.text(), reader, depth + 1)
        .unwrap_or_else(|| comments::comments(language, part.text(), reader))
        .into_iter()
        .map(|it| part.comment(it))
        .collect()
}

#[cfg(test)]
mod tests;
