//! A server that answers like a model's, in the wire format that most servers speak
//! (`chat/completions`, streamed).

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The server; gone when dropped.
pub struct ModelServer(MockServer);

/// The same for a server at some address.
pub fn config_at(address: &str) -> String {
    format!(
        "[ai]\nmodels = [\"stub/m\"]\n\n[ai.providers.stub]\nprotocol = \"openai-chat\"\nurl = \"{address}/v1\"\nkey = \"none\"\n\n[ai.prices.\"stub/m\"]\ninput = 1.0\noutput = 2.0\n"
    )
}

impl ModelServer {
    pub async fn start() -> Self {
        Self(MockServer::start().await)
    }

    /// What of `docket.toml` names it.
    pub fn config(&self) -> String {
        config_at(&self.0.uri())
    }

    /// What it answers to one more request.
    pub async fn answers(&self, answer: &Value) {
        self.answers_after(answer, Duration::ZERO).await;
    }

    pub async fn answers_after(&self, answer: &Value, wait: Duration) {
        let choice = |delta: Value, end: Value| json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": end }] });
        let text = choice(json!({ "content": answer.to_string() }), Value::Null);
        let end = choice(json!({}), json!("stop"));
        let usage = json!({ "choices": [], "usage": { "prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100 } });
        let body = format!("data: {text}\n\ndata: {end}\n\ndata: {usage}\n\ndata: [DONE]\n\n");
        let response = ResponseTemplate::new(200).set_body_raw(body, "text/event-stream");
        Mock::given(any())
            .respond_with(response.set_delay(wait))
            .up_to_n_times(1)
            .mount(&self.0)
            .await;
    }

    /// What it was asked.
    pub async fn asked(&self) -> Vec<Value> {
        let sent = self.0.received_requests().await.unwrap();
        let bodies = sent.iter();
        bodies
            .map(|it| serde_json::from_slice(&it.body).unwrap())
            .collect()
    }
}
