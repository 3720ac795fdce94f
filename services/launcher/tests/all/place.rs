//! A place where things run, for the spawner's contract: it can be opened again and again, as after a restart.

use async_trait::async_trait;
use chaoshub_facade::launcher::{Exit, JobId, Limits};
use chaoshub_kernel::{Clock, SystemClock};
use chaoshub_launcher::spawner::{Grace, Identities, Order, ProcessSpawner, Program, Settings, Spawner, Status, Tools};
use chaoshub_testkit::wait::Looks;
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;

/// How long anything may take before a test gives up on it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// How much of what a job prints these places keep.
pub(crate) const LOG_BYTES: u64 = 100_000;

/// A place where a spawner starts things.
#[async_trait]
pub(crate) trait Place: Send + Sync {
    /// Opens it; a second opening is what a restarted hub does.
    async fn open(&self) -> Arc<dyn Spawner>;

    /// Its folder, outside of any job's.
    fn dir(&self) -> &Path;
}

/// Processes of this machine.
pub(crate) struct ProcessPlace {
    dir: TempDir,
}

impl ProcessPlace {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("a folder that jobs can reach");
        Self { dir }
    }
}

#[async_trait]
impl Place for ProcessPlace {
    async fn open(&self) -> Arc<dyn Spawner> {
        ProcessSpawner::open(settings(self.dir.path())).await.expect("an open place")
    }

    fn dir(&self) -> &Path {
        self.dir.path()
    }
}

/// A process spawner below `dir`, beside a data folder of the hub.
pub(crate) fn settings(dir: &Path) -> Settings {
    Settings {
        dir: dir.join("runner"),
        program: Program::default(),
        identities: Identities::fitting(61184, 4336, false),
        read: Vec::new(),
        hidden: vec![dir.join("data")],
        grace: Grace { interrupt: Duration::from_secs(1), cut: Duration::from_secs(1) },
        log_bytes: LOG_BYTES,
    }
}

pub(crate) fn new_id() -> JobId {
    JobId::new(SystemClock.now())
}

/// An order for a shell script, limited so that nothing outlives a broken test for long.
pub(crate) fn shell(script: &str) -> Order {
    Order {
        id: new_id(),
        argv: vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()],
        env: BTreeMap::new(),
        files: BTreeMap::new(),
        limits: Limits { wall_clock: DEADLINE, ..Limits::default() },
        tools: Tools::default(),
    }
}

/// Runs a script to its end and gives how it ended and what it printed.
pub(crate) async fn run(spawner: &dyn Spawner, order: Order) -> (Exit, String) {
    let id = order.id;
    spawner.start(order).await.expect("a start");
    let exit = ended(spawner, id).await;
    (exit, printed(spawner, id).await)
}

/// Waits for the end, which must be news.
pub(crate) async fn ended(spawner: &dyn Spawner, id: JobId) -> Exit {
    let mut changes = spawner.changes();
    let end = async {
        loop {
            match spawner.look(id).await.expect("a look") {
                Some(Status::Ended(exit)) => return exit,
                Some(Status::Lost) | None => panic!("{id} is lost"),
                Some(_) => changes.changed().await.expect("a spawner that lives"),
            }
        }
    };
    tokio::time::timeout(DEADLINE, end).await.unwrap_or_else(|_| panic!("{id} should have ended, and that been news"))
}

/// What it has printed so far.
pub(crate) async fn printed(spawner: &dyn Spawner, id: JobId) -> String {
    let chunk = spawner.read(id, "output.log", 0, 1 << 20).await.expect("a log");
    String::from_utf8(chunk.bytes).expect("text")
}

/// Waits until it has printed `text`, and gives everything that it has.
pub(crate) async fn prints(spawner: &dyn Spawner, id: JobId, text: &str) -> String {
    let mut looks = Looks::within(DEADLINE);
    loop {
        let so_far = printed(spawner, id).await;
        if so_far.contains(text) {
            return so_far;
        }
        looks.next(&format!("it prints `{text}`, only: {so_far}")).await;
    }
}

/// The process numbers that a job printed as `name=number`.
pub(crate) fn number(printed: &str, name: &str) -> i32 {
    let value = printed.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {name} in: {printed}")).trim().parse().expect("a number")
}

/// Whether a process is there and not a zombie.
pub(crate) fn alive(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

/// Waits for a process to be gone.
pub(crate) async fn gone(pid: i32) {
    let mut looks = Looks::within(DEADLINE);
    while alive(pid) {
        looks.next(&format!("process {pid} is gone")).await;
    }
}

/// The folder of a job of a process place.
pub(crate) fn folder(place: &dyn Place, id: JobId) -> PathBuf {
    place.dir().join("runner/jobs").join(id.to_string())
}
