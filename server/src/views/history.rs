//! What git says of rows of TODOs: on which day each line was written, and which are new on the branch.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::debt::{self, What};
use rustc_hash::FxHashSet;

use super::ProjectTodos;
use crate::engine::View;
use crate::env::Env;
use crate::past::ages::{Ages, Asked};
use crate::past::{Base, Past};

/// Fills in `since` and `new` as far as git knows. Blame takes its time: not for a thread that
/// others wait for.
///
/// Days are those of the files as they are on the disk.
pub fn add_history(view: &View, project: &mut ProjectTodos, env: &Env) {
    add_days(view, project, env);
    add_new(view, project);
}

fn add_days(view: &View, project: &mut ProjectTodos, env: &Env) {
    let mut lines: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for it in &project.todos {
        let of_file = lines.entry(&it.path).or_default();
        of_file.insert(it.keyword_range.start.line + 1);
    }
    let asked: Vec<_> = lines
        .into_iter()
        .map(|(path, lines)| Asked {
            path: path.to_owned(),
            lines,
        })
        .collect();
    let Ok(ages) = Ages::of(&view.root, env, &asked) else {
        return;
    };
    for it in &mut project.todos {
        let author = ages.author(&it.path, it.keyword_range.start.line + 1);
        it.since = author.map(|it| it.day.to_string());
    }
}

fn add_new(view: &View, project: &mut ProjectTodos) {
    let now = &view.snapshot;
    let base = Base::of(&view.root, &now.config.display.base);
    let past = base.and_then(|it| Past::at(&view.root, &it, now));
    let Ok(past) = past else {
        return;
    };
    let difference = debt::difference(&past.snapshot, now);
    let new: FxHashSet<(&str, &str)> = difference
        .changed
        .iter()
        .filter(|it| it.what == What::New)
        .filter_map(|it| Some((&*it.at.path, &*debt::todo(now, &it.at)?.fingerprint)))
        .collect();
    for it in &mut project.todos {
        it.new = Some(new.contains(&(&*it.path, &*it.fingerprint)));
    }
}
