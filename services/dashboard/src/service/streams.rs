//! Streams to browsers: who may listen to what, asked on subscribing and again when rights may have changed. A topic
//! that may not be heard is left out, and said to be; the others go on.

use super::{
    Dashboard, rights,
    topic::{self, Topic},
};
use crate::{
    store,
    words::{StreamMessage, trusted},
};
use bytes::Bytes;
use chaoshub_chassis::{db, http::Caller, live::Live};
use chaoshub_kernel::{AccountId, Fault, FaultKind, Scope};
use chrono::TimeDelta;
use futures::{
    Stream, StreamExt, future,
    stream::{self, BoxStream},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};
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

/// What was asked for: under which names it is published for whoever may hear it, or why it may not be heard. No refusal
/// is taken back: who may again, asks again.
type Rights = BTreeMap<Topic, Result<Vec<String>, Fault>>;

struct Listener {
    caller: Caller,
    rights: watch::Sender<Rights>,
    over: CancellationToken,
}

/// One stream as it goes out.
struct Hearing {
    live: Live,
    rights: watch::Receiver<Rights>,
    frames: BoxStream<'static, Bytes>,
    /// Refusals that go out before anything else.
    refusals: VecDeque<Bytes>,
    told: BTreeSet<Topic>,
    /// The id of the last message that went out.
    last: Option<String>,
    until: Instant,
    _closing: Closing,
}

/// Takes the stream off the list when the browser is gone.
struct Closing {
    streams: Streams,
    number: u64,
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.streams.open().streams.remove(&self.number);
        metrics::gauge!("chaoshub_streams").decrement(1);
    }
}

impl Streams {
    /// Puts a stream on the list, unless its account has as many as one may have.
    fn add(&self, listener: Arc<Listener>, most: usize) -> Result<Closing, Fault> {
        let mut open = self.open();
        let account = listener.caller.claim.account;
        if account.is_some() && open.streams.values().filter(|one| one.caller.claim.account == account).count() >= most {
            metrics::counter!("chaoshub_streams_refused_total").increment(1);
            let detail = format!("your account has {most} open streams; close some of the pages or programs that hold them");
            return Err(Fault::new(FaultKind::TooMany, "too-many-streams", detail));
        }
        open.last += 1;
        let number = open.last;
        open.streams.insert(number, listener);
        metrics::gauge!("chaoshub_streams").increment(1);
        Ok(Closing { streams: self.clone(), number })
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

impl Listener {
    fn heard(&self) -> Vec<Topic> {
        heard(&self.rights.borrow())
    }
}

impl Hearing {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(refusal) = self.refusals.pop_front() {
                return Some(refusal);
            }
            tokio::select! {
                biased;
                // Once it is known where the stream stands, so that nothing is missed between two subscriptions.
                Ok(()) = self.rights.changed(), if self.last.is_some() => self.tune(),
                frame = self.frames.next() => {
                    let frame = frame?;
                    self.last = id_of(&frame).or(self.last.take());
                    return Some(frame);
                }
            }
        }
    }

    /// Goes on, from where it stands, with what may be heard. What still waits of other topics does not go out.
    fn tune(&mut self) {
        let rights = self.rights.borrow_and_update();
        for (topic, refusal) in &*rights {
            if let Err(fault) = refusal
                && self.told.insert(*topic)
            {
                self.refusals.push_back(frame_of(*topic, fault));
            }
        }
        let names: Vec<_> = rights.values().flatten().flatten().cloned().collect();
        self.frames = match names.is_empty() {
            true => stream::empty().boxed(),
            false => self.live.subscribe(&names, self.last.as_deref(), self.until).boxed(),
        };
    }
}

