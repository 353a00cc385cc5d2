//! What is out of date: whose source says something else now, or is itself out of date.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Digest, Origin, Part, Source, Whole};
use crate::facts::FileFacts;
use crate::ids::TicketId;
use crate::span::Span;
use crate::world::Snapshot;

/// A record that no longer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outdated<'a> {
    pub origin: &'a Origin,
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The source says something else now.
    Changed(Instead),
    /// Nothing has that name any more.
    Gone,
    /// The source says the same, but was itself derived from something that changed: what each was
    /// derived from, the nearest first.
    Behind(Vec<Source>),
}

/// What a source says in the place of what was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instead {
    /// Of the one thing in it that nothing else was derived from, else of all of it.
    pub digest: Digest,
    pub span: Span,
}

/// What a change of one source left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    /// Where it was changed, or where its part begins.
    pub at: Span,
    pub source: Source,
    /// Files and places of the records that no longer hold.
    pub records: Vec<(Arc<str>, Span)>,
}

impl Outdated<'_> {
    /// The source that has changed: its own, or what that was derived from in turn.
    pub fn bottom(&self) -> &Source {
        match &self.why {
            Why::Behind(chain) => chain.last().unwrap_or(&self.origin.source),
            Why::Changed(_) | Why::Gone => &self.origin.source,
        }
    }
}

type Seen = FxHashSet<(Arc<str>, Span)>;

/// What a person does not want to be told of, by [`Snapshot::dismissal`].
pub type Dismissals = FxHashSet<String>;

