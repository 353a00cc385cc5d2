//! Recording and replaying.

use std::sync::Arc;

use serde_json::json;

use super::{Told, request};
use crate::redacting::Redacting;
use crate::retrying::{Policy, Retrying, Tokio};
use crate::scripted::{Line, ScriptedModel};
use crate::secrets::Redactor;
use crate::taped::{Tape, Taped};
use crate::{AskError, Cancel, Failure, Message, Model, Reply, Request, Schema, ToolCall};

fn taped(script: Vec<Line>, tape: &Arc<Tape>) -> Taped<ScriptedModel> {
    Taped::new(
        ScriptedModel::new(script),
        Arc::clone(tape),
        Redactor::default(),
    )
}

async fn ask(model: &dyn Model, request: &Request) -> (Result<Reply, Failure>, Vec<String>) {
    let told = Told::default();
    let answer = model.ask(request, &told, &Cancel::new()).await;
    (answer, told.lines())
}

fn script() -> Vec<Line> {
    vec![
        Line::Text("first answer".into()),
        Line::fails(AskError::Overloaded {
            model: "m".to_owned(),
            after: Some(std::time::Duration::from_millis(1)),
        }),
        Line::Calls(vec![ToolCall {
            id: "t1".into(),
            name: "find".into(),
            arguments: json!({"z": 1, "a": {"y": 2, "b": 3}}),
            signatures: vec!["c2ln".into()],
        }]),
    ]
}

fn requests() -> Vec<Request> {
    let mut with_schema = request("two");
    with_schema.schema = Some(Schema {
        name: "s".into(),
        schema: json!({"type": "object", "properties": {"z": {}, "a": {}}}),
    });
    vec![request("one"), with_schema.clone(), with_schema]
}

#[tokio::test]
async fn a_replay_gives_what_was_given_byte_for_byte() {
    let tape = Arc::new(Tape::blank());
    let model = taped(script(), &tape);
    let mut first = Vec::new();
    for request in requests() {
        first.push(ask(&model, &request).await);
    }
    let text = tape.text();

    let tape = Arc::new(Tape::of(&text).unwrap());
    let model = taped(Vec::new(), &tape);
    let mut second = Vec::new();
    for request in requests() {
        second.push(ask(&model, &request).await);
    }
    assert_eq!(first, second);
    assert_eq!(tape.text(), text);
    tape.finish().unwrap();
    // Whatever order serde_json keeps.
    let (a, z) = (
        text.find("\"a\": {").unwrap(),
        text.find("\"z\": {").unwrap(),
    );
    assert!(a < z, "{text}");
}

#[tokio::test]
async fn retries_are_on_the_cassette() {
    let policy = Policy {
        first_wait: std::time::Duration::from_millis(1),
        ..Policy::default()
    };
    let retrying = |script, tape: &Arc<Tape>| {
        Retrying::new(
            taped(script, tape),
            policy,
            Box::new(Tokio),
            fastrand::Rng::with_seed(1),
        )
    };
    let tape = Arc::new(Tape::blank());
    let mut lines = script();
    lines.remove(0);
    let asked = request("x");
    let recorded = ask(&retrying(lines, &tape), &asked).await;
    let tape = Arc::new(Tape::of(&tape.text()).unwrap());
    let replayed = ask(&retrying(Vec::new(), &tape), &asked).await;
    assert_eq!(recorded, replayed);
    assert!(
        replayed
            .1
            .iter()
            .any(|it| it.starts_with("again overloaded"))
    );
    tape.finish().unwrap();
}

