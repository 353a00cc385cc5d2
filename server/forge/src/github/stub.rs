//! A GitHub for tests, on HTTP: what GitHub's documentation says, over a forge in memory.
//!
//! It has what the emulator of the tests lacks: conditional requests, GraphQL, relations, cursors,
//! redirections, deleted and transferred issues, limits. Tests act as other people through
//! [`Stub::world`], and look at what was sent through [`Stub::sent`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a server for tests"
)]

mod answers;
mod graphql;
mod lists;
mod projects;
mod pulls;
mod routes;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docket_core::json::sorted;
use jiff::Timestamp;
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::{Options, Patience};
use crate::Secret;
use crate::memory::MemoryForge;

/// The only one that is let in.
pub const TOKEN: &str = "ghp_octo";

/// The server, and the world behind it.
pub struct Stub {
    server: MockServer,
    inner: Inner,
}

/// A request as it came over the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub method: String,
    /// With its query.
    pub path: String,
    /// Null where there is none.
    pub body: Value,
}

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The request is not carried out.
    Answer(u16, Vec<(&'static str, String)>, Value),
    /// It is carried out, and the answer is this status.
    ActAndAnswer(u16),
    /// It is carried out, and the answer comes so late.
    ActLate(Duration),
    /// It is carried out, and the answer ends in the middle, though its length says that it is whole.
    Truncate,
}

#[derive(Clone)]
struct Inner {
    world: MemoryForge,
    /// By number, from 1.
    milestones: Arc<Mutex<Vec<String>>>,
    former_names: Arc<Mutex<Vec<String>>>,
    counted_pages: Arc<Mutex<Counting>>,
    troubles: Arc<Mutex<VecDeque<(String, String, Trouble)>>>,
}

/// How a list is divided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counting {
    /// By cursors, as GitHub does.
    Cursors,
    /// By counting pages, as servers of another age do.
    Pages,
}

impl Stub {
    /// An empty `octocat/hello-world`.
    pub async fn start() -> Self {
        let now: Timestamp = "2026-11-26T10:00:00Z".parse().unwrap();
        let inner = Inner {
            world: MemoryForge::new("octocat/hello-world", now),
            milestones: Arc::default(),
            former_names: Arc::default(),
            counted_pages: Arc::new(Mutex::new(Counting::Cursors)),
            troubles: Arc::default(),
        };
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(inner.clone())
            .mount(&server)
            .await;
        Self { server, inner }
    }

    pub fn world(&self) -> &MemoryForge {
        &self.inner.world
    }

    /// The API's address.
    pub fn address(&self) -> String {
        self.server.uri()
    }

    /// How to reach it: without patience for what is slow, and without pauses.
    pub fn options(&self) -> Options {
        Options {
            base: self.address(),
            repository: "octocat/hello-world".to_owned(),
            token: Secret::new(TOKEN),
            patience: Patience {
                connect: Duration::from_secs(5),
                whole: Duration::from_secs(20),
                pauses: vec![Duration::ZERO, Duration::ZERO],
            },
            proxy: None,
        }
    }

    pub fn rename_repository(&self, full_name: &str) {
        let former = self.inner.full_name();
        super::lock(&self.inner.former_names).push(former);
        self.inner.world.rename_repository(full_name);
    }

    /// Lists are divided by counting pages from now on.
    pub fn count_pages(&self) {
        *super::lock(&self.inner.counted_pages) = Counting::Pages;
    }

    /// The next request of that method whose path ends so goes wrong.
    pub fn trouble(&self, method: &str, path_end: &str, trouble: Trouble) {
        super::lock(&self.inner.troubles).push_back((
            method.to_owned(),
            path_end.to_owned(),
            trouble,
        ));
    }

    /// Everything that came, in its order.
    pub async fn sent(&self) -> Vec<Sent> {
        let requests = self.server.received_requests().await.unwrap_or_default();
        let sent = |it: &Request| Sent {
            method: it.method.to_string(),
            path: match it.url.query() {
                Some(query) => format!("{}?{query}", it.url.path()),
                None => it.url.path().to_owned(),
            },
            body: sorted(it.body_json().unwrap_or_default()),
        };
        requests.iter().map(sent).collect()
    }

    /// Those that change something, as `METHOD path body`.
    pub async fn writes(&self) -> Vec<String> {
        let is_write = |it: &Sent| it.method != "GET" && !it.path.ends_with("/graphql");
        let shown = |it: Sent| match it.body {
            Value::Null => format!("{} {}", it.method, it.path),
            body => format!("{} {} {body}", it.method, it.path),
        };
        let sent = self.sent().await;
        sent.into_iter().filter(is_write).map(shown).collect()
    }
}

impl Respond for Inner {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let trouble = {
            let mut troubles = super::lock(&self.troubles);
            let is_meant = |it: &(String, String, Trouble)| {
                it.0 == request.method.as_str() && request.url.path().ends_with(&it.1)
            };
            let index = troubles.iter().position(is_meant);
            index.and_then(|it| troubles.remove(it)).map(|it| it.2)
        };
        match trouble {
            Some(Trouble::Answer(status, headers, body)) => headers.into_iter().fold(
                ResponseTemplate::new(status).set_body_json(body),
                |answer, (name, value)| answer.insert_header(name, value),
            ),
            Some(Trouble::ActAndAnswer(status)) => {
                self.answer(request);
                ResponseTemplate::new(status)
            }
            Some(Trouble::ActLate(wait)) => self.answer(request).into_template().set_delay(wait),
            Some(Trouble::Truncate) => {
                let answer = self.answer(request);
                let text = answer.body.to_string();
                let cut: String = text.chars().take(text.chars().count() / 2).collect();
                ResponseTemplate::new(answer.status).set_body_raw(cut, "application/json")
            }
            None => self.answer(request).into_template(),
        }
    }
}
