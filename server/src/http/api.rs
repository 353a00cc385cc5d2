//! What the page asks: rows, cards, changes of tickets, and when to look again.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State as Shared};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use docket_core::edit::Change;
use docket_core::ide::actions::{Source, Tick, resolve_tick};
use docket_core::span::Encoding;
use docket_core::ticket::template::Template;
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::token::Tokens;
use crate::change::{self, ChangeError};
use crate::engine::{Handle, Need, View};
use crate::env::Env;
use crate::views::{Reader, TicketAnswer, TicketsAnswer};

/// A page in a browser names a project by its path, and shows no place in a text.
const READER: Reader = Reader {
    encoding: Encoding::Utf16,
    name: |path| path.to_string_lossy().into_owned(),
};

/// What the handlers share.
#[derive(Clone)]
pub(super) struct State {
    pub(super) env: Env,
    pub(super) engine: Handle,
    pub(super) root: PathBuf,
    pub(super) changes: watch::Receiver<u64>,
    pub(super) tokens: Arc<Tokens>,
}

/// Why a request is not answered as it was meant.
struct Refused {
    code: StatusCode,
    /// A sentence for the user.
    message: String,
}

type Answer<T> = Result<Json<T>, Refused>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tickets {
    previous_result_id: Option<String>,
}

#[derive(Deserialize)]
struct Ticket {
    ticket: String,
}

#[derive(Deserialize)]
struct SetStatus {
    ticket: String,
    status: String,
}

#[derive(Deserialize)]
struct ToggleCriterion {
    ticket: String,
    criterion: usize,
    done: bool,
}

#[derive(Deserialize)]
struct Create {
    title: String,
    status: String,
}

pub(super) fn router(state: State) -> Router {
    Router::new()
        .route("/api/tickets", post(tickets))
        .route("/api/ticket", post(ticket))
        .route("/api/setStatus", post(set_status))
        .route("/api/toggleCriterion", post(toggle_criterion))
        .route("/api/create", post(create))
        .route("/api/changes", get(changes))
        .layer(from_fn_with_state(state.clone(), admit))
        .route("/api/enter", post(enter))
        .with_state(state)
}

async fn admit(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    match state.tokens.admits(authorization(request.headers())) {
        true => next.run(request).await,
        false => unauthorized().into_response(),
    }
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()
}

fn unauthorized() -> Refused {
    Refused {
        code: StatusCode::UNAUTHORIZED,
        message: "Open the address that `docket board --web` printed.".into(),
    }
}

/// The token of this session for the one that came in the page's address.
async fn enter(Shared(state): Shared<State>, headers: HeaderMap) -> Answer<Value> {
    match state.tokens.enter(authorization(&headers)) {
        Some(token) => Ok(Json(json!({ "token": token }))),
        None => Err(unauthorized()),
    }
}

async fn tickets(
    Shared(state): Shared<State>,
    Json(asked): Json<Tickets>,
) -> Answer<TicketsAnswer> {
    let answer = state.engine.read_all(Need::Now, move |views| {
        TicketsAnswer::new(views, READER, asked.previous_result_id.as_deref())
    });
    Ok(Json(answer.await.map_err(lost)?))
}

async fn ticket(Shared(state): Shared<State>, Json(asked): Json<Ticket>) -> Answer<TicketAnswer> {
    let env = state.env.clone();
    let answer = state.engine.read_all(Need::Now, move |views| {
        TicketAnswer::new(views, &asked.ticket, None, READER, &env)
    });
    Ok(Json(answer.await.map_err(lost)?))
}

async fn set_status(Shared(state): Shared<State>, Json(asked): Json<SetStatus>) -> Answer<Value> {
    let fields = vec![("status".to_owned(), asked.status)];
    carry_out(state, "set a status", move |view, source| {
        crate::tickets::set(&view.snapshot, &asked.ticket, &fields, source)
            .map_err(|it| it.to_string())
    })
    .await
}

async fn toggle_criterion(
    Shared(state): Shared<State>,
    Json(asked): Json<ToggleCriterion>,
) -> Answer<Value> {
    let tick = match asked.done {
        true => Tick::Done,
        false => Tick::Open,
    };
    carry_out(state, "tick a criterion", move |view, source| {
        let (snapshot, at) = (&view.snapshot, asked.criterion);
        resolve_tick(snapshot, &asked.ticket, at, tick, source).map_err(|it| it.to_string())
    })
    .await
}

async fn create(Shared(state): Shared<State>, Json(asked): Json<Create>) -> Answer<Value> {
    let fields = vec![("status".to_owned(), asked.status)];
    carry_out(state, "create a ticket", move |view, source| {
        crate::tickets::create(
            &view.snapshot,
            &asked.title,
            &Template::default(),
            &fields,
            source,
        )
        .map(|(_, change)| change)
        .map_err(|it| it.to_string())
    })
    .await
}

/// Plans a change and makes it.
async fn carry_out(
    state: State,
    label: &str,
    plan: impl Fn(&View, &mut dyn Source) -> Result<Change, String> + Send + Sync + 'static,
) -> Answer<Value> {
    let plan = move |view: &View, source: &mut dyn Source| Ok(((), plan(view, source)?));
    let done = change::carry_out(&state.engine, &state.root, &state.env, label, plan);
    match done.await {
        Ok(()) => Ok(Json(json!({}))),
        Err(ChangeError::Lost) => Err(lost(crate::engine::Lost)),
        Err(ChangeError::Refused(message)) => Err(refused(message)),
    }
}

/// A stream that says something each time that rows may be different, and once at its beginning.
async fn changes(Shared(state): Shared<State>) -> Response {
    let mut changes = state.changes;
    changes.mark_changed();
    let lines = stream::unfold(changes, async |mut changes| {
        changes.changed().await.ok()?;
        let revision = *changes.borrow_and_update();
        let line = Bytes::from(format!("{revision}\n"));
        Some((Ok::<_, std::convert::Infallible>(line), changes))
    });
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    (kind, Body::from_stream(lines)).into_response()
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.code, Json(json!({ "error": self.message }))).into_response()
    }
}

fn refused(message: String) -> Refused {
    Refused {
        code: StatusCode::CONFLICT,
        message,
    }
}

fn lost(_: crate::engine::Lost) -> Refused {
    Refused {
        code: StatusCode::INTERNAL_SERVER_ERROR,
        message: "docket has no answer; its log may say why.".into(),
    }
}
