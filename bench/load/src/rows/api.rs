//! P8 and P9: reading one run, and a page of fifty, by API token, beside bare handlers over the same kind of database.

use crate::{
    Bench, Outcome,
    load::{closed_loop, median, ratio},
    reference::{self, Reference},
    seed::{self, Amount},
    server::{House, Hub, Server, WORKSPACE},
    table::{Row, Target},
};
use std::time::Duration;

const CONNECTIONS: u64 = 64;
const ROUNDS: usize = 3;
const LENGTH: Duration = Duration::from_millis(1500);

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let house = House::new(bench, "api").await?;
    let hub = house.start().await?;
    let workspace = hub.workspace.clone();
    hub.server.stop().await?;
    seed::fill(&house.data, &workspace, Amount { experiments: 50, runs: reference::ROWS, events: 1 }).await?;
    let hub = house.start().await?;
    let bare = reference::start(bench).await?;
    let one = |n: u64| seed::id("run", n * 7919 % reference::ROWS);
    let mut rows = beside(
        (&hub, &bare),
        ("P8 GET a run by token", 0.85),
        move |n| format!("/api/v1/runs/{}", one(n)),
        |n| format!("/rows/{}", n * 7919 % reference::ROWS),
    )
    .await?;
    let page = format!("/api/v1/runs?workspace={WORKSPACE}");
    rows.extend(beside((&hub, &bare), ("P9 GET 50 runs by token", 0.8), move |_| page.clone(), |_| "/rows".to_owned()).await?);
    hub.server.stop().await?;
    bare.server.stop().await?;
    Ok(rows)
}

/// Rounds of both in turns: requests a second, and processor time of a request.
async fn beside(
    (hub, bare): (&Hub, &Reference),
    (what, target): (&str, f64),
    ours: impl Fn(u64) -> String + Clone + Send + Sync + 'static,
    theirs: impl Fn(u64) -> String + Clone + Send + Sync + 'static,
) -> Outcome<Vec<Row>> {
    let (mut our_rate, mut our_cost, mut their_rate, mut their_cost) = (vec![], vec![], vec![], vec![]);
    // The first round warms both up and does not count.
    for round in 0..=ROUNDS {
        let ((rate, cost), (bare_rate, bare_cost)) =
            (measure(&hub.server, &hub.token, ours.clone()).await?, measure(&bare.server, &bare.token, theirs.clone()).await?);
        if round > 0 {
            our_rate.push(rate);
            our_cost.push(cost);
            their_rate.push(bare_rate);
            their_cost.push(bare_cost);
        }
    }
    Ok(vec![
        Row::new(format!("{what}, requests a second"), median(&our_rate), "/s", Target::Least(target))
            .against(median(&their_rate), ratio(&our_rate, &their_rate)),
        Row::new(format!("{what}, processor time"), median(&our_cost), "µs", Target::None)
            .against(median(&their_cost), ratio(&our_cost, &their_cost)),
    ])
}

/// Requests a second, and microseconds of the server's processor for each.
async fn measure(server: &Server, token: &str, path: impl Fn(u64) -> String + Send + Sync + 'static) -> Outcome<(f64, f64)> {
    let token = token.to_owned();
    let before = server.cpu()?;
    let done = closed_loop(server.address, CONNECTIONS, LENGTH, move |connection, n| {
        crate::client::request("GET", &path(connection * 31 + n), &token, "", "")
    })
    .await?;
    Ok((done.per_second(), (server.cpu()? - before) / done.count as f64 * 1e6))
}
