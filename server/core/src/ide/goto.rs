//! From an id or a link to what it means, and from a ticket to every place that names it.

use std::sync::Arc;

use super::descent;
use super::written;
use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::index::{Role, Site, sites};
use crate::lineage::{Source, Whole};
use crate::page::{Link, LinkKind};
use crate::span::Span;
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
    Ticket {
        id: TicketId,
        span: Span,
    },
    Issue(IssueSite),
    /// A requirement, or what something was derived from.
    Source {
        source: Source,
        span: Span,
    },
    Link(Link),
}

/// A place that names an issue of this project's repository or another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssueSite {
    pub(crate) repository: Option<String>,
    pub(crate) number: u64,
    pub(crate) span: Span,
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
        Target::Issue(it) => {
            let (path, _) = snapshot.ticket_mirroring(it.repository.as_deref(), it.number)?;
            Some((it.span, vec![ticket_place(snapshot, path)?]))
        }
        Target::Source { source, span } => Some((span, vec![descent::place(snapshot, &source)?])),
        Target::Link(link) => {
            let places = link_places(snapshot, path, &link);
            (!places.is_empty()).then_some((link.span, places))
        }
    }
}

/// Every place that names the ticket or issue at `offset`, by path and offset.
pub fn references(
    snapshot: &Snapshot,
    path: &str,
    offset: usize,
    declarations: Declarations,
) -> Vec<Place> {
    let asked = match target(snapshot, path, offset) {
        Some(Target::Issue(it)) => Some(it),
        _ => None,
    };
    let source = match target(snapshot, path, offset) {
        Some(Target::Source { source, .. }) => Some(source),
        _ => None,
    };
    let mut places = match (ticket_at(snapshot, path, offset), &asked) {
        (None, None) if source.is_some() => {
            let whole = source.map(|it| it.whole);
            return whole.map_or_else(Vec::new, |it| {
                descent::references(snapshot, &it, declarations)
            });
        }
        (Some(id), _) => ticket_references(snapshot, &id, declarations),
        (None, Some(it)) => issue_places(snapshot, it.repository.as_deref(), it.number),
        (None, None) => return Vec::new(),
    };
    // Of numbers only those in TODOs are in the index.
    places.extend(asked.map(|it| Place {
        path: path.into(),
        span: it.span,
    }));
    places.sort();
    places.dedup();
    places
}

