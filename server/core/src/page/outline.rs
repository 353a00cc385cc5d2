//! A page's blocks and what it says outside of code, read anew where an editor asks for it: facts
//! keep only what findings need.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::span::Span;

/// The extensions of Markdown that pages are written in.
pub(crate) const OPTIONS: Options = Options::ENABLE_TASKLISTS
    .union(Options::ENABLE_WIKILINKS)
    .union(Options::ENABLE_TABLES)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH);

/// A piece of a page, its line break at the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: BlockKind,
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Paragraph,
    Heading,
    Code,
    Html,
    Quote,
    List,
    Item,
    Table,
    /// A row, a cell, emphasis, a link: what is smaller than a block.
    Inline,
}

/// What a page says, and to where on the web it links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outward {
    /// Text that is neither code nor HTML nor a link's target, in order.
    pub(crate) prose: Vec<Span>,
    /// Links with a scheme of their own, and the whole of each.
    pub(crate) links: Vec<(Span, String)>,
}

/// All blocks and inlines, in order of their start, the larger first.
pub(crate) fn blocks(text: &str, within: Span) -> Vec<Block> {
    let (base, source) = (within.start as usize, &text[within.range()]);
    let mut blocks = Vec::new();
    for (event, range) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
        let kind = match event {
            Event::Start(tag) => kind(&tag),
            Event::Code(_) | Event::InlineHtml(_) => BlockKind::Inline,
            _ => continue,
        };
        let len = source[range.clone()].trim_end().len();
        if len > 0 {
            let start = base + range.start;
            let span = Span::new(start, start + len);
            blocks.push(Block { kind, span });
        }
    }
    blocks
}

fn kind(tag: &Tag<'_>) -> BlockKind {
    match tag {
        Tag::Paragraph => BlockKind::Paragraph,
        Tag::Heading { .. } => BlockKind::Heading,
        Tag::CodeBlock(_) => BlockKind::Code,
        Tag::HtmlBlock => BlockKind::Html,
        Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => BlockKind::Quote,
        Tag::List(_) => BlockKind::List,
        Tag::Item => BlockKind::Item,
        Tag::Table(_) => BlockKind::Table,
        _ => BlockKind::Inline,
    }
}

/// Reads what a page says in `within`.
pub(crate) fn outward(text: &str, within: Span) -> Outward {
    let (base, source) = (within.start as usize, &text[within.range()]);
    let span = |it: &std::ops::Range<usize>| Span::new(base + it.start, base + it.end);
    let mut out = Outward::default();
    // In code, HTML and links whose text is their target nothing is prose.
    let mut muted = 0_usize;
    for (event, range) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if let Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } = &tag
                    && is_web(dest_url)
                {
                    out.links.push((span(&range), dest_url.to_string()));
                }
                muted += usize::from(mutes(&tag));
            }
            Event::End(end) => {
                let ends = matches!(end, TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image);
                muted -= usize::from(ends && muted > 0);
            }
            Event::Text(_) if muted == 0 => match out.prose.last_mut() {
                Some(last) if last.end == span(&range).start => last.end = span(&range).end,
                _ => out.prose.push(span(&range)),
            },
            _ => {}
        }
    }
    out
}

fn mutes(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// Whether a destination is an address of the web: what else has a scheme, an editor opens itself.
pub(crate) fn is_web(destination: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|it| {
        destination
            .get(..it.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(it))
    })
}

/// The length of the URL that `text` begins with, as GitHub ends it: at a blank or `<`, without the
/// signs that end a sentence, and without a `)` that it did not open.
pub(crate) fn url_len(text: &str) -> Option<usize> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|it| text.strip_prefix(it))?;
    let head = text.len() - rest.len();
    let stop =
        |it: char| it.is_whitespace() || it.is_control() || matches!(it, '<' | '>' | '"' | '`');
    let mut url = &text[..text.find(stop).unwrap_or(text.len())];
    while let Some(last) = url.chars().next_back() {
        let count = |it: char| url.matches(it).count();
        let ends = match last {
            ')' => count(')') > count('('),
            ']' => count(']') > count('['),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => true,
            _ => false,
        };
        if !ends {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    (url.len() > head).then_some(url.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_end_where_a_sentence_does() {
        for (text, url) in [
            ("https://a.b/c, and", Some("https://a.b/c")),
            ("https://a.b/c_(d)) x", Some("https://a.b/c_(d)")),
            ("https://a.b/c_(d).", Some("https://a.b/c_(d)")),
            (
                "http://\u{1F600}.com/é?x=1&y#z> x",
                Some("http://\u{1F600}.com/é?x=1&y#z"),
            ),
            ("https:// x", None),
            ("ftp://a", None),
        ] {
            assert_eq!(url_len(text).map(|it| &text[..it]), url, "{text}");
        }
    }

    #[test]
    fn prose_is_what_is_no_code_and_no_link() {
        let text =
            "a #1 `#2` b\n\n```\n#3\n```\n\n[#4](https://x.y) <https://z> *c_d* <!-- #5 -->\n";
        let out = outward(text, Span::new(0, text.len()));
        let prose: Vec<_> = out.prose.iter().map(|it| &text[it.range()]).collect();
        assert_eq!(prose, ["a #1 ", " b", " ", " ", "c_d", " "]);
        let links: Vec<_> = out.links.iter().map(|it| &*it.1).collect();
        assert_eq!(links, ["https://x.y", "https://z"]);
    }
}
