//! The spawner of processes: a folder and a supervisor for each. It keeps nothing in memory that the folders do not
//! say, so whoever opens the same folder later has the same jobs.

mod clear;
mod disk;
mod files;

use super::{Grace, Order, SpawnError, Spawner, Status};
use crate::supervise::{Ask, Folder, ask, call};
use async_trait::async_trait;
use chaoshub_facade::launcher::{FileChunk, JobId, StopSignal};
use disk::Disk;
use std::{
    collections::HashMap,
    ffi::OsString,
    io,
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    sync::{oneshot, watch},
    time::{Instant, timeout},
};
use tokio_util::task::AbortOnDropHandle;

/// How long a supervisor may take to get a program going before `start` answers that it is still starting.
const READY: Duration = Duration::from_secs(30);

/// How long a signal is tried while the supervisor is not yet, or no longer, to be reached.
const SIGNAL: Duration = Duration::from_secs(10);

/// The pause between two attempts to reach a supervisor that lives but does not answer yet.
const AGAIN: Duration = Duration::from_millis(50);

/// How the process spawner works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its folder; it makes `jobs` below it.
    pub dir: PathBuf,
    /// What to run as supervisor.
    pub program: Program,
    /// As whom jobs run.
    pub identities: Identities,
    /// What jobs may read besides the system's programs and their tools.
    pub read: Vec<PathBuf>,
    /// What jobs must never see, wherever it lies: the hub's own data.
    pub hidden: Vec<PathBuf>,
    /// The patience of the ladder at the wall-clock limit.
    pub grace: Grace,
    /// How much of what a job prints is kept, in bytes.
    pub log_bytes: u64,
}

/// A program whose command `supervise` calls [`crate::supervise`].
#[derive(Debug, Clone)]
pub struct Program {
    /// The file to run.
    pub path: PathBuf,
    /// What comes before `supervise`.
    pub args: Vec<OsString>,
}

impl Default for Program {
    /// This very program, even after its file has been replaced by a newer one.
    fn default() -> Self {
        Self { path: PathBuf::from("/proc/self/exe"), args: Vec::new() }
    }
}

/// As whom jobs run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identities {
    /// Each as a user and group of its own out of this range. Needs root.
    Own {
        /// The first user id.
        first: u32,
        /// How many there are.
        count: u32,
    },
    /// All as the hub's user, kept apart by Landlock.
    Fenced,
    /// All as the hub's user with nothing between them and the hub. Only for an operator who says so.
    Unfenced,
}

impl Identities {
    /// Users of their own where we may give them, else the fence, unless the operator wants none.
    #[must_use]
    pub fn fitting(first: u32, count: u32, unfenced: bool) -> Self {
        if rustix::process::geteuid().is_root() {
            Self::Own { first, count }
        } else if unfenced {
            Self::Unfenced
        } else {
            Self::Fenced
        }
    }
}

/// Starts processes on this machine.
pub struct ProcessSpawner {
    settings: Settings,
    disk: Arc<Disk>,
    home: String,
    changes: watch::Sender<u64>,
    /// The tasks that listen for a job's end or wait for its supervisor; they stop with the spawner.
    listening: Mutex<HashMap<(JobId, Task), AbortOnDropHandle<()>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Task {
    Follow,
    Bury,
}

impl ProcessSpawner {
    /// Opens the folder, adopts every job that is found there, and finishes starts that were cut short.
    ///
    /// # Errors
    /// [`SpawnError::Machine`] when the folder cannot be made or read.
    pub async fn open(mut settings: Settings) -> Result<Arc<Self>, SpawnError> {
        let failed = |error| SpawnError::Machine("the folder of the process spawner could not be made", error);
        std::fs::create_dir_all(&settings.dir).map_err(failed)?;
        // Supervisors start in another folder, and rules of Landlock compare real paths.
        settings.dir = std::fs::canonicalize(&settings.dir).map_err(failed)?;
        for hidden in &mut settings.hidden {
            *hidden = std::fs::canonicalize(&*hidden).or_else(|_| std::path::absolute(&*hidden)).map_err(failed)?;
        }
        let disk = Arc::new(Disk::new(&settings));
        let home = on(&disk, Disk::home).await?;
        let spawner = Arc::new(Self { settings, disk, home, changes: watch::Sender::new(0), listening: Mutex::default() });
        let known = spawner.on_disk(Disk::tidy_and_list).await?;
        for (id, status) in known {
            if status == Status::Starting && spawner.disk.folder(id).spec_waits() {
                let _ready = spawner.supervise(id)?;
            }
            if matches!(status, Status::Starting | Status::Running) {
                spawner.follow(id);
            }
        }
        Ok(spawner)
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Disk) -> Result<T, SpawnError> + Send + 'static,
    ) -> Result<T, SpawnError> {
        on(&self.disk, work).await
    }

    /// Starts a supervisor on a folder whose order waits. The answer comes when the program runs or has failed to.
    fn supervise(&self, id: JobId) -> Result<oneshot::Receiver<()>, SpawnError> {
        let folder = self.disk.folder(id);
        let failed = |error| SpawnError::Machine("the supervisor could not be started", error);
        let log = std::fs::File::options().create(true).append(true).open(folder.supervisor_log()).map_err(failed)?;
        let mut child = Command::new(&self.settings.program.path)
            .args(&self.settings.program.args)
            .args(["supervise", "--dir"])
            .arg(folder.path())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let (ready, is_ready) = oneshot::channel();
        let (disk, changes) = (Arc::clone(&self.disk), self.changes.clone());
        self.keep((id, Task::Bury), async move {
            if let Some(out) = child.stdout.take() {
                let mut line = String::new();
                let _died = BufReader::new(out).read_line(&mut line).await;
            }
            let _start_gave_up = ready.send(());
            nudge(&changes);
            let _reaped = child.wait().await;
            if let Ok(Err(error)) = tokio::task::spawn_blocking(move || disk.bury_unstarted(id)).await {
                tracing::error!(job.id = %id, %error, "a job whose supervisor died could not be written down as ended");
            }
            nudge(&changes);
        });
        Ok(is_ready)
    }

