//! Reading descent out of a page or a ticket.

use super::{
    CRITERIA, Digest, Leaf, Lineage, Origin, Part, entry, requirement_of, requirement_part,
};
use crate::page::{Page, Plain};
use crate::span::{Span, Spanned};
use crate::ticket::Ticket;

/// What begins a record in a comment.
const FROM: &str = "from:";

/// Fields of a ticket that say what is to be done; those of its progress mark nothing.
const FIELDS: [&str; 8] = [
    "title",
    "priority",
    "type",
    "milestone",
    "parent",
    "depends-on",
    "due",
    "estimate",
];

/// The descent of a page, or of a `ticket` whose body the page is.
///
/// `from` is what front matter says, `comments` are the places of comments in `text`.
pub(crate) fn of_page(
    text: &str,
    page: &Page,
    plain: &Plain,
    ticket: Option<&Ticket>,
    from: &[Spanned<String>],
    comments: &[Span],
) -> Lineage {
    let whole = Span::new(0, text.len());
    let reader = Reader {
        text,
        page,
        plain,
        whole,
    };
    let mut lineage = Lineage::default();
    match ticket {
        Some(ticket) => reader.ticket(ticket, &mut lineage.parts),
        None => {
            let first = page.headings.first();
            let before = first.map_or(whole.end, |it| it.span.start) as usize;
            lineage.parts.push(Part {
                leaves: reader.leaves(Span::new(0, before)),
                ..part("", Digest::of(&plain.text), whole)
            });
        }
    }
    for at in 0..page.headings.len() {
        reader.section(at, ticket.is_some(), &mut lineage.parts);
    }
    let front = from.iter().filter_map(|it| {
        let written = &text[it.span.range()];
        let quotes = usize::from(written.starts_with(['"', '\'']));
        let start = it.span.start as usize + quotes;
        // What is escaped in quotes has another length, and no record of docket's is.
        let entry = text.get(start..start + it.value.len())?;
        origin(entry, start, whole)
    });
    lineage.origins.extend(front);
    for comment in comments {
        reader.comment(*comment, &mut lineage.origins);
    }
    // Of two of one name the first counts.
    lineage.parts.sort_by(|one, two| one.name.cmp(&two.name));
    lineage.parts.dedup_by(|one, two| one.name == two.name);
    lineage.origins.sort_by_key(|it| it.span);
    lineage
}

/// The record that stands at `start`.
fn origin(written: &str, start: usize, of: Span) -> Option<Origin> {
    let (source, recorded) = entry(written)?;
    let name = written.split(['#', '@']).next().unwrap_or_default();
    Some(Origin {
        source,
        recorded,
        span: Span::new(start, start + written.len()),
        name: Span::new(start, start + name.len()),
        of,
    })
}

struct Reader<'a> {
    text: &'a str,
    page: &'a Page,
    plain: &'a Plain,
    whole: Span,
}

fn part(name: &str, digest: Digest, span: Span) -> Part {
    Part {
        name: name.into(),
        digest,
        leaves: Vec::new(),
        span,
    }
}

