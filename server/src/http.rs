//! The board in a browser: a third door to the engine, for one project, on this machine alone.
//!
//! It listens on 127.0.0.1. The page and its script hold nothing of the project and are served to
//! anybody; everything else wants a token as a header, which no other page can send, and no address
//! in a log holds. A host name that is not ours is refused, so that none can be bent to point here.

mod api;
mod assets;
mod browser;
mod guard;
mod token;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tokio::sync::watch;

use crate::engine::{ApplyError, Engine, Event, Notice};
use crate::env::Env;
use token::Tokens;

pub use browser::open as open_browser;

/// A board that is served.
pub struct Served {
    /// To be opened in a browser; good as long as this runs.
    pub address: String,
    /// The same for a browser that is started now: good once, since the arguments of a program can
    /// be read by others of this machine.
    pub address_once: String,
    listener: tokio::net::TcpListener,
    router: axum::Router,
}

/// Opens the project at `root` and listens for browsers; port 0 takes a free one.
///
/// # Errors
///
/// Where the port is taken, or the system gives neither threads nor random numbers.
pub async fn listen(env: Env, root: PathBuf, port: u16) -> anyhow::Result<Served> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("while listening on port {port}"))?;
    let port = listener.local_addr().context("while listening")?.port();
    let tokens = Arc::new(Tokens::draw().context("while drawing a token")?);
    let (revision, changes) = watch::channel(0);
    let engine = Engine::new(env.clone(), move |notice| match notice {
        Notice::Changed { revision: now, .. } => {
            revision.send_replace(now);
        }
        Notice::EditOpen { reply, .. } => {
            reply.send(Err(ApplyError::Refused("no file is open here".into())));
        }
        Notice::Warn(message) => tracing::warn!(message),
        // Progress shows as rows that come; a root was named, so nobody is asked about it.
        Notice::Progress { .. } | Notice::ProgressEnd { .. } | Notice::Consent { .. } => {}
    });
    let (engine, _thread) = engine.spawn().context("while starting the engine")?;
    engine.post(Event::Folders {
        added: vec![root.clone()],
        removed: Vec::new(),
    });
    let state = api::State {
        env,
        engine,
        root,
        changes,
        tokens: tokens.clone(),
    };
    Ok(Served {
        address: format!("http://127.0.0.1:{port}/#{}", tokens.lasting()),
        address_once: format!("http://127.0.0.1:{port}/#{}", tokens.once()),
        listener,
        router: guard::guarded(api::router(state).merge(assets::router()), port),
    })
}

impl Served {
    /// Answers browsers, for ever.
    ///
    /// # Errors
    ///
    /// Where the system takes the listening socket away.
    pub async fn run(self) -> anyhow::Result<()> {
        axum::serve(self.listener, self.router)
            .await
            .context("while serving the board")
    }
}

#[cfg(test)]
mod tests;
