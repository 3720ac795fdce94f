//! Ending a run: what is left of it is fetched and kept, then the verdict is computed, in one transaction with its news.

use super::{Experiment, append::Incoming, launch, view, view::Note};
use crate::{
    entity::run,
    store::{self, objects::Large, runs as rows},
    toolkit::{self, Document, Ending, Evidence, Format, Journal, Redactor},
};
use bytes::Bytes;
use chaoshub_chassis::{
    db::fault,
    outbox::{Change, News},
};
use chaoshub_facade::{
    experiment::{RunId, RunState, Verdict},
    launcher::{Job, JobId, ReadFile},
};
use chaoshub_kernel::{Fault, FaultKind};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The largest file that is fetched from a run's folder, bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// Fetched at once, bytes.
const PIECE: u64 = 4 << 20;

impl Experiment {
    /// Ends a run of the hub's whose job is over: events that were lost on the way, journal and log first, the verdict last.
    pub(super) async fn collect(&self, run: RunId, job: &Job) -> Result<(), Fault> {
        let redactor = self.redactor_of(run).await?;
        let log = self.fetch(job.id, "output.log").await?.unwrap_or_default();
        self.objects.put(run, Large::Log, redactor.bytes(&log).into_owned().into()).await?;
        if let Some(events) = self.fetch(job.id, launch::EVENTS_FILE).await? {
            self.catch_up(run, &events).await?;
        }
        let journal = self.fetch(job.id, launch::JOURNAL_FILE).await?;
        let journal = journal.map(|bytes| redactor.bytes(&bytes).into_owned().into());
        let exit = job.exit.clone();
        let ending = |row: &run::Model| match &exit {
            Some(_) if row.stop_requested_at.is_some() => Ending::StoppedByUs { killed: row.stop_step.as_deref() == Some("kill") },
            Some(exit) => Ending::Exited { code: exit.code, signal: exit.signal },
            None => Ending::Silent,
        };
        let said = match &exit {
            Some(exit) => json!({"code": exit.code, "signal": exit.signal, "failure": exit.failure, "over_time": exit.over_time}),
            None => json!({"failure": "the process is gone without a word"}),
        };
        let news = Incoming::hub(self.clock.now(), "process.exited", said);
        self.end(run, journal, vec![news], ending).await?;
        let claim = self.identity.claim().await?;
        self.launcher.release(&claim, job.id).await
    }

