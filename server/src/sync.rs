//! Two-way sync with a forge: one round fetches, plans, writes and sends.
//!
//! What has to happen is decided by [`docket_core::sync`]; what is remembered lies in the store's
//! ledger. Here is only what carries it out, in the order that makes a crash at any step harmless.

pub mod side;
