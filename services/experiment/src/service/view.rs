//! Rows as callers see them.

use super::{
    overlap::{self, OverlappingRun},
    secrets,
};
use crate::store::DbErr;
use crate::{
    entity::{event, experiment, run, version},
    store::{self, runs::Line},
    toolkit::{self, Document, Format, Parameter, PlannedActivity, UsedParameter},
};
use chaoshub_facade::experiment::{
    ExperimentId, ExperimentOrigin, ExperimentSummary, Progress, RunEvent, RunMark, RunState, RunSummary, Verdict,
};
use chaoshub_kernel::Fault;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An experiment with its latest version.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Experiment {
    /// What lists show.
    #[serde(flatten)]
    pub summary: ExperimentSummary,
    /// The parsed document, its secrets masked.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
    /// The text as it was saved.
    pub source: String,
    /// The text's format.
    pub format: Format,
    /// The title of the steady-state hypothesis.
    pub hypothesis: Option<String>,
    /// What may be given to a run: the entries of its `configuration`, in order.
    pub parameters: Vec<Parameter>,
    /// When runs from outside made it, and somebody has adopted it since.
    pub adopted: Option<Adopted>,
    /// The experiment that it was merged into, which has its runs now.
    pub merged_into: Option<ExperimentId>,
    /// The experiments that were merged into it, oldest first; each may be separated again.
    pub merged: Vec<MergedExperiment>,
}

/// When an experiment from outside became one that is edited and run here.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Adopted {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// An experiment whose runs another one has now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MergedExperiment {
    /// Its id: separating it brings its runs back.
    pub id: ExperimentId,
    /// Its title.
    pub title: String,
}

/// A saved state of an experiment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// Counted from 1.
    pub number: i64,
    /// SHA-256 of the text, hexadecimal.
    pub digest: String,
    /// The text's format.
    pub format: Format,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
    /// Whether a person saved it here or a run from outside brought it.
    pub origin: ExperimentOrigin,
    /// The experiment that it came from, when that one was merged into this one.
    pub merged_from: Option<ExperimentId>,
}

/// A saved state with its text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct VersionDetail {
    /// What lists show.
    #[serde(flatten)]
    pub version: Version,
    /// The text as it was saved.
    pub source: String,
    /// The parsed document, its secrets masked.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
}

/// A run in full.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// What lists show.
    #[serde(flatten)]
    pub summary: RunSummary,
    /// Why the verdict is what it is: codes.
    pub reasons: Vec<Note>,
    /// What else deserves attention: codes.
    pub warnings: Vec<Note>,
    /// Chaos Toolkit's own word.
    pub raw_status: Option<String>,
    /// `played`, `not-played`, `failed`, `none-declared` or `unknown`.
    pub rollbacks: String,
    /// When a stop was asked for.
    pub stop_requested_at: Option<DateTime<Utc>>,
    /// The last step of stopping: `flag`, `interrupt`, `cut` or `kill`.
    pub stop_step: Option<String>,
    /// The last event's number.
    pub events: i64,
    /// The journal, once there is one.
    pub journal: Option<JournalRef>,
    /// What is planned to happen, in order.
    pub plan: Vec<PlannedActivity>,
    /// The machine it runs on.
    pub node: Option<String>,
    /// The version of chaostoolkit-lib.
    pub chaoslib: Option<String>,
    /// The parameters that were given to it.
    pub parameters: Vec<UsedParameter>,
    /// Other runs that were live in its environment at the same time, at most twenty.
    pub overlaps: Vec<OverlappingRun>,
    /// Parameters, rollback strategy and what else decided how it ran.
    #[schema(value_type = Object)]
    pub manifest: serde_json::Value,
    /// Whether the caller may stop it now.
    pub can_stop: bool,
    /// Why a run from outside belongs to no experiment.
    pub no_experiment: Option<Note>,
}

/// A reason or a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// Stable and kebab-case.
    pub code: String,
    /// What it means and what to do.
    pub detail: String,
}

