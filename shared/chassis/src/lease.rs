//! Work that only one of several processes on a database may do: it belongs to whoever holds the lease, and each holder
//! has a larger number than the one before, so that one who has slept through the end of its lease changes nothing.
//! On SQLite this process is alone and holds every lease.

use crate::{
    db::{self, Db, is_shared},
    tasks::{Nudge, Tasks},
};
use chaoshub_kernel::Fault;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, time::Instant};

/// How long a lease lasts unless it is renewed; after a crash the work stands still for so long at the most.
const LIFE: Duration = Duration::from_secs(10);

/// How often it is renewed, or tried for.
const RENEW_EVERY: Duration = Duration::from_secs(2);

/// The step that makes the table; a service with such work lists it among its own.
pub mod migration {
    use sea_orm_migration::{prelude::*, schema};

    /// Creates `leases`.
    #[derive(DeriveMigrationName)]
    pub struct Migration;

    #[async_trait::async_trait]
    impl MigrationTrait for Migration {
        async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            let leases = Table::create()
                .table("leases")
                .col(schema::string("name").primary_key())
                .col(schema::string("holder"))
                .col(schema::big_integer("fence"))
                .col(schema::timestamp_with_time_zone("until"))
                .to_owned();
            manager.create_table(leases).await
        }

        async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            manager.drop_table(Table::drop().table("leases").to_owned()).await
        }
    }
}

/// The number of a holder, larger than every earlier one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence(i64);

/// One process's part in a lease; cheap to clone.
#[derive(Clone)]
pub struct Lease {
    name: &'static str,
    holder: Arc<str>,
    state: Arc<watch::Sender<State>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It was not asked for yet.
    Unknown,
    /// It is another's.
    Elsewhere,
    /// It is ours until then.
    Ours(Fence, Instant),
    /// There is nobody else.
    Alone,
}

impl Lease {
    /// Tries for the lease of that name from now on, and gives it back when the tasks are stopped. Whenever it becomes
    /// ours, `taken` is nudged.
    #[must_use]
    pub fn seek(db: &Db, name: &'static str, tasks: &Tasks, taken: Nudge) -> Self {
        let first = if is_shared(db) { State::Unknown } else { State::Alone };
        let holder = uuid::Uuid::now_v7().simple().to_string();
        let lease = Self { name, holder: holder.into(), state: Arc::new(watch::Sender::new(first)) };
        if first == State::Unknown {
            let (lease, db, stop) = (lease.clone(), db.clone(), tasks.stopping());
            let pulse = tasks.pulse(&format!("{name} lease"), Some(RENEW_EVERY));
            tasks.spawn_to_end(async move {
                loop {
                    // A panic has been logged, and is tried again as everything else is.
                    let _panicked = pulse.turn(lease.try_for(&db, &taken)).await;
                    tokio::select! {
                        () = stop.cancelled() => return lease.give_back(&db).await,
                        () = tokio::time::sleep(RENEW_EVERY) => {}
                    }
                }
            });
        }
        lease
    }

    /// Our number, while it is ours; waits for the answer to the first try.
    pub async fn held(&self) -> Option<Fence> {
        let mut state = self.state.subscribe();
        // The sender lives in self, so waiting cannot fail.
        let state = state.wait_for(|state| *state != State::Unknown).await.map(|state| *state);
        match state {
            Ok(State::Ours(fence, until)) if Instant::now() < until => Some(fence),
            Ok(State::Alone) => Some(Fence(0)),
            _ => None,
        }
    }

    /// Ok when the lease is still that holder's, and stays so until the transaction ends.
    ///
    /// # Errors
    /// `lease-lost`, or when the database fails.
    pub async fn confirm(&self, tx: &impl ConnectionTrait, fence: Fence) -> Result<(), Fault> {
        if !is_shared(tx) {
            return Ok(());
        }
        let sql = "SELECT fence FROM leases WHERE name = $1 AND holder = $2 AND fence = $3 FOR SHARE";
        let values = [self.name.into(), (&*self.holder).into(), fence.0.into()];
        let found =
            tx.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await.map_err(db::fault)?;
        match found {
            Some(_) => Ok(()),
            None => Err(Fault::unavailable("lease-lost", "another process does this work now")),
        }
    }

    async fn try_for(&self, db: &Db, taken: &Nudge) {
        let asked = Instant::now();
        let state = match self.take(db).await {
            Ok(Some(fence)) => State::Ours(fence, asked + LIFE),
            Ok(None) => State::Elsewhere,
            // What is ours stays ours until it ends.
            Err(cause) => {
                tracing::warn!(lease = self.name, error = %cause, "a lease could not be asked for; trying again");
                match *self.state.borrow() {
                    State::Unknown => State::Elsewhere,
                    before => before,
                }
            }
        };
        let fence = |state: State| match state {
            State::Ours(fence, _) => Some(fence),
            _ => None,
        };
        let before = self.state.send_replace(state);
        if let Some(new) = fence(state).filter(|new| fence(before) != Some(*new)) {
            tracing::info!(lease = self.name, fence = new.0, "this process has the lease");
            taken.nudge();
        }
    }

    /// By the server's clock: those of several machines may differ.
    async fn take(&self, db: &Db) -> Result<Option<Fence>, DbErr> {
        let sql = "INSERT INTO leases (name, holder, fence, until) VALUES ($1, $2, 1, now() + $3 * interval '1 second') \
                   ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, fence = leases.fence \
                   + CASE WHEN leases.holder = excluded.holder AND leases.until > now() THEN 0 ELSE 1 END \
                   WHERE leases.holder = excluded.holder OR leases.until <= now() RETURNING fence";
        let values = [self.name.into(), (&*self.holder).into(), LIFE.as_secs_f64().into()];
        let row = db.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
        row.map(|row| row.try_get("", "fence").map(Fence)).transpose()
    }

    async fn give_back(&self, db: &Db) {
        self.state.send_replace(State::Elsewhere);
        let sql = "UPDATE leases SET until = now() WHERE name = $1 AND holder = $2";
        let values = [self.name.into(), (&*self.holder).into()];
        if let Err(cause) = db.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await {
            tracing::warn!(lease = self.name, error = %cause, "a lease could not be given back; it ends by itself");
        }
    }
}
