//! From pressing Run to the first activity that a browser sees.

use crate::{
    Bench, Outcome,
    client::Listener,
    load::{median, milliseconds},
    server::{House, Hub, WORKSPACE},
    table::{Row, Target},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

const RUNS: usize = 5;

/// The tools of runs are made the first time, with pip.
pub const FIRST: Duration = Duration::from_secs(180);
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let house = House::new(bench, "runs").await?;
    let hub = house.start().await?;
    let experiment = experiment(&hub).await?;
    press(&hub, &experiment, FIRST).await?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        times.push(press(&hub, &experiment, PATIENCE).await?);
    }
    hub.server.stop().await?;
    Ok(vec![Row::new("Run pressed to first activity seen, tools prepared", median(&times) / 1e3, "s", Target::Most(1.5))])
}

/// Makes the shortest experiment there is.
pub async fn experiment(hub: &Hub) -> Outcome<String> {
    let document = json!({
        "title": "Press Run", "description": "One probe.",
        "method": [{"type": "probe", "name": "Look", "provider": {"type": "python", "module": "os.path", "func": "basename", "arguments": {"p": "a/b"}}}],
    });
    let made = hub.ask("POST", &format!("/api/v1/experiments?workspace={WORKSPACE}"), &document).await?;
    Ok(made.get("id").and_then(Value::as_str).ok_or("the experiment has no id")?.to_owned())
}

/// Milliseconds until the first activity; waits for the end of the run too, so that the next one starts alone.
pub async fn press(hub: &Hub, experiment: &str, patience: Duration) -> Outcome<f64> {
    let pressed = Instant::now();
    let run = hub.ask("POST", "/api/v1/runs", &json!({"experiment": experiment})).await?;
    let run = run.get("id").and_then(Value::as_str).ok_or("the run has no id")?.to_owned();
    let path = format!("/api/v1/stream?topics=run:{run}");
    let mut browser = Listener::open(hub.server.address, &hub.token, &path).await?;
    let seen = browser.until("\"activity.started\"", patience).await?;
    browser.until("\"run.ended\"", PATIENCE).await?;
    Ok(milliseconds(seen - pressed))
}
