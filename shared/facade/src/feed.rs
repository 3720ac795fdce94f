//! A service's news, read by followers from a cursor of their own.

use async_trait::async_trait;
use chaoshub_kernel::{Envelope, Fault, SignedClaim};
use serde::{Deserialize, Serialize};
use std::time::Duration;

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
