//! Anchors: where each TODO that names a ticket was last seen, so that one that lets go of its
//! ticket is noticed.
//!
//! A TODO that names its ticket is certain wherever it stands. What only the past can tell is that
//! one did: its reference was lost in an edit or a merge, or it was deleted while the ticket is open.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};

use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::span::Spanned;
use crate::todo::{Reference, Todo};
use crate::world::Snapshot;

/// The anchors of a project, on one branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchors(BTreeSet<Anchor>);

/// One TODO that named a ticket, as it was when it was last seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Anchor {
    /// See [`TicketId::as_str`].
    pub ticket: String,
    pub path: String,
    /// Keyword and text, spaces evened out.
    pub said: String,
}

/// Anchors that hold nothing any more, by what became of their TODOs.
#[derive(Debug, Default)]
pub struct Lost {
    /// By file: TODOs that say what one with a ticket said, by fingerprint.
    pub drifted: FxHashMap<Arc<str>, Vec<Drifted>>,
    /// Tickets without any TODO left, with one of the anchors that they had.
    pub orphaned: FxHashMap<TicketId, Anchor>,
}

/// A TODO that may be the one that named a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifted {
    pub fingerprint: String,
    pub ticket: TicketId,
    /// How many TODOs say the same; 1 is this one alone.
    pub n_alike: usize,
}

impl Anchors {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The anchors to be remembered now: of every TODO that names a ticket, and, as long as the
/// ticket is open, of those that did.
pub fn renew(snapshot: &Snapshot) -> Anchors {
    let mut anchors: BTreeSet<Anchor> = lost_anchors(snapshot).cloned().collect();
    for (path, facts) in snapshot.files() {
        for todo in &facts.todos {
            anchors.extend(tickets(todo).map(|ticket| Anchor {
                ticket: ticket.as_str().to_owned(),
                path: path.to_string(),
                said: said(todo),
            }));
        }
    }
    Anchors(anchors)
}

/// Whether a file's facts weigh something else for [`lost`]: what its TODOs say, and its ticket.
pub(crate) fn differ(old: Option<&FileFacts>, new: Option<&FileFacts>) -> bool {
    // A fingerprint covers what a TODO says and the tickets that it names.
    fn todos(it: Option<&FileFacts>) -> impl Iterator<Item = &str> {
        let todos = it.into_iter().flat_map(|it| &it.todos);
        todos.map(|it| it.fingerprint.as_str())
    }
    fn value(it: &Option<Spanned<String>>) -> Option<&str> {
        it.as_ref().map(|it| it.value.as_str())
    }
    fn ticket(it: Option<&FileFacts>) -> Option<[Option<&str>; 2]> {
        let ticket = it?.ticket.as_ref()?;
        Some([value(&ticket.id), value(&ticket.status)])
    }
    ticket(old) != ticket(new) || !todos(old).eq(todos(new))
}

/// More files than this changed since is no edit any more: all anchors are looked at again.
const MAX_CHANGED: usize = 64;

/// What became of anchors, worked out when it is first asked for. After an edit only the anchors are
/// looked at that it may have let go: of 50,000 that would take longer than a keystroke may.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    done: OnceLock<(Lost, Arc<[Anchor]>)>,
    /// Those that held nothing before what follows; `None` where nobody has looked.
    before: Option<Arc<[Anchor]>>,
    /// Files that changed since, and the tickets that they name or are.
    paths: FxHashSet<Arc<str>>,
    tickets: FxHashSet<String>,
}

impl Watch {
    pub(crate) fn lost(&self, snapshot: &Snapshot) -> &Lost {
        let done = self.done.get_or_init(|| {
            let lapsed: Arc<[Anchor]> = match &self.before {
                None => lost_anchors(snapshot).cloned().collect(),
                Some(before) => {
                    let touched = |it: &Anchor| {
                        self.paths.contains(it.path.as_str()) || self.tickets.contains(&it.ticket)
                    };
                    let kept = before.iter().filter(|it| !touched(it)).cloned();
                    let again =
                        of_anchors(snapshot, snapshot.anchors.0.iter().filter(|it| touched(it)));
                    let mut all: Vec<Anchor> = kept.chain(again.cloned()).collect();
                    all.sort_unstable();
                    all.into()
                }
            };
            (lost(snapshot, &lapsed), lapsed)
        });
        &done.0
    }

    /// The same after a file's facts have changed.
    pub(crate) fn after(
        &self,
        path: &Arc<str>,
        old: Option<&FileFacts>,
        new: Option<&FileFacts>,
    ) -> Self {
        let (before, mut paths, mut touched) = match self.done.get() {
            Some((_, lapsed)) => (lapsed.clone(), FxHashSet::default(), FxHashSet::default()),
            None => match &self.before {
                Some(before) if self.paths.len() < MAX_CHANGED => {
                    (before.clone(), self.paths.clone(), self.tickets.clone())
                }
                _ => return Self::default(),
            },
        };
        paths.insert(path.clone());
        for facts in [old, new].into_iter().flatten() {
            let id = facts.ticket.as_ref().and_then(|it| it.id.as_ref());
            let id = id.map(|it| TicketId::new(&it.value));
            let named = facts.todos.iter().flat_map(tickets).chain(id);
            touched.extend(named.map(|it| it.as_str().to_owned()));
        }
        Self {
            done: OnceLock::new(),
            before: Some(before),
            paths,
            tickets: touched,
        }
    }
}

