//! The author and the day of each TODO's line, by git's blame, remembered until the file changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use docket_core::text::Hash;
use gix::ObjectId;
use serde::{Deserialize, Serialize};

use super::repository::{Authored, Blamer, PastError, Repository};
use crate::env::Env;
use crate::project;
use crate::scan;

/// Lines of one file to be told about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Relative to the project's root, with `/`.
    pub path: String,
    /// From 1.
    pub lines: BTreeSet<u32>,
}

impl Asked {
    /// The same for many files.
    pub fn all(lines: BTreeMap<&str, BTreeSet<u32>>) -> Vec<Self> {
        let asked = lines.into_iter().map(|(path, lines)| Self {
            path: path.to_owned(),
            lines,
        });
        asked.collect()
    }
}

/// Who wrote each line that was asked for. A line that is not committed yet is in none.
#[derive(Clone, Debug, Default)]
pub struct Ages {
    remembered: Remembered,
}

/// What the store keeps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Remembered {
    /// The commit that was checked out.
    head: String,
    files: BTreeMap<String, File>,
    /// By the commit's id.
    authors: BTreeMap<String, Authored>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct File {
    content: Hash,
    /// The commit of each line; `None` where it is not committed yet.
    lines: BTreeMap<u32, Option<String>>,
}

impl Ages {
    /// Works out what is not remembered, and remembers it.
    ///
    /// # Errors
    ///
    /// Where there is no git, or no commit.
    pub fn of(root: &Path, env: &Env, asked: &[Asked]) -> Result<Self, PastError> {
        let repository = Repository::of(root)?;
        let head = repository.head()?;
        let mut store = project::store(root, env);
        let key = scan::root_key(root);
        let before = store.as_ref().and_then(|it| it.ages(&key).ok()?);
        let before = before.and_then(|it| postcard::from_bytes(&it).ok());
        let before = still_true(&repository, head, before.unwrap_or_default());
        let remembered = renew(root, &repository, head, before, asked);
        if let Some(store) = &mut store {
            // Writing to memory cannot fail; an empty body reads as nothing.
            let body = postcard::to_stdvec(&remembered).unwrap_or_default();
            if let Err(error) = store.save_ages(&key, &body) {
                tracing::debug!(%error, "ages are worked out again next time");
            }
        }
        Ok(Self { remembered })
    }

    /// Who wrote the line, counted from 1.
    pub fn author(&self, path: &str, line: u32) -> Option<&Authored> {
        let commit = self
            .remembered
            .files
            .get(path)?
            .lines
            .get(&line)?
            .as_ref()?;
        self.remembered.authors.get(commit)
    }
}

/// What was remembered of files that no commit has touched since.
fn still_true(repository: &Repository, head: ObjectId, mut before: Remembered) -> Remembered {
    let from = ObjectId::from_hex(before.head.as_bytes());
    match from.ok().and_then(|it| repository.touched(it, head)) {
        Some(touched) => before.files.retain(|path, _| !touched.contains(path)),
        None => before.files.clear(),
    }
    before
}

fn renew(
    root: &Path,
    repository: &Repository,
    head: ObjectId,
    before: Remembered,
    asked: &[Asked],
) -> Remembered {
    // Those that nobody asks for now are asked for next time.
    let mut files = before.files.clone();
    files.retain(|path, _| root.join(path).exists());
    let mut unknown = Vec::new();
    for it in asked {
        let Ok(text) = std::fs::read(root.join(&it.path)) else {
            continue;
        };
        let content = Hash::of(&text);
        let known = before.files.get(&it.path).filter(|file| {
            file.content == content && it.lines.iter().all(|line| file.lines.contains_key(line))
        });
        if known.is_none() {
            files.remove(&it.path);
            unknown.push((it, text, content));
        }
    }
    let mut authors = before.authors;
    let again = repository.again();
    let at = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        let Some(blamer) = again.blamer(head) else {
            return found;
        };
        while let Some((it, text, content)) = unknown.get(at.fetch_add(1, Ordering::Relaxed)) {
            if let Some(lines) = blamer.blame(&it.path, text, &it.lines) {
                let authors = authors_of(&blamer, &lines);
                found.push((it.path.clone(), *content, lines, authors));
            }
        }
        found
    };
    let n_threads = scan::n_threads().min(unknown.len().div_ceil(4)).max(1);
    let found = std::thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(work)).collect();
        let mut found = work();
        for it in others {
            // What one thread lost to a panic is as if git could not tell.
            found.extend(it.join().unwrap_or_default());
        }
        found
    });
    for (path, content, lines, of_file) in found {
        let lines = lines
            .into_iter()
            .map(|(line, it)| (line, it.map(|it| it.to_string())));
        let lines = lines.collect();
        files.insert(path, File { content, lines });
        authors.extend(of_file.into_iter().map(|it| (it.commit.clone(), it)));
    }
    let in_use: BTreeSet<&String> = files
        .values()
        .flat_map(|it| it.lines.values().flatten())
        .collect();
    authors.retain(|it, _| in_use.contains(it));
    Remembered {
        head: head.to_string(),
        files,
        authors,
    }
}

fn authors_of(blamer: &Blamer, lines: &BTreeMap<u32, Option<ObjectId>>) -> Vec<Authored> {
    let commits: BTreeSet<ObjectId> = lines.values().flatten().copied().collect();
    commits
        .into_iter()
        .filter_map(|it| blamer.authored(it))
        .collect()
}
