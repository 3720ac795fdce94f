//! What the other replicas of the dashboard did to hubs and cards: our caches forget it, our browsers hear it. Each
//! replica reads from where its own life began; there is no effect in the database.

use super::{Dashboard, selector::Selector};
use crate::words::{HubId, WidgetId};
use async_trait::async_trait;
use chaoshub_chassis::follow::Follower;
use chaoshub_facade::feed::Position;
use chaoshub_kernel::{Envelope, Fault};
use serde::Deserialize;
use std::sync::{Arc, Mutex, MutexGuard};

/// Follows the dashboard's own feed.
pub struct HubNews {
    dashboard: Arc<Dashboard>,
    place: Mutex<Position>,
}

/// What such news say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    replica: String,
    renewed: Vec<WidgetId>,
    gone: Vec<WidgetId>,
}

impl HubNews {
    /// From after the news of that number.
    pub fn after(dashboard: Arc<Dashboard>, number: i64) -> Self {
        Self { dashboard, place: Mutex::new(number.into()) }
    }

    fn place(&self) -> MutexGuard<'_, Position> {
        self.place.lock().expect("no panic happens under this lock")
    }

    async fn hear(&self, news: &Envelope) {
        let told = Told::deserialize(&news.data).unwrap_or_default();
        let Ok(hub) = news.subject.parse::<HubId>() else { return };
        // What was done here has been dealt with already.
        if told.replica == self.dashboard.replica {
            return;
        }
        for card in told.renewed {
            self.dashboard.cards.renew(card);
        }
        for card in told.gone {
            self.dashboard.cards.forget(card);
        }
        match (news.kind.as_str(), news.workspace) {
            ("hub.created", Some(workspace)) => self.dashboard.touch(&[Selector::WorkspaceActivity(workspace)].into()).await,
            _ => self.dashboard.publish_hub(hub),
        }
    }
}

#[async_trait]
impl Follower for HubNews {
    async fn cursor(&self) -> Result<Position, Fault> {
        Ok(self.place().clone())
    }

    async fn apply(&self, all: Vec<Envelope>, reached: Position) -> Result<(), Fault> {
        for news in &all {
            self.hear(news).await;
        }
        *self.place() = reached;
        Ok(())
    }

    async fn restart(&self, from: Position) -> Result<(), Fault> {
        *self.place() = from;
        self.dashboard.live.resync();
        Ok(())
    }
}
