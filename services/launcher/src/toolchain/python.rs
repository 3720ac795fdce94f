//! Finding a Python that will do: new enough, able to make virtual environments, and within reach of those who run it.

use super::{Recipe, ToolchainError};
use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tokio::process::Command;

/// The oldest that Chaos Toolkit's newest releases for it still support.
const OLDEST: (u32, u32) = (3, 11);

/// Prints version, prefix, and fails where virtual environments cannot be made (Debian without python3-venv).
const PROBE: &str = "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3]); print(sys.base_prefix)";

/// Who must be able to run the tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Every user of the machine: jobs have users of their own.
    Everybody,
    /// Our own user.
    Ourselves,
}

pub(super) struct Python {
    pub(super) program: PathBuf,
    pub(super) version: String,
    /// The prefix of its standard library.
    pub(super) home: PathBuf,
}

pub(super) async fn find(recipe: &Recipe) -> Result<Python, ToolchainError> {
    let mut refused = Vec::new();
    for program in candidates(recipe) {
        match probe(&program, recipe.audience).await {
            Ok(python) => return Ok(python),
            Err(why) => refused.push(format!("{} {why}", program.display())),
        }
    }
    let (major, minor) = OLDEST;
    Err(ToolchainError::NoPython(format!(
        "no Python {major}.{minor} or newer with venv was found for running experiments ({}); on Debian, install python3-venv",
        if refused.is_empty() { "there is none at all".to_owned() } else { refused.join("; ") }
    )))
}

/// The system's own first: one below somebody's home is of no use to other users.
fn candidates(recipe: &Recipe) -> Vec<PathBuf> {
    if let Some(python) = &recipe.python {
        return vec![python.clone()];
    }
    let mut found = vec![PathBuf::from("/usr/bin/python3")];
    for folder in env::split_paths(&env::var_os("PATH").unwrap_or_default()) {
        for name in ["python3", "python3.14", "python3.13", "python3.12", "python3.11"] {
            found.push(folder.join(name));
        }
    }
    found.retain(|program| program.is_file());
    let mut seen = Vec::new();
    found.retain(|program| {
        let real = fs::canonicalize(program).unwrap_or_else(|_| program.clone());
        let new = !seen.contains(&real);
        seen.push(real);
        new
    });
    found
}

async fn probe(program: &Path, audience: Audience) -> Result<Python, String> {
    let output = Command::new(program)
        .args(["-I", "-c", PROBE])
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("cannot be run ({error})"))?;
    if !output.status.success() {
        return Err("has no venv".to_owned());
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let mut lines = printed.lines();
    let (version, home) = (lines.next().unwrap_or_default(), PathBuf::from(lines.next().unwrap_or_default()));
    if !new_enough(version) {
        return Err(format!("is only {version}"));
    }
    if audience == Audience::Everybody {
        let real = fs::canonicalize(program).map_err(|error| format!("cannot be followed ({error})"))?;
        for path in [program, &real, &home] {
            if let Some(shut) = first_shut(path) {
                return Err(format!("is below {}, where other users cannot go", shut.display()));
            }
        }
    }
    Ok(Python { program: program.to_owned(), version: version.to_owned(), home })
}

fn new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= OLDEST
}

/// The first folder on the way to `path` that other users cannot pass through.
pub(crate) fn first_shut(path: &Path) -> Option<PathBuf> {
    let passable = |folder: &Path| fs::metadata(folder).map_or(true, |meta| meta.permissions().mode() & 0o001 != 0);
    let mut way: Vec<_> = path.ancestors().collect();
    way.reverse();
    way.into_iter().find(|folder| !passable(folder)).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_python_will_not_do() {
        assert!(new_enough("3.11.2") && new_enough("3.14.0") && new_enough("4.0.0"));
        assert!(!new_enough("3.10.13") && !new_enough("2.7.18") && !new_enough(""));
    }

    #[test]
    fn the_shut_door_on_the_way_is_found() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("home/deep");
        fs::create_dir_all(&inner).unwrap();
        for (path, mode) in [(root.path().to_owned(), 0o755), (root.path().join("home"), 0o755), (inner.clone(), 0o755)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        assert_eq!(first_shut(&inner.join("not/there/yet")), None);
        fs::set_permissions(root.path().join("home"), fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(first_shut(&inner), Some(root.path().join("home")));
    }
}
