//! The folder of jobs: laying an order into it, reading how a job stands, giving each one a user, clearing up.

use super::{Identities, Settings, clear::clear};
use crate::{
    spawner::{OUTPUT, Order, SpawnError, Status},
    supervise::{Fence, FenceNeed, Folder, Phase, Spec, Standing, kin},
};
use chaoshub_facade::launcher::{Exit, JobId};
use chaoshub_kernel::{Clock, SystemClock};
use std::{
    collections::HashSet,
    fs::{self, DirBuilder, DirEntry, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::{Duration, SystemTime},
};

/// Where programs are looked up after the job's tools.
const SYSTEM_PATH: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// How long an order may wait for its supervisor before somebody else starts one: whoever laid it down has crashed.
const ABANDONED: Duration = Duration::from_secs(5);

pub(super) struct Disk {
    settings: Settings,
    /// Held while folders are made and removed, so that no user is given twice; the lock of [`Disk::alone`] keeps other
    /// processes out.
    laying: Mutex<()>,
}

impl Disk {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), laying: Mutex::default() }
    }

    fn jobs(&self) -> PathBuf {
        self.settings.dir.join("jobs")
    }

    pub(super) fn folder(&self, id: JobId) -> Folder {
        Folder::new(self.jobs().join(id.to_string()))
    }

    /// Until both are let go of, nobody makes or removes folders, in this process or another one on the same folder.
    fn alone(&self) -> Result<(MutexGuard<'_, ()>, fs::File), SpawnError> {
        let failed = |error| SpawnError::Machine("the folder of jobs could not be locked", error);
        let here = self.laying.lock().expect("no panic happens under this lock");
        let path = self.settings.dir.join("jobs.lock");
        let file = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map_err(failed)?;
        file.lock().map_err(failed)?;
        Ok((here, file))
    }

    /// The name of this folder, made with it. A folder that has taken its place has another one.
    pub(super) fn home(&self) -> Result<String, SpawnError> {
        let failed = |error| SpawnError::Machine("the name of the folder of jobs could not be kept", error);
        let _alone = self.alone()?;
        let path = self.settings.dir.join("jobs.id");
        match fs::read_to_string(&path) {
            Ok(name) if !name.is_empty() => return Ok(name),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let name = hex::encode(rand::random::<[u8; 16]>());
        let beside = self.settings.dir.join("jobs.id.new");
        crate::supervise::write_private(&beside, name.as_bytes())
            .and_then(|()| fs::File::open(&beside)?.sync_all())
            .and_then(|()| fs::rename(&beside, &path))
            .and_then(|()| sync(&self.settings.dir))
            .map_err(failed)?;
        Ok(name)
    }

    /// Makes the folder of jobs where it is missing and clears away what a crash left half done.
    pub(super) fn tidy_and_list(&self) -> Result<Vec<(JobId, Status)>, SpawnError> {
        let failed = |error| SpawnError::Machine("the folder of jobs could not be prepared", error);
        let alone = self.alone()?;
        let mode = if self.gives_users() { 0o711 } else { 0o700 };
        fs::create_dir_all(self.jobs()).map_err(failed)?;
        fs::set_permissions(self.jobs(), Permissions::from_mode(mode)).map_err(failed)?;
        for entry in self.entries()? {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with('.')) {
                // What cannot be removed harms nobody; that no job runs any more would.
                if let Err(error) = clear(&entry.path()) {
                    tracing::warn!(folder = %entry.path().display(), %error, "what is left of a job could not be removed");
                }
            }
        }
        drop(alone);
        self.list()
    }

    pub(super) fn list(&self) -> Result<Vec<(JobId, Status)>, SpawnError> {
        let mut known = Vec::new();
        for id in self.ids()? {
            // One that was removed meanwhile is simply not there.
            if let Some(status) = self.look(id)? {
                known.push((id, status));
            }
        }
        Ok(known)
    }

    /// Whether the order of a job has waited for so long that nobody is about to start a supervisor.
    pub(super) fn is_abandoned(&self, id: JobId) -> bool {
        let folder = self.folder(id);
        let laid = fs::metadata(folder.path()).and_then(|folder| folder.modified());
        let age = laid.map(|laid| SystemTime::now().duration_since(laid).unwrap_or_default());
        folder.spec_waits() && age.is_ok_and(|age| age >= ABANDONED)
    }

    fn ids(&self) -> Result<Vec<JobId>, SpawnError> {
        Ok(self.entries()?.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
    }

    fn entries(&self) -> Result<impl Iterator<Item = DirEntry>, SpawnError> {
        let entries = fs::read_dir(self.jobs());
        Ok(entries.map_err(|error| SpawnError::Machine("the folder of jobs could not be read", error))?.flatten())
    }

    pub(super) fn look(&self, id: JobId) -> Result<Option<Status>, SpawnError> {
        let folder = self.folder(id);
        look(&folder).or_else(|error| {
            if folder.path().exists() {
                Err(SpawnError::Machine("the folder of the job could not be read", error))
            } else {
                Ok(None)
            }
        })
    }

    /// Lays an order down whole, or answers how the job stands when it is there already.
    pub(super) fn lay(&self, order: Order) -> Result<Status, SpawnError> {
        check(&order)?;
        let _alone = self.alone()?;
        if let Some(status) = self.look(order.id)? {
            return Ok(status);
        }
        let uid = self.free_user(order.id)?;
        let unfinished = Folder::new(self.jobs().join(format!(".new-{}", order.id)));
        let done = self.folder(order.id);
        self.fill(&unfinished, order, uid)
            .and_then(|()| self.put_in_place(&unfinished, &done))
            .map_err(|error| SpawnError::Machine("the job's folder could not be made", error))?;
        Ok(Status::Starting)
    }

    /// Lays down, in the place of an order that is not here, that the job has ended without beginning: an order that
    /// comes later finds that.
    pub(super) fn call_off(&self, id: JobId) -> Result<Status, SpawnError> {
        let _alone = self.alone()?;
        if let Some(status) = self.look(id)? {
            return Ok(status);
        }
        let failure = Some("the job was given up before anything of it was started".to_owned());
        let exit = Exit { code: None, signal: None, at: SystemClock.now(), failure, over_time: false };
        let standing = Standing { phase: Phase::Ended, uid: None, process: None, exit: Some(exit.clone()) };
        let unfinished = Folder::new(self.jobs().join(format!(".new-{id}")));
        let laid = || {
            if unfinished.path().exists() {
                clear(unfinished.path())?;
            }
            DirBuilder::new().mode(0o700).create(unfinished.path())?;
            unfinished.write_standing(&standing)?;
            self.put_in_place(&unfinished, &self.folder(id))
        };
        laid().map_err(|error| SpawnError::Machine("the job could not be called off", error))?;
        Ok(Status::Ended(exit))
    }

    /// A whole folder gets its name, which outlives a loss of power: what is not here was never started.
    fn put_in_place(&self, unfinished: &Folder, done: &Folder) -> io::Result<()> {
        fs::rename(unfinished.path(), done.path())?;
        sync(&self.jobs())
    }

    fn fill(&self, folder: &Folder, order: Order, uid: Option<u32>) -> io::Result<()> {
        if folder.path().exists() {
            clear(folder.path())?;
        }
        DirBuilder::new().mode(0o700).create(folder.path())?;
        for own in [folder.work(), folder.tmp()] {
            DirBuilder::new().mode(0o700).create(&own)?;
        }
        for (name, content) in &order.files {
            let path = folder.work().join(name);
            crate::supervise::write_private(&path, content.as_bytes())?;
            give(&path, uid)?;
        }
        give(&folder.work(), uid)?;
        give(&folder.tmp(), uid)?;
        if let Some(uid) = uid {
            // The job passes through to its own two folders; other jobs do not even get that far.
            chown(folder.path(), None, Some(uid))?;
            fs::set_permissions(folder.path(), Permissions::from_mode(0o710))?;
        }
        folder.write_key(&hex::encode(rand::random::<[u8; 32]>()))?;
        folder.write_standing(&Standing { phase: Phase::Starting, uid, process: None, exit: None })?;
        folder.write_spec(&self.spec(order, uid))
    }

    fn spec(&self, order: Order, uid: Option<u32>) -> Spec {
        let need = match self.settings.identities {
            Identities::Own { .. } => FenceNeed::Wanted,
            Identities::Fenced => FenceNeed::Required,
            Identities::Unfenced => FenceNeed::Off,
        };
        let mut hidden = self.settings.hidden.clone();
        hidden.push(self.jobs());
        Spec {
            argv: order.argv,
            env: order.env,
            path: order.tools.path.into_iter().chain(SYSTEM_PATH.map(PathBuf::from)).collect(),
            limits: order.limits,
            uid,
            fence: Fence { need, read: order.tools.read.into_iter().chain(self.settings.read.clone()).collect(), hidden },
            grace: self.settings.grace,
            log_bytes: self.settings.log_bytes,
        }
    }

    fn gives_users(&self) -> bool {
        matches!(self.settings.identities, Identities::Own { .. })
    }

    /// A user that no job has of which anything is still there: files outlive the process that wrote them. The group of
    /// a job's folder tells its user.
    fn free_user(&self, id: JobId) -> Result<Option<u32>, SpawnError> {
        let Identities::Own { first, count } = self.settings.identities else { return Ok(None) };
        let taken: HashSet<_> = self.entries()?.filter_map(|entry| Some(entry.metadata().ok()?.gid())).collect();
        // Not the lowest one: a user that is given again soon might find something of its predecessor.
        let offset = u32::try_from(id.uuid().as_u128() % u128::from(count.max(1))).unwrap_or(0);
        (0..count).map(|step| first + (offset + step) % count).find(|uid| !taken.contains(uid)).map(Some).ok_or_else(|| {
            SpawnError::Full(format!("all {count} users for jobs are taken; release ended jobs or widen the range"))
        })
    }

    /// Writes down the end of a job whose supervisor died before it took the order.
    pub(super) fn bury_unstarted(&self, id: JobId) -> Result<(), SpawnError> {
        let folder = self.folder(id);
        let failed = |error| SpawnError::Machine("the job's folder could not be written", error);
        if !folder.spec_waits() {
            return Ok(());
        }
        // Another supervisor may be at it.
        let Some(_lock) = folder.lock().map_err(failed)? else { return Ok(()) };
        let standing = folder.standing().map_err(failed)?;
        if standing.phase == Phase::Starting {
            let said = fs::read_to_string(folder.supervisor_log()).unwrap_or_default();
            let failure = Some(format!("the supervisor of the job could not begin. {}", said.trim()));
            let exit = Some(Exit { code: None, signal: None, at: SystemClock.now(), failure, over_time: false });
            folder.write_standing(&Standing { phase: Phase::Ended, exit, ..standing }).map_err(failed)?;
        }
        folder.drop_spec().map_err(failed)
    }

    pub(super) fn remove(&self, id: JobId) -> Result<(), SpawnError> {
        let _alone = self.alone()?;
        match self.look(id)? {
            None => return Ok(()),
            Some(Status::Starting | Status::Running) => return Err(SpawnError::StillRuns),
            Some(Status::Ended(_) | Status::Lost) => {}
        }
        let failed = |error| SpawnError::Machine("the job's folder could not be removed", error);
        let gone = self.jobs().join(format!(".gone-{id}"));
        let folder = self.folder(id);
        // Whoever still looks may be killing what the job's user runs, and the user is free from here on.
        match folder.look_alone().and_then(|_only| fs::rename(folder.path(), &gone)) {
            // Somebody else removes it at the same time.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed.and_then(|()| clear(&gone)).map_err(failed),
        }
    }
}

