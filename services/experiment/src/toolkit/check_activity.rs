//! The grammar of one activity: probe or action, where it may stand, its tolerance, and the traps of each.

use serde_json::{Map, Value};

use super::check::{Findings, controls, truthy};
use super::check_provider::provider;
use super::jsonpath::is_path;
use super::patterns;
use super::plan::{list, resolve};

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Hypothesis,
    Method,
    Rollbacks,
    /// It is a tolerance itself.
    Tolerance,
}

/// Checks one activity.
pub(super) fn activity(findings: &mut Findings<'_>, value: &Value, path: &str, place: Place) {
    let Some(map) = value.as_object().filter(|map| !map.is_empty()) else {
        return findings.error(
            path,
            "wrong-type",
            "An activity is an object with type, name and provider, or a `ref` to another one.",
        );
    };
    if place != Place::Tolerance {
        controls(findings, map.get("controls"), &format!("{path}/controls"));
    }
    let listed = matches!(place, Place::Hypothesis | Place::Method);
    if listed && map.get("name").is_some_and(|name| truthy(name) && (name.is_array() || name.is_object())) {
        findings.error(&format!("{path}/name"), "wrong-type", "`name` is text.");
    }
    if map.get("ref").is_some_and(|named| !named.is_null()) {
        return reference(findings, value, map, path, place);
    }
    match map.get("type") {
        None => findings.error(path, "missing", "`type` is missing; say whether this is a probe or an action."),
        Some(Value::String(kind)) if kind == "probe" => {}
        Some(Value::String(kind)) if kind == "action" => {
            if place == Place::Hypothesis {
                findings.warn(
                    &format!("{path}/type"),
                    "action-in-hypothesis",
                    "The hypothesis only measures. Make this a probe, or move the action to the method.",
                );
            }
        }
        Some(_) => findings.error(&format!("{path}/type"), "unknown-value", "`type` is probe or action."),
    }
    findings.text(map, path, "name", "; events and reports refer to the activity by its name.");
    if place == Place::Hypothesis || (place != Place::Tolerance && map.contains_key("tolerance")) {
        tolerated(findings, map, path, place);
    }
    match map.get("provider") {
        Some(Value::Object(declared)) if !declared.is_empty() => {
            provider(findings, declared, &format!("{path}/provider"), map.contains_key("tolerance"))
        }
        None => findings.error(path, "missing", "`provider` is missing; say how it is done, by http, process or python."),
        Some(_) => findings.error(
            &format!("{path}/provider"),
            "wrong-type",
            "`provider` is an object with a type of http, process or python.",
        ),
    }
    if map.get("background").is_some_and(|background| !background.is_boolean()) {
        findings.error(&format!("{path}/background"), "wrong-type", "`background` is true or false.");
    }
    pauses(findings, map.get("pauses"), path);
    match map.get("timeout") {
        None | Some(Value::Null) => {}
        Some(Value::Number(_) | Value::Bool(_)) => {
            findings.warn(&format!("{path}/timeout"), "no-effect", "A timeout here is never enforced. Put it into the provider.");
        }
        Some(_) => findings.error(&format!("{path}/timeout"), "wrong-type", "`timeout` is a number of seconds, without quotes."),
    }
    if map.get("dry").is_some_and(Value::is_string) {
        findings.warn(&format!("{path}/dry"), "no-effect", "Text here has no effect, and the activity runs. Use true.");
    }
    let known = [
        "type",
        "name",
        "provider",
        "tolerance",
        "background",
        "pauses",
        "controls",
        "timeout",
        "dry",
        "configuration",
        "ref",
        "secrets",
        "description",
        "tags",
    ];
    findings.keys(map, path, &known);
}

fn tolerated(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str, place: Place) {
    let here = format!("{path}/tolerance");
    match map.get("tolerance") {
        None => findings.error(path, "missing", "`tolerance` is missing; say which answer is good, such as 200 or [1, 3]."),
        Some(value) if place == Place::Hypothesis => {
            tolerance(findings, value, &here);
            two_numbers(findings, map, value, &here);
        }
        // Elsewhere Chaos Toolkit does not look at it, and ChaosHub does.
        Some(Value::Null) => {}
        Some(value) => {
            findings.warn(&here, "unchecked-tolerance", "Chaos Toolkit does not check a tolerance outside of the hypothesis. ChaosHub does: where it is missed, the run is inconclusive.");
            two_numbers(findings, map, value, &here);
        }
    }
}

