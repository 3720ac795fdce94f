//! The verdict: a pure function of journal, events and the way the process ended. The first row that fits decides.

use chaoshub_facade::experiment::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::facts::Facts;
use super::findings::{Reason, Warning};
use super::journal::Journal;
use super::observed::Observed;

/// How the process of a run came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It ended by itself.
    Exited {
        /// Its exit code.
        code: Option<i32>,
        /// The signal that ended it, when it was one.
        signal: Option<i32>,
    },
    /// A stop was asked for here, and it has ended.
    StoppedByUs {
        /// It had to be killed, so nothing of it could tidy up.
        killed: bool,
    },
    /// No process of it was ever started: whoever starts them has proof.
    NeverStarted {
        /// Because a stop was asked for here.
        stopped: bool,
    },
    /// It gave no sign of life until the time-out.
    Silent,
    /// Nobody here saw it: a journal was handed in.
    Uploaded,
}

/// Everything that is known of a run that has ended.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What it left.
    pub journal: Option<&'a Journal>,
    /// What its events said.
    pub observed: &'a Observed,
    /// How it ended.
    pub ending: Ending,
    /// The experiment as the hub knows it; used where the journal has none.
    pub experiment: Option<&'a Value>,
}

/// Whether the rollbacks were played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RollbackOutcome {
    /// All of them, and they succeeded.
    Played,
    /// None of them.
    NotPlayed,
    /// One failed, was cut, or was left out.
    Failed,
    /// The experiment has none.
    NoneDeclared,
    /// Nothing tells.
    Unknown,
}

/// What a run means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why; empty when it passed.
    pub reasons: Vec<Reason>,
    /// What deserves attention besides.
    pub warnings: Vec<Warning>,
    /// Whether the rollbacks were played.
    pub rollbacks: RollbackOutcome,
}

/// Judges a run. Total and deterministic: the same evidence gives the same judgement.
#[must_use]
pub fn judge(evidence: &Evidence<'_>) -> Judgement {
    let facts = Facts::of(evidence);
    let rollbacks = rollbacks(&facts);
    let (verdict, reasons) = decide(&facts, evidence);
    let mut warnings = Vec::new();
    if facts.went_on && verdict != Verdict::Lost {
        warnings.push(Warning::MethodRanAnyway);
    }
    if facts.hit_nothing {
        warnings.push(Warning::ActionHitNothing);
    }
    if rollbacks == RollbackOutcome::NotPlayed && facts.method_began {
        warnings.push(Warning::RollbacksNotPlayed);
    }
    if rollbacks == RollbackOutcome::Failed {
        warnings.push(Warning::RollbackFailed);
    }
    if rollbacks == RollbackOutcome::Unknown && facts.method_began {
        warnings.push(Warning::RollbacksUnknown);
    }
    if verdict == Verdict::Passed && facts.has_hypothesis == Some(true) && facts.after.is_none() && facts.during == 0 {
        warnings.push(Warning::NotCheckedAfterwards);
    }
    // What would have left the question unanswered is still worth knowing when an earlier row has decided.
    let besides = unanswered(&facts).into_iter().filter(|reason| !reasons.contains(reason));
    if verdict != Verdict::Lost {
        warnings.extend(besides.map(Warning::Also));
    }
    if facts.journal_cut && !reasons.contains(&Reason::JournalIncomplete) {
        warnings.push(Warning::Also(Reason::JournalIncomplete));
    }
    Judgement { verdict, reasons, warnings, rollbacks }
}

