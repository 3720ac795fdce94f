//! Landlock: what a job may see of the file system, and that it can touch no process outside.

use super::folder::{Fence, FenceNeed};
use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
    path_beneath_rules,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What programs need of a system to run, resolve names, speak TLS and tell the time; no more of /etc than that.
const SYSTEM: &[&str] = &[
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/sbin",
    "/opt",
    "/nix/store",
    "/proc",
    "/sys/devices/system",
    "/sys/fs/cgroup",
    "/etc/alternatives",
    "/etc/bash.bashrc",
    "/etc/ca-certificates",
    "/etc/gai.conf",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/inputrc",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/magic",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/pki",
    "/etc/profile",
    "/etc/protocols",
    "/etc/python3",
    "/etc/python3.11",
    "/etc/python3.12",
    "/etc/python3.13",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl",
    "/etc/terminfo",
    "/etc/timezone",
];

/// Devices that hold nothing of anybody.
const DEVICES: &[&str] = &["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// Shuts this process and its descendants in for good. An error is a sentence for a person.
pub(super) fn raise(fence: &Fence, own: &[PathBuf]) -> Result<(), String> {
    if fence.need == FenceNeed::Off {
        return Ok(());
    }
    match restrict(fence, own) {
        Err(error) if fence.need == FenceNeed::Required => Err(format!(
            "the job was not started, because it could not be shut in: {error}. Without root the hub needs Landlock (Linux 5.13 or newer)"
        )),
        _ => Ok(()),
    }
}

fn restrict(fence: &Fence, own: &[PathBuf]) -> Result<(), RulesetError> {
    let read: Vec<_> = SYSTEM
        .iter()
        .map(PathBuf::from)
        .chain(fence.read.iter().cloned())
        .flat_map(|root| around(&root, &fence.hidden))
        .collect();
    Ruleset::default()
        // The first Landlock is enough to be let in; whatever newer kernels add is taken along.
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V5))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .add_rules(path_beneath_rules(read, AccessFs::from_read(ABI::V5)))?
        .add_rules(path_beneath_rules(
            own.iter().map(PathBuf::as_path).chain(DEVICES.iter().map(Path::new)),
            AccessFs::from_all(ABI::V5),
        ))?
        .restrict_self()?;
    Ok(())
}

/// `root`, or when something hidden lies below it, what is left of it without that: rules can only allow.
fn around(root: &Path, hidden: &[PathBuf]) -> Vec<PathBuf> {
    let real = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    if !hidden.iter().any(|path| path.starts_with(&real)) {
        return vec![real];
    }
    // A link needs no rule of its own, and following it could lead anywhere.
    let below = fs::read_dir(&real).into_iter().flatten().flatten().map(|entry| entry.path());
    let shown = below.filter(|path| !path.is_symlink() && !hidden.contains(path));
    shown.flat_map(|path| around(&path, hidden)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_left_out_of_what_may_be_read() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["tools/bin", "hub/data", "hub/docs"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        std::os::unix::fs::symlink("/", root.path().join("hub/everything")).unwrap();
        let real = fs::canonicalize(root.path()).unwrap();
        let mut left = around(root.path(), &[real.join("hub/data")]);
        left.sort();
        assert_eq!(left, [real.join("hub/docs"), real.join("tools")]);
        assert_eq!(around(root.path(), &[]), std::slice::from_ref(&real));
        assert_eq!(around(&real.join("hub/docs"), &[real.join("hub")]), [real.join("hub/docs")], "what is named is meant");
    }
}
