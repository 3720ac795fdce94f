//! The grammar of an experiment, with its traps: what Chaos Toolkit would refuse, and what it would silently misread.

use serde_json::{Map, Value};

use super::check_activity::{Place, activity};
use super::document::{Document, Problem, Severity};
use super::plan::list;

/// A document with more problems than this has one: it is something else.
const MOST: usize = 100;

/// What `check` gathers while it walks.
pub(super) struct Findings<'a> {
    pub(super) document: &'a Document,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    pub(super) fn error(&mut self, path: &str, message: impl Into<String>) {
        self.add(path, Severity::Error, message.into());
    }

    pub(super) fn warn(&mut self, path: &str, message: impl Into<String>) {
        self.add(path, Severity::Warning, message.into());
    }

    /// A text that says something, or an error.
    pub(super) fn text(&mut self, map: &Map<String, Value>, path: &str, key: &str, why: &str) {
        match map.get(key) {
            None => self.error(path, format!("`{key}` is missing: {why}")),
            Some(Value::String(text)) if !text.trim().is_empty() => {}
            Some(Value::String(_)) => self.error(&format!("{path}/{key}"), format!("`{key}` is empty: {why}")),
            Some(_) => self.error(&format!("{path}/{key}"), format!("`{key}` must be text: {why}")),
        }
    }

    fn add(&mut self, path: &str, severity: Severity, message: String) {
        if self.problems.len() < MOST {
            let line = Some(self.document.line(path));
            self.problems.push(Problem { path: path.to_owned(), line, severity, message });
        }
    }
}

/// Everything that is wrong with a document, errors first, in the order of its lines.
#[must_use]
pub fn check(document: &Document) -> Vec<Problem> {
    let mut findings = Findings { document, problems: Vec::new() };
    if let Some(experiment) = document.value().as_object() {
        experiment_level(&mut findings, experiment);
    }
    let mut problems = findings.problems;
    let repeats = document.repeats().iter().map(|(line, key)| Problem {
        path: String::new(),
        line: Some(*line),
        severity: Severity::Warning,
        message: format!("`{key}` is given twice here; only the last one counts"),
    });
    problems.extend(repeats);
    problems.sort_by_key(|problem| (problem.severity == Severity::Warning, problem.line));
    problems
}

fn experiment_level(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    findings.text(experiment, "", "title", "say in a few words what is tried");
    findings.text(experiment, "", "description", "say why it is tried, and what is expected");
    tags(findings, experiment.get("tags"));
    method(findings, experiment);
    hypothesis(findings, experiment);
    rollbacks(findings, experiment);
    runtime(findings, experiment.get("runtime"));
    configuration(findings, experiment.get("configuration"));
    secrets(findings, experiment.get("secrets"));
    contributions(findings, experiment.get("contributions"));
    controls(findings, experiment.get("controls"), "/controls");
    if let Some(dry) = experiment.get("dry").filter(|dry| !dry.is_null() && **dry != Value::Bool(false)) {
        let what = if dry.is_string() { "text here" } else { "this key" };
        findings.warn(
            "/dry",
            format!("{what} protects nothing: `chaos run` overwrites it, and the actions run; use its option --dry"),
        );
    }
    for (known, meant) in [
        ("hypothesis", "steady-state-hypothesis"),
        ("steady_state_hypothesis", "steady-state-hypothesis"),
        ("rollback", "rollbacks"),
        ("methods", "method"),
    ] {
        if experiment.contains_key(known) && !experiment.contains_key(meant) {
            findings.warn(&format!("/{known}"), format!("`{known}` is not read by Chaos Toolkit; did you mean `{meant}`?"));
        }
    }
}

fn tags(findings: &mut Findings<'_>, tags: Option<&Value>) {
    match tags {
        None => {}
        Some(Value::Array(tags)) => {
            for (index, tag) in tags.iter().enumerate() {
                if tag.as_str().is_none_or(|tag| tag.trim().is_empty()) {
                    findings.error(&format!("/tags/{index}"), "a tag must be text that is not empty");
                }
            }
        }
        Some(_) => findings.error("/tags", "`tags` must be a list of texts"),
    }
}

