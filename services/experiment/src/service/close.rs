//! Ending a run: what is left of it is fetched and kept, then the verdict is computed, in one transaction with its news.

use super::{
    Experiment,
    append::{Incoming, may_send},
    ingest, launch, view,
    view::Note,
};
use crate::{
    entity::run,
    store::{self, objects::Large, runs as rows},
    toolkit::{self, Document, Ending, Evidence, Journal, Redactor},
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
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

/// The largest file that is fetched from a run's folder, bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// The largest event that a run may leave, bytes: what the hub takes in one body.
const LARGEST_LINE: usize = 2 << 20;

/// How much of the end of a log is searched for its last error, bytes.
const LOG_END: usize = 256 << 10;

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
        let journal = match self.fetch(job.id, launch::JOURNAL_FILE).await? {
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
    /// judged without one is kept.
    pub(super) async fn end(
        &self,
        run: RunId,
        journal: Option<Received>,
        news: Vec<Incoming>,
        ending: impl FnOnce(&run::Model) -> Ending,
    ) -> Result<run::Model, Fault> {
        let left = match journal {
            Some(journal) => Some(self.keep_journal(run, journal).await?),
            None => None,
        };
        let mut change = self.begin().await?;
        let row = rows::locked(&*change, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        let state: RunState = store::read(&row.state).map_err(fault)?;
        let lost = row.verdict.as_deref() == Some(Verdict::Lost.as_str());
        if state != RunState::Ended || lost {
            let row = self.end_within(&mut change, row, left, news, ending).await?;
            change.commit().await.map_err(fault)?;
            self.ended(&row, run);
            return Ok(row);
        }
        match left {
            Some(left) if row.journal_digest.is_none() => {
                let (row, received) = self.received(row, &left);
                let row = self.append_within(&mut change, row, vec![received]).await?;
                change.commit().await.map_err(fault)?;
                Ok(row)
            }
            _ => Ok(row),
        }
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
        mut row: run::Model,
        left: Option<Left>,
        news: Vec<Incoming>,
        ending: impl FnOnce(&run::Model) -> Ending,
    ) -> Result<run::Model, Fault> {
        let run: RunId = row.id.parse().map_err(|_| Fault::internal())?;
        let mut said = news;
        if let Some(left) = &left {
            let received;
            (row, received) = self.received(row, left);
            said.push(received);
        }
        let (judged, journal) = left.map_or((None, None), |left| (left.judged, left.shown));
        let mut observed = self.replay(&**change, run).await?;
        for news in &said {
            observed.observe(&news.kind, news.phase, Some(news.at), &news.data);
        }
        let document = self.document_of(&**change, &row).await?;
        let experiment = document.as_ref().map(Document::value);
        let evidence = Evidence { journal: judged.as_ref(), observed: &observed, ending: ending(&row), experiment };
        let judgement = toolkit::judge(&evidence);
        // The verdict is that of the bytes received; what is said of it is said of the clean ones.
        let evidence = Evidence { journal: journal.as_ref(), ..evidence };
        row.state = store::write(RunState::Ended);
        row.verdict = Some(store::write(judgement.verdict));
        row.reasons = json!(judgement.reasons.iter().map(|one| note(one.code(), one.describe())).collect::<Vec<_>>());
        row.warnings = json!(judgement.warnings.iter().map(|one| note(one.code(), one.describe())).collect::<Vec<_>>());
        row.sentence = toolkit::sentence(&evidence, &judgement);
        row.rollbacks = store::write(judgement.rollbacks);
        row.raw_status = journal.as_ref().and_then(|journal| journal.status.clone());
        row.current = None;
        row.phase = None;
        let now = self.clock.now();
        let end = journal.as_ref().and_then(|journal| journal.end);
        // By the clock of the run, but not where its token would outlive it.
        row.ended_at = end.filter(|end| row.token_hash.is_none() || *end <= now).or(Some(now));
        if let Some(journal) = journal {
            row.started_at = row.started_at.or(journal.start);
            row.done = row.done.max(played(&journal));
            row.total = row.total.max(row.done);
            row.node = row.node.take().or(journal.node);
            row.chaoslib = row.chaoslib.take().or(journal.chaoslib);
        }
        let about = json!({"verdict": row.verdict, "reasons": row.reasons, "warnings": row.warnings, "sentence": row.sentence});
        said.push(Incoming::hub(now, "run.ended", about));
        let row = self.append_within(change, row, said).await?;
        tell_end(change, &row).await?;
        Ok(row)
    }

    /// What is remembered of a live run is not needed any more.
    pub(super) fn ended(&self, row: &run::Model, run: RunId) {
        self.observed.invalidate(&run);
        self.redactors.invalidate(&run);
        self.tokens.invalidate(&run);
        metrics::counter!("chaoshub_runs_ended_total", "verdict" => row.verdict.clone().unwrap_or_default()).increment(1);
    }

    fn received(&self, mut row: run::Model, left: &Left) -> (run::Model, Incoming) {
        let about = json!({"bytes": left.size, "digest": left.digest});
        row.journal_digest = Some(left.digest.clone());
        row.journal_bytes = Some(super::runs::to_i64(left.size));
        (row, Incoming::hub(self.clock.now(), "journal.received", about))
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
                    self.append_within(&mut change, row, some).await?;
                    change.commit().await.map_err(fault)?;
                }
            }
        }
        Ok(())
    }

    async fn fetch(&self, job: JobId, name: &str) -> Result<Option<Bytes>, Fault> {
        let claim = self.identity.claim().await?;
        let mut bytes = Vec::new();
        loop {
            let ask = ReadFile { job, name: name.to_owned(), from: bytes.len() as u64, limit: PIECE };
            let chunk = match self.launcher.read(&claim, ask).await {
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
    judged: Option<Journal>,
    shown: Option<Journal>,
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

/// The activities that a journal tells of, but for the passes during the method.
fn played(journal: &Journal) -> i64 {
    let probes = [&journal.before, &journal.after].into_iter().flatten().map(|state| state.probes.len()).sum::<usize>();
    super::runs::to_i64(probes + journal.run.len() + journal.rollbacks.len())
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

fn note(code: &str, detail: impl Into<String>) -> Note {
    Note { code: code.to_owned(), detail: detail.into() }
}

async fn tell_end(change: &mut Change, row: &run::Model) -> Result<(), Fault> {
    let summary = view::run_summary(row).map_err(fault)?;
    let data = json!({
        "title": row.title, "by": row.started_by, "number": row.number, "verdict": row.verdict, "summary": summary,
    });
    let news = News { kind: "run.ended", subject: row.id.clone(), workspace: Some(summary.workspace_id), data };
    change.tell(news).await.map_err(fault)
}
