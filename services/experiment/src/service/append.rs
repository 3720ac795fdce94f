//! Appending events to a run: each once, numbered without gaps, moving the run up its ladder, told in one transaction.

use super::{Experiment, view};
use crate::store::{ConnectionTrait, DbErr};
use crate::{
    entity::{event, run},
    store::{self, events as rows},
    toolkit::{self, Observed},
};
use chaoshub_chassis::{
    db::fault,
    outbox::{Change, News},
};
use chaoshub_facade::experiment::{Phase, RunEvent, RunId, RunState};
use chaoshub_kernel::Fault;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The name under which the hub itself adds events.
pub(super) const HUB: &str = "hub";

/// Senders that a run may have besides the hub: its control module, and perhaps some of its own.
const MOST_SENDERS: usize = 16;

/// Events with particulars larger than this are told without their output; whoever wants it asks for the event.
const LARGEST_TOLD: usize = 8 << 10;

/// Events told in one piece of news, by the size of their particulars: followers read news by the hundred.
const TOLD_AT_ONCE: usize = 256 << 10;

/// Events read at once when a run is looked at from its beginning.
const READ_AT_ONCE: u64 = 1000;

/// An event before it has its number.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Who sends it.
    pub sender: String,
    /// The sender's own count, from 1; none for the hub's, which are counted here.
    pub seq: Option<i64>,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: String,
    /// The phase it belongs to.
    pub phase: Option<Phase>,
    /// Particulars.
    pub data: Value,
}

impl Incoming {
    /// An event of the hub itself.
    pub(super) fn hub(at: DateTime<Utc>, kind: &str, data: Value) -> Self {
        Self { sender: HUB.to_owned(), seq: None, at, kind: kind.to_owned(), phase: None, data }
    }
}

impl Experiment {
    /// Appends what is new of `incoming` and saves the row, which may have been changed by the caller. One sender a call.
    /// Where nothing is new of something, it was a repeat, and nothing is told.
    pub(super) async fn append_within(
        &self,
        change: &mut Change,
        mut row: run::Model,
        mut incoming: Vec<Incoming>,
    ) -> Result<run::Model, Fault> {
        let run: RunId = row.id.parse().map_err(|_| Fault::internal())?;
        let number_before = row.events;
        let repeat = !incoming.is_empty();
        let mut fresh = Vec::new();
        let mut in_order = true;
        if let Some(first) = incoming.first() {
            let sender = first.sender.clone();
            incoming.sort_by_key(|news| news.seq);
            let mut senders: BTreeMap<String, i64> = serde_json::from_value(row.senders.clone()).unwrap_or_default();
            let mut through = senders.get(&sender).copied().unwrap_or(0);
            let mut above = rows::known_above(&**change, run, &sender, through).await.map_err(fault)?;
            let highest = above.last().copied().unwrap_or(through);
            let now = self.clock.now();
            for (place, news) in (1..).zip(incoming) {
                let seq = news.seq.unwrap_or(through + place);
                if seq <= through || !above.insert(seq) {
                    continue;
                }
                in_order &= seq > highest;
                row.events += 1;
                fresh.push(event::Model {
                    run: row.id.clone(),
                    number: row.events,
                    sender: news.sender,
                    sender_seq: seq,
                    at: news.at,
                    received_at: now,
                    kind: news.kind,
                    phase: news.phase.map(store::write),
                    data: news.data,
                });
            }
            while above.remove(&(through + 1)) {
                through += 1;
            }
            senders.insert(sender, through);
            row.senders = json!(senders);
        }
        let events: Vec<RunEvent> = fresh.iter().cloned().map(view::event).collect::<Result<_, _>>().map_err(fault)?;
        rows::insert(&**change, fresh.clone()).await.map_err(fault)?;
        if !fresh.is_empty() {
            let known = if in_order { self.observed.get(&run).filter(|(upto, _)| *upto == number_before) } else { None };
            let observed = match known {
                Some((_, known)) => follow_up(&known, &fresh)?,
                None => self.replay(&**change, run).await?,
            };
            place(&mut row, &observed, &fresh).map_err(fault)?;
            // Once it is lasting: what is numbered here and comes to nothing, another process numbers otherwise.
            let (held, digested) = (self.observed.clone(), (row.events, Arc::new(observed)));
            change.then(move || held.insert(run, digested));
        }
        store::runs::update(&**change, row.clone()).await.map_err(fault)?;
        if repeat && fresh.is_empty() {
            return Ok(row);
        }
        let summary = view::run_summary(&row).map_err(fault)?;
        let news = |kind, data| News { kind, subject: row.id.clone(), workspace: Some(summary.workspace_id), data };
        for told in pieces(events.into_iter().map(small)) {
            change.tell(news("run.events", json!({ "events": told }))).await.map_err(fault)?;
        }
        change.tell(news("run.changed", json!({ "summary": summary }))).await.map_err(fault)?;
        Ok(row)
    }