fn method(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    match experiment.get("method") {
        None => findings.error("", "`method` is missing: list the actions and probes to play; it may be empty"),
        Some(Value::Array(items)) => {
            if items.is_empty() {
                findings.warn("/method", "the method is empty, so nothing is tried and the run is inconclusive; add an action");
            }
            for (index, item) in items.iter().enumerate() {
                activity(findings, item, &format!("/method/{index}"), Place::Method);
            }
        }
        Some(_) => findings.error("/method", "`method` must be a list of activities"),
    }
}

fn hypothesis(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    let here = "/steady-state-hypothesis";
    match experiment.get("steady-state-hypothesis") {
        None | Some(Value::Null) => {
            findings.warn("", "there is no `steady-state-hypothesis`, so a run cannot prove anything; add one with a probe");
        }
        Some(Value::Object(hypothesis)) => {
            findings.text(hypothesis, here, "title", "say what holds when all is well");
            match hypothesis.get("probes") {
                Some(Value::Array(probes)) => {
                    if probes.is_empty() {
                        findings.warn(&format!("{here}/probes"), "the hypothesis has no probes, so it always holds; add one");
                    }
                    for (index, probe) in probes.iter().enumerate() {
                        activity(findings, probe, &format!("{here}/probes/{index}"), Place::Hypothesis);
                    }
                }
                None => findings.error(here, "`probes` is missing: list what to measure, each with a tolerance"),
                Some(_) => findings.error(&format!("{here}/probes"), "`probes` must be a list of probes"),
            }
            controls(findings, hypothesis.get("controls"), &format!("{here}/controls"));
        }
        Some(_) => findings.error(here, "`steady-state-hypothesis` must be an object with title and probes"),
    }
}

fn rollbacks(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    match experiment.get("rollbacks") {
        None | Some(Value::Array(_)) => {}
        Some(_) => return findings.error("/rollbacks", "`rollbacks` must be a list of actions"),
    }
    let declared = list(experiment.get("rollbacks"));
    for (index, item) in declared.iter().enumerate() {
        activity(findings, item, &format!("/rollbacks/{index}"), Place::Rollbacks);
    }
    let acts = |item: &&Value| item.get("type").and_then(Value::as_str) == Some("action");
    if declared.is_empty() && list(experiment.get("method")).iter().any(|item| acts(&item)) {
        findings.warn(
            "/rollbacks",
            "the method acts, but there are no rollbacks; add what undoes the fault, so that a stop leaves nothing broken",
        );
    }
}

fn runtime(findings: &mut Findings<'_>, runtime: Option<&Value>) {
    let Some(runtime) = runtime else { return };
    let Some(map) = runtime.as_object() else {
        return findings.error("/runtime", "`runtime` must be an object with `hypothesis` and `rollbacks`");
    };
    let kinds: [(&str, &[&str]); 2] = [
        ("rollbacks", &["default", "always", "never", "deviated"]),
        ("hypothesis", &["default", "before-method-only", "after-method-only", "during-method-only", "continuously"]),
    ];
    for (kind, strategies) in kinds {
        let path = format!("/runtime/{kind}/strategy");
        match map.get(kind) {
            None => {}
            Some(Value::Object(part)) => match part.get("strategy") {
                None => {}
                Some(Value::String(named)) if kind == "rollbacks" && named == "never" => {
                    findings.warn(
                        &path,
                        "the rollbacks are never played, so the fault stays; use `always` unless something else undoes it",
                    );
                }
                Some(Value::String(named)) if strategies.contains(&named.as_str()) => {}
                Some(_) => findings.error(&path, format!("this is no strategy; use one of {}", strategies.join(", "))),
            },
            Some(_) => findings.error(&format!("/runtime/{kind}"), format!("`{kind}` must be an object with a `strategy`")),
        }
    }
}

