//! P15: what reading a run costs while four people sign in again and again.

use crate::{
    Bench, Outcome,
    client::{Connection, request},
    load::{median, milliseconds, ratio},
    server::{ACCOUNT, House, Hub},
    table::{Row, Target},
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

const PEOPLE: usize = 4;
const ROUNDS: usize = 3;
const LENGTH: Duration = Duration::from_millis(1200);

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let house = House::new(bench, "sign-in").await?;
    let hub = house.start().await?;
    let run = hub.open_run("Read").await?;
    let (mut quiet, mut busy) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        quiet.push(p50(&hub, &run).await?);
        let going = Arc::new(AtomicBool::new(true));
        let people: Vec<_> = (0..PEOPLE).map(|_| tokio::spawn(sign_in_while(going.clone(), hub.server.address))).collect();
        busy.push(p50(&hub, &run).await?);
        // Nobody leaves in the middle: that would count as a failed attempt, and the next round would be refused.
        going.store(false, Ordering::Relaxed);
        for one in people {
            one.await??;
        }
    }
    hub.server.stop().await?;
    Ok(vec![
        Row::new("P15 GET a run while four people sign in, p50", median(&busy), "ms", Target::Most(2.0))
            .against(median(&quiet), ratio(&busy, &quiet)),
    ])
}

async fn sign_in_while(going: Arc<AtomicBool>, address: SocketAddr) -> Outcome<()> {
    let (name, password) = ACCOUNT;
    let body = json!({"name": name, "password": password}).to_string();
    let post = request("POST", "/api/v1/auth/sign-in", "", "sec-fetch-site: same-origin\r\n", &body);
    let mut to = Connection::open(address).await?;
    while going.load(Ordering::Relaxed) {
        to.good(&post).await?;
    }
    Ok(())
}

async fn p50(hub: &Hub, run: &str) -> Outcome<f64> {
    let mut to = Connection::open(hub.server.address).await?;
    let request = hub.request("GET", &format!("/api/v1/runs/{run}"), &Value::Null);
    let (begin, mut times) = (Instant::now(), Vec::new());
    while begin.elapsed() < LENGTH {
        let sent = Instant::now();
        to.good(&request).await?;
        times.push(milliseconds(sent.elapsed()));
        // A person reads a page now and then; one who asked without a pause would take the core from the four.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(median(&times))
}
