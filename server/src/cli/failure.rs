//! What a verb that cannot do its work tells, in words and as JSON, and the exit code.

use std::fmt;

use serde::Serialize;

use super::rows::SCHEMA;
use crate::past::PastError;
use crate::tickets::ChangeError;
use crate::write::WriteError;

/// Why a verb failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// Lower case, no final dot.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// Stable: `code` of the machine output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The arguments make no sense.
    Usage,
    /// A path, rule or ticket that is named is not there.
    NotFound,
    /// The folder cannot be read, or is too wide to be read unasked.
    Environment,
    /// A field does not exist or cannot have that value.
    InvalidField,
    /// The change would not be exact, or something is in its way.
    Refused,
    /// A file changed between reading and writing.
    Stale,
}

impl FailureKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::NotFound => "not-found",
            Self::Environment => "environment",
            Self::InvalidField => "invalid-field",
            Self::Refused => "refused",
            Self::Stale => "stale",
        }
    }

    /// 1 for a refused change, 2 for usage and environment.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::InvalidField | Self::Refused | Self::Stale => 1,
            Self::Usage | Self::NotFound | Self::Environment => 2,
        }
    }
}

impl Failure {
    pub fn new(kind: FailureKind, message: impl fmt::Display) -> Self {
        Self {
            kind,
            message: message.to_string(),
            hint: None,
        }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        let kind = match &error {
            WriteError::Stale { .. } => FailureKind::Stale,
            WriteError::Io { .. } | WriteError::Undone { .. } => FailureKind::Environment,
            _ => FailureKind::Refused,
        };
        Self {
            kind,
            message: error.to_string(),
            hint: error.hint().map(str::to_owned),
        }
    }
}

impl From<PastError> for Failure {
    fn from(error: PastError) -> Self {
        let kind = match &error {
            PastError::UnknownRevision(_) => FailureKind::NotFound,
            _ => FailureKind::Environment,
        };
        Self::new(kind, &error).hint(error.hint())
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        let kind = match &error {
            ChangeError::NoTitle | ChangeError::NoAssignment(_) | ChangeError::OwnField(_) => {
                FailureKind::Usage
            }
            ChangeError::UnknownField { .. }
            | ChangeError::InvalidValue { .. }
            | ChangeError::NoList(_) => FailureKind::InvalidField,
            ChangeError::Nobody => FailureKind::Environment,
            ChangeError::Id | ChangeError::Refused(_) | ChangeError::Impossible(_) => {
                FailureKind::Refused
            }
        };
        Self {
            kind,
            message: error.to_string(),
            hint: error.hint(),
        }
    }
}

/// `{"schema", "error": {"code", "message", "hint"}}`.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct FailureOutput {
    schema: u32,
    error: ErrorRow,
}

#[derive(Serialize, schemars::JsonSchema)]
struct ErrorRow {
    code: String,
    message: String,
    hint: Option<String>,
}

impl From<&Failure> for FailureOutput {
    fn from(it: &Failure) -> Self {
        Self {
            schema: SCHEMA,
            error: ErrorRow {
                code: it.kind.code().to_owned(),
                message: it.message.clone(),
                hint: it.hint.clone(),
            },
        }
    }
}
