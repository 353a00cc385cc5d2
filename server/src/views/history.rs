//! What git says of rows of TODOs: on which day each line was written, and which are new on the branch.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::debt;
use docket_core::text::Charset;
use rustc_hash::FxHashSet;

use super::ProjectTodos;
use crate::engine::View;
use crate::env::Env;
use crate::past::ages::{Ages, Asked};
use crate::since::Since;

/// Fills in `since` and `new` as far as git knows; `since` is what new ones are new against. Blame takes its time: not for a thread that
/// others wait for.
///
/// Days are those of the files as they are on the disk.
pub fn add_history(view: &View, project: &mut ProjectTodos, since: Option<&Since>, env: &Env) {
    add_days(view, project, env);
    if let Some(since) = since {
        add_new(view, project, since);
    }
}

fn add_days(view: &View, project: &mut ProjectTodos, env: &Env) {
    let mut lines: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for it in &project.todos {
        let file = view.snapshot.file(&it.path);
        // Git's lines are not those of a file in UTF-16.
        if file.is_some_and(|it| it.charset == Charset::Bytes) {
            let of_file = lines.entry(&it.path).or_default();
            of_file.insert(it.keyword_range.start.line + 1);
        }
    }
    let asked = Asked::all(lines);
    let Ok(ages) = Ages::of(&view.root, env, &asked) else {
        return;
    };
    for it in &mut project.todos {
        let author = ages.author(&it.path, it.keyword_range.start.line + 1);
        it.since = author.map(|it| it.day.to_string());
    }
}

fn add_new(view: &View, project: &mut ProjectTodos, since: &Since) {
    let now = &view.snapshot;
    let places: Vec<_> = since.new_todos(now).collect();
    let new: FxHashSet<(&str, &str)> = places
        .iter()
        .filter_map(|it| Some((&*it.path, &*debt::todo(now, it)?.fingerprint)))
        .collect();
    for it in &mut project.todos {
        it.new = Some(new.contains(&(&*it.path, &*it.fingerprint)));
    }
}