impl Snapshot {
    /// The records of a file that no longer hold, by place, but for those that were dismissed. A
    /// record without a digest always holds.
    pub fn outdated(&self, path: &str) -> Vec<Outdated<'_>> {
        let mut outdated = self.all_outdated(path);
        if !self.dismissed.is_empty() {
            outdated.retain(|it| !self.dismissed.contains(&self.dismissal(path, it)));
        }
        outdated
    }

    /// Those that no longer hold and were dismissed, by place.
    pub fn dismissed(&self, path: &str) -> Vec<Outdated<'_>> {
        if self.dismissed.is_empty() {
            return Vec::new();
        }
        let mut outdated = self.all_outdated(path);
        outdated.retain(|it| self.dismissed.contains(&self.dismissal(path, it)));
        outdated
    }

    /// What changes of a file left behind, near and far, by the place of the change.
    pub fn left_behind(&self, path: &str) -> Vec<LeftBehind> {
        let mut left: Vec<LeftBehind> = Vec::new();
        for file in self.dependants(path) {
            for it in self.outdated(&file) {
                let bottom = it.bottom();
                let Some((_, part)) = self.source(bottom).filter(|it| **it.0 == *path) else {
                    continue;
                };
                let at = match &it.why {
                    Why::Changed(now) => now.span,
                    _ => Span::new(part.span.start as usize, part.span.start as usize),
                };
                let record = (file.clone(), it.origin.span);
                match left.iter_mut().find(|it| it.source == *bottom) {
                    Some(known) => known.records.push(record),
                    None => left.push(LeftBehind {
                        at,
                        source: bottom.clone(),
                        records: vec![record],
                    }),
                }
            }
        }
        left.sort_by_key(|it| it.at.start);
        left
    }

    /// Files with something derived from a file, or from what was derived from it, by path.
    fn dependants(&self, path: &str) -> BTreeSet<Arc<str>> {
        let mut found: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut next: Vec<Arc<str>> = self.key(path).cloned().into_iter().collect();
        while let Some(path) = next.pop() {
            let Some(facts) = self.file(&path) else {
                continue;
            };
            for whole in wholes(&path, facts) {
                for file in self.index.derived(&whole) {
                    if found.insert(file.clone()) {
                        next.push(file.clone());
                    }
                }
            }
        }
        found
    }

    /// The name by which it is remembered that a person does not want to be told: another one as
    /// soon as the source says something else again.
    pub fn dismissal(&self, path: &str, outdated: &Outdated<'_>) -> String {
        let origin = outdated.origin;
        let facts = self.file(path);
        let ticket = facts.and_then(|it| it.ticket.as_ref()?.id.as_ref());
        // A section is known by its anchor: lines above it come and go.
        let part = facts.and_then(|it| {
            let parts = it.lineage.parts.iter();
            let mut of = parts.filter(|it| it.span == origin.of);
            of.next().map(|it| &*it.name)
        });
        let of = ticket.map_or(path, |it| it.value.as_str());
        let bottom = outdated.bottom();
        let now = self.source(bottom).map(|it| it.1.digest.to_string());
        let (part, now) = (part.unwrap_or_default(), now.unwrap_or_default());
        let recorded = origin.recorded.map(|it| it.to_string()).unwrap_or_default();
        let said = format!("{of}#{part} {}@{recorded} {bottom}@{now}", origin.source);
        blake3::hash(said.as_bytes()).to_hex()[..32].to_owned()
    }

    fn all_outdated(&self, path: &str) -> Vec<Outdated<'_>> {
        let origins = self.file(path).map_or(&[][..], |it| &it.lineage.origins);
        let checked = origins.iter().filter_map(|origin| {
            let why = self.why(origin, &mut Seen::default())?;
            Some(Outdated { origin, why })
        });
        checked.collect()
    }

    /// Where a source stands, and what it says.
    pub fn source(&self, source: &Source) -> Option<(&Arc<str>, &Part)> {
        if let Some(path) = source.whole.code() {
            let (path, declared) = self.declared.get_key_value(path)?;
            return Some((path, declared.as_ref()?.lineage.part(&source.part)?));
        }
        let (path, is_requirement) = match &source.whole {
            Whole::Id(id) => match self.index.ticket_files(id).min() {
                Some(path) => (path, false),
                None => (self.index.requirement_files(id).min()?, true),
            },
            Whole::Page(path) => (self.key(path)?, false),
        };
        let name = source.part_name(is_requirement);
        let part = self.file(path)?.lineage.part(&name)?;
        Some((path, part))
    }

    /// Where one sentence of many was changed and each has something derived from it, the one that
    /// nothing records is what became of the old.
    fn said_instead(&self, source: &Source, part: &Part) -> Instead {
        let files = self.index.derived(&source.whole);
        let origins = files.filter_map(|it| Some(&self.file(it)?.lineage.origins));
        let recorded: FxHashSet<Digest> = origins
            .flatten()
            .filter(|it| it.source == *source)
            .filter_map(|it| it.recorded)
            .collect();
        let mut free = part
            .leaves
            .iter()
            .filter(|it| !recorded.contains(&it.digest));
        match (free.next(), free.next()) {
            (Some(leaf), None) => Instead {
                digest: leaf.digest,
                span: leaf.span,
            },
            _ => Instead {
                digest: part.digest,
                span: Span::new(part.span.start as usize, part.span.start as usize),
            },
        }
    }

    fn why(&self, origin: &Origin, seen: &mut Seen) -> Option<Why> {
        let recorded = origin.recorded?;
        let Some((path, part)) = self.source(&origin.source) else {
            let code = origin.source.whole.code();
            let is_unseen = code.is_some_and(|it| !self.declared.contains_key(it));
            return (!is_unseen).then_some(Why::Gone);
        };
        if !part.says(recorded) {
            return Some(Why::Changed(self.said_instead(&origin.source, part)));
        }
        // The first that is found ends the search, so what was seen is known to be up to date or is
        // being looked at.
        if !seen.insert((path.clone(), part.span)) {
            return None;
        }
        if origin.source.whole.code().is_some() {
            return None;
        }
        let origins = &self.file(path)?.lineage.origins;
        let around = |it: &&Origin| it.of.contains(part.span) || part.span.contains(it.of);
        origins.iter().filter(around).find_map(|it| {
            let mut chain = vec![it.source.clone()];
            if let Why::Behind(further) = self.why(it, seen)? {
                chain.extend(further);
            }
            Some(Why::Behind(chain))
        })
    }
}

/// Everything in a file that a record can name.
pub(crate) fn wholes(path: &str, facts: &FileFacts) -> Vec<Whole> {
    if facts.lineage.parts.is_empty() {
        return Vec::new();
    }
    let mut out = vec![Whole::Page(path.into())];
    let id = facts.ticket.as_ref().and_then(|it| it.id.as_ref());
    out.extend(id.map(|it| Whole::Id(TicketId::new(&it.value))));
    out.extend(facts.lineage.requirements().map(Whole::Id));
    out
}
