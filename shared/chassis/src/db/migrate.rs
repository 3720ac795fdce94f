//! Brings a database up to date. Each migration and its row in `seaql_migrations` are one transaction, so a process may
//! be killed at any moment: at the next start the migration has either happened or not begun.

use super::{Db, OpenError, is_shared, repair};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations};
use std::collections::BTreeSet;

/// Applies the migrations that are missing, in order; whoever calls sees to it that nobody else does meanwhile.
pub(super) async fn migrate<M: MigratorTrait>(db: &Db, service: &str) -> Result<(), OpenError> {
    let failed = |cause: DbErr| OpenError(format!("the database of {service} cannot be migrated: {cause}"));
    // One statement, `IF NOT EXISTS`: it has happened or it has not.
    M::install(db).await.map_err(failed)?;
    let known = M::migrations();
    let names: BTreeSet<_> = known.iter().map(|migration| migration.name()).collect();
    let applied = M::get_migration_models(db).await.map_err(failed)?;
    let applied: BTreeSet<_> = applied.into_iter().map(|row| row.version).collect();
    if let Some(unknown) = applied.iter().find(|name| !names.contains(name.as_str())) {
        return Err(OpenError(format!(
            "the database of {service} was migrated by a newer ChaosHub, or is another service's: it has taken the step \
             `{unknown}`, which this version does not know; start the newer version, or restore a backup"
        )));
    }
    for (index, migration) in known.iter().enumerate().filter(|(_, migration)| !applied.contains(migration.name())) {
        let Err(cause) = apply(db, &**migration).await else { continue };
        // PostgreSQL has always had a transaction around each migration.
        if is_shared(db) || !repair::complete(db, &known, index).await.map_err(failed)? {
            return Err(failed(cause));
        }
        tracing::warn!(
            service,
            migration = migration.name(),
            "an earlier start was interrupted in the middle of this migration; it is complete now, and nothing was lost"
        );
    }
    Ok(())
}

async fn apply(db: &Db, migration: &dyn MigrationTrait) -> Result<(), DbErr> {
    let tx = begin(db).await?;
    let done = async {
        migration.up(&SchemaManager::new(&tx)).await?;
        record(&tx, migration.name()).await
    };
    match done.await {
        Ok(()) => {
            tx.commit().await?;
            tracing::debug!(migration = migration.name(), "applied a migration");
            Ok(())
        }
        Err(cause) => {
            tx.rollback().await?;
            Err(cause)
        }
    }
}

/// A transaction that has the writer's place from its beginning.
pub(super) async fn begin(db: &Db) -> Result<sea_orm::DatabaseTransaction, DbErr> {
    let immediate = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    db.begin_with_options(immediate).await
}

/// Notes that a migration has been applied.
pub(super) async fn record(tx: &impl sea_orm::ConnectionTrait, name: &str) -> Result<(), DbErr> {
    let row = seaql_migrations::ActiveModel { version: Set(name.to_owned()), applied_at: Set(chrono::Utc::now().timestamp()) };
    seaql_migrations::Entity::insert(row).exec_without_returning(tx).await.map(|_| ())
}
