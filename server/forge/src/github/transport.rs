//! One request and its answer: bounded in time, counted against the quota, and repeated only where
//! that cannot do anything twice.

use std::error::Error as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use http::header::{ACCEPT, AUTHORIZATION, DATE, ETAG, IF_NONE_MATCH, LINK, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use jiff::Timestamp;
use octocrab::Octocrab;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use super::connection;
use super::errors::clean;
use super::wire::Refusal;
use super::{Patience, link};
use crate::{Error, ErrorKind, Proxy, Quota, Result, Secret};

const AGENT: &str = concat!("docket/", env!("CARGO_PKG_VERSION"));
/// More than a hundred issues of the longest bodies.
const MAX_BODY: usize = 64 << 20;

/// Whether a request changes something. One that does is sent once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Write,
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub effect: Effect,
    pub method: Method,
    /// Whole, and of the server that the transport is for.
    pub address: String,
    pub body: Option<Value>,
    pub etag: Option<String>,
}

impl Call {
    pub(super) fn get(address: String) -> Self {
        Self {
            effect: Effect::Read,
            method: Method::GET,
            address,
            body: None,
            etag: None,
        }
    }

    pub(super) fn write(method: Method, address: String, body: Option<Value>) -> Self {
        Self {
            effect: Effect::Write,
            method,
            address,
            body,
            etag: None,
        }
    }
}

/// An answer that came whole, of whatever status.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Why no answer came.
enum Broken {
    /// The request did not leave.
    Unsent(String),
    /// It left, or may have.
    Lost(String),
}

/// Requests to one server.
pub(super) struct Transport {
    octocrab: Octocrab,
    accept: &'static str,
    base: String,
    authorization: Option<HeaderValue>,
    token: Option<Secret>,
    patience: Patience,
    proxy: Option<Proxy>,
    quota: Mutex<Option<Quota>>,
    n_requests: AtomicUsize,
}

impl Transport {
    /// To an API. Has to be called within a runtime. `base` has no slash at its end.
    pub(super) fn new(
        base: &str,
        token: Option<Secret>,
        patience: Patience,
        proxy: Option<Proxy>,
    ) -> Result<Self> {
        let authorization = token.as_ref().map(authorization).transpose()?;
        Ok(Self {
            octocrab: connection::client(base, patience.connect, proxy.as_ref())?,
            accept: "application/vnd.github+json",
            base: base.to_owned(),
            authorization,
            token,
            patience,
            proxy,
            quota: Mutex::default(),
            n_requests: AtomicUsize::new(0),
        })
    }

