//! The page, as it is built from `clients/board`: a test of the client holds the two together.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

const PAGE: &str = include_str!("assets/index.html");
const SCRIPT: &str = include_str!("assets/board.js");
const STYLE: &str = include_str!("assets/board.css");

pub(super) fn router() -> Router {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(CONTENT_TYPE, kind)], text) })
    };
    Router::new()
        .route("/", file("text/html; charset=utf-8", PAGE))
        .route("/board.js", file("text/javascript; charset=utf-8", SCRIPT))
        .route("/board.css", file("text/css; charset=utf-8", STYLE))
}