/// What became of anchors that hold nothing. Free where there are none.
fn lost(snapshot: &Snapshot, lapsed: &[Anchor]) -> Lost {
    let mut lost = Lost::default();
    let mut by_said: BTreeMap<&str, Vec<&Anchor>> = BTreeMap::new();
    for anchor in lapsed {
        by_said.entry(&anchor.said).or_default().push(anchor);
    }
    if by_said.is_empty() {
        return lost;
    }
    let hashes: FxHashSet<u64> = by_said.keys().map(|it| hash(it.split(' '))).collect();
    let mut alike: FxHashMap<&str, Vec<(&Arc<str>, &Todo)>> = FxHashMap::default();
    for (path, facts) in snapshot.files() {
        let free = facts.todos.iter().filter(|it| tickets(it).next().is_none());
        for todo in free.filter(|it| hashes.contains(&hash(words(it)))) {
            if let Some((said, _)) = by_said.get_key_value(said(todo).as_str()) {
                alike.entry(said).or_default().push((path, todo));
            }
        }
    }
    for (said, anchors) in by_said {
        let found = alike.get(said).map_or(&[][..], Vec::as_slice);
        for anchor in anchors {
            let ticket = TicketId::new(&anchor.ticket);
            // Where one is in the file that it was in, those elsewhere were never meant.
            let here: Vec<_> = found.iter().filter(|it| **it.0 == *anchor.path).collect();
            let meant = match here.is_empty() {
                true => found.iter().collect(),
                false => here,
            };
            for (path, todo) in &meant {
                let drifted = Drifted {
                    fingerprint: todo.fingerprint.clone(),
                    ticket: ticket.clone(),
                    n_alike: meant.len(),
                };
                let of_file = lost.drifted.entry((*path).clone()).or_default();
                if !of_file.contains(&drifted) {
                    of_file.push(drifted);
                }
            }
            if meant.is_empty() && snapshot.index.n_todos(&ticket) == 0 {
                lost.orphaned
                    .entry(ticket)
                    .or_insert_with(|| anchor.clone());
            }
        }
    }
    lost
}

/// The anchors of open tickets that no TODO is at any more: none in the file names the ticket, and
/// none that says the same does anywhere.
fn lost_anchors(snapshot: &Snapshot) -> impl Iterator<Item = &Anchor> {
    of_anchors(snapshot, snapshot.anchors.0.iter())
}

fn of_anchors<'a>(
    snapshot: &'a Snapshot,
    anchors: impl Iterator<Item = &'a Anchor>,
) -> impl Iterator<Item = &'a Anchor> {
    // What each file names, once: a file of many TODOs has many anchors.
    let mut named: FxHashMap<&str, FxHashSet<TicketId>> = FxHashMap::default();
    anchors.filter(move |anchor| {
        let ticket = TicketId::new(&anchor.ticket);
        let here = named.entry(&anchor.path).or_insert_with(|| {
            let facts = snapshot.file(&anchor.path);
            let todos = facts.map_or(&[][..], |it| &it.todos);
            todos.iter().flat_map(tickets).collect()
        });
        if here.contains(&ticket) {
            return false;
        }
        let open = snapshot.ticket(&ticket);
        open.is_some_and(|it| !snapshot.is_closed(it.1)) && !is_held(snapshot, anchor, &ticket)
    })
}

/// Whether a TODO elsewhere names the ticket and says the same.
fn is_held(snapshot: &Snapshot, anchor: &Anchor, ticket: &TicketId) -> bool {
    if snapshot.index.n_todos(ticket) == 0 {
        return false;
    }
    let names_it = |todo: &Todo| tickets(todo).any(|it| it == *ticket);
    let held_by = |path: &Arc<str>| {
        let facts = snapshot.file(path);
        let todos = facts.map_or(&[][..], |it| &it.todos);
        todos
            .iter()
            .any(|it| names_it(it) && said(it) == anchor.said)
    };
    snapshot.index.site_files(ticket).any(held_by)
}

fn tickets(todo: &Todo) -> impl Iterator<Item = TicketId> {
    todo.references.iter().filter_map(|it| match &it.value {
        Reference::Ticket(id) => Some(TicketId::new(id)),
        _ => None,
    })
}

fn said(todo: &Todo) -> String {
    words(todo).collect::<Vec<_>>().join(" ")
}

fn words(todo: &Todo) -> impl Iterator<Item = &str> {
    let text = match todo.text.trim() {
        "" => todo.body.lines().next().unwrap_or_default(),
        text => text,
    };
    std::iter::once(todo.keyword.as_str()).chain(text.split_whitespace())
}

fn hash<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    let mut hasher = FxHasher::default();
    for it in words {
        hasher.write(it.as_bytes());
        hasher.write_u8(b' ');
    }
    hasher.finish()
}

#[cfg(test)]
mod tests;
