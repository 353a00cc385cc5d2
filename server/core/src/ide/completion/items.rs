//! The items for each thing that may be wanted, best first.

use std::cmp::Reverse;
use std::sync::Arc;

use super::context::{Place, Want};
use super::{CompletionItem, CompletionKind, dates};
use crate::edit::TextEdit;
use crate::ide::fuzzy::Query;
use crate::ide::hover::fields::about;
use crate::span::Span;
use crate::ticket::field::{FIELDS, Kind, PRIORITIES};
use crate::world::catalog::Entry;
use crate::world::issues::state_of;
use crate::world::{Snapshot, paths};

/// Types that need no introduction, offered beside those that the project uses.
const KINDS: [&str; 4] = ["bug", "feature", "chore", "docs"];

pub(super) fn items(
    snapshot: &Snapshot,
    path: &str,
    offset: usize,
    place: &Place,
) -> Vec<CompletionItem> {
    let list = List {
        snapshot,
        path,
        span: Span::new(place.start, offset),
        query: Query::new(&place.typed),
        typed: &place.typed,
    };
    match &place.want {
        Want::Ticket => list.tickets(""),
        Want::Issue => list.issues(),
        Want::Reference => {
            let mut items = list.tickets("");
            items.extend(list.words(snapshot.index.users(), CompletionKind::User));
            items
        }
        Want::Wiki => {
            let close = if place.rest.starts_with("]]") {
                ""
            } else {
                "]]"
            };
            let mut items = list.tickets(close);
            items.extend(list.pages(close));
            items
        }
        Want::Heading { page } => {
            let close = if place.rest.starts_with("]]") {
                ""
            } else {
                "]]"
            };
            list.headings(page, close)
        }
        Want::User => list.users(),
        Want::Label => list.words(snapshot.index.labels(), CompletionKind::Label),
        Want::Date => list.dates(),
        Want::Field { taken } => list.fields(taken),
        Want::Value { field } => list.values(field),
    }
}

/// A ticket that fits: whether it is closed, and how well it fits.
type Fit<'a> = (bool, Reverse<u32>, Entry<'a>);

struct List<'a> {
    snapshot: &'a Snapshot,
    path: &'a str,
    span: Span,
    query: Query,
    typed: &'a str,
}

