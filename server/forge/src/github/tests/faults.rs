//! What goes wrong between here and GitHub, and that nothing is sent twice for it.

use docket_core::sync::{CloseReason, IssueState};
use serde_json::Value;

use super::super::stub::Trouble;
use super::*;
use crate::Query;

/// Impatient, so that what is late is lost.
fn impatient(stub: &Stub) -> Options {
    let mut options = stub.options();
    options.patience.whole = Duration::from_millis(400);
    options
}

/// Every write there is, as the method and the end of the path of its request.
const WRITES: &[(&str, &str)] = &[
    ("POST", "/issues"),
    ("POST", "/issues/1/comments"),
    ("PATCH", "/issues/1"),
    ("POST", "/issues/1/labels"),
    ("DELETE", "/issues/1/labels/old"),
    ("POST", "/issues/1/assignees"),
    ("DELETE", "/issues/1/assignees"),
    ("POST", "/milestones"),
    ("POST", "/issues/2/sub_issues"),
    ("DELETE", "/issues/2/sub_issue"),
    ("POST", "/issues/1/dependencies/blocked_by"),
    ("DELETE", "/issues/1/dependencies/blocked_by/10002"),
];

async fn carry_out(github: &GitHub, write: (&str, &str)) -> Result<()> {
    let remote = match write {
        ("POST", "/issues") => return github.create(&titled("New")).await.map(drop),
        ("POST", "/issues/1/comments") => return github.comment(1, "text").await.map(drop),
        ("PATCH", "/issues/1") => RemoteWrite::State(IssueState::Closed(CloseReason::Completed)),
        ("POST", "/issues/1/labels") => RemoteWrite::AddLabel("new".into()),
        ("DELETE", "/issues/1/labels/old") => RemoteWrite::RemoveLabel("old".into()),
        ("POST", "/issues/1/assignees") => RemoteWrite::AddAssignee("octocat".into()),
        ("DELETE", "/issues/1/assignees") => RemoteWrite::RemoveAssignee("octocat".into()),
        ("POST", "/milestones") => RemoteWrite::Milestone(Some("v1".into())),
        ("POST", "/issues/2/sub_issues") => RemoteWrite::Parent(Some(2)),
        ("DELETE", "/issues/2/sub_issue") => RemoteWrite::Parent(None),
        ("POST", _) => RemoteWrite::AddBlockedBy(2),
        _ => RemoteWrite::RemoveBlockedBy(2),
    };
    github.write(1, &[remote]).await.map(drop)
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_may_have_acted_and_is_sent_once() {
    let troubles = [
        Trouble::Answer(500, vec![], Value::Null),
        Trouble::Answer(502, vec![], Value::Null),
        Trouble::Answer(503, vec![("retry-after", "5".into())], Value::Null),
        Trouble::ActAndAnswer(502),
        Trouble::Truncate,
        Trouble::ActLate(Duration::from_secs(1)),
    ];
    for trouble in troubles {
        for write in WRITES {
            let stub = Stub::start().await;
            for title in ["One", "Two"] {
                World::open(&stub, title).await;
            }
            if write.0 == "DELETE" {
                stub.world().edit(1, |it| {
                    it.labels.insert("old".into());
                    it.relations = Some(Relations {
                        parent: Some(2),
                        blocked_by: [2].into(),
                    });
                });
            }
            let github = GitHub::new(impatient(&stub)).unwrap();
            stub.trouble(write.0, write.1, trouble.clone());
            let error = carry_out(&github, *write).await.unwrap_err();
            let case = format!("{write:?} {trouble:?}: {}", error.message);
            assert_eq!(error.kind, ErrorKind::Unknown, "{case}");
            assert!(error.may_have_acted() && error.is_retryable(), "{case}");
            let sent = stub.writes().await;
            assert_eq!(sent.len(), 1, "{case}: {sent:#?}");
            // And what became of it can be found out by doing it again.
            if *write != ("POST", "/issues") && *write != ("POST", "/issues/1/comments") {
                let github = GitHub::new(stub.options()).unwrap();
                carry_out(&github, *write).await.expect(&case);
            }
        }
    }
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_found_by_its_marker() {
    for trouble in [
        Trouble::ActAndAnswer(502),
        Trouble::Truncate,
        Trouble::ActLate(Duration::from_secs(1)),
    ] {
        let stub = Stub::start().await;
        let github = GitHub::new(impatient(&stub)).unwrap();
        stub.trouble("POST", "/issues", trouble);
        let new = NewIssue {
            body: "<!-- docket:7k3f -->".into(),
            ..titled("One")
        };
        let since = stub.world().now();
        assert!(github.create(&new).await.unwrap_err().may_have_acted());
        let found = github.find_marked("docket:7k3f", since).await.unwrap();
        assert_eq!(found.unwrap().title, "One");
        assert_eq!(stub.world().all().len(), 1);
    }
}

#[tokio::test]
async fn reads_are_repeated_after_what_passes() {
    for trouble in [
        Trouble::Answer(502, vec![], Value::Null),
        Trouble::Truncate,
        Trouble::ActLate(Duration::from_secs(1)),
    ] {
        let stub = Stub::start().await;
        let number = World::open(&stub, "One").await;
        let github = GitHub::new(impatient(&stub)).unwrap();
        stub.trouble("GET", "/issues/1", trouble.clone());
        stub.trouble("POST", "/graphql", trouble);
        assert_eq!(github.issue(number).await.unwrap().title, "One");
        github.relations(&[number].into()).await.unwrap().unwrap();
        assert_eq!(stub.sent().await.len(), 4);
    }
}

#[tokio::test]
async fn a_read_that_keeps_failing_is_given_up() {
    let stub = Stub::start().await;
    let github = GitHub::new(stub.options()).unwrap();
    for _ in 0..3 {
        stub.trouble("GET", "/issues", Trouble::Answer(503, vec![], Value::Null));
    }
    let error = github.issues(&Query::default()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(stub.sent().await.len(), 3);
}

#[tokio::test]
async fn a_connection_that_breaks_loses_the_answer() {
    let (address, count) = breaking();
    let github = GitHub::new(at(&address)).unwrap();
    let error = github.create(&titled("One")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unknown, "{}", error.message);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    let error = github.viewer().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_done() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let github = GitHub::new(at(&address)).unwrap();
    let error = github.create(&titled("One")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.contains(&address), "{}", error.message);
}
