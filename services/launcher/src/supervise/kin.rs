//! Who descends from whom, read from /proc, and the killing of all of them.

use super::folder::Mark;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::{
    collections::HashMap,
    fs,
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    path::Path,
};

/// What is read of a process (proc_pid_stat(5)).
struct Stat {
    pid: i32,
    dead: bool,
    parent: i32,
    started: u64,
}

/// Marks a running process, so that it can be told from a later one with its number.
pub(crate) fn mark(pid: i32) -> Option<Mark> {
    stat(pid).map(|stat| Mark { pid, started: stat.started })
}

/// Whether that very process is still there.
pub(crate) fn lives(mark: Mark) -> bool {
    stat(mark.pid).is_some_and(|stat| stat.started == mark.started && !stat.dead)
}

/// Every living process that descends from `ancestor`.
pub(crate) fn descendants(ancestor: i32) -> Vec<i32> {
    let mut children: HashMap<i32, Vec<Stat>> = HashMap::new();
    for stat in all() {
        children.entry(stat.parent).or_default().push(stat);
    }
    let mut found = Vec::new();
    let mut open = vec![ancestor];
    while let Some(parent) = open.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            open.push(child.pid);
            if !child.dead {
                found.push(child.pid);
            }
        }
    }
    found
}

/// Sends a signal to one process; that it is gone already is fine.
pub(crate) fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _gone = kill_process(pid, signal);
    }
}

/// Kills a process group at once, so that nobody in it can fork away.
pub(crate) fn kill_group(leader: i32) {
    if let Some(pid) = Pid::from_raw(leader) {
        let _gone = kill_process_group(pid, Signal::KILL);
    }
}

/// Kills what a dead supervisor left behind: the job's group if its leader is still the one it was, and everything
/// that runs as the user that was the job's alone. Where it shared our user, the job's own process has died with its
/// supervisor, and what it started is known by the job's folder, which it was given as its home.
pub(crate) fn sweep(process: Option<Mark>, uid: Option<u32>, home: &Path) {
    if let Some(mark) = process.filter(|mark| lives(*mark)) {
        kill_group(mark.pid);
    }
    let home = [b"HOME=", home.as_os_str().as_bytes()].concat();
    for stat in all().filter(|stat| !stat.dead) {
        let of_the_job = match uid {
            Some(uid) => fs::metadata(format!("/proc/{}", stat.pid)).is_ok_and(|meta| meta.uid() == uid),
            None => fs::read(format!("/proc/{}/environ", stat.pid))
                .is_ok_and(|environ| environ.split(|byte| *byte == 0).any(|variable| variable == home)),
        };
        if of_the_job {
            send(stat.pid, Signal::KILL);
        }
    }
}

fn all() -> impl Iterator<Item = Stat> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(stat)
}

fn stat(pid: i32) -> Option<Stat> {
    let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
    // The name is in brackets and may hold anything, brackets too: the fields begin behind the last one.
    let fields = &text[text.iter().rposition(|byte| *byte == b')')? + 1..];
    let fields: Vec<_> = std::str::from_utf8(fields).ok()?.split_ascii_whitespace().collect();
    Some(Stat {
        pid,
        dead: matches!(*fields.first()?, "Z" | "X"),
        parent: fields.get(1)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reused_number_is_another_process() {
        let me = mark(i32::try_from(std::process::id()).unwrap()).unwrap();
        assert!(lives(me));
        assert!(!lives(Mark { started: me.started + 1, ..me }));
    }
}
