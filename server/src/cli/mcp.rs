//! `docket mcp`: tickets for other agents, on standard input and output.

use std::io::IsTerminal;

use super::failure::{Failure, FailureKind};
use super::open::{locate, refuse_wide};
use crate::env::Env;
use crate::mcp;

pub(super) fn run(env: &Env) -> Result<u8, Failure> {
    if std::io::stdin().is_terminal() {
        return Err(Failure::new(
            FailureKind::Usage,
            "`docket mcp` is started by an agent and speaks MCP, not by a person",
        )
        .hint("as in `claude mcp add docket -- docket mcp`; `docket next` answers you"));
    }
    let root = locate(env, &[])?.root;
    refuse_wide(env, &root, "docket -C")?;
    let failed =
        |error: anyhow::Error| Failure::new(FailureKind::Environment, format!("{error:#}"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| failed(error.into()))?;
    let done = runtime.block_on(mcp::serve(env.clone(), root));
    // A read of standard input that nobody answers must not keep the program.
    runtime.shutdown_background();
    done.map_err(failed)?;
    Ok(0)
}
