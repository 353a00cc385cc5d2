//! Comments of many issues, at once and one by one.

use super::super::stub::Trouble;
use super::*;
use crate::MAX_THREAD;

#[tokio::test]
async fn forty_issues_are_two_requests_and_without_graphql_one_each() {
    let stub = Stub::start().await;
    let mut numbers = BTreeSet::new();
    for index in 0..40 {
        let number = stub.world().open("ana", &titled(&format!("Issue {index}")));
        stub.world()
            .comment_as(number, "bo", &format!("on {index}"));
        numbers.insert(number);
    }
    let github = GitHub::new(stub.options()).unwrap();
    let at_once = github.threads(&numbers).await.unwrap();
    assert_eq!((at_once.len(), stub.sent().await.len()), (40, 2));
    let some = BTreeSet::from([1, 2]);
    stub.trouble(
        "POST",
        "/graphql",
        Trouble::Answer(404, vec![], says("Not Found")),
    );
    let one_by_one = github.threads(&some).await.unwrap();
    assert_eq!(one_by_one, at_once[..2].to_vec().as_slice());
    assert_eq!(one_by_one[0].1[0].author, "bo");
    assert_eq!(stub.sent().await.len(), 2 + 3);
}

#[tokio::test]
async fn of_a_long_discussion_the_newest_come() {
    let stub = Stub::start().await;
    let number = stub.world().open("ana", &titled("Long"));
    for index in 0..MAX_THREAD + 20 {
        stub.world().comment_as(number, "bo", &format!("{index}"));
    }
    let github = GitHub::new(stub.options()).unwrap();
    let found = github.threads(&[number].into()).await.unwrap();
    let bodies: Vec<&str> = found[0].1.iter().map(|it| it.body.as_str()).collect();
    assert_eq!((bodies.len(), bodies[0]), (MAX_THREAD, "20"));
    assert!(found[0].1.is_sorted_by_key(|it| it.id));
}
