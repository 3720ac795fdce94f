//! Processes, as /proc shows them: finding what a test has started, and ending it.

use rustix::process::{Pid, Signal, kill_process};
use std::{fs, path::Path};

/// Every living process whose command line holds `text`.
pub fn saying(text: &str) -> Vec<i32> {
    processes(|pid| command_line(pid).contains(text))
}

/// Every living process that works below `folder` or was told to.
pub fn below(folder: &Path) -> Vec<i32> {
    let text = folder.to_str().unwrap();
    processes(|pid| {
        let cwd = fs::read_link(format!("/proc/{pid}/cwd"));
        cwd.is_ok_and(|cwd| cwd.starts_with(folder)) || command_line(pid).contains(text)
    })
}

/// The process of one part of a hub that is split, below `folder`.
pub fn part(folder: &Path, part: &str) -> Option<i32> {
    let text = format!("--only {part} ");
    below(folder).into_iter().find(|pid| command_line(*pid).contains(&text))
}

/// Sends a signal; that the process is gone already is fine.
pub fn send(pid: i32, signal: Signal) {
    let _gone = kill_process(Pid::from_raw(pid).unwrap(), signal);
}

fn processes(wanted: impl Fn(i32) -> bool) -> Vec<i32> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let ourselves = i32::try_from(std::process::id()).unwrap();
    pids.filter(|pid| *pid != ourselves && lives(*pid) && wanted(*pid)).collect()
}

fn lives(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The state follows the name, which may itself hold brackets (proc_pid_stat(5)).
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

fn command_line(pid: i32) -> String {
    String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()).replace('\0', " ")
}
