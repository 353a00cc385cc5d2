//! Small projects written in one string, for tests: `//- /path` begins a file, `$0` is the cursor.

use std::sync::Arc;

use jiff::civil::{Date, date};

use crate::comments::Reader;
use crate::config::Config;
use crate::facts;
use crate::lineage::code;
use crate::text::{Charset, Document, Hash};
use crate::world::{Delta, FileChange, Snapshot, World};

#[cfg(test)]
pub(crate) mod forge;
#[cfg(test)]
pub(crate) mod random;

/// The day that fixtures live in.
pub const TODAY: Date = date(2026, 11, 20);

/// A project, its files' texts, and what was marked in them.
#[derive(Debug)]
pub struct Fixture {
    pub world: World,
    /// Path and text, in the order written, marks taken out.
    pub files: Vec<(Arc<str>, String)>,
    /// Path and offset of `$0`.
    pub cursor: Option<(Arc<str>, usize)>,
    /// What `^^^` lines under the text say.
    pub notes: Vec<Note>,
}

/// `^^^^ text` under a line: a span of it, and what is expected there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    pub path: Arc<str>,
    pub start: usize,
    pub end: usize,
    pub text: String,
}

impl Fixture {
    /// Reads a fixture. Text before the first `//-` line is the file `main.rs`. Every file is open.
    /// A line whose first mark is `^` is a note on the line above and no part of the text.
    pub fn new(text: &str) -> Self {
        let mut files: Vec<(Arc<str>, String)> = Vec::new();
        let (mut cursor, mut notes) = (None, Vec::new());
        for line in text.split_inclusive('\n') {
            if let Some(path) = line.strip_prefix("//- /") {
                files.push((path.trim().into(), String::new()));
                continue;
            }
            if files.is_empty() {
                files.push(("main.rs".into(), String::new()));
            }
            let Some((path, text)) = files.last_mut() else {
                continue;
            };
            if line.trim_start().starts_with('^') {
                notes.push(note(path, text, line));
                continue;
            }
            let mut line = line.to_owned();
            if let Some(at) = line.find("$0") {
                line.replace_range(at..at + 2, "");
                cursor = Some((path.clone(), text.len() + at));
            }
            text.push_str(&line);
        }
        notes.sort();
        let world = world(&files);
        Self {
            world,
            files,
            cursor,
            notes,
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        self.world.snapshot()
    }

    /// A file's text becomes another.
    pub fn set(&mut self, path: &str, text: &str) -> Delta {
        self.files.retain(|it| &*it.0 != path);
        self.files.push((path.into(), text.to_owned()));
        let bytes = text.as_bytes();
        let config = self.snapshot().config;
        let hash = Hash::of(bytes);
        let facts = facts::facts(path, bytes, hash, Charset::Bytes, &config, Reader::Tree);
        let path: Arc<str> = path.into();
        self.world.apply([
            FileChange::Open {
                path: path.clone(),
                document: Document::new(text, 2, ""),
            },
            FileChange::Facts {
                path,
                facts: Some(Arc::new(facts)),
            },
        ])
    }

    pub fn text(&self, path: &str) -> &str {
        let file = self.files.iter().find(|it| &*it.0 == path);
        file.map_or("", |it| &it.1)
    }
}

fn note(path: &Arc<str>, text: &str, line: &str) -> Note {
    let above = text
        .trim_end_matches('\n')
        .rfind('\n')
        .map_or(0, |it| it + 1);
    let column = line.find('^').unwrap_or(0);
    let width = line[column..].chars().take_while(|it| *it == '^').count();
    let offset = |column: usize| {
        let head = text[above..].char_indices().nth(column);
        head.map_or(text.len(), |it| above + it.0)
    };
    Note {
        path: path.clone(),
        start: offset(column),
        end: offset(column + width),
        text: line[column + width..].trim().to_owned(),
    }
}

fn world(files: &[(Arc<str>, String)]) -> World {
    let config = files.iter().find(|it| &*it.0 == ".docs/docket.toml");
    let config = config.map_or_else(Config::default, |it| Config::parse(&it.1).0);
    let mut world = World::new(config.clone(), TODAY);
    let batch = files.iter().flat_map(|(path, text)| {
        let bytes = text.as_bytes();
        let facts = facts::facts(
            path,
            bytes,
            Hash::of(bytes),
            Charset::Bytes,
            &config,
            Reader::Tree,
        );
        [
            FileChange::Open {
                path: path.clone(),
                document: Document::new(text, 1, ""),
            },
            FileChange::Facts {
                path: path.clone(),
                facts: Some(Arc::new(facts)),
            },
        ]
    });
    world.apply(batch.collect::<Vec<_>>());
    world.apply([
        FileChange::Me(Some("ana".into())),
        FileChange::Web(Some("https://github.com/acme/app".into())),
    ]);
    for path in world.snapshot().unseen_targets() {
        let folder = format!("{path}/");
        let exists = files.iter().any(|it| it.0.starts_with(&folder));
        world.apply([FileChange::Exists { path, exists }]);
    }
    for path in world.snapshot().unseen_code() {
        let found = files.iter().find(|it| *it.0 == *path);
        let declared = found.map(|it| Arc::new(code::declared(&path, &it.1)));
        world.apply([FileChange::Declared { path, declared }]);
    }
    world
}
