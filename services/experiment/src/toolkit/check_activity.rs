//! The grammar of one activity: probe or action, its provider, its tolerance, and the traps of each.

use serde_json::{Map, Value};

use super::check::{Findings, controls, escape, sounds_secret};
use super::plan::resolve;

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Hypothesis,
    Method,
    Rollbacks,
}

/// Checks one activity.
pub(super) fn activity(findings: &mut Findings<'_>, value: &Value, path: &str, place: Place) {
    let Some(map) = value.as_object() else {
        return findings.error(path, "an activity is an object with type, name and provider, or a `ref` to another one");
    };
    if map.contains_key("ref") {
        return reference(findings, value, map, path, place);
    }
    match map.get("type").and_then(Value::as_str) {
        Some("probe") => {}
        Some("action") if place == Place::Hypothesis => {
            findings.error(
                &format!("{path}/type"),
                "the hypothesis only measures; make this a probe, or move the action to the method",
            );
        }
        Some("action") => {}
        _ if map.contains_key("type") => findings.error(&format!("{path}/type"), "`type` is probe or action"),
        _ => findings.error(path, "`type` is missing: say whether this is a probe or an action"),
    }
    findings.text(map, path, "name", "events and reports call the activity by it");
    match map.get("tolerance") {
        None | Some(Value::Null) if place == Place::Hypothesis => {
            findings.error(path, "`tolerance` is missing: say which answer is good, such as 200 or [1, 3]");
        }
        None => {}
        Some(tolerance_value) => {
            tolerance(findings, tolerance_value, &format!("{path}/tolerance"));
            if place != Place::Hypothesis {
                findings.warn(
                    &format!("{path}/tolerance"),
                    "a tolerance counts only in the hypothesis; move the probe there to have it checked",
                );
            }
        }
    }
    match map.get("provider") {
        Some(Value::Object(declared)) => provider(findings, declared, &format!("{path}/provider")),
        None => findings.error(path, "`provider` is missing: say how it is done, by http, process or python"),
        Some(_) => {
            findings.error(&format!("{path}/provider"), "`provider` must be an object with a type of http, process or python")
        }
    }
    if map.get("background").is_some_and(|background| !background.is_boolean()) {
        findings.error(&format!("{path}/background"), "`background` is true or false");
    }
    pauses(findings, map.get("pauses"), path);
    if map.contains_key("timeout") {
        findings.warn(&format!("{path}/timeout"), "a timeout here is never enforced; put it into the provider");
    }
    if map.get("dry").is_some_and(Value::is_string) {
        findings.warn(&format!("{path}/dry"), "text here has no effect, and the activity runs; use true");
    }
    controls(findings, map.get("controls"), &format!("{path}/controls"));
}

fn reference(findings: &mut Findings<'_>, value: &Value, map: &Map<String, Value>, path: &str, place: Place) {
    let Some(name) = map.get("ref").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
        return findings.error(&format!("{path}/ref"), "`ref` must be the name of another activity");
    };
    let experiment = findings.document.value();
    let meant = resolve(experiment, value);
    if std::ptr::eq(meant, value) {
        let where_ = if place == Place::Rollbacks { " (rollbacks are not searched)" } else { "" };
        findings.error(&format!("{path}/ref"), format!("no activity of the method or the hypothesis is named `{name}`{where_}; correct the name or write the activity out"));
    } else if place == Place::Hypothesis && meant.get("tolerance").is_none() {
        findings.error(
            &format!("{path}/ref"),
            format!("`{name}` has no tolerance, which a probe of the hypothesis needs; write the probe out with one"),
        );
    }
    if map.keys().any(|key| key != "ref") {
        findings.warn(path, "beside a `ref` other keys are not read; remove them, or write the activity out");
    }
}

fn tolerance(findings: &mut Findings<'_>, value: &Value, path: &str) {
    match value {
        Value::Bool(_) | Value::String(_) => {}
        Value::Number(number) if number.is_f64() => {
            findings.error(path, format!("a bare decimal number is refused; write {{\"type\": \"range\", \"range\": [{number}, {number}]}} with the bounds you mean"));
        }
        Value::Number(_) => {}
        Value::Array(items) if items.is_empty() => {
            findings.error(path, "an empty list accepts nothing; list the good answers, or two bounds")
        }
        Value::Array(items) => {
            if let [low, high] = items.as_slice()
                && let (Some(low), Some(high)) = (low.as_f64(), high.as_f64())
                && low > high
            {
                findings.error(path, "two numbers are a range from the lower to the higher; swap them");
            }
        }
        Value::Object(map) => typed(findings, map, path),
        Value::Null => findings.error(path, "`tolerance` is empty: say which answer is good"),
    }
}

