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
    /// Id and title, with a space between: in one place, since where each lies has to be fetched.
    named: Arc<str>,
    id_len: u32,
    /// As it is written; `None` means the configuration's default.
    pub status: Option<Arc<str>>,
    /// Id and title in lower case, with a line break between.
    pub folded: Arc<str>,
}

impl Entry {
    pub fn id(&self) -> &str {
        &self.named[..self.id_len as usize]
    }

    pub fn title(&self) -> &str {
        &self.named[self.id_len as usize + 1..]
    }

    /// Id and title.
    pub fn named(&self) -> &str {
        &self.named
    }
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
        named: format!("{id} {title}").into(),
        id_len: u32::try_from(id.len()).ok()?,
        status: ticket.status.as_ref().map(|it| it.value.as_str().into()),
        folded: format!("{id}\n{title}").to_lowercase().into(),
    })
}