/// Where a journal's bytes can be had, and what they are.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct JournalRef {
    /// SHA-256 of the bytes as received, hexadecimal.
    pub digest: String,
    /// Their number.
    pub bytes: i64,
}

fn not_an_id(text: &str) -> DbErr {
    DbErr::Type(format!("not an id of ours: {text}"))
}

pub(crate) fn experiment_summary(row: &experiment::Model, last_runs: Vec<RunMark>) -> Result<ExperimentSummary, DbErr> {
    Ok(ExperimentSummary {
        id: row.id.parse().map_err(|_| not_an_id(&row.id))?,
        workspace_id: row.workspace.parse().map_err(|_| not_an_id(&row.workspace))?,
        title: row.title.clone(),
        description: row.description.clone(),
        tags: serde_json::from_value(row.tags.clone()).unwrap_or_default(),
        version: row.version,
        updated_at: row.updated_at,
        updated_by: row.updated_by.clone(),
        archived: row.archived_at.is_some(),
        origin: store::read(&row.origin)?,
        last_runs,
    })
}

pub(crate) fn experiment(
    row: &experiment::Model,
    last_runs: Vec<RunMark>,
    merged: Vec<experiment::Model>,
    version: &version::Model,
    may_write: bool,
) -> Result<Experiment, Fault> {
    let format = store::read(&version.format).map_err(chaoshub_chassis::db::fault)?;
    let document = parse_saved(version, format)?;
    let id = |text: &str| text.parse::<ExperimentId>().map_err(|_| Fault::internal());
    let merged = merged.into_iter().map(|row| Ok(MergedExperiment { id: id(&row.id)?, title: row.title }));
    let adopted = row.adopted_at.zip(row.adopted_by.clone());
    Ok(Experiment {
        summary: experiment_summary(row, last_runs).map_err(chaoshub_chassis::db::fault)?,
        adopted: adopted.map(|(at, by)| Adopted { at, by }),
        merged_into: row.merged_into.as_deref().map(id).transpose()?,
        merged: merged.collect::<Result<_, Fault>>()?,
        hypothesis: document.hypothesis().map(str::to_owned),
        parameters: toolkit::parameters(document.value()),
        document: document.masked(),
        source: source(version, format, &document, may_write),
        format,
    })
}

pub(crate) fn version(row: &version::Model) -> Result<Version, DbErr> {
    Ok(Version {
        number: row.number,
        digest: row.digest.clone(),
        format: store::read(&row.format)?,
        created_at: row.created_at,
        created_by: row.created_by.clone(),
        origin: store::read(&row.origin)?,
        merged_from: row.merged_from.as_deref().map(|id| id.parse().map_err(|_| not_an_id(id))).transpose()?,
    })
}

pub(crate) fn version_detail(row: &version::Model, may_write: bool) -> Result<VersionDetail, Fault> {
    let version = version(row).map_err(chaoshub_chassis::db::fault)?;
    let document = parse_saved(row, version.format)?;
    let source = source(row, version.format, &document, may_write);
    Ok(VersionDetail { version, source, document: document.masked() })
}

/// The text as it was saved; secrets that stand in it are shown only to those who may write it.
fn source(version: &version::Model, format: Format, document: &Document, may_write: bool) -> String {
    if may_write {
        return String::from_utf8_lossy(&version.source).into_owned();
    }
    secrets::without_secrets(version, format, document)
}

/// A saved version was checked when it was saved.
pub(crate) fn parse_saved(row: &version::Model, format: Format) -> Result<Document, Fault> {
    Document::parse(&row.source, format).map_err(|problems| {
        tracing::error!(experiment.id = row.experiment, version = row.number, ?problems, "a saved version cannot be read");
        Fault::internal()
    })
}

pub(crate) fn run_summary(row: &run::Model) -> Result<RunSummary, DbErr> {
    run_line(row.into())
}