fn typed(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str) {
    let text = |key: &str| map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    match map.get("type").and_then(Value::as_str) {
        Some("range") => match map.get("range").and_then(Value::as_array).map(Vec::as_slice) {
            Some([low, high]) if low.is_number() && high.is_number() => {
                if low.as_f64() > high.as_f64() {
                    findings.error(&format!("{path}/range"), "a range goes from the lower to the higher bound; swap them");
                }
            }
            _ => findings.error(path, "a range needs `range` with two numbers, such as [1, 3]"),
        },
        Some("regex") => {
            if text("pattern").is_none() {
                findings.error(path, "a regex needs a `pattern`");
            }
        }
        Some("jsonpath") => {
            if text("path").is_none() {
                findings.error(path, "a jsonpath needs a `path`, such as $.replicas");
            }
            if map.contains_key("expect") && map.get("expect").is_some_and(|expect| !expect.is_array()) {
                findings.warn(&format!("{path}/expect"), "a jsonpath finds a list; write the expected values as a list");
            }
        }
        Some("probe") => match map.get("provider") {
            Some(Value::Object(declared)) => provider(findings, declared, &format!("{path}/provider")),
            _ => findings.error(path, "a tolerance of type probe needs a `provider`; it receives the answer as `value`"),
        },
        Some(other) => findings
            .error(&format!("{path}/type"), format!("`{other}` is no kind of tolerance; use range, regex, jsonpath or probe")),
        None => findings.error(path, "a tolerance that is an object needs a `type`: range, regex, jsonpath or probe"),
    }
}

fn provider(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str) {
    let needs = |findings: &mut Findings<'_>, key: &str, why: &str| findings.text(map, path, key, why);
    match map.get("type").and_then(Value::as_str) {
        Some("http") => {
            needs(findings, "url", "say what to call");
            http(findings, map, path);
        }
        Some("process") => {
            needs(findings, "path", "name the program to run");
            process(findings, map, path);
        }
        Some("python") => {
            needs(findings, "module", "name the Python module");
            needs(findings, "func", "name the function of the module");
            if map.get("arguments").is_some_and(|arguments| !arguments.is_object() && !arguments.is_null()) {
                findings.error(&format!("{path}/arguments"), "arguments of a function are an object of names and values");
            }
        }
        Some(other) => findings.error(&format!("{path}/type"), format!("`{other}` is no provider; use http, process or python")),
        None => findings.error(path, "`type` is missing: http, process or python"),
    }
    if map.get("secrets").is_some_and(|groups| !groups.is_array() && !groups.is_object()) {
        findings.error(&format!("{path}/secrets"), "`secrets` is a list of groups from the experiment's secrets");
    }
}

fn http(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str) {
    if let Some(url) = map.get("url").and_then(Value::as_str).map(str::trim) {
        let lower = url.to_ascii_lowercase();
        let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
        match rest {
            None if url.starts_with("${") || url.is_empty() => {}
            None => findings.error(&format!("{path}/url"), "a url begins with http:// or https://, or with a ${variable}"),
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#', ':']) => {
                findings.error(&format!("{path}/url"), "the url names no host; write it as http://host/path");
            }
            Some(rest) => {
                let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
                if authority.rsplit_once('@').is_some_and(|(user, _)| {
                    user.split_once(':').is_some_and(|(_, word)| !word.is_empty() && !word.starts_with("${"))
                }) {
                    findings.warn(
                        &format!("{path}/url"),
                        "the url holds a password in clear, and journals repeat it; take it from `secrets`",
                    );
                }
            }
        }
    }
    for (name, value) in map.get("headers").and_then(Value::as_object).into_iter().flatten() {
        if value.as_str().is_some_and(|value| !value.is_empty() && !value.contains("${")) && sounds_secret(name) {
            findings.warn(
                &format!("{path}/headers/{}", escape(name)),
                "this header holds a secret in clear, and journals repeat it; take it from `secrets` as ${name}",
            );
        }
    }
    if map.contains_key("expected_status") {
        findings
            .warn(&format!("{path}/expected_status"), "this is documented, but has no effect; use a tolerance in the hypothesis");
    }
    if !map.contains_key("timeout") {
        findings.warn(path, "without a timeout a target that hangs also hangs the run; add `timeout` in seconds");
    }
}

fn process(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str) {
    if map.get("path").and_then(Value::as_str).is_some_and(|program| program.contains("${")) {
        findings.warn(&format!("{path}/path"), "variables are not replaced in `path`; write the program's name");
    }
    match map.get("arguments") {
        Some(Value::String(line)) if !line.is_empty() => {
            findings
                .warn(&format!("{path}/arguments"), "arguments as one text run through a shell; a list of arguments is safer");
        }
        Some(Value::Object(_)) => {
            findings.warn(&format!("{path}/arguments"), "arguments as an object are deprecated; use a list")
        }
        None | Some(Value::Array(_) | Value::String(_) | Value::Null) => {}
        Some(_) => findings.error(&format!("{path}/arguments"), "arguments of a process are a list of texts"),
    }
}

fn pauses(findings: &mut Findings<'_>, pauses: Option<&Value>, path: &str) {
    let Some(pauses) = pauses else { return };
    let Some(map) = pauses.as_object() else {
        return findings.error(&format!("{path}/pauses"), "`pauses` is an object with before and after, in seconds");
    };
    for key in ["before", "after"] {
        let good = |pause: &Value| {
            pause.as_f64().is_some_and(|pause| pause >= 0.0) || pause.as_str().is_some_and(|text| text.starts_with("${"))
        };
        if map.get(key).is_some_and(|pause| !good(pause)) {
            findings.error(&format!("{path}/pauses/{key}"), "a pause is a number of seconds, or \"${variable}\"");
        }
    }
}
