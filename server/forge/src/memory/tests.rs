//! What the forge in memory does beyond the contract: its faults, and its other people.

use std::time::Duration;

use super::*;
use crate::contract;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn forge() -> MemoryForge {
    MemoryForge::new("octocat/hello", at("2026-11-26T10:00:00Z"))
}

fn titled(title: &str) -> NewIssue {
    NewIssue {
        title: title.to_owned(),
        ..NewIssue::default()
    }
}

async fn numbers(forge: &MemoryForge, since: Option<Timestamp>) -> Vec<u64> {
    let mut query = Query {
        since,
        ..Query::default()
    };
    let mut found = Vec::new();
    loop {
        let page = forge.issues(&query).await.unwrap();
        found.extend(page.issues.iter().map(|it| it.number));
        match page.next {
            Some(next) => query.next = Some(next),
            None => return found,
        }
    }
}

#[tokio::test]
async fn a_lost_answer_has_acted_and_an_unavailable_forge_has_not() {
    let forge = forge();
    forge.fail(Request::Create, Fault::LostAnswer);
    forge.fail(Request::Create, Fault::Unavailable);
    let lost = forge.create(&titled("one")).await.unwrap_err();
    assert!(lost.may_have_acted());
    let unavailable = forge.create(&titled("two")).await.unwrap_err();
    assert_eq!(unavailable.kind, ErrorKind::Unavailable);
    let titles: Vec<_> = forge.all().into_iter().map(|it| it.title).collect();
    assert_eq!(titles, ["one"]);
    assert_eq!(forge.count(Request::Create), 2);
}

#[tokio::test]
async fn a_write_of_several_requests_can_fail_between_them() {
    let forge = forge();
    let number = forge.open("ana", &titled("one"));
    forge.fail(Request::AddLabels, Fault::Unavailable);
    let writes = [
        RemoteWrite::AddLabel("bug".into()),
        RemoteWrite::Title("two".into()),
    ];
    forge.write(number, &writes).await.unwrap_err();
    let issue = forge.get(number).unwrap();
    assert_eq!(issue.title, "two");
    assert!(issue.labels.is_empty());
    // Carried out again it is whole, and nothing is done twice.
    forge.write(number, &writes).await.unwrap();
    assert!(forge.get(number).unwrap().labels.contains("bug"));
}

#[tokio::test]
async fn an_issue_that_changes_between_two_pages_comes_twice_and_none_slips_through() {
    let forge = forge();
    forge.set_page_size(2);
    for title in ["one", "two", "three", "four"] {
        forge.open("ana", &titled(title));
        forge.advance(SignedDuration::from_secs(1));
    }
    let other = forge.clone();
    let mut asked = 0;
    forge.script(move |request| {
        asked += usize::from(request == Request::Issues);
        if asked == 2 {
            other.edit(1, |it| it.title = "changed".into());
        }
        None
    });
    assert_eq!(numbers(&forge, None).await, [1, 2, 3, 4, 1]);
}

#[tokio::test]
async fn a_page_can_repeat_the_last_item_of_the_one_before() {
    let forge = forge();
    forge.set_page_size(2);
    for title in ["one", "two", "three"] {
        forge.open("ana", &titled(title));
    }
    forge.script({
        let mut asked = 0;
        move |_| {
            asked += 1;
            (asked == 2).then_some(Fault::Repeat)
        }
    });
    assert_eq!(numbers(&forge, None).await, [1, 2, 2, 3]);
}

#[tokio::test]
async fn an_unchanged_page_costs_no_quota() {
    let forge = forge();
    forge.open("ana", &titled("one"));
    let first = forge.issues(&Query::default()).await.unwrap();
    let left = forge.quota().unwrap().remaining;
    let query = Query {
        etag: first.etag,
        ..Query::default()
    };
    let again = forge.issues(&query).await.unwrap();
    assert!(again.not_modified && again.issues.is_empty());
    assert_eq!(forge.quota().unwrap().remaining, left);
    assert_eq!(forge.n_not_modified(), 1);

    forge.edit(1, |it| it.body = "more".into());
    let changed = forge.issues(&query).await.unwrap();
    assert!(!changed.not_modified);
    assert_eq!(changed.issues.len(), 1);
}

