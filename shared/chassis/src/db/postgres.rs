//! Databases on a PostgreSQL server, which several processes may use at once.

use super::{DatabaseUrl, Db, OpenError, PATIENCE, migrate};
use sea_orm::{ConnectionTrait, SqlxPostgresConnector};
use sea_orm_migration::MigratorTrait;
use sqlx::{
    ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Connections of one service of one process; a server allows 100 unless told otherwise.
const CONNECTIONS: u32 = 10;

/// The pause between two attempts to reach a server that is starting.
const AGAIN: Duration = Duration::from_millis(250);

/// `invalid_catalog_name`, `cannot_connect_now` (PostgreSQL, appendix A).
const NO_SUCH_DATABASE: &str = "3D000";
const STARTING: &str = "57P03";

/// Advisory locks are named by numbers, in each database for itself. Ours begin with "chub".
pub(crate) const WRITERS: i64 = 0x6368_7562_0000_0001;
const MIGRATION: i64 = 0x6368_7562_0000_0002;

/// How long another process may migrate before this one gives up.
const MIGRATION_SECONDS: u32 = 120;

pub(super) async fn open<M: MigratorTrait>(url: &DatabaseUrl, service: &str) -> Result<Db, OpenError> {
    let options = url.options(service)?.application_name(&format!("chaoshub {service}")).disable_statement_logging();
    reach(&options, service).await?;
    let failed = |cause: &dyn std::fmt::Display| OpenError(format!("the database of {service} cannot be migrated: {cause}"));
    // A connection of its own: a lock of a session must not be taken on one connection of many.
    let alone = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_lazy_with(options.clone());
    let admin = SqlxPostgresConnector::from_sqlx_postgres_pool(alone);
    let lock = format!("SET lock_timeout = '{MIGRATION_SECONDS}s'; SELECT pg_advisory_lock({MIGRATION})");
    admin.execute_unprepared(&lock).await.map_err(|cause| failed(&cause))?;
    let migrated = migrate::<M>(&admin, service).await;
    // The lock goes with the connection.
    admin.close().await.map_err(|cause| failed(&cause))?;
    migrated?;
    // A process that stands still in the middle of a change must not keep the others waiting for ever.
    let options = options.options([("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "30s")]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).min_connections(1).acquire_timeout(PATIENCE);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool.connect_lazy_with(options)))
}

/// Connects once, so that what is wrong is known from the server's own words; waits for one that is just starting.
async fn reach(options: &PgConnectOptions, service: &str) -> Result<(), OpenError> {
    let until = Instant::now() + PATIENCE;
    loop {
        let cause = match tokio::time::timeout_at(until, PgConnection::connect_with(options)).await {
            Ok(Ok(connection)) => {
                // That it cannot be closed politely is no reason not to start.
                let _gone = connection.close().await;
                return Ok(());
            }
            Ok(Err(cause)) => cause,
            Err(_) => sqlx::Error::PoolTimedOut,
        };
        if !passes(&cause) || Instant::now() + AGAIN >= until {
            return Err(unreachable(options, service, &cause));
        }
        sleep(AGAIN).await;
    }
}

fn passes(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(cause) => cause.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(said) => said.code().as_deref() == Some(STARTING),
        _ => false,
    }
}

fn unreachable(options: &PgConnectOptions, service: &str, cause: &sqlx::Error) -> OpenError {
    let name = options.get_database().unwrap_or_default();
    let place = format!("{name} on {}:{}", options.get_host(), options.get_port());
    OpenError(match cause {
        sqlx::Error::Database(said) if said.code().as_deref() == Some(NO_SUCH_DATABASE) => {
            format!("the database of {service} is not there: make it first, with `createdb {name}` ({place})")
        }
        sqlx::Error::Database(said) => format!("the database of {service} cannot be opened: {} ({place})", said.message()),
        sqlx::Error::PoolTimedOut => {
            format!("the database of {service} cannot be reached: the server does not answer ({place})")
        }
        other => format!("the database of {service} cannot be reached: {other} ({place})"),
    })
}