impl Dashboard {
    /// What happens on `topics`, from after `since`, until the caller's claim ends. A topic that may not be heard, now or
    /// later, is left out and said to be.
    ///
    /// # Errors
    /// `not-found` or `missing-scope` when none of the topics is the caller's to hear; `too-many-streams`.
    pub async fn listen(
        self: &Arc<Self>,
        caller: Caller,
        topics: Vec<Topic>,
        since: Option<&str>,
    ) -> Result<impl Stream<Item = Bytes> + Send + use<>, Fault> {
        let until = Instant::now() + lasts(caller.claim.expires_at - self.ctx.clock.now());
        let over = self.ctx.tasks.stopping().child_token();
        let rights = watch::Sender::new(topics.into_iter().map(|topic| (topic, Ok(Vec::new()))).collect());
        let listener = Arc::new(Listener { caller, rights, over: over.clone() });
        // On the list before rights are asked, so that no change of rights falls in between.
        let closing = self.streams.add(listener.clone(), self.streams_per_account)?;
        self.review(&listener).await?;
        let topics = listener.heard();
        if topics.is_empty() {
            let refusal = listener.rights.borrow().values().find_map(|answer| answer.as_ref().err().cloned());
            return Err(refusal.unwrap_or_else(|| Fault::not_found("topic")));
        }
        let mut hearing = Hearing {
            live: self.live.clone(),
            rights: listener.rights.subscribe(),
            frames: stream::empty().boxed(),
            refusals: VecDeque::new(),
            told: BTreeSet::new(),
            last: since.map(str::to_owned),
            until,
            _closing: closing,
        };
        hearing.tune();
        // After subscribing, so that what is found out now is heard.
        self.attend(&topics).await?;
        let frames = stream::unfold(hearing, async |mut hearing| Some((hearing.next().await?, hearing)));
        Ok(frames.take_until(over.cancelled_owned()))
    }

    /// Asks again, in the background, whether those who listen as `account` still may; everybody, when it is none. And
    /// once more, when nobody can remember the rights of before.
    pub fn look_again(self: &Arc<Self>, account: Option<AccountId>) {
        let dashboard = self.clone();
        self.ctx.tasks.spawn(async move {
            dashboard.review_all(account).await;
            tokio::time::sleep(REMEMBERED).await;
            dashboard.review_all(account).await;
        });
    }

    async fn review_all(&self, account: Option<AccountId>) {
        let listeners = stream::iter(self.streams.of(account));
        listeners
            .for_each_concurrent(AT_ONCE, async |listener| {
                // When nobody could be asked, the claim's end decides.
                if let Err(fault) = self.review(&listener).await
                    && fault.kind == FaultKind::Unauthenticated
                {
                    listener.over.cancel();
                }
            })
            .await;
    }

    /// Asks about each topic that is heard, and notes which may not be.
    ///
    /// # Errors
    /// When the caller is nobody any more, or nobody could be asked.
    async fn review(&self, listener: &Listener) -> Result<(), Fault> {
        let topics = listener.heard();
        let answers = future::join_all(topics.iter().map(|topic| self.may_hear(&listener.caller, *topic))).await;
        let (mut settled, mut failed) = (Rights::new(), Vec::new());
        for (topic, answer) in topics.into_iter().zip(answers) {
            match answer {
                Err(fault) if !refuses(fault.kind) => failed.push(fault),
                answer => _ = settled.insert(topic, answer),
            }
        }
        listener.rights.send_if_modified(|rights| {
            let any = settled.iter().any(|(topic, answer)| rights.get(topic) != Some(answer));
            rights.extend(settled);
            any
        });
        failed.sort_by_key(|fault| fault.kind != FaultKind::Unauthenticated);
        failed.into_iter().next().map_or(Ok(()), Err)
    }

    /// Under which names what the caller may hear of a topic is published.
    async fn may_hear(&self, caller: &Caller, topic: Topic) -> Result<Vec<String>, Fault> {
        let mut names = vec![topic.to_string()];
        match topic {
            Topic::Hub(id) => {
                let (_, access) = self.hub_for(caller, id, Scope::HubRead).await?;
                let seen = self.kinds.all_needs().into_iter().filter(|needs| needs.missing(&access.scopes).is_empty());
                names.extend(seen.map(|needs| topic::of_cards(id, needs)));
            }
            Topic::Run(id) => _ = self.experiments.run(&caller.signed, id).await?,
            Topic::Workspace(id) => _ = rights(caller, id, Scope::RunRead, "workspace").await?,
        }
        Ok(names)
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

/// Whether the answer means that this one topic may not be heard.
const fn refuses(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::NotFound | FaultKind::Forbidden | FaultKind::Gone)
}

fn heard(rights: &Rights) -> Vec<Topic> {
    rights.iter().filter(|(_, answer)| answer.is_ok()).map(|(topic, _)| *topic).collect()
}

/// Has no id: it is said to this listener alone, and nobody comes back for it.
fn frame_of(topic: Topic, fault: &Fault) -> Bytes {
    let message = StreamMessage::Refused { topic: topic.to_string(), code: fault.code.clone() };
    let json = serde_json::to_string(&message).expect("a message has a JSON form");
    Bytes::from(format!("event: refused\ndata: {json}\n\n"))
}

/// The id that a browser would come back with after this frame.
fn id_of(frame: &[u8]) -> Option<String> {
    let id = frame.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"id: "))?;
    String::from_utf8(id.to_vec()).ok()
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
