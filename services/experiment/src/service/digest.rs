//! What the events of live runs have said, remembered so that a batch does not read all events before it. Every run has
//! a lane: its batches go one after another, so a run that is slow to look at holds up only itself.

use super::Experiment;
use crate::{
    entity::event,
    store::{self, ConnectionTrait, events as rows},
    toolkit::Observed,
};
use chaoshub_chassis::db::fault;
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::Fault;
use moka::sync::Cache;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

/// What all runs together may have remembered of them, bytes.
const REMEMBERED: u64 = 128 << 20;

/// What one run may have at the most, bytes: the observation keeps no more, however long the run is.
const MOST: u32 = 24 << 20;

/// What an event can leave besides its particulars, and what a run weighs without any, bytes.
const FRAME: u32 = 200;

/// Events read at once.
const PAGE: u64 = 500;

/// Events that a request reads by itself, outside of any transaction. What is longer is read in the background.
pub(super) const AT_ONCE: i64 = 5_000;

/// Events that are read within a transaction at the most: those that came since the request looked.
const WITHIN: i64 = 200;

/// What the events up to a number have said, in the order in which they were sent.
pub(crate) struct Digest {
    upto: i64,
    /// The last one of each sender.
    last: BTreeMap<String, i64>,
    weight: u32,
    pub(super) observed: Observed,
}

impl Digest {
    fn new() -> Self {
        Self { upto: 0, last: BTreeMap::new(), weight: FRAME, observed: Observed::default() }
    }

    /// The number of the last event that it knows.
    pub(super) fn upto(&self) -> i64 {
        self.upto
    }

    /// Takes the event with the next number; false when it should have come before another one that was taken.
    pub(super) fn take(&mut self, event: &event::Model) -> Result<bool, Fault> {
        self.upto = event.number;
        if event.sender == super::append::HUB {
            return Ok(true);
        }
        let last = self.last.entry(event.sender.clone()).or_default();
        if event.sender_seq <= *last {
            return Ok(false);
        }
        *last = event.sender_seq;
        self.see(event)?;
        Ok(true)
    }

    fn see(&mut self, event: &event::Model) -> Result<(), Fault> {
        let phase = event.phase.as_deref().map(store::read).transpose().map_err(fault)?;
        self.observed.observe(&event.kind, phase, Some(event.at), &event.data);
        if matches!(event.kind.as_str(), "run.started" | "activity.started" | "activity.completed" | "phase.completed") {
            self.weight = self.weight.saturating_add(FRAME + size(&event.data)).min(MOST);
        }
        Ok(())
    }
}

/// About how much memory a value takes.
fn size(value: &Value) -> u32 {
    let own = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => return items.iter().fold(32, |sum: u32, item| sum.saturating_add(size(item))),
        Value::Object(map) => {
            let entry = |(key, item): (&String, &Value)| u32::try_from(key.len()).unwrap_or(MOST).saturating_add(size(item));
            return map.iter().map(entry).fold(32, u32::saturating_add);
        }
        _ => 0,
    };
    u32::try_from(own).unwrap_or(MOST).saturating_add(32)
}

/// One run's digest, while it is worth remembering.
#[derive(Default)]
struct Lane {
    digest: Arc<Mutex<Option<Digest>>>,
    weight: AtomicU32,
}

/// A run's lane, for as long as nobody else may have it. What is taken out and not put back is read anew.
pub(super) struct Turn {
    run: RunId,
    lanes: Lanes,
    lane: Arc<Lane>,
    digest: OwnedMutexGuard<Option<Digest>>,
}

impl Turn {
    /// Takes out what is remembered.
    pub(super) fn take(&mut self) -> Option<Digest> {
        self.digest.take()
    }

    /// Remembers this.
    pub(super) fn put(&mut self, digest: Option<Digest>) {
        let weight = digest.as_ref().map_or(FRAME, |digest| digest.weight);
        *self.digest = digest;
        self.lane.weight.store(weight, Ordering::Relaxed);
        self.lanes.by_run.insert(self.run, self.lane.clone());
    }
}

/// The lanes of live runs; the heaviest of what was not asked for lately is forgotten first.
#[derive(Clone)]
pub(crate) struct Lanes {
    by_run: Cache<RunId, Arc<Lane>>,
    /// One page of a long history is read at a time, whoever asks: reading is for runs that have lost their digest.
    reading: Arc<Semaphore>,
}

