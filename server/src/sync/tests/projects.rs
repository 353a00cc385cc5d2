//! Status and priority as fields of a project.

use super::*;

const PROJECT: &str = "ana/5";
const CONFIG: &str =
    "project = \"ana/5\"\nstatus-field = \"Status\"\npriority-field = \"Priority\"\n";
const STATUS: (&str, &[&str]) = (
    "Status",
    &["Backlog", "Todo", "\u{1f3d7} In Progress", "Done"],
);
const PRIORITY: (&str, &[&str]) = ("Priority", &["High", "Low"]);

/// One ticket and its issue, which agree, and a project that knows nothing of it.
fn world() -> World {
    let world = World::new(CONFIG);
    world.forge.add_project(PROJECT, &[STATUS, PRIORITY]);
    world.forge.open("ana", &new("One", "Text."));
    world.write(
        ONE,
        "---\nid: T-2222\ntitle: One\nstatus: in-progress\npriority: high\ngithub: 1\n---\n\nText.\n",
    );
    world
}

/// What the issue's card says.
fn card(world: &World, number: u64) -> Vec<String> {
    let item = world.forge.item_of(PROJECT, number).unwrap_or_default();
    item.into_values().collect()
}

#[test]
fn what_a_ticket_says_is_put_on_a_card_that_is_not_there_yet() {
    let world = world();
    let report = world.round();
    assert_eq!((report.conflicts.len(), report.troubles.len()), (0, 0));
    assert_eq!(card(&world, 1), ["High", "\u{1f3d7} In Progress"]);
    assert!(
        world
            .read(ONE)
            .contains("status: in-progress\npriority: high\n")
    );
    // No label says it as well.
    assert!(world.forge.get(1).unwrap().labels.is_empty());
    world.rest();
}

#[test]
fn a_card_that_is_moved_moves_the_ticket_though_the_issue_stays_as_it_was() {
    let world = world();
    world.rest();
    let before = world.forge.get(1).unwrap().updated_at;
    world
        .forge
        .choose_option(PROJECT, 1, "Status", Some("Todo"));
    world
        .forge
        .choose_option(PROJECT, 1, "Priority", Some("Low"));
    assert_eq!(world.forge.get(1).unwrap().updated_at, before);
    let report = world.round();
    assert_eq!(report.pulled.len(), 2, "{report:#?}");
    assert!(world.read(ONE).contains("status: todo\npriority: low\n"));
    world.rest();
    assert_eq!(card(&world, 1), ["Low", "Todo"]);
}

#[test]
fn a_ticket_that_changes_moves_the_card_and_closes_the_issue() {
    let world = world();
    world.rest();
    world.change(
        ONE,
        "status: in-progress\npriority: high\n",
        "status: done\n",
    );
    let report = world.round();
    assert_eq!(report.troubles, [""; 0]);
    assert_eq!(card(&world, 1), ["Done"]);
    let closed = IssueState::Closed(CloseReason::Completed);
    assert_eq!(world.forge.get(1).unwrap().state, closed);
    world.rest();
    assert!(world.read(ONE).contains("status: done\n"));
}

#[test]
fn an_issue_that_is_closed_closes_the_ticket_whatever_its_card_says() {
    let world = world();
    world.rest();
    let dropped = IssueState::Closed(CloseReason::NotPlanned);
    change(&world.forge, 1, &[RemoteWrite::State(dropped)]);
    world.rest();
    assert!(world.read(ONE).contains("status: dropped\n"));
    assert_eq!(card(&world, 1), ["High", "\u{1f3d7} In Progress"]);
}

#[test]
fn both_sides_of_one_option_are_a_conflict() {
    let world = world();
    world.rest();
    world.change(ONE, "priority: high", "priority: critical");
    world
        .forge
        .choose_option(PROJECT, 1, "Priority", Some("Low"));
    let report = world.round();
    assert_eq!(report.conflicts.len(), 1);
    assert_eq!(report.conflicts[0].field, Field::Priority);
    assert_eq!(card(&world, 1)[0], "Low");
}

#[test]
fn a_card_that_is_taken_away_or_cleared_takes_nothing_from_the_ticket() {
    let world = world();
    world.rest();
    let text = world.read(ONE);
    world.forge.remove_item(PROJECT, 1);
    world.rest();
    world.forge.choose_option(PROJECT, 1, "Priority", None);
    world.rest();
    assert_eq!(world.read(ONE), text);
    assert_eq!(card(&world, 1), ["High", "\u{1f3d7} In Progress"]);
}

