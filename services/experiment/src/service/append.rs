//! Appending events to a run: each once, numbered without gaps, moving the run up its ladder, told in one transaction.

use super::{Experiment, digest::Digest, view};
use crate::{
    entity::{event, run},
    store::{self, DbErr, events as rows, runs::Locked},
    toolkit::{self, Observed},
};
use chaoshub_chassis::{
    db::fault,
    outbox::{Change, News},
};
use chaoshub_facade::experiment::{Phase, RunEvent, RunId, RunState};
use chaoshub_kernel::{Fault, FaultKind};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The name under which the hub itself adds events.
pub(super) const HUB: &str = "hub";

/// Senders that a run may have besides the hub: its control module, and perhaps some of its own.
const MOST_SENDERS: usize = 16;

/// Events with particulars larger than this are told without their output; whoever wants it asks for the event.
const LARGEST_TOLD: usize = 8 << 10;

/// Events told in one piece of news, by the size of their particulars: followers read news by the hundred.
const TOLD_AT_ONCE: usize = 256 << 10;

/// How far beyond a gap that has closed is looked at once; the next batch looks on.
const FURTHER: i64 = 10_000;

/// An event before it has its number.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Who sends it.
    pub sender: String,
    /// The sender's own count, from 1; none for the hub's, which are counted in [`Experiment::append_within`].
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
    /// Appends events of the hub's own and saves the row, which may have been changed by the caller.
    pub(super) async fn append_within(
        &self,
        change: &mut Change,
        row: impl Into<Locked>,
        incoming: Vec<Incoming>,
    ) -> Result<run::Model, Fault> {
        let mut row = row.into();
        let now = self.clock.now();
        let mut senders: BTreeMap<String, i64> = serde_json::from_value(row.senders.clone()).unwrap_or_default();
        let through = senders.entry(HUB.to_owned()).or_default();
        let mut fresh = Vec::new();
        for news in incoming {
            *through += 1;
            row.events += 1;
            fresh.push(numbered(&row, *through, now, news));
        }
        if !fresh.is_empty() {
            row.senders = json!(senders);
        }
        save(change, row, fresh).await
    }

    /// Appends what is new of a sender's events and saves the row. Where nothing is new, it was a repeat, and nothing is
    /// told. `digest` is brought up to date and says where the run stands; it is gone where that would mean reading many
    /// events, for which others would have to wait: then [`Experiment::settle`] does so afterwards.
    pub(super) async fn append_sent(
        &self,
        change: &mut Change,
        mut row: Locked,
        mut incoming: Vec<Incoming>,
        digest: &mut Option<Digest>,
    ) -> Result<run::Model, Fault> {
        let run: RunId = row.id.parse().map_err(|_| Fault::internal())?;
        let Some(sender) = incoming.first().map(|news| news.sender.clone()) else { return save(change, row, Vec::new()).await };
        let mut senders: BTreeMap<String, i64> = serde_json::from_value(row.senders.clone()).unwrap_or_default();
        let mut through = senders.get(&sender).copied().unwrap_or(0);
        incoming.retain(|news| news.seq.is_some_and(|seq| seq > through));
        incoming.sort_by_key(|news| news.seq);
        incoming.dedup_by_key(|news| news.seq);
        let sent: Vec<i64> = incoming.iter().filter_map(|news| news.seq).collect();
        let highest = rows::highest(&**change, run, &sender).await.map_err(fault)?.unwrap_or(0);
        let known = match sent.first() {
            Some(first) if *first <= highest => rows::among(&**change, run, &sender, &sent).await.map_err(fault)?,
            _ => BTreeSet::new(),
        };
        let (before, now) = (row.events, self.clock.now());
        let mut fresh = Vec::new();
        for news in incoming {
            let seq = news.seq.unwrap_or_default();
            if !known.contains(&seq) {
                row.events += 1;
                fresh.push(numbered(&row, seq, now, news));
            }
        }
        if fresh.is_empty() && highest <= through {
            // The row may be changed all the same: a sign of life.
            return save_quietly(change, row).await;
        }
        if row.events > self.config.run_events {
            return Err(too_many(self.config.run_events));
        }
        for seq in &sent {
            through += i64::from(*seq == through + 1);
        }
        if highest > through {
            through = rows::without_gap(&**change, run, &sender, through, FURTHER).await.map_err(fault)?;
        }
        senders.insert(sender, through);
        row.senders = json!(senders);
        if fresh.is_empty() {
            return save_quietly(change, row).await;
        }
        arrived(&mut row, &fresh).map_err(fault)?;
        let known = self.digest_within(&**change, run, digest.take(), before).await?;
        *digest = known.filter(|known| known.upto() == before);
        for event in &fresh {
            if let Some(known) = digest.as_mut()
                && !known.take(event)?
            {
                *digest = None;
            }
        }
        if let Some(known) = digest.as_ref() {
            place(&mut row, &known.observed).map_err(fault)?;
        }
        save(change, row, fresh).await
    }
}

