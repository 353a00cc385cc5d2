//! Call hierarchy over `depends-on`: a ticket "calls" what it waits for.

use std::path::PathBuf;

use docket_core::ide::hierarchy::{self, Edge};
use docket_core::ids::TicketId;
use docket_core::span::Span;
use docket_core::world::status::named;
use tower_lsp::gen_lsp_types as lsp;

use super::offset;
use crate::engine::View;
use crate::lsp::capabilities::ClientCaps;
use crate::lsp::convert::{location, range};

/// What an item's `data` says.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ItemRef {
    pub root: PathBuf,
    pub ticket: String,
}

impl ItemRef {
    pub fn of(item: &lsp::CallHierarchyItem) -> Option<Self> {
        serde_json::from_value(item.data.clone()?).ok()
    }
}

pub fn prepare(
    view: &View,
    at: lsp::Position,
    caps: &ClientCaps,
) -> Option<Vec<lsp::CallHierarchyItem>> {
    let id = hierarchy::prepare(&view.snapshot, &view.path, offset(view, at, caps)?)?;
    Some(vec![item(view, &id, caps)?])
}

fn item(view: &View, id: &TicketId, caps: &ClientCaps) -> Option<lsp::CallHierarchyItem> {
    let (path, ticket) = view.snapshot.ticket(id)?;
    let place = |span: Span| range(&view.snapshot, path, span, caps);
    let front = ticket.front_matter.unwrap_or(Span::new(0, 0));
    let name = ticket.title.as_ref().or(ticket.id.as_ref());
    let name = name.map_or(front, |it| it.span);
    let reference = ItemRef {
        root: view.root.clone(),
        ticket: id.to_string(),
    };
    Some(lsp::CallHierarchyItem {
        name: named(ticket),
        kind: lsp::SymbolKind::Class,
        tags: (view.snapshot.is_closed(ticket) && caps.language.symbol_tags)
            .then(|| vec![lsp::SymbolTag::Deprecated]),
        detail: Some(view.snapshot.status(ticket).to_owned()),
        uri: location(&view.root, &view.snapshot, path, name, caps).uri,
        range: place(front),
        selection_range: place(name),
        data: serde_json::to_value(reference).ok(),
    })
}

/// What waits for the ticket: the places are in the files that wait.
pub fn incoming(
    views: &[View],
    of: &ItemRef,
    caps: &ClientCaps,
) -> Option<Vec<lsp::CallHierarchyIncomingCall>> {
    let view = views.iter().find(|it| it.root == of.root)?;
    let edges = hierarchy::blocks(&view.snapshot, &TicketId::new(&of.ticket));
    let calls = edges.into_iter().filter_map(|it| {
        Some(lsp::CallHierarchyIncomingCall {
            from: item(view, &it.ticket, caps)?,
            from_ranges: ranges(view, &it, caps),
        })
    });
    Some(calls.collect())
}

/// What the ticket waits for: the places are in its own file.
pub fn outgoing(
    views: &[View],
    of: &ItemRef,
    caps: &ClientCaps,
) -> Option<Vec<lsp::CallHierarchyOutgoingCall>> {
    let view = views.iter().find(|it| it.root == of.root)?;
    let edges = hierarchy::blocked_by(&view.snapshot, &TicketId::new(&of.ticket));
    let calls = edges.into_iter().filter_map(|it| {
        Some(lsp::CallHierarchyOutgoingCall {
            to: item(view, &it.ticket, caps)?,
            from_ranges: ranges(view, &it, caps),
        })
    });
    Some(calls.collect())
}

fn ranges(view: &View, edge: &Edge, caps: &ClientCaps) -> Vec<lsp::Range> {
    let spans = edge.spans.iter();
    spans
        .map(|it| range(&view.snapshot, &edge.path, *it, caps))
        .collect()
}