    /// To a website, whose answers are plain JSON only where they are asked to be. As [`Self::new`].
    pub(super) fn to_website(base: &str, patience: Patience, proxy: Option<Proxy>) -> Result<Self> {
        Ok(Self {
            accept: "application/json",
            ..Self::new(base, None, patience, proxy)?
        })
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn n_requests(&self) -> usize {
        self.n_requests.load(Ordering::Relaxed)
    }

    pub(super) fn quota(&self) -> Option<Quota> {
        *self.quota.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request. A read is repeated after a passing failure; a write never is, and where its
    /// answer is lost the error says that it may have been carried out.
    pub(super) async fn send(&self, call: &Call) -> Result<Answer> {
        if !link::same_server(&self.base, &call.address) {
            return Err(Error::new(
                ErrorKind::Unavailable,
                format!(
                    "GitHub points to another server ({}), which does not get the credentials",
                    clean(&call.address)
                ),
            ));
        }
        let mut pauses = match call.effect {
            Effect::Read => self.patience.pauses.iter(),
            Effect::Write => [].iter(),
        };
        loop {
            let failed = match self.once(call).await {
                Ok(answer) if answer.status.is_server_error() => match call.effect {
                    // The server had trouble, and nobody knows at which point.
                    Effect::Write => {
                        return Err(Error::new(
                            ErrorKind::Unknown,
                            format!("GitHub has trouble at the moment ({})", answer.status),
                        ));
                    }
                    Effect::Read => Error::new(
                        ErrorKind::Unavailable,
                        format!("GitHub has trouble at the moment ({})", answer.status),
                    ),
                },
                Ok(answer) => return Ok(answer),
                Err(Broken::Unsent(why)) => Error::new(
                    ErrorKind::Unavailable,
                    format!("{} cannot be reached{}", self.base, self.why(&why)),
                ),
                Err(Broken::Lost(why)) => Error::new(
                    match call.effect {
                        Effect::Read => ErrorKind::Unavailable,
                        Effect::Write => ErrorKind::Unknown,
                    },
                    format!("no answer from {}: {}", self.base, self.scrub(&why)),
                ),
            };
            match pauses.next() {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(failed),
            }
        }
    }

    /// Asks GraphQL, which changes nothing and so may be repeated.
    pub(super) async fn query(&self, query: &str, variables: Value) -> Result<Answer> {
        self.graphql(Effect::Read, query, variables).await
    }

    /// Has GraphQL change something.
    pub(super) async fn mutate(&self, mutation: &str, variables: Value) -> Result<Answer> {
        self.graphql(Effect::Write, mutation, variables).await
    }

    async fn graphql(&self, effect: Effect, query: &str, variables: Value) -> Result<Answer> {
        let address = match self.base.strip_suffix("/api/v3") {
            Some(host) => format!("{host}/api/graphql"),
            None => format!("{}/graphql", self.base),
        };
        let body = json!({ "query": query, "variables": variables });
        let call = Call {
            effect,
            ..Call::write(Method::POST, address, Some(body))
        };
        self.send(&call).await
    }

    async fn once(&self, call: &Call) -> std::result::Result<Answer, Broken> {
        self.n_requests.fetch_add(1, Ordering::Relaxed);
        let answer = tokio::time::timeout(self.patience.whole, self.exchange(call))
            .await
            .unwrap_or_else(|_| {
                Err(Broken::Lost(format!(
                    "it took longer than {} s",
                    self.patience.whole.as_secs_f32()
                )))
            })?;
        self.note_quota(&answer);
        Ok(answer)
    }

    async fn exchange(&self, call: &Call) -> std::result::Result<Answer, Broken> {
        let mut request = http::Request::builder()
            .method(call.method.clone())
            .uri(&call.address)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, self.accept);
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(etag) = &call.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let request = self
            .octocrab
            .build_request(request, call.body.as_ref())
            .map_err(|it| Broken::Unsent(words(&it)))?;
        let response =
            self.octocrab
                .execute(request)
                .await
                .map_err(|error| match is_connecting(&error) {
                    true => Broken::Unsent(words(&error)),
                    false => Broken::Lost(words(&error)),
                })?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MAX_BODY)
            .collect()
            .await
            .map_err(|it| Broken::Lost(format!("the answer is cut off: {it}")))?
            .to_bytes()
            .to_vec();
        let body = match (&self.token, parts.status.is_success()) {
            // Whoever answers could put the token into what is told to the user.
            (Some(token), false) => String::from_utf8_lossy(&body)
                .replace(token.expose(), "***")
                .into_bytes(),
            _ => body,
        };
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        };
        // A proxy on the way can cut an answer off where its length still fits.
        let is_whole = !answer.status.is_success()
            || answer.body.is_empty()
            || serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok();
        match is_whole {
            true => Ok(answer),
            false => Err(Broken::Lost("the answer is cut off".to_owned())),
        }
    }

    fn note_quota(&self, answer: &Answer) {
        // GraphQL, search and others have quotas of their own.
        if answer
            .header("x-ratelimit-resource")
            .is_some_and(|it| it != "core")
        {
            return;
        }
        let number = |name| u32::try_from(answer.number(name)?).ok();
        if let (Some(limit), Some(remaining), Some(reset)) = (
            number("x-ratelimit-limit"),
            number("x-ratelimit-remaining"),
            answer.reset(),
        ) {
            *self.quota.lock().unwrap_or_else(PoisonError::into_inner) = Some(Quota {
                limit,
                remaining,
                reset,
            });
        }
    }

    /// Why the server was not reached, with what can be done about a proxy.
    fn why(&self, why: &str) -> String {
        let why = self.scrub(why);
        match &self.proxy {
            None => format!(": {why}"),
            Some(proxy) if why.contains(connection::WANTS_A_PASSWORD) => format!(
                " through the proxy {proxy}, which asks for a password: write HTTPS_PROXY as http://USER:PASSWORD@HOST:PORT"
            ),
            Some(proxy) => format!(
                " through the proxy {proxy} ({why}): is HTTPS_PROXY right? Hosts in NO_PROXY are asked directly"
            ),
        }
    }

    /// A text without the token, whoever put it in.
    fn scrub(&self, text: &str) -> String {
        let text = clean(text);
        match &self.token {
            Some(token) => text.replace(token.expose(), "***"),
            None => text,
        }
    }
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }

    /// When the quota is full again.
    pub(super) fn reset(&self) -> Option<Timestamp> {
        let seconds = i64::try_from(self.number("x-ratelimit-reset")?).ok()?;
        Timestamp::from_second(seconds).ok()
    }

    pub(super) fn server_time(&self) -> Option<Timestamp> {
        let date = self.header(DATE.as_str())?;
        let zoned = jiff::fmt::rfc2822::parse(date).ok()?;
        Some(zoned.timestamp())
    }

    pub(super) fn etag(&self) -> Option<&str> {
        self.header(ETAG.as_str())
    }

    pub(super) fn next(&self) -> Option<String> {
        link::next(self.header(LINK.as_str())?)
    }

    pub(super) fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }

    pub(super) fn refusal(&self) -> Refusal {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|it| {
            Error::new(
                // Reading it again gives the same, and nothing is known of what a write did.
                ErrorKind::Unknown,
                format!("GitHub's answer is not what its documentation says: {it}"),
            )
        })
    }
}

fn authorization(token: &Secret) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| {
        Error::new(
            ErrorKind::Auth,
            "the token has characters in it that no token has: run `docket auth login` with a new one",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether the connection could not even be made, so that nothing was sent.
fn is_connecting(error: &octocrab::Error) -> bool {
    let mut cause = error.source();
    while let Some(it) = cause {
        if let Some(it) = it.downcast_ref::<hyper_util::client::legacy::Error>() {
            return it.is_connect();
        }
        cause = it.source();
    }
    false
}

/// An error with what caused it, on one line. octocrab's own text may have a backtrace in it.
fn words(error: &octocrab::Error) -> String {
    let mut words = Vec::new();
    let mut cause = error.source();
    while let Some(it) = cause {
        words.push(it.to_string());
        cause = it.source();
    }
    match words.is_empty() {
        true => "the request could not be made".to_owned(),
        false => words.join(": "),
    }
}
