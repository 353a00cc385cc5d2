//! Symbols of a ticket or page: its headings as a tree, with task items and TODOs in them.

use super::goto::title_span;
use crate::facts::{FileFacts, FileKind};
use crate::page::Page;
use crate::span::Span;
use crate::world::Snapshot;

pub mod search;

/// A piece of a file that an outline shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Never empty.
    pub name: String,
    pub detail: String,
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// Where a jump goes; within `span`.
    pub name_span: Span,
    /// A ticket that is closed, a task that is done.
    pub closed: bool,
    pub children: Vec<Self>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    Ticket,
    Heading,
    Task,
    Todo,
}

/// The symbols of a page or ticket; `None` where a file is neither, since its language has a server
/// of its own.
pub fn symbols(snapshot: &Snapshot, path: &str) -> Option<Vec<Symbol>> {
    let facts = snapshot.file(path)?;
    if !matches!(facts.kind, FileKind::Page | FileKind::Ticket) {
        return None;
    }
    let text = snapshot.document(path)?.text();
    let inner = tree(facts, &text);
    let Some(ticket) = &facts.ticket else {
        return Some(inner);
    };
    let end = text.trim_end().len();
    let words = [&ticket.id, &ticket.title].into_iter().flatten();
    let words: Vec<_> = words.map(|it| it.value.as_str()).collect();
    Some(vec![Symbol {
        name: named(&words.join(" "), "ticket"),
        detail: snapshot.status(ticket).to_owned(),
        kind: SymbolKind::Ticket,
        span: Span::new(0, end),
        name_span: title_span(ticket)
            .filter(|it| it.end as usize <= end)
            .unwrap_or(Span::new(0, 0)),
        closed: snapshot.is_closed(ticket),
        children: inner,
    }])
}

/// Each heading with what is under it, up to the next heading that is as high or higher. The last
/// line that is not blank is the end.
pub(super) fn sections(page: &Page, text: &str) -> Vec<Span> {
    let headings = page.headings.iter().enumerate();
    headings
        .map(|(idx, heading)| {
            let mut after = page.headings[idx + 1..].iter();
            let next = after.find(|it| it.level <= heading.level);
            let end = next.map_or(text.len(), |it| it.span.start as usize);
            let start = heading.span.start as usize;
            let body = text.get(start..end).unwrap_or_default();
            Span::new(
                start,
                (start + body.trim_end().len()).max(heading.span.end as usize),
            )
        })
        .collect()
}

/// What is in a file, nested by place.
fn tree(facts: &FileFacts, text: &str) -> Vec<Symbol> {
    let mut flat = Vec::new();
    if let Some(page) = &facts.page {
        let sections = sections(page, text);
        flat.extend(page.headings.iter().zip(sections).map(|(it, span)| Symbol {
            name: named(&it.text, "heading"),
            detail: String::new(),
            kind: SymbolKind::Heading,
            span,
            name_span: it.span,
            closed: false,
            children: Vec::new(),
        }));
        flat.extend(page.tasks.iter().map(|it| Symbol {
            name: named(&it.text, "task"),
            detail: if it.done { "done" } else { "open" }.to_owned(),
            kind: SymbolKind::Task,
            span: it.span,
            name_span: it.span,
            closed: it.done,
            children: Vec::new(),
        }));
    }
    flat.extend(facts.todos.iter().map(|it| Symbol {
        name: named(&it.text, "TODO"),
        detail: it.keyword.clone(),
        kind: SymbolKind::Todo,
        span: it.whole,
        name_span: it.span,
        closed: false,
        children: Vec::new(),
    }));
    flat.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
    let mut open: Vec<Symbol> = Vec::new();
    let mut roots = Vec::new();
    for symbol in flat {
        close(&mut open, &mut roots, |it| !it.span.contains(symbol.span));
        open.push(symbol);
    }
    close(&mut open, &mut roots, |_| true);
    roots
}

/// Puts the innermost symbols that have ended into the ones around them.
fn close(open: &mut Vec<Symbol>, roots: &mut Vec<Symbol>, ended: impl Fn(&Symbol) -> bool) {
    while let Some(last) = open.pop_if(|it| ended(it)) {
        match open.last_mut() {
            Some(around) => around.children.push(last),
            None => roots.push(last),
        }
    }
}

/// An editor drops an outline in which a name is empty.
fn named(name: &str, otherwise: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.is_empty() {
        true => format!("({otherwise})"),
        false => name,
    }
}

#[cfg(test)]
mod tests;
