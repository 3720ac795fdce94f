//! Waiting on conditions, each with a deadline.

use std::time::Duration;
use tokio::time::{Instant, interval};

/// Long enough for a run of the real `chaos` on a machine that has other things to do.
const DEADLINE: Duration = Duration::from_secs(90);

/// How often to look.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What `look` finds, once it finds something.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(DEADLINE, what, look).await
}

/// The same with a deadline that is part of the promise.
pub async fn within<T>(time: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + time;
    let mut turns = interval(LOOK_AGAIN);
    loop {
        turns.tick().await;
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {time:?} in vain: {what}");
    }
}
