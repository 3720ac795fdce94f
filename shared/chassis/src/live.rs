//! Server-sent events to many subscribers (WHATWG HTML, section 9.2): a message is written once and shared by all
//! who see it; the last ones of each topic are kept, so that a browser that was away for a moment misses nothing.

mod history;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use history::History;
use serde::Serialize;
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

/// Messages that may wait for one slow reader before it is let go, to come back and resume.
const WAITING: usize = 512;

/// Bytes that may wait for one slow reader; one message may be larger.
const WAITING_BYTES: usize = 4 << 20;

/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Publishes messages on topics, and answers streams of them.
#[derive(Clone)]
pub struct Live {
    state: Arc<Mutex<State>>,
}

struct State {
    /// Differs at each start, so that a number of an earlier life is not taken for one of this.
    epoch: String,
    last: u64,
    history: History,
    topics: HashMap<String, Vec<Listener>>,
}

/// Where the messages of one topic go for one stream.
#[derive(Clone)]
struct Listener {
    sender: mpsc::Sender<Bytes>,
    /// Bytes that were sent and not read.
    waiting: Arc<AtomicUsize>,
    /// That its reader could not keep up: said to all topics of the stream, since the reader comes back as a whole.
    late: CancellationToken,
}

impl Listener {
    fn hears(&self, frame: &Bytes) -> bool {
        if self.late.is_cancelled() {
            return false;
        }
        let waiting = self.waiting.load(Ordering::Relaxed);
        if waiting > 0 && waiting + frame.len() > WAITING_BYTES {
            self.late.cancel();
            return false;
        }
        let sent = self.sender.try_send(frame.clone());
        match sent {
            Ok(()) => _ = self.waiting.fetch_add(frame.len(), Ordering::Relaxed),
            Err(mpsc::error::TrySendError::Full(_)) => self.late.cancel(),
            Err(mpsc::error::TrySendError::Closed(_)) => {}
        }
        sent.is_ok()
    }
}

/// The reading end of a stream.
struct Reading {
    receiver: mpsc::Receiver<Bytes>,
    waiting: Arc<AtomicUsize>,
    late: CancellationToken,
    /// Dropped after the receiver, so that what it finds closed is ours.
    _leaving: Leaving,
}

impl Reading {
    /// The next message; none once a late reader has read what was sent before it was late.
    async fn next(&mut self) -> Option<Bytes> {
        let frame = tokio::select! {
            biased;
            frame = self.receiver.recv() => frame,
            () = self.late.cancelled() => None,
        };
        // Counted after it was sent, so it may be read before it is counted.
        let read = frame.as_ref().map_or(0, Bytes::len);
        let less = |waiting: usize| Some(waiting.wrapping_sub(read));
        let _before = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        frame
    }
}

/// Takes a stream off its topics when nobody reads it any more.
struct Leaving {
    state: Arc<Mutex<State>>,
    topics: Vec<String>,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut state = self.state.lock().expect("no panic happens under this lock");
        for topic in &self.topics {
            if let Some(listeners) = state.topics.get_mut(topic) {
                listeners.retain(|listener| !listener.sender.is_closed());
                if listeners.is_empty() {
                    state.topics.remove(topic);
                }
            }
        }
    }
}

