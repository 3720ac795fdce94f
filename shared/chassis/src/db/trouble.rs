//! What keeps a database from its work that is no mistake of ours: a disk that is full or read-only, a file that is locked
//! or damaged, a server that is away. Each has a code of its own, and words that say what to do.

use super::{ANSWER, Db, PATIENCE};
use chaoshub_kernel::Fault;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr};
use serde_json::json;
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// For how long files are looked through at each check after one was seen to be damaged.
const SUSPECT: Duration = Duration::from_secs(60);

/// When a file was last seen to be damaged.
static DAMAGED: Mutex<Option<Instant>> = Mutex::new(None);

/// What is said of a change that has waited in vain for those before it.
pub(crate) const QUEUE_FULL: &str = "the queue of writers did not come to an end in time";

/// What is said of a file that was looked through, before what was found.
const DAMAGE: &str = "a file is damaged: ";

/// A kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    Away,
    Busy,
    DiskFull,
    ReadOnly,
    Damaged,
}

impl Trouble {
    /// What it is, if the cause is any of this.
    pub(super) fn of(cause: &DbErr) -> Option<Self> {
        match cause {
            DbErr::ConnectionAcquire(_) => Some(Self::Away),
            DbErr::Custom(said) if said == QUEUE_FULL => Some(Self::Busy),
            DbErr::Custom(said) if said.starts_with(DAMAGE) => Some(Self::Damaged),
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => Self::of_sqlx(cause),
            _ => None,
        }
    }

    fn of_sqlx(cause: &sqlx::Error) -> Option<Self> {
        match cause {
            sqlx::Error::Database(said) => {
                let code = said.code()?;
                code.parse().ok().filter(|_| code.len() != 5).map_or_else(|| Self::of_postgres(&code), Self::of_sqlite)
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Some(Self::Away),
            _ => None,
        }
    }

    /// By the primary code in the lowest byte (SQLite, "Result and Error Codes").
    fn of_sqlite(code: i32) -> Option<Self> {
        match code & 0xff {
            // BUSY, LOCKED, PROTOCOL
            5 | 6 | 15 => Some(Self::Busy),
            // PERM, READONLY
            3 | 8 => Some(Self::ReadOnly),
            // IOERR_SHORT_READ: the file ends too early.
            10 if code == 522 => Some(Self::Damaged),
            // IOERR, CANTOPEN, NOLFS
            10 | 14 | 22 => Some(Self::Away),
            // CORRUPT, NOTADB
            11 | 26 => Some(Self::Damaged),
            13 => Some(Self::DiskFull),
            _ => None,
        }
    }

    /// By SQLSTATE (PostgreSQL, appendix A).
    fn of_postgres(code: &str) -> Option<Self> {
        match code {
            "53100" => Some(Self::DiskFull),
            "25006" => Some(Self::ReadOnly),
            // Too many connections, locks that are not to be had, deadlocks, statements that took too long.
            "53200" | "53300" | "55P03" | "40001" | "40P01" | "57014" | "25P03" => Some(Self::Busy),
            "XX001" | "XX002" => Some(Self::Damaged),
            _ if code.starts_with("08") || code.starts_with("57P") || code == "58030" => Some(Self::Away),
            _ => None,
        }
    }

    pub(super) fn fault(self) -> Fault {
        let (code, detail, seconds) = match self {
            Self::Away => (
                "database-unavailable",
                "a database cannot be reached or read; nothing was changed. An operator looks at the database server, or at the disk",
                5,
            ),
            Self::Busy => {
                ("database-busy", "a database is busy with other changes; nothing was changed. Try again in a moment", 2)
            }
            Self::DiskFull => (
                "disk-full",
                "the disk of a database is full; nothing was changed. An operator makes room there; the hub goes on by itself",
                30,
            ),
            Self::ReadOnly => (
                "database-read-only",
                "a database takes no changes: its file, disk or server is read-only. An operator makes it writable; the hub goes on by itself",
                30,
            ),
            Self::Damaged => {
                ("database-damaged", "a file of a database is damaged. An operator stops the hub and restores a backup", 60)
            }
        };
        Fault::unavailable(code, detail).with_extra(json!({ "retry_after_seconds": seconds }))
    }
}

/// Logs what cannot be helped here, once, and gives what the caller may know of it.
pub(super) fn fault(cause: &DbErr) -> Fault {
    match Trouble::of(cause) {
        Some(trouble) => {
            if trouble == Trouble::Damaged {
                *DAMAGED.lock().expect("no panic happens under this lock") = Some(Instant::now());
            }
            let fault = trouble.fault();
            metrics::counter!("chaoshub_database_troubles_total", "code" => fault.code.clone()).increment(1);
            tracing::error!(code = fault.code, error = %cause, "a database does not do its work");
            fault
        }
        None => {
            tracing::error!(error = %cause, "a query failed");
            Fault::internal()
        }
    }
}

/// Whether the database answers, and takes changes.
pub(super) async fn check(db: &Db) -> Result<(), Fault> {
    match tokio::time::timeout(ANSWER, ask(db)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(cause)) => Err(fault(&cause)),
        Err(_) => {
            let fault = if db.get_database_backend() == DbBackend::Sqlite { Trouble::Busy } else { Trouble::Away }.fault();
            tracing::error!(
                code = fault.code,
                waited_s = ANSWER.as_secs(),
                of_s = PATIENCE.as_secs(),
                "a database does not answer"
            );
            Err(fault)
        }
    }
}

