//! `docket lsp`: the log, and then the language server.

use std::fs::File;
use std::path::{Path, PathBuf};

use tracing_subscriber::EnvFilter;

use super::args::Lsp;
use super::failure::{Failure, FailureKind};
use crate::env::Env;

/// A log that has grown beyond this is put aside when a server starts, and the one before is lost.
const LARGEST_LOG: u64 = 5 * 1024 * 1024;
const USUAL_FILTER: &str = "docket=info,warn";

pub(super) fn run(env: Env, args: &Lsp) -> Result<u8, Failure> {
    start_log(&env, args)?;
    serve(env)
}

/// Where a server logs to, unless it is told otherwise.
pub(super) fn log_file(env: &Env) -> Option<PathBuf> {
    Some(env.state_home()?.join("docket").join("docket.log"))
}

/// What is logged is `--log`, else `$DOCKET_LOG`. A log that was asked for must work, the usual one
/// need not: an editor without a log is better than none.
fn start_log(env: &Env, args: &Lsp) -> Result<(), Failure> {
    let filter = args.log.as_deref().or_else(|| env.var("DOCKET_LOG"));
    let filter = filter_of(filter.unwrap_or(USUAL_FILTER)).map_err(|error| {
        Failure::new(FailureKind::Usage, format!("the log's filter: {error}"))
            .hint("as in `--log docket=debug,warn`")
    })?;
    let file = match &args.log_file {
        Some(path) => Some(open_log(&env.cwd.join(path)).map_err(|error| {
            Failure::new(
                FailureKind::Environment,
                format!("`{}`: {error}", path.display()),
            )
        })?),
        None => log_file(env).and_then(|it| open_log(&it).ok()),
    };
    if let Some(file) = file {
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(std::sync::Mutex::new(file));
        // A second subscriber in one process, as tests start them, is one too many.
        let _ = log.try_init();
    }
    Ok(())
}

/// Without the crate that speaks to models, whatever is asked for: it logs what they say.
fn filter_of(text: &str) -> Result<EnvFilter, String> {
    if text.contains("genai") {
        return Err("`genai` is never logged: what a model says would be in it".to_owned());
    }
    let silence = "genai=off".parse().map_err(|it| format!("{it}"))?;
    let filter = EnvFilter::try_new(text).map_err(|it| it.to_string())?;
    Ok(filter.add_directive(silence))
}

fn open_log(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if path.metadata().is_ok_and(|it| it.len() > LARGEST_LOG) {
        // Another server may do the same at this moment.
        let _ = std::fs::rename(path, path.with_extension("log.old"));
    }
    File::options().create(true).append(true).open(path)
}

fn serve(env: Env) -> Result<u8, Failure> {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = std::backtrace::Backtrace::force_capture();
        tracing::error!(%panic, %backtrace, "panic");
    }));
    let end = crate::lsp::run(env).map_err(|error| {
        tracing::error!(%error, "the server ended");
        Failure::new(FailureKind::Environment, format!("{error:#}"))
    })?;
    // LSP: exit with 0 after `shutdown`, with 1 otherwise.
    Ok(match end {
        crate::lsp::End::Orderly => 0,
        crate::lsp::End::Abrupt => 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_say_is_never_logged() {
        for text in [USUAL_FILTER, "trace", "docket=debug"] {
            let filter = filter_of(text).unwrap().to_string();
            assert!(filter.contains("genai=off"), "{filter}");
        }
        assert!(filter_of("genai::adapter=trace").is_err());
        assert!(filter_of("docket=loud").is_err());
    }
}
