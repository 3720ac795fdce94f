//! Ending a run: what is left of it is fetched and kept, then the verdict is computed, in one transaction with its news.

use super::{
    Experiment,
    append::{Incoming, may_send},
    ingest,
    judged::{Judged, too_large},
    launch, view,
};
use crate::{
    entity::run,
    store::{
        self,
        objects::Large,
        runs::{self as rows, Locked},
    },
    toolkit::{self, Ending, Journal, Observed, Redactor},
};
use bytes::Bytes;
use chaoshub_chassis::{
    db::fault,
    outbox::{Change, News},
};
use chaoshub_facade::{
    experiment::{RunId, RunState, Verdict},
    launcher::{Exit, Job, JobId, ReadFile},
};
use chaoshub_kernel::{Fault, FaultKind};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::BTreeMap, sync::Arc, time::Duration};

/// The largest file that is fetched from a run's folder, bytes.
pub(super) const LARGEST_FILE: u64 = 64 << 20;

/// The largest event that a run may leave, bytes: what the hub takes in one body.
const LARGEST_LINE: usize = 2 << 20;

/// How much of the end of a log is searched for its last error, bytes.
const LOG_END: usize = 256 << 10;

/// Where the event of the end says how large a journal was that was not kept.
const NOT_KEPT: &str = "journal_not_kept";

/// How often a run is judged while it moves on before that is left to the next turn.
const TRIES: usize = 5;

/// How long a piece of a file may take.
const READ: Duration = Duration::from_secs(30);

/// Fetched at once, bytes.
const PIECE: u64 = 4 << 20;

