//! What journal and events say together, in the terms of the verdict: the journal where it is whole, the events where it is not.

use chaoshub_facade::experiment::Phase;
use serde_json::Value;

use super::journal::{Journal, State};
use super::observed::Observed;
use super::plan::list;
use super::verdict::Evidence;

/// The facts that decide. An absent one is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// It got as far as starting.
    pub(super) started: bool,
    pub(super) status: Option<String>,
    pub(super) deviated: Option<bool>,
    pub(super) before: Option<bool>,
    pub(super) after: Option<bool>,
    /// Passes during the method.
    pub(super) during: usize,
    /// One of them missed, and its probes had answered.
    pub(super) during_miss: bool,
    /// One of them could not be asked.
    pub(super) during_raised: bool,
    pub(super) has_hypothesis: Option<bool>,
    pub(super) dry: bool,
    pub(super) method_began: bool,
    pub(super) method_failed: bool,
    pub(super) nothing_done: bool,
    /// What the method did is known to its end.
    pub(super) saw_the_method: bool,
    pub(super) rollbacks_declared: Option<usize>,
    pub(super) rollbacks_played: usize,
    pub(super) rollbacks_failed: bool,
    /// The count of rollbacks is final.
    pub(super) rollbacks_whole: bool,
    pub(super) journal_cut: bool,
}

impl Facts {
    pub(super) fn of(evidence: &Evidence<'_>) -> Self {
        let mut facts = Self::seen(evidence.observed);
        if let Some(journal) = evidence.journal {
            facts.read(journal);
        } else if let Some(experiment) = evidence.experiment {
            facts.declared(experiment);
        }
        facts
    }

    /// Whether the hypothesis has already answered, whatever came later.
    pub(super) fn decided(&self) -> bool {
        self.deviated == Some(true) || self.after == Some(false)
    }

    fn seen(observed: &Observed) -> Self {
        let finished = observed.finished.as_ref();
        let check = |check: &Option<super::observed::Check>| check.as_ref().and_then(|check| check.met);
        let over = finished.is_some();
        Self {
            started: observed.started || observed.phase.is_some() || over,
            status: finished.and_then(|finished| finished.status.clone()),
            deviated: finished.and_then(|finished| finished.deviated),
            before: check(&observed.baseline),
            after: check(&observed.after),
            during: observed.during_passes,
            during_miss: observed.during_miss.is_some(),
            during_raised: observed.during_raised,
            has_hypothesis: observed.has_hypothesis(),
            dry: false,
            method_began: observed.method_began.is_some(),
            method_failed: !observed.method_failed.is_empty(),
            nothing_done: observed.started && observed.planned(Phase::Method) == 0 && observed.method_played == 0,
            saw_the_method: over || observed.after.is_some() || observed.rollbacks_started,
            rollbacks_declared: observed.rollbacks_declared(),
            rollbacks_played: observed.rollbacks_played,
            rollbacks_failed: !observed.rollbacks_failed.is_empty(),
            rollbacks_whole: over || observed.rollbacks_completed,
            journal_cut: false,
        }
    }

    fn read(&mut self, journal: &Journal) {
        let whole = journal.complete;
        self.started = true;
        self.journal_cut = journal.truncated;
        self.status = journal.status.clone().or(self.status.take());
        self.deviated = journal.deviated.or(self.deviated);
        let met = |state: &Option<State>| state.as_ref().and_then(|state| state.met);
        self.before = met(&journal.before).or(self.before);
        self.after = met(&journal.after).or(self.after);
        if whole.steady_states || !journal.during.is_empty() {
            self.during = self.during.max(journal.during.len());
            let missed = |state: &&State| state.met == Some(false);
            self.during_miss |= journal.during.iter().filter(missed).any(|state| !state.raised());
            self.during_raised |= journal.during.iter().any(State::raised);
        }
        if journal.experiment.is_object() {
            self.dry = journal.dry.is_some();
        }
        if whole.experiment {
            self.declared(&journal.experiment);
        }
        self.method_began |= !journal.run.is_empty() || journal.after.is_some() || !journal.during.is_empty();
        self.method_failed |= journal.run.iter().any(super::journal::Record::failed);
        if whole.run {
            self.saw_the_method = true;
            self.nothing_done |=
                journal.run.is_empty() && journal.status.as_deref() == Some("completed") && self.before != Some(false);
        }
        if whole.rollbacks {
            self.rollbacks_whole = true;
            self.rollbacks_played = journal.rollbacks.len();
            self.rollbacks_failed = false;
        } else {
            self.rollbacks_played = self.rollbacks_played.max(journal.rollbacks.len());
        }
        self.rollbacks_failed |= journal.rollbacks.iter().any(|record| record.failed() || record.unfinished());
    }

    fn declared(&mut self, experiment: &Value) {
        let hypothesis = experiment.get("steady-state-hypothesis");
        self.has_hypothesis = Some(hypothesis.and_then(Value::as_object).is_some_and(|hypothesis| !hypothesis.is_empty()));
        self.nothing_done |= experiment.get("method").and_then(Value::as_array).is_some_and(Vec::is_empty);
        self.rollbacks_declared = Some(list(experiment.get("rollbacks")).len());
    }
}
