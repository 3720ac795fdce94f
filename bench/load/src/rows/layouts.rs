//! What it costs to split the hub and to keep its databases on PostgreSQL: the same work by one process on SQLite is the
//! reference, in turns with each other form.

use super::{
    runs::{experiment, press},
    step,
};
use crate::{
    Bench, Outcome,
    client::{Connection, Listener},
    load::{median, milliseconds, ratio},
    server::{Form, House, Hub},
    table::{Row, Target},
};
use std::time::Duration;
use tokio::time::Instant;

const ROUNDS: usize = 3;

/// Of each in a round.
const READS: usize = 200;
const EVENTS: u64 = 50;
const RUNS: usize = 2;

const PATIENCE: Duration = Duration::from_secs(30);

/// What is measured of each form, by the name of its row.
const WHATS: [&str; 3] = ["GET a run by token, p50", "event sent to event seen, p50", "Run pressed to first activity, p50"];

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let mut usual = Place::of(bench, Form::default()).await?;
    let mut forms = vec![("split, SQLite", Form { split: true, postgres: false })];
    if bench.postgres.is_some() {
        forms.push(("one process, PostgreSQL", Form { split: false, postgres: true }));
        forms.push(("split, PostgreSQL", Form { split: true, postgres: true }));
    }
    let mut rows = Vec::new();
    for (name, form) in forms {
        let mut place = Place::of(bench, form).await?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(place.measure().await?);
            theirs.push(usual.measure().await?);
        }
        place.hub.server.stop().await?;
        for (at, what) in WHATS.into_iter().enumerate() {
            let of = |rounds: &[[f64; 3]]| rounds.iter().map(|round| round[at]).collect::<Vec<_>>();
            let (ours, theirs) = (of(&ours), of(&theirs));
            rows.push(
                Row::new(format!("{name}: {what}"), median(&ours), "ms", Target::None)
                    .against(median(&theirs), ratio(&ours, &theirs)),
            );
        }
    }
    usual.hub.server.stop().await?;
    Ok(rows)
}

/// A hub of one form, with a run to read and an experiment to run.
struct Place {
    hub: Hub,
    run: String,
    experiment: String,
    /// Events that the run has told.
    told: u64,
}

impl Place {
    async fn of(bench: &Bench, form: Form) -> Outcome<Self> {
        let hub = House::of(bench, &form.to_string(), form).await?.start().await?;
        let (run, experiment) = (hub.open_run("Read and told").await?, experiment(&hub).await?);
        // The tools of runs, and everybody's caches, are made by the first.
        press(&hub, &experiment, super::runs::FIRST).await?;
        Ok(Self { hub, run, experiment, told: 0 })
    }

    /// Medians in milliseconds, in the order of [`WHATS`].
    async fn measure(&mut self) -> Outcome<[f64; 3]> {
        let mut presses = Vec::new();
        for _ in 0..RUNS {
            presses.push(press(&self.hub, &self.experiment, PATIENCE).await?);
        }
        Ok([median(&self.read().await?), median(&self.tell().await?), median(&presses)])
    }

    async fn read(&self) -> Outcome<Vec<f64>> {
        let request = self.hub.request("GET", &format!("/api/v1/runs/{}", self.run), &serde_json::Value::Null);
        let mut to = Connection::open(self.hub.server.address).await?;
        let mut times = Vec::new();
        for _ in 0..READS {
            let sent = Instant::now();
            to.good(&request).await?;
            times.push(milliseconds(sent.elapsed()));
        }
        Ok(times)
    }

    async fn tell(&mut self) -> Outcome<Vec<f64>> {
        let path = format!("/api/v1/runs/{}/events", self.run);
        let stream = format!("/api/v1/stream?topics=run:{}", self.run);
        let mut browser = Listener::open(self.hub.server.address, &self.hub.token, &stream).await?;
        let mut control = Connection::open(self.hub.server.address).await?;
        let mut times = Vec::new();
        for seq in self.told + 1..=self.told + EVENTS {
            let name = format!("tick-{seq}.");
            let post = self.hub.request("POST", &path, &step(seq, &name));
            let sent = Instant::now();
            let (answer, seen) = tokio::join!(control.good(&post), browser.until(&name, PATIENCE));
            answer?;
            times.push(milliseconds(seen? - sent));
        }
        self.told += EVENTS;
        Ok(times)
    }
}
