//! What is settled never exceeds a cap.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn opened() -> (tempfile::TempDir, Spending) {
    let folder = tempfile::tempdir().unwrap();
    let spending = Spending::open(&folder.path().join("docket.db")).unwrap();
    (folder, spending)
}

fn call(ticket: Option<&str>, day: Date, most: Pico) -> Call<'_> {
    Call {
        at: Timestamp::UNIX_EPOCH,
        day,
        ticket,
        task: "expand",
        prompt: "expand@1",
        model: "stub/m",
        most,
        tokens: Tokens {
            input: 10,
            output: 20,
            cached: 0,
        },
    }
}

const CAPS: Caps = Caps {
    ticket: Some(100),
    day: Some(150),
    month: Some(200),
};

#[test]
fn a_cap_holds_for_what_is_put_aside_and_what_is_spent() {
    let (_folder, mut spending) = opened();
    let day = date(2026, 11, 27);
    let first = spending
        .reserve(&call(Some("T-1"), day, 80), &CAPS)
        .unwrap();
    let first = first.unwrap();
    let refusal = spending
        .reserve(&call(Some("T-1"), day, 30), &CAPS)
        .unwrap();
    assert_eq!(
        refusal,
        Err(Refusal {
            scope: Scope::Ticket,
            cap: 100,
            used: 80,
            wanted: 30
        })
    );
    assert_eq!(refusal.unwrap_err().needed(), 110);
    // Another ticket has room, the day has not.
    let refusal = spending
        .reserve(&call(Some("T-2"), day, 90), &CAPS)
        .unwrap();
    assert_eq!(refusal.unwrap_err().scope, Scope::Day);
    // What it did cost makes room.
    let tokens = Tokens {
        input: 5,
        output: 2,
        cached: 1,
    };
    spending
        .settle(first, 10, tokens, Settled::Counted)
        .unwrap();
    spending
        .settle(first, 99, tokens, Settled::Counted)
        .unwrap();
    assert!(
        spending
            .reserve(&call(Some("T-1"), day, 90), &CAPS)
            .unwrap()
            .is_ok()
    );
    let sums = spending.sums(day, Some("T-1")).unwrap();
    assert_eq!((sums.ticket.cost, sums.ticket.reserved), (100, 90));
    assert_eq!((sums.day.cost, sums.day.calls), (100, 2));
    assert_eq!(sums.ticket.tokens.output, 2 + 20);
    // A new day, the same month: 100 of 200 are left, 100 of the ticket are not.
    let next = date(2026, 11, 28);
    let refusal = spending.reserve(&call(None, next, 101), &CAPS).unwrap();
    assert_eq!(refusal.unwrap_err().scope, Scope::Month);
    assert!(
        spending
            .reserve(&call(None, next, 100), &CAPS)
            .unwrap()
            .is_ok()
    );
    assert!(
        spending
            .reserve(&call(None, date(2026, 12, 1), 150), &CAPS)
            .unwrap()
            .is_ok()
    );
    // Raised, the same call goes on.
    let raised = Caps {
        ticket: Some(110),
        ..CAPS
    };
    let later = date(2027, 1, 1);
    assert!(
        spending
            .reserve(&call(Some("T-1"), later, 10), &CAPS)
            .unwrap()
            .is_err()
    );
    assert!(
        spending
            .reserve(&call(Some("T-1"), later, 10), &raised)
            .unwrap()
            .is_ok()
    );
}

#[test]
fn nothing_costs_nothing_and_no_cap_is_none() {
    let (_folder, mut spending) = opened();
    let day = date(2026, 11, 27);
    let none = Caps {
        ticket: Some(0),
        day: Some(0),
        month: Some(0),
    };
    assert!(
        spending
            .reserve(&call(Some("T-1"), day, 0), &none)
            .unwrap()
            .is_ok()
    );
    assert!(
        spending
            .reserve(&call(Some("T-1"), day, 1), &none)
            .unwrap()
            .is_err()
    );
    let free = Caps::default();
    assert!(
        spending
            .reserve(&call(Some("T-1"), day, Pico::MAX / 2), &free)
            .unwrap()
            .is_ok()
    );
}

