//! Cases about issues and their own fields, and about lists of them.

use std::collections::BTreeSet;

use docket_core::sync::{CloseReason, IssueState, RemoteWrite};
use jiff::SignedDuration;

use super::{Ability, World, pages, set, titled};
use crate::{Forge, NewIssue, Query};

pub(super) async fn who_and_where(forge: &impl Forge, world: &impl World) {
    assert!(!forge.viewer().await.unwrap().is_empty());
    let repository = forge.repository().await.unwrap();
    assert_eq!(repository.full_name, world.full_name());
    assert!(repository.has_issues && repository.can_write);
    assert!(!repository.node_id.is_empty());
    assert_eq!(repository.default_branch, "main");
    let quota = forge.quota().unwrap();
    assert!(quota.remaining < quota.limit);
}

pub(super) async fn a_new_issue_is_what_was_asked_for(forge: &impl Forge, _: &impl World) {
    let me = forge.viewer().await.unwrap();
    let new = NewIssue {
        title: "Parse bodies — \"all\" of <them> 🦀".to_owned(),
        body: "First\r\n\r\n- [ ] one\n<!-- docket:1 -->".to_owned(),
        labels: set(&["bug", "status: in-progress"]),
        assignees: [me.clone()].into(),
        milestone: Some("v0.2 / beta".to_owned()),
        kind: None,
    };
    let made = forge.create(&new).await.unwrap();
    assert_eq!(made.title, new.title);
    assert_eq!(made.body, new.body);
    assert_eq!(made.labels, new.labels);
    assert_eq!(made.assignees, new.assignees);
    assert_eq!(made.milestone, new.milestone);
    assert_eq!(made.state, IssueState::Open);
    assert_eq!(made.author, me);
    assert_eq!((made.relations.as_ref(), made.closed_at), (None, None));
    assert!(!made.node_id.is_empty() && made.url.contains(&made.number.to_string()));
    assert_eq!(forge.issue(made.number).await.unwrap(), made);
}

pub(super) async fn what_is_not_there_is_made_or_left_out(forge: &impl Forge, world: &impl World) {
    let new = NewIssue {
        labels: set(&["made on the way"]),
        assignees: match world.can(Ability::Limits) {
            true => set(&["nobody-at-all"]),
            false => BTreeSet::new(),
        },
        milestone: Some("made too".to_owned()),
        ..titled("One")
    };
    let made = forge.create(&new).await.unwrap();
    assert_eq!(made.labels, new.labels);
    assert_eq!(made.milestone, new.milestone);
    assert!(made.assignees.is_empty());
    // And once it is there it is not made again.
    let again = forge.create(&new).await.unwrap();
    assert_eq!(again.milestone, new.milestone);
}

pub(super) async fn a_marked_issue_is_found(forge: &impl Forge, world: &impl World) {
    let before = forge.create(&titled("Before")).await.unwrap().created_at;
    let marked = |marker: &str| NewIssue {
        body: format!("Text\n\n<!-- docket:{marker} -->"),
        ..titled("Marked")
    };
    let one = forge.create(&marked("one")).await.unwrap();
    world.pass_time().await;
    world.pass_time().await;
    let two = forge.create(&marked("two")).await.unwrap();
    let find = async |marker, since| forge.find_marked(marker, since).await.unwrap();
    assert_eq!(find("docket:one", before).await, Some(one.clone()));
    assert_eq!(find("docket:two", two.created_at).await, Some(two.clone()));
    assert_eq!(find("docket:three", before).await, None);
    // Made before the time, even where it has changed since.
    world.retitle(one.number, "Changed").await;
    assert_eq!(find("docket:one", two.created_at).await, None);
}

pub(super) async fn own_fields_change_in_one_write(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    let closed = IssueState::Closed(CloseReason::NotPlanned);
    let writes = [
        RemoteWrite::Title("Two".into()),
        RemoteWrite::Body("Text".into()),
        RemoteWrite::State(closed),
        RemoteWrite::Milestone(Some("v1".into())),
    ];
    let told = forge.write(number, &writes).await.unwrap().unwrap();
    assert_eq!((told.title.as_str(), told.body.as_str()), ("Two", "Text"));
    assert_eq!(told.state, closed);
    assert_eq!(told.milestone.as_deref(), Some("v1"));
    assert!(told.closed_at.is_some());
    assert_eq!(forge.issue(number).await.unwrap(), told);
    // Twice is as once.
    let again = forge.write(number, &writes).await.unwrap().unwrap();
    assert_eq!(again.state, told.state);

    let writes = [
        RemoteWrite::State(IssueState::Open),
        RemoteWrite::Milestone(None),
        RemoteWrite::Body(String::new()),
    ];
    let told = forge.write(number, &writes).await.unwrap().unwrap();
    assert_eq!(told.state, IssueState::Open);
    assert_eq!((told.milestone, told.closed_at), (None, None));
    assert_eq!((told.title.as_str(), told.body.as_str()), ("Two", ""));
    assert_eq!(forge.write(number, &[]).await.unwrap(), None);
}

pub(super) async fn a_closed_issue_can_get_another_reason(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    for reason in [
        CloseReason::Completed,
        CloseReason::NotPlanned,
        CloseReason::Completed,
    ] {
        let state = IssueState::Closed(reason);
        let writes = [RemoteWrite::State(state)];
        let told = forge.write(number, &writes).await.unwrap().unwrap();
        assert_eq!(told.state, state);
        assert_eq!(forge.issue(number).await.unwrap().state, state);
    }
}

