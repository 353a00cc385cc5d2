//! What every forge has to keep, as cases that run on any of them.
//!
//! A case panics where it is not kept. What a server for tests cannot do ([`Ability`]) is left out
//! there; each forge is run on one server at least that can.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeSet;
use std::future::Future;

use docket_core::sync::{CloseReason, Issue, IssueState, Relations, RemoteWrite};
use jiff::{SignedDuration, Timestamp};

use crate::memory::MemoryForge;
use crate::{ErrorKind, Forge, NewIssue, Query};

/// Everybody else, and the clock. Each case gets a world without issues.
pub trait World: Sync {
    fn can(&self, ability: Ability) -> bool;
    /// Issues on one page.
    fn page_size(&self) -> usize;
    /// So much that changes before and after differ.
    fn pass_time(&self) -> impl Future<Output = ()> + Send;
    fn open(&self, title: &str) -> impl Future<Output = u64> + Send;
    fn open_pull_request(&self, title: &str) -> impl Future<Output = u64> + Send;
    fn retitle(&self, number: u64, title: &str) -> impl Future<Output = ()> + Send;
    fn delete(&self, number: u64) -> impl Future<Output = ()> + Send;
    fn transfer(&self, number: u64) -> impl Future<Output = ()> + Send;
    fn rename_repository(&self, full_name: &str) -> impl Future<Output = ()> + Send;
}

/// What a server for tests may not be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    /// Answering "not modified".
    Conditional,
    /// Sub-issues and dependencies.
    Relations,
    /// Pull requests among the issues.
    PullRequests,
    /// Comments from a time on.
    CommentsSince,
    /// An issue that is deleted or transferred, a repository that is renamed.
    Leaving,
    /// Limits of length, and who may be assigned.
    Limits,
}

macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        pub const CASES: &[&str] = &[$(stringify!($name)),+];

        /// Runs one of [`CASES`].
        pub async fn run(case: &str, forge: &impl Forge, world: &impl World) {
            match case {
                $(stringify!($name) => $name(forge, world).await,)+
                _ => panic!("there is no case `{case}`"),
            }
        }
    };
}

cases![
    who_and_where,
    a_new_issue_is_what_was_asked_for,
    what_is_not_there_is_made_or_left_out,
    a_marked_issue_is_found,
    own_fields_change_in_one_write,
    a_closed_issue_can_get_another_reason,
    labels_are_added_and_removed,
    assignees_are_added_and_removed,
    pages_hold_every_issue_in_order_of_change,
    only_what_changed_since,
    nothing_new_is_not_modified,
    pull_requests_are_told_apart,
    relations_are_set_and_cleared,
    impossible_relations_are_refused,
    comments_come_in_order,
    what_is_refused_says_so,
    who_is_not_there_is_not_found,
    what_left_says_how,
    a_renamed_repository_is_followed,
];

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

fn titled(title: &str) -> NewIssue {
    NewIssue {
        title: title.to_owned(),
        ..NewIssue::default()
    }
}

async fn pages(forge: &impl Forge, since: Option<Timestamp>) -> Vec<Issue> {
    let mut query = Query {
        since,
        ..Query::default()
    };
    let mut found = Vec::new();
    loop {
        let page = forge.issues(&query).await.unwrap();
        assert!(!page.not_modified && page.server_time.is_some());
        found.extend(page.issues);
        match page.next {
            Some(next) => query.next = Some(next),
            None => return found,
        }
        assert!(found.len() < 10_000, "pages go on for ever");
    }
}

async fn kind<T>(answer: impl Future<Output = crate::Result<T>>) -> ErrorKind {
    match answer.await {
        Ok(_) => panic!("it was not refused"),
        Err(error) => {
            assert!(!error.message.is_empty() && !error.message.ends_with('.'));
            error.kind
        }
    }
}

async fn who_and_where(forge: &impl Forge, _: &impl World) {
    assert!(!forge.viewer().await.unwrap().is_empty());
    let repository = forge.repository().await.unwrap();
    assert_eq!(repository.full_name, "octocat/hello-world");
    assert!(repository.has_issues && repository.can_write);
    assert!(!repository.node_id.is_empty());
    assert_eq!(repository.default_branch, "main");
    let quota = forge.quota().unwrap();
    assert!(quota.remaining < quota.limit);
}

