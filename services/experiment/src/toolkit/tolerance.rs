//! Tolerances and outputs, by Chaos Toolkit's own rule: what was answered, what was expected instead, and whether it fits.

use serde_json::Value;

use super::plan::list;

/// How much of an answer is quoted, characters.
const QUOTE: usize = 60;

/// A tolerance by itself: "200", "between 1 and 3", "one of 200, 201, 204", "matches ^ok", "$.replicas is 3".
#[must_use]
pub fn words(tolerance: &Value) -> String {
    match form(tolerance) {
        Form::Exactly(value) => literal(value),
        Form::Between(low, high) => format!("between {} and {}", literal(low), literal(high)),
        Form::OneOf(values) => format!("one of {}", several(values)),
        Form::Matches(pattern) => format!("matches {}", brief(pattern, QUOTE)),
        Form::At(path, Some(expected)) => format!("{path} is {}", any(expected)),
        Form::At(path, None) => format!("{path} is there"),
        Form::Probe(name) => format!("accepted by {name}"),
        Form::Unknown => "a tolerance of its own".to_owned(),
    }
}

/// An answer against the tolerance it missed: "returned 503 (expected 200)".
#[must_use]
pub fn against(output: &Value, tolerance: Option<&Value>) -> String {
    let Some(tolerance) = tolerance else { return format!("returned {}", short(output)) };
    let seen = target(output, tolerance);
    match form(tolerance) {
        Form::Matches(pattern) => format!("returned {} (expected a match of {})", short(seen), brief(pattern, QUOTE)),
        Form::At(path, expected) => {
            let found = follow(seen, path);
            let answered = match found {
                Some(found) => format!("returned {path} = {}", short(found)),
                None => format!("returned {}", short(output)),
            };
            match expected {
                Some(expected) => format!("{answered} (expected {})", any(expected)),
                None => format!("{answered} (expected {path} to be there)"),
            }
        }
        Form::Probe(name) => format!("returned {}, which {name} does not accept", short(seen)),
        Form::Unknown => format!("returned {}, outside its tolerance", short(seen)),
        // Of an answer with a status, a list names the good ones, however many they are.
        Form::Between(..) if tolerance.is_array() && output.get("status").is_some() => {
            format!("returned {} (expected one of {})", short(seen), several(list(Some(tolerance))))
        }
        Form::Exactly(_) | Form::Between(..) | Form::OneOf(_) => {
            format!("returned {} (expected {})", short(seen), words(tolerance))
        }
    }
}

/// Whether an answer fits a tolerance, as Chaos Toolkit decides it in the hypothesis. None where that cannot be known
/// here: variables, functions of Python, paths with filters, an answer of which only a part was kept.
#[must_use]
pub fn accepts(tolerance: &Value, output: &Value, cut: bool) -> Option<bool> {
    let variable = |text: &str| text.contains("${");
    let status = output.get("status").filter(|_| output.is_object());
    match tolerance {
        Value::Number(number) if !number.is_f64() => {
            return status.map_or_else(|| (!cut).then(|| same(output, tolerance)), |status| Some(same(status, tolerance)));
        }
        Value::Array(items) if status.is_some() => return status.map(|status| items.iter().any(|item| same(item, status))),
        _ if cut => return None,
        _ => {}
    }
    match tolerance {
        Value::Bool(_) => Some(same(output, tolerance)),
        Value::String(text) => (!variable(text)).then(|| same(output, tolerance)),
        Value::Array(items) => match items.as_slice() {
            [low, high] => between(low, output, high),
            _ => Some(items.iter().any(|item| same(item, output))),
        },
        Value::Object(map) => {
            let seen = target(output, tolerance);
            match map.get("type")?.as_str()? {
                "range" => {
                    let [low, high] = map.get("range")?.as_array()?.as_slice() else { return None };
                    let (low, high) = (low.as_f64()?, high.as_f64()?);
                    let number = match seen {
                        Value::Number(number) => number.as_f64()?,
                        Value::String(text) => match text.trim().parse::<f64>() {
                            Ok(number) => number,
                            Err(_) => return Some(false),
                        },
                        _ => return None,
                    };
                    Some(low <= number && number <= high)
                }
                "regex" => {
                    let pattern = map.get("pattern")?.as_str().filter(|pattern| !variable(pattern))?;
                    Some(regex::Regex::new(pattern).ok()?.is_match(seen.as_str()?))
                }
                "jsonpath" => {
                    let path = map.get("path")?.as_str().filter(|path| plain(path))?;
                    let parsed = seen.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
                    let found = follow(parsed.as_ref().unwrap_or(seen), path);
                    match (map.get("expect"), map.get("count")) {
                        (Some(expected), _) if expected.to_string().contains("${") => None,
                        (Some(Value::Array(items)), _) => Some(
                            items.len() == usize::from(found.is_some())
                                && found.into_iter().zip(items).all(|(found, item)| same(found, item)),
                        ),
                        (Some(expected), _) => Some(found.is_some_and(|found| same(found, expected))),
                        (None, Some(count)) if !count.is_null() => Some(count.as_u64() == Some(u64::from(found.is_some()))),
                        (None, _) => Some(found.is_some()),
                    }
                }
                _ => None,
            }
        }
        Value::Number(_) | Value::Null => None,
    }
}

/// Whether Python calls two values equal: numbers by their value, and truth is a number.
fn same(one: &Value, other: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        Value::Number(number) => number.as_f64(),
        _ => None,
    };
    match (number(one), number(other)) {
        #[expect(clippy::float_cmp, reason = "equality is what is asked")]
        (Some(one), Some(other)) => one == other,
        (None, None) => match (one, other) {
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len() && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
            }
            _ => one == other,
        },
        _ => false,
    }
}

