//! GitHub over the wire.
