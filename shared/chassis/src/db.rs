//! Opening a service's own database, a file or one on a PostgreSQL server, and bringing its schema up to date.

pub mod copies;
mod migrate;
mod place;
mod postgres;
mod repair;
mod sqlite;
mod text;
mod trouble;

use migrate::migrate;
pub use place::{DatabaseUrl, Place};
pub(crate) use postgres::WRITERS;
pub use sqlite::in_memory;
pub(crate) use text::mend;
pub use text::storable;
pub(crate) use trouble::QUEUE_FULL;

use chaoshub_kernel::Fault;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use sea_orm_migration::MigratorTrait;
use std::time::Duration;

/// How long anything waits for its turn at a database before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take to say that it is there; whoever asks for readiness is not patient.
const ANSWER: Duration = Duration::from_secs(3);

/// A handle to one service's database.
pub type Db = DatabaseConnection;

/// Why a database cannot be used, in one line for the operator; never with a password.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(String);

/// Opens the database of `service` and migrates it, with nobody else migrating it meanwhile. On SQLite folder and file
/// are made; on a server the database must be there.
///
/// # Errors
/// When it cannot be opened, a migration fails, or a newer version has migrated it.
pub async fn open<M: MigratorTrait>(place: &Place, service: &str) -> Result<Db, OpenError> {
    match place {
        Place::Folder(data_dir) => sqlite::open::<M>(data_dir, service).await,
        Place::Server(url) => postgres::open::<M>(url, service).await,
    }
}

/// Whether the database answers and takes changes.
///
/// # Errors
/// What [`fault`] says of trouble with a database.
pub async fn check(db: &Db) -> Result<(), Fault> {
    trouble::check(db).await
}

/// Logs a database's failure, once, and gives what the caller may know of it: `database-unavailable`, `database-busy`,
/// `disk-full`, `database-read-only` or `database-damaged` where it is not a mistake of ours.
#[must_use]
pub fn fault(cause: DbErr) -> Fault {
    if text::is_unstorable(&cause) {
        return Fault::invalid("invalid-text", "a text holds the character U+0000, which cannot be kept or looked for");
    }
    trouble::fault(&cause)
}

/// Whether others may write beside us: then what must happen alone has to be locked in the database.
pub(crate) fn is_shared(db: &impl ConnectionTrait) -> bool {
    db.get_database_backend() == DbBackend::Postgres
}
