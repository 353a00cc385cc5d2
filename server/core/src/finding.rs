//! What is wrong with a file: problems that its own text shows, and findings that a rule decides.

use serde::{Deserialize, Serialize};

use crate::edit::Fix;
use crate::rules::RuleId;
use crate::span::Span;

/// Something in a file's own text that a rule reports. Part of the file's facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub rule: RuleId,
    pub span: Span,
    pub message: String,
    /// Texts that would mend it if they replaced the span, best first.
    pub replacements: Vec<String>,
}

/// What `docket check` prints and an editor underlines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: RuleId,
    pub severity: Severity,
    pub path: String,
    pub span: Span,
    pub message: String,
    /// The ticket that it speaks of, as written.
    pub ticket: Option<String>,
    pub related: Vec<Related>,
    /// Shown greyed out: a stale TODO.
    pub unnecessary: bool,
    pub fixes: Vec<Fix>,
    /// Stable identity, 16 hex digits: rule, path-independent content and, where equal, order.
    pub fingerprint: String,
}

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    pub path: String,
    pub span: Span,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Hint,
    Information,
    Warning,
    Error,
}
