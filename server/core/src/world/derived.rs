//! What is worked out from the whole index: rings of dependencies, and who is touched by a change.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Snapshot, paths};
use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::index::page_names;
use crate::lineage::{Whole, wholes};
use crate::ticket::Ticket;

/// Most tickets that are visited to see whether a change touches a ring.
const MAX_VISITS: usize = 500;

/// Most files that are visited to see what was derived from a change.
const MAX_DERIVED: usize = 5_000;

/// What is to be visited is too much for a keystroke.
pub(super) struct TooMany;

/// Worked out when first asked for; replaced whenever a ticket's id, dependencies or parent change.
#[derive(Debug, Default)]
pub(super) struct Derived {
    rings: OnceLock<Rings>,
}

/// The tickets that wait for themselves, each with the number of its ring.
pub(super) type Rings = FxHashMap<TicketId, u32>;

impl Snapshot {
    /// The shortest chain of dependencies from `id` back to itself, `id` first and not repeated;
    /// empty where there is none.
    pub fn dependency_ring(&self, id: &TicketId) -> Vec<TicketId> {
        let rings = self.derived.rings.get_or_init(|| rings(self));
        let Some(ring) = rings.get(id) else {
            return Vec::new();
        };
        let mut before: FxHashMap<TicketId, TicketId> = FxHashMap::default();
        let mut queue = std::collections::VecDeque::from([id.clone()]);
        while let Some(at) = queue.pop_front() {
            for next in dependencies(self, &at) {
                if next == *id {
                    let mut chain = vec![at];
                    while let Some(previous) = before.get(&chain[chain.len() - 1]) {
                        chain.push(previous.clone());
                    }
                    chain.reverse();
                    return chain;
                }
                if rings.get(&next) == Some(ring) && !before.contains_key(&next) {
                    before.insert(next.clone(), at.clone());
                    queue.push_back(next);
                }
            }
        }
        Vec::new()
    }

    /// The chain of parents from `id` back to itself; empty where it ends.
    pub fn parent_ring(&self, id: &TicketId) -> Vec<TicketId> {
        let mut chain = vec![id.clone()];
        let mut seen = FxHashSet::default();
        loop {
            let Some((_, ticket)) = self.ticket(&chain[chain.len() - 1]) else {
                return Vec::new();
            };
            let Some(parent) = &ticket.parent else {
                return Vec::new();
            };
            let parent = TicketId::new(&parent.value);
            if parent == *id {
                return chain;
            }
            if !seen.insert(parent.clone()) {
                return Vec::new();
            }
            chain.push(parent);
        }
    }
}

fn dependencies(snapshot: &Snapshot, id: &TicketId) -> Vec<TicketId> {
    let ticket = snapshot.ticket(id).map(|it| it.1);
    let dependencies = ticket.into_iter().flat_map(|it| &it.depends_on);
    dependencies.map(|it| TicketId::new(&it.value)).collect()
}

/// Tarjan's strongly connected components, without recursion: a chain may be as long as there are
/// tickets.
fn rings(snapshot: &Snapshot) -> Rings {
    let mut ids: Vec<&TicketId> = snapshot.index.ticket_ids().collect();
    // The order decides the rings' numbers alone, which nobody sees.
    ids.sort_unstable();
    let numbers: FxHashMap<&TicketId, usize> =
        ids.iter().enumerate().map(|(idx, id)| (*id, idx)).collect();
    let edges: Vec<Vec<usize>> = ids
        .iter()
        .map(|id| {
            let next = dependencies(snapshot, id);
            next.iter()
                .filter_map(|it| numbers.get(it).copied())
                .collect()
        })
        .collect();

    const UNSEEN: usize = usize::MAX;
    let (mut order, mut low) = (vec![UNSEEN; ids.len()], vec![0; ids.len()]);
    let mut on_stack = vec![false; ids.len()];
    let (mut stack, mut calls, mut n_seen) = (Vec::new(), Vec::new(), 0);
    let mut rings = Rings::default();
    let mut n_rings = 0;
    for root in 0..ids.len() {
        if order[root] != UNSEEN {
            continue;
        }
        calls.push((root, 0));
        while let Some((at, edge)) = calls.pop() {
            if edge == 0 {
                order[at] = n_seen;
                low[at] = n_seen;
                n_seen += 1;
                stack.push(at);
                on_stack[at] = true;
            } else {
                low[at] = low[at].min(low[edges[at][edge - 1]]);
            }
            let mut edge = edge;
            let mut descends = false;
            while let Some(&next) = edges[at].get(edge) {
                edge += 1;
                if order[next] == UNSEEN {
                    calls.push((at, edge));
                    calls.push((next, 0));
                    descends = true;
                    break;
                } else if on_stack[next] {
                    low[at] = low[at].min(order[next]);
                }
            }
            if descends || low[at] != order[at] {
                continue;
            }
            let start = stack.iter().rposition(|it| *it == at).unwrap_or(0);
            let members = stack.split_off(start);
            let is_ring = members.len() > 1 || edges[at].contains(&at);
            for &member in &members {
                on_stack[member] = false;
                if is_ring {
                    rings.insert(ids[member].clone(), n_rings);
                }
            }
            n_rings += u32::from(is_ring);
        }
    }
    rings
}

