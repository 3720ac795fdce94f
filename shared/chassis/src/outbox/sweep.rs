//! Forgetting old news in small steps between other changes, found by their numbers.

use super::{Outbox, entity};
use sea_orm::{DbErr, QueryOrder, QuerySelect, entity::prelude::*};

/// How many news one step forgets: a few milliseconds in which others wait.
const STEP: usize = 500;

impl Outbox {
    /// Forgets news older than `days`, but never the newest; followers that were away longer start from what is there.
    ///
    /// # Errors
    /// When the database fails; what was forgotten until then stays forgotten.
    pub async fn sweep(&self, days: i64) -> Result<u64, DbErr> {
        let before = self.clock.now() - chrono::TimeDelta::days(days);
        let mut swept = 0;
        loop {
            // Numbers and times grow together, so the oldest are found without an index over time.
            let oldest: Vec<(i64, DateTimeUtc)> = entity::Entity::find()
                .select_only()
                .columns([entity::Column::Number, entity::Column::At])
                .order_by_asc(entity::Column::Number)
                .limit(STEP as u64 + 1)
                .into_tuple()
                .all(&self.db)
                .await?;
            let kept_at_least = oldest.len().saturating_sub(1);
            let old = oldest.iter().take(kept_at_least).take_while(|(_, at)| *at < before);
            let Some((last, _)) = old.last() else { return Ok(swept) };
            // In the writers' queue, and with nothing else in the transaction.
            let change = self.begin().await?;
            let step = entity::Entity::delete_many().filter(entity::Column::Number.lte(*last)).exec(&*change).await?;
            change.commit().await?;
            swept += step.rows_affected;
        }
    }
}
