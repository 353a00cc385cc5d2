//! docket: a repository's tickets in the editor and in the terminal.
//!
//! Reading order: [`engine`] owns what is known, [`project`] and [`scan`] read it from the disk,
//! [`write`] changes files, [`ai`] asks models; [`lsp`] and [`cli`] are the doors.

mod adoption;
mod ageing;
pub mod ai;
mod analyze;
pub mod branches;
mod change;
pub mod cli;
pub mod dismissed;
pub mod engine;
pub mod env;
pub mod git;
pub mod history;
pub mod http;
pub mod import;
mod keychain;
pub mod location;
pub mod lsp;
pub mod mcp;
mod owners;
pub mod past;
pub mod permalink;
mod plan;
pub mod project;
pub mod propose;
pub mod scan;
pub mod scratch;
pub mod since;
pub mod source;
pub mod start;
pub mod sync;
pub mod tickets;
pub mod tour;
pub mod views;
pub mod watch;
mod watched;
pub mod write;
