//! The language server as an editor sees it, one file a feature.

mod agreement;
mod diagnostics;
mod features;
mod session;
mod transport;
mod views;
mod workspace;
