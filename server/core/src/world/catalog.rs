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
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub path: &'a Arc<str>,
    /// As it is written; `None` means the configuration's default.
    pub status: Option<&'a str>,
    /// Id and title, with a space between.
    pub named: &'a str,
    /// The same in lower case, with a line break between.
    pub folded: &'a str,
    id_len: usize,
}

impl<'a> Entry<'a> {
    pub fn id(&self) -> &'a str {
        &self.named[..self.id_len]
    }

    pub fn title(&self) -> &'a str {
        &self.named[self.id_len + 1..]
    }
}

#[derive(Clone, Debug)]
pub(super) struct Catalog {
    parts: Vec<Arc<Part>>,
}

/// Some of the entries, their words in one text in the order of the entries: what is next to each
/// other is read many times as fast as what has to be fetched.
#[derive(Clone, Debug, Default)]
struct Part {
    words: String,
    entries: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    path: Arc<str>,
    status: Option<Arc<str>>,
    /// In `words`: where what is named begins, and how long it and what is folded are.
    start: u32,
    id_len: u32,
    named_len: u32,
    folded_len: u32,
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
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.parts.iter().flat_map(|it| it.entries())
    }

    /// Takes in what a file's facts are now.
    pub(super) fn set(&mut self, path: &Arc<str>, facts: Option<&FileFacts>) {
        let words = facts.and_then(words);
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(&**path);
        // The upper bits are the better mixed ones.
        let part = &mut self.parts[(hash >> 58) as usize % N_PARTS];
        let known = part.entries().find(|it| it.path == path);
        let same = match (&known, &words) {
            (None, None) => true,
            (Some(known), Some(new)) => {
                known.id() == new.id && known.title() == new.title && known.status == new.status
            }
            _ => false,
        };
        if same {
            return;
        }
        // A scan brings all of them, one after the other.
        if let (None, Some(it)) = (&known, &words) {
            Arc::make_mut(part).push(path, it.id, it.title, it.status);
            return;
        }
        let mut next = Part::default();
        for it in part.entries().filter(|it| it.path != path) {
            next.push(it.path, it.id(), it.title(), it.status);
        }
        if let Some(it) = words {
            next.push(path, it.id, it.title, it.status);
        }
        *part = Arc::new(next);
    }
}

impl Part {
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.entries.iter().map(|it| {
            let start = it.start as usize;
            let (named, folded) = (it.named_len as usize, it.folded_len as usize);
            Entry {
                path: &it.path,
                status: it.status.as_deref(),
                named: &self.words[start..start + named],
                folded: &self.words[start + named..start + named + folded],
                id_len: it.id_len as usize,
            }
        })
    }

    fn push(&mut self, path: &Arc<str>, id: &str, title: &str, status: Option<&str>) {
        let start = self.words.len();
        self.words.push_str(id);
        self.words.push(' ');
        self.words.push_str(title);
        let named = self.words.len() - start;
        let folded = format!("{id}\n{title}").to_lowercase();
        self.words.push_str(&folded);
        // Front matter is no longer than the file, which is less than 4 GiB.
        self.entries.push(Row {
            path: path.clone(),
            status: status.map(Into::into),
            start: start as u32,
            id_len: id.len() as u32,
            named_len: named as u32,
            folded_len: folded.len() as u32,
        });
    }
}

struct Words<'a> {
    id: &'a str,
    title: &'a str,
    status: Option<&'a str>,
}

fn words(facts: &FileFacts) -> Option<Words<'_>> {
    let ticket = facts.ticket.as_ref()?;
    Some(Words {
        id: &ticket.id.as_ref()?.value,
        title: ticket.title.as_ref().map_or("", |it| &it.value),
        status: ticket.status.as_ref().map(|it| it.value.as_str()),
    })
}
