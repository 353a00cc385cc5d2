//! Cases about what is around issues: relations, comments, refusals, and what is there no more.

use std::collections::BTreeSet;

use docket_core::sync::{Relations, RemoteWrite};

use super::{Ability, World, kind, pages, titled};
use crate::{ErrorKind, Forge};

pub(super) async fn relations_are_set_and_cleared(forge: &impl Forge, world: &impl World) {
    let one = world.open("One").await;
    let two = world.open("Two").await;
    let three = world.open("Three").await;
    let numbers = BTreeSet::from([one, two, three, three + 100]);
    let of = async |number| -> Relations {
        let found = forge.relations(&numbers).await.unwrap().unwrap();
        assert!(found.iter().all(|(number, _)| *number <= three));
        found
            .into_iter()
            .find(|it| it.0 == number)
            .map(|it| it.1)
            .unwrap_or_default()
    };
    if !world.can(Ability::Relations) {
        assert_eq!(forge.relations(&numbers).await.unwrap(), None);
        return;
    }
    assert_eq!(of(one).await, Relations::default());
    let writes = [
        RemoteWrite::Parent(Some(two)),
        RemoteWrite::AddBlockedBy(two),
        RemoteWrite::AddBlockedBy(three),
    ];
    for _ in 0..2 {
        forge.write(one, &writes).await.unwrap();
        let related = Relations {
            parent: Some(two),
            blocked_by: [two, three].into(),
        };
        assert_eq!(of(one).await, related);
        assert_eq!(of(two).await, Relations::default());
    }
    let writes = [
        RemoteWrite::Parent(Some(three)),
        RemoteWrite::RemoveBlockedBy(two),
    ];
    for _ in 0..2 {
        forge.write(one, &writes).await.unwrap();
        let related = Relations {
            parent: Some(three),
            blocked_by: [three].into(),
        };
        assert_eq!(of(one).await, related);
    }
    for _ in 0..2 {
        forge
            .write(one, &[RemoteWrite::Parent(None)])
            .await
            .unwrap();
        assert_eq!(of(one).await.parent, None);
    }
    assert_eq!(
        forge.relations(&BTreeSet::new()).await.unwrap(),
        Some(vec![])
    );
}

pub(super) async fn impossible_relations_are_refused(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::Relations) {
        return;
    }
    let one = world.open("One").await;
    let two = world.open("Two").await;
    let write = async |number, write| kind(forge.write(number, &[write])).await;
    for other in [one, two + 100] {
        let parent = RemoteWrite::Parent(Some(other));
        assert_eq!(write(one, parent).await, ErrorKind::Invalid);
        let blocker = RemoteWrite::AddBlockedBy(other);
        assert_eq!(write(one, blocker).await, ErrorKind::Invalid);
    }
    let parent = [RemoteWrite::Parent(Some(two))];
    forge.write(one, &parent).await.unwrap();
    let circle = RemoteWrite::Parent(Some(one));
    assert_eq!(write(two, circle).await, ErrorKind::Invalid);
    if world.can(Ability::Leaving) {
        world.delete(two).await;
        let parent = RemoteWrite::Parent(Some(two));
        assert_eq!(write(one, parent).await, ErrorKind::Invalid);
        // What was blocked by it is not any more.
        let writes = [RemoteWrite::RemoveBlockedBy(two), RemoteWrite::Parent(None)];
        forge.write(one, &writes).await.unwrap();
    }
}

pub(super) async fn comments_come_in_order(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    assert_eq!(forge.comments(number, None).await.unwrap(), []);
    let one = forge
        .comment(number, "one <!-- docket:1 -->")
        .await
        .unwrap();
    world.pass_time().await;
    let two = forge.comment(number, "two").await.unwrap();
    assert_eq!(one.author, forge.viewer().await.unwrap());
    assert_eq!(one.body, "one <!-- docket:1 -->");
    let both = [one, two.clone()];
    assert_eq!(forge.comments(number, None).await.unwrap(), both);
    let issue = forge.issue(number).await.unwrap();
    assert_eq!(issue.n_comments, 2);
    if world.can(Ability::CommentsSince) {
        let since = Some(two.updated_at);
        assert_eq!(forge.comments(number, since).await.unwrap(), [two]);
    }
}

