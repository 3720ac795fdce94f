//! The grammar of a provider: how an activity is carried out, by http, process or python.

use serde_json::{Map, Value};

use super::check::{Findings, truthy};

pub(super) fn provider(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str, tolerated: bool) {
    let common = ["type", "secrets", "arguments", "configuration"];
    let own: &[&str] = match map.get("type") {
        Some(Value::String(kind)) if kind == "http" => {
            if needed(findings, map, path, "url", "say what to call") {
                http(findings, map, path, tolerated);
            }
            &["url", "method", "headers", "timeout", "verify_tls", "max_retries", "expected_status"]
        }
        Some(Value::String(kind)) if kind == "process" => {
            if needed(findings, map, path, "path", "name the program to run") && !map.get("path").is_some_and(Value::is_string) {
                findings.error(&format!("{path}/path"), "wrong-type", "`path` is text: the name of a program.");
            }
            process(findings, map, path);
            &["path", "timeout"]
        }
        Some(Value::String(kind)) if kind == "python" => {
            python(findings, map, path);
            &["module", "func"]
        }
        Some(Value::String(kind)) if !kind.is_empty() => {
            return findings.error(
                &format!("{path}/type"),
                "unknown-value",
                format!("`{kind}` is not a provider type. Use http, process or python."),
            );
        }
        None => return findings.error(path, "missing", "`type` is missing; write http, process or python."),
        Some(_) => return findings.error(&format!("{path}/type"), "unknown-value", "`type` is http, process or python."),
    };
    groups(findings, map.get("secrets"), path);
    let known: Vec<&str> = common.iter().chain(own).copied().collect();
    findings.keys(map, path, &known);
}

/// Whether a key has a value that Chaos Toolkit takes for one.
fn needed(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str, key: &str, why: &str) -> bool {
    match map.get(key) {
        None => findings.error(path, "missing", format!("`{key}` is missing; {why}.")),
        Some(value) if !truthy(value) => findings.error(&format!("{path}/{key}"), "empty", format!("`{key}` is empty; {why}.")),
        Some(_) => return true,
    }
    false
}

fn python(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str) {
    if needed(findings, map, path, "module", "name the Python module") {
        match map.get("module").and_then(Value::as_str) {
            None => findings.error(&format!("{path}/module"), "wrong-type", "`module` is text: the name of a Python module."),
            Some(name) if name.starts_with('.') => {
                findings.error(
                    &format!("{path}/module"),
                    "unknown-value",
                    "A module is named from its top, without a dot before it.",
                );
            }
            Some(_) => {}
        }
    }
    if needed(findings, map, path, "func", "name the function of the module") && !map.get("func").is_some_and(Value::is_string) {
        findings.error(&format!("{path}/func"), "wrong-type", "`func` is text: the name of a function.");
    }
    if map.get("arguments").is_some_and(|arguments| !arguments.is_object()) {
        findings.error(&format!("{path}/arguments"), "wrong-type", "Arguments of a function are an object of names and values.");
    }
}

/// Groups of secrets that an activity asks for.
fn groups(findings: &mut Findings<'_>, groups: Option<&Value>, path: &str) {
    let here = format!("{path}/secrets");
    let experiment = findings.document.value();
    match groups {
        None | Some(Value::Null | Value::Object(_)) => {}
        Some(Value::Array(groups)) => {
            for (index, group) in groups.iter().enumerate() {
                let declared = group
                    .as_str()
                    .is_some_and(|group| experiment.get("secrets").and_then(|secrets| secrets.get(group)).is_some());
                if !declared {
                    findings.warn(
                        &format!("{here}/{index}"),
                        "undeclared-secret",
                        format!("The experiment declares no group of secrets named {group}, so the activity gets none. Declare it under `secrets`."),
                    );
                }
            }
        }
        Some(Value::String(group)) => {
            findings.warn(&here, "not-a-list", format!("A text here is read letter by letter. Write [\"{group}\"]."))
        }
        Some(_) => findings.warn(&here, "wrong-type", "`secrets` is a list of groups from the experiment's secrets."),
    }
}

fn http(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str, tolerated: bool) {
    match map.get("url").and_then(Value::as_str).map(str::trim) {
        None => findings.warn(&format!("{path}/url"), "not-text", "`url` is text that begins with http:// or https://."),
        Some(url) => {
            let lower = url.to_ascii_lowercase();
            match lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://")) {
                None if url.starts_with("${") => {}
                None => findings.warn(
                    &format!("{path}/url"),
                    "bad-url",
                    "A url begins with http:// or https://, or with a ${variable}. The call fails.",
                ),
                Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#', ':']) => {
                    findings.warn(&format!("{path}/url"), "bad-url", "The url names no host. Write it as http://host/path.");
                }
                Some(_) => {}
            }
        }
    }
    if map.get("headers").is_some_and(|headers| truthy(headers) && !headers.is_object()) {
        findings.error(&format!("{path}/headers"), "wrong-type", "`headers` is an object of names and values.");
    }
    if map.contains_key("expected_status") {
        let instead = if tolerated { "Remove it; the tolerance counts." } else { "Use a tolerance." };
        findings.warn(
            &format!("{path}/expected_status"),
            "no-effect",
            format!("`expected_status` is documented, but has no effect. {instead}"),
        );
    }
    match map.get("timeout") {
        None => findings.warn(
            path,
            "no-timeout",
            "Without a timeout a target that hangs also hangs the run. Add `timeout` in seconds.",
        ),
        Some(Value::String(text)) if !text.starts_with("${") => {
            findings.warn(
                &format!("{path}/timeout"),
                "wrong-type",
                "`timeout` is a number of seconds, without quotes. The call fails.",
            );
        }
        Some(_) => {}
    }
}

fn process(findings: &mut Findings<'_>, map: &Map<String, Value>, path: &str) {
    if map.get("path").and_then(Value::as_str).is_some_and(|program| program.contains("${")) {
        findings.warn(&format!("{path}/path"), "no-effect", "Variables are not replaced in `path`. Write the program's name.");
    }
    match map.get("arguments") {
        Some(Value::String(line)) if !line.is_empty() => {
            findings.warn(&format!("{path}/arguments"), "shell", "A single string runs through a shell; a list is safer.");
        }
        Some(Value::Object(_)) => {
            findings.warn(&format!("{path}/arguments"), "deprecated", "Arguments as an object are deprecated. Use a list.")
        }
        None | Some(Value::Array(_) | Value::String(_)) => {}
        Some(_) => findings.warn(
            &format!("{path}/arguments"),
            "wrong-type",
            "Arguments of a process are a list of texts. The activity fails.",
        ),
    }
    if map.get("timeout").is_some_and(Value::is_string) {
        findings.warn(
            &format!("{path}/timeout"),
            "wrong-type",
            "`timeout` is a number of seconds, without quotes. The activity fails.",
        );
    }
}
