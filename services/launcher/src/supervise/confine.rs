//! The last step before a job's program: this process gives up everything that the job must not have, and
//! becomes the program. It gets the order through its standard input and reports there what stopped it.

use super::{
    fence,
    folder::{Folder, Spec},
};
use chaoshub_facade::launcher::Limits;
use rustix::{
    fs::Mode,
    process::{Gid, Resource, Rlimit, Signal, Uid, getrlimit, set_parent_process_death_signal, setrlimit, umask},
    thread::{set_no_new_privs, set_thread_groups, set_thread_res_gid, set_thread_res_uid},
};
use std::{
    env, fs, io,
    io::{Read, Write},
    os::{
        fd::AsFd,
        unix::{fs::PermissionsExt, net::UnixStream, process::CommandExt},
    },
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

/// How many processes and threads a job with a user of its own may have; enough for load tools, too few for a fork bomb.
const PROCESSES: u64 = 4096;

/// Reads the order, limits this process and becomes the program. Returns only on failure.
pub(super) fn confine(folder: &Folder) -> ExitCode {
    // A duplicate closes itself when the program starts: an empty report says that it did.
    let Ok(report) = io::stdin().as_fd().try_clone_to_owned() else { return ExitCode::FAILURE };
    let mut report = UnixStream::from(report);
    let failure = match read_spec(&mut report) {
        Ok(spec) => become_program(folder, &spec),
        Err(error) => format!("the order could not be read: {error}"),
    };
    let _supervisor_gone = report.write_all(failure.as_bytes());
    ExitCode::from(127)
}

fn read_spec(from: &mut UnixStream) -> io::Result<Spec> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

fn become_program(folder: &Folder, spec: &Spec) -> String {
    if let Err(error) = give_up_rights(folder, spec) {
        return error;
    }
    let own = [folder.work(), folder.tmp()];
    if let Err(error) = fence::raise(&spec.fence, &own) {
        return error;
    }
    let Some((name, arguments)) = spec.argv.split_first() else { return "no program was named".to_owned() };
    let Some(program) = find(name, &spec.path) else {
        return format!("there is no program `{name}` among the runner's tools or on its system");
    };
    let error = Command::new(&program)
        .args(arguments)
        .env_clear()
        .envs(&spec.env)
        .env("PATH", env::join_paths(&spec.path).unwrap_or_default())
        .env("HOME", folder.work())
        .env("TMPDIR", folder.tmp())
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .exec();
    format!("`{}` could not be started: {error}", program.display())
}

fn give_up_rights(folder: &Folder, spec: &Spec) -> Result<(), String> {
    let told = |what: &'static str| move |error: rustix::io::Errno| format!("the job was not started: {what} ({error})");
    umask(Mode::from_raw_mode(0o077));
    limit(&spec.limits, spec.uid.is_some()).map_err(told("its limits could not be set"))?;
    if let Some(uid) = spec.uid {
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(uid));
        // Groups first, the user last: afterwards none of it is allowed any more.
        set_thread_groups(&[])
            .and_then(|()| set_thread_res_gid(gid, gid, gid))
            .and_then(|()| set_thread_res_uid(uid, uid, uid))
            .map_err(told("it could not be given a user of its own"))?;
    }
    set_no_new_privs(true).map_err(told("its privileges could not be frozen"))?;
    // Without its supervisor nobody would enforce a limit or hear a stop. A change of user resets this, so it comes after.
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(told("it could not be tied to its supervisor"))?;
    env::set_current_dir(folder.work())
        .map_err(|error| format!("the job was not started: its folder cannot be entered ({error})"))
}

fn limit(limits: &Limits, own_user: bool) -> rustix::io::Result<()> {
    let most = |resource, wanted: u64| {
        // Raising a hard limit is a privilege; never ask for more than we have.
        let value = getrlimit(resource).maximum.map_or(wanted, |maximum| maximum.min(wanted));
        setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })
    };
    most(Resource::Core, 0)?;
    most(Resource::Nofile, limits.open_files)?;
    most(Resource::Fsize, limits.file_bytes)?;
    if let Some(bytes) = limits.memory_bytes {
        most(Resource::As, bytes)?;
    }
    // The kernel counts processes by user, so for a shared user this would limit the hub itself.
    if own_user { most(Resource::Nproc, PROCESSES) } else { Ok(()) }
}

fn find(name: &str, path: &[PathBuf]) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name));
    }
    let runs = |file: &Path| fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0);
    path.iter().map(|folder| folder.join(name)).find(|file| runs(file))
}