/// Of an answer with a status, a list names the good ones: two numbers are no range.
fn two_numbers(findings: &mut Findings<'_>, map: &Map<String, Value>, value: &Value, path: &str) {
    let with_status =
        matches!(map.get("provider").and_then(|provider| provider.get("type")).and_then(Value::as_str), Some("http" | "process"));
    let Some([low, high]) = value.as_array().map(Vec::as_slice).filter(|_| with_status) else { return };
    if low.is_number() && high.is_number() {
        findings.warn(
            path,
            "not-a-range",
            format!("Of http and process, two numbers are no range: only {low} and {high} are accepted. For a range write {{\"type\": \"range\", \"range\": [{low}, {high}], \"target\": \"status\"}}."),
        );
    }
}

fn reference(findings: &mut Findings<'_>, value: &Value, map: &Map<String, Value>, path: &str, place: Place) {
    let here = format!("{path}/ref");
    let Some(name) = map.get("ref").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
        return findings.error(&here, "wrong-type", "`ref` is the name of another activity.");
    };
    let experiment = findings.document.value();
    let named = |activity: &&Value| activity.get("name").and_then(Value::as_str) == Some(name);
    let probes = list(experiment.pointer("/steady-state-hypothesis/probes"));
    if !list(experiment.get("method")).iter().chain(probes).any(|activity| named(&activity)) {
        let message = format!(
            "No activity of the method or the hypothesis is named `{name}`. Correct the name, or write the activity out."
        );
        match place {
            Place::Method => findings.error(&here, "not-found", message),
            _ => findings.warn(&here, "not-found", format!("{message} Rollbacks are not searched, and the run fails here.")),
        }
    }
    if place == Place::Hypothesis {
        match map.get("tolerance") {
            None => findings.error(path, "missing", "`tolerance` is missing; a `ref` in the hypothesis needs one of its own."),
            Some(own) => tolerance(findings, own, &format!("{path}/tolerance")),
        }
    }
    let odd = |provider: &Value| truthy(provider) && !provider.is_object();
    if place != Place::Tolerance && map.get("provider").is_some_and(odd) {
        findings.error(
            &format!("{path}/provider"),
            "wrong-type",
            "`provider` is an object. Beside a `ref` it is not read; remove it.",
        );
    }
    let beside = |key: &str| key != "ref" && key != "controls" && (key != "tolerance" || place != Place::Hypothesis);
    if map.keys().any(|key| beside(key)) && !std::ptr::eq(resolve(experiment, value), value) {
        findings.warn(path, "no-effect", "Beside a `ref` other keys are not read. Remove them, or write the activity out.");
    }
}

pub(super) fn tolerance(findings: &mut Findings<'_>, value: &Value, path: &str) {
    match value {
        Value::Bool(_) | Value::String(_) => {}
        Value::Number(number) if number.is_f64() && !findings.document.is_whole(number) => {
            findings.error(path, "wrong-type", format!("Chaos Toolkit refuses a bare decimal number. Write {{\"type\": \"range\", \"range\": [{number}, {number}]}} with the bounds you mean."));
        }
        Value::Number(_) => {}
        Value::Array(items) if items.is_empty() => {
            findings.warn(path, "accepts-nothing", "An empty list accepts nothing. List the good answers, or two bounds.");
        }
        Value::Array(items) => {
            if let [low, high] = items.as_slice()
                && let (Some(low), Some(high)) = (low.as_f64(), high.as_f64())
                && low > high
            {
                findings.warn(path, "accepts-nothing", "Two numbers are a range from the lower to the higher. Swap them.");
            }
        }
        Value::Object(map) => typed(findings, map, path),
        Value::Null => findings.error(path, "empty", "`tolerance` is empty; say which answer is good."),
    }
}

