//! A circuit breaker: who has failed several times in a row is left alone, but for one question after each pause.

use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};
use tokio::time::Instant;

/// So many failures in a row, and nobody is asked for a while.
const FAILURES: u32 = 5;

/// How long the first pause is; after each failure it is twice as long.
const SHORTEST: Duration = Duration::from_millis(250);

/// The longest pause: how late, at the most, a service that is well again is noticed.
const LONGEST: Duration = Duration::from_secs(2);

/// The breaker of one peer.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    pause: Duration,
    closed_until: Option<Instant>,
}

/// What came of a question changes what is said of the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing new.
    Same,
    /// It is left alone from now on.
    Opened,
    /// It is well again.
    Recovered,
}

/// Leave to ask one question. Dropped without a word, as when nobody waits any more, it says nothing of the peer.
#[derive(Debug)]
pub(super) struct Leave<'a>(&'a Breaker);

impl Breaker {
    /// Leave to ask a question at this moment; none while the peer is left alone. Whoever is the first after a pause may
    /// wait long for the answer, as followers do: so the next pause begins at once, and not when that has come.
    pub(super) fn leave(&self, now: Instant) -> Option<Leave<'_>> {
        let mut state = self.state();
        if let Some(until) = state.closed_until {
            if now < until {
                return None;
            }
            state.closed_until = Some(now + state.pause);
        }
        Some(Leave(self))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic happens under this lock")
    }
}

impl Leave<'_> {
    /// The question was answered, or not.
    pub(super) fn went(self, now: Instant, well: bool) -> Turn {
        let mut state = self.0.state();
        if well {
            let was_open = state.closed_until.is_some();
            *state = State::default();
            return if was_open { Turn::Recovered } else { Turn::Same };
        }
        state.failures += 1;
        if state.failures < FAILURES {
            return Turn::Same;
        }
        let first = state.closed_until.is_none();
        state.pause = (state.pause * 2).clamp(SHORTEST, LONGEST);
        state.closed_until = Some(now + state.pause);
        if first { Turn::Opened } else { Turn::Same }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_again_and_again_is_left_alone_and_tried_once_after_each_pause() {
        let (breaker, mut now) = (Breaker::default(), Instant::now());
        for n in 1..FAILURES {
            assert_eq!(breaker.leave(now).expect("it is asked").went(now, false), Turn::Same, "{n}");
        }
        assert_eq!(breaker.leave(now).expect("it is asked").went(now, false), Turn::Opened);
        assert!(breaker.leave(now).is_none());
        now += SHORTEST;
        let one = breaker.leave(now).expect("it is tried");
        assert!(breaker.leave(now).is_none(), "one question is enough to find out");
        assert_eq!(one.went(now, false), Turn::Same);
        now += SHORTEST;
        assert!(breaker.leave(now).is_none(), "the second pause is longer");
        now += SHORTEST;
        let _waits = breaker.leave(now).expect("it is tried");
        now += SHORTEST * 2;
        let again = breaker.leave(now).expect("it is tried, although the one before still waits");
        assert_eq!(again.went(now, true), Turn::Recovered);
        assert!(breaker.leave(now).is_some() && breaker.leave(now).is_some());
    }

    #[test]
    fn one_answer_forgives_all_failures() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..20 {
            for n in 1..=FAILURES {
                breaker.leave(now).expect("it is asked").went(now, n == FAILURES);
            }
        }
        assert!(breaker.leave(now).is_some());
    }
}
