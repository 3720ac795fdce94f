//! `chaoshub backup`: a copy of everything that an installation is, made while the hub runs and writes. It gets its
//! name only when it is whole and checked.

use crate::{
    cli::BackupArgs,
    files::{self, Listed},
};
use chaoshub_chassis::db::copies;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// In this order no follower has read further than what it follows goes: who follows comes first.
pub(crate) const DATABASES: [&str; 4] = ["dashboard", "experiment", "launcher", "auth"];

/// The list of what a backup holds. It is written last.
pub(crate) const MANIFEST: &str = "backup.json";

/// What stands in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The form of the backup.
    pub(crate) format: u32,
    /// The version of ChaosHub that made it.
    pub(crate) version: String,
    /// When it was begun.
    pub(crate) made_at: DateTime<Utc>,
    /// Every file but this one.
    pub(crate) files: Vec<Listed>,
}

/// The form that this version writes and reads.
pub(crate) const FORMAT: u32 = 1;

/// Makes a backup and says where.
pub(crate) async fn backup(args: BackupArgs) -> Result<(), String> {
    let folders = args.folders;
    folders.on_sqlite("backup")?;
    let data_dir = &folders.place.data_dir;
    for service in DATABASES {
        let file = copies::file_of(data_dir, service);
        if !file.is_file() {
            return Err(format!("{} is not there: name the data folder of the hub with --data-dir", file.display()));
        }
    }
    let to = &args.to;
    if to.exists() {
        return Err(format!("{} is there already; give a folder that does not exist, such as one with the date", to.display()));
    }
    let draft = draft_beside(to)?;
    let made_at = Utc::now();
    let done = write(&draft, &folders.place.data_dir, &folders.keys(), &folders.objects(), made_at).await;
    let done = done.and_then(|summary| {
        // Not over something that was made meanwhile: a folder that holds anything is not replaced.
        fs::rename(&draft, to).map_err(|cause| format!("cannot make {}: {cause}", to.display()))?;
        files::sync_folder(to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))?;
        Ok(summary)
    });
    match done {
        Ok((files, bytes)) => {
            println!("Backed up {} to {}: {files} files, {bytes} bytes, checked.", data_dir.display(), to.display());
            Ok(())
        }
        Err(why) => {
            let _half = fs::remove_dir_all(&draft);
            Err(why)
        }
    }
}

/// A name that nobody takes for a backup, on the same file system.
fn draft_beside(to: &Path) -> Result<PathBuf, String> {
    let name = to.file_name().ok_or_else(|| format!("{} is not a name for a folder", to.display()))?;
    let draft = to.with_file_name(format!("{}.{}.unfinished", name.to_string_lossy(), uuid::Uuid::new_v4().simple()));
    files::make_private(&draft)?;
    Ok(draft)
}

/// Databases first: bytes come before their rows, so every file that a row names is there afterwards.
async fn write(
    draft: &Path,
    data_dir: &Path,
    keys: &Path,
    objects: &Path,
    made_at: DateTime<Utc>,
) -> Result<(usize, u64), String> {
    files::make_private(&draft.join("databases"))?;
    for service in DATABASES {
        let copy = copies::file_of(draft, service);
        copies::copy(&copies::file_of(data_dir, service), &copy).await.map_err(|why| why.to_string())?;
        copies::check_file(&copy).await.map_err(|why| why.to_string())?;
        files::sync_file(&copy)?;
    }
    let (draft, keys, objects) = (draft.to_owned(), keys.to_owned(), objects.to_owned());
    let rest = move || {
        files::copy_tree(&keys, &draft.join("keys"))?;
        files::copy_tree(&objects, &draft.join("objects"))?;
        let listed = files::list(&draft)?;
        let summary = (listed.len(), listed.iter().map(|one| one.bytes).sum());
        let manifest = Manifest { format: FORMAT, version: env!("CARGO_PKG_VERSION").to_owned(), made_at, files: listed };
        let json = serde_json::to_vec_pretty(&manifest).map_err(|cause| cause.to_string())?;
        files::write_new(&draft.join(MANIFEST), &json)?;
        files::sync_folder(&draft)?;
        Ok(summary)
    };
    tokio::task::spawn_blocking(rest).await.map_err(|cause| cause.to_string())?
}
