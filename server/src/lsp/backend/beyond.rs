//! Messages that are in no trait of tower-lsp.

use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;
#[cfg(debug_assertions)]
use tower_lsp::jsonrpc::Result;

use super::super::outbox::Out;
use super::Backend;
#[cfg(debug_assertions)]
use super::ask::lost;
#[cfg(debug_assertions)]
use crate::engine::Need;

impl Backend {
    /// `window/workDoneProgress/cancel`
    pub async fn progress_cancelled(&self, params: lsp::WorkDoneProgressCancelParams) {
        self.out(Out::Cancelled(params.token));
    }

    /// A frame that could not be read; see [`super::frames`].
    pub async fn malformed(&self, params: Value) {
        let reason = params["reason"].as_str().unwrap_or_default();
        self.out(Out::Log(format!(
            "docket skipped a message that it could not read: {reason}"
        )));
    }

    pub async fn set_trace(&self, _params: Value) {}

    /// Panics where it is told to. What nobody can bring about cannot be tested: so builds with
    /// debug assertions answer this request, and releases do not know it.
    #[cfg(debug_assertions)]
    pub async fn drill(&self, params: Value) -> Result<Value> {
        match params["place"].as_str() {
            Some("handler") => panic!("a drill in a handler"),
            Some("question") => {
                let question = self.engine.read_all(Need::Now, |_| -> Value {
                    panic!("a drill in a question");
                });
                question.await.map_err(lost)
            }
            _ => Err(tower_lsp::jsonrpc::Error::invalid_params("no such place")),
        }
    }
}