/// Every place that names `id`, or the issue that mirrors it, by path and offset.
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
        let sites = sites_of(snapshot, path, id);
        let meant = sites
            .filter(|it| declarations == Declarations::Include || it.role != Role::Declaration);
        places.extend(meant.map(|it| Place {
            path: path.clone(),
            span: it.span,
        }));
    }
    if let Some(number) = issue_of(snapshot, id) {
        places.extend(issue_places(snapshot, None, number));
        places.sort();
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

/// The places in the same file that name the ticket or issue at `offset`.
pub fn highlights(snapshot: &Snapshot, path: &str, offset: usize) -> Vec<Span> {
    let asked = match target(snapshot, path, offset) {
        Some(Target::Issue(it)) => Some(it),
        _ => None,
    };
    let (mut spans, issue): (Vec<Span>, _) = match ticket_at(snapshot, path, offset) {
        Some(id) => (
            sites_of(snapshot, path, &id).map(|it| it.span).collect(),
            issue_of(snapshot, &id).map(|it| (None, it)),
        ),
        None => (
            Vec::new(),
            asked.clone().map(|it| (it.repository, it.number)),
        ),
    };
    if let (Some((repository, number)), Some(facts)) = (issue, snapshot.file(path)) {
        let sites =
            issue_sites(facts).filter(|it| it.names(snapshot, repository.as_deref(), number));
        spans.extend(sites.map(|it| it.span));
    }
    spans.extend(asked.map(|it| it.span));
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// The issue that the ticket is mirrored by, where it is the one that answers for it.
fn issue_of(snapshot: &Snapshot, id: &TicketId) -> Option<u64> {
    let (path, ticket) = snapshot.ticket(id)?;
    let number = ticket.github.as_ref()?.value;
    let (answers, _) = snapshot.ticket_of_issue(number)?;
    (answers == path).then_some(number)
}

/// In no order.
fn issue_places(snapshot: &Snapshot, repository: Option<&str>, number: u64) -> Vec<Place> {
    let mut places = Vec::new();
    for path in snapshot.index.issue_site_files(number) {
        let Some(facts) = snapshot.file(path) else {
            continue;
        };
        let sites = issue_sites(facts).filter(|it| it.names(snapshot, repository, number));
        places.extend(sites.map(|it| Place {
            path: path.clone(),
            span: it.span,
        }));
    }
    places
}

impl IssueSite {
    /// Whether it is that issue's name: the project's own needs no repository.
    fn names(&self, snapshot: &Snapshot, repository: Option<&str>, number: u64) -> bool {
        let own = |it: Option<&str>| snapshot.is_own(it);
        let ours = self.repository.as_deref();
        let same = match (ours, repository) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        };
        self.number == number && (same || own(ours) && own(repository))
    }
}

/// The ticket that the id or issue at `offset` names; in a ticket's file, anywhere in its title,
/// the ticket itself.
pub(crate) fn ticket_at(snapshot: &Snapshot, path: &str, offset: usize) -> Option<TicketId> {
    match target(snapshot, path, offset) {
        Some(Target::Ticket { id, .. }) => return Some(id),
        Some(Target::Issue(it)) => {
            let (_, ticket) = snapshot.ticket_mirroring(it.repository.as_deref(), it.number)?;
            return Some(TicketId::new(&ticket.id.as_ref()?.value));
        }
        Some(Target::Source { source, .. }) => {
            let Whole::Id(id) = source.whole else {
                return None;
            };
            return snapshot.index.has_ticket(&id).then_some(id);
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
    let found = snapshot.file(path).and_then(|facts| {
        let mut sites = sites::of_facts(facts);
        sites.retain(|it| it.span.touches(offset));
        if let Some(Site { id, span, .. }) = sites.iter().find(|it| is_meant(snapshot, it)) {
            let (id, span) = (id.clone(), *span);
            return Some(Target::Ticket { id, span });
        }
        let origins = &facts.lineage.origins;
        if let Some(it) = origins.iter().find(|it| it.span.touches(offset)) {
            let (source, span) = (it.source.clone(), it.span);
            return Some(Target::Source { source, span });
        }
        if let Some(Site { id, span, .. }) = sites.into_iter().next()
            && snapshot.index.requirement_files(&id).next().is_some()
        {
            let source = Source {
                whole: Whole::Id(id),
                part: "".into(),
            };
            return Some(Target::Source { source, span });
        }
        if let Some(issue) = issue_sites(facts).find(|it| it.span.touches(offset)) {
            return Some(Target::Issue(issue));
        }
        let links = &facts.page.as_ref()?.links;
        let link = links.iter().find(|it| it.span.touches(offset))?;
        Some(Target::Link(link.clone()))
    });
    found.or_else(|| written::issue_at(snapshot, path, offset).map(Target::Issue))
}

/// Every reference to an issue and every condition on one, in the order of their TODOs.
pub(crate) fn issue_sites(facts: &FileFacts) -> impl Iterator<Item = IssueSite> {
    let site = |repository: &Option<String>, number: u64, span: Span| IssueSite {
        repository: repository.clone(),
        number,
        span,
    };
    facts.todos.iter().flat_map(move |todo| {
        let references = todo
            .references
            .iter()
            .filter_map(move |it| match &it.value {
                Reference::Issue { repository, number } => Some(site(repository, *number, it.span)),
                _ => None,
            });
        let conditions = todo
            .conditions
            .iter()
            .filter_map(move |it| match &it.value {
                Condition::Issue { repository, number } => Some(site(repository, *number, it.span)),
                _ => None,
            });
        references.chain(conditions)
    })
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
