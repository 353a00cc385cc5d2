//! A provider's model, over the network: one request, one streamed answer, every end of it typed.

mod connection;
mod fault;
mod signals;
mod wire;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use genai::adapter::AdapterKind;
use genai::chat::{ChatStreamEvent, ReasoningEffort, StreamEnd};
use genai::resolver::{AuthData, Endpoint as Address};
use genai::{Client, ModelIden, ServiceTarget};

use crate::endpoint::{Endpoint, Protocol, is_safe, with_slash};
use crate::{
    Answer, AskError, Cancel, Event, Failure, Model, Progress, Reply, Request, Spent, Stop, Usage,
    tokens,
};
use fault::Fault;
use signals::{Signals, Sink};

/// How long nothing may arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub connect: Duration,
    /// Until the first sign of an answer: a model may think for long before it says anything.
    pub first: Duration,
    /// Between two signs of life after that.
    pub next: Duration,
}

/// See the module's page.
pub struct Remote {
    client: Client,
    target: ServiceTarget,
    /// The name to send, where `target` has another.
    renamed: Option<String>,
    name: String,
    patience: Patience,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first: Duration::from_secs(120),
            next: Duration::from_secs(60),
        }
    }
}

impl Remote {
    /// The model of that name there.
    ///
    /// # Errors
    ///
    /// [`AskError::Invalid`] for an address that is neither encrypted nor of this machine, or a
    /// proxy that is none; [`AskError::Unavailable`] where there are no certificates to trust.
    pub fn new(endpoint: &Endpoint, model: &str, patience: Patience) -> Result<Self, AskError> {
        let name = format!("{}/{model}", endpoint.provider);
        if !is_safe(&endpoint.base) {
            return Err(AskError::Invalid {
                model: name,
                reason: format!(
                    "its address {} is neither https nor of this machine",
                    endpoint.base
                ),
            });
        }
        let client = connection::client(endpoint, &name, patience.connect)?;
        let kind = match endpoint.protocol {
            Protocol::OpenAiChat => AdapterKind::OpenAI,
            Protocol::OpenAiResponses => AdapterKind::OpenAIResp,
            Protocol::Anthropic => AdapterKind::Anthropic,
            Protocol::Gemini => AdapterKind::Gemini,
        };
        // A server that asks for no key gets a word that says so.
        let key = endpoint.key.as_ref().map_or("none", |it| it.expose());
        let base = with_slash(&endpoint.base);
        let mut auth = AuthData::from_single(key);
        // genai takes a name's last part for an effort where it can, and cuts it off.
        let (known_as, renamed) = match ReasoningEffort::from_model_name(model).0 {
            Some(_) => (format!("{model}-"), Some(model.to_owned())),
            None => (model.to_owned(), None),
        };
        if renamed.is_some() && endpoint.protocol == Protocol::Gemini {
            auth = AuthData::RequestOverride {
                url: format!("{base}models/{model}:streamGenerateContent?alt=sse"),
                headers: ("x-goog-api-key", key).into(),
            };
        }
        Ok(Self {
            client,
            target: ServiceTarget {
                endpoint: Address::from_owned(base),
                auth,
                model: ModelIden::new(kind, known_as),
            },
            renamed: renamed.filter(|_| endpoint.protocol != Protocol::Gemini),
            name,
            patience,
        })
    }

    async fn stream(
        &self,
        request: &Request,
        progress: &dyn Progress,
        seen: &Mutex<Seen>,
    ) -> Result<Reply, Fault> {
        let signals = Arc::new(Mutex::new(Signals::default()));
        let mut options = wire::options(request, Arc::new(Sink(Arc::clone(&signals))));
        if let Some(name) = &self.renamed {
            options = options.with_extra_body(serde_json::json!({ "model": name }));
        }
        let started = self
            .client
            .exec_chat_stream(self.target.clone(), wire::request(request), Some(&options))
            .await
            .map_err(|error| Fault::Library(Box::new(error)))?;
        let mut stream = started.stream;
        let mut end: Option<StreamEnd> = None;
        loop {
            let patience = match see(seen, |it| it.is_begun) {
                true => self.patience.next,
                false => self.patience.first,
            };
            let event = tokio::time::timeout(patience, stream.next())
                .await
                .map_err(|_| Fault::Stalled(patience))?;
            let Some(event) = event else { break };
            let event = event.map_err(|error| Fault::Library(Box::new(error)));
            match event {
                // Comes before anything is sent.
                Ok(ChatStreamEvent::Start) => {}
                Ok(ChatStreamEvent::End(it)) => {
                    end = Some(it);
                    break;
                }
                Ok(ChatStreamEvent::Chunk(it)) => {
                    see(seen, |seen| seen.take(&it.content));
                    progress.on(&Event::Text(&it.content));
                }
                Ok(ChatStreamEvent::ReasoningChunk(it)) => see(seen, |seen| seen.pass(&it.content)),
                Ok(ChatStreamEvent::ToolCallChunk(_)) => see(seen, Seen::call),
                Ok(ChatStreamEvent::ThoughtSignatureChunk(_) | ChatStreamEvent::Heartbeat) => {
                    see(seen, |it| it.is_begun = true);
                }
                Err(fault) => {
                    let signals = signals.lock().unwrap_or_else(PoisonError::into_inner);
                    return Err(signals.refusal().unwrap_or(fault));
                }
            }
        }
        let signals = signals.lock().unwrap_or_else(PoisonError::into_inner);
        self.complete(end, &signals, seen)
    }

