//! From an id or a link to what it means, and from a ticket to every place that names it.

use std::sync::Arc;

use crate::ids::TicketId;
use crate::index::{Role, Site, sites};
use crate::page::{Link, LinkKind};
use crate::span::{Span, Spanned};
use crate::ticket::Ticket;
use crate::todo::{Condition, Reference, Todo};
use crate::world::{Snapshot, paths};

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: Arc<str>,
    pub span: Span,
}

/// Whether a ticket's own `id` field is among its references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declarations {
    Include,
    Exclude,
}

/// What is at the cursor, as far as docket knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Ticket { id: TicketId, span: Span },
    Issue { number: u64, span: Span },
    Link(Link),
}

/// Where the id, issue or link at `offset` leads: a ticket's title, a page, a heading. The second
/// value is the span that it was asked of.
pub fn definition(snapshot: &Snapshot, path: &str, offset: usize) -> Option<(Span, Vec<Place>)> {
    let target = target(snapshot, path, offset)?;
    match target {
        Target::Ticket { id, span } => {
            let mut places: Vec<_> = snapshot
                .index
                .ticket_files(&id)
                .filter_map(|it| ticket_place(snapshot, it))
                .collect();
            places.sort();
            (!places.is_empty()).then_some((span, places))
        }
        Target::Issue { number, span } => {
            let (path, _) = snapshot.ticket_of_issue(number)?;
            Some((span, vec![ticket_place(snapshot, path)?]))
        }
        Target::Link(link) => {
            let places = link_places(snapshot, path, &link);
            (!places.is_empty()).then_some((link.span, places))
        }
    }
}

/// Every place that names the ticket at `offset`, by path and offset.
pub fn references(
    snapshot: &Snapshot,
    path: &str,
    offset: usize,
    declarations: Declarations,
) -> Vec<Place> {
    let Some(id) = ticket_at(snapshot, path, offset) else {
        return Vec::new();
    };
    ticket_references(snapshot, &id, declarations)
}

/// Every place that names `id`, by path and offset.
pub fn ticket_references(
    snapshot: &Snapshot,
    id: &TicketId,
    declarations: Declarations,
) -> Vec<Place> {
    let index = &snapshot.index;
    let mut files: Vec<_> = index.ticket_files(id).chain(index.site_files(id)).collect();
    files.sort();
    files.dedup();
    let mut places = Vec::new();
    for path in files {
        places.extend(
            sites_of(snapshot, path, id)
                .filter(|it| declarations == Declarations::Include || it.role != Role::Declaration)
                .map(|it| Place {
                    path: path.clone(),
                    span: it.span,
                }),
        );
    }
    places
}

/// The TODOs that refer to the ticket at `offset`, by path and offset: where it is carried out.
pub fn implementations(snapshot: &Snapshot, path: &str, offset: usize) -> Vec<Place> {
    match ticket_at(snapshot, path, offset) {
        Some(id) => todos_of(snapshot, &id),
        None => Vec::new(),
    }
}

/// The TODOs that refer to `id`, by path and offset.
pub fn todos_of(snapshot: &Snapshot, id: &TicketId) -> Vec<Place> {
    let mut files: Vec<_> = snapshot.index.site_files(id).collect();
    files.sort_unstable();
    let mut places = Vec::new();
    for path in files {
        let todos = snapshot.file(path).into_iter().flat_map(|it| &it.todos);
        let names = |it: &&Todo| {
            let ids = it.references.iter().filter_map(|it| it.value.ticket_id());
            ids.into_iter().any(|it| TicketId::new(it) == *id)
        };
        places.extend(todos.filter(names).map(|it| Place {
            path: path.clone(),
            span: it.span,
        }));
    }
    places
}

/// The places in the same file that name the ticket at `offset`.
pub fn highlights(snapshot: &Snapshot, path: &str, offset: usize) -> Vec<Span> {
    match ticket_at(snapshot, path, offset) {
        Some(id) => sites_of(snapshot, path, &id).map(|it| it.span).collect(),
        None => Vec::new(),
    }
}

