//! Asking for runs, looking at them, asking them to stop. What moves them on is `drive`.

use super::{
    Experiment,
    append::Incoming,
    overlap::{self, OverlapPolicy},
    view,
};
use crate::{
    entity::run,
    store::{self, objects::Large, runs as rows},
    toolkit::{self, Document, PlannedActivity, Redactor},
};
use bytes::Bytes;
use chaoshub_chassis::{db::fault, http::Caller, outbox::News};
use chaoshub_facade::{
    auth::{Access, WorkspaceRef},
    experiment::{ExperimentId, Origin, RunEvent, RunId, RunState},
    launcher::ReadFile,
};
use chaoshub_kernel::{Fault, FaultKind, Page, Scope, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The environment of every run until environments can be made.
pub(super) const ENVIRONMENT: &str = "default";

/// The longest piece of a log that is given at once, bytes.
const LOG_PIECE: u64 = 1 << 20;

/// A run to start.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NewRun {
    /// The experiment.
    pub experiment: ExperimentId,
    /// Which version; the latest unless told.
    #[serde(default)]
    pub version: Option<i64>,
    /// Values for the experiment's configuration. Not for secrets.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// When rollbacks are played; what the experiment says, or else `always`.
    #[serde(default)]
    pub rollback_strategy: Option<RollbackStrategy>,
    /// Whether it may start while another run is live in its environment; `allow` unless told.
    #[serde(default)]
    pub overlap: OverlapPolicy,
}

/// When rollbacks are played: the words of Chaos Toolkit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RollbackStrategy {
    /// In any case.
    Always,
    /// Unless the run was interrupted or failed before its method.
    Default,
    /// Not at all.
    Never,
    /// Only when the steady state deviated.
    Deviated,
}

impl RollbackStrategy {
    /// What the experiment's author chose, if anything.
    fn of(document: &Document) -> Option<Self> {
        let chosen = document.value().pointer("/runtime/rollbacks/strategy")?;
        serde_json::from_value(chosen.clone()).ok()
    }
}

/// How to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StopMode {
    /// Interrupt, and let the rollbacks play.
    Graceful,
    /// At once, without rollbacks.
    Hard,
}

impl Experiment {
    /// Writes a run down; the reconciler starts it. The same key again answers the same run.
    pub async fn request(&self, caller: &Caller, ask: NewRun, key: Option<String>) -> Result<view::Run, Fault> {
        let (experiment, access) = self.reach(caller, ask.experiment).await?;
        access.need(Scope::RunStart)?;
        let digest = hex::encode(Sha256::digest(json!(ask).to_string()));
        // Before anything that may have changed since: a repeat is answered as the first time.
        if let Some(key) = &key
            && let Some(known) = rows::by_key(&self.db, access.workspace, key).await.map_err(fault)?
        {
            return repeated(&known, &digest, &access);
        }
        if experiment.archived_at.is_some() {
            return Err(Fault::conflict("experiment-archived", "the experiment is archived; restore it to run it"));
        }
        super::experiments::may_change(&experiment)?;
        let number = ask.version.unwrap_or(experiment.version);
        let version = store::experiments::version(&self.db, ask.experiment, number).await.map_err(fault)?;
        let version = version.ok_or_else(|| Fault::not_found("version"))?;
        let document = view::parse_saved(&version, store::read(&version.format).map_err(fault)?)?;
        let declared = toolkit::parameters(document.value());
        if let Some(why) = toolkit::unknown_parameters(&declared, &ask.parameters) {
            let names: Vec<_> = declared.iter().map(|parameter| &parameter.name).collect();
            return Err(Fault::invalid("unknown-parameter", why).with_extra(json!({ "parameters": names })));
        }
        if let Some(why) = toolkit::parameter_definitions(&ask.parameters) {
            return Err(Fault::invalid("invalid-parameter", why));
        }
        let planned = document.plan();
        let by = &caller.claim.name;
        let strategy = ask.rollback_strategy.or_else(|| RollbackStrategy::of(&document)).unwrap_or(RollbackStrategy::Always);
        let row = run::Model {
            experiment: Some(ask.experiment.to_string()),
            version: Some(number),
            title: toolkit::shown_title(&toolkit::run_title(document.title(), &declared, &ask.parameters)),
            sentence: "Waiting to start.".to_owned(),
            plan: json!(planned),
            total: to_i64(planned.len()),
            manifest: json!({
                "experiment_digest": version.digest,
                "parameters": ask.parameters,
                "parameter_defaults": toolkit::parameter_defaults(&declared, &ask.parameters),
                "rollback_strategy": strategy,
            }),
            request_digest: key.is_some().then_some(digest.clone()),
            idempotency_key: key.clone(),
            ..self.blank(RunId::new(self.clock.now()), access.workspace, Origin::Hub, by)
        };
        let mut change = self.begin().await?;
        if let Some(key) = &key
            && let Some(known) = rows::by_key(&*change, access.workspace, key).await.map_err(fault)?
        {
            return repeated(&known, &digest, &access);
        }
        let live = self.live_runs(&change, access.workspace, &row.environment).await?;
        overlap::refuse(&ask, &live)?;
        let row = run::Model { overlaps: overlap::kept(&live), ..row };
        let row = rows::insert(&*change, row).await.map_err(fault)?;
        self.tell_live_runs(&change, &row, &live).await?;
        let summary = view::run_summary(&row).map_err(fault)?;
        change
            .tell(News {
                kind: "run.requested",
                subject: row.id.clone(),
                workspace: Some(access.workspace),
                data: json!({"title": row.title, "by": by, "number": row.number, "summary": summary}),
            })
            .await
            .map_err(fault)?;
        let said = Incoming::hub(self.clock.now(), "run.requested", json!({"by": by}));
        let row = self.append_within(&mut change, row, vec![said]).await?;
        change.commit().await.map_err(fault)?;
        metrics::counter!("chaoshub_runs_requested_total").increment(1);
        self.nudge.nudge();
        view::run(&row, access.scopes.has(Scope::RunStop)).map_err(fault)
    }