impl Live {
    /// No topics yet. `epoch` must differ from that of every earlier start and hold no hyphen or line break.
    pub fn new(epoch: impl Into<String>) -> Self {
        let state = State { epoch: epoch.into(), last: 0, history: History::default(), topics: HashMap::new() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Sends `data` as an event of `kind` to whoever listens to `topic`, and keeps it for those who come back.
    ///
    /// # Panics
    /// When `data` has no JSON form.
    pub fn publish(&self, topic: &str, kind: &str, data: &impl Serialize) {
        let json = serde_json::to_string(data).expect("what is published has a JSON form");
        let mut state = self.state.lock().expect("no panic happens under this lock");
        state.last += 1;
        let number = state.last;
        let frame = Bytes::from(format!("id: {}-{number}\nevent: {kind}\ndata: {json}\n\n", state.epoch));
        state.history.keep(topic, number, frame.clone());
        if let Some(listeners) = state.topics.get_mut(topic) {
            // A reader that cannot keep up is let go; its stream ends, and it resumes from what is kept.
            listeners.retain(|listener| listener.hears(&frame));
            if listeners.is_empty() {
                state.topics.remove(topic);
            }
        }
    }

    /// Has every listener read everything again: what was published is not the whole truth. Their streams end, and when
    /// they come back they are told `resync`.
    pub fn resync(&self) {
        let mut state = self.state.lock().expect("no panic happens under this lock");
        state.last += 1;
        let last = state.last;
        state.history.forget(last);
        for listener in state.topics.drain().flat_map(|(_, listeners)| listeners) {
            listener.late.cancel();
        }
    }

    /// How many listeners `topic` has.
    #[must_use]
    pub fn listeners(&self, topic: &str) -> usize {
        let state = self.state.lock().expect("no panic happens under this lock");
        state.topics.get(topic).map_or(0, |all| all.iter().filter(|one| !one.sender.is_closed()).count())
    }

    /// The messages of `topics` after `since`, then each new one, until `until`. When what lies between is not
    /// kept any more, a `resync` event comes first.
    pub fn subscribe(&self, topics: &[String], since: Option<&str>, until: Instant) -> impl Stream<Item = Bytes> + Send + use<> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let waiting = Arc::<AtomicUsize>::default();
        let listener = Listener { sender, waiting: waiting.clone(), late: CancellationToken::new() };
        let mut state = self.state.lock().expect("no panic happens under this lock");
        let mut first = vec![Bytes::from(format!("retry: 1000\nid: {}-{}\n\n", state.epoch, state.last))];
        if let Some(since) = since {
            match state.missed(topics, since) {
                Some(frames) => first.splice(0..0, frames).for_each(drop),
                None => first.push(Bytes::from(format!("id: {}-{}\nevent: resync\ndata: {{}}\n\n", state.epoch, state.last))),
            }
        }
        for topic in topics {
            state.topics.entry(topic.clone()).or_default().push(listener.clone());
        }
        drop(state);
        let late = listener.late.clone();
        drop(listener);
        let reading =
            Reading { receiver, waiting, late, _leaving: Leaving { state: self.state.clone(), topics: topics.to_vec() } };
        let keep_alive = stream::unfold((), |()| async {
            tokio::time::sleep(KEEP_ALIVE).await;
            Some((Bytes::from_static(b": still here\n\n"), ()))
        });
        // The news decide when it is over; the comments alone would go on for ever.
        let news = stream::unfold(reading, async |mut reading| Some((reading.next().await?, reading)));
        let news = news.map(Some).chain(stream::once(async { None }));
        let both = stream::select(news, keep_alive.map(Some)).take_while(|frame| std::future::ready(frame.is_some()));
        stream::iter(first).chain(both.filter_map(std::future::ready)).take_until(tokio::time::sleep_until(until))
    }
}

/// What [`Live::subscribe`] gives, as an answer over HTTP.
#[must_use]
pub fn answer(frames: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let mut response = Response::new(Body::from_stream(frames.map(Ok::<_, Infallible>)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx buffers answers unless told not to.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

impl State {
    fn missed(&self, topics: &[String], since: &str) -> Option<Vec<Bytes>> {
        let (epoch, number) = since.rsplit_once('-')?;
        let number: u64 = number.parse().ok()?;
        if epoch != self.epoch || number > self.last {
            return None;
        }
        self.history.after(topics, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    async fn read(live: &Live, since: Option<&str>, frames: usize) -> Vec<String> {
        let until = Instant::now() + Duration::from_secs(5);
        let topics = ["a".to_owned()];
        let stream = live.subscribe(&topics, since, until).take(frames);
        stream.map(|frame| String::from_utf8(frame.to_vec()).unwrap()).collect().await
    }

    #[tokio::test]
    async fn who_comes_back_gets_what_was_missed_on_its_topics_only() {
        let live = Live::new("e");
        live.publish("a", "n", &json!(1));
        live.publish("b", "n", &json!(2));
        live.publish("a", "n", &json!(3));
        let frames = read(&live, Some("e-1"), 2).await;
        assert_eq!(frames, ["id: e-3\nevent: n\ndata: 3\n\n", "retry: 1000\nid: e-3\n\n"]);
    }

    #[tokio::test]
    async fn who_comes_back_too_late_or_from_another_life_is_told_to_look_again() {
        let live = Live::new("e");
        for n in 0..=history::MESSAGES {
            live.publish("a", "n", &json!(n));
        }
        for since in ["e-0", "d-7", "e-999999", "nonsense"] {
            assert!(read(&live, Some(since), 2).await[1].contains("event: resync"), "{since}");
        }
    }

    #[tokio::test]
    async fn a_reader_that_stops_reading_is_let_go() {
        let live = Live::new("e");
        let until = Instant::now() + Duration::from_secs(60);
        let stream = live.subscribe(&["a".to_owned()], None, until);
        for n in 0..=WAITING {
            live.publish("a", "n", &json!(n));
        }
        assert_eq!(live.listeners("a"), 0);
        assert_eq!(stream.count().await, WAITING + 1);
    }

    #[tokio::test]
    async fn what_waits_for_a_slow_reader_is_limited_in_bytes() {
        let live = Live::new("e");
        let until = Instant::now() + Duration::from_secs(60);
        let stream = live.subscribe(&["a".to_owned()], None, until);
        let large = "x".repeat(WAITING_BYTES / 4);
        for _ in 0..5 {
            live.publish("a", "n", &json!(large));
        }
        assert_eq!(live.listeners("a"), 0);
        assert_eq!(stream.count().await, 1 + 3, "what fitted is still read");
        // Whoever reads may be sent any amount.
        let mut reads = std::pin::pin!(live.subscribe(&["a".to_owned()], None, until));
        reads.next().await;
        for _ in 0..20 {
            live.publish("a", "n", &json!(large));
            reads.next().await;
        }
        assert_eq!(live.listeners("a"), 1);
    }

    #[tokio::test]
    async fn a_loud_topic_takes_nothing_from_a_quiet_one() {
        let live = Live::new("e");
        live.publish("a", "n", &json!(1));
        live.publish("a", "n", &json!(2));
        for n in 0..10 * history::MESSAGES {
            live.publish("loud", "n", &json!(n));
        }
        assert_eq!(read(&live, Some("e-1"), 1).await, ["id: e-2\nevent: n\ndata: 2\n\n"]);
    }

    #[tokio::test]
    async fn who_is_late_on_one_topic_is_let_go_from_all_and_misses_nothing_in_between() {
        let live = Live::new("e");
        let until = Instant::now() + Duration::from_secs(60);
        let stream = live.subscribe(&["a".to_owned(), "b".to_owned()], None, until);
        for n in 0..=WAITING {
            live.publish("a", "n", &json!(n));
        }
        live.publish("b", "n", &json!("after the gap"));
        assert_eq!(stream.count().await, WAITING + 1, "nothing comes after what was missed");
    }

    #[tokio::test]
    async fn whoever_listens_when_all_must_be_read_again_is_let_go_and_told_on_coming_back() {
        let live = Live::new("e");
        live.publish("a", "n", &json!(1));
        let stream = live.subscribe(&["a".to_owned()], None, Instant::now() + Duration::from_secs(60));
        live.resync();
        assert_eq!(stream.count().await, 1, "only where it began");
        assert!(read(&live, Some("e-1"), 2).await[1].contains("event: resync"));
    }

    #[tokio::test]
    async fn a_stream_that_is_gone_leaves_nothing_behind() {
        let live = Live::new("e");
        drop(live.subscribe(&["a".to_owned(), "b".to_owned()], None, Instant::now() + Duration::from_secs(60)));
        assert!(live.state.lock().unwrap().topics.is_empty());
    }
}
