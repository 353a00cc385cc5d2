//! The reference forge: issues in memory, behaving as GitHub documents it.
