//! HTML and what is written like it: its comments, and the scripts and styles in it.

use std::ops::Range;

use docket_grammars::{Language, language_named};

use crate::comments::{Comment, CommentKind};
use crate::span::Span;

/// Which of HTML's kin a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Html,
    /// A template may be in another language (`<template lang="pug">`).
    Vue,
    /// Braces hold JavaScript, in text and attributes.
    Svelte,
    /// TypeScript between two `---` first; braces hold JavaScript that may hold elements again.
    Astro,
}

/// What stands in a text written like HTML.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) comments: Vec<Comment>,
    /// Ranges that are all of another language.
    pub(super) parts: Vec<(&'static Language, Range<usize>)>,
    /// Bytes that may still be read for an end that is not there, so that no text costs more than
    /// a few readings of it.
    patience: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Comments,
    Nothing,
}

pub(super) fn read(text: &[u8], dialect: Dialect) -> Found {
    let mut found = Found {
        patience: 4 * text.len(),
        ..Found::default()
    };
    let mut at = match dialect {
        Dialect::Astro => front_matter(text, &mut found),
        _ => 0,
    };
    let braces = matches!(dialect, Dialect::Svelte | Dialect::Astro);
    while at < text.len() {
        let rest = &text[at..];
        let next = match braces {
            true => memchr::memchr2(b'<', b'{', rest),
            false => memchr::memchr(b'<', rest),
        };
        let Some(next) = next else { break };
        at += next;
        at = match &text[at..] {
            [b'{', ..] if dialect == Dialect::Svelte => {
                expression(text, at, &mut found, Keep::Comments)
            }
            [b'{', ..] => brace_comment(text, at, &mut found),
            [b'<', b'!', b'-', b'-', ..] => comment(text, at, &mut found),
            [b'<', b'!', b'[', b'C', b'D', ..] => match found.find(&text[at..], b"]]>") {
                Some(len) => at + len + 3,
                None => past_tag(text, at),
            },
            [b'<', b'!' | b'?' | b'/', ..] => past_tag(text, at),
            [b'<', byte, ..] if byte.is_ascii_alphabetic() => {
                let tag = Tag::read(text, at, braces, &mut found);
                element(text, &tag, dialect, &mut found)
            }
            _ => at + 1,
        };
    }
    found
}

impl Found {
    fn find(&mut self, text: &[u8], end: &[u8]) -> Option<usize> {
        if self.patience < text.len() {
            return None;
        }
        let at = memchr::memmem::find(text, end);
        if at.is_none() {
            self.patience -= text.len();
        }
        at
    }
}

/// An opening tag.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    closes_itself: bool,
    end: usize,
}

impl Tag {
    fn read(text: &[u8], start: usize, braces: bool, found: &mut Found) -> Self {
        let is_name =
            |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/' | b'=');
        let word = |at: usize| {
            let len = text[at..].iter().take_while(|it| is_name(it)).count();
            let word = String::from_utf8_lossy(&text[at..at + len]).to_ascii_lowercase();
            (word, at + len)
        };
        let (name, mut at) = word(start + 1);
        let mut tag = Self {
            name,
            attributes: Vec::new(),
            closes_itself: false,
            end: text.len(),
        };
        while let Some(&byte) = text.get(at) {
            match byte {
                b'>' => {
                    tag.closes_itself = text[at - 1] == b'/';
                    tag.end = at + 1;
                    break;
                }
                b'{' if braces => at = expression(text, at, found, Keep::Nothing),
                byte if byte.is_ascii_whitespace() || byte == b'/' || byte == b'=' => at += 1,
                _ => {
                    let (attribute, end) = word(at);
                    let equals = skip_space(text, end);
                    if text.get(equals) != Some(&b'=') {
                        tag.attributes.push((attribute, String::new()));
                        at = end;
                        continue;
                    }
                    let start = skip_space(text, equals + 1);
                    let (value, end) = attribute_value(text, start, braces, found);
                    let value = String::from_utf8_lossy(&text[value])
                        .trim()
                        .to_ascii_lowercase();
                    tag.attributes.push((attribute, value));
                    at = end;
                }
            }
        }
        tag
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(it, _)| it == name)?;
        Some(found.1.as_str()).filter(|it| !it.is_empty())
    }

    /// The language of what stands in a script or style; `None` for data.
    fn language(&self) -> Option<&'static Language> {
        let default = match self.name.as_str() {
            "script" => "javascript",
            "style" => "css",
            _ => "",
        };
        if let Some(lang) = self.attribute("lang") {
            return match lang {
                "postcss" | "pcss" => language_named("css"),
                lang => language_named(lang),
            };
        }
        let Some(kind) = self.attribute("type") else {
            return language_named(default);
        };
        let kind = kind.rsplit('/').next().unwrap_or(kind);
        match kind.strip_prefix("x-").unwrap_or(kind) {
            "module" | "babel" | "jsx" | "ecmascript" => language_named("javascript"),
            kind if kind.contains("javascript") => language_named("javascript"),
            "template" | "handlebars" | "handlebars-template" | "mustache" => {
                language_named("html")
            }
            "py" | "mpy" => language_named("python"),
            "fragment" | "vertex" => language_named("glsl"),
            kind if kind.contains("json") => None,
            kind => language_named(kind),
        }
    }
}