#[tokio::test]
async fn a_used_up_quota_is_back_when_its_hour_is_over() {
    let forge = forge();
    forge.set_quota(0);
    let error = forge.viewer().await.unwrap_err();
    let until = at("2026-11-26T11:00:00Z");
    assert_eq!(error.kind, ErrorKind::Limited { until });
    forge.advance(SignedDuration::from_hours(1));
    assert_eq!(forge.viewer().await.unwrap(), "octocat");
}

#[tokio::test]
async fn limits_say_how_long() {
    let forge = forge();
    let wait = Duration::from_secs(60);
    forge.fail(Request::Viewer, Fault::Slow(wait));
    forge.fail(Request::Viewer, Fault::Limited(wait));
    let kind = forge.viewer().await.unwrap_err().kind;
    assert_eq!(kind, ErrorKind::Slow { wait });
    let kind = forge.viewer().await.unwrap_err().kind;
    let until = at("2026-11-26T10:01:00Z");
    assert_eq!(kind, ErrorKind::Limited { until });
}

#[tokio::test]
async fn deleted_transferred_and_unknown_issues_differ() {
    let forge = forge();
    for title in ["one", "two", "three"] {
        forge.open("ana", &titled(title));
    }
    let writes = [RemoteWrite::AddBlockedBy(2), RemoteWrite::Parent(Some(2))];
    forge.write(1, &writes).await.unwrap();
    forge.delete(2);
    forge.transfer(3);
    let kind = async |number| forge.issue(number).await.unwrap_err().kind;
    assert_eq!(kind(2).await, ErrorKind::Gone);
    assert_eq!(kind(3).await, ErrorKind::Moved);
    assert_eq!(kind(9).await, ErrorKind::NotFound);
    // A number is never used again, and who pointed there points nowhere now.
    assert_eq!(forge.open("ana", &titled("four")), 4);
    let relations = forge.get(1).unwrap().relations;
    assert_eq!(relations, Some(Relations::default()));
}

#[tokio::test]
async fn a_locked_issue_can_be_changed_and_only_collaborators_comment() {
    let forge = forge();
    let number = forge.open("ana", &titled("one"));
    forge.lock_conversation(number);
    forge.comment(number, "fine").await.unwrap();
    let readers = forge.read_only();
    let error = readers.comment(number, "no").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert!(readers.issue(number).await.unwrap().locked);
}

#[tokio::test]
async fn a_renamed_repository_answers_under_its_new_name() {
    let forge = forge();
    forge.open("ana", &titled("one"));
    forge.rename_repository("octocat/goodbye");
    assert_eq!(
        forge.repository().await.unwrap().full_name,
        "octocat/goodbye"
    );
    assert_eq!(numbers(&forge, None).await, [1]);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_leaves_the_time_alone() {
    let forge = forge();
    let number = forge.open("ana", &titled("one"));
    let before = forge.get(number).unwrap().updated_at;
    forge.advance(SignedDuration::from_secs(5));
    let writes = [RemoteWrite::Title("one".into())];
    forge.write(number, &writes).await.unwrap();
    assert_eq!(forge.get(number).unwrap().updated_at, before);
}

#[tokio::test]
async fn the_reference_keeps_the_contract() {
    for case in contract::CASES {
        println!("{case}");
        for forge in [hello_world(), hello_world().without_relations()] {
            forge.set_page_size(5);
            contract::run(case, &forge, &forge).await;
        }
    }
}

fn hello_world() -> MemoryForge {
    MemoryForge::new("octocat/hello-world", at("2026-11-26T10:00:00Z"))
}
