//! Takes secrets out of a request before any other layer sees it: neither a provider nor a cassette
//! gets one.

use crate::secrets::Redactor;
use crate::{Answer, Cancel, Event, Message, Model, Progress, Request};

/// See the module's page.
pub struct Redacting<M> {
    inner: M,
    redactor: Redactor,
}

impl<M: Model> Redacting<M> {
    pub fn new(inner: M, redactor: Redactor) -> Self {
        Self { inner, redactor }
    }
}

/// A request without secrets, and which rules found some.
pub fn redacted(redactor: &Redactor, request: &Request) -> (Request, Vec<&'static str>) {
    let mut found = Vec::new();
    let mut request = request.clone();
    let mut texts = vec![&mut request.system];
    for message in &mut request.messages {
        match message {
            Message::User(text) => texts.push(text),
            Message::Assistant { text, calls } => {
                texts.push(text);
                for call in calls {
                    let (value, more) = redactor.value(&call.arguments);
                    call.arguments = value;
                    found.extend(more);
                }
            }
            Message::Tools(results) => texts.extend(results.iter_mut().map(|it| &mut it.content)),
        }
    }
    for text in texts {
        let redacted = redactor.text(text);
        found.extend(redacted.found);
        *text = redacted.text;
    }
    (request, found)
}

impl<M: Model> Model for Redacting<M> {
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
            let (request, found) = redacted(&self.redactor, request);
            if !found.is_empty() {
                progress.on(&Event::Redacted { rules: &found });
            }
            self.inner.ask(&request, progress, cancel).await
        })
    }
}
