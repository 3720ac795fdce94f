//! Several processes on one database: what one tells the others hear, and what only one may do only one does.

use crate::databases::Migrator;
use chaoshub_chassis::{
    db::{self, Db},
    lease::Lease,
    outbox::{News, Outbox},
    tasks::{Nudge, Tasks},
};
use chaoshub_facade::feed::FeedAsk;
use chaoshub_testkit::{FakeAuth, database::replicated, frozen_clock};
use futures::future::join;
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// Less than any timer that would make good what was not heard.
const SOON: Duration = Duration::from_secs(4);

/// Nothing here takes so long.
const DEADLINE: Duration = Duration::from_secs(30);

async fn two() -> [Db; 2] {
    let place = replicated::<Migrator>("auth").await;
    [db::open::<Migrator>(&place, "auth").await.unwrap(), db::open::<Migrator>(&place, "auth").await.unwrap()]
}

async fn tell(outbox: &Outbox) {
    let mut change = outbox.begin().await.unwrap();
    change.tell(News { kind: "a.thing", subject: "one".to_owned(), workspace: None, data: json!({}) }).await.unwrap();
    change.commit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn news_of_one_process_wake_those_who_wait_at_another_and_what_is_remembered_is_forgotten_first() {
    let [here, there] = two().await;
    let (clock, tasks) = (frozen_clock(), Tasks::new());
    let auth = FakeAuth::new(clock.clone());
    let (here, there) = (Outbox::new(here, clock.clone()), Outbox::new(there, clock));
    let forgotten = Arc::new(AtomicU32::new(0));
    let count = forgotten.clone();
    there.heed_replicas(&tasks, move || _ = count.fetch_add(1, Ordering::SeqCst));
    let feed = there.feed(auth.verifier());
    let claim = auth.service_claim("dashboard");
    let wait = |after: i64| feed.read(&claim, FeedAsk { after: after.into(), limit: 10, wait: Duration::from_secs(3600) });
    // The first may be read before anybody listens; from then on the second is surely heard.
    let (first, ()) = timeout(DEADLINE, join(wait(0), tell(&here))).await.expect("somebody looks");
    let (before, last) = (forgotten.load(Ordering::SeqCst), first.unwrap().events[0].number);
    assert!(before > 0);
    let (second, ()) = timeout(SOON, join(wait(last), tell(&here))).await.expect("a notification");
    assert_eq!(second.unwrap().events.len(), 1);
    assert!(forgotten.load(Ordering::SeqCst) > before);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn when_the_server_ends_every_connection_they_are_made_again() {
    let [here, there] = two().await;
    let (clock, tasks) = (frozen_clock(), Tasks::new());
    let auth = FakeAuth::new(clock.clone());
    let outbox = Outbox::new(there.clone(), clock.clone());
    outbox.heed_replicas(&tasks, || {});
    let lease = Lease::seek(&there, "work", &tasks, Nudge::default());
    assert!(lease.held().await.is_some());
    let others =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    here.execute_unprepared(others).await.unwrap();
    db::check(&there).await.expect("it answers at once");
    assert!(lease.held().await.is_some(), "what is ours stays ours");
    let feed = outbox.feed(auth.verifier());
    let ask = FeedAsk { after: 0.into(), limit: 10, wait: Duration::from_secs(3600) };
    let claim = auth.service_claim("dashboard");
    let writer = Outbox::new(here, clock);
    let (read, ()) = timeout(DEADLINE, join(feed.read(&claim, ask), tell(&writer))).await.expect("it is heard again");
    assert_eq!(read.unwrap().events.len(), 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn a_lease_has_one_holder_and_the_next_has_a_larger_number() {
    let [here, there] = two().await;
    let (ours, theirs) = (Tasks::new(), Tasks::new());
    let first = Lease::seek(&here, "work", &ours, Nudge::default());
    let old = first.held().await.expect("nobody else wants it");
    let taken = Nudge::default();
    let second = Lease::seek(&there, "work", &theirs, taken.clone());
    assert_eq!(second.held().await, None);
    let other = Lease::seek(&there, "other work", &theirs, Nudge::default());
    assert!(other.held().await.is_some());
    first.confirm(&here, old).await.unwrap();

    ours.stop(DEADLINE).await;
    timeout(DEADLINE, taken.nudged()).await.expect("it was given back");
    let new = second.held().await.expect("it is free");
    assert_ne!(new, old);
    assert_eq!(first.held().await, None);
    assert_eq!(first.confirm(&here, old).await.unwrap_err().code, "lease-lost");
    second.confirm(&there, new).await.unwrap();
}

#[tokio::test]
async fn who_is_alone_holds_every_lease() {
    let db = db::in_memory::<Migrator>().await.unwrap();
    let lease = Lease::seek(&db, "work", &Tasks::new(), Nudge::default());
    let fence = lease.held().await.expect("there is nobody else");
    lease.confirm(&db, fence).await.unwrap();
}