/// Goes past the tag and, where its content is no markup, past that too.
fn element(text: &[u8], tag: &Tag, dialect: Dialect, found: &mut Found) -> usize {
    let raw = match tag.name.as_str() {
        "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes" => {
            true
        }
        "template" => {
            dialect == Dialect::Vue && tag.attribute("lang").is_some_and(|it| it != "html")
        }
        _ => false,
    };
    if !raw || (tag.closes_itself && dialect != Dialect::Html) {
        return tag.end;
    }
    let end = closing_tag(text, tag.end, &tag.name);
    if matches!(tag.name.as_str(), "script" | "style" | "template")
        && let Some(language) = tag.language()
    {
        found.parts.push((language, tag.end..end));
    }
    end
}

fn closing_tag(text: &[u8], start: usize, name: &str) -> usize {
    let name = name.as_bytes();
    memchr::memmem::find_iter(&text[start..], b"</")
        .map(|at| start + at)
        .find(|&at| {
            let rest = &text[at + 2..];
            rest.len() >= name.len()
                && rest[..name.len()].eq_ignore_ascii_case(name)
                && rest
                    .get(name.len())
                    .is_none_or(|it| it.is_ascii_whitespace() || matches!(it, b'>' | b'/'))
        })
        .unwrap_or(text.len())
}

fn comment(text: &[u8], start: usize, found: &mut Found) -> usize {
    let open = start + 4;
    let rest = &text[open..];
    // `<!-->` and `<!--->` are empty comments: https://html.spec.whatwg.org/#comment-start-state
    let (close, end) = if rest.starts_with(b">") {
        (open, open + 1)
    } else if rest.starts_with(b"->") {
        (open, open + 2)
    } else {
        let plain = memchr::memmem::find(rest, b"-->").map(|at| (open + at, open + at + 3));
        let limit = plain.map_or(rest.len(), |(close, _)| close - open);
        memchr::memmem::find(&rest[..limit], b"--!>")
            .map(|at| (open + at, open + at + 4))
            .or(plain)
            .unwrap_or((text.len(), text.len()))
    };
    found.comments.push(block(start..end, open..close));
    end
}

/// `{/* … */}` in Astro; any other brace is markup again.
fn brace_comment(text: &[u8], start: usize, found: &mut Found) -> usize {
    let open = skip_space(text, start + 1);
    match text[open..].starts_with(b"/*") {
        true => js_comment(text, open, found),
        false => start + 1,
    }
}

/// Goes past the JavaScript in braces at `start`; one that never closes is text.
fn expression(text: &[u8], start: usize, found: &mut Found, keep: Keep) -> usize {
    let mut depth = 0;
    let mut at = start;
    let n_comments = found.comments.len();
    while at < text.len() && at - start < found.patience {
        at = match text[at] {
            b'{' => {
                depth += 1;
                at + 1
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    if keep == Keep::Nothing {
                        found.comments.truncate(n_comments);
                    }
                    return at + 1;
                }
                at + 1
            }
            quote @ (b'"' | b'\'' | b'`') => string(text, at, quote),
            b'/' if matches!(text.get(at + 1), Some(b'*' | b'/')) => js_comment(text, at, found),
            _ => at + 1,
        };
    }
    found.patience = found.patience.saturating_sub(at - start);
    found.comments.truncate(n_comments);
    start + 1
}

fn js_comment(text: &[u8], start: usize, found: &mut Found) -> usize {
    let open = start + 2;
    let rest = &text[open..];
    let (comment, end) = match text[start + 1] {
        b'*' => match memchr::memmem::find(rest, b"*/") {
            Some(at) => (block(start..open + at + 2, open..open + at), open + at + 2),
            None => (block(start..text.len(), open..text.len()), text.len()),
        },
        _ => {
            let end = open + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let line = Comment {
                kind: CommentKind::Line,
                ..block(start..end, open..end)
            };
            (line, end)
        }
    };
    found.comments.push(comment);
    end
}

fn string(text: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' if quote != b'`' => return at,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The value at `start` and where it ends, quotes included.
fn attribute_value(
    text: &[u8],
    start: usize,
    braces: bool,
    found: &mut Found,
) -> (Range<usize>, usize) {
    match text.get(start) {
        Some(&quote @ (b'"' | b'\'')) => {
            let rest = &text[start + 1..];
            let len = memchr::memchr(quote, rest).unwrap_or(rest.len());
            let end = start + 1 + len;
            (start + 1..end, (end + 1).min(text.len()))
        }
        Some(b'{') if braces => {
            let end = expression(text, start, found, Keep::Nothing);
            (start..end, end)
        }
        _ => {
            let rest = text.get(start..).unwrap_or_default();
            let len = rest
                .iter()
                .take_while(|it| !it.is_ascii_whitespace() && **it != b'>')
                .count();
            (start..start + len, start + len)
        }
    }
}

fn front_matter(text: &[u8], found: &mut Found) -> usize {
    let start = skip_space(text, 0);
    if !text[start..].starts_with(b"---") {
        return 0;
    }
    let open = start + 3;
    let Some(len) = memchr::memmem::find(&text[open..], b"\n---") else {
        return 0;
    };
    if let Some(language) = language_named("typescript") {
        found.parts.push((language, open..open + len + 1));
    }
    open + len + 4
}

/// To behind the next `>`; without one there is no further tag or comment.
fn past_tag(text: &[u8], start: usize) -> usize {
    memchr::memchr(b'>', &text[start..]).map_or(text.len(), |at| start + at + 1)
}

fn skip_space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|it| it.is_ascii_whitespace())
        .count()
}

fn block(span: Range<usize>, text: Range<usize>) -> Comment {
    Comment {
        span: Span::new(span.start, span.end),
        text: Span::new(text.start, text.end),
        kind: CommentKind::Block,
        cell: None,
    }
}
