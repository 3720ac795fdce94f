//! What starts things: one trait, and a form of it for each place where things can run.
//! It knows neither keys nor databases nor the rest of this crate, so that a process of its own can hold it.

mod process;

use async_trait::async_trait;
use chaoshub_facade::launcher::{Exit, FileChunk, JobId, Limits, StopSignal};
use std::{collections::BTreeMap, io, path::PathBuf, time::Duration};
use tokio::sync::watch;

pub use process::{Identities, ProcessSpawner, Program, Settings};

/// The name under which what a job printed can be read; its folder has the other files.
pub const OUTPUT: &str = "output.log";

/// Everything that is needed to start one thing.
#[derive(Clone)]
pub struct Order {
    /// Its id. Starting the same id twice starts one.
    pub id: JobId,
    /// Program and arguments; a program without a slash is looked up in `tools`, then on the system.
    pub argv: Vec<String>,
    /// The environment besides `PATH`, `HOME`, `TMPDIR` and `LANG`.
    pub env: BTreeMap<String, String>,
    /// Files to lay in its folder: plain name to content.
    pub files: BTreeMap<String, String>,
    /// What it may use.
    pub limits: Limits,
    /// The tools it is given.
    pub tools: Tools,
}

/// Programs that a job finds before those of the system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tools {
    /// Folders of programs, searched in this order.
    pub path: Vec<PathBuf>,
    /// Folders that those programs must be able to read, such as a Python outside `/usr`.
    pub read: Vec<PathBuf>,
}

/// Where something stands, as the spawner sees it. Later ones are higher on the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Taken, its program does not run yet.
    Starting,
    /// Its program runs.
    Running,
    /// It has ended, and nothing of it runs any more.
    Ended(Exit),
    /// What watched over it is gone without a word; what was left of it has been killed.
    Lost,
}

/// Why a spawner could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// There is no such instance or file.
    #[error("there is no such job or file")]
    NotFound,
    /// The order makes no sense; the text says why to a person.
    #[error("{0}")]
    Invalid(String),
    /// It runs, and that cannot be done to what runs.
    #[error("it still runs")]
    StillRuns,
    /// There is no room for one more.
    #[error("{0}")]
    Full(String),
    /// The machine did not play along.
    #[error("{0}: {1}")]
    Machine(&'static str, #[source] io::Error),
}

/// Starts things, watches them, stops them, reads what they leave. Everything is idempotent by id.
#[async_trait]
pub trait Spawner: Send + Sync {
    /// How it keeps jobs away from the hub and from each other, in words for a person.
    fn isolation(&self) -> &'static str;

    /// The name of the place where it keeps what it starts, the same after a restart. What was started in this place is
    /// known here; what is not known may only have been started in another one, such as a folder that is gone.
    fn home(&self) -> &str;

    /// Sees to it that what is not known is never started, and answers how it stands: `Ended`, or as it is when it was
    /// known already.
    async fn call_off(&self, id: JobId) -> Result<Status, SpawnError>;

    /// Starts what is ordered, or answers how it stands when it was started before. A program that cannot be
    /// started is not an error here: it is `Ended`, and its exit says why.
    async fn start(&self, order: Order) -> Result<Status, SpawnError>;

    /// How it stands; none when it is not known.
    async fn look(&self, id: JobId) -> Result<Option<Status>, SpawnError>;

    /// Everything that is known, whoever started it.
    async fn list(&self) -> Result<Vec<(JobId, Status)>, SpawnError>;

    /// Sends one step of stopping. Harmless when it has ended.
    async fn signal(&self, id: JobId, signal: StopSignal) -> Result<Status, SpawnError>;

    /// A piece of a file in its folder, or of what it printed.
    async fn read(&self, id: JobId, name: &str, from: u64, limit: u64) -> Result<FileChunk, SpawnError>;

    /// Forgets what has ended, and removes its folder. Refuses what still runs.
    async fn remove(&self, id: JobId) -> Result<(), SpawnError>;

    /// Changes whenever something may have moved. It carries nothing: look.
    fn changes(&self) -> watch::Receiver<u64>;
}

/// How long each step of the ladder waits before the next, when the wall clock has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Grace {
    /// After the interrupt.
    pub interrupt: Duration,
    /// After the cut.
    pub cut: Duration,
}

impl Default for Grace {
    /// Half a minute for rollbacks to play, ten seconds to write a journal.
    fn default() -> Self {
        Self { interrupt: Duration::from_secs(30), cut: Duration::from_secs(10) }
    }
}