pub(super) async fn comments_of_many_issues_come_at_once(forge: &impl Forge, world: &impl World) {
    let one = world.open("One").await;
    let two = world.open("Two").await;
    let three = world.open("Three").await;
    forge.comment(one, "first").await.unwrap();
    world.pass_time().await;
    forge
        .comment(one, "second\n\n- with _marks_")
        .await
        .unwrap();
    forge.comment(two, "other").await.unwrap();
    let of = async |number| forge.comments(number, None).await.unwrap();
    let threads = BTreeSet::from([one, two, three, three + 100]);
    let found = forge.threads(&threads).await.unwrap();
    let all = [
        (one, of(one).await),
        (two, of(two).await),
        (three, Vec::new()),
    ];
    assert_eq!(found, all);
    assert_eq!(forge.threads(&BTreeSet::new()).await.unwrap(), []);
}

pub(super) async fn what_is_refused_says_so(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    let write = async |write| kind(forge.write(number, &[write])).await;
    if world.can(Ability::Limits) {
        let title = RemoteWrite::Title(String::new());
        assert_eq!(write(title).await, ErrorKind::Invalid);
        assert_eq!(kind(forge.create(&titled(" "))).await, ErrorKind::Invalid);
        let title = RemoteWrite::Title("x".repeat(257));
        assert_eq!(write(title).await, ErrorKind::Invalid);
        let body = RemoteWrite::Body("x".repeat(65_537));
        assert_eq!(write(body).await, ErrorKind::Invalid);
        let kind = RemoteWrite::Type(Some("No such type".into()));
        assert_eq!(write(kind).await, ErrorKind::Invalid);
    }
    assert_eq!(forge.issue(number).await.unwrap().title, "One");
}

pub(super) async fn who_is_not_there_is_not_found(forge: &impl Forge, _: &impl World) {
    let writes = [RemoteWrite::Title("Two".into())];
    assert_eq!(kind(forge.issue(99)).await, ErrorKind::NotFound);
    assert_eq!(kind(forge.write(99, &writes)).await, ErrorKind::NotFound);
    let writes = [RemoteWrite::RemoveLabel("bug".into())];
    assert_eq!(kind(forge.write(99, &writes)).await, ErrorKind::NotFound);
    assert_eq!(kind(forge.comments(99, None)).await, ErrorKind::NotFound);
    assert_eq!(kind(forge.comment(99, "text")).await, ErrorKind::NotFound);
}

pub(super) async fn what_left_says_how(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::Leaving) {
        return;
    }
    let deleted = world.open("Deleted").await;
    let transferred = world.open("Transferred").await;
    let stays = world.open("Stays").await;
    world.delete(deleted).await;
    world.transfer(transferred).await;
    for (number, expected) in [(deleted, ErrorKind::Gone), (transferred, ErrorKind::Moved)] {
        assert_eq!(kind(forge.issue(number)).await, expected);
        let writes = [RemoteWrite::Title("Two".into())];
        assert_eq!(kind(forge.write(number, &writes)).await, expected);
        let writes = [RemoteWrite::AddLabel("bug".into())];
        assert_eq!(kind(forge.write(number, &writes)).await, expected);
        let writes = [RemoteWrite::RemoveLabel("bug".into())];
        assert_eq!(kind(forge.write(number, &writes)).await, expected);
        assert_eq!(kind(forge.comment(number, "text")).await, expected);
    }
    let numbers: Vec<_> = pages(forge, None)
        .await
        .iter()
        .map(|it| it.number)
        .collect();
    assert_eq!(numbers, [stays]);
}

pub(super) async fn a_renamed_repository_is_followed(forge: &impl Forge, world: &impl World) {
    if !world.can(Ability::Leaving) {
        return;
    }
    let number = world.open("One").await;
    world.rename_repository("octocat/goodbye").await;
    // Each finds its way, whichever comes first.
    let writes = [RemoteWrite::Title("Two".into())];
    let told = forge.write(number, &writes).await.unwrap().unwrap();
    assert_eq!(told.title, "Two");
    assert_eq!(pages(forge, None).await.len(), 1);
    let made = forge.create(&titled("Three")).await.unwrap();
    assert_eq!(forge.issue(made.number).await.unwrap().title, "Three");
    let repository = forge.repository().await.unwrap();
    assert_eq!(repository.full_name, "octocat/goodbye");
}
