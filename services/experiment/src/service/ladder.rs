//! How a run is stopped: a pure decision, one step at a time, each only when the one before had its chance.

use super::runs::StopMode;
use chaoshub_facade::launcher::StopSignal;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long the control module has to obey the flag; it asks every second.
const FLAG_GRACE: TimeDelta = TimeDelta::seconds(2);

/// How long an interrupted run may take before its rollbacks begin; a background activity is waited for.
const INTERRUPT_GRACE: TimeDelta = TimeDelta::seconds(30);

/// How long rollbacks may play.
const ROLLBACK_GRACE: TimeDelta = TimeDelta::minutes(5);

/// How long a run that was cut has to write its journal.
const CUT_GRACE: TimeDelta = TimeDelta::seconds(10);

/// A step of stopping, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    /// The control module is told with its next question.
    Flag,
    /// SIGUSR1: rollbacks play.
    Interrupt,
    /// SIGUSR2: they do not.
    Cut,
    /// SIGKILL.
    Kill,
}

impl Step {
    /// What the launcher sends for it.
    pub(super) fn signal(self) -> Option<StopSignal> {
        match self {
            Self::Flag => None,
            Self::Interrupt => Some(StopSignal::Interrupt),
            Self::Cut => Some(StopSignal::Cut),
            Self::Kill => Some(StopSignal::Kill),
        }
    }
}

/// What the decision looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopping {
    /// How it was asked to stop.
    pub(super) mode: StopMode,
    /// The last step taken, and when.
    pub(super) last: Option<(Step, DateTime<Utc>)>,
    /// Whether the run has said that it is stopping.
    pub(super) obeyed: bool,
    /// Whether its rollbacks play now.
    pub(super) rolling_back: bool,
}

/// The next step to take now, if it is time for one.
pub(super) fn next_step(stopping: &Stopping, now: DateTime<Utc>) -> Option<Step> {
    let Some((step, at)) = stopping.last else {
        return Some(match stopping.mode {
            StopMode::Graceful => Step::Flag,
            StopMode::Hard => Step::Cut,
        });
    };
    if stopping.mode == StopMode::Hard && step < Step::Cut {
        return Some(Step::Cut);
    }
    let over = |grace| now - at >= grace;
    match step {
        // Once it obeys, it is on the same footing as after the signal, but a second signal would cut its rollbacks.
        Step::Flag if stopping.rolling_back => over(ROLLBACK_GRACE).then_some(Step::Cut),
        Step::Flag if stopping.obeyed => over(INTERRUPT_GRACE).then_some(Step::Cut),
        Step::Flag => over(FLAG_GRACE).then_some(Step::Interrupt),
        Step::Interrupt if stopping.rolling_back => over(ROLLBACK_GRACE).then_some(Step::Cut),
        Step::Interrupt => over(INTERRUPT_GRACE).then_some(Step::Cut),
        Step::Cut => over(CUT_GRACE).then_some(Step::Kill),
        Step::Kill => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn at(seconds: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_800_000_000 + seconds, 0).unwrap()
    }

    fn stopping(mode: StopMode, last: Option<(Step, i64)>, obeyed: bool, rolling_back: bool) -> Stopping {
        Stopping { mode, last: last.map(|(step, s)| (step, at(s))), obeyed, rolling_back }
    }

    #[test]
    fn a_graceful_stop_begins_with_the_flag_and_a_hard_one_cuts() {
        assert_eq!(next_step(&stopping(StopMode::Graceful, None, false, false), at(0)), Some(Step::Flag));
        assert_eq!(next_step(&stopping(StopMode::Hard, None, false, false), at(0)), Some(Step::Cut));
        let flagged = stopping(StopMode::Hard, Some((Step::Flag, 0)), true, true);
        assert_eq!(next_step(&flagged, at(0)), Some(Step::Cut));
    }

    #[test]
    fn who_does_not_obey_climbs_to_the_top_and_stays_there() {
        let mut last = None;
        let mut climbed = Vec::new();
        for second in 0..120 {
            let now = at(second);
            if let Some(step) = next_step(&Stopping { mode: StopMode::Graceful, last, obeyed: false, rolling_back: false }, now) {
                last = Some((step, now));
                climbed.push((second, step));
            }
        }
        assert_eq!(climbed, [(0, Step::Flag), (2, Step::Interrupt), (32, Step::Cut), (42, Step::Kill)]);
    }

    #[test]
    fn rollbacks_that_play_are_not_cut_short() {
        for step in [Step::Flag, Step::Interrupt] {
            let view = stopping(StopMode::Graceful, Some((step, 0)), true, true);
            assert_eq!(next_step(&view, at(299)), None);
            assert_eq!(next_step(&view, at(300)), Some(Step::Cut));
        }
    }

    #[test]
    fn who_obeys_the_flag_gets_no_signal_besides() {
        let view = stopping(StopMode::Graceful, Some((Step::Flag, 0)), true, false);
        assert_eq!(next_step(&view, at(29)), None);
    }
}
