//! Hearing from the launcher that a job has moved; the reconciler then looks for itself.

use crate::service::Experiment;
use async_trait::async_trait;
use chaoshub_chassis::{
    db::fault,
    follow::{Follower, cursors},
};
use chaoshub_facade::feed::Position;
use chaoshub_kernel::{Envelope, Fault};

const FEED: &str = "launcher";

pub(crate) struct Jobs(pub(crate) Experiment);

#[async_trait]
impl Follower for Jobs {
    async fn cursor(&self) -> Result<Position, Fault> {
        cursors::get(&self.0.db, FEED).await.map_err(fault)
    }

    async fn apply(&self, _: Vec<Envelope>, reached: Position) -> Result<(), Fault> {
        self.0.nudge.nudge();
        cursors::advance(&self.0.db, FEED, &reached).await.map_err(fault)
    }

    async fn restart(&self, from: Position) -> Result<(), Fault> {
        // Every run is looked at, whatever the news say.
        self.0.nudge.nudge();
        cursors::set(&self.0.db, FEED, &from).await.map_err(fault)
    }
}
