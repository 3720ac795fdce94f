//! `LocalLauncher`: the launcher's facade over its database and a spawner.

use super::{Tooling, Wanted};
use crate::{
    config::Ceilings,
    spawner::{Order, SpawnError, Spawner, Status},
    store::jobs::{self, Row},
};
use async_trait::async_trait;
use chaoshub_chassis::{
    claims::Verifier,
    db::{Db, fault},
    lease::{Fence, Lease},
    outbox::{News, Outbox},
    tasks::Nudge,
};
use chaoshub_facade::launcher::{Exit, FileChunk, Job, JobId, JobState, Launcher, ReadFile, Readiness, StartJob, StopSignal};
use chaoshub_kernel::{Clock, Fault, SignedClaim, WorkspaceId};
use serde_json::json;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};
use tokio::sync::watch;

/// The launcher in this process.
pub(crate) struct LocalLauncher {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) db: Db,
    pub(crate) outbox: Outbox,
    pub(crate) verifier: Verifier,
    pub(crate) spawner: Arc<dyn Spawner>,
    pub(crate) tooling: watch::Receiver<Tooling>,
    pub(crate) ceilings: Ceilings,
    /// Whose it is, among the processes that share a folder of jobs, to decide what is lost and what is cleared away.
    pub(crate) lease: Lease,
    pub(crate) nudge: Nudge,
    /// Jobs whose start is under way: written down, perhaps not yet known to the spawner.
    pub(crate) starting: Mutex<HashSet<JobId>>,
}

impl LocalLauncher {
    async fn only_services(&self, claim: &SignedClaim) -> Result<(), Fault> {
        if self.verifier.verify(claim).await?.is_service() {
            return Ok(());
        }
        Err(Fault::forbidden("services-only", "only services of this installation may ask for jobs"))
    }

    async fn known(&self, id: JobId) -> Result<Row, Fault> {
        jobs::get(&self.db, id).await?.ok_or_else(|| Fault::not_found("job"))
    }

    /// Takes what the spawner says into the row, and tells of it when that moved the job.
    pub(super) async fn take_in(&self, job: &Job, status: &Status) -> Result<(), Fault> {
        match status {
            Status::Starting => Ok(()),
            Status::Running => self.advance(job, JobState::Running, None).await,
            Status::Ended(exit) => self.advance(job, JobState::Ended, Some(exit)).await,
            Status::Lost => self.advance(job, JobState::Lost, None).await,
        }
    }

    /// A job that is nowhere is lost, if it is still ours to say so.
    pub(super) async fn give_up(&self, job: &Job, lead: Fence) -> Result<(), Fault> {
        self.move_on(Some(lead), job, JobState::Lost, None).await
    }

    /// Whether a job that the spawner does not know has surely not been started.
    pub(super) fn surely_unstarted(&self, row: &Row) -> bool {
        row.job.state == JobState::Accepted && row.home.as_deref() == Some(self.spawner.home())
    }

    /// Ends a job that was never started, and sees to it that it never is.
    pub(super) async fn call_off(&self, row: &Row) -> Result<(), Fault> {
        let id = row.job.id;
        let status = self.spawner.call_off(id).await.map_err(|error| refusal(id, &error))?;
        self.take_in(&row.job, &status).await
    }

    async fn advance(&self, job: &Job, state: JobState, exit: Option<&Exit>) -> Result<(), Fault> {
        self.move_on(None, job, state, exit).await
    }

    async fn move_on(&self, lead: Option<Fence>, job: &Job, state: JobState, exit: Option<&Exit>) -> Result<(), Fault> {
        if job.state >= state {
            return Ok(());
        }
        let mut change = self.outbox.begin().await.map_err(fault)?;
        if let Some(fence) = lead {
            self.lease.confirm(&*change, fence).await?;
        }
        if !jobs::advance(&*change, job.id, state, exit).await? {
            return Ok(());
        }
        change.tell(changed(job, state)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        tracing::info!(job.id = %job.id, job.state = ?state, "a job moved");
        Ok(())
    }

    /// Writes a job down, unless it is.
    async fn accept(&self, id: JobId, workspace: WorkspaceId) -> Result<(), Fault> {
        let mut change = self.outbox.begin().await.map_err(fault)?;
        if !jobs::insert(&*change, id, workspace, self.spawner.home(), self.clock.now()).await? {
            return Ok(());
        }
        let accepted = Job { id, workspace, state: JobState::Accepted, exit: None };
        change.tell(changed(&accepted, JobState::Accepted)).await.map_err(fault)?;
        change.commit().await.map_err(fault)
    }

    fn order(&self, job: StartJob) -> Result<Order, Fault> {
        let tooling = self.tooling.borrow().clone();
        let Tooling::Ready(tools) = tooling else {
            let detail = tooling.readiness().detail.unwrap_or_default();
            return Err(Fault::unavailable("runner-not-ready", detail));
        };
        let limits = self.ceilings.hold(job.limits);
        Ok(Order { id: job.id, argv: job.argv, env: job.env, files: job.files, limits, tools })
    }

    async fn launch(&self, row: Row, order: Order) -> Result<Job, Fault> {
        let id = row.job.id;
        match self.spawner.start(order).await {
            Ok(status) => self.take_in(&row.job, &status).await?,
            Err(SpawnError::Invalid(why)) => {
                let exit = Exit { code: None, signal: None, at: self.clock.now(), failure: Some(why), over_time: false };
                self.advance(&row.job, JobState::Ended, Some(&exit)).await?;
            }
            // The row stays: asking again with the same id tries again.
            Err(error) => return Err(refusal(id, &error)),
        }
        Ok(self.known(id).await?.job)
    }
}

#[async_trait]
impl Launcher for LocalLauncher {
    async fn start(&self, claim: &SignedClaim, job: StartJob) -> Result<Job, Fault> {
        self.only_services(claim).await?;
        let id = job.id;
        if let Some(row) = jobs::get(&self.db, id).await?
            && (row.job.state != JobState::Accepted || row.wanted != Wanted::Running)
        {
            return Ok(row.job);
        }
        let _under_way = UnderWay::new(&self.starting, id);
        let workspace = job.workspace;
        let order = self.order(job)?;
        self.accept(id, workspace).await?;
        let row = self.known(id).await?;
        if row.job.state == JobState::Accepted && !self.surely_unstarted(&row) {
            // It may have been started in a folder that is gone, and must not be started twice.
            if self.spawner.look(id).await.map_err(|error| refusal(id, &error))?.is_none() {
                self.advance(&row.job, JobState::Lost, None).await?;
                return Ok(self.known(id).await?.job);
            }
        }
        self.launch(row, order).await
    }