/// Whether a change of a file changes who waits for whom.
pub(super) fn edges_differ(old: Option<&FileFacts>, new: Option<&FileFacts>) -> bool {
    fn edges(facts: Option<&FileFacts>) -> Option<(Option<&str>, Vec<&str>, Option<&str>)> {
        let ticket = facts?.ticket.as_ref()?;
        Some((
            ticket.id.as_ref().map(|it| it.value.as_str()),
            ticket
                .depends_on
                .iter()
                .map(|it| it.value.as_str())
                .collect(),
            ticket.parent.as_ref().map(|it| it.value.as_str()),
        ))
    }
    edges(old) != edges(new)
}

/// Calls `dirty` with each other file whose findings may change when the file at `path` goes from
/// `old` to `new`. Asked with the index before and after the change.
///
/// # Errors
///
/// [`TooMany`]: any file may be touched.
pub(super) fn dependents(
    snapshot: &Snapshot,
    path: &Arc<str>,
    old: Option<&FileFacts>,
    new: Option<&FileFacts>,
    mut dirty: impl FnMut(&Arc<str>),
) -> Result<(), TooMany> {
    let index = &snapshot.index;
    let before = old.and_then(|it| it.ticket.as_ref());
    let after = new.and_then(|it| it.ticket.as_ref());
    if before != after {
        for ticket in [before, after].into_iter().flatten() {
            if let Some(id) = &ticket.id {
                let id = TicketId::new(&id.value);
                index.ticket_files(&id).for_each(&mut dirty);
                index.site_files(&id).for_each(&mut dirty);
                let ring = ring_files(snapshot, &id, ticket)?;
                ring.iter().for_each(&mut dirty);
            }
            if let Some(number) = &ticket.github {
                index.issue_site_files(number.value).for_each(&mut dirty);
            }
        }
    }
    // A ticket tells when the last of its TODOs goes.
    if !snapshot.anchors.is_empty() {
        for facts in [old, new].into_iter().flatten() {
            let ids = facts.todos.iter().flat_map(|it| &it.references);
            for id in ids.filter_map(|it| it.value.ticket_id()) {
                index.ticket_files(&TicketId::new(id)).for_each(&mut dirty);
            }
        }
    }
    if old.map(|it| &it.lineage) != new.map(|it| &it.lineage) {
        let facts = [old, new].into_iter().flatten();
        let changed = facts.flat_map(|it| wholes(path, it)).collect();
        descendants(snapshot, changed, &mut dirty)?;
    }
    if names(before) != names(after) {
        for id in names(before).into_iter().chain(names(after)).map(|it| it.0) {
            suggested(snapshot, &id, &mut dirty);
        }
    }
    if old.map(|it| &it.manifest) != new.map(|it| &it.manifest) {
        index.versioned().for_each(&mut dirty);
    }
    if old.map(|it| &it.page) != new.map(|it| &it.page)
        || before.is_some() != after.is_some()
        || before != after
    {
        index.linkers(path).for_each(&mut dirty);
        // A link that lacks the `.md` is told so where that helps.
        let bare = path.strip_suffix(".md").unwrap_or(path);
        index.linkers(bare).for_each(&mut dirty);
        for facts in [old, new].into_iter().flatten() {
            for name in page_names(path, facts) {
                index.wiki_linkers(&name).for_each(&mut dirty);
            }
        }
    }
    Ok(())
}

