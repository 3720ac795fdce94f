//! Following a feed: at-least-once reading from a cursor that is saved together with its effect.

use crate::{claims::ServiceIdentity, request_id, tasks::Tasks};
use async_trait::async_trait;
use chaoshub_facade::feed::{Feed, FeedAsk};
use chaoshub_kernel::{Envelope, Fault};
use std::{sync::Arc, time::Duration};

/// How long one read waits for news; also how soon a lost nudge is made good.
const WAIT: Duration = Duration::from_secs(20);

/// How many pieces of news are taken in one effect.
const BATCH: u32 = 200;

/// The longest pause between attempts while a feed or an effect fails.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What is done with the news.
#[async_trait]
pub trait Follower: Send + Sync + 'static {
    /// The number of the last news whose effect is saved.
    async fn cursor(&self) -> Result<i64, Fault>;

    /// Does it, and saves the last number as the cursor in the same transaction. Called again with the same news when it fails.
    async fn apply(&self, news: Vec<Envelope>) -> Result<(), Fault>;
}

/// Keeps `follower` up to date with `feed` until the tasks are stopped.
pub fn follow(tasks: &Tasks, name: &'static str, identity: ServiceIdentity, feed: Arc<dyn Feed>, follower: Arc<dyn Follower>) {
    tasks.spawn(async move {
        let mut pause = Duration::from_millis(100);
        loop {
            let went = request_id::begin(async {
                turn(&identity, &*feed, &*follower).await.inspect_err(|fault| {
                    tracing::warn!(
                        feed = name,
                        code = fault.code,
                        detail = fault.detail,
                        "following a feed failed; trying again"
                    );
                })
            });
            match went.await {
                Ok(()) => pause = Duration::from_millis(100),
                Err(_) => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    });
}

async fn turn(identity: &ServiceIdentity, feed: &dyn Feed, follower: &dyn Follower) -> Result<(), Fault> {
    let after = follower.cursor().await?;
    let claim = identity.claim().await?;
    let page = feed.read(&claim, FeedAsk { after, limit: BATCH, wait: WAIT }).await?;
    if page.events.is_empty() {
        return Ok(());
    }
    follower.apply(page.events).await
}
