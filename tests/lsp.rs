//! The language server as an editor sees it, one file a feature.

mod adopt;
mod agreement;
mod analyze;
mod board;
mod branches;
mod conformance;
mod debt;
mod diagnostics;
mod features;
mod folders;
mod golden;
mod import;
mod issues;
mod language;
mod lenses;
mod noise;
mod orphans;
mod plan;
mod proposals;
mod rename;
mod renumber;
mod session;
mod tokens;
mod transport;
mod views;
mod workspace;
