//! P10: sixteen runs that report at once, in batches of 10 KB, each acknowledged when it is on disk. The references parse
//! the same bodies and insert them whole: one transaction each, and one for all that wait.

use super::batch;
use crate::{
    Bench, Outcome,
    client::request,
    load::{closed_loop, median, percentile, ratio},
    reference,
    server::{House, Server},
    table::{Row, Target},
};
use futures::future::try_join_all;
use std::time::Duration;

const SENDERS: u64 = 16;
const EVENTS: u64 = 10;
/// Makes a batch of ten events 10 KB.
const OUTPUT: usize = 820;
const ROUNDS: usize = 3;
const LENGTH: Duration = Duration::from_secs(2);

/// Batches of one way of taking them.
#[derive(Default)]
struct Way {
    rate: Vec<f64>,
    p99: Vec<f64>,
    cost: Vec<f64>,
}

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let house = House::new(bench, "ingest").await?;
    let hub = house.start().await?;
    let bare = reference::start(bench).await?;
    let (mut ours, mut each, mut grouped) = (Way::default(), Way::default(), Way::default());
    for _ in 0..ROUNDS {
        let runs = try_join_all((0..SENDERS).map(|_| hub.open_run("A sender"))).await;
        let runs: Vec<_> = runs?.into_iter().map(|id| format!("/api/v1/runs/{id}/events")).collect();
        ours.round(&hub.server, &hub.token, move |sender| runs[sender as usize].clone()).await?;
        each.round(&bare.server, &bare.token, |_| "/each".to_owned()).await?;
        grouped.round(&bare.server, &bare.token, |_| "/grouped".to_owned()).await?;
    }
    hub.server.stop().await?;
    bare.server.stop().await?;
    let events = |way: &Way| median(&way.rate) * EVENTS as f64;
    Ok(vec![
        Row::new(
            "P10 10 KB batches of 16 runs, events a second, over a transaction each",
            events(&ours),
            "/s",
            Target::Least(0.5),
        )
        .against(events(&each), ratio(&ours.rate, &each.rate)),
        Row::new("P10 the same over bare group commit", events(&ours), "/s", Target::Least(0.5))
            .against(events(&grouped), ratio(&ours.rate, &grouped.rate)),
        Row::new("P10 a batch acknowledged, p99", median(&ours.p99), "ms", Target::Most(25.0)),
        Row::new("P10 the same of bare transactions, p99", median(&each.p99), "ms", Target::None),
        Row::new("P10 processor time of a batch, over bare group commit", median(&ours.cost), "µs", Target::None)
            .against(median(&grouped.cost), ratio(&ours.cost, &grouped.cost)),
    ])
}

impl Way {
    async fn round(&mut self, server: &Server, token: &str, path: impl Fn(u64) -> String + Send + Sync + 'static) -> Outcome<()> {
        let (token, output) = (token.to_owned(), "x".repeat(OUTPUT));
        let before = server.cpu()?;
        let done = closed_loop(server.address, SENDERS, LENGTH, move |sender, n| {
            let body = batch(n * EVENTS + 1, EVENTS, "Do it", &output).to_string();
            request("POST", &path(sender), &token, "", &body)
        })
        .await?;
        self.rate.push(done.per_second());
        self.p99.push(percentile(&done.times, 0.99));
        self.cost.push((server.cpu()? - before) / done.count as f64 * 1e6);
        Ok(())
    }
}
