//! What the operator's commands need, without a running hub.

pub use crate::toolkit::{Format, Problem, Severity, VerdictLine, verdict_of_file};

use crate::toolkit::Document;

/// Everything that is wrong with an experiment, errors first. An error is what Chaos Toolkit refuses wherever it runs.
#[must_use]
pub fn lint(source: &[u8], format: Format) -> Vec<Problem> {
    Document::parse(source, format).map_or_else(|problems| problems, |document| document.check())
}
