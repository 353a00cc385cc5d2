//! Comments: read where they may have changed, and never at the cost of what is in haste.

use super::*;

/// What the copy has of an issue's comments.
fn said(world: &World, number: u64) -> Vec<String> {
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let all = ledger.comments(remote).unwrap();
    let comments = all.get(&number).into_iter().flatten();
    comments
        .map(|it| format!("{}: {}", it.author, it.body))
        .collect()
}

#[test]
fn what_is_said_edited_and_taken_away_is_known_after_the_next_round() {
    let world = linked();
    let minute = || world.forge.advance(SignedDuration::from_mins(1));
    minute();
    let first = world.forge.comment_as(1, "bo", "Me too.");
    world.round();
    assert_eq!(said(&world, 1), ["bo: Me too."]);
    minute();
    world.forge.comment_as(1, "ana", "Done.");
    world.forge.edit_comment(1, first, "Me three.");
    world.round();
    assert_eq!(said(&world, 1), ["bo: Me three.", "ana: Done."]);
    minute();
    world.forge.delete_comment(1, first);
    world.round();
    assert_eq!(said(&world, 1), ["ana: Done."]);
    // They are no part of the ticket.
    assert!(!world.read(ONE).contains("Done."));
    world.round();
    world.forge.reset_counts();
    world.round();
    assert_eq!(
        (world.forge.n_requests(), world.forge.n_not_modified()),
        (1, 1)
    );
}

#[test]
fn only_issues_that_are_tickets_are_asked_about_and_all_of_them_at_once() {
    let world = World::new("issues = \"label:docket\"");
    let docket = ["docket".to_owned()].into();
    for idx in 0..20 {
        let labels = if idx < 10 {
            Clone::clone(&docket)
        } else {
            Default::default()
        };
        let issue = NewIssue {
            labels,
            ..new(&format!("Issue {idx}"), "")
        };
        let number = world.forge.open("ana", &issue);
        world.forge.comment_as(number, "bo", "Me too.");
    }
    world.round();
    assert_eq!(world.forge.count(Request::Threads), 1);
    let known: Vec<u64> = (1..=20)
        .filter(|it| !said(&world, *it).is_empty())
        .collect();
    assert_eq!(known, (1..=10).collect::<Vec<u64>>());
    // A ticket that comes to name one later.
    world.write(
        "T-2222-x.md",
        "---\nid: T-2222\ntitle: Issue 10\ngithub: 11\n---\n",
    );
    world.round();
    assert_eq!(said(&world, 11), ["bo: Me too."]);
    world.round();
    world.forge.reset_counts();
    world.round();
    assert_eq!(world.forge.n_requests(), 1);
}

#[test]
fn ten_changes_of_issues_with_comments_take_at_most_twelve_requests() {
    let world = World::new("issues = \"all\"");
    for idx in 0..20 {
        let number = world
            .forge
            .open("ana", &new(&format!("Issue {idx}"), "Text."));
        world.forge.comment_as(number, "bo", "Me too.");
    }
    world.rest();
    // Both sides of the same ten change, the other one by a comment.
    world.forge.advance(SignedDuration::from_secs(1));
    for name in &world.names()[..] {
        let text = world.read(name);
        let number: u64 = text
            .split("github: ")
            .nth(1)
            .and_then(|it| it.lines().next())
            .and_then(|it| it.parse().ok())
            .unwrap();
        if number <= 10 {
            world.change(name, "title: Issue", "title: Ticket");
            world.forge.comment_as(number, "ana", "Done.");
        }
    }
    world.forge.reset_counts();
    let report = world.round();
    assert_eq!(report.pushed.len(), 10);
    assert!(world.forge.n_requests() <= 12, "{:?}", world.forge.counts());
    world.rest();
    assert_eq!(said(&world, 10), ["bo: Me too.", "ana: Done."]);
}

#[test]
fn comments_that_were_not_answered_are_asked_for_again() {
    let world = linked();
    world.forge.advance(SignedDuration::from_mins(1));
    world.forge.comment_as(1, "bo", "Me too.");
    world.forge.fail(Request::Threads, Fault::Unavailable);
    let report = world.round();
    assert_eq!((said(&world, 1).len(), report.offline), (0, None));
    world.round();
    assert_eq!(said(&world, 1), ["bo: Me too."]);
}
