//! The language server: a door to the engine that speaks LSP over standard input and output.
//!
//! All handlers, the reader and the writer are one task of tower-lsp. So a handler posts to the
//! engine before its first await and awaits nothing but its answer; requests to the client leave
//! through the outbox, and no handler computes anything.

pub use commands::NAMES as COMMANDS;

mod actions;
mod backend;
mod board;
mod capabilities;
mod commands;
mod conflicts;
mod convert;
mod display;
mod documents;
pub mod ext;
mod frames;
mod guard;
mod language;
mod outbox;
mod proposals;
mod reports;
mod settings;
mod sync;
pub mod uri;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::unbounded_channel;
use tower_lsp::{LspService, Server};

use crate::engine::{Engine, Event};
use crate::env::Env;

/// Requests at once. The engine answers each from its pool; this many may wait for it.
const CONCURRENCY: usize = 64;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `shutdown`, then `exit`.
    Orderly,
    /// The client went away, or sent `exit` alone.
    Abrupt,
}

/// Serves one client on standard input and output until it says `exit` or goes away.
///
/// # Errors
///
/// Where the system gives neither threads nor a runtime.
pub fn run(env: Env) -> anyhow::Result<End> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("while starting the server's runtime")?;
    // On a task of its own, so that a panic in it is seen here and ends the process: an editor
    // starts a dead server again, but waits for a deaf one.
    let served = runtime.spawn(serve(env, tokio::io::stdin(), tokio::io::stdout()));
    let end = runtime
        .block_on(served)
        .context("while serving the editor")?;
    // A read of standard input cannot be called back: do not wait for it.
    runtime.shutdown_background();
    end
}

/// Serves one client on the given streams.
///
/// # Errors
///
/// Where the system gives no thread for the engine.
pub async fn serve(
    env: Env,
    input: impl AsyncRead + Unpin + Send + 'static,
    output: impl AsyncWrite,
) -> anyhow::Result<End> {
    let (outbox, inbox) = unbounded_channel();
    let notices = outbox.clone();
    let engine = Engine::new(env.clone(), move |notice| {
        // After the outbox has gone there is nobody to tell.
        let _ = notices.send(outbox::Out::Notice(notice));
    });
    let (handle, thread) = engine.spawn().context("while starting the engine")?;
    let settings = Arc::<settings::Settings>::default();
    let trust = settings.clone();
    let is_trusted = move || trust.trusted();
    let sync = crate::sync::service::Service::spawn(env.clone(), handle.clone(), is_trusted)
        .context("while starting the sync")?;
    let shut_down = Arc::new(AtomicBool::new(false));
    let service = LspService::build(|client| {
        let boards = Arc::<board::Boards>::default();
        tokio::spawn(outbox::run(
            client,
            handle.clone(),
            settings.clone(),
            boards.clone(),
            inbox,
        ));
        backend::Backend::new(
            env,
            handle.clone(),
            outbox,
            settings,
            shut_down.clone(),
            sync,
            boards,
        )
    })
    .custom_method(
        "window/workDoneProgress/cancel",
        backend::Backend::progress_cancelled,
    )
    .custom_method(frames::MALFORMED, backend::Backend::malformed)
    .custom_method("$/setTrace", backend::Backend::set_trace)
    .custom_method(ext::TICKETS, backend::Backend::tickets)
    .custom_method(ext::TICKET, backend::Backend::ticket)
    .custom_method(ext::CURSOR, backend::Backend::cursor)
    .custom_method(ext::TODOS, backend::Backend::todos);
    #[cfg(debug_assertions)]
    let service = service.custom_method("docket/drill", backend::Backend::drill);
    let (service, socket) = service.finish();
    Server::new(frames::sound(input), output, socket)
        .concurrency_level(CONCURRENCY)
        .serve(guard::Guarded(service))
        .await;
    handle.post(Event::Shutdown);
    // Not joined for long work: whatever the engine had to keep it has kept by now.
    drop(thread);
    match shut_down.load(Ordering::Acquire) {
        true => Ok(End::Orderly),
        false => Ok(End::Abrupt),
    }
}
