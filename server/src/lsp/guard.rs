//! Answers a request whose handler panics with an error, where the panic would end the session.
//!
//! Handlers, reader and writer are one task: without this, one bad request takes every open
//! document with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_service::Service;

/// A service whose panics are answers. What a panic left half done is only the request's own: the
/// engine has a thread of its own, and is reached by messages.
pub struct Guarded<S>(pub S);

type Answer<E> = Pin<Box<dyn Future<Output = Result<Option<Response>, E>> + Send>>;

impl<S> Service<Request> for Guarded<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let id = request.id().cloned();
        let Ok(answer) = catch_unwind(AssertUnwindSafe(|| self.0.call(request))) else {
            return Box::pin(std::future::ready(Ok(failure(id))));
        };
        Box::pin(async move {
            let mut answer = std::pin::pin!(answer);
            std::future::poll_fn(move |context| {
                let poll = AssertUnwindSafe(|| answer.as_mut().poll(context));
                catch_unwind(poll).unwrap_or_else(|_| Poll::Ready(Ok(failure(id.clone()))))
            })
            .await
        })
    }
}

/// A notification has no answer. The panic itself is in the log, by the process's hook.
fn failure(id: Option<Id>) -> Option<Response> {
    let mut error = Error::internal_error();
    error.message = "docket failed unexpectedly and goes on; its log has more".into();
    Some(Response::from_error(id?, error))
}
