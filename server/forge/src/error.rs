//! What can go wrong with a forge, by what can be done about it.

use std::time::Duration;

use jiff::Timestamp;

/// A request that failed. Its text never holds a credential.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub kind: ErrorKind,
    /// A sentence without its dot, for the user.
    pub message: String,
}

/// What failed, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No credentials, or ones that are not accepted.
    Auth,
    /// The credentials may not do this.
    Forbidden,
    NotFound,
    /// It was there and has been deleted.
    Gone,
    /// It is in another repository now.
    Moved,
    /// The forge does not take the content; sending it again gives the same answer.
    Invalid,
    /// No request is answered before that time: the quota of the hour is used up.
    Limited {
        until: Timestamp,
    },
    /// Too many requests in a short time: wait as long, and then send more slowly.
    Slow {
        wait: Duration,
    },
    /// The server had trouble or could not be reached, and did not act.
    Unavailable,
    /// The answer was lost or cut off: whether the server acted is not known.
    Unknown,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// Whether the same request may be answered later.
    pub fn is_retryable(&self) -> bool {
        match self.kind {
            ErrorKind::Limited { .. }
            | ErrorKind::Slow { .. }
            | ErrorKind::Unavailable
            | ErrorKind::Unknown => true,
            ErrorKind::Auth
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Gone
            | ErrorKind::Moved
            | ErrorKind::Invalid => false,
        }
    }

    /// Whether a write may have been carried out all the same.
    pub fn may_have_acted(&self) -> bool {
        self.kind == ErrorKind::Unknown
    }
}
