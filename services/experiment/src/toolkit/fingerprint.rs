//! What makes two documents the same experiment: title, hypothesis, method and rollbacks, however they are written.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::plan::list;

/// Characters of a title that lists show. A document may have a longer one.
pub const SHOWN_TITLE: usize = 200;

/// SHA-256, hexadecimal, of what makes a document the same experiment. Left out is what changes from run to run or does
/// not change what is tried: configuration, secrets, extensions, controls, runtime, tags, description, the order of keys,
/// and how a number is written. None for what is no experiment: no object, no title, or no method.
#[must_use]
pub fn fingerprint(experiment: &Value) -> Option<String> {
    let title = experiment.get("title")?.as_str()?.trim();
    if title.is_empty() || !experiment.get("method")?.is_array() {
        return None;
    }
    let hypothesis = experiment.get("steady-state-hypothesis");
    let mut text = Value::from(title).to_string();
    text.push('\n');
    write(hypothesis.and_then(|one| one.get("title")).unwrap_or(&Value::Null), &mut text);
    for activities in [hypothesis.and_then(|one| one.get("probes")), experiment.get("method"), experiment.get("rollbacks")] {
        text.push('\n');
        for activity in list(activities) {
            write(activity, &mut text);
            text.push(',');
        }
    }
    Some(digest(&text))
}

/// The digest under which a title is remembered: titles may be long.
#[must_use]
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// A title as lists show it: one line, at most [`SHOWN_TITLE`] characters.
#[must_use]
pub fn shown_title(title: &str) -> String {
    let mut line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(SHOWN_TITLE) {
        line.truncate(cut);
        line.push('…');
    }
    line
}

/// The same text for the same meaning: keys in order, without what a run may add to an activity.
fn write(value: &Value, into: &mut String) {
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().filter(|(key, _)| key.as_str() != "controls").collect();
            members.sort_by_key(|(key, _)| key.as_str());
            into.push('{');
            for (key, value) in members {
                into.push_str(&Value::from(key.as_str()).to_string());
                into.push(':');
                write(value, into);
                into.push(',');
            }
            into.push('}');
        }
        Value::Array(items) => {
            into.push('[');
            for item in items {
                write(item, into);
                into.push(',');
            }
            into.push(']');
        }
        // YAML and JSON may write 5 as 5.0 or 5e0. Rust writes the shortest text that reads as the same number.
        Value::Number(number) if number.is_f64() => into.push_str(&number.as_f64().unwrap_or_default().to_string()),
        other => into.push_str(&other.to_string()),
    }
}
