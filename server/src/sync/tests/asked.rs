//! What a person asks to be sent: once in the outbox, once on the forge, in order, whatever dies.

use docket_core::ide::actions::ToSend;
use docket_core::sync::payload::Payload;
use docket_store::ledger::Row;

use super::*;
use crate::sync::ask::{AskError, Place, put_into};

impl World {
    fn ask(&self, send: &ToSend) -> Result<Vec<Row>, AskError> {
        let mut ledger = self.ledger();
        let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
        let place = Place {
            root: &self.root(),
            env: &self.env,
            config: &self.config,
        };
        put_into(&mut ledger, remote, &place, send)
    }

    fn n_rows(&self) -> usize {
        let mut ledger = self.ledger();
        let remote = ledger.remote("https://api.github.com", "ana/it").unwrap();
        ledger.outbox(remote).unwrap().len()
    }
}

/// A project that has seen a closed issue, number 1.
fn closed() -> World {
    let world = World::new("");
    world.forge.open("ana", &new("Stops", "Text."));
    let state = IssueState::Closed(CloseReason::Completed);
    change(&world.forge, 1, &[RemoteWrite::State(state)]);
    world.rest();
    world
}

fn reopening(world: &World, ticket: &str, todo: &str) -> ToSend {
    let issue = world.forge.get(1).unwrap();
    ToSend::Reopening {
        ticket: ticket.to_owned(),
        issue: 1,
        closed: issue.closed_at.unwrap_or(issue.updated_at),
        todo: todo.to_owned(),
        comment: format!("Reopened: {todo}\n"),
    }
}

fn comments(world: &World) -> Vec<String> {
    let comments = world.forge.comments_of(1).into_iter();
    let lines = comments.map(|it| it.body.lines().next().unwrap_or_default().to_owned());
    lines.collect()
}

#[test]
fn an_issue_is_opened_again_and_told_why_in_that_order() {
    let world = closed();
    let wish = reopening(&world, "#1", "a");
    let rows = world.ask(&wish).unwrap();
    let kinds: Vec<_> = rows
        .iter()
        .map(|it| {
            serde_json::from_str::<Payload>(&it.payload)
                .unwrap()
                .summary()
        })
        .collect();
    assert_eq!(kinds, ["reopen", "comment: Reopened: a"]);
    assert!(rows[0].id < rows[1].id);
    // Asked again it is the same; of another TODO there is a comment more.
    assert_eq!(world.ask(&wish).unwrap(), rows);
    world.ask(&reopening(&world, "#1", "b")).unwrap();
    assert_eq!(world.n_rows(), 3);
    assert!(
        world.forge.get(1).unwrap().state.is_closed(),
        "nothing is sent yet"
    );

    let report = world.round();
    assert_eq!(report.troubles, [""; 0]);
    assert_eq!(world.forge.get(1).unwrap().state, IssueState::Open);
    assert_eq!(comments(&world), ["Reopened: a", "Reopened: b"]);
    assert_eq!(world.n_rows(), 0);
    world.rest();
    assert_eq!(comments(&world).len(), 2);

    // Closed again, it may be opened again for the same TODO.
    let state = IssueState::Closed(CloseReason::NotPlanned);
    change(&world.forge, 1, &[RemoteWrite::State(state)]);
    world.rest();
    assert_eq!(world.ask(&reopening(&world, "#1", "a")).unwrap().len(), 2);
    world.rest();
    assert_eq!(comments(&world).len(), 3);
    let history = world.ledger().history("#1", 9).unwrap();
    let said: Vec<_> = history.iter().map(|it| it.act.what.as_str()).collect();
    assert_eq!(
        said[..3],
        [
            "sent to #1: commented",
            "sent to #1: reopen",
            "asked to reopen #1 with a comment"
        ]
    );
}

#[test]
fn a_reopening_is_whole_wherever_a_round_dies() {
    for nth in 0.. {
        let world = closed();
        world.ask(&reopening(&world, "#1", "a")).unwrap();
        let n_steps = AtomicUsize::new(0);
        let killed = world.round_of(Wanted::Changes, &[], &|_| match n_steps
            .fetch_add(1, Ordering::SeqCst)
            == nth
        {
            true => Err(SyncError::Cancelled),
            false => Ok(()),
        });
        world.rest();
        assert_eq!(comments(&world), ["Reopened: a"], "killed at step {nth}");
        assert_eq!(world.forge.get(1).unwrap().state, IssueState::Open);
        if killed.is_ok() {
            assert!(nth > 5, "a round has more steps than {nth}");
            return;
        }
    }
}

#[test]
fn a_refused_reopening_sends_no_comment() {
    let world = closed();
    world.ask(&reopening(&world, "#1", "a")).unwrap();
    world.forge.fail(Request::Edit, Fault::Forbidden);
    let report = world.round();
    assert_eq!((report.outbox.refused, report.outbox.waiting), (1, 1));
    assert_eq!(comments(&world), [""; 0]);
}

#[test]
fn a_ticket_follows_its_issue_that_was_opened_again() {
    let world = linked();
    world.change(ONE, "title: One", "title: One\nstatus: done");
    world.rest();
    assert!(world.forge.get(1).unwrap().state.is_closed());
    world.ask(&reopening(&world, "T-2222", "a")).unwrap();
    world.round();
    let report = world.round();
    assert_eq!((report.pulled.len(), report.conflicts.len()), (1, 0));
    world.rest();
    assert_eq!(world.forge.get(1).unwrap().state, IssueState::Open);
    assert!(
        !world.read(ONE).contains("status: done"),
        "{}",
        world.read(ONE)
    );
    assert_eq!(comments(&world), ["Reopened: a"]);
}

#[test]
fn a_ticket_that_is_undone_takes_its_issue_along() {
    let world = World::new("");
    let wish = ToSend::Issue {
        ticket: "T-2222".to_owned(),
        text: "---\nid: T-2222\ntitle: One\n---\n".to_owned(),
    };
    world.ask(&wish).unwrap();
    world.round();
    assert_eq!(world.n_rows(), 1);
    world.forge.advance(SignedDuration::from_hours(2));
    let report = world.round();
    assert_eq!(
        report.troubles,
        ["no issue is made for T-2222: the ticket is gone, here and on every branch"]
    );
    assert_eq!((world.forge.all().len(), world.n_rows()), (0, 0));
    world.rest();
}

#[test]
fn the_issue_of_a_new_ticket_is_made_once() {
    let world = World::new("");
    let text = "---\nid: T-2222\ntitle: One\n---\n\nFrom it.\n";
    let wish = ToSend::Issue {
        ticket: "T-2222".to_owned(),
        text: text.to_owned(),
    };
    let rows = world.ask(&wish).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(world.ask(&wish).unwrap(), rows);
    // The editor has not saved the file yet.
    world.round();
    assert_eq!((world.forge.all().len(), world.n_rows()), (0, 1));
    world.write(ONE, text);
    world.rest();
    let issue = world.forge.get(1).unwrap();
    assert_eq!(issue.title, "One");
    assert!(
        issue.body.starts_with("From it.\n\n<!-- docket: T-2222 "),
        "{}",
        issue.body
    );
    assert!(world.read(ONE).contains("github: 1\n"));
    assert_eq!(world.forge.all().len(), 1);
    let named = ToSend::Issue {
        ticket: "T-2222".to_owned(),
        text: world.read(ONE),
    };
    assert!(matches!(world.ask(&named), Err(AskError::HasIssue(_))));
}