impl Lanes {
    pub(crate) fn new() -> Self {
        let weigher = |_: &RunId, lane: &Arc<Lane>| lane.weight.load(Ordering::Relaxed).max(FRAME);
        let by_run = Cache::builder().max_capacity(REMEMBERED).weigher(weigher).build();
        Self { by_run, reading: Arc::new(Semaphore::new(1)) }
    }

    pub(super) async fn of(&self, run: RunId) -> Turn {
        let lane = self.by_run.get_with(run, Arc::default);
        let digest = lane.digest.clone().lock_owned().await;
        Turn { run, lanes: self.clone(), lane, digest }
    }

    /// As long as this is kept, no long history is read.
    #[cfg(test)]
    pub(super) async fn hold_reading(&self) -> tokio::sync::OwnedSemaphorePermit {
        self.reading.clone().acquire_owned().await.unwrap()
    }

    pub(super) fn forget(&self, run: RunId) {
        self.by_run.invalidate(&run);
    }
}

impl Experiment {
    /// Brings a digest to this number at least. None when more than `most` events would have to be read for that.
    pub(super) async fn digest_upto(
        &self,
        db: &impl ConnectionTrait,
        run: RunId,
        known: Option<Digest>,
        number: i64,
        most: i64,
    ) -> Result<Option<Digest>, Fault> {
        let known = match known {
            Some(ahead) if ahead.upto >= number => return Ok(Some(ahead)),
            known => known,
        };
        if let Some(digest) = known.filter(|digest| number - digest.upto <= most)
            && let Some(digest) = self.read_on(db, run, digest, number).await?
        {
            return Ok(Some(digest));
        }
        if number > most {
            return Ok(None);
        }
        self.replay(db, run, number).await.map(Some)
    }

    /// The same within a transaction, where only what has just come may be read.
    pub(super) async fn digest_within(
        &self,
        tx: &impl ConnectionTrait,
        run: RunId,
        known: Option<Digest>,
        number: i64,
    ) -> Result<Option<Digest>, Fault> {
        self.digest_upto(tx, run, known, number, WITHIN).await
    }

    /// None when one of the events should have come before those that are known.
    async fn read_on(
        &self,
        db: &impl ConnectionTrait,
        run: RunId,
        mut digest: Digest,
        number: i64,
    ) -> Result<Option<Digest>, Fault> {
        while digest.upto < number {
            let page = rows::after(db, run, digest.upto, PAGE).await.map_err(fault)?;
            if page.is_empty() {
                return Ok(None);
            }
            for event in page.iter().filter(|event| event.number <= number) {
                if !digest.take(event)? {
                    return Ok(None);
                }
            }
        }
        Ok(Some(digest))
    }

    /// What the stored events of a run say up to a number, in the order in which they were sent, however they came here.
    async fn replay(&self, db: &impl ConnectionTrait, run: RunId, number: i64) -> Result<Digest, Fault> {
        let mut digest = Digest::new();
        let mut after = (String::new(), 0);
        loop {
            let page = {
                // Between two pages others have their turn.
                let _turn = if number > WITHIN { self.lanes.reading.acquire().await.ok() } else { None };
                rows::as_sent(db, run, super::append::HUB, (&after.0, after.1), PAGE).await.map_err(fault)?
            };
            let Some(last) = page.last() else {
                digest.upto = number;
                return Ok(digest);
            };
            after = (last.sender.clone(), last.sender_seq);
            for event in page.iter().filter(|event| event.number <= number) {
                digest.last.insert(event.sender.clone(), event.sender_seq);
                digest.see(event)?;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use serde_json::json;

    #[test]
    fn what_a_run_says_weighs_what_it_can_leave_and_no_run_weighs_more_than_its_bound() {
        let mut digest = Digest::new();
        for number in 1..=2_000 {
            let event = event::Model {
                run: "run".to_owned(),
                number,
                sender: "control".to_owned(),
                sender_seq: number,
                at: DateTime::UNIX_EPOCH,
                received_at: DateTime::UNIX_EPOCH,
                kind: "activity.completed".to_owned(),
                phase: Some("after".to_owned()),
                data: json!({"key": format!("after-{number}"), "output": "x".repeat(30_000)}),
            };
            let before = digest.weight;
            assert!(digest.take(&event).unwrap());
            assert!(digest.weight >= (before + 30_000).min(MOST));
            assert!(!digest.take(&event).unwrap(), "it has been taken");
        }
        assert_eq!(digest.weight, MOST);
    }
}