    /// Ends a run, or judges a lost one anew when news of it has come after all.
    pub(super) async fn end(
        &self,
        run: RunId,
        journal: Option<Bytes>,
        news: Vec<Incoming>,
        ending: impl FnOnce(&run::Model) -> Ending,
    ) -> Result<run::Model, Fault> {
        if let Some(bytes) = &journal {
            self.objects.put(run, Large::Journal, bytes.clone()).await?;
        }
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let mut row = rows::get(&*change, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        let state: RunState = store::read(&row.state).map_err(fault)?;
        let lost = row.verdict.as_deref() == Some(Verdict::Lost.as_str());
        if state == RunState::Ended && !lost {
            return Ok(row);
        }
        let mut said = news;
        if let Some(bytes) = &journal {
            row.journal_digest = Some(hex::encode(Sha256::digest(bytes)));
            row.journal_bytes = i64::try_from(bytes.len()).ok();
            let about = json!({"bytes": row.journal_bytes, "digest": row.journal_digest});
            said.push(Incoming::hub(self.clock.now(), "journal.received", about));
        }
        let observed = self.observed_through(&*change, run, row.events).await?;
        let parsed = journal.as_deref().map(Journal::read);
        let readable = parsed.as_ref().and_then(|journal| journal.as_ref().ok());
        let document = self.document_of(&row).await?;
        let evidence = Evidence { journal: readable, observed: &observed, ending: ending(&row), experiment: document.as_ref().map(Document::value) };
        let judgement = toolkit::judge(&evidence);
        row.state = store::write(RunState::Ended);
        row.verdict = Some(store::write(judgement.verdict));
        row.reasons = json!(judgement.reasons.iter().map(|one| note(one.code(), one.describe())).collect::<Vec<_>>());
        row.warnings = json!(judgement.warnings.iter().map(|one| note(one.code(), one.describe())).collect::<Vec<_>>());
        row.sentence = toolkit::sentence(&evidence, &judgement);
        row.rollbacks = store::write(judgement.rollbacks);
        row.raw_status = readable.and_then(|journal| journal.status.clone());
        row.current = None;
        row.phase = None;
        let ended = readable.and_then(|journal| journal.end).unwrap_or_else(|| self.clock.now());
        row.ended_at = Some(ended);
        if let Some(journal) = readable {
            row.started_at = row.started_at.or(journal.start);
            row.node = row.node.take().or_else(|| journal.node.clone());
            row.chaoslib = row.chaoslib.take().or_else(|| journal.chaoslib.clone());
        }
        let about = json!({"verdict": row.verdict, "reasons": row.reasons, "warnings": row.warnings, "sentence": row.sentence});
        said.push(Incoming::hub(self.clock.now(), "run.ended", about));
        let row = self.append_within(&mut change, row, said).await?;
        tell_end(&mut change, &row).await?;
        change.commit().await.map_err(fault)?;
        self.observed.invalidate(&run);
        metrics::counter!("chaoshub_runs_ended_total", "verdict" => row.verdict.clone().unwrap_or_default()).increment(1);
        Ok(row)
    }

    /// Appends the events of a run's own file that never arrived.
    async fn catch_up(&self, run: RunId, file: &[u8]) -> Result<(), Fault> {
        let mut by_sender: Vec<Vec<Incoming>> = Vec::new();
        for line in file.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            // The last line may be cut where the process was killed.
            let Ok(event) = serde_json::from_slice::<FiledEvent>(line) else { continue };
            let incoming = self.incoming(event.sender, event.sent);
            match by_sender.iter_mut().find(|events| events[0].sender == incoming.sender) {
                Some(events) => events.push(incoming),
                None => by_sender.push(vec![incoming]),
            }
        }
        for events in by_sender {
            let mut change = self.outbox.begin().await.map_err(fault)?;
            let row = rows::get(&*change, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
            let through = row.senders.get(&events[0].sender).and_then(serde_json::Value::as_i64).unwrap_or(0);
            let last = events.iter().filter_map(|event| event.seq).max().unwrap_or(0);
            if last > through {
                self.append_within(&mut change, row, events).await?;
                change.commit().await.map_err(fault)?;
            }
        }
        Ok(())
    }

    /// Knows the secrets that stand in the run's experiment.
    async fn redactor_of(&self, run: RunId) -> Result<Redactor, Fault> {
        let row = rows::get(&self.db, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        let document = self.document_of(&row).await?;
        Ok(Redactor::new(document.map(|document| document.secret_values()).unwrap_or_default()))
    }

    /// The experiment of a run as the hub knows it.
    pub(super) async fn document_of(&self, row: &run::Model) -> Result<Option<Document>, Fault> {
        let (Some(experiment), Some(number)) = (row.experiment.as_deref().and_then(|id| id.parse().ok()), row.version) else {
            let reported = row.manifest.get("experiment").map(ToString::to_string);
            return Ok(reported.and_then(|text| Document::parse(text.as_bytes(), Format::Json).ok()));
        };
        let Some(version) = store::experiments::version(&self.db, experiment, number).await.map_err(fault)? else {
            return Ok(None);
        };
        let format = store::read(&version.format).map_err(fault)?;
        view::parse_saved(&version, format).map(Some)
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

/// A line of the events file.
#[derive(serde::Deserialize)]
struct FiledEvent {
    sender: String,
    #[serde(flatten)]
    sent: super::ingest::SentEvent,
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
