//! What a provider says on the wire that genai passes over: refusals, blocked prompts, why an
//! answer is incomplete.

use std::sync::{Arc, Mutex, PoisonError};

use genai::chat::{ChatFrameSink, FrameCtx, RawFrameRef};
use serde_json::Value;

use super::fault::Fault;

/// Gathered from the frames of one answer.
#[derive(Debug, Default)]
pub(super) struct Signals {
    refusal: String,
    /// Gemini's `promptFeedback.blockReason`, or a filter of the responses protocol.
    blocked: Option<String>,
    /// The error of a failed response.
    failed: Option<Value>,
}

/// Hands frames to [`Signals`].
#[derive(Debug)]
pub(super) struct Sink(pub(super) Arc<Mutex<Signals>>);

/// In what order of depth each is looked for; a frame without one of these words is not parsed.
const WORDS: [&str; 4] = [
    "refusal",
    "blockReason",
    "incomplete_details",
    "response.failed",
];

impl ChatFrameSink for Sink {
    fn on_frame(&self, _: &FrameCtx, frame: RawFrameRef<'_>) {
        if !WORDS.iter().any(|it| frame.data.contains(it)) {
            return;
        }
        if let Some(frame) = frame.json() {
            let mut signals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            signals.read(&frame);
        }
    }
}

impl Signals {
    fn read(&mut self, frame: &Value) {
        let text = |at: &str| frame.pointer(at).and_then(Value::as_str);
        // platform.openai.com/docs/guides/structured-outputs, "Refusals"
        if let Some(delta) = text("/choices/0/delta/refusal") {
            self.refusal.push_str(delta);
        }
        if text("/type") == Some("response.refusal.delta")
            && let Some(delta) = text("/delta")
        {
            self.refusal.push_str(delta);
        }
        // ai.google.dev/api/generate-content#PromptFeedback
        if let Some(reason) = text("/promptFeedback/blockReason") {
            self.blocked = Some(reason.to_owned());
        }
        // platform.openai.com/docs/api-reference/responses/object, `incomplete_details`
        if let Some(reason) = text("/response/incomplete_details/reason")
            && reason == "content_filter"
        {
            self.blocked = Some(reason.to_owned());
        }
        if text("/type") == Some("response.failed") {
            self.failed = frame.pointer("/response/error").cloned();
        }
    }

    /// What became of the answer by what was gathered, where it says that there is none.
    pub(super) fn refusal(&self) -> Option<Fault> {
        if !self.refusal.is_empty() {
            return Some(Fault::Refused(self.refusal.clone()));
        }
        if let Some(reason) = &self.blocked {
            return Some(Fault::Refused(reason.clone()));
        }
        self.failed.clone().map(Fault::Told)
    }
}
