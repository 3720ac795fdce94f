//! What an experiment is given from outside, and secrets that stand in it in clear.

use serde_json::{Map, Value};

use super::check::{Findings, escape};
use super::redact::Redactor;

/// Types that a variable of the environment may be turned into.
const VARIABLE_TYPES: [&str; 9] = ["str", "string", "int", "integer", "float", "number", "bytes", "bool", "json"];

pub(super) fn configuration(findings: &mut Findings<'_>, configuration: Option<&Value>) {
    let Some(configuration) = configuration else { return };
    let Some(map) = configuration.as_object() else {
        return findings.error("/configuration", "wrong-type", "`configuration` is an object of names and values.");
    };
    for (name, value) in map {
        let path = format!("/configuration/{}", escape(name));
        if value.get("type").and_then(Value::as_str) != Some("env") {
            continue;
        }
        if !variable(findings, value, &path) {
            continue;
        }
        if value.get("default").is_none() {
            absent(findings, value, &path, ", or add a `default`");
        }
        let kind = value.get("env_var_type").filter(|kind| !kind.is_null());
        if let Some(kind) = kind.filter(|kind| kind.as_str().is_none_or(|kind| !VARIABLE_TYPES.contains(&kind))) {
            findings.error(
                &format!("{path}/env_var_type"),
                "unknown-value",
                format!("{kind} is not a type of a variable. Use str, int, float, bytes, bool or json."),
            );
        }
    }
}

pub(super) fn secrets(findings: &mut Findings<'_>, secrets: Option<&Value>) {
    let Some(secrets) = secrets else { return };
    let Some(groups) = secrets.as_object() else {
        return findings.error("/secrets", "wrong-type", "`secrets` is an object of groups.");
    };
    for (group, keys) in groups {
        let path = format!("/secrets/{}", escape(group));
        let Some(map) = keys.as_object() else {
            findings.error(&path, "wrong-type", "A group of secrets is an object of names and where to find them.");
            continue;
        };
        if matches!(map.get("type").and_then(Value::as_str), Some("env" | "vault")) {
            findings.warn(
                &path,
                "no-group",
                "This declares one secret without a group. Put it under a group, so that activities can name it.",
            );
        }
        within(findings, keys, &path);
    }
}

/// One secret, or a group of them.
fn within(findings: &mut Findings<'_>, value: &Value, path: &str) {
    match value {
        Value::Object(map) => match map.get("type").and_then(Value::as_str) {
            Some("env") => {
                if variable(findings, value, path) {
                    absent(findings, value, path, "");
                }
            }
            Some("vault") => {
                if value.get("path").and_then(Value::as_str).is_none() {
                    findings.warn(
                        path,
                        "missing",
                        "`path` is missing, so this secret stays empty. Name the secret in the vault.",
                    );
                }
            }
            _ => map.iter().for_each(|(key, value)| within(findings, value, &format!("{path}/{}", escape(key)))),
        },
        Value::Null | Value::Bool(_) => {}
        _ => in_clear(findings, path, "This secret"),
    }
}

/// The variable that a value is taken from. False when it is not named.
fn variable(findings: &mut Findings<'_>, value: &Value, path: &str) -> bool {
    match value.get("key") {
        Some(Value::String(_)) => true,
        Some(_) => {
            findings.error(&format!("{path}/key"), "wrong-type", "`key` is the name of an environment variable, as text.");
            false
        }
        None => {
            findings.error(path, "missing", "`key` is missing; name the environment variable.");
            false
        }
    }
}

/// Whether a variable is set is only known where the experiment runs.
fn absent(findings: &mut Findings<'_>, value: &Value, path: &str, or: &str) {
    let key = value.get("key").and_then(Value::as_str).unwrap_or_default();
    if findings.document.gives(key) {
        return;
    }
    findings.warn(
        path,
        "variable-may-be-missing",
        format!("The run does not start where the environment variable `{key}` is not set. ChaosHub passes on only what its setting --run-env names: add it there{or}."),
    );
}

/// Secrets that stand in clear anywhere but in `secrets`.
pub(super) fn clear(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    let plain = Redactor::default();
    for (key, value) in experiment.iter().filter(|(key, _)| key.as_str() != "secrets") {
        walk(findings, &plain, key, value, &format!("/{}", escape(key)));
    }
}

fn walk(findings: &mut Findings<'_>, plain: &Redactor, key: &str, value: &Value, path: &str) {
    match value {
        // Where a value comes from is no secret; what it is when nothing is there may be one.
        Value::Object(map) if map.get("type").and_then(Value::as_str) == Some("env") => {
            if let Some(default @ Value::String(_)) = map.get("default") {
                walk(findings, plain, key, default, &format!("{path}/default"));
            }
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| walk(findings, plain, key, value, &format!("{path}/{}", escape(key))));
        }
        Value::Array(items) => {
            let mut told = false;
            for (index, item) in items.iter().enumerate() {
                let here = format!("{path}/{index}");
                let option = item.as_str().and_then(|text| text.strip_prefix("--"));
                let (name, given) = option.map_or((None, None), |option| match option.split_once('=') {
                    Some((name, given)) => (Some(name), Some(given)),
                    None => (Some(option), None),
                });
                match (name.is_some_and(sounds_secret), given) {
                    (true, Some(given)) if is_literal(given) => {
                        in_clear(findings, &here, &format!("`--{}`", name.unwrap_or_default()))
                    }
                    _ if told && item.as_str().is_some_and(is_literal) => in_clear(findings, &here, "This argument"),
                    _ => walk(findings, plain, "", item, &here),
                }
                told = name.is_some_and(sounds_secret) && given.is_none();
            }
        }
        Value::String(text) if is_literal(text) => {
            if sounds_secret(key) {
                in_clear(findings, path, &format!("`{key}`"));
            } else if plain.text(text) != *text {
                in_clear(findings, path, "This text holds what plainly is a secret, which");
            }
        }
        _ => {}
    }
}

fn in_clear(findings: &mut Findings<'_>, path: &str, what: &str) {
    findings.warn(
        path,
        "secret-in-clear",
        format!("{what} stands in clear: everybody who reads this experiment or a journal of it gets it. Make it a secret: declare it under `secrets` as {{\"type\": \"env\", \"key\": \"NAME\"}}, and write ${{name}} here."),
    );
}

fn is_literal(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains("${") && text != super::document::MASK
}

/// Whether a key's name says that its value is for few eyes.
pub(super) fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    let words =
        ["password", "passwd", "passphrase", "secret", "apikey", "authorization", "privatekey", "accesskey", "credential"];
    words.iter().any(|word| name.contains(word)) && name != "secrets" || name.ends_with("token")
}
