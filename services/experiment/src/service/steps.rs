//! The steps of the reconciler, a task for each run that is due: one that hangs or panics holds up no other run.

use super::{Experiment, append::Incoming, turns::Looking};
use crate::store::{
    self,
    runs::{self as rows, Due},
};
use chaoshub_chassis::db::fault;
use chaoshub_facade::experiment::{Origin, RunId};
use chaoshub_kernel::Fault;
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::sync::Semaphore;

/// Runs whose log, events and journal are fetched at the same time: each of them may hold some hundred MiB.
const COLLECTED_AT_ONCE: usize = 2;

/// Runs of those that wait for a place that are tried in a turn, the first ones and one of the others.
const TRIED: usize = 4;

/// The pause after the first panic, in seconds; it doubles, up to some minutes.
const PAUSE: i64 = 1;
const LONGEST_PAUSE: i64 = 300;

/// What is under way, and what to leave alone for now; forgotten with the process.
#[derive(Clone)]
pub(crate) struct Steps {
    state: Arc<Mutex<State>>,
    pub(super) collecting: Arc<Semaphore>,
}

#[derive(Default)]
struct State {
    /// Runs that a task is at, with the turns that want them looked at once more.
    under_way: HashMap<RunId, Vec<Arc<Looking>>>,
    /// Runs for which there was no place.
    waiting: HashSet<RunId>,
    /// Runs whose step has panicked: how often, and when it is tried again.
    trouble: HashMap<RunId, (u32, DateTime<Utc>)>,
    turns: usize,
}

impl Default for Steps {
    fn default() -> Self {
        Self { state: Arc::default(), collecting: Arc::new(Semaphore::new(COLLECTED_AT_ONCE)) }
    }
}

impl Steps {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic happens under this lock")
    }

    /// There was no place for this run.
    pub(super) fn waits(&self, run: RunId) {
        self.state().waiting.insert(run);
    }

    /// There was one; true when others still wait.
    pub(super) fn placed(&self, run: RunId) -> bool {
        let mut state = self.state();
        state.waiting.remove(&run) && !state.waiting.is_empty()
    }

    /// True when nobody is at this run yet; whoever is looks once more.
    fn begin(&self, run: RunId, turn: &Arc<Looking>) -> bool {
        let mut state = self.state();
        match state.under_way.get_mut(&run) {
            Some(again) => again.push(turn.clone()),
            None => _ = state.under_way.insert(run, Vec::new()),
        }
        state.under_way.get(&run).is_some_and(Vec::is_empty)
    }

    /// The turns for which the run is to be looked at once more; none when it is let go of.
    fn again(&self, run: RunId) -> Option<Vec<Arc<Looking>>> {
        let mut state = self.state();
        let again = state.under_way.remove(&run).filter(|again| !again.is_empty())?;
        state.under_way.insert(run, Vec::new());
        Some(again)
    }

    /// How often the step of this run has panicked, this time included.
    fn panicked(&self, run: RunId, now: DateTime<Utc>) -> u32 {
        let mut state = self.state();
        let times = state.trouble.get(&run).map_or(0, |(times, _)| *times);
        let pause = PAUSE.checked_shl(times).unwrap_or(LONGEST_PAUSE).clamp(PAUSE, LONGEST_PAUSE);
        state.trouble.insert(run, (times + 1, now + TimeDelta::seconds(pause)));
        times + 1
    }

    fn fine(&self, run: RunId) {
        self.state().trouble.remove(&run);
    }

    /// Leaves out what need not be looked at: runs in trouble before their time, and most of those that wait for a place.
    fn due(&self, due: Vec<Due>, now: DateTime<Utc>) -> Vec<(RunId, Due)> {
        let parsed = due.into_iter().filter_map(|run| Some((run.id.parse().ok()?, run)));
        let all: Vec<(RunId, Due)> = parsed.collect();
        let ids: HashSet<RunId> = all.iter().map(|(id, _)| *id).collect();
        let mut state = self.state();
        state.turns += 1;
        state.waiting.retain(|id| ids.contains(id));
        state.trouble.retain(|id, _| ids.contains(id));
        let crowded = !state.waiting.is_empty();
        let wants_a_place = |id: &RunId, run: &Due| {
            let unstarted = run.job.is_none() || state.waiting.contains(id);
            crowded
                && unstarted
                && run.origin == store::write(Origin::Hub)
                && run.stop_requested_at.is_none()
                && run.started_at.is_none()
        };
        let (queue, mut due): (Vec<_>, Vec<_>) = all.into_iter().partition(|(id, run)| wants_a_place(id, run));
        let other = state.turns % queue.len().max(1);
        let tried = queue.into_iter().enumerate().filter(|(place, _)| *place < TRIED - 1 || *place == other);
        due.extend(tried.map(|(_, run)| run));
        due.retain(|(id, _)| state.trouble.get(id).is_none_or(|(_, at)| *at <= now));
        due
    }
}

impl Experiment {
    /// One look at everything that has not ended, and at what is left of what has. It does not wait for what it begins;
    /// the turn is done when all of that is.
    pub(super) async fn turn(&self, turn: &Arc<Looking>) {
        let (runs, left) = match (rows::unfinished(&self.db).await, rows::unreleased(&self.db).await) {
            (Ok(runs), Ok(left)) => (runs, left),
            (Err(cause), _) | (_, Err(cause)) => return drop(fault(cause)),
        };
        let now = self.clock.now();
        let due = runs.into_iter().filter(|run| self.is_due(run, now)).collect();
        let due = self.steps.due(due, now).into_iter().map(|(id, _)| id);
        for id in due.chain(left.into_iter().filter_map(|(run, _)| run.parse().ok())) {
            if self.steps.begin(id, turn) {
                let (this, turn) = (self.clone(), turn.clone());
                self.tasks.spawn(async move {
                    let mut turns = vec![turn];
                    loop {
                        this.step_safely(id).await;
                        drop(turns);
                        match this.steps.again(id) {
                            Some(again) => turns = again,
                            None => return,
                        }
                    }
                });
            }
        }
    }

    async fn step_safely(&self, id: RunId) {
        match AssertUnwindSafe(Box::pin(self.step(id))).catch_unwind().await {
            Ok(Ok(())) => self.steps.fine(id),
            Ok(Err(refused)) => {
                let (code, detail) = (refused.code, refused.detail);
                tracing::warn!(run.id = %id, code, detail, "a run could not be moved on; trying again");
            }
            Err(_) => {
                let times = self.steps.panicked(id, self.clock.now());
                metrics::counter!("chaoshub_run_steps_panicked_total").increment(1);
                tracing::error!(run.id = %id, times, "a panic while a run was looked after; it is tried again after a pause");
                if times == 1 && !matches!(AssertUnwindSafe(Box::pin(self.say_trouble(id))).catch_unwind().await, Ok(Ok(()))) {
                    tracing::warn!(run.id = %id, "a run could not be told that it is in trouble");
                }
            }
        }
    }

    async fn say_trouble(&self, id: RunId) -> Result<(), Fault> {
        let mut change = self.begin().await?;
        let mut row = rows::locked(&*change, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        if row.ended_at.is_none() {
            row.sentence = "The hub met an error of its own while it looked after this run; it keeps trying.".to_owned();
        }
        let said = Incoming::hub(self.clock.now(), "run.trouble", json!({"what": "an error inside the hub"}));
        self.append_within(&mut change, row, vec![said]).await?;
        change.commit().await.map_err(fault)
    }
}