    /// A run in full.
    pub async fn run(&self, caller: &Caller, id: RunId) -> Result<view::Run, Fault> {
        let (row, access) = self.reach_run(caller, id).await?;
        access.need(Scope::RunRead)?;
        view::run(&row, access.scopes.has(Scope::RunStop)).map_err(fault)
    }

    /// A run's events after a number, in order.
    pub async fn events(
        &self,
        caller: &Caller,
        id: RunId,
        after: i64,
        limit: u64,
    ) -> Result<(Vec<RunEvent>, Option<i64>), Fault> {
        let (_, access) = self.reach_run(caller, id).await?;
        access.need(Scope::RunRead)?;
        let found = store::events::after(&self.db, id, after, limit).await.map_err(fault)?;
        let page = Page::cut(found, limit, |row| row.number.to_string());
        let next = page.next.and_then(|number| number.parse().ok());
        let events = page.items.into_iter().map(view::event).collect::<Result<_, _>>().map_err(fault)?;
        Ok((events, next))
    }

    /// Asks a run to stop. Asking again is harmless; asking harder counts.
    pub async fn stop(&self, caller: &Caller, id: RunId, mode: StopMode) -> Result<view::Run, Fault> {
        let (whole, access) = self.reach_run(caller, id).await?;
        access.need(Scope::RunStop)?;
        let by = &caller.claim.name;
        let mut change = self.begin().await?;
        let mut row = rows::locked(&*change, id).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        let state: RunState = store::read(&row.state).map_err(fault)?;
        if state == RunState::Ended {
            return Err(Fault::conflict("run-ended", "the run has already ended"));
        }
        row.manifest = whole.manifest.clone();
        let mut row = rows::Locked::from(row.into_row());
        let harder = mode == StopMode::Hard && row.stop_mode.as_deref() == Some("graceful");
        if row.stop_requested_at.is_none() || harder {
            row.stop_requested_at.get_or_insert(self.clock.now());
            row.stop_mode = Some(store::write(mode));
            row.state = store::write(RunState::Stopping);
            row.sentence = format!("Stopping, as {by} asked.");
            let said = Incoming::hub(self.clock.now(), "stop.requested", json!({"by": by, "mode": mode}));
            let row = self.append_within(&mut change, row, vec![said]).await?;
            change.commit().await.map_err(fault)?;
            self.nudge.nudge();
            return view::run(&row, true).map_err(fault);
        }
        view::run(&row, true).map_err(fault)
    }

    /// The journal's bytes as received.
    pub async fn journal(&self, caller: &Caller, id: RunId) -> Result<Bytes, Fault> {
        let (row, access) = self.reach_run(caller, id).await?;
        access.need(Scope::RunRead)?;
        let missing = || Fault::not_found("journal");
        let digest = row.journal_digest.ok_or_else(missing)?;
        self.objects.get(id, Large::Journal(&digest)).await?.ok_or_else(missing)
    }

