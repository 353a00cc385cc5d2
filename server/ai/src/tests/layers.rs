//! The layers, around models that follow a script.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{Told, request};
use crate::chain::Chain;
use crate::metered::{Metered, Purse, Ticket, worst};
use crate::retrying::{Policy, Retrying, Sleep};
use crate::scripted::{Line, ScriptedModel};
use crate::{AskError, Cancel, Failure, Model, Request, Spent, Usage};

/// Does not wait, and remembers how long it should have.
#[derive(Clone, Default)]
struct Slept(Arc<Mutex<Vec<Duration>>>);

impl Sleep for Slept {
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().unwrap().push(time);
        Box::pin(std::future::ready(()))
    }
}

/// For ever.
struct Asleep;

impl Sleep for Asleep {
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

const POLICY: Policy = Policy {
    attempts: 3,
    first_wait: Duration::from_secs(2),
    longest_wait: Duration::from_secs(3),
    longest_asked: Duration::from_secs(60),
};

fn overloaded(after: Option<u64>) -> Line {
    Line::fails(AskError::Overloaded {
        model: "m".to_owned(),
        after: after.map(Duration::from_secs),
    })
}

fn retrying(script: Vec<Line>) -> (Retrying<ScriptedModel>, Slept) {
    let slept = Slept::default();
    let model = Retrying::new(
        ScriptedModel::new(script),
        POLICY,
        Box::new(slept.clone()),
        fastrand::Rng::with_seed(7),
    );
    (model, slept)
}

async fn ask(model: &dyn Model) -> (Result<String, Failure>, Vec<String>) {
    let told = Told::default();
    let answer = model.ask(&request("x"), &told, &Cancel::new()).await;
    (answer.map(|it| it.text), told.lines())
}

#[tokio::test]
async fn a_passing_failure_is_waited_out() {
    let (model, slept) = retrying(vec![
        overloaded(None),
        overloaded(Some(10)),
        Line::Text("ok".into()),
    ]);
    let (answer, told) = ask(&model).await;
    assert_eq!(answer.unwrap(), "ok");
    let slept = slept.0.lock().unwrap().clone();
    assert_eq!(slept.len(), 2);
    assert!(slept[0] >= Duration::from_millis(500) && slept[0] <= Duration::from_secs(2));
    // Not before the provider said, and with some spread.
    assert!(slept[1] >= Duration::from_secs(10) && slept[1] <= Duration::from_secs(11));
    let n_again = told
        .iter()
        .filter(|it| it.starts_with("again overloaded"))
        .count();
    assert_eq!(n_again, 2, "{told:?}");
}

#[tokio::test]
async fn attempts_end_and_what_does_not_pass_is_not_repeated() {
    let (model, slept) = retrying(vec![
        overloaded(None),
        overloaded(None),
        overloaded(None),
        Line::Text("late".into()),
    ]);
    let (answer, _) = ask(&model).await;
    assert_eq!(answer.unwrap_err().error.code(), "overloaded");
    assert_eq!(slept.0.lock().unwrap().len(), 2);

    let auth = AskError::Auth {
        model: "m".to_owned(),
        reason: String::new(),
    };
    let (model, slept) = retrying(vec![Line::fails(auth), Line::Text("never".into())]);
    assert_eq!(ask(&model).await.0.unwrap_err().error.code(), "auth");
    assert!(slept.0.lock().unwrap().is_empty());

    // An hour is not waited for: the next model, or a person, decides.
    let (model, slept) = retrying(vec![overloaded(Some(3_600)), Line::Text("never".into())]);
    assert_eq!(ask(&model).await.0.unwrap_err().error.code(), "overloaded");
    assert!(slept.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_cancel_ends_a_wait() {
    let model = Retrying::new(
        ScriptedModel::new([overloaded(None)]),
        POLICY,
        Box::new(Asleep),
        fastrand::Rng::with_seed(7),
    );
    let (request, cancel) = (request("x"), Cancel::new());
    let mut asked = model.ask(&request, &(), &cancel);
    assert!(futures_util::poll!(&mut asked).is_pending());
    cancel.cancel();
    assert_eq!(asked.await.unwrap_err().error, AskError::Cancelled);
}

#[tokio::test]
async fn the_next_model_is_asked_where_one_does_not_answer() {
    let refused = AskError::Refused {
        model: "m".to_owned(),
        reason: String::new(),
    };
    let no_key = AskError::NoKey {
        provider: "m".to_owned(),
    };
    let chain = |first: Line| {
        let models: Vec<Box<dyn Model>> = vec![
            Box::new(ScriptedModel::new([first])),
            Box::new(ScriptedModel::texts(["second"])),
        ];
        Chain::new(models).unwrap()
    };
    let (answer, told) = ask(&chain(Line::fails(no_key))).await;
    assert_eq!(answer.unwrap(), "second");
    assert!(told.contains(&"next no-key".to_owned()), "{told:?}");
    // Nobody goes shopping for a model that does not refuse, or around a budget.
    for error in [refused, AskError::Budget("no".to_owned())] {
        let code = error.code();
        let (answer, _) = ask(&chain(Line::fails(error))).await;
        assert_eq!(answer.unwrap_err().error.code(), code);
    }
    assert!(Chain::new(Vec::new()).is_none());
}

/// Remembers what was put aside and taken.
#[derive(Default)]
struct Book {
    rows: Mutex<Vec<(Usage, Option<Spent>)>>,
}

impl Purse for Book {
    fn reserve(&self, _: &Request, model: &str, most: Usage) -> Result<Ticket, AskError> {
        if model != "scripted/model" {
            return Err(AskError::NoPrice {
                model: model.to_owned(),
            });
        }
        let mut rows = self.rows.lock().unwrap();
        rows.push((most, None));
        Ok(Ticket(rows.len() as i64 - 1))
    }

    fn settle(&self, ticket: Ticket, _: &str, spent: Spent) {
        self.rows.lock().unwrap()[ticket.0 as usize].1 = Some(spent);
    }
}

#[tokio::test]
async fn the_worst_is_put_aside_and_what_it_cost_is_taken() {
    let book = Arc::new(Book::default());
    let cut = Spent::Estimated(Usage {
        input: 9,
        output: 1,
        cached: 0,
    });
    let script = [
        Line::Text("four".into()),
        Line::Fails(Failure {
            error: AskError::Cut {
                model: "m".to_owned(),
                reason: String::new(),
            },
            spent: cut,
        }),
        Line::Hangs,
    ];
    let model = Metered::new(ScriptedModel::new(script), Arc::clone(&book) as _);
    ask(&model).await.0.unwrap();
    ask(&model).await.0.unwrap_err();
    // Dropped in the middle: all that was put aside may have been used.
    let (asked, cancel) = (request("x"), Cancel::new());
    let mut hanging = model.ask(&asked, &(), &cancel);
    assert!(futures_util::poll!(&mut hanging).is_pending());
    assert_eq!(book.rows.lock().unwrap()[2].1, None);
    drop(hanging);
    let most = worst(&asked);
    let rows = book.rows.lock().unwrap().clone();
    let four = Usage {
        input: 10,
        output: 4,
        cached: 0,
    };
    assert_eq!(
        rows,
        [
            (most, Some(Spent::Counted(four))),
            (most, Some(cut)),
            (most, Some(Spent::Estimated(most))),
        ]
    );
    assert!(most.output == 100 && most.input > 20);
}

#[tokio::test]
async fn nothing_is_sent_that_the_purse_does_not_pay() {
    struct Renamed(ScriptedModel);
    impl Model for Renamed {
        fn name(&self) -> String {
            "other/model".to_owned()
        }
        fn ask<'a>(
            &'a self,
            request: &'a Request,
            progress: &'a dyn crate::Progress,
            cancel: &'a Cancel,
        ) -> crate::Answer<'a> {
            self.0.ask(request, progress, cancel)
        }
    }
    let model = Metered::new(
        Renamed(ScriptedModel::texts(["never"])),
        Arc::new(Book::default()),
    );
    let error = ask(&model).await.0.unwrap_err().error;
    assert_eq!(error.code(), "no-price");
    assert!(error.hint().unwrap().contains("other/model"));
    assert!(model.inner().0.asked().is_empty());
}
