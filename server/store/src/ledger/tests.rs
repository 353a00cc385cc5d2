//! The ledger under two processes, kills, damage and any input.

use std::collections::BTreeSet;
use std::fs;

use docket_core::sync::{Agreed, Conflict, Field, Issue, IssueState, Value};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

const API: &str = "https://api.github.com";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn opened(path: &Path) -> (Ledger, RemoteId) {
    let mut ledger = Ledger::open(path).unwrap();
    let remote = ledger.remote(API, "ana/docket").unwrap();
    (ledger, remote)
}

fn issue(number: u64, title: &str) -> Issue {
    Issue {
        number,
        node_id: format!("I_{number}"),
        url: format!("https://github.com/ana/docket/issues/{number}"),
        title: title.to_owned(),
        body: "The parser drops bodies.".to_owned(),
        state: IssueState::Open,
        labels: BTreeSet::from(["parser".to_owned()]),
        assignees: BTreeSet::new(),
        milestone: None,
        kind: None,
        relations: None,
        project: None,
        author: "ben".to_owned(),
        locked: false,
        is_pull_request: false,
        n_comments: 0,
        created_at: at(0),
        updated_at: at(0),
        closed_at: None,
    }
}

fn text(it: &str) -> Agreed {
    Agreed::on(Value::Text(it.to_owned()))
}

fn act(what: &str) -> Act {
    Act {
        at: at(5),
        actor: "ana".to_owned(),
        source: Source::Forge,
        ticket: "T-7k3f".to_owned(),
        what: what.to_owned(),
    }
}

#[test]
fn reading_makes_and_mends_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    assert!(Ledger::open_to_read(&path).is_none());
    assert!(!path.exists());
    let mut written = Ledger::open(&path).unwrap();
    let read = Ledger::open_to_read(&path).unwrap();
    assert_eq!(read.has_remotes(), Ok(false));
    let remote = written.remote(API, "ana/docket").unwrap();
    written.put_issues(remote, &[issue(7, "One")]).unwrap();
    assert_eq!(read.has_remotes(), Ok(true));
    assert_eq!(read.known_remote(API, "ana/docket"), Ok(Some(remote)));
    assert_eq!(read.issues(remote).unwrap().len(), 1);
    drop((read, written));
    fs::remove_file(path.with_extension("db-wal")).ok();
    #[expect(clippy::disallowed_methods, reason = "a test damages its own file")]
    fs::write(&path, "no database").unwrap();
    assert!(Ledger::open_to_read(&path).is_none());
    assert_eq!(fs::read(&path).unwrap(), b"no database");
}

#[test]
fn what_was_agreed_is_kept_field_by_field() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let (mut ledger, remote) = opened(&path);
    let labels = Agreed::on(Value::Set(BTreeSet::from(["a".to_owned(), "b".to_owned()])));
    ledger
        .settle(
            remote,
            "T-7k3f",
            7,
            &[(Field::Title, text("one")), (Field::Labels, labels)],
        )
        .unwrap();
    ledger
        .settle(remote, "T-7k3f", 7, &[(Field::Title, text("two"))])
        .unwrap();
    ledger
        .settle(remote, "T-9x2m", 8, &[(Field::Title, text("x"))])
        .unwrap();
    drop(ledger);
    let (mut ledger, again) = opened(&path);
    assert_eq!(again, remote);
    let bases = ledger.bases(remote).unwrap();
    let base = &bases[&("T-7k3f".to_owned(), 7)];
    assert_eq!((base.len(), &base[&Field::Title]), (2, &text("two")));
    let other = ledger.remote(API, "ana/other").unwrap();
    assert!(ledger.bases(other).unwrap().is_empty());
    ledger.unlink(remote, "T-7k3f", 7).unwrap();
    assert_eq!(ledger.bases(remote).unwrap().len(), 1);
    let state = RemoteState {
        since: Some(at(3)),
        etag: Some("W/\"1\"".into()),
        viewer: "ana".into(),
        ..RemoteState::default()
    };
    ledger.set_remote_state(remote, &state).unwrap();
    assert_eq!(ledger.remote_state(remote).unwrap(), state);
    assert_eq!(ledger.known_remote(API, "nobody/here").unwrap(), None);
}

