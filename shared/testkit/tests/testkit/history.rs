//! Feeds whose database was restored, emptied or replaced: a follower that stands elsewhere is told so, and where to go on.

use crate::databases::Migrator;
use chaoshub_chassis::{
    db::Db,
    identity,
    outbox::{self, News, Outbox},
};
use chaoshub_facade::feed::{Feed, FeedAsk, FeedPage, Position};
use chaoshub_kernel::FrozenClock;
use chaoshub_testkit::{
    FakeAuth,
    database::{database, run},
    frozen_clock,
};
use std::{sync::Arc, time::Duration};

struct World {
    db: Db,
    clock: Arc<FrozenClock>,
    outbox: Outbox,
    feed: Arc<dyn Feed>,
    auth: Arc<FakeAuth>,
}

impl World {
    async fn new() -> Self {
        Self::on(database::<Migrator>("auth").await)
    }

    fn on(db: Db) -> Self {
        let clock = frozen_clock();
        let auth = FakeAuth::new(clock.clone());
        let outbox = Outbox::new(db.clone(), clock.clone());
        Self { feed: outbox.feed(auth.verifier()), auth, db, clock, outbox }
    }

    /// Another process on the same database, such as the one after a restart.
    fn again(&self) -> Self {
        Self::on(self.db.clone())
    }

    async fn tell(&self, count: usize) {
        for number in 0..count {
            self.clock.advance(chrono::TimeDelta::seconds(1));
            let mut change = self.outbox.begin().await.unwrap();
            let subject = format!("{number}");
            change.tell(News { kind: "it.happened", subject, workspace: None, data: serde_json::json!({}) }).await.unwrap();
            change.commit().await.unwrap();
        }
    }

    async fn read(&self, after: &Position) -> FeedPage {
        let ask = FeedAsk { after: after.clone(), limit: 1000, wait: Duration::ZERO };
        self.feed.read(&self.auth.service_claim("dashboard"), ask).await.unwrap()
    }

    /// Where a follower stands that has read everything.
    async fn end(&self) -> Position {
        let page = self.read(&Position::default()).await;
        Position::default().after_these(&page.events, &page.feed)
    }
}

#[tokio::test]
async fn who_has_read_everything_reads_on() {
    let world = World::new().await;
    world.tell(3).await;
    let end = world.end().await;
    assert_eq!((end.number, end.feed.is_some(), end.mark.is_some()), (3, true, true));
    assert_eq!(world.read(&end).await.broken, None);
    world.tell(1).await;
    assert_eq!(world.again().read(&end).await.events.len(), 1);
    assert_eq!(world.read(&3.into()).await.events.len(), 1, "a position of a version that knew no identities");
}

#[tokio::test]
async fn who_has_read_further_than_a_feed_goes_begins_again() {
    let world = World::new().await;
    world.tell(2).await;
    for ahead in [Position::from(3), Position { number: 3, ..world.end().await }] {
        let page = world.read(&ahead).await;
        assert_eq!(page.broken.map(|broken| broken.resume), Some(0), "{ahead:?}");
        assert!(page.events.is_empty());
    }
}

#[tokio::test]
async fn numbers_that_were_given_again_are_noticed_without_anybody_having_said_that_it_was_restored() {
    let world = World::new().await;
    world.tell(3).await;
    let end = world.end().await;
    // As a copy of after the first news, put back by hand, in which as much happens as before.
    run(&world.db, "DELETE FROM outbox WHERE number > 1").await;
    let forget = match chaoshub_testkit::database::on_postgres() {
        true => "SELECT setval('outbox_number_seq', 1)",
        false => "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'outbox'",
    };
    run(&world.db, forget).await;
    world.clock.advance(chrono::TimeDelta::hours(1));
    world.tell(3).await;
    let page = world.read(&end).await;
    assert!(page.broken.as_ref().is_some_and(|broken| broken.resume == 0 && broken.why.contains('3')), "{page:?}");
}