/// Two bounds, of numbers or of texts.
fn between(low: &Value, value: &Value, high: &Value) -> Option<bool> {
    match (low, value, high) {
        (Value::String(low), Value::String(value), Value::String(high)) => {
            (!low.contains("${") && !high.contains("${")).then(|| low <= value && value <= high)
        }
        _ => {
            let (low, value, high) = (low.as_f64()?, value.as_f64()?, high.as_f64()?);
            Some(low <= value && value <= high)
        }
    }
}

/// An output in a word or two: the status of an HTTP answer, the exit code of a process, a plain value.
#[must_use]
pub fn short(output: &Value) -> String {
    match output {
        Value::Null => "nothing".to_owned(),
        Value::Object(map) => {
            match (map.get("status"), map.get("stdout"), map.contains_key("headers") || map.contains_key("body")) {
                (Some(status), Some(_), _) => format!("exit {}", literal(status)),
                (Some(status), None, true) => literal(status),
                _ => match serde_json::to_string(output) {
                    Ok(text) if text.len() <= QUOTE => text,
                    _ => format!("an object with {}", count(map.len(), "key")),
                },
            }
        }
        Value::Array(items) => match serde_json::to_string(output) {
            Ok(text) if text.len() <= QUOTE => text,
            _ => format!("a list of {}", count(items.len(), "item")),
        },
        plain => literal(plain),
    }
}

/// A span of time as people say it: "85 ms", "2.4 s", "12 s", "2 min 5 s", "3 h 10 min".
#[must_use]
pub fn span(seconds: f64) -> String {
    let seconds = if seconds.is_finite() { seconds.max(0.0) } else { 0.0 };
    let whole = seconds.round().min(1e12);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1e12, and whole")]
    let count = whole as u64;
    match count {
        0..10 if seconds < 0.9995 => format!("{:.0} ms", seconds * 1000.0),
        0..10 => format!("{seconds:.1} s"),
        10..120 => format!("{count} s"),
        120..7200 => format!("{} min {} s", count / 60, count % 60),
        _ => format!("{} h {} min", count / 3600, count / 60 % 60),
    }
}

/// At most `limit` characters of one line of text.
#[must_use]
pub fn brief(text: &str, limit: usize) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

/// "1 key", "2 keys".
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

enum Form<'a> {
    Exactly(&'a Value),
    Between(&'a Value, &'a Value),
    OneOf(&'a [Value]),
    Matches(&'a str),
    At(&'a str, Option<&'a Value>),
    Probe(&'a str),
    Unknown,
}

fn form(tolerance: &Value) -> Form<'_> {
    match tolerance {
        Value::Array(items) => range(items).unwrap_or(Form::OneOf(items)),
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            match text("type") {
                Some("range") => {
                    map.get("range").and_then(Value::as_array).and_then(|items| range(items)).unwrap_or(Form::Unknown)
                }
                Some("regex") => text("pattern").map_or(Form::Unknown, Form::Matches),
                Some("jsonpath") => {
                    let expected = map.get("expect").or_else(|| map.get("count"));
                    text("path").map_or(Form::Unknown, |path| Form::At(path, expected))
                }
                Some("probe") => Form::Probe(text("name").unwrap_or("its own check")),
                _ => Form::Unknown,
            }
        }
        Value::Null => Form::Unknown,
        plain => Form::Exactly(plain),
    }
}

fn range(items: &[Value]) -> Option<Form<'_>> {
    match items {
        [low, high] if low.is_number() && high.is_number() || low.is_string() && high.is_string() => {
            Some(Form::Between(low, high))
        }
        _ => None,
    }
}

/// The part of an output that a tolerance looks at.
fn target<'a>(output: &'a Value, tolerance: &Value) -> &'a Value {
    let named = tolerance.get("target").and_then(Value::as_str);
    named.and_then(|name| output.get(name)).unwrap_or(output)
}

/// Whether [`follow`] understands a path.
fn plain(path: &str) -> bool {
    let known = |letter: char| letter.is_ascii_alphanumeric() || "$._-[]".contains(letter);
    path.starts_with("$.") && path.chars().all(known) && !path.contains("..") && !path.contains("[-")
}

/// Follows a plain path such as `$.a.b[0]`; anything cleverer is not followed.
fn follow<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let mut here = value;
    for part in path.strip_prefix('$')?.split('.').skip(1) {
        let (name, index) = part.split_once('[').map_or((part, None), |(name, index)| (name, index.strip_suffix(']')));
        here = here.get(name)?;
        if let Some(index) = index {
            here = here.get(index.parse::<usize>().ok()?)?;
        } else if part.contains('[') {
            return None;
        }
    }
    Some(here)
}

fn any(expected: &Value) -> String {
    match expected {
        Value::Array(items) if items.len() == 1 => literal(&items[0]),
        Value::Array(items) => several(items),
        plain => literal(plain),
    }
}

fn several(values: &[Value]) -> String {
    let mut text = values.iter().take(6).map(literal).collect::<Vec<_>>().join(", ");
    if values.len() > 6 {
        text.push_str(", …");
    }
    text
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("“{}”", brief(text, QUOTE)),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.abs() < 1e15 => tidy(float),
            _ => number.to_string(),
        },
        Value::Null => "nothing".to_owned(),
        other => brief(&other.to_string(), QUOTE),
    }
}

/// At most three places after the point; very small numbers as they are.
fn tidy(float: f64) -> String {
    if float != 0.0 && float.abs() < 0.001 {
        return float.to_string();
    }
    let text = format!("{float:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