    async fn look(&self, claim: &SignedClaim, job: JobId) -> Result<Job, Fault> {
        self.only_services(claim).await?;
        let row = self.known(job).await?;
        if row.job.state < JobState::Ended
            && let Some(status) = self.spawner.look(job).await.map_err(|error| refusal(job, &error))?
        {
            self.take_in(&row.job, &status).await?;
            return Ok(self.known(job).await?.job);
        }
        Ok(row.job)
    }

    async fn signal(&self, claim: &SignedClaim, job: JobId, signal: StopSignal) -> Result<Job, Fault> {
        self.only_services(claim).await?;
        let row = self.known(job).await?;
        if row.job.state >= JobState::Ended {
            return Ok(row.job);
        }
        if signal == StopSignal::Kill {
            jobs::want(&self.db, job, Wanted::Stopped).await?;
        }
        match self.spawner.signal(job, signal).await {
            Ok(status) => self.take_in(&row.job, &status).await?,
            Err(SpawnError::NotFound) if self.surely_unstarted(&row) => self.call_off(&row).await?,
            // Whatever keeps a kill from arriving now, the reconciler goes on with it.
            Err(_) if signal == StopSignal::Kill => self.nudge.nudge(),
            Err(error) => return Err(refusal(job, &error)),
        }
        Ok(self.known(job).await?.job)
    }

    async fn read(&self, claim: &SignedClaim, ask: ReadFile) -> Result<FileChunk, Fault> {
        self.only_services(claim).await?;
        self.known(ask.job).await?;
        self.spawner.read(ask.job, &ask.name, ask.from, ask.limit).await.map_err(|error| refusal(ask.job, &error))
    }

    async fn release(&self, claim: &SignedClaim, job: JobId) -> Result<(), Fault> {
        self.only_services(claim).await?;
        let Some(row) = jobs::get(&self.db, job).await? else { return Ok(()) };
        if row.job.state < JobState::Ended {
            return Err(Fault::conflict("job-runs", "the job still runs; stop it before releasing it"));
        }
        jobs::want(&self.db, job, Wanted::Released).await?;
        self.spawner.remove(job).await.map_err(|error| refusal(job, &error))
    }

    async fn ready(&self, claim: &SignedClaim) -> Result<Readiness, Fault> {
        self.only_services(claim).await?;
        Ok(self.tooling.borrow().readiness())
    }
}

fn changed(job: &Job, state: JobState) -> News {
    News { kind: "job.changed", subject: job.id.to_string(), workspace: Some(job.workspace), data: json!({ "state": state }) }
}

/// What the spawner could not do, in the words of the facade.
fn refusal(job: JobId, error: &SpawnError) -> Fault {
    match error {
        SpawnError::NotFound => Fault::not_found("job or file"),
        SpawnError::Invalid(why) => Fault::invalid("invalid-job", why.clone()),
        SpawnError::StillRuns => Fault::conflict("job-runs", "the job still runs; stop it before releasing it"),
        SpawnError::Full(why) => Fault::unavailable("runner-full", why.clone()),
        SpawnError::Machine(what, cause) => {
            tracing::error!(job.id = %job, error = %cause, "{what}");
            Fault::unavailable("runner-trouble", format!("the runner has trouble: {what}; try again"))
        }
    }
}

/// Says for as long as it lives that a start is under way.
struct UnderWay<'a>(&'a Mutex<HashSet<JobId>>, JobId);

impl<'a> UnderWay<'a> {
    fn new(set: &'a Mutex<HashSet<JobId>>, id: JobId) -> Self {
        set.lock().expect("no panic happens under this lock").insert(id);
        Self(set, id)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.lock().expect("no panic happens under this lock").remove(&self.1);
    }
}
