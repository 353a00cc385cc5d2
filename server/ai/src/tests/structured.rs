//! Answers that have to fit a schema.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Told, request};
use crate::scripted::{Line, ScriptedModel};
use crate::{AskError, Cancel, Message, Spent, structured};

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Title {
    title: String,
    #[schemars(range(min = 1, max = 5))]
    points: u32,
}

const GOOD: &str = r#"{"title": "Read files", "points": 3}"#;

fn fine(_: &Title) -> Result<(), String> {
    Ok(())
}

async fn ask(model: &ScriptedModel) -> Result<Title, crate::Failure> {
    let request = request("x");
    let answer =
        structured::ask::<Title>(model, &request, "title", &fine, &(), &Cancel::new()).await;
    answer.map(|it| it.value)
}

#[tokio::test]
async fn an_answer_that_fits_is_read() {
    let model = ScriptedModel::texts([GOOD]);
    let title = ask(&model).await.unwrap();
    assert_eq!(
        title,
        Title {
            title: "Read files".to_owned(),
            points: 3
        }
    );
    let asked = model.asked();
    let schema = asked[0].schema.as_ref().unwrap();
    assert_eq!(schema.name, "title");
    assert!(schema.schema.to_string().contains("points"));
}

#[tokio::test]
async fn one_that_does_not_is_asked_for_once_more_with_the_reason() {
    let cases = [
        (r#"{"title": "x"}"#, "points"),
        (r#"{"title": "x", "points": 9}"#, "/points"),
        (r#"{"title": "x", "points": 2, "more": 1}"#, "more"),
        ("Here is your title.", "no JSON"),
        ("```json\n{}\n```", "no JSON"),
        ("", "empty"),
    ];
    for (broken, reason) in cases {
        let model = ScriptedModel::texts([broken, GOOD]);
        ask(&model).await.unwrap();
        let asked = model.asked();
        assert_eq!(asked.len(), 2, "{broken}");
        let [.., Message::Assistant { text, .. }, Message::User(told)] = &*asked[1].messages else {
            panic!("{:?}", asked[1].messages);
        };
        assert!(told.contains(reason), "{broken}: {told}");
        assert!(text == broken || broken.is_empty());
        assert_eq!(asked[1].schema, asked[0].schema);
    }
}

#[tokio::test]
async fn what_no_schema_can_say_is_checked_as_well() {
    let model = ScriptedModel::texts([GOOD, r#"{"title": "Write files", "points": 3}"#]);
    let writes = |it: &Title| match it.title.starts_with("Write") {
        true => Ok(()),
        false => Err("nothing is written".to_owned()),
    };
    let request = request("x");
    let cancel = Cancel::new();
    let answer = structured::ask(&model, &request, "title", &writes, &(), &cancel).await;
    let answer = answer.unwrap();
    assert_eq!(answer.value.title, "Write files");
    assert!(matches!(answer.usage, Spent::Counted(it) if it.input == 20));
    let [.., Message::User(told)] = &*model.asked()[1].messages else {
        panic!("no reason was told");
    };
    assert!(told.contains("nothing is written"));
}

#[tokio::test]
async fn two_that_do_not_are_refused_and_never_patched() {
    let model = ScriptedModel::texts([r#"{"title": "x"}"#, r#"{"title": "x", "points": 0}"#, GOOD]);
    let failure = ask(&model).await.unwrap_err();
    assert_eq!(failure.error.code(), "schema", "{failure}");
    assert!(failure.to_string().contains("/points"), "{failure}");
    assert!(matches!(failure.spent, Spent::Counted(it) if it.input == 20));
    assert_eq!(model.asked().len(), 2);
}

#[tokio::test]
async fn a_failure_is_passed_on_and_the_first_answer_is_void() {
    let cut = AskError::Cut {
        model: "m".to_owned(),
        reason: String::new(),
    };
    let model = ScriptedModel::new([Line::Text("no".into()), Line::fails(cut)]);
    let told = Told::default();
    let request = request("x");
    let failure = structured::ask::<Title>(&model, &request, "title", &fine, &told, &Cancel::new())
        .await
        .unwrap_err();
    assert_eq!(failure.error.code(), "cut");
    assert!(matches!(failure.spent, Spent::Counted(_)));
    assert!(told.lines().contains(&"again schema 0".to_owned()));
}

#[tokio::test]
async fn a_schema_never_reaches_for_the_network() {
    let schema = serde_json::json!({"$ref": "https://schemas.example/title.json"});
    let model = ScriptedModel::texts([GOOD]);
    let request = request("x");
    let cancel = Cancel::new();
    let read = |it: serde_json::Value| Ok(it);
    let asked = structured::ask_value(&model, &request, "title", schema, &read, &(), &cancel);
    let failure = asked.await.unwrap_err();
    assert_eq!(failure.error.code(), "invalid-request", "{failure}");
    assert!(model.asked().is_empty());
}
