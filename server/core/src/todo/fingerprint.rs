//! The identity of a TODO, which is what it says, not where.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::{Reference, Todo};

/// Gives each TODO of one file its fingerprint. Equal ones are numbered in the order of their place.
pub(super) fn number(todos: &mut [Todo]) {
    let mut seen: FxHashMap<blake3::Hash, u32> = FxHashMap::default();
    for todo in todos {
        let content = content(todo);
        let count = seen.entry(content).or_insert(0);
        todo.fingerprint = match *count {
            0 => short(&content),
            nth => short(&blake3::hash(
                format!("{}\0{nth}", content.to_hex()).as_bytes(),
            )),
        };
        *count += 1;
    }
}

fn content(todo: &Todo) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let mut part = |it: &str| {
        hasher.update(it.as_bytes());
        hasher.update(&[0]);
    };
    part(&todo.keyword);
    let text = match todo.text.trim() {
        "" => todo.body.lines().next().unwrap_or_default(),
        text => text,
    };
    part(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    // Who does it and how it is labelled may change; what it is about may not.
    let mut references: Vec<String> = todo
        .references
        .iter()
        .filter(|it| !matches!(it.value, Reference::User(_) | Reference::Label(_)))
        .map(|it| it.value.to_string().to_lowercase())
        .collect();
    references.sort();
    references.iter().for_each(|it| part(it));
    hasher.finalize()
}

fn short(hash: &blake3::Hash) -> String {
    hash.as_bytes()[..8]
        .iter()
        .fold(String::with_capacity(16), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}