fn look(folder: &Folder) -> io::Result<Option<Status>> {
    let standing = match folder.standing() {
        // It is written whole, so the machine itself went down before it was on the disk, and the job with it.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
            return Ok(Some(Status::Lost));
        }
        standing => standing?,
    };
    if let Some(status) = settled(&standing) {
        return Ok(Some(status));
    }
    // The supervisor locks before it takes the order, so an order that waits needs no sign of life.
    if folder.spec_waits() {
        return Ok(Some(Status::Starting));
    }
    let _only = folder.look_alone()?;
    let Some(_lock) = folder.lock()? else {
        let status = if standing.phase == Phase::Running { Status::Running } else { Status::Starting };
        return Ok(Some(status));
    };
    // Nobody watches. Unless the end was written a moment ago, there will be none.
    let standing = folder.standing()?;
    Ok(Some(settled(&standing).unwrap_or_else(|| {
        kin::sweep(standing.process, standing.uid, &folder.work());
        Status::Lost
    })))
}

fn settled(standing: &Standing) -> Option<Status> {
    (standing.phase == Phase::Ended).then(|| standing.exit.clone().map_or(Status::Lost, Status::Ended))
}

fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

fn give(path: &Path, uid: Option<u32>) -> io::Result<()> {
    if uid.is_some() { chown(path, uid, uid) } else { Ok(()) }
}

fn check(order: &Order) -> Result<(), SpawnError> {
    let invalid = |text: String| Err(SpawnError::Invalid(text));
    if order.argv.first().is_none_or(String::is_empty) {
        return invalid("a job needs a program".to_owned());
    }
    if order.argv.iter().any(|word| word.contains('\0')) {
        return invalid("an argument holds a zero byte".to_owned());
    }
    if let Some(name) = order.files.keys().find(|name| !plain(name) || *name == OUTPUT) {
        return invalid(format!("`{name}` is not a plain file name that a job may be given"));
    }
    let odd = |(name, value): &(&String, &String)| name.is_empty() || name.contains(['=', '\0']) || value.contains('\0');
    if let Some((name, _)) = order.env.iter().find(odd) {
        return invalid(format!("`{name}` is not a name, or has not a value, that an environment can hold"));
    }
    Ok(())
}

/// Whether a name names something directly in a folder.
pub(super) fn plain(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\0'])
}
