//! Keeping the database in order: the selector index at each start, what is past keeping at times.

use super::{Dashboard, selector::Selector};
use crate::{
    entity::{hub, widget},
    store,
    words::{WidgetId, trusted},
};
use chaoshub_chassis::db;
use chaoshub_kernel::Fault;
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// How many widgets are looked at together.
const INDEX_STEP: u64 = 200;

/// How many activities one step forgets: a few milliseconds in which others wait.
const SWEEP_STEP: u64 = 500;

impl Dashboard {
    /// Mends the selector index where a kind selects otherwise in a new version, so that it is found at once. Reads a few
    /// widgets at a time, and writes only for those that are found by something else than they should be.
    pub async fn index_again(&self) -> Result<(), Fault> {
        let mut after = String::new();
        loop {
            let some = store::widgets::some(&self.db, &after, INDEX_STEP).await.map_err(db::fault)?;
            let Some((last, _)) = some.last() else { return Ok(()) };
            after.clone_from(&last.id);
            let ids: Vec<_> = some.iter().map(|(widget, _)| widget.id.clone()).collect();
            let mut indexed = store::subjects::of(&self.db, &ids).await.map_err(db::fault)?;
            let stale = some.iter().filter(|(widget, hub)| {
                let wanted: BTreeSet<_> = self.selectors_of(widget, hub).iter().map(ToString::to_string).collect();
                indexed.remove(&widget.id).unwrap_or_default() != wanted
            });
            let stale: Vec<WidgetId> = stale.map(|(widget, _)| trusted(&widget.id)).collect();
            if stale.is_empty() {
                continue;
            }
            let tx = self.outbox.begin().await.map_err(db::fault)?;
            for id in stale {
                // As it is now, for somebody may have changed it.
                if let Some((widget, hub)) = store::widgets::get(&*tx, id).await.map_err(db::fault)? {
                    let selectors = self.selectors_of(&widget, &hub);
                    store::subjects::set(&*tx, id, trusted(&hub.id), &selectors).await.map_err(db::fault)?;
                }
            }
            tx.commit().await.map_err(db::fault)?;
        }
    }

    /// The widgets of a kind that is gone stay, show why, and are concerned by nothing.
    fn selectors_of(&self, widget: &widget::Model, hub: &hub::Model) -> Vec<Selector> {
        let kind = self.kinds.get(&widget.kind);
        kind.map_or_else(|_| Vec::new(), |kind| kind.selectors(trusted(&hub.workspace), &widget.config))
    }

    /// Forgets activities and news that are older than they need to be, in small steps between other changes.
    pub async fn sweep(&self, activity_days: i64, news_days: i64) {
        let swept = match self.sweep_activities(activity_days).await {
            Ok(()) => self.outbox.sweep(news_days).await.map(drop),
            failed => failed,
        };
        if let Err(cause) = swept {
            _ = db::fault(cause);
        }
    }

    async fn sweep_activities(&self, days: i64) -> Result<(), store::DbErr> {
        let before = self.ctx.clock.now() - TimeDelta::days(days);
        loop {
            let tx = self.outbox.begin().await?;
            let swept = store::activities::sweep(&*tx, before, SWEEP_STEP).await?;
            tx.commit().await?;
            if swept < SWEEP_STEP {
                return Ok(());
            }
        }
    }
}
