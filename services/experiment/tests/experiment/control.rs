//! What a control module would send of a run, and the documents around it.

use serde_json::{Value, json};

/// A journal that real Chaos Toolkit wrote.
pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A small experiment without a fault in it.
pub fn experiment(title: &str) -> Value {
    let process = |kind: &str, name: &str| json!({"type": kind, "name": name, "provider": {"type": "process", "path": "true", "arguments": "", "timeout": 5}});
    let mut healthy = process("probe", "healthy");
    healthy["tolerance"] = json!(0);
    json!({
        "title": title,
        "description": "What happens when it breaks?",
        "tags": ["small"],
        "steady-state-hypothesis": {"title": "It answers", "probes": [healthy]},
        "method": [process("action", "break")],
        "rollbacks": [process("action", "mend")],
    })
}

/// A run as its control module tells it, event by event, from 1.
pub fn recorded(after_met: bool) -> Vec<Value> {
    let planned = |phase: &str, name: &str, kind: &str| json!({"key": format!("{phase}-0"), "phase": phase, "name": name, "type": kind, "background": false});
    let plan = [
        planned("baseline", "healthy", "probe"),
        planned("method", "break", "action"),
        planned("after", "healthy", "probe"),
        planned("rollbacks", "mend", "action"),
    ];
    let started = json!({
        "title": "Survives", "hypothesis": "It answers", "node": "node-1", "chaostoolkit": "1.20.0", "chaoslib": "1.45.0",
        "python": "3.11", "plan": plan,
    });
    let mut events = vec![("run.started", None, started)];
    for (phase, name, kind) in [
        ("baseline", "healthy", "probe"),
        ("method", "break", "action"),
        ("after", "healthy", "probe"),
        ("rollbacks", "mend", "action"),
    ] {
        let key = format!("{phase}-0");
        let met = match phase {
            "baseline" => Some(true),
            "after" => Some(after_met),
            _ => None,
        };
        events.push(("phase.started", Some(phase), json!({})));
        events.push(("activity.started", Some(phase), json!({"key": key, "name": name, "type": kind, "background": false})));
        let done = json!({"key": key, "name": name, "type": kind, "status": "succeeded", "duration_ms": 3, "output": 0,
            "output_bytes": 1, "output_truncated": false, "error": null, "tolerance_met": met});
        events.push(("activity.completed", Some(phase), done));
        let probes = json!([{"key": key, "name": name, "tolerance_met": met}]);
        events.push(("phase.completed", Some(phase), json!({"met": met, "probes": probes})));
    }
    events.push(("run.finished", None, json!({"status": "completed", "deviated": !after_met, "duration_ms": 1700})));
    let events = (1..).zip(events);
    events.map(|(seq, (kind, phase, data))| event(seq, kind, phase, data)).collect()
}

/// One event, a tenth of a second after the one before.
pub fn event(seq: i64, kind: &str, phase: Option<&str>, data: Value) -> Value {
    let at = format!("2026-11-20T09:00:{:02}.{}00Z", 10 + seq / 10 % 50, seq % 10);
    json!({"seq": seq, "at": at, "kind": kind, "phase": phase, "data": data})
}

/// Events that say nothing, counted from `first`.
pub fn filler(first: i64, count: i64) -> Vec<Value> {
    (first..first + count).map(|seq| event(seq, "custom.note", None, json!({"n": seq}))).collect()
}

/// The same events as lines of the file that a control module leaves.
pub fn lines(events: &[Value]) -> String {
    let line = |event: &Value| {
        let mut event = event.clone();
        event["sender"] = json!("control");
        format!("{event}\n")
    };
    events.iter().map(line).collect()
}
