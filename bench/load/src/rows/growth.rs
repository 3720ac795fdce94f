//! P14: the pages of a hub that has worked for years, over those of one that has just enough for a page of each.

use crate::{
    Bench, Outcome,
    client::Connection,
    load::{median, milliseconds, percentile, ratio},
    seed::{self, Amount},
    server::{House, Hub, WORKSPACE},
    table::{Row, Target},
};
use serde_json::Value;
use tokio::time::Instant;

const MUCH: Amount = Amount { experiments: 2_000, runs: 20_000, events: 10 };

/// One page of everything: a page without rows would be no page to compare with.
const LITTLE: Amount = Amount { experiments: 51, runs: 510, events: 10 };

const ROUNDS: usize = 3;
const ASKED: usize = 100;

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
    let mut rows = Vec::new();
    for (what, (of_old, of_new)) in pages {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(p99(&old, &of_old).await?);
            theirs.push(p99(&new, &of_new).await?);
        }
        rows.push(
            Row::new(format!("P14 {what}, p99, 20,000 runs over 510"), median(&ours), "ms", Target::Most(2.0))
                .against(median(&theirs), ratio(&ours, &theirs)),
        );
    }
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

async fn p99(hub: &Hub, path: &str) -> Outcome<f64> {
    let mut to = Connection::open(hub.server.address).await?;
    let request = hub.request("GET", path, &Value::Null);
    let mut times = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let sent = Instant::now();
        let answer = to.ask(&request).await?;
        if answer.status != 200 {
            return Err(format!("{path} answered {}", answer.status).into());
        }
        times.push(milliseconds(sent.elapsed()));
    }
    Ok(percentile(&times, 0.99))
}
