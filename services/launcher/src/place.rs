//! Where jobs and tools lie: in the data folder, unless the users of jobs could not get there.

use crate::toolchain::first_shut;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, Permissions},
    io,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
};

/// Where the runner's folder is when the data folder is shut to other users.
const ELSEWHERE: &str = "/var/lib/chaoshub";

/// The runner's folder, made where it is missing.
pub(crate) fn runner_dir(wanted: Option<PathBuf>, data_dir: &Path, own_users: bool) -> Result<PathBuf, String> {
    let told = |dir: &Path, error: &io::Error| format!("the runner's folder {} cannot be made: {error}", dir.display());
    let dir = match wanted {
        Some(dir) => dir,
        None => {
            let data_dir = fs::canonicalize(data_dir).map_err(|error| told(data_dir, &error))?;
            if own_users && first_shut(&data_dir).is_some() { elsewhere(&data_dir) } else { data_dir.join("runner") }
        }
    };
    make(&dir, own_users).map_err(|error| told(&dir, &error))?;
    match first_shut(&dir).filter(|_| own_users) {
        None => Ok(dir),
        Some(shut) => Err(format!(
            "the users that jobs are given cannot reach the runner's folder {}: {} is shut to them; name another one with --runner-dir",
            dir.display(),
            shut.display()
        )),
    }
}

/// A place of its own for each data folder, the same at every start.
fn elsewhere(data_dir: &Path) -> PathBuf {
    let digest = Sha256::digest(data_dir.as_os_str().as_bytes());
    Path::new(ELSEWHERE).join(hex::encode(&digest[..8]))
}

/// Makes the missing folders; other users may pass through those that we make, whatever our umask is.
pub(crate) fn make(dir: &Path, own_users: bool) -> io::Result<()> {
    let missing: Vec<_> = dir.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
    fs::create_dir_all(dir)?;
    for folder in missing {
        fs::set_permissions(folder, Permissions::from_mode(if own_users { 0o711 } else { 0o700 }))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_dir(mode: u32) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), Permissions::from_mode(mode)).unwrap();
        dir
    }

    #[test]
    fn jobs_lie_in_the_data_folder_when_that_is_reachable_or_need_not_be() {
        for (mode, own_users) in [(0o711, true), (0o700, false)] {
            let data = data_dir(mode);
            let dir = runner_dir(None, data.path(), own_users).unwrap();
            assert_eq!(dir, fs::canonicalize(data.path()).unwrap().join("runner"));
            assert!(dir.is_dir());
        }
    }

    #[test]
    fn each_shut_data_folder_has_its_own_place_elsewhere() {
        let place = elsewhere(Path::new("/root/data"));
        assert!(place.starts_with(ELSEWHERE));
        assert_eq!(place, elsewhere(Path::new("/root/data")));
        assert_ne!(place, elsewhere(Path::new("/root/other")));
    }

    #[test]
    fn a_named_folder_that_jobs_cannot_reach_is_refused() {
        let shut = data_dir(0o700);
        let why = runner_dir(Some(shut.path().join("runner")), shut.path(), true).unwrap_err();
        assert!(why.contains("--runner-dir"), "{why}");
    }
}