/// The ticket that the id or issue at `offset` names; in a ticket's file, anywhere in its title,
/// the ticket itself.
pub(crate) fn ticket_at(snapshot: &Snapshot, path: &str, offset: usize) -> Option<TicketId> {
    match target(snapshot, path, offset) {
        Some(Target::Ticket { id, .. }) => return Some(id),
        Some(Target::Issue { number, .. }) => {
            let (_, ticket) = snapshot.ticket_of_issue(number)?;
            return Some(TicketId::new(&ticket.id.as_ref()?.value));
        }
        Some(Target::Link(link)) => {
            let place = link_places(snapshot, path, &link).into_iter().next()?;
            let ticket = snapshot.file(&place.path)?.ticket.as_ref()?;
            return Some(TicketId::new(&ticket.id.as_ref()?.value));
        }
        None => {}
    }
    let ticket = snapshot.file(path)?.ticket.as_ref()?;
    let title = ticket.title.as_ref()?;
    title
        .span
        .touches(offset)
        .then(|| Some(TicketId::new(&ticket.id.as_ref()?.value)))?
}

/// What is at `offset`, ids before issues before links.
pub(crate) fn target(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Target> {
    let facts = snapshot.file(path)?;
    let site = sites::of_facts(facts)
        .into_iter()
        .find(|it| it.span.touches(offset) && is_meant(snapshot, it));
    if let Some(Site { id, span, .. }) = site {
        return Some(Target::Ticket { id, span });
    }
    let issues = facts.todos.iter().flat_map(|todo| {
        let references = todo.references.iter().filter_map(|it| match &it.value {
            Reference::Issue {
                repository: None,
                number,
            } => Some(Spanned::new(*number, it.span)),
            _ => None,
        });
        let conditions = todo.conditions.iter().filter_map(|it| match &it.value {
            Condition::Issue {
                repository: None,
                number,
            } => Some(Spanned::new(*number, it.span)),
            _ => None,
        });
        references.chain(conditions)
    });
    if let Some(issue) = issues.into_iter().find(|it| it.span.touches(offset)) {
        return Some(Target::Issue {
            number: issue.value,
            span: issue.span,
        });
    }
    let links = &facts.page.as_ref()?.links;
    let link = links.iter().find(|it| it.span.touches(offset))?;
    Some(Target::Link(link.clone()))
}

/// Whether a word of an id's shape is one: `UTF-8` in prose is none unless a ticket has that id.
pub(crate) fn is_meant(snapshot: &Snapshot, site: &Site) -> bool {
    !matches!(site.role, Role::Mention | Role::External) || snapshot.index.has_ticket(&site.id)
}

/// Where a link of the page at `path` leads; empty where that is nowhere or no text file.
pub(crate) fn link_places(snapshot: &Snapshot, path: &str, link: &Link) -> Vec<Place> {
    let mut files: Vec<Arc<str>> = match link.kind {
        LinkKind::Inline if link.target.is_empty() => vec![path.into()],
        LinkKind::Inline => paths::link_target(path, link)
            .map(Into::into)
            .into_iter()
            .collect(),
        LinkKind::Wiki if link.target.is_empty() => vec![path.into()],
        LinkKind::Wiki => {
            let name = paths::wiki_name(&link.target);
            snapshot.index.pages_named(&name).cloned().collect()
        }
    };
    files.retain(|it| snapshot.exists(it) == Some(true));
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let heading = link.anchor.as_deref().and_then(|anchor| {
                let page = snapshot.file(&path)?.page.as_ref()?;
                page.headings.iter().find(|it| paths::is_anchor(it, anchor))
            });
            let span = match heading {
                Some(heading) => heading.span,
                None => ticket_place(snapshot, &path).map_or(Span::new(0, 0), |it| it.span),
            };
            Place { path, span }
        })
        .collect()
}

fn sites_of<'a>(
    snapshot: &Snapshot,
    path: &str,
    id: &'a TicketId,
) -> impl Iterator<Item = Site> + use<'a> {
    let facts = snapshot.file(path).cloned();
    let sites = facts.map(|it| sites::of_facts(&it)).unwrap_or_default();
    sites.into_iter().filter(move |it| it.id == *id)
}

/// The place of a ticket that a jump should show: its title, else its id, else the file's start.
fn ticket_place(snapshot: &Snapshot, path: &Arc<str>) -> Option<Place> {
    let facts = snapshot.file(path)?;
    let span = facts.ticket.as_ref().and_then(title_span);
    Some(Place {
        path: path.clone(),
        span: span.unwrap_or(Span::new(0, 0)),
    })
}

/// The title's place, else the id's.
pub(crate) fn title_span(ticket: &Ticket) -> Option<Span> {
    let field = ticket.title.as_ref().or(ticket.id.as_ref());
    field.map(|it| it.span)
}
