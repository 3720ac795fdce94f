//! A service's news, read by followers from a cursor of their own.

use crate::wire::{self, Answers, Effect, Question, Wire};
use async_trait::async_trait;
use chaoshub_kernel::{Envelope, Fault, SignedClaim};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// Where a follower stands in a feed, with what tells one history of the feed from another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The number of the last news that were dealt with; 0 at the beginning.
    pub number: i64,
    /// The feed's identity when they were read; none where it was not known yet.
    #[serde(default)]
    pub feed: Option<String>,
    /// What these news were, see [`mark`]; none where that was not remembered.
    #[serde(default)]
    pub mark: Option<String>,
}

impl Position {
    /// After the last of `events`, which were read from `self` on; the feed said this identity.
    #[must_use]
    pub fn after_these(&self, events: &[Envelope], feed: &str) -> Self {
        let (number, mark) = match events.last() {
            Some(last) => (last.number, Some(mark(last))),
            None => (self.number, self.mark.clone()),
        };
        Self { number, feed: Some(feed.to_owned()).filter(|feed| !feed.is_empty()), mark }
    }
}

impl From<i64> for Position {
    /// After that number, whatever the feed.
    fn from(number: i64) -> Self {
        Self { number, ..Self::default() }
    }
}

/// Tells these news from others that were given the same number, such as after a database was restored.
#[must_use]
pub fn mark(news: &Envelope) -> String {
    format!("{} {} {}", news.at.timestamp_micros(), news.kind, news.subject)
}

/// From where to read, and how long to wait for something new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedAsk {
    /// Give what comes after this.
    pub after: Position,
    /// At most this many.
    pub limit: u32,
    /// When there is nothing, wait this long for the first one before answering empty.
    pub wait: Duration,
}

/// What was there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FeedPage {
    /// In the order of their numbers, without gaps in time: nothing with a smaller number appears later.
    pub events: Vec<Envelope>,
    /// The feed's identity: made with its database, another one when the database is restored from a backup.
    #[serde(default)]
    pub feed: String,
    /// That the position is of another history, so that nothing was read.
    #[serde(default)]
    pub broken: Option<Broken>,
}

/// Why a follower cannot read on from where it stands: the feed's database was restored, emptied or replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// In words for the log.
    pub why: String,
    /// The number up to which the feed is surely the one that the follower has read: read on after it. What comes
    /// after it may have been read before.
    pub resume: i64,
}

/// A feed. Only services of the installation may read one.
#[async_trait]
pub trait Feed: Send + Sync {
    /// Reads on. Answers at once when there is something, else within `ask.wait`.
    async fn read(&self, claim: &SignedClaim, ask: FeedAsk) -> Result<FeedPage, Fault>;
}

/// The verb of every feed.
const VERB: &str = "feed";

/// The feed of a service in another process: a long poll.
pub struct RemoteFeed(Arc<dyn Wire>);

impl RemoteFeed {
    /// Asked over `wire`.
    #[must_use]
    pub fn over(wire: Arc<dyn Wire>) -> Self {
        Self(wire)
    }
}

#[async_trait]
impl Feed for RemoteFeed {
    async fn read(&self, claim: &SignedClaim, ask: FeedAsk) -> Result<FeedPage, Fault> {
        let question = Question {
            verb: VERB,
            effect: Effect::Read,
            claim: Some(claim),
            body: wire::encode(&ask),
            // A quiet feed answers when the wait is over.
            waits: ask.wait,
        };
        wire::answered(self.0.service(), &self.0.ask(question).await?)
    }
}

/// Answers for a feed to other processes.
pub struct AnswerFeed(pub Arc<dyn Feed>);

#[async_trait]
impl Answers for AnswerFeed {
    async fn answer(&self, verb: &str, claim: Option<&SignedClaim>, body: &[u8]) -> Result<Vec<u8>, Fault> {
        match verb {
            VERB => Ok(wire::encode(&self.0.read(wire::with_claim(claim)?, wire::asked(body)?).await?)),
            unknown => Err(wire::no_such_verb(unknown)),
        }
    }

    fn knows(&self, verb: &str) -> bool {
        verb == VERB
    }

    fn is_open(&self, _: &str) -> bool {
        false
    }

    fn waits(&self, verb: &str) -> bool {
        verb == VERB
    }
}
