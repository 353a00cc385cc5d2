//! A model that answers what it was told to: for tests of what stands above one.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::{
    Answer, AskError, Cancel, Event, Failure, Model, Progress, Reply, Request, Stop, ToolCall,
    Usage,
};

/// One answer of the script.
#[derive(Clone, Debug)]
pub enum Line {
    Text(String),
    Calls(Vec<ToolCall>),
    Fails(Failure),
    /// Never answers.
    Hangs,
}

/// See the module's page.
#[derive(Debug, Default)]
pub struct ScriptedModel {
    script: Mutex<VecDeque<Line>>,
    asked: Mutex<Vec<Request>>,
}

impl ScriptedModel {
    pub fn new(script: impl IntoIterator<Item = Line>) -> Self {
        Self {
            script: Mutex::new(script.into_iter().collect()),
            asked: Mutex::default(),
        }
    }

    /// One that gives those texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::new(texts.into_iter().map(|it| Line::Text(it.into())))
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Request> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Line {
    pub fn fails(error: AskError) -> Self {
        Self::Fails(Failure::free(error))
    }
}

impl Model for ScriptedModel {
    fn name(&self) -> String {
        "scripted/model".to_owned()
    }

    fn ask<'a>(
        &'a self,
        request: &'a Request,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Answer<'a> {
        Box::pin(async move {
            let name = self.name();
            progress.on(&Event::Asking { model: &name });
            self.asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(request.clone());
            let line = self
                .script
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            let (text, calls) = match line {
                Some(Line::Text(text)) => (text, Vec::new()),
                Some(Line::Calls(calls)) => (String::new(), calls),
                Some(Line::Fails(failure)) => return Err(failure),
                Some(Line::Hangs) => {
                    cancel.cancelled().await;
                    return Err(AskError::Cancelled.into());
                }
                None => {
                    return Err(AskError::Diverged(
                        "the script of this model is at its end".to_owned(),
                    )
                    .into());
                }
            };
            for word in text.split_inclusive(' ') {
                progress.on(&Event::Text(word));
            }
            Ok(Reply {
                model: name,
                stop: match calls.is_empty() {
                    true => Stop::End,
                    false => Stop::Tools,
                },
                usage: Some(Usage {
                    input: 10,
                    output: text.len() as u64,
                    cached: 0,
                }),
                text,
                calls,
            })
        })
    }
}
