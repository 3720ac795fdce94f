//! The data of cards: read once for everybody who looks, kept, read anew when news concern it, and published when it
//! really changed. A source that is slow or fails costs its own card alone.

use super::{
    kinds::{Needs, Registry, Sources},
    topic::{self, Topic},
};
use crate::{
    store,
    words::{HubId, StreamMessage, WidgetData, WidgetId, WidgetState, trusted},
};
use chaoshub_chassis::{db, live::Live, tasks::Tasks};
use chaoshub_kernel::{Clock, Fault, FaultKind};
use futures::FutureExt;
use serde_json::Value;
use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

/// The shortest time from one reading of a card's data to the next: a person sees no more than ten changes a second.
const GAP: Duration = Duration::from_millis(100);

/// Data older than this is read anew behind the page's back, should news have been missed.
const OLD: Duration = Duration::from_secs(60);

/// The first and the longest pause before a reading that failed is tried again while somebody looks.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Cards kept, and for how long after the last look.
const KEPT: (u64, Duration) = (10_000, Duration::from_secs(15 * 60));

/// Every card that somebody looked at lately.
#[derive(Clone)]
pub struct Cards(Arc<Inner>);

struct Inner {
    kinds: Arc<Registry>,
    sources: Sources,
    live: Live,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
    /// How long one reading may take.
    patience: Duration,
    cards: moka::sync::Cache<WidgetId, Arc<Card>>,
}

struct Card {
    state: Mutex<State>,
    /// Says that a reading has ended.
    read: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    data: Option<WidgetData>,
    /// Counts what made the data out of date.
    wanted: u64,
    /// The count that the data answers to.
    done: u64,
    /// How many readings failed in a way that may pass, since the last that did not.
    failures: u32,
    /// Whether a task reads; there is never a second one.
    running: bool,
    /// What is needed to be shown the data; a card never changes its kind.
    needs: Option<Needs>,
    began: Option<Instant>,
    ended: Option<Instant>,
}

/// What a reading task does next.
enum Next {
    Again(Instant),
    Retry(Instant),
    Rest,
}

impl Cards {
    /// No card yet.
    pub fn new(
        kinds: Arc<Registry>,
        sources: Sources,
        live: Live,
        clock: Arc<dyn Clock>,
        tasks: Tasks,
        patience: Duration,
    ) -> Self {
        let cards = moka::sync::Cache::builder().max_capacity(KEPT.0).time_to_idle(KEPT.1).build();
        Self(Arc::new(Inner { kinds, sources, live, clock, tasks, patience, cards }))
    }

    /// What a card shows. Data that is out of date is waited for until `deadline`; then what is there must do.
    pub async fn look(&self, widget: WidgetId, hub: HubId, deadline: Instant) -> WidgetData {
        let card = self.card(widget);
        let mut read = card.read.subscribe();
        let (wanted, wait) = {
            let mut state = card.state();
            // Known to be out of date, and not just read: such data is worth waiting for.
            let behind = state.wanted > state.done && state.ended.is_none_or(|at| at.elapsed() >= GAP);
            let old = state.ended.is_none_or(|at| at.elapsed() >= OLD);
            let failed = state.failures > 0 && state.began.is_none_or(|at| at.elapsed() >= RETRY.0);
            if state.wanted == state.done && (old || failed) {
                state.wanted += 1;
            }
            (state.wanted, behind || state.data.is_none())
        };
        self.wake(&card, widget, hub);
        while wait && card.state().done < wanted {
            match tokio::time::timeout_at(deadline, read.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => break,
            }
        }
        let state = card.state();
        match &state.data {
            Some(data) if wait && state.done < wanted && data.state == WidgetState::Ready => {
                let error = Some("newer data is still being read".to_owned());
                WidgetData { state: WidgetState::Stale, error, ..data.clone() }
            }
            Some(data) => data.clone(),
            None => self.0.failure(None, "the data of this card is still being read"),
        }
    }

    /// News concern a card. When nobody listens to its hub, it is read at the next look.
    pub fn touch(&self, widget: WidgetId, hub: HubId) {
        let known = self.0.cards.get(&widget);
        if let Some(card) = &known {
            card.state().wanted += 1;
        }
        // Asked after the note above: who begins to listen in between finds the note, see `attend`.
        if self.0.listened(hub) {
            let card = known.unwrap_or_else(|| self.card(widget));
            self.wake(&card, widget, hub);
        }
    }

    /// Somebody begins to listen to the hub of this card: what it missed while nobody did is made good.
    pub fn attend(&self, widget: WidgetId, hub: HubId) {
        let card = self.card(widget);
        {
            let mut state = card.state();
            if state.failures > 0 && state.wanted == state.done {
                state.wanted += 1;
            }
        }
        self.wake(&card, widget, hub);
    }

    /// The card's configuration was changed: what it showed is nothing any more.
    pub fn renew(&self, widget: WidgetId) {
        if let Some(card) = self.0.cards.get(&widget) {
            let mut state = card.state();
            state.wanted += 1;
            state.data = None;
        }
    }

    /// The card is gone.
    pub fn forget(&self, widget: WidgetId) {
        self.0.cards.invalidate(&widget);
    }

    fn card(&self, widget: WidgetId) -> Arc<Card> {
        self.0.cards.get_with(widget, || {
            let state = State { wanted: 1, ..State::default() };
            Arc::new(Card { state: Mutex::new(state), read: watch::Sender::new(()) })
        })
    }

