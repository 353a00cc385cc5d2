//! What the integration tests share.

pub mod client;
pub mod editor;
pub mod merged;
pub mod model;
pub mod project;
