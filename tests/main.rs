//! The one integration binary: wiring, real processes, real files.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests set up their own world"
)]

mod cli;
#[cfg(unix)]
mod github;
mod llm;
mod lsp;
#[path = "accuracy/packing.rs"]
mod packing;
#[cfg(unix)]
mod process;
mod protocol;
mod scan;
mod store;
mod support;
mod tidy;
