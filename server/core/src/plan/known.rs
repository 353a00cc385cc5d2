//! What was made of an input before, so that nothing is planned twice.

use rustc_hash::FxHashMap;

use super::brief::Item;
use crate::ids::TicketId;
use crate::lineage::{Digest, Source, Whole, Why, requirement_of};
use crate::span::Span;
use crate::world::Snapshot;

/// What was made of a brief before.
pub(super) struct Known {
    /// By the digest of what was said.
    pub(super) requirements: FxHashMap<Digest, TicketId>,
    /// Of all of them, several of one sentence among them.
    pub(super) ids: Vec<TicketId>,
    /// Sources that say something else now, with what they say where that is known.
    outdated: Vec<(Source, TicketId, Digest)>,
}

impl Known {
    pub(super) fn of(snapshot: &Snapshot, whole: Option<&Whole>) -> Self {
        let mut known = Self {
            requirements: FxHashMap::default(),
            ids: Vec::new(),
            outdated: Vec::new(),
        };
        // TODOs that were planned are linked, and none of these.
        let Some(whole) = whole else {
            return known;
        };
        for file in snapshot.index.derived(whole) {
            let Some(facts) = snapshot.file(file) else {
                continue;
            };
            let requirement = |of: Span| {
                let parts = facts.lineage.parts.iter();
                let mut ids = parts.filter(|it| it.span == of).map(|it| &*it.name);
                ids.find_map(requirement_of)
            };
            for origin in &facts.lineage.origins {
                if let (true, Some(recorded), Some(id)) = (
                    origin.source.whole == *whole,
                    origin.recorded,
                    requirement(origin.of),
                ) {
                    known.ids.push(id.clone());
                    known.requirements.insert(recorded, id);
                }
            }
            for it in snapshot.outdated(file) {
                if let (Why::Changed(now), Some(id)) = (it.why, requirement(it.origin.of))
                    && it.origin.source.whole == *whole
                {
                    known
                        .outdated
                        .push((it.origin.source.clone(), id, now.digest));
                }
            }
        }
        known
    }

    /// The requirement that an item was before it was changed.
    pub(super) fn before(
        &self,
        item: &Item,
        titles: &FxHashMap<TicketId, String>,
    ) -> Option<TicketId> {
        let (source, digest) = item.from.record()?;
        let of_part = self.outdated.iter().filter(|it| it.0 == *source);
        let mut same = of_part.filter(|(_, id, now)| {
            let title = titles.get(id).map_or("", String::as_str);
            *now == digest || strsim::normalized_levenshtein(title, &item.title()) >= super::ALIKE
        });
        same.next().map(|it| it.1.clone())
    }
}

/// What each requirement is called.
pub(super) fn titles(snapshot: &Snapshot) -> FxHashMap<TicketId, String> {
    let mut titles = FxHashMap::default();
    for id in snapshot.index.requirement_ids() {
        for path in snapshot.index.requirement_files(id) {
            let page = snapshot.file(path).and_then(|it| it.page.as_ref());
            for heading in page.iter().flat_map(|it| &it.headings) {
                if requirement_of(&heading.text).as_ref() == Some(id) {
                    let title = super::text::title_of(&heading.text);
                    titles.insert(id.clone(), title.to_owned());
                }
            }
        }
    }
    titles
}
