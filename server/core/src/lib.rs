//! What docket knows and decides. Pure: no file, clock, network, SQL, LSP or runtime.
//!
//! Reading order: [`span`] and [`text`] for places, [`comments`] and [`todo`] for source files,
//! [`ticket`] and [`page`] for `.docs`, [`facts`] for what is known of one file, [`world`] for
//! what is known of a project, [`rules`] for what is wrong with it, [`ide`] for what an editor asks, [`sync`] for agreement with a forge, [`import`] for tickets of other tools.

pub mod adopt;
pub mod analyze;
pub mod anchors;
pub mod comments;
pub mod config;
pub mod debt;
pub mod edit;
pub mod embedded;
pub mod facts;
pub mod finding;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod ide;
pub mod ids;
pub mod ignores;
pub mod import;
pub mod index;
pub mod json;
mod lex;
pub mod lineage;
pub mod manifest;
pub mod notebook;
pub mod page;
pub mod plan;
pub mod prefilter;
pub mod propose;
pub mod rules;
pub mod schema;
pub mod score;
pub mod secret;
pub mod span;
pub mod sync;
pub mod syntax;
pub mod text;
pub mod ticket;
pub mod todo;
pub mod world;
