//! Waiting on conditions, each with a deadline: the one place where a test lets time pass.

use std::time::Duration;
use tokio::time::{Instant, Interval, interval};

/// How often to look.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Looks at a condition, one after another, for so long.
pub struct Looks {
    time: Duration,
    deadline: Instant,
    turns: Interval,
}

impl Looks {
    /// For `time` from now.
    #[must_use]
    pub fn within(time: Duration) -> Self {
        Self { time, deadline: Instant::now() + time, turns: interval(LOOK_AGAIN) }
    }

    /// Waits for the next look; the first one is at once.
    ///
    /// # Panics
    /// When the time is over; `what` was waited for.
    pub async fn next(&mut self, what: &str) {
        assert!(Instant::now() < self.deadline, "waited {:?} in vain: {what}", self.time);
        self.turns.tick().await;
    }
}

/// What `look` finds, once it finds something.
///
/// # Panics
/// When it finds nothing in `time`; `what` is said then.
pub async fn within<T>(time: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut looks = Looks::within(time);
    loop {
        looks.next(what).await;
        if let Some(found) = look().await {
            return found;
        }
    }
}
