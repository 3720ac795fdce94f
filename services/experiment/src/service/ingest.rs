//! What control modules send while a run goes on: batches of events, answered with what is wanted of the run.

use super::{
    Experiment,
    append::{Incoming, may_send},
    digest::AT_ONCE,
    runs::StopMode,
};
use crate::{
    entity::run,
    store::{self, runs as rows},
    toolkit::{self, Ending, Redactor},
};
use chaoshub_chassis::{db::fault, http::Caller};
use chaoshub_facade::experiment::{Origin, Phase, RunId, RunState, Verdict};
use chaoshub_kernel::{Fault, FaultKind, Scope};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

/// Events taken in one batch at the most.
pub(super) const LARGEST_BATCH: usize = 1000;

/// How long a run's token stays good after the run has ended, for what was still on its way.
const TOKEN_AFTERLIFE: TimeDelta = TimeDelta::minutes(10);

/// What a control module sends. Without events it says "still here".
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EventBatch {
    /// The sender's name for itself, the same during the whole run, at most 64 characters.
    pub sender: String,
    /// New or repeated events, in any order.
    pub events: Vec<SentEvent>,
}

/// One event as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SentEvent {
    /// The sender's own count, from 1, without gaps.
    pub seq: i64,
    /// When it happened, by the sender's clock.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: String,
    /// The phase it belongs to.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// Particulars, an object.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// What was taken, and what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ingested {
    /// Nothing of this sender is missing up to this number.
    pub through: i64,
    /// What the run should do.
    pub wanted: Wanted,
}

/// What a run should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// Go on.
    Run,
    /// Stop, and play the rollbacks.
    Stop,
    /// Stop at once.
    Abort,
}

/// Who brings news of a run.
pub enum Sender {
    /// The run itself, by its own token.
    Run(String),
    /// Somebody with an account.
    Caller(Box<Caller>),
}

/// A sender that was let in to a run; only [`Experiment::admit`] makes one.
pub struct Admitted {
    pub(super) run: RunId,
    pub(super) row: run::Model,
}

impl Experiment {
    /// Takes a batch.
    ///
    /// # Errors
    /// `run-over` when the run has ended and its token with it, `not-found` when the sender may not know of the run.
    pub async fn ingest(&self, Admitted { run: id, row }: Admitted, batch: EventBatch) -> Result<Ingested, Fault> {
        check(&batch)?;
        let now = self.clock.now();
        if batch.events.is_empty() {
            if now - row.last_seen_at >= self.config.seen_every() {
                rows::seen(&self.db, id, now).await.map_err(fault)?;
            }
            return Ok(answer(&row, &batch.sender));
        }
        let redactor = self.redactor_of(&row).await?;
        let sender = batch.sender.clone();
        let incoming = batch.events.into_iter().map(|sent| incoming(&redactor, sender.clone(), sent));
        let incoming: Vec<_> = incoming.collect();
        let last = incoming.iter().filter_map(|event| event.seq).max().unwrap_or(0);
        // One batch of a run after another, before any of them takes the writer's place: a run has one of its own.
        let mut turn = self.lanes.of(id).await;
        let mut digest = self.digest_upto(&self.db, id, turn.take(), row.events, AT_ONCE).await?;
        let mut change = self.begin().await?;
        let mut row = rows::locked(&*change, id).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        if !may_send(&row, &sender) {
            return Err(Fault::invalid("invalid-batch", "the run has as many senders already as it may have"));
        }
        if now - row.last_seen_at >= self.config.seen_every() {
            row.last_seen_at = now;
        }
        let before = row.events;
        let row = self.append_sent(&mut change, row, incoming, &mut digest).await?;
        change.commit().await.map_err(fault)?;
        let behind = digest.is_none() && row.events > before;
        turn.put(digest);
        drop(turn);
        if behind {
            self.settle(id, row.events).await?;
        }
        let answer = answer(&row, &sender);
        if row.verdict.as_deref() == Some(Verdict::Lost.as_str()) && answer.through >= last {
            self.found_again(id, row.events).await?;
        }
        Ok(answer)
    }

