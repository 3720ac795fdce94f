//! A cache whose entries are believed for a few seconds, and all forgotten at once when anything changes.

use chaoshub_kernel::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How long an answer about rights may be old (docs/ARCHITECTURE.md, rule 3).
const BELIEVED: Duration = Duration::from_secs(10);

/// Entries held at once.
const HELD: u64 = 10_000;

/// Entries carry the generation in which they were read: what was read before a change cannot be kept after it.
pub struct Fresh<K, V> {
    clock: Arc<dyn Clock>,
    generation: AtomicU64,
    held: Cache<(u64, K), (V, DateTime<Utc>)>,
}

/// Taken before reading, given back with what was read.
#[derive(Clone, Copy)]
pub struct Generation(u64);

impl<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Fresh<K, V> {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let held = Cache::builder().max_capacity(HELD).time_to_live(BELIEVED).build();
        Self { clock, generation: AtomicU64::new(0), held }
    }

    /// The entry, or the generation in which to read it.
    pub fn get(&self, key: K) -> Result<V, (K, Generation)> {
        let key = (self.generation.load(Ordering::Acquire), key);
        match self.held.get(&key) {
            Some((value, until)) if until > self.clock.now() => Ok(value),
            _ => Err((key.1, Generation(key.0))),
        }
    }

    /// Keeps what was read, until `ends` if that comes first.
    pub fn keep(&self, key: K, generation: Generation, value: V, ends: Option<DateTime<Utc>>) {
        let believed = self.clock.now() + TimeDelta::from_std(BELIEVED).expect("ten seconds are a time");
        let until = ends.map_or(believed, |ends| ends.min(believed));
        self.held.insert((generation.0, key), (value, until));
    }

    /// Forgets everything.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chaoshub_testkit::frozen_clock;

    #[test]
    fn what_was_read_before_a_change_is_not_believed_after_it() {
        let cache = Fresh::new(frozen_clock());
        let Err((key, read_in)) = cache.get("a") else { panic!("it is empty") };
        cache.forget();
        cache.keep(key, read_in, 1, None);
        assert!(cache.get("a").is_err());
    }

    #[test]
    fn nothing_is_believed_for_longer_than_ten_seconds_or_its_own_end() {
        let clock = frozen_clock();
        let cache = Fresh::new(clock.clone());
        for (key, ends) in [("long", None), ("short", Some(clock.now() + TimeDelta::seconds(3)))] {
            let Err((key, read_in)) = cache.get(key) else { panic!("it is empty") };
            cache.keep(key, read_in, 1, ends);
        }
        clock.advance(TimeDelta::seconds(3));
        assert_eq!((cache.get("long").ok(), cache.get("short").ok()), (Some(1), None));
        clock.advance(TimeDelta::seconds(7));
        assert!(cache.get("long").is_err());
    }
}
