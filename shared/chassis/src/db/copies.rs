//! Copies of SQLite databases: made while they are written to, checked, and made ready to take the place of what they
//! were copied from.

use super::{OpenError, sqlite::connect};
use crate::outbox;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};
use std::path::{Path, PathBuf};

/// The file of a service's database in a data folder.
#[must_use]
pub fn file_of(data_dir: &Path, service: &str) -> PathBuf {
    data_dir.join("databases").join(format!("{service}.sqlite"))
}

/// Writes a copy of `from`, as it is at one moment, to the new file `to`. Who writes to `from` meanwhile is not held up.
///
/// # Errors
/// When one of the files cannot be used.
pub async fn copy(from: &Path, to: &Path) -> Result<(), OpenError> {
    let failed = |cause: &dyn std::fmt::Display| OpenError(format!("{} cannot be copied: {cause}", from.display()));
    let path = to.to_str().ok_or_else(|| failed(&"the name of the copy is not UTF-8"))?;
    let into = format!("VACUUM INTO '{}'", path.replace('\'', "''"));
    on(from, async |db| db.execute_unprepared(&into).await.map(drop)).await.map_err(|cause| failed(&cause))
}

/// Whether SQLite finds nothing wrong in a file.
///
/// # Errors
/// When the file cannot be read, or is damaged; in words that say which one.
pub async fn check_file(file: &Path) -> Result<(), OpenError> {
    let failed = |cause: &dyn std::fmt::Display| OpenError(format!("{} is damaged: {cause}", file.display()));
    let check = async |db: &DatabaseConnection| {
        let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(1)")).await?;
        row.map_or(Ok(String::new()), |row| row.try_get("", "integrity_check"))
    };
    match on(file, check).await {
        Ok(said) if said == "ok" => Ok(()),
        Ok(said) => Err(failed(&said)),
        Err(cause) => Err(failed(&cause)),
    }
}

/// Gives the feed of a copy another identity, so that followers notice what they have read and it does not know.
///
/// # Errors
/// When the file cannot be used.
pub async fn mark_restored(file: &Path) -> Result<(), OpenError> {
    let mark = async |db: &DatabaseConnection| {
        let known = "SELECT name FROM sqlite_master WHERE name = 'identity'";
        // A version that knew no identities; followers compare the news themselves.
        if db.query_one_raw(Statement::from_string(DbBackend::Sqlite, known)).await?.is_none() {
            return Ok(());
        }
        let tx = db.begin().await?;
        outbox::restored(&tx).await?;
        tx.commit().await
    };
    on(file, mark).await.map_err(|cause| OpenError(format!("{} cannot be written: {cause}", file.display())))
}

async fn on<T>(file: &Path, work: impl AsyncFnOnce(&DatabaseConnection) -> Result<T, DbErr>) -> Result<T, DbErr> {
    let db = connect(&format!("sqlite://{}?mode=rw", file.display()), 1).await?;
    let done = work(&db).await;
    db.close().await?;
    done
}
