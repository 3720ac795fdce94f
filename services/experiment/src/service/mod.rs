//! The rules: what an experiment and a run are allowed to become. Queries are the store's, HTTP is not known here.

pub mod adopt;
pub mod belonging;
pub mod experiments;
pub mod ingest;
pub mod outside;
pub mod overlap;
pub mod run_list;
pub mod runs;
pub mod view;

mod append;
mod backfill;
mod close;
mod digest;
mod drive;
mod judged;
mod ladder;
mod launch;
mod local;
mod secrets;
mod settle;
mod steps;
#[cfg(test)]
mod tests;
mod turns;

use crate::{Config, store::objects::Objects, toolkit::Redactor};
use chaoshub_chassis::{
    Edge,
    claims::ServiceIdentity,
    db::{Db, fault},
    lease::{Fence, Lease},
    outbox::{Change, Outbox},
    tasks::{Nudge, Tasks},
};
use chaoshub_facade::{experiment::RunId, launcher::Launcher};
use chaoshub_kernel::{Clock, Fault};
use chrono::{DateTime, Utc};
pub(crate) use digest::Lanes;
use moka::sync::Cache;
pub(crate) use settle::Settling;
use std::sync::Arc;
pub(crate) use steps::Steps;
pub(crate) use turns::Turns;

/// Everything that the rules need to act; cheap to clone.
#[derive(Clone)]
pub struct Experiment {
    pub(crate) db: Db,
    pub(crate) outbox: Outbox,
    pub(crate) objects: Objects,
    pub(crate) edge: Edge,
    pub(crate) launcher: Arc<dyn Launcher>,
    pub(crate) identity: ServiceIdentity,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) config: Arc<Config>,
    /// What the events of live runs have said, so that a batch does not read all events before it.
    pub(crate) lanes: Lanes,
    /// Runs of which that is being read.
    pub(crate) settling: Settling,
    /// Owns what is done in the background.
    pub(crate) tasks: Tasks,
    /// What takes out the secrets of live runs.
    pub(crate) redactors: Cache<RunId, Arc<Redactor>>,
    /// The tokens of jobs that may not have reached the launcher yet; elsewhere only their hashes are.
    pub(crate) tokens: Cache<RunId, String>,
    /// Whose the reconciling is, among all processes on this database.
    pub(crate) lease: Lease,
    /// The reconciler's own number: with it, nothing is changed once another process reconciles.
    pub(crate) fence: Option<Fence>,
    /// Wakes the reconciler of runs.
    pub(crate) nudge: Nudge,
    /// What the reconciler is at.
    pub(crate) steps: Steps,
    /// How often the reconciler has looked.
    pub(crate) turns: Turns,
    /// Silence is counted from here at the earliest: while the hub was away nobody could be heard.
    pub(crate) listening_since: DateTime<Utc>,
}

impl Experiment {
    /// Begins a change.
    async fn begin(&self) -> Result<Change, Fault> {
        let change = self.outbox.begin().await.map_err(fault)?;
        if let Some(fence) = self.fence {
            self.lease.confirm(&*change, fence).await?;
        }
        Ok(change)
    }
}

/// What is given as `after` and is no `next` of the list.
pub(crate) fn no_cursor() -> Fault {
    Fault::invalid("invalid-cursor", "`after` is not a cursor of this list")
}
