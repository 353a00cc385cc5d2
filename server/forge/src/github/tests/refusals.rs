//! What GitHub says when it does not do what it was asked to, and where it must not be followed.

use serde_json::{Value, json};

use super::super::stub::{TOKEN, Trouble};
use super::*;
use crate::memory::{Fault, Request};
use crate::{Query, Secret};

#[tokio::test]
async fn limits_are_told_apart() {
    let stub = Stub::start().await;
    let github = GitHub::new(stub.options()).unwrap();
    let until = Timestamp::from_second(1_800_000_000).unwrap();
    let used_up = || {
        vec![
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset", "1800000000".to_owned()),
        ]
    };
    let secondary =
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    let minute = ErrorKind::Slow {
        wait: Duration::from_secs(60),
    };
    let cases = [
        (
            403,
            used_up(),
            "API rate limit exceeded",
            ErrorKind::Limited { until },
        ),
        (
            429,
            used_up(),
            "API rate limit exceeded",
            ErrorKind::Limited { until },
        ),
        (
            403,
            vec![("retry-after", "30".to_owned())],
            secondary,
            ErrorKind::Slow {
                wait: Duration::from_secs(30),
            },
        ),
        (
            429,
            vec![("retry-after", "7".to_owned())],
            "",
            ErrorKind::Slow {
                wait: Duration::from_secs(7),
            },
        ),
        (403, vec![], secondary, minute),
        (403, used_up(), secondary, minute),
        (429, vec![], "Too many requests", minute),
        (
            403,
            vec![],
            "Resource not accessible by personal access token",
            ErrorKind::Forbidden,
        ),
        (401, vec![], "Bad credentials", ErrorKind::Auth),
    ];
    for (status, headers, message, expected) in cases {
        for (method, path) in [("GET", "/issues"), ("POST", "/issues")] {
            let before = stub.sent().await.len();
            let trouble = Trouble::Answer(status, headers.clone(), says(message));
            stub.trouble(method, path, trouble);
            let error = match method {
                "GET" => github.issues(&Query::default()).await.unwrap_err(),
                _ => github.create(&titled("One")).await.unwrap_err(),
            };
            assert_eq!(error.kind, expected, "{status} {message}");
            assert!(!error.may_have_acted());
            assert_eq!(
                stub.sent().await.len(),
                before + 1,
                "limits are not run into twice"
            );
        }
    }
}

#[tokio::test]
async fn the_quota_is_what_the_last_answer_said() {
    let stub = Stub::start().await;
    let github = GitHub::new(stub.options()).unwrap();
    assert_eq!(github.quota(), None);
    stub.world().set_quota(1);
    github.viewer().await.unwrap();
    assert_eq!(github.quota(), stub.world().quota());
    let error = github.viewer().await.unwrap_err();
    let until = stub.world().quota().unwrap().reset;
    assert_eq!(error.kind, ErrorKind::Limited { until });
    // GraphQL has a quota of its own.
    let headers = vec![
        ("x-ratelimit-limit", "9".to_owned()),
        ("x-ratelimit-remaining", "8".to_owned()),
        ("x-ratelimit-reset", "1800000000".to_owned()),
        ("x-ratelimit-resource", "graphql".to_owned()),
    ];
    let body =
        json!({ "errors": [{ "type": "RATE_LIMITED", "message": "API rate limit exceeded" }] });
    stub.trouble("POST", "/graphql", Trouble::Answer(200, headers, body));
    let error = github.relations(&[1].into()).await.unwrap_err();
    let until = Timestamp::from_second(1_800_000_000).unwrap();
    assert_eq!(error.kind, ErrorKind::Limited { until });
    assert_eq!(github.quota().unwrap().limit, 5_000);
}

#[tokio::test]
async fn an_item_that_two_pages_hold_comes_twice() {
    let stub = Stub::start().await;
    stub.world().set_page_size(2);
    for title in ["One", "Two", "Three"] {
        World::open(&stub, title).await;
    }
    let github = GitHub::new(stub.options()).unwrap();
    let first = github.issues(&Query::default()).await.unwrap();
    stub.world().fail(Request::Issues, Fault::Repeat);
    let query = Query {
        next: first.next,
        ..Query::default()
    };
    let second = github.issues(&query).await.unwrap();
    let numbers: Vec<_> = second.issues.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [2, 3]);
}

#[tokio::test]
async fn a_renamed_repository_gets_each_write_once() {
    let stub = Stub::start().await;
    World::open(&stub, "One").await;
    stub.rename_repository("octocat/goodbye");
    let github = GitHub::new(stub.options()).unwrap();
    github.create(&titled("Two")).await.unwrap();
    github.comment(1, "text").await.unwrap();
    assert_eq!(stub.world().all().len(), 2);
    assert_eq!(
        stub.writes().await,
        [
            r#"POST /repos/octocat/hello-world/issues {"body":"","title":"Two"}"#,
            r#"POST /repositories/1/issues {"body":"","title":"Two"}"#,
            r#"POST /repos/octocat/goodbye/issues/1/comments {"body":"text"}"#,
        ]
    );
}

