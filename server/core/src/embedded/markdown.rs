//! Markdown: front matter, HTML and fenced code, which alone can hold comments.

use docket_grammars::{Language, language_named};
use pulldown_cmark::{CodeBlockKind, Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::Gathered;
use crate::span::replace_invalid;

/// The parts of `text` that are of another language, in order of their beginnings.
pub(super) fn read(text: &[u8]) -> Vec<(&'static Language, Gathered)> {
    let text = replace_invalid(text);
    let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
        | Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES;
    let html = language_named("html");
    let mut parts = Vec::new();
    let mut open: Option<(&'static Language, Gathered)> = None;
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                let language = match tag {
                    Tag::CodeBlock(CodeBlockKind::Fenced(info)) => fence_language(&info),
                    Tag::HtmlBlock => html,
                    Tag::MetadataBlock(MetadataBlockKind::YamlStyle) => language_named("yaml"),
                    Tag::MetadataBlock(MetadataBlockKind::PlusesStyle) => language_named("toml"),
                    _ => continue,
                };
                open = language.map(|it| (it, Gathered::default()));
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_)) => {
                parts.extend(open.take());
            }
            Event::Text(_) | Event::Html(_) => {
                if let Some((_, part)) = &mut open {
                    part.push(&text.as_bytes()[range.clone()], range.start);
                }
            }
            Event::InlineHtml(_) => {
                if let Some(html) = html {
                    let mut part = Gathered::default();
                    part.push(&text.as_bytes()[range.clone()], range.start);
                    parts.push((html, part));
                }
            }
            _ => {}
        }
    }
    parts
}

/// ```` ```rust,ignore ````, ```` ```{.python #id} ````, ```` ```{r setup, echo=FALSE} ````.
fn fence_language(info: &str) -> Option<&'static Language> {
    let ends = |it: char| it.is_whitespace() || matches!(it, ',' | '{' | '}' | ':' | ';');
    let info = info.trim().trim_start_matches(['{', '.']);
    let word = info.split(ends).next()?;
    (!word.is_empty()).then(|| language_named(word)).flatten()
}
