//! What is sent: each write once and no more than it says, reads in as few requests as there can be.

use docket_core::sync::{CloseReason, IssueState};
use expect_test::{Expect, expect};

use super::super::stub::Trouble;
use super::*;
use crate::Query;
use crate::memory::Request;

async fn stub() -> (Stub, GitHub) {
    let stub = Stub::start().await;
    let github = GitHub::new(stub.options()).unwrap();
    (stub, github)
}

/// Two issues, and what is written to the first.
async fn check(writes: &[RemoteWrite], expected: Expect) {
    let (stub, github) = stub().await;
    for title in ["One", "Two"] {
        World::open(&stub, title).await;
    }
    github.write(1, writes).await.unwrap();
    expected.assert_eq(&stub.writes().await.join("\n"));
}

#[tokio::test]
async fn own_fields_are_one_request() {
    check(
        &[
            RemoteWrite::Title("New".into()),
            RemoteWrite::Body("Text".into()),
            RemoteWrite::State(IssueState::Closed(CloseReason::Duplicate)),
            RemoteWrite::Milestone(None),
        ],
        expect![[r#"PATCH /repos/octocat/hello-world/issues/1 {"body":"Text","milestone":null,"state":"closed","state_reason":"duplicate","title":"New"}"#]],
    )
    .await;
}

#[tokio::test]
async fn a_milestone_is_made_where_there_is_none() {
    check(
        &[RemoteWrite::Milestone(Some("v1".into()))],
        expect![[r#"
            POST /repos/octocat/hello-world/milestones {"title":"v1"}
            PATCH /repos/octocat/hello-world/issues/1 {"milestone":1}"#]],
    )
    .await;
}

#[tokio::test]
async fn sets_are_sent_as_additions_and_removals() {
    check(
        &[
            RemoteWrite::AddLabel("bug".into()),
            RemoteWrite::AddLabel("a/b c".into()),
            RemoteWrite::RemoveLabel("x/y ?".into()),
            RemoteWrite::AddAssignee("octocat".into()),
            RemoteWrite::RemoveAssignee("ben".into()),
        ],
        expect![[r#"
            POST /repos/octocat/hello-world/issues/1/labels {"labels":["a/b c","bug"]}
            DELETE /repos/octocat/hello-world/issues/1/labels/x%2Fy%20%3F
            POST /repos/octocat/hello-world/issues/1/assignees {"assignees":["octocat"]}
            DELETE /repos/octocat/hello-world/issues/1/assignees {"assignees":["ben"]}"#]],
    )
    .await;
}

#[tokio::test]
async fn relations_name_issues_by_their_id() {
    check(
        &[
            RemoteWrite::Parent(Some(2)),
            RemoteWrite::AddBlockedBy(2),
        ],
        expect![[r#"
            POST /repos/octocat/hello-world/issues/2/sub_issues {"replace_parent":true,"sub_issue_id":10001}
            POST /repos/octocat/hello-world/issues/1/dependencies/blocked_by {"issue_id":10002}"#]],
    )
    .await;
}

#[tokio::test]
async fn a_relation_that_is_cleared_is_looked_up_first() {
    let (stub, github) = stub().await;
    for title in ["One", "Two"] {
        World::open(&stub, title).await;
    }
    stub.world().edit(1, |it| {
        it.relations = Some(Relations {
            parent: Some(2),
            blocked_by: [2].into(),
        });
    });
    let writes = [RemoteWrite::Parent(None), RemoteWrite::RemoveBlockedBy(2)];
    github.write(1, &writes).await.unwrap();
    expect![[r#"
        DELETE /repos/octocat/hello-world/issues/2/sub_issue {"sub_issue_id":10001}
        DELETE /repos/octocat/hello-world/issues/1/dependencies/blocked_by/10002"#]]
    .assert_eq(&stub.writes().await.join("\n"));
    assert_eq!(
        stub.world().get(1).unwrap().relations,
        Some(Relations::default())
    );
}

#[tokio::test]
async fn another_reason_needs_the_issue_to_be_open_between() {
    let (stub, github) = stub().await;
    World::open(&stub, "One").await;
    for reason in [CloseReason::Completed, CloseReason::NotPlanned] {
        let state = RemoteWrite::State(IssueState::Closed(reason));
        github.write(1, &[state]).await.unwrap();
    }
    expect![[r#"
        PATCH /repos/octocat/hello-world/issues/1 {"state":"closed","state_reason":"completed"}
        PATCH /repos/octocat/hello-world/issues/1 {"state":"closed","state_reason":"not_planned"}
        PATCH /repos/octocat/hello-world/issues/1 {"state":"open"}
        PATCH /repos/octocat/hello-world/issues/1 {"state":"closed","state_reason":"not_planned"}"#]]
    .assert_eq(&stub.writes().await.join("\n"));
}

#[tokio::test]
async fn a_new_issue_is_one_request_and_what_it_needs() {
    let (stub, github) = stub().await;
    let new = NewIssue {
        title: "One".into(),
        body: "Text".into(),
        labels: ["bug".into()].into(),
        assignees: ["octocat".into()].into(),
        milestone: Some("v1".into()),
        kind: Some("Bug".into()),
    };
    stub.world().add_type("Bug");
    github.create(&new).await.unwrap();
    // Its number is known by now.
    github.create(&new).await.unwrap();
    expect![[r#"
        POST /repos/octocat/hello-world/milestones {"title":"v1"}
        POST /repos/octocat/hello-world/issues {"assignees":["octocat"],"body":"Text","labels":["bug"],"milestone":1,"title":"One","type":"Bug"}
        POST /repos/octocat/hello-world/issues {"assignees":["octocat"],"body":"Text","labels":["bug"],"milestone":1,"title":"One","type":"Bug"}"#]]
    .assert_eq(&stub.writes().await.join("\n"));
}

#[tokio::test]
async fn who_cannot_be_assigned_is_left_out_of_a_new_issue() {
    let (stub, github) = stub().await;
    let new = NewIssue {
        title: "One".into(),
        assignees: ["nobody".into()].into(),
        ..NewIssue::default()
    };
    github.create(&new).await.unwrap();
    expect![[r#"
        POST /repos/octocat/hello-world/issues {"assignees":["nobody"],"body":"","title":"One"}
        POST /repos/octocat/hello-world/issues {"body":"","title":"One"}"#]]
    .assert_eq(&stub.writes().await.join("\n"));
    assert_eq!(stub.world().all().len(), 1);
}

#[tokio::test]
async fn pages_are_followed_as_github_links_them() {
    let (stub, github) = stub().await;
    stub.world().set_page_size(2);
    for index in 0..6 {
        World::open(&stub, &format!("Issue {index}")).await;
    }
    let mut query = Query {
        since: Some("2026-11-26T09:00:00.7Z".parse().unwrap()),
        ..Query::default()
    };
    let mut n_issues = 0;
    loop {
        let page = github.issues(&query).await.unwrap();
        n_issues += page.issues.len();
        match page.next {
            Some(next) => query.next = Some(next),
            None => break,
        }
    }
    assert_eq!(n_issues, 6);
    let sent: Vec<_> = stub.sent().await.into_iter().map(|it| it.path).collect();
    expect![[r#"
        /repos/octocat/hello-world/issues?state=all&sort=updated&direction=asc&per_page=100&since=2026-11-26T09:00:00Z
        /repositories/1/issues?after=2026-11-26T10%3A00%3A00Z%202&direction=asc&page=2&per_page=100&since=2026-11-26T09%3A00%3A00Z&sort=updated&state=all
        /repositories/1/issues?after=2026-11-26T10%3A00%3A00Z%204&direction=asc&page=2&per_page=100&since=2026-11-26T09%3A00%3A00Z&sort=updated&state=all"#]]
    .assert_eq(&sent.join("\n"));
}

#[tokio::test]
async fn where_pages_are_counted_no_issue_slips_over_the_border() {
    let (stub, github) = stub().await;
    stub.count_pages();
    stub.world().set_page_size(20);
    for index in 0..50 {
        World::open(&stub, &format!("Issue {index}")).await;
        World::pass_time(&stub).await;
    }
    // The list is made anew at each page; between the first and the second an issue of the first
    // one changes, and so every other one moves up by one.
    let other = stub.world().clone();
    let mut n_pages = 0;
    stub.world().script(move |request| {
        n_pages += usize::from(request == Request::Viewer);
        if request == Request::Viewer && n_pages == 2 {
            other.edit(3, |it| it.title = "Changed".into());
        }
        None
    });
    let mut query = Query::default();
    let mut found = BTreeSet::new();
    loop {
        let page = github.issues(&query).await.unwrap();
        found.extend(page.issues.into_iter().map(|it| it.number));
        match page.next {
            Some(next) => query.next = Some(next),
            None => break,
        }
    }
    assert_eq!(found, (1..=50).collect());
    assert_eq!(stub.sent().await.len(), 3);
}

#[tokio::test]
async fn relations_of_many_issues_are_few_requests() {
    let (stub, github) = stub().await;
    let numbers: BTreeSet<u64> = (1..=250).collect();
    for number in &numbers {
        World::open(&stub, &format!("Issue {number}")).await;
    }
    let found = github.relations(&numbers).await.unwrap().unwrap();
    assert_eq!(found.len(), 250);
    assert_eq!(stub.sent().await.len(), 3);
}

#[tokio::test]
async fn a_server_without_relations_is_asked_once() {
    let (stub, github) = stub().await;
    stub.world().clone().without_relations();
    for _ in 0..3 {
        assert_eq!(github.relations(&[1].into()).await.unwrap(), None);
    }
    assert_eq!(stub.sent().await.len(), 1);
}

#[tokio::test]
async fn ids_that_a_list_told_are_not_asked_for() {
    let (stub, github) = stub().await;
    for title in ["One", "Two"] {
        World::open(&stub, title).await;
    }
    github.issues(&Query::default()).await.unwrap();
    let writes = [RemoteWrite::AddBlockedBy(2), RemoteWrite::Parent(Some(2))];
    github.write(1, &writes).await.unwrap();
    assert_eq!(stub.sent().await.len(), 3);
}

#[tokio::test]
async fn a_pull_request_is_looked_for_and_then_made() {
    let (stub, github) = stub().await;
    stub.world().push("a/b ü", &"1".repeat(40));
    let new = NewPullRequest {
        title: "One".into(),
        body: "Closes #1".into(),
        branch: "a/b ü".into(),
        base: "main".into(),
        draft: false,
    };
    let made = github.create_pull_request(&new).await.unwrap();
    github.checks(&made.commit).await.unwrap();
    let sent = stub.sent().await.into_iter();
    let sent: Vec<_> = sent
        .map(|it| format!("{} {} {}", it.method, it.path, it.body))
        .collect();
    expect![[r#"
        GET /repos/octocat/hello-world/pulls?state=all&sort=created&direction=desc&per_page=100&head=octocat:a%2Fb%20%C3%BC null
        POST /repos/octocat/hello-world/pulls {"base":"main","body":"Closes #1","head":"a/b ü","title":"One"}
        GET /repos/octocat/hello-world/commits/1111111111111111111111111111111111111111/check-runs?per_page=100 null
        GET /repos/octocat/hello-world/commits/1111111111111111111111111111111111111111/status?per_page=100 null"#]]
    .assert_eq(&sent.join("\n"));
}

#[tokio::test]
async fn a_pull_request_whose_answer_was_lost_is_not_made_again() {
    let (stub, github) = stub().await;
    stub.world().push("one", &"1".repeat(40));
    stub.trouble("POST", "/pulls", Trouble::ActAndAnswer(502));
    let new = NewPullRequest {
        title: "One".into(),
        branch: "one".into(),
        base: "main".into(),
        ..NewPullRequest::default()
    };
    let error = github.create_pull_request(&new).await.unwrap_err();
    assert!(error.may_have_acted());
    let found = github.create_pull_request(&new).await.unwrap();
    assert_eq!(stub.world().pulls(), [found]);
    assert_eq!(stub.writes().await.len(), 1);
}

#[tokio::test]
async fn the_owner_that_a_branch_is_looked_for_by_is_the_one_of_now() {
    let (stub, github) = stub().await;
    stub.world().push("one", &"1".repeat(40));
    let new = NewPullRequest {
        title: "One".into(),
        branch: "one".into(),
        base: "main".into(),
        ..NewPullRequest::default()
    };
    let made = github.create_pull_request(&new).await.unwrap();
    stub.rename_repository("hubot/goodbye");
    let found = github.pull_request("one").await.unwrap();
    assert_eq!(found.map(|it| it.number), Some(made.number));
}
