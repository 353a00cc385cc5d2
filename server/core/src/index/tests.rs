//! Tests of `index`.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::fixture::{TODAY, random};
use crate::world::{Dirty, FileChange, World};

/// Some of a few paths set to random facts or forgotten, again and again.
fn history() -> impl Strategy<Value = Vec<(Arc<str>, Option<FileFacts>)>> {
    prop::collection::vec(random::change(), 1..24)
}

/// What a user sees of the findings; fixes are worked out anew when one is chosen.
fn shown(snapshot: &crate::world::Snapshot, path: &str) -> Vec<crate::finding::Finding> {
    let mut findings = crate::rules::findings(snapshot, path);
    findings.iter_mut().for_each(|it| it.fixes.clear());
    findings
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn step_by_step_equals_from_scratch(history in history()) {
        let mut world = World::new(Default::default(), TODAY);
        let mut last: BTreeMap<Arc<str>, FileFacts> = BTreeMap::new();
        for (path, facts) in history {
            world.set_file(&path, facts.clone().map(Arc::new));
            match facts {
                Some(facts) => last.insert(path, facts),
                None => last.remove(&path),
            };
        }
        let mut fresh = Index::default();
        for (path, facts) in &last {
            fresh.add(path, facts);
        }
        let snapshot = world.snapshot();
        prop_assert_eq!(&snapshot.index, &fresh);
        prop_assert_eq!(snapshot.n_files(), last.len());
        for (path, facts) in &last {
            fresh.remove(path, facts);
        }
        prop_assert_eq!(fresh, Index::default());
    }

    #[test]
    fn a_file_whose_findings_change_is_dirty(history in history()) {
        let mut world = World::new(Default::default(), TODAY);
        for (path, facts) in history {
            let before = world.snapshot();
            let delta = world.set_file(&path, facts.map(Arc::new));
            let after = world.snapshot();
            let Dirty::Files(dirty) = &delta.dirty else { continue };
            for path in random::paths() {
                if !dirty.contains(&path) {
                    prop_assert_eq!(shown(&before, &path), shown(&after, &path));
                }
            }
        }
    }

    #[test]
    fn a_snapshot_does_not_see_what_comes_after(history in history()) {
        let mut world = World::new(Default::default(), TODAY);
        let mut before = Vec::new();
        for (path, facts) in history {
            let snapshot = world.snapshot();
            before.push((snapshot.clone(), crate::rules::all_findings(&snapshot)));
            world.set_file(&path, facts.map(Arc::new));
        }
        for (snapshot, findings) in before {
            prop_assert_eq!(crate::rules::all_findings(&snapshot), findings);
        }
    }
}

#[test]
fn nothing_new_dirties_no_other_file() {
    let mut world = World::new(Default::default(), TODAY);
    let facts = random::ticket_facts("T-2222", "done", &[]);
    world.set_file(".docs/tickets/T-2222-a.md", Some(Arc::new(facts.clone())));
    let delta = world.apply([FileChange::Facts {
        path: ".docs/tickets/T-2222-a.md".into(),
        facts: Some(Arc::new(facts)),
    }]);
    let only: Arc<str> = ".docs/tickets/T-2222-a.md".into();
    assert_eq!(delta.dirty, Dirty::Files([only].into()));
}
