//! A list of models: where one does not answer, the next is asked.

use crate::{Answer, AskError, Cancel, Event, Failure, Model, Progress, Request, Spent};

/// See the module's page.
pub struct Chain {
    /// Never empty.
    models: Vec<Box<dyn Model>>,
}

impl Chain {
    /// `None` without a model.
    pub fn new(models: Vec<Box<dyn Model>>) -> Option<Self> {
        (!models.is_empty()).then_some(Self { models })
    }
}

impl Model for Chain {
    /// Of the first.
    fn name(&self) -> String {
        self.models.first().map(|it| it.name()).unwrap_or_default()
    }

    fn ask<'a>(
        &'a self,
        request: &'a Request,
        progress: &'a dyn Progress,
        cancel: &'a Cancel,
    ) -> Answer<'a> {
        Box::pin(async move {
            let mut last = Failure::free(AskError::NoKey {
                provider: "any model".to_owned(),
            });
            for (idx, model) in self.models.iter().enumerate() {
                if idx > 0 {
                    progress.on(&Event::Next { why: &last.error });
                }
                match model.ask(request, progress, cancel).await {
                    Err(failure) if failure.error.falls_back() => {
                        tracing::info!(
                            model = model.name(),
                            code = failure.error.code(),
                            "no answer"
                        );
                        let spent = last.spent.and(failure.spent);
                        last = Failure {
                            error: failure.error,
                            spent,
                        };
                    }
                    Err(failure) => {
                        return Err(Failure {
                            spent: last.spent.and(failure.spent),
                            error: failure.error,
                        });
                    }
                    Ok(reply) => return Ok(reply),
                }
            }
            Err(last)
        })
    }
}

impl Spent {
    /// Both together; an estimate makes the sum one.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, it) | (it, Self::Nothing) => it,
            (Self::Counted(a), Self::Counted(b)) => Self::Counted(a + b),
            (Self::Counted(a) | Self::Estimated(a), Self::Counted(b) | Self::Estimated(b)) => {
                Self::Estimated(a + b)
            }
        }
    }
}
