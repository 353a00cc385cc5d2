//! What a model does, in words for whoever waits.

use std::sync::atomic::{AtomicUsize, Ordering};

use docket_ai::{Event, Progress};

/// Says each step to `say`, which must not block.
pub struct Teller<F> {
    say: F,
    /// Of the answer under way.
    n_chars: AtomicUsize,
}

impl<F: Fn(&str) + Send + Sync> Teller<F> {
    pub fn new(say: F) -> Self {
        Self {
            say,
            n_chars: AtomicUsize::new(0),
        }
    }
}

impl<F: Fn(&str) + Send + Sync> Progress for Teller<F> {
    fn on(&self, event: &Event<'_>) {
        let said = match event {
            Event::Doing { what } => (*what).to_owned(),
            Event::Asking { model } => format!("asking {model}"),
            Event::Text(text) => {
                let before = self.n_chars.fetch_add(text.len(), Ordering::Relaxed);
                format!("writing, {} characters so far", before + text.len())
            }
            Event::Again { why, .. } | Event::Next { why } => {
                self.n_chars.store(0, Ordering::Relaxed);
                format!("once more: {why}")
            }
            Event::Redacted { rules } => match rules.len() {
                1 => "a secret is not sent".to_owned(),
                n => format!("{n} secrets are not sent"),
            },
        };
        (self.say)(&said);
    }
}
