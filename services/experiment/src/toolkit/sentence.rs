//! What a run means, in one sentence for a person, to be read after the verdict's own word; and how far a live one is.

use chaoshub_facade::experiment::{Phase, Verdict};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::causes::{self, Cause};
use super::facts::complaints;
use super::findings::{Reason, Warning};
use super::journal::{Journal, Record, State};
use super::observed::{Check, Observed};
use super::plan::{list, resolve};
use super::tolerance::{against, brief, span};
use super::verdict::{Ending, Evidence, Judgement, RollbackOutcome};

/// One sentence that says what happened: which probe missed, what it answered, when, and what became of the rollbacks.
#[must_use]
pub fn sentence(evidence: &Evidence<'_>, judgement: &Judgement) -> String {
    let story = Story { evidence, judgement };
    let mut parts = match judgement.verdict {
        Verdict::Passed => vec![story.held()],
        Verdict::Deviated => story.deviated(),
        Verdict::BaselineNotMet => vec![story.missed_before(), story.and_the_method()],
        Verdict::Inconclusive => story.inconclusive(),
        Verdict::Failed => story.failed(),
        Verdict::Aborted => vec![format!("Chaos Toolkit crashed{}", story.place())],
        Verdict::Interrupted => vec![story.interrupted()],
        Verdict::Lost => {
            let place = story.place();
            let after = if place.is_empty() { " after it was started".to_owned() } else { place };
            vec![format!("No sign of life any more{after}"), "check that the fault is gone".to_owned()]
        }
    };
    parts.extend(story.rollbacks());
    format!("{}.", parts.join("; "))
}

/// Where a live run is: "Baseline holds; method, step 2 of 5: kill-dependency".
#[must_use]
pub fn progress(observed: &Observed) -> String {
    if observed.finished.is_some() {
        return "Over; its journal is on the way".to_owned();
    }
    let step = |phase: Phase| match (observed.step(), observed.current()) {
        (Some(step), Some(name)) => {
            let total = observed.planned(phase).max(step);
            format!(", step {step} of {total}: {name}")
        }
        _ => String::new(),
    };
    let held = |met: Option<bool>, yes: &str, no: &str| match met {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => String::new(),
    };
    let baseline = || held(observed.baseline.as_ref().and_then(|check| check.met), "Baseline holds; ", "Baseline not met; ");
    let mut text = match observed.phase {
        None if observed.started => "started".to_owned(),
        None => "waiting for its first sign of life".to_owned(),
        Some(Phase::Baseline) if observed.baseline.is_some() => format!("{}method is next", baseline()),
        Some(Phase::Baseline) => format!("checking the baseline{}", step(Phase::Baseline)),
        Some(Phase::Method | Phase::During) => {
            let missing = observed.during_miss.is_some() && observed.recovered.is_none();
            let now = if missing { "outside its tolerance now; " } else { "" };
            format!("{}{now}method{}", baseline(), step(Phase::Method))
        }
        Some(Phase::After) => format!("Method played; checking the steady state{}", step(Phase::After)),
        Some(Phase::Rollbacks) => {
            let after = observed.after.as_ref().and_then(|check| check.met);
            format!("{}rollbacks{}", held(after, "Steady state held; ", "Steady state missed; "), step(Phase::Rollbacks))
        }
    };
    if observed.stopping.is_some() {
        text = format!("Stopping; {}", text[..1].to_lowercase() + &text[1..]);
    }
    text[..1].to_uppercase() + &text[1..]
}

struct Story<'a> {
    evidence: &'a Evidence<'a>,
    judgement: &'a Judgement,
}

/// A probe that decided against the hypothesis.
struct Miss {
    who: String,
    what: String,
    at: Option<DateTime<Utc>>,
}

