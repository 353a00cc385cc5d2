//! What is left of findings, hints and lenses for the person who looks.

use docket_core::config::When;
use docket_core::finding::Finding;
use docket_core::ids::TicketId;
use docket_core::rules::RuleId;
use docket_core::rules::age::{self, Known};
use docket_core::span::{Encoding, Span};
use docket_core::ticket::Ticket;
use docket_core::todo::{Reference, Todo};
use docket_core::world::Snapshot;

use super::{Display, Surface};
use crate::engine::View;
use crate::owners::CodeOwners;
use crate::views::ticket_of;

/// What is shown of a file's findings.
#[derive(Debug, Default, PartialEq)]
pub struct Shown {
    pub findings: Vec<Finding>,
    /// Where the first of those stands that were too many, and how many they are.
    pub more: Option<(Span, usize)>,
}

impl Display {
    /// What is shown of one file's findings.
    pub fn of_file(&self, view: &View, mut found: Vec<Finding>) -> Shown {
        self.weigh(view, &mut found);
        if let Some(since) = self.since_if_asked(view) {
            found = since.new_of_file(&view.snapshot, &view.path, found);
        }
        let mut mine = Mine::new(self, view);
        self.of_kept(view, &view.path, found, &mut mine)
    }

    /// What is shown of a project's findings, by file.
    pub fn of_all(&self, view: &View, mut found: Vec<Finding>) -> Vec<(String, Shown)> {
        self.weigh(view, &mut found);
        if let Some(since) = self.since_if_asked(view) {
            found = since.new_of_all(found);
        }
        let mut mine = Mine::new(self, view);
        let files = found.chunk_by(|a, b| a.path == b.path);
        let shown = files.map(|it| {
            let path = it[0].path.clone();
            let shown = self.of_kept(view, &path, it.to_vec(), &mut mine);
            (path, shown)
        });
        shown.collect()
    }

    /// The severity by age, as far as it is known by now.
    fn weigh(&self, view: &View, found: &mut [Finding]) {
        let snapshot = &view.snapshot;
        age::weigh(snapshot, found, |finding, _| {
            let Some(todo) = age::todo_of(snapshot, finding) else {
                return Known::Unknown;
            };
            match self.authors.of(view, &finding.path) {
                Some(known) => known.day(todo),
                None => Known::Unknown,
            }
        });
    }

    fn of_kept(&self, view: &View, path: &str, found: Vec<Finding>, mine: &mut Mine<'_>) -> Shown {
        let surface = self.surface(view, Surface::Diagnostics);
        let line = self.line_in(&view.root.join(path));
        let mut lets_through = |mode: When, finding: &Finding| match mode {
            When::On => true,
            When::Off => false,
            When::Line => line.is_some_and(|line| is_on(&view.snapshot, path, finding.span, line)),
            When::Mine => mine.has_finding(finding),
        };
        let mut findings = found;
        findings
            .retain(|it| lets_through(surface, it) && lets_through(self.rule(view, it.rule), it));
        let most = self.most(view, path).unwrap_or(usize::MAX);
        if findings.len() <= most {
            return Shown {
                findings,
                more: None,
            };
        }
        // Those that weigh most stay; of equals the first.
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|it| std::cmp::Reverse(findings[*it].severity));
        let mut left: Vec<usize> = order.split_off(most);
        left.sort_unstable();
        let first = findings[left[0]].span;
        let mut nth = 0;
        findings.retain(|_| {
            nth += 1;
            left.binary_search(&(nth - 1)).is_err()
        });
        Shown {
            findings,
            more: Some((first, left.len())),
        }
    }

    /// Whether a hint or a lens at `span` of the view's file is shown.
    pub fn shows(&self, view: &View, surface: Surface, span: Span) -> bool {
        match self.surface(view, surface) {
            When::On => true,
            When::Off => false,
            When::Line => self
                .line_in(&view.root.join(&view.path))
                .is_some_and(|line| is_on(&view.snapshot, &view.path, span, line)),
            When::Mine => Mine::new(self, view).has_place(&view.path, span, None),
        }
    }
}

/// Whether one of a span's lines is that of the cursor.
fn is_on(snapshot: &Snapshot, path: &str, span: Span, line: u32) -> bool {
    let at = |offset: u32| {
        let offset = offset as usize;
        match (snapshot.document(path), snapshot.file(path)) {
            (Some(document), _) => document.position(offset, Encoding::Utf8).line,
            (None, Some(facts)) => facts.lines.position(offset, Encoding::Utf8).line,
            (None, None) => 0,
        }
    };
    (at(span.start)..=at(span.end)).contains(&line)
}

/// Answers whose something is: of those that it names, else of its ticket's assignees, else of those
/// whom CODEOWNERS names for the file, else of who wrote the line.
struct Mine<'a> {
    display: &'a Display,
    view: &'a View,
    owners: Option<CodeOwners>,
}

impl<'a> Mine<'a> {
    fn new(display: &'a Display, view: &'a View) -> Self {
        Self {
            display,
            view,
            owners: None,
        }
    }

    fn has_finding(&mut self, finding: &Finding) -> bool {
        // What is wrong with the project's settings is everybody's.
        finding.rule == RuleId::InvalidConfig
            || self.has_place(&finding.path, finding.span, finding.ticket.as_deref())
    }

    fn has_place(&mut self, path: &str, span: Span, ticket: Option<&str>) -> bool {
        let snapshot = &self.view.snapshot;
        // Where nobody said who looks, nothing is hidden.
        let Some(me) = snapshot.me.clone() else {
            return true;
        };
        let is_me = |it: &str| it.trim_start_matches('@').eq_ignore_ascii_case(&me);
        let Some(facts) = snapshot.file(path) else {
            return true;
        };
        let todo = facts.todos.iter().find(|it| it.whole.contains(span));
        if let Some(people) = todo.map(people).filter(|it| !it.is_empty()) {
            return people.iter().any(|it| is_me(it));
        }
        let named = todo.and_then(|it| ticket_of(snapshot, it));
        let named = named.as_deref().or(ticket).map(TicketId::new);
        let of_id = named.and_then(|it| snapshot.ticket(&it)).map(|it| it.1);
        let ticket: Option<&Ticket> = facts.ticket.as_ref().or(of_id);
        if let Some(ticket) = ticket.filter(|it| !it.assignees.is_empty()) {
            return ticket.assignees.iter().any(|it| is_me(&it.value));
        }
        let root = &self.view.root;
        let owners = self.owners.get_or_insert_with(|| CodeOwners::of(root));
        let owners = owners.of_file(path);
        if !owners.is_empty() {
            return owners.iter().any(|it| is_me(it));
        }
        let Some(todo) = todo else { return false };
        // Until it is known who wrote it, it may be mine.
        let authors = self.display.authors.of(self.view, path);
        authors.is_none_or(|it| it.is_mine(todo))
    }
}

/// Those that a TODO names.
fn people(todo: &Todo) -> Vec<&str> {
    let references = todo.references.iter();
    let users = references.filter_map(|it| match &it.value {
        Reference::User(name) => Some(name.as_str()),
        _ => None,
    });
    users.collect()
}
