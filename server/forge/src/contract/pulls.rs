//! Cases about pull requests and checks.

use docket_core::sync::{Check, Checks, Outcome, PullState};

use super::{Ability, World, kind, pages};
use crate::memory::Reporter;
use crate::{ErrorKind, Forge, NewPullRequest};

const FIRST: &str = "1111111111111111111111111111111111111111";
const SECOND: &str = "2222222222222222222222222222222222222222";

fn from(branch: &str) -> NewPullRequest {
    NewPullRequest {
        title: "Parse bodies".to_owned(),
        body: "Text\n\nCloses #1".to_owned(),
        branch: branch.to_owned(),
        base: "main".to_owned(),
        draft: false,
    }
}

pub(super) async fn a_pull_request_is_made_once(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::PullRequests) {
        return;
    }
    let issue = world.open("One").await;
    let branch = "feature/T-2222 é";
    world.push(branch, FIRST).await;
    assert_eq!(forge.pull_request(branch).await.unwrap(), None);
    let draft = NewPullRequest {
        draft: true,
        ..from(branch)
    };
    let made = forge.create_pull_request(&draft).await.unwrap();
    assert_eq!(made.number, issue + 1);
    assert_eq!((made.state, made.draft), (PullState::Open, true));
    assert_eq!((&*made.branch, &*made.base), (branch, "main"));
    assert_eq!((&*made.title, &*made.commit), ("Parse bodies", FIRST));
    assert!(made.url.ends_with(&format!("/pull/{}", made.number)));
    // Whatever became of the answer: a second time gives the same one.
    let again = forge.create_pull_request(&draft).await.unwrap();
    assert_eq!(again, made);
    let all = pages(forge, None).await;
    let kinds: Vec<_> = all
        .iter()
        .map(|it| (it.number, it.is_pull_request))
        .collect();
    assert_eq!(kinds, [(issue, false), (made.number, true)]);
    assert_eq!(all[1].body, draft.body);
}

pub(super) async fn a_pull_request_is_found_by_its_branch(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::PullRequests) {
        return;
    }
    for branch in ["one", "two"] {
        world.push(branch, FIRST).await;
    }
    let one = forge.create_pull_request(&from("one")).await.unwrap();
    let two = forge.create_pull_request(&from("two")).await.unwrap();
    assert_ne!(one.number, two.number);
    let find = async |branch| forge.pull_request(branch).await.unwrap();
    assert_eq!(find("one").await, Some(one.clone()));
    assert_eq!(find("two").await, Some(two.clone()));
    assert_eq!(find("on").await, None);
    world.push("one", SECOND).await;
    assert_eq!(find("one").await.unwrap().commit, SECOND);
    world.end_pull(one.number, PullState::Closed).await;
    assert_eq!(find("one").await.unwrap().state, PullState::Closed);
    // What has ended is in nobody's way.
    let another = forge.create_pull_request(&from("one")).await.unwrap();
    assert_ne!(another.number, one.number);
    assert_eq!(find("one").await, Some(another));
    world.end_pull(two.number, PullState::Merged).await;
    assert_eq!(find("two").await.unwrap().state, PullState::Merged);
}

pub(super) async fn a_pull_request_needs_something_to_bring(
    forge: &impl Forge,
    world: &impl World,
) {
    if !world.can(Ability::PullRequests) {
        return;
    }
    let open = async |new| kind(forge.create_pull_request(&new)).await;
    assert_eq!(open(from("nowhere")).await, ErrorKind::Invalid);
    world.push("main", FIRST).await;
    world.push("one", FIRST).await;
    assert_eq!(open(from("one")).await, ErrorKind::Invalid);
    let elsewhere = NewPullRequest {
        base: "nowhere".to_owned(),
        ..from("one")
    };
    assert_eq!(open(elsewhere).await, ErrorKind::Invalid);
    assert!(pages(forge, None).await.is_empty());
}

pub(super) async fn checks_come_from_both_who_report_them(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::PullRequests) {
        return;
    }
    world.push("one", FIRST).await;
    world.push("two", SECOND).await;
    assert_eq!(forge.checks(FIRST).await.unwrap(), []);
    let n_runs = world.page_size() + 1;
    let check = |name: String, outcome| Check {
        url: format!("https://ci.example/{name}"),
        name,
        outcome,
    };
    for index in 0..n_runs {
        let run = check(format!("run-{index:03}"), Outcome::Pending);
        world.report(FIRST, Reporter::CheckRun, run).await;
    }
    let failed = check("run-000".to_owned(), Outcome::Failed);
    world
        .report(FIRST, Reporter::CheckRun, failed.clone())
        .await;
    let statuses = [
        check("lint".to_owned(), Outcome::Passed),
        check("deploy".to_owned(), Outcome::Failed),
    ];
    for status in statuses.clone() {
        world.report(FIRST, Reporter::Status, status).await;
    }
    let all = forge.checks(FIRST).await.unwrap();
    assert_eq!(all.len(), n_runs + 2);
    let checks = Checks::new(all, jiff::Timestamp::UNIX_EPOCH);
    let failures: Vec<_> = checks.of(Outcome::Failed).collect();
    assert_eq!(failures, [&statuses[1], &failed]);
    assert_eq!(checks.count(Outcome::Passed), 1);
    assert_eq!(checks.count(Outcome::Pending), n_runs - 1);
    assert_eq!(forge.checks(SECOND).await.unwrap(), []);
    let unknown = "3333333333333333333333333333333333333333";
    assert_eq!(kind(forge.checks(unknown)).await, ErrorKind::Invalid);
}
