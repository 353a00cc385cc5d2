//! The places in a file where ticket ids stand.

use crate::facts::FileFacts;
use crate::ids::{self, TicketId};
use crate::lineage::Whole;
use crate::page::{Link, LinkKind};
use crate::span::Span;
use crate::todo::{Condition, Reference};
use crate::world::paths;

/// One place where an id stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub id: TicketId,
    pub span: Span,
    pub role: Role,
}

/// What an id does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The `id` field of the ticket's own file.
    Declaration,
    Parent,
    Dependency,
    /// A TODO's reference.
    Todo,
    /// A TODO's reference that is another tracker's unless a ticket has that id (`PROJ-7`).
    External,
    /// A TODO's condition.
    Condition,
    /// A word of a comment or page, or a link's target.
    Mention,
}

/// The places in a file where ids, or words of an id's shape, stand, in order of their place; where
/// two readings meet in one place the stronger stays.
pub fn of_facts(facts: &FileFacts) -> Vec<Site> {
    let mut sites = Vec::new();
    let mut add = |written: &str, span, role| {
        sites.push(Site {
            id: TicketId::new(written),
            span,
            role,
        });
    };
    for todo in &facts.todos {
        for it in &todo.references {
            if let Some(id) = it.value.ticket_id() {
                let role = match &it.value {
                    Reference::External(_) => Role::External,
                    _ => Role::Todo,
                };
                add(id, it.span, role);
            }
        }
        for it in &todo.conditions {
            if let Condition::Ticket(id) = &it.value {
                add(id, it.span, Role::Condition);
            }
        }
    }
    if let Some(ticket) = &facts.ticket {
        if let Some(id) = &ticket.id {
            add(&id.value, id.span, Role::Declaration);
        }
        if let Some(id) = &ticket.parent {
            add(&id.value, id.span, Role::Parent);
        }
        for id in &ticket.depends_on {
            add(&id.value, id.span, Role::Dependency);
        }
    }
    for origin in &facts.lineage.origins {
        if let Whole::Id(id) = &origin.source.whole {
            add(id.as_str(), origin.name, Role::Mention);
        }
    }
    for mention in &facts.mentions {
        add(&mention.value, mention.span, Role::Mention);
    }
    for link in facts.page.iter().flat_map(|it| &it.links) {
        if let Some((id, span)) = linked(link) {
            add(&id, span, Role::Mention);
        }
    }
    sites.sort_by_key(|it| (it.span.start, it.role));
    sites.dedup_by(|later, kept| {
        later.role == Role::Mention && later.span.start < kept.span.end && later.id == kept.id
    });
    sites
}

/// The id that a link's target is or begins its file name with, and its place.
fn linked(link: &Link) -> Option<(String, Span)> {
    let start = match link.kind {
        LinkKind::Wiki => 0,
        LinkKind::Inline => paths::folder(&link.target).len(),
    };
    let name = &link.target[start..];
    let mut parts = name.splitn(3, '-');
    let id = match link.kind {
        LinkKind::Wiki => name.to_owned(),
        LinkKind::Inline => format!("{}-{}", parts.next()?, paths::stem(parts.next()?)),
    };
    let candidates = ids::mentions(id.as_bytes(), Span::new(0, id.len()));
    if candidates.first()?.value != id {
        return None;
    }
    // With percent escapes the target's text is longer than what it means, and the id somewhere in it.
    let anchor = link.anchor.as_ref().map_or(0, |it| it.len() + 1);
    let is_literal = link.target_span.len() == link.target.len() + anchor;
    let span = match is_literal {
        true => {
            let start = link.target_span.start as usize + start;
            Span::new(start, start + id.len())
        }
        false => link.target_span,
    };
    Some((id, span))
}
