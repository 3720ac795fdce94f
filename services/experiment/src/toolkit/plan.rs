//! What a document says it will do, in order: the activities of its plan under the keys that events name them by.

use chaoshub_facade::experiment::Phase;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One activity that a run is going to play.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedActivity {
    /// `<phase>-<index>`, the index counting from 0 in that list.
    pub key: String,
    /// The part of the run it belongs to.
    pub phase: Phase,
    /// Its name.
    pub name: String,
    /// `probe` or `action`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether the method goes on without waiting for it.
    #[serde(default)]
    pub background: bool,
}

/// The plan of an experiment, by its own hypothesis strategy. What is malformed is planned as far as it can be named.
#[must_use]
pub fn plan(experiment: &Value) -> Vec<PlannedActivity> {
    let strategy = experiment.pointer("/runtime/hypothesis/strategy").and_then(Value::as_str).unwrap_or("default");
    let probes = list(experiment.pointer("/steady-state-hypothesis/probes"));
    let before = matches!(strategy, "default" | "before-method-only" | "continuously");
    let after = matches!(strategy, "default" | "after-method-only" | "continuously");
    let parts = [
        (Phase::Baseline, "baseline", if before { probes } else { &[] }),
        (Phase::Method, "method", list(experiment.get("method"))),
        (Phase::After, "after", if after { probes } else { &[] }),
        (Phase::Rollbacks, "rollbacks", list(experiment.get("rollbacks"))),
    ];
    let mut planned = Vec::new();
    for (phase, word, activities) in parts {
        for (index, activity) in activities.iter().enumerate() {
            let meant = resolve(experiment, activity);
            let text = |key: &str| meant.get(key).and_then(Value::as_str);
            let name = text("name").or_else(|| activity.get("ref").and_then(Value::as_str)).unwrap_or("unnamed");
            let kind = if text("type") == Some("probe") { "probe" } else { "action" };
            let background = meant.get("background").and_then(Value::as_bool).unwrap_or(false);
            let (key, name, kind) = (format!("{word}-{index}"), name.to_owned(), kind.to_owned());
            planned.push(PlannedActivity { key, phase, name, kind, background });
        }
    }
    planned
}

/// The activity that `activity` stands for: itself, or what its `ref` names. The toolkit looks in method and hypothesis
/// only, and the last of a name wins.
pub(super) fn resolve<'a>(experiment: &'a Value, activity: &'a Value) -> &'a Value {
    let Some(name) = activity.get("ref").and_then(Value::as_str) else { return activity };
    let method = list(experiment.get("method")).iter();
    let probes = list(experiment.pointer("/steady-state-hypothesis/probes")).iter();
    let named = |candidate: &&Value| candidate.get("name").and_then(Value::as_str) == Some(name);
    method.chain(probes).rfind(named).unwrap_or(activity)
}

/// The items of a list; none of anything else.
pub(super) fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
