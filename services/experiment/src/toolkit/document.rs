//! An experiment as it was written: parsed within limits, with the line of every value, and what can be said of it at a glance.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::check::check;
use super::json::{Reader, Room};
use super::lines::Lines;
use super::plan::{PlannedActivity, list, plan};
use super::yaml;

/// The largest document that is read, bytes.
pub const SIZE: usize = 1024 * 1024;
/// What stands in the place of a secret.
pub const MASK: &str = "[redacted]";

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Chaos Toolkit will refuse it, or it cannot mean anything.
    Error,
    /// It will run, but probably not as its author thinks.
    Warning,
}

/// Something wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Where: a JSON pointer (RFC 6901), empty for the whole document.
    pub path: String,
    /// On which line, from 1.
    pub line: Option<u32>,
    /// In which column, from 1, where it is known.
    #[serde(default)]
    pub column: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// What kind of problem it is: the same word for the same mistake.
    #[serde(default)]
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Problem {
    fn whole(line: Option<u32>, code: &str, message: impl Into<String>) -> Vec<Self> {
        let (code, message) = (code.to_owned(), message.into());
        vec![Self { path: String::new(), line, column: None, severity: Severity::Error, code, message }]
    }
}

/// An experiment that could be read. It may still have problems: see [`Document::check`].
#[derive(Debug, Clone)]
pub struct Document {
    value: Value,
    lines: Lines,
    /// Numbers whose text is not what is written for their value, as they stand.
    spelled: Vec<String>,
    /// A number was NaN or infinite.
    beyond_json: bool,
    /// Variables of the environment that a run gets.
    given: Vec<String>,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// The one problem that stops the reading: its size, its syntax, its depth, or that it is no object.
    pub fn parse(source: &[u8], format: Format) -> Result<Self, Vec<Problem>> {
        if source.len() > SIZE {
            return Err(Problem::whole(None, "too-large", "The document is larger than 1 MiB. Keep data in files of its own."));
        }
        let Ok(text) = str::from_utf8(source) else {
            let valid = source.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
            let line = 1 + source[..valid].iter().filter(|byte| **byte == b'\n').count();
            return Err(Problem::whole(u32::try_from(line).ok(), "not-utf-8", "This is not UTF-8 text. Save it as UTF-8."));
        };
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            return Err(Problem::whole(
                None,
                "empty",
                "The document is empty. An experiment needs title, description and method.",
            ));
        }
        let (value, lines, spelled, beyond_json) = match format {
            Format::Json if text.starts_with('\u{feff}') => {
                let message =
                    "The file begins with a byte-order mark, which Chaos Toolkit refuses in JSON. Save it as UTF-8 without one.";
                return Err(Problem::whole(Some(1), "byte-order-mark", message));
            }
            Format::Json => json(source)?,
            Format::Yaml => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                let (value, lines, spelled) =
                    yaml::read(text).map_err(|(line, message)| Problem::whole(Some(line), "syntax", message))?;
                (value, lines, spelled, false)
            }
        };
        if !value.is_object() {
            let message = "An experiment is an object with title, description and method.";
            return Err(Problem::whole(Some(lines.of("").0), "wrong-type", message));
        }
        Ok(Self { value, lines, spelled, beyond_json, given: Vec::new() })
    }

    /// Tells which variables of the environment a run of it gets.
    #[must_use]
    pub fn where_there_is(mut self, variables: &[String]) -> Self {
        self.given = variables.to_vec();
        self
    }

    pub(super) fn gives(&self, variable: &str) -> bool {
        self.given.iter().any(|given| given == variable)
    }

    /// Whether a number is a whole one that is too large for ours.
    pub(super) fn is_whole(&self, number: &serde_json::Number) -> bool {
        let digits = |text: &&String| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'_'));
        let large = number.as_f64().is_some_and(|float| float.abs() >= 1.8e19);
        large && self.spelled.iter().filter(digits).any(|text| text.replace('_', "").parse().ok() == number.as_f64())
    }

    pub(super) fn beyond_json(&self) -> bool {
        self.beyond_json
    }

    /// Line and column of a JSON pointer, or of what is around it.
    pub(super) fn place(&self, pointer: &str) -> (u32, u32) {
        self.lines.of(pointer)
    }

    /// Everything that is wrong with it, errors first.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        check(self)
    }

    /// What it says, secrets included.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Keys given twice in one object, each with a line.
    #[must_use]
    pub fn repeats(&self) -> &[(u32, String)] {
        self.lines.repeats()
    }

    /// Its title; empty when it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text("/title").unwrap_or_default()
    }

    /// Its description; empty when it has none.
    #[must_use]
    pub fn description(&self) -> &str {
        self.text("/description").unwrap_or_default()
    }

    /// Its tags.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        list(self.value.get("tags")).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The hypothesis' title.
    #[must_use]
    pub fn hypothesis(&self) -> Option<&str> {
        self.text("/steady-state-hypothesis/title")
    }

    /// What it will do, in order.
    #[must_use]
    pub fn plan(&self) -> Vec<PlannedActivity> {
        plan(&self.value)
    }

    /// What everyone may see: the document with the literal values of its secrets replaced.
    #[must_use]
    pub fn masked(&self) -> Value {
        let mut value = self.value.clone();
        if let Some(secrets) = value.get_mut("secrets") {
            mask(secrets);
        }
        value
    }

    /// The literal values in its secrets, for a redactor.
    #[must_use]
    pub fn secret_values(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(secrets) = self.value.get("secrets") {
            gather(secrets, &self.spelled, &mut found);
        }
        found
    }

    /// The environment variables that its secrets are taken from.
    #[must_use]
    pub fn secret_variables(&self) -> Vec<&str> {
        let mut found = Vec::new();
        if let Some(secrets) = self.value.get("secrets") {
            variables(secrets, &mut found);
        }
        found
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        self.value.pointer(pointer).and_then(Value::as_str)
    }
}

