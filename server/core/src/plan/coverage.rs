//! Which requirement has which tickets.

use crate::ids::TicketId;
use crate::lineage::{Whole, requirement_of};
use crate::span::Span;
use crate::world::Snapshot;

/// A requirement, and what is done about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Covered {
    pub id: String,
    pub title: String,
    pub path: String,
    /// Its heading.
    pub span: Span,
    /// Ids in the tickets' own spelling, by id.
    pub tickets: Vec<String>,
}

/// Every requirement, by path and place.
pub fn coverage(snapshot: &Snapshot) -> Vec<Covered> {
    let ids = snapshot.index.requirement_ids();
    let mut paths: Vec<_> = ids
        .flat_map(|it| snapshot.index.requirement_files(it))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let mut out = Vec::new();
    for path in paths {
        let page = snapshot.file(path).and_then(|it| it.page.as_ref());
        for heading in page.iter().flat_map(|it| &it.headings) {
            let Some(id) = requirement_of(&heading.text) else {
                continue;
            };
            out.push(Covered {
                tickets: tickets(snapshot, &id),
                id: id.to_string(),
                title: super::text::title_of(&heading.text).to_owned(),
                path: path.to_string(),
                span: heading.span,
            });
        }
    }
    out
}

/// The tickets that were derived from a requirement, by id.
fn tickets(snapshot: &Snapshot, id: &TicketId) -> Vec<String> {
    let whole = Whole::Id(id.clone());
    let files = snapshot.index.derived(&whole);
    let tickets = files.filter_map(|path| {
        let ticket = snapshot.file(path)?.ticket.as_ref()?;
        Some(ticket.id.as_ref()?.value.clone())
    });
    let mut tickets: Vec<_> = tickets.collect();
    tickets.sort_unstable();
    tickets
}