pub(super) async fn labels_are_added_and_removed(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    let labels = async || forge.issue(number).await.unwrap().labels;
    let add = |it: &str| RemoteWrite::AddLabel(it.to_owned());
    let remove = |it: &str| RemoteWrite::RemoveLabel(it.to_owned());
    let odd = match world.can(Ability::Slashes) {
        true => "status: 50 % done/ä?#",
        false => "status: 50 % done ä?#",
    };
    let writes = [add("bug"), add(odd), add("lsp")];
    forge.write(number, &writes).await.unwrap();
    assert_eq!(labels().await, set(&["bug", odd, "lsp"]));
    // What somebody else adds in between stays.
    forge.write(number, &[add("other")]).await.unwrap();
    let writes = [remove("bug"), remove(odd), add("lsp"), add("new")];
    for _ in 0..2 {
        forge.write(number, &writes).await.unwrap();
        assert_eq!(labels().await, set(&["lsp", "new", "other"]));
    }
}

pub(super) async fn assignees_are_added_and_removed(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    let me = forge.viewer().await.unwrap();
    for _ in 0..2 {
        let writes = [RemoteWrite::AddAssignee(me.clone())];
        let told = forge.write(number, &writes).await.unwrap().unwrap();
        assert_eq!(told.assignees, [me.clone()].into());
    }
    for _ in 0..2 {
        let writes = [RemoteWrite::RemoveAssignee(me.clone())];
        let told = forge.write(number, &writes).await.unwrap().unwrap();
        assert_eq!(told.assignees, set(&[]));
    }
    if world.can(Ability::Limits) {
        let writes = [
            RemoteWrite::AddAssignee(me.clone()),
            RemoteWrite::AddAssignee("nobody-at-all".into()),
        ];
        // Who cannot be is left out without a word; the answer tells.
        let told = forge.write(number, &writes).await.unwrap().unwrap();
        assert_eq!(told.assignees, [me].into());
    }
}

pub(super) async fn pages_hold_every_issue_in_order_of_change(
    forge: &impl Forge,
    world: &impl World,
) {
    let n = world.page_size() + world.page_size() / 2;
    let mut numbers = BTreeSet::new();
    for index in 0..n {
        numbers.insert(world.open(&format!("Issue {index}")).await);
    }
    world.pass_time().await;
    let first = *numbers.first().unwrap();
    world.retitle(first, "Changed last").await;
    let found = pages(forge, None).await;
    let told: BTreeSet<u64> = found.iter().map(|it| it.number).collect();
    assert_eq!(told, numbers);
    assert_eq!(found.last().unwrap().title, "Changed last");
    assert!(found.is_sorted_by_key(|it| it.updated_at));
    assert!(found.iter().all(|it| it.relations.is_none()));
    // An item may come twice, but not all of them.
    assert!(found.len() <= n + n / 5, "{} for {n}", found.len());
}

pub(super) async fn only_what_changed_since(forge: &impl Forge, world: &impl World) {
    let one = world.open("One").await;
    let two = world.open("Two").await;
    world.pass_time().await;
    world.pass_time().await;
    let three = world.open("Three").await;
    let changed = forge.issue(three).await.unwrap().updated_at;
    let since = match world.can(Ability::SinceInclusive) {
        true => changed,
        false => changed - SignedDuration::from_secs(1),
    };
    let numbers = async || -> Vec<u64> {
        let found = pages(forge, Some(since)).await;
        found.iter().map(|it| it.number).collect()
    };
    assert_eq!(
        numbers().await,
        [three],
        "a change at that very time counts"
    );
    world.pass_time().await;
    world.retitle(one, "Changed").await;
    assert_eq!(numbers().await, [three, one]);
    world.pass_time().await;
    let writes = [RemoteWrite::AddLabel("bug".into())];
    forge.write(two, &writes).await.unwrap();
    assert_eq!(numbers().await, [three, one, two]);
}

pub(super) async fn nothing_new_is_not_modified(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::Conditional) {
        return;
    }
    for index in 0..=world.page_size() {
        world.open(&format!("Issue {index}")).await;
    }
    let mut query = Query::default();
    let first = forge.issues(&query).await.unwrap();
    query.etag = first.etag;
    assert!(query.etag.is_some());
    let left = forge.quota().unwrap().remaining;
    let n_before = forge.n_requests();
    let again = forge.issues(&query).await.unwrap();
    assert_eq!(forge.n_requests(), n_before + 1);
    assert!(again.not_modified && again.issues.is_empty());
    assert_eq!(again.next, first.next, "the pages after it are told still");
    assert_eq!(again.etag, query.etag);
    assert_eq!(forge.quota().unwrap().remaining, left);
    world.retitle(first.issues[0].number, "Changed").await;
    assert!(!forge.issues(&query).await.unwrap().not_modified);
}

pub(super) async fn pull_requests_are_told_apart(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::PullRequests) {
        return;
    }
    let issue = world.open("Issue").await;
    let pull = world.open_pull_request("Pull <!-- docket:1 -->").await;
    let kinds: Vec<_> = pages(forge, None)
        .await
        .iter()
        .map(|it| (it.number, it.is_pull_request))
        .collect();
    assert_eq!(kinds, [(issue, false), (pull, true)]);
    assert!(forge.issue(pull).await.unwrap().is_pull_request);
}