#[tokio::test]
async fn a_replay_that_diverges_says_where_and_how() {
    let tape = Arc::new(Tape::blank());
    let model = taped(script(), &tape);
    for request in requests() {
        let _ = ask(&model, &request).await;
    }
    let text = tape.text();
    let replay = || taped(Vec::new(), &Arc::new(Tape::of(&text).unwrap()));
    let diverges = async |request: &Request| {
        let failure = ask(&replay(), request).await.0.unwrap_err();
        assert_eq!(failure.error.code(), "diverged");
        failure.to_string()
    };

    let told = diverges(&request("one\nmore")).await;
    assert_eq!(
        told,
        "step 1 of the cassette diverges: `/messages/0/user` differs in line 1: \"one\" is now \"one\\nmore\""
    );
    let mut other = request("one");
    other.max_output = 7;
    assert!(
        diverges(&other)
            .await
            .ends_with("`/max_output` is 7, it was 100")
    );
    other = request("one");
    other.messages.push(Message::User("and?".into()));
    assert!(
        diverges(&other)
            .await
            .ends_with("`/messages` has 2 items, it had 1")
    );

    let tape = Arc::new(Tape::of(&text).unwrap());
    let model = taped(Vec::new(), &tape);
    ask(&model, &request("one")).await.0.unwrap();
    let told = tape.finish().unwrap_err().to_string();
    assert_eq!(told, "step 2 of the cassette was never asked for (2 left)");
    for request in &requests()[1..] {
        let _ = ask(&model, request).await;
    }
    let told = ask(&model, &request("one"))
        .await
        .0
        .unwrap_err()
        .to_string();
    assert_eq!(told, "step 4 is not on the cassette, which has 3");
    for bad in ["", "{}", "{\"docket_cassette\": 9, \"steps\": []}"] {
        assert!(Tape::of(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn calls_at_once_find_their_steps_in_any_order() {
    let tape = Arc::new(Tape::blank());
    let model = taped(vec![Line::Text("1".into()), Line::Text("2".into())], &tape);
    for text in ["one", "two"] {
        ask(&model, &request(text)).await.0.unwrap();
    }
    let tape = Arc::new(Tape::of(&tape.text()).unwrap());
    let model = taped(Vec::new(), &tape);
    for (text, answer) in [("two", "2"), ("one", "1")] {
        let reply = ask(&model, &request(text)).await.0.unwrap();
        assert_eq!(reply.text, answer);
    }
    tape.finish().unwrap();
}

#[tokio::test]
async fn no_secret_is_on_a_cassette() {
    let key = format!("sk-ant-{}", "aB3dE5gH7jK9mN2pQ4sT");
    let tape = Arc::new(Tape::blank());
    let answer = format!("You wrote {key} there, did you?");
    let model = Redacting::new(taped(vec![Line::Text(answer)], &tape), Redactor::default());
    let mut request = request(&format!("My key is {key}."));
    request.messages.push(Message::Assistant {
        text: String::new(),
        calls: vec![ToolCall {
            id: "t".into(),
            name: "keep".into(),
            arguments: json!({"key": key}),
            signatures: Vec::new(),
        }],
    });
    let (reply, told) = ask(&model, &request).await;
    let reply = reply.unwrap();
    assert_eq!(
        reply.text,
        "You wrote [redacted: anthropic-key] there, did you?"
    );
    assert_eq!(told[0], "redacted anthropic-key,anthropic-key");
    let text = tape.text();
    assert!(
        !text.contains(&key) && text.contains("[redacted: anthropic-key]"),
        "{text}"
    );

    let tape = Arc::new(Tape::of(&text).unwrap());
    let model = Redacting::new(taped(Vec::new(), &tape), Redactor::default());
    assert_eq!(ask(&model, &request).await.0.unwrap(), reply);
}

#[tokio::test]
async fn what_was_cancelled_is_not_recorded() {
    let tape = Arc::new(Tape::blank());
    let model = taped(vec![Line::Hangs], &tape);
    let (request, cancel) = (request("x"), Cancel::new());
    cancel.cancel();
    let failure = model.ask(&request, &(), &cancel).await.unwrap_err();
    assert_eq!(failure.error, AskError::Cancelled);
    assert!(tape.text().contains("\"steps\": []"));
}