impl List<'_> {
    fn item(&self, label: &str, detail: String, kind: CompletionKind) -> CompletionItem {
        CompletionItem {
            label: label.to_owned(),
            detail,
            kind,
            filter: label.to_owned(),
            edit: TextEdit {
                span: self.span,
                text: label.to_owned(),
            },
            card: None,
        }
    }

    /// Tickets by how well id and title fit, those that are closed last; not the file's own.
    fn tickets(&self, close: &str) -> Vec<CompletionItem> {
        let snapshot = self.snapshot;
        // Paths lie elsewhere in memory, and of 10,000 tickets most fit equally well: a path is looked
        // at only where it decides who is among the first.
        let mut fits: Vec<Fit<'_>> = snapshot
            .catalog()
            .filter(|it| self.query.may_fit(it.folded))
            .filter_map(|it| {
                let score = self
                    .query
                    .score(it.title())
                    .max(self.query.score(it.id()))?;
                let is_closed = snapshot.config.kind_of(it.status).is_closed();
                Some((is_closed, Reverse(score), it))
            })
            .collect();
        // The file's own ticket may be among them; one more than is shown tells that there are more.
        let n_kept = super::MAX_ITEMS + 2;
        if fits.len() > n_kept {
            let rank = |it: &Fit<'_>| (it.0, it.1);
            let (_, last, _) = fits.select_nth_unstable_by_key(n_kept - 1, rank);
            let last = rank(last);
            let mut level: Vec<Fit<'_>> =
                fits.iter().filter(|it| rank(it) == last).copied().collect();
            fits.retain(|it| rank(it) < last);
            let n_more = n_kept - fits.len();
            if level.len() > n_more {
                level.select_nth_unstable_by(n_more - 1, |a, b| a.2.path.cmp(b.2.path));
                level.truncate(n_more);
            }
            fits.extend(level);
        }
        fits.retain(|it| **it.2.path != *self.path);
        fits.sort_unstable_by(|a, b| (a.0, a.1, a.2.path).cmp(&(b.0, b.1, b.2.path)));
        fits.truncate(super::MAX_ITEMS + 1);
        fits.into_iter()
            .map(|(_, _, it)| {
                let default = &*snapshot.config.default_status().name;
                let status = it.status.unwrap_or(default);
                let detail = format!("{} · {status}", it.title());
                let mut item = self.item(it.id(), detail, CompletionKind::Ticket);
                item.filter = it.named.to_owned();
                item.edit.text.push_str(close);
                item.card = Some(it.id().to_owned());
                item
            })
            .collect()
    }

    /// Issues by number, else by how well the title fits; those that are closed last, then pull
    /// requests, and of equals the latest first.
    fn issues(&self) -> Vec<CompletionItem> {
        let issues = self.snapshot.mirror.issues.values();
        let mut fits: Vec<_> = issues
            .filter_map(|it| {
                let number = it.number.to_string();
                let by_number = number.starts_with(self.typed).then_some(number.len());
                let score = match by_number {
                    Some(_) => 0,
                    None => self.query.score(&it.title)?,
                };
                let last = (it.state.is_closed(), it.is_pull_request);
                // The number that was typed out comes first, whatever its state.
                let is_it = number == self.typed;
                let order = (!is_it, last, by_number.is_none(), Reverse(score));
                Some((order, Reverse(it.updated_at), Reverse(it.number), it))
            })
            .collect();
        fits.sort_unstable_by_key(|it| (it.0, it.1, it.2));
        let items = fits.into_iter().take(super::MAX_ITEMS + 1).map(|(.., it)| {
            let label = format!("#{}", it.number);
            let detail = format!("{} · {}", it.title, state_of(it));
            let mut item = self.item(&label, detail, CompletionKind::Issue);
            item.filter = format!("{} {}", it.number, it.title);
            item.edit.text = it.number.to_string();
            item.card = Some(label);
            item
        });
        items.collect()
    }

    fn pages(&self, close: &str) -> Vec<CompletionItem> {
        let pages = self.snapshot.files().filter_map(|(path, facts)| {
            let heading = facts.page.as_ref()?.headings.first();
            let within = path.strip_prefix(paths::DOCS)?.strip_suffix(".md")?;
            if path.starts_with(paths::TICKETS) || **path == *self.path {
                return None;
            }
            let title = heading.map_or("", |it| it.text.as_str());
            let score = self.query.score(within).max(self.query.score(title))?;
            Some((Reverse(score), within, title))
        });
        let mut pages: Vec<_> = pages.collect();
        pages.sort_unstable();
        pages
            .into_iter()
            .take(super::MAX_ITEMS)
            .map(|(_, within, title)| {
                let mut item = self.item(within, title.to_owned(), CompletionKind::Page);
                item.filter = format!("{within} {title}");
                item.edit.text.push_str(close);
                item
            })
            .collect()
    }

    /// The headings of the page that a wiki link means, in their order; without a name, of this one.
    fn headings(&self, page: &str, close: &str) -> Vec<CompletionItem> {
        let snapshot = self.snapshot;
        let meant = match page.trim() {
            "" => Some(self.path),
            page => {
                let name = paths::wiki_name(page);
                snapshot.index.pages_named(&name).min().map(|it| &**it)
            }
        };
        let page = meant.and_then(|it| snapshot.file(it)?.page.as_ref());
        let headings = page.into_iter().flat_map(|it| &it.headings);
        // What would end the link, or part it, is no text of one.
        let can_be = |it: &str| !it.is_empty() && !it.contains(['#', '|', '[', ']']);
        headings
            .filter(|it| can_be(&it.text) && self.query.score(&it.text).is_some())
            .take(super::MAX_ITEMS)
            .map(|it| {
                let detail = "#".repeat(usize::from(it.level));
                let mut item = self.item(&it.text, detail, CompletionKind::Page);
                item.edit.text.push_str(close);
                item
            })
            .collect()
    }

    /// Whoever was seen, the user's own name among them.
    fn users(&self) -> Vec<CompletionItem> {
        let mut items = self.words(self.snapshot.index.users(), CompletionKind::User);
        if let Some(me) = &self.snapshot.me
            && self.query.score(me).is_some()
        {
            items.retain(|it| it.label != **me);
            items.insert(0, self.item(me, "me".to_owned(), CompletionKind::User));
        }
        items
    }

    /// Words that files use, the most used first among equal fits.
    fn words<'a>(
        &self,
        words: impl Iterator<Item = (&'a Arc<str>, usize)>,
        kind: CompletionKind,
    ) -> Vec<CompletionItem> {
        let mut fits: Vec<_> = words
            // What is being typed is in the index already, and is no help.
            .filter(|it| &**it.0 != self.typed || it.1 > 1)
            .filter_map(|(word, n)| Some((Reverse(self.query.score(word)?), Reverse(n), word)))
            .collect();
        fits.sort_unstable();
        let files = |n: usize| match n {
            1 => "in 1 file".to_owned(),
            n => format!("in {n} files"),
        };
        fits.into_iter()
            .take(super::MAX_ITEMS)
            .map(|(_, n, word)| self.item(word, files(n.0), kind))
            .collect()
    }

    fn dates(&self) -> Vec<CompletionItem> {
        dates::dates(self.snapshot.today, self.typed)
            .into_iter()
            .map(|(words, date)| {
                let mut item = self.item(&words, date.to_string(), CompletionKind::Date);
                // A client compares what was typed, which may say the same in other words.
                item.filter = format!("{} {words} {date}", self.typed);
                item.edit.text = date.to_string();
                item
            })
            .collect()
    }

    fn fields(&self, taken: &[String]) -> Vec<CompletionItem> {
        FIELDS
            .iter()
            .filter(|(name, kind)| *kind != Kind::Any && !taken.iter().any(|it| it == name))
            .filter(|(name, _)| self.query.score(name).is_some())
            .map(|(name, _)| {
                let detail = about(name).unwrap_or_default().replace('`', "");
                let mut item = self.item(name, detail, CompletionKind::Field);
                item.edit.text.push_str(": ");
                item
            })
            .collect()
    }

    fn values(&self, field: &str) -> Vec<CompletionItem> {
        let index = &self.snapshot.index;
        let value = |it: &str, detail: String| {
            let fits = self.query.score(it).is_some();
            fits.then(|| self.item(it, detail, CompletionKind::Value))
        };
        match field {
            "status" => self
                .snapshot
                .config
                .statuses
                .iter()
                .filter_map(|it| value(&it.name, format!("{:?}", it.kind).to_lowercase()))
                .collect(),
            "priority" => PRIORITIES
                .iter()
                .filter_map(|it| value(it.name(), String::new()))
                .collect(),
            "type" => {
                let mut items = self.words(index.kinds(), CompletionKind::Value);
                for kind in KINDS {
                    if items.iter().all(|it| it.label != kind) {
                        items.extend(value(kind, String::new()));
                    }
                }
                items
            }
            "labels" => self.words(index.labels(), CompletionKind::Label),
            "assignees" => self.users(),
            "milestone" => self.words(index.milestones(), CompletionKind::Value),
            _ => Vec::new(),
        }
    }
}