impl Reader<'_> {
    fn ticket(&self, ticket: &Ticket, parts: &mut Vec<Part>) {
        let title = ticket.title.as_ref().map_or("", |it| &it.value);
        let all = Digest::of(&format!("{title} {}", self.plain.text));
        parts.push(part("", all, self.whole));
        for field in &ticket.keys {
            if FIELDS.contains(&&*field.key.value) {
                let digest = match &*field.key.value {
                    "title" => Digest::of(title),
                    _ => Digest::of(&self.text[field.value.range()]),
                };
                parts.push(part(&field.key.value, digest, self.whole));
            }
        }
        let body = self.plain.before_headings();
        let before = self.page.headings.first().map(|it| it.span.start);
        let before = before.unwrap_or(self.whole.end) as usize;
        parts.push(Part {
            leaves: self.leaves(Span::new(0, before)),
            ..part("body", Digest::of(body), self.whole)
        });
        let criteria = ticket.criteria.iter().map(|it| (&*it.text, it.span));
        parts.extend(self.criteria(CRITERIA, criteria.collect(), self.whole));
    }

    fn criteria(&self, name: &str, criteria: Vec<(&str, Span)>, span: Span) -> Option<Part> {
        if criteria.is_empty() {
            return None;
        }
        let texts: Vec<_> = criteria.iter().map(|it| it.0).collect();
        let leaf = |(text, span): (&str, Span)| Leaf {
            digest: Digest::of(text),
            span,
        };
        Some(Part {
            leaves: criteria.into_iter().map(leaf).collect(),
            ..part(name, Digest::of(&texts.join("\n")), span)
        })
    }

    fn leaves(&self, within: Span) -> Vec<Leaf> {
        let leaves = self.plain.leaves.iter();
        let within = leaves.filter(|it| within.contains(it.span));
        let leaf = within.map(|it| Leaf {
            digest: Digest::of(&self.plain.text[it.words.clone()]),
            span: it.span,
        });
        leaf.collect()
    }

    fn section(&self, at: usize, is_ticket: bool, parts: &mut Vec<Part>) {
        let heading = &self.page.headings[at];
        let end = self.end(at);
        let to = end.map_or(self.whole.end, |it| self.page.headings[it].span.start);
        let span = Span::new(heading.span.start as usize, to as usize);
        let words = self.plain.section(at, end);
        parts.push(Part {
            leaves: self.leaves(span),
            ..part(&heading.anchor, Digest::of(words), span)
        });
        let Some(id) = requirement_of(&heading.text).filter(|_| !is_ticket) else {
            return;
        };
        let tasks = self.page.tasks.iter().zip(&self.plain.tasks);
        let tasks: Vec<_> = tasks.filter(|it| span.contains(it.0.span)).collect();
        let mut said = String::new();
        let mut from = self.plain.headings[at].end;
        for (_, words) in &tasks {
            said.push_str(&self.plain.text[from..words.start]);
            from = words.end;
        }
        let to = end.map_or(self.plain.text.len(), |it| self.plain.headings[it].start);
        said.push_str(&self.plain.text[from..to]);
        for (name, text) in [("", words), ("title", &heading.text), ("text", &said)] {
            let name = requirement_part(&id, name);
            parts.push(part(&name, Digest::of(text), span));
        }
        let criteria = tasks.iter().map(|it| (&*it.0.text, it.0.span));
        let name = requirement_part(&id, CRITERIA);
        parts.extend(self.criteria(&name, criteria.collect(), span));
    }

    /// The heading that ends the section of another.
    fn end(&self, at: usize) -> Option<usize> {
        let level = self.page.headings[at].level;
        let next = self.page.headings[at + 1..]
            .iter()
            .position(|it| it.level <= level);
        next.map(|it| at + 1 + it)
    }

    fn comment(&self, comment: Span, origins: &mut Vec<Origin>) {
        let text = &self.text[comment.range()];
        let Some(inner) = text.strip_prefix("<!--") else {
            return;
        };
        let inner = inner.strip_suffix("-->").unwrap_or(inner);
        let Some(listed) = inner.trim_start().strip_prefix(FROM) else {
            return;
        };
        let of = self.section_around(comment);
        // What is listed ends where the comment's inside does.
        let mut at = comment.start as usize + 4 + inner.len() - listed.len();
        for item in listed.split(',') {
            let start = at + item.len() - item.trim_start().len();
            origins.extend(origin(item.trim(), start, of));
            at += item.len() + 1;
        }
    }

    /// The innermost section that holds a place; the file where none does.
    fn section_around(&self, place: Span) -> Span {
        let headings = &self.page.headings;
        let Some(at) = headings.iter().rposition(|it| it.span.end <= place.start) else {
            return self.whole;
        };
        let end = self.end(at);
        let to = end.map_or(self.whole.end, |it| headings[it].span.start);
        Span::new(headings[at].span.start as usize, to as usize)
    }
}