impl Experiment {
    /// Ends a run of the hub's whose job is over: events that were lost on the way, journal and log first, the verdict last.
    pub(super) async fn collect(&self, run: RunId, job: &Job) -> Result<(), Fault> {
        let row = rows::get(&self.db, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        let redactor = self.redactor_of(&row).await?;
        let log = self.fetch(job.id, "output.log").await?.unwrap_or_default();
        let log = clean(redactor.clone(), log, Redactor::bytes).await?;
        let trouble = toolkit::last_error(&String::from_utf8_lossy(&log[log.len().saturating_sub(LOG_END)..]));
        self.objects.put(run, Large::Log, log).await?;
        if let Some(events) = self.fetch(job.id, launch::EVENTS_FILE).await? {
            self.catch_up(run, redactor.clone(), events).await?;
        }
        // A part of a journal is no journal: one that is too large is not kept at all, and that is said.
        let size = self.size(job.id, launch::JOURNAL_FILE).await?;
        let too_large = (size > LARGEST_FILE).then_some(size);
        let fetched = match too_large {
            None => self.fetch(job.id, launch::JOURNAL_FILE).await?,
            Some(_) => None,
        };
        let journal = match fetched {
            Some(journal) => Some(receive(redactor, journal).await?),
            None => None,
        };
        let exit = job.exit.clone();
        let ending = |row: &run::Model| match &exit {
            Some(Exit { failure: Some(_), .. }) => Ending::NeverStarted { stopped: row.stop_requested_at.is_some() },
            Some(_) if row.stop_requested_at.is_some() => {
                Ending::StoppedByUs { killed: row.stop_step.as_deref() == Some("kill") }
            }
            // The wall clock is the hub's, too; its ladder ends with SIGKILL.
            Some(exit) if exit.over_time => Ending::StoppedByUs { killed: exit.signal == Some(9) },
            Some(exit) => Ending::Exited { code: exit.code, signal: exit.signal },
            None => Ending::Silent,
        };
        let mut said = match &exit {
            Some(exit) => json!({"code": exit.code, "signal": exit.signal, "failure": exit.failure, "over_time": exit.over_time}),
            None => json!({"failure": "the process is gone without a word"}),
        };
        if let Some(size) = too_large {
            said[NOT_KEPT] = size.into();
        }
        if let Some(trouble) = trouble {
            said["log_error"] = trouble.into();
        }
        let news = Incoming::hub(self.clock.now(), "process.exited", said);
        self.end(run, journal, vec![news], ending).await?;
        self.release(&run.to_string(), job.id).await
    }

    /// Lets the launcher forget what the job of an ended run left.
    pub(super) async fn release(&self, run: &str, job: JobId) -> Result<(), Fault> {
        let claim = self.identity.claim().await?;
        match self.launcher.release(&claim, job).await {
            Err(refused) if refused.kind != FaultKind::NotFound => Err(refused),
            _ => rows::released(&self.db, run).await.map_err(fault),
        }
    }

    /// Ends a run, or judges a lost one anew when news of it has come after all. A journal that comes to a run that was
    /// judged without one is kept. What takes long is done before anything is locked, and again when the run has moved on
    /// meanwhile.
    pub(super) async fn end(
        &self,
        run: RunId,
        journal: Option<Received>,
        news: Vec<Incoming>,
        ending: impl Fn(&run::Model) -> Ending,
    ) -> Result<run::Model, Fault> {
        let left = match journal {
            Some(journal) => Some(self.keep_journal(run, journal).await?),
            None => None,
        };
        let left = left.as_ref();
        let mut document = None;
        for _ in 0..TRIES {
            let seen = rows::known(&self.db, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
            if !may_end(&seen)? {
                return self.keep_late(seen, run, left).await;
            }
            if document.is_none() {
                document = self.document_of(&seen).await?;
            }
            let judge = |observed: &Observed| {
                let mut observed = observed.clone();
                news.iter().for_each(|news| observed.observe(&news.kind, news.phase, Some(news.at), &news.data));
                Judged::of(&seen, &observed, document.as_ref(), left, ending(&seen))
            };
            let mut judged = self.stored(run, seen.events, judge).await??;
            judged.warnings.extend(news.iter().find_map(|news| too_large(news.data.get(NOT_KEPT)?.as_u64()?)));
            let mut change = self.begin().await?;
            let row = rows::locked(&*change, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
            if moved_on(&seen, &row) {
                continue;
            }
            let row = self.end_within(&mut change, row, judged, left, news).await?;
            change.commit().await.map_err(fault)?;
            self.ended(&row, run);
            return Ok(row);
        }
        Err(Fault::unavailable("run-busy", "so many events of the run come in that it cannot be ended now; try again"))
    }

    /// Keeps a journal that has come after the end to a run that was judged without one.
    async fn keep_late(&self, row: run::Model, run: RunId, left: Option<&Left>) -> Result<run::Model, Fault> {
        let Some(left) = left.filter(|_| row.journal_digest.is_none()) else { return Ok(row) };
        let mut change = self.begin().await?;
        let mut row = rows::locked(&*change, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        if row.journal_digest.is_some() {
            return Ok(row.into_row());
        }
        let received = self.received(&mut row, left);
        let row = self.append_within(&mut change, row, vec![received]).await?;
        change.commit().await.map_err(fault)?;
        Ok(row)
    }

    /// Keeps the clean bytes of a journal.
    pub(super) async fn keep_journal(&self, run: RunId, journal: Received) -> Result<Left, Fault> {
        let Received { clean, digest, judged, shown } = journal;
        let size = clean.len();
        self.objects.put(run, Large::Journal(&digest), clean).await?;
        Ok(Left { digest, size, judged, shown })
    }

    /// The end of a run that has none yet, its verdict and its news.
    pub(super) async fn end_within(
        &self,
        change: &mut Change,
        row: impl Into<Locked>,
        judged: Judged,
        left: Option<&Left>,
        news: Vec<Incoming>,
    ) -> Result<run::Model, Fault> {
        let mut row = row.into();
        let mut said = news;
        if let Some(left) = left {
            let received = self.received(&mut row, left);
            said.push(received);
        }
        let now = self.clock.now();
        judged.write(&mut row, left, now);
        self.forget_false_overlaps(change, &mut row).await?;
        let about = json!({"verdict": row.verdict, "reasons": row.reasons, "warnings": row.warnings, "sentence": row.sentence});
        said.push(Incoming::hub(now, "run.ended", about));
        let row = self.append_within(change, row, said).await?;
        tell_end(change, &row).await?;
        Ok(row)
    }

    /// What is remembered of a live run is not needed any more.
    pub(super) fn ended(&self, row: &run::Model, run: RunId) {
        self.lanes.forget(run);
        self.redactors.invalidate(&run);
        self.tokens.invalidate(&run);
        metrics::counter!("chaoshub_runs_ended_total", "verdict" => row.verdict.clone().unwrap_or_default()).increment(1);
    }

    fn received(&self, row: &mut run::Model, left: &Left) -> Incoming {
        let about = json!({"bytes": left.size, "digest": left.digest});
        row.journal_digest = Some(left.digest.clone());
        row.journal_bytes = Some(super::runs::to_i64(left.size));
        Incoming::hub(self.clock.now(), "journal.received", about)
    }

    /// Appends the events of a run's own file that never arrived.
    async fn catch_up(&self, run: RunId, redactor: Arc<Redactor>, file: Bytes) -> Result<(), Fault> {
        let by_sender = tokio::task::spawn_blocking(move || filed(&redactor, &file)).await.map_err(|_| Fault::internal())?;
        let row = rows::get(&self.db, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        // Those that are known come first; then there may be room for some more.
        let (known, new): (Vec<_>, Vec<_>) = by_sender.into_iter().partition(|(sender, _)| row.senders.get(sender).is_some());
        for (sender, mut events) in known.into_iter().chain(new) {
            events.sort_by_key(|event| event.seq);
            while !events.is_empty() {
                let rest = events.split_off(events.len().min(ingest::LARGEST_BATCH));
                let some = std::mem::replace(&mut events, rest);
                let mut change = self.begin().await?;
                let row = rows::locked(&*change, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
                if !may_send(&row, &sender) {
                    return Ok(());
                }
                let through = row.senders.get(&sender).and_then(serde_json::Value::as_i64).unwrap_or(0);
                if some.last().and_then(|event| event.seq).unwrap_or(0) > through {
                    // Where it stands is read when all of them are there.
                    match self.append_sent(&mut change, row, some, &mut None).await {
                        Err(full) if full.code == "too-many-events" => return Ok(()),
                        appended => appended?,
                    };
                    change.commit().await.map_err(fault)?;
                }
            }
        }
        Ok(())
    }

    /// How large a file is, bytes; nothing when it is not there.
    async fn size(&self, job: JobId, name: &str) -> Result<u64, Fault> {
        let claim = self.identity.claim().await?;
        match self.launcher.read(&claim, ReadFile { job, name: name.to_owned(), from: 0, limit: 1 }).await {
            Ok(chunk) => Ok(chunk.size),
            Err(missing) if missing.kind == FaultKind::NotFound => Ok(0),
            Err(other) => Err(other),
        }
    }

    async fn fetch(&self, job: JobId, name: &str) -> Result<Option<Bytes>, Fault> {
        let claim = self.identity.claim().await?;
        let mut bytes = Vec::new();
        loop {
            let ask = ReadFile { job, name: name.to_owned(), from: bytes.len() as u64, limit: PIECE };
            let read = tokio::time::timeout(READ, self.launcher.read(&claim, ask)).await;
            let late = || Fault::unavailable("runner-trouble", "the runner has trouble: it does not give a file; try again");
            let chunk = match read.unwrap_or_else(|_| Err(late())) {
                Ok(chunk) => chunk,
                Err(missing) if missing.kind == FaultKind::NotFound => return Ok(None),
                Err(other) => return Err(other),
            };
            let done = chunk.bytes.is_empty();
            bytes.extend(chunk.bytes);
            if done || bytes.len() as u64 >= chunk.size.min(LARGEST_FILE) {
                return Ok(Some(bytes.into()));
            }
        }
    }
}

/// A journal that was kept.
pub(super) struct Left {
    /// SHA-256 of its bytes, hexadecimal.
    pub(super) digest: String,
    size: usize,
    pub(super) judged: Option<Journal>,
    pub(super) shown: Option<Journal>,
}

/// A journal that has come: what it says as it was received, and what of it may be kept.
pub(super) struct Received {
    /// Its bytes without secrets.
    clean: Bytes,
    /// SHA-256 of those, hexadecimal.
    pub(super) digest: String,
    /// What was received; none when it cannot be read.
    judged: Option<Journal>,
    /// What may be shown.
    pub(super) shown: Option<Journal>,
}

/// Reads a journal and takes the secrets out. It may be long.
pub(super) async fn receive(redactor: Arc<Redactor>, bytes: Bytes) -> Result<Received, Fault> {
    let read = move || {
        let judged = Journal::read(&bytes).ok();
        match redactor.json(&bytes) {
            Cow::Borrowed(_) => {
                let (digest, shown) = (hex::encode(Sha256::digest(&bytes)), judged.clone());
                Received { digest, shown, judged, clean: bytes.clone() }
            }
            Cow::Owned(clean) => {
                let (digest, shown) = (hex::encode(Sha256::digest(&clean)), Journal::read(&clean).ok());
                Received { digest, shown, judged, clean: clean.into() }
            }
        }
    };
    tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())
}

/// Whether the end of a run may still be written, for the first time or because it counts as lost.
fn may_end(row: &run::Model) -> Result<bool, Fault> {
    let state: RunState = store::read(&row.state).map_err(fault)?;
    Ok(state != RunState::Ended || row.verdict.as_deref() == Some(Verdict::Lost.as_str()))
}

/// Whether what was judged is not any more what is to be judged.
fn moved_on(seen: &run::Model, now: &run::Model) -> bool {
    let of = |row: &run::Model| {
        let stop = (row.stop_requested_at, row.stop_mode.clone(), row.stop_step.clone());
        (row.events, row.state.clone(), row.verdict.clone(), row.journal_digest.clone(), stop)
    };
    of(seen) != of(now)
}

/// The events of a run's own file, by sender.
fn filed(redactor: &Redactor, file: &[u8]) -> BTreeMap<String, Vec<Incoming>> {
    let mut by_sender: BTreeMap<String, Vec<Incoming>> = BTreeMap::new();
    for line in file.split(|byte| *byte == b'\n').filter(|line| line.len() <= LARGEST_LINE) {
        // The last line may be cut where the process was killed; what the run could not send, it cannot leave either.
        let Ok(FiledEvent { sender, sent }) = serde_json::from_slice(line) else { continue };
        if ingest::names_a_sender(&sender) && ingest::is_an_event(&sent) {
            by_sender.entry(sender.clone()).or_default().push(ingest::incoming(redactor, sender, sent));
        }
    }
    by_sender
}

/// How a redactor takes secrets out of bytes of a kind.
type TakeOut = for<'a> fn(&Redactor, &'a [u8]) -> Cow<'a, [u8]>;

/// The bytes without secrets. They may be many.
pub(super) async fn clean(redactor: Arc<Redactor>, bytes: Bytes, take_out: TakeOut) -> Result<Bytes, Fault> {
    let clean = move || match take_out(&redactor, &bytes) {
        Cow::Owned(clean) => clean.into(),
        Cow::Borrowed(_) => bytes.clone(),
    };
    tokio::task::spawn_blocking(clean).await.map_err(|_| Fault::internal())
}

/// A line of the events file.
#[derive(serde::Deserialize)]
struct FiledEvent {
    sender: String,
    #[serde(flatten)]
    sent: ingest::SentEvent,
}

async fn tell_end(change: &mut Change, row: &run::Model) -> Result<(), Fault> {
    let summary = view::run_summary(row).map_err(fault)?;
    let data = json!({
        "title": row.title, "by": row.started_by, "number": row.number, "verdict": row.verdict, "summary": summary,
    });
    let news = News { kind: "run.ended", subject: row.id.clone(), workspace: Some(summary.workspace_id), data };
    change.tell(news).await.map_err(fault)
}
