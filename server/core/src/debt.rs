//! What has come and gone between two moments of a project: findings and TODOs that are new, and
//! those that are there no more.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Finding;
use crate::todo::{Reference, Todo};
use crate::world::Snapshot;

/// Two texts that are less alike are of two TODOs.
const LEAST_ALIKE: f64 = 0.6;

/// Longest text that is compared, in characters.
const MAX_COMPARED: usize = 300;

/// Splits the findings of now into those that were there `before` and those that were not; the
/// number is how many are gone.
///
/// A finding is known by its fingerprint, wherever it stands now. Of those that are equal, as many
/// are known as there were.
pub fn new_findings(now: Vec<Finding>, before: &[Known<'_>]) -> (Vec<Finding>, usize) {
    let mut left: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for it in before {
        left.entry(it.fingerprint).or_default().push(it.path);
    }
    let mut take = |finding: &Finding, is_meant: &dyn Fn(&str) -> bool| {
        let paths = left.get_mut(finding.fingerprint.as_str());
        paths.is_some_and(|paths| match paths.iter().position(|it| is_meant(it)) {
            Some(idx) => {
                paths.swap_remove(idx);
                true
            }
            None => false,
        })
    };
    // Those that stayed where they were come first, so that what is told as new is the other one.
    let stayed: Vec<bool> = now
        .iter()
        .map(|it| take(it, &|path| path == it.path))
        .collect();
    let mut new = Vec::new();
    for (finding, stayed) in now.into_iter().zip(stayed) {
        if !stayed && !take(&finding, &|_| true) {
            new.push(finding);
        }
    }
    (new, left.values().map(Vec::len).sum())
}

/// The findings of another moment by their fingerprints, for many questions about single files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The paths of each.
    by_fingerprint: FxHashMap<String, Vec<String>>,
}

impl Baseline {
    pub fn new(findings: impl IntoIterator<Item = Finding>) -> Self {
        let mut by_fingerprint: FxHashMap<String, Vec<String>> = FxHashMap::default();
        for it in findings {
            by_fingerprint
                .entry(it.fingerprint)
                .or_default()
                .push(it.path);
        }
        Self { by_fingerprint }
    }

    /// The findings of the whole project that were not there then, as [`new_findings`] tells them.
    pub fn new_of_all(&self, now: Vec<Finding>) -> Vec<Finding> {
        let all = self.by_fingerprint.iter();
        let known: Vec<_> = all
            .flat_map(|(fingerprint, paths)| {
                paths.iter().map(move |path| Known { fingerprint, path })
            })
            .collect();
        new_findings(now, &known).0
    }

    /// Those of one file's findings that [`Self::new_of_all`] tells as new. `all` gives the findings
    /// of the whole project, and is asked only where one may have come here from another file.
    pub fn new_of_file(
        &self,
        findings: Vec<Finding>,
        path: &str,
        all: impl FnOnce() -> Vec<Finding>,
    ) -> Vec<Finding> {
        let paths = |it: &Finding| {
            let paths = self.by_fingerprint.get(&it.fingerprint);
            paths.map_or(&[][..], Vec::as_slice)
        };
        // Within a file no two have one fingerprint.
        let left: Vec<_> = findings
            .into_iter()
            .filter(|it| !paths(it).iter().any(|it| it == path))
            .collect();
        if left.iter().all(|it| paths(it).is_empty()) {
            return left;
        }
        let mut new = self.new_of_all(all());
        new.retain(|it| it.path == path);
        new
    }
}

/// A finding of another moment, as little of it as tells it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<'a> {
    pub fingerprint: &'a str,
    pub path: &'a str,
}

/// A TODO by its file and its number there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub path: Arc<str>,
    pub nth: usize,
}

/// What became of a TODO.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    New,
    /// Says the same in another file.
    Moved,
    /// Says something else where it was, or names others.
    Touched,
}

/// A TODO of now that was not there before, or not so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    pub at: Place,
    pub what: What,
    /// `None` where it is new.
    pub before: Option<Place>,
}

/// How the TODOs of two moments differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// By place.
    pub changed: Vec<Changed>,
    /// Places of before, ascending.
    pub removed: Vec<Place>,
}

