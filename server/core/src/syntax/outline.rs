//! What a source file declares for others to use: its interface, without how it is done.

mod text;

use tree_sitter::{Node, QueryCursor, StreamingIterator};

use super::{SyntaxTree, word};
use crate::comments::{Comment, CommentKind};
use crate::span::Span;
use text::{dedented, unindented};

/// Languages whose documentation has marks of its own; in others a comment right before is one.
const MARKED: [&str; 12] = [
    "rust",
    "javascript",
    "javascriptreact",
    "typescript",
    "typescriptreact",
    "java",
    "c-sharp",
    "kotlin",
    "swift",
    "scala",
    "php",
    "dart",
];
/// What begins a comment that documents, in these.
const MARKS: [&str; 5] = ["/**", "///", "//!", "/*!", "/*+"];
/// Types whose fields are as much their interface as their name is.
const TYPES: [&str; 9] = [
    "struct",
    "enum",
    "union",
    "interface",
    "type",
    "record",
    "const",
    "static",
    "data",
];
/// Scopes that hold other declarations and are none that is called.
const HOLDERS: [&str; 13] = [
    "mod",
    "module",
    "namespace",
    "impl",
    "trait",
    "class",
    "object",
    "interface",
    "extension",
    "protocol",
    "struct",
    "enum",
    "record",
];

/// Something that a source file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its names from the outside in, joined by `.`: `Lexer.next`.
    pub name: String,
    /// `fn`, `class`; empty where the language has no word for it.
    pub kind: String,
    /// With its documentation, and its body.
    pub span: Span,
    /// As it is written, without its body; all of a type without methods. One after another where
    /// several have the name.
    pub signature: String,
    /// Its documentation without the comments' marks; empty where there is none.
    pub doc: String,
}

/// What is to be told of a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Of the file itself; empty where there is none.
    pub doc: String,
    /// What others can use, in its order; where nothing says so, all of the outermost.
    pub declarations: Vec<Declaration>,
    /// Whether the source says that they are for others.
    pub is_exported: bool,
}

struct Found<'t> {
    /// The definition itself.
    node: Node<'t>,
    /// With what is around it and no other's: an `export`, decorators.
    outer: Node<'t>,
    kind: String,
    name: String,
    of_trait: bool,
}

impl SyntaxTree<'_> {
    /// What the file declares. `text` is the one that was parsed.
    pub fn outline(&self, text: &[u8]) -> Outline {
        let comments = self.comments(text);
        let found = self.found(text);
        let reader = Reader {
            language: self.language.name.as_str(),
            text,
            comments: &comments,
        };
        let mut exported = reader.declarations(&found, Which::Exported);
        let is_exported = !exported.is_empty();
        if !is_exported {
            exported = reader.declarations(&found, Which::Outermost);
        }
        Outline {
            doc: reader.of_file(&found),
            declarations: merged(exported),
            is_exported,
        }
    }

    fn found<'t>(&'t self, text: &[u8]) -> Vec<Found<'t>> {
        let query = &self.queries.declarations;
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(query, self.tree.root_node(), text);
        let mut found = Vec::new();
        while let Some(it) = matches.next() {
            let name_of = |at: u32| query.capture_names()[at as usize];
            let of = |wanted: &str| {
                let mut captures = it.captures().iter();
                captures.find(|it| name_of(it.index) == wanted)
            };
            let scope = it.captures().iter().find_map(|it| {
                let name = name_of(it.index);
                let kind = name
                    .strip_prefix("scope")
                    .or_else(|| name.strip_prefix("declared"))?;
                Some((it.node, kind.strip_prefix('.')))
            });
            let (Some((node, kind)), Some(name)) = (scope, of("name")) else {
                continue;
            };
            let kind = kind.map(str::to_owned);
            let kind = kind.or_else(|| of("keyword").map(|it| word(it.node, text)));
            found.push(Found {
                node,
                outer: outer(node),
                kind: kind.unwrap_or_default(),
                name: word(name.node, text),
                of_trait: of("trait").is_some(),
            });
        }
        found.sort_by_key(|it| {
            let range = it.node.byte_range();
            (range.start, std::cmp::Reverse(range.end))
        });
        found.dedup_by(|a, b| a.node.byte_range() == b.node.byte_range());
        found
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Exported,
    Outermost,
}

