//! Severity by age: what nobody has come back to weighs more. Decided for every door by the same
//! rules; only who wrote a line, and when, comes from git.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use docket_core::finding::Finding;
use docket_core::rules::age::{self, Known};
use docket_core::world::Snapshot;

use crate::env::Env;
use crate::past::ages::{Ages, Asked};

/// Gives findings the severity that their age asks for, where a rule has `by-age`. Blames the lines
/// of those findings alone.
pub fn weigh(root: &Path, env: &Env, snapshot: &Snapshot, findings: &mut [Finding]) {
    let mut lines: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for it in findings.iter() {
        if let Some(line) = age::line_to_ask(snapshot, it) {
            lines.entry(&it.path).or_default().insert(line + 1);
        }
    }
    let asked: Vec<_> = lines
        .into_iter()
        .map(|(path, lines)| Asked {
            path: path.to_owned(),
            lines,
        })
        .collect();
    // Without git, or a commit, nothing has an age but what says its own day.
    let ages = match asked.is_empty() {
        true => None,
        false => Ages::of(root, env, &asked).ok(),
    };
    let day = |path: &str, line: u32| {
        let author = ages.as_ref()?.author(path, line + 1)?;
        Some(author.day)
    };
    age::weigh(snapshot, findings, |finding, line| {
        match day(&finding.path, line) {
            Some(day) => Known::Since(day),
            None => Known::New,
        }
    });
}
