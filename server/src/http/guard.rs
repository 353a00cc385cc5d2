//! What every request must be, and what every answer says about itself.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};

/// The longest request that makes sense here.
const MAX_BODY: usize = 64 * 1024;

const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

pub(super) fn guarded(router: Router, port: u16) -> Router {
    router.layer(DefaultBodyLimit::max(MAX_BODY)).layer(from_fn(
        move |request: Request, next: Next| async move {
            let mut response = match is_ours(request.headers(), port) {
                true => next.run(request).await,
                false => (StatusCode::FORBIDDEN, "not this host").into_response(),
            };
            describe(&mut response);
            response
        },
    ))
}

/// A page of another host, and a host name that was made to point here, are turned away.
fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let names = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let text = |name: HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let host = text(HOST).is_some_and(|it| names.iter().any(|name| name.as_bytes() == it));
    let origin = text(ORIGIN).is_none_or(|it| {
        names
            .iter()
            .any(|name| it.strip_prefix(b"http://") == Some(name.as_bytes()))
    });
    host && origin
}

fn describe(response: &mut Response<Body>) {
    for (name, value) in HEADERS {
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        response.headers_mut().insert(name, value);
    }
}