struct Reader<'a> {
    language: &'a str,
    text: &'a [u8],
    comments: &'a [Comment],
}

impl Reader<'_> {
    fn declarations(&self, found: &[Found<'_>], which: Which) -> Vec<Declaration> {
        let mut declarations = Vec::new();
        let mut around: Vec<&Found<'_>> = Vec::new();
        for (at, it) in found.iter().enumerate() {
            let end = it.node.end_byte();
            around.retain(|holder| holder.node.end_byte() >= end);
            let holders = around.clone();
            around.push(it);
            // What stands in a function's body is nobody else's.
            let is_held = holders.iter().all(|it| HOLDERS.contains(&it.kind.as_str()));
            let is_seen = match which {
                Which::Exported => {
                    self.is_exported(it, &holders) && holders.iter().all(|it| self.is_open(it))
                }
                Which::Outermost => holders.is_empty(),
            };
            let is_own = it.kind != "impl" && it.kind != "test" && it.kind != "namespace";
            let names = holders.iter().chain([&it]).map(|it| simple(&it.name));
            let name = names.collect::<Vec<_>>().join(".");
            if is_held && is_seen && is_own && is_name(&name) {
                // They are in the order of their places.
                let inner = found.get(at + 1).map(|it| it.node);
                let inner = inner.filter(|inner| inner.end_byte() <= end);
                declarations.push(self.declaration(it, name, inner));
            }
        }
        declarations
    }

    /// Whether what is in it can be used from outside.
    fn is_open(&self, holder: &Found<'_>) -> bool {
        match (self.language, holder.kind.as_str()) {
            ("rust", "impl") => !holder.of_trait,
            _ => self.is_exported(holder, &[]),
        }
    }

    fn is_exported(&self, it: &Found<'_>, holders: &[&Found<'_>]) -> bool {
        if it.kind == "test" {
            return false;
        }
        let head = self.head(it);
        let has = |word: &str| {
            let mut words = head.split(|it: char| !it.is_alphanumeric() && it != '_');
            words.any(|it| it == word)
        };
        let in_holder = |kind: &str| holders.last().is_some_and(|it| it.kind == kind);
        match self.language {
            "rust" if in_holder("trait") => true,
            "rust" if it.kind == "macro" => {
                let before = std::str::from_utf8(&self.text[..it.node.start_byte()]);
                let line = before.unwrap_or_default().trim_end().rsplit('\n').next();
                line.is_some_and(|it| it.contains("macro_export"))
            }
            "rust" => head.starts_with("pub ") || head.starts_with("pub\n"),
            "go" => it.name.chars().next().is_some_and(char::is_uppercase),
            "python" => !it.name.starts_with('_') || it.name == "__init__",
            "javascript" | "javascriptreact" | "typescript" | "typescriptreact" => {
                match holders.is_empty() {
                    true => head.starts_with("export"),
                    false => !it.name.starts_with('#') && !has("private"),
                }
            }
            "java" | "c-sharp" => has("public") || in_holder("interface"),
            "c" | "cpp" => !has("static"),
            _ => !has("private") && !has("internal") && !has("fileprivate"),
        }
    }

    /// What stands before its name.
    fn head(&self, it: &Found<'_>) -> &str {
        let start = it.outer.start_byte();
        let name = memchr::memmem::find(&self.text[it.node.start_byte()..], it.name.as_bytes());
        let end = it.node.start_byte() + name.unwrap_or(0);
        let head = std::str::from_utf8(&self.text[start..end.max(start)]);
        head.unwrap_or_default().trim_start()
    }

    /// `inner` is a definition in it.
    fn declaration(&self, it: &Found<'_>, name: String, inner: Option<Node<'_>>) -> Declaration {
        let (doc, start) = self.before(it.outer);
        let doc = match doc.is_empty() {
            true => self.docstring(it.node),
            false => doc,
        };
        let value = it.node.child_by_field_name("value");
        let is_called = value.is_some_and(|it| it.child_by_field_name("body").is_some());
        let is_whole = TYPES.contains(&it.kind.as_str()) && inner.is_none() && !is_called;
        let end = match body(it.node).filter(|_| !is_whole) {
            Some(body) => body.start_byte(),
            None => it.outer.end_byte(),
        };
        let from = it.outer.start_byte();
        let written = String::from_utf8_lossy(&self.text[from..end.max(from)]);
        let written = written
            .trim_end()
            .trim_end_matches(['{', '=', ':', ';', ',']);
        let written = written.trim_end_matches("=>").trim_end();
        Declaration {
            name,
            kind: it.kind.clone(),
            span: Span::new(start, it.outer.end_byte()),
            signature: dedented(written, column(self.text, from)),
            doc,
        }
    }

    /// The documentation that stands before a declaration, and where it begins.
    fn before(&self, node: Node<'_>) -> (String, usize) {
        let mut start = node.start_byte();
        let mut docs: Vec<&Comment> = Vec::new();
        let mut at = node;
        while let Some(before) = at.prev_sibling() {
            let range = before.byte_range();
            let between = &self.text[range.end.min(start)..start];
            let lines = memchr::memchr_iter(b'\n', between).count();
            // Some grammars end a line comment after its line break.
            let ends_line = self.text[..range.end].ends_with(b"\n");
            if lines + usize::from(ends_line) > 1 || !between.iter().all(u8::is_ascii_whitespace) {
                break;
            }
            let kind = before.kind();
            if kind.contains("comment") {
                let within = self.comments.iter().filter(|it| {
                    range.start <= it.span.start as usize && it.span.end as usize <= range.end
                });
                let within: Vec<_> = within.collect();
                if within.iter().all(|it| self.documents(it)) {
                    docs.extend(within.into_iter().rev());
                } else if self.language == "rust" {
                    break;
                }
            } else if !kind.contains("attribute") && !kind.contains("annotation") {
                break;
            }
            start = range.start;
            at = before;
        }
        docs.reverse();
        (self.said(&docs), start)
    }

    fn documents(&self, comment: &Comment) -> bool {
        let written = &self.text[comment.span.range()];
        match MARKED.contains(&self.language) {
            true => MARKS.iter().any(|it| written.starts_with(it.as_bytes())),
            false => !written.starts_with(b"#!"),
        }
    }

    fn docstring(&self, node: Node<'_>) -> String {
        let Some(body) = body(node) else {
            return String::new();
        };
        let range = body.byte_range();
        let mut comments = self.comments.iter();
        let first = comments.find(|it| {
            it.kind == CommentKind::Docstring
                && range.contains(&(it.span.start as usize))
                && self.text[range.start..it.span.start as usize]
                    .iter()
                    .all(|it| it.is_ascii_whitespace() || *it == b'r')
        });
        self.said(&Vec::from_iter(first))
    }

    /// What stands at the head of the file and belongs to no declaration.
    fn of_file(&self, found: &[Found<'_>]) -> String {
        let first = found
            .first()
            .map_or(self.text.len(), |it| self.before(it.outer).1);
        let mut docs = Vec::new();
        let mut at = 0;
        for it in self.comments {
            let span = it.span.range();
            let between = &self.text[at.min(span.start)..span.start];
            let is_next = between.iter().all(u8::is_ascii_whitespace)
                && (docs.is_empty() || memchr::memchr_iter(b'\n', between).count() <= 1);
            let is_inner = match self.language {
                "rust" => self.text[span.clone()].starts_with(b"//!"),
                _ => it.kind == CommentKind::Docstring || self.documents(it),
            };
            if !is_next || !is_inner || span.end > first {
                break;
            }
            at = span.end;
            docs.push(it);
        }
        self.said(&docs)
    }

    /// The words of comments, without marks and stars.
    fn said(&self, comments: &[&Comment]) -> String {
        let mut out = String::new();
        for it in comments {
            let text = String::from_utf8_lossy(&self.text[it.text.range()]);
            let text = match it.kind {
                CommentKind::Docstring => text.as_ref(),
                CommentKind::Block => text.trim_start_matches(['*', '!']),
                CommentKind::Line => text.trim_start_matches(['/', '!']),
            };
            let lines = text.lines().map(|line| match it.kind {
                CommentKind::Block => {
                    let line = line.trim_start();
                    line.strip_prefix('*').unwrap_or(line)
                }
                _ => line,
            });
            let lines: Vec<&str> = lines.collect();
            match it.kind {
                CommentKind::Line => out.push_str(lines.first().unwrap_or(&"")),
                _ => out.push_str(&unindented(&lines)),
            }
            out.push('\n');
        }
        let lines: Vec<&str> = out.lines().collect();
        unindented(&lines).trim().to_owned()
    }
}

