//! A first round of many issues: tickets are made while the forge is asked for what is left.

use std::sync::atomic::{AtomicUsize, Ordering};

use docket_core::sync::RemoteWrite;
use docket_forge::memory::{Fault, Request};

use super::{World, change, new};
use crate::sync::round::{SyncError, Wanted};

/// The last is a part of the first.
fn many() -> World {
    let world = World::new("issues = \"state:all\"");
    for number in 1..=250 {
        world
            .forge
            .open("ana", &new(&format!("Issue {number}"), ""));
    }
    change(&world.forge, 250, &[RemoteWrite::Parent(Some(1))]);
    world.forge.reset_counts();
    world
}

fn check(world: &World) {
    world.rest();
    let names = world.names();
    assert_eq!(names.len(), 250);
    let texts: Vec<_> = names.iter().map(|it| world.read(it)).collect();
    let of = |number: u64| {
        let line = format!("github: {number}\n");
        let mut found = texts.iter().filter(|it| it.contains(&line));
        let one = found.next().unwrap();
        assert_eq!(found.next(), None);
        one
    };
    let line = |text: &str, key: &str| {
        let line = text.lines().find_map(|it| it.strip_prefix(key));
        line.unwrap_or_else(|| panic!("no {key} in {text}"))
            .to_owned()
    };
    assert_eq!(line(of(250), "parent: "), line(of(1), "id: "));
}

#[test]
fn they_are_made_by_hundreds() {
    let world = many();
    let imports = AtomicUsize::new(0);
    let count = |step: &'static str| {
        imports.fetch_add(usize::from(step == "before an import"), Ordering::Relaxed);
        Ok(())
    };
    let report = world.round_of(Wanted::Changes, &[], &count).unwrap();
    assert_eq!(report.imported.len(), 250);
    assert_eq!(imports.into_inner(), 3);
    assert_eq!(world.forge.count(Request::Relations), 3);
    check(&world);
}

#[test]
fn a_kill_between_two_hundreds_makes_none_twice() {
    let world = many();
    let imports = AtomicUsize::new(0);
    let kill = |step: &'static str| {
        let is_import = step == "before an import";
        match is_import && imports.fetch_add(1, Ordering::Relaxed) == 1 {
            true => Err(SyncError::Cancelled),
            false => Ok(()),
        }
    };
    world.round_of(Wanted::Changes, &[], &kill).unwrap_err();
    assert_eq!(world.names().len(), 100);
    check(&world);
}

#[test]
fn without_an_answer_the_others_are_made_after_it() {
    let world = many();
    let asked = AtomicUsize::new(0);
    world.forge.script(move |request| {
        let second = request == Request::Relations && asked.fetch_add(1, Ordering::Relaxed) == 1;
        second.then_some(Fault::Unavailable)
    });
    let report = world.round_of(Wanted::Changes, &[], &|_| Ok(())).unwrap();
    assert_eq!(report.imported.len(), 250);
    check(&world);
}

#[test]
fn a_dry_run_makes_none() {
    let world = many();
    let report = world.round_of(Wanted::Plan, &[], &|_| Ok(())).unwrap();
    assert_eq!(report.imported.len(), 250);
    assert_eq!(world.names(), [] as [String; 0]);
}
