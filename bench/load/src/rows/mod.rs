//! What is measured, one subject a file.

pub mod api;
pub mod control;
pub mod growth;
pub mod ingest;
pub mod layouts;
pub mod runs;
pub mod sign_in;
pub mod start;
pub mod stream;

use serde_json::{Value, json};

/// A batch of so many events from this number on, as a run sends them: each even one starts an activity, each odd one
/// completes the one before.
fn batch(from: u64, count: u64, name: &str, output: &str) -> Value {
    let event = |seq: u64| {
        let (key, at) = (format!("method-{}", seq / 2), chrono::Utc::now());
        let (kind, data) = match seq % 2 {
            0 => {
                ("activity.started", json!({"key": key, "name": name, "type": "action", "provider": "python", "output": output}))
            }
            _ => (
                "activity.completed",
                json!({"key": key, "name": name, "type": "action", "status": "succeeded", "duration_ms": 1, "output": output}),
            ),
        };
        json!({"seq": seq, "at": at, "kind": kind, "phase": "method", "data": data})
    };
    json!({"sender": "control", "events": (from..from + count).map(event).collect::<Vec<_>>()})
}

/// The `n`th step of a run that plays one activity after the other; this one is named.
fn step(n: u64, name: &str) -> Value {
    batch(2 * n - 1, 2, name, "ok")
}
