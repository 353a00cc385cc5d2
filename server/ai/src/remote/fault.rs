//! What can go wrong with one request, and which of docket's errors that is.

use std::error::Error as _;
use std::time::Duration;

use genai::Error as Library;
use genai::webc::Error as Web;
use http::HeaderMap;
use serde_json::Value;

use crate::AskError;

/// Longest message of a provider that is passed on, in characters.
const MAX_REASON: usize = 300;

pub(super) enum Fault {
    Cancelled,
    Refused(String),
    TooLong,
    Cut(String),
    Stalled(Duration),
    /// An error that came in the stream, as the provider words it.
    Told(Value),
    Library(Box<Library>),
}

impl Fault {
    /// Whether the provider did not begin to answer, and asks for no money.
    pub(super) fn is_turned_away(&self) -> bool {
        match self {
            Self::Library(error) => answered(error).is_some() || !left(error),
            _ => false,
        }
    }

    pub(super) fn named(self, model: &str, limit: u32) -> AskError {
        let model = model.to_owned();
        match self {
            Self::Cancelled => AskError::Cancelled,
            Self::Refused(reason) => AskError::Refused {
                model,
                reason: clean(&reason),
            },
            Self::TooLong => AskError::TooLong { model, limit },
            Self::Cut(reason) => AskError::Cut { model, reason },
            Self::Stalled(after) => AskError::Stalled { model, after },
            Self::Told(body) => told(model, &body),
            Self::Library(error) => library(model, *error),
        }
    }
}

/// The status, headers and body of an answer that is an error.
fn answered(error: &Library) -> Option<(u16, &HeaderMap, &str)> {
    match error {
        Library::HttpError {
            status,
            headers,
            body,
            ..
        } => Some((status.as_u16(), headers, body)),
        Library::WebModelCall { webc_error, .. } | Library::WebAdapterCall { webc_error, .. } => {
            match webc_error {
                Web::ResponseFailedStatus {
                    status,
                    body,
                    headers,
                } => Some((status.as_u16(), headers, body)),
                _ => None,
            }
        }
        Library::WebStream { error, .. } => error.downcast_ref::<Library>().and_then(answered),
        _ => None,
    }
}

/// Whether the request may have left this machine.
fn left(error: &Library) -> bool {
    match error {
        Library::WebStream { error, .. } => error
            .downcast_ref::<reqwest::Error>()
            .is_none_or(|it| !it.is_connect() && !it.is_builder()),
        Library::StreamParse { .. }
        | Library::ChatResponse { .. }
        | Library::JsonValueExt(_)
        | Library::SerdeJson(_) => true,
        _ => false,
    }
}

fn library(model: String, error: Library) -> AskError {
    if let Some((status, headers, body)) = answered(&error) {
        return by_status(model, status, headers, body);
    }
    match error {
        Library::ChatResponse { body, .. } => told(model, &body),
        Library::StreamParse { serde_error, .. } | Library::SerdeJson(serde_error) => {
            AskError::Garbled {
                model,
                reason: format!("a part of it is no JSON at column {}", serde_error.column()),
            }
        }
        Library::JsonValueExt(_) => AskError::Garbled {
            model,
            reason: "a part of it lacks what the protocol says".to_owned(),
        },
        Library::WebStream { error, .. } => match error.downcast::<reqwest::Error>() {
            Ok(error) if error.is_connect() => AskError::Unavailable {
                model,
                reason: innermost(&error),
            },
            Ok(error) => AskError::Cut {
                model,
                reason: innermost(&error),
            },
            Err(_) => AskError::Garbled {
                model,
                reason: "it is no UTF-8".to_owned(),
            },
        },
        // What genai says of a request that it cannot make; no text of the request is in it.
        other => AskError::Invalid {
            model,
            reason: clean(&other.to_string()),
        },
    }
}

