//! The grammar of an experiment, with its traps. An error is what Chaos Toolkit's own validator refuses wherever it runs;
//! all else is a warning: what it would silently misread, and what may be missing where the experiment runs.

use serde_json::{Map, Value};

use super::check_activity::{Place, activity};
use super::check_secrets::{clear, configuration, secrets};
use super::document::{Document, Problem, Severity};
use super::near;
use super::plan::list;

/// A document with more problems than this has one: it is something else.
const MOST: usize = 100;

/// What `check` gathers while it walks.
pub(super) struct Findings<'a> {
    pub(super) document: &'a Document,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    pub(super) fn error(&mut self, path: &str, code: &str, message: impl Into<String>) {
        self.add(path, Severity::Error, code, message.into());
    }

    pub(super) fn warn(&mut self, path: &str, code: &str, message: impl Into<String>) {
        self.add(path, Severity::Warning, code, message.into());
    }

    /// A value that Chaos Toolkit takes as there, which should be a text that says something. `why` follows the name.
    pub(super) fn text(&mut self, map: &Map<String, Value>, path: &str, key: &str, why: &str) {
        let here = format!("{path}/{key}");
        match map.get(key) {
            None => self.error(path, "missing", format!("`{key}` is missing{why}")),
            Some(Value::String(text)) if !text.trim().is_empty() => {}
            Some(value) if !truthy(value) => self.error(&here, "empty", format!("`{key}` is empty{why}")),
            Some(Value::String(_)) => self.warn(&here, "empty", format!("`{key}` is blank{why}")),
            Some(_) => self.warn(&here, "not-text", format!("`{key}` is not text{why}")),
        }
    }

    /// Keys that look like others which are read.
    pub(super) fn keys(&mut self, map: &Map<String, Value>, path: &str, known: &[&str]) {
        for key in map.keys() {
            if let Some(meant) = near::miss(key, known) {
                let here = format!("{path}/{}", escape(key));
                self.warn(&here, "unknown-key", format!("Chaos Toolkit does not read `{key}`. Did you mean `{meant}`?"));
            }
        }
    }

    fn add(&mut self, path: &str, severity: Severity, code: &str, message: String) {
        if self.problems.len() < MOST {
            let (line, column) = self.document.place(path);
            let code = code.to_owned();
            let place = (Some(line), Some(column).filter(|column| *column > 0));
            self.problems.push(Problem { path: path.to_owned(), line: place.0, column: place.1, severity, code, message });
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
    if document.beyond_json() {
        findings.warn(
            "",
            "not-a-number",
            "A number here is NaN or infinite. Chaos Toolkit reads it, most other programs do not; write it as text.",
        );
    }
    let mut problems = findings.problems;
    let repeats = document.repeats().iter().map(|(line, key)| Problem {
        path: String::new(),
        line: Some(*line),
        column: None,
        severity: Severity::Warning,
        code: "duplicate-key".to_owned(),
        message: format!("`{key}` is given twice here. Only the last one counts."),
    });
    problems.extend(repeats);
    problems.sort_by_key(|problem| (problem.severity == Severity::Warning, problem.line));
    problems
}

fn experiment_level(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    findings.text(experiment, "", "title", "; say in a few words what is tried.");
    findings.text(experiment, "", "description", "; say why you run it and what you expect.");
    tags(findings, experiment.get("tags"));
    extensions(findings, experiment.get("extensions"));
    method(findings, experiment);
    hypothesis(findings, experiment);
    rollbacks(findings, experiment);
    runtime(findings, experiment.get("runtime"));
    configuration(findings, experiment.get("configuration"));
    secrets(findings, experiment.get("secrets"));
    contributions(findings, experiment.get("contributions"));
    controls(findings, experiment.get("controls"), "/controls");
    clear(findings, experiment);
    if let Some(dry) = experiment.get("dry").filter(|dry| truthy(dry)) {
        let what = if dry.is_string() { "Text here" } else { "This key" };
        findings.warn(
            "/dry",
            "no-effect",
            format!("{what} protects nothing: `chaos run` overwrites it, and the actions run. Use its option --dry."),
        );
    }
    let aliases = [
        ("hypothesis", "steady-state-hypothesis"),
        ("steady_state_hypothesis", "steady-state-hypothesis"),
        ("rollback", "rollbacks"),
        ("methods", "method"),
    ];
    for (given, meant) in aliases {
        if experiment.contains_key(given) {
            findings.warn(
                &format!("/{given}"),
                "unknown-key",
                format!("Chaos Toolkit does not read `{given}`. Did you mean `{meant}`?"),
            );
        }
    }
    let known = [
        "title",
        "description",
        "tags",
        "steady-state-hypothesis",
        "method",
        "rollbacks",
        "configuration",
        "secrets",
        "controls",
        "extensions",
        "contributions",
        "runtime",
        "version",
        "dry",
        "interruption",
        "safeguards",
        "hypothesis",
        "steady_state_hypothesis",
        "rollback",
        "methods",
    ];
    findings.keys(experiment, "", &known);
}

fn tags(findings: &mut Findings<'_>, tags: Option<&Value>) {
    match tags {
        Some(Value::Array(tags)) => {
            for (index, tag) in tags.iter().enumerate() {
                let here = format!("/tags/{index}");
                match tag {
                    Value::String(tag) if tag.is_empty() => findings.error(&here, "empty", "A tag is text that is not empty."),
                    Value::String(_) => {}
                    _ => findings.error(&here, "wrong-type", "A tag is text. Put quotes around it."),
                }
            }
        }
        Some(Value::String(tag)) if !tag.is_empty() => {
            findings.warn("/tags", "not-a-list", "A text here is read as one tag for each of its letters. Write a list of tags.");
        }
        Some(Value::Object(map)) if map.contains_key("") => findings.error("/tags", "wrong-type", "`tags` is a list of texts."),
        Some(Value::Object(map)) if !map.is_empty() => {
            findings.warn("/tags", "not-a-list", "`tags` is a list of texts. Only the names of this object are read.")
        }
        Some(value) if truthy(value) => findings.error("/tags", "wrong-type", "`tags` is a list of texts."),
        _ => {}
    }
}

fn extensions(findings: &mut Findings<'_>, extensions: Option<&Value>) {
    match extensions {
        Some(Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                if item.get("name").and_then(Value::as_str).is_none_or(|name| name.trim().is_empty()) {
                    findings.error(&format!("/extensions/{index}"), "missing", "An extension is an object with a `name`.");
                }
            }
        }
        Some(value) if truthy(value) => {
            findings.error("/extensions", "wrong-type", "`extensions` is a list of objects with a `name`.")
        }
        _ => {}
    }
}

