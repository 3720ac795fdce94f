//! YAML read the way Chaos Toolkit reads it (safe loading, the scalars of YAML 1.1), with the line of every value.
//! Aliases are counted as what they expand to, so that a small text cannot become a huge document.

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};
use std::collections::HashMap;

use super::lines::Lines;

/// Deeper nesting than any experiment has.
const DEPTH: usize = 64;
/// Values after aliases have expanded: the largest documents known have a few thousand.
const VALUES: usize = 50_000;

/// Why a text is refused, and on which line.
pub(super) type Refused = (u32, String);

struct Open {
    value: Value,
    /// The key that waits for its value, in a mapping.
    key: Option<String>,
    anchor: usize,
    /// What `<<` brought along, for keys that the mapping does not have itself.
    merged: Vec<Map<String, Value>>,
    /// Values inside, aliases expanded.
    weight: usize,
}

/// Reads one document.
pub(super) fn read(text: &str) -> Result<(Value, Lines, Vec<String>), Refused> {
    let mut loader = Loader {
        lines: Lines::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        total: 0,
        text: 0,
        root: None,
        spelled: Vec::new(),
    };
    let mut documents = 0;
    for step in Parser::new_from_str(text) {
        let (event, span) = step.map_err(|error| {
            let line = u32::try_from(error.marker().line()).unwrap_or(u32::MAX);
            (line, format!("this is not YAML: {}", error.info()))
        })?;
        let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX).max(1);
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                return Err((line, "a second document begins here; keep one experiment in a file".to_owned()));
            }
        }
        loader.take(event, line).map_err(|message| (line, message))?;
    }
    Ok((loader.root.unwrap_or_default(), loader.lines, loader.spelled))
}

struct Loader {
    lines: Lines,
    open: Vec<Open>,
    anchors: HashMap<usize, (Value, usize, usize)>,
    total: usize,
    text: usize,
    root: Option<Value>,
    /// Numbers whose text is not what is written for their value, as they stand.
    spelled: Vec<String>,
}

