//! Events on their way to browsers: one browser, five hundred of them, and two thousand who look at something else.

use super::step;
use crate::{
    Bench, Outcome,
    client::{Connection, Listener, request},
    load::{median, milliseconds, percentile, ratio},
    reference,
    server::{House, Hub, WORKSPACE},
    table::{Row, Target},
};
use futures::future::{join_all, try_join_all};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::{sync::mpsc, time::Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// Events sent to one browser.
const SINGLE: u64 = 200;

/// Browsers of one hub, and how many changes they see; three rounds of each.
const BROWSERS: usize = 500;
const CHANGES: u64 = 20;
const ROUNDS: u64 = 3;

/// A card is read ten times a second at most; changes come more slowly than that.
const PAUSE: Duration = Duration::from_millis(150);

/// Browsers that look at another hub, and the events that they do not see.
const STRANGERS: usize = 2000;
const UNSEEN: u64 = 300;

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let house = House::new(bench, "stream").await?;
    let hub = house.start().await?;
    let mut rows = one_browser(&hub).await?;
    rows.extend(a_hub_full(bench, &hub).await?);
    rows.push(strangers(&hub).await?);
    hub.server.stop().await?;
    Ok(rows)
}

async fn one_browser(hub: &Hub) -> Outcome<Vec<Row>> {
    let run = hub.open_run("One browser").await?;
    let mut browser = Listener::open(hub.server.address, &hub.token, &format!("/api/v1/stream?topics=run:{run}")).await?;
    let mut control = Connection::open(hub.server.address).await?;
    let mut times = Vec::new();
    for seq in 1..=SINGLE {
        let name = format!("tick-{seq}.");
        let post = hub.request("POST", &format!("/api/v1/runs/{run}/events"), &step(seq, &name));
        let sent = Instant::now();
        let (answer, seen) = tokio::join!(control.good(&post), browser.until(&name, PATIENCE));
        answer?;
        times.push(milliseconds(seen? - sent));
    }
    Ok(vec![
        Row::new("event sent to event seen by a browser, p50", median(&times), "ms", Target::Most(200.0)),
        Row::new("event sent to event seen by a browser, p95", percentile(&times, 0.95), "ms", Target::Most(200.0)),
    ])
}

/// P5 and P11: a run's event changes a card, and every browser of the hub gets the card's new data.
async fn a_hub_full(bench: &Bench, hub: &Hub) -> Outcome<Vec<Row>> {
    let bare = reference::start(bench).await?;
    let run = hub.open_run("A full hub").await?;
    let path = format!("/api/v1/stream?topics=hub:{}", hub.page);
    let mut ours = Crowd::gather(hub.server.address, &hub.token, &path, "full").await?;
    let mut theirs = Crowd::gather(bare.server.address, &bare.token, "/stream", "bare").await?;
    let (mut our_p99, mut their_p99, mut last) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (mut all, mut bare_all) = (Vec::new(), Vec::new());
        for change in 1..=CHANGES {
            let seq = round * CHANGES + change;
            let body = step(seq, &format!("full-{seq}."));
            let times = ours.see(&hub.request("POST", &format!("/api/v1/runs/{run}/events"), &body)).await?;
            last.push(percentile(&times, 1.0));
            all.extend(times);
            let frame = format!("bare-{seq}. {}", "x".repeat(1500));
            bare_all.extend(theirs.see(&request("POST", "/publish", &bare.token, "", &frame)).await?);
            tokio::time::sleep(PAUSE).await;
        }
        our_p99.push(percentile(&all, 0.99));
        their_p99.push(percentile(&bare_all, 0.99));
    }
    bare.server.stop().await?;
    let (p99, bare_p99) = (median(&our_p99), median(&their_p99));
    Ok(vec![
        Row::new(
            format!("P11 {BROWSERS} browsers of a hub: event to last card, p99"),
            percentile(&last, 0.99),
            "ms",
            Target::Most(100.0),
        ),
        Row::new(format!("P11 {BROWSERS} browsers of a hub: event to card, p99, over bare fan-out"), p99, "ms", Target::None)
            .against(bare_p99, ratio(&our_p99, &their_p99)),
    ])
}

/// Browsers that all wait for the same marks.
struct Crowd {
    to: Connection,
    seen: mpsc::UnboundedReceiver<Outcome<Instant>>,
}

impl Crowd {
    async fn gather(address: SocketAddr, token: &str, path: &str, word: &'static str) -> Outcome<Self> {
        let browsers = try_join_all((0..BROWSERS).map(|_| Listener::open(address, token, path))).await?;
        let (tell, seen) = mpsc::unbounded_channel();
        for mut browser in browsers {
            let tell = tell.clone();
            tokio::spawn(async move {
                for seq in 1..=ROUNDS * CHANGES {
                    let at = browser.until(&format!("{word}-{seq}."), PATIENCE * 6).await;
                    if tell.send(at).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self { to: Connection::open(address).await?, seen })
    }

    /// Sends something that all see; how long each of them waited, milliseconds.
    async fn see(&mut self, post: &[u8]) -> Outcome<Vec<f64>> {
        let sent = Instant::now();
        self.to.good(post).await?;
        let mut times = Vec::with_capacity(BROWSERS);
        while times.len() < BROWSERS {
            let at = self.seen.recv().await.ok_or("the browsers are gone")??;
            times.push(milliseconds(at - sent));
        }
        Ok(times)
    }
}

/// P7: processor time of an event while thousands look at another hub, over the time while nobody does.
async fn strangers(hub: &Hub) -> Outcome<Row> {
    let run = hub.open_run("Seen by one").await?;
    let other = hub.ask("POST", "/api/v1/hubs", &json!({"workspace": WORKSPACE, "title": "Another"})).await?;
    let other = other.get("id").and_then(Value::as_str).ok_or("the other hub has no id")?.to_owned();
    let path = format!("/api/v1/stream?topics=hub:{other}");
    let (mut alone, mut among) = (Vec::new(), Vec::new());
    for round in 0..2 {
        alone.push(cost(hub, &run, round).await?);
    }
    let opened = try_join_all((0..STRANGERS).map(|_| Listener::open(hub.server.address, &hub.token, &path))).await?;
    let strangers: Vec<_> = opened.into_iter().map(|one| tokio::spawn(one.drain())).collect();
    for round in 2..5 {
        among.push(cost(hub, &run, round).await?);
    }
    strangers.iter().for_each(tokio::task::JoinHandle::abort);
    join_all(strangers).await;
    for round in 5..7 {
        alone.push(cost(hub, &run, round).await?);
    }
    let what = format!("P7 an event's processor time while {STRANGERS} look elsewhere, over nobody");
    Ok(Row::new(what, median(&among) * 1e3, "ms", Target::Most(1.1))
        .against(median(&alone) * 1e3, median(&among) / median(&alone)))
}

/// Processor seconds of the hub for one event.
async fn cost(hub: &Hub, run: &str, round: u64) -> Outcome<f64> {
    let mut control = Connection::open(hub.server.address).await?;
    let path = format!("/api/v1/runs/{run}/events");
    // What the strangers' coming and going costs is over when the hub has been quiet for a moment.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = hub.server.cpu()?;
    for seq in 1..=UNSEEN {
        control.good(&hub.request("POST", &path, &step(round * UNSEEN + seq, "unseen"))).await?;
    }
    Ok((hub.server.cpu()? - before) / UNSEEN as f64)
}
