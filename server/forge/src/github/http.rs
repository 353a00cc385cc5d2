//! One request to GitHub's API, and what its answer or failure means.

use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ::http::header::{HeaderMap, HeaderName, IF_NONE_MATCH, LINK};
use ::http::{Method, Request, StatusCode};
use jiff::Timestamp;
use octocrab::Octocrab;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, ErrorKind, Quota, Result, Secret};

/// A request, its answer included, takes no longer.
const PATIENCE: Duration = Duration::from_secs(60);
const CONNECTING: Duration = Duration::from_secs(10);
/// A read that failed in passing is tried so often, after these waits.
const RETRIES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];
/// Where GitHub does not say how long: "wait for at least one minute before retrying".
const SLOW: Duration = Duration::from_secs(60);
const MAX_MESSAGE: usize = 300;

/// Whether a request may be sent again after a passing failure: a question may, a write may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    Yes,
    No,
}

#[derive(Debug)]
pub(super) struct Http {
    crab: Octocrab,
    /// Scheme and host, which the token is for and no other URL is followed to.
    origin: String,
    quota: Mutex<Option<Quota>>,
    moved_to: Mutex<Option<String>>,
}

/// An answer that is none of the errors.
pub(super) struct Answer {
    pub(super) not_modified: bool,
    pub(super) next: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) server_time: Option<Timestamp>,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Error::new(
                ErrorKind::Unavailable,
                format!("GitHub's answer could not be read ({error})"),
            )
        })
    }

    /// Of a request that has acted: what cannot be read leaves open what it did.
    pub(super) fn read_acted<T: DeserializeOwned>(&self) -> Result<T> {
        self.read()
            .map_err(|error| Error::new(ErrorKind::Unknown, error.message))
    }
}

pub(super) fn parse<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| {
        Error::new(
            ErrorKind::Unavailable,
            format!("GitHub's answer could not be read ({error})"),
        )
    })
}

/// A part of a path (RFC 3986, 2.3: all but unreserved characters).
pub(super) fn encoded(part: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_' | b'~');
    part.bytes()
        .map(|it| match plain(it) {
            true => char::from(it).to_string(),
            false => format!("%{it:02X}"),
        })
        .collect()
}

impl Http {
    pub(super) fn new(api: &str, token: &Secret) -> Result<Self> {
        let bad = |what: &dyn std::fmt::Display| {
            Error::new(
                ErrorKind::Invalid,
                format!("`{api}` cannot be used: {what}"),
            )
        };
        let uri: ::http::Uri = api.parse().map_err(|error| bad(&error))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(bad(&"it is no URL"));
        };
        let origin = format!("{scheme}://{authority}");
        // The feature `retry` of octocrab is not built in: it would send a creation again.
        let crab = Octocrab::builder()
            .base_uri(origin.as_str())
            .map_err(|error| bad(&error))?
            .set_connect_timeout(Some(CONNECTING))
            .set_read_timeout(Some(PATIENCE))
            .personal_token(token.expose().to_owned())
            .build()
            .map_err(|error| bad(&error))?;
        Ok(Self {
            crab,
            origin,
            quota: Mutex::default(),
            moved_to: Mutex::default(),
        })
    }

    pub(super) fn quota(&self) -> Option<Quota> {
        *self.quota.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the last "moved" answer pointed, on the same host.
    pub(super) fn moved_to(&self) -> Option<String> {
        self.moved_to
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
        etag: Option<&str>,
        repeat: Repeat,
    ) -> Result<Answer> {
        let mut waits = RETRIES.iter();
        loop {
            match self.once(&method, url, body, etag, repeat).await {
                Err(error)
                    if repeat == Repeat::Yes
                        && matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Unknown) =>
                {
                    match waits.next() {
                        Some(wait) => tokio::time::sleep(*wait).await,
                        None => return Err(error),
                    }
                }
                done => return done,
            }
        }
    }

    async fn once(
        &self,
        method: &Method,
        url: &str,
        body: Option<&Value>,
        etag: Option<&str>,
        repeat: Repeat,
    ) -> Result<Answer> {
        if !url.starts_with(&format!("{}/", self.origin)) {
            return Err(Error::new(
                ErrorKind::Unavailable,
                format!("GitHub points to another host: {url}"),
            ));
        }
        let mut request = Request::builder()
            .method(method.clone())
            .uri(url)
            .header("accept", "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let body = body.filter(|it| !it.is_null());
        let request = self
            .crab
            .build_request(request, body)
            .map_err(|error| Error::new(ErrorKind::Invalid, format!("no request: {error}")))?;
        let lost = match repeat {
            Repeat::Yes => ErrorKind::Unavailable,
            Repeat::No => ErrorKind::Unknown,
        };
        let exchange = async {
            let response = self.crab.execute(request).await.map_err(|error| {
                let kind = match is_connecting(&error) {
                    true => ErrorKind::Unavailable,
                    false => lost,
                };
                Error::new(
                    kind,
                    format!("GitHub cannot be reached: {}", innermost(&error)),
                )
            })?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = self
                .crab
                .body_to_string(response)
                .await
                .map_err(|_| Error::new(lost, "GitHub's answer was cut off"))?;
            Ok((status, headers, body))
        };
        let (status, headers, body) = tokio::time::timeout(PATIENCE, exchange)
            .await
            .map_err(|_| Error::new(lost, "GitHub did not answer within a minute"))??;
        self.note_quota(&headers);
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            return Ok(Answer {
                not_modified: status == StatusCode::NOT_MODIFIED,
                next: next_link(&headers),
                etag: header(&headers, ::http::header::ETAG).map(str::to_owned),
                server_time: header(&headers, ::http::header::DATE).and_then(http_date),
                body: body.into_bytes(),
            });
        }
        if status.is_redirection() {
            let to = header(&headers, ::http::header::LOCATION).map(str::to_owned);
            *self.moved_to.lock().unwrap_or_else(PoisonError::into_inner) =
                to.filter(|it| it.starts_with(&format!("{}/", self.origin)));
        }
        Err(refusal(status, &headers, &body, lost))
    }

    fn note_quota(&self, headers: &HeaderMap) {
        let number = |name| number(headers, name);
        if let (Some(limit), Some(remaining), Some(reset)) = (
            number("x-ratelimit-limit"),
            number("x-ratelimit-remaining"),
            number("x-ratelimit-reset"),
        ) && let Ok(reset) = Timestamp::from_second(reset)
        {
            let quota = Quota {
                limit: limit.try_into().unwrap_or_default(),
                remaining: remaining.try_into().unwrap_or_default(),
                reset,
            };
            *self.quota.lock().unwrap_or_else(PoisonError::into_inner) = Some(quota);
        }
    }
}

