//! Cassettes: what models were asked and what they answered, to be replayed byte for byte without
//! them.
//!
//! A cassette is JSON, its keys sorted, so that a change of it can be read. Steps are played in the
//! order of the recording; of calls that run at once, each takes the first step that has its
//! request. What comes differs from what was recorded: the replay says at which step, and how.

use std::sync::{Mutex, PoisonError};

use docket_core::json::sorted;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::secrets::Redactor;
use crate::{Answer, AskError, Cancel, Event, Failure, Model, Progress, Reply, Request};

/// Of the format.
const VERSION: u32 = 1;

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Cassette {
    docket_cassette: u32,
    steps: Vec<Step>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    model: String,
    /// Sorted by key in every depth.
    request: Value,
    /// As they were streamed.
    pieces: Vec<String>,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Reply(Reply),
    Failure(Failure),
}

/// A cassette in use, shared by all models of a run.
#[derive(Debug)]
pub struct Tape {
    mode: Mode,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Record,
    Replay,
}

#[derive(Debug)]
struct State {
    steps: Vec<Step>,
    /// Of a replay: which steps have been played.
    played: Vec<bool>,
}

impl Tape {
    /// An empty one to record on.
    pub fn blank() -> Self {
        Self {
            mode: Mode::Record,
            state: Mutex::new(State {
                steps: Vec::new(),
                played: Vec::new(),
            }),
        }
    }

    /// One to replay.
    ///
    /// # Errors
    ///
    /// [`AskError::Diverged`] for a text that is no cassette of this version.
    pub fn of(text: &str) -> Result<Self, AskError> {
        let read: Cassette = serde_json::from_str(text)
            .map_err(|error| AskError::Diverged(format!("this is no cassette: {error}")))?;
        if read.docket_cassette != VERSION {
            return Err(AskError::Diverged(format!(
                "the cassette is of version {}, this docket reads {VERSION}",
                read.docket_cassette
            )));
        }
        Ok(Self {
            mode: Mode::Replay,
            state: Mutex::new(State {
                played: vec![false; read.steps.len()],
                steps: read.steps,
            }),
        })
    }

    /// The cassette, as it is kept.
    pub fn text(&self) -> String {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let cassette = Cassette {
            docket_cassette: VERSION,
            steps: state.steps.clone(),
        };
        // Texts, numbers and maps with text keys always have a JSON form.
        let value = serde_json::to_value(&cassette).unwrap_or_default();
        let mut text = serde_json::to_string_pretty(&sorted(value)).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Whether a replay played all that was recorded.
    ///
    /// # Errors
    ///
    /// [`AskError::Diverged`] with the first step that was not asked for.
    pub fn finish(&self) -> Result<(), AskError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let left = state.played.iter().filter(|it| !**it).count();
        match state.played.iter().position(|it| !it) {
            Some(at) => Err(AskError::Diverged(format!(
                "step {} of the cassette was never asked for ({left} left)",
                at + 1
            ))),
            None => Ok(()),
        }
    }

    fn play(&self, model: &str, request: &Value) -> Result<Step, AskError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |it: &Step| it.model == model && it.request == *request;
        let waiting = |state: &State, at: usize| !state.played[at];
        let found =
            (0..state.steps.len()).find(|at| waiting(&state, *at) && same(&state.steps[*at]));
        if let Some(at) = found {
            state.played[at] = true;
            return Ok(state.steps[at].clone());
        }
        let next = (0..state.steps.len()).find(|at| waiting(&state, *at));
        Err(AskError::Diverged(match next {
            None => format!(
                "step {} is not on the cassette, which has {}",
                state.steps.len() + 1,
                state.steps.len()
            ),
            Some(at) => {
                let step = &state.steps[at];
                let how = match step.model == model {
                    false => format!("{model} is asked, it was {}", step.model),
                    true => difference(&step.request, request, ""),
                };
                format!("step {} of the cassette diverges: {how}", at + 1)
            }
        }))
    }
}

/// A model whose calls are recorded, or played instead.
pub struct Taped<M> {
    inner: M,
    tape: std::sync::Arc<Tape>,
    redactor: Redactor,
}

