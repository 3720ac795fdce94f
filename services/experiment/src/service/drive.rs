//! The reconciler of runs. It takes no input: it looks at every run that has not ended and moves each one step on.
//! Killed anywhere, the next turn finishes, in this process or in another that takes the lease.

use super::{
    Experiment,
    append::Incoming,
    ingest, ladder,
    ladder::{Step, Stopping},
    launch,
};
use crate::{
    entity::run,
    store::{self, runs as rows},
    toolkit::Ending,
};
use chaoshub_chassis::{db::fault, lease::Fence, tasks::Tasks};
use chaoshub_facade::{
    experiment::{Origin, Phase, RunId, RunState},
    launcher::{JobId, JobState},
};
use chaoshub_kernel::{Fault, FaultKind};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// The timer behind the nudges; also how soon a step of stopping is due at the latest.
const TURN: Duration = Duration::from_secs(1);

/// How long a signal that cannot be sent is tried before a harder one is.
const PATIENCE: TimeDelta = TimeDelta::seconds(40);

/// Tokens of one run that are good at the same time: one for each time that it was ordered anew, the oldest forgotten.
const TOKENS: usize = 16;

/// How long after its last event a finished run from outside may still bring its journal.
const JOURNAL_GRACE: TimeDelta = TimeDelta::seconds(15);

impl Experiment {
    /// Keeps runs moving until the tasks are stopped.
    pub fn drive(&self, tasks: &Tasks) {
        let this = self.clone();
        let led = Arc::<Mutex<Option<Fence>>>::default();
        tasks.reconcile("runs", self.nudge.clone(), TURN, move || {
            let (this, led) = (this.clone(), led.clone());
            async move {
                let turn = this.turns.begin();
                if let Some(fence) = this.lease.held().await {
                    let before = led.lock().expect("no panic happens under this lock").replace(fence);
                    let driver = Self { fence: Some(fence), ..this.clone() };
                    if before != Some(fence) {
                        driver.adopt().await;
                    }
                    driver.turn(&turn).await;
                }
            }
        });
    }

    /// Says of each run that went on without us, or with another process, that it is looked after again.
    async fn adopt(&self) {
        let runs = rows::unfinished(&self.db).await.map_err(fault).unwrap_or_default();
        for row in runs.into_iter().filter(|row| row.job.is_some()) {
            let Ok(id) = row.id.parse() else { continue };
            let said = Incoming::hub(self.clock.now(), "run.adopted", json!({}));
            if let Err(refused) = self.say(id, said).await {
                tracing::warn!(run.id = row.id, code = refused.code, "a run could not be told that it is adopted");
            }
        }
    }

