//! What the events of a run say so far, gathered one at a time: enough to judge it without a journal, and to say how far it is.

use chaoshub_facade::experiment::{Phase, Progress};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::answers;
use super::plan::PlannedActivity;

/// How many activities of one kind are told apart; a run that plays more in a loop is judged by what is counted.
const MOST: usize = 4_000;

/// How much of a name, a title or a message is kept, characters; the control module cuts them there, too.
const NAME: usize = 1_000;

/// Answers of which the output is kept, and how large it may be, bytes: a pass of the hypothesis has a few probes.
const ANSWERS: usize = 500;
const ANSWER: usize = 32 * 1024;

/// Answers of method and rollbacks that are kept whole when they are this small, bytes; of others only what may say that
/// the activity failed.
const SMALL: usize = 1024;

/// A summary of the events of one run. Repeats do no harm, and unknown kinds say nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// The control said that the run began.
    pub started: bool,
    /// The hypothesis' title: none until it is known, then none when there is no hypothesis.
    pub hypothesis: Option<Option<String>>,
    /// Which activities are only pretended, when the run says so.
    pub dry: bool,
    /// What the run is going to play.
    pub plan: Vec<PlannedActivity>,
    /// The phase it is in, or ended in. Passes during the method do not change it.
    pub phase: Option<Phase>,
    /// When the method began.
    pub method_began: Option<Moment>,
    /// The hypothesis before the method.
    pub baseline: Option<Check>,
    /// The hypothesis after the method.
    pub after: Option<Check>,
    /// Passes during the method that said whether they met it.
    pub during_passes: usize,
    /// The first pass during the method that was not met, and whose probes answered.
    pub during_miss: Option<Check>,
    /// When the hypothesis was met again after such a miss.
    pub recovered: Option<Moment>,
    /// A probe during the method could not be asked.
    pub during_raised: bool,
    /// Activities of the method that failed, by name.
    pub method_failed: Vec<Failure>,
    /// Activities of the method that ended, in whatever way.
    pub method_played: usize,
    /// The rollbacks began.
    pub rollbacks_started: bool,
    /// The rollbacks came to their end.
    pub rollbacks_completed: bool,
    /// Rollbacks that ended.
    pub rollbacks_played: usize,
    /// Rollbacks that failed or were cut.
    pub rollbacks_failed: Vec<Failure>,
    /// A stop reached the control, in this way.
    pub stopping: Option<String>,
    /// What the control said at the end.
    pub finished: Option<Finished>,
    /// The last probe that could not be asked before or after the method.
    pub probe_error: Option<Failure>,
    /// What activities of the method and of the rollbacks answered.
    pub said: Vec<Said>,
    /// The first action that listed what it acted on with an empty list, by name.
    pub hit_nothing: Option<String>,
    /// The last error in the log of a run that has ended.
    pub log_error: Option<String>,
    answers: BTreeMap<String, Answer>,
    done: BTreeSet<String>,
    running: Vec<(String, String)>,
}

/// When something was seen; the time is missing when the event had none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment(pub Option<DateTime<Utc>>);

/// One pass of the hypothesis, as an event tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Check {
    /// Whether it was met.
    pub met: Option<bool>,
    /// When it was complete.
    pub at: Moment,
    /// The name of the probe that missed.
    pub probe: Option<String>,
    /// What that probe answered.
    pub output: Option<Value>,
    /// A probe could not be asked.
    pub raised: bool,
}

/// An activity that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub name: String,
    /// What went wrong, when it says so.
    pub error: Option<String>,
}

/// What an activity of the method or of the rollbacks answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// Its key, `<phase>-<index>`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// `probe` or `action`.
    pub kind: String,
    /// What it answered, perhaps in part.
    pub output: Value,
    /// Whether something of the output was left out.
    pub cut: bool,
}

/// The end, in Chaos Toolkit's own words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finished {
    /// `completed`, `failed`, `aborted`, `interrupted`.
    pub status: Option<String>,
    /// Its flag.
    pub deviated: Option<bool>,
}

#[derive(Debug, Clone, PartialEq)]
struct Answer {
    output: Option<Value>,
    raised: bool,
    error: Option<String>,
}