async fn ask(db: &DatabaseConnection) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        let row = db.query_one_raw(statement(db, "SHOW transaction_read_only")).await?;
        let read_only = row.map(|row| row.try_get::<String>("", "transaction_read_only")).transpose()?;
        if read_only.as_deref() == Some("on") {
            // Said by the server itself, in its words and with its code.
            db.execute_unprepared("CREATE TEMPORARY SEQUENCE chaoshub_is_it_writable").await?;
        }
        return Ok(());
    }
    // Nobody uses this number in the file's header; writing it is a change like any other, of one page.
    let row = db.query_one_raw(statement(db, "PRAGMA user_version")).await?;
    let number: i32 = row.map(|row| row.try_get("", "user_version")).transpose()?.unwrap_or_default();
    db.execute_unprepared(&format!("PRAGMA user_version = {number}")).await?;
    let damaged = *DAMAGED.lock().expect("no panic happens under this lock");
    if damaged.is_some_and(|at| at.elapsed() < SUSPECT) {
        let row = db.query_one_raw(statement(db, "PRAGMA quick_check(1)")).await?;
        let said = row.map(|row| row.try_get::<String>("", "quick_check")).transpose()?.unwrap_or_default();
        if said != "ok" {
            return Err(DbErr::Custom(format!("{DAMAGE}{said}")));
        }
    }
    Ok(())
}

fn statement(db: &DatabaseConnection, sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(db.get_database_backend(), sql)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db;
    use sea_orm::{ConnectOptions, Database};

    async fn open(path: &std::path::Path) -> Db {
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
        options.max_connections(1).map_sqlx_sqlite_opts(|sqlite| {
            sqlite.busy_timeout(Duration::from_millis(50)).pragma("journal_mode", "WAL").pragma("cache_size", "10")
        });
        Database::connect(options).await.unwrap()
    }

    async fn says(db: &Db, sql: &str) -> String {
        match db.execute_unprepared(sql).await {
            Ok(_) => "well".to_owned(),
            Err(cause) => {
                let fault = db::fault(cause);
                assert_eq!(fault.kind.status(), if fault.code == "internal" { 500 } else { 503 });
                fault.code
            }
        }
    }

    const WRITE: &str = "INSERT INTO t VALUES (randomblob(100000))";

    #[tokio::test]
    async fn trouble_with_a_file_is_told_by_its_name_and_passes_without_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let db = open(&path).await;
        assert_eq!(says(&db, "CREATE TABLE t (x)").await, "well");

        assert_eq!(says(&db, "PRAGMA max_page_count = 3").await, "well");
        assert_eq!(says(&db, WRITE).await, "disk-full");
        assert_eq!(says(&db, "PRAGMA max_page_count = 100000").await, "well");
        assert_eq!(says(&db, WRITE).await, "well");

        assert_eq!(says(&db, "PRAGMA query_only = 1").await, "well");
        assert_eq!(says(&db, WRITE).await, "database-read-only");
        assert_eq!(check(&db).await.unwrap_err().code, "database-read-only");
        assert_eq!(says(&db, "PRAGMA query_only = 0").await, "well");
        assert_eq!(check(&db).await, Ok(()));

        let other = open(&path).await;
        assert_eq!(says(&other, "BEGIN IMMEDIATE").await, "well");
        assert_eq!(says(&db, WRITE).await, "database-busy");
        assert_eq!(check(&db).await.unwrap_err().code, "database-busy");
        assert_eq!(says(&other, "ROLLBACK").await, "well");
        assert_eq!(says(&db, WRITE).await, "well");
        assert_eq!(check(&db).await, Ok(()));
        assert_eq!(says(&db, "INSERT INTO nowhere VALUES (1)").await, "internal");
    }

    #[tokio::test]
    async fn a_file_that_is_cut_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let db = open(&path).await;
        for sql in ["CREATE TABLE t (x)", WRITE, WRITE, WRITE, "PRAGMA wal_checkpoint(TRUNCATE)"] {
            assert_eq!(says(&db, sql).await, "well");
        }
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        let read = db.query_all_raw(statement(&db, "SELECT sum(length(hex(x))) FROM t")).await.map_err(db::fault);
        assert_eq!(read.unwrap_err().code, "database-damaged");
        assert!(check(&db).await.is_err(), "whoever asks for readiness is told");
    }

    #[test]
    fn trouble_with_a_server_is_told_by_its_name() {
        let io = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let away = DbErr::Conn(RuntimeErr::SqlxError(sqlx::Error::Io(io).into()));
        assert_eq!(db::fault(away).code, "database-unavailable");
        assert_eq!(db::fault(DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::PoolTimedOut.into()))).code, "database-unavailable");
        assert_eq!(db::fault(DbErr::Custom(QUEUE_FULL.to_owned())).code, "database-busy");
        for (code, told) in [
            ("53300", Some(Trouble::Busy)),
            ("55P03", Some(Trouble::Busy)),
            ("53100", Some(Trouble::DiskFull)),
            ("25006", Some(Trouble::ReadOnly)),
            ("57P01", Some(Trouble::Away)),
            ("08006", Some(Trouble::Away)),
            ("23505", None),
        ] {
            assert_eq!(Trouble::of_postgres(code), told, "{code}");
        }
    }
}
