//! What Chaos Toolkit's documents mean: experiments, journals, events, verdicts. Pure: no clock, no files, no network.

mod answers;
mod causes;
mod check;
mod check_activity;
mod check_provider;
mod check_secrets;
mod document;
mod facts;
mod findings;
mod fingerprint;
mod journal;
mod json;
mod json_words;
mod jsonpath;
mod lines;
mod near;
mod observed;
mod parameters;
mod patterns;
mod plan;
mod redact;
mod sentence;
mod structure;
#[cfg(test)]
mod tests;
mod tolerance;
mod verdict;
mod yaml;

pub use causes::last_error;
pub use document::{Document, Format, Problem, Severity};
pub use findings::{Reason, Warning};
pub use fingerprint::{digest, fingerprint, shown_title};
pub use journal::{Journal, Unreadable, writable};
pub use observed::Observed;
pub use parameters::{
    Parameter, UsedParameter, defaults as parameter_defaults, definitions as parameter_definitions, parameters,
    title as run_title, unknown as unknown_parameters, used as used_parameters,
};
pub use plan::{PlannedActivity, plan};
pub use redact::Redactor;
pub use sentence::{progress, sentence};
pub use verdict::{Ending, Evidence, Judgement, judge};

use chaoshub_facade::experiment::Verdict;
use serde::Serialize;

/// What a journal means, for a command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictLine {
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What deserves attention besides.
    pub warnings: Vec<Warning>,
    /// What happened, in a sentence.
    pub sentence: String,
}

/// Judges a journal by itself.
///
/// # Errors
/// When the bytes are no journal.
pub fn verdict_of_file(bytes: &[u8]) -> Result<VerdictLine, Unreadable> {
    let journal = Journal::read(bytes)?;
    let observed = Observed::default();
    let evidence = Evidence { journal: Some(&journal), observed: &observed, ending: Ending::Uploaded, experiment: None };
    let judgement = judge(&evidence);
    let sentence = sentence(&evidence, &judgement);
    let Judgement { verdict, reasons, warnings, .. } = judgement;
    Ok(VerdictLine { verdict, reasons, warnings, sentence })
}
