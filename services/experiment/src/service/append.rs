//! Appending events to a run: each once, numbered without gaps, moving the run up its ladder, told in one transaction.

use super::{Experiment, view};
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
use crate::store::{ConnectionTrait, DbErr};
use std::{collections::BTreeMap, sync::Arc};

/// The name under which the hub itself adds events.
pub(super) const HUB: &str = "hub";

/// Events with particulars larger than this are told without their output; whoever wants it asks for the event.
const LARGEST_TOLD: usize = 8 << 10;

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
    pub(super) async fn append_within(&self, change: &mut Change, mut row: run::Model, incoming: Vec<Incoming>) -> Result<run::Model, Fault> {
        let before = view::run_summary(&row).map_err(fault)?;
        let (run, number_before) = (before.id, row.events);
        let mut fresh = Vec::new();
        if let Some(first) = incoming.first() {
            let sender = first.sender.clone();
            let mut senders: BTreeMap<String, i64> = serde_json::from_value(row.senders.clone()).unwrap_or_default();
            let mut through = senders.get(&sender).copied().unwrap_or(0);
            let mut above = rows::known_above(&**change, run, &sender, through).await.map_err(fault)?;
            let now = self.clock.now();
            for (place, news) in (1..).zip(incoming) {
                let seq = news.seq.unwrap_or(through + place);
                if seq <= through || !above.insert(seq) {
                    continue;
                }
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
        if !fresh.is_empty() {
            let observed = self.observe(&**change, run, number_before, &fresh).await?;
            place(&mut row, &observed, &fresh).map_err(fault)?;
        }
        let events: Vec<RunEvent> = fresh.iter().cloned().map(view::event).collect::<Result<_, _>>().map_err(fault)?;
        rows::insert(&**change, fresh).await.map_err(fault)?;
        store::runs::update(&**change, row.clone()).await.map_err(fault)?;
        let summary = view::run_summary(&row).map_err(fault)?;
        let news = |kind, data| News { kind, subject: row.id.clone(), workspace: Some(summary.workspace_id), data };
        if !events.is_empty() {
            let told: Vec<RunEvent> = events.into_iter().map(small).collect();
            change.tell(news("run.events", json!({ "events": told }))).await.map_err(fault)?;
        }
        change.tell(news("run.changed", json!({ "summary": summary }))).await.map_err(fault)?;
        Ok(row)
    }

    /// What all events of a run have said, with those that follow the first `number`.
    async fn observe(&self, db: &impl ConnectionTrait, run: RunId, number: i64, fresh: &[event::Model]) -> Result<Arc<Observed>, Fault> {
        let mut observed = match self.observed.get(&run) {
            Some((upto, observed)) if upto == number => (*observed).clone(),
            _ => self.observed_through(db, run, number).await?,
        };
        let mut upto = number;
        for event in fresh {
            upto = event.number;
            observe_one(&mut observed, event)?;
        }
        let observed = Arc::new(observed);
        self.observed.insert(run, (upto, observed.clone()));
        Ok(observed)
    }

    /// What the stored events of a run say, up to a number.
    pub(super) async fn observed_through(&self, db: &impl ConnectionTrait, run: RunId, number: i64) -> Result<Observed, Fault> {
        let mut observed = Observed::default();
        let mut after = 0;
        while after < number {
            let page = rows::after(db, run, after, READ_AT_ONCE).await.map_err(fault)?;
            let Some(last) = page.last().map(|event| event.number) else { break };
            for event in page.iter().filter(|event| event.number <= number) {
                observe_one(&mut observed, event)?;
            }
            after = last;
        }
        Ok(observed)
    }
}

fn observe_one(observed: &mut Observed, event: &event::Model) -> Result<(), Fault> {
    let phase = event.phase.as_deref().map(store::read).transpose().map_err(fault)?;
    observed.observe(&event.kind, phase, Some(event.at), &event.data);
    Ok(())
}

/// What the events say about where the run stands.
fn place(row: &mut run::Model, observed: &Observed, fresh: &[event::Model]) -> Result<(), DbErr> {
    let Some(first) = fresh.iter().find(|event| event.sender != HUB) else { return Ok(()) };
    if observed.started {
        row.plan = json!(observed.plan);
    }
    for event in fresh.iter().filter(|event| event.kind == "run.started") {
        let text = |key: &str| event.data.get(key).and_then(Value::as_str).map(str::to_owned);
        row.node = text("node");
        row.chaoslib = text("chaoslib");
    }
    let progress = observed.progress();
    row.done = i64::from(progress.done);
    row.total = row.total.max(i64::from(progress.total));
    row.current = progress.current;
    row.phase = observed.phase.map(store::write);
    row.started_at.get_or_insert(first.at);
    let state: RunState = store::read(&row.state)?;
    if state.may_become(RunState::Running) {
        row.state = store::write(RunState::Running);
    }
    if state <= RunState::Running {
        row.sentence = toolkit::progress(observed);
    }
    Ok(())
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
