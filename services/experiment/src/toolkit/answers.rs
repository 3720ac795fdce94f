//! What an answer says of its own activity: an exit code, an HTTP status or a missed tolerance means that it did not do
//! what it was there for, although Chaos Toolkit calls it succeeded.

use serde_json::Value;

use super::causes;
use super::tolerance::{accepts, against, brief};

/// From here on an HTTP status says that the request failed.
const HTTP_FAILED: i64 = 400;

/// How much of what a process said is quoted, characters.
const QUOTE: usize = 80;

/// An answer against its own activity, in words that follow the activity's name: "exited with code 1 (permission denied)".
#[must_use]
pub(super) fn complaint(activity: &Value, output: &Value, cut: bool) -> Option<String> {
    if let Some(tolerance) = activity.get("tolerance").filter(|tolerance| !tolerance.is_null()) {
        let missed = accepts(tolerance, output, cut) == Some(false);
        return missed.then(|| against(output, Some(tolerance)));
    }
    match says(activity, output)? {
        Said::Exit(0) => None,
        Said::Exit(code) => {
            let code = if code < 0 {
                format!("was ended by signal {}", code.unsigned_abs())
            } else {
                format!("exited with code {code}")
            };
            let why = output.get("stderr").and_then(Value::as_str).and_then(last_words);
            Some(why.map_or(code.clone(), |why| format!("{code} ({why})")))
        }
        Said::Http(status) if status >= HTTP_FAILED => Some(format!("returned HTTP status {status}")),
        Said::Http(_) => None,
    }
}

/// Whether an action that answers with the list of what it acted on lists nothing.
#[must_use]
pub(super) fn hit_nothing(activity: &Value, output: &Value) -> bool {
    let action = activity.get("type").and_then(Value::as_str) != Some("probe");
    action && output.as_array().is_some_and(Vec::is_empty)
}

/// What is worth keeping of an answer for [`complaint`] when there is no room for all of it.
#[must_use]
pub(super) fn gist(output: &Value) -> Value {
    let Some(map) = output.as_object() else { return Value::Null };
    let mut gist = serde_json::Map::new();
    for key in ["status", "returncode", "exit_code", "status_code"] {
        if let Some(number) = map.get(key).filter(|value| value.is_number()) {
            gist.insert(key.to_owned(), number.clone());
        }
    }
    for key in ["headers", "body", "stdout"] {
        if map.contains_key(key) {
            gist.insert(key.to_owned(), Value::Null);
        }
    }
    if let Some(said) = map.get("stderr").and_then(Value::as_str) {
        gist.insert("stderr".to_owned(), Value::String(last_words(said).unwrap_or_default()));
    }
    Value::Object(gist)
}

enum Said {
    Exit(i64),
    Http(i64),
}

/// By the provider where it is known; a function of Python, or an event without a provider, by the form of the answer.
fn says(activity: &Value, output: &Value) -> Option<Said> {
    let map = output.as_object()?;
    let number = |keys: &[&str]| keys.iter().find_map(|key| map.get(*key)?.as_i64());
    let has = |keys: &[&str]| keys.iter().any(|key| map.contains_key(*key));
    match activity.pointer("/provider/type").and_then(Value::as_str) {
        Some("process") => number(&["status"]).map(Said::Exit),
        Some("http") => number(&["status"]).map(Said::Http),
        _ if has(&["stdout", "stderr"]) => number(&["status", "returncode", "exit_code"]).map(Said::Exit),
        _ if has(&["headers", "body"]) => number(&["status", "status_code"]).map(Said::Http),
        _ => number(&["status", "status_code"]).filter(|status| (100..600).contains(status)).map(Said::Http),
    }
}

/// The last line that a process wrote, or the fact of the exception that it ended with.
fn last_words(said: &str) -> Option<String> {
    let line = said.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    let words = if said.contains("Traceback (most recent call last)") { causes::cause(said).words } else { brief(line, QUOTE) };
    Some(words.trim_end_matches('.').to_owned())
}