impl Loader {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                if let Some(open) = self.open.last_mut().filter(|open| open.value.is_object() && open.key.is_none()) {
                    let key = text.into_owned();
                    self.lines.enter(&key);
                    self.lines.mark(line);
                    open.key = Some(key);
                    return self.grow(0, 0);
                }
                let value = scalar(&text, plain, tag.as_deref())?;
                self.grow(1, text.len())?;
                if value.is_number() && value.to_string() != text {
                    self.spelled.push(text.clone().into_owned());
                }
                self.begin(line);
                self.put(value, anchor, 1, text.len())
            }
            Event::Alias(anchor) => {
                let Some((value, weight, bytes)) = self.anchors.get(&anchor).cloned() else {
                    return Err("an alias refers to itself or to nothing; write the value out".to_owned());
                };
                self.key_is_text()?;
                self.grow(weight, bytes)?;
                self.begin(line);
                self.put(value, 0, weight, bytes)
            }
            Event::MappingStart(anchor, tag) => self.start(Value::Object(Map::new()), anchor, tag.as_deref(), line),
            Event::SequenceStart(anchor, tag) => self.start(Value::Array(Vec::new()), anchor, tag.as_deref(), line),
            Event::MappingEnd | Event::SequenceEnd => self.end(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => Ok(()),
        }
    }

    fn start(&mut self, value: Value, anchor: usize, tag: Option<&Tag>, line: u32) -> Result<(), String> {
        if let Some(tag) = tag.filter(|tag| !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq"))) {
            return Err(foreign(tag));
        }
        self.key_is_text()?;
        if self.open.len() >= DEPTH {
            return Err(format!("this is nested deeper than {DEPTH} levels"));
        }
        self.grow(1, 0)?;
        self.begin(line);
        self.open.push(Open { value, key: None, anchor, merged: Vec::new(), weight: 1 });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        if let Value::Object(map) = &mut open.value {
            for merged in open.merged {
                for (key, value) in merged {
                    map.entry(key).or_insert(value);
                }
            }
        }
        let bytes = if open.anchor > 0 { open.value.to_string().len() } else { 0 };
        self.put(open.value, open.anchor, open.weight, bytes)
    }

    /// The value that begins now has a place of its own in a list; in a mapping its key has given it one.
    fn begin(&mut self, line: u32) {
        let index = match self.open.last() {
            Some(Open { value: Value::Array(items), .. }) => Some(items.len().to_string()),
            _ => None,
        };
        if let Some(index) = index {
            self.lines.enter(&index);
            self.lines.mark(line);
        }
    }

    fn put(&mut self, value: Value, anchor: usize, weight: usize, bytes: usize) -> Result<(), String> {
        if anchor > 0 {
            // Kept a second time: anchors inside of each other would hold what is innermost once for each.
            self.grow(weight, bytes)?;
            self.anchors.insert(anchor, (value.clone(), weight, bytes));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        open.weight += weight;
        self.lines.leave();
        match (&mut open.value, open.key.take()) {
            (Value::Array(items), _) => items.push(value),
            (Value::Object(_), Some(key)) if key == "<<" => {
                let maps = if let Value::Array(items) = value { items } else { vec![value] };
                for map in maps {
                    let Value::Object(map) = map else {
                        return Err("`<<` merges mappings; give it one, or a list of them".to_owned());
                    };
                    open.merged.push(map);
                }
            }
            (Value::Object(map), Some(key)) => {
                let earlier = map.insert(key.clone(), value);
                if earlier.is_some() {
                    self.lines.repeated(&key);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn key_is_text(&self) -> Result<(), String> {
        match self.open.last() {
            Some(open) if open.value.is_object() && open.key.is_none() => Err("a key must be plain text".to_owned()),
            _ => Ok(()),
        }
    }

    fn grow(&mut self, values: usize, bytes: usize) -> Result<(), String> {
        self.total += values;
        self.text += bytes;
        if self.total > VALUES || self.text > 2 * super::document::SIZE {
            return Err("the aliases of this document expand to too much; write the values out".to_owned());
        }
        Ok(())
    }
}

fn foreign(tag: &Tag) -> String {
    format!("the tag `{}{}` is not read by Chaos Toolkit; write a plain value", tag.handle, tag.suffix)
}

/// A scalar as PyYAML's safe loader resolves it: only what is not quoted can be anything but text.
fn scalar(text: &str, plain: bool, tag: Option<&Tag>) -> Result<Value, String> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() => return Err(foreign(tag)),
        Some(tag) if tag.suffix == "str" => return Ok(Value::String(text.to_owned())),
        Some(tag) if !matches!(tag.suffix.as_str(), "int" | "float" | "bool" | "null") => return Err(foreign(tag)),
        None if !plain => return Ok(Value::String(text.to_owned())),
        _ => {}
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    })
}

/// A number as PyYAML reads it.
pub(super) fn number(text: &str) -> Option<Value> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let body = digits.replace('_', "");
    let whole = |digits: &str, radix| i64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with(['+', '-']));
    let all = |digits: &str, set: &str| !digits.is_empty() && digits.chars().all(|c| set.contains(c));
    if let Some(binary) = body.strip_prefix("0b") {
        return Some((sign * whole(binary, 2)?).into());
    }
    if let Some(hex) = body.strip_prefix("0x") {
        return Some((sign * whole(hex, 16)?).into());
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if body.len() > 1 && body.starts_with('0') && all(&body, "01234567") {
        return Some((sign * whole(&body, 8)?).into());
    }
    if all(&body, "0123456789") && (body == "0" || !body.starts_with('0')) {
        return match whole(&body, 10) {
            Some(value) => Some((sign * value).into()),
            None => Number::from_f64(f64::from(i8::try_from(sign).ok()?) * body.parse::<f64>().ok()?).map(Value::Number),
        };
    }
    // A float needs its point; an exponent needs its sign.
    let exponent = body.find(['e', 'E']).is_none_or(|at| matches!(body.as_bytes().get(at + 1), Some(b'+' | b'-')));
    if body.contains('.') && exponent && body.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)) {
        let value = body.parse::<f64>().ok()?;
        return Number::from_f64(f64::from(i8::try_from(sign).ok()?) * value).map(Value::Number);
    }
    None
}
