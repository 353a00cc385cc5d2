//! Which commit took the last mention of a ticket out of a file.

use std::collections::HashMap;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;

use super::Repository;
use crate::branches::guarded;

/// Older commits than this many are not looked at.
const MAX_COMMITS: usize = 2_000;

impl Repository {
    /// The last commit after which `path` did not have `word` any more; `None` where the commit
    /// that is checked out still has it there, or none of the last ones took it out.
    pub fn removal(&self, path: &str, word: &str) -> Option<ObjectId> {
        let head = self.head().ok()?;
        let mut mentions = Mentions {
            repository: self,
            path: format!("{}{path}", self.prefix),
            word: word.to_lowercase(),
            known: HashMap::new(),
        };
        guarded(|| {
            if mentions.at(head)? {
                return None;
            }
            let newest = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
            let walk = self.repository.rev_walk([head]).sorting(newest).all();
            for info in walk.ok()?.take(MAX_COMMITS) {
                let info = info.ok()?;
                // A merge takes nothing out by itself: what it joins did.
                let parents: Vec<_> = info.parent_ids().map(gix::Id::detach).collect();
                if let [parent] = parents[..]
                    && !mentions.at(info.id)?
                    && mentions.at(parent).unwrap_or(false)
                {
                    return Some(info.id);
                }
            }
            None
        })
    }
}

struct Mentions<'a> {
    repository: &'a Repository,
    /// From the top of the working tree.
    path: String,
    /// In lower case.
    word: String,
    /// By the file's content, which most commits leave as it is.
    known: HashMap<ObjectId, bool>,
}

impl Mentions<'_> {
    /// Whether the file has the word at `commit`; `None` where that cannot be read.
    fn at(&mut self, commit: ObjectId) -> Option<bool> {
        let repository = &self.repository.repository;
        let tree = repository.find_commit(commit).ok()?.tree().ok()?;
        let Some(entry) = tree.lookup_entry_by_path(&self.path).ok()? else {
            return Some(false);
        };
        let blob = entry.object_id();
        if let Some(known) = self.known.get(&blob) {
            return Some(*known);
        }
        let data = repository.find_object(blob).ok()?.detach().data;
        let has = data.to_lowercase().contains_str(&self.word);
        self.known.insert(blob, has);
        Some(has)
    }
}
