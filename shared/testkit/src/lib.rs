//! What the tests of every service stand on: fakes of the other services, claims that are really signed, clocks that stand still,
//! a database for each test, and a short way to ask a router.

pub mod auth;
pub mod database;
pub mod experiments;
pub mod http;
pub mod launcher;
pub mod migrations;
pub mod wait;
pub mod wire;

pub use auth::{FakeAuth, edge};
pub use database::database;
pub use experiments::{FakeExperiments, FakeFeed};
pub use launcher::FakeLauncher;

use chaoshub_chassis::{
    Ctx,
    db::{Db, Place},
    outbox::{News, Outbox},
    tasks::Tasks,
};
use chaoshub_kernel::{Clock, FrozenClock};
use chrono::{TimeZone, Utc};
use std::{path::Path, sync::Arc};

/// The address that tests give as the hub's own.
pub const PUBLIC_URL: &str = "http://localhost:8080";

/// The key that tests give services to prove themselves with.
pub const INTERNAL_KEY: &str = "the-internal-key-of-the-tests";

/// A clock that stands at 2026-11-20 09:00 UTC until it is moved.
#[must_use]
pub fn frozen_clock() -> Arc<FrozenClock> {
    Arc::new(FrozenClock::new(Utc.with_ymd_and_hms(2026, 11, 20, 9, 0, 0).single().expect("a plain instant")))
}

/// What a service is started with by tests, over a data folder of its own.
#[must_use]
pub fn ctx(clock: Arc<dyn Clock>, data_dir: &Path, tasks: &Tasks) -> Ctx {
    Ctx {
        clock,
        data_dir: data_dir.to_owned(),
        databases: Place::Folder(data_dir.to_owned()),
        keys_dir: data_dir.join("keys"),
        objects_dir: data_dir.join("objects"),
        public_url: PUBLIC_URL.into(),
        internal_key: INTERNAL_KEY.into(),
        tasks: tasks.clone(),
    }
}

/// Another process makes a piece of news in a change that it commits only when `meanwhile` is over.
///
/// # Panics
/// When the database fails.
pub async fn happen_slowly(db: &Db, clock: Arc<dyn Clock>, meanwhile: impl Future<Output = ()>) {
    let mut change = Outbox::new(db.clone(), clock).begin().await.expect("a change");
    let news = News { kind: "something.slow", subject: "slow".to_owned(), workspace: None, data: serde_json::json!({}) };
    change.tell(news).await.expect("news");
    meanwhile.await;
    change.commit().await.expect("a commit");
}
