//! What the operator's commands need, without a running hub.

pub use crate::toolkit::{VerdictLine, verdict_of_file};
