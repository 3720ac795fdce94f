//! The tables, one a file, as rows; no logic.

pub(crate) mod job;
