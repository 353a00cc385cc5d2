//! What rounds ask of pull requests, and that they ask no more.

use docket_core::sync::{Check, Outcome, PullState, TicketPull};
use docket_forge::memory::Reporter;
use docket_forge::{Forge, NewPullRequest};

use super::branches::{committed, git};
use super::*;

const BRANCH: &str = "T-0001-one";
const COMMIT: &str = "1111111111111111111111111111111111111111";

/// An open pull request that the ledger knows, of a branch that is checked out.
fn opened() -> (World, u64) {
    let world = committed();
    git(&world.root(), &["switch", "-qc", BRANCH]);
    world.forge.push(BRANCH, COMMIT);
    let new = NewPullRequest {
        title: "One".to_owned(),
        branch: BRANCH.to_owned(),
        base: "main".to_owned(),
        ..NewPullRequest::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let pull = runtime
        .block_on(world.forge.create_pull_request(&new))
        .unwrap();
    let number = pull.number;
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let known = TicketPull {
        ticket: "T-0001".to_owned(),
        pull,
        checks: None,
    };
    ledger.put_pull(remote, &known).unwrap();
    (world, number)
}

fn known(world: &World) -> TicketPull {
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let mut pulls = ledger.pulls(remote).unwrap();
    assert_eq!(pulls.len(), 1);
    pulls.remove(0)
}

fn check(name: &str, outcome: Outcome) -> Check {
    Check {
        name: name.to_owned(),
        outcome,
        url: String::new(),
    }
}

/// Requests of a round once nothing else is new.
fn requests(world: &World) -> usize {
    world.rest();
    world.forge.reset_counts();
    world.round();
    world.forge.n_requests()
}

#[test]
fn a_round_tells_how_the_checks_are_of_the_branch_that_is_checked_out() {
    let (world, _) = opened();
    world
        .forge
        .report(COMMIT, Reporter::CheckRun, check("lint", Outcome::Pending));
    world.round();
    let checks = known(&world).checks.unwrap();
    assert_eq!(checks.summary(), "0 of 1 check passed, 1 pending");
    assert_eq!(checks.at, world.forge.now());

    let second = "2".repeat(40);
    world.forge.push(BRANCH, &second);
    world
        .forge
        .report(&second, Reporter::Status, check("lint", Outcome::Failed));
    world.round();
    assert_eq!(known(&world).pull.commit, second);
    let checks = known(&world).checks.unwrap();
    assert_eq!(checks.summary(), "0 of 1 check passed, `lint` failed");
}

#[test]
fn a_pull_request_of_another_branch_costs_nothing() {
    let (world, number) = opened();
    assert_eq!(
        requests(&world),
        4,
        "one page, the pull request, two kinds of checks"
    );
    git(&world.root(), &["switch", "-q", "main"]);
    assert_eq!(requests(&world), 1);
    // What became of it is asked once.
    world.forge.advance(SignedDuration::from_secs(1));
    world.forge.end_pull(number, PullState::Merged);
    world.round();
    assert_eq!(known(&world).pull.state, PullState::Merged);
    assert_eq!(requests(&world), 1);
    git(&world.root(), &["switch", "-q", BRANCH]);
    assert_eq!(requests(&world), 1);
}

#[test]
fn a_token_that_may_not_see_checks_stops_no_round() {
    let (world, _) = opened();
    world.forge.fail(Request::CheckRuns, Fault::Forbidden);
    world.round();
    assert_eq!(known(&world).checks, None);
    // What is used up is used up for all.
    let hour = std::time::Duration::from_secs(3600);
    world.forge.fail(Request::Pulls, Fault::Limited(hour));
    assert!(world.round().limited_until.is_some());
    world.forge.reset_counts();
    assert!(world.round().offline.is_some());
    assert_eq!(world.forge.n_requests(), 0);
}