fn decide(facts: &Facts, evidence: &Evidence<'_>) -> (Verdict, Vec<Reason>) {
    // 1. Silence, and nothing that tells how it ended.
    if evidence.journal.is_none() && facts.status.is_none() && evidence.ending == Ending::Silent {
        return (Verdict::Lost, vec![Reason::FellSilent]);
    }
    // Without a word of its own, the way the process ended is its status.
    if facts.status.is_none()
        && let Some(judged) = ended(facts, evidence)
    {
        return judged;
    }
    // 2. It says so itself.
    match facts.status.as_deref() {
        Some("interrupted") => return (Verdict::Interrupted, vec![stopped(evidence)]),
        Some("aborted") => return (Verdict::Aborted, vec![Reason::UnexpectedError]),
        _ => {}
    }
    let failed = facts.status.as_deref() == Some("failed");
    // 3. The hypothesis before the method: what came later means nothing where it has already answered.
    if facts.before == Some(false) {
        return match facts.before_raised {
            true if failed || facts.went_on => (Verdict::Failed, vec![Reason::BaselineProbeFailed]),
            _ => (Verdict::BaselineNotMet, vec![Reason::BaselineMissed]),
        };
    }
    // 4. The hypothesis after it.
    let during = facts.during_miss.then_some(Reason::DeviatedDuring);
    if facts.deviated == Some(true) || facts.after == Some(false) {
        return (Verdict::Deviated, [Some(Reason::DeviatedAfter), during].into_iter().flatten().collect());
    }
    // 5. The hypothesis during it.
    if let Some(reason) = during {
        return (Verdict::Deviated, vec![reason]);
    }
    // 6. It says that it failed.
    if failed {
        return (Verdict::Failed, vec![Reason::ReportedFailed]);
    }
    // 7. The question was not answered.
    let mut reasons = unanswered(facts);
    if facts.during_raised {
        reasons.push(Reason::DuringProbeFailed);
    }
    if facts.status.is_none() || (facts.journal_cut && !facts.saw_the_method) {
        reasons.push(Reason::JournalIncomplete);
    } else if facts.has_hypothesis != Some(false) && facts.before.is_none() && facts.after.is_none() && facts.during == 0 {
        reasons.push(Reason::HypothesisNotChecked);
    }
    // 8. Otherwise.
    let verdict = if reasons.is_empty() { Verdict::Passed } else { Verdict::Inconclusive };
    (verdict, reasons)
}

/// The verdict of a run that left no status: by the way its process ended. None when only its journal can tell.
fn ended(facts: &Facts, evidence: &Evidence<'_>) -> Option<(Verdict, Vec<Reason>)> {
    match evidence.ending {
        Ending::StoppedByUs { .. } | Ending::NeverStarted { stopped: true } => {
            Some((Verdict::Interrupted, vec![stopped(evidence)]))
        }
        Ending::NeverStarted { stopped: false } if !facts.started => Some((Verdict::Failed, vec![Reason::NeverStarted])),
        Ending::NeverStarted { .. } => None,
        Ending::Exited { signal: Some(_), .. } => Some((Verdict::Interrupted, vec![Reason::EndedBySignal])),
        Ending::Exited { .. } if evidence.journal.is_some() || facts.decided() => None,
        Ending::Exited { .. } if facts.started => Some((Verdict::Failed, vec![Reason::EndedWithoutJournal])),
        Ending::Exited { .. } => Some((Verdict::Failed, vec![Reason::DidNotStart])),
        Ending::Silent | Ending::Uploaded => None,
    }
}

fn stopped(evidence: &Evidence<'_>) -> Reason {
    match evidence.ending {
        Ending::StoppedByUs { killed: true } => Reason::Killed,
        Ending::StoppedByUs { killed: false } | Ending::NeverStarted { stopped: true } => Reason::Stopped,
        // A control module stops a run elsewhere only because the hub was asked to.
        _ if evidence.observed.stopping.is_some() => Reason::Stopped,
        _ => Reason::StoppedElsewhere,
    }
}

fn unanswered(facts: &Facts) -> Vec<Reason> {
    [
        (facts.has_hypothesis == Some(false), Reason::NoHypothesis),
        (facts.dry, Reason::DryRun),
        (facts.method_failed, Reason::MethodActivityFailed),
        (facts.method_complains, Reason::MethodReportedFailure),
        (facts.nothing_done, Reason::NothingWasDone),
    ]
    .into_iter()
    .filter_map(|(is, reason)| is.then_some(reason))
    .collect()
}

fn rollbacks(facts: &Facts) -> RollbackOutcome {
    let whole = facts.rollbacks_whole;
    match (facts.rollbacks_declared, facts.rollbacks_played) {
        (_, played) if facts.rollbacks_failed && played > 0 => RollbackOutcome::Failed,
        (Some(0), 0) => RollbackOutcome::NoneDeclared,
        (Some(declared), played) if played >= declared => RollbackOutcome::Played,
        (None, played) if played > 0 && whole => RollbackOutcome::Played,
        (Some(_), 0) if whole => RollbackOutcome::NotPlayed,
        (Some(_), _) if whole => RollbackOutcome::Failed,
        _ => RollbackOutcome::Unknown,
    }
}
