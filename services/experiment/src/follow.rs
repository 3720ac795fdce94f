//! Hearing from the launcher that a job has moved; the reconciler then looks for itself.

use crate::{service::Experiment, store::cursors};
use async_trait::async_trait;
use chaoshub_chassis::{db::fault, follow::Follower};
use chaoshub_kernel::{Envelope, Fault};

const FEED: &str = "launcher";

pub(crate) struct Jobs(pub(crate) Experiment);

#[async_trait]
impl Follower for Jobs {
    async fn cursor(&self) -> Result<i64, Fault> {
        cursors::get(&self.0.db, FEED).await.map_err(fault)
    }

    async fn apply(&self, news: Vec<Envelope>) -> Result<(), Fault> {
        self.0.nudge.nudge();
        let last = news.last().map_or(0, |news| news.number);
        cursors::set(&self.0.db, FEED, last).await.map_err(fault)
    }
}