#[tokio::test]
async fn credentials_go_to_no_other_server() {
    let (elsewhere, count) = breaking();
    let stub = Stub::start().await;
    World::open(&stub, "One").await;
    let github = GitHub::new(stub.options()).unwrap();
    let query = Query {
        next: Some(format!(
            "{elsewhere}/repos/octocat/hello-world/issues?page=2"
        )),
        ..Query::default()
    };
    let error = github.issues(&query).await.unwrap_err();
    assert!(
        error.message.contains("another server"),
        "{}",
        error.message
    );
    for target in [
        format!("{elsewhere}/repositories/1/issues/1"),
        format!("{}@{elsewhere}/", stub.address()),
        "//evil.example/".to_owned(),
    ] {
        let headers = vec![("location", target)];
        stub.trouble(
            "GET",
            "/issues/1",
            Trouble::Answer(301, headers, Value::Null),
        );
        github.issue(1).await.unwrap_err();
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_issue_under_another_number_is_another_issue() {
    // Who follows redirections on the way here answers as if nothing were.
    let stub = Stub::start().await;
    for title in ["One", "Two"] {
        World::open(&stub, title).await;
    }
    let github = GitHub::new(stub.options()).unwrap();
    let headers = vec![(
        "location",
        format!("{}/repositories/1/issues/2", stub.address()),
    )];
    stub.trouble(
        "GET",
        "/issues/1",
        Trouble::Answer(301, headers, Value::Null),
    );
    assert_eq!(github.issue(1).await.unwrap_err().kind, ErrorKind::Moved);
}

#[tokio::test]
async fn issues_that_are_switched_off_are_not_deleted() {
    let stub = Stub::start().await;
    World::open(&stub, "One").await;
    let github = GitHub::new(stub.options()).unwrap();
    let off = || {
        Trouble::Answer(
            410,
            vec![],
            says("Issues has been disabled in this repository."),
        )
    };
    stub.trouble("GET", "/issues/1", off());
    assert_eq!(
        github.issue(1).await.unwrap_err().kind,
        ErrorKind::Forbidden
    );
    stub.trouble("POST", "/issues", off());
    let error = github.create(&titled("One")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden);
    stub.trouble("GET", "/issues", off());
    let error = github.issues(&Query::default()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden);
}

#[tokio::test]
async fn no_error_holds_the_token() {
    let stub = Stub::start().await;
    let github = GitHub::new(stub.options()).unwrap();
    for status in [400, 401, 403, 404, 422, 451] {
        let body = json!({
            "message": format!("no \u{1b}[31m{TOKEN}\n"),
            "errors": [{ "message": format!("{TOKEN} again") }, format!("{TOKEN} as text")],
        });
        stub.trouble("GET", "/user", Trouble::Answer(status, vec![], body));
        let error = github.viewer().await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains(TOKEN), "{told}");
        assert!(!error.message.contains(char::is_control), "{told}");
    }
    let options = stub.options();
    assert!(!format!("{options:?}").contains(TOKEN));
}

#[tokio::test]
async fn what_cannot_be_reached_safely_is_refused_at_once() {
    let new = |base: &str, repository: &str, token: &str| {
        let options = Options {
            repository: repository.to_owned(),
            token: Secret::new(token),
            ..at(base)
        };
        GitHub::new(options).err().map(|it| it.kind)
    };
    assert_eq!(new("https://github.example.com/api/v3", "a/b", "t"), None);
    assert_eq!(new("http://[::1]:1", "a/b", "t"), None);
    for base in [
        "http://github.example.com/api/v3",
        "ftp://x",
        "github.com",
        "",
    ] {
        assert_eq!(
            new(base, "a/b", "t"),
            Some(ErrorKind::Unavailable),
            "{base}"
        );
    }
    for repository in ["a", "a/b/c", "/b", "a/", "a/b?c", "../user"] {
        let kind = new(PUBLIC_API, repository, "t");
        assert_eq!(kind, Some(ErrorKind::Invalid), "{repository}");
    }
    assert_eq!(new(PUBLIC_API, "a/b", "to\nken"), Some(ErrorKind::Auth));
}

#[tokio::test]
async fn the_token_of_a_workflow_has_a_name_too() {
    let stub = Stub::start().await;
    let github = GitHub::new(stub.options()).unwrap();
    let refused = || Trouble::Answer(403, vec![], says("Resource not accessible by integration"));
    stub.trouble("GET", "/user", refused());
    let bot = json!({ "data": { "viewer": { "login": "github-actions[bot]" } } });
    stub.trouble("POST", "/graphql", Trouble::Answer(200, vec![], bot));
    assert_eq!(github.viewer().await.unwrap(), "github-actions[bot]");
}
