//! A service's news, read by followers from a cursor of their own.

use crate::wire::{self, Answers, Effect, Question, Wire};
use async_trait::async_trait;
use chaoshub_kernel::{Envelope, Fault, SignedClaim};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// From where to read, and how long to wait for something new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedAsk {
    /// Give what has a larger number than this; 0 from the beginning.
    pub after: i64,
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
