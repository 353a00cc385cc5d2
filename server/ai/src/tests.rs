//! The crate against servers that speak as the providers' documentation says.

mod faults;
mod layers;
mod providers;
mod structured;
pub(crate) mod stub;
mod taped;

use std::sync::{Mutex, PoisonError};

use crate::{Event, Progress, PromptId, Request};

/// Keeps what was told, a line each.
#[derive(Default)]
pub(crate) struct Told(Mutex<Vec<String>>);

impl Told {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Progress for Told {
    fn on(&self, event: &Event<'_>) {
        let line = match event {
            Event::Doing { what } => (*what).to_owned(),
            Event::Asking { model } => format!("ask {model}"),
            Event::Text(text) => format!("text {text}"),
            Event::Again { why, wait } => format!("again {} {}", why.code(), wait.as_millis()),
            Event::Redacted { rules } => format!("redacted {}", rules.join(",")),
            Event::Next { why } => format!("next {}", why.code()),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}

pub(crate) fn request(text: &str) -> Request {
    let prompt = PromptId {
        name: "test".to_owned(),
        version: "1-00000000".to_owned(),
    };
    let mut request = Request::new("test", prompt, "You are terse.", text);
    request.max_output = 100;
    request
}
