//! Hearing what other processes on the same PostgreSQL database have told. The notification carries nothing: it says
//! "look", and a timer is behind it. On SQLite this process is alone.

use super::Outbox;
use crate::{db::is_shared, tasks::Tasks};
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::sleep;

/// Said in a change that carries news; whoever listens hears it when the change is committed.
pub(super) const TELL: &str = "NOTIFY chaoshub_news";

/// The same channel's name.
const CHANNEL: &str = "chaoshub_news";

/// How often followers look although nothing was heard.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The pause before a lost connection is made again.
const AGAIN: Duration = Duration::from_secs(1);

impl Outbox {
    /// Wakes the followers of this process whenever another one tells news, until the tasks are stopped. What `forget`
    /// does is done before anybody here reads news that are new, whoever has made them: what is remembered may be old.
    pub fn heed_replicas(&self, tasks: &Tasks, forget: impl Fn() + Send + Sync + 'static) {
        // A second call would be a mistake of ours that the first one survives.
        let _first = self.heed.forget.set(Box::new(forget));
        if !is_shared(&self.db) {
            return;
        }
        let outbox = self.clone();
        let name = format!("hearing replicas {}", uuid::Uuid::now_v7().simple());
        let pulse = tasks.pulse(&name, None);
        tasks.spawn(async move {
            loop {
                if let Ok(Err(cause)) = pulse.turn(outbox.listen()).await {
                    tracing::warn!(error = %cause, "the other replicas cannot be heard; connecting again");
                }
                outbox.forget();
                sleep(AGAIN).await;
            }
        });
    }

    /// Listens until the connection cannot be had any more.
    async fn listen(&self) -> Result<std::convert::Infallible, sqlx::Error> {
        let options = self.db.get_postgres_connection_pool().connect_options();
        // Not one of the pool's: it is kept for ever.
        let own = PgPoolOptions::new().max_connections(1).connect_lazy_with((*options).clone());
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(CHANNEL).await?;
        // What was told before we listened; the database may even have been restored.
        self.other_history();
        self.look.send_replace(());
        loop {
            {
                // Not given up at the timer: half a message could be lost with it.
                let mut heard = std::pin::pin!(listener.try_recv());
                loop {
                    tokio::select! {
                        // None after the connection was lost and made again: something may have been missed.
                        heard = &mut heard => {
                            heard?;
                            break;
                        }
                        () = sleep(LOOK_EVERY) => {
                            self.look.send_replace(());
                        }
                    }
                }
            }
            self.forget();
            self.look.send_replace(());
        }
    }

    /// News up to this number are about to be acted on.
    pub(super) fn heed(&self, number: i64) {
        if self.heed.upto.load(Ordering::Acquire) < number {
            // Before it is noted: whoever finds the note may act at once.
            self.forget();
            self.heed.upto.fetch_max(number, Ordering::AcqRel);
        }
    }

    pub(super) fn forget(&self) {
        if let Some(forget) = self.heed.forget.get() {
            forget();
        }
    }
}
