//! What a ticket blocks, and what blocks it: the edges of `depends-on`, as a call hierarchy has them.

use std::sync::Arc;

use super::goto::ticket_at;
use crate::ids::TicketId;
use crate::span::Span;
use crate::world::Snapshot;

/// A ticket at the other end, and where the edge is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub ticket: TicketId,
    /// The file with the `depends-on` that makes the edge.
    pub path: Arc<str>,
    pub spans: Vec<Span>,
}

/// The ticket to begin at: the one named at the cursor, else the one whose file it is. Two files of
/// one id have no one place in the hierarchy.
pub fn prepare(snapshot: &Snapshot, path: &str, offset: usize) -> Option<TicketId> {
    let own = || {
        let id = snapshot.file(path)?.ticket.as_ref()?.id.as_ref()?;
        Some(TicketId::new(&id.value))
    };
    let id = ticket_at(snapshot, path, offset).or_else(own)?;
    (snapshot.index.has_ticket(&id) && !snapshot.index.is_duplicate(&id)).then_some(id)
}

/// The tickets that wait for it, by path.
pub fn blocks(snapshot: &Snapshot, id: &TicketId) -> Vec<Edge> {
    let mut paths: Vec<_> = snapshot.index.dependents(id).collect();
    paths.sort_unstable();
    paths
        .into_iter()
        .filter_map(|path| {
            let ticket = snapshot.file(path)?.ticket.as_ref()?;
            Some(Edge {
                ticket: TicketId::new(&ticket.id.as_ref()?.value),
                path: path.clone(),
                spans: spans(snapshot, path, id),
            })
        })
        .collect()
}

/// The tickets that it waits for, in the order of its `depends-on`; ids without a ticket are none.
pub fn blocked_by(snapshot: &Snapshot, id: &TicketId) -> Vec<Edge> {
    let Some((path, ticket)) = snapshot.ticket(id) else {
        return Vec::new();
    };
    let mut edges: Vec<Edge> = Vec::new();
    for written in &ticket.depends_on {
        let other = TicketId::new(&written.value);
        if snapshot.index.has_ticket(&other) && edges.iter().all(|it| it.ticket != other) {
            edges.push(Edge {
                spans: spans(snapshot, path, &other),
                ticket: other,
                path: path.clone(),
            });
        }
    }
    edges
}

fn spans(snapshot: &Snapshot, path: &str, id: &TicketId) -> Vec<Span> {
    let ticket = snapshot.file(path).and_then(|it| it.ticket.as_ref());
    let written = ticket.into_iter().flat_map(|it| &it.depends_on);
    let same = written.filter(|it| TicketId::new(&it.value) == *id);
    same.map(|it| it.span).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::*;
    use crate::fixture::Fixture;

    const PROJECT: &str = "//- /.docs/tickets/T-2222-a.md
---
id: T-2222
title: A
depends-on: [T-3333, T-9999, t-3333, 'T-4444']
---
//- /.docs/tickets/T-3333-b.md
---
id: T-3333
title: B
depends-on:
  - T-4444
---
//- /.docs/tickets/T-4444-c.md
---
id: T-4444
title: C
---
The last.
//- /a.rs
// TODO(T-3333): x
";

    fn drawn(fixture: &Fixture, edges: Vec<Edge>) -> String {
        let mut out = String::new();
        for it in edges {
            let text = fixture.text(&it.path);
            let spans: Vec<_> = it.spans.iter().map(|it| &text[it.range()]).collect();
            writeln!(out, "{} {} {spans:?}", it.ticket, it.path).unwrap();
        }
        out
    }

    #[test]
    fn a_ticket_waits_for_some_and_others_for_it() {
        let fixture = Fixture::new(PROJECT);
        let snapshot = fixture.snapshot();
        let id = TicketId::new("T-4444");
        expect![[r#"
            T-2222 .docs/tickets/T-2222-a.md ["'T-4444'"]
            T-3333 .docs/tickets/T-3333-b.md ["T-4444"]
        "#]]
        .assert_eq(&drawn(&fixture, blocks(&snapshot, &id)));
        assert_eq!(blocked_by(&snapshot, &id), []);
        let id = TicketId::new("T-2222");
        expect![[r#"
            T-3333 .docs/tickets/T-2222-a.md ["T-3333", "t-3333"]
            T-4444 .docs/tickets/T-2222-a.md ["'T-4444'"]
        "#]]
        .assert_eq(&drawn(&fixture, blocked_by(&snapshot, &id)));
        assert_eq!(blocks(&snapshot, &id), []);
    }

    #[test]
    fn it_begins_at_an_id_or_anywhere_in_a_ticket() {
        let snapshot = Fixture::new(PROJECT).snapshot();
        let at = |path: &str, offset| prepare(&snapshot, path, offset).map(|it| it.to_string());
        let path = ".docs/tickets/T-4444-c.md";
        assert_eq!(at(path, 35).as_deref(), Some("T-4444"));
        let path = ".docs/tickets/T-2222-a.md";
        assert_eq!(at(path, 42).as_deref(), Some("T-3333"));
    }

    #[test]
    fn two_files_of_one_id_are_in_no_hierarchy() {
        let twice =
            format!("{PROJECT}//- /.docs/tickets/T-4444-d.md\n---\nid: T-4444\ntitle: D\n---\n");
        let snapshot = Fixture::new(&twice).snapshot();
        assert_eq!(prepare(&snapshot, ".docs/tickets/T-4444-d.md", 6), None);
    }
}
