//! What the control adds to `chaos run`: nothing that an activity feels, whether the hub is there, away, or silent.

use crate::{
    Bench, Outcome,
    load::median,
    server::{House, Hub, WORKSPACE},
    table::{Row, Target},
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{net::TcpListener, process::Command, time::Instant};

/// Activities of one run.
const ACTIVITIES: usize = 200;
const ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(60);

/// One way to run.
struct Way {
    what: &'static str,
    /// Where the control believes the hub to be; none for no control.
    hub: Option<SocketAddr>,
    /// Seconds of the run by its journal, and seconds of the process beyond them.
    runs: Vec<(f64, f64)>,
}

pub async fn rows(bench: &Bench) -> Outcome<Vec<Row>> {
    let house = House::new(bench, "control").await?;
    let hub = house.start().await?;
    let chaos = chaos(bench, &hub).await?;
    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let away = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let way = |what, hub| Way { what, hub, runs: Vec::new() };
    let mut ways = [
        way("no control", None),
        way("hub up", Some(hub.server.address)),
        way("hub down", Some(away)),
        way("hub that never answers", Some(silent.local_addr()?)),
    ];
    // Takes connections and says nothing on them.
    let holding = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = silent.accept().await {
            held.push(socket);
        }
    });
    for _ in 0..ROUNDS {
        for way in &mut ways {
            way.runs.push(run(bench, &chaos, &hub.token, way.hub).await?);
        }
    }
    holding.abort();
    hub.server.stop().await?;
    let [alone, watched @ ..] = ways;
    let middle = |way: &Way, pick: fn(&(f64, f64)) -> f64| median(&way.runs.iter().map(pick).collect::<Vec<_>>());
    let mut rows = vec![Row::new(
        format!("chaos run of {ACTIVITIES} activities without the control"),
        middle(&alone, |run| run.0) * 1e3,
        "ms",
        Target::None,
    )];
    for way in &watched {
        let added = (middle(way, |run| run.0) - middle(&alone, |run| run.0)) * 1e3 / ACTIVITIES as f64;
        rows.push(Row::new(format!("added to an activity by the control, {}", way.what), added, "ms", Target::Most(5.0)));
    }
    for way in &watched {
        let added = middle(way, |run| run.1) - middle(&alone, |run| run.1);
        rows.push(Row::new(format!("added to the end of a run by the control, {}", way.what), added, "s", Target::None));
    }
    Ok(rows)
}

/// Waits for the tools that the hub makes, and finds `chaos` in them.
async fn chaos(bench: &Bench, hub: &Hub) -> Outcome<PathBuf> {
    let begin = Instant::now();
    let tools = bench.tools.join("tools");
    while begin.elapsed() < PATIENCE {
        hub.ask("GET", "/api/v1/me", &Value::Null).await?;
        let newest = std::fs::read_dir(&tools).into_iter().flatten().flatten().map(|entry| entry.path().join("bin/chaos"));
        let newest =
            newest.filter(|path| path.exists()).max_by_key(|path| path.metadata().and_then(|about| about.modified()).ok());
        if let Some(chaos) = newest {
            return Ok(chaos);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err("the hub did not make the tools of runs".into())
}

/// Seconds that the run took by its journal, and seconds that the process took beyond them.
async fn run(bench: &Bench, chaos: &Path, token: &str, hub: Option<SocketAddr>) -> Outcome<(f64, f64)> {
    let folder = bench.folder.join("control-runs");
    std::fs::create_dir_all(&folder)?;
    let activity = json!({
        "type": "action", "name": "Tiny",
        "provider": {"type": "python", "module": "os.path", "func": "basename", "arguments": {"p": "a/b"}},
    });
    let document = json!({"title": "Tiny activities", "description": "d", "method": vec![activity; ACTIVITIES]});
    std::fs::write(folder.join("experiment.json"), document.to_string())?;
    let mut command = Command::new(chaos);
    bench.clean(&mut command);
    command.args(["--no-version-check", "--no-log-file", "run", "--journal-path=journal.json"]);
    if let Some(hub) = hub {
        let arguments = json!({"url": format!("http://{hub}"), "workspace": WORKSPACE});
        let control = json!({"chaoshub": {"provider": {"type": "python", "module": "chaoshub_control", "arguments": arguments}}});
        std::fs::write(folder.join("control.json"), control.to_string())?;
        // Runs that a hub did not get would be delivered during the next ones.
        let state = folder.join("state");
        _ = std::fs::remove_dir_all(&state);
        command.arg("--control-file=control.json").env("CHAOSHUB_TOKEN", token).env("XDG_STATE_HOME", state);
    }
    command.arg("experiment.json").current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    let begin = Instant::now();
    let output = tokio::time::timeout(PATIENCE, command.stderr(Stdio::piped()).output()).await??;
    let whole = begin.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("chaos run: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let journal: Value = serde_json::from_slice(&std::fs::read(folder.join("journal.json"))?)?;
    let seconds = journal.get("duration").and_then(Value::as_f64).ok_or("the journal has no duration")?;
    Ok((seconds, whole - seconds))
}