fn configuration(findings: &mut Findings<'_>, configuration: Option<&Value>) {
    let Some(configuration) = configuration else { return };
    let Some(map) = configuration.as_object() else {
        return findings.error("/configuration", "`configuration` must be an object of names and values");
    };
    for (name, value) in map {
        let path = format!("/configuration/{}", escape(name));
        if value.get("type").and_then(Value::as_str) == Some("env") {
            if value.get("key").and_then(Value::as_str).is_none() {
                findings.error(&path, "`key` is missing: name the environment variable");
            }
            let known = ["str", "int", "float", "bytes", "bool", "json"];
            if let Some(kind) = value.get("env_var_type").filter(|kind| kind.as_str().is_none_or(|kind| !known.contains(&kind))) {
                findings.error(
                    &format!("{path}/env_var_type"),
                    format!("{kind} is no type of a variable; use one of {}", known.join(", ")),
                );
            }
        } else if value.as_str().is_some() && sounds_secret(name) {
            findings.warn(&path, format!("`{name}` looks like a secret, and configuration is stored in clear; move it to `secrets` and take it from the environment"));
        }
    }
}

fn secrets(findings: &mut Findings<'_>, secrets: Option<&Value>) {
    let Some(secrets) = secrets else { return };
    let Some(groups) = secrets.as_object() else {
        return findings.error("/secrets", "`secrets` must be an object of groups");
    };
    for (group, keys) in groups {
        let path = format!("/secrets/{}", escape(group));
        let Some(keys) = keys.as_object() else {
            findings.error(&path, "a group of secrets must be an object of names and where to find them");
            continue;
        };
        let flat = matches!(keys.get("type").and_then(Value::as_str), Some("env" | "vault"));
        if flat {
            findings
                .warn(&path, "this declares one secret without a group; put it under a group, so that activities can name it");
            continue;
        }
        for (key, value) in keys {
            let path = format!("{path}/{}", escape(key));
            match value.get("type").and_then(Value::as_str) {
                Some("env") if value.get("key").and_then(Value::as_str).is_none() => {
                    findings.error(&path, "`key` is missing: name the environment variable");
                }
                Some("vault") if value.get("path").and_then(Value::as_str).is_none() => {
                    findings.error(&path, "`path` is missing: name the secret in the vault");
                }
                Some("env" | "vault") => {}
                _ if value.is_object() || value.is_null() => {}
                _ => findings.warn(&path, "this secret stands in clear, and journals repeat it; take it from the environment: {\"type\": \"env\", \"key\": \"NAME\"}"),
            }
        }
    }
}

fn contributions(findings: &mut Findings<'_>, contributions: Option<&Value>) {
    let Some(contributions) = contributions else { return };
    let Some(map) = contributions.as_object() else {
        return findings.error("/contributions", "`contributions` must be an object of properties and levels");
    };
    for (name, level) in map {
        if !matches!(level.as_str(), Some("high" | "medium" | "low" | "none")) {
            findings.error(&format!("/contributions/{}", escape(name)), "a contribution is one of high, medium, low, none");
        }
    }
}

pub(super) fn controls(findings: &mut Findings<'_>, controls: Option<&Value>, path: &str) {
    let Some(controls) = controls else { return };
    let Some(items) = controls.as_array() else {
        return findings.error(path, "`controls` must be a list of controls");
    };
    for (index, control) in items.iter().enumerate() {
        let path = format!("{path}/{index}");
        let Some(map) = control.as_object() else {
            findings.error(&path, "a control is an object with name and provider");
            continue;
        };
        if map.contains_key("ref") {
            continue;
        }
        findings.text(map, &path, "name", "name the control");
        match map.get("provider").and_then(Value::as_object) {
            None => findings.error(&path, "`provider` is missing: a control is a Python module"),
            Some(provider) => {
                if provider.get("module").and_then(Value::as_str).is_none_or(str::is_empty) {
                    findings.error(&format!("{path}/provider"), "`module` is missing: name the Python module of the control");
                }
            }
        }
        if map.get("scope").is_some_and(|scope| !matches!(scope.as_str(), Some("before" | "after"))) {
            findings.error(&format!("{path}/scope"), "`scope` is before or after");
        }
    }
}

/// Whether a key's name says that its value is for few eyes.
pub(super) fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    ["password", "passwd", "secret", "apikey", "authorization", "privatekey", "accesskey"].iter().any(|word| name.contains(word))
        || name.ends_with("token")
}

/// A key as a segment of a JSON pointer.
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
