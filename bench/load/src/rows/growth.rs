//! P14: the pages of a hub that has worked for years, over those of one that has just enough for a page of each.

use crate::{
    Bench, Outcome,
    client::Connection,
    load::{median, milliseconds, percentile},
    seed::{self, Amount},
    server::{House, Hub, WORKSPACE},
    table::{Row, Target},
};
use serde_json::Value;
use tokio::time::Instant;

const MUCH: Amount = Amount { experiments: 2_000, runs: 20_000, events: 10 };

/// One page of everything: a page without rows would be no page to compare with.
const LITTLE: Amount = Amount { experiments: 51, runs: 510, events: 10 };

/// Requests for each page, of both hubs in turns. The median is compared: the p99 of so few is one sample.
const ASKED: usize = 200;

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let (old, new) = (House::new(bench, "old").await?, House::new(bench, "new").await?);
    let (old, new) = (filled(&old, MUCH).await?, filled(&new, LITTLE).await?);
    // Both have this run and this experiment.
    let (run, experiment) = (seed::id("run", 500), seed::id("exp", 50));
    let page = |hub: &Hub| format!("/api/v1/hubs/{}", hub.page);
    let same = |path: String| (path.clone(), path);
    let pages = [
        ("experiments", same(format!("/api/v1/experiments?workspace={WORKSPACE}"))),
        ("an experiment", same(format!("/api/v1/experiments/{experiment}"))),
        ("runs", same(format!("/api/v1/runs?workspace={WORKSPACE}"))),
        ("runs of an experiment", same(format!("/api/v1/runs?workspace={WORKSPACE}&experiment={experiment}"))),
        ("runs that deviated", same(format!("/api/v1/runs?workspace={WORKSPACE}&verdict=deviated"))),
        ("runs that go on (none)", same(format!("/api/v1/runs?workspace={WORKSPACE}&state=running"))),
        ("a run's events", same(format!("/api/v1/runs/{run}/events"))),
        ("a hub's page", (page(&old), page(&new))),
    ];
    let (mut rows, mut slowest) = (Vec::new(), 0.0_f64);
    for (what, (of_old, of_new)) in pages {
        let (mut old, mut new) = (Page::of(&old, &of_old).await?, Page::of(&new, &of_new).await?);
        for _ in 0..ASKED {
            old.ask().await?;
            new.ask().await?;
        }
        slowest = slowest.max(percentile(&old.times, 0.99));
        let (ours, theirs) = (median(&old.times), median(&new.times));
        rows.push(
            Row::new(format!("P14 {what}, 20,000 runs over 510, p50"), ours, "ms", Target::Most(2.0))
                .against(theirs, ours / theirs),
        );
    }
    rows.push(Row::new("P14 the slowest of these with 20,000 runs, p99", slowest, "ms", Target::None));
    old.server.stop().await?;
    new.server.stop().await?;
    Ok(rows)
}

async fn filled(house: &House<'_>, amount: Amount) -> Outcome<Hub> {
    let hub = house.start().await?;
    let workspace = hub.workspace.clone();
    hub.server.stop().await?;
    seed::fill(&house.data, &workspace, amount).await?;
    house.start().await
}

/// One page of one hub, asked for again and again.
struct Page {
    to: Connection,
    request: Vec<u8>,
    times: Vec<f64>,
}

impl Page {
    async fn of(hub: &Hub, path: &str) -> Outcome<Self> {
        let to = Connection::open(hub.server.address).await?;
        Ok(Self { to, request: hub.request("GET", path, &Value::Null), times: Vec::with_capacity(ASKED) })
    }

    async fn ask(&mut self) -> Outcome<()> {
        let sent = Instant::now();
        self.to.good(&self.request).await?;
        self.times.push(milliseconds(sent.elapsed()));
        Ok(())
    }
}
