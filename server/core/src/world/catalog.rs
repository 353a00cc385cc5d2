//! Ids and titles of all tickets, close together: what completion looks through at each keystroke.
//!
//! Facts lie all over memory, and reading 10,000 of them costs more than comparing 10,000 titles.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::facts::FileFacts;

/// A change copies one of so many parts, so that a snapshot in use costs an edit little.
const N_PARTS: usize = 64;

/// One ticket file that has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub path: Arc<str>,
    pub id: Arc<str>,
    pub title: Arc<str>,
    /// As it is written; `None` means the configuration's default.
    pub status: Option<Arc<str>>,
    /// Id and title in lower case, with a line break between.
    pub folded: Arc<str>,
}

#[derive(Clone, Debug)]
pub(super) struct Catalog {
    parts: Vec<Arc<Vec<Entry>>>,
}

impl Default for Catalog {
    fn default() -> Self {
        Self {
            parts: vec![Arc::default(); N_PARTS],
        }
    }
}

impl Catalog {
    /// All entries, in no order.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.parts.iter().flat_map(|it| it.iter())
    }

    /// Takes in what a file's facts are now.
    pub(super) fn set(&mut self, path: &Arc<str>, facts: Option<&FileFacts>) {
        let entry = facts.and_then(|it| entry(path, it));
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(&**path);
        // The upper bits are the better mixed ones.
        let part = &mut self.parts[(hash >> 58) as usize % N_PARTS];
        let at = part.iter().position(|it| it.path == *path);
        if at.map(|at| &part[at]) == entry.as_ref() {
            return;
        }
        let part = Arc::make_mut(part);
        match (at, entry) {
            (Some(at), Some(entry)) => part[at] = entry,
            (None, Some(entry)) => part.push(entry),
            (Some(at), None) => {
                part.swap_remove(at);
            }
            (None, None) => {}
        }
    }
}

fn entry(path: &Arc<str>, facts: &FileFacts) -> Option<Entry> {
    let ticket = facts.ticket.as_ref()?;
    let id = ticket.id.as_ref()?.value.as_str();
    let title = ticket.title.as_ref().map_or("", |it| it.value.as_str());
    Some(Entry {
        path: path.clone(),
        id: id.into(),
        title: title.into(),
        status: ticket.status.as_ref().map(|it| it.value.as_str().into()),
        folded: format!("{id}\n{title}").to_lowercase().into(),
    })
}
