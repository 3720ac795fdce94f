//! What must not be done while others wait: reading a long history, and writing what has not changed.

use super::{
    Experiment,
    ingest::{Admitted, EventBatch, SentEvent},
};
use crate::{
    Config, Deps, Migrator,
    store::runs::{self as rows, Locked, changed},
};
use chaoshub_chassis::{claims::ServiceIdentity, db, tasks::Tasks};
use chaoshub_facade::experiment::{Origin, Phase, RunId};
use chaoshub_kernel::Fault;
use chaoshub_testkit::{FakeAuth, FakeLauncher, INTERNAL_KEY, ctx, edge, frozen_clock};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::time::{Instant, timeout};

const DEADLINE: Duration = Duration::from_secs(60);

struct World {
    experiment: Experiment,
    auth: Arc<FakeAuth>,
    _place: TempDir,
}

impl World {
    async fn new(run_events: i64) -> Self {
        let (clock, place, tasks) = (frozen_clock(), TempDir::new().unwrap(), Tasks::new());
        let auth = FakeAuth::new(clock.clone());
        let launcher = FakeLauncher::new(auth.verifier(), clock.clone());
        let identity = ServiceIdentity::new("experiment", INTERNAL_KEY.into(), auth.clone(), auth.verifier(), clock.clone());
        let launcher_feed = launcher.feed();
        let deps = Deps { edge: edge(&auth), launcher, launcher_feed, identity };
        let hour = Duration::from_secs(3600);
        let config = Config {
            run_wall_clock: hour,
            run_lost_after: hour,
            run_events,
            run_url: None,
            run_env: Vec::new(),
            journal_limit: 1 << 20,
            outside_documents: 10,
        };
        let db = db::in_memory::<Migrator>().await.unwrap();
        let service = crate::start_on(db, ctx(clock, place.path(), &tasks), config, deps).unwrap();
        Self { experiment: service.experiment, auth, _place: place }
    }

    async fn opened(&self) -> RunId {
        let id = RunId::new(self.experiment.clock.now());
        let row = self.experiment.blank(id, self.auth.workspace("demo/demo"), Origin::Outside, "edda");
        rows::insert(&self.experiment.db, row).await.unwrap();
        id
    }

    /// Sends events of these numbers; what is acknowledged.
    async fn send(&self, run: RunId, seqs: impl Iterator<Item = i64>) -> Result<i64, Fault> {
        let event = |seq| SentEvent {
            seq,
            at: self.experiment.clock.now(),
            kind: if seq == 1 { "phase.started" } else { "custom.note" }.to_owned(),
            phase: Some(Phase::Method),
            data: json!({}),
        };
        let events: Vec<_> = seqs.map(event).collect();
        let row = rows::known(&self.experiment.db, run).await.unwrap().unwrap();
        let sent = self.experiment.ingest(Admitted { run, row }, EventBatch { sender: "control".to_owned(), events });
        timeout(DEADLINE, sent).await.expect("an acknowledgement in time").map(|ingested| ingested.through)
    }

    /// Sends all of these numbers.
    async fn send_all(&self, run: RunId, first: i64, last: i64) {
        for from in (first..=last).step_by(1000) {
            self.send(run, from..=last.min(from + 999)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_long_history_that_has_to_be_read_holds_up_no_acknowledgement() {
    let world = World::new(1_000_000).await;
    let (long, other) = (world.opened().await, world.opened().await);
    world.send_all(long, 2, 12_001).await;
    // Whoever reads a long history stands still here.
    let reading = world.experiment.lanes.hold_reading().await;
    let through = world.send(long, 1..=1).await.unwrap();
    assert!((1..12_001).contains(&through), "only so many are looked at in one transaction: {through}");
    for seq in 1..=5 {
        assert_eq!(world.send(other, seq..=seq).await.unwrap(), seq, "others do not wait");
    }
    for seq in [12_003, 12_002] {
        world.send(long, seq..=seq).await.unwrap();
    }
    assert_eq!(world.send(long, 12_003..=12_003).await.unwrap(), 12_003, "nor does the run itself");
    let phase = async || rows::known(&world.experiment.db, long).await.unwrap().unwrap().phase;
    assert_eq!(phase().await, None, "where it stands is read afterwards");
    drop(reading);
    let until = Instant::now() + DEADLINE;
    while phase().await.is_none() {
        assert!(Instant::now() < until, "it is never read");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_run_has_no_more_events_than_it_may() {
    let world = World::new(1_000).await;
    let run = world.opened().await;
    assert_eq!(world.send(run, 1..=990).await.unwrap(), 990);
    let refused = world.send(run, 990..=1_001).await.unwrap_err();
    assert_eq!((refused.kind.status(), refused.code.as_str()), (413, "too-many-events"));
    assert_eq!(world.send(run, 1..=990).await.unwrap(), 990, "what is known may be repeated");
    assert_eq!(world.send(run, 991..=1_000).await.unwrap(), 1_000);
}

#[tokio::test]
async fn a_batch_writes_down_what_has_changed_and_nothing_else() {
    let world = World::new(1_000).await;
    let row = world.experiment.blank(
        RunId::new(world.experiment.clock.now()),
        world.auth.workspace("demo/demo"),
        Origin::Outside,
        "edda",
    );
    let mut row = Locked::from(row);
    assert!(changed(&row).is_empty());
    row.events = 7;
    row.senders = json!({"control": 7});
    row.manifest = row.manifest.clone();
    assert_eq!(changed(&row), ["events", "senders"]);
}
