//! What every `Feed` promises to its followers.

use crate::feed::{Feed, FeedAsk};
use async_trait::async_trait;
use chaoshub_kernel::{Envelope, FaultKind, SignedClaim};
use futures::{
    channel::oneshot,
    future::{BoxFuture, join, join_all},
};
use std::time::Duration;

/// A service whose feed is under test.
#[async_trait]
pub trait World: Send + Sync {
    /// The form under test.
    fn feed(&self) -> &dyn Feed;
    /// Makes one piece of news, in a change of its own.
    async fn happen(&self);
    /// Another process makes a piece of news in a change that it commits only when `meanwhile` is over.
    async fn happen_slowly(&self, meanwhile: BoxFuture<'_, ()>);
    /// The claim of a service of this installation.
    async fn service(&self) -> SignedClaim;
    /// The claim of a person with every right.
    async fn person(&self) -> SignedClaim;
}

/// Makes a test of every promise: `feed_contract!(async { world })`, a world of its own for each.
#[macro_export]
macro_rules! feed_contract {
    ($world:expr) => {
        $crate::feed_contract!(@each $world;
            only_services_read
            news_come_in_order_and_once
            a_quiet_feed_answers_empty_after_the_wait
            who_waits_is_woken
            nothing_is_missed_while_many_write
            a_slow_writer_is_not_overtaken
        );
    };
    (@each $world:expr; $($promise:ident)*) => {
        $(#[tokio::test]
        async fn $promise() {
            let world = $world.await;
            $crate::contract::feed::$promise(&world).await;
        })*
    };
}

/// Neither a person nor a stranger reads what is between services.
pub async fn only_services_read(world: &dyn World) {
    let ask = FeedAsk { after: 0.into(), limit: 10, wait: Duration::ZERO };
    let person = world.feed().read(&world.person().await, ask.clone()).await;
    assert_eq!(person.err().map(|fault| fault.kind), Some(FaultKind::Forbidden));
    let stranger = world.feed().read(&SignedClaim::from_jwt("nonsense"), ask).await;
    assert_eq!(stranger.err().map(|fault| fault.kind), Some(FaultKind::Unauthenticated));
}

/// From any cursor on, in the order of their numbers, as many as asked for, the same at every reading.
pub async fn news_come_in_order_and_once(world: &dyn World) {
    let claim = world.service().await;
    for _ in 0..5 {
        world.happen().await;
    }
    let all = read(world, &claim, 0, 1000, Duration::ZERO).await;
    assert!(all.len() >= 5, "there are {}", all.len());
    assert!(all.windows(2).all(|pair| pair[0].number < pair[1].number) && all[0].number > 0);
    let first = read(world, &claim, 0, 2, Duration::from_secs(3600)).await;
    assert_eq!(first, all[..2]);
    assert_eq!(read(world, &claim, first[1].number, 1000, Duration::ZERO).await, all[2..]);
}

/// Nothing new is an empty answer, not a fault.
pub async fn a_quiet_feed_answers_empty_after_the_wait(world: &dyn World) {
    let claim = world.service().await;
    let end = last(world, &claim).await;
    assert_eq!(read(world, &claim, end, 10, Duration::from_millis(20)).await, []);
}

/// News that come while somebody waits are answered, long before the wait is over.
pub async fn who_waits_is_woken(world: &dyn World) {
    let claim = world.service().await;
    let end = last(world, &claim).await;
    let (news, ()) = join(read(world, &claim, end, 10, Duration::from_secs(3600)), world.happen()).await;
    assert!(!news.is_empty());
}

/// What has a smaller number never comes later: a follower's cursor leaves nothing behind.
pub async fn nothing_is_missed_while_many_write(world: &dyn World) {
    const WRITERS: usize = 40;
    let claim = world.service().await;
    let end = last(world, &claim).await;
    let follow = async {
        let mut seen = Vec::new();
        let mut after = end;
        while seen.len() < WRITERS {
            let news = read(world, &claim, after, 7, Duration::from_secs(5)).await;
            assert!(!news.is_empty(), "only {} of {WRITERS} were seen", seen.len());
            after = news.last().map_or(after, |last| last.number);
            seen.extend(news.into_iter().map(|one| one.number));
        }
        seen
    };
    let (followed, _) = join(follow, join_all((0..WRITERS).map(|_| world.happen()))).await;
    let all: Vec<_> = read(world, &claim, end, 1000, Duration::ZERO).await.iter().map(|one| one.number).collect();
    assert_eq!(followed[..], all[..followed.len()]);
}

/// What was numbered first is read first, however long its writer takes: a quicker one is not seen before it.
pub async fn a_slow_writer_is_not_overtaken(world: &dyn World) {
    let claim = world.service().await;
    let end = last(world, &claim).await;
    let mut early = Vec::new();
    let (numbered, is_numbered) = oneshot::channel();
    let meanwhile = async {
        numbered.send(()).expect("the quick one waits");
        // Long enough for a writer that nothing holds up.
        early = read(world, &claim, end, 1000, Duration::from_millis(500)).await;
    };
    let quick = async {
        is_numbered.await.expect("the slow one begins");
        world.happen().await;
    };
    join(world.happen_slowly(Box::pin(meanwhile)), quick).await;
    let upto = early.last().map_or(end, |news| news.number);
    early.extend(read(world, &claim, upto, 1000, Duration::ZERO).await);
    assert!(early.len() >= 2, "both are read: {early:?}");
    assert_eq!(early, read(world, &claim, end, 1000, Duration::ZERO).await, "a follower's cursor leaves nothing behind");
}

async fn read(world: &dyn World, claim: &SignedClaim, after: i64, limit: u32, wait: Duration) -> Vec<Envelope> {
    world.feed().read(claim, FeedAsk { after: after.into(), limit, wait }).await.expect("a service may read").events
}

async fn last(world: &dyn World, claim: &SignedClaim) -> i64 {
    read(world, claim, 0, 1000, Duration::ZERO).await.last().map_or(0, |last| last.number)
}
