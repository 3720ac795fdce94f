//! Opening a service's own database and bringing its schema up to date.

use chaoshub_kernel::Fault;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTrait;
use std::{path::Path, time::Duration};

/// How long anything waits for its turn at a database before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A handle to one service's database.
pub type Db = DatabaseConnection;

/// Opens `<data_dir>/databases/<service>.sqlite`, creating folder and file, and migrates it.
///
/// WAL lets readers and the one writer work side by side; `synchronous=FULL` keeps what was acknowledged.
///
/// # Errors
/// When the file cannot be opened or a migration fails.
pub async fn open<M: MigratorTrait>(data_dir: &Path, service: &str) -> Result<Db, DbErr> {
    let folder = data_dir.join("databases");
    std::fs::create_dir_all(&folder).map_err(|cause| DbErr::Custom(format!("cannot create {}: {cause}", folder.display())))?;
    let path = folder.join(format!("{service}.sqlite"));
    let db = connect(&format!("sqlite://{}?mode=rwc", path.display()), 8).await?;
    M::up(&db, None).await?;
    Ok(db)
}

/// A database of its own in memory, migrated; gone with its last handle.
///
/// # Errors
/// When a migration fails.
pub async fn in_memory<M: MigratorTrait>() -> Result<Db, DbErr> {
    let db = connect("sqlite::memory:", 1).await?;
    M::up(&db, None).await?;
    Ok(db)
}

async fn connect(url: &str, connections: u32) -> Result<Db, DbErr> {
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

/// Whether the database answers.
///
/// # Errors
/// `database-unavailable` when it does not.
pub async fn check(db: &Db) -> Result<(), Fault> {
    db.execute_unprepared("SELECT 1").await.map(|_| ()).map_err(|cause| {
        tracing::error!(error = %cause, "a database does not answer");
        Fault::unavailable("database-unavailable", "a database does not answer")
    })
}

/// Logs a database's failure, once, and gives what the caller may know of it.
#[must_use]
pub fn fault(cause: DbErr) -> Fault {
    tracing::error!(error = %cause, "a query failed");
    Fault::internal()
}
