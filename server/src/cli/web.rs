//! `docket board --web`: the board in a browser, served until the program is ended.

use super::args::Board;
use super::failure::{Failure, FailureKind};
use super::open::{locate, refuse_wide};
use super::rows::{BoardOutput, SCHEMA};
use super::screen::{BOLD, DIM, Screen};
use crate::env::Env;
use crate::http;

pub(super) fn run(env: &Env, screen: &Screen, args: &Board) -> Result<u8, Failure> {
    let root = locate(env, &[])?.root;
    refuse_wide(env, &root, "docket -C")?;
    let failed = |error: anyhow::Error| {
        let failure = Failure::new(FailureKind::Environment, format!("{error:#}"));
        match args.port {
            Some(_) => failure.hint("without `--port` a free one is taken"),
            None => failure,
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| failed(error.into()))?;
    runtime.block_on(async {
        let port = args.port.unwrap_or(0);
        let served = http::listen(env.clone(), root, port)
            .await
            .map_err(failed)?;
        if screen.json {
            screen.print_json(&BoardOutput {
                schema: SCHEMA,
                url: served.address.clone(),
            })?;
        } else {
            screen.print(&format!("{BOLD}{}{BOLD:#}\n", served.address))?;
        }
        // Who reads it by a program opens it by that program.
        let is_wanted = screen.terminal.stdout && !screen.json && !args.no_open;
        let is_open = is_wanted && http::open_browser(env, &served.address_once);
        if screen.terminal.stderr {
            let what = match is_open {
                true => "opened in your browser",
                false => "open this address in a browser of this machine",
            };
            screen.note(&format!(
                "{DIM}{what}; nobody else can read it; Ctrl-C ends it{DIM:#}"
            ));
        }
        served.run().await.map_err(failed)
    })?;
    Ok(0)
}