#[test]
fn conflicts_take_the_place_of_those_before() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, remote) = opened(&dir.path().join("docket.db"));
    let conflict = |field| Conflict {
        ticket: "T-7k3f".into(),
        issue: 7,
        field,
        base: None,
        mine: text("a").value,
        theirs: text("b").value,
    };
    let both = [conflict(Field::Body), conflict(Field::Title)];
    ledger.set_conflicts(remote, &both).unwrap();
    assert_eq!(ledger.conflicts(remote).unwrap(), both);
    ledger.set_conflicts(remote, &both[1..]).unwrap();
    assert_eq!(ledger.conflicts(remote).unwrap(), both[1..]);
}

#[test]
fn a_decided_conflict_leaves_what_is_agreed_on_and_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, remote) = opened(&dir.path().join("docket.db"));
    let conflict = |ticket: &str, field| Conflict {
        ticket: ticket.into(),
        issue: 7,
        field,
        base: None,
        mine: text("a").value,
        theirs: text("b").value,
    };
    let all = [
        conflict("T-7k3f", Field::Body),
        conflict("T-7k3f", Field::Title),
        conflict("T-9x2m", Field::Title),
    ];
    ledger.set_conflicts(remote, &all).unwrap();
    let agreed = Agreed {
        decided: Some(text("a").value),
        ..text("b")
    };
    ledger.decide(remote, &all[1], &agreed).unwrap();
    let left = ledger.conflicts(remote).unwrap();
    assert_eq!(left, [all[0].clone(), all[2].clone()]);
    let bases = ledger.bases(remote).unwrap();
    let base = &bases[&("T-7k3f".to_owned(), 7)];
    assert_eq!(base.len(), 1);
    assert_eq!(base[&Field::Title], agreed);
}

#[test]
fn issues_are_found_by_their_words() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, remote) = opened(&dir.path().join("docket.db"));
    let issues = [issue(7, "Parse bodies"), issue(8, "Crash on start")];
    ledger.put_issues(remote, &issues).unwrap();
    let found = |ledger: &Ledger, query: &str| ledger.search(remote, query, 10).unwrap();
    assert_eq!(found(&ledger, "crash"), [8]);
    assert_eq!(found(&ledger, "pars bod"), [] as [u64; 0]);
    assert_eq!(found(&ledger, "bodies pars"), [7, 8], "title before text");
    assert_eq!(found(&ledger, "#8"), [8]);
    ledger.put_issues(remote, &[issue(8, "No more")]).unwrap();
    assert_eq!(found(&ledger, "crash"), [] as [u64; 0]);
    assert_eq!(ledger.issue(remote, 8).unwrap().unwrap().title, "No more");
    ledger.remove_issue(remote, 7).unwrap();
    assert_eq!(ledger.issues(remote).unwrap().len(), 1);
}

