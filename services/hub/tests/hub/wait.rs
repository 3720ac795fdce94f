//! Waiting on what the real `chaos` does.

use std::time::Duration;

pub use chaoshub_testkit::wait::within;

/// Long enough for a run of the real `chaos` on a machine that has other things to do.
const DEADLINE: Duration = Duration::from_secs(90);

/// What `look` finds, once it finds something.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(DEADLINE, what, look).await
}
