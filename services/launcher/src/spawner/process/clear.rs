//! Removing what a job left, however it left it: with folders that are shut even to their owner, nested as deep as it
//! liked.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Removes `root` and everything in it. Nothing may run any more that could write there.
///
/// Each folder below is brought up into `root` before it is emptied: neither a path nor a stack nor the number of open
/// files grows with the depth, which the job has chosen.
pub(super) fn clear(root: &Path) -> io::Result<()> {
    let mut waiting = vec![root.to_owned()];
    let mut is_root = true;
    while let Some(folder) = waiting.pop() {
        unlock(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if !entry.file_type()?.is_dir() {
                fs::remove_file(entry.path())?;
            } else if is_root {
                waiting.push(entry.path());
            } else {
                // A folder that moves is written to: it holds its parent.
                unlock(&entry.path())?;
                let raised = root.join(format!(".{:032x}", rand::random::<u128>()));
                fs::rename(entry.path(), &raised)?;
                waiting.push(raised);
            }
        }
        if !is_root {
            fs::remove_dir(&folder)?;
        }
        is_root = false;
    }
    fs::remove_dir(root)
}

fn unlock(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o700))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{Mode, OFlags, mkdirat, open, openat};
    use std::thread;

    #[test]
    fn what_is_outside_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (kept, gone) = (dir.path().join("kept"), dir.path().join("gone"));
        fs::create_dir_all(kept.join("inner")).unwrap();
        fs::create_dir_all(gone.join("a/b/c")).unwrap();
        for (at, name) in [(gone.clone(), "up"), (gone.join("a/b"), "deep")] {
            std::os::unix::fs::symlink(&kept, at.join(name)).unwrap();
        }
        fs::write(gone.join("a/b/c/file"), "x").unwrap();
        clear(&gone).unwrap();
        assert!(!gone.exists() && kept.join("inner").exists());
    }

    #[test]
    fn folders_may_be_nested_as_deep_as_a_job_likes() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone");
        fs::create_dir(&gone).unwrap();
        let at = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut deepest = open(&gone, at, Mode::empty()).unwrap();
        for _ in 0..2000 {
            mkdirat(&deepest, "deep", Mode::RWXU).unwrap();
            deepest = openat(&deepest, "deep", at, Mode::empty()).unwrap();
        }
        // With as little stack as if they were a hundred times as many.
        let small = thread::Builder::new().stack_size(64 << 10);
        small.spawn(move || clear(&gone).unwrap()).unwrap().join().unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