#[test]
fn one_process_at_a_time_has_the_lease() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let (mut one, remote) = opened(&path);
    let (mut two, _) = opened(&path);
    let lasting = SignedDuration::from_secs(60);
    assert_eq!(
        one.take_lease(remote, "one", at(0), lasting).unwrap(),
        Ok(())
    );
    let held = two
        .take_lease(remote, "two", at(59), lasting)
        .unwrap()
        .unwrap_err();
    assert_eq!((held.holder.as_str(), held.until), ("one", at(60)));
    assert_eq!(
        one.take_lease(remote, "one", at(59), lasting).unwrap(),
        Ok(())
    );
    // A holder that died is waited for no longer than its lease lasts.
    assert!(
        two.take_lease(remote, "two", at(118), lasting)
            .unwrap()
            .is_err()
    );
    assert_eq!(
        two.take_lease(remote, "two", at(119), lasting).unwrap(),
        Ok(())
    );
    one.release_lease(remote, "one").unwrap();
    assert!(
        one.take_lease(remote, "one", at(120), lasting)
            .unwrap()
            .is_err()
    );
    two.release_lease(remote, "two").unwrap();
    assert_eq!(
        one.take_lease(remote, "one", at(120), lasting).unwrap(),
        Ok(())
    );

    let taken = std::thread::scope(|scope| {
        let take = |name: String| {
            let path = &path;
            move || {
                let (mut ledger, remote) = opened(path);
                ledger
                    .take_lease(remote, &name, at(500), lasting)
                    .unwrap()
                    .is_ok()
            }
        };
        let threads: Vec<_> = (0..4).map(|it| scope.spawn(take(it.to_string()))).collect();
        threads
            .into_iter()
            .map(|it| it.join().unwrap())
            .filter(|it| *it)
            .count()
    });
    assert_eq!(taken, 1);
}

#[test]
fn rows_of_a_ticket_go_out_one_after_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, remote) = opened(&dir.path().join("docket.db"));
    let mut put = |ticket: &str, issue, marker: &str| {
        ledger
            .enqueue(remote, ticket, issue, "{}", marker, at(0))
            .unwrap()
    };
    let create = put("T-7k3f", None, "m1").unwrap();
    assert_eq!(put("T-7k3f", None, "m2"), None, "one issue a ticket");
    assert_eq!(put("T-9x2m", Some(8), "m1"), None, "a marker is used once");
    let second = put("T-7k3f", Some(7), "m3").unwrap();
    let other = put("T-9x2m", Some(8), "m4").unwrap();
    let due = |ledger: &Ledger, now| -> Vec<i64> {
        ledger
            .due(remote, now)
            .unwrap()
            .iter()
            .map(|it| it.id)
            .collect()
    };
    assert_eq!(due(&ledger, at(0)), [create, other]);
    assert!(ledger.begin(create, at(60)).unwrap());
    assert!(!ledger.begin(create, at(60)).unwrap(), "it is being sent");
    assert_eq!(due(&ledger, at(0)), [other]);
    assert_eq!(ledger.counts(remote).unwrap().waiting, 3);

    let row = ledger.interrupted(remote).unwrap().remove(0);
    assert_eq!((row.id, row.attempts), (create, 1));
    assert_eq!(row.next_try, at(60), "it may be under way until then");
    let agreed = [(Field::Title, text("one"))];
    ledger
        .succeed(
            remote,
            &row,
            7,
            Some(&issue(7, "one")),
            &agreed,
            &act("made #7"),
        )
        .unwrap();
    assert_eq!(ledger.row(create).unwrap().unwrap().state, State::Sent);
    assert_eq!(ledger.bases(remote).unwrap().len(), 1);
    assert_eq!(ledger.issue(remote, 7).unwrap().unwrap().title, "one");
    assert_eq!(due(&ledger, at(0)), [second, other]);
    ledger.forget(create).unwrap();

    ledger.begin(second, at(60)).unwrap();
    ledger
        .retry_later(second, at(30), Some("no network"))
        .unwrap();
    assert_eq!(due(&ledger, at(29)), [other]);
    assert_eq!(due(&ledger, at(30)), [second, other]);
    ledger.refuse(other, "too long").unwrap();
    let counts = ledger.counts(remote).unwrap();
    assert_eq!((counts.waiting, counts.refused), (1, 1));
    ledger.edit_row(other, "{\"x\":1}", at(31)).unwrap();
    let row = ledger.row(other).unwrap().unwrap();
    assert_eq!(
        (row.state, row.payload.as_str()),
        (State::Waiting, "{\"x\":1}")
    );
    assert_eq!(ledger.holdings().unwrap().waiting, 2);
}