fn method(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    match experiment.get("method") {
        None => findings.error("", "missing", "`method` is missing; list the actions and probes to play. The list may be empty."),
        Some(Value::Array(items)) => {
            if items.is_empty() {
                findings.warn(
                    "/method",
                    "nothing-to-do",
                    "The method is empty, so nothing is tried and the run is inconclusive. Add an action.",
                );
            }
            for (index, item) in items.iter().enumerate() {
                activity(findings, item, &format!("/method/{index}"), Place::Method);
            }
        }
        Some(_) => findings.error("/method", "wrong-type", "`method` is a list of activities."),
    }
}

fn hypothesis(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    let here = "/steady-state-hypothesis";
    match experiment.get("steady-state-hypothesis") {
        None => {
            findings.warn(
                "",
                "no-hypothesis",
                "There is no `steady-state-hypothesis`, so a run cannot prove anything. Add one with a probe.",
            );
        }
        Some(Value::Object(hypothesis)) => {
            findings.text(hypothesis, here, "title", "; say what holds when all is well.");
            match hypothesis.get("probes") {
                Some(Value::Array(probes)) => {
                    if probes.is_empty() {
                        findings.warn(
                            &format!("{here}/probes"),
                            "no-hypothesis",
                            "The hypothesis has no probes, so a run cannot prove anything. Add one.",
                        );
                    }
                    for (index, probe) in probes.iter().enumerate() {
                        activity(findings, probe, &format!("{here}/probes/{index}"), Place::Hypothesis);
                    }
                }
                None => findings.warn(
                    here,
                    "no-hypothesis",
                    "`probes` is missing, so a run cannot prove anything. List what to measure, each with a tolerance.",
                ),
                Some(_) => findings.error(&format!("{here}/probes"), "wrong-type", "`probes` is a list of probes."),
            }
            controls(findings, hypothesis.get("controls"), &format!("{here}/controls"));
            findings.keys(hypothesis, here, &["title", "probes", "controls", "description"]);
        }
        Some(Value::Null) => {
            findings.error(here, "wrong-type", "`steady-state-hypothesis` is empty. Remove the key, or write title and probes.")
        }
        Some(_) => findings.error(here, "wrong-type", "`steady-state-hypothesis` is an object with title and probes."),
    }
}

