//! What auth tells: new workspaces get their hub, and open streams are looked at again when rights may have changed.

use super::{Dashboard, cursor::Cursor, news, welcome};
use crate::store;
use async_trait::async_trait;
use chaoshub_chassis::{db, follow::Follower};
use chaoshub_kernel::{Envelope, Fault};
use std::sync::Arc;

/// Follows auth's feed.
pub struct AuthNews {
    dashboard: Arc<Dashboard>,
    cursor: Cursor,
}

impl AuthNews {
    /// From where it was left.
    pub async fn open(dashboard: Arc<Dashboard>) -> Result<Self, Fault> {
        let cursor = Cursor::open(&dashboard.db, "auth").await?;
        Ok(Self { dashboard, cursor })
    }
}

#[async_trait]
impl Follower for AuthNews {
    async fn cursor(&self) -> Result<i64, Fault> {
        Ok(self.cursor.get())
    }

    async fn apply(&self, all: Vec<Envelope>) -> Result<(), Fault> {
        let Some(last) = all.last().map(|news| news.number) else { return Ok(()) };
        let tx = self.dashboard.outbox.begin().await.map_err(db::fault)?;
        let fresh = self.cursor.fresh(&*tx, &all).await?;
        for news in fresh.iter().filter(|news| news.kind == "workspace.created") {
            welcome::prepare(&*tx, &self.dashboard.kinds, news).await?;
        }
        store::activities::add(&*tx, fresh.iter().filter_map(news::told).collect()).await.map_err(db::fault)?;
        tx.commit().await.map_err(db::fault)?;
        self.cursor.passed(last, true);
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
}