/// The files with something that was derived from what has `changed`, however many steps away.
pub(super) fn descendants(
    snapshot: &Snapshot,
    changed: Vec<Whole>,
    mut dirty: impl FnMut(&Arc<str>),
) -> Result<(), TooMany> {
    let mut queue = changed;
    let mut seen: FxHashSet<&Arc<str>> = FxHashSet::default();
    while let Some(whole) = queue.pop() {
        for file in snapshot.index.derived(&whole) {
            if !seen.insert(file) {
                continue;
            }
            if seen.len() > MAX_DERIVED {
                return Err(TooMany);
            }
            dirty(file);
            if let Some(facts) = snapshot.files.get(file) {
                queue.extend(wholes(file, facts));
            }
        }
    }
    Ok(())
}

fn names(ticket: Option<&Ticket>) -> Option<(TicketId, Option<&str>)> {
    let ticket = ticket?;
    let title = ticket.title.as_ref().map(|it| it.value.as_str());
    Some((TicketId::new(&ticket.id.as_ref()?.value), title))
}

/// The files that are told `did you mean` the ticket.
fn suggested(snapshot: &Snapshot, id: &TicketId, mut dirty: impl FnMut(&Arc<str>)) {
    let index = &snapshot.index;
    for wrong in slips(id.as_str()) {
        if !index.has_ticket(&wrong) {
            index.site_files(&wrong).for_each(&mut dirty);
        }
    }
    for target in index.link_targets() {
        if !snapshot.files.contains_key(target) && paths::id_of(target).as_ref() == Some(id) {
            index.linkers(target).for_each(&mut dirty);
        }
    }
}

/// What one slip of the finger makes of an id; some hundreds, where all ids named may be thousands.
fn slips(id: &str) -> Vec<TicketId> {
    const LETTERS: &str = "0123456789abcdefghijklmnopqrstuvwxyz-.";
    let mut slips = Vec::new();
    let ends = || id.char_indices().map(|it| it.0).chain([id.len()]);
    for at in ends() {
        let (head, tail) = id.split_at(at);
        let mut rest = tail.chars();
        let next = rest.next();
        for letter in LETTERS.chars() {
            slips.push(format!("{head}{letter}{tail}"));
            if next.is_some() {
                slips.push(format!("{head}{letter}{}", rest.as_str()));
            }
        }
        if let Some(next) = next {
            slips.push(format!("{head}{}", rest.as_str()));
            let mut after = rest.clone();
            if let Some(second) = after.next() {
                slips.push(format!("{head}{second}{next}{}", after.as_str()));
            }
        }
    }
    slips.iter().map(|it| TicketId::new(it)).collect()
}

/// The files of the tickets that `ticket` waits for or is an ancestor's child of, where that leads
/// back to itself: their findings tell the ring.
fn ring_files(
    snapshot: &Snapshot,
    id: &TicketId,
    ticket: &Ticket,
) -> Result<BTreeSet<Arc<str>>, TooMany> {
    let mut seen = FxHashSet::default();
    let mut files = BTreeSet::new();
    let mut is_ring = false;
    let next = |it: &Ticket| -> Vec<TicketId> {
        let ids = it.depends_on.iter().chain(&it.parent);
        ids.map(|it| TicketId::new(&it.value)).collect()
    };
    let mut queue = next(ticket);
    while let Some(at) = queue.pop() {
        is_ring |= at == *id;
        if at == *id || !seen.insert(at.clone()) {
            continue;
        }
        if seen.len() > MAX_VISITS {
            return Err(TooMany);
        }
        // Duplicates tell of the ring that goes through their id, too.
        for path in snapshot.index.ticket_files(&at) {
            files.insert(path.clone());
            let ticket = snapshot.files.get(path).and_then(|it| it.ticket.as_ref());
            queue.extend(ticket.into_iter().flat_map(next));
        }
    }
    Ok(if is_ring { files } else { BTreeSet::new() })
}
