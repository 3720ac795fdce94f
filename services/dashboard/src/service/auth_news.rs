//! What auth tells: new workspaces get their hub, and open streams are looked at again when rights may have changed.

use super::{Dashboard, cursor::Cursor, news, welcome};
use crate::store;
use async_trait::async_trait;
use chaoshub_chassis::{db, follow::Follower};
use chaoshub_facade::feed::Position;
use chaoshub_kernel::{Envelope, Fault};
use std::sync::Arc;

const FEED: &str = "auth";

/// Follows auth's feed.
pub struct AuthNews {
    dashboard: Arc<Dashboard>,
    cursor: Cursor,
}

impl AuthNews {
    /// From where it was left.
    pub async fn open(dashboard: Arc<Dashboard>) -> Result<Self, Fault> {
        let cursor = Cursor::open(&dashboard.db, FEED).await?;
        Ok(Self { dashboard, cursor })
    }
}

#[async_trait]
impl Follower for AuthNews {
    async fn cursor(&self) -> Result<Position, Fault> {
        Ok(self.cursor.get())
    }

    async fn apply(&self, all: Vec<Envelope>, reached: Position) -> Result<(), Fault> {
        let tx = self.dashboard.outbox.begin().await.map_err(db::fault)?;
        let fresh = self.cursor.fresh(&*tx, &all, &reached).await?;
        for news in fresh.iter().filter(|news| news.kind == "workspace.created") {
            welcome::prepare(&*tx, &self.dashboard.kinds, news).await?;
        }
        let told = fresh.iter().filter_map(|news| news::told(FEED, news)).collect();
        store::activities::add(&*tx, told, self.cursor.reads_again()).await.map_err(db::fault)?;
        tx.commit().await.map_err(db::fault)?;
        if self.cursor.passed(reached, true, all.len()) {
            // Whose rights are others than before the database was restored is not known.
            self.dashboard.look_again(None);
            self.dashboard.live.resync();
        }
        for news in &all {
            if matches!(news.kind.as_str(), "access.changed" | "member.changed") {
                // Whose rights; when the news do not say it, everybody's are looked at.
                self.dashboard.look_again(news.subject.parse().ok());
            }
        }
        let selectors = all.iter().flat_map(news::selectors).collect();
        self.dashboard.touch(&selectors).await;
        Ok(())
    }

    async fn restart(&self, from: Position) -> Result<(), Fault> {
        self.cursor.restart(&self.dashboard.db, from).await
    }
}
