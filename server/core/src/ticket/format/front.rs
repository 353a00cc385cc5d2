//! The front matter: blanks at line ends and around colons, and the order of its keys.

use granit_parser::StructureStyle;

use crate::edit::TextEdit;
use crate::page::yaml::{self, Data, Document, Entry, Node};
use crate::span::Span;
use crate::ticket::field::FIELDS;

/// The edit that formats the front matter in `within`; none where it is, or where it is better left
/// alone.
pub(super) fn edits(text: &str, within: Span) -> Vec<TextEdit> {
    let Some(new) = formatted(text, within) else {
        return Vec::new();
    };
    let old = &text[within.range()];
    let base = within.start as usize;
    let edit = TextEdit::between(old, &new).map(|it| TextEdit {
        span: Span::new(base + it.span.start as usize, base + it.span.end as usize),
        text: it.text,
    });
    edit.into_iter().collect()
}

fn formatted(text: &str, within: Span) -> Option<String> {
    let old = &text[within.range()];
    let tidied = tidied(old)?;
    let ordered = ordered(&tidied).unwrap_or(tidied);
    let all = Span::new(0, ordered.len());
    let now = yaml::read(&ordered, all).ok()?;
    (said(&read(old)?)? == said(&now)?).then_some(ordered)
}

fn read(front: &str) -> Option<Document> {
    yaml::read(front, Span::new(0, front.len())).ok()
}

/// The entries of a mapping in block style that has neither anchors, aliases, tags nor merge keys.
fn entries(document: &Document) -> Option<&[Entry]> {
    let root = document.root.as_ref()?;
    match &root.data {
        Data::Mapping {
            entries,
            style: StructureStyle::Block,
        } if is_plain(root) => Some(entries),
        _ => None,
    }
}

fn is_plain(node: &Node) -> bool {
    let plain = !node.marks.anchor && !node.marks.tag;
    plain
        && match &node.data {
            Data::Null | Data::Scalar { .. } => true,
            Data::Sequence { items, .. } => items.iter().all(is_plain),
            Data::Mapping { entries, .. } => entries
                .iter()
                .all(|it| it.key.text() != Some("<<") && is_plain(&it.key) && is_plain(&it.value)),
            Data::Alias(_) => false,
        }
}

/// Blanks before and after the colon of a field, at the ends of lines, and empty lines around all.
fn tidied(front: &str) -> Option<String> {
    let document = read(front)?;
    let entries = entries(&document)?;
    let mut edits = Vec::new();
    for entry in entries {
        let key = entry.key.span.end as usize;
        let colon = key + front[key..].find(':')?;
        if front[key..colon].trim_matches([' ', '\t']).is_empty() && colon > key {
            edits.push((key, colon, ""));
        }
        let value = entry.value.span.start as usize;
        let gap = front.get(colon + 1..value).unwrap_or_default();
        // A block scalar's header stands before its place, and a list on lines of its own.
        if entry.value.span.is_empty() || !gap.bytes().all(|it| matches!(it, b' ' | b'\t')) {
            continue;
        }
        if gap != " " {
            edits.push((colon + 1, value, " "));
        }
    }
    let kept = kept(&document);
    let mut at = 0;
    for line in front.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let blank = content.len() - content.trim_end_matches([' ', '\t']).len();
        let end = at + content.len();
        let span = Span::new(end - blank, end);
        if blank > 0
            && !kept
                .iter()
                .any(|it| it.start < span.end && span.start < it.end)
        {
            edits.push((end - blank, end, ""));
        }
        at += line.len();
    }
    edits.sort_unstable();
    let mut out = String::new();
    let mut from = 0;
    for (start, end, new) in edits {
        // At the end of a line without a value the colon's blank is the line's.
        if start < from {
            continue;
        }
        out.push_str(&front[from..start]);
        out.push_str(new);
        from = end;
    }
    out.push_str(&front[from..]);
    Some(out)
}

/// Places of values that go over lines: blanks at the ends of theirs may be said.
fn kept(document: &Document) -> Vec<Span> {
    fn collect(node: &Node, kept: &mut Vec<Span>) {
        match &node.data {
            Data::Scalar { .. } => kept.push(node.span),
            Data::Sequence { items, .. } => items.iter().for_each(|it| collect(it, kept)),
            Data::Mapping { entries, .. } => {
                for it in entries {
                    collect(&it.key, kept);
                    collect(&it.value, kept);
                }
            }
            Data::Null | Data::Alias(_) => {}
        }
    }
    let mut kept = Vec::new();
    document.root.iter().for_each(|it| collect(it, &mut kept));
    kept
}

/// The fields in the order in which docket writes them, others after them in theirs. Only where
/// every line is a field's own: what a comment on a line of its own speaks of, nobody knows.
fn ordered(front: &str) -> Option<String> {
    let document = read(front)?;
    let entries = entries(&document)?;
    let own_lines = document.comments.iter().all(|it| {
        let start = it.start as usize;
        let line = front[..start].rfind('\n').map_or(0, |it| it + 1);
        !front[line..start].trim().is_empty()
    });
    let starts: Vec<_> = entries
        .iter()
        .map(|it| it.key.span.start as usize)
        .collect();
    let at_margin = |it: &usize| *it == 0 || front[..*it].ends_with('\n');
    let blank = front.lines().any(|it| it.trim().is_empty());
    if !own_lines || blank || starts.first() != Some(&0) || !starts.iter().all(at_margin) {
        return None;
    }
    // The last line may end without a break only where it stays the last.
    if !front.ends_with('\n') {
        return None;
    }
    let ends = starts[1..].iter().copied().chain([front.len()]);
    let mut pieces: Vec<(usize, &str)> = entries
        .iter()
        .zip(starts.iter().zip(ends))
        .map(|(entry, (start, end))| {
            let order = FIELDS.iter().position(|it| entry.key.text() == Some(it.0));
            (order.unwrap_or(FIELDS.len()), &front[*start..end])
        })
        .collect();
    pieces.sort_by_key(|it| it.0);
    Some(pieces.into_iter().map(|it| it.1).collect())
}

/// All that a document says, its keys in no order.
fn said(document: &Document) -> Option<Vec<String>> {
    fn node(it: &Node) -> String {
        match &it.data {
            Data::Null => "null".to_owned(),
            Data::Scalar { text, style } => format!("{style:?} {text:?}"),
            Data::Sequence { items, style } => {
                let items: Vec<_> = items.iter().map(node).collect();
                format!("{style:?} {items:?}")
            }
            Data::Mapping { entries, style } => {
                let pair = |it: &Entry| (node(&it.key), node(&it.value));
                let pairs: Vec<_> = entries.iter().map(pair).collect();
                format!("{style:?} {pairs:?}")
            }
            Data::Alias(_) => "alias".to_owned(),
        }
    }
    let entries = entries(document)?;
    let mut said: Vec<_> = entries
        .iter()
        .map(|it| format!("{}: {}", node(&it.key), node(&it.value)))
        .collect();
    // A key that stands twice has no order to lose: the first counts.
    let mut keys: Vec<_> = entries.iter().map(|it| it.key.text()).collect();
    keys.sort_unstable();
    if keys.windows(2).any(|it| it[0] == it[1]) {
        return None;
    }
    said.sort_unstable();
    said.push(format!("{} comments", document.comments.len()));
    Some(said)
}
