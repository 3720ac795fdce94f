//! Saying where a run stands after events that came out of order, or to a process that remembers nothing of it: what was
//! stored before has to be read, which is done outside of any transaction, and in the background where it is much.

use super::{
    Experiment,
    append::place,
    digest::{AT_ONCE, Digest},
    view,
};
use crate::{store::runs as rows, toolkit::Observed};
use chaoshub_chassis::{db::fault, outbox::News};
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::Fault;
use serde_json::json;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;

/// How often it is tried to say where a run stands while more of its events come.
const TRIES: usize = 3;

/// How often a long history is read before it is left to the next batch that comes.
const READINGS: u32 = 8;

/// The shortest pause between two readings of a long history; a reading that took longer is followed by a longer one.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs whose long history is being read.
#[derive(Clone, Default)]
pub(crate) struct Settling(Arc<Mutex<HashSet<RunId>>>);

impl Settling {
    fn begin(&self, run: RunId) -> Option<Begun> {
        let new = self.0.lock().expect("no panic happens under this lock").insert(run);
        new.then(|| Begun(self.clone(), run))
    }
}

struct Begun(Settling, RunId);

impl Drop for Begun {
    fn drop(&mut self) {
        self.0.0.lock().expect("no panic happens under this lock").remove(&self.1);
    }
}

impl Experiment {
    /// Looks at what all events of a run say, up to a number. However many they are, they are read outside of any
    /// transaction; batches of the same run wait meanwhile.
    pub(super) async fn observed<T>(&self, run: RunId, number: i64, look: impl FnOnce(&Observed) -> T) -> Result<T, Fault> {
        let mut turn = self.lanes.of(run).await;
        let digest = self.digest_upto(&self.db, run, turn.take(), number, i64::MAX).await?;
        let seen = digest.as_ref().map(|digest| look(&digest.observed));
        turn.put(digest);
        seen.ok_or_else(Fault::internal)
    }

    /// The same by what is stored and nothing else, in the order in which it was sent: what decides a verdict.
    pub(super) async fn stored<T>(&self, run: RunId, number: i64, look: impl FnOnce(&Observed) -> T) -> Result<T, Fault> {
        // Batches wait, so that what is read is soon not out of date.
        let _turn = self.lanes.of(run).await;
        let digest = self.digest_upto(&self.db, run, None, number, i64::MAX).await?;
        digest.as_ref().map(|digest| look(&digest.observed)).ok_or_else(Fault::internal)
    }

    /// Says where the run stands by all its events: at once where they are few, soon where they are many.
    pub(super) async fn settle(&self, run: RunId, events: i64) -> Result<(), Fault> {
        if events <= AT_ONCE && self.settle_now(run, None).await? {
            return Ok(());
        }
        if let Some(begun) = self.settling.begin(run) {
            let this = self.clone();
            self.tasks.spawn(async move {
                if let Err(refused) = this.read_and_settle(begun.1).await {
                    tracing::warn!(run.id = %begun.1, code = refused.code, "where a run stands could not be read; its next batch tries again");
                }
                drop(begun);
            });
        }
        Ok(())
    }

    async fn read_and_settle(&self, run: RunId) -> Result<(), Fault> {
        for _ in 0..READINGS {
            let began = Instant::now();
            let row = rows::known(&self.db, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
            let read = self.digest_upto(&self.db, run, None, row.events, i64::MAX).await?;
            if self.settle_now(run, read).await? {
                return Ok(());
            }
            // Whoever sends out of order all the time has its history read only now and then.
            tokio::time::sleep((began.elapsed() * 3).max(PAUSE)).await;
        }
        Ok(())
    }

    /// False when too much is to be read, or more and more events come out of order meanwhile.
    async fn settle_now(&self, run: RunId, read: Option<Digest>) -> Result<bool, Fault> {
        let mut turn = self.lanes.of(run).await;
        let mut digest = turn.take().or(read);
        for _ in 0..TRIES {
            let row = rows::known(&self.db, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
            digest = self.digest_upto(&self.db, run, digest.take(), row.events, AT_ONCE).await?;
            if digest.is_none() {
                return Ok(false);
            }
            let mut change = self.begin().await?;
            let mut row = rows::locked(&*change, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
            digest = self.digest_within(&*change, run, digest.take(), row.events).await?;
            let Some(known) = &digest else { continue };
            place(&mut row, &known.observed).map_err(fault)?;
            rows::update(&*change, &row).await.map_err(fault)?;
            let summary = view::run_summary(&row).map_err(fault)?;
            let about = json!({ "summary": summary });
            let news = News { kind: "run.changed", subject: row.id.clone(), workspace: Some(summary.workspace_id), data: about };
            change.tell(news).await.map_err(fault)?;
            change.commit().await.map_err(fault)?;
            turn.put(digest);
            return Ok(true);
        }
        Ok(false)
    }
}