impl<M: Model> Taped<M> {
    /// `redactor` keeps secrets out of the recording that a model itself comes up with; those of a
    /// request a layer above has taken out.
    pub fn new(inner: M, tape: std::sync::Arc<Tape>, redactor: Redactor) -> Self {
        Self {
            inner,
            tape,
            redactor,
        }
    }

    async fn record(
        &self,
        request: &Request,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Reply, Failure> {
        let listening = Listening {
            progress,
            pieces: Mutex::default(),
        };
        let answer = self.inner.ask(request, &listening, cancel).await;
        let pieces = listening
            .pieces
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let outcome = match answer {
            // What a person stopped says nothing about the model.
            Err(failure) if failure.error == AskError::Cancelled => return Err(failure),
            Ok(reply) => Outcome::Reply(self.without_secrets(reply)),
            Err(failure) => Outcome::Failure(failure),
        };
        // A secret may lie across pieces: they are kept as they were only where there is none.
        let whole = pieces.concat();
        let redacted = self.redactor.text(&whole);
        let pieces = match redacted.found.is_empty() {
            true => pieces,
            false => vec![redacted.text],
        };
        let step = Step {
            model: self.inner.name(),
            request: canonical(request),
            pieces,
            outcome: outcome.clone(),
        };
        self.tape
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .steps
            .push(step);
        // What is given is what a replay gives.
        outcome.into()
    }

    fn without_secrets(&self, mut reply: Reply) -> Reply {
        reply.text = self.redactor.text(&reply.text).text;
        for call in &mut reply.calls {
            call.arguments = self.redactor.value(&call.arguments).0;
        }
        reply
    }
}

impl From<Outcome> for Result<Reply, Failure> {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Reply(reply) => Ok(reply),
            Outcome::Failure(failure) => Err(failure),
        }
    }
}

/// Passes on what is told, and keeps the text.
struct Listening<'a> {
    progress: &'a dyn Progress,
    pieces: Mutex<Vec<String>>,
}

impl Progress for Listening<'_> {
    fn on(&self, event: &Event<'_>) {
        if let Event::Text(text) = event {
            let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
            pieces.push((*text).to_owned());
        }
        self.progress.on(event);
    }
}

impl<M: Model> Model for Taped<M> {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn ask<'a>(
        &'a self,
        request: &'a Request,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Answer<'a> {
        Box::pin(async move {
            if self.tape.mode == Mode::Record {
                return self.record(request, progress, cancel).await;
            }
            let name = self.inner.name();
            progress.on(&Event::Asking { model: &name });
            let step = self.tape.play(&name, &canonical(request))?;
            for piece in &step.pieces {
                progress.on(&Event::Text(piece));
            }
            step.outcome.into()
        })
    }
}

fn canonical(request: &Request) -> Value {
    sorted(serde_json::to_value(request).unwrap_or_default())
}

/// Where two values first differ, and how.
fn difference(old: &Value, new: &Value, at: &str) -> String {
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, old) in a {
                match b.get(key) {
                    None => return format!("`{at}/{key}` is gone"),
                    Some(new) if new != old => return difference(old, new, &format!("{at}/{key}")),
                    Some(_) => {}
                }
            }
            let more = b.keys().find(|it| !a.contains_key(*it));
            format!("`{at}/{}` is new", more.map_or("", String::as_str))
        }
        (Value::Array(a), Value::Array(b)) => {
            let differing = a.iter().zip(b).position(|(a, b)| a != b);
            match differing {
                Some(idx) => difference(&a[idx], &b[idx], &format!("{at}/{idx}")),
                None => format!("`{at}` has {} items, it had {}", b.len(), a.len()),
            }
        }
        (Value::String(a), Value::String(b)) => {
            let n_same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            let line = a.chars().take(n_same).filter(|it| *it == '\n').count() + 1;
            format!(
                "`{at}` differs in line {line}: {:?} is now {:?}",
                around(a, n_same),
                around(b, n_same)
            )
        }
        (old, new) => format!("`{at}` is {}, it was {}", brief(new), brief(old)),
    }
}

/// Some characters before and after.
fn around(text: &str, at: usize) -> String {
    text.chars().skip(at.saturating_sub(20)).take(50).collect()
}

fn brief(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}
