//! What journal and events say together, in the terms of the verdict: the journal where it is whole, the events where it is not.

use chaoshub_facade::experiment::Phase;
use serde_json::Value;

use super::answers;
use super::journal::{Journal, Record, State};
use super::observed::{Observed, Said};
use super::plan::{list, resolve};
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
    /// An activity of the method ran, and its own answer says that it failed.
    pub(super) method_complains: bool,
    /// An action lists what it acted on, and the list is empty.
    pub(super) hit_nothing: bool,
    /// The method was begun although the hypothesis was not met before it.
    pub(super) went_on: bool,
    /// A probe before the method raised, so that there is no answer to compare.
    pub(super) before_raised: bool,
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
        let answers = complaints(evidence);
        facts.method_complains |= answers.method.is_some();
        facts.rollbacks_failed |= answers.rollback.is_some();
        facts.went_on = facts.before == Some(false) && facts.method_began;
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
            dry: observed.dry,
            method_began: observed.method_began.is_some(),
            method_failed: !observed.method_failed.is_empty(),
            method_complains: false,
            hit_nothing: observed.hit_nothing.is_some(),
            went_on: false,
            before_raised: observed.baseline.as_ref().is_some_and(|check| check.raised),
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
        self.before_raised = journal.before.as_ref().map_or(self.before_raised, baseline_raised);
        self.after = met(&journal.after).or(self.after);
        if whole.steady_states || !journal.during.is_empty() {
            self.during = self.during.max(journal.during.len());
            let missed = |state: &&State| state.met == Some(false);
            self.during_miss |= journal.during.iter().filter(missed).any(|state| !state.raised());
            self.during_raised |= journal.during.iter().any(State::raised);
        }
        if journal.experiment.is_object() {
            self.dry |= journal.dry.is_some();
        }
        if whole.experiment {
            self.declared(&journal.experiment);
        }
        self.method_began |= !journal.run.is_empty() || journal.after.is_some() || !journal.during.is_empty();
        self.method_failed |= journal.run.iter().any(Record::failed);
        self.hit_nothing |= journal.run.iter().any(Record::hit_nothing);
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

/// A pass before the method that says nothing of a missed tolerance could not be asked.
fn baseline_raised(state: &State) -> bool {
    state.raised() || state.miss().is_none_or(|probe| probe.tolerance_met != Some(false))
}

/// The first activity of the method, and of the rollbacks, whose own answer says that it failed: its name, and what its
/// answer says.
#[derive(Debug, Clone, Default)]
pub(super) struct Complaints {
    pub(super) method: Option<(String, String)>,
    pub(super) rollback: Option<(String, String)>,
}

/// By the journal where it tells all of the method or of the rollbacks, by the events where it does not.
pub(super) fn complaints(evidence: &Evidence<'_>) -> Complaints {
    let journal = evidence.journal;
    // What was only pretended has answered nothing.
    let dry = evidence.observed.dry || journal.is_some_and(|journal| journal.dry.is_some());
    let of_records = |records: &[Record]| {
        let mut played = records.iter().filter(|record| !dry || !record.output.is_null());
        played.find_map(|record| record.complaint().map(|words| (record.name.clone(), words)))
    };
    let experiment = journal.filter(|journal| journal.complete.experiment).map(|journal| &journal.experiment);
    let experiment = experiment.or(evidence.experiment).unwrap_or(&Value::Null);
    let of_events = |list: &str| {
        let said = evidence.observed.said.iter();
        said.filter_map(|said| Some((said, said.key.strip_prefix(list)?.strip_prefix('-')?.parse::<usize>().ok()?)))
            .find_map(|(said, index)| complaint(experiment, list, index, said).map(|words| (said.name.clone(), words)))
    };
    let whole = journal.map(|journal| journal.complete).unwrap_or_default();
    let (run, undo) = journal.map_or((&[][..], &[][..]), |journal| (&journal.run[..], &journal.rollbacks[..]));
    Complaints {
        method: of_records(run).or_else(|| if whole.run { None } else { of_events("method") }),
        rollback: of_records(undo).or_else(|| if whole.rollbacks { None } else { of_events("rollbacks") }),
    }
}

fn complaint(experiment: &Value, list: &str, index: usize, said: &Said) -> Option<String> {
    let declared = experiment.get(list).and_then(|items| items.get(index)).map(|activity| resolve(experiment, activity));
    let declared =
        declared.filter(|meant| meant.get("name").and_then(Value::as_str).is_none_or(|name| name.starts_with(&said.name)));
    match declared {
        Some(activity) => answers::complaint(activity, &said.output, said.cut),
        // A probe of an unknown document may have a tolerance that says otherwise.
        None if said.kind == "probe" => None,
        None => answers::complaint(&serde_json::json!({"type": said.kind}), &said.output, said.cut),
    }
}
