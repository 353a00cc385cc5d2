//! Semantic tokens of tickets and pages: ids, statuses, users, labels, dates, criteria.

use super::goto::is_meant;
use crate::facts::{FileFacts, FileKind};
use crate::index::{Role, sites};
use crate::span::Span;
use crate::ticket::Ticket;
use crate::todo::{Reference, Todo};
use crate::world::Snapshot;

/// A word that means something to docket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    pub kind: TokenKind,
    /// The id in the ticket's own file.
    pub declares: bool,
    /// A ticket that is closed, its status, a criterion that is met.
    pub closed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Ticket,
    /// A status, a priority, a type.
    Value,
    User,
    Label,
    Milestone,
    Date,
    /// An estimate, an issue's number.
    Number,
    Criterion,
    /// `TODO` and its like.
    Keyword,
}

/// The tokens of a page or ticket, in order and apart from each other; `None` where a file is
/// neither, since an editor takes the tokens of one server alone.
pub fn tokens(snapshot: &Snapshot, path: &str) -> Option<Vec<Token>> {
    let facts = snapshot.file(path)?;
    if !matches!(facts.kind, FileKind::Page | FileKind::Ticket) {
        return None;
    }
    let mut list = List(Vec::new());
    list.tickets(snapshot, facts);
    if let Some(ticket) = &facts.ticket {
        list.fields(snapshot, ticket);
    }
    for todo in &facts.todos {
        list.todo(todo);
    }
    for task in facts.page.iter().flat_map(|it| &it.tasks) {
        list.add(task.marker, TokenKind::Criterion).closed = task.done;
    }
    let mut tokens = list.0;
    tokens.sort_by_key(|it| (it.span.start, it.span.end));
    tokens.dedup_by(|later, kept| later.span.start < kept.span.end);
    Some(tokens)
}

struct List(Vec<Token>);

impl List {
    fn add(&mut self, span: Span, kind: TokenKind) -> &mut Token {
        self.0.push(Token {
            span,
            kind,
            declares: false,
            closed: false,
        });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    fn tickets(&mut self, snapshot: &Snapshot, facts: &FileFacts) {
        for site in sites::of_facts(facts) {
            let ticket = snapshot.ticket(&site.id).map(|it| it.1);
            if ticket.is_none() || !is_meant(snapshot, &site) {
                continue;
            }
            let token = self.add(site.span, TokenKind::Ticket);
            token.declares = site.role == Role::Declaration;
            token.closed = ticket.is_some_and(|it| snapshot.is_closed(it));
        }
    }

    fn fields(&mut self, snapshot: &Snapshot, ticket: &Ticket) {
        if let Some(status) = &ticket.status {
            self.add(status.span, TokenKind::Value).closed = snapshot.is_closed(ticket);
        }
        let values = ticket.priority.iter().map(|it| it.span);
        for span in values.chain(ticket.kind.iter().map(|it| it.span)) {
            self.add(span, TokenKind::Value);
        }
        for it in &ticket.labels {
            self.add(it.span, TokenKind::Label);
        }
        for it in &ticket.assignees {
            self.add(it.span, TokenKind::User);
        }
        if let Some(it) = &ticket.milestone {
            self.add(it.span, TokenKind::Milestone);
        }
        for it in ticket.due.iter().chain(&ticket.created) {
            self.add(it.span, TokenKind::Date);
        }
        if let Some(it) = &ticket.estimate {
            self.add(it.span, TokenKind::Number);
        }
        if let Some(it) = &ticket.github {
            self.add(it.span, TokenKind::Number);
        }
    }

    fn todo(&mut self, todo: &Todo) {
        self.add(todo.keyword_span, TokenKind::Keyword);
        for it in &todo.references {
            match &it.value {
                Reference::User(_) => self.add(it.span, TokenKind::User),
                Reference::Label(_) => self.add(it.span, TokenKind::Label),
                _ => continue,
            };
        }
        if let Some(it) = &todo.due {
            self.add(it.span, TokenKind::Date);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn what_means_something_is_told_apart() {
        let fixture = Fixture::new(
            "//- /.docs/tickets/T-7k3f-a.md
---
id: T-7k3f
title: A T-9x2m
status: \"done\"
priority: high
type: bug
labels: [lsp, 'two words']
assignees:
  - ana
milestone: v1
depends-on: [T-9x2m, T-9999]
due: 2026-12-01
estimate: 3
github: 42
created: 2026-11-20
---

\u{1F600} [T-7k3f](T-9x2m-b.md), UTF-8, T-9x2m.

- [x] One
- [ ] Two

<!-- TODO(T-9x2m, @ben, !loud): due:2026-12-31 x -->
//- /.docs/tickets/T-9x2m-b.md
---
id: T-9x2m
title: B
---
//- /a.rs
// TODO: x
",
        );
        let mut out = String::new();
        let path = ".docs/tickets/T-7k3f-a.md";
        for it in tokens(&fixture.snapshot(), path).unwrap() {
            let said = &fixture.text(path)[it.span.range()];
            let declares = if it.declares { " declares" } else { "" };
            let closed = if it.closed { " closed" } else { "" };
            writeln!(out, "{said} {:?}{declares}{closed}", it.kind).unwrap();
        }
        expect![[r#"
            T-7k3f Ticket declares closed
            "done" Value closed
            high Value
            bug Value
            lsp Label
            'two words' Label
            ana User
            v1 Milestone
            T-9x2m Ticket
            2026-12-01 Date
            3 Number
            42 Number
            2026-11-20 Date
            T-7k3f Ticket closed
            T-9x2m Ticket
            T-9x2m Ticket
            [x] Criterion closed
            [ ] Criterion
            TODO Keyword
            T-9x2m Ticket
            @ben User
            !loud Label
            2026-12-31 Date
        "#]]
        .assert_eq(&out);
        assert_eq!(tokens(&fixture.snapshot(), "a.rs"), None);
    }
}
