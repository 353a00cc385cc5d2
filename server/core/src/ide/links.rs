//! Document links: ids to tickets, issues and other trackers' ids to the web, links to pages.

use super::goto::{Place, is_meant, link_places};
use crate::facts::{FileFacts, FileKind};
use crate::index::{Role, sites};
use crate::page::outline::{self, outward};
use crate::page::{LinkKind, front};
use crate::span::Span;
use crate::todo::{Condition, Reference, issue};
use crate::world::issues::{issue_named, state_of};
use crate::world::status::named;
use crate::world::{Snapshot, paths};

mod web;

/// A place that leads somewhere with a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLink {
    pub span: Span,
    pub target: LinkTarget,
    /// What is there, in a few words.
    pub tooltip: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// In the project; an empty span at its start is the file as such.
    Place(Place),
    Url(String),
}

/// The links of an open document, in order and apart from each other. In source files only what
/// docket reads has any: TODOs, and ids of tickets in comments.
pub fn links(snapshot: &Snapshot, path: &str) -> Vec<DocumentLink> {
    let (Some(facts), Some(document)) = (snapshot.file(path), snapshot.document(path)) else {
        return Vec::new();
    };
    let text = document.text();
    let mut list = List {
        snapshot,
        path,
        links: Vec::new(),
    };
    list.pages(facts);
    list.tickets(facts);
    list.todos(facts, &text);
    if matches!(facts.kind, FileKind::Ticket | FileKind::Page) {
        list.prose(&text);
    }
    let mut links = list.links;
    // Of two links in one place the earlier found is the more exact one; the sort keeps their order.
    links.sort_by_key(|it| it.span.start);
    links
}

struct List<'a> {
    snapshot: &'a Snapshot,
    path: &'a str,
    links: Vec<DocumentLink>,
}

impl List<'_> {
    fn add(&mut self, span: Span, target: LinkTarget, tooltip: String) {
        let meets = |it: &DocumentLink| it.span.start < span.end && span.start < it.span.end;
        if !span.is_empty() && !self.links.iter().any(meets) {
            self.links.push(DocumentLink {
                span,
                target,
                tooltip,
            });
        }
    }

    fn add_url(&mut self, span: Span, url: String) {
        let tooltip = url.clone();
        self.add(span, LinkTarget::Url(url), tooltip);
    }

    fn pages(&mut self, facts: &FileFacts) {
        for link in facts.page.iter().flat_map(|it| &it.links) {
            let place = link_places(self.snapshot, self.path, link)
                .into_iter()
                .next();
            // A file that has no facts, such as a picture, is a target as well.
            let place = place.or_else(|| {
                let target = paths::link_target(self.path, link)?;
                let is_there = self.snapshot.exists(&target)?;
                let span = Span::new(0, 0);
                let path = target.into();
                is_there.then_some(Place { path, span })
            });
            let Some(mut place) = place else { continue };
            // Without a heading the file as such is meant, not its title.
            if link.anchor.is_none() {
                place.span = Span::new(0, 0);
            }
            let tooltip = self.said_of(&place.path);
            let span = match link.kind {
                LinkKind::Wiki => link.target_span,
                LinkKind::Inline => link.span,
            };
            self.add(span, LinkTarget::Place(place), tooltip);
        }
    }

    fn tickets(&mut self, facts: &FileFacts) {
        for site in sites::of_facts(facts) {
            if site.role == Role::Declaration || !is_meant(self.snapshot, &site) {
                continue;
            }
            if let Some((path, _)) = self.snapshot.ticket(&site.id) {
                let path = path.clone();
                let tooltip = self.said_of(&path);
                let span = Span::new(0, 0);
                self.add(site.span, LinkTarget::Place(Place { path, span }), tooltip);
            }
        }
    }

    fn todos(&mut self, facts: &FileFacts, text: &str) {
        for todo in &facts.todos {
            for it in &todo.references {
                match &it.value {
                    Reference::Issue { repository, number } => {
                        self.issue(it.span, repository.as_deref(), *number);
                    }
                    Reference::External(word) => {
                        if let Some(url) = web::tracked(&self.snapshot.config, word) {
                            self.add_url(it.span, url);
                        }
                    }
                    Reference::Ticket(_) | Reference::User(_) | Reference::Label(_) => {}
                }
            }
            for it in &todo.conditions {
                if let Condition::Issue { repository, number } = &it.value {
                    self.issue(it.span, repository.as_deref(), *number);
                }
            }
            self.words(text, todo.whole);
        }
    }

    fn prose(&mut self, text: &str) {
        let body = front::parts(text.as_bytes()).body;
        let out = outward(text, body);
        for (span, url) in out.links {
            self.add_url(span, url);
        }
        for span in out.prose {
            self.words(text, span);
        }
    }

    /// URLs, issues and other trackers' ids in a stretch of text.
    fn words(&mut self, text: &str, within: Span) {
        let Some(words) = text.get(within.range()) else {
            return;
        };
        let base = within.start as usize;
        for (at, _) in words.match_indices("http") {
            let begins = !words[..at].ends_with(|it: char| it.is_alphanumeric());
            if let Some(len) = outline::url_len(&words[at..]).filter(|_| begins) {
                let url = words[at..at + len].to_owned();
                self.add_url(Span::new(base + at, base + at + len), url);
            }
        }
        for (at, word) in web::words(words) {
            let span = Span::new(base + at, base + at + word.len());
            if let Some((repository, number)) = issue(word) {
                self.issue(span, repository.as_deref(), number);
            } else if let Some(url) = web::tracked(&self.snapshot.config, word) {
                self.add_url(span, url);
            }
        }
    }

    /// To the forge where the repository is known to have one, else to the ticket that mirrors it.
    fn issue(&mut self, span: Span, repository: Option<&str>, number: u64) {
        if let Some(url) = web::issue_url(self.snapshot, repository, number) {
            let known = self.snapshot.issue(repository, number);
            let said = known.map(|it| format!("{} · {}", issue_named(it), state_of(it)));
            let tooltip = said.unwrap_or_else(|| url.clone());
            self.add(span, LinkTarget::Url(url), tooltip);
        } else if repository.is_none()
            && let Some((path, _)) = self.snapshot.ticket_of_issue(number)
        {
            let path = path.clone();
            let tooltip = self.said_of(&path);
            let place = Place {
                path,
                span: Span::new(0, 0),
            };
            self.add(span, LinkTarget::Place(place), tooltip);
        }
    }

    /// A ticket with its status, else a page's first heading, else its path.
    fn said_of(&self, path: &str) -> String {
        let facts = self.snapshot.file(path);
        if let Some(ticket) = facts.and_then(|it| it.ticket.as_ref()) {
            return format!("{} · {}", named(ticket), self.snapshot.status(ticket));
        }
        let heading = facts.and_then(|it| it.page.as_ref()?.headings.first());
        heading.map_or_else(|| path.to_owned(), |it| it.text.clone())
    }
}

#[cfg(test)]
mod tests;
