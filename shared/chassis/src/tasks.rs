//! Owners of background tasks: every task has a stop, and stopping waits for all of them.

use crate::request_id;
use std::{future::Future, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A group of tasks that end together.
#[derive(Clone, Default, Debug)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// An empty group.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Told when the group is to end; tasks wait on it.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs `task` until it ends or the group is stopped, in the middle of whatever it awaits.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tracker.spawn(request_id::carried(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        }));
    }

    /// Runs `task` to its end even while the group stops; it must watch [`Tasks::stopping`] itself.
    pub fn spawn_to_end(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(task);
    }

    /// Calls `turn` at each nudge and at least every `period`, until the group stops. A turn is never cut.
    pub fn reconcile<F, T>(&self, nudge: Nudge, period: Duration, mut turn: F)
    where
        F: FnMut() -> T + Send + 'static,
        T: Future<Output = ()> + Send,
    {
        let stop = self.stop.clone();
        self.tracker.spawn(async move {
            loop {
                request_id::begin(turn()).await;
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = nudge.nudged() => {}
                    () = tokio::time::sleep(period) => {}
                }
            }
        });
    }

    /// Tells every task to end and waits for at most `grace`.
    pub async fn stop(&self, grace: Duration) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(grace, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "some tasks did not end in time");
        }
    }
}

/// Says "look", never "what": a wake-up that carries nothing and is never lost.
#[derive(Clone, Default, Debug)]
pub struct Nudge(std::sync::Arc<tokio::sync::Notify>);

impl Nudge {
    /// Wakes the one that waits, or the next one to wait.
    pub fn nudge(&self) {
        self.0.notify_one();
    }

    /// Waits for a nudge.
    pub async fn nudged(&self) {
        self.0.notified().await;
    }
}
