//! What an answer that is no success means, and what can be done about it.

use std::time::Duration;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use super::transport::Answer;
use super::wire::Refusal;
use crate::{Error, ErrorKind};

/// How long to wait after a secondary limit that does not say: GitHub's documentation asks for a
/// minute at least.
const A_MINUTE: Duration = Duration::from_secs(60);
/// Of a text that a server wrote.
const MAX_CHARS: usize = 300;

/// What a request was about, for its error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About<'a> {
    Viewer,
    Repository(&'a str),
    /// The list of issues, or a new one.
    Issues(&'a str),
    Issue(&'a str, u64),
    /// Pull requests, and the checks of commits.
    Pulls(&'a str),
}

/// The error that an unsuccessful answer to a read, or to a write, is.
pub(super) fn failure(answer: &Answer, about: About<'_>) -> Error {
    let refusal = answer.refusal();
    let said = said(&refusal);
    let error = |kind, message: String| Error::new(kind, message);
    match answer.status {
        StatusCode::UNAUTHORIZED => error(
            ErrorKind::Auth,
            format!(
                "GitHub does not accept the credentials ({said}): run `docket auth login`, or set DOCKET_GITHUB_TOKEN"
            ),
        ),
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
            limit(answer, &refusal).unwrap_or_else(|| forbidden(answer, &said, about))
        }
        StatusCode::NOT_FOUND => error(ErrorKind::NotFound, missing(about)),
        StatusCode::GONE => match about {
            About::Issue(_, number) if !refusal.message.contains("disabled") => {
                error(ErrorKind::Gone, format!("issue #{number} was deleted"))
            }
            _ => error(
                ErrorKind::Forbidden,
                format!(
                    "issues are switched off in the repository ({said}): switch them on in its settings"
                ),
            ),
        },
        StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::PAYLOAD_TOO_LARGE => error(
            ErrorKind::Invalid,
            format!("GitHub does not take it: {said}"),
        ),
        StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => error(
            ErrorKind::Forbidden,
            "the repository is blocked for legal reasons".to_owned(),
        ),
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => error(
            ErrorKind::Unavailable,
            format!("GitHub has trouble at the moment ({status})"),
        ),
        status if status.is_redirection() => error(
            ErrorKind::Unavailable,
            format!("GitHub answered with a redirection that leads nowhere ({status})"),
        ),
        status => error(
            ErrorKind::Unavailable,
            format!("GitHub answered {status}: {said}"),
        ),
    }
}

/// The two limits, as GitHub documents how they are told apart.
fn limit(answer: &Answer, refusal: &Refusal) -> Option<Error> {
    let message = refusal.message.to_lowercase();
    if let Some(seconds) = answer.number("retry-after") {
        return Some(slow(Duration::from_secs(seconds)));
    }
    let remaining = answer.number("x-ratelimit-remaining");
    if remaining == Some(0) && !message.contains("secondary") {
        return Some(limited(answer.reset(), answer.server_time()));
    }
    let is_secondary = answer.status == StatusCode::TOO_MANY_REQUESTS
        || message.contains("secondary rate limit")
        || message.contains("abuse");
    is_secondary.then(|| slow(A_MINUTE))
}

pub(super) fn limited(reset: Option<Timestamp>, now: Option<Timestamp>) -> Error {
    let hour = SignedDuration::from_hours(1);
    match reset.or_else(|| now?.checked_add(hour).ok()) {
        Some(until) => Error::new(
            ErrorKind::Limited { until },
            format!("GitHub's quota for this hour is used up until {until}"),
        ),
        None => slow(A_MINUTE),
    }
}

fn slow(wait: Duration) -> Error {
    Error::new(
        ErrorKind::Slow { wait },
        format!(
            "GitHub asks to be asked more slowly, and to wait for {} s",
            wait.as_secs()
        ),
    )
}

fn forbidden(answer: &Answer, said: &str, about: About<'_>) -> Error {
    let needs = match about {
        About::Pulls(_) => {
            "to read and write pull requests, and to read checks and commit statuses,"
        }
        _ => "to read and write issues",
    };
    // https://docs.github.com/rest/authentication: a token that an organisation has not let in yet.
    let sso = answer.header("x-github-sso").and_then(|it| {
        let address = it.split_once("url=")?.1;
        Some(clean(address))
    });
    Error::new(
        ErrorKind::Forbidden,
        match sso {
            Some(address) => format!(
                "the organisation wants the token to be authorised for single sign-on: open {address}"
            ),
            None => format!(
                "GitHub does not allow it ({said}): the token needs {needs} of the repository"
            ),
        },
    )
}

fn missing(about: About<'_>) -> String {
    match about {
        About::Viewer => {
            "GitHub does not know the user: is the address of the API right?".to_owned()
        }
        About::Repository(name) | About::Issues(name) | About::Pulls(name) => {
            format!("there is no repository {name}, or the token may not see it")
        }
        About::Issue(name, number) => {
            format!("there is no issue #{number} in {name}, or the token may not see it")
        }
    }
}

/// GitHub's own words, with its reasons.
fn said(refusal: &Refusal) -> String {
    let mut text = clean(&refusal.message);
    for detail in refusal.errors.iter().map(|it| clean(&it.text())) {
        if !detail.is_empty() {
            text.push_str(": ");
            text.push_str(&detail);
        }
    }
    match text.is_empty() {
        true => "it does not say why".to_owned(),
        false => text.chars().take(MAX_CHARS).collect(),
    }
}

/// A text from elsewhere, fit for one line of a terminal.
pub(super) fn clean(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars()
        .filter(|it| !it.is_control())
        .take(MAX_CHARS)
        .collect()
}
