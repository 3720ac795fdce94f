//! Owners of background tasks: every task has a stop, and stopping waits for all of them.

mod loops;

pub use loops::{Panicked, Pulse, Stuck};

use crate::request_id;
use loops::Loops;
use std::{future::Future, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A group of tasks that end together.
#[derive(Clone, Default, Debug)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    loops: Loops,
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

    /// Calls `turn` at each nudge and at least every `period`, until the group stops. A turn is never cut; one that panics is
    /// logged and counted, and the next one comes after a pause. `name` is what it is called there and in `/readyz`.
    pub fn reconcile<F, T>(&self, name: &str, nudge: Nudge, period: Duration, mut turn: F)
    where
        F: FnMut() -> T + Send + 'static,
        T: Future<Output = ()> + Send,
    {
        let (stop, pulse) = (self.stop.clone(), self.pulse(name, Some(period)));
        self.tracker.spawn(async move {
            loop {
                let went = pulse.turn(request_id::begin(async { turn().await })).await;
                let pause = async {
                    match went {
                        Ok(()) => tokio::select! {
                            () = nudge.nudged() => {}
                            () = tokio::time::sleep(period) => {}
                        },
                        Err(Panicked(pause)) => tokio::time::sleep(pause).await,
                    }
                };
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = pause => {}
                }
            }
        });
    }

    /// A loop that its owner keeps going, one turn of [`Pulse::turn`] after another, with at most `period` between them; one
    /// without a period may take as long as it likes.
    #[must_use]
    pub fn pulse(&self, name: &str, period: Option<Duration>) -> Pulse {
        self.loops.pulse(name.to_owned(), period)
    }

    /// The loops that do not do their work: they are late, or keep panicking.
    #[must_use]
    pub fn stuck(&self) -> Vec<Stuck> {
        self.loops.stuck()
    }

    /// Brings the metrics of all loops up to date.
    pub fn record(&self) {
        self.loops.record();
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    #[tokio::test]
    async fn a_loop_that_panics_once_comes_round_again() {
        let (tasks, turns) = (Tasks::new(), Arc::new(AtomicU32::new(0)));
        let (nudge, (says, mut hears)) = (Nudge::default(), tokio::sync::mpsc::unbounded_channel());
        let counted = turns.clone();
        tasks.reconcile("test", nudge.clone(), Duration::from_secs(3600), move || {
            let (turn, says) = (counted.fetch_add(1, Ordering::Relaxed), says.clone());
            async move {
                assert!(turn != 0, "the first turn panics");
                says.send(turn).unwrap();
            }
        });
        let deadline = Duration::from_secs(30);
        assert_eq!(tokio::time::timeout(deadline, hears.recv()).await.expect("it comes round again"), Some(1));
        nudge.nudge();
        assert_eq!(tokio::time::timeout(deadline, hears.recv()).await.expect("and hears nudges"), Some(2));
        tasks.stop(deadline).await;
        assert_eq!(tasks.stuck(), []);
    }
}