async fn a_new_issue_is_what_was_asked_for(forge: &impl Forge, _: &impl World) {
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

async fn what_is_not_there_is_made_or_left_out(forge: &impl Forge, world: &impl World) {
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

async fn a_marked_issue_is_found(forge: &impl Forge, world: &impl World) {
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

async fn own_fields_change_in_one_write(forge: &impl Forge, world: &impl World) {
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

async fn a_closed_issue_can_get_another_reason(forge: &impl Forge, world: &impl World) {
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

async fn labels_are_added_and_removed(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    let labels = async || forge.issue(number).await.unwrap().labels;
    let add = |it: &str| RemoteWrite::AddLabel(it.to_owned());
    let remove = |it: &str| RemoteWrite::RemoveLabel(it.to_owned());
    let odd = "status: 50 % done/ä?#";
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

async fn assignees_are_added_and_removed(forge: &impl Forge, world: &impl World) {
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
        let told = forge.write(number, &writes).await.unwrap().unwrap();
        assert_eq!(told.assignees, [me.clone()].into());
        assert_eq!(forge.issue(number).await.unwrap().assignees, [me].into());
    }
}

async fn pages_hold_every_issue_in_order_of_change(forge: &impl Forge, world: &impl World) {
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

async fn only_what_changed_since(forge: &impl Forge, world: &impl World) {
    let one = world.open("One").await;
    let two = world.open("Two").await;
    world.pass_time().await;
    let three = world.open("Three").await;
    let since = forge.issue(three).await.unwrap().updated_at;
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

async fn nothing_new_is_not_modified(forge: &impl Forge, world: &impl World) {
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
    let again = forge.issues(&query).await.unwrap();
    assert!(again.not_modified && again.issues.is_empty());
    assert!(again.server_time.is_some());
    assert_eq!(again.next, first.next, "the pages after it are told still");
    assert_eq!(again.etag, query.etag);
    assert_eq!(forge.quota().unwrap().remaining, left);
    world.retitle(first.issues[0].number, "Changed").await;
    assert!(!forge.issues(&query).await.unwrap().not_modified);
}

async fn pull_requests_are_told_apart(forge: &impl Forge, world: &impl World) {
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

async fn relations_are_set_and_cleared(forge: &impl Forge, world: &impl World) {
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

async fn impossible_relations_are_refused(forge: &impl Forge, world: &impl World) {
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

async fn comments_come_in_order(forge: &impl Forge, world: &impl World) {
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

async fn what_is_refused_says_so(forge: &impl Forge, world: &impl World) {
    let number = world.open("One").await;
    let write = async |write| kind(forge.write(number, &[write])).await;
    assert_eq!(
        write(RemoteWrite::Title(String::new())).await,
        ErrorKind::Invalid
    );
    if world.can(Ability::Limits) {
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

async fn who_is_not_there_is_not_found(forge: &impl Forge, _: &impl World) {
    let writes = [RemoteWrite::Title("Two".into())];
    assert_eq!(kind(forge.issue(99)).await, ErrorKind::NotFound);
    assert_eq!(kind(forge.write(99, &writes)).await, ErrorKind::NotFound);
    let writes = [RemoteWrite::RemoveLabel("bug".into())];
    assert_eq!(kind(forge.write(99, &writes)).await, ErrorKind::NotFound);
    assert_eq!(kind(forge.comments(99, None)).await, ErrorKind::NotFound);
    assert_eq!(kind(forge.comment(99, "text")).await, ErrorKind::NotFound);
}

async fn what_left_says_how(forge: &impl Forge, world: &impl World) {
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

async fn a_renamed_repository_is_followed(forge: &impl Forge, world: &impl World) {
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

impl World for MemoryForge {
    fn can(&self, ability: Ability) -> bool {
        match ability {
            Ability::Relations => self.has_relations(),
            _ => true,
        }
    }

    fn page_size(&self) -> usize {
        Self::page_size(self)
    }

    async fn pass_time(&self) {
        self.advance(SignedDuration::from_secs(2));
    }

    async fn open(&self, title: &str) -> u64 {
        Self::open(self, "ana", &titled(title))
    }

    async fn open_pull_request(&self, title: &str) -> u64 {
        Self::open_pull_request(self, "ana", title)
    }

    async fn retitle(&self, number: u64, title: &str) {
        self.edit(number, |it| title.clone_into(&mut it.title));
    }

    async fn delete(&self, number: u64) {
        Self::delete(self, number);
    }

    async fn transfer(&self, number: u64) {
        Self::transfer(self, number);
    }

    async fn rename_repository(&self, full_name: &str) {
        Self::rename_repository(self, full_name);
    }
}
