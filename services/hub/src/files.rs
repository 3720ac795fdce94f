//! Copying folders of files so that they last, and lists of files with their digests.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// A file of a backup.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Below the backup's folder, with slashes between.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// In hexadecimal digits.
    pub(crate) sha256: String,
}

fn failed(path: &Path) -> impl Fn(io::Error) -> String {
    let path = path.display().to_string();
    move |cause| format!("{path}: {cause}")
}

/// Makes a folder that must not be there and that only its owner may enter.
pub(crate) fn make_private(folder: &Path) -> Result<(), String> {
    fs::DirBuilder::new().mode(0o700).create(folder).map_err(failed(folder))
}

/// Makes a folder where it is missing, with this mode; folders above it that are missing get the usual one.
pub(crate) fn make_with_parents(folder: &Path, mode: u32) -> Result<(), String> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(failed(parent))?;
    }
    match fs::DirBuilder::new().mode(mode).create(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists || !folder.is_dir() => Err(failed(folder)(cause)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a file that must not be there, for its owner alone, and waits until it is on the disk.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed(path))
}

/// Waits until a file is on the disk.
pub(crate) fn sync_file(path: &Path) -> Result<(), String> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed(path))
}

/// Waits until the names in a folder are on the disk.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), String> {
    sync_file(folder)
}

/// Copies every file below `from` that is not below `to` yet. A file that goes away meanwhile is passed over: it is none
/// that a row names. What is still being written has a `#` in its name.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<(), String> {
    if !to.is_dir() {
        make_private(to)?;
    }
    for path in sorted(from)? {
        let Some(name) = path.file_name() else { continue };
        let copy = to.join(name);
        if path.is_dir() {
            copy_tree(&path, &copy)?;
        } else if !name.to_string_lossy().contains('#') && !copy.exists() {
            copy_file(&path, &copy)?;
        }
    }
    sync_folder(to)
}

/// Copies one file under a name that must not be there; nothing when there is no such file.
pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<(), String> {
    let mut source = match File::open(from) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(failed(from))?,
    };
    let copy = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let mut copy = copy.map_err(failed(to))?;
    io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()).map_err(failed(to))
}

/// Every file below a folder.
pub(crate) fn list(folder: &Path) -> Result<Vec<Listed>, String> {
    let mut all = Vec::new();
    list_below(folder, Path::new(""), &mut all)?;
    Ok(all)
}

fn list_below(top: &Path, below: &Path, all: &mut Vec<Listed>) -> Result<(), String> {
    for path in sorted(&top.join(below))? {
        let Some(name) = path.file_name() else { continue };
        let inside = below.join(name);
        match path.is_dir() {
            true => list_below(top, &inside, all)?,
            false => all.push(listed(&path, inside.to_string_lossy().into_owned())?),
        }
    }
    Ok(())
}

/// A file's size and digest, under that name.
pub(crate) fn listed(file: &Path, name: String) -> Result<Listed, String> {
    let mut reader = File::open(file).map_err(failed(file))?;
    let (mut hash, mut bytes, mut part) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = reader.read(&mut part).map_err(failed(file))?;
        if read == 0 {
            return Ok(Listed { path: name, bytes, sha256: hex::encode(hash.finalize()) });
        }
        hash.update(&part[..read]);
        bytes += read as u64;
    }
}

/// Whether nothing is in a folder.
pub(crate) fn is_empty(folder: &Path) -> Result<bool, String> {
    sorted(folder).map(|all| all.is_empty())
}

/// What is in a folder, by name; nothing when there is none.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed(folder))?,
    };
    let mut all = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(failed(folder))?;
    all.sort();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn only_the_last_folder_is_private() {
        let top = tempfile::tempdir().unwrap();
        let deep = top.path().join("a/b/c");
        make_with_parents(&deep, 0o700).unwrap();
        make_with_parents(&deep, 0o700).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&deep), 0o700);
        assert_ne!(mode(&top.path().join("a")), 0o700, "the usual mode, as the umask leaves it");
        fs::write(top.path().join("file"), "").unwrap();
        assert!(make_with_parents(&top.path().join("file"), 0o700).is_err());
    }

    #[test]
    fn a_copy_has_what_was_there_and_leaves_out_what_is_being_written() {
        let top = tempfile::tempdir().unwrap();
        let from = top.path().join("from/runs/run_1");
        fs::create_dir_all(&from).unwrap();
        fs::write(from.join("journal.json"), "{}").unwrap();
        fs::write(from.join("output.log#1"), "half").unwrap();
        let to = top.path().join("to");
        copy_tree(&top.path().join("from"), &to).unwrap();
        copy_tree(&top.path().join("from"), &to).unwrap();
        let digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        let expected = Listed { path: "runs/run_1/journal.json".to_owned(), bytes: 2, sha256: digest.to_owned() };
        assert_eq!(list(&to).unwrap(), [expected]);
        copy_tree(&top.path().join("nowhere"), &top.path().join("empty")).unwrap();
        assert_eq!(list(&top.path().join("empty")).unwrap(), []);
    }
}