    /// The end of a stream, which need not be that of an answer.
    fn complete(
        &self,
        end: Option<StreamEnd>,
        signals: &Signals,
        seen: &Mutex<Seen>,
    ) -> Result<Reply, Fault> {
        let end = end.unwrap_or_default();
        let usage = end.captured_usage.as_ref().and_then(wire::usage);
        see(seen, |it| it.usage = usage);
        let stop = end.captured_stop_reason.as_ref();
        if let Some(fault) = signals.refusal() {
            return Err(fault);
        }
        use genai::chat::StopReason as Reason;
        let stop = match stop {
            Some(Reason::Completed(_) | Reason::StopSequence(_)) => Stop::End,
            Some(Reason::ToolCall(_)) => Stop::Tools,
            Some(Reason::MaxTokens(_)) => return Err(Fault::TooLong),
            Some(Reason::ContentFilter(it)) => return Err(Fault::Refused(it.clone())),
            Some(Reason::Other(it)) => {
                return Err(Fault::Cut(format!("the provider says {it:.40}")));
            }
            None => return Err(Fault::Cut("the connection was closed".to_owned())),
        };
        let (text, calls) = wire::content(end.captured_content);
        // The responses protocol and Gemini call a turn that wants tools complete.
        let stop = match calls.is_empty() {
            true => stop,
            false => Stop::Tools,
        };
        Ok(Reply {
            model: self.name.clone(),
            text,
            calls,
            stop,
            usage,
        })
    }
}

/// What has arrived of an answer: what a call that breaks off has cost.
#[derive(Debug, Default)]
struct Seen {
    /// Whether anything came that says that the provider has read the request.
    is_begun: bool,
    /// Of text and thoughts.
    bytes: u64,
    usage: Option<Usage>,
}

impl Seen {
    fn take(&mut self, text: &str) {
        self.pass(text);
    }

    fn pass(&mut self, text: &str) {
        self.is_begun = true;
        self.bytes += text.len() as u64;
    }

    fn call(&mut self) {
        // Pieces of a call come as the whole so far; each has at least a token of its own.
        self.pass("....");
    }

    /// What is paid for an answer that was not had.
    fn spent(&self, request: &Request) -> Spent {
        match (self.usage, self.is_begun) {
            (Some(usage), _) => Spent::Counted(usage),
            (None, false) => Spent::Nothing,
            // What arrives lags behind what was written: the provider may have gone on for a while.
            (None, true) => Spent::Estimated(Usage {
                input: tokens::most(request),
                output: (self.bytes + 256).min(u64::from(request.max_output)),
                cached: 0,
            }),
        }
    }
}

fn see<T>(seen: &Mutex<Seen>, look: impl FnOnce(&mut Seen) -> T) -> T {
    look(&mut seen.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Model for Remote {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn ask<'a>(
        &'a self,
        request: &'a Request,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Answer<'a> {
        Box::pin(async move {
            progress.on(&Event::Asking { model: &self.name });
            let seen = Mutex::new(Seen::default());
            let outcome = tokio::select! {
                biased;
                () = cancel.cancelled() => Err(Fault::Cancelled),
                outcome = self.stream(request, progress, &seen) => outcome,
            };
            outcome.map_err(|fault| {
                let turned_away = fault.is_turned_away();
                let spent = match see(&seen, |it| it.spent(request)) {
                    _ if turned_away => Spent::Nothing,
                    // It may have been sent, and read; nobody says.
                    Spent::Nothing => Spent::Estimated(Usage {
                        input: tokens::most(request),
                        output: 0,
                        cached: 0,
                    }),
                    spent => spent,
                };
                let error = fault.named(&self.name, request.max_output);
                Failure { error, spent }
            })
        })
    }
}
