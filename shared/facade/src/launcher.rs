//! What is asked of the launcher: to start a job, watch it, signal it, read its files.

use async_trait::async_trait;
use chaoshub_kernel::{Fault, SignedClaim, WorkspaceId, id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

id!(JobId, "job", "A batch run; every run of an experiment that the hub starts is one.");

/// Everything that a job is given. It holds secrets (the run's token), so it is never stored as it stands.
#[derive(Clone, Serialize, Deserialize)]
pub struct StartJob {
    /// Chosen by the caller; starting the same id twice starts one job.
    pub id: JobId,
    /// The workspace that the job belongs to.
    pub workspace: WorkspaceId,
    /// Program and arguments; the program is looked up among the runner's tools, such as `chaos`.
    pub argv: Vec<String>,
    /// The whole environment besides what the runner adds (`PATH`, `HOME`, `TMPDIR`, `LANG`).
    pub env: BTreeMap<String, String>,
    /// Files to lay in the job's folder before it starts: name to content. Plain names only, readable by the job alone.
    pub files: BTreeMap<String, String>,
    /// What it may use.
    pub limits: Limits,
}

/// What a job may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock time, after which it is stopped by the supervisor's own ladder.
    pub wall_clock: Duration,
    /// Address space in bytes; none for no limit.
    pub memory_bytes: Option<u64>,
    /// Open files.
    pub open_files: u64,
    /// Size of one written file in bytes.
    pub file_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { wall_clock: Duration::from_secs(3600), memory_bytes: None, open_files: 1024, file_bytes: 1 << 30 }
    }
}

/// Where a job stands. A ladder: late news can only move it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// Written down, not started.
    Accepted,
    /// Its process runs.
    Running,
    /// Its process has ended; `Job::exit` says how.
    Ended,
    /// Its supervisor is gone without a word.
    Lost,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The exit code, when it exited.
    pub code: Option<i32>,
    /// The signal, when one ended it.
    pub signal: Option<i32>,
    /// When.
    pub at: DateTime<Utc>,
    /// Why it never started, in words for a person, when it did not.
    pub failure: Option<String>,
    /// Whether the wall-clock limit ended it.
    pub over_time: bool,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Where it stands.
    pub state: JobState,
    /// How it ended, once it has.
    pub exit: Option<Exit>,
}

/// A step of stopping, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopSignal {
    /// SIGUSR1 to the process: Chaos Toolkit interrupts and plays rollbacks as its strategy says.
    Interrupt,
    /// SIGUSR2 to the process: Chaos Toolkit interrupts at once and plays none.
    Cut,
    /// SIGKILL to the process and everything it started.
    Kill,
}

/// Which piece of which file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadFile {
    /// The job.
    pub job: JobId,
    /// A plain name in the job's folder: what it wrote, or `output.log` for its standard output and error.
    pub name: String,
    /// From this byte.
    pub from: u64,
    /// At most so many bytes.
    pub limit: u64,
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChunk {
    /// The bytes.
    #[serde(with = "base64_bytes")]
    pub bytes: Vec<u8>,
    /// The file's whole size when it was read.
    pub size: u64,
}

/// Asked of the launcher by experiment and dashboard. Jobs are private to services: only a service claim may ask.
#[async_trait]
pub trait Launcher: Send + Sync {
    /// Writes the job down and starts it. The same id again answers the job as it stands.
    async fn start(&self, claim: &SignedClaim, job: StartJob) -> Result<Job, Fault>;

    /// The job as it stands. `not-found` when there is none.
    async fn look(&self, claim: &SignedClaim, job: JobId) -> Result<Job, Fault>;

    /// Sends a step of stopping. Harmless when the job has ended.
    async fn signal(&self, claim: &SignedClaim, job: JobId, signal: StopSignal) -> Result<Job, Fault>;

    /// A piece of a file of the job. `not-found` when the job or the file is not there.
    async fn read(&self, claim: &SignedClaim, ask: ReadFile) -> Result<FileChunk, Fault>;

    /// Removes the folder of an ended job, once all that is wanted of it was fetched. Idempotent.
    async fn release(&self, claim: &SignedClaim, job: JobId) -> Result<(), Fault>;

    /// Whether a job could start now, and if not, why not in words for a person (tools being prepared, for instance).
    async fn ready(&self, claim: &SignedClaim) -> Result<Readiness, Fault>;
}

/// Whether jobs can start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// They can.
    pub ready: bool,
    /// What is being waited for or what failed, when they cannot.
    pub detail: Option<String>,
}

crate::wire!(Launcher: RemoteLauncher, AnswerLauncher {
    Write start(claim; job: StartJob) -> Job;
    Read look(claim; job: JobId) -> Job;
    Write signal(claim; job: JobId, signal: StopSignal) -> Job;
    Read read(claim; ask: ReadFile) -> FileChunk;
    Write release(claim; job: JobId) -> ();
    Read ready(claim;) -> Readiness;
});

mod base64_bytes {
    //! Bytes as base64 text (RFC 4648), so that a chunk is the same over every form.
    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(d)?).map_err(D::Error::custom)
    }
}