    /// Sees to it that a task reads the card when it is out of date.
    fn wake(&self, card: &Arc<Card>, widget: WidgetId, hub: HubId) {
        {
            let mut state = card.state();
            if state.running || state.done >= state.wanted {
                card.read.send_replace(());
                return;
            }
            state.running = true;
        }
        let (inner, card) = (self.0.clone(), card.clone());
        self.0.tasks.spawn(async move { inner.keep_up(&card, widget, hub).await });
    }
}

impl Inner {
    /// Reads the card until it is up to date.
    async fn keep_up(&self, card: &Card, widget: WidgetId, hub: HubId) {
        let mut woken = card.read.subscribe();
        loop {
            match self.next(card, hub) {
                Next::Rest => return,
                Next::Again(at) => tokio::time::sleep_until(at).await,
                // A look or news in the meantime make it worth deciding anew.
                Next::Retry(at) => {
                    if tokio::time::timeout_at(at, woken.changed()).await.is_ok() {
                        continue;
                    }
                }
            }
            self.read(card, widget, hub).await;
        }
    }

    /// Decides under one lock, so that nothing that is wanted falls between two tasks.
    fn next(&self, card: &Card, hub: HubId) -> Next {
        let listened = self.listened(hub);
        let mut state = card.state();
        let after = |pause: Duration| state.began.map_or_else(Instant::now, |began| began + pause);
        if state.wanted > state.done {
            return Next::Again(after(GAP));
        }
        if state.failures > 0 && listened {
            return Next::Retry(after(RETRY.0.saturating_mul(1 << (state.failures - 1).min(5)).min(RETRY.1)));
        }
        state.running = false;
        Next::Rest
    }

    async fn read(&self, card: &Card, widget: WidgetId, hub: HubId) {
        let answers_to = {
            let mut state = card.state();
            state.began = Some(Instant::now());
            state.wanted
        };
        let mut needs = card.state().needs;
        let fetched = tokio::time::timeout(self.patience, self.fetch(widget, &mut needs));
        let fetched = AssertUnwindSafe(fetched).catch_unwind().await;
        card.state().needs = needs;
        let fetched = match fetched {
            Ok(Ok(fetched)) => fetched,
            Ok(Err(_)) => Err(Fault::unavailable("too-slow", "the source of this card took too long to answer")),
            Err(_) => {
                tracing::error!(widget.id = %widget, "reading the data of a card panicked");
                Err(Fault::internal())
            }
        };
        self.settle(card, widget, hub, answers_to, fetched);
        card.read.send_replace(());
    }

    /// None when the widget is gone. What it needs is noted as soon as it is known.
    async fn fetch(&self, widget: WidgetId, needs: &mut Option<Needs>) -> Result<Option<Value>, Fault> {
        let Some((row, hub)) = store::widgets::get(&self.sources.db, widget).await.map_err(db::fault)? else {
            return Ok(None);
        };
        let kind = self.kinds.get(&row.kind)?;
        *needs = Some(self.kinds.needs(&row.kind));
        kind.fetch(&self.sources, trusted(&hub.workspace), &row.config).await.map(Some)
    }

    fn settle(&self, card: &Card, widget: WidgetId, hub: HubId, answers_to: u64, fetched: Result<Option<Value>, Fault>) {
        let mut state = card.state();
        state.done = answers_to;
        state.ended = Some(Instant::now());
        let data = match fetched {
            Ok(None) => {
                state.failures = 0;
                self.cards.invalidate(&widget);
                return;
            }
            Ok(Some(value)) => {
                state.failures = 0;
                WidgetData { state: WidgetState::Ready, as_of: self.clock.now(), value: Some(value), error: None }
            }
            Err(fault) => {
                let passes = may_pass(fault.kind);
                state.failures = if passes { state.failures.saturating_add(1) } else { 0 };
                // What may no longer be seen, or is no more, is not shown from memory.
                self.failure(state.data.as_ref().filter(|_| passes), &fault.detail)
            }
        };
        let changed = state.data.as_ref().is_none_or(|before| before.differs(&data));
        if changed {
            let message = StreamMessage::Widget { topic: Topic::Hub(hub).to_string(), widget, data: data.clone() };
            // Under the lock, so that messages leave in the order in which the data changed. Where it is not known yet what
            // the card needs, nothing was read of it.
            let needs = state.needs.unwrap_or_default();
            self.live.publish(&topic::of_cards(hub, needs), "widget", &message);
        }
        state.data = Some(data);
    }

    fn failure(&self, last: Option<&WidgetData>, why: &str) -> WidgetData {
        let error = Some(why.to_owned());
        match last {
            Some(WidgetData { value: Some(value), as_of, .. }) => {
                WidgetData { state: WidgetState::Stale, as_of: *as_of, value: Some(value.clone()), error }
            }
            _ => WidgetData { state: WidgetState::Error, as_of: self.clock.now(), value: None, error },
        }
    }

    fn listened(&self, hub: HubId) -> bool {
        self.live.listeners(&Topic::Hub(hub).to_string()) > 0
    }
}

impl Card {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic happens under this lock")
    }
}

/// Whether trying again may help.
const fn may_pass(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Unavailable | FaultKind::Internal | FaultKind::TooMany | FaultKind::Unauthenticated)
}
