//! Code lenses: on a ticket's file what comes next and what belongs to it; in source, where the
//! configuration asks for them, what a TODO's ticket is.

use super::actions::ActionData;
use super::goto::Place;
use crate::config::StatusKind;
use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::rules;
use crate::span::Span;
use crate::ticket::Ticket;
use crate::todo::Todo;
use crate::world::Snapshot;
use crate::world::status::short;

/// Longest title in a lens, in characters.
const MAX_TITLE: usize = 40;

/// A few words above a line, and what a click does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// Of its line.
    pub span: Span,
    pub title: String,
    pub action: ActionData,
}

/// The lenses of a file, in order.
pub fn lenses(snapshot: &Snapshot, path: &str) -> Vec<Lens> {
    let Some(facts) = snapshot.file(path) else {
        return Vec::new();
    };
    let mut lenses = match &facts.ticket {
        Some(ticket) => of_ticket(snapshot, ticket).unwrap_or_default(),
        None if snapshot.config.display.source_lenses => of_source(snapshot, path, facts),
        None => Vec::new(),
    };
    lenses.extend(of_source_of_others(snapshot, path));
    lenses
}

/// What the edits of a page or ticket left behind, also before they are saved.
fn of_source_of_others(snapshot: &Snapshot, path: &str) -> impl Iterator<Item = Lens> {
    snapshot.left_behind(path).into_iter().map(|it| Lens {
        span: Span::new(it.at.start as usize, it.at.start as usize),
        title: match it.records.len() {
            1 => "1 outdated by this".to_owned(),
            n => format!("{n} outdated by this"),
        },
        action: ActionData::ShowOutdated {
            path: path.to_owned(),
            source: it.source.to_string(),
        },
    })
}

fn of_ticket(snapshot: &Snapshot, ticket: &Ticket) -> Option<Vec<Lens>> {
    let id = ticket.id.as_ref()?;
    let key = TicketId::new(&id.value);
    // A click must mean one ticket.
    if snapshot.index.is_duplicate(&key) {
        return None;
    }
    let mut lenses = Vec::new();
    let mut add = |title: String, action| {
        lenses.push(Lens {
            span: id.span,
            title,
            action,
        });
    };
    if let Some(next) = next_status(snapshot, ticket) {
        let now = snapshot.status(ticket);
        let action = ActionData::SetStatus {
            ticket: id.value.clone(),
            status: next.to_owned(),
        };
        add(format!("{now} → {next}"), action);
    }
    if snapshot.status_kind(ticket) == StatusKind::Open {
        let ticket = id.value.clone();
        add("start work".to_owned(), ActionData::Start { ticket });
    }
    match snapshot.index.n_todos(&key) {
        0 => {}
        n => add(
            format!("{n} {}", if n == 1 { "TODO" } else { "TODOs" }),
            ActionData::ShowTodos {
                ticket: id.value.clone(),
            },
        ),
    }
    if !ticket.criteria.is_empty() {
        let done = ticket.criteria.iter().filter(|it| it.done).count();
        add(
            format!("{done} of {} criteria", ticket.criteria.len()),
            ActionData::ShowCriteria {
                ticket: id.value.clone(),
            },
        );
    }
    Some(lenses)
}

/// The status after the ticket's own on the board; none after the last, nor where it is closed.
pub fn next_status<'a>(snapshot: &'a Snapshot, ticket: &Ticket) -> Option<&'a str> {
    if snapshot.is_closed(ticket) {
        return None;
    }
    let now = snapshot.status(ticket);
    let mut statuses = snapshot.config.statuses.iter();
    statuses.find(|it| it.name == now)?;
    let next = statuses.find(|it| it.kind != StatusKind::Dropped)?;
    Some(&next.name)
}

fn of_source(snapshot: &Snapshot, path: &str, facts: &FileFacts) -> Vec<Lens> {
    let todos = facts.todos.iter();
    todos.filter_map(|it| of_todo(snapshot, path, it)).collect()
}