#[test]
fn the_log_tells_where_it_was_touched() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let (mut ledger, _) = opened(&path);
    assert_eq!(ledger.verify().unwrap(), Verified::Whole { rows: 0 });
    for what in ["status: todo -> done", "title: a -> b", "made #7"] {
        ledger.append(&act(what)).unwrap();
    }
    assert_eq!(ledger.verify().unwrap(), Verified::Whole { rows: 3 });
    let history = ledger.history("T-7k3f", 2).unwrap();
    assert_eq!(
        (history[0].seq, history[0].act.what.as_str()),
        (3, "made #7")
    );
    assert_eq!(history.len(), 2);

    let other = rusqlite::Connection::open(&path).unwrap();
    assert!(other.execute("UPDATE audit SET what = 'x'", []).is_err());
    assert!(other.execute("DELETE FROM audit", []).is_err());
    other
        .execute_batch("DROP TRIGGER audit_stays; DROP TRIGGER audit_keeps")
        .unwrap();
    other
        .execute("UPDATE audit SET actor = 'ben' WHERE seq = 2", [])
        .unwrap();
    assert_eq!(ledger.verify().unwrap(), Verified::Broken { seq: 2 });
    other
        .execute("UPDATE audit SET actor = 'ana' WHERE seq = 2", [])
        .unwrap();
    assert_eq!(ledger.verify().unwrap(), Verified::Whole { rows: 3 });
    other
        .execute("DELETE FROM audit WHERE seq = 1", [])
        .unwrap();
    assert_eq!(ledger.verify().unwrap(), Verified::Broken { seq: 2 });
}

#[test]
fn what_waits_survives_the_damage_of_its_database() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docket.db");
    let (mut ledger, remote) = opened(&path);
    ledger
        .enqueue(remote, "T-7k3f", None, "{}", "m1", at(0))
        .unwrap();
    ledger
        .settle(remote, "T-9x2m", 8, &[(Field::Title, text("x"))])
        .unwrap();
    ledger.append(&act("made")).unwrap();
    let state = RemoteState {
        since: Some(at(5)),
        etag: Some("e".to_owned()),
        viewer: "ana".to_owned(),
        ..RemoteState::default()
    };
    ledger.set_remote_state(remote, &state).unwrap();
    drop(ledger);
    let (mut store, _) = Store::open(&path).unwrap();
    let change = crate::TreeChange {
        root: "/p".into(),
        folders: (0..2_000)
            .map(|it| (format!("{it:05}"), vec![1; 300]))
            .collect(),
        ..crate::TreeChange::default()
    };
    store.save(&change).unwrap();
    store.merge_log();
    drop(store);
    // The end of the file is the scan's.
    let mut bytes = fs::read(&path).unwrap();
    let n_bytes = bytes.len();
    bytes[n_bytes / 2..].fill(0xa5);
    #[expect(clippy::disallowed_methods, reason = "a test's own files")]
    fs::write(&path, bytes).unwrap();
    let (mut store, _) = Store::open(&path).unwrap();
    let told = store.save(&crate::TreeChange {
        damaged: true,
        ..change
    });
    assert!(matches!(told, Err(Trouble::Damaged { .. })), "{told:?}");
    drop(store);
    let (ledger, again) = opened(&path);
    assert_eq!(again, remote);
    assert_eq!(ledger.outbox(remote).unwrap()[0].marker, "m1");
    assert_eq!(ledger.bases(remote).unwrap().len(), 1);
    assert_eq!(ledger.verify().unwrap(), Verified::Whole { rows: 1 });
    // The issues went with the database: all of them are asked for, not what changed since.
    let state = ledger.remote_state(remote).unwrap();
    assert_eq!((state.since, state.etag), (None, None));
    assert_eq!(state.viewer, "ana");
}

