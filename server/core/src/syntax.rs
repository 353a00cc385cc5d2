//! A source text as its tree-sitter grammar reads it: comments, and the definitions a place stands in.

pub mod outline;
mod strip;

use std::ops::{ControlFlow, Range};
use std::sync::{LazyLock, OnceLock};

use docket_grammars::Language;
use docket_grammars::compiled::{self, Grammar};
use tree_sitter::{
    CaptureQuantifier, Node, ParseOptions, Parser, Query, QueryCursor, StreamingIterator,
};

use crate::comments::Comment;
use crate::lex;
use crate::span::Span;

/// Beyond this a text is the lexer's alone.
const MAX_BYTES: usize = 2 << 20;

/// Steps of the parser between two calls of the callback are some 100, whatever the machine, so
/// that a text is given up or not by itself alone. Ordinary code needs under 0.1 calls a byte.
const MAX_CALLS_PER_BYTE: usize = 2;
const FREE_CALLS: usize = 20_000;

/// Longer labels of a scope are cut.
const MAX_LABEL: usize = 80;

/// A parsed source text. Every question needs the same text again.
pub struct SyntaxTree<'a> {
    language: &'a Language,
    queries: &'static Queries,
    tree: tree_sitter::Tree,
}

impl<'a> SyntaxTree<'a> {
    /// `None` where no grammar of the language is built in, or where the text is beyond what may
    /// be spent on it: then the lexer decides.
    pub fn parse(language: &'a Language, text: &[u8]) -> Option<Self> {
        if text.len() > MAX_BYTES || has_lone_return(text) {
            return None;
        }
        let queries = Queries::of(language)?;
        let mut parser = Parser::new();
        parser.set_language(&queries.language).ok()?;
        let mut calls = 0;
        let limit = FREE_CALLS + MAX_CALLS_PER_BYTE * text.len();
        let mut progress = |_: &_| {
            calls += 1;
            match calls > limit {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(
            &mut |at, _| text.get(at..).unwrap_or(b""),
            None,
            Some(options),
        )?;
        Some(Self {
            language,
            queries,
            tree,
        })
    }

    /// The comments of `text` in order of their place.
    pub fn comments(&self, text: &[u8]) -> Vec<Comment> {
        let mut comments = Vec::new();
        let mut cursor = QueryCursor::new();
        let query = &self.queries.comments;
        let mut matches = cursor.matches(query, self.tree.root_node(), text);
        while let Some(found) = matches.next() {
            for capture in found.captures() {
                let range = capture.node.byte_range();
                match query.capture_names()[capture.index as usize] {
                    // What the grammar takes for one token, a macro's body, may hold a comment.
                    "code" => comments.extend(self.lexed(text, range)),
                    "docstring" => comments.extend(strip::docstring(text, range)),
                    "comment" | "line" | "block" => {
                        strip::comment(self.language, text, range, &mut comments);
                    }
                    _ => {}
                }
            }
        }
        comments.sort_by_key(|it| it.span);
        comments.dedup_by_key(|it| it.span);
        comments
    }

    fn lexed(&self, text: &[u8], range: Range<usize>) -> Vec<Comment> {
        let moved = |span: Span| Span {
            start: span.start + range.start as u32,
            end: span.end + range.start as u32,
        };
        let found = lex::lex(self.language, &text[range.clone()], None).comments;
        let moved_comment = |it: Comment| Comment {
            span: moved(it.span),
            text: moved(it.text),
            ..it
        };
        found.into_iter().map(moved_comment).collect()
    }

    /// The definitions around each of `offsets`, outermost first: `["mod tests", "fn parses"]`.
    pub fn scopes(&self, text: &[u8], offsets: &[usize]) -> Vec<Vec<String>> {
        let (Some(&first), Some(&last)) = (offsets.iter().min(), offsets.iter().max()) else {
            return Vec::new();
        };
        let query = &self.queries.scopes;
        let mut cursor = QueryCursor::new();
        cursor.set_byte_range(first..last.max(first + 1));
        let mut found_scopes = Vec::new();
        let mut matches = cursor.matches(query, self.tree.root_node(), text);
        while let Some(found) = matches.next() {
            let of = |wanted: &str| {
                let capture = found
                    .captures()
                    .iter()
                    .find(|it| query.capture_names()[it.index as usize] == wanted)?;
                Some(capture.node)
            };
            let scope = found.captures().iter().find_map(|it| {
                let name = query.capture_names()[it.index as usize].strip_prefix("scope")?;
                Some((it.node, name.strip_prefix('.')))
            });
            let (Some((node, keyword)), Some(name)) = (scope, of("name")) else {
                continue;
            };
            let mut words = Vec::new();
            match keyword {
                Some(keyword) => words.push(keyword.to_owned()),
                None => words.extend(of("keyword").map(|it| word(it, text))),
            }
            if let Some(of_trait) = of("trait") {
                words.extend([word(of_trait, text), "for".to_owned()]);
            }
            words.push(word(name, text));
            found_scopes.push((node.byte_range(), label(&words.join(" "))));
        }
        found_scopes.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        found_scopes.dedup_by(|a, b| a.0 == b.0);
        let around = |&offset: &usize| {
            found_scopes
                .iter()
                .filter(|(range, _)| range.contains(&offset))
                .map(|(_, label)| label.clone())
                .collect()
        };
        offsets.iter().map(around).collect()
    }
}

/// The comments of `text` by its grammar; `None` where it has none or is given up.
pub fn comments(language: &Language, text: &[u8]) -> Option<Vec<Comment>> {
    SyntaxTree::parse(language, text).map(|it| it.comments(text))
}

/// The definitions around `offset`, outermost first; none where there is no grammar.
pub fn scope(language: &Language, text: &[u8], offset: usize) -> Vec<String> {
    let mut scopes = scopes(language, text, &[offset]);
    scopes.pop().unwrap_or_default()
}

/// [`scope`] of several offsets in one parse.
pub fn scopes(language: &Language, text: &[u8], offsets: &[usize]) -> Vec<Vec<String>> {
    match SyntaxTree::parse(language, text) {
        Some(tree) => tree.scopes(text, offsets),
        None => vec![Vec::new(); offsets.len()],
    }
}

/// One grammar's query in parts, so that none pays for another.
struct Queries {
    language: tree_sitter::Language,
    comments: Query,
    scopes: Query,
    /// Scopes, and what is declared without being one.
    declarations: Query,
}

impl Queries {
    fn of(language: &Language) -> Option<&'static Self> {
        static ALL: LazyLock<Vec<OnceLock<Option<Queries>>>> = LazyLock::new(|| {
            compiled::grammars()
                .iter()
                .map(|_| OnceLock::new())
                .collect()
        });
        let name = language.grammar()?;
        let idx = compiled::grammars().iter().position(|it| it.name == name)?;
        ALL[idx]
            .get_or_init(|| Self::new(&compiled::grammars()[idx]))
            .as_ref()
    }

    fn new(grammar: &Grammar) -> Option<Self> {
        let language = grammar.language();
        let part = |wanted: fn(&[&str]) -> bool| {
            let mut query = Query::new(&language, grammar.query).ok()?;
            for pattern in 0..query.pattern_count() {
                let quantifiers = query.capture_quantifiers(pattern).iter();
                let captures = quantifiers.zip(query.capture_names());
                let used = captures.filter(|it| *it.0 != CaptureQuantifier::Zero);
                let names: Vec<&str> = used.map(|it| *it.1).collect();
                if !wanted(&names) {
                    query.disable_pattern(pattern);
                }
            }
            Some(query)
        };
        Some(Self {
            comments: part(|names| !names.iter().any(|it| is_declared(it)))?,
            scopes: part(|names| names.iter().any(|it| is_scope(it)))?,
            declarations: part(|names| names.iter().any(|it| is_declared(it)))?,
            language,
        })
    }
}

fn is_scope(capture: &str) -> bool {
    capture.starts_with("scope")
}

fn is_declared(capture: &str) -> bool {
    is_scope(capture) || capture.starts_with("declared")
}

/// Grammars end a line at `\n` alone.
fn has_lone_return(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'))
}

fn word(node: Node<'_>, text: &[u8]) -> String {
    let text = String::from_utf8_lossy(&text[node.byte_range()]);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn label(text: &str) -> String {
    match text.char_indices().nth(MAX_LABEL) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
