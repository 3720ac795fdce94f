//! Streams to browsers: who may listen to what, asked on subscribing and again when rights may have changed.

use super::{Dashboard, rights, topic::Topic};
use crate::{store, words::trusted};
use bytes::Bytes;
use chaoshub_chassis::{db, http::Caller};
use chaoshub_kernel::{AccountId, Fault, FaultKind, Scope};
use chrono::TimeDelta;
use futures::{Stream, StreamExt, future, stream};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A stream lasts at least this long, so that a browser whose claim is about to end does not spin.
const SHORTEST: Duration = Duration::from_secs(5);

/// For how long somebody whom we ask may still remember rights as they were: a replica that has not heard yet.
const REMEMBERED: Duration = Duration::from_secs(11);

/// How many open streams are looked at again at a time.
const AT_ONCE: usize = 16;

/// The streams that are open.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    last: u64,
    streams: HashMap<u64, Arc<Listener>>,
}

struct Listener {
    caller: Caller,
    topics: Vec<Topic>,
    over: CancellationToken,
}

/// Takes the stream off the list when the browser is gone.
struct Closing {
    streams: Streams,
    number: u64,
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.streams.open().streams.remove(&self.number);
    }
}

impl Streams {
    fn add(&self, listener: Arc<Listener>) -> Closing {
        let mut open = self.open();
        open.last += 1;
        let number = open.last;
        open.streams.insert(number, listener);
        Closing { streams: self.clone(), number }
    }

    fn of(&self, account: Option<AccountId>) -> Vec<Arc<Listener>> {
        let open = self.open();
        let theirs = open.streams.values().filter(|one| account.is_none() || one.caller.claim.account == account);
        theirs.cloned().collect()
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().expect("no panic happens under this lock")
    }
}

impl Dashboard {
    /// What happens on `topics`, from after `since`, until the caller's claim ends or loses its rights.
    ///
    /// # Errors
    /// `not-found` or `missing-scope` when one of the topics is not the caller's to hear.
    pub async fn listen(
        self: &Arc<Self>,
        caller: Caller,
        topics: Vec<Topic>,
        since: Option<&str>,
    ) -> Result<impl Stream<Item = Bytes> + Send + use<>, Fault> {
        let until = Instant::now() + lasts(caller.claim.expires_at - self.ctx.clock.now());
        let over = self.ctx.tasks.stopping().child_token();
        let listener = Arc::new(Listener { caller, topics, over });
        // On the list before rights are asked, so that no change of rights falls in between.
        let closing = self.streams.add(listener.clone());
        self.may_hear(&listener.caller, &listener.topics).await?;
        let names: Vec<_> = listener.topics.iter().map(Topic::to_string).collect();
        let frames = self.live.subscribe(&names, since, until);
        // After subscribing, so that what is found out now is heard.
        self.attend(&listener.topics).await?;
        let over = listener.over.clone();
        Ok(frames.take_until(async move { over.cancelled().await }).inspect(move |_| _ = &closing))
    }

    /// Asks again, in the background, whether those who listen as `account` still may; everybody, when it is none. And
    /// once more, when nobody can remember the rights of before.
    pub fn look_again(self: &Arc<Self>, account: Option<AccountId>) {
        let dashboard = self.clone();
        self.ctx.tasks.spawn(async move {
            dashboard.ask_listeners(account).await;
            tokio::time::sleep(REMEMBERED).await;
            dashboard.ask_listeners(account).await;
        });
    }

    async fn ask_listeners(&self, account: Option<AccountId>) {
        let listeners = stream::iter(self.streams.of(account));
        listeners
            .for_each_concurrent(AT_ONCE, async |listener| {
                if let Err(fault) = self.may_hear(&listener.caller, &listener.topics).await
                    && refuses(fault.kind)
                {
                    listener.over.cancel();
                }
            })
            .await;
    }

    /// Whether the caller may hear all of `topics`.
    async fn may_hear(&self, caller: &Caller, topics: &[Topic]) -> Result<(), Fault> {
        future::try_join_all(topics.iter().map(|topic| self.may_hear_one(caller, *topic))).await.map(|_| ())
    }

    async fn may_hear_one(&self, caller: &Caller, topic: Topic) -> Result<(), Fault> {
        match topic {
            Topic::Hub(id) => self.hub_for(caller, id, Scope::HubRead).await.map(|_| ()),
            Topic::Run(id) => self.experiments.run(&caller.signed, id).await.map(|_| ()),
            Topic::Workspace(id) => rights(caller, id, Scope::RunRead, "workspace").await.map(|_| ()),
        }
    }

    async fn attend(&self, topics: &[Topic]) -> Result<(), Fault> {
        for topic in topics {
            if let Topic::Hub(hub) = topic {
                for widget in store::widgets::of(&self.db, *hub).await.map_err(db::fault)? {
                    self.cards.attend(trusted(&widget.id), *hub);
                }
            }
        }
        Ok(())
    }
}

/// How long a stream lasts when the caller's claim has so much left.
fn lasts(left: TimeDelta) -> Duration {
    left.to_std().unwrap_or_default().max(SHORTEST)
}

/// Whether the answer means "no", rather than that nobody could be asked; then the claim's end decides.
const fn refuses(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::NotFound | FaultKind::Forbidden | FaultKind::Unauthenticated | FaultKind::Gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_ends_with_the_claim_but_not_before_it_was_worth_opening() {
        assert_eq!(lasts(TimeDelta::minutes(5)), Duration::from_secs(300));
        assert_eq!(lasts(TimeDelta::seconds(1)), SHORTEST);
        assert_eq!(lasts(TimeDelta::seconds(-1)), SHORTEST);
    }
}