fn by_status(model: String, status: u16, headers: &HeaderMap, body: &str) -> AskError {
    let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    let reason = clean(message(&body));
    let after = retry_after(headers);
    match status {
        401 | 403 => AskError::Auth { model, reason },
        402 => AskError::OutOfCredit { model, reason },
        429 if kind(&body).contains("quota") => AskError::OutOfCredit { model, reason },
        429 => AskError::RateLimited { model, after },
        503 | 529 => AskError::Overloaded { model, after },
        408 | 409 | 425 | 500.. => AskError::Unavailable {
            model,
            reason: match reason.is_empty() {
                true => format!("status {status}"),
                false => reason,
            },
        },
        _ => AskError::Invalid {
            model,
            reason: match reason.is_empty() {
                true => format!("status {status}"),
                false => reason,
            },
        },
    }
}

/// An error in the middle of a stream: `{"type": "error", "error": {"type": …, "message": …}}` of
/// Anthropic, `{"code": …, "message": …}` of OpenAI, `{"error": {"code": 503, …}}` of Gemini.
fn told(model: String, body: &Value) -> AskError {
    let reason = clean(message(body));
    let kind = kind(body);
    match kind {
        _ if kind.contains("overloaded") || kind == "UNAVAILABLE" => {
            AskError::Overloaded { model, after: None }
        }
        _ if kind.contains("quota") => AskError::OutOfCredit { model, reason },
        _ if kind.contains("rate_limit") || kind == "RESOURCE_EXHAUSTED" => {
            AskError::RateLimited { model, after: None }
        }
        _ if kind.contains("authentication") || kind.contains("permission") => {
            AskError::Auth { model, reason }
        }
        _ if kind.contains("invalid") || kind == "INVALID_ARGUMENT" => {
            AskError::Invalid { model, reason }
        }
        _ => AskError::Unavailable { model, reason },
    }
}

/// What a provider calls its error.
fn kind(body: &Value) -> &str {
    [
        "/error/code",
        "/error/status",
        "/error/type",
        "/code",
        "/status",
        "/type",
    ]
    .iter()
    .find_map(|it| body.pointer(it)?.as_str())
    .unwrap_or("")
}

fn message(body: &Value) -> &str {
    ["/error/message", "/message", "/error"]
        .iter()
        .find_map(|it| body.pointer(it)?.as_str())
        .unwrap_or("")
}

/// `Retry-After` in seconds, or `retry-after-ms`. A date is passed over: it needs a clock, and no
/// provider of models sends one.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| -> Option<f64> {
        let value: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
        (value.is_finite() && value >= 0.0).then_some(value)
    };
    number("retry-after-ms")
        .map(|it| it / 1_000.0)
        .or_else(|| number("retry-after"))
        .map(|it| Duration::from_secs_f64(it.min(86_400.0)))
}

/// In one line, without control characters, and not too long: it comes from elsewhere.
fn clean(text: &str) -> String {
    let mut words = String::new();
    for word in text.split(|it: char| it.is_whitespace() || it.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    match words.char_indices().nth(MAX_REASON) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words,
    }
}

/// The cause of a cause: what reqwest itself says names the address, and no more.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(next) = cause.and_then(std::error::Error::source) {
        cause = Some(next);
    }
    clean(&cause.map(ToString::to_string).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_seconds_or_milliseconds() {
        let of = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(of("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(of("retry-after", "0.5"), Some(Duration::from_millis(500)));
        assert_eq!(
            of("retry-after-ms", "1500"),
            Some(Duration::from_millis(1500))
        );
        for bad in ["-1", "soon", "NaN", "inf"] {
            assert_eq!(of("retry-after", bad), None, "{bad}");
        }
    }

    #[test]
    fn what_comes_from_elsewhere_is_one_short_line() {
        assert_eq!(clean(" a\n\u{1b}[31mb\t c "), "a [31mb c");
        assert_eq!(clean(&"x".repeat(500)).chars().count(), MAX_REASON + 1);
    }
}