    /// A piece of what the run wrote, from a byte on, and where the next piece begins.
    pub async fn log(&self, caller: &Caller, id: RunId, from: u64) -> Result<(Bytes, u64), Fault> {
        let (row, access) = self.reach_run(caller, id).await?;
        access.need(Scope::RunRead)?;
        if row.ended_at.is_some() {
            return self.objects.piece(id, Large::Log, from, LOG_PIECE).await;
        }
        let Some(job) = row.job.as_deref().and_then(|job| job.parse().ok()) else {
            return Ok((Bytes::new(), from));
        };
        let claim = self.identity.claim().await?;
        let ask = ReadFile { job, name: "output.log".to_owned(), from, limit: LOG_PIECE };
        match self.launcher.read(&claim, ask).await {
            Ok(chunk) => {
                // Cut at the end of a line and before a key that goes on, so that no secret is torn in two and missed.
                let lines = chunk.bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                let whole = Redactor::settled(&chunk.bytes[..lines]);
                let whole = if whole == 0 && chunk.bytes.len() as u64 == LOG_PIECE { chunk.bytes.len() } else { whole };
                let redactor = self.redactor_of(&row).await?;
                Ok((redactor.bytes(&chunk.bytes[..whole]).into_owned().into(), from + whole as u64))
            }
            Err(missing) if missing.kind == FaultKind::NotFound => Ok((Bytes::new(), from)),
            Err(other) => Err(other),
        }
    }

    /// The run, and the caller's rights where it is; `not-found` when the caller may not know of it.
    pub(super) async fn reach_run(&self, caller: &Caller, id: RunId) -> Result<(run::Model, Access), Fault> {
        let unknown = || Fault::not_found("run");
        let row = rows::get(&self.db, id).await.map_err(fault)?.ok_or_else(unknown)?;
        self.let_reach(caller, row).await
    }

    /// The same for a run that has been looked up.
    pub(super) async fn let_reach(&self, caller: &Caller, row: run::Model) -> Result<(run::Model, Access), Fault> {
        let unknown = || Fault::not_found("run");
        let workspace: WorkspaceId = row.workspace.parse().map_err(|_| Fault::internal())?;
        match self.edge.auth.access(&caller.signed, WorkspaceRef::Id(workspace)).await {
            Ok(access) => Ok((row, access)),
            Err(refused) if refused.kind == FaultKind::NotFound => Err(unknown()),
            Err(other) => Err(other),
        }
    }

    /// A run of which nothing is known yet.
    pub(super) fn blank(&self, id: RunId, workspace: WorkspaceId, origin: Origin, by: &str) -> run::Model {
        let now = self.clock.now();
        run::Model {
            id: id.to_string(),
            workspace: workspace.to_string(),
            number: 0,
            experiment: None,
            version: None,
            title: String::new(),
            origin: store::write(origin),
            environment: ENVIRONMENT.to_owned(),
            state: store::write(RunState::Requested),
            phase: None,
            verdict: None,
            sentence: String::new(),
            reasons: json!([]),
            warnings: json!([]),
            raw_status: None,
            rollbacks: "unknown".to_owned(),
            started_by: by.to_owned(),
            requested_at: now,
            started_at: None,
            ended_at: None,
            last_seen_at: now,
            job: None,
            token_hash: None,
            stop_requested_at: None,
            stop_mode: None,
            stop_step: None,
            stop_step_at: None,
            plan: json!(Vec::<PlannedActivity>::new()),
            done: 0,
            total: 0,
            current: None,
            node: None,
            chaoslib: None,
            events: 0,
            senders: json!({}),
            journal_digest: None,
            journal_bytes: None,
            manifest: json!({}),
            idempotency_key: None,
            unjoined: None,
            overlaps: None,
            request_digest: None,
        }
    }
}

/// The run that a key stands for, to whoever asks for the same again.
fn repeated(known: &run::Model, digest: &str, access: &Access) -> Result<view::Run, Fault> {
    if known.request_digest.as_deref().is_some_and(|first| first != digest) {
        let detail = format!(
            "the same `Idempotency-Key` came before with another request, which became run {}; use a new key for another run",
            known.number
        );
        return Err(Fault::conflict("idempotency-key-reused", detail));
    }
    view::run(known, access.scopes.has(Scope::RunStop)).map_err(fault)
}

pub(super) fn to_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