    /// Judges a lost run anew when it says after all how it ended, and nothing before that is missing.
    async fn found_again(&self, id: RunId, events: i64) -> Result<(), Fault> {
        if self.observed(id, events, |observed| observed.finished.is_some()).await? {
            self.end(id, None, Vec::new(), |_| Ending::Exited { code: None, signal: None }).await?;
        }
        Ok(())
    }

    /// Lets in the run's own token and whoever may report runs; a run of the hub's is reported by its token alone.
    ///
    /// # Errors
    /// `run-over` when the run has ended and its token with it, `not-found` when the sender may not know of the run.
    pub async fn admit(&self, sender: &Sender, id: RunId) -> Result<Admitted, Fault> {
        match sender {
            Sender::Run(token) => {
                let unknown = || Fault::unauthenticated("invalid-token", "this is not the token of that run");
                let row = rows::known(&self.db, id).await.map_err(fault)?.ok_or_else(unknown)?;
                let given = hash(token);
                let expected = row.token_hash.as_deref().ok_or_else(unknown)?;
                let is = |one: &str| bool::from(given.as_bytes().ct_eq(one.as_bytes()));
                if !expected.split(' ').any(is) {
                    return Err(unknown());
                }
                if row.ended_at.is_some_and(|end| end + TOKEN_AFTERLIFE < self.clock.now()) {
                    return Err(Fault::new(FaultKind::Gone, "run-over", "the run is over, and its token with it"));
                }
                Ok(Admitted { run: id, row })
            }
            Sender::Caller(caller) => {
                let row = rows::known(&self.db, id).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
                let (row, access) = self.let_reach(caller, row).await?;
                access.need(Scope::RunIngest)?;
                if row.origin == store::write(Origin::Hub) {
                    return Err(Fault::forbidden("not-your-run", "the hub started this run; only its own token reports it"));
                }
                Ok(Admitted { run: id, row })
            }
        }
    }
}

/// An event as it may be kept.
pub(super) fn incoming(redactor: &Redactor, sender: String, sent: SentEvent) -> Incoming {
    let SentEvent { seq, at, kind, phase, mut data } = sent;
    redactor.value(&mut data);
    Incoming { sender, seq: Some(seq), at, kind, phase, data }
}

/// The hash under which a token is kept: 32 random bytes need no slow one.
pub(super) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Whether somebody outside of the hub may be called so.
pub(super) fn names_a_sender(text: &str) -> bool {
    plain(text) && text != super::append::HUB
}

/// Whether it has the form of an event.
pub(super) fn is_an_event(event: &SentEvent) -> bool {
    event.seq >= 1 && toolkit::writable(event.at) && plain(&event.kind) && event.data.is_object()
}

fn plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_graphic())
}

fn check(batch: &EventBatch) -> Result<(), Fault> {
    let bad = |detail: &str| Err(Fault::invalid("invalid-batch", detail));
    if !names_a_sender(&batch.sender) {
        return bad("`sender` has 1 to 64 printable characters and is not `hub`");
    }
    if batch.events.len() > LARGEST_BATCH {
        return bad("a batch has at most 1000 events");
    }
    if !batch.events.iter().all(is_an_event) {
        return bad("an event has a `seq` from 1, a time of RFC 3339 as `at`, a `kind` and `data` that is an object");
    }
    Ok(())
}

fn answer(row: &run::Model, sender: &str) -> Ingested {
    let through = row.senders.get(sender).and_then(serde_json::Value::as_i64).unwrap_or(0);
    let stopping = row.state == store::write(RunState::Stopping);
    let wanted = match row.stop_mode.as_deref().filter(|_| stopping) {
        None => Wanted::Run,
        Some(mode) if mode == store::write(StopMode::Hard) => Wanted::Abort,
        Some(_) => Wanted::Stop,
    };
    Ingested { through, wanted }
}