impl<'a> Story<'a> {
    fn journal(&self) -> Option<&'a Journal> {
        self.evidence.journal
    }

    fn observed(&self) -> &'a Observed {
        self.evidence.observed
    }

    fn has(&self, reason: Reason) -> bool {
        self.judgement.reasons.contains(&reason)
    }

    fn held(&self) -> String {
        let (journal, observed) = (self.journal(), self.observed());
        let during = journal.map_or(0, |journal| journal.during.len()).max(observed.during_passes) > 0;
        let places: Vec<&str> = [
            (met(journal.and_then(|journal| journal.before.as_ref()), observed.baseline.as_ref()), "before"),
            (during, "during"),
            (self.after_met(), "after"),
        ]
        .into_iter()
        .filter_map(|(is, place)| is.then_some(place))
        .collect();
        match places.as_slice() {
            [] => "The steady state held".to_owned(),
            [only] => format!("The steady state held {only} the method"),
            [first @ .., last] => format!("The steady state held {} and {last} the method", first.join(", ")),
        }
    }

    fn after_met(&self) -> bool {
        met(self.journal().and_then(|journal| journal.after.as_ref()), self.observed().after.as_ref())
    }

    fn deviated(&self) -> Vec<String> {
        let during = self.has(Reason::DeviatedDuring);
        let (miss, when) =
            if during { (self.miss_during(), "While the method ran") } else { (self.miss_after(), "After the method") };
        let Some(miss) = miss else {
            return vec!["After the method the steady state was out of tolerance".to_owned()];
        };
        let began = self.method_began();
        let after = began.zip(miss.at).map(|(began, at)| seconds(began, at));
        let when = after.map_or(when.to_owned(), |after| match during {
            true => format!("{} after the method began, while it ran", span(after)),
            false => format!("{} after the method began", span(after)),
        });
        let mut first = format!("{when}, {} {}", miss.who, miss.what);
        let mut parts = Vec::new();
        if during {
            if let Some(journal) = self.journal() {
                let missed = journal.during.iter().filter(|state| state.met == Some(false)).count();
                if missed > 1 {
                    first.push_str(&format!("; {missed} of {} checks were out of tolerance", journal.during.len()));
                }
            }
            parts.push(first);
            match self.recovery(miss.at) {
                Some(Some(after)) => parts.push(format!("recovered after {}", span(after))),
                Some(None) => parts.push("recovered".to_owned()),
                None if self.has(Reason::DeviatedAfter) => parts.push("not recovered after the method".to_owned()),
                None => {}
            }
        } else {
            parts.push(first);
        }
        parts
    }

    fn missed_before(&self) -> String {
        match self.miss_before() {
            Some(miss) => format!("Before the method {} {}", miss.who, miss.what),
            None => "The system was not in its steady state before the method".to_owned(),
        }
    }

    fn and_the_method(&self) -> String {
        let ran = self.judgement.warnings.contains(&Warning::MethodRanAnyway);
        if ran { "the method ran anyway, so later checks prove nothing" } else { "the method did not run" }.to_owned()
    }

    fn failed(&self) -> Vec<String> {
        let code = match self.evidence.ending {
            Ending::Exited { code: Some(code), .. } => format!(" with exit code {code}"),
            _ => String::new(),
        };
        if self.has(Reason::NeverStarted) {
            return vec!["Nothing was started, so nothing was touched".to_owned()];
        }
        if self.has(Reason::DidNotStart) {
            let why = self.observed().log_error.as_deref().map(|error| causes::cause(error).words);
            return match why {
                Some(why) => vec![format!("Chaos Toolkit ended{code} before the run began: {why}")],
                None => vec![format!("Chaos Toolkit ended{code} before the run began"), "its log says why".to_owned()],
            };
        }
        if self.has(Reason::EndedWithoutJournal) {
            return vec![format!("The process ended{code}{} and left no journal", self.place())];
        }
        if self.has(Reason::BaselineProbeFailed) || self.has(Reason::BaselineMissed) {
            return vec![self.missed_before(), self.and_the_method()];
        }
        match self.error() {
            Some((name, Some(error))) => vec![format!("{} failed: {error}", capital(name))],
            Some((name, None)) => vec![format!("{} failed", capital(name))],
            None => vec!["Chaos Toolkit reports that the run failed".to_owned()],
        }
    }

    fn interrupted(&self) -> String {
        if self.evidence.ending == (Ending::NeverStarted { stopped: true }) && !self.observed().started {
            return "Stopped from the hub before it began; nothing was started, so nothing was touched".to_owned();
        }
        let place = self.place();
        if self.has(Reason::Killed) {
            return format!("It did not stop when asked and was killed{place}");
        }
        if self.has(Reason::EndedBySignal) {
            let signal = match self.evidence.ending {
                Ending::Exited { signal: Some(signal), .. } => format!("signal {signal}"),
                _ => "a signal".to_owned(),
            };
            return format!("Its process was ended by {signal}{place}");
        }
        let by = if self.has(Reason::Stopped) { "in ChaosHub" } else { "on its own machine" };
        format!("Stopped {by}{place}")
    }

    fn inconclusive(&self) -> Vec<String> {
        let mut parts = Vec::new();
        let held = if self.after_met() { "the steady state held, but " } else { "" };
        for reason in &self.judgement.reasons {
            parts.push(match reason {
                Reason::NoHypothesis => "There was no hypothesis to check".to_owned(),
                Reason::DryRun => "this was a dry run: activities were skipped".to_owned(),
                Reason::NothingWasDone => "the method did nothing".to_owned(),
                Reason::HypothesisNotChecked => "the hypothesis was not checked".to_owned(),
                Reason::DuringProbeFailed => "a probe could not run while the method ran".to_owned(),
                Reason::JournalIncomplete => "the journal ends too early to tell more".to_owned(),
                Reason::MethodActivityFailed => match self.error() {
                    Some((name, Some(error))) => {
                        format!("{held}in the method {name} failed ({error}), so the fault may not have been injected")
                    }
                    Some((name, None)) => format!("{held}in the method {name} failed, so the fault may not have been injected"),
                    None => format!("{held}an activity of the method failed, so the fault may not have been injected"),
                },
                // Said already: one failed activity is enough to know.
                Reason::MethodReportedFailure if self.has(Reason::MethodActivityFailed) => continue,
                Reason::MethodReportedFailure => match complaints(self.evidence).method {
                    Some((name, words)) => {
                        format!("{held}in the method {} {words}, so the fault may not have been injected", quoted(&name))
                    }
                    None => {
                        format!("{held}an activity of the method reported a failure, so the fault may not have been injected")
                    }
                },
                other => other.describe().trim_end_matches('.').to_owned(),
            });
        }
        if let Some(first) = parts.first_mut() {
            *first = capital(std::mem::take(first));
        }
        parts
    }

    /// What became of the rollbacks, where that matters.
    fn rollbacks(&self) -> Option<String> {
        let warned = |warning| self.judgement.warnings.contains(&warning);
        match self.judgement.rollbacks {
            RollbackOutcome::Played => Some("rollbacks played".to_owned()),
            RollbackOutcome::NotPlayed if warned(Warning::RollbacksNotPlayed) => Some("rollbacks not played".to_owned()),
            RollbackOutcome::Failed => Some(match self.failed_rollback() {
                Some(failed) => format!("the rollback {failed}"),
                None => "not all rollbacks were played".to_owned(),
            }),
            RollbackOutcome::Unknown if warned(Warning::RollbacksUnknown) => {
                Some("whether the rollbacks were played is not known".to_owned())
            }
            RollbackOutcome::Unknown | RollbackOutcome::NotPlayed | RollbackOutcome::NoneDeclared => None,
        }
    }

    fn failed_rollback(&self) -> Option<String> {
        let records = self.journal().map_or(&[][..], |journal| &journal.rollbacks);
        let record = records.iter().find(|record| record.failed() || record.unfinished()).map(|record| record.name.clone());
        let name = record.or_else(|| self.observed().rollbacks_failed.first().map(|failure| failure.name.clone()));
        let complains = || complaints(self.evidence).rollback.map(|(name, words)| format!("{} {words}", quoted(&name)));
        name.map(|name| format!("{} failed", quoted(&name))).or_else(complains)
    }

    /// Where it was when it ended: " while long-sleep was running, 3.8 s after the method began".
    fn place(&self) -> String {
        if let Some(journal) = self.journal()
            && let Some(record) = journal.rollbacks.iter().chain(&journal.run).find(|record| record.unfinished())
        {
            let after = self.method_began().zip(record.end).map(|(began, at)| seconds(began, at));
            let after = after.map_or(String::new(), |after| format!(", {} after the method began", span(after)));
            return format!(" while {} was running{after}", quoted(&record.name));
        }
        let observed = self.observed();
        if let Some(name) = observed.current() {
            return format!(" while {} was running", quoted(name));
        }
        match observed.phase {
            Some(Phase::Baseline) => " before the method".to_owned(),
            Some(Phase::Method | Phase::During) => " during the method".to_owned(),
            Some(Phase::After) => " after the method".to_owned(),
            Some(Phase::Rollbacks) => " during the rollbacks".to_owned(),
            None => String::new(),
        }
    }

    /// The activity that failed, in the method or else in a probe.
    fn error(&self) -> Option<(String, Option<String>)> {
        if let Some(journal) = self.journal() {
            let states = journal.before.iter().chain(&journal.during).chain(&journal.after);
            let mut records = journal.run.iter().chain(states.flat_map(|state| &state.probes));
            if let Some(record) = records.find(|record| record.failed()) {
                return Some((quoted(&record.name), record.error.as_deref().map(reason)));
            }
        }
        let observed = self.observed();
        let failure = observed.method_failed.first().or(observed.probe_error.as_ref())?;
        Some((quoted(&failure.name), failure.error.as_deref().map(reason)))
    }

    fn method_began(&self) -> Option<DateTime<Utc>> {
        let first = self.journal().and_then(|journal| journal.run.iter().filter_map(|record| record.start).min());
        first.or_else(|| self.observed().method_began.and_then(|began| began.0))
    }

    fn miss_before(&self) -> Option<Miss> {
        let state = self.journal().and_then(|journal| journal.before.as_ref());
        state.and_then(of_state).or_else(|| self.of_check(self.observed().baseline.as_ref()))
    }

    fn miss_after(&self) -> Option<Miss> {
        let state = self.journal().and_then(|journal| journal.after.as_ref());
        state.and_then(of_state).or_else(|| self.of_check(self.observed().after.as_ref()))
    }

    fn miss_during(&self) -> Option<Miss> {
        let states = self.journal().map_or(&[][..], |journal| &journal.during);
        let missed = states.iter().find(|state| state.met == Some(false) && !state.raised());
        missed.and_then(of_state).or_else(|| self.of_check(self.observed().during_miss.as_ref()))
    }

    /// The first moment when it was met again, as seconds after the miss.
    fn recovery(&self, missed: Option<DateTime<Utc>>) -> Option<Option<f64>> {
        let Some(journal) = self.journal() else {
            let recovered = self.observed().recovered?;
            return Some(missed.zip(recovered.0).map(|(missed, at)| seconds(missed, at)));
        };
        let at = |state: &State| state.probes.first().and_then(|probe| probe.start);
        let later = journal.during.iter().chain(&journal.after).skip_while(|state| at(state) != missed);
        let met = later.skip(1).find(|state| state.met == Some(true))?;
        Some(missed.zip(at(met)).map(|(missed, at)| seconds(missed, at)))
    }

    /// Why a probe before or after the method could not run, by the events.
    fn raised(&self, name: &str) -> Option<&'a str> {
        let failure = self.observed().probe_error.as_ref().filter(|failure| failure.name == name)?;
        failure.error.as_deref()
    }

    fn of_check(&self, check: Option<&Check>) -> Option<Miss> {
        let check = check.filter(|check| check.met == Some(false))?;
        let name = check.probe.as_deref()?;
        let experiment = self.journal().map(|journal| &journal.experiment).or(self.evidence.experiment).unwrap_or(&Value::Null);
        let probes = list(experiment.pointer("/steady-state-hypothesis/probes"));
        let mut declared = probes.iter().map(|probe| (probe, resolve(experiment, probe)));
        let named = declared.find(|(_, probe)| probe.get("name").and_then(Value::as_str) == Some(name));
        let tolerance = named.and_then(|(own, meant)| own.get("tolerance").or_else(|| meant.get("tolerance")));
        let what = match &check.output {
            _ if check.raised => could_not(self.raised(name)),
            Some(output) => against(output, tolerance),
            None => "was out of tolerance".to_owned(),
        };
        Some(Miss { who: format!("the probe {}", quoted(name)), what, at: check.at.0 })
    }
}