    /// Listens to the supervisor of a job, so that its end is news within milliseconds, whoever started it.
    fn follow(&self, id: JobId) {
        let (folder, changes, disk) = (self.disk.folder(id), self.changes.clone(), Arc::clone(&self.disk));
        self.keep((id, Task::Follow), async move {
            loop {
                let ended = listen(&folder, &changes).await;
                nudge(&changes);
                let disk = Arc::clone(&disk);
                let status = tokio::task::spawn_blocking(move || disk.look(id)).await;
                match status {
                    Ok(Ok(Some(Status::Starting | Status::Running))) => {}
                    _ => return nudge(&changes),
                }
                if ended.is_err() {
                    tokio::time::sleep(AGAIN).await;
                }
            }
        });
    }

    fn keep(&self, name: (JobId, Task), task: impl Future<Output = ()> + Send + 'static) {
        let mut listening = self.listening.lock().expect("no panic happens under this lock");
        listening.retain(|_, task| !task.is_finished());
        listening.entry(name).or_insert_with(|| AbortOnDropHandle::new(tokio::spawn(task)));
    }

    async fn known(&self, id: JobId) -> Result<Status, SpawnError> {
        self.look(id).await?.ok_or(SpawnError::NotFound)
    }
}

#[async_trait]
impl Spawner for ProcessSpawner {
    fn isolation(&self) -> &'static str {
        match self.settings.identities {
            Identities::Own { .. } => "each job has a user of its own, and Landlock where the kernel has it",
            Identities::Fenced => "jobs share the hub's user and are kept in their folders by Landlock",
            Identities::Unfenced => "none: jobs run as the hub's user and can read whatever the hub can",
        }
    }

    fn home(&self) -> &str {
        &self.home
    }

    async fn call_off(&self, id: JobId) -> Result<Status, SpawnError> {
        self.on_disk(move |disk| disk.call_off(id)).await
    }

    async fn start(&self, order: Order) -> Result<Status, SpawnError> {
        let id = order.id;
        let status = self.on_disk(move |disk| disk.lay(order)).await?;
        if status == Status::Starting && self.disk.folder(id).spec_waits() {
            let ready = self.supervise(id)?;
            let _still_starting = timeout(READY, ready).await;
            self.follow(id);
        }
        self.known(id).await
    }

    async fn look(&self, id: JobId) -> Result<Option<Status>, SpawnError> {
        self.on_disk(move |disk| disk.look(id)).await
    }

    async fn list(&self) -> Result<Vec<(JobId, Status)>, SpawnError> {
        let known = self.on_disk(Disk::list).await?;
        // Those of another process on this folder are ours too, should it be gone.
        for (id, status) in &known {
            if *status == Status::Starting && self.disk.is_abandoned(*id) {
                let _ready = self.supervise(*id)?;
            }
            if matches!(status, Status::Starting | Status::Running) {
                self.follow(*id);
            }
        }
        Ok(known)
    }

    async fn signal(&self, id: JobId, signal: StopSignal) -> Result<Status, SpawnError> {
        let until = Instant::now() + SIGNAL;
        let folder = self.disk.folder(id);
        loop {
            let status = self.known(id).await?;
            if matches!(status, Status::Ended(_) | Status::Lost) {
                return Ok(status);
            }
            match ask(&folder, Ask::Signal(signal)).await {
                Ok(_) => return self.known(id).await,
                Err(error) if Instant::now() >= until => {
                    return Err(SpawnError::Machine("the supervisor of the job does not answer", error));
                }
                // Not there yet, or just gone.
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    async fn read(&self, id: JobId, name: &str, from: u64, limit: u64) -> Result<FileChunk, SpawnError> {
        let name = name.to_owned();
        self.on_disk(move |disk| files::read(&disk.folder(id), &name, from, limit)).await
    }

    async fn remove(&self, id: JobId) -> Result<(), SpawnError> {
        self.on_disk(move |disk| disk.remove(id)).await
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

async fn on<T: Send + 'static>(
    disk: &Arc<Disk>,
    work: impl FnOnce(&Disk) -> Result<T, SpawnError> + Send + 'static,
) -> Result<T, SpawnError> {
    let disk = Arc::clone(disk);
    tokio::task::spawn_blocking(move || work(&disk))
        .await
        .map_err(|error| SpawnError::Machine("the folder of jobs could not be used", io::Error::other(error)))?
}

fn nudge(changes: &watch::Sender<u64>) {
    changes.send_modify(|count| *count = count.wrapping_add(1));
}

/// Passes on every piece of news of one supervisor, until it hangs up.
async fn listen(folder: &Folder, changes: &watch::Sender<u64>) -> io::Result<()> {
    let mut lines = call(folder, Ask::Watch).await?.lines();
    while lines.next_line().await?.is_some() {
        nudge(changes);
    }
    Ok(())
}