/// What a status that is no success means ("Rate limits for the REST API", "Troubleshooting the REST API").
fn refusal(status: StatusCode, headers: &HeaderMap, body: &str, lost: ErrorKind) -> Error {
    let said = said(body);
    let wait = number(headers, "retry-after").and_then(|it| u64::try_from(it).ok());
    let is_slow = wait.is_some() || said.to_lowercase().contains("secondary rate limit");
    let is_used_up = number(headers, "x-ratelimit-remaining") == Some(0);
    let reset = number(headers, "x-ratelimit-reset").and_then(|it| Timestamp::from_second(it).ok());
    match status {
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS if is_slow => Error::new(
            ErrorKind::Slow {
                wait: wait.map_or(SLOW, Duration::from_secs),
            },
            "GitHub asks for fewer requests at a time",
        ),
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
            if let (true, Some(until)) = (is_used_up, reset) =>
        {
            Error::new(
                ErrorKind::Limited { until },
                format!("the hour's requests to GitHub are used up until {until}"),
            )
        }
        StatusCode::TOO_MANY_REQUESTS => Error::new(
            ErrorKind::Slow { wait: SLOW },
            "GitHub asks for fewer requests at a time",
        ),
        StatusCode::UNAUTHORIZED => Error::new(
            ErrorKind::Auth,
            "GitHub does not accept the token: it is wrong, expired or revoked; `docket auth login` takes another",
        ),
        StatusCode::FORBIDDEN => Error::new(
            ErrorKind::Forbidden,
            format!("the token may not do this ({said}); it needs to read and write issues"),
        ),
        StatusCode::NOT_FOUND => Error::new(
            ErrorKind::NotFound,
            "GitHub has no such repository or issue, or the token may not see it",
        ),
        StatusCode::GONE => Error::new(ErrorKind::Gone, format!("it was deleted ({said})")),
        it if it.is_redirection() => Error::new(ErrorKind::Moved, "it has moved"),
        it if it.is_server_error() => {
            Error::new(lost, format!("GitHub has trouble ({})", it.as_u16()))
        }
        it => Error::new(
            ErrorKind::Invalid,
            format!("GitHub does not take it ({}: {said})", it.as_u16()),
        ),
    }
}

/// GitHub's own words, and what it says of single fields.
fn said(body: &str) -> String {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let mut said = value["message"]
        .as_str()
        .unwrap_or("no reason given")
        .to_owned();
    for error in value["errors"].as_array().into_iter().flatten() {
        let field = error["field"].as_str().unwrap_or_default();
        let what = error["message"].as_str().or_else(|| error["code"].as_str());
        if let Some(what) = what {
            said.push_str(&format!("; {field} {what}"));
        }
    }
    let said: String = said.chars().filter(|it| !it.is_control()).collect();
    match said.char_indices().nth(MAX_MESSAGE) {
        Some((at, _)) => format!("{}…", &said[..at]),
        None => said,
    }
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: &'static str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The target of `rel="next"` (RFC 8288).
fn next_link(headers: &HeaderMap) -> Option<String> {
    let link = header(headers, LINK)?;
    link.split(',').find_map(|it| {
        let (target, rest) = it.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = rest
            .split(';')
            .any(|it| matches!(it.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then(|| target.to_owned())
    })
}

/// `Thu, 26 Nov 2026 12:00:00 GMT` (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text)
        .ok()
        .map(|it| it.timestamp())
}

/// Whether there was no connection, so that nothing was sent.
fn is_connecting(error: &octocrab::Error) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<hyper_util::client::legacy::Error>() {
            return error.is_connect();
        }
        source = error.source();
    }
    false
}

fn innermost(error: &octocrab::Error) -> String {
    let mut text = "no answer".to_owned();
    let mut source: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(error) = source {
        text = error.to_string();
        source = error.source();
    }
    text
}