/// The difference from `before` to `now`, over all files.
///
/// A TODO that says the same in the same file has stayed, whatever happened around it. One of
/// those left that says the same elsewhere has moved; one in the same file, or in the file that
/// this one was renamed to, that says nearly the same was touched.
pub fn difference(before: &Snapshot, now: &Snapshot) -> Difference {
    let mut old = left_over(before, now);
    let mut new = left_over(now, before);
    let mut changed = Vec::new();
    in_place(before, now, &mut old, &mut new, &mut changed);
    let renamed = moved(before, now, &mut old, &mut new, &mut changed);
    edited(before, now, &renamed, &mut old, &mut new, &mut changed);
    changed.extend(new.into_iter().map(|at| Changed {
        at,
        what: What::New,
        before: None,
    }));
    changed.sort();
    old.sort();
    Difference {
        changed,
        removed: old,
    }
}

/// The TODO at a place.
pub fn todo<'a>(snapshot: &'a Snapshot, place: &Place) -> Option<&'a Todo> {
    snapshot.file(&place.path)?.todos.get(place.nth)
}

/// The TODOs of files that are not the very same in `other`, by place.
fn left_over(snapshot: &Snapshot, other: &Snapshot) -> Vec<Place> {
    let mut paths: Vec<_> = snapshot
        .files()
        .filter(|(path, facts)| {
            let same = |it: &Arc<_>| Arc::ptr_eq(it, facts) || it.hash == facts.hash;
            !facts.todos.is_empty() && !other.file(path).is_some_and(same)
        })
        .collect();
    paths.sort_unstable_by(|one, two| one.0.cmp(two.0));
    let place = |path: &Arc<str>, nth| Place {
        path: path.clone(),
        nth,
    };
    let all = paths.into_iter();
    all.flat_map(|(path, facts)| (0..facts.todos.len()).map(move |nth| place(path, nth)))
        .collect()
}

/// Takes out those of one fingerprint in one file. They may still name other people, or have
/// another body.
fn in_place(
    before: &Snapshot,
    now: &Snapshot,
    old: &mut Vec<Place>,
    new: &mut Vec<Place>,
    changed: &mut Vec<Changed>,
) {
    let by_fingerprint = |snapshot: &Snapshot, places: &[Place]| -> FxHashMap<_, Place> {
        let key = |it: &Place| {
            let fingerprint = todo(snapshot, it).map(|it| it.fingerprint.clone());
            (it.path.clone(), fingerprint.unwrap_or_default())
        };
        places.iter().map(|it| (key(it), it.clone())).collect()
    };
    let olds = by_fingerprint(before, old);
    let news = by_fingerprint(now, new);
    let mut met = Met::default();
    for (key, at) in news {
        let Some(was) = olds.get(&key) else { continue };
        let is_same = match (todo(before, was), todo(now, &at)) {
            (Some(one), Some(two)) => details(one) == details(two),
            _ => true,
        };
        if !is_same {
            changed.push(pair(was, &at, What::Touched));
        }
        met.take(was, &at);
    }
    met.drop_from(old, new);
}

/// Takes out those that say the same in another file. Gives the files that were renamed, old name
/// to new: all that is known to have moved from the one moved to the other.
fn moved(
    before: &Snapshot,
    now: &Snapshot,
    old: &mut Vec<Place>,
    new: &mut Vec<Place>,
    changed: &mut Vec<Changed>,
) -> FxHashMap<Arc<str>, Arc<str>> {
    let mut by_said: FxHashMap<String, Vec<Place>> = FxHashMap::default();
    for place in old.iter() {
        if let Some(todo) = todo(before, place) {
            by_said.entry(said(todo)).or_default().push(place.clone());
        }
    }
    let mut met = Met::default();
    let mut renamed: FxHashMap<Arc<str>, Option<Arc<str>>> = FxHashMap::default();
    for at in new.iter() {
        let Some(candidates) = todo(now, at).and_then(|it| by_said.get_mut(&said(it))) else {
            continue;
        };
        let likeness = |it: &Place| {
            let followed = renamed
                .get(&it.path)
                .is_some_and(|it| it.as_ref() == Some(&at.path));
            let same_file = it.path == at.path;
            (same_file, followed, name(&it.path) == name(&at.path))
        };
        let best = (0..candidates.len())
            .rev()
            .max_by_key(|it| likeness(&candidates[*it]));
        let Some(best) = best else { continue };
        let was = candidates.remove(best);
        met.take(&was, at);
        // Another number among equal ones of one file is no move.
        if was.path == at.path {
            continue;
        }
        let is_rename = now.file(&was.path).is_none() && before.file(&at.path).is_none();
        let to = renamed
            .entry(was.path.clone())
            .or_insert(is_rename.then(|| at.path.clone()));
        if to.as_ref() != Some(&at.path) {
            *to = None;
        }
        changed.push(pair(&was, at, What::Moved));
    }
    met.drop_from(old, new);
    let sure = renamed.into_iter();
    sure.filter_map(|(from, to)| Some((from, to?))).collect()
}

