//! What the integration tests share.

pub mod client;
pub mod project;