/// A run as lists have it.
pub(crate) fn run_line(row: Line) -> Result<RunSummary, DbErr> {
    let verdict: Option<Verdict> = row.verdict.as_deref().map(store::read).transpose()?;
    let duration_ms = match (row.started_at, row.ended_at) {
        (Some(start), Some(end)) => Some((end - start).num_milliseconds().max(0)),
        _ => None,
    };
    Ok(RunSummary {
        id: row.id.parse().map_err(|_| not_an_id(&row.id))?,
        number: row.number,
        workspace_id: row.workspace.parse().map_err(|_| not_an_id(&row.workspace))?,
        experiment_id: row.experiment.as_deref().map(|id| id.parse().map_err(|_| not_an_id(id))).transpose()?,
        version: row.version,
        title: row.title,
        origin: store::read(&row.origin)?,
        environment: row.environment,
        state: store::read(&row.state)?,
        phase: row.phase.as_deref().map(store::read).transpose()?,
        verdict,
        sentence: row.sentence,
        started_by: row.started_by,
        requested_at: row.requested_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        duration_ms,
        progress: Progress {
            done: u32::try_from(row.done).unwrap_or(0),
            total: u32::try_from(row.total.max(row.done)).unwrap_or(0),
            current: row.current,
        },
    })
}

pub(crate) fn run(row: &run::Model, may_stop: bool) -> Result<Run, DbErr> {
    let summary = run_summary(row)?;
    let journal = match (&row.journal_digest, row.journal_bytes) {
        (Some(digest), Some(bytes)) => Some(JournalRef { digest: digest.clone(), bytes }),
        _ => None,
    };
    let given = object_at(&row.manifest, "parameters");
    let parameters = toolkit::used_parameters(&given, &object_at(&row.manifest, "parameter_defaults"));
    let mut manifest = row.manifest.clone();
    for one in parameters.iter().filter(|one| given.get(&one.name) != Some(&one.value)) {
        manifest["parameters"][&one.name] = one.value.clone();
    }
    let overlaps: Vec<OverlappingRun> =
        row.overlaps.clone().and_then(|overlaps| serde_json::from_value(overlaps).ok()).unwrap_or_default();
    let mut warnings: Vec<Note> = serde_json::from_value(row.warnings.clone()).unwrap_or_default();
    if !overlaps.is_empty() {
        warnings.push(Note { code: "overlapped".to_owned(), detail: overlap::warning(&overlaps) });
    }
    Ok(Run {
        can_stop: may_stop && summary.state != RunState::Ended,
        summary,
        reasons: serde_json::from_value(row.reasons.clone()).unwrap_or_default(),
        warnings,
        parameters,
        overlaps,
        raw_status: row.raw_status.clone(),
        rollbacks: row.rollbacks.clone(),
        stop_requested_at: row.stop_requested_at,
        stop_step: row.stop_step.clone(),
        events: row.events,
        journal,
        plan: serde_json::from_value(row.plan.clone()).unwrap_or_default(),
        node: row.node.clone(),
        chaoslib: row.chaoslib.clone(),
        manifest,
        no_experiment: row.unjoined.as_deref().map(no_experiment),
    })
}

fn no_experiment(why: &str) -> Note {
    let (code, detail) = match why {
        "limit" => (
            "outside-limit",
            "Runs from outside have made as many experiments and versions here as they may. Adopt, merge or archive some; \
             then the next run of this document gets its experiment.",
        ),
        "too-large" => ("document-too-large", "Its document is larger than 1 MiB, and an experiment is not."),
        _ => ("no-document", "It came without a whole experiment: one with a title and a method."),
    };
    Note { code: code.to_owned(), detail: detail.to_owned() }
}

fn object_at(manifest: &serde_json::Value, key: &str) -> serde_json::Map<String, serde_json::Value> {
    manifest.get(key).and_then(serde_json::Value::as_object).cloned().unwrap_or_default()
}

pub(crate) fn event(row: event::Model) -> Result<RunEvent, DbErr> {
    Ok(RunEvent {
        number: row.number,
        sender: row.sender,
        sender_seq: row.sender_seq,
        at: row.at,
        received_at: row.received_at,
        kind: row.kind,
        phase: row.phase.as_deref().map(store::read).transpose()?,
        data: row.data,
    })
}
