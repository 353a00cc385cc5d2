//! Front matter as a tree of YAML nodes with exact byte ranges.

use std::rc::Rc;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use rustc_hash::FxHashMap;

use crate::span::{Span, Spanned};

/// A front matter above this many bytes is not read.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
const MAX_NODES: usize = 20_000;
const MAX_DEPTH: usize = 32;

/// A YAML document. Spans are of the text that the front matter is a part of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document {
    /// `None` for an empty document.
    pub(crate) root: Option<Node>,
    /// In order, `#` included.
    pub(crate) comments: Vec<Span>,
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) data: Data,
    /// Of a flow collection and of a plain or quoted scalar: all of it. Of a block scalar: its
    /// content, the header excluded. Of a block collection: from its first to its last leaf.
    pub(crate) span: Span,
    pub(crate) marks: Marks,
}

/// What stands before a node's content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) anchor: bool,
    pub(crate) tag: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    /// Nothing, `~` or `null`.
    Null,
    Scalar {
        text: String,
        style: ScalarStyle,
    },
    Sequence {
        items: Vec<Node>,
        style: StructureStyle,
    },
    Mapping {
        entries: Vec<Entry>,
        style: StructureStyle,
    },
    /// What it stands for; `None` where no anchor has the name or it stands for a collection of
    /// collections (nothing here reads those, so nothing can be made to grow).
    Alias(Option<Rc<Node>>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Node,
    pub(crate) value: Node,
}

/// Why a text is no YAML, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    pub(crate) message: String,
    pub(crate) at: usize,
}

impl Node {
    /// The node, or what it stands for.
    pub(crate) fn resolved(&self) -> &Self {
        match &self.data {
            Data::Alias(Some(target)) => target,
            _ => self,
        }
    }

    /// The scalar's text, aliases followed.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.resolved().data {
            Data::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    fn is_flat(&self) -> bool {
        match &self.data {
            Data::Null | Data::Scalar { .. } => true,
            Data::Sequence { items, .. } => items
                .iter()
                .all(|it| matches!(it.data, Data::Null | Data::Scalar { .. })),
            Data::Mapping { .. } | Data::Alias(_) => false,
        }
    }
}

/// The words of a mapping's `from`: a list, or one.
pub(crate) fn from(root: &Node) -> Vec<Spanned<String>> {
    let Data::Mapping { entries, .. } = &root.data else {
        return Vec::new();
    };
    let entry = entries.iter().find(|it| it.key.text() == Some("from"));
    entry.map(|it| words(&it.value)).unwrap_or_default()
}

/// The words of a list that stands where it is written, or the one word there.
pub(crate) fn words(node: &Node) -> Vec<Spanned<String>> {
    let word = |it: &Node| match &it.data {
        Data::Scalar { text, .. } => Some(Spanned::new(text.clone(), it.span)),
        _ => None,
    };
    match &node.data {
        Data::Sequence { items, .. } => items.iter().filter_map(word).collect(),
        _ => word(node).into_iter().collect(),
    }
}

/// Reads the YAML document in `within`. Bounded in depth, nodes and what aliases may stand for.
///
/// # Errors
/// The first thing that is no YAML.
pub(crate) fn read(text: &str, within: Span) -> Result<Document, Invalid> {
    let source = &text[within.range()];
    if source.len() > MAX_BYTES {
        return Err(Invalid {
            message: format!("more than {} KiB", MAX_BYTES / 1024),
            at: within.start as usize,
        });
    }
    let mut options = Options::default();
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = true;
    options.disallow_directives = true;
    options.max_buffered_comment_events = 4096;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    let mut tree = Tree {
        base: within.start as usize,
        ..Tree::default()
    };
    for event in Parser::new_from_str_with_options(source, options) {
        let (event, span) = event.map_err(|error| Invalid {
            message: error.info(),
            at: tree.base
                + error
                    .marker()
                    .byte_offset()
                    .unwrap_or_default()
                    .min(source.len()),
        })?;
        let range = span.byte_range().unwrap_or(0..0);
        let span = Span::new(
            tree.base + range.start,
            tree.base + range.end.max(range.start),
        );
        tree.take(event, span)?;
    }
    tree.document.comments.sort_unstable();
    Ok(tree.document)
}

#[derive(Default)]
struct Tree {
    base: usize,
    document: Document,
    /// Collections that have begun.
    open: Vec<Open>,
    /// By id, those that an alias may stand for. Shared, so that many aliases cost no more than one.
    anchors: FxHashMap<usize, Rc<Node>>,
    nodes: usize,
}

struct Open {
    anchor: usize,
    tag: bool,
    style: StructureStyle,
    start: usize,
    children: Vec<Node>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Invalid> {
        match event {
            Event::Comment(..) => self.document.comments.push(span),
            Event::Scalar(text, style, anchor, tag) => {
                let null = style == ScalarStyle::Plain
                    && (span.is_empty() || matches!(&*text, "~" | "null" | "Null" | "NULL"));
                let data = match null {
                    true => Data::Null,
                    false => Data::Scalar {
                        text: text.into_owned(),
                        style,
                    },
                };
                self.place(data, span, anchor, tag.is_some())?;
            }
            Event::Alias(id) => {
                let target = self.anchors.get(&id).cloned();
                self.place(Data::Alias(target), span, 0, false)?;
            }
            Event::UnresolvedAlias(_) => self.place(Data::Alias(None), span, 0, false)?,
            Event::SequenceStart(style, anchor, tag) | Event::MappingStart(style, anchor, tag) => {
                self.open.push(Open {
                    anchor,
                    tag: tag.is_some(),
                    style,
                    start: span.start as usize,
                    children: Vec::new(),
                });
            }
            Event::SequenceEnd => self.close(span, |children, style| Data::Sequence {
                items: children,
                style,
            })?,
            Event::MappingEnd => self.close(span, |children, style| Data::Mapping {
                entries: pairs(children),
                style,
            })?,
            Event::DocumentStart(true, _) => {
                return Err(Invalid {
                    message: "a second document".to_owned(),
                    at: span.start as usize,
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn close(
        &mut self,
        end: Span,
        data: impl FnOnce(Vec<Node>, StructureStyle) -> Data,
    ) -> Result<(), Invalid> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let span = match (open.style, open.children.first(), open.children.last()) {
            (StructureStyle::Block, Some(first), Some(last)) => {
                let start = open.start.min(first.span.start as usize);
                Span::new(start, last.span.end as usize)
            }
            _ => Span::new(open.start, end.end as usize),
        };
        let (anchor, tag) = (open.anchor, open.tag);
        self.place(data(open.children, open.style), span, anchor, tag)
    }

    fn place(&mut self, data: Data, span: Span, anchor: usize, tag: bool) -> Result<(), Invalid> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Invalid {
                message: format!("more than {MAX_NODES} values"),
                at: span.start as usize,
            });
        }
        let marks = Marks {
            anchor: anchor != 0,
            tag,
        };
        let node = Node { data, span, marks };
        if anchor != 0 && node.is_flat() {
            self.anchors.insert(anchor, Rc::new(node.clone()));
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None if self.document.root.is_none() => self.document.root = Some(node),
            None => {
                return Err(Invalid {
                    message: "a second document".to_owned(),
                    at: node.span.start as usize,
                });
            }
        }
        Ok(())
    }
}

fn pairs(children: Vec<Node>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(children.len() / 2);
    let mut children = children.into_iter();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        entries.push(Entry { key, value });
    }
    entries
}
