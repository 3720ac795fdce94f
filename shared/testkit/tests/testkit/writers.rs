//! Writers of one database wait for each other, and keep nobody else waiting.

use chaoshub_chassis::{db, outbox::Outbox};
use chaoshub_testkit::frozen_clock;
use sea_orm::{ConnectOptions, Database};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

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
    timeout(SOON, db::check(&db)).await.expect("a reader waits for no writer").unwrap();
    assert!(served.lock().await.is_empty(), "nobody writes beside the first");
    first.commit().await.unwrap();
    for writer in writers {
        timeout(SOON, writer).await.expect("everybody gets a turn").unwrap();
    }
    assert_eq!(*served.lock().await, [0, 1, 2, 3]);
}