fn of_todo(snapshot: &Snapshot, path: &str, todo: &Todo) -> Option<Lens> {
    let ids = todo.references.iter().filter_map(|it| it.value.ticket_id());
    let linked = ids
        .map(TicketId::new)
        .find_map(|it| Some((snapshot.ticket(&it)?.1, it)));
    let (title, action) = match linked {
        Some((ticket, id)) => {
            let written = ticket.id.as_ref()?.value.clone();
            let title = ticket.title.as_ref().map_or("", |it| it.value.as_str());
            let title = format!("{} · {}", short(title, MAX_TITLE), snapshot.status(ticket));
            let next = next_status(snapshot, ticket).filter(|_| !snapshot.index.is_duplicate(&id));
            match next {
                Some(next) => (
                    format!("{title} → {next}"),
                    ActionData::SetStatus {
                        ticket: written,
                        status: next.to_owned(),
                    },
                ),
                None => (title, ActionData::ShowTodos { ticket: written }),
            }
        }
        None if !rules::is_tracked(snapshot, todo) => (
            "create a ticket".to_owned(),
            ActionData::CreateTicket {
                path: path.to_owned(),
                todo: todo.fingerprint.clone(),
            },
        ),
        None => return None,
    };
    Some(Lens {
        span: todo.keyword_span,
        title,
        action,
    })
}

/// The criteria of a ticket, those that are not met first.
pub fn criteria(snapshot: &Snapshot, id: &TicketId) -> Vec<Place> {
    let Some((path, ticket)) = snapshot.ticket(id) else {
        return Vec::new();
    };
    let mut criteria: Vec<_> = ticket.criteria.iter().collect();
    criteria.sort_by_key(|it| (it.done, it.span));
    let place = |span| Place {
        path: path.clone(),
        span,
    };
    criteria.into_iter().map(|it| place(it.span)).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const TICKET: &str = "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: A
status: STATUS
---

## Acceptance criteria

- [x] One
- [ ] Two
//- /a.rs
// TODO(T-7k3f): one
// TODO(T-7k3f, @ana): two
// TODO: three
// TODO(#9): four
";

    #[track_caller]
    fn check(fixture: &str, path: &str, expect: Expect) {
        let fixture = Fixture::new(fixture);
        let mut out = String::new();
        for it in lenses(&fixture.snapshot(), path) {
            let said = &fixture.text(path)[it.span.range()];
            let action = serde_json::to_value(&it.action).unwrap();
            writeln!(
                out,
                "{said}: {} ({})",
                it.title,
                action["do"].as_str().unwrap()
            )
            .unwrap();
        }
        expect.assert_eq(&out);
    }

    #[test]
    fn a_ticket_says_what_comes_next_and_what_belongs_to_it() {
        let path = ".docs/tickets/T-7k3f-a.md";
        check(
            &TICKET.replace("STATUS", "todo"),
            path,
            expect![[r#"
            T-7k3f: todo → in-progress (set-status)
            T-7k3f: start work (start)
            T-7k3f: 2 TODOs (show-todos)
            T-7k3f: 1 of 2 criteria (show-criteria)
        "#]],
        );
        check(
            &TICKET.replace("STATUS", "review"),
            path,
            expect![[r#"
            T-7k3f: review → done (set-status)
            T-7k3f: 2 TODOs (show-todos)
            T-7k3f: 1 of 2 criteria (show-criteria)
        "#]],
        );
        check(
            &TICKET.replace("STATUS", "done"),
            path,
            expect![[r#"
            T-7k3f: 2 TODOs (show-todos)
            T-7k3f: 1 of 2 criteria (show-criteria)
        "#]],
        );
        check(
            &TICKET.replace("STATUS", "odd"),
            path,
            expect![[r#"
            T-7k3f: start work (start)
            T-7k3f: 2 TODOs (show-todos)
            T-7k3f: 1 of 2 criteria (show-criteria)
        "#]],
        );
    }

    #[test]
    fn source_has_lenses_where_the_configuration_asks_for_them() {
        let text = TICKET.replace("STATUS", "review");
        check(&text, "a.rs", expect![[""]]);
        let asked = format!("//- /.docs/docket.toml\n[display]\nsource-lenses = true\n{text}");
        check(
            &asked,
            "a.rs",
            expect![[r#"
            TODO: A · review → done (set-status)
            TODO: A · review → done (set-status)
            TODO: create a ticket (create-ticket)
        "#]],
        );
    }

    #[test]
    fn criteria_that_are_not_met_come_first() {
        let fixture = Fixture::new(TICKET);
        let places = criteria(&fixture.snapshot(), &TicketId::new("T-7k3f"));
        let said: Vec<_> = places
            .iter()
            .map(|it| &fixture.text(&it.path)[it.span.range()])
            .collect();
        assert_eq!(said, ["[ ] Two", "[x] One"]);
    }

    #[test]
    fn tickets_of_one_id_have_none() {
        let text = TICKET.replace("STATUS", "todo");
        let twice =
            format!("//- /.docs/tickets/T-7k3f-b.md\n---\nid: T-7k3f\ntitle: B\n---\n{text}");
        check(&twice, ".docs/tickets/T-7k3f-b.md", expect![[""]]);
    }
}