fn rollbacks(findings: &mut Findings<'_>, experiment: &Map<String, Value>) {
    match experiment.get("rollbacks") {
        None | Some(Value::Array(_)) => {}
        Some(value @ (Value::String(_) | Value::Object(_))) if !truthy(value) => {
            findings.warn("/rollbacks", "not-a-list", "`rollbacks` is a list of actions.");
        }
        Some(_) => return findings.error("/rollbacks", "wrong-type", "`rollbacks` is a list of actions."),
    }
    let declared = list(experiment.get("rollbacks"));
    for (index, item) in declared.iter().enumerate() {
        activity(findings, item, &format!("/rollbacks/{index}"), Place::Rollbacks);
    }
    let acts = |item: &&Value| item.get("type").and_then(Value::as_str) == Some("action");
    if declared.is_empty() && list(experiment.get("method")).iter().any(|item| acts(&item)) {
        findings.warn(
            "/rollbacks",
            "no-rollbacks",
            "The method acts, but there are no rollbacks. Add what undoes the fault, so that a stop leaves nothing broken.",
        );
    }
}

fn runtime(findings: &mut Findings<'_>, runtime: Option<&Value>) {
    let Some(runtime) = runtime.filter(|runtime| !runtime.is_null()) else { return };
    let Some(map) = runtime.as_object() else {
        return findings.warn("/runtime", "wrong-type", "`runtime` is an object with `hypothesis` and `rollbacks`.");
    };
    findings.keys(map, "/runtime", &["hypothesis", "rollbacks", "python"]);
    let kinds: [(&str, &[&str]); 2] = [
        ("rollbacks", &["default", "always", "never", "deviated"]),
        ("hypothesis", &["default", "before-method-only", "after-method-only", "during-method-only", "continuously", "skip"]),
    ];
    for (kind, strategies) in kinds {
        let here = format!("/runtime/{kind}");
        let path = format!("{here}/strategy");
        let Some(part) = map.get(kind) else { continue };
        let Some(part) = part.as_object() else {
            findings.warn(&here, "wrong-type", format!("`{kind}` is an object with a `strategy`."));
            continue;
        };
        findings.keys(part, &here, &["strategy", "frequency", "fail_fast"]);
        match part.get("strategy") {
            None => {}
            Some(Value::String(named)) if kind == "rollbacks" && named == "never" => {
                findings.warn(
                    &path,
                    "risky",
                    "The rollbacks are never played, so the fault stays. Use `always` unless something else undoes it.",
                );
            }
            Some(Value::String(named)) if strategies.contains(&named.as_str()) => {}
            Some(Value::String(named)) if kind == "hypothesis" && named == "continously" => {
                findings.warn(&path, "old-spelling", "`continously` is an old spelling. Write `continuously`.");
            }
            Some(named) => {
                let meant = named.as_str().and_then(|named| near::miss(named, strategies));
                let meant = meant
                    .map_or_else(|| format!("Use one of {}.", strategies.join(", ")), |meant| format!("Did you mean `{meant}`?"));
                findings.warn(
                    &path,
                    "unknown-value",
                    format!("{named} is not a strategy, and `chaos run` stops at it or ignores it. {meant}"),
                );
            }
        }
    }
    if let Some(python) = map.get("python") {
        match python.as_object() {
            Some(python) => findings.keys(python, "/runtime/python", &["dependencies", "isolated", "version"]),
            None => {
                findings.warn("/runtime/python", "wrong-type", "`python` is an object with dependencies, isolated and version.")
            }
        }
    }
}

