//! Which branch counts: checkouts of others, old commits and stashes push nothing old.

use std::path::Path;
use std::process::Command;

use docket_core::sync::resolve::Take;

use super::super::resolve;
use super::*;

#[expect(clippy::disallowed_methods, reason = "a test's own repository")]
pub(super) fn git(root: &Path, args: &[&str]) {
    let done = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(args)
        .current_dir(root)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// A linked ticket, committed on `main`, which both sides agree on.
pub(super) fn committed() -> World {
    let world = linked();
    let root = world.root();
    git(&root, &["init", "-q", "-b", "main"]);
    commit(&world, "one");
    world.rest();
    world
}

fn commit(world: &World, message: &str) {
    git(&world.root(), &["add", ".docs"]);
    git(&world.root(), &["commit", "-qm", message]);
}

#[test]
fn another_branch_pulls_into_the_copy_alone() {
    let world = committed();
    git(&world.root(), &["switch", "-qc", "feature"]);
    world.change(ONE, "title: One", "title: Branch");
    change(&world.forge, 1, &[RemoteWrite::AddLabel("bug".into())]);
    let report = world.round();
    assert!(report.cache_only.is_some_and(|it| it.contains("`feature`")));
    assert!(!world.read(ONE).contains("bug"));
    assert_eq!(world.forge.get(1).unwrap().title, "One");
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    assert!(
        ledger
            .issue(remote, 1)
            .unwrap()
            .unwrap()
            .labels
            .contains("bug")
    );
    // Merged, though another branch is checked out: it reaches the forge.
    commit(&world, "branch");
    git(&world.root(), &["branch", "-f", "main", "feature"]);
    world.round();
    assert_eq!(world.forge.get(1).unwrap().title, "Branch");
    git(&world.root(), &["switch", "-q", "main"]);
    world.rest();
    assert!(world.read(ONE).contains("labels: [bug]"));
}

#[test]
fn a_pulled_value_that_a_stash_took_away_is_not_pushed_back() {
    let world = committed();
    change(&world.forge, 1, &[RemoteWrite::Title("Theirs".into())]);
    world.rest();
    assert!(world.read(ONE).contains("title: Theirs"));
    git(&world.root(), &["stash", "-q"]);
    let report = world.round();
    assert_eq!(report.conflicts.len(), 1);
    assert_eq!(world.forge.get(1).unwrap().title, "Theirs");
    git(&world.root(), &["stash", "pop", "-q"]);
    assert_eq!(world.rest().conflicts, []);
    // The same from another branch: its tree has not changed since.
    git(&world.root(), &["stash", "-q"]);
    git(&world.root(), &["switch", "-qc", "feature"]);
    world.round();
    assert_eq!(world.forge.get(1).unwrap().title, "Theirs");
}

#[test]
fn an_old_commit_pushes_nothing() {
    let world = committed();
    world.change(ONE, "title: One", "title: Two");
    commit(&world, "two");
    world.rest();
    assert_eq!(world.forge.get(1).unwrap().title, "Two");
    git(&world.root(), &["reset", "-q", "--hard", "HEAD~1"]);
    let report = world.round();
    assert!(
        report
            .cache_only
            .is_some_and(|it| it.contains("before the last round"))
    );
    assert_eq!(world.forge.get(1).unwrap().title, "Two");
    assert!(world.read(ONE).contains("title: One"));
}

#[test]
fn an_issue_can_be_made_on_any_branch() {
    let world = committed();
    git(&world.root(), &["switch", "-qc", "feature"]);
    world.write("T-3333-new.md", "---\nid: T-3333\ntitle: New\n---\n");
    let report = world
        .round_of(Wanted::Changes, &["T-3333".to_owned()], &|_| Ok(()))
        .unwrap();
    assert_eq!(report.created[0].issue, Some(2));
    assert!(world.read("T-3333-new.md").contains("github: 2"));
    world.round();
    assert_eq!(world.forge.all().len(), 2);
}

#[test]
fn what_a_person_decided_for_is_sent_though_it_is_committed() {
    let world = committed();
    world.change(ONE, "title: One", "title: Mine");
    commit(&world, "mine");
    change(&world.forge, 1, &[RemoteWrite::Title("Theirs".into())]);
    // The second round knows that the commit is not new.
    let conflicts = [world.round().conflicts, world.round().conflicts];
    assert_eq!(conflicts[0], conflicts[1]);
    let [conflict] = &conflicts[1][..] else {
        panic!("{conflicts:#?}");
    };
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    resolve::note(&mut ledger, remote, conflict, Take::Mine, &[]).unwrap();
    assert_eq!(world.round().conflicts, []);
    assert_eq!(world.forge.get(1).unwrap().title, "Mine");
    world.rest();
    // Decided once is not decided for ever.
    change(&world.forge, 1, &[RemoteWrite::Title("Later".into())]);
    world.rest();
    assert!(world.read(ONE).contains("title: Later"));
    git(&world.root(), &["stash", "-q"]);
    assert_eq!(world.round().conflicts.len(), 1);
    assert_eq!(world.forge.get(1).unwrap().title, "Later");
}

#[test]
fn the_other_side_taken_is_not_sent_back() {
    let world = committed();
    world.change(ONE, "title: One", "title: Mine");
    commit(&world, "mine");
    change(&world.forge, 1, &[RemoteWrite::Title("Theirs".into())]);
    let report = world.round();
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    resolve::note(&mut ledger, remote, &report.conflicts[0], Take::Theirs, &[]).unwrap();
    assert_eq!(ledger.conflicts(remote).unwrap(), []);
    assert_eq!(world.rest().conflicts, []);
    assert!(world.read(ONE).contains("title: Theirs"));
    assert_eq!(world.forge.get(1).unwrap().title, "Theirs");
}
