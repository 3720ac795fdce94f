//! Databases as kills leave them: made by the versions that ran each statement of a migration by itself, and stopped in
//! the middle; and what a schema looks like, to be compared.

use chaoshub_chassis::db::Db;
use sea_orm::{ConnectionTrait, DbBackend, SqlxSqliteConnector, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::{
    fs,
    marker::PhantomData,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The migrations that were merged before each had a transaction with its row.
const WITHOUT_TRANSACTION: [&str; 11] = [
    "outbox",
    "lease",
    "m01_accounts",
    "m02_organizations",
    "m03_tokens",
    "m04_sign_in",
    "m05_token_parents",
    "m01_experiments",
    "m02_runs",
    "m03_paths",
    "m01_jobs",
];
const OF_THE_DASHBOARD: [&str; 3] = ["m01_hubs", "m02_activities", "m03_cursors"];

struct Old<M>(PhantomData<M>);

impl<M: MigratorTrait> MigratorTrait for Old<M> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = M::migrations();
        all.retain(|one| WITHOUT_TRANSACTION.contains(&one.name()) || OF_THE_DASHBOARD.contains(&one.name()));
        all
    }
}

/// Leaves `databases/<service>.sqlite` of that folder as version 0.1.0 does when it is killed after `commits` of its
/// commits, each statement being one. True when it had nothing more to do.
///
/// # Panics
/// When the file cannot be made.
pub async fn interrupted<M: MigratorTrait>(data_dir: &Path, service: &str, commits: usize) -> bool {
    let folder = data_dir.join("databases");
    fs::create_dir_all(&folder).expect("a folder for databases");
    let file = SqliteConnectOptions::new()
        .filename(folder.join(format!("{service}.sqlite")))
        .create_if_missing(true)
        .pragma("journal_mode", "WAL")
        .pragma("synchronous", "OFF");
    let left = Arc::new(AtomicUsize::new(commits));
    let pool = SqlitePoolOptions::new().max_connections(1).after_connect(move |connection, _| {
        let left = left.clone();
        Box::pin(async move {
            // A commit that is refused is undone, as one that a kill came before.
            let may = move || left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            connection.lock_handle().await?.set_commit_hook(may);
            Ok(())
        })
    });
    let pool = pool.connect_with(file).await.expect("a database file");
    let db = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    let whole = Old::<M>::up(&db, None).await.is_ok();
    db.close().await.expect("a database that closes");
    whole
}

/// Every table, column, key and index, and which migrations were taken.
///
/// # Panics
/// When the database fails.
pub async fn schema_of(db: &Db) -> Vec<String> {
    let questions: &[&str] = match db.get_database_backend() {
        DbBackend::Sqlite => &[
            "SELECT m.name || '.' || c.name || ' ' || c.type || c.\"notnull\" || c.pk || coalesce(c.dflt_value, '') AS line \
             FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'",
            "SELECT m.name || ': ' || k.\"from\" || ' to ' || k.\"table\" || '.' || k.\"to\" || k.on_delete AS line \
             FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'",
            "SELECT name || ': ' || coalesce(sql, tbl_name) AS line FROM sqlite_master WHERE type = 'index'",
            "SELECT version AS line FROM seaql_migrations",
        ],
        _ => &[
            "SELECT table_name || '.' || column_name || ' ' || data_type || is_nullable AS line \
             FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT indexdef::text AS line FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass::text || conname::text AS line FROM pg_constraint WHERE contype = 'f'",
            "SELECT version::text AS line FROM seaql_migrations",
        ],
    };
    let mut lines = Vec::new();
    for question in questions {
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), *question)).await;
        let rows = rows.unwrap_or_else(|cause| panic!("{question}: {cause}"));
        lines.extend(rows.iter().map(|row| row.try_get::<String>("", "line").expect("a text")));
    }
    lines.sort();
    lines
}
