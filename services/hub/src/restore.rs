//! `chaoshub restore`: puts a backup where a hub finds it, after checking every byte of it. A restore that was
//! interrupted leaves a mark, and no hub starts on what is half there.

use crate::{
    backup::{DATABASES, FORMAT, MANIFEST, Manifest},
    cli::{Folders, RestoreArgs},
    files,
    serve::Lock,
};
use chaoshub_chassis::db::copies;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// In the data folder while a restore is not finished.
const UNFINISHED: &str = "restore.unfinished";

/// Puts the backup, or one database of it, in place.
pub(crate) async fn restore(args: RestoreArgs) -> Result<(), String> {
    let RestoreArgs { from, only, replace, folders } = args;
    folders.on_sqlite("restore")?;
    let manifest = read(&from)?;
    let databases: Vec<&str> = DATABASES.into_iter().filter(|one| only.as_deref().is_none_or(|only| only == *one)).collect();
    let source = from.clone();
    let manifest = blocking(move || check(&source, &manifest).map(|()| manifest)).await?;

    let data_dir = &folders.place.data_dir;
    files::make_with_parents(data_dir, 0o711)?;
    let _mine = Lock::take_all(data_dir, None).await?;
    let there = occupied(&folders, &databases, only.is_some())?;
    if let Some(first) = there.first().filter(|_| !replace) {
        return Err(format!(
            "{} is there already; give an empty folder with --data-dir, or --replace to set aside what is there",
            first.display()
        ));
    }
    let mark = data_dir.join(UNFINISHED);
    fs::write(&mark, "").map_err(|cause| format!("{}: {cause}", mark.display()))?;
    files::sync_folder(data_dir)?;
    let aside = format!("replaced-{}", chrono::Utc::now().format("%Y%m%dT%H%M%S%3fZ"));
    for path in &there {
        set_aside(path, &aside)?;
    }

    files::make_with_parents(&data_dir.join("databases"), 0o700)?;
    for service in &databases {
        let file = copies::file_of(data_dir, service);
        files::copy_file(&copies::file_of(&from, service), &file)?;
        let expected = manifest.files.iter().find(|one| one.path == format!("databases/{service}.sqlite"));
        if expected != Some(&files::listed(&file, format!("databases/{service}.sqlite"))?) {
            return Err(format!("{} is not what was in the backup: the disk, or somebody, has changed it", file.display()));
        }
        copies::check_file(&file).await.map_err(|why| why.to_string())?;
        // Who follows its news has perhaps read further than the backup goes.
        copies::mark_restored(&file).await.map_err(|why| why.to_string())?;
        files::sync_file(&file)?;
    }
    files::sync_folder(&data_dir.join("databases"))?;
    let (keys, objects, whole) = (folders.keys(), folders.objects(), only.is_none());
    let source = from.clone();
    blocking(move || {
        if whole {
            files::make_with_parents(&keys, 0o700)?;
            files::copy_tree(&source.join("keys"), &keys)?;
        }
        // Journals are never changed, so those of the backup go beside those that are there.
        files::make_with_parents(&objects, 0o700)?;
        files::copy_tree(&source.join("objects"), &objects)
    })
    .await?;
    fs::remove_file(&mark).map_err(|cause| format!("{}: {cause}", mark.display()))?;
    files::sync_folder(data_dir)?;
    let what = only.map_or_else(|| "everything".to_owned(), |service| format!("the database of {service}"));
    println!("Restored {what} from {} of {} to {}.", from.display(), manifest.made_at.to_rfc3339(), data_dir.display());
    if !there.is_empty() {
        println!("What was there is kept, with `{aside}` at the end of its name.");
    }
    Ok(())
}

/// Refuses a data folder on which a restore was interrupted.
pub(crate) fn refuse_unfinished(data_dir: &Path) -> Result<(), String> {
    match data_dir.join(UNFINISHED).exists() {
        false => Ok(()),
        true => Err(format!(
            "a restore into {} was interrupted, so what is there is not whole; run `chaoshub restore` again, with --replace",
            data_dir.display()
        )),
    }
}

fn read(from: &Path) -> Result<Manifest, String> {
    let path = from.join(MANIFEST);
    let bytes = fs::read(&path)
        .map_err(|cause| format!("{} is no backup, or one that was not finished: {}: {cause}", from.display(), path.display()))?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|cause| format!("{} cannot be understood: {cause}", path.display()))?;
    match manifest.format == FORMAT {
        true => Ok(manifest),
        false => Err(format!(
            "{} was made by ChaosHub {} in a form that this version does not know; restore it with that version",
            from.display(),
            manifest.version
        )),
    }
}

/// Every file is there as it was written, and the four databases are among them.
fn check(from: &Path, manifest: &Manifest) -> Result<(), String> {
    for service in DATABASES {
        if !manifest.files.iter().any(|one| one.path == format!("databases/{service}.sqlite")) {
            return Err(format!("the backup {} has no database of {service}", from.display()));
        }
    }
    let found: BTreeMap<_, _> = files::list(from)?.into_iter().map(|one| (one.path.clone(), one)).collect();
    for expected in &manifest.files {
        match found.get(&expected.path) {
            Some(file) if file == expected => {}
            Some(_) => {
                return Err(format!(
                    "{} is damaged: it is not what the backup was made with",
                    from.join(&expected.path).display()
                ));
            }
            None => return Err(format!("{} is missing from the backup", from.join(&expected.path).display())),
        }
    }
    Ok(())
}

/// What would be replaced.
fn occupied(folders: &Folders, databases: &[&str], one: bool) -> Result<Vec<PathBuf>, String> {
    let data_dir = &folders.place.data_dir;
    if one {
        let files = databases.iter().flat_map(|service| {
            let file = copies::file_of(data_dir, service);
            ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", file.display())))
        });
        return Ok(files.filter(|file| file.exists()).collect());
    }
    let mut there = Vec::new();
    for folder in [data_dir.join("databases"), folders.keys(), folders.objects()] {
        if folder.exists() && !files::is_empty(&folder)? {
            there.push(folder);
        }
    }
    Ok(there)
}

fn set_aside(path: &Path, aside: &str) -> Result<(), String> {
    // What SQLite keeps beside a file is found by its name.
    let name = path.display().to_string();
    let end = ["-wal", "-shm"].into_iter().find(|end| name.ends_with(&format!(".sqlite{end}"))).unwrap_or_default();
    let kept = format!("{}.{aside}{end}", name.strip_suffix(end).unwrap_or(&name));
    fs::rename(path, &kept).map_err(|cause| format!("{name} cannot be set aside: {cause}"))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|cause| cause.to_string())?
}
