//! Bringing rows and processes together. It takes no input: it compares what is written with what the spawner lists
//! and moves each job one step. Whatever crashed, the next turn goes on. What cannot be taken back (a job is lost, its
//! folder is removed) is done by one process of those that share a folder; the rest by each, for rows only move up.

use super::{LocalLauncher, Wanted};
use crate::{
    spawner::Status,
    store::jobs::{self, Row},
};
use chaoshub_chassis::lease::Fence;
use chaoshub_facade::launcher::{JobId, JobState, StopSignal};
use chaoshub_kernel::Fault;
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};

/// How long a job may be written down without the spawner knowing it: its starter may have crashed and ask again.
const UNKNOWN: TimeDelta = TimeDelta::seconds(60);

/// How long a job that was surely never started may wait to be asked for again. Whoever wants it asks every second, and
/// may do so for hours when there is no room.
const UNASKED: TimeDelta = TimeDelta::days(1);

/// How long released jobs and old news are remembered.
const REMEMBERED_DAYS: i64 = 30;

/// How many jobs one step of the sweep forgets.
const SWEEP_STEP: u64 = 500;

impl LocalLauncher {
    /// One turn over all jobs. One that fails does not keep the others from their step.
    pub(crate) async fn reconcile(&self) {
        if let Err(fault) = self.turn().await {
            tracing::warn!(code = fault.code, "a turn over the jobs failed; trying again");
        }
    }

    async fn turn(&self) -> Result<(), Fault> {
        let lead = self.lease.held().await;
        // In this order: a job that is written, not being started, and not listed afterwards is really not there.
        let rows = jobs::open(&self.db).await?;
        let starting = self.starting.lock().expect("no panic happens under this lock").clone();
        let listed = self.spawner.list().await.map_err(|error| {
            tracing::error!(%error, "the spawner cannot say what runs");
            Fault::unavailable("runner-trouble", "the spawner cannot say what runs")
        })?;
        let mut listed: HashMap<JobId, Status> = listed.into_iter().collect();
        for row in rows {
            let status = listed.remove(&row.job.id);
            if let Err(fault) = self.step(&row, status, lead, &starting).await {
                tracing::warn!(job.id = %row.job.id, code = fault.code, "a job could not be moved on; trying again");
            }
        }
        for (id, status) in listed.into_iter().filter(|_| lead.is_some()) {
            self.clear(id, &status).await?;
        }
        Ok(())
    }

    async fn step(&self, row: &Row, status: Option<Status>, lead: Option<Fence>, starting: &HashSet<JobId>) -> Result<(), Fault> {
        let Some(status) = status else {
            let Some(fence) = lead else { return Ok(()) };
            let age = self.clock.now() - row.created_at;
            if self.surely_unstarted(row) {
                return if row.wanted >= Wanted::Stopped || age >= UNASKED { self.call_off(row).await } else { Ok(()) };
            }
            if (row.job.state == JobState::Accepted && age < UNKNOWN) || starting.contains(&row.job.id) {
                return Ok(());
            }
            return self.give_up(&row.job, fence).await;
        };
        if row.wanted >= Wanted::Stopped && matches!(status, Status::Starting | Status::Running) {
            match self.spawner.signal(row.job.id, StopSignal::Kill).await {
                Ok(status) => return self.take_in(&row.job, &status).await,
                Err(error) => tracing::warn!(job.id = %row.job.id, %error, "a job could not be killed; trying again"),
            }
        }
        self.take_in(&row.job, &status).await
    }

    /// What is listed and not open has ended: it waits to be read until it is released. Without a row nobody will.
    async fn clear(&self, id: JobId, status: &Status) -> Result<(), Fault> {
        let row = jobs::get(&self.db, id).await?;
        if row.as_ref().is_some_and(|row| row.wanted != Wanted::Released) {
            return Ok(());
        }
        if matches!(status, Status::Starting | Status::Running) {
            // Killing it could leave a fault in place; somebody who restored an old database may still want to see it.
            tracing::warn!(job.id = %id, "a job runs that this hub does not know; it is left alone until it ends");
            return Ok(());
        }
        if let Err(error) = self.spawner.remove(id).await {
            tracing::warn!(job.id = %id, %error, "the folder of a job could not be removed; trying again");
        }
        Ok(())
    }

    /// Forgets what is long over.
    pub(crate) async fn sweep(&self) {
        let swept = self.sweep_jobs().await;
        let news = self.outbox.sweep(REMEMBERED_DAYS).await.map_err(chaoshub_chassis::db::fault);
        if let Err(fault) = swept.and(news) {
            tracing::warn!(code = fault.code, "old jobs could not be forgotten; trying again");
        }
    }

    /// A few at a time, between the changes of others.
    async fn sweep_jobs(&self) -> Result<(), Fault> {
        use chaoshub_chassis::db::fault;
        let before = self.clock.now() - TimeDelta::days(REMEMBERED_DAYS);
        loop {
            let tx = self.outbox.begin().await.map_err(fault)?;
            let swept = jobs::sweep(&*tx, before, SWEEP_STEP).await?;
            tx.commit().await.map_err(fault)?;
            if swept < SWEEP_STEP {
                return Ok(());
            }
        }
    }
}