fn json(source: &[u8]) -> Result<(Value, Lines, Vec<String>, bool), Vec<Problem>> {
    let mut reader = Reader::new(source);
    reader.strict = true;
    reader.spelled = Some(Vec::new());
    reader.lines = Some(Lines::new());
    let value = reader.value(&mut Room::all());
    let lines = reader.lines.take().unwrap_or_else(Lines::new);
    let spelled = reader.spelled.take().unwrap_or_default();
    if let Some(broken) = reader.broken {
        let line = reader.line(broken.at);
        return Err(Problem::whole(Some(line), "syntax", format!("This is not JSON: expected {}.", broken.expected)));
    }
    if reader.too_deep {
        return Err(Problem::whole(None, "too-deep", "The document is nested too deeply. No experiment needs so many levels."));
    }
    if reader.peek().is_some() {
        let at = reader.position();
        let line = reader.line(at);
        return Err(Problem::whole(Some(line), "syntax", "Something follows the end of the experiment. Remove it."));
    }
    Ok((value.unwrap_or_default(), lines, spelled, reader.non_finite))
}

/// A value that only says where the secret is: an environment variable, a vault.
fn declares(map: &Map<String, Value>) -> bool {
    matches!(map.get("type").and_then(Value::as_str), Some("env" | "vault" | "file"))
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) if declares(map) => {
            if let Some(default) = map.get_mut("default") {
                mask(default);
            }
        }
        Value::Object(map) => map.values_mut().for_each(mask),
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Null => {}
        literal => *literal = Value::String(MASK.to_owned()),
    }
}

/// The literal values; numbers also as `spelled` has them.
pub(super) fn gather(value: &Value, spelled: &[String], found: &mut Vec<String>) {
    match value {
        Value::Object(map) if declares(map) => {
            map.get("default").into_iter().for_each(|default| gather(default, spelled, found));
        }
        Value::Object(map) => map.values().for_each(|value| gather(value, spelled, found)),
        Value::Array(items) => items.iter().for_each(|value| gather(value, spelled, found)),
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => {
            found.push(number.to_string());
            let same = |text: &&String| yaml::number(text).is_some_and(|read| read.as_f64() == number.as_f64());
            found.extend(spelled.iter().filter(same).cloned());
        }
        Value::Bool(_) | Value::Null => {}
    }
}

fn variables<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) if map.get("type").and_then(Value::as_str) == Some("env") => {
            found.extend(map.get("key").and_then(Value::as_str));
        }
        Value::Object(map) => map.values().for_each(|value| variables(value, found)),
        Value::Array(items) => items.iter().for_each(|value| variables(value, found)),
        _ => {}
    }
}
