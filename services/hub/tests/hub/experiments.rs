//! Experiments that the tests run.

use crate::gate::Gate;
use serde_json::{Value, json};

/// A call of a path at the gate.
pub fn call(gate: &Gate, kind: &str, name: &str, path: &str) -> Value {
    // Longer than any test holds it up.
    json!({"type": kind, "name": name, "provider": {"type": "http", "url": format!("{}{path}", gate.url), "timeout": 120}})
}

/// A program with its arguments.
pub fn process(name: &str, path: &str, arguments: &[&str]) -> Value {
    json!({"type": "action", "name": name, "provider": {"type": "process", "path": path, "arguments": arguments, "timeout": 120}})
}

/// An experiment whose steady state holds, with this method; its rollback calls `/undo`.
pub fn experiment(gate: &Gate, title: &str, method: &[Value]) -> Value {
    let mut steady = call(gate, "probe", "all-is-well", "/ok");
    steady["tolerance"] = json!(200);
    json!({
        "title": title,
        "description": "Made by a test.",
        "steady-state-hypothesis": {"title": "All is well", "probes": [steady]},
        "method": method,
        "rollbacks": [call(gate, "action", "undo", "/undo")],
    })
}

/// One that is held up at `/hold` in the middle of its method.
pub fn held(gate: &Gate, title: &str) -> Value {
    let calls = [("begin", "/begin"), ("hold", "/hold"), ("go-on", "/go-on")];
    experiment(gate, title, &calls.map(|(name, path)| call(gate, "action", name, path)))
}