fn typed(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str) {
    let at = |key: &str| format!("{path}/{key}");
    match map.get("type").and_then(Value::as_str) {
        Some("range") => {
            match map.get("range") {
                None => findings.error(path, "missing", "`range` is missing; write two numbers, such as [1, 3]."),
                Some(Value::Array(bounds))
                    if matches!(bounds.as_slice(), [Value::Number(_) | Value::Bool(_), Value::Number(_) | Value::Bool(_)]) =>
                {
                    if bounds[0].as_f64() > bounds[1].as_f64() && bounds[1].is_number() {
                        findings.warn(
                            &at("range"),
                            "accepts-nothing",
                            "A range goes from the lower to the higher bound. Swap them.",
                        );
                    }
                }
                Some(_) => findings.error(&at("range"), "wrong-type", "A range is a list of two numbers, such as [1, 3]."),
            }
            findings.keys(map, path, &["type", "range", "target", "name"]);
        }
        Some("regex") => {
            match map.get("pattern") {
                None => findings.error(path, "missing", "`pattern` is missing; write a regular expression."),
                Some(Value::String(pattern)) => {
                    if let Some(why) = patterns::refused(pattern) {
                        findings.error(
                            &at("pattern"),
                            "bad-pattern",
                            format!("Python does not compile this regular expression: {why}."),
                        );
                    }
                }
                Some(_) => findings.error(&at("pattern"), "wrong-type", "`pattern` is text."),
            }
            findings.keys(map, path, &["type", "pattern", "target", "name"]);
        }
        Some("jsonpath") => {
            match map.get("path") {
                None => findings.error(path, "missing", "`path` is missing; write one such as $.replicas."),
                Some(Value::String(text)) if text.trim().is_empty() => findings.error(&at("path"), "empty", "`path` is empty; write one such as $.replicas."),
                Some(Value::String(text)) if !is_path(text.trim()) => findings.error(
                    &at("path"),
                    "bad-path",
                    "Chaos Toolkit does not read this path. It begins with $, has double quotes in brackets, and a single = in conditions, such as $.items[?(@.name=\"shop\")].",
                ),
                Some(Value::String(_)) => {}
                Some(_) => findings.error(&at("path"), "wrong-type", "`path` is text."),
            }
            if map.get("expect").is_some_and(|expect| !expect.is_array()) {
                findings.warn(&at("expect"), "not-a-list", "A jsonpath finds a list. Write the expected values as a list.");
            }
            findings.keys(map, path, &["type", "path", "expect", "count", "target", "name"]);
        }
        Some("probe") => {
            let value = Value::Object(map.clone());
            activity(findings, &value, path, Place::Tolerance);
            let takes = map.get("provider").and_then(|provider| provider.get("arguments"));
            if takes.is_none_or(|arguments| !arguments.is_object()) {
                findings.warn(
                    path,
                    "missing",
                    "`arguments` of the provider is missing, and Chaos Toolkit puts the answer there as `value`. Write {}.",
                );
            }
        }
        Some(other) => findings.error(
            &at("type"),
            "unknown-value",
            format!("`{other}` is not a kind of tolerance. Use range, regex, jsonpath or probe."),
        ),
        None => findings.error(path, "missing", "A tolerance that is an object needs a `type`: range, regex, jsonpath or probe."),
    }
}

fn pauses(findings: &mut Findings<'_>, pauses: Option<&Value>, path: &str) {
    let Some(pauses) = pauses.filter(|pauses| !pauses.is_null()) else { return };
    let Some(map) = pauses.as_object() else {
        return findings.error(
            &format!("{path}/pauses"),
            "wrong-type",
            "`pauses` is an object with before and after, in seconds.",
        );
    };
    for key in ["before", "after"] {
        let here = format!("{path}/pauses/{key}");
        match map.get(key) {
            None | Some(Value::Null) => {}
            Some(Value::Number(pause)) if pause.as_f64().is_some_and(|pause| pause >= 0.0) => {}
            Some(Value::String(text)) if text.starts_with("${") && text.ends_with('}') => {}
            Some(Value::String(_)) => {
                findings.error(&here, "wrong-type", "A pause is a number of seconds without quotes, or \"${variable}\".")
            }
            Some(_) => {
                findings.warn(&here, "wrong-type", "A pause is a number of seconds, or \"${variable}\". The run breaks off here.")
            }
        }
    }
    findings.keys(map, &format!("{path}/pauses"), &["before", "after"]);
}
