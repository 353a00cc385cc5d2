//! Tests of `world`.

use std::sync::Arc;

use super::*;
use crate::fixture::{Fixture, TODAY, random};

#[test]
fn a_batch_is_one_revision() {
    let mut world = World::new(Config::default(), TODAY);
    let delta = world.apply([
        FileChange::Me(Some("ana".into())),
        FileChange::Facts {
            path: "a.rs".into(),
            facts: Some(Arc::new(random::source_facts(Vec::new()))),
        },
    ]);
    assert_eq!(delta.revision, 1);
    assert!(delta.dirty.contains("a.rs"));
    assert!(!delta.dirty.contains("b.rs"));
    assert_eq!(world.snapshot().me.as_deref(), Some("ana"));
}

#[test]
fn a_new_day_dirties_everything() {
    let mut world = World::new(Config::default(), TODAY);
    assert_eq!(
        world.apply([FileChange::Today(TODAY)]).dirty,
        Dirty::Files(BTreeSet::new())
    );
    let tomorrow = TODAY.tomorrow().unwrap();
    assert_eq!(world.apply([FileChange::Today(tomorrow)]).dirty, Dirty::All);
}

#[test]
fn a_mirror_that_says_something_else_dirties_everything() {
    let mut world = World::new(Config::default(), TODAY);
    let mut mirror = Mirror {
        repository: "ana/it".to_owned(),
        ..Mirror::default()
    };
    let mut take = |it: &Mirror| {
        world
            .apply([FileChange::Mirror(Arc::new(it.clone()))])
            .dirty
    };
    assert_eq!(take(&mirror), Dirty::All);
    mirror.fetched_at = Some(jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(take(&mirror), Dirty::Files(BTreeSet::new()));
    mirror.outbox.waiting = 1;
    assert_eq!(take(&mirror), Dirty::All);
    assert_eq!(world.snapshot().mirror.outbox.waiting, 1);
}

#[test]
fn a_ring_of_dependencies_is_found_from_each_of_its_tickets() {
    let mut world = World::new(Config::default(), TODAY);
    for (id, depends_on) in [
        ("T-2222", "T-3333"),
        ("T-3333", "t-4444"),
        ("T-4444", "T-2222"),
        ("T-5555", "T-2222"),
        ("T-6666", "T-6666"),
    ] {
        let facts = random::ticket_facts(id, "todo", &[depends_on]);
        world.set_file(&format!(".docs/tickets/{id}.md"), Some(Arc::new(facts)));
    }
    let snapshot = world.snapshot();
    let ring = |id: &str| {
        let ring = snapshot.dependency_ring(&TicketId::new(id));
        ring.iter().map(|it| it.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ring("T-2222"), ["T-2222", "T-3333", "T-4444"]);
    assert_eq!(ring("T-3333"), ["T-3333", "T-4444", "T-2222"]);
    assert_eq!(ring("T-5555"), [""; 0]);
    assert_eq!(ring("T-6666"), ["T-6666"]);
}

#[test]
fn a_long_chain_of_dependencies_is_no_deep_call() {
    let mut world = World::new(Config::default(), TODAY);
    let id = |n: usize| format!("TASK-{n}");
    world.apply((0..5_000).map(|n| {
        let next = id((n + 1) % 5_000);
        FileChange::Facts {
            path: format!(".docs/tickets/{n}.md").into(),
            facts: Some(Arc::new(random::ticket_facts(&id(n), "todo", &[&next]))),
        }
    }));
    let ring = world.snapshot().dependency_ring(&TicketId::new("TASK-7"));
    assert_eq!(ring.len(), 5_000);
}

#[test]
fn a_fixture_tells_cursor_and_notes() {
    let fixture = Fixture::new("//- /a.rs\nlet x = 1;\n  ^^^^ here\n// T$0ODO\n//- /b.md\nhi\n");
    assert_eq!(fixture.text("a.rs"), "let x = 1;\n// TODO\n");
    assert_eq!(fixture.cursor, Some(("a.rs".into(), 15)));
    let note = &fixture.notes[0];
    assert_eq!((note.start, note.end, &*note.text), (2, 6, "here"));
    assert_eq!(fixture.snapshot().document("b.md").unwrap().text(), "hi\n");
}