/// Whether journal or events say that a pass was met.
fn met(state: Option<&State>, check: Option<&Check>) -> bool {
    state.and_then(|state| state.met).or(check.and_then(|check| check.met)) == Some(true)
}

fn of_state(state: &State) -> Option<Miss> {
    let probe = state.miss()?;
    Some(Miss { who: format!("the probe {}", quoted(&probe.name)), what: what(probe), at: probe.start })
}

fn what(probe: &Record) -> String {
    if probe.failed() { could_not(probe.error.as_deref()) } else { against(&probe.output, probe.tolerance()) }
}

/// A probe without an answer: "did not respond (connection refused at 127.0.0.1:1)".
fn could_not(error: Option<&str>) -> String {
    match error.map(causes::cause) {
        Some(Cause { words, no_response: true }) => format!("did not respond ({words})"),
        Some(Cause { words, .. }) => format!("could not run ({words})"),
        None => "could not run".to_owned(),
    }
}

/// The fact of an exception.
fn reason(error: &str) -> String {
    causes::cause(error).words
}

/// A name as it is; in quotes when it is several words, and something to call it when it has none.
fn quoted(name: &str) -> String {
    match name {
        "" => "an activity without a name".to_owned(),
        _ if name.contains(' ') => format!("“{}”", brief(name, 80)),
        _ => brief(name, 80),
    }
}

/// A sentence begins with a capital; a name does not change.
fn capital(text: String) -> String {
    let ours = ["the ", "a ", "an ", "in ", "this "].iter().any(|word| text.starts_with(word));
    if ours { text[..1].to_uppercase() + &text[1..] } else { text }
}

fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds between two events of a run")]
    let milliseconds = (to - from).num_milliseconds() as f64;
    (milliseconds / 1000.0).max(0.0)
}
