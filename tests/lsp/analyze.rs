//! `docket.analyze` from an editor: counted, and in the order and words of a model where the project
//! names one and the folder is trusted.

use serde_json::{Value, json};

use crate::support::client::{Client, env, full};
use crate::support::model::ModelServer;
use crate::support::project::Project;

struct Shop {
    _state: tempfile::TempDir,
    project: Project,
    model: ModelServer,
    client: Client,
}

impl Shop {
    /// With two clusters of TODOs.
    async fn open(is_trusted: Value) -> Self {
        let state = tempfile::tempdir().unwrap();
        let model = ModelServer::start().await;
        let project = Project::new("");
        project.write(".docs/docket.toml", &model.config());
        for path in ["src/a.rs", "src/b.rs"] {
            project.write(path, &"// TODO: x\n".repeat(6));
        }
        let env = env(&project.root()).with_var("XDG_STATE_HOME", &state.path().to_string_lossy());
        let mut client = Client::start(env);
        client.ignored.push("textDocument/publishDiagnostics");
        let params = json!({ "processId": null, "rootUri": project.uri(""), "capabilities": full(),
            "initializationOptions": { "trusted": is_trusted } });
        client.request("initialize", params).await;
        client.notify("initialized", json!({})).await;
        Self {
            _state: state,
            project,
            model,
            client,
        }
    }

    async fn analyze(&mut self, argument: Value) -> Value {
        let params = json!({ "command": "docket.analyze", "arguments": [argument] });
        let answer = self.client.request("workspace/executeCommand", params);
        answer.await["analysis"].take()
    }
}

fn column(told: &Value, name: &str) -> Vec<String> {
    let rows = told["findings"].as_array().unwrap().iter();
    let cells = rows.map(|it| it[name].as_str().unwrap_or_default().to_owned());
    cells.collect()
}

fn words(keys: &[String]) -> Value {
    let said = keys.iter().enumerate().map(|(nth, key)| {
        let title = format!("Tidy {}", ["up", "away", "on"][nth]);
        json!({ "key": key, "title": title, "why": "Nobody finds anything there." })
    });
    json!({ "findings": said.collect::<Vec<_>>() })
}

#[tokio::test]
async fn findings_come_in_the_order_and_words_of_a_model() {
    let mut shop = Shop::open(json!(true)).await;
    let counted = shop.analyze(json!({ "noModel": true })).await;
    assert_eq!(column(&counted, "path"), ["src/a.rs", "src/b.rs"]);
    assert_eq!(
        (shop.model.asked().await.len(), &counted["worded"]),
        (0, &Value::Null)
    );
    let mut keys = column(&counted, "key");
    keys.reverse();
    shop.model.answers(&words(&keys)).await;
    for _ in 0..2 {
        let told = shop.analyze(json!({})).await;
        assert_eq!(column(&told, "path"), ["src/b.rs", "src/a.rs"]);
        assert_eq!(column(&told, "title"), ["Tidy up", "Tidy away"]);
        assert_eq!(column(&told, "why"), ["Nobody finds anything there."; 2]);
        assert_eq!(told["worded"]["model"], "stub/m");
        // The second time it is known.
        assert_eq!(shop.model.asked().await.len(), 1);
    }
    // A ticket of a finding has its words, and says whose they are.
    let made = shop.analyze(json!({ "tickets": [keys[0]] })).await;
    let path = made["made"][0]["path"].as_str().unwrap();
    let text = shop.project.read(path);
    assert!(text.contains("title: Tidy up\n"), "{text}");
    assert!(text.contains("generated: stub/m, analyze@"), "{text}");
    shop.client.finish().await;
}

#[tokio::test]
async fn an_answer_that_is_wrong_twice_leaves_what_was_counted() {
    let mut shop = Shop::open(json!(true)).await;
    let counted = shop.analyze(json!({ "noModel": true })).await;
    let mut keys = column(&counted, "key");
    let right = words(&keys);
    keys.push("00000000".to_owned());
    let invented = words(&keys);
    let broken = json!({ "findings": right["findings"], "more": [] });
    for wrong in [&invented, &broken] {
        shop.model.answers(wrong).await;
        shop.model.answers(wrong).await;
        let told = shop.analyze(json!({})).await;
        assert_eq!(told["findings"], counted["findings"]);
        assert_eq!(told["worded"], Value::Null);
        let note = told["notes"][0].as_str().unwrap();
        assert!(note.starts_with("no model put this into order"), "{note}");
    }
    assert_eq!(shop.model.asked().await.len(), 4);
    // Wrong once is asked for once more.
    shop.model.answers(&invented).await;
    shop.model.answers(&right).await;
    let told = shop.analyze(json!({})).await;
    assert_eq!(column(&told, "title"), ["Tidy up", "Tidy away"]);
    assert_eq!(shop.model.asked().await.len(), 6);
    shop.client.finish().await;
}

#[tokio::test]
async fn in_a_folder_that_is_not_trusted_no_model_is_asked() {
    let mut shop = Shop::open(json!(false)).await;
    let told = shop.analyze(json!({})).await;
    assert_eq!(column(&told, "path"), ["src/a.rs", "src/b.rs"]);
    assert_eq!(told["worded"], Value::Null);
    let note = told["notes"][0].as_str().unwrap();
    assert!(note.contains("this folder is not trusted"), "{note}");
    assert_eq!(shop.model.asked().await.len(), 0);
    shop.client.finish().await;
}
