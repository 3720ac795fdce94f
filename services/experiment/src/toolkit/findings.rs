//! Why a verdict is what it is, and what deserves attention besides: closed sets of codes, each explained in plain words.

use serde::{Serialize, Serializer};

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Missed after the method.
    DeviatedAfter,
    /// Missed during the method.
    DeviatedDuring,
    /// Missed before the method.
    BaselineMissed,
    /// A probe before the method could not be asked.
    BaselineProbeFailed,
    /// Nothing was to be proven.
    NoHypothesis,
    /// Activities were only pretended.
    DryRun,
    /// An activity of the method failed.
    MethodActivityFailed,
    /// An activity of the method ran, and its own answer says that it failed.
    MethodReportedFailure,
    /// The method is empty.
    NothingWasDone,
    /// A probe during the method could not be asked.
    DuringProbeFailed,
    /// The hypothesis was never checked.
    HypothesisNotChecked,
    /// The journal does not say enough.
    JournalIncomplete,
    /// Chaos Toolkit says that it failed.
    ReportedFailed,
    /// Chaos Toolkit met an error that it did not expect.
    UnexpectedError,
    /// The process ended before the run began.
    DidNotStart,
    /// No process was started.
    NeverStarted,
    /// The process ended in the middle, without a word.
    EndedWithoutJournal,
    /// Stopped from here.
    Stopped,
    /// Stopped from here, by force.
    Killed,
    /// Stopped by a person or a program elsewhere.
    StoppedElsewhere,
    /// A signal that did not come from here ended the process.
    EndedBySignal,
    /// No sign of life.
    FellSilent,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 22] = [
        Self::DeviatedAfter,
        Self::DeviatedDuring,
        Self::BaselineMissed,
        Self::BaselineProbeFailed,
        Self::NoHypothesis,
        Self::DryRun,
        Self::MethodActivityFailed,
        Self::MethodReportedFailure,
        Self::NothingWasDone,
        Self::DuringProbeFailed,
        Self::HypothesisNotChecked,
        Self::JournalIncomplete,
        Self::ReportedFailed,
        Self::UnexpectedError,
        Self::DidNotStart,
        Self::NeverStarted,
        Self::EndedWithoutJournal,
        Self::Stopped,
        Self::Killed,
        Self::StoppedElsewhere,
        Self::EndedBySignal,
        Self::FellSilent,
    ];

    /// The reason as it is written.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DeviatedAfter => "deviated-after",
            Self::DeviatedDuring => "deviated-during",
            Self::BaselineMissed => "baseline-missed",
            Self::BaselineProbeFailed => "baseline-probe-failed",
            Self::NoHypothesis => "no-hypothesis",
            Self::DryRun => "dry-run",
            Self::MethodActivityFailed => "method-activity-failed",
            Self::MethodReportedFailure => "method-reported-failure",
            Self::NothingWasDone => "nothing-was-done",
            Self::DuringProbeFailed => "during-probe-failed",
            Self::HypothesisNotChecked => "hypothesis-not-checked",
            Self::JournalIncomplete => "journal-incomplete",
            Self::ReportedFailed => "reported-failed",
            Self::UnexpectedError => "unexpected-error",
            Self::DidNotStart => "did-not-start",
            Self::NeverStarted => "never-started",
            Self::EndedWithoutJournal => "ended-without-journal",
            Self::Stopped => "stopped",
            Self::Killed => "killed",
            Self::StoppedElsewhere => "stopped-elsewhere",
            Self::EndedBySignal => "ended-by-signal",
            Self::FellSilent => "fell-silent",
        }
    }

    /// What happened, and what to do.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::DeviatedAfter => {
                "After the method the steady state was not what the hypothesis says. Check the probe that is out of tolerance."
            }
            Self::DeviatedDuring => {
                "While the method ran the steady state left its tolerance. Compare the probe's values with the fault's time."
            }
            Self::BaselineMissed => {
                "The system was not in its steady state before the method, so the run proves nothing. Fix the system or the tolerance, then run again."
            }
            Self::BaselineProbeFailed => {
                "A probe could not run before the method, so the run proves nothing. Check that the probe reaches its target."
            }
            Self::NoHypothesis => {
                "The experiment has no steady-state hypothesis, so nothing could be proven. Add one to get an answer."
            }
            Self::DryRun => "This was a dry run: activities were skipped. Run without --dry to get an answer.",
            Self::MethodActivityFailed => {
                "An activity of the method failed, so the fault may not have been injected. Fix that activity and run again."
            }
            Self::MethodReportedFailure => {
                "An activity of the method ran, but its exit code, HTTP status or tolerance says that it failed, so the fault may not have been injected. Fix that activity and run again; if such an answer is good, declare it as the activity's tolerance."
            }
            Self::NothingWasDone => "The method did nothing. Add an action to get an answer.",
            Self::DuringProbeFailed => {
                "A probe could not run while the method ran, so the state at that time is unknown. Make the probe answer even when its target is down."
            }
            Self::HypothesisNotChecked => "The hypothesis was never checked. Check the hypothesis strategy of the experiment.",
            Self::JournalIncomplete => {
                "The journal ends too early to say more, usually because an activity returned something that is not JSON. Send the whole file, or fix that activity."
            }
            Self::ReportedFailed => "Chaos Toolkit reports that the run failed. The log says why.",
            Self::UnexpectedError => "Chaos Toolkit crashed. See the log, and check that the system is back to normal.",
            Self::DidNotStart => {
                "Chaos Toolkit ended before the run began, most often because the experiment is not valid where it runs. See the log for the first problem."
            }
            Self::NeverStarted => {
                "No process of the run was ever started, so nothing was touched. Its event `process.exited` says why; run it again."
            }
            Self::EndedWithoutJournal => {
                "The process ended in the middle of the run and left no journal. See the log, and check that the system is back to normal."
            }
            Self::Stopped => "Somebody stopped it in ChaosHub. The event `stop.requested` says who.",
            Self::Killed => {
                "The run did not react to the stop in time and was killed, so it could not clean up. Check that the fault is gone."
            }
            Self::StoppedElsewhere => {
                "The run was stopped on the machine where it ran, by a person or a program. Its log may say by whom."
            }
            Self::EndedBySignal => {
                "Something on its machine ended the process at once, such as a lack of memory. Check that the fault is gone."
            }
            Self::FellSilent => {
                "The run gave no sign of life until the time-out. Check the machine it ran on, and that the fault is gone."
            }
        }
    }
}