#[test]
fn a_status_without_an_option_is_a_trouble_and_goes_once_there_is_one() {
    let world = world();
    world.rest();
    world.change(ONE, "status: in-progress", "status: review");
    world.change(ONE, "title: One", "title: Two");
    let report = world.round();
    assert_eq!(report.troubles.len(), 1, "{:?}", report.troubles);
    assert!(
        report.troubles[0].contains("no option `review`"),
        "{}",
        report.troubles[0]
    );
    // The rest of the round went on.
    assert_eq!(world.forge.get(1).unwrap().title, "Two");
    assert_eq!(world.round().outbox.refused, 1);
    assert!(world.read(ONE).contains("status: review"));
    world.forge.add_project(PROJECT, &[("Status", &["Review"])]);
    let mut ledger = world.ledger();
    let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
    let row = ledger.outbox(remote).unwrap()[0].id;
    ledger.retry_later(row, world.forge.now(), None).unwrap();
    world.rest();
    assert_eq!(card(&world, 1), ["High", "Review"]);
}

#[test]
fn an_option_that_is_no_status_leaves_the_ticket_alone() {
    let world = world();
    world.rest();
    world
        .forge
        .add_project(PROJECT, &[("Status", &["Blocked", "Done"])]);
    for (option, words) in [("Blocked", "is no status"), ("Done", "it is open")] {
        world
            .forge
            .choose_option(PROJECT, 1, "Status", Some(option));
        let report = world.round();
        assert_eq!((report.pulled.len(), report.pushed.len()), (0, 0));
        assert!(report.troubles[0].contains(words), "{:?}", report.troubles);
        assert!(world.read(ONE).contains("status: in-progress"));
    }
}

#[test]
fn a_token_without_the_scope_stops_nothing_else() {
    let world = world();
    world.rest();
    world.forge.lose_project_scope();
    world.change(ONE, "title: One", "title: Two");
    change(&world.forge, 1, &[RemoteWrite::AddLabel("bug".into())]);
    let report = world.round();
    assert_eq!(report.troubles.len(), 1, "{:?}", report.troubles);
    assert!(
        report.troubles[0].contains("scope"),
        "{}",
        report.troubles[0]
    );
    assert_eq!(world.forge.get(1).unwrap().title, "Two");
    assert!(world.read(ONE).contains("labels: [bug]"));
    assert!(
        world
            .read(ONE)
            .contains("status: in-progress\npriority: high\n")
    );
}

#[test]
fn a_new_issue_has_its_card_in_the_same_round() {
    let world = World::new(&format!("tickets = \"all\"\n{CONFIG}"));
    world.forge.add_project(PROJECT, &[STATUS, PRIORITY]);
    world.write(
        ONE,
        "---\nid: T-2222\ntitle: One\nstatus: todo\npriority: low\n---\n",
    );
    let report = world.round();
    assert_eq!((report.created.len(), report.troubles.len()), (1, 0));
    assert_eq!(card(&world, 1), ["Low", "Todo"]);
    assert!(world.forge.get(1).unwrap().labels.is_empty());
    world.rest();
}

#[test]
fn an_idle_round_is_one_request_more_and_identities_are_asked_for_once() {
    let world = world();
    world.rest();
    world.round();
    world.forge.reset_counts();
    let report = world.round();
    assert_eq!(report.sent, 2, "{:?}", world.forge.counts());
    assert_eq!(world.forge.count(Request::Items), 1);
    assert_eq!(world.forge.count(Request::Project), 0);
}

#[test]
fn a_kill_at_any_step_loses_no_card() {
    for kill_at in 0.. {
        let world = World::new(&format!("tickets = \"all\"\n{CONFIG}"));
        world.forge.add_project(PROJECT, &[STATUS, PRIORITY]);
        world.write(ONE, "---\nid: T-2222\ntitle: One\nstatus: todo\n---\n");
        let n = AtomicUsize::new(0);
        let done = world.round_of(
            Wanted::Changes,
            &[],
            &|_| match n.fetch_add(1, Ordering::Relaxed) == kill_at {
                true => Err(SyncError::Cancelled),
                false => Ok(()),
            },
        );
        if done.is_ok() {
            assert!(kill_at > 5);
            return;
        }
        world.rest();
        assert_eq!(card(&world, 1), ["Todo"], "killed at {kill_at}");
        assert_eq!(world.forge.all().len(), 1);
    }
}