    /// What the events of a run say, of which `number` are known.
    pub(super) async fn observed(&self, db: &impl ConnectionTrait, run: RunId, number: i64) -> Result<Arc<Observed>, Fault> {
        if let Some((_, known)) = self.observed.get(&run).filter(|(upto, _)| *upto == number) {
            return Ok(known);
        }
        let observed = Arc::new(self.replay(db, run).await?);
        self.observed.insert(run, (number, observed.clone()));
        Ok(observed)
    }

    /// What the stored events of a run say, in the order in which they were sent, however they came here.
    pub(super) async fn replay(&self, db: &impl ConnectionTrait, run: RunId) -> Result<Observed, Fault> {
        let mut observed = Observed::default();
        let mut after = (String::new(), 0);
        loop {
            let page = rows::as_sent(db, run, HUB, (&after.0, after.1), READ_AT_ONCE).await.map_err(fault)?;
            let Some(last) = page.last() else { return Ok(observed) };
            after = (last.sender.clone(), last.sender_seq);
            for event in &page {
                observe_one(&mut observed, event)?;
            }
        }
    }
}

/// Whether the sender is known to the run, or there is room for one more.
pub(super) fn may_send(row: &run::Model, sender: &str) -> bool {
    let known = |senders: &serde_json::Map<String, Value>| {
        senders.contains_key(sender) || senders.keys().filter(|name| *name != HUB).count() < MOST_SENDERS
    };
    row.senders.as_object().is_none_or(known)
}

fn follow_up(known: &Observed, fresh: &[event::Model]) -> Result<Observed, Fault> {
    let mut observed = known.clone();
    for event in fresh {
        observe_one(&mut observed, event)?;
    }
    Ok(observed)
}

fn observe_one(observed: &mut Observed, event: &event::Model) -> Result<(), Fault> {
    let phase = event.phase.as_deref().map(store::read).transpose().map_err(fault)?;
    observed.observe(&event.kind, phase, Some(event.at), &event.data);
    Ok(())
}

/// What the events say about where the run stands.
fn place(row: &mut run::Model, observed: &Observed, fresh: &[event::Model]) -> Result<(), DbErr> {
    let Some(first) = fresh.iter().filter(|event| event.sender != HUB).map(|event| event.at).min() else { return Ok(()) };
    if observed.started {
        row.plan = json!(observed.plan);
    }
    for event in fresh.iter().filter(|event| event.kind == "run.started") {
        let text = |key: &str| event.data.get(key).and_then(Value::as_str).map(str::to_owned);
        row.node = text("node");
        row.chaoslib = text("chaoslib");
    }
    row.started_at = Some(row.started_at.map_or(first, |known| known.min(first)));
    let progress = observed.progress();
    row.done = i64::from(progress.done);
    row.total = row.total.max(i64::from(progress.total));
    let state: RunState = store::read(&row.state)?;
    if state == RunState::Ended {
        // Late events are kept and counted; where the run stands they do not change any more.
        return Ok(());
    }
    row.current = progress.current;
    row.phase = observed.phase.map(store::write);
    if state.may_become(RunState::Running) {
        row.state = store::write(RunState::Running);
    }
    if state <= RunState::Running {
        row.sentence = toolkit::progress(observed);
    }
    Ok(())
}

/// News of a size that followers can read many of at once.
fn pieces(events: impl Iterator<Item = RunEvent>) -> Vec<Vec<RunEvent>> {
    let mut pieces: Vec<Vec<RunEvent>> = Vec::new();
    let mut room = 0;
    for event in events {
        let size = event.data.to_string().len();
        if size > room || pieces.is_empty() {
            pieces.push(Vec::new());
            room = TOLD_AT_ONCE;
        }
        room = room.saturating_sub(size);
        pieces.last_mut().expect("one was just pushed").push(event);
    }
    pieces
}

/// The event as it is told to followers.
fn small(mut event: RunEvent) -> RunEvent {
    if event.data.to_string().len() > LARGEST_TOLD
        && let Some(data) = event.data.as_object_mut()
    {
        data.remove("output");
        data.insert("output_truncated".to_owned(), true.into());
        if event_size(data) > LARGEST_TOLD {
            data.retain(|_, value| value.to_string().len() <= 512);
        }
    }
    event
}

fn event_size(data: &serde_json::Map<String, Value>) -> usize {
    data.values().map(|value| value.to_string().len()).sum()
}