/// A run that has as many events as one may have.
fn too_many(most: i64) -> Fault {
    let detail = format!("a run has at most {most} events, and this one would have more; nothing more of it is taken");
    Fault::new(FaultKind::TooLarge, "too-many-events", detail)
}

fn numbered(row: &run::Model, seq: i64, now: DateTime<Utc>, news: Incoming) -> event::Model {
    event::Model {
        run: row.id.clone(),
        number: row.events,
        sender: news.sender,
        sender_seq: seq,
        at: news.at,
        received_at: now,
        kind: news.kind,
        phase: news.phase.map(store::write),
        data: news.data,
    }
}

/// Writes down what has changed, and tells of it.
async fn save(change: &mut Change, row: Locked, fresh: Vec<event::Model>) -> Result<run::Model, Fault> {
    let events: Vec<RunEvent> = fresh.iter().cloned().map(view::event).collect::<Result<_, _>>().map_err(fault)?;
    rows::insert(&**change, fresh).await.map_err(fault)?;
    let row = save_quietly(change, row).await?;
    let summary = view::run_summary(&row).map_err(fault)?;
    let news = |kind, data| News { kind, subject: row.id.clone(), workspace: Some(summary.workspace_id), data };
    for told in pieces(events.into_iter().map(small)) {
        change.tell(news("run.events", json!({ "events": told }))).await.map_err(fault)?;
    }
    change.tell(news("run.changed", json!({ "summary": summary }))).await.map_err(fault)?;
    Ok(row)
}

async fn save_quietly(change: &Change, row: Locked) -> Result<run::Model, Fault> {
    store::runs::update(&**change, &row).await.map_err(fault)?;
    Ok(row.into_row())
}

/// Whether the sender is known to the run, or there is room for one more.
pub(super) fn may_send(row: &run::Model, sender: &str) -> bool {
    let known = |senders: &serde_json::Map<String, Value>| {
        senders.contains_key(sender) || senders.keys().filter(|name| *name != HUB).count() < MOST_SENDERS
    };
    row.senders.as_object().is_none_or(known)
}

/// What can be said of a run by its new events alone.
fn arrived(row: &mut run::Model, fresh: &[event::Model]) -> Result<(), DbErr> {
    let Some(first) = fresh.iter().map(|event| event.at).min() else { return Ok(()) };
    for event in fresh.iter().filter(|event| event.kind == "run.started") {
        let text = |key: &str| event.data.get(key).and_then(Value::as_str).map(str::to_owned);
        row.node = text("node");
        row.chaoslib = text("chaoslib");
    }
    row.started_at = Some(row.started_at.map_or(first, |known| known.min(first)));
    if store::read::<RunState>(&row.state)?.may_become(RunState::Running) {
        row.state = store::write(RunState::Running);
    }
    Ok(())
}

/// Where all its events together say that a run stands.
pub(super) fn place(row: &mut run::Model, observed: &Observed) -> Result<(), DbErr> {
    if observed.started {
        row.plan = json!(observed.plan);
    }
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
    if state == RunState::Running {
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
