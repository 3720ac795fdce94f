//! Keeping the database in order: the selector index at each start, what is past keeping at times.

use super::Dashboard;
use crate::{store, words::trusted};
use chaoshub_chassis::db;
use chaoshub_kernel::Fault;
use chrono::TimeDelta;

impl Dashboard {
    /// Writes the selector index anew, so that a kind which selects otherwise in a new version is found at once.
    pub async fn index_again(&self) -> Result<(), Fault> {
        let tx = self.outbox.begin().await.map_err(db::fault)?;
        for (widget, hub) in store::widgets::all(&*tx).await.map_err(db::fault)? {
            // The widgets of a kind that is gone stay, show why, and are concerned by nothing.
            let selectors = self
                .kinds
                .get(&widget.kind)
                .map_or_else(|_| Vec::new(), |kind| kind.selectors(trusted(&hub.workspace), &widget.config));
            store::subjects::set(&*tx, trusted(&widget.id), trusted(&hub.id), &selectors).await.map_err(db::fault)?;
        }
        tx.commit().await.map_err(db::fault)
    }

    /// Forgets activities and news that are older than they need to be.
    pub async fn sweep(&self, activity_days: i64, news_days: i64) {
        let before = self.ctx.clock.now() - TimeDelta::days(activity_days);
        let swept = store::activities::sweep(&self.db, before).await.and(self.outbox.sweep(news_days).await);
        if let Err(cause) = swept {
            _ = db::fault(cause);
        }
    }
}
