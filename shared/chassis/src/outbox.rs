//! A change and its news in one transaction, and the feed that followers read the news from.
//! The table `outbox` is part of every service's database; its migration is here too.

mod history;
mod replicas;
mod sweep;

pub use history::{last, restored};

use crate::{
    claims::Verifier,
    db::{self, Db, PATIENCE},
};
use async_trait::async_trait;
use chaoshub_facade::feed::{Feed, FeedAsk, FeedPage};
use chaoshub_kernel::{Clock, Envelope, Fault, SignedClaim, WorkspaceId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    entity::prelude::*,
};
use std::{
    ops::Deref,
    sync::{Arc, OnceLock, atomic::AtomicI64},
};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

mod entity {
    use sea_orm::entity::prelude::*;

    /// One piece of news, kept until every follower has surely read it.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub number: i64,
        pub kind: String,
        pub subject: String,
        pub workspace: Option<String>,
        pub at: DateTimeUtc,
        pub data: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The step that makes the table; a service lists it among its own.
pub mod migration {
    use sea_orm_migration::prelude::*;

    /// Creates `outbox`.
    #[derive(DeriveMigrationName)]
    pub struct Migration;

    #[async_trait::async_trait]
    impl MigrationTrait for Migration {
        async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            // AUTOINCREMENT: a number is never given twice, even when the newest rows were swept.
            let number = ColumnDef::new("number").big_integer().not_null().auto_increment().primary_key().to_owned();
            manager
                .create_table(
                    Table::create()
                        .table("outbox")
                        .col(number)
                        .col(ColumnDef::new("kind").string().not_null())
                        .col(ColumnDef::new("subject").string().not_null())
                        .col(ColumnDef::new("workspace").string().null())
                        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
                        .col(ColumnDef::new("data").json_binary().not_null())
                        .to_owned(),
                )
                .await
        }

        async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            manager.drop_table(Table::drop().table("outbox").to_owned()).await
        }
    }
}

/// News as a service tells it.
#[derive(Debug, Clone)]
pub struct News {
    /// What happened, such as `run.changed`.
    pub kind: &'static str,
    /// The id of what it happened to.
    pub subject: String,
    /// The workspace it belongs to.
    pub workspace: Option<WorkspaceId>,
    /// Particulars, small.
    pub data: serde_json::Value,
}

/// One service's outbox.
#[derive(Clone)]
pub struct Outbox {
    db: Db,
    clock: Arc<dyn Clock>,
    look: Arc<watch::Sender<()>>,
    /// There is one writer at a time. Those of this process queue here, in order, and hold no connection meanwhile that
    /// a reader could use.
    turn: Arc<Mutex<()>>,
    heed: Arc<Heed>,
    /// Read from the database when it is needed.
    identity: Arc<std::sync::Mutex<Option<history::Identity>>>,
}

/// What is done here before anybody acts on news, whoever made them.
#[derive(Default)]
struct Heed {
    forget: OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// The last news that it was done for.
    upto: AtomicI64,
}

impl Outbox {
    /// The outbox of the service whose database this is.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            look: Arc::new(watch::Sender::new(())),
            turn: Arc::default(),
            heed: Arc::default(),
            identity: Arc::default(),
        }
    }

    /// Begins a change. It takes the writer's place at once, among all processes on this database, so what it reads stays
    /// true until it commits, and news get their numbers in the order in which they can be read.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(&self) -> Result<Change, DbErr> {
        let immediate =
            TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let turn = tokio::time::timeout(PATIENCE, self.turn.clone().lock_owned()).await;
        let turn = turn.map_err(|_| DbErr::Custom(db::QUEUE_FULL.to_owned()))?;
        let tx = self.db.begin_with_options(immediate).await?;
        if db::is_shared(&tx) {
            // Let go of with the transaction. Without it a slow change could get a number, and become visible only when
            // followers have read on past it.
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({})", db::WRITERS)).await?;
        }
        Ok(Change { tx, outbox: self.clone(), told: false, then: Vec::new(), _turn: turn })
    }

    /// The feed over this outbox; followers prove with a service's claim that they may read it.
    #[must_use]
    pub fn feed(&self, verifier: Verifier) -> Arc<dyn Feed> {
        Arc::new(LocalFeed { outbox: self.clone(), verifier })
    }
}

fn envelope(row: entity::Model) -> Envelope {
    Envelope {
        number: row.number,
        kind: row.kind,
        subject: row.subject,
        workspace: row.workspace.and_then(|id| id.parse().ok()),
        at: row.at,
        data: row.data,
    }
}

/// A transaction that may carry news. Dropped without [`Change::commit`], nothing of it happened.
pub struct Change {
    tx: DatabaseTransaction,
    outbox: Outbox,
    told: bool,
    then: Vec<Box<dyn FnOnce() + Send + Sync>>,
    /// Let go of last, when the transaction is over.
    _turn: OwnedMutexGuard<()>,
}

impl Change {
    /// Adds news, to be read by followers once the change is committed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell(&mut self, mut news: News) -> Result<(), DbErr> {
        self.told = true;
        if db::is_shared(&self.tx) {
            db::mend(&mut news.data);
        }
        let row = entity::ActiveModel {
            number: NotSet,
            kind: Set(news.kind.to_owned()),
            subject: Set(news.subject),
            workspace: Set(news.workspace.map(|id| id.to_string())),
            at: Set(self.outbox.clock.now()),
            data: Set(news.data),
        };
        entity::Entity::insert(row).exec_without_returning(&self.tx).await.map(|_| ())
    }

    /// Does something in memory once the change is lasting; not at all when it never is.
    pub fn then(&mut self, something: impl FnOnce() + Send + Sync + 'static) {
        self.then.push(Box::new(something));
    }

    /// Makes the change lasting and wakes the followers, also those of other processes on this database. All of it, even
    /// when whoever waits for it gives up.
    ///
    /// # Errors
    /// When the database fails; then nothing happened.
    pub async fn commit(self) -> Result<(), DbErr> {
        // In a task of its own nothing stops it in the middle; it ends with the database's answer.
        tokio::spawn(self.make_lasting()).await.unwrap_or_else(|cause| Err(DbErr::Custom(cause.to_string())))
    }

    async fn make_lasting(self) -> Result<(), DbErr> {
        if self.told && db::is_shared(&self.tx) {
            self.tx.execute_unprepared(replicas::TELL).await?;
        }
        self.tx.commit().await?;
        for something in self.then {
            something();
        }
        if self.told {
            self.outbox.look.send_replace(());
        }
        Ok(())
    }
}

impl Deref for Change {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

struct LocalFeed {
    outbox: Outbox,
    verifier: Verifier,
}

#[async_trait]
impl Feed for LocalFeed {
    async fn read(&self, claim: &SignedClaim, ask: FeedAsk) -> Result<FeedPage, Fault> {
        if !self.verifier.verify(claim).await?.is_service() {
            return Err(Fault::forbidden("services-only", "only services of this installation read feeds"));
        }
        // Subscribed before the first look, so that a commit in between is not slept through.
        let mut look = self.outbox.look.subscribe();
        let deadline = tokio::time::Instant::now() + ask.wait;
        loop {
            let page = self.outbox.page(&ask.after, ask.limit).await.map_err(db::fault)?;
            if let Some(last) = page.events.last() {
                self.outbox.heed(last.number);
            }
            if !page.events.is_empty() || page.broken.is_some() {
                return Ok(page);
            }
            match tokio::time::timeout_at(deadline, look.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Ok(page),
            }
        }
    }
}
