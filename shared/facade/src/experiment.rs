//! What is asked of experiment: experiments and runs as a workspace's viewer sees them.

use async_trait::async_trait;
use chaoshub_kernel::{Fault, Page, SignedClaim, WorkspaceId, id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

id!(ExperimentId, "exp", "A Chaos Toolkit experiment.");
id!(RunId, "run", "One execution of an experiment.");

/// What a run means, computed from its events and journal, never from an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The steady state held, and the method did what it says.
    Passed,
    /// The steady state did not hold, during the method or after it.
    Deviated,
    /// The steady state was not there to begin with; nothing was done.
    BaselineNotMet,
    /// The question was not answered; the reasons say why.
    Inconclusive,
    /// It could not be carried out.
    Failed,
    /// Chaos Toolkit gave up in the middle.
    Aborted,
    /// Somebody or something stopped it.
    Interrupted,
    /// It fell silent, and nothing tells how it ended.
    Lost,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 8] = [
        Self::Passed,
        Self::Deviated,
        Self::BaselineNotMet,
        Self::Inconclusive,
        Self::Failed,
        Self::Aborted,
        Self::Interrupted,
        Self::Lost,
    ];

    /// The verdict as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Deviated => "deviated",
            Self::BaselineNotMet => "baseline-not-met",
            Self::Inconclusive => "inconclusive",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::Interrupted => "interrupted",
            Self::Lost => "lost",
        }
    }
}

/// Where a run stands. A ladder: late or repeated news can only move it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// Written down.
    Requested,
    /// Its job is being started.
    Starting,
    /// It has sent its first event.
    Running,
    /// A stop was asked for.
    Stopping,
    /// Over; it has a verdict.
    Ended,
}

impl RunState {
    /// Every state, lowest first.
    pub const ALL: [Self; 5] = [Self::Requested, Self::Starting, Self::Running, Self::Stopping, Self::Ended];

    /// Whether the ladder leads from here to `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        next > self
    }

    /// The state as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Ended => "ended",
        }
    }
}

/// The part of a run that something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The hypothesis before the method.
    Baseline,
    /// The method.
    Method,
    /// The hypothesis while the method runs.
    During,
    /// The hypothesis after the method.
    After,
    /// The rollbacks.
    Rollbacks,
}

/// Where a run comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Started by the hub.
    Hub,
    /// A `chaos run` elsewhere, watched through the control module.
    Outside,
    /// An uploaded journal.
    Upload,
}

impl Origin {
    /// The origin as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Outside => "outside",
            Self::Upload => "upload",
        }
    }
}

/// Where an experiment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExperimentOrigin {
    /// People write and run it here: they made it, or adopted it.
    Hub,
    /// Runs from outside made it, and nobody has adopted it.
    Outside,
}

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// Activities completed.
    pub done: u32,
    /// Activities planned; at least `done`.
    pub total: u32,
    /// The name of the activity that runs now.
    pub current: Option<String>,
}

/// A run in a list, on a widget, on the stream: the same JSON everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunSummary {
    /// Its id.
    pub id: RunId,
    /// "Run 42": counted per workspace.
    pub number: i64,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// Its experiment; none when it was reported from elsewhere.
    pub experiment_id: Option<ExperimentId>,
    /// The version that ran.
    pub version: Option<i64>,
    /// The experiment's title.
    pub title: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The environment it acts on.
    pub environment: String,
    /// Where it stands.
    pub state: RunState,
    /// Its current phase, while it runs.
    pub phase: Option<Phase>,
    /// What it means; set when it has ended.
    pub verdict: Option<Verdict>,
    /// What happened, in a sentence for a person.
    pub sentence: String,
    /// The account's name.
    pub started_by: String,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When its first event came.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// From start to end, milliseconds.
    pub duration_ms: Option<i64>,
    /// How far it is.
    pub progress: Progress,
}

/// A past or present run of an experiment, as one mark of a strip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunMark {
    /// The run.
    pub id: RunId,
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub state: RunState,
    /// What it means.
    pub verdict: Option<Verdict>,
    /// When it started.
    pub started_at: Option<DateTime<Utc>>,
}

/// An experiment in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExperimentSummary {
    /// Its id.
    pub id: ExperimentId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// The number of its latest version.
    pub version: i64,
    /// When the latest version was saved.
    pub updated_at: DateTime<Utc>,
    /// By whom.
    pub updated_by: String,
    /// Out of the way, but not gone.
    pub archived: bool,
    /// Whether people write it here, or runs from outside made it.
    pub origin: ExperimentOrigin,
    /// Its last runs, newest first, at most ten.
    pub last_runs: Vec<RunMark>,
}

/// One event of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Event)]
pub struct RunEvent {
    /// Place in the run, from 1, without gaps.
    pub number: i64,
    /// Who sent it: `hub`, or the control module's own name for itself.
    pub sender: String,
    /// The sender's own count, from 1; `(sender, sender_seq)` is unique in a run.
    pub sender_seq: i64,
    /// When it happened, by the sender's clock.
    pub at: DateTime<Utc>,
    /// When the hub received it.
    pub received_at: DateTime<Utc>,
    /// What happened; docs/API.md lists the kinds.
    pub kind: String,
    /// The phase it belongs to.
    pub phase: Option<Phase>,
    /// Particulars.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// Which runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsAsk {
    /// Of this workspace.
    pub workspace: WorkspaceId,
    /// Only of this experiment.
    pub experiment: Option<ExperimentId>,
    /// Only those that have not ended.
    pub active: bool,
    /// At most so many, those that started last first.
    pub limit: u32,
}

/// Asked of experiment by dashboard, with a person's claim or as a service (then as a viewer of the workspace sees it).
#[async_trait]
pub trait Experiments: Send + Sync {
    /// Runs, those that started last, or were asked for last and have not started, first.
    async fn runs(&self, claim: &SignedClaim, ask: RunsAsk) -> Result<Page<RunSummary>, Fault>;

    /// One run. `not-found` when the caller may not know of it.
    async fn run(&self, claim: &SignedClaim, run: RunId) -> Result<RunSummary, Fault>;

    /// Experiments that are not archived, last changed first.
    async fn experiments(
        &self,
        claim: &SignedClaim,
        workspace: WorkspaceId,
        limit: u32,
    ) -> Result<Page<ExperimentSummary>, Fault>;

    /// One experiment. `not-found` when the caller may not know of it.
    async fn experiment(&self, claim: &SignedClaim, experiment: ExperimentId) -> Result<ExperimentSummary, Fault>;
}

crate::wire!(Experiments: RemoteExperiments, AnswerExperiments {
    Read runs(claim; ask: RunsAsk) -> Page<RunSummary>;
    Read run(claim; run: RunId) -> RunSummary;
    Read experiments(claim; workspace: WorkspaceId, limit: u32) -> Page<ExperimentSummary>;
    Read experiment(claim; experiment: ExperimentId) -> ExperimentSummary;
});
