//! How often something may fail: a number of attempts within a window of time, for each key.

use chaoshub_kernel::{Clock, Fault, FaultKind};
use chrono::{DateTime, TimeDelta, Utc};
use moka::{ops::compute::Op, sync::Cache};
use serde_json::json;
use std::sync::Arc;

/// Keys remembered at once; whoever uses more addresses than this loses the oldest counts, not our memory.
const REMEMBERED: u64 = 100_000;

/// Counts attempts. One that succeeds is given back.
pub struct Throttle {
    clock: Arc<dyn Clock>,
    most: u32,
    window: TimeDelta,
    counts: Cache<String, Count>,
}

#[derive(Clone, Copy)]
struct Count {
    attempts: u32,
    ends: DateTime<Utc>,
}

impl Throttle {
    pub fn new(clock: Arc<dyn Clock>, most: u32, window: TimeDelta) -> Self {
        Self { clock, most, window, counts: Cache::new(REMEMBERED) }
    }

    /// Counts one more, or refuses with `too-many-attempts` and says when to come back.
    pub fn attempt(&self, key: &str) -> Result<(), Fault> {
        let now = self.clock.now();
        let count = self.count(key, now);
        if count.attempts <= self.most {
            return Ok(());
        }
        let seconds = (count.ends - now).num_seconds().max(1);
        let detail = format!("too many attempts; try again in {seconds} seconds");
        Err(Fault::new(FaultKind::TooMany, "too-many-attempts", detail).with_extra(json!({ "retry_after_seconds": seconds })))
    }

    fn count(&self, key: &str, now: DateTime<Utc>) -> Count {
        let count = self.counts.entry_by_ref(key).and_upsert_with(|held| match held.map(|entry| entry.into_value()) {
            Some(count) if count.ends > now => Count { attempts: count.attempts.saturating_add(1), ..count },
            _ => Count { attempts: 1, ends: now + self.window },
        });
        count.into_value()
    }

    /// Counts one more that is not refused, whatever the count; says by how many it is over the limit.
    pub fn note(&self, key: &str) -> u32 {
        let now = self.clock.now();
        self.count(key, now).attempts.saturating_sub(self.most)
    }

    /// Takes one attempt back: it was good.
    pub fn give_back(&self, key: &str) {
        self.counts.entry_by_ref(key).and_compute_with(|held| match held.map(|entry| entry.into_value()) {
            Some(count) if count.attempts > 0 => Op::Put(Count { attempts: count.attempts - 1, ..count }),
            _ => Op::Nop,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chaoshub_testkit::frozen_clock;

    #[test]
    fn attempts_are_refused_until_the_window_has_passed() {
        let clock = frozen_clock();
        let throttle = Throttle::new(clock.clone(), 2, TimeDelta::minutes(5));
        assert!(throttle.attempt("a").is_ok() && throttle.attempt("a").is_ok());
        clock.advance(TimeDelta::minutes(1));
        let fault = throttle.attempt("a").unwrap_err();
        assert_eq!((fault.kind, fault.extra), (FaultKind::TooMany, Some(json!({ "retry_after_seconds": 240 }))));
        assert!(throttle.attempt("b").is_ok());
        clock.advance(TimeDelta::minutes(4));
        assert!(throttle.attempt("a").is_ok());
    }

    #[test]
    fn good_attempts_do_not_count() {
        let throttle = Throttle::new(frozen_clock(), 1, TimeDelta::minutes(5));
        for _ in 0..10 {
            assert!(throttle.attempt("a").is_ok());
            throttle.give_back("a");
        }
    }
}
