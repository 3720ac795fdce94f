//! What lies in a job's folder: the order, the state, the lock that is the sign of life, the log.
//! Spawner and supervisor share nothing but this and the control socket.

use crate::spawner::Grace;
use chaoshub_facade::launcher::{Exit, Limits};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// One job's folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The job's home and current folder; the only place besides `tmp` that it may write to.
    pub(crate) fn work(&self) -> PathBuf {
        self.0.join("work")
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.0.join("tmp")
    }

    /// What the job printed. The job holds only a pipe, so it cannot rewrite this.
    pub(crate) fn log(&self) -> PathBuf {
        self.0.join("output.log")
    }

    /// What the supervisor itself has to say.
    pub(crate) fn supervisor_log(&self) -> PathBuf {
        self.0.join("supervisor.log")
    }

    /// The name of the control socket in the folder.
    pub(crate) const SOCKET: &str = "control";

    fn spec(&self) -> PathBuf {
        self.0.join("spec.json")
    }

    /// What a caller of the control socket must show; a sandboxed job of the same user cannot read it.
    fn key(&self) -> PathBuf {
        self.0.join("key")
    }

    pub(crate) fn write_spec(&self, spec: &Spec) -> io::Result<()> {
        write_private(&self.spec(), &serde_json::to_vec(spec)?)
    }

    /// Reads the order and deletes it: it holds the job's secrets.
    pub(crate) fn take_spec(&self) -> io::Result<Spec> {
        let bytes = fs::read(self.spec())?;
        fs::remove_file(self.spec())?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    pub(crate) fn spec_waits(&self) -> bool {
        self.spec().exists()
    }

    pub(crate) fn drop_spec(&self) -> io::Result<()> {
        match fs::remove_file(self.spec()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    pub(crate) fn write_key(&self, key: &str) -> io::Result<()> {
        write_private(&self.key(), key.as_bytes())
    }

    pub(crate) fn read_key(&self) -> io::Result<String> {
        fs::read_to_string(self.key())
    }

    /// The state as last written; a reader never sees half of one.
    pub(crate) fn standing(&self) -> io::Result<Standing> {
        Ok(serde_json::from_slice(&fs::read(self.0.join("state.json"))?)?)
    }

    pub(crate) fn write_standing(&self, standing: &Standing) -> io::Result<()> {
        let beside = self.0.join("state.json.new");
        write_private(&beside, &serde_json::to_vec(standing)?)?;
        fs::rename(beside, self.0.join("state.json"))
    }

    /// Takes the lock that a supervisor holds as long as it lives; none when another one holds it.
    pub(crate) fn lock(&self) -> io::Result<Option<File>> {
        let file = self.lock_file("lock")?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Waits until nobody else tries whether the supervisor lives: two at once would take each other for it.
    pub(crate) fn look_alone(&self) -> io::Result<File> {
        let file = self.lock_file("looking")?;
        flock(&file, FlockOperation::LockExclusive)?;
        Ok(file)
    }

    fn lock_file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(self.0.join(name))
    }
}

/// The order as the supervisor gets it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Spec {
    pub(crate) argv: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) path: Vec<PathBuf>,
    pub(crate) limits: Limits,
    /// The user and group that the job becomes; none to stay what we are.
    pub(crate) uid: Option<u32>,
    pub(crate) fence: Fence,
    pub(crate) grace: Grace,
    pub(crate) log_bytes: u64,
}

/// How the job is kept inside its folder by Landlock.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fence {
    pub(crate) need: FenceNeed,
    /// What it may read and execute besides the system's own programs.
    pub(crate) read: Vec<PathBuf>,
    /// What it must never see, even below a folder that it may read.
    pub(crate) hidden: Vec<PathBuf>,
}

/// What to do where the kernel has no Landlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FenceNeed {
    /// Do not start.
    Required,
    /// Start: the job has a user of its own, and the fence is the second wall.
    Wanted,
    /// Raise none, as the operator has decided.
    Off,
}

/// Where the job stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) phase: Phase,
    /// The user that owns what the job writes.
    pub(crate) uid: Option<u32>,
    /// The job's process, once it has one.
    pub(crate) process: Option<Mark>,
    pub(crate) exit: Option<Exit>,
}

/// The ladder of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Phase {
    Starting,
    Running,
    Ended,
}

/// A process, told apart from a later one with the same number by when it started (field 22 of proc_pid_stat(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) pid: i32,
    pub(crate) started: u64,
}

/// Writes a file that only we may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(bytes)
}
