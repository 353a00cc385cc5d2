//! Two-way sync with a forge: one round fetches, plans, writes and sends.
//!
//! What has to happen is decided by [`docket_core::sync`]; what is remembered lies in the store's
//! ledger. Here is only what carries it out, in the order that makes a crash at any step harmless:
//! nothing is sent that is not a row of the outbox, nothing is agreed on that both sides do not say.

pub mod ask;
pub mod branch;
mod comments;
pub mod connect;
pub mod credentials;
pub mod fetch;
pub mod files;
pub mod local;
mod making;
pub mod mirror;
pub mod outbox;
pub mod output;
mod projects;
pub mod proxy;
mod pull;
pub mod pulls;
mod queue;
mod relate;
pub mod report;
pub mod resolve;
pub mod round;
pub mod send;
pub mod service;
pub mod setup;
pub mod side;

pub use files::{Closed, Files};
pub use report::Report;
pub use round::{Round, SyncError, Wanted, run};

#[cfg(test)]
mod tests;
