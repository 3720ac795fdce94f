//! After an upgrade: versions and runs that were kept before experiments came from outside get their places, a few at a
//! time, behind everything else. What is done says so in its row, so another start goes on where this one was.

use super::{
    Experiment,
    belonging::{HUB, Reported, fingerprint_of, without_secrets},
};
use crate::{
    entity::{run, version},
    store::{self, belonging as moves, experiments as rows, objects::Large, runs},
    toolkit::{Document, Journal},
};
use chaoshub_chassis::{
    db::fault,
    tasks::{Nudge, Tasks},
};
use chaoshub_facade::experiment::{Origin, RunId};
use chaoshub_kernel::{Fault, WorkspaceId};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

/// How many are looked at in one turn.
const BATCH: u64 = 20;

/// How long until it is tried again where another process does it, or a store did not answer.
const AGAIN: Duration = Duration::from_secs(60);

/// How far it is in this process.
#[derive(Default)]
struct Progress {
    from: AtomicI64,
    done: AtomicBool,
}

impl Experiment {
    /// Gives everything that was kept before its place, until it is done or the tasks are stopped.
    pub fn backfill(&self, tasks: &Tasks) {
        let (this, progress, nudge) = (self.clone(), Arc::<Progress>::default(), Nudge::default());
        tasks.reconcile("runs from before", nudge.clone(), AGAIN, move || {
            let (this, progress, nudge) = (this.clone(), progress.clone(), nudge.clone());
            async move {
                if progress.done.load(Ordering::Relaxed) || this.lease.held().await.is_none() {
                    return;
                }
                match this.backfill_some(&progress.from).await {
                    Ok(true) => progress.done.store(true, Ordering::Relaxed),
                    Ok(false) => nudge.nudge(),
                    Err(cause) => tracing::warn!(%cause, "runs from outside could not be given their experiments; trying again"),
                }
            }
        });
    }

    /// One batch; true when nothing is left.
    async fn backfill_some(&self, from: &AtomicI64) -> Result<bool, Fault> {
        // What people wrote comes first: runs join it.
        let versions = moves::unread_versions(&self.db, BATCH).await.map_err(fault)?;
        if !versions.is_empty() {
            for version in versions {
                self.read_version(version).await?;
            }
            return Ok(false);
        }
        let homeless = moves::homeless_runs(&self.db, from.load(Ordering::Relaxed), BATCH).await.map_err(fault)?;
        let Some((_, last)) = homeless.last() else { return Ok(true) };
        let last = *last;
        for (run, _) in &homeless {
            self.bring_home(run.parse().map_err(|_| Fault::internal())?).await?;
        }
        from.store(last, Ordering::Relaxed);
        Ok(false)
    }

    async fn read_version(&self, version: version::Model) -> Result<(), Fault> {
        let format = store::read(&version.format).map_err(fault)?;
        let read = move || {
            let fingerprint = Document::parse(&version.source, format).map(|document| fingerprint_of(&document));
            (fingerprint.unwrap_or_default(), version)
        };
        let (fingerprint, version) = tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())?;
        let change = self.begin().await?;
        moves::set_fingerprint(&*change, &version.experiment, version.number, &fingerprint).await.map_err(fault)?;
        let id = version.experiment.parse().map_err(|_| Fault::internal())?;
        if let Some(row) = rows::get(&*change, id).await.map_err(fault)?.filter(|row| row.origin == HUB) {
            self.claim_document(&change, &row, &fingerprint, version.number).await?;
        }
        change.commit().await.map_err(fault)
    }

    async fn bring_home(&self, id: RunId) -> Result<(), Fault> {
        let Some(row) = runs::get(&self.db, id).await.map_err(fault)? else { return Ok(()) };
        let reported = match self.document_that_ran(&row).await? {
            Some(mut document) => {
                let read = move || {
                    without_secrets(&mut document);
                    Reported::read(&document)
                };
                tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())?
            }
            None => Err("no-document"),
        };
        let workspace: WorkspaceId = row.workspace.parse().map_err(|_| Fault::internal())?;
        let mut change = self.begin().await?;
        let still = runs::locked(&*change, id).await.map_err(fault)?;
        if still.is_none_or(|row| row.experiment.is_some() || row.unjoined.is_some()) {
            return Ok(());
        }
        let home = self.home(&mut change, workspace, reported, &row.started_by, row.requested_at).await?;
        let (experiment, version, unjoined) = home.columns();
        let home = experiment.as_deref().zip(version);
        moves::set_home(&*change, &row.id, home, unjoined.as_deref()).await.map_err(fault)?;
        change.commit().await.map_err(fault)
    }

    /// What a run from outside ran: as it was announced, or as its journal says.
    async fn document_that_ran(&self, row: &run::Model) -> Result<Option<Value>, Fault> {
        if row.origin == store::write(Origin::Outside) {
            return Ok(row.manifest.get("experiment").cloned());
        }
        let (Some(digest), Ok(id)) = (&row.journal_digest, row.id.parse()) else { return Ok(None) };
        let Some(bytes) = self.objects.get(id, Large::Journal(digest)).await? else { return Ok(None) };
        let read = move || Journal::read(&bytes).ok().and_then(|journal| journal.document());
        tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())
    }
}