/// Takes out those that say nearly the same where they were, the most alike first.
fn edited(
    before: &Snapshot,
    now: &Snapshot,
    renamed: &FxHashMap<Arc<str>, Arc<str>>,
    old: &mut Vec<Place>,
    new: &mut Vec<Place>,
    changed: &mut Vec<Changed>,
) {
    let mut news: FxHashMap<&Arc<str>, Vec<&Place>> = FxHashMap::default();
    for at in new.iter() {
        news.entry(&at.path).or_default().push(at);
    }
    let mut pairs: Vec<(f64, &Place, &Place)> = Vec::new();
    for was in old.iter() {
        let path = renamed.get(&was.path).unwrap_or(&was.path);
        for at in news.get(path).into_iter().flatten() {
            if let (Some(one), Some(two)) = (todo(before, was), todo(now, at)) {
                let alike = likeness(one, two);
                if alike >= LEAST_ALIKE {
                    pairs.push((alike, was, at));
                }
            }
        }
    }
    pairs.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
    });
    let mut met = Met::default();
    for (_, was, at) in pairs {
        if !met.old.contains(was) && !met.new.contains(at) {
            changed.push(pair(was, at, What::Touched));
            met.take(was, at);
        }
    }
    met.drop_from(old, new);
}

#[derive(Default)]
struct Met {
    old: FxHashSet<Place>,
    new: FxHashSet<Place>,
}

impl Met {
    fn take(&mut self, was: &Place, at: &Place) {
        self.old.insert(was.clone());
        self.new.insert(at.clone());
    }

    fn drop_from(self, old: &mut Vec<Place>, new: &mut Vec<Place>) {
        old.retain(|it| !self.old.contains(it));
        new.retain(|it| !self.new.contains(it));
    }
}

fn pair(was: &Place, at: &Place, what: What) -> Changed {
    Changed {
        at: at.clone(),
        what,
        before: Some(was.clone()),
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What the fingerprint covers, without the number among equal ones.
fn said(todo: &Todo) -> String {
    let mut references: Vec<_> = todo
        .references
        .iter()
        .filter(|it| !matches!(it.value, Reference::User(_) | Reference::Label(_)))
        .map(|it| it.value.to_string().to_lowercase())
        .collect();
    references.sort();
    format!("{}\0{}\0{}", todo.keyword, text(todo), references.join(" "))
}

/// What the fingerprint does not cover.
fn details(todo: &Todo) -> String {
    let references: Vec<_> = todo
        .references
        .iter()
        .map(|it| it.value.to_string())
        .collect();
    let conditions: Vec<_> = todo
        .conditions
        .iter()
        .map(|it| it.value.to_string())
        .collect();
    let due = todo.due.as_ref().map(|it| it.value.to_string());
    let body: Vec<_> = todo.body.split_whitespace().collect();
    format!(
        "{references:?} {conditions:?} {} {due:?} {:?} {body:?}",
        todo.urgency, todo.labels
    )
}

fn text(todo: &Todo) -> String {
    let text = match todo.text.trim() {
        "" => todo.body.lines().next().unwrap_or_default(),
        text => text,
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How alike two are, by their first lines or by all that they say: where a line is broken is no
/// difference.
fn likeness(one: &Todo, two: &Todo) -> f64 {
    let by_line = strsim::normalized_levenshtein(&text(one), &text(two));
    let by_all = strsim::normalized_levenshtein(&all(one), &all(two));
    by_line.max(by_all)
}

/// Text and body in one line, as much of it as a comparison needs.
fn all(todo: &Todo) -> String {
    let words = todo.text.split_whitespace();
    let words: Vec<_> = words.chain(todo.body.split_whitespace()).collect();
    let text = words.join(" ");
    text.chars().take(MAX_COMPARED).collect()
}

#[cfg(test)]
mod tests;