/// What deserves attention besides the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Warning {
    /// The method began, and none of the rollbacks was played.
    RollbacksNotPlayed,
    /// A rollback failed, was cut or left out.
    RollbackFailed,
    /// The method began, and nothing tells whether the rollbacks were played.
    RollbacksUnknown,
    /// The steady state was only checked before the method.
    NotCheckedAfterwards,
    /// The hypothesis was not met before the method, and the method was begun all the same.
    MethodRanAnyway,
    /// An action lists what it acted on, and the list is empty.
    ActionHitNothing,
    /// What would have been a reason, had nothing stronger decided.
    Also(Reason),
}

impl Warning {
    /// The warning as it is written.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RollbacksNotPlayed => "rollbacks-not-played",
            Self::RollbackFailed => "rollback-failed",
            Self::RollbacksUnknown => "rollbacks-unknown",
            Self::NotCheckedAfterwards => "not-checked-afterwards",
            Self::MethodRanAnyway => "method-ran-anyway",
            Self::ActionHitNothing => "action-hit-nothing",
            Self::Also(reason) => reason.code(),
        }
    }

    /// What happened, and what to do.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::RollbacksNotPlayed => {
                "The rollbacks were not played, so the fault may still be there. Undo it by hand, or run with the rollback strategy `always`."
            }
            Self::RollbackFailed => {
                "A rollback failed, was interrupted, or its own answer says that it failed, so the fault may still be there. Check it and undo the fault by hand."
            }
            Self::RollbacksUnknown => "Nothing tells whether the rollbacks were played. Check that the fault is gone.",
            Self::NotCheckedAfterwards => {
                "The steady state was only checked before the method. Use the hypothesis strategy `default` to check it afterwards."
            }
            Self::MethodRanAnyway => {
                "The method ran although the system was not in its steady state, so later checks prove nothing. Check that the fault is gone."
            }
            Self::ActionHitNothing => {
                "An action returned an empty list of what it acted on, so it may have hit nothing. Check its selector."
            }
            Self::Also(reason) => reason.describe(),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