    async fn say(&self, id: RunId, said: Incoming) -> Result<(), Fault> {
        let mut change = self.begin().await?;
        let row = rows::locked(&*change, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        self.append_within(&mut change, row, vec![said]).await?;
        change.commit().await.map_err(fault)
    }

    /// Whether there may be something to do: a run from outside speaks for itself until it is silent.
    pub(super) fn is_due(&self, run: &rows::Due, now: DateTime<Utc>) -> bool {
        run.origin == store::write(Origin::Hub) || now - run.last_seen_at.max(self.listening_since) >= JOURNAL_GRACE
    }

    pub(super) async fn step(&self, id: RunId) -> Result<(), Fault> {
        let row = &rows::known(&self.db, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        let origin: Origin = store::read(&row.origin).map_err(fault)?;
        let job: Option<JobId> = row.job.as_deref().map(str::parse).transpose().map_err(|_| Fault::internal())?;
        let state: RunState = store::read(&row.state).map_err(fault)?;
        match (origin, job) {
            (_, Some(job)) if state == RunState::Ended => self.release(&row.id, job).await,
            _ if state == RunState::Ended => Ok(()),
            (Origin::Hub, None) if row.stop_requested_at.is_some() => self.end_unstarted(id).await,
            (Origin::Hub, None) => self.start(id, row, JobId::new(self.clock.now())).await,
            (Origin::Hub, Some(job)) => Box::pin(self.watch(id, row, job)).await,
            (Origin::Outside | Origin::Upload, _) => self.listen(id, row).await,
        }
    }

    async fn end_unstarted(&self, id: RunId) -> Result<(), Fault> {
        self.end(id, None, Vec::new(), |_| Ending::NeverStarted { stopped: true }).await.map(|_| ())
    }

    /// Gives the run a token and a job. The job's id is written down before it starts, so that it is never started twice.
    /// Asked again, it is the same job; with a fresh token where an earlier process has taken the last one along.
    async fn start(&self, id: RunId, row: &run::Model, job: JobId) -> Result<(), Fault> {
        let claim = self.identity.claim().await?;
        match self.launcher.ready(&claim).await {
            Ok(readiness) if readiness.ready => {}
            Ok(readiness) => return self.say_waiting(id, row, &readiness.detail.unwrap_or_default()).await,
            Err(gone) if gone.kind == FaultKind::Unavailable => return self.say_waiting(id, row, &gone.detail).await,
            Err(fault) => return Err(fault),
        }
        let token = match self.tokens.get(&id) {
            Some(token) if row.job.is_some() => token,
            _ => match self.promise(id, row.job.as_deref(), job).await? {
                Some(token) => token,
                None => return Ok(()),
            },
        };
        self.launch(id, row, job, token).await
    }

    /// Writes down that the run is given to this job, with a fresh token. None when it has been moved on, or has spoken.
    async fn promise(&self, id: RunId, seen: Option<&str>, job: JobId) -> Result<Option<String>, Fault> {
        let token = launch::new_token();
        let mut change = self.begin().await?;
        let mut row = rows::locked(&*change, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        let state: RunState = store::read(&row.state).map_err(fault)?;
        if row.job.as_deref() != seen || state >= RunState::Stopping || row.started_at.is_some() {
            return Ok(None);
        }
        row.job = Some(job.to_string());
        row.token_hash = Some(with_token(row.token_hash.as_deref(), &ingest::hash(&token)));
        row.sentence = "Starting.".to_owned();
        let mut said = Vec::new();
        if state.may_become(RunState::Starting) {
            row.state = store::write(RunState::Starting);
            said.push(Incoming::hub(self.clock.now(), "run.launched", json!({})));
        }
        self.append_within(&mut change, row, said).await?;
        change.commit().await.map_err(fault)?;
        self.tokens.insert(id, token.clone());
        Ok(Some(token))
    }

    async fn launch(&self, id: RunId, row: &run::Model, job: JobId, token: String) -> Result<(), Fault> {
        let (experiment, number) = (row.experiment.as_deref(), row.version);
        let (Some(experiment), Some(number)) = (experiment.and_then(|id| id.parse().ok()), number) else {
            return Err(Fault::internal());
        };
        let version = store::experiments::version(&self.db, experiment, number).await.map_err(fault)?;
        let version = version.ok_or_else(Fault::internal)?;
        let format = store::read(&version.format).map_err(fault)?;
        let whole = rows::get(&self.db, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        let job = self.job(job, &whole, &version, format, token)?;
        let claim = self.identity.claim().await?;
        match self.launcher.start(&claim, job).await {
            Err(refused) if refused.kind == FaultKind::Unavailable => self.say_waiting(id, row, &refused.detail).await,
            answer => {
                answer?;
                if self.steps.placed(id) {
                    // There may be a place for more of those that wait.
                    self.nudge.nudge();
                }
                Ok(())
            }
        }
    }

    async fn say_waiting(&self, id: RunId, seen: &run::Model, why: &str) -> Result<(), Fault> {
        self.steps.waits(id);
        let sentence = format!("Waiting to start: {}.", why.trim_end_matches('.'));
        if seen.job.is_some() && seen.sentence == sentence {
            // Said before: that it goes on waiting takes no place among the writers.
            return Ok(());
        }
        let mut change = self.begin().await?;
        let mut row = rows::locked(&*change, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        if row.sentence == sentence || store::read::<RunState>(&row.state).map_err(fault)? >= RunState::Running {
            return Ok(());
        }
        row.sentence = sentence;
        self.append_within(&mut change, row, Vec::new()).await?;
        change.commit().await.map_err(fault)
    }

    /// Looks after a run whose job was written down.
    async fn watch(&self, id: RunId, row: &run::Model, job: JobId) -> Result<(), Fault> {
        let claim = self.identity.claim().await?;
        let job = match self.launcher.look(&claim, job).await {
            Ok(job) => job,
            Err(missing) if missing.kind == FaultKind::NotFound => return self.missing(id, job).await,
            Err(other) => return Err(other),
        };
        match job.state {
            JobState::Ended | JobState::Lost => {
                let _few = self.steps.collecting.acquire().await.map_err(|_| Fault::internal())?;
                Box::pin(self.collect(id, &job)).await
            }
            JobState::Accepted | JobState::Running if row.stop_requested_at.is_some() => self.climb(id, row, job.id).await,
            // Taken, and perhaps not started: asked again, which is harmless. One that speaks has been started.
            JobState::Accepted if row.started_at.is_none() => self.start(id, row, job.id).await,
            JobState::Accepted => Ok(()),
            JobState::Running => {
                self.tokens.invalidate(&id);
                Ok(())
            }
        }
    }

    /// The launcher does not know the job. One that never spoke never reached it; one that did must not run twice.
    async fn missing(&self, id: RunId, job: JobId) -> Result<(), Fault> {
        // As it is now: it may have spoken since this turn began.
        let row = rows::get(&self.db, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        if row.started_at.is_some() {
            return self.end(id, None, Vec::new(), |_| Ending::Silent).await.map(|_| ());
        }
        if row.stop_requested_at.is_some() {
            return self.end_unstarted(id).await;
        }
        self.start(id, &row, job).await
    }

    /// Takes the next step of stopping, if it is time for one. The signal comes first: one that was only written down
    /// would be followed by a harder one, and a run that has heard it says so.
    async fn climb(&self, id: RunId, row: &run::Model, job: JobId) -> Result<(), Fault> {
        let Some(mode) = row.stop_mode.as_deref() else { return Ok(()) };
        let (obeyed, rolling_back) = self
            .observed(id, row.events, |observed| {
                let rolling_back = observed.phase == Some(Phase::Rollbacks) && !observed.rollbacks_completed;
                (observed.stopping.is_some(), rolling_back)
            })
            .await?;
        let last = match (row.stop_step.as_deref(), row.stop_step_at) {
            (Some(step), Some(at)) => Some((store::read::<Step>(step).map_err(fault)?, at)),
            _ => None,
        };
        let stopping = Stopping { mode: store::read(mode).map_err(fault)?, last, obeyed, rolling_back };
        let now = self.clock.now();
        let Some(step) = ladder::next_step(&stopping, now) else { return Ok(()) };
        if let Some(signal) = step.signal() {
            let claim = self.identity.claim().await?;
            let since = last.map(|(_, at)| at).or(row.stop_requested_at).unwrap_or(now);
            match self.launcher.signal(&claim, job, signal).await {
                Err(refused) if now - since < PATIENCE => return Err(refused),
                Err(refused) => {
                    tracing::warn!(run.id = row.id, code = refused.code, "a signal cannot be sent; trying harder ones")
                }
                Ok(_) => {}
            }
        }
        let mut change = self.begin().await?;
        let mut row = rows::locked(&*change, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        row.stop_step = Some(store::write(step));
        row.stop_step_at = Some(now);
        self.append_within(&mut change, row, vec![Incoming::hub(now, "stop.step", json!({ "step": step }))]).await?;
        change.commit().await.map_err(fault)
    }

    /// Ends a run from outside that has fallen silent, or that has finished and brings no journal.
    async fn listen(&self, id: RunId, row: &run::Model) -> Result<(), Fault> {
        let silent = self.clock.now() - row.last_seen_at.max(self.listening_since);
        if silent < JOURNAL_GRACE {
            return Ok(());
        }
        if self.observed(id, row.events, |observed| observed.finished.is_some()).await? {
            let ending = |_: &run::Model| Ending::Exited { code: None, signal: None };
            return self.end(id, None, Vec::new(), ending).await.map(|_| ());
        }
        if silent >= self.config.lost_after() {
            return self.end(id, None, Vec::new(), |_| Ending::Silent).await.map(|_| ());
        }
        Ok(())
    }
}

/// The tokens of a run with one more.
fn with_token(known: Option<&str>, hash: &str) -> String {
    let known: Vec<_> = known.into_iter().flat_map(|known| known.split(' ')).collect();
    let kept = &known[known.len().saturating_sub(TOKENS - 1)..];
    kept.iter().copied().chain([hash]).collect::<Vec<_>>().join(" ")
}