fn contributions(findings: &mut Findings<'_>, contributions: Option<&Value>) {
    match contributions {
        None => {}
        Some(Value::Object(map)) => {
            for (name, level) in map {
                if !matches!(level.as_str(), Some("high" | "medium" | "low" | "none")) {
                    findings.warn(
                        &format!("/contributions/{}", escape(name)),
                        "unknown-value",
                        "A contribution is one of high, medium, low, none.",
                    );
                }
            }
        }
        Some(_) => findings.warn("/contributions", "wrong-type", "`contributions` is an object of properties and levels."),
    }
}

/// Controls of one place. Those of all places know each other by name.
pub(super) fn controls(findings: &mut Findings<'_>, controls: Option<&Value>, path: &str) {
    let items = match controls {
        None => return,
        Some(Value::Array(items)) => items,
        Some(value @ (Value::String(_) | Value::Object(_))) if !truthy(value) => {
            return findings.warn(path, "not-a-list", "`controls` is a list of controls.");
        }
        Some(_) => return findings.error(path, "wrong-type", "`controls` is a list of controls."),
    };
    for (index, control) in items.iter().enumerate() {
        let path = format!("{path}/{index}");
        let Some(map) = control.as_object() else {
            findings.error(&path, "wrong-type", "A control is an object with name and provider.");
            continue;
        };
        if let Some(named) = map.get("ref")
            && !declared_controls(findings.document.value()).any(|name| name == named)
        {
            findings.error(
                &format!("{path}/ref"),
                "not-found",
                format!("No control has the name {named}. Correct the name, or write the control out."),
            );
        }
        match map.get("name") {
            None => findings.error(&path, "missing", "`name` is missing; every control has one, also beside a `ref`."),
            Some(name) if !truthy(name) => {
                findings.warn(&format!("{path}/name"), "empty", "`name` is empty, so the control is not set up. Name it.")
            }
            Some(_) => {}
        }
        match map.get("provider") {
            None => findings.error(&path, "missing", "`provider` is missing; a control is a Python module, also beside a `ref`."),
            Some(Value::Object(provider)) if provider.get("type").and_then(Value::as_str) == Some("python") => {
                let here = format!("{path}/provider");
                match provider.get("module") {
                    Some(Value::String(module)) if module.starts_with('.') => {
                        findings.error(
                            &format!("{here}/module"),
                            "unknown-value",
                            "A module is named from its top, without a dot before it.",
                        );
                    }
                    Some(Value::String(module)) if !module.is_empty() => {}
                    _ => findings.error(&here, "missing", "`module` is missing; name the Python module of the control."),
                }
            }
            Some(Value::Object(_)) => {
                findings.warn(
                    &format!("{path}/provider"),
                    "unknown-value",
                    "Only controls of type python are played. Set the type to python.",
                );
            }
            Some(_) => findings.error(&format!("{path}/provider"), "wrong-type", "`provider` is an object with type and module."),
        }
        match map.get("scope") {
            Some(scope) if truthy(scope) && !matches!(scope.as_str(), Some("before" | "after")) => {
                findings.error(&format!("{path}/scope"), "unknown-value", "`scope` is before or after.");
            }
            _ => {}
        }
        findings.keys(map, &path, &["name", "provider", "scope", "automatic", "ref"]);
    }
}

/// The names of controls that are written out, wherever they stand.
fn declared_controls(experiment: &Value) -> impl Iterator<Item = &Value> {
    let hypothesis = experiment.get("steady-state-hypothesis");
    let probes = list(hypothesis.and_then(|hypothesis| hypothesis.get("probes")));
    let activities = probes.iter().chain(list(experiment.get("method"))).chain(list(experiment.get("rollbacks")));
    let places = [Some(experiment), hypothesis].into_iter().flatten().chain(activities);
    let controls = places.flat_map(|place| list(place.get("controls")));
    controls.filter(|control| control.get("ref").is_none()).filter_map(|control| control.get("name"))
}

/// Whether Python takes a value for true.
pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// A key as a segment of a JSON pointer.
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