/// With what is around it and no other's.
fn outer(node: Node<'_>) -> Node<'_> {
    const AROUND: [&str; 6] = [
        "export_statement",
        "decorated_definition",
        "type_declaration",
        "lexical_declaration",
        "variable_declaration",
        "template_declaration",
    ];
    let mut node = node;
    while let Some(parent) = node.parent() {
        if !AROUND.contains(&parent.kind())
            || parent.named_child_count() > 1 && !has_one(parent, node)
        {
            break;
        }
        node = parent;
    }
    node
}

/// Whether a child is the last of its parent, and no other of its kind is there.
fn has_one(parent: Node<'_>, child: Node<'_>) -> bool {
    let mut cursor = parent.walk();
    parent
        .named_children(&mut cursor)
        .filter(|it| it.kind() == child.kind())
        .count()
        == 1
}

/// Where a definition says how it is done.
fn body(node: Node<'_>) -> Option<Node<'_>> {
    if let Some(body) = node.child_by_field_name("body") {
        return Some(body);
    }
    if let Some(value) = node.child_by_field_name("value") {
        return value.child_by_field_name("body");
    }
    let mut cursor = node.walk();
    let mut children = node.children(&mut cursor);
    children.find(|it| {
        let kind = it.kind();
        kind.ends_with("body") || kind == "block" || kind == "compound_statement" || kind == "{"
    })
}

/// One declaration for each name, what has the same one told together.
fn merged(declarations: Vec<Declaration>) -> Vec<Declaration> {
    let mut merged: Vec<Declaration> = Vec::new();
    for it in declarations {
        match merged.iter_mut().find(|known| known.name == it.name) {
            Some(known) => {
                known.signature = format!("{}\n{}", known.signature, it.signature);
                if !it.doc.is_empty() {
                    let both = format!("{}\n\n{}", known.doc, it.doc);
                    known.doc = both.trim().to_owned();
                }
            }
            None => merged.push(it),
        }
    }
    merged
}

/// A name without what makes it generic: `Map<K, V>` is `Map`.
fn simple(name: &str) -> &str {
    let name = name.split(['<', '(', '[', ' ']).next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

/// Whether it can stand in a record.
fn is_name(name: &str) -> bool {
    let is_part = |it: &str| {
        !it.is_empty()
            && it
                .chars()
                .all(|it| it.is_alphanumeric() || "_$!?~".contains(it))
    };
    name.split('.').all(is_part)
}

fn column(text: &[u8], at: usize) -> usize {
    at - memchr::memrchr(b'\n', &text[..at]).map_or(0, |it| it + 1)
}

#[cfg(test)]
mod tests;
