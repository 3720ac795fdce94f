//! Until when an answer is of use: set where a request comes in, and passed along with every question that it causes.

use std::time::Duration;
use tokio::time::Instant;

tokio::task_local! {
    static DEADLINE: Instant;
}

/// Does `work` with `limit` left for it, or with what is left already when that is less.
pub async fn within<F: Future>(limit: Duration, work: F) -> F::Output {
    let limit = left().map_or(limit, |left| left.min(limit));
    DEADLINE.scope(Instant::now() + limit, work).await
}

/// How much time is left; none where nobody waits, as in tasks of our own.
#[must_use]
pub fn left() -> Option<Duration> {
    DEADLINE.try_with(|deadline| deadline.saturating_duration_since(Instant::now())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_asked_on_the_way_has_no_more_time_than_what_it_is_for() {
        assert_eq!(left(), None);
        let hour = Duration::from_secs(3600);
        let (outer, longer, shorter) = within(hour, async {
            (
                left().unwrap(),
                within(hour * 2, async { left() }).await.unwrap(),
                within(hour / 2, async { left() }).await.unwrap(),
            )
        })
        .await;
        assert!(outer <= hour && longer <= outer && shorter <= hour / 2 && shorter > hour / 3);
    }
}
