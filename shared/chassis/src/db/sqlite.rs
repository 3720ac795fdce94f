//! Databases in files, or in memory for tests.

use super::{Db, OpenError, PATIENCE, migrate};
use sea_orm::{ConnectOptions, Database, DbErr};
use sea_orm_migration::MigratorTrait;
use std::{fs::File, path::Path};

/// `<data_dir>/databases/<service>.sqlite`, made where it is missing.
///
/// WAL lets readers and the one writer work side by side; `synchronous=FULL` keeps what was acknowledged.
pub(super) async fn open<M: MigratorTrait>(data_dir: &Path, service: &str) -> Result<Db, OpenError> {
    let folder = data_dir.join("databases");
    let failed = |cause: &dyn std::fmt::Display| OpenError(format!("the database of {service} cannot be opened: {cause}"));
    std::fs::create_dir_all(&folder).map_err(|cause| failed(&format!("cannot create {}: {cause}", folder.display())))?;
    let lock = File::open(&folder).map_err(|cause| failed(&cause))?;
    // Let go of when the file is closed, whatever happens.
    let locked = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await.map_err(|cause| failed(&cause))?;
    let _alone = locked.map_err(|cause| failed(&cause))?;
    let path = folder.join(format!("{service}.sqlite"));
    let db = connect(&format!("sqlite://{}?mode=rwc", path.display()), 8).await.map_err(|cause| failed(&cause))?;
    migrate::<M>(&db, service).await?;
    Ok(db)
}

/// A database of its own in memory, migrated; gone with its last handle.
///
/// # Errors
/// When a migration fails.
pub async fn in_memory<M: MigratorTrait>() -> Result<Db, OpenError> {
    let db = scratch().await.map_err(|cause| OpenError(cause.to_string()))?;
    migrate::<M>(&db, "a test").await?;
    Ok(db)
}

/// An empty database in memory, with one connection.
pub(super) async fn scratch() -> Result<Db, DbErr> {
    connect("sqlite::memory:", 1).await
}

pub(super) async fn connect(url: &str, connections: u32) -> Result<Db, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        // A file does not hang up; asking each time whether it is there would double the cost of a short read.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("temp_store", "MEMORY")
                .pragma("cache_size", "-8000")
        });
    Database::connect(options).await
}
