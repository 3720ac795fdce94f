//! What may be given to a run: the entries of an experiment's `configuration`, and what a text says once they are filled in.

use super::{check_secrets::sounds_secret, near};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Values longer than this are cut in titles, characters.
const LONGEST_SHOWN: usize = 40;

/// So many are told behind a title.
const MOST_SHOWN: usize = 3;

/// Where the value of a parameter comes from when none is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterKind {
    /// It stands in the experiment.
    Literal,
    /// An environment variable of the run.
    Env,
    /// Something that is found out when the run starts, such as the answer of a probe.
    Dynamic,
}

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterType {
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list, an object, or anything else that is written as JSON.
    Json,
}

/// One entry of an experiment's `configuration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where its value comes from when none is given.
    pub kind: ParameterKind,
    /// What it takes.
    #[serde(rename = "type")]
    pub takes: ParameterType,
    /// The value that the experiment gives; none where there is none, or where the name says that it is secret.
    pub default: Option<Value>,
    /// The environment variable that it is read from.
    pub variable: Option<String>,
}

/// The value that a run had for a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UsedParameter {
    /// Its name.
    pub name: String,
    /// The value that was given for this run; `[redacted]` where the name says that it is secret.
    pub value: Value,
    /// What it would have been otherwise, where that is known.
    pub default: Option<Value>,
}

/// What may be given to a run of this experiment, in the order of the document. The rule is that of chaoslib's
/// `load_configuration`: any declared name can be given, and nothing else is looked at.
#[must_use]
pub fn parameters(experiment: &Value) -> Vec<Parameter> {
    let declared = experiment.get("configuration").and_then(Value::as_object);
    declared.into_iter().flatten().map(|(name, value)| parameter(name, value)).collect()
}

fn parameter(name: &str, value: &Value) -> Parameter {
    let shown = |value: &Value| (!sounds_secret(name)).then(|| value.clone());
    let (kind, takes, default, variable) = match value.get("type").and_then(Value::as_str) {
        Some("env") => {
            let default = value.get("default");
            let takes = match value.get("env_var_type").and_then(Value::as_str) {
                Some("int") => ParameterType::Integer,
                Some("float") => ParameterType::Number,
                Some("bool") => ParameterType::Boolean,
                Some("json") => ParameterType::Json,
                _ => ParameterType::String,
            };
            let variable = value.get("key").and_then(Value::as_str).map(str::to_owned);
            (ParameterKind::Env, takes, default.and_then(shown), variable)
        }
        Some(_) => (ParameterKind::Dynamic, ParameterType::Json, None, None),
        None => (ParameterKind::Literal, type_of(value), shown(value), None),
    };
    Parameter { name: name.to_owned(), kind, takes, default, variable }
}

fn type_of(value: &Value) -> ParameterType {
    match value {
        Value::String(_) => ParameterType::String,
        Value::Bool(_) => ParameterType::Boolean,
        Value::Number(number) if number.is_i64() || number.is_u64() => ParameterType::Integer,
        Value::Number(_) => ParameterType::Number,
        Value::Null | Value::Array(_) | Value::Object(_) => ParameterType::Json,
    }
}

/// What is wrong with the names that were given: each unknown one, what is most like it, and what there is.
#[must_use]
pub fn unknown(declared: &[Parameter], given: &BTreeMap<String, Value>) -> Option<String> {
    let known = |name: &str| declared.iter().any(|parameter| parameter.name == name);
    let strangers: Vec<_> = given.keys().filter(|name| !known(name)).map(|name| stranger(declared, name)).collect();
    if strangers.is_empty() {
        return None;
    }
    let there = match declared {
        [] => "this experiment has no `configuration`, so it takes no parameters".to_owned(),
        _ => {
            let names: Vec<_> = declared.iter().map(|parameter| format!("`{}`", parameter.name)).collect();
            format!("there is {}", names.join(", "))
        }
    };
    Some(format!("the experiment has no parameter {}; {there}", strangers.join(", ")))
}

/// The given values that Chaos Toolkit would take for a definition, such as a probe to run or a variable to read: who may
/// start a run must not bring commands of their own into it. By chaoslib's rule these are objects with a `type`.
#[must_use]
pub fn definitions(given: &BTreeMap<String, Value>) -> Option<String> {
    let defines = |value: &Value| value.get("type").is_some();
    let names: Vec<_> = given.iter().filter(|(_, value)| defines(value)).map(|(name, _)| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        format!("{} has an object with a `type`, which Chaos Toolkit would carry out; give a plain value", names.join(", "))
    })
}

fn stranger(declared: &[Parameter], name: &str) -> String {
    let known: Vec<&str> = declared.iter().map(|parameter| parameter.name.as_str()).collect();
    match near::miss(name, &known) {
        Some(meant) => format!("`{name}` (did you mean `{meant}`?)"),
        None => format!("`{name}`"),
    }
}

/// What the experiment says of each given parameter, where that is known and no secret.
#[must_use]
pub fn defaults(declared: &[Parameter], given: &BTreeMap<String, Value>) -> Map<String, Value> {
    let asked = declared.iter().filter(|parameter| given.contains_key(&parameter.name));
    asked.filter_map(|parameter| Some((parameter.name.clone(), parameter.default.clone()?))).collect()
}

/// What a run was given, beside what the experiment says.
#[must_use]
pub fn used(given: &Map<String, Value>, defaults: &Map<String, Value>) -> Vec<UsedParameter> {
    let one = |(name, value): (&String, &Value)| UsedParameter {
        name: name.clone(),
        value: if sounds_secret(name) { "[redacted]".into() } else { value.clone() },
        default: defaults.get(name).cloned(),
    };
    given.iter().map(one).collect()
}

/// The title of a run: `${name}` filled in as Chaos Toolkit does, where the value is known and no secret; what was given
/// and does not stand in the title follows behind it.
#[must_use]
pub fn title(title: &str, declared: &[Parameter], given: &BTreeMap<String, Value>) -> String {
    let mut filled = title.to_owned();
    let mut behind = Vec::new();
    for parameter in declared.iter().filter(|parameter| !sounds_secret(&parameter.name)) {
        let name = &parameter.name;
        // Only what stands in the experiment is known here: a variable of the run's environment may say something else.
        let known = given.get(name).or(parameter.default.as_ref().filter(|_| parameter.kind == ParameterKind::Literal));
        let hole = format!("${{{name}}}");
        match known {
            Some(value) if filled.contains(&hole) => filled = filled.replace(&hole, &shown(value)),
            Some(value) if given.contains_key(name) => behind.push(format!("{name}={}", shown(value))),
            _ => {}
        }
    }
    if behind.is_empty() {
        return filled;
    }
    let more = behind.len().saturating_sub(MOST_SHOWN);
    behind.truncate(MOST_SHOWN);
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    format!("{filled} ({}{more})", behind.join(", "))
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() <= LONGEST_SHOWN {
        return text;
    }
    text.chars().take(LONGEST_SHOWN).chain(['…']).collect()
}