/// Runs this very test in a process that dies at each step in turn.
#[test]
fn a_process_that_dies_at_any_step_leaves_the_row_as_it_said() {
    const STEP: &str = "DOCKET_TEST_DIES_AT";
    #[expect(
        clippy::disallowed_methods,
        reason = "how this test speaks to its child"
    )]
    let child = std::env::var(STEP).ok();
    if let Some(told) = child {
        let (step, path) = told.split_once(' ').unwrap();
        let dies_at = |it: &str| {
            if it == step {
                std::process::abort()
            }
        };
        let (mut ledger, remote) = opened(Path::new(path));
        dies_at("opened");
        let id = ledger
            .enqueue(remote, "T-7k3f", None, "{}", "m", at(0))
            .unwrap()
            .unwrap();
        dies_at("enqueued");
        ledger.begin(id, at(60)).unwrap();
        dies_at("begun");
        let row = ledger.row(id).unwrap().unwrap();
        ledger
            .succeed(
                remote,
                &row,
                7,
                Some(&issue(7, "x")),
                &[(Field::Title, text("x"))],
                &act("x"),
            )
            .unwrap();
        dies_at("settled");
        panic!("no such step");
    }
    for (step, rows, bases, acts) in [
        ("opened", "", 0, 0),
        ("enqueued", "waiting", 0, 0),
        ("begun", "sending", 0, 0),
        ("settled", "sent", 1, 1),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("docket.db");
        #[expect(clippy::disallowed_methods, reason = "this test, once more")]
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let output = child
            .args([
                "--exact",
                "ledger::tests::a_process_that_dies_at_any_step_leaves_the_row_as_it_said",
            ])
            .env(STEP, format!("{step} {}", path.display()))
            .output()
            .unwrap();
        assert!(
            !output.status.success() && output.status.code().is_none(),
            "{output:?}"
        );
        let (ledger, remote) = opened(&path);
        let found: Vec<_> = ledger
            .outbox(remote)
            .unwrap()
            .iter()
            .map(|it| it.state.name())
            .collect();
        assert_eq!(found.join(" "), rows, "{step}");
        assert_eq!(ledger.bases(remote).unwrap().len(), bases, "{step}");
        assert_eq!(
            ledger.verify().unwrap(),
            Verified::Whole { rows: acts },
            "{step}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_query_is_a_query(query in "(\\PC|[\"*():^-]| |AND|NEAR|body:){0,12}") {
        let dir = tempfile::tempdir().unwrap();
        let (mut ledger, remote) = opened(&dir.path().join("docket.db"));
        ledger.put_issues(remote, &[issue(7, "Parse bodies")]).unwrap();
        ledger.search(remote, &query, 10).unwrap();
    }
}

#[test]
fn comments_are_read_anew_where_an_issue_with_comments_is_another_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, remote) = opened(&dir.path().join("docket.db"));
    let of = |n_comments, second| Issue {
        n_comments,
        updated_at: at(second),
        ..issue(7, "One")
    };
    let comment = docket_core::sync::Comment {
        id: 1,
        author: "bo".to_owned(),
        body: "Me too.".to_owned(),
        created_at: at(1),
        updated_at: at(1),
    };
    let steps = [
        (of(0, 0), 0, "none has been made"),
        (of(0, 1), 0, "another title"),
        (of(1, 2), 1, "one was made"),
        (of(1, 2), 0, "nothing new"),
        (of(1, 3), 1, "it may have been edited"),
        (of(2, 3), 1, "another one within the same second"),
        (of(0, 4), 1, "all were taken away"),
        (of(0, 5), 0, "and none was made since"),
    ];
    for (issue, n_unread, why) in steps {
        ledger.put_issues(remote, &[issue]).unwrap();
        assert_eq!(ledger.unread(remote).unwrap().len(), n_unread, "{why}");
        ledger
            .put_comments(remote, 7, std::slice::from_ref(&comment))
            .unwrap();
        assert_eq!(ledger.unread(remote).unwrap().len(), 0);
    }
    assert_eq!(ledger.comments(remote).unwrap()[&7], [comment]);
    ledger.remove_issue(remote, 7).unwrap();
    assert!(ledger.comments(remote).unwrap().is_empty());
}