#[test]
fn what_was_spent_survives_the_loss_of_the_database() {
    let (folder, mut spending) = opened();
    let day = date(2026, 11, 27);
    spending
        .reserve(&call(Some("T-1"), day, 80), &CAPS)
        .unwrap()
        .unwrap();
    drop(spending);
    let path = folder.path().join("docket.db");
    let reopened = Spending::open_to_read(&path).unwrap();
    assert_eq!(reopened.sums(day, Some("T-1")).unwrap().ticket.cost, 80);
}

/// A thousand reservations from many threads, each with a connection of its own, as processes have;
/// some of which end in the middle.
#[test]
fn a_thousand_at_once_never_exceed_a_cap() {
    const THREADS: usize = 8;
    const EACH: usize = 125;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docket.db");
    drop(Spending::open(&path).unwrap());
    let day = date(2026, 11, 27);
    // Room for a part of them.
    let caps = Caps {
        ticket: Some(9_000),
        day: Some(20_000),
        month: Some(20_000),
    };
    let (n_given, n_refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (path, n_given, n_refused) = (&path, &n_given, &n_refused);
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(thread as u64);
                let mut spending = Spending::open(path).unwrap();
                for _ in 0..EACH {
                    let ticket = ["T-1", "T-2", "T-3"][random.usize(..3)];
                    let most = random.i64(1..200);
                    let asked = call(Some(ticket), day, most);
                    // Where the database stays busy the call is not made.
                    let Ok(answer) = spending.reserve(&asked, &caps) else {
                        continue;
                    };
                    let Ok(reservation) = answer else {
                        n_refused.fetch_add(1, Ordering::Relaxed);
                        continue;
                    };
                    n_given.fetch_add(1, Ordering::Relaxed);
                    match random.u8(..10) {
                        // It crashes: nothing is settled, and another process takes its place.
                        0 => spending = Spending::open(path).unwrap(),
                        _ => {
                            let cost = random.i64(0..=most);
                            let settled =
                                spending.settle(reservation, cost, asked.tokens, Settled::Counted);
                            // It stays put aside, which is more.
                            drop(settled);
                        }
                    }
                    let sums = spending.sums(day, Some(ticket)).unwrap();
                    assert!(sums.ticket.cost <= 9_000, "{sums:?}");
                    assert!(sums.day.cost <= 20_000, "{sums:?}");
                }
            });
        }
    });
    let sums = Spending::open_to_read(&path)
        .unwrap()
        .sums(day, None)
        .unwrap();
    assert!(
        sums.day.cost <= 20_000 && sums.day.cost > 15_000,
        "{sums:?}"
    );
    assert_eq!(sums.day.calls, n_given.into_inner() as u64);
    assert!(n_refused.into_inner() > 100);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any history of reservations, settlements and crashes.
    #[test]
    fn no_history_exceeds_a_cap(
        steps in prop::collection::vec((0_u8..3, 0_i64..120, 0_u8..3, 0_i8..4), 1..40),
    ) {
        let (_folder, mut spending) = opened();
        let mut open = Vec::new();
        for (what, money, ticket, day) in steps {
            let day = date(2026, 11, 27).saturating_add(jiff::Span::new().days(i64::from(day)));
            let ticket = format!("T-{ticket}");
            match what {
                0 | 1 => {
                    let answer = spending.reserve(&call(Some(&ticket), day, money), &CAPS).unwrap();
                    open.extend(answer.ok().map(|it| (it, money)));
                }
                _ => {
                    if let Some((reservation, most)) = open.pop() {
                        let cost = money.min(most);
                        spending.settle(reservation, cost, Tokens::default(), Settled::Estimated).unwrap();
                    }
                }
            }
            let sums = spending.sums(day, Some(&ticket)).unwrap();
            prop_assert!(sums.ticket.cost <= 100 && sums.day.cost <= 150 && sums.month.cost <= 200);
        }
    }
}
