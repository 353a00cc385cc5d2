//! Why there is no answer, by what can be done about it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Usage;

/// A call without an answer, and what it cost all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{error}")]
pub struct Failure {
    pub error: AskError,
    pub spent: Spent,
}

/// What a call without an answer cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spent {
    /// The provider turned it away before it read it, or it never got there.
    #[default]
    Nothing,
    /// As the provider says.
    Counted(Usage),
    /// Nobody says: at most this, by what was sent and what had arrived.
    Estimated(Usage),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AskError {
    #[error("cancelled")]
    Cancelled,
    #[error("{model} refused to answer{}", colon(.reason))]
    Refused { model: String, reason: String },
    #[error("the answer of {model} is longer than the {limit} tokens that it may have")]
    TooLong { model: String, limit: u32 },
    #[error("{model} is overloaded")]
    Overloaded {
        model: String,
        after: Option<Duration>,
    },
    #[error("{model} takes no more requests for now")]
    RateLimited {
        model: String,
        after: Option<Duration>,
    },
    #[error("the account for {model} has no credit left{}", colon(.reason))]
    OutOfCredit { model: String, reason: String },
    #[error("{model} cannot be reached{}", colon(.reason))]
    Unavailable { model: String, reason: String },
    #[error("the answer of {model} broke off{}", colon(.reason))]
    Cut { model: String, reason: String },
    #[error("{model} sent nothing for {} s", .after.as_secs_f32())]
    Stalled { model: String, after: Duration },
    #[error("{model} does not accept the key{}", colon(.reason))]
    Auth { model: String, reason: String },
    #[error("there is no key for {provider}")]
    NoKey { provider: String },
    #[error("{model} does not accept the request{}", colon(.reason))]
    Invalid { model: String, reason: String },
    #[error("what {model} sent cannot be read: {reason}")]
    Garbled { model: String, reason: String },
    #[error("the answer of {model} does not fit its schema, nor does a second one: {reason}")]
    Schema { model: String, reason: String },
    /// Says itself what is missing.
    #[error("{0}")]
    Budget(String),
    #[error("there is no price for {model}")]
    NoPrice { model: String },
    /// Of a replay: at which step, and how.
    #[error("{0}")]
    Diverged(String),
}

impl AskError {
    /// Whether the same model may answer the same question a moment later.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Overloaded { .. }
                | Self::RateLimited { .. }
                | Self::Unavailable { .. }
                | Self::Cut { .. }
                | Self::Stalled { .. }
                | Self::Garbled { .. }
        )
    }

    /// Whether another model of the list is asked instead. Not after a refusal, which is an answer;
    /// not where the budget says no.
    pub fn falls_back(&self) -> bool {
        self.is_retryable()
            || matches!(
                self,
                Self::OutOfCredit { .. }
                    | Self::Auth { .. }
                    | Self::NoKey { .. }
                    | Self::Invalid { .. }
            )
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded { after, .. } | Self::RateLimited { after, .. } => *after,
            _ => None,
        }
    }

    /// A stable name, for `--json` and the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Refused { .. } => "refused",
            Self::TooLong { .. } => "too-long",
            Self::Overloaded { .. } => "overloaded",
            Self::RateLimited { .. } => "rate-limited",
            Self::OutOfCredit { .. } => "out-of-credit",
            Self::Unavailable { .. } => "unavailable",
            Self::Cut { .. } => "cut",
            Self::Stalled { .. } => "stalled",
            Self::Auth { .. } => "auth",
            Self::NoKey { .. } => "no-key",
            Self::Invalid { .. } => "invalid-request",
            Self::Garbled { .. } => "garbled",
            Self::Schema { .. } => "schema",
            Self::Budget(_) => "budget",
            Self::NoPrice { .. } => "no-price",
            Self::Diverged(_) => "diverged",
        }
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::TooLong { .. } => {
                "ask for less at once, or raise `max-output` in `[ai]` of docket.toml".to_owned()
            }
            Self::Overloaded { .. } | Self::RateLimited { .. } | Self::Unavailable { .. } => {
                "try again later, or name another model behind it in `[ai] models`".to_owned()
            }
            Self::OutOfCredit { .. } => {
                "add credit there, or name another model in `[ai] models`".to_owned()
            }
            Self::Auth { model, .. } => format!(
                "`docket auth login --model {}` keeps another key",
                provider(model)
            ),
            Self::NoKey { provider } => format!(
                "`docket auth login --model {provider}` keeps one in the system's keyring"
            ),
            Self::NoPrice { model } => format!(
                "say what it costs, in `[ai.prices.\"{model}\"]` of docket.toml: `input` and `output`, in US dollars for a million tokens"
            ),
            Self::Stalled { .. } | Self::Cut { .. } | Self::Garbled { .. } => {
                "try again; if it stays, something between here and the provider breaks the connection".to_owned()
            }
            Self::Schema { .. } => "try again, or with a stronger model".to_owned(),
            Self::Diverged(_) => "record it anew where the change is meant".to_owned(),
            Self::Cancelled | Self::Refused { .. } | Self::Invalid { .. } | Self::Budget(_) => {
                return None;
            }
        })
    }
}

impl Failure {
    /// Before anything was read by the provider.
    pub fn free(error: AskError) -> Self {
        Self {
            error,
            spent: Spent::Nothing,
        }
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        Self::free(error)
    }
}

fn provider(model: &str) -> &str {
    model.split('/').next().unwrap_or(model)
}

fn colon(reason: &str) -> String {
    match reason.is_empty() {
        true => String::new(),
        false => format!(": {reason}"),
    }
}
