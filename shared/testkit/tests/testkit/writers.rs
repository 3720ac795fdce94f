//! Writers of one database wait for each other, and keep nobody else waiting.

use crate::databases::Migrator;
use chaoshub_chassis::outbox::{News, Outbox};
use chaoshub_testkit::{database, frozen_clock};
use futures::poll;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, oneshot},
    time::timeout,
};

const SOON: Duration = Duration::from_secs(3);

#[tokio::test]
async fn readers_are_served_while_writers_queue_and_the_writers_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", folder.path().join("one.sqlite").display()));
    options.max_connections(2).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    let outbox = Outbox::new(db.clone(), frozen_clock());
    let first = outbox.begin().await.unwrap();
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut writers = Vec::new();
    for number in 0..4 {
        let (outbox, served) = (outbox.clone(), served.clone());
        writers.push(tokio::spawn(async move {
            let change = outbox.begin().await.unwrap();
            served.lock().await.push(number);
            change.commit().await.unwrap();
        }));
        // Lets it get in line before the next one.
        tokio::task::yield_now().await;
    }
    timeout(SOON, db.execute_unprepared("SELECT 1")).await.expect("a reader waits for no writer").unwrap();
    assert!(served.lock().await.is_empty(), "nobody writes beside the first");
    first.commit().await.unwrap();
    for writer in writers {
        timeout(SOON, writer).await.expect("everybody gets a turn").unwrap();
    }
    assert_eq!(*served.lock().await, [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_change_that_is_becoming_lasting_is_remembered_though_nobody_waits_for_it_any_more() {
    let outbox = Outbox::new(database::<Migrator>("auth").await, frozen_clock());
    let mut change = outbox.begin().await.unwrap();
    change.tell(News { kind: "a.thing", subject: "one".to_owned(), workspace: None, data: json!({}) }).await.unwrap();
    let (remembers, remembered) = oneshot::channel();
    change.then(|| remembers.send(()).expect("the test waits"));
    let mut commit = Box::pin(change.commit());
    assert!(poll!(&mut commit).is_pending(), "it has begun");
    drop(commit);
    timeout(SOON, remembered).await.expect("soon").expect("what is done in memory is done");
    assert!(outbox.last().await.unwrap() > 0, "and it is lasting");
}