impl Observed {
    /// Takes one more event; events come in the order of their numbers.
    pub fn observe(&mut self, kind: &str, phase: Option<Phase>, at: Option<DateTime<Utc>>, data: &Value) {
        let at = Moment(at);
        match kind {
            "run.started" => {
                self.started = true;
                self.hypothesis = Some(text(data, "hypothesis"));
                self.dry = text(data, "dry").is_some_and(|what| !what.is_empty());
                let planned = data.get("plan").and_then(Value::as_array).into_iter().flatten().take(MOST);
                self.plan = planned.filter_map(|item| serde_json::from_value(item.clone()).ok()).collect();
            }
            "phase.started" => self.enter(phase, at),
            "activity.started" => {
                self.enter(phase, at);
                let (key, name) = (text(data, "key").unwrap_or_default(), text(data, "name").unwrap_or_default());
                if self.running.len() < MOST && !self.running.iter().any(|(running, _)| *running == key) {
                    self.running.push((key, name));
                }
            }
            "activity.completed" => self.activity(phase, data),
            "phase.completed" => self.passed(phase, at, data),
            "process.exited" => self.log_error = text(data, "log_error").or(self.log_error.take()),
            "run.stopping" => self.stopping = Some(text(data, "how").unwrap_or_default()),
            "run.finished" => {
                self.running.clear();
                let deviated = data.get("deviated").and_then(Value::as_bool);
                self.finished = Some(Finished { status: text(data, "status"), deviated });
            }
            _ => {}
        }
    }

