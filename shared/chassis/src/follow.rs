//! Following a feed: at-least-once reading from a cursor that is saved together with its effect.

pub mod cursors;
pub mod m02_positions;

use crate::{
    claims::ServiceIdentity,
    request_id,
    tasks::{Panicked, Tasks},
};
use async_trait::async_trait;
use chaoshub_facade::feed::{Feed, FeedAsk, Position};
use chaoshub_kernel::{Envelope, Fault};
use std::{sync::Arc, time::Duration};

/// How long one read waits for news; also how soon a lost nudge is made good.
const WAIT: Duration = Duration::from_secs(20);

/// How many pieces of news are taken in one effect.
pub const BATCH: u32 = 200;

/// The first pause while a feed or an effect fails; it doubles.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause between attempts while a feed or an effect fails.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What is done with the news.
#[async_trait]
pub trait Follower: Send + Sync + 'static {
    /// After the last news whose effect is saved.
    async fn cursor(&self) -> Result<Position, Fault>;

    /// Does it, and saves `reached` as the cursor in the same transaction. Called again with the same news when it
    /// fails, and with none when only the feed's identity is to be remembered.
    async fn apply(&self, news: Vec<Envelope>, reached: Position) -> Result<(), Fault>;

    /// The feed is of another history than before, for its database was restored or replaced: saves `from` as the
    /// cursor. News from there on come next, also such as were seen before, whose effect must not happen twice.
    async fn restart(&self, from: Position) -> Result<(), Fault>;
}

/// Keeps `follower` up to date with `feed` until the tasks are stopped.
pub fn follow(tasks: &Tasks, name: &'static str, identity: ServiceIdentity, feed: Arc<dyn Feed>, follower: Arc<dyn Follower>) {
    let pulse = tasks.pulse(&format!("{} follows {name}", identity.service()), Some(WAIT));
    tasks.spawn(async move {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let before = pulse.succeeded();
            let went = pulse.turn(request_id::begin(turn(name, &identity, &*feed, &*follower))).await;
            match went {
                Ok(Ok(())) => {
                    pause = SHORTEST_PAUSE;
                    continue;
                }
                Ok(Err(fault)) => {
                    pulse.came_to_nothing(before);
                    tracing::warn!(
                        feed = name,
                        code = fault.code,
                        detail = fault.detail,
                        "following a feed failed; trying again"
                    );
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(Panicked(pause)) => tokio::time::sleep(pause).await,
            }
        }
    });
}

async fn turn(name: &str, identity: &ServiceIdentity, feed: &dyn Feed, follower: &dyn Follower) -> Result<(), Fault> {
    let after = follower.cursor().await?;
    let claim = identity.claim().await?;
    let page = feed.read(&claim, FeedAsk { after: after.clone(), limit: BATCH, wait: WAIT }).await?;
    if let Some(broken) = page.broken {
        tracing::warn!(
            feed = name,
            why = broken.why,
            read_to = after.number,
            resume = broken.resume,
            "a feed is not the one that was followed before; following it from where both agree"
        );
        let from = Position { number: broken.resume, feed: Some(page.feed).filter(|feed| !feed.is_empty()), mark: None };
        return follower.restart(from).await;
    }
    let reached = after.after_these(&page.events, &page.feed);
    if page.events.is_empty() && reached.feed == after.feed {
        return Ok(());
    }
    follower.apply(page.events, reached).await
}
