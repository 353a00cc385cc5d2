//! Asks again after a passing failure: at once never, later with patience.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::{Answer, AskError, Cancel, Event, Failure, Model, Progress, Request, Spent};

/// How often, and how long in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Attempts in all.
    pub attempts: u32,
    /// Before the second attempt, at most; doubles with each.
    pub first_wait: Duration,
    /// What a wait grows to.
    pub longest_wait: Duration,
    /// A provider that asks for more than this is not waited for: the next model, or the user, is
    /// the better answer.
    pub longest_asked: Duration,
}

/// How time passes.
pub trait Sleep: Send + Sync {
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// By tokio's clock.
pub struct Tokio;

/// See the module's page.
pub struct Retrying<M> {
    inner: M,
    policy: Policy,
    sleep: Box<dyn Sleep>,
    random: Mutex<fastrand::Rng>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(30),
            longest_asked: Duration::from_secs(90),
        }
    }
}

impl Sleep for Tokio {
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

impl<M: Model> Retrying<M> {
    pub fn new(inner: M, policy: Policy, sleep: Box<dyn Sleep>, random: fastrand::Rng) -> Self {
        Self {
            inner,
            policy,
            sleep,
            random: Mutex::new(random),
        }
    }

    /// How long to wait after the attempt of that number; `None`: it was the last.
    fn wait(&self, error: &AskError, attempt: u32) -> Option<Duration> {
        if !error.is_retryable() || attempt >= self.policy.attempts {
            return None;
        }
        let doubled = self
            .policy
            .first_wait
            .saturating_mul(1 << (attempt - 1).min(16));
        let most = doubled.min(self.policy.longest_wait);
        // Full jitter, but for a quarter: many that failed together do not come back together.
        let share = 0.25
            + 0.75
                * self
                    .random
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .f64();
        let own = most.mul_f64(share);
        match error.retry_after() {
            Some(asked) if asked > self.policy.longest_asked => None,
            // Not before, and not all at once.
            Some(asked) => Some(asked + own.mul_f64(0.25)),
            None => Some(own),
        }
    }
}

impl<M: Model> Model for Retrying<M> {
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
            let mut spent = Spent::Nothing;
            let mut attempt = 1;
            loop {
                let failure = match self.inner.ask(request, progress, cancel).await {
                    Ok(reply) => return Ok(reply),
                    Err(failure) => failure,
                };
                spent = spent.and(failure.spent);
                let error = failure.error;
                let Some(wait) = self.wait(&error, attempt) else {
                    return Err(Failure { error, spent });
                };
                progress.on(&Event::Again { why: &error, wait });
                tokio::select! {
                    biased;
                    () = cancel.cancelled() => {
                        return Err(Failure { error: AskError::Cancelled, spent });
                    }
                    () = self.sleep.sleep(wait) => {}
                }
                attempt += 1;
            }
        })
    }
}