#[tokio::test]
async fn after_a_restore_who_is_behind_reads_on_and_who_is_ahead_goes_on_where_the_backup_ended() {
    let world = World::new().await;
    world.tell(2).await;
    let behind = world.end().await;
    outbox::restored(&world.db).await.unwrap();
    let restored = world.again();
    restored.clock.advance(chrono::TimeDelta::hours(1));
    restored.tell(3).await;
    let page = restored.read(&behind).await;
    assert_eq!((page.events.len(), page.broken), (3, None));
    assert_ne!(Some(&page.feed), behind.feed.as_ref());
    // Had the old database given number 4 after the backup was made, it was other news than those that have it now.
    let ahead = Position { number: 4, mark: Some("other news".to_owned()), ..behind };
    assert_eq!(restored.read(&ahead).await.broken.map(|broken| broken.resume), Some(2));
    let elsewhere = Position { feed: Some("of another database".to_owned()), ..ahead };
    assert_eq!(restored.read(&elsewhere).await.broken.map(|broken| broken.resume), Some(0));
}

#[tokio::test]
async fn a_sweep_forgets_what_is_old_in_steps_and_never_the_newest() {
    let world = World::new().await;
    world.tell(3).await;
    let end = world.end().await;
    let many = match chaoshub_testkit::database::on_postgres() {
        true => {
            "INSERT INTO outbox (kind, subject, at, data) SELECT 'k', 's', now() - interval '30 years', '{}' FROM generate_series(1, 1300)"
        }
        false => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300) \
             INSERT INTO outbox (kind, subject, at, data) SELECT 'k', 's', '2000-01-01 00:00:00+00:00', '{}' FROM n"
        }
    };
    assert_eq!(world.outbox.sweep(7).await.unwrap(), 0);
    world.clock.advance(chrono::TimeDelta::days(8));
    run(&world.db, many).await;
    assert_eq!(world.outbox.sweep(7).await.unwrap(), 1302);
    assert_eq!(world.outbox.last().await.unwrap(), 1303);
    assert_eq!(world.outbox.sweep(7).await.unwrap(), 0);
    let page = world.read(&end).await;
    assert_eq!((page.events.len(), page.broken), (1, None), "who was away for long starts from what is there");
}

#[tokio::test]
async fn a_feed_that_an_earlier_version_swept_empty_still_knows_its_last_number() {
    let world = World::new().await;
    world.tell(3).await;
    let end = world.end().await;
    run(&world.db, "DELETE FROM outbox").await;
    assert_eq!(world.outbox.last().await.unwrap(), 3);
    assert_eq!(world.read(&end).await.broken, None);
    assert!(world.read(&4.into()).await.broken.is_some());
}

#[tokio::test]
async fn a_database_that_is_not_the_one_the_others_know_is_named_and_may_be_accepted() {
    let names = ["auth", "experiment", "dashboard"];
    let mut all = Vec::new();
    for name in names {
        let db = database::<Migrator>("auth").await;
        identity::set(&db, identity::DATABASE, &format!("the first of {name}")).await.unwrap();
        all.push((name, db));
    }
    identity::tie(&all, &[]).await.unwrap();
    identity::tie(&all, &[]).await.unwrap();
    for (index, name) in names.into_iter().enumerate() {
        let empty = database::<Migrator>("auth").await;
        identity::set(&empty, identity::DATABASE, &format!("the second of {name}")).await.unwrap();
        all[index].1 = empty;
        let why = identity::tie(&all, &[]).await.unwrap_err().to_string();
        assert!(why.starts_with(&format!("the database of {name} is not")) && !why.contains('\n'), "{why}");
        assert!(identity::tie(&all, &["launcher".to_owned()]).await.is_err(), "another one is accepted");
        identity::tie(&all, &[name.to_owned()]).await.unwrap();
        identity::tie(&all, &[]).await.unwrap();
    }
    // One of another installation, which knows others.
    identity::set(&all[1].1, identity::DATABASE, "of elsewhere").await.unwrap();
    identity::set(&all[1].1, "database-of-auth", "also of elsewhere").await.unwrap();
    let why = identity::tie(&all, &[]).await.unwrap_err().to_string();
    assert!(why.starts_with("the database of experiment"), "{why}");
}
