//! What experiment tells: it goes to the browsers that watch runs at once, then to the cards that it concerns.

use super::{Dashboard, cursor::Cursor, news, topic::Topic};
use crate::store;
use async_trait::async_trait;
use chaoshub_chassis::{db, follow::Follower, live::Live};
use chaoshub_facade::{
    experiment::{ExperimentId, RunId},
    feed::Position,
};
use chaoshub_kernel::{Envelope, Fault};
use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

const FEED: &str = "experiment";

/// Follows experiment's feed.
pub struct ExperimentNews {
    dashboard: Arc<Dashboard>,
    cursor: Cursor,
}

impl ExperimentNews {
    /// From where it was left.
    pub async fn open(dashboard: Arc<Dashboard>) -> Result<Self, Fault> {
        let cursor = Cursor::open(&dashboard.db, FEED).await?;
        Ok(Self { dashboard, cursor })
    }
}

#[async_trait]
impl Follower for ExperimentNews {
    async fn cursor(&self) -> Result<Position, Fault> {
        Ok(self.cursor.get())
    }

    async fn apply(&self, all: Vec<Envelope>, reached: Position) -> Result<(), Fault> {
        let again = self.cursor.reads_again();
        // Before anything that takes time. Told twice when what follows fails: a summary and numbered events bear that.
        // But not what a run was like long ago, when the feed is read again: then browsers read everything anew.
        for news in all.iter().filter(|_| !again) {
            publish(&self.dashboard.live, news);
        }
        let selectors: BTreeSet<_> = all.iter().flat_map(news::selectors).collect();
        let concerned = store::subjects::concerned(&self.dashboard.db, &selectors).await.map_err(db::fault)?;
        let save = all.is_empty() || again || all.iter().any(|news| news::told(FEED, news).is_some()) || self.cursor.is_due();
        if save {
            let tx = self.dashboard.outbox.begin().await.map_err(db::fault)?;
            let fresh = self.cursor.fresh(&*tx, &all, &reached).await?;
            let told = fresh.iter().filter_map(|news| news::told(FEED, news)).collect();
            store::activities::add(&*tx, told, again).await.map_err(db::fault)?;
            tx.commit().await.map_err(db::fault)?;
        }
        if self.cursor.passed(reached, save, all.len()) {
            self.dashboard.live.resync();
        }
        for (widget, hub) in concerned {
            self.dashboard.cards.touch(widget, hub);
        }
        Ok(())
    }

    async fn restart(&self, from: Position) -> Result<(), Fault> {
        self.cursor.restart(&self.dashboard.db, from).await
    }
}

/// `event: run` and `event: events`, with the JSON as it came.
#[derive(Serialize)]
struct RunMessage<'a> {
    topic: &'a str,
    run: &'a Value,
}

#[derive(Serialize)]
struct EventsMessage<'a> {
    topic: &'a str,
    run: RunId,
    events: &'a Value,
}

#[derive(Serialize)]
struct ExperimentMessage<'a> {
    topic: &'a str,
    experiment: ExperimentId,
}

fn publish(live: &Live, news: &Envelope) {
    if let (Ok(experiment), Some(workspace)) = (news.subject.parse::<ExperimentId>(), news.workspace) {
        let topic = Topic::Workspace(workspace).to_string();
        live.publish(&topic, "experiment", &ExperimentMessage { topic: &topic, experiment });
    }
    let Ok(run) = news.subject.parse::<RunId>() else { return };
    let topic = Topic::Run(run).to_string();
    if let Some(summary) = news.data.get("summary") {
        live.publish(&topic, "run", &RunMessage { topic: &topic, run: summary });
        if let Some(workspace) = news.workspace {
            let topic = Topic::Workspace(workspace).to_string();
            live.publish(&topic, "run", &RunMessage { topic: &topic, run: summary });
        }
    }
    if let Some(events) = news.data.get("events").filter(|_| news.kind == "run.events") {
        live.publish(&topic, "events", &EventsMessage { topic: &topic, run, events });
    }
}
