//! What is out of date: whose source says something else now, or is itself out of date.

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

type Seen = FxHashSet<(Arc<str>, Span)>;

impl Snapshot {
    /// The records of a file that no longer hold, by place. A record without a digest always does.
    pub fn outdated(&self, path: &str) -> Vec<Outdated<'_>> {
        let origins = self.file(path).map_or(&[][..], |it| &it.lineage.origins);
        let checked = origins.iter().filter_map(|origin| {
            let why = self.why(origin, &mut Seen::default())?;
            Some(Outdated { origin, why })
        });
        checked.collect()
    }

    /// Where a source stands, and what it says.
    pub fn source(&self, source: &Source) -> Option<(&Arc<str>, &Part)> {
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
            return Some(Why::Gone);
        };
        if !part.says(recorded) {
            return Some(Why::Changed(self.said_instead(&origin.source, part)));
        }
        // The first that is found ends the search, so what was seen is known to be up to date or is
        // being looked at.
        if !seen.insert((path.clone(), part.span)) {
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
