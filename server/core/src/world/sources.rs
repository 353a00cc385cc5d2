//! Source files that something was made from: they need no facts of their own.

use std::sync::Arc;

use super::{Dirty, Snapshot, derived};
use crate::lineage::Whole;
use crate::lineage::code::Declared;
use crate::span::{Encoding, Position};

impl Snapshot {
    /// The source files that something was made from, in no order. What they declare is told by
    /// [`FileChange::Declared`], and again when they change.
    pub fn code_sources(&self) -> impl Iterator<Item = &str> {
        self.index.derived_wholes().filter_map(Whole::code)
    }

    /// Whether something was made from the source file at `path`.
    pub fn is_code_source(&self, path: &str) -> bool {
        let whole = Whole::Page(path.into());
        whole.code().is_some() && self.index.derived(&whole).next().is_some()
    }

    /// The position of an offset in a file, as the disk has it; `None` where nothing is known of it.
    pub fn position(&self, path: &str, offset: u32, encoding: Encoding) -> Option<Position> {
        let declared = self.declared(path).flatten().map(|it| &it.lines);
        let lines = declared.or_else(|| Some(&self.file(path)?.lines))?;
        Some(lines.position(offset as usize, encoding))
    }

    /// Those of [`Self::code_sources`] of which nobody has said yet what they declare; until then
    /// what was made from them counts as good.
    pub fn unseen_code(&self) -> Vec<Arc<str>> {
        let unseen = self
            .code_sources()
            .filter(|it| !self.declared.contains_key(*it));
        let mut unseen: Vec<Arc<str>> = unseen.map(Arc::from).collect();
        unseen.sort_unstable();
        unseen
    }

    /// What a source file declares, as somebody has said, where something was made from it.
    pub fn declared(&self, path: &str) -> Option<Option<&Arc<Declared>>> {
        self.declared.get(path).map(Option::as_ref)
    }

    /// What was made from a source file, however many steps away.
    pub(super) fn dirty_made_of(&self, code: &str, dirty: &mut Dirty) {
        let whole = Whole::Page(code.into());
        if derived::descendants(self, vec![whole], |it| dirty.add(it)).is_err() {
            *dirty = Dirty::All;
        }
    }
}