    /// How far the run is, by what the control has told.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let done = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        let total = u32::try_from(self.plan.len()).unwrap_or(u32::MAX).max(done);
        Progress { done, total, current: self.current().map(str::to_owned) }
    }

    /// The name of the activity that began last and still runs, outside of the passes during the method.
    #[must_use]
    pub fn current(&self) -> Option<&str> {
        let mut own = self.running.iter().rev().filter(|(key, _)| !key.starts_with("during-"));
        own.next().map(|(_, name)| name.as_str())
    }

    /// The place of the activity that began last in its phase, from 1.
    #[must_use]
    pub fn step(&self) -> Option<usize> {
        let mut own = self.running.iter().rev().filter(|(key, _)| !key.starts_with("during-"));
        own.next()?.0.rsplit('-').next()?.parse::<usize>().ok()?.checked_add(1)
    }

    /// How many activities are planned for a phase.
    #[must_use]
    pub fn planned(&self, phase: Phase) -> usize {
        self.plan.iter().filter(|planned| planned.phase == phase).count()
    }

    /// Whether the events show that there is a hypothesis; none when they do not say.
    #[must_use]
    pub fn has_hypothesis(&self) -> Option<bool> {
        match &self.hypothesis {
            Some(title) => Some(title.is_some()),
            None if self.baseline.is_some() || self.after.is_some() || self.during_passes > 0 => Some(true),
            None => None,
        }
    }

    /// How many rollbacks were declared; none when the events do not say.
    #[must_use]
    pub fn rollbacks_declared(&self) -> Option<usize> {
        self.started.then(|| self.planned(Phase::Rollbacks))
    }

    fn enter(&mut self, phase: Option<Phase>, at: Moment) {
        match phase {
            Some(Phase::Method) => {
                let began = self.method_began.get_or_insert(at);
                began.0 = began.0.or(at.0);
            }
            Some(Phase::Rollbacks) => self.rollbacks_started = true,
            _ => {}
        }
        // Background activities speak up late: a phase that has gone by does not come back.
        if let Some(phase) = phase.filter(|phase| *phase != Phase::During)
            && self.phase.is_none_or(|present| place(phase) > place(present))
        {
            self.phase = Some(phase);
        }
    }

    fn activity(&mut self, phase: Option<Phase>, data: &Value) {
        let key = text(data, "key").unwrap_or_default();
        let name = text(data, "name").unwrap_or_else(|| key.clone());
        let status = text(data, "status");
        let error = text(data, "error");
        self.running.retain(|(running, _)| *running != key);
        let during = phase == Some(Phase::During);
        let fresh = during || (self.done.len() < MOST && self.done.insert(key.clone()));
        let failed = status.as_deref() == Some("failed");
        if fresh && !during && matches!(phase, Some(Phase::Method | Phase::Rollbacks)) && status.as_deref() == Some("succeeded") {
            self.answered(&key, &name, data);
        }
        match phase {
            Some(Phase::Method) if fresh => {
                self.enter(phase, Moment(None));
                self.method_played += 1;
                if failed {
                    self.method_failed.push(Failure { name, error });
                }
            }
            Some(Phase::Rollbacks) if fresh => {
                self.enter(phase, Moment(None));
                self.rollbacks_played += 1;
                if status.as_deref() != Some("succeeded") {
                    self.rollbacks_failed.push(Failure { name, error });
                }
            }
            Some(Phase::Baseline | Phase::After | Phase::During) => {
                self.during_raised |= during && failed;
                if failed && !during {
                    self.probe_error = Some(Failure { name, error: error.clone() });
                }
                if self.answers.len() < MOST {
                    let output = data.get("output").filter(|output| !output.is_null() && self.answers.len() < ANSWERS);
                    let output = output.filter(|output| output.to_string().len() <= ANSWER).cloned();
                    self.answers.insert(key, Answer { output, raised: failed, error });
                }
            }
            _ => {}
        }
    }

    fn answered(&mut self, key: &str, name: &str, data: &Value) {
        let output = data.get("output").unwrap_or(&Value::Null);
        if self.dry && output.is_null() {
            return;
        }
        let kind = text(data, "type").unwrap_or_default();
        let about = serde_json::json!({"type": kind});
        if key.starts_with("method-") && self.hit_nothing.is_none() && answers::hit_nothing(&about, output) {
            self.hit_nothing = Some(name.to_owned());
        }
        let mut cut = data.get("output_truncated").and_then(Value::as_bool) == Some(true);
        let crowded = self.said.len() >= ANSWERS;
        if self.said.len() >= MOST || (crowded && answers::complaint(&about, output, cut).is_none()) {
            return;
        }
        let output = if crowded || output.to_string().len() > SMALL {
            cut = true;
            answers::gist(output)
        } else {
            output.clone()
        };
        self.said.push(Said { key: key.to_owned(), name: name.to_owned(), kind, output, cut });
    }

    fn passed(&mut self, phase: Option<Phase>, at: Moment, data: &Value) {
        let met = data.get("met").and_then(Value::as_bool);
        match phase {
            Some(Phase::Rollbacks) => self.rollbacks_completed = true,
            Some(Phase::Baseline) => self.baseline = Some(self.check(met, at, data)),
            Some(Phase::After) => {
                self.after = Some(self.check(met, at, data));
                self.recover(met, at);
            }
            Some(Phase::During) => {
                self.during_passes += usize::from(met.is_some());
                if met == Some(false) {
                    let check = self.check(met, at, data);
                    self.during_raised |= check.raised;
                    if !check.raised && self.during_miss.is_none() {
                        self.during_miss = Some(check);
                    }
                }
                self.recover(met, at);
                // Each pass has keys of its own: what it answered is not needed any more.
                self.answers.retain(|key, _| !key.starts_with("during-"));
            }
            _ => {}
        }
    }

    fn recover(&mut self, met: Option<bool>, at: Moment) {
        match met {
            Some(true) if self.during_miss.is_some() => _ = self.recovered.get_or_insert(at),
            Some(false) => self.recovered = None,
            _ => {}
        }
    }

    fn check(&self, met: Option<bool>, at: Moment, data: &Value) -> Check {
        let mut check = Check { met, at, ..Check::default() };
        let probes = data.get("probes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let answer = |probe: &Value| text(probe, "key").and_then(|key| self.answers.get(&key));
        check.raised = probes.iter().any(|probe| answer(probe).is_some_and(|answer| answer.raised));
        let missed = |probe: &&Value| probe.get("tolerance_met").and_then(Value::as_bool) == Some(false);
        if met == Some(false)
            && let Some(probe) = probes.iter().find(missed).or(probes.last())
        {
            check.probe = text(probe, "name");
            let told = probe.get("output").filter(|output| !output.is_null()).cloned();
            check.output = told.or_else(|| answer(probe).and_then(|answer| answer.output.clone()));
        }
        check
    }
}

fn place(phase: Phase) -> u8 {
    match phase {
        Phase::Baseline => 0,
        Phase::Method | Phase::During => 1,
        Phase::After => 2,
        Phase::Rollbacks => 3,
    }
}

fn text(data: &Value, key: &str) -> Option<String> {
    data.get(key).and_then(Value::as_str).map(|text| text.chars().take(NAME).collect())
}
